"""The allocation: which body takes each step, exactly, by one lexicographic cost.

The cost of an allocation, in this order: steps that are uncertain; handovers without a basis; for a child, care that is not for children;
bodies newly met; lead, support, other; not for this exploitation; not for this group; switches between bodies along a lane; not
specialised; not her language; a class where its instance is there; how early a new body is met; distance; doubt in the evidence; and last the
ids, so that one answer is left. A class and its instance count as one body: whoever has met the child protection office has met the one of the
place. Gaps do not stand in it,
since no choice of bodies changes them.

It is found as a shortest path over the steps in their order. The state is the last body of each lane that goes on, and the bodies met
that can still matter: those that could take a later step, or whose being met would give a later handover its basis. States that another
state cannot lose against are dropped. The cost is packed into one integer, field by field, so that comparing it compares the vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
_UNIT = {name: 1 << (_BITS * (len(FIELDS) - 1 - index)) for index, name in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Weighting:
    """An order of the cost's places; the first answer has that of FIELDS, the alternatives others."""

    name: str
    unit: Mapping[str, int]

    @classmethod
    def first(cls, name: str, *leading: str) -> Weighting:
        """The usual order with some places moved to the front."""
        order = [*leading, *(field for field in FIELDS if field not in leading)]
        return cls(name, {field: 1 << (_BITS * (len(FIELDS) - 1 - index)) for index, field in enumerate(order)})


USUAL = Weighting("usual", _UNIT)


def own_cost(candidate: Candidate, unit: Mapping[str, int] = _UNIT) -> int:
    """What a candidate costs whatever stands around it: uncertainty, misfit, distance, doubt."""
    cost = (not candidate.sure) * unit["uncertain"] + candidate.distance * unit["distance"] + candidate.doubt * unit["doubt"]
    for name, value in zip(MISFIT, candidate.misfit, strict=True):
        cost += value * unit[name]
    return cost


class Ties:
    """Who is tied to whom on a day: a stated link, a parent, a network, a class, an operator give a handover its basis."""

    def __init__(self, directory: Directory, on: date) -> None:
        self.directory, self.on = directory, on

    def same(self, body: str) -> frozenset[str]:
        """A body with its classes, and with its instances where it is a class."""
        return self.directory.same(body)

    def bind(self, met: str, new: str) -> bool:
        """Whether having met one body gives a handover to another its basis."""
        tie = self.directory.tie(met, new)
        return tie if isinstance(tie, bool) else any(link.in_force(self.on) for link in tie)


def allocate(slots: Sequence[Slot], met: Sequence[str], ties: Ties, weighting: Weighting = USUAL) -> list[Candidate]:
    """The cheapest body for each slot, in the slots' order. Every slot has at least one candidate."""
    if not slots:
        return []
    problem = _Problem(slots, met, ties, weighting)
    rough = problem.search(_BEAM, None)
    best = problem.search(None, rough.cost)
    return [problem.options[index][choice].candidate for index, choice in enumerate(problem.choices(best))]


_BEAM = 6
"""States kept by the first, rough search; its cost is the bound of the exact one."""
_MOST_TIES = 40_000
"""Pairs of bodies that are looked at for ties before the search; with more, none is left out beforehand."""
_COMPARED = 24
"""Of the states kept so far, how many a state is held against: dropping fewer states than could be dropped costs time, not exactness."""


@dataclass(slots=True)
class _State:
    cost: int
    met: int
    last: tuple[int, ...]
    rank: int
    """Its place among the states of its slot by the ids chosen so far: the last word between equal costs."""
    parent: _State | None
    choice: int


@dataclass(frozen=True, slots=True)
class _Option:
    candidate: Candidate
    bit: int
    same: int
    """The body and its class or instances (as bits): whoever has met one has met the other."""
    cost: int
    based: bool
    basis: int
    """The bodies (as bits) whose being met gives the handover its basis."""


