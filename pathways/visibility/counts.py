"""How much is withheld from a viewer, and why; never which, and never so that the one can be found by asking again with another filter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pathways.directory import Directory
from pathways.visibility.viewer import Json, Viewer, is_seen

REASON = "not-for-this-reader"
"""Why: the body is hidden, or for partners only."""


def withheld_in(directory: Directory, countries: Collection[str], viewer: Viewer) -> Json:
    """The bodies of whole countries (of all where none is named) that a viewer is not shown; no other filter of a question narrows it."""
    parts = [part for part in directory.everywhere if not countries or part.code in countries]
    return _told(sum(not is_seen(body, viewer) for part in parts for body in part.stakeholders.values()))


def withheld_on(steps: Iterable[Json]) -> Json:
    """The steps of a path that are taken by a body which is not shown, and are reached through the one that admits to it."""
    return _told(sum(bool(step["stakeholder"].get("withheld")) for step in steps))


def _told(number: int) -> Json:
    return {"bodies": number, "reason": REASON if number else None}
