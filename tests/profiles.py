"""Profiles for tests: builders that read like sentences, and profiles drawn at random or by hypothesis, over all fields and all countries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Self

from hypothesis import strategies as st

from pathways import territories, vocabulary
from pathways.directory import Directory
from pathways.profile import FREE_MOVEMENT, Done, Profile

DAY = "2026-11-24"


class A(dict[str, Any]):
    """A profile in the contract's fields, told step by step: `a_woman(in_="GR").exploited("sexual").refusing("police")`."""

    def but(self, **said: Any) -> Self:
        """The same, with some fields said otherwise."""
        return type(self)({**self, **said})

    def exploited(self, *kinds: str) -> Self:
        """How she was exploited."""
        return self.but(exploitation=list(kinds))

    def _consents(self, value: bool | None, names: Sequence[str]) -> Self:
        return self.but(consent={**self.get("consent", {}), **dict.fromkeys(names, value)})

    def agreeing(self, *to: str) -> Self:
        """What she agrees to."""
        return self._consents(True, to)

    def refusing(self, *to: str) -> Self:
        """What she refuses."""
        return self._consents(False, to)

    def undecided_on(self, *to: str) -> Self:
        """What she was not asked, or has not decided."""
        return self._consents(None, to)

    def needing(self, *functions: str) -> Self:
        """What she wants."""
        return self.but(needs=[*self.get("needs", ()), *functions])

    def found_by(self, body: str) -> Self:
        """Who noticed her."""
        return self.but(detected_by=body)

    def after(self, *decisions: str) -> Self:
        """What has been decided."""
        return self.but(done=[*self.get("done", ()), *({"decision": name} for name in decisions)])

    def fearing(self, *risks: str) -> Self:
        """The risks that are known; none named: she was asked and there are none."""
        return self.but(risks=list(risks))

    def wishing_to_return(self, to: str) -> Self:
        """She wishes to go home and agrees to what that takes."""
        return self.but(wishes="return", destination=to).agreeing("return", "share_data_cross_border")

    def wishing_to_stay(self) -> Self:
        """She wishes to stay where she is."""
        return self.but(wishes="stay")

    @property
    def profile(self) -> Profile:
        """The profile of the domain."""
        return profile_of(self)


def somebody(in_: str) -> A:
    """Of whom nothing is known but where she is."""
    return A(identified_in=in_, start_date=DAY)


def a_woman(in_: str, aged: int = 24, from_: str = "NG") -> A:
    """A woman who agrees to be referred and identified; what the police may know is not said."""
    return somebody(in_).but(age=aged, gender="female", nationality=[from_]).agreeing("referral", "formal_identification")


def a_man(in_: str, aged: int = 31, from_: str = "NG") -> A:
    """A man who agrees to be referred and identified."""
    return a_woman(in_, aged, from_).but(gender="male")


def a_child(in_: str, aged: int = 15, from_: str = "NG", alone: bool | None = True) -> A:
    """A child, unaccompanied where nothing else is said."""
    return somebody(in_).but(age=aged, gender="female", nationality=[from_], unaccompanied=alone)


