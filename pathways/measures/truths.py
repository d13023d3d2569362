"""The facts and conditions of all profiles of a space at once: for each condition the profiles for which it holds, and those for which it
fails; for the others it is unknown.

The three values are those of `pathways.conditions`, evaluated for each class by the same atoms; the facts are those of `pathways.profile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pathways.conditions import All, AnyOf, Atom, Condition, Not, Truth
from pathways.measures.diagrams import ProfileSet
from pathways.measures.space import COMPOSED, FACTS, Space, profile_of
from pathways.planner.cases import known_facts

LEARNT = frozenset({"identification_state", "guardian_appointed", "return_risk"})
"""The facts that steps of a country's mechanism bring about."""


@dataclass(frozen=True, slots=True)
class Split:
    """A condition over the space: where it holds and where it fails; elsewhere it is unknown."""

    holds: ProfileSet
    fails: ProfileSet

    @property
    def unknown(self) -> ProfileSet:
        """Where it is neither."""
        return ~(self.holds | self.fails)


class Truths:
    """What is true of whom, as it stands; `learn` is what a step brings about for those who take it."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._home = {fact: name for name, facts in FACTS.items() for fact in facts}
        base = known_facts(profile_of(space.part.code, ()), space.part)
        own = {*self._home, *COMPOSED}
        self._constant = {fact: value for fact, value in base.items() if fact not in own and fact not in LEARNT}
        self._of: dict[str, list[dict[str, Any]]] = {}
        self._composed = {fact: self._compose(fact) for fact in COMPOSED}
        everybody = space.universe.all
        self._start: dict[str, dict[Any, ProfileSet]] = {
            "identification_state": {base["identification_state"]: everybody},
            "guardian_appointed": {},
            "return_risk": {},
        }
        self._lasting: dict[int, Split] = {}
        self._kept: list[Condition] = []
        self._learning: dict[int, bool] = {}
        self.restart()

    def restart(self) -> None:
        """Forget what steps brought about; what lasts stays known."""
        self._state = {fact: dict(values) for fact, values in self._start.items()}
        self._passing: dict[int, Split] = {}

    def is_(self, fact: str, value: Any) -> ProfileSet:
        """The profiles of which a fact is known to have a value; of a list, to have it among its members."""
        return self._atom(Atom(fact, frozenset({value}))).holds

    def learn(self, profiles: ProfileSet, facts: Mapping[str, Any]) -> None:
        """Set facts of some profiles; KeyError for a fact that no step of a country's mechanism brings about."""
        for fact, value in facts.items():
            values = {known: members - profiles for known, members in self._state[fact].items()}
            values[value] = values.get(value, self.space.universe.none) | profiles
            self._state[fact] = values
        self._passing.clear()

    def split(self, condition: Condition) -> Split:
        """Where a condition of the directory or of the rules holds and where it fails (identity is the key)."""
        key = id(condition)
        found = self._lasting.get(key) or self._passing.get(key)
        if found is None:
            found = self._evaluate(condition)
            if self._learns(condition):
                self._passing[key] = found
            else:
                self._lasting[key] = found
                self._kept.append(condition)
        return found

    def as_of_an_adult(self, condition: Condition) -> Split:
        """The condition where whoever is not known to be a child counts as none (see `Router._of_stage`)."""
        plain = self.split(condition)
        doubt = plain.unknown & ~(self.is_("is_child", True) | self.is_("is_child", False))
        if not doubt:
            return plain
        grown = self.supposing(condition, {"is_child": False})
        return Split(plain.holds | (doubt & grown.holds), plain.fails | (doubt & grown.fails))

    def supposing(self, condition: Condition, given: Mapping[str, Any]) -> Split:
        """The condition where some facts were others than they are; None: unknown."""
        return self._evaluate(condition, given)

    def _learns(self, condition: Condition) -> bool:
        key = id(condition)
        if key not in self._learning:
            self._learning[key] = any(atom.fact in LEARNT for atom in condition.atoms())
            self._kept.append(condition)
        return self._learning[key]

    def _evaluate(self, condition: Condition, given: Mapping[str, Any] = MappingProxyType({})) -> Split:
        none, everybody = self.space.universe.none, self.space.universe.all
        if isinstance(condition, Atom):
            return self._atom(condition, given)
        if isinstance(condition, Not):
            inner = self._evaluate(condition.part, given)
            return Split(inner.fails, inner.holds)
        parts = [self._evaluate(part, given) for part in condition.parts]
        union = self.space.universe.union
        if isinstance(condition, All):
            holds = everybody
            for part in parts:
                holds &= part.holds
            return Split(holds, union(part.fails for part in parts))
        assert isinstance(condition, AnyOf)
        fails = everybody if parts else none
        for part in parts:
            fails &= part.fails
        return Split(union(part.holds for part in parts), fails if parts else everybody)

    def _atom(self, atom: Atom, given: Mapping[str, Any] = MappingProxyType({})) -> Split:
        universe = self.space.universe
        if atom.fact in given:
            return self._everywhere(atom.evaluate(given))
        if atom.fact in self._home:
            name = self._home[atom.fact]
            truths = [atom.evaluate(facts) for facts in self._classes(name)]
            level = self.space.level[name]
            return Split(*(universe.where(level, [c for c, t in enumerate(truths) if t is wanted]) for wanted in (True, False)))
        if atom.fact in self._constant:
            return self._everywhere(atom.evaluate(self._constant))
        known = self._composed.get(atom.fact) or self._state.get(atom.fact) or {}
        truths_of = {value: atom.evaluate({atom.fact: value}) for value in known}
        return Split(*(universe.union(known[v] for v, t in truths_of.items() if t is wanted) for wanted in (True, False)))

    def _everywhere(self, truth: Truth) -> Split:
        none, everybody = self.space.universe.none, self.space.universe.all
        return Split(everybody if truth is True else none, everybody if truth is False else none)

    def _classes(self, name: str) -> list[dict[str, Any]]:
        if name not in self._of:
            self._of[name] = [self.space.facts_of(name, index) for index in range(len(self.space[name].classes))]
        return self._of[name]

    def _compose(self, fact: str) -> dict[Any, ProfileSet]:
        """A fact that follows from several dimensions, asked of `pathways.profile` for each combination of their classes."""
        space = self.space
        dimensions = [space[name] for name in COMPOSED[fact]]
        first = [[d.values[places[0]] for places in d.classes] for d in dimensions]

        def value_of(classes: tuple[int, ...]) -> Any:
            values = [column[index] for column, index in zip(first, classes, strict=True)]
            return known_facts(profile_of(space.part.code, values), space.part).get(fact)

        found = space.universe.partition([space.level[d.name] for d in dimensions], value_of)
        return {value: members for value, members in found.items() if value is not None}
