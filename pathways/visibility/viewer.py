"""A viewer, and whether a body, its place and its contact points are shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pathways import territories
from pathways.directory import Bodies, Directory
from pathways.model import Channel, ContactPoint, Stakeholder

Json = dict[str, Any]

PLACES = frozenset({"city", "territory_note", "territory_unconfirmed", "confidential_note"})
"""Fields that would tell where a confidential body is."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: the levels that they may see, and what a newer revision than the one they read has closed since."""

    levels: frozenset[str] = frozenset({"public"})
    closed_bodies: frozenset[str] = frozenset()
    closed_places: frozenset[str] = frozenset()
    closed_contacts: frozenset[tuple[str, str, str]] = frozenset()
    closed_words: frozenset[str] = frozenset()

    def sees(self, level: str) -> bool:
        """Whether things of a level are shown to this viewer."""
        return level in self.levels

    @property
    def rights(self) -> str:
        """The viewer's rights as one word, for the ETag of an answer."""
        return "+".join(sorted(self.levels))


ANONYMOUS = Viewer()
PARTNER = Viewer(frozenset({"public", "partner"}))
KEEPER = Viewer(frozenset({"public", "partner", "hidden"}))
"""Whoever holds the store itself (the command line)."""


def is_seen(body: Stakeholder, viewer: Viewer) -> bool:
    """Whether a body itself is shown to a viewer."""
    return viewer.sees(body.visibility) and body.id not in viewer.closed_bodies


def is_open(directory: Directory, channel: Channel, viewer: Viewer) -> bool:
    """Whether a channel between countries is shown to a viewer: both its ends may be named."""
    ends = [directory.stakeholder(body) for body in (channel.from_body, channel.to_body) if body]
    return all(end is None or is_seen(end, viewer) for end in ends)


def is_confidential(body: Stakeholder, viewer: Viewer) -> bool:
    """Whether the place of a body is kept from everybody but those who keep the directory."""
    return (body.confidential_location or body.id in viewer.closed_places) and not viewer.sees("hidden")


def seen_ids(directory: Directory, ids: Iterable[str], viewer: Viewer) -> list[str]:
    """Of some ids of bodies, those that a viewer may see, in their order; ids of no body are left out."""
    return [body.id for body in map(directory.stakeholder, ids) if body and is_seen(body, viewer)]


def shown_territories(body: Stakeholder, places: Iterable[str], viewer: Viewer) -> list[str]:
    """Territories of a body as they may be shown: of a confidential one none finer than a region."""
    if not is_confidential(body, viewer):
        return list(places)
    return list(dict.fromkeys(territories.chain(place)[-2] if "-" in place else place for place in places))


def told(body: Stakeholder, shown: Mapping[str, Any], viewer: Viewer) -> Json:
    """The fields of a record that are only told; of a confidential body without what gives its place away."""
    if not is_confidential(body, viewer):
        return dict(shown)
    fine = [territories.name(place) for place in body.territory if len(territories.chain(place)) > 2]
    places = [place.casefold() for place in (str(body.shown.get("city", "")), *fine) if place]
    return {key: value for key, value in shown.items() if key not in PLACES and not any(place in str(value).casefold() for place in places)}


def is_offered(body: Stakeholder, point: ContactPoint, viewer: Viewer) -> bool:
    """Whether a contact point of a body that a viewer sees is offered to them: it is in use, and not closed to them."""
    return point.current and viewer.sees(point.visibility) and (body.id, point.type, point.value) not in viewer.closed_contacts


def find(directory: Directory, body: Stakeholder | str) -> tuple[Bodies | None, Stakeholder | None]:
    identity = body if isinstance(body, str) else body.id
    part = directory.part_of(identity)
    return part, part.stakeholders[identity] if part else None
