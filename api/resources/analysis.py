"""The policy measures: for whom a mechanism fails, on what it hangs, and how countries differ; as JSON, CSV or a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from flask.views import MethodView

from api import analysing, answers
from api.analysing import Answer, CompareSchema, MeasuresSchema
from api.blueprint import PREFIX, Blueprint
from pathways.measures.compare import rows as comparison_rows
from pathways.measures.report import TABLES, Rows
from visualisations.sheets import FORMS, Sheet, as_csv, as_workbook

blp = Blueprint("Analysis", __name__, url_prefix=f"{PREFIX}/analysis", description="The policy measures")
answers.give_other_forms("Analysis")

_TABLE = {FORMS["csv"]: {"schema": {"type": "string"}}, FORMS["xlsx"]: {"schema": {"type": "string", "format": "binary"}}}


def _answer(asked: Answer, make: Callable[[], Answer], table: Callable[[Answer], Rows], name: str) -> Response:
    """An answer of the directory on a day, in the form that is asked for."""
    media = FORMS[asked["format"]] if asked.get("format") else answers.chosen(tuple(FORMS.values()))
    form = next(form for form, known in FORMS.items() if known == media)

    def made() -> Any:
        found = analysing.sourced(analysing.alone(make))
        if form == "json":
            return found
        sheet = Sheet(name, *table(found))
        return as_csv(sheet) if form == "csv" else as_workbook([sheet])

    answer = answers.of_directory(made, media=media, also=analysing.day(asked).isoformat())
    if form != "json":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


@blp.route("/coverage")
class Coverage(MethodView):
    """The ten measures."""

    @blp.arguments(MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Every figure with its bounds and slices; the space and the published set")
    @blp.doc(responses={200: {"content": _TABLE}})
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """The ten measures of each country and of the pairs that leave it, each with its value, bounds and slices."""
        return _answer(asked, analysing.report(asked).coverage, TABLES["coverage"], "coverage")


@blp.route("/gaps")
class Gaps(MethodView):
    """Who has no complete path."""

    @blp.arguments(MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Findings in plain words, then each with its numbers")
    @blp.doc(responses={200: {"content": _TABLE}})
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """Who has no complete path, and why, over every profile that the rules tell apart; the smallest descriptions of them."""
        return _answer(asked, analysing.report(asked).gaps, TABLES["gaps"], "gaps")


@blp.route("/resilience")
class Resilience(MethodView):
    """What hangs on whom."""

    @blp.arguments(MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Every body, parent and funder, the worst first")
    @blp.doc(responses={200: {"content": _TABLE}})
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """For each body, and for parents and funders, whose path breaks if it closes; with capacity where a source says it."""
        return _answer(asked, analysing.report(asked).resilience, TABLES["resilience"], "resilience")


@blp.route("/compare")
class Compare(MethodView):
    """Countries beside each other, or one at two times."""

    @blp.arguments(CompareSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Topics and measures side by side; or what changed and for whom")
    @blp.doc(responses={200: {"content": _TABLE}})
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """Two to twelve countries side by side; or one country at two days or revisions: what changed, and for whom."""
        if not set(analysing.CHANGES).isdisjoint(asked):
            return _answer(asked, lambda: analysing.changes(asked), _change_rows, "changes")
        return _answer(asked, lambda: analysing.comparison(asked), comparison_rows, "compare")


def _change_rows(found: dict[str, Any]) -> Rows:
    rows: list[list[object]] = []
    for what in ("gains", "losses"):
        for turn in found[what]:
            rows.extend([found["country"], what, turn["function"], turn["share"], who["description"], who["share"]] for who in turn["who"])
    return ("country", "what", "function", "share", "description", "description_share"), rows
