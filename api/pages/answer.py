"""The answer: the path for what was answered in the form, and the questions whose answers would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from api.answering.answer import answer_of, drawing_of
from api.answering.said import Text, said
from api.asking import inputs
from api.asking.form import Data, checked, read, written
from api.asking.questions import question_of
from api.asking.what_if import offered
from api.languages import current
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.profile import profile_of
from api.referring import pathway
from pathways.vocabulary.labels import LANGUAGES


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that would change the path, to be answered in place, and what it would change."""

    entry: inputs.Asked
    changes: tuple[Text, ...]


@pages.get("/answer")
def no_answer() -> BaseResponse:
    """An answer has no address of its own: whoever opens it is led to the form."""
    return redirect(url_for("pages.ask"))


@pages.post("/answer")
def answer() -> Response:
    """The path for the answers of the form; the form again where they cannot be true."""
    data = read(request.form, CONTROLS)
    loaded, wrong = checked(data)
    if wrong:
        return everything(data, wrong, open_all=False)
    found = pathway(loaded)
    asks = _asks(found["ask_next"], data)
    page = render_template(
        "answer/answer.html",
        form="answer",
        answer=answer_of(found, profile_of(loaded)),
        drawing=drawing_of(found),
        asks=asks,
        hidden=written(data, without=[field for ask in asks for field in ask.entry.question.fields]),
        answers=written(data),
        what_ifs=offered(data),
        spoken=next((code for code in data.get("languages", ()) if code in LANGUAGES), current()),
    )
    return make_response(page)


def _asks(asked_for: Sequence[Mapping[str, Any]], data: Data) -> list[Ask]:
    """What the planner would ask next, each question once, with its fields to be filled in."""
    changes: dict[str, list[Text]] = {}
    questions = {}
    for entry in asked_for:
        question = question_of(entry["fact"])
        if question is not None:
            questions[question.id] = question
            changes.setdefault(question.id, []).extend(said(change) for change in entry["changes"])
    return [Ask(inputs.asked(found, data, (), current()), tuple(dict.fromkeys(changes[name]))) for name, found in questions.items()]