def profile_of(said: Mapping[str, Any]) -> Profile:
    """The profile of the domain from the contract's fields; null or left out is unknown."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items() if value is not None}
    if "done" in given:
        given["done"] = tuple(
            Done(item["decision"], item.get("by"), item.get("on") and date.fromisoformat(item["on"])) for item in given["done"]
        )
    if "start_date" in given:
        given["start_date"] = date.fromisoformat(given["start_date"])
    return Profile(**given)


# drawn -----------------------------------------------------------------------------------------------------------------------------------

COUNTRIES = vocabulary.words("countries")
_ELSEWHERE = ("NG", "VN", "RO", "BD", "BR", "CH", "XK", "NO", "CN", "BG", "SY")
_LANGUAGES = ("en", "fr", "el", "it", "ar", "uk", "sq", "pl", "vi", "yo", "de", "es", "pt", "ro")
_CONSENTS = vocabulary.words("consents")
_NOT_SERVED = {"coordination", "rapporteur", "data-collection", "training", "funding", "advocacy", "research"}
NEEDS = tuple(name for name in vocabulary.words("functions") if name not in _NOT_SERVED)


@cache
def _regions(country: str) -> tuple[str, ...]:
    return territories.subdivisions(country)


@cache
def _bodies(directory: Directory, country: str) -> tuple[str, ...]:
    return tuple(sorted(directory.parts[country].stakeholders))


Pick = Callable[[Sequence[Any]], Any]
"""One of several things: a random generator's choice, or hypothesis'."""


class Draw:
    """Draws a whole profile; `pick` chooses, `chance(p)` says yes about that often."""

    def __init__(self, pick: Pick, chance: Callable[[float], bool], directory: Directory | None) -> None:
        self.pick, self.chance, self.directory = pick, chance, directory

    def maybe(self, known: float, values: Sequence[Any]) -> Any:
        """One of the values, or unknown."""
        return self.pick(values) if self.chance(known) else None

    def some(self, known: float, values: Sequence[Any], most: int) -> list[Any]:
        """A few of the values, or none."""
        if not self.chance(known):
            return []
        return sorted({self.pick(values) for _ in range(self.pick(range(1, most + 1)))})

    def profile(self, countries: Sequence[str] = COUNTRIES) -> dict[str, Any]:
        """A profile in the contract's fields, without contradictions; unknown is frequent."""
        country = self.pick(countries)
        said: dict[str, Any] = {
            "identified_in": country,
            "region": self.maybe(0.5, _regions(country)),
            "exploited_in": self.maybe(0.4, (country, country, *COUNTRIES, "LY")),
            "returned_from": self.maybe(0.08, [code for code in (*COUNTRIES, "DE") if code != country]),
            "recognised_abroad": self.maybe(0.1, (True, False)),
            "nationality": self.some(0.8, (country, *COUNTRIES, *_ELSEWHERE, *_ELSEWHERE, "unknown"), 2)
            if self.chance(0.95)
            else ["stateless"],
            "age": self.maybe(0.5, (0, 3, 9, 12, 14, 15, 16, 17, 17, 18, 18, 20, 24, 31, 45, 66, 80)),
            "age_group": self.maybe(0.6, vocabulary.words("age_group")),
            "signs_of_minority": self.maybe(0.3, (True, False)),
            "days_to_majority": self.maybe(0.05, (-300, -10, 20, 90, 200, 400)),
            "unaccompanied": self.maybe(0.5, (True, False)),
            "gender": self.maybe(0.75, ("female", "female", *vocabulary.words("gender"))),
            "exploitation": self.some(0.75, ("sexual", "labour", "forced-criminality", *vocabulary.words("exploitation")), 2),
            "status": self.maybe(0.7, vocabulary.words("status")),
            "documents": self.maybe(0.4, (True, False)),
            "detained": self.maybe(0.35, (True, False, False)),
            "detected_by": self.detector(country),
            "stage": self.maybe(0.3, vocabulary.words("canonical_stages")),
            "done": self.done(),
            "consent": {name: self.maybe(0.65, (True, True, False)) for name in _CONSENTS},
            "needs": self.some(0.6, NEEDS, 5),
            "wishes": self.maybe(0.75, vocabulary.words("wishes")),
            "destination": self.maybe(0.4, (*COUNTRIES, "NG", "RO")),
            "risks": self.some(0.7, vocabulary.words("risks"), 2) if self.chance(0.6) else None,
            "dependants": self.maybe(0.3, (0, 1, 4)),
            "vulnerabilities": self.some(0.3, vocabulary.words("vulnerabilities"), 2),
            "languages": self.some(0.4, _LANGUAGES, 2),
            "start_date": self.pick((DAY, DAY, DAY, "2026-12-23", "2027-06-30", "2024-02-01")),
        }
        return settled(
            {name: value for name, value in said.items() if value not in (None, [])}
            | ({"risks": said["risks"]} if said["risks"] is not None else {})
        )

    def detector(self, country: str) -> str | None:
        """Who noticed her: a kind, a body of the country, herself, nobody said."""
        if self.directory is not None and self.chance(0.25):
            return self.pick(_bodies(self.directory, country))
        return self.maybe(0.75, ("police", "ngo", "self", "foreign-authority", "hotline", *vocabulary.known_kinds()))

    def done(self) -> list[dict[str, Any]]:
        """A few decisions, seldom."""
        names = self.some(0.35, vocabulary.words("decisions"), 3)
        return [{"decision": name} | ({"on": "2026-10-01"} if self.chance(0.2) else {}) for name in names]


def settled(said: dict[str, Any]) -> dict[str, Any]:
    """The same without what contradicts: the later field gives way."""
    age, group = said.get("age"), said.get("age_group")
    if age is not None and (group == "disputed" or (group == "adult" and age < 18) or (group == "child" and age >= 18)):
        del said["age_group"]
    days = said.get("days_to_majority")
    if days is not None and (
        not (age is None or (17 - age) * 365.25 - 2 <= days <= (18 - age) * 365.25 + 2)
        or (group == "child" and days < 0)
        or (group == "adult" and days > 0)
    ):
        del said["days_to_majority"]
    codes = [code for code in said.get("nationality", ()) if code not in ("stateless", "unknown")]
    if codes and "unknown" not in said["nationality"]:
        status = said.get("status")
        wrong = {"national": said["identified_in"] not in codes, "eu-citizen": FREE_MOVEMENT.isdisjoint(codes), "stateless": True}
        if wrong.get(str(status)):
            del said["status"]
    taken = {item["decision"] for item in said.get("done", ())}
    against = {"age-adult": "age-child", "best-interests-return": "best-interests-stay"}
    if "done" in said:
        said["done"] = [item for item in said["done"] if against.get(item["decision"]) not in taken]
    return said


def at_random(seed: int | str, directory: Directory | None = None, countries: Sequence[str] = COUNTRIES) -> A:
    """The profile of a seed: always the same."""
    random = Random(seed)
    return A(Draw(random.choice, lambda p: random.random() < p, directory).profile(countries))


def drawn(directory: Directory | None = None, countries: Sequence[str] = COUNTRIES) -> st.SearchStrategy[A]:
    """Profiles by hypothesis, which makes a breach small: unknown is the simplest value of every field."""

    @st.composite
    def build(draw: st.DrawFn) -> A:
        return A(
            Draw(
                lambda values: draw(st.sampled_from(list(values))), lambda p: draw(st.integers(0, 99)) >= 100 - 100 * p, directory
            ).profile(countries)
        )

    return build()


def days_later(days: int) -> str:
    """A day after the day on which the tests' cases start."""
    return (date.fromisoformat(DAY) + timedelta(days=days)).isoformat()
