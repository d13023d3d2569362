"""What the map between countries shows: every documented channel with its basis and state, and how far each ordered pair closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pathways.directory import Directory
from pathways.measures.pairs import SIDES, TRAVELLERS, Closure, matrix
from pathways.model import Channel
from pathways.visibility import Viewer, is_open, scrubbed
from pathways.vocabulary import words

LIVE, UNCLEAR, DEAD = "live", "unclear", "dead"
ANY = "any"
"""The end of a channel that is open to every country."""
_LIFE = {"active": LIVE, "unclear": UNCLEAR, "ended": DEAD, "suspended": DEAD}


@dataclass(frozen=True, slots=True)
class Way:
    """A channel from one country to another, as one viewer may see it."""

    id: str
    origin: str
    to: str
    programme: str
    """The programme that it belongs to (`CARE`, `TACT`); empty for one of its own."""
    basis: str
    state: str
    life: str
    bodies: tuple[str | None, str | None]
    """The names of the bodies at its ends, where they are known."""
    stages: tuple[str, ...]
    active: tuple[str | None, str | None]
    disclosure: str
    evidence: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transnational:
    """The ways between the countries of the directory."""

    revision: int
    on: date
    traveller: str
    """Whose journey the closures are of: woman, man or child."""
    countries: tuple[str, ...]
    ways: tuple[Way, ...]
    corridors: Mapping[tuple[str, str], str]
    """The state of each ordered pair as the research found it: documented, network-only, none-found."""
    closures: Mapping[tuple[str, str], Closure]
    withheld: int
    """Channels of which an end is not shown to this viewer."""

    def between(self, origin: str, to: str) -> list[Way]:
        """The ways of one pair, those that are open to every country among them."""
        return [way for way in self.ways if way.origin in (origin, ANY) and way.to in (to, ANY)]


def transnational_of(directory: Directory, viewer: Viewer, on: date, traveller: str = TRAVELLERS[0]) -> Transnational:
    """The map between all countries of a directory; the closures are those of the journey home of a woman, a man or a child."""
    cross = directory.cross_border
    shown = [channel for channel in cross.channels.values() if is_open(directory, channel, viewer)]
    countries = tuple(code for code in words("countries") if code in directory.parts)
    order = {code: index for index, code in enumerate((*countries, ANY))}
    ways = [_way(directory, channel, viewer) for channel in shown if channel.from_country in order and channel.to_country in order]
    return Transnational(
        revision=directory.revision,
        on=on,
        traveller=traveller,
        countries=countries,
        ways=tuple(sorted(ways, key=lambda way: (order[way.origin], order[way.to], way.life == DEAD, way.id))),
        corridors={pair: corridor.state for pair, corridor in cross.corridors.items()},
        closures={(found.origin, found.destination): found for found in matrix(directory, on, traveller, viewer)},
        withheld=len(cross.channels) - len(shown),
    )


def _way(directory: Directory, channel: Channel, viewer: Viewer) -> Way:
    ends = [directory.stakeholder(body) if body else None for body in (channel.from_body, channel.to_body)]
    first = channel.id.split("-")[0].upper()
    return Way(
        id=channel.id,
        origin=channel.from_country,
        to=channel.to_country,
        programme="" if first in (*words("countries"), ANY.upper()) else first,
        basis=channel.basis,
        state=channel.state,
        life=_LIFE[channel.state],
        bodies=(ends[0].name if ends[0] else None, ends[1].name if ends[1] else None),
        stages=channel.stages,
        active=(channel.active_from, channel.active_until),
        disclosure=channel.disclosure,
        evidence=channel.evidence,
        note=scrubbed(directory, viewer, str(channel.shown.get("note") or "")),
        sources=channel.sources,
    )


def as_data(found: Transnational) -> dict[str, Any]:
    """The map as plain data, with the ids of its sources."""
    pairs = []
    for (origin, to), closure in found.closures.items():
        sides = {
            stage: {"sending": None if here is None else list(here), "receiving": None if there is None else list(there)}
            for stage, (here, there) in closure.sides.items()
        }
        pairs.append(
            {
                "from": origin,
                "to": to,
                "corridor": found.corridors.get((origin, to)),
                "channel": closure.channel,
                "named": list(closure.named),
                "closed": list(closure.closed),
                "stages": sides,
                "stopped": closure.stopped or None,
            }
        )
    return {
        "as_of": found.on.isoformat(),
        "revision": found.revision,
        "traveller": found.traveller,
        "countries": list(found.countries),
        "channels": [{**asdict(way), "stages": list(way.stages), "sources": list(way.sources)} for way in found.ways],
        "stages": list(SIDES),
        "pairs": pairs,
        "withheld": found.withheld,
    }
