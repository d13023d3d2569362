"""Each country's mechanism: stages, ways on, conditions, deadlines, sources."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, mechanism, snapshots
from api.blueprint import PREFIX, Blueprint
from api.cited import cited
from api.query import DatedSchema
from pathways.visibility import scrubbed

blp = Blueprint("Mechanisms", __name__, url_prefix=f"{PREFIX}/mechanisms", description="Each country's referral mechanism")


@blp.route("")
class Mechanisms(MethodView):
    """All of them."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The countries")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The countries of the directory, each with the head of its mechanism."""
        return answers.of_directory(_all)


def _all() -> dict[str, Any]:
    directory, viewer = snapshots.directory(), snapshots.viewer()
    items = [scrubbed(directory, viewer, mechanism.summary(directory, part, viewer)) for part in directory.parts.values()]
    answer = {"items": items, "page": 1, "page_size": len(items), "total": len(items), "facets": {}, "revision": directory.revision}
    return {**answer, "sources": cited(directory, viewer, answer)}


@blp.route("/<string:country>")
class Mechanism(MethodView):
    """One country's."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The whole mechanism")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], country: str) -> Response:
        """One country's mechanism: stages, transitions, conditions, deadlines, permits, stated gaps, sources."""
        return answers.of_directory(lambda: mechanism.whole(country, asked))
