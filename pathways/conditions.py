"""The small closed language of conditions over the facts of a case, in three values.

A condition is `{fact: NAME, in: [values]}`, `{fact: NAME, at_least: N}`, `{fact: NAME, at_most: N}`, `{all: [...]}`, `{any: [...]}` or
`{not: ...}`. A truth value is True, False or None, and None is "unknown": it follows Kleene's strong logic, so that one true way of
an `any` is enough and one false part of an `all` decides. What to do with the unknown is not decided here, but by the gate that asks
(a gate that gives opens on it, a gate that takes stays shut).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pathways import vocabulary

Truth = bool | None
"""True, False, or None for unknown."""

Values = Mapping[str, Any]
"""The facts of a case by name; what is absent or None is unknown; a list fact is a frozenset."""


class ConditionError(ValueError):
    """A condition that is not of the language: says what is wrong, where in it, and what would be accepted."""

    def __init__(self, path: Sequence[str | int], message: str) -> None:
        super().__init__(message)
        self.path = tuple(path)


@dataclass(frozen=True, slots=True)
class Atom:
    """One statement about one fact: it is among some values, or a number within bounds."""

    fact: str
    values: frozenset[Any] = frozenset()
    at_least: int | None = None
    at_most: int | None = None

    @property
    def facts(self) -> frozenset[str]:
        """The name of its fact."""
        return frozenset({self.fact})

    def evaluate(self, facts: Values) -> Truth:
        """Whether the fact holds; None where it is unknown. A list fact holds where any of its members is named."""
        value = facts.get(self.fact)
        if value is None:
            return None
        if self.at_least is not None:
            return bool(value >= self.at_least)
        if self.at_most is not None:
            return bool(value <= self.at_most)
        if type(value) is frozenset:
            return not value.isdisjoint(self.values)
        return value in self.values

    def atoms(self) -> Iterator[Atom]:
        """Itself."""
        yield self

    def failing(self, facts: Values, wanted: bool = True) -> Iterator[Atom]:
        """Itself where it does not have the wanted truth."""
        if self.evaluate(facts) is not wanted:
            yield self

    def as_data(self) -> dict[str, Any]:
        """The condition as it stands in a file."""
        if self.at_least is not None:
            return {"fact": self.fact, "at_least": self.at_least}
        if self.at_most is not None:
            return {"fact": self.fact, "at_most": self.at_most}
        return {"fact": self.fact, "in": sorted(self.values, key=str)}


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold; no parts: always true."""

    parts: tuple[Condition, ...] = ()
    facts: frozenset[str] = field(init=False, repr=False, compare=False)
    """The names of the facts within."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", _facts(self.parts))

    def evaluate(self, facts: Values) -> Truth:
        """False where a part is false, else unknown where a part is unknown, else true."""
        result: Truth = True
        for part in self.parts:
            truth = part.evaluate(facts)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    def atoms(self) -> Iterator[Atom]:
        """All atoms within."""
        for part in self.parts:
            yield from part.atoms()

    def failing(self, facts: Values, wanted: bool = True) -> Iterator[Atom]:
        """The atoms that keep it from the wanted truth: false ones where it is false, else the unknown ones."""
        if wanted is False:
            yield from _failing_any(self.parts, facts, False)
        else:
            yield from _failing_all(self.parts, facts, True)

    def as_data(self) -> dict[str, Any]:
        """The condition as it stands in a file."""
        return {"all": [part.as_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold."""

    parts: tuple[Condition, ...]
    facts: frozenset[str] = field(init=False, repr=False, compare=False)
    """The names of the facts within."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", _facts(self.parts))

    def evaluate(self, facts: Values) -> Truth:
        """True where a part is true, else unknown where a part is unknown, else false."""
        result: Truth = False
        for part in self.parts:
            truth = part.evaluate(facts)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    def atoms(self) -> Iterator[Atom]:
        """All atoms within."""
        for part in self.parts:
            yield from part.atoms()

    def failing(self, facts: Values, wanted: bool = True) -> Iterator[Atom]:
        """The atoms that keep it from the wanted truth; of several ways, the one with the fewest."""
        if wanted is False:
            yield from _failing_all(self.parts, facts, False)
        else:
            yield from _failing_any(self.parts, facts, True)

    def as_data(self) -> dict[str, Any]:
        """The condition as it stands in a file."""
        return {"any": [part.as_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Condition

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts within."""
        return self.part.facts

    def evaluate(self, facts: Values) -> Truth:
        """The other value; unknown stays unknown."""
        truth = self.part.evaluate(facts)
        return None if truth is None else not truth

    def atoms(self) -> Iterator[Atom]:
        """All atoms within."""
        yield from self.part.atoms()

    def failing(self, facts: Values, wanted: bool = True) -> Iterator[Atom]:
        """The atoms within that keep it from the wanted truth."""
        yield from self.part.failing(facts, not wanted)

    def as_data(self) -> dict[str, Any]:
        """The condition as it stands in a file."""
        return {"not": self.part.as_data()}


