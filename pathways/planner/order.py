"""The order in which steps are printed: topological, ties by lane, then by the vocabulary's order of functions."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from pathways.planner.mechanism import Walk
from pathways.planner.rules import rules
from pathways.planner.slots import Slot

_HELP_BEFORE_GUARDIAN = ("hotline", "detection", "outreach")


def order_slots(slots: Sequence[Slot], walk: Walk) -> list[Slot]:
    """The slots in an order that a person can follow.

    The main line keeps its stages' order; a step comes after what its bodies require; for a child the guardian comes before interview,
    decision and justice (R09). A wish to put two
    steps in both orders is settled by the stages' positions.
    """
    sources = [_brought_about_by(slot, slots) for slot in slots]
    _lift(slots, sources)
    _guardian_first(slots)
    after = _before_each(slots)
    for index in range(len(slots)):
        for source in sources[index]:
            if index not in _ancestors(source, after):
                after[index].add(source)
    _interpreter_first(slots, after)
    heap = [(_key(slot), index) for index, slot in enumerate(slots) if not after[index]]
    heapq.heapify(heap)
    waiting = {index: set(before) for index, before in enumerate(after) if before}
    done: list[Slot] = []
    while heap or waiting:
        if not heap:
            index = min(waiting, key=lambda i: _key(slots[i]))
            del waiting[index]
        else:
            _, index = heapq.heappop(heap)
        done.append(slots[index])
        for later in list(waiting):
            waiting[later].discard(index)
            if not waiting[later]:
                del waiting[later]
                heapq.heappush(heap, (_key(slots[later]), later))
    return done


def _key(slot: Slot) -> tuple[bool, bool, int, float, int, str]:
    return (not slot.entry, slot.leg, slot.lane, slot.position, slot.rank, slot.ground or "")


def _before_each(slots: Sequence[Slot]) -> list[set[int]]:
    """The steps that must come before each step by the order of stages alone."""
    entries = {index for index, slot in enumerate(slots) if slot.entry}
    at_home = {index for index, slot in enumerate(slots) if not slot.entry and not slot.leg}
    lines = [[i for i, s in enumerate(slots) if not s.entry and s.leg is leg and (leg or s.lane == 0)] for leg in (False, True)]
    guardians = [index for index in at_home if slots[index].function == "child-guardianship"]
    beside = [index for index in at_home if slots[index].lane > 0]
    ways = {index: {way.to for way in slots[index].stage.next if way.outcome in (None, "granted")} for index in beside}
    found = []
    for index, slot in enumerate(slots):
        before = set() if slot.entry else set(entries)
        if slot.leg:
            before |= at_home
        if slot.leg or (slot.lane == 0 and not slot.entry):
            before.update([i for i in lines[slot.leg] if (slots[i].position, slots[i].rank) < (slot.position, slot.rank)])
        elif not slot.entry:
            before.update([i for i in beside if i != index and slots[i].position < slot.position and slot.stage.id in ways[i]])
        if not slot.leg and _waits_for_guardian(slot):
            before.update([i for i in guardians if i != index and (slots[i].lane or slot.lane)])
        found.append(before)
    return found


def _guardian_first(slots: Sequence[Slot]) -> None:
    """A guardian's step stands before every step of the main line that waits for a guardian, also within one stage (R09)."""
    guardian = next((slot for slot in slots if slot.function == "child-guardianship" and slot.lane == 0), None)
    waiting = [slot for slot in slots if slot.lane == 0 and not slot.leg and _waits_for_guardian(slot)]
    if guardian is not None and waiting:
        guardian.position = min(guardian.position, *(slot.position for slot in waiting))
        guardian.rank = -1


def _waits_for_guardian(slot: Slot) -> bool:
    """Whether a step is one before which a guardian acts: interview, age test, decision, justice, and whatever law enforcement does."""
    if slot.entry or slot.function in ("child-guardianship", "police-protection"):
        return False
    return slot.function in rules().after_guardian or any(c.mandate.law_enforcement for c in slot.candidates)


def _brought_about_by(slot: Slot, slots: Sequence[Slot]) -> list[int]:
    """The other slots without which a slot would not be there: they perform what its bodies require, or bring about a fact that it asks
    for."""
    if slot.entry:
        return []
    functions = rules().functions
    wanted = {function for c in slot.candidates for word in c.mandate.requires for function in c.case.requirements[word].met_by}
    brought = {fact for other in slots for fact in functions[other.function].produces}
    rests = _rests_on(slot, brought) if brought else set()
    return [
        i
        for i, other in enumerate(slots)
        if other is not slot and (other.function in wanted or not rests.isdisjoint(functions[other.function].produces))
    ]


def _lift(slots: Sequence[Slot], sources: Sequence[Sequence[int]]) -> None:
    """A step of the main line that rests on a later one (a need, at its home) stands after it; lifted one after the other until none is
    left."""
    for _ in slots:
        lifted = False
        for index, slot in enumerate(slots):
            if not sources[index] or slot.lane or slot.leg or slot.entry or slot.function == "child-guardianship":
                continue
            latest = max((slots[i].position for i in sources[index] if slots[i].lane == 0 and not slots[i].leg), default=slot.position)
            if latest > slot.position:
                slot.position, slot.rank, lifted = latest, slot.rank + len(slots) * 10, True
        if not lifted:
            return


def _rests_on(slot: Slot, brought: set[str]) -> set[str]:
    """Of the facts brought about on the way those without which a slot would not be there: its conditions name them, and the case did not
    hold them from the start."""
    conditions = [rules().functions[slot.function].fits, slot.stage.gate]
    for candidate in slot.candidates:
        conditions.append(candidate.mandate.serves)
        conditions += [meets for word in candidate.mandate.requires if (meets := candidate.case.requirements[word].meets) is not None]
    named: set[str] = set()
    for condition in conditions:
        if not brought.isdisjoint(condition.facts) and condition.evaluate(slot.case.initial) is not True:
            named |= condition.facts
    return named & brought


def _interpreter_first(slots: Sequence[Slot], after: list[set[int]]) -> None:
    """Whoever shares no language with the country has an interpreter before anybody interviews or decides (R29)."""
    interpreter = next((i for i, slot in enumerate(slots) if slot.function == "interpretation" and "R29" in slot.rules), None)
    if interpreter is not None:
        needed = {interpreter} | _ancestors(interpreter, after)
        for index, slot in enumerate(slots):
            if index not in needed and not slot.entry and slot.function in rules().after_guardian:
                after[index].add(interpreter)


def _ancestors(index: int, after: list[set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(after[index])
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(after[current])
    return found
