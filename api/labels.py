"""The controlled lists with labels in every language that there is."""

from __future__ import annotations

from typing import Any

from pathways import vocabulary
from pathways.indicators import prompts
from pathways.vocabulary.labels import labels, words
from pathways.vocabulary.labels import lists as labelled


def lists() -> tuple[str, ...]:
    """The names of the lists that are published: the controlled ones, the facts that conditions speak of, the groups of functions."""
    return tuple(name for name in labelled() if name != "lists")


def names(name: str) -> dict[str, str]:
    """What a list is called, by language; KeyError for a list that does not exist."""
    return dict(labels("lists", name))


def entries(name: str) -> list[dict[str, Any]]:
    """The words of a list with their labels; KeyError for a list that does not exist."""
    found: list[dict[str, Any]] = [{"id": word, "labels": dict(labels(name, word))} for word in words(name)]
    if name == "facts":
        return [{**entry, **vocabulary.facts()[entry["id"]]} for entry in found]
    if name == "functions":
        groups, notes = vocabulary.function_groups(), vocabulary.function_notes()
        return [{**entry, "group": groups[entry["id"]], "note": notes[entry["id"]] or None} for entry in found]
    if name == "indicators":
        return [{**entry, **_indicator(entry["id"])} for entry in found]
    return found


def _indicator(identity: str) -> dict[str, Any]:
    """What an indicator belongs to and points to; its weights stand in the data, for nobody to add up."""
    sign = prompts().indicators[identity]
    return {
        "dimension": sign.dimension,
        "element": sign.element,
        "noticed": sign.noticed,
        "who": sign.who,
        "exploitation": sorted(sign.exploitation),
        "points_to": list(sign.points_to),
        "sources": list(sign.sources),
        "note": sign.note or None,
    }
