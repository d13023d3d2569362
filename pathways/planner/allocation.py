"""The allocation: which body takes each step, exactly, by one lexicographic cost.

The cost of an allocation, in this order: steps that are uncertain; handovers without a basis; bodies newly met, then switches between
bodies along a lane; misfit (child-only care for a child; lead, support, other; specialised; this exploitation; this group; her language;
the instance before its class); distance; doubt in the evidence; and last the ids, so that one answer is left. Gaps do not stand in it,
since no choice of bodies changes them.

It is found as a shortest path over the steps in their order. The state is the last body of each lane that goes on, and the bodies met
that can still matter: those that could take a later step, or whose being met would give a later handover its basis. States that another
state cannot lose against are dropped. The cost is packed into one integer, field by field, so that comparing it compares the vector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pathways.directory import Directory
from pathways.planner.slots import Candidate, Slot

FIELDS = (
    "uncertain",
    "without-basis",
    "newly-met",
    "switches",
    "not-child-only",
    "standing",
    "not-specialised",
    "other-exploitation",
    "other-group",
    "language",
    "class",
    "distance",
    "doubt",
)
"""The places of the cost vector, in their order."""

_BITS = 10
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
    child, standing, specialised, exploitation, group, language, is_class = candidate.misfit
    return (
        (not candidate.sure) * unit["uncertain"]
        + child * unit["not-child-only"]
        + standing * unit["standing"]
        + specialised * unit["not-specialised"]
        + exploitation * unit["other-exploitation"]
        + group * unit["other-group"]
        + language * unit["language"]
        + is_class * unit["class"]
        + candidate.distance * unit["distance"]
        + candidate.doubt * unit["doubt"]
    )


class Ties:
    """Who is tied to whom: a stated link, a parent, a network, a class, an operator give a handover its basis."""

    def __init__(self, directory: Directory, slots: Sequence[Slot]) -> None:
        self.directory = directory
        self._known: dict[tuple[str, str], bool] = {}
        self.on = slots[0].case.on if slots else None

    def bind(self, met: str, new: str) -> bool:
        """Whether having met one body gives a handover to another its basis."""
        key = (met, new)
        if key not in self._known:
            self._known[key] = self._bind(met, new)
        return self._known[key]

    def _bind(self, met: str, new: str) -> bool:
        part, other = self.directory.part_of(met), self.directory.part_of(new)
        if part is None or other is None:
            return False
        targets = {new, *other.belongs_to.get(new, ())}
        origins = {met, *part.belongs_to.get(met, ())}
        if met in targets or new in origins:
            return True
        return any(link.to in targets and (self.on is None or link.in_force(self.on)) for origin in origins if origin in part.stakeholders for link in part.links_from[origin])


@dataclass(slots=True)
class _State:
    cost: int
    met: int
    last: tuple[int, ...]
    chosen: tuple[int, ...]
    """The candidate taken at each slot so far."""


def allocate(slots: Sequence[Slot], met: Sequence[str], ties: Ties, weighting: Weighting = USUAL, banned: Callable[[int, Candidate], bool] | None = None) -> list[Candidate]:
    """The cheapest body for each slot, in the slots' order. Every slot has at least one candidate; none may be banned away entirely."""
    if not slots:
        return []
    problem = _Problem(slots, met, ties, weighting, banned)
    states = [_State(0, problem.start, (-1,) * problem.lanes, ())]
    for index in range(len(slots)):
        states = problem.step(index, states)
    best = min(states, key=lambda state: (state.cost, problem.names(state.chosen)))
    return [problem.options[index][choice].candidate for index, choice in enumerate(best.chosen)]


@dataclass(frozen=True, slots=True)
class _Option:
    candidate: Candidate
    bit: int
    cost: int
    based: bool
    basis: int
    """The bodies (as bits) whose being met gives the handover its basis."""


