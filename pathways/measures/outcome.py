"""What becomes of every profile of a space: steps, gaps and their reasons, who enters which stage, which bodies could take what."""

from __future__ import annotations

from dataclasses import dataclass, field

from pathways.measures.diagrams import ProfileSet
from pathways.measures.space import Space

WAITS, UNFIT, OF_A_RETURN = "waits-for-guardian", "not-offered", "of-a-return"
NOBODY, NOT_FOR_HER = "nobody-performs", "nobody-for-this-case"
"""Why a function is a gap: it waits for a guardian whom nobody provides; it is needed and not offered in this case; it belongs to a return,
and none is wished; no body of the country performs it; those that do serve others."""


@dataclass(slots=True)
class Outcome:
    """What becomes of every profile of a space."""

    space: Space
    within: ProfileSet
    """The profiles that were walked."""
    steps: dict[tuple[str, str, str | None], ProfileSet] = field(default_factory=dict)
    """By function, stage, and ground of a right to stay: who takes the step."""
    gaps: dict[tuple[str, str, str], ProfileSet] = field(default_factory=dict)
    """By function, stage and reason: who meets the gap."""
    entered: dict[str, ProfileSet] = field(default_factory=dict)
    """By stage: who enters it."""
    takers: dict[tuple[str, str], ProfileSet] = field(default_factory=dict)
    """By function and mandate: whose step it could take."""
    certain: dict[str, ProfileSet] = field(default_factory=dict)
    """By function: for whom somebody takes the step for certain."""
    refused: dict[str, ProfileSet] = field(default_factory=dict)
    """By function: for whom a consent stands in the way."""

    @property
    def incomplete(self) -> ProfileSet:
        """Whoever has a gap, or no step at all."""
        union = self.space.universe.union
        return union(self.gaps.values()) | (self.within - union(self.steps.values()))

    def lacking(self, function: str) -> ProfileSet:
        """Whoever has a gap in a function."""
        return self.space.universe.union(profiles for (name, _, _), profiles in self.gaps.items() if name == function)

    def served(self, *functions: str) -> ProfileSet:
        """Whoever has a step for one of some functions."""
        return self.space.universe.union(profiles for (name, _, _), profiles in self.steps.items() if name in functions)
