"""Sets of profiles as decision diagrams: exact sets over a space of any size, with union, intersection, complement and counting.

A set is a reduced ordered multi-valued decision diagram: one level a dimension of the space, one child a class of its values, equal parts
stored once (Bryant 1986; Srinivasan et al. 1990). A set that depends on few dimensions is small, whatever the size of the space; what has
been worked out once is never worked out again. All sets of one analysis belong to one `Universe`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from math import prod

_NONE, _ALL = 0, 1


class Universe:
    """The space of an analysis: so many classes at each level, and every set that has been made in it."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        depth = len(self.sizes)
        self._level = [depth, depth]
        self._children: list[tuple[int, ...]] = [(), ()]
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._other: dict[int, int] = {_NONE: _ALL, _ALL: _NONE}
        self.none, self.all = ProfileSet(self, _NONE), ProfileSet(self, _ALL)

    def where(self, level: int, classes: Iterable[int]) -> ProfileSet:
        """The profiles whose class at a level is one of some."""
        inside = set(classes)
        return ProfileSet(self, self._node(level, tuple([int(c in inside) for c in range(self.sizes[level])])))

    def partition(self, levels: Sequence[int], value_of: Callable[[tuple[int, ...]], Hashable]) -> dict[Hashable, ProfileSet]:
        """The profiles by a value that follows from their classes at some levels, which are given from the highest on."""
        found = self._split(levels, (), value_of)
        return {value: ProfileSet(self, node) for value, node in found.items()}

    def _split(
        self, levels: Sequence[int], so_far: tuple[int, ...], value_of: Callable[[tuple[int, ...]], Hashable]
    ) -> dict[Hashable, int]:
        if not levels:
            return {value_of(so_far): _ALL}
        below = [self._split(levels[1:], (*so_far, index), value_of) for index in range(self.sizes[levels[0]])]
        values = dict.fromkeys(value for part in below for value in part)
        return {value: self._node(levels[0], tuple([part.get(value, _NONE) for part in below])) for value in values}

    def union(self, sets: Iterable[ProfileSet]) -> ProfileSet:
        """The profiles of any of some sets."""
        found = _NONE
        for item in sets:
            found = self._or(found, item.node)
        return ProfileSet(self, found)

    def __len__(self) -> int:
        """How many parts of sets are stored."""
        return len(self._level)

    def _node(self, level: int, children: tuple[int, ...]) -> int:
        first = children[0]
        if children.count(first) == len(children):
            return first
        key = (level, children)
        found = self._unique.get(key)
        if found is None:
            found = self._unique[key] = len(self._level)
            self._level.append(level)
            self._children.append(children)
        return found

    def _and(self, a: int, b: int) -> int:
        if a > b:
            a, b = b, a
        if a == _NONE:
            return _NONE
        if a in (_ALL, b):
            return b
        key = (a, b)
        found = self._both.get(key)
        if found is None:
            level, left, right = self._aligned(a, b)
            each = self._and
            found = self._both[key] = self._node(level, tuple([each(x, y) for x, y in zip(left, right, strict=True)]))
        return found

    def _or(self, a: int, b: int) -> int:
        if a > b:
            a, b = b, a
        if _ALL in (a, b):
            return _ALL
        if a in (_NONE, b):
            return b
        key = (a, b)
        found = self._either.get(key)
        if found is None:
            level, left, right = self._aligned(a, b)
            each = self._or
            found = self._either[key] = self._node(level, tuple([each(x, y) for x, y in zip(left, right, strict=True)]))
        return found

    def _aligned(self, a: int, b: int) -> tuple[int, Sequence[int], Sequence[int]]:
        """The higher of the two levels, and the children of both there."""
        at, to = self._level[a], self._level[b]
        if at == to:
            return at, self._children[a], self._children[b]
        if at < to:
            return at, self._children[a], (b,) * self.sizes[at]
        return to, (a,) * self.sizes[to], self._children[b]

    def _not(self, a: int) -> int:
        found = self._other.get(a)
        if found is None:
            found = self._node(self._level[a], tuple([self._not(child) for child in self._children[a]]))
            self._other[a] = found
            self._other[found] = a
        return found

    # reading --------------------------------------------------------------------------------------------------------------------------

    def counter(self, weights: Sequence[Sequence[int]]) -> Counter:
        """Counts profiles where each class of each level stands for so many."""
        return Counter(self, weights)


