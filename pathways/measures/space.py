"""The space of profiles of a country: every combination of the values that its conditions, and the planner's rules, can read.

A profile of the space stands at the entry (`detection`, nothing decided yet), with one value of each field: of fields that take several
(nationality, exploitation, needs, risks, vulnerabilities, languages) a single one, none, or unknown. Labour and sexual exploitation
together stand beside the single kinds. Values that no condition of the country tells apart form one class; a class stands for as many
profiles as it has values. What the space leaves out is named in `LEFT_OUT`, so that nobody takes it for the whole world.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from math import prod
from random import Random
from typing import Any

import pycountry

from pathways import territories, vocabulary
from pathways.conditions import Atom, Condition
from pathways.directory import Part
from pathways.measures.diagrams import Universe
from pathways.planner.cases import known_facts
from pathways.planner.entry import is_by
from pathways.planner.rules import DETECTION, LEG, rules
from pathways.profile import FREE_MOVEMENT, Profile

LEFT_OUT = {
    "identified_in": "the country of the space",
    "stage": "detection: the entry of the mechanism",
    "done": "nothing is decided yet",
    "detected_by": "kinds of bodies; single bodies are left out",
    "age": "in years, or as a group; a group beside years says nothing more",
    "days_to_majority": "unknown: the age in years stands for it",
    "dependants": "up to five",
    "languages": "codes of two letters, and Tamazight",
    "needs": "one function at most; none of the first contact or of a journey home",
    "start_date": "the day of the analysis",
}
"""What a profile of the space does not say, or says only so, and why."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dimension: its name, and the fields of a profile that say it."""

    name: str
    says: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of a space: its values, in classes of those that no rule tells apart, and the facts of it that some rule reads."""

    name: str
    values: tuple[Value, ...]
    classes: tuple[tuple[int, ...], ...]
    reads: tuple[str, ...]

    def members(self, index: int) -> tuple[Value, ...]:
        """The values of a class."""
        return tuple(self.values[place] for place in self.classes[index])

    def of(self, wanted: Callable[[Value], bool]) -> tuple[int, ...]:
        """The classes that hold a wanted value; whoever asks must ask for whole classes."""
        return tuple(index for index, places in enumerate(self.classes) if any(wanted(self.values[place]) for place in places))


FACTS: Mapping[str, tuple[str, ...]] = {
    "detected_by": ("detected_by",),
    "referral": ("consent.referral",),
    "formal_identification": ("consent.formal_identification",),
    "police": ("consent.police", "cooperation"),
    "age": ("is_child", "age_group", "age_years"),
    "unaccompanied": ("unaccompanied",),
    "origin": ("status", "nationality_group", "nationality", "stay_secured", "lawful_stay"),
    "wishes": ("wishes",),
    "risks": ("risk",),
    "needs": ("need",),
    "region": ("region",),
    "gender": ("gender",),
    "exploitation": ("exploitation",),
    "detained": ("detained",),
    "dependants": ("dependants",),
    "vulnerabilities": ("vulnerability",),
    "languages": ("language", "interpreter_needed"),
    "exploited_in": ("exploited_in",),
    "returned_from": ("returned_from", "returned"),
    "recognised_abroad": ("recognised_abroad",),
    "documents": ("documents",),
    "return": ("consent.return",),
    "share_data_cross_border": ("consent.share_data_cross_border",),
    "destination": ("destination",),
}
"""The dimensions, in the order of the diagrams' levels, each with the facts that follow from it alone."""

COMPOSED: Mapping[str, tuple[str, ...]] = {
    "guardian_needed": ("age", "unaccompanied", "risks", "needs"),
    "protection_claim": ("origin", "risks", "needs"),
}
"""The facts that follow from several dimensions, with those dimensions."""

_ALWAYS_TOLD = {"age": ("is_child",), "origin": ("status",)}
"""What the composed facts rest on: told apart whether or not a condition reads it."""
_WHOLE = ("wishes", "risks", "needs", *vocabulary.words("consents"))
"""The dimensions of which the planner itself reads the values: each is a class of its own."""


