"""What if: the answers with something changed beside those that were there, and what differs between the two paths."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from api.asking import inputs
from api.asking.form import WAS, Data, checked, read, value_of, written
from api.asking.questions import FIELDS, QUESTIONS
from api.asking.what_if import applied
from api.languages import current
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.referring import pathway
from pathways.comparing import compare


@pages.get("/what-if")
def nothing_to_compare() -> BaseResponse:
    """It has no address of its own: whoever opens it is led to the form."""
    return redirect(url_for("pages.ask"))


@pages.post("/what-if")
def what_if() -> Response:
    """What differs where an answer does. `was.` fields hold the answers before; where there are none, nothing has been changed yet."""
    now = read(request.form, CONTROLS)
    before = read(request.form, CONTROLS, prefix=WAS) or now
    loaded_before, wrong_before = checked(before)
    if wrong_before:
        return everything(before, wrong_before, open_all=False)
    now = applied(now, request.form.get("try", ""))
    loaded, wrong = checked(now)
    page = render_template(
        "ask/what_if.html",
        form="ask",
        entries=(entries := [inputs.asked(question, now, wrong, current()) for question in QUESTIONS]),
        errors=inputs.summary(entries),
        changes=_changes(before, now),
        comparison=None if wrong else compare(pathway(loaded_before, alternatives=0), pathway(loaded, alternatives=0)),
        was=[(WAS + name, value) for name, value in written(before)],
        before=written(before),
    )
    return make_response(page, 422 if wrong else 200)


def _changes(before: Data, now: Data) -> list[tuple[inputs.Field, tuple[str, ...], tuple[str, ...]]]:
    """The fields that differ, with their words before and now."""
    return [
        (field, inputs.words(field, before, current()), inputs.words(field, now, current()))
        for name, field in FIELDS.items()
        if value_of(before, name) != value_of(now, name)
    ]
