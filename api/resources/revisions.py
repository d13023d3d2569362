"""The directory's history: who changed what, when, from which file."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, history, snapshots
from api.blueprint import PREFIX, Blueprint
from api.query import PagedSchema, ReadSchema
from pathways.visibility import revision_detail

blp = Blueprint("Revisions", __name__, url_prefix=f"{PREFIX}/revisions", description="The directory's history")


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
            made = [
                revision_detail(revision, snapshots.viewer())
                for revision in reversed(snapshots.snapshots().store.history())
                if revision.number <= upto
            ]
            return answers.paged(made, asked)

        return answers.of_directory(make, answers.page_links)


@blp.route("/<int:number>")
class OneRevision(MethodView):
    """One revision."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The revision")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], number: int) -> Response:
        """One revision: when, of which layer, and how much it changed; who, why and from which file to those who keep the directory."""
        return answers.of_directory(lambda: revision_detail(history.known(number), snapshots.viewer()))


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
    shown, withheld = history.changes(number, snapshots.viewer())
    return {**answers.paged(shown, asked), "revision": number, "withheld": withheld}
