"""What the words of partners' taxonomies mean here: functions, groups, kinds of body, languages.

Explicit tables in `importers/data/`, each with its source. What no table knows is None: whoever asks reports it, and it gives no mandate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pycountry

from pathways import vocabulary
from pathways.format.reader import load_yaml

_DATA = Path(__file__).parent / "data"
OWN = "referral-pathways"
"""The name of the taxonomy of our own functions, as the export writes it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term says: functions, a group in words, or that it is left out on purpose and why."""

    functions: tuple[str, ...] = ()
    specialised: bool = False
    """Only for victims of trafficking, by its own words."""
    confidential: bool = False
    """A place whose address is not told, by the nature of the service."""
    group: bool = False
    """Says for whom a service is; the words are kept and limit nobody."""
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    names: tuple[str, ...]
    terms: Mapping[str, Meaning]
    by_name: Mapping[str, Meaning]
    open: tuple[tuple[str, Meaning], ...]
    """Beginnings of codes, the longest first."""


def of_term(taxonomy: str, code: str, name: str) -> Meaning | None:
    """What a term of a taxonomy means: by its code where the taxonomy is known, else by its name; None: no table knows it."""
    if taxonomy.casefold() == OWN and code in _functions():
        return Meaning((code,))
    for table in _tables():
        if any(word in taxonomy.casefold() for word in table.names):
            found = table.terms.get(code) or table.by_name.get(name.casefold())
            if found is None and code:
                found = next((meaning for beginning, meaning in table.open if code.startswith(beginning)), None)
            if found is not None:
                return found
    return of_words(name, whole=True)


@lru_cache(maxsize=20_000)
def of_words(text: str, whole: bool = False) -> Meaning | None:
    """What the words of a name mean: its longest phrase that the table knows; `whole`: the text must be such a phrase itself."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    terms = _table("words").terms
    if whole or plain in terms:
        return terms.get(plain)
    found = _phrases(tuple(terms)).findall(plain)
    return terms[max(found, key=len)] if found else None


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a body, and what says so: the field's name, `name`, or nothing."""

    word: str
    by: str = ""


@lru_cache(maxsize=20_000)
def kind_of(name: str, statuses: tuple[str, ...]) -> tuple[Kind, tuple[str, ...]]:
    """The kind of a body by its legal or tax status, else by its name, else `unknown`; and the statuses that no table knows."""
    data = _data("kinds")
    unknown: list[str] = []
    for status in statuses:
        plain = status.casefold()
        if plain in data["status"]:
            return Kind(data["status"][plain], "status"), tuple(unknown)
        if plain not in data["not_a_kind"]:
            unknown.append(status)
    found = _phrases(tuple(data["name"])).findall(name.casefold().replace("’", "'"))
    if found:
        return Kind(data["name"][max(found, key=len)], "name"), tuple(unknown)
    return Kind(vocabulary.UNKNOWN), tuple(unknown)


@lru_cache(maxsize=5_000)
def language(word: str) -> str | None:
    """The ISO 639 code of a language (two letters where there is such a code) from its code or its English name; None: not known."""
    plain = " ".join(word.casefold().split()).rstrip(".,")
    known = _data("languages")["names"]
    if plain in known:
        return str(known[plain])
    code = plain.split("-")[0]
    found = pycountry.languages.get(alpha_2=code) if len(code) == 2 else pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    found = found or pycountry.languages.get(bibliographic=code) or pycountry.languages.get(name=plain.title())
    return str(getattr(found, "alpha_2", found.alpha_3)) if found else None


@lru_cache(maxsize=5_000)
def country(word: str) -> str | None:
    """The ISO 3166-1 code of a country from its code (two or three letters) or a name of the ISO list."""
    plain = word.strip()
    if len(plain) == 2 and plain.upper() == "UK":
        return "GB"
    if len(plain) in (2, 3):
        code = plain.upper()
        found = pycountry.countries.get(alpha_2=code) if len(code) == 2 else pycountry.countries.get(alpha_3=code)
        if found:
            return str(found.alpha_2)
    return _country_names().get(plain.casefold())


@lru_cache(maxsize=20_000)
def subdivision(country_code: str, word: str) -> str | None:
    """The ISO 3166-2 code of a part of a country from its code (with or without the country) or its name; None: not known."""
    plain = word.strip()
    code = plain.upper() if plain.upper().startswith(f"{country_code}-") else f"{country_code}-{plain.upper()}"
    if pycountry.subdivisions.get(code=code):
        return code
    return _subdivision_names(country_code).get(plain.casefold())


@cache
def _country_names() -> dict[str, str]:
    names = {}
    for item in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if getattr(item, field, None):
                names[getattr(item, field).casefold()] = str(item.alpha_2)
    return names


@cache
def _subdivision_names(country_code: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for item in pycountry.subdivisions.get(country_code=country_code) or ():
        names.setdefault(item.name.casefold(), str(item.code))
    return names


@cache
def _data(name: str) -> Any:
    return load_yaml((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def _functions() -> frozenset[str]:
    return frozenset(vocabulary.words("functions"))


@cache
def _tables() -> tuple[_Table, ...]:
    return tuple(_table(name) for name in ("open-eligibility", "airs"))


@cache
def _table(name: str) -> _Table:
    data = _data(name)
    terms: dict[str, Meaning] = {}
    by_name: dict[str, Meaning] = {}
    beginnings: list[tuple[str, Meaning]] = []
    for code, line in data["terms"].items():
        meaning = _meaning(line)
        if str(code).endswith("*"):
            beginnings.append((str(code)[:-1], meaning))
            continue
        terms[str(code)] = meaning
        if "name" in line:
            by_name.setdefault(line["name"].casefold(), meaning)
    beginnings.sort(key=lambda item: -len(item[0]))
    return _Table(tuple(map(str, data.get("names", ()))), terms, by_name, tuple(beginnings))


def _meaning(line: Mapping[str, Any]) -> Meaning:
    functions = tuple(line.get("functions", ()))
    unknown = set(functions) - _functions()
    if unknown or set(line) - {"name", "functions", "specialised", "confidential", "group", "ignored"}:
        raise ValueError(f"a line of a table of terms that cannot be used: {line}")
    return Meaning(
        functions, line.get("specialised", False), line.get("confidential", False), line.get("group", False), line.get("ignored", "")
    )


@cache
def _phrases(words: tuple[str, ...]) -> re.Pattern[str]:
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)")