class _Problem:
    """The slots in numbers: bodies as bits, costs as integers."""

    def __init__(self, slots: Sequence[Slot], met: Sequence[str], ties: Ties, weighting: Weighting, banned: Callable[[int, Candidate], bool] | None) -> None:
        self.slots, self.unit = slots, weighting.unit
        kept = [_kept(slot, index, weighting, banned) for index, slot in enumerate(slots)]
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
                row.append(_Option(candidate, bit[name], own_cost(candidate, self.unit), candidate.based, basis.get(name, 0)))
            self.options.append(sorted(row, key=lambda option: (option.candidate.body.id, option.candidate.mandate.id)))
        self.lanes = len({slot.lane for slot in slots}) + 1
        names = {lane: place for place, lane in enumerate(sorted({(slot.leg, slot.lane) for slot in slots}))}
        self.lanes = len(names)
        self.lane = [names[(slot.leg, slot.lane)] for slot in slots]
        self.relevant = self._relevant()
        self.open = [frozenset(self.lane[index + 1 :]) for index in range(len(slots))]

    def _relevant(self) -> list[int]:
        """For each slot, the bodies that can still matter after it."""
        masks, mask = [0] * len(self.slots), 0
        for index in range(len(self.slots) - 1, -1, -1):
            masks[index] = mask
            for option in self.options[index]:
                mask |= option.bit | (0 if option.based else option.basis)
        return masks

    def step(self, index: int, states: list[_State]) -> list[_State]:
        """All states after a slot, of which none is worse than another in every future."""
        found: dict[tuple[int, tuple[int, ...]], _State] = {}
        new, bare, switch = self.unit["newly-met"], self.unit["without-basis"], self.unit["switches"]
        lane, relevant, still = self.lane[index], self.relevant[index], self.open[index]
        for state in states:
            for choice, option in enumerate(self.options[index]):
                cost = state.cost + option.cost
                if not state.met & option.bit:
                    cost += new
                    if not option.based and not state.met & option.basis:
                        cost += bare
                last = state.last[lane]
                if last >= 0 and last != option.bit:
                    cost += switch
                lasts = tuple(-1 if place not in still else option.bit if place == lane else value for place, value in enumerate(state.last))
                key = ((state.met | option.bit) & relevant, lasts)
                old = found.get(key)
                if old is None or cost < old.cost or (cost == old.cost and self.names((*state.chosen, choice)) < self.names(old.chosen)):
                    found[key] = _State(cost, key[0], lasts, (*state.chosen, choice))
        return self._best(list(found.values()))

    def _best(self, states: list[_State]) -> list[_State]:
        """Without the states that another can never lose against: it costs no more, even with a switch in each lane where the last body
        differs, and has met all that the other has met."""
        if len(states) < 8:
            return states
        states.sort(key=lambda state: state.cost)
        kept: list[_State] = []
        for state in states:
            if not any(self._beats(other, state) for other in kept):
                kept.append(state)
        return kept

    def _beats(self, other: _State, state: _State) -> bool:
        if state.met & ~other.met:
            return False
        differing = sum(a != b for a, b in zip(other.last, state.last, strict=True))
        return other.cost + differing * self.unit["switches"] < state.cost

    def names(self, chosen: tuple[int, ...]) -> tuple[str, ...]:
        """The mandates chosen, by name: the last word between equal costs."""
        return tuple(self.options[index][choice].candidate.mandate.id for index, choice in enumerate(chosen))


def _kept(slot: Slot, index: int, weighting: Weighting, banned: Callable[[int, Candidate], bool] | None) -> list[Candidate]:
    """The candidates that can be in a best allocation: where certainty leads, no choice elsewhere makes up for an uncertain body here; of
    several mandates of one body, the cheapest."""
    found = [c for c in slot.candidates if banned is None or not banned(index, c)] or list(slot.candidates)
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
    linked = {origin for origin in places for target in dependent if origin != target and ties.bind(origin, target)} if len(places) * len(dependent) < 40_000 else set(places)
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
    for slot, candidate in zip(slots, chosen, strict=True):
        body, lane = candidate.body.id, (slot.leg, slot.lane)
        counts["uncertain"] += not candidate.sure
        if body not in known:
            counts["newly-met"] += 1
            counts["without-basis"] += not candidate.based and not any(ties.bind(other, body) for other in known)
        counts["switches"] += last.get(lane, body) != body
        for name, value in zip(FIELDS[4:11], candidate.misfit, strict=True):
            counts[name] += value
        counts["distance"] += candidate.distance
        counts["doubt"] += candidate.doubt
        known.add(body)
        last[lane] = body
    return tuple(counts[name] for name in FIELDS)
