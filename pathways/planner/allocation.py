"""The allocation: which body takes each step, exactly, at the least cost (`pathways.planner.cost`).

It is found as a shortest path over the steps in their order. The state is the last body of each lane that goes on, the bodies met that
can still matter (those that could take a later step, or whose being met would give a later handover its basis), and the house that she
lives in, where it offers something to those who live there. A rough search with a few states gives a bound; the exact one drops the
states that cannot come under it, and those that another state can never lose against.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul, or_

from pathways.planner.cost import FIELDS, USUAL, Ties, Weighting, own_vector
from pathways.planner.slots import Candidate, Slot

_BEAM = 6
"""States kept by the rough search."""
_BOUNDLESS = 1 << 12 * (len(FIELDS) + 1)
"""More than any allocation costs."""
_COMPARED = 24
"""Of the states kept so far, how many a state is held against: dropping fewer states than could be dropped costs time, not exactness."""
_MOST_STATES = 40
"""States at one step beyond which the search for an alternative stays rough."""
_MOST_CHOICES = 2_000_000
"""States times bodies looked at, beyond which the first answer is the rough one too, so that no case takes more than some seconds. No path
through the bundled directory needs a thousandth of it; a country with thousands of bodies that nothing tells apart may."""


class Problem:
    """The steps of one case in numbers: bodies as bits. What does not depend on the weighting is worked out once."""

    def __init__(self, slots: Sequence[Slot], met: Sequence[str], ties: Ties) -> None:
        self.slots = slots
        bodies = sorted({*met, *(c.body.id for slot in slots for c in slot.candidates)})
        self.bit = {body: 1 << place for place, body in enumerate(bodies)}
        kept = sorted({c.body.id for slot in slots for c in slot.candidates if c.housed})
        self.house = {body: 1 << place for place, body in enumerate(kept, len(bodies))}
        """Of each body with services for those whom it houses, what stands for living there."""
        self.houses = sum(self.house.values())
        self.start = sum(self.bit[body] | self.house.get(body, 0) for body in set(met))
        self.same = {body: self._bits(ties.same(body)) for body in bodies}
        dependent = {c.body.id for slot in slots for c in slot.candidates if not c.based}
        self.basis = {body: self._bits(ties.leading_to(body)) for body in dependent}
        leading = {other for body in dependent for other in ties.leading_to(body) if other in self.bit}
        bound_up = leading | dependent | set(met) | set(kept) | {body for body in bodies if self.same[body] != self.bit[body]}
        self.families = _families(self.same.values())
        names = {lane: place for place, lane in enumerate(sorted({(slot.leg, slot.lane) for slot in slots}))}
        self.lanes = len(names)
        self.lane = [names[(slot.leg, slot.lane)] for slot in slots]
        self.goes_on = [lane in self.lane[index + 1 :] for index, lane in enumerate(self.lane)]
        """Whether the lane of a step has a later one: if not, its last body matters no more."""
        self.offers = [self._offers(slot) for slot in slots]
        """Of each step the bodies that can be in a best allocation, by id, each with its mandates."""
        self.alike = _alike(self.offers, bound_up)

    def _bits(self, bodies: frozenset[str]) -> int:
        return sum([self.bit[body] for body in bodies if body in self.bit])

    def _offers(self, slot: Slot) -> _Offers:
        """Certainty leads in every order of the cost: no choice elsewhere makes up for taking a body that does not serve for certain."""
        found = slot.candidates
        if len(found) > 1 and any(c.sure and not c.housed for c in found):
            found = [c for c in found if c.sure]
        by_body: _Offers = {}
        for candidate in found:
            by_body.setdefault(candidate.body.id, []).append(self._option(candidate))
        return dict(sorted(by_body.items())) if len(by_body) > 1 else by_body

    def _option(self, candidate: Candidate) -> _Option:
        body = candidate.body.id
        bit = self.bit[body]
        return _Option(
            candidate=candidate,
            own=own_vector(candidate),
            bit=bit,
            same=self.same[body],
            based=candidate.based,
            basis=0 if candidate.based else self.basis[body],
            house=self.house[body] if candidate.housed else 0,
            stays=~self.houses if candidate.houses else -1,
            gives=bit | self.house.get(body, 0) if candidate.houses else bit,
        )

    def allocate(self) -> Allocation:
        """The cheapest body for each step, exactly unless that takes too many choices. Every step has at least one candidate."""
        search = _Search(self, USUAL)
        rough = search.roughly()
        return search.found(search.exactly(rough.cost, None) or rough)

    def otherwise(self, weighting: Weighting, first: Sequence[int]) -> Allocation:
        """The best on another order of the cost; `first` is the first answer's vector, which it cannot cost more than. Exact unless it
        takes too many states."""
        search = _Search(self, weighting)
        return search.found(search.exactly(weighting.packed(first), _MOST_STATES) or search.roughly())


def _families(same: Iterable[int]) -> list[int]:
    """The sets of bodies that are joined through classes and instances, as bits."""
    found: list[int] = []
    for bits in same:
        if bits & (bits - 1):
            joined = [family for family in found if family & bits]
            found = [family for family in found if not family & bits]
            found.append(reduce(or_, joined, bits))
    return found


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who takes each step, and the cost vector of it all."""

    chosen: list[Candidate]
    cost: tuple[int, ...]


