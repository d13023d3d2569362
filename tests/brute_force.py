"""The allocation by brute force: every choice of bodies, each with its cost counted anew from the words of `cost`'s docstring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from pathways.directory import Directory
from pathways.planner.answer import Plan
from pathways.planner.slots import Candidate, Slot

Ids = tuple[tuple[str, str], ...]


class Kin:
    """Who belongs to whom, walked anew from what each body says of itself."""

    def __init__(self, directory: Directory, plan: Plan) -> None:
        self.bodies = {body.id: body for part in directory.parts.values() for body in part.stakeholders.values()}
        self.on = plan.on
        self._above: dict[str, set[str]] = {}
        self._same: dict[str, set[str]] = {}

    def above(self, body: str) -> set[str]:
        """Class, operator, parent and networks of a body, and theirs."""
        if body not in self._above:
            self._above[body] = self._found_above(body)
        return self._above[body]

    def _found_above(self, body: str) -> set[str]:
        found: set[str] = set()
        waiting = [body]
        while waiting:
            one = self.bodies[waiting.pop()]
            named = {
                one.instance_of,
                one.operated_by,
                one.parent,
                *(other.id for other in self.bodies.values() if one.id in other.members),
            } - {None, body}
            waiting += [name for name in named - found if name in self.bodies]
            found |= named
        return {name for name in found if name in self.bodies}

    def same(self, body: str) -> set[str]:
        """A body, the classes that it is one of, and its instances where it is a class: they count as one."""
        if body not in self._same:
            found = {body, *(name for name in self.above(body) if self.bodies[name].scope == "class")}
            self._same[body] = found | (
                {other for other in self.bodies if body in self.above(other)} if self.bodies[body].scope == "class" else set()
            )
        return self._same[body]

    def bind(self, met: str, new: str) -> bool:
        """Whether having met one body gives a handover to another its basis: they are kin, or a referral is stated and in force."""
        origins, targets = {met, *self.above(met)}, {new, *self.above(new)}
        return (
            met in targets
            or new in origins
            or any(link.to in targets and link.in_force(self.on) for origin in origins for link in self.bodies[origin].links)
        )


def cost(slots: Sequence[Slot], chosen: Sequence[Candidate], met: Sequence[str], kin: Kin) -> tuple[int, ...]:
    """The cost of one allocation, place by place in the order of the docstring."""
    uncertain = sum(not c.sure for c in chosen) + sum(_elsewhere(chosen[: index + 1], met) for index in range(len(chosen)))
    distance, doubt = sum(c.distance for c in chosen), sum(c.doubt for c in chosen)
    children, standing, specialised, exploitation, group, language, class_ = (sum(c.misfit[place] for c in chosen) for place in range(7))
    bare = new = early = switches = 0
    known = list(met)
    for index, (slot, candidate) in enumerate(zip(slots, chosen, strict=True)):
        name = candidate.body.id
        same = kin.same(name)
        if not same.intersection(known):
            new += 1
            early += len(slots) - index
            bare += not (candidate.based or any(kin.bind(other, name) for other in known))
        before = [c.body.id for s, c in zip(slots[:index], chosen[:index], strict=True) if (s.leg, s.lane) == (slot.leg, slot.lane)]
        switches += bool(before) and before[-1] not in same
        known.append(name)
    return (uncertain, bare, children, new, standing, exploitation, group, switches, specialised, language, class_, early, distance, doubt)


def _elsewhere(until: Sequence[Candidate], met: Sequence[str]) -> bool:
    """Whether the last of some choices is a service for those who live in a house that another house than hers offers."""
    houses = [c.body.id for c in until if c.mandate.function in ("crisis-accommodation", "safe-accommodation")]
    return until[-1].housed is not None and until[-1].body.id not in (houses[-1:] or met)


def ids(chosen: Sequence[Candidate]) -> Ids:
    """What decides between equal costs: the ids, step by step."""
    return tuple((c.body.id, c.mandate.id) for c in chosen)


def size(plan: Plan) -> int:
    """How many allocations there are."""
    return prod(len(slot.candidates) for slot in plan.slots)


def allocations(plan: Plan) -> Iterator[tuple[Candidate, ...]]:
    """Every choice of one candidate for each slot."""
    return product(*(slot.candidates for slot in plan.slots))


def best(plan: Plan) -> tuple[tuple[int, ...], Ids]:
    """The least cost of all allocations, and the ids that stand first among those of that cost."""
    kin = Kin(plan.directory, plan)
    return min((cost(plan.slots, chosen, plan.route.met, kin), ids(chosen)) for chosen in allocations(plan))


def found(plan: Plan) -> tuple[tuple[int, ...], Ids]:
    """What the planner chose, in the same measure."""
    return cost(plan.slots, plan.chosen, plan.route.met, Kin(plan.directory, plan)), ids(plan.chosen)
