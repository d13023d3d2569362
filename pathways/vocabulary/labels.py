"""The labels of the controlled lists in the languages of the service, one file a language in `labels/`.

A file's head says its language and whether a native reader has read it. A test holds every file to the vocabulary: no word without a
label, no label without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pathways import vocabulary
from pathways.format.reader import load_yaml
from pathways.indicators import prompts

LANGUAGES = ("en", "de", "el", "fr", "it", "pl", "pt", "es", "sq", "ar", "uk")
"""The languages of the labels, English first."""

_OF_TERRITORIES = ("countries", "free_movement")
"""Lists whose words are countries: their names stand once, under `territories`."""


@cache
def _read(language: str) -> Mapping[str, Any]:
    text = files("pathways.vocabulary").joinpath("labels", f"{language}.yaml").read_text(encoding="utf-8")
    read: Mapping[str, Any] = load_yaml(text)
    return read


def lists() -> tuple[str, ...]:
    """The lists that have labels: the controlled ones, the facts of conditions, the groups of functions, the indicators, and the names of
    the lists themselves."""
    return (*vocabulary.lists(), "facts", "function_groups", "indicators", "lists")


def words(name: str) -> tuple[str, ...]:
    """The words of a list that has labels, in their order; KeyError for a list that does not exist."""
    if name == "facts":
        return tuple(vocabulary.facts())
    if name == "function_groups":
        return tuple(dict.fromkeys(vocabulary.function_groups().values()))
    if name == "indicators":
        return tuple(prompts().indicators)
    if name == "lists":
        return lists()[:-1]
    return vocabulary.words(name)


@cache
def labels(name: str, word: str) -> Mapping[str, str]:
    """The label of a word of a list in every language; KeyError for a list or a word that does not exist."""
    if word not in words(name):
        raise KeyError(word)
    block = "territories" if name in _OF_TERRITORIES else name
    return MappingProxyType({language: str(_read(language)["labels"][block][word]) for language in LANGUAGES})


def label(name: str, word: str, language: str = "en") -> str:
    """The label of a word in one language, in English where the language has none; KeyError as for `labels`."""
    found = labels(name, word)
    return found.get(language, found["en"])


def reviewed(language: str) -> bool:
    """Whether a native reader has read the labels of a language; KeyError for a language without labels."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return bool(_read(language)["reviewed_by_native_reader"])
