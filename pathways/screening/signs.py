"""What was noticed, and how much each sign weighs for a form of exploitation and an age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pathways.indicators import Indicator, prompts

_RANK = {"unweighted": 0, "weak": 1, "medium": 2, "strong": 3, "sufficient": 4}


@dataclass(frozen=True, slots=True)
class Observation:
    """What was noticed of a person, and what she says herself. It is never kept."""

    identified_in: str
    age_group: str | None = None
    observed: tuple[str, ...] = ()
    own_word: bool | None = None
    """She says herself that she is exploited, held or in danger; None: she was not asked."""

    @property
    def child(self) -> bool | None:
        """Whether the case is a child's: also where the age is disputed, or not known with any sign of a child (CETS 197 art. 10(3))."""
        signs = [prompts().indicators[name] for name in self.observed]
        if self.age_group in ("child", "disputed") or any(sign.in_doubt_a_child for sign in signs):
            return True
        if self.age_group == "adult":
            return False
        return True if any(sign.who == "child" for sign in signs) else None

    @property
    def of_a_child_only(self) -> tuple[str, ...]:
        """Signs that only a child can show, noticed of somebody who is said to be an adult: her age is then asked, and they are not
        counted."""
        known = prompts().indicators
        return tuple(name for name in self.observed if self.child is False and _is_of_a_child(known[name]))

    @property
    def signs(self) -> tuple[Indicator, ...]:
        """The signs that count, in the order of the prompts."""
        left_out = {*self.of_a_child_only}
        return tuple(sign for name, sign in prompts().indicators.items() if name in self.observed and name not in left_out)


def _is_of_a_child(sign: Indicator) -> bool:
    return sign.who == "child" and not any(name.startswith("adult_") for name in sign.strength)


def weight(sign: Indicator, child: bool | None, form: str | None) -> str:
    """How a sign weighs: sufficient, strong, medium, weak or unweighted.

    By the list for the age (the heavier of both where it is not known) and the form. Where no list was read for the form, the labour list
    stands in for it (`is_borrowed`). Without a form the heaviest of the lists for the age counts: what opens help opens on doubt.
    """
    ages = {True: ("child",), False: ("adult",), None: ("adult", "child")}[child]
    found = [sign.strength["child"]] if "child" in sign.strength and child is not False else []
    for age in ages:
        own, borrowed = f"{age}_{form}", f"{age}_labour"
        names = (f"{age}_labour", f"{age}_sexual") if form is None else (own if own in sign.strength else borrowed,)
        found.extend(_heaviest(sign.strength[name]) for name in names if name in sign.strength)
    return max(found, key=_RANK.__getitem__, default="unweighted")


def is_borrowed(sign: Indicator, child: bool | None, form: str | None) -> bool:
    """Whether a weight for a form is that of the labour list, because none was read for the form itself."""
    ages = {True: ("child",), False: ("adult",), None: ("adult", "child")}[child]
    return form not in (None, "labour") and any(f"{age}_labour" in sign.strength and f"{age}_{form}" not in sign.strength for age in ages)


def is_strong(sign: Indicator, child: bool | None, form: str | None = None) -> bool:
    """Whether one such sign is enough to open immediate safety."""
    return weight(sign, child, form) in ("strong", "sufficient")


def names_exploitation(sign: Indicator) -> bool:
    """Whether a sign is an exploitation itself for which no list gives a weight: an organ removed, a forced marriage, a surrogacy."""
    return sign.element == "purpose" and not sign.strength


def _heaviest(given: Any) -> str:
    """A weight that differs by phase is taken at its heaviest, since the phase is not asked."""
    found: str = max(given.values(), key=_RANK.__getitem__) if isinstance(given, dict) else given
    return found
