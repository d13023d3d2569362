"""The smallest descriptions of a set of profiles: few conditions each, together the whole set.

A description is a box: for a few dimensions the classes that are in, for the others all. Each is prime: no condition of it can be left out,
and no class added, without taking in somebody who is not in the set. They are found greedily by weight, as in the minimisation of logic
(Brayton et al. 1984, "expand" and "irredundant"): exact in what each says, near the smallest in their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pathways.measures.diagrams import Counter, ProfileSet, Universe

Box = Mapping[int, frozenset[int]]
"""For some levels the classes that are in; a level that is not named holds all."""


@dataclass(frozen=True, slots=True)
class Description:
    """One box of a set, with its weight, and the weight of those in it whom no description before it told."""

    box: Box
    weight: int
    new: int


def describe(
    profiles: ProfileSet, within: ProfileSet, count: Counter, most: int = 12, order: Sequence[int] | None = None
) -> list[Description]:
    """The smallest descriptions of a set, the weightiest first, at most so many; outside `within` nobody is asked about.

    `order` are the levels in the order in which a description would rather do without them; by default the last first.
    """
    universe = profiles.universe
    wanted = profiles & within
    allowed = profiles | ~within
    left, found = wanted, list[Box]()
    levels = list(order) if order is not None else list(range(len(universe.sizes)))[::-1]
    while left and len(found) < most:
        seed = max(_some(left), key=lambda box: count(box_set(universe, box) & left))
        box = max((_grown(seed, allowed, way) for way in _ways(seed, levels)), key=lambda b: (count(box_set(universe, b) & left), -len(b)))
        found.append(box)
        left -= box_set(universe, box)
    return _irredundant(universe, found, wanted, count)


def _some(profiles: ProfileSet, most: int = 60) -> list[Box]:
    """Some boxes of a set to start from."""
    found: list[Box] = []
    for box in profiles.boxes():
        found.append(box)
        if len(found) == most:
            break
    return found


def _ways(seed: Box, levels: Sequence[int]) -> list[list[int]]:
    """Orders in which to try to leave out the conditions of a box: the usual one, and each condition kept to the last in turn."""
    usual = [level for level in levels if level in seed]
    return [usual, *([other for other in usual if other != kept] + [kept] for kept in usual)]


def _grown(seed: Box, allowed: ProfileSet, order: Sequence[int]) -> Box:
    """The box with every condition left out, and every class added, that keeps it within what is allowed."""
    universe = allowed.universe
    box = dict(seed)
    for level in order:
        without = {other: classes for other, classes in box.items() if other != level}
        if _inside(box_set(universe, without), allowed):
            box = without
    for level in [level for level in order if level in box]:
        # the classes that may stand beside the other conditions: all of them together, since a class is judged apart from its siblings
        rest = box_set(universe, {other: classes for other, classes in box.items() if other != level})
        fits = [c for c in range(universe.sizes[level]) if c in box[level] or _inside(rest & universe.where(level, [c]), allowed)]
        box[level] = frozenset(fits)
    return box


def _inside(first: ProfileSet, second: ProfileSet) -> bool:
    return not first - second


def box_set(universe: Universe, box: Box) -> ProfileSet:
    """The profiles of a box."""
    found = universe.all
    for level in sorted(box, reverse=True):
        found = universe.where(level, box[level]) & found
    return found


def _irredundant(universe: Universe, boxes: Sequence[Box], wanted: ProfileSet, count: Counter) -> list[Description]:
    """The boxes without those whose profiles the others tell, the weightiest first."""
    kept = list(boxes)
    for box in sorted(boxes, key=lambda b: count(box_set(universe, b) & wanted)):
        others = universe.union(box_set(universe, other) for other in kept if other is not box)
        if not (box_set(universe, box) & wanted) - others:
            kept.remove(box)
    found = []
    told = universe.none
    for box in sorted(kept, key=lambda b: -count(box_set(universe, b) & wanted)):
        inside = box_set(universe, box) & wanted
        found.append(Description(box, count(inside), count(inside - told)))
        told |= inside
    return found
