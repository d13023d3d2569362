"""The views under which profiles are counted: the whole space, the published set, and counted cases as a second opinion.

The published set is fixed: the same people in every country, each as likely as the other, so that countries can be compared. It says what
is usual at a first contact: an adult has agreed to be referred and identified, nothing is known of the police, no risk is known, nobody
wishes to go home. The whole space counts every combination once, the unusual as much as the usual: it is for finding whom a rule forgets,
not for saying how many people that is. No public data holds consents, wishes or languages, so that counted cases weigh sex, age, form of
exploitation and origin only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pathways import territories
from pathways.measures.diagrams import Counter, ProfileSet
from pathways.measures.space import Space, Value, said_by

LANGUAGES = ("sq", "ar", "zgh", "uk", "ru", "ro", "fr", "en", "es", "vi")
"""The languages that every mechanism is asked for (design document "domain", 7.9)."""

PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "detected_by": ("ngo", "police", "self", "unknown"),
    "referral": ("yes",),
    "formal_identification": ("yes",),
    "police": ("unknown",),
    "age": ("10 years", "15 years", "17 years", "25 years", "45 years", "disputed", "unknown"),
    "unaccompanied": ("yes", "no"),
    "origin": (
        *(
            "OWN",
            "RO, eu-citizen",
            "NG, third-country-irregular",
            "NG, third-country-regular",
            "NG, asylum-seeker",
            "VN, third-country-irregular",
        ),
        *("MA, third-country-irregular", "AL, third-country-irregular", "UA, temporary-protection", "stateless", "unknown"),
    ),
    "wishes": ("stay", "undecided", "unknown"),
    "risks": ("none known",),
    "needs": ("none named",),
    "region": ("EACH",),
    "gender": ("female", "male", "other", "unknown"),
    "exploitation": (
        *("sexual", "labour", "domestic-servitude", "forced-begging", "forced-criminality", "organ-removal", "forced-marriage"),
        *("illegal-adoption", "surrogacy", "forced-military", "other", "unknown"),
    ),
    "dependants": ("0", "1", "3", "unknown"),
    "languages": LANGUAGES,
}
"""The values of the published set; of a dimension that is not named only the unknown. OWN: a national of the country; EACH: every region of
the first level."""


@dataclass(frozen=True)
class View:
    """One way of counting the profiles of a space: for each dimension the values that count, each once."""

    name: str
    space: Space
    counts: Mapping[str, Callable[[Value], bool]]
    """Of a dimension that is not named every value counts."""

    @cached_property
    def weights(self) -> tuple[tuple[int, ...], ...]:
        """How many values of each class of each dimension count."""
        return tuple(
            tuple(len(self.values(level, [index])) for index in range(len(dimension.classes)))
            for level, dimension in enumerate(self.space.dimensions)
        )

    def values(self, level: int, classes: Iterable[int]) -> list[Value]:
        """The values of some classes that count, in their order."""
        dimension = self.space.dimensions[level]
        found = (dimension.values[place] for place in sorted(place for index in classes for place in dimension.classes[index]))
        wanted = self.counts.get(dimension.name)
        return [value for value in found if wanted is None or wanted(value)]

    def example(self, profiles: ProfileSet) -> dict[str, Any]:
        """One profile that counts and is in a set, in the contract's fields: what the planner would be asked; ValueError for nobody."""
        classes = (profiles & self.within).first()
        said = said_by(self.values(level, [index])[0] for level, index in enumerate(classes))
        return {"identified_in": self.space.part.code, **{name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}}

    @cached_property
    def count(self) -> Counter:
        """Counts sets of profiles."""
        return self.space.universe.counter(self.weights)

    @cached_property
    def within(self) -> ProfileSet:
        """The profiles that count at all."""
        found = self.space.universe.all
        for level in reversed(range(len(self.weights))):
            found = self.space.universe.where(level, self.present(level)) & found
        return found

    def present(self, level: int) -> frozenset[int]:
        """The classes of a level that count."""
        return frozenset(index for index, weight in enumerate(self.weights[level]) if weight)

    def share(self, profiles: ProfileSet, of: ProfileSet | None = None) -> float | None:
        """The share of a set, of all or of some; None where there is nobody to share."""
        whole = self.count.total if of is None else self.count(of)
        return self.count(profiles if of is None else profiles & of) / whole if whole else None


