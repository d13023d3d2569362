"""The controlled lists with labels; English ones are made from the ids, other languages come with their catalogues."""

from __future__ import annotations

from typing import Any

from pathways import territories, vocabulary

_CAPITALS = {"ngo": "NGO", "eu": "EU", "lgbtiq": "LGBTIQ", "eu-citizen": "EU citizen", "non-eu": "non-EU", "d0": "D0", "d1": "D1", "d2": "D2", "d3": "D3", "c0": "C0"}


def english(name: str, word: str) -> str:
    """The English label of a word of a list."""
    if name == "countries":
        return territories.name(word)
    if word.lower() in _CAPITALS:
        return _CAPITALS[word.lower()]
    text = word.replace("-", " ").replace("_", " ").replace(".", ": ")
    return text[:1].upper() + text[1:]


def lists() -> tuple[str, ...]:
    """The names of the lists that are published: the controlled ones, and the facts that conditions speak of."""
    return (*vocabulary.lists(), "facts")


def entries(name: str) -> list[dict[str, Any]]:
    """The words of a list with their labels; KeyError for a list that does not exist."""
    if name == "facts":
        return [{"id": fact, "labels": {"en": english(name, fact)}, **about} for fact, about in vocabulary.facts().items()]
    found: list[dict[str, Any]] = [{"id": word, "labels": {"en": english(name, word)}} for word in vocabulary.words(name)]
    if name == "functions":
        groups, notes = vocabulary.function_groups(), vocabulary.function_notes()
        return [{**entry, "group": groups[entry["id"]], "note": notes[entry["id"]] or None} for entry in found]
    return found
