"""A revision in the making, on disk: what it touches, before and after, beside the tables that it would change and only reads.

`subjects` and `statements` are the tables of a store's newest revision (`pathways.stores.migrations`). A revision is of one layer, so what
that layer says of each thing before and after is all there is to keep; memory does not grow with the directory, nor with the revision.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from pathways.records import Record
from pathways.stores.layers import ABSENT, Subject, record_of, same, shows
from pathways.stores.revisions import Change, Conflict, StoreError

_SUBJECTS = """
SELECT s.position, s.kind, s.id, s.part, t.layer, t.fields FROM subjects s LEFT JOIN statements t ON t.subject = s.position
ORDER BY s.position, t.layer
"""
_SUBJECT = """
SELECT s.position, s.kind, s.id, s.part, t.layer, t.fields FROM subjects s LEFT JOIN statements t ON t.subject = s.position
WHERE s.kind = ? AND s.id = ?
"""
_TOUCHED = """
CREATE TEMP TABLE touched
(position INTEGER PRIMARY KEY, kind TEXT, id TEXT, part TEXT, new INTEGER, before TEXT, after TEXT, UNIQUE (kind, id))
"""
_KEEP = """
INSERT INTO touched VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (position) DO UPDATE SET after = excluded.after
"""
_STANDING = """
SELECT s.position, s.kind, s.id, s.part, t.layer, t.fields, c.position, c.after
FROM subjects s LEFT JOIN statements t ON t.subject = s.position LEFT JOIN touched c ON c.position = s.position ORDER BY s.kind, s.id
"""
_NEW = "SELECT position, kind, id, part, NULL, NULL, position, after FROM touched WHERE new ORDER BY kind, id"
_BOTH = """
SELECT c.position, c.kind, c.id, c.part, t.layer, t.fields, c.before, c.after
FROM touched c LEFT JOIN statements t ON t.subject = c.position ORDER BY c.position
"""
_COUNTS = """
SELECT coalesce(sum(before IS NULL AND after IS NOT NULL), 0), coalesce(sum(before IS NOT NULL AND after IS NOT NULL), 0),
coalesce(sum(before IS NOT NULL AND after IS NULL), 0) FROM touched
"""
_IDS = """
SELECT id FROM subjects WHERE kind = :kind AND (:part IS NULL OR part = :part)
UNION SELECT id FROM touched WHERE kind = :kind AND (:part IS NULL OR part = :part)
"""
_REMEMBERED = 4_096
"""So many things that others rest on are remembered."""


def forget(db: sqlite3.Connection) -> None:
    """Take away what an earlier draft has left in a connection."""
    for name in ("touched", "places"):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")


def subjects(db: sqlite3.Connection) -> Iterator[Subject]:
    """Everything that the tables hold, in the order in which things came."""
    for _, rows in groupby(db.execute(_SUBJECTS), itemgetter(0)):
        yield _subject(list(rows))


def _subject(rows: Sequence[Sequence[Any]]) -> Subject:
    position, kind, identity, part = rows[0][:4]
    return Subject(kind, identity, part, position, {row[4]: json.loads(row[5]) for row in rows if row[4] is not None})


def shared(db: sqlite3.Connection, some: Iterable[Change], others: Iterable[Change]) -> Iterator[Change]:
    """Those of the other changes that are about a field of which some are too, all being of one layer."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS places (kind TEXT, id TEXT, field TEXT, PRIMARY KEY (kind, id, field)) WITHOUT ROWID")
    db.execute("DELETE FROM places")
    db.executemany("INSERT OR IGNORE INTO places VALUES (?, ?, ?)", ((c.kind, c.id, c.field) for c in some))
    for change in others:
        if db.execute("SELECT 1 FROM places WHERE kind = ? AND id = ? AND field = ?", (change.kind, change.id, change.field)).fetchone():
            yield change