@dataclass(slots=True)
class _State:
    cost: int
    met: int
    last: tuple[int, ...]
    rank: int
    """Its place among the states of its step by the ids chosen so far: the last word between equal costs."""
    parent: _State | None
    choice: int


@dataclass(slots=True)
class _Option:
    candidate: Candidate
    own: tuple[int, ...]
    """What it costs in itself, place by place."""
    bit: int
    same: int
    """The body and its class or instances: whoever has met one has met the other."""
    based: bool
    basis: int
    """The bodies whose being met gives the handover its basis."""
    house: int
    """What must stand for living there; 0 where it serves whoever lives where."""
    stays: int
    """What goes on standing: all, save living in another house where this body houses her."""
    gives: int
    """The body, and living there where it houses her."""


class _Search:
    """One search on one order of the cost."""

    def __init__(self, problem: Problem, weighting: Weighting) -> None:
        self.problem, self.weighting, self.unit = problem, weighting, weighting.unit
        rows = [_cheapest(offers, weighting.own) for offers in problem.offers]
        _leave_out(rows, problem.alike)
        self.options = [[option for _, _, option in row.values()] for row in rows]
        self.rows = [
            sorted(
                [
                    (cost, choice, o.same, o.bit, o.based, o.basis, o.house, o.stays, o.gives)
                    for choice, (cost, _, o) in enumerate(row.values())
                ]
            )
            for row in rows
        ]
        """The options of each step by what they cost in themselves, each with its place among them by id."""
        self.relevant, self.least, self.fresh = self._futures()

    def _futures(self) -> tuple[list[int], list[int], list[tuple[int, ...]]]:
        """For each step: the bodies that can still matter after it; the least that the later steps' own bodies cost; and later steps that
        share no body, each of which brings a new one unless one of its bodies has been met."""
        count = len(self.options)
        relevant, least = [0] * count, [0] * count
        fresh: list[tuple[int, ...]] = [()] * count
        mask = used = 0
        apart: list[int] = []
        for index in range(count - 1, -1, -1):
            relevant[index], fresh[index] = mask, tuple(apart)
            takers = 0
            for option in self.options[index]:
                mask |= option.same | option.basis | option.house
                takers |= option.same
            for family in self.problem.families:
                if family & takers:
                    takers |= family
            if not takers & used:
                apart.append(takers)
                used |= takers
            if index + 1 < count:
                least[index] = least[index + 1] + self.rows[index + 1][0][0]
        return relevant, least, fresh

    def roughly(self) -> _State:
        """A good state after the last step, of a few kept at each."""
        states = self._begin()
        for index in range(len(self.options)):
            states = self._step(index, states, None)
        return min(states, key=lambda state: (state.cost, state.rank))

    def exactly(self, bound: int, most_states: int | None) -> _State | None:
        """The best state after the last step, which costs no more than `bound`; None where it would take too many states or choices."""
        states, choices = self._begin(), 0
        for index in range(len(self.options)):
            choices += len(states) * len(self.rows[index])
            if choices > _MOST_CHOICES:
                return None
            states = self._step(index, states, bound - self.least[index])
            if most_states is not None and len(states) > most_states:
                return None
        return min(states, key=lambda state: (state.cost, state.rank))

    def _begin(self) -> list[_State]:
        return [_State(0, self.problem.start, (-1,) * self.problem.lanes, 0, None, -1)]

    def _step(self, index: int, states: list[_State], most: int | None) -> list[_State]:
        """All states after a step, of which none is worse than another in every future; without a bound only a few."""
        if len(states) == 1 and len(self.rows[index]) == 1:
            return [self._only(index, states[0])]
        found: dict[tuple[int, tuple[int, ...]], _State] = {}
        new, bare, switch = self.unit["newly-met"], self.unit["without-basis"], self.unit["switches"]
        uncertain, meeting = self.unit["uncertain"], new + self.unit["early"] * (len(self.options) - index)
        lane, goes_on, relevant = self.problem.lane[index], self.problem.goes_on[index], self.relevant[index]
        row, apart = self.rows[index], self.fresh[index]
        width = len(row)
        for state in states:
            met, last = state.met, state.last[lane]
            before, after = state.last[:lane], state.last[lane + 1 :]
            room, unmet = _BOUNDLESS, 0
            if most is not None:
                ahead = [takers for takers in apart if not takers & met]
                room, unmet = most - state.cost - new * len(ahead), sum(ahead)
            for own, choice, same, bit, based, basis, house, stays, gives in row:
                if own > room + new:
                    break
                cost = own
                if not met & same:
                    cost += meeting
                    if not based and not met & basis:
                        cost += bare
                if last >= 0 and not last & same:
                    cost += switch
                if house and not met & house:
                    cost += uncertain
                if cost > (room + new if bit & unmet else room):
                    continue
                cost += state.cost
                key = ((met & stays | gives) & relevant, (*before, bit if goes_on else -1, *after))
                rank = state.rank * width + choice
                old = found.get(key)
                if old is None or cost < old.cost or (cost == old.cost and rank < old.rank):
                    found[key] = _State(cost, key[0], key[1], rank, state, choice)
        after_it = list(found.values())
        if most is None:
            after_it = sorted(after_it, key=lambda state: (state.cost, state.rank))[:_BEAM]
        kept = self._best(after_it)
        for place, state in enumerate(sorted(kept, key=lambda state: state.rank)):
            state.rank = place
        return kept

    def _only(self, index: int, state: _State) -> _State:
        """The state after a step that leaves no choice."""
        ((own, _, same, bit, based, basis, house, stays, gives),) = self.rows[index]
        lane, met = self.problem.lane[index], state.met
        cost = state.cost + own
        if not met & same:
            cost += self.unit["newly-met"] + self.unit["early"] * (len(self.options) - index)
            if not based and not met & basis:
                cost += self.unit["without-basis"]
        if state.last[lane] >= 0 and not state.last[lane] & same:
            cost += self.unit["switches"]
        if house and not met & house:
            cost += self.unit["uncertain"]
        last = (*state.last[:lane], bit if self.problem.goes_on[index] else -1, *state.last[lane + 1 :])
        return _State(cost, (met & stays | gives) & self.relevant[index], last, 0, state, 0)

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

    def found(self, end: _State | None) -> Allocation:
        """The allocation on the way to a state after the last step."""
        cost = self.weighting.unpacked(end.cost if end else 0)
        chosen: list[Candidate] = []
        index = len(self.options)
        while end is not None and end.parent is not None:
            index -= 1
            chosen.append(self.options[index][end.choice].candidate)
            end = end.parent
        return Allocation(chosen[::-1], cost)


