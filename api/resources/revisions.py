"""The directory's history: who changed what, when, from which file."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.problems import Problem
from api.query import PagedSchema, ReadSchema
from pathways.stores import ABSENT, Revision
from pathways.visibility import Changes

blp = Blueprint("Revisions", __name__, url_prefix=f"{PREFIX}/revisions", description="The directory's history")


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "at": revision.at,
        "author": revision.author,
        "source": revision.source or None,
        "layer": revision.layer,
        "note": revision.note or None,
        "added": revision.added,
        "changed": revision.changed,
        "withdrawn": revision.withdrawn,
        "digest": revision.digest,
        "undoes": revision.undoes,
    }


def _known(number: int) -> Revision:
    newest = snapshots.snapshots().newest().revision
    if not 1 <= number <= newest:
        raise Problem("revision-not-found", f"There are revisions 1 to {newest}.")
    return snapshots.snapshots().store.history()[number - 1]


@blp.route("")
class Revisions(MethodView):
    """All revisions."""

    @blp.arguments(PagedSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/RevisionPage"}, description="A page of revisions, the newest first")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The revisions of the directory, the newest first."""

        def make() -> dict[str, Any]:
            upto = snapshots.directory().revision
            history = [_revision(revision) for revision in reversed(snapshots.snapshots().store.history()) if revision.number <= upto]
            return answers.paged(history, asked)

        return answers.of_directory(make, answers.page_links)


@blp.route("/<int:number>")
class OneRevision(MethodView):
    """One revision."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The revision")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], number: int) -> Response:
        """One revision: who, when, from which file, and how much it changed."""
        return answers.of_directory(lambda: _revision(_known(number)))


@blp.route("/<int:number>/diff")
class Diff(MethodView):
    """What it changed."""

    @blp.arguments(PagedSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/RevisionPage"}, description="A page of changes")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], number: int) -> Response:
        """What a revision changed: each field of each thing, before and after; what may not be shown is only counted."""
        return answers.of_directory(lambda: _diff(number, asked), answers.page_links)


def _diff(number: int, asked: dict[str, Any]) -> dict[str, Any]:
    _known(number)
    keeper = snapshots.snapshots()
    states = [keeper.newest(), keeper.at(number), *([keeper.at(number - 1)] if number > 1 else [])]
    view = Changes(states, snapshots.viewer())
    shown = []
    changes = keeper.store.changes(number)
    for change in changes:
        found = view.detail(change.kind, change.id, change.field, _value(change.before), _value(change.after))
        if found is not None:
            shown.append(
                {**found, "part": change.part, "layer": change.layer, "was": change.before is not ABSENT, "is": change.after is not ABSENT}
            )
    return {**answers.paged(shown, asked), "revision": number, "withheld": len(changes) - len(shown)}


def _value(value: Any) -> Any:
    return None if value is ABSENT else value