class Space:
    """The profiles of one country: its dimensions, and the universe in which sets of them are made.

    `beside` are other states of the same country whose conditions are told apart too, so that both can be walked over one space.
    """

    def __init__(self, part: Part, *beside: Part) -> None:
        self.part = part
        readers = _Readers(part, *beside)
        self.dimensions = tuple(_dimension(name, part, readers) for name in FACTS)
        self.level = {dimension.name: level for level, dimension in enumerate(self.dimensions)}
        self.universe = Universe([len(dimension.classes) for dimension in self.dimensions])
        self._class = [_class_of(dimension) for dimension in self.dimensions]

    def seen_in(self, part: Part) -> Space:
        """The same space for another state of the country, which it was made with; its sets and those of this one can be compared."""
        other = copy(self)
        other.part = part
        return other

    def __getitem__(self, name: str) -> Dimension:
        return self.dimensions[self.level[name]]

    @property
    def profiles(self) -> int:
        """How many profiles there are."""
        return prod(len(dimension.values) for dimension in self.dimensions)

    @property
    def groups(self) -> int:
        """How many groups of them no rule can tell apart."""
        return prod(len(dimension.classes) for dimension in self.dimensions)

    def weights(self) -> list[list[int]]:
        """How many values each class of each dimension has."""
        return [[len(places) for places in dimension.classes] for dimension in self.dimensions]

    def facts_of(self, name: str, index: int) -> dict[str, Any]:
        """The facts that follow from one class of one dimension alone."""
        dimension = self[name]
        known = known_facts(profile_of(self.part.code, [dimension.values[dimension.classes[index][0]]]), self.part)
        return {fact: known[fact] for fact in FACTS[name] if fact in known}

    def drawn(self, chance: Random) -> tuple[Profile, tuple[int, ...]]:
        """A profile at random, and its classes: half of the values are drawn by class, so that rare ones come up."""
        picked = [
            chance.randrange(len(d.values)) if chance.random() < 0.5 else chance.choice(chance.choice(d.classes)) for d in self.dimensions
        ]
        values = [dimension.values[place] for dimension, place in zip(self.dimensions, picked, strict=True)]
        return profile_of(self.part.code, values), tuple(of[place] for of, place in zip(self._class, picked, strict=True))

    def table(self) -> list[dict[str, Any]]:
        """The space as published: each dimension with its values, what reads them, and the classes that the rules make of them."""
        return [
            {
                "dimension": dimension.name,
                "values": len(dimension.values),
                "classes": len(dimension.classes),
                "read_as": list(dimension.reads),
                "told_apart": [_told(dimension, index) for index in range(len(dimension.classes))],
            }
            for dimension in self.dimensions
        ]


def _told(dimension: Dimension, index: int) -> str:
    names = [value.name for value in dimension.members(index)]
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def profile_of(country: str, values: Iterable[Value]) -> Profile:
    """The profile that some values say; each dimension has fields of its own, and consents are put together."""
    return Profile(identified_in=country, **said_by(values))


def said_by(values: Iterable[Value]) -> dict[str, Any]:
    """The fields of a profile that some values say."""
    said: dict[str, Any] = {"consent": {}}
    for value in values:
        for name, what in value.says.items():
            if name == "consent":
                said["consent"].update(what)
            else:
                said[name] = what
    return said


def conditions_of(part: Part) -> Iterator[Condition]:
    """Every condition that can be read of a case in a country: of bodies, requirements, stages, deadlines, permits, gaps, and of the
    planner's rules."""
    for body in part.stakeholders.values():
        for mandate in body.mandates:
            yield mandate.serves
            if mandate.excludes is not None:
                yield mandate.excludes
            yield from (deadline.when for deadline in mandate.deadlines)
    yield from (requirement.meets for requirement in part.requirements.values() if requirement.meets is not None)
    for stage in part.stages:
        yield from (stage.applies, stage.gate, *(way.when for way in stage.next), *(deadline.when for deadline in stage.deadlines))
    yield from (permit.when for permit in part.permits)
    yield from (gap.when for gap in part.gaps)
    yield from (rule.fits for rule in rules().functions.values())
    yield from (item.when for item in rules().owed)


class _Readers:
    """What is read of a case in a country: atoms by fact, territories, and who may have noticed her."""

    def __init__(self, *parts: Part) -> None:
        atoms: dict[str, dict[Atom, None]] = {}
        for condition in (condition for part in parts for condition in conditions_of(part)):
            for atom in condition.atoms():
                atoms.setdefault(atom.fact, {})[atom] = None
        self.atoms = {fact: tuple(known) for fact, known in atoms.items()}
        held = [mandate for part in parts for body in part.stakeholders.values() for mandate in body.mandates]
        named = (stage.territory for part in parts for stage in part.stages if stage.territory)
        self.territories = sorted({*(mandate.territory for mandate in held), *named})
        bodies = {name: body for part in parts for name, body in part.stakeholders.items()}
        self.first_contacts = [(m, bodies[m.holder].kind) for m in held if m.function in DETECTION]
        self.languages = sorted({part.country.languages for part in parts} | {body.languages for body in bodies.values() if body.languages})
        self.excluded = sorted({mandate.excluded_destinations for mandate in held}, key=sorted)


