"""The cost of an allocation: one vector, compared place by place.

In this order: steps that are uncertain, among them what a house offers to those whom it houses and she lives in another; handovers
without a basis; for a child, care that is not for children; bodies newly met; lead, support, other; not for this exploitation; not for
this group; switches between bodies along a lane; not specialised; not her language; a class where its instance is there; how early a new
body is met; distance; doubt in the evidence; and last the ids, so that one answer is left. A class and its instance count as one body:
whoever has met the child protection office has met the one of the place. Gaps do not stand in it, since no choice of bodies changes them.
The vector is packed into one integer, so that comparing it compares the vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pathways.directory import Directory
from pathways.planner.slots import Candidate, Slot

FIELDS = (
    "uncertain",
    "without-basis",
    "not-child-only",
    "newly-met",
    "standing",
    "other-exploitation",
    "other-group",
    "switches",
    "not-specialised",
    "language",
    "class",
    "early",
    "distance",
    "doubt",
)
"""The places of the cost vector, in their order."""

MISFIT = ("not-child-only", "standing", "not-specialised", "other-exploitation", "other-group", "language", "class")
"""The places of a candidate's own misfit, in its order."""

_BITS = 12
_MOST = (1 << _BITS) - 1


@dataclass(frozen=True)
class Weighting:
    """An order of the cost's places; the first answer has that of FIELDS, the alternatives others."""

    name: str
    unit: Mapping[str, int]

    @cached_property
    def own(self) -> tuple[int, ...]:
        """The units of what a candidate costs in itself (`own_vector`)."""
        return tuple(self.unit[name] for name in ("uncertain", "distance", "doubt", *MISFIT))

    def packed(self, vector: Sequence[int]) -> int:
        """A cost vector as one integer, in this order."""
        return sum(value * self.unit[field] for field, value in zip(FIELDS, vector, strict=True))

    def unpacked(self, cost: int) -> tuple[int, ...]:
        """The cost vector, in the order of FIELDS, that an integer packs."""
        return tuple([cost // self.unit[field] & _MOST for field in FIELDS])

    @classmethod
    def first(cls, name: str, *leading: str) -> Weighting:
        """The usual order with some places moved to the front; certainty goes before them all."""
        order = list(dict.fromkeys(("uncertain", *leading, *FIELDS)))
        return cls(name, {field: 1 << (_BITS * (len(FIELDS) - 1 - index)) for index, field in enumerate(order)})


USUAL = Weighting.first("usual")


def own_vector(candidate: Candidate) -> tuple[int, ...]:
    """What a candidate costs whatever stands around it, place by place: uncertainty, distance, doubt, misfit."""
    return (not candidate.sure, candidate.distance, candidate.doubt, *candidate.misfit)


class Ties:
    """Who is tied to whom on a day: a stated link, a parent, a network, a class, an operator give a handover its basis."""

    def __init__(self, directory: Directory, on: date) -> None:
        self.directory, self.on = directory, on
        self._leading: dict[str, frozenset[str]] = {}

    def same(self, body: str) -> frozenset[str]:
        """A body with its classes, and with its instances where it is a class."""
        return self.directory.same(body)

    def leading_to(self, body: str) -> frozenset[str]:
        """The bodies whose being met gives a handover to a body its basis."""
        if body not in self._leading:
            ties = self.directory.ties_to(body)
            self._leading[body] = frozenset(
                other for other, links in ties.items() if not links or any(link.in_force(self.on) for link in links)
            )
        return self._leading[body]

    def bind(self, met: str, new: str) -> bool:
        """Whether having met one body gives a handover to another its basis."""
        return met in self.leading_to(new)


def vector(slots: Sequence[Slot], chosen: Sequence[Candidate], met: Sequence[str], ties: Ties) -> tuple[int, ...]:
    """The cost vector of an allocation, counted anew from its definition: what the search has added up is held to it."""
    counts = dict.fromkeys(FIELDS, 0)
    known, house = set(met), set(met)
    last: dict[tuple[bool, int], str] = {}
    for index, (slot, candidate) in enumerate(zip(slots, chosen, strict=True)):
        body, lane = candidate.body.id, (slot.leg, slot.lane)
        if candidate.houses:
            house = {body}
        counts["uncertain"] += (not candidate.sure) + (candidate.housed is not None and body not in house)
        if not known & ties.same(body):
            counts["newly-met"] += 1
            counts["early"] += len(slots) - index
            counts["without-basis"] += not candidate.based and not any(ties.bind(other, body) for other in known)
        counts["switches"] += last.get(lane, body) not in ties.same(body)
        for name, value in zip(MISFIT, candidate.misfit, strict=True):
            counts[name] += value
        counts["distance"] += candidate.distance
        counts["doubt"] += candidate.doubt
        known.add(body)
        last[lane] = body
    return tuple(counts[name] for name in FIELDS)
