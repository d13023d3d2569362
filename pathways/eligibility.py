"""Does a mandate serve a case: yes, if, not yet, no; and why.

Exclusions come only from what a sourced mandate states (CETS 197 art. 3 and 17). An unknown fact never excludes: it makes the answer
"if", with the fact to ask for. What a mandate requires beforehand makes it "blocked" where it is missing, and conditional where no
profile can hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from pathways import territories
from pathways.conditions import Atom, Evaluator, Truth
from pathways.model import Mandate, Requirement, Stakeholder


class Fit(Enum):
    """How a mandate and a case fit."""

    SERVES = "serves"
    IF = "serves, if"
    BLOCKED = "serves, but blocked"
    NO = "does not serve"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The fit of one mandate with one case, in short; `explain` gives the reasons."""

    fit: Fit
    conditional: tuple[str, ...] = ()
    """Words of requirements that no profile can hold."""
    missing: tuple[str, ...] = ()
    """Words of requirements that are not met."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a mandate does not serve for certain: failed statements about the case, unknown facts, the place, the time, requirements."""

    failed: tuple[Atom, ...] = ()
    unknown: tuple[str, ...] = ()
    place: bool = False
    time: bool = False
    missing: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many things stand in the way; the fewest make the nearest miss."""
        return len(self.failed) + self.place + self.time + len(self.missing)

    @property
    def names(self) -> tuple[str, ...]:
        """The facts and words that stand in the way."""
        found = [atom.fact for atom in self.failed] + ["region"] * self.place + ["in-force"] * self.time + list(self.missing)
        return tuple(dict.fromkeys(found))


_NO = Judgement(Fit.NO)
_SERVES = Judgement(Fit.SERVES)


@dataclass(slots=True)
class Case:
    """One case as one country sees it on a day: its facts, its place, and what earlier steps of the path have brought."""

    facts: Evaluator
    country: str
    region: str | None
    on: date
    requirements: Mapping[str, Requirement]
    destination: str | None = None
    unnamed: frozenset[str] = frozenset()
    """Bodies that whoever asks may not see and that nobody admits to: they take no step."""
    performed: set[str] = field(default_factory=set)
    initial: Mapping[str, Any] = field(init=False)
    """The facts before the first step."""

    def __post_init__(self) -> None:
        self.initial = dict(self.facts.facts)

    @property
    def adult_consent(self) -> bool:
        """Whether the person's own consent counts: for a child, guardian and best interests stand for it."""
        return self.facts.facts.get("is_child") is not True

    def consent(self, name: str) -> Truth:
        """A consent of the person; of a child it is not asked."""
        return self.facts.facts.get(f"consent.{name}") if self.adult_consent else True

    def learn(self, **facts: Any) -> None:
        """What a step brings about."""
        self.facts.learn(**facts)


def judge(mandate: Mandate, body: Stakeholder, case: Case, consents: Iterable[str] = (), takes: bool = False) -> Judgement:
    """The fit of a mandate; `consents` are those that its function needs. O(number of atoms in its conditions)."""
    if not mandate.in_force(case.on) or not body.in_force(case.on) or body.id in case.unnamed:
        return _NO
    place = territories.covers(mandate.territory, case.country, case.region)
    if place is False:
        return _NO
    serves = case.facts.truth(mandate.serves)
    if serves is False or (mandate.excludes is not None and case.facts.truth(mandate.excludes)):
        return _NO
    if case.destination is not None and case.destination in mandate.excluded_destinations:
        return _NO
    sure = serves is True and place is True and mandate.operational and body.operational and not mandate.partial
    if not mandate.requires:
        return _SERVES if sure else Judgement(Fit.IF)
    conditional, missing = [], []
    for word in mandate.requires:
        met = _met(case.requirements[word], case, consents, takes)
        if met is None:
            conditional.append(word)
        elif not met:
            missing.append(word)
    if missing:
        return Judgement(Fit.BLOCKED, tuple(conditional), tuple(missing))
    return _SERVES if sure and not conditional else Judgement(Fit.IF, tuple(conditional))


def _met(requirement: Requirement, case: Case, consents: Iterable[str], takes: bool) -> Truth:
    """Whether a requirement is met: True, False, or None where it is conditional on what is not known."""
    if requirement.housed:
        return True  # which body houses her is chosen with all the others (`Candidate.housed`)
    if requirement.consent:
        given = [case.consent(name) for name in consents]
        return not (False in given or (takes and None in given))
    if any(function in case.performed for function in requirement.met_by):
        return True
    truth = False if requirement.meets is None else case.facts.truth(requirement.meets)
    if truth is True:
        return True
    return None if truth is None or requirement.or_else else False


def explain(mandate: Mandate, body: Stakeholder, case: Case, judgement: Judgement) -> Reasons:
    """Why a mandate does not serve for certain: what fails, or what is not known."""
    facts = case.facts.facts
    failed: list[Atom] = []
    unknown: list[str] = []
    serves = mandate.serves.evaluate(facts)
    if serves is False:
        failed.extend(mandate.serves.failing(facts))
    elif serves is None:
        unknown.extend(atom.fact for atom in mandate.serves.failing(facts))
    if mandate.excludes is not None and mandate.excludes.evaluate(facts):
        failed.extend(mandate.excludes.failing(facts, wanted=False))
    if case.destination is not None and case.destination in mandate.excluded_destinations:
        failed.append(Atom("destination", frozenset({case.destination})))
    place = territories.covers(mandate.territory, case.country, case.region)
    if place is None and case.region is None:
        unknown.append("region")
    for word in judgement.conditional:
        meets = case.requirements[word].meets
        if meets is not None:
            unknown.extend(atom.fact for atom in meets.failing(facts) if atom.evaluate(facts) is None)
    time = not mandate.in_force(case.on) or not body.in_force(case.on)
    return Reasons(tuple(dict.fromkeys(failed)), tuple(dict.fromkeys(unknown)), place is False, time, judgement.missing)
