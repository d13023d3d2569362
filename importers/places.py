"""Names of countries and regions as ISO 3166 codes, by the lists that pycountry carries; what is not certain is no code."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

import pycountry

from importers.words import plain
from pathways import territories
from pathways.vocabulary.labels import LANGUAGES

_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "grande bretagne": "GB",
    "usa": "US",
    "ivory coast": "CI",
    "cote d ivoire": "CI",
    "russia": "RU",
    "syria": "SY",
    "moldova": "MD",
    "kosovo": "XK",
    "turkey": "TR",
    "czech republic": "CZ",
    "macedonia": "MK",
    "palestine": "PS",
    "south korea": "KR",
    "iran": "IR",
    "bolivia": "BO",
    "venezuela": "VE",
    "tanzania": "TZ",
    "vietnam": "VN",
    "laos": "LA",
    "cape verde": "CV",
    "swaziland": "SZ",
    "drc": "CD",
    "republique democratique du congo": "CD",
}
"""Names in use that the ISO lists do not have, in the form of `plain`."""

_KIND_OF_REGION = re.compile(
    r"\b(governorate|muhafazah|mohafazah|gouvernorat|region|regione|province|provincia|provincie|department|departamento|departement|"
    r"district|county|prefecture|oblast|voivodeship|wojewodztwo|canton|state|estado|land|territory|comunidad|autonomous|community of|of|de|"
    r"du|al|el|ad|as|ash|at|az|la|le)\b"
)


@cache
def _countries() -> Mapping[str, str]:
    found = dict(_ALSO)
    for country in pycountry.countries:
        for own in {country.name, *(getattr(country, key, country.name) for key in ("common_name", "official_name", "alpha_3"))}:
            for name in (own, *_translated(own)):
                found.setdefault(plain(name), country.alpha_2)
    return found


@cache
def _catalogues() -> tuple[gettext.NullTranslations, ...]:
    codes = [code for code in LANGUAGES if code != "en"]
    return tuple(gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [code], fallback=True) for code in codes)


def _translated(name: str) -> Iterable[str]:
    return (catalogue.gettext(name) for catalogue in _catalogues())


@lru_cache(maxsize=10_000)
def country(text: str) -> str | None:
    """The code of a country by its code (two letters, in capitals, or three) or by its name in a language of the service; None where it
    is none."""
    bare = text.strip()
    if len(bare) == 2 and bare.isupper() and territories.is_country(bare):
        return bare
    return _countries().get(plain(bare)) if plain(bare) else None


@cache
def _regions(code: str) -> Mapping[str, str | None]:
    """The regions of a country by their names; None where two have the same name and neither lies in the other."""
    found: dict[str, str | None] = {}
    for region in sorted(pycountry.subdivisions.get(country_code=code) or (), key=lambda item: (item.parent_code is not None, item.code)):
        for name in {region.name, *re.split(r"\s*[/;]\s*|\s*\[|\]", region.name)}:
            for key in {plain(name), _bare(name)} - {""}:
                other = found.setdefault(key, region.code)
                if other is not None and other != region.code and not territories.within(region.code, other):
                    found[key] = None
    return found


def _bare(name: str) -> str:
    return " ".join(_KIND_OF_REGION.sub(" ", plain(name)).split())


@lru_cache(maxsize=10_000)
def region(text: str, within: str) -> str | None:
    """The code of a region of a country by its code (with or without that of the country) or its name; None: none, or several."""
    bare = text.strip()
    if bare.upper() == bare and "-" in bare and territories.is_territory(bare) and bare.startswith(within + "-"):
        return bare
    joined = f"{within}-{bare}"
    if re.fullmatch(r"[A-Z0-9]{1,3}", bare) and territories.is_territory(joined):
        return joined
    known = _regions(within)
    return known.get(plain(bare)) or known.get(_bare(bare))


def territory(text: str, within: str | None = None) -> str | None:
    """The code of a country or region; a name without a country is looked for within `within`, and then among the countries."""
    bare = text.strip()
    if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", bare):
        return bare if territories.is_territory(bare) else None
    found = region(bare, within) if within and bare != within else None
    return found or country(bare)
