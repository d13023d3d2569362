"""A case as one country sees it, for one viewer of the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pathways.conditions import Evaluator
from pathways.directory import Directory, Part
from pathways.eligibility import Case
from pathways.profile import Profile, facts, seen_from
from pathways.visibility import Viewer, unnamed


def known_facts(profile: Profile, part: Part) -> dict[str, Any]:
    """The facts of a case in a country, before the first step; whether an interpreter is needed follows from the country's languages."""
    known = facts(profile)
    if profile.languages:
        known["interpreter_needed"] = not set(profile.languages).intersection(part.country.languages)
    return known


class Cases:
    """Makes the cases of one answer: the same person, day and viewer, seen from one country or another."""

    def __init__(self, directory: Directory, profile: Profile, on: date, viewer: Viewer) -> None:
        self.directory, self.profile, self.on, self.viewer = directory, profile, on, viewer

    def here(self, part: Part, facts: Mapping[str, Any], destination: str | None) -> Case:
        """The case in the country where she is."""
        return self._case(part, facts, self.profile.region, destination)

    def there(self, part: Part, facts: Mapping[str, Any], destination: str | None = None) -> Case:
        """The case as another country sees it; where in it she would live is not known."""
        return self._case(part, seen_from(facts, self.profile, part.code), None, destination)

    def _case(self, part: Part, facts: Mapping[str, Any], region: str | None, destination: str | None) -> Case:
        hidden = unnamed(self.directory, part, self.viewer)
        return Case(Evaluator(dict(facts)), part.code, region, self.on, part.requirements, destination, hidden)