def _facts(parts: Sequence[Condition]) -> frozenset[str]:
    return frozenset(fact for part in parts for fact in part.facts)


Condition = Atom | All | AnyOf | Not

ALWAYS: Condition = All()
"""The condition that always holds: no limit."""


def _failing_all(parts: Sequence[Condition], facts: Values, wanted: bool) -> Iterator[Atom]:
    truths = [(part, part.evaluate(facts)) for part in parts]
    wrong = [part for part, truth in truths if truth is (not wanted)]
    for part in wrong or [part for part, truth in truths if truth is None]:
        yield from part.failing(facts, wanted)


def _failing_any(parts: Sequence[Condition], facts: Values, wanted: bool) -> Iterator[Atom]:
    truths = [(part, part.evaluate(facts)) for part in parts]
    if not parts or any(truth is wanted for _, truth in truths):
        return
    near = [part for part, truth in truths if truth is None] or list(parts)
    yield from min((tuple(part.failing(facts, wanted)) for part in near), key=len)


def parse(data: Any, path: Sequence[str | int] = ()) -> Condition:
    """The condition that a piece of YAML or JSON states; ConditionError with the place in it and what would be accepted."""
    if data is None or data == {}:
        return ALWAYS
    if not isinstance(data, Mapping):
        raise ConditionError(path, f"a condition is a mapping with fact, all, any or not; found {data!r}")
    keys = set(data)
    if keys in ({"all"}, {"any"}):
        (word,) = keys
        parts = data[word]
        if not isinstance(parts, list) or not parts:
            raise ConditionError((*path, word), f"{word} takes a list of one or more conditions")
        parsed = tuple(parse(part, (*path, word, index)) for index, part in enumerate(parts))
        return All(parsed) if word == "all" else AnyOf(parsed)
    if keys == {"not"}:
        return Not(parse(data["not"], (*path, "not")))
    return _parse_atom(data, path)


def _parse_atom(data: Mapping[str, Any], path: Sequence[str | int]) -> Atom:
    unknown = set(data) - {"fact", "in", "at_least", "at_most"}
    if unknown or "fact" not in data:
        raise ConditionError(
            path, f"a condition has fact with in, at_least or at_most; or all, any, not; found {', '.join(sorted(map(str, data)))}"
        )
    name = data["fact"]
    known = vocabulary.facts()
    if not isinstance(name, str) or name not in known:
        raise ConditionError((*path, "fact"), f"{name!r} is not a fact; facts are {', '.join(known)}")
    tests = [key for key in ("in", "at_least", "at_most") if key in data]
    if len(tests) != 1:
        raise ConditionError(path, "a condition on a fact has exactly one of in, at_least, at_most")
    kind = known[name]["type"]
    if tests[0] != "in":
        if kind != "integer" or not isinstance(data[tests[0]], int) or isinstance(data[tests[0]], bool):
            raise ConditionError((*path, tests[0]), f"{tests[0]} takes a whole number, for a fact that is a number; {name} is a {kind}")
        return Atom(name, **{tests[0]: data[tests[0]]})
    return Atom(name, _accepted(name, kind, data["in"], (*path, "in")))


def _accepted(name: str, kind: str, values: Any, path: Sequence[str | int]) -> frozenset[Any]:
    if not isinstance(values, list) or not values:
        raise ConditionError(path, "in takes a list of one or more values")
    allowed = vocabulary.fact_values(name)
    for index, value in enumerate(values):
        if kind == "boolean" and not isinstance(value, bool):
            raise ConditionError((*path, index), f"{value!r} is not a value of {name}: true or false")
        if kind == "integer" and (isinstance(value, bool) or not isinstance(value, int)):
            raise ConditionError((*path, index), f"{value!r} is not a value of {name}: a whole number")
        if kind in ("word", "list") and not isinstance(value, str):
            raise ConditionError((*path, index), f"{value!r} is not a value of {name}: a word")
        if allowed is not None and value not in allowed:
            raise ConditionError((*path, index), f"{value!r} is not a value of {name}; values are {', '.join(allowed)}")
    return frozenset(values)


@dataclass(slots=True)
class Evaluator:
    """Evaluates conditions on one case and remembers the results while the facts stand.

    Many mandates of a country share a condition, and the planner asks for the same ones at many steps; `facts` may change only
    through `learn`, which forgets what was found.
    """

    facts: dict[str, Any]
    _known: dict[int, Truth] = field(default_factory=dict)

    def truth(self, condition: Condition) -> Truth:
        """The truth of a condition that lives as long as the directory (identity is the key)."""
        key = id(condition)
        if key not in self._known:
            self._known[key] = condition.evaluate(self.facts)
        return self._known[key]

    def learn(self, **facts: Any) -> None:
        """Set facts and forget the results that rested on the old ones."""
        self.facts.update(facts)
        self._known.clear()
