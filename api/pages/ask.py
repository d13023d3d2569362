"""The form: one question a page or all on one, as the reader chooses; then her answers to be checked. It keeps nothing: what was answered
comes and goes with each POST, and stands in no address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, make_response, render_template, request

from api import snapshots
from api.asking import inputs
from api.asking.form import Data, Wrong, checked, read, written
from api.asking.questions import QUESTIONS, Question, question, relevant
from api.languages import current
from api.pages.blueprint import pages
from api.referring import pathway

CONTROLS = ("go", "at", "asked", "try")
"""The fields of the form that are not answers: what to do, which question is on the page, which were there before, what is tried."""


@pages.get("/ask")
def ask() -> Response:
    """The first question."""
    return _one(QUESTIONS[0], {}, (), ())


@pages.post("/ask")
def asked() -> Response:
    """The next question, the one before, all of them, or the answers to be checked."""
    data = read(request.form, CONTROLS)
    go, at, before = request.form.get("go", "next"), request.form.get("at", ""), request.form.getlist("asked")
    loaded, wrong = checked(data)
    here = question(at)
    if go == "back" and before and (last := question(before[-1])) is not None:
        return _one(last, data, before[:-1], ())
    if go == "same" and here is not None:
        return _one(here, data, before, ())
    if wrong and here is not None:
        first = _holding(wrong) or here
        return _one(first, data, [name for name in before if name != first.id], wrong)
    if go in ("all", "check", "same") or wrong:
        return everything(data, wrong, open_all=go == "all" or (go == "same" and at == "all"))
    done = [*before, at] if here is not None else before
    following = next((found for found in relevant(pathway(loaded, alternatives=0)["ask_next"]) if found.id not in done), None)
    return everything(data, (), open_all=False) if following is None else _one(following, data, done, ())


def _holding(wrong: Sequence[Wrong]) -> Question | None:
    """The first question with a wrong answer."""
    fields = {item.field for item in wrong}
    return next((found for found in QUESTIONS if any(field.name in fields for field in found.fields)), None)


def _one(found: Question, data: Data, before: Sequence[str], wrong: Sequence[Wrong]) -> Response:
    """One question, with all other answers in hidden fields."""
    entry = inputs.asked(found, data, wrong, current())
    remaining = [item for item in _relevant(data, wrong) if item.id not in before and item.id != found.id]
    return _answer(
        "ask/question.html",
        wrong,
        entry=entry,
        entries=[entry],
        hidden=written(data, without=found.fields),
        before=before,
        remaining=len(remaining) if data else 0,
        emergency=_emergency(data),
    )


def everything(data: Data, wrong: Sequence[Wrong], open_all: bool) -> Response:
    """All questions with their answers: to be answered on one page (`open_all`), or to be checked and changed in place."""
    wanted = {found.id for found in _relevant(data, wrong)}
    entries = [inputs.asked(found, data, wrong, current()) for found in QUESTIONS]
    first = [entry for entry in entries if entry.question.id in wanted or entry.is_answered or entry.is_wrong]
    return _answer(
        "ask/all.html",
        wrong,
        entries=entries,
        first=first,
        more=[entry for entry in entries if entry not in first],
        open_all=open_all,
        emergency=_emergency(data),
    )


def _answer(template: str, wrong: Sequence[Wrong], **shown: Any) -> Response:
    g.page = "pages.asked"
    page = render_template(template, errors=inputs.summary(shown["entries"]), form="ask", **shown)
    return make_response(page, 422 if wrong else 200)


def _relevant(data: Data, wrong: Sequence[Wrong]) -> Sequence[Question]:
    """The questions that matter for what is known so far; where that cannot be read, those that always do."""
    loaded, errors = checked(data)
    return relevant(() if wrong or errors else pathway(loaded, alternatives=0)["ask_next"])


def _emergency(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The emergency numbers of the country, where somebody is in danger now."""
    part = snapshots.directory().parts.get(str(data.get("identified_in")))
    return part.country.emergency if part is not None and "immediate-danger" in (data.get("risks") or ()) else ()