class _Problem:
    """The slots in numbers: bodies as bits, costs as integers."""

    def __init__(self, slots: Sequence[Slot], met: Sequence[str], ties: Ties, weighting: Weighting) -> None:
        self.unit = weighting.unit
        kept = [_kept(slot, weighting) for slot in slots]
        kept = _undominated(kept, ties, met, weighting)
        bodies = sorted({*met, *(c.body.id for found in kept for c in found)})
        bit = {body: 1 << place for place, body in enumerate(bodies)}
        self.start = sum(bit[body] for body in set(met))
        basis: dict[str, int] = {}
        self.options: list[list[_Option]] = []
        for found in kept:
            row = []
            for candidate in found:
                name = candidate.body.id
                if not candidate.based and name not in basis:
                    basis[name] = sum(bit[other] for other in bodies if other != name and ties.bind(other, name))
                row.append(_Option(candidate, bit[name], sum(bit[other] for other in ties.same(name) if other in bit), own_cost(candidate, self.unit), candidate.based, 0 if candidate.based else basis[name]))
            self.options.append(sorted(row, key=lambda option: (option.candidate.body.id, option.candidate.mandate.id)))
        names = {lane: place for place, lane in enumerate(sorted({(slot.leg, slot.lane) for slot in slots}))}
        self.lanes = len(names)
        self.lane = [names[(slot.leg, slot.lane)] for slot in slots]
        self.open = [frozenset(self.lane[index + 1 :]) for index in range(len(slots))]
        self.relevant = self._relevant()
        self.least = self._least()

    def _relevant(self) -> list[int]:
        """For each slot, the bodies that can still matter after it."""
        masks, mask = [0] * len(self.options), 0
        for index in range(len(self.options) - 1, -1, -1):
            masks[index] = mask
            for option in self.options[index]:
                mask |= option.same | option.basis
        return masks

    def _least(self) -> list[int]:
        """For each slot, the least that the later ones can cost: their cheapest bodies, and a new one where none of theirs can have been met."""
        before, seen = [], self.start
        for row in self.options:
            bits = 0
            for option in row:
                bits |= option.same
            before.append(min(option.cost for option in row) + (0 if bits & seen else self.unit["newly-met"]))
            seen |= bits
        least = [0] * len(before)
        for index in range(len(before) - 2, -1, -1):
            least[index] = least[index + 1] + before[index + 1]
        return least

    def search(self, beam: int | None, bound: int | None) -> _State:
        """The best state after the last slot: of a few kept at each slot (`beam`), or exactly, without those that cannot come under `bound`."""
        states = [_State(0, self.start, (-1,) * self.lanes, 0, None, -1)]
        for index in range(len(self.options)):
            states = self._step(index, states, None if bound is None else bound - self.least[index])
            if beam is not None and len(states) > beam:
                states = sorted(states, key=lambda state: (state.cost, state.rank))[:beam]
        return min(states, key=lambda state: (state.cost, state.rank))

    def _step(self, index: int, states: list[_State], most: int | None) -> list[_State]:
        """All states after a slot, of which none is worse than another in every future."""
        found: dict[tuple[int, tuple[int, ...]], _State] = {}
        new, bare, switch = self.unit["newly-met"], self.unit["without-basis"], self.unit["switches"]
        lane, relevant, still = self.lane[index], self.relevant[index], self.open[index]
        row = self.options[index]
        width = len(row)
        early = self.unit["early"] * (len(self.options) - index)
        for state in states:
            met, last = state.met, state.last[lane]
            for choice, option in enumerate(row):
                cost = state.cost + option.cost
                if not met & option.same:
                    cost += new + early
                    if not option.based and not met & option.basis:
                        cost += bare
                if last >= 0 and not last & option.same:
                    cost += switch
                if most is not None and cost > most:
                    continue
                lasts = tuple([-1 if place not in still else option.bit if place == lane else value for place, value in enumerate(state.last)])
                key = ((met | option.bit) & relevant, lasts)
                rank = state.rank * width + choice
                old = found.get(key)
                if old is None or cost < old.cost or (cost == old.cost and rank < old.rank):
                    found[key] = _State(cost, key[0], lasts, rank, state, choice)
        kept = self._best(list(found.values()))
        for place, state in enumerate(sorted(kept, key=lambda state: state.rank)):
            state.rank = place
        return kept

    def _best(self, states: list[_State]) -> list[_State]:
        """Without states that another can never lose against: it costs less, even with a switch in each lane where the last body differs,
        and has met all that the other has met."""
        if len(states) < 4:
            return states
        states.sort(key=lambda state: state.cost)
        switch = self.unit["switches"]
        kept: list[_State] = []
        for state in states:
            for other in kept[:_COMPARED]:
                if not state.met & ~other.met:
                    differing = 0 if other.last == state.last else sum([a != b for a, b in zip(other.last, state.last, strict=True)])
                    if other.cost + differing * switch < state.cost:
                        break
            else:
                kept.append(state)
        return kept

    @staticmethod
    def choices(state: _State) -> list[int]:
        """The option taken at each slot on the way to a state."""
        found = []
        while state.parent is not None:
            found.append(state.choice)
            state = state.parent
        return found[::-1]


