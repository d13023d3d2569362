"""Early identification: prompts to go by, then what they point to and the next safe step. What was noticed comes and goes with each
POST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request
from marshmallow import ValidationError

from api.answering.said import said
from api.answering.steps import Case, Contact, Writer
from api.asking.form import written
from api.asking.questions import QUESTIONS
from api.languages import current
from api.pages.blueprint import pages
from api.problems import Problem
from api.screening import ScreeningSchema, screened
from pathways import vocabulary
from pathways.indicators import Indicator, prompts

_FIELDS = ("identified_in", "age_group", "own_word", "observed", "go")
_TRUTHS = {"yes": True, "no": False}
_SCHEMA = ScreeningSchema()


@dataclass(frozen=True, slots=True)
class _Group:
    """Prompts that stand together: those of one dimension that are noticed in one way."""

    dimension: str
    signs: tuple[Indicator, ...]


@pages.get("/screening")
def screening() -> Response:
    """The cautions and the prompts."""
    return _prompts({}, wrong=False)


@pages.post("/screening")
def screening_answer() -> Response:
    """What was noticed, answered; the prompts again where the country is not known."""
    data = _read()
    try:
        loaded: dict[str, Any] = _SCHEMA.load(data)
    except ValidationError as error:
        if set(error.normalized_messages()) - {"identified_in"}:
            raise Problem("bad-request", "The form has a value that cannot be chosen.") from None
        return _prompts(data, wrong=True)
    answer = screened(loaded, language=current())
    learned = {name: value for name, value in answer["profile"].items() if value not in (None, [])}
    answered = [question.id for question in QUESTIONS if any(field.name in learned for field in question.fields) and question.id != "age"]
    return make_response(
        render_template(
            "screening/answer.html",
            answer=answer,
            contacts=_contacts(answer),
            gaps=[(gap["function"], said(gap["reason"])) for gap in answer["immediate_safety"]["gaps"]],
            sources=answer["sources"],
            learned=written(learned),
            answered=answered,
            **_shown(data),
        )
    )


def _contacts(answer: dict[str, Any]) -> list[Contact]:
    """The first contacts, as on the page of a path."""
    steps = answer["immediate_safety"]["steps"]
    case = Case({}, is_child=answer["treated_as"] == "child")
    return Writer({"steps": steps, "sources": answer["sources"]}, case).contacts(steps)


def _read() -> dict[str, Any]:
    """What the form tells, not yet checked. Problem where it has a field that is not asked for."""
    form = request.form
    if not set(_FIELDS).issuperset(form):
        raise Problem("bad-request", "The form has a field that is not asked for.")
    data: dict[str, Any] = {"observed": form.getlist("observed")}
    for name in ("identified_in", "age_group"):
        if form.get(name):
            data[name] = form[name]
    if form.get("own_word"):
        data["own_word"] = _TRUTHS.get(form["own_word"], form["own_word"])
    return data


def _prompts(data: dict[str, Any], wrong: bool) -> Response:
    always = [caution for caution in prompts().cautions if caution.when == "always"]
    page = render_template("screening/screening.html", cautions=always, sources=prompts().sources, wrong=wrong, **_shown(data))
    return make_response(page, 422 if wrong else 200)


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    """What the form shows: the prompts in their groups, and what was chosen."""
    known = prompts().indicators.values()
    groups = {
        noticed: [
            _Group(dimension, signs)
            for dimension in vocabulary.words("indicator_dimensions")
            if (signs := tuple(sign for sign in known if sign.dimension == dimension and sign.noticed == noticed))
        ]
        for noticed in vocabulary.words("indicator_noticed")
    }
    own_word = {True: "yes", False: "no"}.get(data.get("own_word"), "")
    return {"groups": groups, "chosen": {**data, "own_word": own_word}, "noticed": {*data.get("observed", ())}}
