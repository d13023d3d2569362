"""Where a body is and where a service works, as territories by ISO 3166; nothing finer than a city's name is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from importers import taxonomy
from importers.formats.hsds_tables import Row
from importers.reading import Finding
from pathways import territories


@dataclass(slots=True)
class Where:
    """The places of some addresses: countries and territories in their order, cities by name."""

    countries: list[str] = field(default_factory=list)
    territory: list[str] = field(default_factory=list)
    cities: list[str] = field(default_factory=list)

    def add(self, country: str, territory: str, city: str) -> None:
        """Adds one place."""
        for held, value in ((self.countries, country), (self.territory, territory), (self.cities, city)):
            if value and value not in held:
                held.append(value)


def of_addresses(rows: Sequence[Row], default: str | None) -> Iterator[Finding | Where]:
    """The places of addresses; `default`: the country of those that name none. Findings first, the place last."""
    where = Where()
    for row in sorted(rows, key=lambda row: row.text("address_type") not in ("physical", "")):
        named = row.text("country")
        country = taxonomy.country(named) if named else default
        if named and country is None:
            yield Finding("unknown-word", "warning", row.at("country"), f"{named[:60]!r} is no country", "a code of ISO 3166-1", named[:80])
        if country is None:
            continue
        part = None
        words = [(column, row.text(column)) for column in ("state_province", "region") if row.text(column)]
        for _, word in words:
            part = part or taxonomy.subdivision(country, word)
        if words and part is None:
            column, word = words[0]
            yield Finding(
                "unknown-word",
                "warning",
                row.at(column),
                f"{word[:60]!r} is no part of {territories.name(country)}",
                "a code or name of ISO 3166-2",
                word[:80],
            )
        where.add(country, part or country, row.text("city"))
    where.territory = _widest(where.territory)
    yield where


def of_areas(rows: Sequence[Row], country: str) -> Iterator[Finding | tuple[list[str], list[str]]]:
    """The territories of service areas, and the words of those that are none; findings first."""
    codes: list[str] = []
    words: list[str] = []
    for row in rows:
        text = row.text("name", "service_area", "description")
        if not text:
            yield Finding("missing", "note", row.at("name"), "a service area without a name", "a code or name of ISO 3166")
            continue
        code = of_word(text, country)
        if code is None:
            words.append(text)
            yield Finding("unknown-word", "warning", row.at("name"), "names no territory", "a code or name of ISO 3166", text[:80])
        elif code not in codes:
            codes.append(code)
    yield _widest(codes), words


def of_word(text: str, country: str) -> str | None:
    """The territory that a word names: a code, a part of the country, or a country."""
    if territories.is_territory(text.upper()):
        return text.upper()
    return taxonomy.subdivision(country, text) or taxonomy.country(text)


def _widest(codes: Sequence[str]) -> list[str]:
    """Territories without those that lie within another of them."""
    return [code for code in codes if not any(other != code and territories.within(code, other) for other in codes)]
