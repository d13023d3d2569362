"""What can be chosen in a field, with its words in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pycountry
from babel import Locale
from flask_babel import gettext

from api import snapshots
from api.asking.questions import Field
from pathways import territories, vocabulary
from pathways.visibility import is_seen
from pathways.vocabulary.labels import label


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a field, and its word."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that stand together; a group without a name is not marked."""

    name: str
    choices: tuple[Choice, ...]


ASKED_AND_NONE = "none"
"""What is chosen where somebody was asked about risks and none is known."""


def groups(field: Field, country: str | None, language: str) -> list[Group]:
    """What a field can be; regions and bodies are those of the country, and none where it is not known yet."""
    match field.kind:
        case "word":
            return [Group("", _labelled(field.words, language))]
        case "words" if field.words == "functions":
            return _functions(language)
        case "words":
            none = (Choice(ASKED_AND_NONE, gettext("Asked, and none is known")),) if field.words == "risks" else ()
            return [Group("", (*_labelled(field.words, language), *none))]
        case "country":
            return [Group("", countries(language))]
        case "countries":
            return [
                Group("", (Choice("stateless", label("status", "stateless", language)), Choice("unknown", gettext("Not known")))),
                Group(gettext("Countries"), countries(language)),
            ]
        case "region":
            return [Group("", regions(country))] if country else []
        case "languages":
            return [Group("", _languages(language))]
        case "body":
            return _bodies(country, language)
        case "decisions":
            return [Group("", _labelled("decisions", language))]
    return []


def word_of(field: Field, value: str, country: str | None, language: str) -> str:
    """The word of a value of a field; the value itself where it has none."""
    if field.kind in ("country", "countries", "region") and "-" not in value and len(value) == 2:
        return country_name(value, language)
    for group in groups(field, country, language):
        for choice in group.choices:
            if choice.value == value:
                return choice.word
    return value


def country_name(code: str, language: str) -> str:
    """The name of any country in a language."""
    return str(Locale.parse(language).territories.get(code, code))


def language_name(code: str, language: str) -> str:
    """The name of a language in a language; the code where it has none there."""
    return str(Locale.parse(language).languages.get(code, code))


@cache
def countries(language: str) -> tuple[Choice, ...]:
    """All countries, by name."""
    codes = [*(country.alpha_2 for country in pycountry.countries), "XK"]
    return _sorted(Choice(code, country_name(code, language)) for code in codes)


@cache
def regions(country: str) -> tuple[Choice, ...]:
    """The regions of a country, at every level, each with the one that it lies in; their names are those of the country."""
    found = []
    for code in territories.subdivisions(country):
        above = territories.parent(code)
        within = f" ({territories.name(above)})" if above and above != country else ""
        found.append(Choice(code, territories.name(code) + within))
    return _sorted(found)


@cache
def _labelled(words: str, language: str) -> tuple[Choice, ...]:
    return tuple(Choice(word, label(words, word, language)) for word in vocabulary.words(words))


@cache
def _functions(language: str) -> list[Group]:
    by_group: dict[str, list[Choice]] = {}
    for function, group in vocabulary.function_groups().items():
        by_group.setdefault(group, []).append(Choice(function, label("functions", function, language)))
    return [Group(label("function_groups", group, language), tuple(choices)) for group, choices in by_group.items()]


@cache
def _languages(language: str) -> tuple[Choice, ...]:
    names = Locale.parse(language).languages
    codes = [found.alpha_2 for found in pycountry.languages if hasattr(found, "alpha_2")]
    return _sorted(Choice(code, names[code]) for code in codes if code in names)


def _bodies(country: str | None, language: str) -> list[Group]:
    kinds = (
        Choice("self", gettext("The person themselves")),
        *(Choice(kind, label("kinds", kind, language)) for kind in vocabulary.known_kinds()),
        Choice("foreign-authority", gettext("An authority of another country")),
    )
    return [Group(gettext("Kinds of body"), kinds), *([Group(gettext("Bodies in this country"), bodies(country))] if country else [])]


def bodies(country: str) -> tuple[Choice, ...]:
    """The bodies of a country that the reader may see, by name."""
    part, viewer = snapshots.directory().parts.get(country), snapshots.viewer()
    return _sorted(Choice(body.id, body.name) for body in part.stakeholders.values() if is_seen(body, viewer)) if part else ()


def _sorted(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: (_plain(choice.word), choice.value)))


def _plain(text: str) -> str:
    """A word without accents and case, to sort by."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(letter))


def listed(found: Sequence[Group]) -> tuple[Choice, ...]:
    """All choices of several groups."""
    return tuple(choice for group in found for choice in group.choices)
