"""The policy measures: for whom a mechanism fails, on what it hangs, and how countries differ; as JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import ValidationError, validates_schema

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.cited import cited
from api.fields import Day, Several, Whole, checked, word
from api.problems import Problem
from api.query import DatedSchema
from api.snapshots import is_known_body
from pathways.measures.change import State, difference
from pathways.measures.compare import rows as comparison_rows
from pathways.measures.compare import side_by_side
from pathways.measures.report import TABLES, Report, Rows
from pathways.visibility import scrubbed
from pathways.vocabulary import words
from visualisations.sheets import Sheet, as_csv

blp = Blueprint("Analysis", __name__, url_prefix=f"{PREFIX}/analysis", description="The policy measures")
answers.give_other_forms("Analysis")

CSV = "text/csv"


class _MeasuresSchema(DatedSchema):
    country = Several(word(words("countries")), description="These countries; all where left out")
    format = word(["json", "csv"], "The form of the answer; what Accept asks for where left out")


_CHANGES = {"before", "before_revision", "close"}


class _CompareSchema(_MeasuresSchema):
    before = Day("For one country: what has changed since that day, and for whom")
    before_revision = Whole(
        1, 999_999_999, in_query=True, description="For one country: what has changed since that revision, and for whom"
    )

    close = Several(checked(is_known_body, "the id of a stakeholder"), description="For one country: what if these bodies closed")

    @validates_schema
    def together(self, data: dict[str, Any], **_: Any) -> None:
        """One country at two times, or two to twelve beside each other."""
        countries, changed = data.get("country") or [], not _CHANGES.isdisjoint(data)
        if changed and len(countries) != 1:
            raise ValidationError("takes one country, at two days or revisions, or with bodies closed", "country")
        if len(countries) == 1 and not changed:
            raise ValidationError(f"takes two to twelve countries, or one with {', '.join(sorted(_CHANGES))}", "country")


def _table(name: str, table: Rows) -> str:
    return as_csv(Sheet(name, *table))


_WORKING = Lock()
_PATIENCE = 5.0
"""Seconds to wait for another analysis: whoever waits keeps a thread from a caseworker."""


def _alone(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is worked out, one analysis at a time; Problem where another takes long."""
    if not _WORKING.acquire(timeout=_PATIENCE):
        raise Problem("busy", headers={"Retry-After": "10"})
    try:
        return make()
    finally:
        _WORKING.release()


def _answer(asked: dict[str, Any], make: Callable[[date], dict[str, Any]], table: Callable[[dict[str, Any]], Rows], name: str) -> Response:
    """An answer of the directory on a day, in the form that is asked for."""
    form = {"json": answers.JSON, "csv": CSV}[asked["format"]] if asked.get("format") else answers.chosen((answers.JSON, CSV))
    on = asked.get("as_of") or date.today()
    if form == answers.JSON:
        return answers.of_directory(lambda: _sourced(_alone(lambda: make(on))), also=on.isoformat())
    answer = answers.of_directory(lambda: _table(name, table(_sourced(_alone(lambda: make(on))))), media=CSV, also=on.isoformat())
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _sourced(found: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = scrubbed(snapshots.directory(), snapshots.viewer(), {**found, "sources": cited(snapshots.directory(), found)})
    return shown


def _countries(asked: dict[str, Any]) -> list[str]:
    held = snapshots.directory().parts
    missing = [code for code in asked.get("country") or () if code not in held]
    if missing:
        raise Problem("not-found", f"The directory does not hold {', '.join(missing)}; it has {', '.join(held)}.")
    return list(asked.get("country") or held)


def _report(asked: dict[str, Any], on: date) -> Report:
    return Report(snapshots.directory(), _countries(asked), on, snapshots.viewer())


@blp.route("/coverage")
class Coverage(MethodView):
    """The ten measures."""

    @blp.arguments(_MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Every figure with its bounds and slices; the space and the published set")
    @blp.alt_response(200, schema={"type": "string"}, content_type=CSV, description="A row a figure and a group")
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """The ten measures of each country and of the pairs that leave it, each with its value, bounds and slices."""
        return _answer(asked, lambda on: _report(asked, on).coverage(), TABLES["coverage"], "coverage")


@blp.route("/gaps")
class Gaps(MethodView):
    """Who has no complete path."""

    @blp.arguments(_MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Findings in plain words, then each with its numbers")
    @blp.alt_response(200, schema={"type": "string"}, content_type=CSV, description="A row a description")
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """Who has no complete path, and why, over every profile that the rules tell apart; the smallest descriptions of them."""
        return _answer(asked, lambda on: _report(asked, on).gaps(), TABLES["gaps"], "gaps")


@blp.route("/resilience")
class Resilience(MethodView):
    """What hangs on whom."""

    @blp.arguments(_MeasuresSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Every body, parent and funder, the worst first")
    @blp.alt_response(200, schema={"type": "string"}, content_type=CSV, description="A row a body")
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """For each body, and for parents and funders, whose path breaks if it closes; with capacity where a source says it."""
        return _answer(asked, lambda on: _report(asked, on).resilience(), TABLES["resilience"], "resilience")


@blp.route("/compare")
class Compare(MethodView):
    """Countries beside each other, or one at two times."""

    @blp.arguments(_CompareSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Topics and measures side by side; or what changed and for whom")
    @blp.alt_response(200, schema={"type": "string"}, content_type=CSV, description="A row a topic")
    @blp.problems(404, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """Two to twelve countries side by side; or one country at two days or revisions: what changed, and for whom."""
        if not _CHANGES.isdisjoint(asked):
            return _answer(asked, lambda on: _changes(asked, on), _change_rows, "changes")
        return _answer(
            asked,
            lambda on: side_by_side(snapshots.directory(), _countries(asked), on, snapshots.viewer()),
            comparison_rows,
            "compare",
        )


def _changes(asked: dict[str, Any], on: date) -> dict[str, Any]:
    now = snapshots.directory()
    (country,) = _countries(asked)
    then = snapshots.snapshots().at(asked["before_revision"]) if asked.get("before_revision") else now
    if country not in then.parts:
        raise Problem("not-found", f"The directory does not hold {country} at that revision.")
    before = State(then, asked.get("before") or on)
    viewer = snapshots.snapshots().viewer(then, snapshots.viewer())
    found = difference(before, State(now, on, frozenset(asked.get("close") or ())), country, viewer)
    return {
        **found.as_data(),
        "before": {"as_of": before.on.isoformat(), "revision": then.revision},
        "after": {"as_of": on.isoformat(), "revision": now.revision},
    }


def _change_rows(found: dict[str, Any]) -> Rows:
    rows: list[list[object]] = []
    for what in ("gains", "losses"):
        for turn in found[what]:
            rows.extend([found["country"], what, turn["function"], turn["share"], who["description"], who["share"]] for who in turn["who"])
    return ("country", "what", "function", "share", "description", "description_share"), rows