def _dimension(name: str, part: Part, readers: _Readers) -> Dimension:
    """A dimension with its values in classes: two values are of one class where every reader finds the same in both."""
    values = tuple(_values(name, part.code))
    atoms = [atom for fact in FACTS[name] for atom in readers.atoms.get(fact, ())]
    classes: dict[Hashable, list[int]] = {}
    for place, value in enumerate(values):
        known = known_facts(profile_of(part.code, [value]), part)
        read: list[Hashable] = [atom.evaluate(known) for atom in atoms]
        read += [known.get(fact) for fact in _ALWAYS_TOLD.get(name, ())]
        if name in _WHOLE:
            read.append(value.name)
        elif name == "region":
            region = value.says.get("region")
            read += [region is None, *(territories.covers(named, part.code, region) for named in readers.territories)]
        elif name == "detected_by":
            by = value.says.get("detected_by")
            read += [by in (None, "self", "hotline"), by == "foreign-authority"]
            read += [by is not None and is_by(by, m, m.holder, kind) for m, kind in readers.first_contacts]
        elif name == "languages":
            read += [not set(value.says.get("languages", ())).isdisjoint(spoken) for spoken in readers.languages]
        elif name == "destination":
            read += [value.says.get("destination") in excluded for excluded in readers.excluded]
        classes.setdefault(tuple(read), []).append(place)
    reads = tuple(fact for fact in FACTS[name] if fact in readers.atoms)
    return Dimension(name, values, tuple(tuple(places) for places in classes.values()), reads)


def _class_of(dimension: Dimension) -> list[int]:
    """The class of each value of a dimension, by its place."""
    found = [0] * len(dimension.values)
    for index, places in enumerate(dimension.classes):
        for place in places:
            found[place] = index
    return found


# the values -----------------------------------------------------------------------------------------------------------------------------

_UNKNOWN = Value("unknown")
_TRUTHS = {
    "unaccompanied": "unaccompanied",
    "detained": "detained",
    "recognised_abroad": "recognised_abroad",
    "documents": "documents",
}
_OLDEST = 100
_ANYWHERE = ("exploited_in", "returned_from", "destination")


def _values(name: str, country: str) -> Iterator[Value]:
    """The values of a dimension in a country, the unknown first."""
    if name == "risks":
        yield from (Value("not asked"), Value("none known", {"risks": ()}))
        yield from (Value(word, {"risks": (word,)}) for word in vocabulary.words("risks"))
    elif name == "needs":
        yield Value("none named")
        yield from (Value(word, {"needs": (word,)}) for word in needs())
    else:
        yield _UNKNOWN
        yield from _known_values(name, country)


def _known_values(name: str, country: str) -> Iterator[Value]:
    if name in vocabulary.words("consents"):
        yield from (Value(word, {"consent": {name: truth}}) for word, truth in (("yes", True), ("no", False)))
    elif name in _TRUTHS:
        yield from (Value(word, {_TRUTHS[name]: truth}) for word, truth in (("yes", True), ("no", False)))
    elif name == "age":
        yield from (Value(f"{years} years", {"age": years}) for years in range(_OLDEST + 1))
        yield from (Value(word, {"age_group": word}) for word in ("adult", "child", "disputed"))
        yield from (
            Value("unknown, with signs of minority", {"signs_of_minority": True}),
            Value("unknown, without signs of minority", {"signs_of_minority": False}),
        )
    elif name == "origin":
        yield from _origins(country)
    elif name == "region":
        yield from (Value(code, {"region": code}) for code in territories.subdivisions(country))
    elif name in _ANYWHERE:
        yield from (Value(code, {name: code}) for code in _countries() if code != country or name != "returned_from")
    elif name == "detected_by":
        yield from (Value(word, {name: word}) for word in ("self", "foreign-authority", *vocabulary.known_kinds()))
    elif name == "dependants":
        yield from (Value(str(count), {name: count}) for count in range(6))
    elif name == "languages":
        yield from (Value(code, {name: (code,)}) for code in _languages())
    elif name == "exploitation":
        yield from (Value(word, {name: (word,)}) for word in vocabulary.words(name))
        yield Value("sexual and labour", {name: ("sexual", "labour")})
    elif name == "vulnerabilities":
        yield from (Value(word, {name: (word,)}) for word in vocabulary.words(name))
    else:
        yield from (Value(word, {name: word}) for word in vocabulary.words(name) if word != "unknown")


def needs() -> tuple[str, ...]:
    """The functions that a profile of the space may need."""
    return tuple(name for name, rule in rules().functions.items() if rule.served and name not in (*LEG, *DETECTION))


def _origins(country: str) -> Iterator[Value]:
    """Nationality and status together, since one follows from the other in part; without those that contradict each other."""
    for code in (None, *_countries(), "stateless"):
        said = {} if code is None else {"nationality": (code,)}
        for status in (None, *(word for word in vocabulary.words("status") if word != "unknown")):
            named = code not in (None, "stateless")
            if (
                (code is None and status is None)
                or (status == "national" and code not in (None, country))
                or (status == "eu-citizen" and code is not None and code not in FREE_MOVEMENT)
                or (status == "stateless" and named)
            ):
                continue
            words = [code or "nationality unknown", *([status] if status else [])]
            yield Value(", ".join(words), {**said, "status": status} if status else said)


@cache
def _countries() -> tuple[str, ...]:
    return (*sorted(country.alpha_2 for country in pycountry.countries), "XK")


@cache
def _languages() -> tuple[str, ...]:
    return (*sorted(language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2")), "zgh")