class Draft:
    """The changes of one layer, applied to nothing but a temporary table."""

    def __init__(self, db: sqlite3.Connection, layer: str) -> None:
        self.layer = layer
        self.before, self.after = Side(self, after=False), Side(self, after=True)
        self._db = db
        db.execute(_TOUCHED)
        self._last = int(db.execute("SELECT coalesce(max(position), 0) FROM subjects").fetchone()[0])

    def apply(self, changes: Iterable[Change]) -> None:
        """Make changes; Conflict where a field does not say what its change expects, StoreError for another part or layer."""
        for _, some in groupby(changes, attrgetter("kind", "id")):
            self._apply(list(some))

    def _apply(self, changes: Sequence[Change]) -> None:
        first = changes[0]
        position, part, new, before, fields = self._now(first)
        for change in changes:
            if change.layer != self.layer:
                raise StoreError(
                    f"changes of one layer make a revision; {change.field} of {change.kind} {change.id} is of {change.layer}, not of {self.layer}"
                )
            if change.part != part:
                raise StoreError(f"{change.kind} {change.id} belongs to the part {part}, not to {change.part}")
            if not same(fields.get(change.field, ABSENT), change.before):
                raise Conflict(f"{change.field} of {change.kind} {change.id} was changed meanwhile")
            if change.after is ABSENT:
                fields.pop(change.field, None)
            else:
                fields[change.field] = change.after
        after = json.dumps(fields, ensure_ascii=False) if fields else None
        self._db.execute(_KEEP, (position, first.kind, first.id, part, new, before, after))

    def _now(self, change: Change) -> tuple[int, str, bool, str | None, dict[str, Any]]:
        """Where a thing stands, whether it is new, what the layer said of it before and what it says by now."""
        row = self._db.execute(
            "SELECT position, part, new, before, after FROM touched WHERE kind = ? AND id = ?", change.subject
        ).fetchone()
        if row is not None:
            return row[0], row[1], row[2], row[3], json.loads(row[4] or "{}")
        row = self._db.execute(
            "SELECT s.position, s.part, t.fields FROM subjects s LEFT JOIN statements t ON t.subject = s.position AND t.layer = ? "
            "WHERE s.kind = ? AND s.id = ?",
            (self.layer, *change.subject),
        ).fetchone()
        if row is not None:
            return row[0], row[1], False, row[2], json.loads(row[2] or "{}")
        self._last += 1
        return self._last, change.part, True, None, {}

    def counts(self) -> tuple[int, int, int]:
        """How many things the layer says that it did not, says otherwise, and no longer says."""
        return tuple(self._db.execute(_COUNTS).fetchone())

    def position(self, kind: str, identity: str) -> int:
        """The place of a thing that is touched, in the order in which things came."""
        return int(self._db.execute("SELECT position FROM touched WHERE kind = ? AND id = ?", (kind, identity)).fetchone()[0])

    def others(self, kind: str, identity: str) -> dict[str, dict[str, Any]]:
        """What other layers say of a thing."""
        rows = self._db.execute(_SUBJECT, (kind, identity)).fetchall()
        return {layer: fields for layer, fields in _subject(rows).says.items() if layer != self.layer} if rows else {}

    def touched(self) -> Iterator[tuple[Subject, Subject]]:
        """What is touched, before and after, in the order in which things came."""
        for _, rows in groupby(self._db.execute(_BOTH), itemgetter(0)):
            found = list(rows)
            yield self._with(found, found[0][6]), self._with(found, found[0][7])

    def standing(self) -> Iterator[tuple[Subject, bool]]:
        """Everything after it, by kind and id, and whether it is touched."""
        for _, rows in groupby(merge(self._db.execute(_STANDING), self._db.execute(_NEW), key=itemgetter(1, 2)), itemgetter(0)):
            found = list(rows)
            touched = found[0][6] is not None
            yield self._with(found, found[0][7]) if touched else _subject(found), touched

    def _with(self, rows: Sequence[Sequence[Any]], fields: str | None) -> Subject:
        """A thing with what its layers say, the draft's own saying these fields."""
        subject = _subject(rows)
        subject.says.pop(self.layer, None)
        if fields is not None:
            subject.says[self.layer] = json.loads(fields)
        return subject

    def find(self, kind: str, identity: str, after: bool) -> Subject | None:
        """One thing, before it or after it."""
        rows = self._db.execute(_SUBJECT, (kind, identity)).fetchall()
        touched = self._db.execute(
            "SELECT position, kind, id, part, NULL, NULL, before, after FROM touched WHERE kind = ? AND id = ?", (kind, identity)
        ).fetchone()
        if touched is None:
            return _subject(rows) if rows else None
        return self._with(rows or [touched], touched[7 if after else 6])

    def ids(self, kind: str, part: str | None = None) -> Iterator[str]:
        """The ids of a kind, of all parts or of one, whether they are shown or not."""
        return (row[0] for row in self._db.execute(_IDS, {"kind": kind, "part": part}))


class Side:
    """The directory before a draft, or after it: its records by kind and id."""

    def __init__(self, draft: Draft, after: bool) -> None:
        self._draft, self._after = draft, after
        self._complete = lru_cache(_REMEMBERED)(self._find)

    def _find(self, kind: str, identity: str) -> Record | None:
        subject = self._draft.find(kind, identity, self._after)
        return record_of(subject) if subject else None

    def record(self, kind: str, identity: str) -> Record | None:
        """A record that the directory shows."""
        found = self._complete(kind, identity)
        return found if found is not None and self.shows(found) else None

    def shown(self, subject: Subject) -> Record | None:
        """The record of a thing, where the directory shows it."""
        found = record_of(subject)
        return found if found is not None and self.shows(found) else None

    def shows(self, record: Record) -> bool:
        """Whether the directory shows a complete record."""
        return shows(
            record, lambda part: self._complete("country", part) is not None, lambda body: self._complete("stakeholder", body) is not None
        )

    def ids(self, kind: str, part: str | None = None) -> Iterator[str]:
        """The ids of the records of a kind, of all parts or of one."""
        return (identity for identity in self._draft.ids(kind, part) if self.record(kind, identity) is not None)
