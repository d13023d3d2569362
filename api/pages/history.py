"""The history of the directory: who changed what, when, from which file; and taking a revision back, after seeing what that takes."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from api import history as directory_history
from api.access import is_theirs, require_revision
from api.body import loaded
from api.importing import imports
from api.importing_schema import UndoSchema
from api.pages.importers import importers, of_list, only, refused
from api.pages.imports import MOST, REFUSALS
from api.problems import Problem
from importers.uploads import is_undone
from pathways.stores import Revision
from pathways.visibility import PARTNER

_MOST_CHANGES = 20_000
"""Of a revision that changed more things than this, only the numbers are told here."""


@importers.get("/imports/history")
def history() -> str:
    """The revisions that are the caller's, the newest first: whose lists others are, and who wrote them, is nobody else's."""
    made = imports().history()
    page = of_list([revision for revision in made[::-1] if is_theirs(revision)])
    undone = {revision.number for revision in page["items"] if is_undone(revision.number, made)}
    return render_template("imports/history.html", revisions=page, undone=undone)


@importers.get("/imports/history/<int:number>")
def revision(number: int) -> Response:
    """What a revision changed, and what taking it back would take."""
    require_revision(directory_history.known(number))
    return _revision(number, {}, None)


@importers.post("/imports/history/<int:number>")
def take_back(number: int) -> BaseResponse:
    """Take a revision back, as a new one; where that is refused, its page says why."""
    directory_history.known(number)
    said = only("author", "note")
    try:
        asked = loaded(UndoSchema(), said)
        imports().take_back(number, asked["author"], asked["note"])
    except Problem as problem:
        if problem.code not in REFUSALS and problem.code != "invalid-body":
            raise
        return _revision(number, said, problem)
    return redirect(url_for("pages.importers.history"), 303)


def _revision(number: int, given: dict[str, str], problem: Problem | None) -> Response:
    status = refused(problem, "pages.importers.revision", number=number) if problem else 200
    found, history = directory_history.known(number), imports().history()
    page = render_template(
        "imports/revision.html",
        made=found,
        things=_things(found),
        most=MOST,
        undone=is_undone(number, history),
        given=given,
        errors=[error["pointer"].strip("/") for error in problem.errors] if problem and problem.code == "invalid-body" else [],
        refusal_text=REFUSALS.get(problem.code, "") if problem else "",
        detail=problem.detail if problem else "",
    )
    return make_response(page, status)


def _things(revision: Revision) -> list[dict[str, Any]] | None:
    """What a revision changed, thing by thing, as a difference of a report is told; None where that is too much."""
    if revision.added + revision.changed + revision.withdrawn > _MOST_CHANGES:
        return None
    things: dict[tuple[str, str], dict[str, Any]] = {}
    for change in directory_history.changes(revision.number, PARTNER)[0]:
        thing = things.setdefault(
            (change["kind"], change["id"]),
            {"kind": change["kind"], "id": change["id"], "name": "", "fields": [], "was": False, "is": False},
        )
        thing["fields"].append({name: change[name] for name in ("field", "before", "after")})
        thing["was"], thing["is"] = thing["was"] or change["was"], thing["is"] or change["is"]
        if change["field"] == "name":
            thing["name"] = change["after"] or change["before"] or ""
    for thing in things.values():
        thing["what"] = "changed" if thing["was"] and thing["is"] else "added" if thing["is"] else "withdrawn"
    return list(things.values())
