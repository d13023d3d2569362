"""Rows of a partner's file in a temporary SQLite file, joined there: memory does not grow with the file.

Every thing of the Open Referral family (organization, service, phone …) is a row under its kind and identifier, and an edge from each
thing that it belongs to. The file is gone when the tables are closed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from importers.reading import Place

_CACHE = -16_000
"""Pages that SQLite keeps in memory: 16 MB, whatever the file's size."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the file: its kind, identifier, fields, and where it stood."""

    kind: str
    id: str
    data: Mapping[str, Any]
    place: Place

    def text(self, *names: str) -> str:
        """The first of some fields that says something, as one line of text without outer blanks; empty where none does."""
        for name in names:
            value = self.data.get(name)
            if value is None or isinstance(value, list | dict):
                continue
            words = str(value).replace("\\n", " ").split()
            if words:
                return " ".join(words)
        return ""

    def at(self, column: str) -> Place:
        """The place of one field: the column of a table, or the path within a document."""
        if self.place.row is not None or not self.place.column:
            return Place(self.place.file, self.place.sheet, self.place.row, column)
        return Place(self.place.file, self.place.sheet, None, f"{self.place.column}.{column}")


class Tables:
    """The rows of one file; a context manager."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="hsds-")
        self._db = sqlite3.connect(Path(self._folder.name) / "rows.sqlite", isolation_level=None)
        self._db.executescript(
            f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = {_CACHE}; PRAGMA temp_store = FILE;
            CREATE TABLE things (n INTEGER PRIMARY KEY, kind TEXT, id TEXT, data TEXT, file TEXT, sheet TEXT, row INTEGER, path TEXT);
            CREATE UNIQUE INDEX by_id ON things (kind, id);
            CREATE TABLE edges (n INTEGER PRIMARY KEY, above TEXT, above_id TEXT, kind TEXT, id TEXT);
            CREATE UNIQUE INDEX by_above ON edges (above, above_id, kind, id);
            BEGIN;
            """
        )

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, row: Row) -> Row | None:
        """Keeps a row; where its identifier is taken, nothing is kept and the row that has it is given back."""
        place = row.place
        done = self._db.execute(
            "INSERT OR IGNORE INTO things (kind, id, data, file, sheet, row, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row.kind, row.id, json.dumps(row.data, ensure_ascii=False), place.file, place.sheet, place.row, place.column),
        )
        return None if done.rowcount else self.get(row.kind, row.id)

    def fill(self, row: Row, more: Mapping[str, Any]) -> None:
        """Adds fields to a row that is kept."""
        data = json.dumps({**row.data, **more}, ensure_ascii=False)
        self._db.execute("UPDATE things SET data = ? WHERE kind = ? AND id = ?", (data, row.kind, row.id))

    def tie(self, above: str, above_id: str, kind: str, identity: str) -> None:
        """Says that a thing belongs to another, which may be read later or never."""
        self._db.execute("INSERT OR IGNORE INTO edges (above, above_id, kind, id) VALUES (?, ?, ?, ?)", (above, above_id, kind, identity))

    def get(self, kind: str, identity: str) -> Row | None:
        """A row by kind and identifier."""
        found = self._db.execute(f"{_SELECT} WHERE t.kind = ? AND t.id = ?", (kind, identity)).fetchone()
        return _row(found) if found else None

    def each(self, kind: str) -> Iterator[Row]:
        """All rows of a kind, in the order of the file."""
        last = 0
        while True:
            found = self._db.execute(f"{_SELECT} WHERE t.kind = ? AND t.n > ? ORDER BY t.n LIMIT 500", (kind, last)).fetchall()
            if not found:
                return
            last = found[-1][0]
            yield from map(_row, found)

    def ties(self, above: str, kind: str) -> bool:
        """Whether anything of a kind belongs to something of another kind; asked once all is read."""
        return self._db.execute("SELECT 1 FROM edges WHERE above = ? AND kind = ? LIMIT 1", (above, kind)).fetchone() is not None

    def count(self, kind: str) -> int:
        """How many rows of a kind there are."""
        return int(self._db.execute("SELECT count(*) FROM things WHERE kind = ?", (kind,)).fetchone()[0])

    def below(self, above: Row) -> dict[str, list[Row]]:
        """All that belongs directly to a row, by kind, in the order of the file."""
        found: dict[str, list[Row]] = {}
        for item in self._db.execute(
            f"{_SELECT} JOIN edges e ON t.kind = e.kind AND t.id = e.id WHERE e.above = ? AND e.above_id = ? ORDER BY e.n",
            (above.kind, above.id),
        ).fetchall():
            row = _row(item)
            found.setdefault(row.kind, []).append(row)
        return found

    def above(self, below: Row, kind: str) -> list[Row]:
        """The rows of a kind that a row belongs to: for what is asked seldom, edges are indexed from above."""
        found = self._db.execute(
            f"{_SELECT} JOIN edges e ON t.kind = e.above AND t.id = e.above_id WHERE e.kind = ? AND e.id = ? AND e.above = ? ORDER BY e.n",
            (below.kind, below.id, kind),
        ).fetchall()
        return [_row(item) for item in found]

    def index_below(self) -> None:
        """Makes the way upwards, and that through all of a kind, fast; called once, when all is read."""
        self._db.execute("CREATE INDEX IF NOT EXISTS by_below ON edges (kind, id, above)")
        self._db.execute("CREATE INDEX IF NOT EXISTS by_kind ON things (kind)")

    def dangling(self) -> Iterator[tuple[Row, str, str]]:
        """Rows that belong to something that the file does not hold, with its kind and identifier."""
        found = self._db.execute(
            f"{_SELECT_AND} e.above, e.above_id FROM edges e JOIN things t ON t.kind = e.kind AND t.id = e.id "
            "WHERE NOT EXISTS (SELECT 1 FROM things a WHERE a.kind = e.above AND a.id = e.above_id) ORDER BY e.n"
        )
        for item in found:
            yield _row(item), str(item[-2]), str(item[-1])

    def loose(self, kind: str) -> Iterator[Row]:
        """Rows of a kind that belong to nothing at all."""
        found = self._db.execute(
            f"{_SELECT} WHERE t.kind = ? AND NOT EXISTS (SELECT 1 FROM edges e WHERE e.kind = t.kind AND e.id = t.id) ORDER BY t.n", (kind,)
        )
        yield from map(_row, found)


_SELECT_AND = "SELECT t.n, t.kind, t.id, t.data, t.file, t.sheet, t.row, t.path,"
_SELECT = _SELECT_AND.rstrip(",") + " FROM things t"


def _row(found: tuple[Any, ...]) -> Row:
    return Row(found[1], found[2], json.loads(found[3]), Place(found[4], found[5], found[6], found[7]))
