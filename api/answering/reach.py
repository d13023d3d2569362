"""A body and how it is reached, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.languages import get_official_languages
from flask_babel import gettext

from api import snapshots
from api.answering.said import Text, joined, labelled, name, own, said, words
from pathways.planner.phrases import Phrase
from pathways.visibility import body_summary

_SCHEMES = {"phone": "tel:", "email": "mailto:", "website": ""}


@dataclass(frozen=True, slots=True)
class Point:
    """A number or an address, with its hours, and what else is to be known of it."""

    kind: str
    value: str
    address: str
    hours: Text
    note: Text

    @property
    def told(self) -> Text:
        """Its hours, and what else is to be known."""
        return joined([text for text in (self.hours, self.note) if text], "; ")


@dataclass(frozen=True, slots=True)
class Body:
    """A body: its name, what it is, which one to look for, and its numbers; `via` is whose they are where it has none of its own."""

    id: str | None
    name: Text
    local: Text
    kind: str
    instance: Text
    points: tuple[Point, ...]
    note: Text
    """What holds for all of its numbers and addresses."""
    via: Text
    asked: str | None
    """The body whose contacts these are: itself or `via`; None where it may not be named."""

    @property
    def phones(self) -> tuple[Point, ...]:
        """The numbers that can be called."""
        return tuple(point for point in self.points if point.kind == "phone")

    @property
    def others(self) -> tuple[Point, ...]:
        """Mail and websites."""
        return tuple(point for point in self.points if point.kind != "phone")


def body(summary: Mapping[str, Any]) -> Body:
    """A body of the answer, with its contact."""
    contact = summary.get("contact") or {}
    points = [point for point in contact.get("points", ()) if point["type"] != "hours"]
    hours = [point["value"] for point in contact.get("points", ()) if point["type"] == "hours"]
    via, notes = contact.get("via"), [point["note"] for point in points if point.get("note")]
    shared = {note for note in notes if notes.count(note) > 1}
    return Body(
        id=summary.get("id"),
        name=name(summary.get("name")),
        local=own(summary.get("name_local"), local_language(summary.get("country") or "", summary.get("name_local") or "")),
        kind=labelled("kinds", summary["kind"]) if summary.get("kind") else "",
        instance=_instance(summary.get("instance")),
        points=tuple(_point(point, shared) for point in points),
        note=joined((own(text) for text in (*hours, *sorted(shared))), "; "),
        via=_named(via) if via else Text(),
        asked=via or summary.get("id"),
    )


def _named(identity: str) -> Text:
    try:
        return name(body_summary(snapshots.directory(), identity, snapshots.viewer())["name"])
    except KeyError:
        return words(gettext("another body"))


def _instance(instance: str | None) -> Text:
    """Which one of a class to look for: `Region: Puglia (IT-75)`."""
    return joined((said(value) for value in instance.values.values()), ": ") if isinstance(instance, Phrase) else own(instance)


def _point(point: Mapping[str, Any], shared: Collection[str]) -> Point:
    kind, value = point["type"], point["value"]
    address = _SCHEMES[kind] + (dialled(value) if kind == "phone" else value)
    note = point.get("note")
    notes = [own(note)] if note and note not in shared else []
    if point.get("stale"):
        notes.append(words(labelled("warnings", "stale")))
    return Point(
        kind,
        value,
        address if kind != "website" or value.startswith(("https://", "http://")) else "",
        own(point.get("hours")),
        joined(notes, "; "),
    )


def dialled(number: str) -> str:
    """A telephone number as it is dialled: digits, and the sign before a country's code."""
    return re.sub(r"(?!^\+)[^0-9]", "", number.strip())


@cache
def local_language(country: str, text: str) -> str:
    """The language of a country in which a name is written: the first official one whose script it has."""
    languages = [code.partition("_")[0] for code in get_official_languages(country, de_facto=True)] if country else []
    script = next((script for script, letters in _LETTERS.items() if re.search(letters, text)), "")
    return next((code for code in languages if _SCRIPTS.get(code, "") == script), "und")


_LETTERS = {"greek": "[\u0370-\u03ff]", "cyrillic": "[\u0400-\u04ff]", "arabic": "[\u0600-\u06ff]"}
_SCRIPTS = {"el": "greek", "uk": "cyrillic", "ru": "cyrillic", "ar": "arabic"}
