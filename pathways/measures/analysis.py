"""One country analysed on one day: its space, what becomes of every profile, what sources say is absent, and the views of it.

What is worked out is kept by the content of the country, day and viewer: a revision that leaves a country as it was costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from threading import RLock

from pathways.directory import Directory, Part
from pathways.measures.diagrams import ProfileSet
from pathways.measures.finding import Finding, Performed
from pathways.measures.space import Space
from pathways.measures.truths import Truths
from pathways.measures.views import View, published, whole
from pathways.measures.walk import Outcome, Walk
from pathways.model import Mandate
from pathways.planner.rules import rules
from pathways.visibility import ANONYMOUS, Viewer, unnamed


class Analysis:
    """The analysis of one country; each part of it is worked out when it is first asked for."""

    def __init__(self, directory: Directory, country: str, on: date, viewer: Viewer = ANONYMOUS) -> None:
        self.directory, self.on, self.viewer = directory, on, viewer
        self.part: Part = directory.parts[country]
        self.space = Space(self.part)
        self.truths = Truths(self.space)

    @cached_property
    def outcome(self) -> Outcome:
        """What becomes of every profile."""
        return Walk(self.directory, self.space, self.truths, self.on, self.viewer).run()

    def without(self, closed: frozenset[str]) -> Outcome:
        """What becomes of the published profiles where some bodies are closed."""
        return Walk(self.directory, self.space, self.truths, self.on, self.viewer, closed, self.published.within).run()

    @cached_property
    def published(self) -> View:
        """The published set of profiles."""
        return published(self.space)

    @cached_property
    def whole(self) -> View:
        """The whole space."""
        return whole(self.space)

    @property
    def none(self) -> ProfileSet:
        """Nobody."""
        return self.space.universe.none

    def stated_absent(self, function: str) -> ProfileSet:
        """Of whom a source says that the function is missing for them: as `planner.gaps` tells it from what is only not found."""
        found = (gap for gap in self.part.gaps if function in gap.functions)
        return self.space.universe.union(~self.truths.split(gap.when).fails for gap in found)

    def at_entry(self) -> Finding:
        """Who serves whom before the first step: nothing decided, nothing performed."""
        self.truths.restart()
        return Finding(self.truths, Performed(), self.on, self.hidden, frozenset())

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The bodies that the viewer may not see and that nobody admits to."""
        return unnamed(self.directory, self.part, self.viewer)

    def held(self, *functions: str) -> Sequence[Mandate]:
        """The mandates in force for some functions, in a role that takes the step, of bodies that are in force and may be named."""
        found = []
        for function in functions:
            rule = rules().functions[function]
            for mandate in self.part.performs.get(function, ()):
                body = self.part.stakeholders[mandate.holder]
                if mandate.role in rule.roles and mandate.in_force(self.on) and body.in_force(self.on) and body.id not in self.hidden:
                    found.append(mandate)
        return found


class _Asked:
    """A question that is compared by the content of the country, and not by the directory that holds it."""

    __slots__ = ("country", "directory", "key", "on", "viewer")

    def __init__(self, directory: Directory, country: str, on: date, viewer: Viewer) -> None:
        self.directory: Directory | None = directory
        self.country, self.on, self.viewer = country, on, viewer
        self.key = (directory.parts[country].digest, country, on, viewer)

    def take(self) -> Analysis:
        """The analysis, once; the cache then keeps no directory but that of the analysis."""
        directory, self.directory = self.directory, None
        assert directory is not None
        return Analysis(directory, self.country, self.on, self.viewer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


ONE_AT_A_TIME = RLock()
"""Held by whoever works on analyses: they share what they work out, and are not made for several threads at once."""


@lru_cache(maxsize=16)
def _analysis(asked: _Asked) -> Analysis:
    return asked.take()


def analysis(directory: Directory, country: str, on: date, viewer: Viewer = ANONYMOUS) -> Analysis:
    """The analysis of a country, kept by its content, day and viewer; KeyError for a country that the directory does not hold."""
    return _analysis(_Asked(directory, country, on, viewer))