_Offers = dict[str, list[_Option]]
_Row = dict[str, tuple[int, str, _Option]]
"""The bodies that can take a step, by id, each with its cost, the id of its mandate and itself."""
_Alike = list[list[tuple[str, list[int]]]]
"""Groups of bodies with the steps that they can take: the same ones, for all of a group."""


def _cheapest(offers: _Offers, units: Sequence[int]) -> _Row:
    """Of several mandates of one body, the cheapest."""
    row: _Row = {}
    for body, options in offers.items():
        entries = [(sum(map(mul, option.own, units)), option.candidate.mandate.id, option) for option in options]
        row[body] = entries[0] if len(entries) == 1 else min(entries, key=lambda entry: entry[:2])
    return row


def _alike(offers: Sequence[_Offers], bound_up: set[str]) -> _Alike:
    """The bodies that can take the same steps, with the same standing in each, and whose choice touches no other body."""
    places: dict[str, list[int]] = {}
    for index, row in enumerate(offers):
        for body in row:
            if body not in bound_up:
                places.setdefault(body, []).append(index)
    groups: dict[tuple[tuple[int, bool], ...], list[tuple[str, list[int]]]] = {}
    for body, at in places.items():
        groups.setdefault(tuple([(index, offers[index][body][0].based) for index in at]), []).append((body, at))
    return [group for group in groups.values() if len(group) > 1]


def _leave_out(rows: list[_Row], alike: _Alike) -> None:
    """Take out the bodies that another, alike to it, replaces everywhere at no higher cost."""
    for group in alike:
        front: list[tuple[tuple[int, ...], tuple[str, ...], str]] = []
        for entry in sorted([(tuple([rows[i][body][0] for i in at]), tuple([rows[i][body][1] for i in at]), body) for body, at in group]):
            if any(_no_worse(other, entry) for other in front):
                for index in group[0][1]:
                    del rows[index][entry[2]]
            else:
                front.append(entry)


def _no_worse(first: tuple[tuple[int, ...], tuple[str, ...], str], second: tuple[tuple[int, ...], tuple[str, ...], str]) -> bool:
    """Whether one body costs no more than another in each step, and in none where both cost the same comes after it by id."""
    if any(a > b for a, b in zip(first[0], second[0], strict=True)):
        return False
    return first[0] != second[0] or all(a <= b for a, b in zip(first[1], second[1], strict=True))
