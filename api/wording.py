"""What the directory says in its own shapes, as words of the reader's language: conditions, places, the age of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_percent, gettext

from api.asking.choices import country_name
from pathways import territories, vocabulary
from pathways.planner.steps import STALE_AFTER
from pathways.vocabulary.labels import label


def condition(data: Mapping[str, Any] | None, language: str) -> str:
    """A condition in words; empty where it always holds."""
    if not data or data.get("all") == []:
        return ""
    if "all" in data or "any" in data:
        parts = [text for part in data.get("all", data.get("any")) if (text := condition(part, language))]
        joiner = gettext("; and ") if "all" in data else gettext("; or ")
        return joiner.join(parts)
    if "not" in data:
        return gettext("not: %(condition)s", condition=condition(data["not"], language))
    fact = label("facts", data["fact"], language)
    if "at_least" in data:
        return gettext("%(fact)s: at least %(number)s", fact=fact, number=data["at_least"])
    if "at_most" in data:
        return gettext("%(fact)s: at most %(number)s", fact=fact, number=data["at_most"])
    return gettext("%(fact)s: %(values)s", fact=fact, values=", ".join(_value(data["fact"], value, language) for value in data["in"]))


def _value(fact: str, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    words = vocabulary.facts()[fact].get("values")
    if isinstance(words, str):
        return label(words, str(value), language)
    return place(str(value), language) if re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", str(value)) else str(value)


def proportion(share: float | None) -> str:
    """A share in per cent: never 0 % or 100 % where it is not; a dash where there is none."""
    if share is None:
        return "–"
    if 0 < share < 0.01:
        return gettext("less than 1 %")
    if 0.99 < share < 1:
        return gettext("more than 99 %")
    return str(format_percent(share))


def place(code: str, language: str) -> str:
    """The name of a country, or of a region within it."""
    return territories.name(code) if "-" in code and territories.is_territory(code) else country_name(code, language)


def newest(thing: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> int | None:
    """The year of a statement: its own, or that of its newest source; None where none is known."""
    own = str(thing.get("as_of") or "")[:4]
    if own.isdecimal():
        return int(own)
    return max(_years(thing.get("sources") or (), sources), default=None)


def is_old(year: int | None) -> bool:
    """Whether a statement of a year is to be asked about again."""
    return year is not None and date.today().year - year > STALE_AFTER


def _years(named: Iterable[str], sources: Mapping[str, Mapping[str, Any]]) -> list[int]:
    return [year for name in named if isinstance(year := (sources.get(name) or {}).get("year"), int)]
