"""Words of a name that name a country or a region, in any of the directory's languages: where they differ, so do the bodies."""

from __future__ import annotations

import gettext
from functools import cache

import pycountry

from pathways.script import tokens

_LANGUAGES = ("de", "el", "es", "fr", "it", "pl", "pt", "sq", "uk", "ar", "nb", "nl", "ru", "ro", "tr")
_MORE = {
    "GB": "british|uk|united kingdom|great britain|britain|england and wales",
    "US": "us|usa|united states|america|american",
    "GR": "hellas|ellada|hellenic|greek|ellas",
    "AT": "osterreich|austrian|austriaca",
    "IT": "italian|italiana|italiano",
    "FR": "french|francaise|francais",
    "ES": "espana|spanish|espanola|espanol",
    "PT": "portuguese|portuguesa|portugues",
    "PL": "polish|polska|polski|polskie",
    "AL": "albanian|shqiptare|shqiperise",
    "MA": "moroccan|marocaine|marocain|maroc|maghrib",
    "UA": "ukrainian|ukrainska|ukrainy",
    "CY": "cypriot|kypriaki|kypros|kyprou",
    "CH": "schweiz|suisse|svizzera|swiss",
    "NO": "norge",
    "CN": "prc|chinese",
    "HK": "hong kong",
    "RU": "russia|russian|rossiia",
    "IR": "iran|iranian",
    "DE": "german",
    "TR": "turkish",
    "IN": "indian",
    "JP": "japanese",
    "KR": "south korea|south korean",
    "KP": "north korea|north korean",
    "SY": "syrian",
    "IQ": "iraqi",
    "EG": "egyptian",
    "NL": "dutch",
    "BE": "belgian",
    "SE": "swedish",
    "DK": "danish",
    "IE": "irish",
    "RO": "romanian",
    "BG": "bulgarian",
    "HR": "croatian",
    "RS": "serbian",
    "HU": "hungarian",
    "CZ": "czech",
    "NG": "nigerian",
    "BY": "belarusian",
    "MD": "moldovan",
}


@cache
def _names() -> dict[tuple[str, ...], str]:
    """The words of the name of each country, with its code."""
    found: dict[tuple[str, ...], str] = {}
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")):
            found.setdefault(tuple(tokens(name)), country.alpha_2)
    for language in _LANGUAGES:
        try:
            translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
        except FileNotFoundError:
            continue
        for country in pycountry.countries:
            found.setdefault(tuple(tokens(translated.gettext(country.name))), country.alpha_2)
    for code, names in _MORE.items():
        for name in names.split("|"):
            found[tuple(name.split())] = code
    found.pop((), None)
    return {words: code for words, code in found.items() if len("".join(words)) > 3 or words in (("uk",), ("us",), ("usa",), ("prc",))}


@cache
def longest() -> int:
    """The most words that the name of a country has here."""
    return min(6, max(map(len, _names())))


def country_of(words: tuple[str, ...]) -> str | None:
    """The country that these words (in plain Latin letters) name, if any."""
    return _names().get(words)