def _kept(slot: Slot, weighting: Weighting) -> list[Candidate]:
    """The candidates that can be in a best allocation: where certainty leads, no choice elsewhere makes up for an uncertain body here; of
    several mandates of one body, the cheapest."""
    found = slot.candidates
    if weighting.unit["uncertain"] == max(weighting.unit.values()) and any(c.sure for c in found):
        found = [c for c in found if c.sure]
    best: dict[str, tuple[int, str, Candidate]] = {}
    for candidate in found:
        key = (own_cost(candidate, weighting.unit), candidate.mandate.id, candidate)
        if candidate.body.id not in best or key[:2] < best[candidate.body.id][:2]:
            best[candidate.body.id] = key
    return [candidate for _, _, candidate in best.values()]


def _undominated(kept: list[list[Candidate]], ties: Ties, met: Sequence[str], weighting: Weighting) -> list[list[Candidate]]:
    """Without the bodies that another replaces everywhere at no higher cost.

    Only bodies that can take the same slots and that no tie touches (nothing leads to them or from them to another candidate, or they need
    none) are compared; of those with equal slots and equal standing in each, the cheapest in every slot stands for all.
    """
    places: dict[str, list[tuple[int, Candidate]]] = {}
    for index, found in enumerate(kept):
        for candidate in found:
            places.setdefault(candidate.body.id, []).append((index, candidate))
    if len(places) <= 12:
        return kept
    dependent = {c.body.id for found in kept for c in found if not c.based}
    if len(places) * len(dependent) > _MOST_TIES:
        return kept
    linked = {origin for origin in places for target in dependent if origin != target and ties.bind(origin, target)}
    linked |= {body for body in places if len(ties.same(body)) > 1}
    groups: dict[tuple[tuple[int, bool], ...], list[str]] = {}
    for body, at in places.items():
        if body in linked or body in dependent or body in met:
            continue
        groups.setdefault(tuple((index, candidate.based) for index, candidate in at), []).append(body)
    gone: set[str] = set()
    for bodies in groups.values():
        costs = {body: (tuple(own_cost(c, weighting.unit) for _, c in places[body]), tuple(c.mandate.id for _, c in places[body])) for body in bodies}
        bodies.sort(key=lambda body: costs[body])
        for place, body in enumerate(bodies):
            if any(other not in gone and _no_worse(costs[other], costs[body]) for other in bodies[:place]):
                gone.add(body)
    return [[c for c in found if c.body.id not in gone] for found in kept]


def _no_worse(first: tuple[tuple[int, ...], tuple[str, ...]], second: tuple[tuple[int, ...], tuple[str, ...]]) -> bool:
    costs = zip(first[0], second[0], strict=True)
    pairs = list(costs)
    if all(a <= b for a, b in pairs):
        return any(a < b for a, b in pairs) or all(a <= b for a, b in zip(first[1], second[1], strict=True))
    return False


def vector(slots: Sequence[Slot], chosen: Sequence[Candidate], met: Sequence[str], ties: Ties) -> tuple[int, ...]:
    """The cost vector of an allocation, counted anew from its definition: for tests, alternatives and explanation."""
    counts = dict.fromkeys(FIELDS, 0)
    known = set(met)
    last: dict[tuple[bool, int], str] = {}
    for index, (slot, candidate) in enumerate(zip(slots, chosen, strict=True)):
        body, lane = candidate.body.id, (slot.leg, slot.lane)
        counts["uncertain"] += not candidate.sure
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
