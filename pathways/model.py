"""The directory's things, as frozen dataclasses: bodies, mandates, links, stages, transitions, deadlines, channels, sources.

What is reasoned with has a field of its own; what is only shown (notes, as-of years, capacities, earlier entries) stands in `shown`, so
that nothing of a record is lost on the way to the answer. Everything names its sources by id (`gb-nrm-adult-ew-2024`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from pathways.calendar import in_force
from pathways.conditions import ALWAYS, Condition

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: a law, a page, a report, with its year and how far it was read."""

    id: str
    title: str
    publisher: str
    year: int | None
    url: str
    kind: str
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A length of time in a rule: a limit, a target, a validity or what is observed, counted from an event."""

    duration: str
    calendar: str
    bound: str
    start: str
    what: str
    sources: tuple[str, ...]
    event: str = "other"
    """What starts the clock: the start of the case, a decision, or something that only `start` tells."""
    by: tuple[str, ...] = ()
    """The bodies that it binds; empty: whoever takes the step."""
    function: str | None = None
    """The function of the stage that it belongs to; None: the stage's own act."""
    when: Condition = ALWAYS
    territory: tuple[str, ...] = ()
    silence: str = "unknown"
    legal_basis: str = ""
    evidence: str = "stated"
    valid_from: str | None = None
    valid_to: str | None = None
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A number, an address or a page at which a body is reached. `current` is false where it must not be offered."""

    type: str
    value: str
    sources: tuple[str, ...]
    current: bool = True
    visibility: str = "public"
    territory: tuple[str, ...] = ()
    evidence: str = "stated"
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A word that mandates of a country require: the condition over facts that meets it, or none where no profile can hold it."""

    word: str
    country: str
    meets: Condition | None
    met_by: tuple[str, ...] = ()
    """Functions: met where an earlier step of the path performs one of them."""
    consent: bool = False
    """Met by the consent that fits the function."""
    housed: bool = False
    """Met where the body that asks for it houses her: the house's own doctor, teacher or lawyer."""
    or_else: str = ""
    """What else would meet it, in words that no profile holds: unmet, the mandate is then conditional and not shut."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """One function that a body performs, for whom, where, on what basis, since when: the unit of eligibility."""

    id: str
    holder: str
    country: str
    function: str
    role: str
    serves: Condition
    excludes: Condition | None
    requires: tuple[str, ...]
    territory: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: int | None
    ground: str | None = None
    """The ground of a right to stay: mandates on one ground are alternatives, different grounds are different steps."""
    law_enforcement: bool = False
    access: str | None = None
    speed: str | None = None
    legal_basis: str = ""
    evidence: str = "stated"
    excluded_destinations: frozenset[str] = frozenset()
    operational: bool = True
    """False where it is unclear whether this still works: offered only with a word about it."""
    valid_from: str | None = None
    valid_to: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    partial: bool = False
    """Covers only a part of its territory (a pilot)."""
    duty: str = ""
    """The law that obliges this body to act without the person's consent; empty where none does."""
    shown: Mapping[str, Any] = field(default_factory=_nothing)

    def in_force(self, on: date) -> bool:
        """Whether the mandate is in force on a day."""
        return in_force(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Link:
    """A stated referral from one body to another, with its basis."""

    id: str
    origin: str
    to: str
    basis: str
    functions: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: int | None = None
    territory: tuple[str, ...] = ()
    evidence: str = "stated"
    valid_from: str | None = None
    valid_to: str | None = None
    shown: Mapping[str, Any] = field(default_factory=_nothing)

    def in_force(self, on: date) -> bool:
        """Whether the link is in force on a day."""
        return in_force(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A body that acts, or a class of bodies (one a place) that stands for the instance to be looked for."""

    id: str
    country: str
    name: str
    kind: str
    territory: tuple[str, ...]
    name_local: str = ""
    scope: str = "single"
    instance_by: str | None = None
    instance_of: str | None = None
    parent: str | None = None
    operated_by: str | None = None
    members: tuple[str, ...] = ()
    """Members of a network that this body is."""
    succeeded_by: str | None = None
    contacts: tuple[ContactPoint, ...] = ()
    languages: tuple[str, ...] = ()
    specialised: bool | None = None
    """Works for victims of trafficking in particular; None: not known."""
    visibility: str = "public"
    confidential_location: bool = False
    operational: bool = True
    valid_from: str | None = None
    valid_to: str | None = None
    mandates: tuple[Mandate, ...] = ()
    links: tuple[Link, ...] = ()
    sources: tuple[str, ...] = ()
    shown: Mapping[str, Any] = field(default_factory=_nothing)

    def in_force(self, on: date) -> bool:
        """Whether the body exists on a day."""
        return in_force(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from one stage to the next."""

    to: str
    sources: tuple[str, ...]
    when: Condition = ALWAYS
    outcome: str | None = None
    """granted, refused, withdrawn, expired or silence; None: the step was taken."""
    consent: tuple[str, ...] = ()
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Stage:
    """A country's own step of its mechanism, mapped to a canonical one.

    `applies` false: the stage is passed through. `gate` false: it is not entered. `words` is the rule in the research's words;
    `evidence` says how far those words carry the two conditions.
    """

    id: str
    country: str
    canonical: str
    title: str
    track: str
    functions: tuple[str, ...]
    lead: tuple[str, ...]
    support: tuple[str, ...]
    sources: tuple[str, ...]
    merged: tuple[str, ...] = ()
    next: tuple[Transition, ...] = ()
    applies: Condition = ALWAYS
    gate: Condition = ALWAYS
    consent: tuple[str, ...] | None = None
    """The consents that entering needs (of an adult); None: those that go with its functions."""
    words: str = ""
    evidence: str = "stated"
    deadlines: tuple[Deadline, ...] = ()
    territory: tuple[str, ...] = ()
    legal_basis: str = ""
    excluded_destinations: frozenset[str] = frozenset()
    valid_from: str | None = None
    valid_to: str | None = None
    shown: Mapping[str, Any] = field(default_factory=_nothing)

    @property
    def rule(self) -> str:
        """The id of the stage as a rule, across countries: `gb.reasonable-grounds`."""
        return f"{self.country.lower()}.{self.id}"

    def in_force(self, on: date) -> bool:
        """Whether the stage is in force on a day."""
        return in_force(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap: what a country lacks, or what the research found nobody for."""

    id: str
    text: str
    sources: tuple[str, ...]
    functions: tuple[str, ...] = ()
    when: Condition = ALWAYS
    shown: Mapping[str, Any] = field(default_factory=_nothing)

    @property
    def is_stated(self) -> bool:
        """Whether a source states it; what only was not found in the texts that were read states nothing."""
        return self.shown.get("evidence") != "not-found"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a contact with some kinds of body can lead to: everywhere by a binding rule, or in one country by its sources."""

    code: str
    """A word of the list `consequences`."""
    kinds: frozenset[str]
    when: Condition
    """Whom it concerns; unknown: it is said."""
    law_enforcement: bool = False
    """Whether it is so of every body that acts in the criminal case, whatever its kind."""
    rule: str | None = None
    text: str = ""
    """The words of its code, or what the sources of a country say."""
    legal_basis: str = ""
    sources: tuple[str, ...] = ()
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """Something that a country owes or offers to the person, told to her in words: a period, a permit, a scheme."""

    id: str
    text: str
    sources: tuple[str, ...]
    when: Condition = ALWAYS
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Country:
    """One country: its mechanism's head, emergency numbers, and the blocks that are told and compared but not walked."""

    code: str
    name: str
    name_local: str
    languages: tuple[str, ...]
    emergency: tuple[Mapping[str, Any], ...]
    coordinator: str | None
    competent_authority: tuple[str, ...]
    consequences: tuple[Consequence, ...]
    mechanism: Mapping[str, Any]
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Channel:
    """A documented way from one country to another: between which bodies, for which stages, and whether it still lives."""

    id: str
    kind: str
    scope: str
    from_country: str
    from_body: str | None
    to_country: str
    to_body: str | None
    stages: tuple[str, ...]
    basis: str
    state: str
    disclosure: str
    serves: Condition
    sources: tuple[str, ...]
    evidence: str = "stated"
    active_from: str | None = None
    active_until: str | None = None
    shown: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Corridor:
    """The state of one ordered pair of countries, as the research found it."""

    origin: str
    destination: str
    state: str
    channels: tuple[str, ...]
    networks: tuple[str, ...]
    note: str
    shown: Mapping[str, Any] = field(default_factory=_nothing)