class ProfileSet:
    """An exact set of profiles of a universe; equal sets are equal objects of one node."""

    __slots__ = ("node", "universe")

    def __init__(self, universe: Universe, node: int) -> None:
        self.universe, self.node = universe, node

    def __and__(self, other: ProfileSet) -> ProfileSet:
        return ProfileSet(self.universe, self.universe._and(self.node, other.node))

    def __or__(self, other: ProfileSet) -> ProfileSet:
        return ProfileSet(self.universe, self.universe._or(self.node, other.node))

    def __sub__(self, other: ProfileSet) -> ProfileSet:
        if _NONE in (self.node, other.node):
            return self
        return ProfileSet(self.universe, self.universe._and(self.node, self.universe._not(other.node)))

    def __invert__(self) -> ProfileSet:
        return ProfileSet(self.universe, self.universe._not(self.node))

    def __bool__(self) -> bool:
        return self.node != _NONE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProfileSet) and self.node == other.node and self.universe is other.universe

    def __hash__(self) -> int:
        return hash(self.node)

    def __contains__(self, classes: Sequence[int]) -> bool:
        """Whether the profile of these classes, one a level, is in the set."""
        node, universe = self.node, self.universe
        while node > _ALL:
            node = universe._children[node][classes[universe._level[node]]]
        return node == _ALL

    def first(self) -> tuple[int, ...]:
        """The classes of the first profile that is in the set; ValueError where it is empty."""
        universe, node = self.universe, self.node
        if node == _NONE:
            raise ValueError("nobody is in an empty set")
        found = [0] * len(universe.sizes)
        while node > _ALL:
            children = universe._children[node]
            index = next(index for index, child in enumerate(children) if child != _NONE)
            found[universe._level[node]] = index
            node = children[index]
        return tuple(found)

    def levels(self) -> tuple[int, ...]:
        """The levels on which it depends."""
        universe = self.universe
        seen, found, waiting = set[int](), set[int](), [self.node]
        while waiting:
            node = waiting.pop()
            if node > _ALL and node not in seen:
                seen.add(node)
                found.add(universe._level[node])
                waiting.extend(universe._children[node])
        return tuple(sorted(found))

    def boxes(self) -> Iterator[Mapping[int, frozenset[int]]]:
        """The set as disjoint boxes: for some levels the classes that are in; a level that is not named holds all."""
        yield from self._boxes(self.node, {})

    def _boxes(self, node: int, so_far: Mapping[int, frozenset[int]]) -> Iterator[Mapping[int, frozenset[int]]]:
        if node == _ALL:
            yield so_far
        if node <= _ALL:
            return
        universe = self.universe
        together: dict[int, set[int]] = {}
        for place, child in enumerate(universe._children[node]):
            together.setdefault(child, set()).add(place)
        for child, places in together.items():
            yield from self._boxes(child, {**so_far, universe._level[node]: frozenset(places)})


class Counter:
    """Counts sets under one weighting of the classes; what it has counted it remembers."""

    def __init__(self, universe: Universe, weights: Sequence[Sequence[int]]) -> None:
        self._universe, self._weights = universe, weights
        totals = [sum(level) for level in weights]
        self._from = [prod(totals[level:]) for level in range(len(totals) + 1)]
        """What all classes from a level on come to."""
        self._between: dict[tuple[int, int], int] = {}
        self._known: dict[int, int] = {_NONE: 0, _ALL: 1}
        self._totals = totals

    @property
    def total(self) -> int:
        """The weight of the whole space."""
        return self._from[0]

    def __call__(self, profiles: ProfileSet) -> int:
        """The weight of a set."""
        return self._below(profiles.node) * self._skipped(0, self._universe._level[profiles.node])

    def _below(self, node: int) -> int:
        found = self._known.get(node)
        if found is None:
            universe = self._universe
            level = universe._level[node]
            found = 0
            for child, weight in zip(universe._children[node], self._weights[level], strict=True):
                if child and weight:
                    found += weight * self._below(child) * self._skipped(level + 1, universe._level[child])
            self._known[node] = found
        return found

    def _skipped(self, start: int, end: int) -> int:
        key = (start, end)
        if key not in self._between:
            self._between[key] = prod(self._totals[start:end])
        return self._between[key]
