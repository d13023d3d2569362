"""One country analysed on one day: its space, what becomes of every profile, what sources say is absent, and the views of it.

What is worked out is kept by the content of the country, the viewer and what is in force: a revision that leaves a country as it was costs
nothing, and neither does another day on which nothing has changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache
from threading import RLock

from pathways.calendar import first_day, last_day
from pathways.directory import Directory, Part
from pathways.measures.diagrams import ProfileSet
from pathways.measures.finding import Finding, Performed
from pathways.measures.outcome import Outcome
from pathways.measures.space import Space
from pathways.measures.truths import Truths
from pathways.measures.views import View, published, whole
from pathways.measures.walk import Walk
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
        """Of whom a source says for certain that the function is missing for them: `planner.gaps` tells it by the same rule."""
        return self.space.universe.union(self.truths.split(gap.when).holds for gap in self.part.stated_gaps(function))

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


@lru_cache(maxsize=64)
def _turns(part: Part) -> tuple[date, ...]:
    """The days on which something of a country comes into force, or is no longer."""
    bodies = part.stakeholders.values()
    mandates = [mandate for body in bodies for mandate in body.mandates]
    deadlines = [deadline for mandate in mandates for deadline in mandate.deadlines]
    deadlines += [deadline for stage in part.stages for deadline in stage.deadlines]
    links = [link for body in bodies for link in body.links]
    dated = [(body.valid_from, body.valid_to) for body in bodies]
    dated += [(mandate.valid_from, mandate.valid_to) for mandate in mandates]
    dated += [(link.valid_from, link.valid_to) for link in links]
    dated += [(stage.valid_from, stage.valid_to) for stage in part.stages]
    dated += [(deadline.valid_from, deadline.valid_to) for deadline in deadlines]
    starts = {first_day(start) for start, _ in dated if start}
    return tuple(sorted(starts | {last_day(end) + timedelta(days=1) for _, end in dated if end}))


def _time(part: Part, on: date) -> tuple[int, int]:
    """Between which of those days a day lies, and its year, by which a statement grows old: all that an analysis takes of the day."""
    return bisect_right(_turns(part), on), on.year


class _Asked:
    """A question that is compared by the content of the country, and not by the directory that holds it."""

    __slots__ = ("country", "directory", "key", "on", "viewer")

    def __init__(self, directory: Directory, country: str, on: date, viewer: Viewer) -> None:
        self.directory: Directory | None = directory
        self.country, self.on, self.viewer = country, on, viewer
        self.key = (directory.parts[country].digest, country, _time(directory.parts[country], on), viewer)

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
    """The analysis of a country, kept for what it follows from; KeyError for a country that the directory does not hold."""
    return _analysis(_Asked(directory, country, on, viewer))