def whole(space: Space) -> View:
    """Every profile of the space once."""
    return View("whole", space, {})


def published(space: Space) -> View:
    """The published set, each profile once."""
    return View("published", space, {dimension.name: _wanted(space, dimension.name) for dimension in space.dimensions})


def _wanted(space: Space, name: str) -> Callable[[Value], bool]:
    """Which values of a dimension the published set has."""
    own = space.part.code
    named = PUBLISHED.get(name, ("unknown",))
    if name == "region":
        return lambda value: "region" in value.says and territories.parent(value.says["region"]) == own
    names = {f"{own}" if word == "OWN" else word for word in named}
    if name == "origin":
        names = {word for word in names if word == own or not word.startswith(f"{own},")}
    return lambda value: value.name in names


# counted cases --------------------------------------------------------------------------------------------------------------------------

_NATIONALITY = {"Africa": "NG", "Americas/Oceania": "CO", "Asia": "VN", "Europe": "MD", "": "unknown"}
_GENDER = {"Female": "female", "Male": "male", "": "unknown"}
_AGE = {"Adult": "adult", "Minor": "child", "": "unknown"}
_FORMS = {("1", ""): "labour", ("", "1"): "sexual", ("1", "1"): "sexual and labour", ("", ""): "unknown"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases that are alike, and how many: gender, age, origin and exploitation as values of the space."""

    values: Mapping[str, str]
    cases: int


def counted(path: Path) -> list[Counted]:
    """The counted profiles of CTDC's victim and perpetrator data (IOM / CTDC), mapped as its crosswalk maps them.

    A region of citizenship names no country: one nationality stands for each. What is empty is unknown. KeyError for a word or a column
    that the crosswalk does not know.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Counted(
                {
                    "gender": _GENDER[row["gender"]],
                    "age": _AGE[row["majority"]],
                    "origin": _NATIONALITY[row["citizenship_region"]],
                    "exploitation": _FORMS[row["forced_labour"], row["sexual_exploit"]],
                },
                int(row["records"]),
            )
            for row in csv.DictReader(file)
        ]


FEWEST = 11
"""No share is told that rests on fewer cases in or out of it (k-anonymity as CTDC has it)."""


class Cases:
    """Counted cases as profiles of a space; what they do not say is as usual at a first contact, else unknown."""

    def __init__(self, space: Space, rows: Iterable[Counted]) -> None:
        self.total = 0
        self._rows: list[tuple[Sequence[int], int]] = []
        names = [{value.name: index for index in range(len(d.classes)) for value in d.members(index)} for d in space.dimensions]
        usual = {name: words[0] for name, words in PUBLISHED.items() if len(words) == 1 and words[0] != "EACH"}
        for row in rows:
            said = {**usual, **row.values}
            classes = [of.get(said.get(d.name, "unknown"), 0) for d, of in zip(space.dimensions, names, strict=True)]
            self._rows.append((classes, row.cases))
            self.total += row.cases

    def share(self, profiles: ProfileSet, of: ProfileSet | None = None) -> float | None:
        """The share of the cases that are in a set, of all or of some; None where there are none, or where it would tell of fewer than
        `FEWEST` cases."""
        asked = [(classes, cases) for classes, cases in self._rows if of is None or classes in of]
        total = sum(cases for _, cases in asked)
        found = sum(cases for classes, cases in asked if classes in profiles)
        return None if not total or 0 < found < FEWEST or 0 < total - found < FEWEST else found / total
