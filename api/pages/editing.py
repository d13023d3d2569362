"""Changes by hand on pages: what to verify first, a form for one body or mandate, and the yes or no of somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from api import editing as service
from api import snapshots
from api.access.forms import FORM_FIELD
from api.body import loaded
from api.editing_schema import AnswerSchema, ProposalSchema
from api.pages.importers import of_list, only, refused
from api.problems import Problem
from pathways.editing import State
from pathways.records import Record

editors = Blueprint("editors", __name__)
TYPES = ("phone", "email", "website")
_TEXTS = {"stakeholder": ("contact_note", "status_note", "note", "valid_to"), "mandate": ("requires_note", "note", "valid_to")}
"""What can be changed on a page beside contacts; the API takes every field of the format."""
_SOURCE = ("title", "publisher", "url", "seen")
_STEPS = ("approve", "refuse", "withdraw")
_REFUSALS = ("invalid-body", "proposal-refused")


@editors.after_request
def _keep_nothing(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


@editors.get("/editing")
def editing() -> str:
    """What to verify first in a country, and what waits for somebody."""
    country = request.args.get("country", "")
    due = of_list([service.due_data(one) for one in service.due(country)]) if country else None
    waiting = [service.proposal_data(one) for one in service.proposals(State.WAITING)]
    countries = list(snapshots.directory().parts)
    return render_template("editing/editing.html", due=due, country=country, countries=countries, waiting=waiting)


@editors.get("/editing/<string:kind>/<string:identity>")
def edit(kind: str, identity: str) -> Response:
    """The form for one body or mandate."""
    return _form(service.subject(kind, identity), {}, None)


@editors.post("/editing/<string:kind>/<string:identity>")
def propose(kind: str, identity: str) -> BaseResponse:
    """Propose what the form says; the form again with what is wrong in it."""
    record = service.subject(kind, identity)
    given = only(*_names(record), "act")
    verifies = given.pop("act", "") == "verify"
    said = {
        "kind": kind,
        "id": identity,
        "verifies": verifies,
        "fields": {} if verifies else dict(_changed(record, given)),
        "source": {name: given[name] for name in _SOURCE if name in given},
        "reason": given.get("reason", ""),
    }
    if not said["reason"]:
        del said["reason"]
    try:
        made = service.propose(loaded(ProposalSchema(), said))
    except Problem as problem:
        if problem.code not in _REFUSALS:
            raise
        return _form(record, given, problem)
    return redirect(url_for("pages.editors.proposal", number=made.number), 303)


@editors.get("/proposals/<int:number>")
def proposal(number: int) -> Response:
    """One proposal: before and after, its numbers, its source, who has said yes."""
    return _proposal(number, None)


@editors.post("/proposals/<int:number>/<string:step>")
def decide(number: int, step: str) -> BaseResponse:
    """Say yes or no, or take one's own back."""
    if step not in _STEPS:
        raise Problem("not-found")
    given = only("answer")
    try:
        if step == "refuse":
            service.refuse(number, loaded(AnswerSchema(), given)["answer"])
        else:
            {"approve": service.approve, "withdraw": service.withdraw}[step](number)
    except Problem as problem:
        if problem.code not in _REFUSALS:
            raise
        return _proposal(number, problem)
    return redirect(url_for("pages.editors.proposal", number=number), 303)


def _form(record: Record, given: Mapping[str, str], problem: Problem | None) -> Response:
    status = refused(problem, "pages.editors.edit", kind=record.kind, identity=record.id) if problem else 200
    body = str(record.fields.get("holder", record.id))
    page = render_template(
        "editing/edit.html",
        record=record,
        body=body,
        points=record.fields.get("contacts", ()) if record.kind == "stakeholder" else None,
        types=TYPES,
        texts=_TEXTS[record.kind],
        given=given,
        today=date.today().isoformat(),
        problem=problem,
    )
    return make_response(page, status)


def _proposal(number: int, problem: Problem | None) -> Response:
    status = refused(problem, "pages.editors.proposal", number=number) if problem else 200
    found = service.proposal_data(service.proposal(number))
    return make_response(render_template("editing/proposal.html", proposal=found, problem=problem), status)


def _names(record: Record) -> Iterator[str]:
    """The fields of the form of a record."""
    yield from (*_TEXTS[record.kind], *_SOURCE, "reason", FORM_FIELD)
    if record.kind == "stakeholder":
        for place in range(len(record.fields.get("contacts", ())) + 1):
            yield from (f"value-{place}", f"hours-{place}", f"type-{place}", f"gone-{place}")


def _changed(record: Record, given: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The fields that the form says otherwise than the record does."""
    for name in _TEXTS[record.kind]:
        said = given.get(name)
        if said != record.fields.get(name):
            yield name, said
    if record.kind == "stakeholder":
        before = [dict(point) for point in record.fields.get("contacts", ())]
        after = list(_points(before, given))
        if after != before:
            yield "contacts", after or None


def _points(before: list[dict[str, Any]], given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The contacts as the form says them: those that stand there, without those that are taken off, and a new one."""
    for place, point in enumerate(before):
        if f"gone-{place}" in given:
            continue
        said = {**point, "value": given.get(f"value-{place}", point["value"])}
        hours = given.get(f"hours-{place}")
        said = {**said, "hours": hours} if hours else {name: value for name, value in said.items() if name != "hours"}
        yield said
    new = len(before)
    if value := given.get(f"value-{new}"):
        yield {
            "type": given.get(f"type-{new}", TYPES[0]),
            "value": value,
            **({"hours": given[f"hours-{new}"]} if f"hours-{new}" in given else {}),
        }
