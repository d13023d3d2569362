"""Records on their way out of a reader: bodies that several rows describe become one, and bodies come before what they hold.

They wait in a temporary file, so that the memory does not grow with the table.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from importers.reading import Finding, Place, Read
from pathways.records import Record

Same = Literal["merge", "refuse"]
"""What becomes of a second thing with the same id: it adds to the first, or it is an error."""

_PROSE = ("note", "requires_note", "contact_note")
"""Fields in words: what a second row says stands beneath what the first said."""
_ORDER = ("source", "requirement", "stakeholder", "mandate", "link")


class Spool:
    """Collects records by kind and id; gives them back by kind, each kind in the order of its first appearance. To be closed after use."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("")  # a temporary file of its own, gone when it is closed
        self._kept.execute("PRAGMA synchronous=OFF")
        self._kept.execute("PRAGMA cache_size=-8000")
        self._kept.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, kind TEXT, id TEXT, read BLOB, UNIQUE (kind, id))")
        self._kept.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE names (name TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID")
        self._last: dict[str, Read] = {}

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def add(self, read: Read, same: Same = "merge") -> Iterator[Finding]:
        """Keep a record; yields what its values contradict in an earlier one of the same id. The earlier value stays."""
        kind, identity = read.record.key
        last = self._last.get(kind)
        if last is not None and last.record == read.record and same == "merge":
            return
        found = self._kept.execute("SELECT number, read FROM kept WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        if found is None:
            self._kept.execute("INSERT INTO kept (kind, id, read) VALUES (?, ?, ?)", (kind, identity, _packed(read)))
            self._last[kind] = read
            return
        first = _unpacked(found[1])
        if same == "refuse":
            text = f"{kind} {identity} stands a second time; the first is in row {first.place.row}"
            yield Finding("duplicate", "error", read.place, text, "give each an id of its own, or take one out", identity)
            return
        joined, findings = _joined(first, read)
        yield from findings
        if joined is not first:
            self._kept.execute("UPDATE kept SET read = ? WHERE number = ?", (_packed(joined), found[0]))
        self._last[kind] = read

    def has(self, kind: str, identity: str) -> bool:
        """Whether a thing has been kept."""
        return self._kept.execute("SELECT 1 FROM kept WHERE kind = ? AND id = ?", (kind, identity)).fetchone() is not None

    def first_row(self, key: str, row: int) -> int:
        """The row in which a key of the partner stood first: this one where it is new."""
        found = self._kept.execute("SELECT row FROM seen WHERE key = ?", (key,)).fetchone()
        if found is None:
            self._kept.execute("INSERT INTO seen VALUES (?, ?)", (key, row))
        return row if found is None else int(found[0])

    def remember(self, name: str, identity: str) -> None:
        """Keep by what other name a body is known; the first stays."""
        self._kept.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (name, identity))

    def recall(self, name: str) -> str | None:
        """The id of the body that is known by this name; None where none is."""
        found = self._kept.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def reads(self, *kinds: str) -> Iterator[Read]:
        """The records of these kinds, or all: sources, bodies, mandates, links."""
        for kind in kinds or _ORDER:
            for (kept,) in self._kept.execute("SELECT read FROM kept WHERE kind = ? ORDER BY number", (kind,)):
                yield _unpacked(kept)


def _packed(read: Read) -> bytes:
    """A record as bytes; plain data is packed four times as fast as dataclasses."""
    record = read.record
    places = {key: _plain(place) for key, place in read.places.items()}
    return pickle.dumps((record.kind, record.id, record.part, dict(record.fields), _plain(read.place), places, read.keys), 5)


def _plain(place: Place) -> tuple[str, str, int | None, str]:
    return place.file, place.sheet, place.row, place.column


def _unpacked(packed: bytes) -> Read:
    kind, identity, part, fields, place, places, keys = pickle.loads(packed)
    return Read(Record(kind, identity, part, fields), Place(*place), {key: Place(*found) for key, found in places.items()}, keys)


def _joined(first: Read, second: Read) -> tuple[Read, list[Finding]]:
    """The first record with what the second adds: fields that it has not, items of lists. `first` itself where nothing is added."""
    fields: dict[str, Any] = dict(first.record.fields)
    places: dict[str, Place] = dict(first.places)
    findings = []
    for key, value in second.record.fields.items():
        place = second.places.get(key, second.place)
        if key not in fields:
            fields[key] = value
            places[key] = place
        elif isinstance(value, list) and isinstance(fields[key], list):
            fields[key] = fields[key] + [item for item in value if item not in fields[key]]
        elif key in _PROSE and isinstance(value, str):
            told = str(fields[key]).split("\n")
            fields[key] = "\n".join([*told, *(line for line in value.split("\n") if line not in told)])
        elif key == "as_of":
            fields[key] = max((fields[key], value), key=str)
        elif fields[key] != value:
            before = first.places.get(key, first.place)
            said = f"{key} is {_short(value)!r} here and {_short(fields[key])!r} in row {before.row}"
            text = f"{first.record.kind} {first.record.id}: {said}; the first is kept"
            findings.append(Finding("duplicate", "warning", place, text, "say the same in all rows of it", _short(value)))
    keys = (*first.keys, *(key for key in second.keys if key not in first.keys))
    if fields == first.record.fields and keys == first.keys:
        return first, findings
    return replace(first, record=replace(first.record, fields=fields), places=places, keys=keys), findings


def _short(value: Any) -> str:
    text = str(value) if not isinstance(value, Mapping | list) else repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
