"""Territories by ISO 3166-1 and 3166-2, at every level, and what lies within what.

The codes and their containment are those of the ISO lists that pycountry carries (`FR-75C` within `FR-IDF` within `FR`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pycountry

from pathways.conditions import Truth


@cache
def is_country(code: str) -> bool:
    """Whether a code is a country of ISO 3166-1, or `XK` (user-assigned, as the contract admits it)."""
    return code == "XK" or pycountry.countries.get(alpha_2=code) is not None


@cache
def parent(code: str) -> str | None:
    """The territory that a territory lies directly within; None for a country."""
    if "-" not in code:
        return None
    subdivision = pycountry.subdivisions.get(code=code)
    if subdivision is None:
        raise KeyError(code)
    return str(subdivision.parent_code or subdivision.country_code)


@cache
def is_territory(code: str) -> bool:
    """Whether a code is a country or a subdivision of one."""
    return pycountry.subdivisions.get(code=code) is not None if "-" in code else is_country(code)


@cache
def chain(code: str) -> tuple[str, ...]:
    """A territory, what it lies within, and so on up to the country."""
    above = parent(code)
    return (code,) if above is None else (code, *chain(above))


def within(inner: str, outer: str) -> bool:
    """Whether one territory is another or lies within it."""
    return outer in chain(inner)


@cache
def subdivisions(country: str) -> tuple[str, ...]:
    """The codes of all subdivisions of a country, sorted."""
    return tuple(sorted(s.code for s in pycountry.subdivisions.get(country_code=country) or ()))


@cache
def name(code: str) -> str:
    """The English name in the ISO lists; the code itself for `XK`."""
    if "-" in code:
        return str(pycountry.subdivisions.get(code=code).name)
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found else code


def covers(territories: Iterable[str], country: str, region: str | None) -> Truth:
    """Whether a place is covered: True for all of it, None where only a part is or where the region is not known, False for none."""
    partial = False
    place = chain(region) if region else (country,)
    for territory in territories:
        if territory in place:
            return True
        if (region and region in chain(territory)) or (not region and country in chain(territory)):
            partial = True
    return None if partial else False


@cache
def distance(territory: str, region: str | None) -> int:
    """How much wider than the place a body works: 0 for the very place, one more for each level above it; 0 where the place is unknown."""
    if region is None:
        return 0
    place = chain(region)
    return place.index(territory) if territory in place else 0
