"""Bodies as a reader may see them: found, in full, and with whom they are tied; for the API and the pages alike."""

from __future__ import annotations

from typing import Any

from api import snapshots
from api.cited import cited
from api.problems import Problem
from pathways.directory import Directory
from pathways.model import Channel, Link
from pathways.search import Query, search
from pathways.visibility import Viewer, body_detail, body_summary, is_open, link_detail, presented, scrubbed, withheld_in

_SETS = ("country", "kind", "function", "language", "exploitation")


def found(asked: dict[str, Any]) -> dict[str, Any]:
    """A page of the bodies that fit what was asked (`api/query.py`), with the number of all and facets."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    filters: dict[str, Any] = {name: asked[name] for name in ("q", "territory", "age", "gender", "as_of") if asked.get(name) is not None}
    filters |= {name: frozenset(asked[name]) for name in _SETS if asked.get(name)}
    hits = search(directory, Query(**filters), viewer, asked["page"], asked["page_size"])
    page = {"items": hits.items, "page": asked["page"], "page_size": asked["page_size"], "total": hits.total, "facets": hits.facets}
    result: dict[str, Any] = scrubbed(directory, viewer, page)
    return {**result, "withheld": withheld_in(directory, filters.get("country", ()), viewer)}


def _not_found() -> Problem:
    return Problem("not-found", "The directory has no body of this id that you may see.")


def detail(identity: str, asked: dict[str, Any]) -> dict[str, Any]:
    """One body with its mandates, contacts and sources; Problem where there is none that the reader may see."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    body = body_detail(directory, identity, viewer, asked.get("as_of"))
    if body is None:
        raise _not_found()
    body["stated_by"] = body.pop("sources")
    body["revision"] = directory.revision
    body = scrubbed(directory, viewer, body)
    return {**body, "sources": cited(directory, viewer, body)}


def links(identity: str, asked: dict[str, Any]) -> dict[str, Any]:
    """To whom a body refers, who refers to it, and the channels to other countries that it is an end of; Problem as for `detail`."""
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
    shown = [_shown(directory, viewer, some) for some in (out, into)]
    shown_channels = [told for channel in channels if (told := _channel(directory, viewer, channel))]
    withheld = len(out) + len(into) + len(channels) - sum(map(len, (*shown, shown_channels)))
    answer = scrubbed(
        directory,
        viewer,
        {"id": identity, "out": shown[0], "in": shown[1], "channels": shown_channels, "withheld": withheld, "revision": directory.revision},
    )
    return {**answer, "sources": cited(directory, viewer, answer)}


def _shown(directory: Directory, viewer: Viewer, some: list[Link]) -> list[dict[str, Any]]:
    return [told for link in some if (told := link_detail(directory, link, viewer))]


def _channel(directory: Directory, viewer: Viewer, channel: Channel) -> dict[str, Any] | None:
    """A channel between two countries; None where an end of it may not be named."""
    if not is_open(directory, channel, viewer):
        return None
    ends: dict[str, Any] = {}
    for side, country, body in (("from", channel.from_country, channel.from_body), ("to", channel.to_country, channel.to_body)):
        known = directory.stakeholder(body) if body else None
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
