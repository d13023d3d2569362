"""What the walk through a country comes to: steps to be taken, refusals, what nobody takes, and what to ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from pathways.directory import Part
from pathways.eligibility import Case
from pathways.model import Stage
from pathways.planner.phrases import Phrase, Word
from pathways.planner.slots import Finder, Slot


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that is not taken because a consent is refused, or not yet given where it must be."""

    stage: Stage
    functions: tuple[str, ...]
    consent: str
    given: bool | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why nobody takes a function: a word of the list `gap_reasons`, and the sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """A function that is owed or needed and that nobody takes."""

    function: str
    stage: Stage
    why: Why
    needed: bool
    rule: str | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """An unknown fact that would change the path, and what it would change."""

    fact: str
    change: str


@dataclass(slots=True)
class Route:
    """What became of a case in one country."""

    part: Part
    case: Case
    finder: Finder
    slots: list[Slot] = field(default_factory=list)
    entered: list[Stage] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unmet: list[Unmet] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    """Bodies already met before the first step."""

    _placed: set[str] = field(default_factory=set)

    def add(self, slot: Slot) -> None:
        """One step more."""
        self.slots.append(slot)
        self._placed.add(slot.function)

    def placed(self, function: str) -> bool:
        """Whether a function has its step."""
        return function in self._placed


def waits_for_guardian(function: str) -> Why:
    """Why a step with a child who has no guardian is not taken."""
    return Why(
        "waits-for-guardian",
        Phrase(
            "%(function)s waits for a guardian, and no body of the directory provides one for this child",
            function=Word("functions", function),
        ),
    )
