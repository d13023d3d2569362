"""The bodies of the directory: search and filter, one body, and its links."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.cited import cited
from api.problems import Problem
from api.query import DatedSchema, StakeholderQuerySchema, StakeholderSearchSchema
from pathways.directory import Directory
from pathways.model import Channel, Link
from pathways.search import Query, search
from pathways.visibility import Viewer, body_detail, body_summary, link_detail, presented, scrubbed

blp = Blueprint("Stakeholders", __name__, url_prefix=f"{PREFIX}/stakeholders", description="The bodies of the directory")
_SETS = ("country", "kind", "function", "language", "exploitation")


def _page(asked: dict[str, Any]) -> dict[str, Any]:
    directory, viewer = snapshots.directory(), snapshots.viewer()
    filters: dict[str, Any] = {name: asked[name] for name in ("q", "territory", "age", "gender", "as_of") if asked.get(name) is not None}
    filters |= {name: frozenset(asked[name]) for name in _SETS if asked.get(name)}
    found = search(directory, Query(**filters), viewer, asked["page"], asked["page_size"])
    page = {"items": found.items, "page": asked["page"], "page_size": asked["page_size"], "total": found.total, "facets": found.facets}
    result: dict[str, Any] = scrubbed(directory, viewer, page)
    return result


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
        return answers.of_directory(lambda: _page(asked), answers.page_links)


@blp.route("/search")
class StakeholderSearch(MethodView):
    """Search by body."""

    @blp.arguments(StakeholderSearchSchema)
    @blp.response(200, {"$ref": "#/components/schemas/StakeholderPage"}, description="A page of bodies, with the number of all and facets")
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, asked: dict[str, Any]) -> Response:
        """The same search, for filters that describe a case: they stand in the body, and nobody keeps them."""
        snapshots.read_at(asked.get("revision"))
        return answers.private(_page(asked))


def _not_found() -> Problem:
    return Problem("not-found", "The directory has no body of this id that you may see.")


def _detail(identity: str, asked: dict[str, Any]) -> dict[str, Any]:
    directory, viewer = snapshots.directory(), snapshots.viewer()
    found = body_detail(directory, identity, viewer, asked.get("as_of"))
    if found is None:
        raise _not_found()
    found["stated_by"] = found.pop("sources")
    found["revision"] = directory.revision
    found = scrubbed(directory, viewer, found)
    return {**found, "sources": cited(directory, found)}


@blp.route("/<string:stakeholder>")
class Stakeholder(MethodView):
    """One body."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/StakeholderSummary"}, description="The body with its mandates, contacts and sources")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], stakeholder: str) -> Response:
        """One body with its mandates, contact points and sources."""
        return answers.of_directory(lambda: _detail(stakeholder, asked))


@blp.route("/<string:stakeholder>/links")
class StakeholderLinks(MethodView):
    """Its links."""

    @blp.arguments(DatedSchema, location="query")
    @blp.response(200, {"type": "object"}, description="Stated referrals out and in, and channels to other countries")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], stakeholder: str) -> Response:
        """To whom a body refers, who refers to it, and the channels to other countries that it is an end of."""
        return answers.of_directory(lambda: _links(stakeholder, asked))


def _links(identity: str, asked: dict[str, Any]) -> dict[str, Any]:
    directory, viewer, on = snapshots.directory(), snapshots.viewer(), asked.get("as_of")
    body = directory.stakeholder(identity)
    if body is None or presented(directory, body, viewer) is not body:
        raise _not_found()
    known = [
        link
        for part in directory.everywhere
        for other in part.stakeholders.values()
        for link in other.links
        if on is None or link.in_force(on)
    ]
    out, into = [link for link in known if link.origin == identity], [link for link in known if link.to == identity]
    channels = [channel for channel in directory.cross_border.channels.values() if identity in (channel.from_body, channel.to_body)]
    shown = [_shown(directory, viewer, links) for links in (out, into)]
    shown_channels = [found for channel in channels if (found := _channel(directory, viewer, channel))]
    withheld = len(out) + len(into) + len(channels) - sum(map(len, (*shown, shown_channels)))
    answer = scrubbed(
        directory,
        viewer,
        {"id": identity, "out": shown[0], "in": shown[1], "channels": shown_channels, "withheld": withheld, "revision": directory.revision},
    )
    return {**answer, "sources": cited(directory, answer)}


def _shown(directory: Directory, viewer: Viewer, links: list[Link]) -> list[dict[str, Any]]:
    return [found for link in links if (found := link_detail(directory, link, viewer))]


def _channel(directory: Directory, viewer: Viewer, channel: Channel) -> dict[str, Any] | None:
    """A channel between two countries; None where an end of it may not be named."""
    ends: dict[str, Any] = {}
    for side, country, body in (("from", channel.from_country, channel.from_body), ("to", channel.to_country, channel.to_body)):
        known = directory.stakeholder(body) if body else None
        if known is not None and presented(directory, known, viewer) is not known:
            return None
        ends[side] = {"country": country, "stakeholder": body_summary(directory, known, viewer) if known else None}
    return {
        "id": channel.id,
        **ends,
        "kind": channel.kind,
        "stages": list(channel.stages),
        "basis": channel.basis,
        "state": channel.state,
        "disclosure": channel.disclosure,
        "evidence": channel.evidence,
        "active_from": channel.active_from,
        "active_until": channel.active_until,
        "sources": list(channel.sources),
    }
