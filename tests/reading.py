"""An answer read back: its steps with their mandates, and what stood before each; the ground on which the invariants are checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from naive import Facts, Seen, child, decisions, facts_of, function_rules, holds

from pathways import territories
from pathways.directory import Directory
from pathways.model import Mandate, Stakeholder
from pathways.profile import Profile

Json = Mapping[str, Any]
Breaches = list[str]
"""What is wrong, in words; empty where nothing is."""

FIRST_CONTACT = ("detection", "outreach", "hotline")
IDENTIFYING = ("preliminary-identification", "formal-identification")


@dataclass(frozen=True)
class Step:
    """One step of an answer with the mandate that it rests on; `before` are the steps printed earlier on the same path."""

    said: Json
    mandate: Mandate
    body: Stakeholder
    before: tuple[Step, ...]
    is_entry: bool
    """Whether it is the contact that has happened: the first step of a case that stands at detection, a function of first contact."""

    @property
    def function(self) -> str:
        """The function that is performed."""
        return self.mandate.function

    @property
    def codes(self) -> set[str]:
        """The codes of its warnings."""
        return {warning["code"] for warning in self.said["warnings"]}

    def __str__(self) -> str:
        return f"step {self.said['order']} {self.function} by {self.body.id}"


class Reading:
    """One answer with its case."""

    def __init__(self, directory: Directory, profile: Profile, answer: Json) -> None:
        self.directory, self.profile, self.answer = directory, profile, answer
        self.part = directory.parts[profile.identified_in]
        self.on = date.fromisoformat(answer["as_of"])
        self.facts: Facts = facts_of(profile, self.part)
        self.child = child(profile) is True
        self.done = decisions(profile)

    def consent(self, name: str) -> bool | None:
        """What she said to a consent; None: not known."""
        return self.profile.consent.get(name)

    @property
    def goes_nowhere(self) -> bool:
        """Whether the country of return that is named is the one where she is: no border is crossed."""
        own = {code for code in self.profile.nationality if code not in ("unknown", "stateless")}
        return (self.profile.destination or (own.pop() if len(own) == 1 else None)) == self.profile.identified_in

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the first path."""
        return self._read(self.answer["steps"])

    @cached_property
    def paths(self) -> tuple[tuple[Step, ...], ...]:
        """The first path and the alternatives."""
        return (self.steps, *(self._read(other["steps"]) for other in self.answer["alternatives"]))

    def every_step(self) -> Iterator[Step]:
        """The steps of all paths."""
        for path in self.paths:
            yield from path

    def _read(self, steps: list[Json]) -> tuple[Step, ...]:
        found: list[Step] = []
        for said in steps:
            mandate = _mandates(self.directory)[said["because"][0]["rule"]]
            body = self.directory.parts[mandate.country].stakeholders[mandate.holder]
            first = (
                not found
                and self.profile.stage == "detection"
                and said["canonical_stage"] == "detection"
                and mandate.function in FIRST_CONTACT
            )
            found.append(Step(said, mandate, body, tuple(found), first))
        return tuple(found)

    def seen(self, before: tuple[Step, ...]) -> list[Seen]:
        """The case as it may stand after some steps: what they bring about has happened, or (a step beside the line) not yet."""
        performed = frozenset(step.function for step in before)
        changes: list[dict[str, Any]] = [{}]
        for step in before:
            made = function_rules()[step.function].get("produces")
            if made:
                changes += [{**change, **made} for change in changes]
            if step.said["canonical_stage"] == "reception-confirmation":
                changes += [{**change, "reception_confirmed": True, "plan_agreed": True} for change in changes]
        unique = {repr(sorted(change.items())): change for change in changes}
        return [Seen(self.directory, self.profile, self.on, {**self.facts, **change}, performed) for change in unique.values()]

    def objections(self, mandate: Mandate, before: tuple[Step, ...]) -> list[str]:
        """Why a mandate does not serve the case at some point of a path; none where it does in one of the ways it may stand."""
        found: list[str] = []
        for seen in self.seen(before):
            found = seen.objections(mandate)
            if not found:
                break
        return found

    def sure(self, mandate: Mandate) -> bool:
        """Whether a mandate serves for certain, its requirements aside: nothing about it is unknown, partial or unclear."""
        body, place = self.directory.parts[mandate.country].stakeholders[mandate.holder], self.profile.region or mandate.country
        here = any(territories.within(place, limit) for limit in mandate.territory)
        return (
            here
            and holds(mandate.serves, self.facts) is True
            and mandate.operational
            and body.operational
            and not mandate.partial
            and not mandate.requires
        )

    def held(self, body: str, function: str, role: str | None = None) -> list[Mandate]:
        """The mandates of a body for a function."""
        found = self.directory.stakeholder(body)
        return [m for m in found.mandates if m.function == function and role in (None, m.role)] if found else []

    def explained(self, function: str) -> bool:
        """Whether a function is a step, a gap with a reason, or named by a branch with a reason."""
        return (
            any(step.function == function or (function in FIRST_CONTACT and step.is_entry) for step in self.steps)
            or any(gap["function"] == function and gap["reason"] for gap in self.answer["gaps"])
            or any(_names(branch["reason"], function) for branch in self.answer["branches"])
        )

    def has_gap(self, *functions: str) -> bool:
        """Whether one of the functions is a gap."""
        return any(gap["function"] in functions for gap in self.answer["gaps"])


def _names(reason: str, function: str) -> bool:
    return function in reason.replace(":", ",").replace(" not taken", ",").replace(" ", "").split(",")


_KNOWN: dict[int, tuple[Directory, dict[str, Mandate]]] = {}


def _mandates(directory: Directory) -> dict[str, Mandate]:
    known = _KNOWN.get(id(directory))
    if known is None or known[0] is not directory:
        found = {m.id: m for part in directory.parts.values() for body in part.stakeholders.values() for m in body.mandates}
        _KNOWN.clear()
        known = _KNOWN[id(directory)] = (directory, found)
    return known[1]


_LAST: list[tuple[Json, Reading]] = []


def read(directory: Directory, profile: Profile, answer: Json) -> Reading:
    """An answer read back; the last one is remembered, since all invariants ask for the same."""
    if not _LAST or _LAST[0][0] is not answer or _LAST[0][1].profile is not profile:
        _LAST[:] = [(answer, Reading(directory, profile, answer))]
    return _LAST[0][1]
