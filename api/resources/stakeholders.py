"""The bodies of the directory: search and filter, one body, and its links."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, bodies, snapshots
from api.blueprint import PREFIX, Blueprint
from api.query import DatedSchema, StakeholderQuerySchema, StakeholderSearchSchema

blp = Blueprint("Stakeholders", __name__, url_prefix=f"{PREFIX}/stakeholders", description="The bodies of the directory")


@blp.route("")
class Stakeholders(MethodView):
    """Search by address."""

    @blp.arguments(StakeholderQuerySchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/StakeholderPage"}, description="A page of bodies, with the number of all and facets")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """Search and filter the bodies of the directory.

        A filter on the person leaves out only bodies that say no. Use the search by POST where the filters describe a case.
        """
        return answers.of_directory(lambda: bodies.found(asked), answers.page_links)


@blp.route("/search")
class StakeholderSearch(MethodView):
    """Search by body."""

    @blp.arguments(StakeholderSearchSchema)
    @blp.response(200, {"$ref": "#/components/schemas/StakeholderPage"}, description="A page of bodies, with the number of all and facets")
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, asked: dict[str, Any]) -> Response:
        """The same search, for filters that describe a case: they stand in the body, and nobody keeps them."""
        snapshots.read_at(asked.get("revision"))
        return answers.private(bodies.found(asked))


@blp.route("/<string:stakeholder>")
class Stakeholder(MethodView):
    """One body."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/StakeholderSummary"}, description="The body with its mandates, contacts and sources")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], stakeholder: str) -> Response:
        """One body with its mandates, contact points and sources."""
        return answers.of_directory(lambda: bodies.detail(stakeholder, asked))


@blp.route("/<string:stakeholder>/links")
class StakeholderLinks(MethodView):
    """Its links."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Stated referrals out and in, and channels to other countries")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], stakeholder: str) -> Response:
        """To whom a body refers, who refers to it, and the channels to other countries that it is an end of."""
        return answers.of_directory(lambda: bodies.links(stakeholder, asked))
