"""Sets of profiles as decision diagrams do what sets do: held against Python's own sets of all profiles of small spaces."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.measures.diagrams import ProfileSet, Universe

SIZES = (2, 3, 1, 4)
EVERY = list(product(*(range(size) for size in SIZES)))
WEIGHTS = [[1, 5], [2, 1, 7], [3], [1, 1, 2, 10]]


def weight(profile: tuple[int, ...]) -> int:
    found = 1
    for level, index in enumerate(profile):
        found *= WEIGHTS[level][index]
    return found


@st.composite
def expressions(draw, depth: int = 4):
    """A set told twice: as what to do with a universe, and as a plain set."""
    if depth == 0 or draw(st.booleans()):
        level = draw(st.integers(0, len(SIZES) - 1))
        classes = draw(st.sets(st.integers(0, SIZES[level] - 1)))
        return (lambda u: u.where(level, classes)), {p for p in EVERY if p[level] in classes}
    (left, those), (right, these) = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    kind = draw(st.sampled_from(("and", "or", "without", "not")))
    if kind == "and":
        return (lambda u: left(u) & right(u)), those & these
    if kind == "or":
        return (lambda u: left(u) | right(u)), those | these
    if kind == "without":
        return (lambda u: left(u) - right(u)), those - these
    return (lambda u: ~left(u)), set(EVERY) - those


def members(found: ProfileSet) -> set[tuple[int, ...]]:
    return {profile for profile in EVERY if profile in found}


@given(expressions())
def test_a_diagram_holds_what_the_set_holds_and_counts_it(told):
    make, plain = told
    universe = Universe(SIZES)
    found = make(universe)
    assert members(found) == plain
    assert bool(found) == bool(plain)
    assert universe.counter(WEIGHTS)(found) == sum(map(weight, plain))


@given(expressions())
def test_the_first_of_a_set_is_in_it_and_there_is_none_of_an_empty_one(told):
    make, plain = told
    found = make(Universe(SIZES))
    if plain:
        assert found.first() in plain
    else:
        with pytest.raises(ValueError, match="empty"):
            found.first()


@given(expressions(), expressions())
def test_equal_sets_are_equal_however_they_were_made(first, second):
    universe = Universe(SIZES)
    assert (first[0](universe) == second[0](universe)) == (first[1] == second[1])


@given(expressions())
def test_boxes_are_disjoint_and_make_up_the_set(told):
    make, plain = told
    found = make(Universe(SIZES))
    inside = [{p for p in EVERY if all(p[level] in classes for level, classes in box.items())} for box in found.boxes()]
    assert sum(map(len, inside)) == len(plain)
    assert set().union(*inside) == plain


@given(expressions())
def test_a_set_depends_on_the_levels_that_it_names(told):
    make, plain = told
    depends = set()
    for level, size in enumerate(SIZES):
        for profile, other in product(EVERY, range(size)):
            changed = (*profile[:level], other, *profile[level + 1 :])
            if (profile in plain) != (changed in plain):
                depends.add(level)
    assert set(make(Universe(SIZES)).levels()) == depends


def test_a_partition_splits_by_a_value_of_some_levels():
    universe = Universe(SIZES)
    found = universe.partition((0, 1), lambda classes: sum(classes) % 2)
    assert members(found[0]) == {p for p in EVERY if (p[0] + p[1]) % 2 == 0}
    assert found[1] == ~found[0]
