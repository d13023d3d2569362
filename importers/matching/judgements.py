"""What people judged of matches: the same, or not the same; kept, reversible, and never asked again.

A small SQLite file, its own and apart from the store. Nothing is deleted: a judgement that is taken back stays with who took it back.
What an import accepted (which identifiers are those of which body) stands beside it, and what still waits for somebody.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

from importers.reading import Read
from pathways.records import canonical_json

Verdict = Literal["same", "different"]
_TABLES = """
CREATE TABLE IF NOT EXISTS judgement (number INTEGER PRIMARY KEY, source TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')), author TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL,
  taken_back_by TEXT, taken_back_at TEXT);
CREATE INDEX IF NOT EXISTS judgement_subject ON judgement (source, subject);
CREATE TABLE IF NOT EXISTS identifier (scheme TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (scheme, value, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (source TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL,
  candidates TEXT NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (source, subject)) WITHOUT ROWID;
"""
FORMAT = 2
_SINCE_1 = "ALTER TABLE waiting ADD COLUMN said TEXT NOT NULL DEFAULT '{}'"


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement: that what a source calls `subject` is, or is not, a body of the directory."""

    number: int
    source: str
    subject: str
    body: str
    verdict: Verdict
    author: str
    at: str
    note: str = ""
    taken_back_by: str | None = None
    taken_back_at: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A body of a source that may be one of the directory: its name and place in the file, the candidates (best first) and what the file
    says of it, both as JSON."""

    source: str
    subject: str
    name: str
    place: str
    candidates: str
    at: str
    said: str = "{}"


def subject_of(read: Read) -> str:
    """By what a source's body is known from one import to the next: its first identifier, else its id."""
    for scheme, value in read.keys:
        if scheme != "name":
            return f"{scheme}:{value}"
    return read.record.id


def waiting(source: str, read: Read, candidates: Iterable[Mapping[str, object]]) -> Waiting:
    """A body that was read, as it waits for whoever judges; the best candidate stands first."""
    fields = dict(read.record.fields)
    name = str(fields.get("name", ""))
    return Waiting(source, subject_of(read), name, str(read.place), canonical_json(list(candidates)), _now(), canonical_json(fields))


def sources(path: Path) -> list[str]:
    """The sources about whose bodies something waits or was judged; ValueError as `Judgements`."""
    if not path.exists():
        return []
    with Judgements("", path) as opened:
        return opened.sources()


def expunge(path: Path, body: str) -> None:
    """Take a body that was taken down out of a file: what was judged, learned and asked of it. This alone deletes."""
    with Judgements("", path) as found:
        found.expunge(body)


class Judgements:
    """The judgements about one source's bodies. Several processes may have the file open; each call is a transaction of its own."""

    def __init__(self, source: str, path: Path | None = None) -> None:
        """`path` None: in memory, for a trial. ValueError where the file is of a newer format than this program knows."""
        self.source = source
        self._db = sqlite3.connect(path if path is not None else ":memory:", timeout=30, isolation_level=None, check_same_thread=False)
        if self._format() > FORMAT:
            found = self._format()
            self._db.close()
            raise ValueError(f"{path} has format {found}; this program knows {FORMAT}")
        if self._format() < FORMAT:
            self._bring_up()

    def _format(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _bring_up(self) -> None:
        """Make the tables, or those of an older format as they are now; one process does it."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for statement in (_SINCE_1,) if self._format() == 1 else _TABLES.split(";") if self._format() == 0 else ():
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def __enter__(self) -> Judgements:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written within is kept together, or not at all; many writes are much faster so."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def judge(self, subject: str, body: str, verdict: Verdict, author: str, note: str = "") -> int:
        """Keep a judgement, and take its subject from what waits unless other candidates are still open; its number."""
        with self.together():
            cursor = self._db.execute(
                "INSERT INTO judgement (source, subject, body, verdict, author, at, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.source, subject, body, verdict, author, _now(), note),
            )
            if verdict == "same" or not self._is_open(subject):
                self.settle(subject)
        return int(cursor.lastrowid or 0)

    def _is_open(self, subject: str) -> bool:
        """Whether a candidate of what waits has not been judged to be another."""
        row = self._db.execute("SELECT candidates FROM waiting WHERE source = ? AND subject = ?", (self.source, subject)).fetchone()
        judged = self.of(subject)
        return row is not None and any(judged.get(str(candidate.get("body"))) != "different" for candidate in json.loads(row[0]))

    def take_back(self, number: int, author: str) -> None:
        """Reverse a judgement, so that what was judged before holds again; KeyError where there is none that holds."""
        changed = self._db.execute(
            "UPDATE judgement SET taken_back_by = ?, taken_back_at = ? WHERE number = ? AND source = ? AND taken_back_at IS NULL",
            (author, _now(), number, self.source),
        )
        if changed.rowcount != 1:
            raise KeyError(number)

    def history(self) -> list[Judged]:
        """All judgements about this source, those that were taken back too, the oldest first."""
        rows = self._db.execute("SELECT * FROM judgement WHERE source = ? ORDER BY number", (self.source,))
        return [Judged(*row) for row in rows]

    def of(self, subject: str) -> Mapping[str, Verdict]:
        """What holds of a subject: each body with its newest verdict; of several that are the same only the one judged last."""
        rows = self._db.execute(
            "SELECT body, verdict FROM judgement WHERE source = ? AND subject = ? AND taken_back_at IS NULL ORDER BY number",
            (self.source, subject),
        )
        found: dict[str, Verdict] = {}
        for body, verdict in rows:
            if verdict == "same":
                found = {name: known for name, known in found.items() if known == "different"}
            found[body] = verdict
        return found

    def learn(self, keys: Iterable[tuple[str, str]], body: str) -> None:
        """Remember that these identifiers are those of a body; `name` is no identifier."""
        self._db.executemany(
            "INSERT OR REPLACE INTO identifier VALUES (?, ?, ?, ?)",
            [(scheme, value, self.source, body) for scheme, value in keys if scheme != "name"],
        )

    def forget(self, body: str) -> None:
        """Forget which identifiers this source has for a body: for the undo of an import."""
        self._db.execute("DELETE FROM identifier WHERE source = ? AND body = ?", (self.source, body))

    def expunge(self, body: str) -> None:
        """Take out all that names a body, of any source, and write over it."""
        self._db.execute("PRAGMA secure_delete = ON")
        with self.together():
            for table in ("judgement", "identifier"):
                self._db.execute(f"DELETE FROM {table} WHERE body = ?", (body,))
            self._db.execute("DELETE FROM waiting WHERE instr(candidates, ?)", (f'"{body}"',))
        self._db.execute("VACUUM")

    def known(self, keys: Iterable[tuple[str, str]]) -> frozenset[str]:
        """The bodies that any source has under one of these identifiers."""
        found: set[str] = set()
        for scheme, value in keys:
            if scheme != "name":
                rows = self._db.execute("SELECT body FROM identifier WHERE scheme = ? AND value = ?", (scheme, value))
                found.update(row[0] for row in rows)
        return frozenset(found)

    def wait(self, waiting: Waiting) -> None:
        """Put a body with its candidates before whoever judges; what waited under the same subject is replaced."""
        row = (self.source, waiting.subject, waiting.name, waiting.place, waiting.candidates, waiting.at, waiting.said)
        self._db.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def settle(self, subject: str) -> None:
        """Take a subject from what waits: it was judged new, or is no longer in the list."""
        self._db.execute("DELETE FROM waiting WHERE source = ? AND subject = ?", (self.source, subject))

    def sources(self) -> list[str]:
        """All sources of the file, this one or not."""
        return [row[0] for row in self._db.execute("SELECT source FROM waiting UNION SELECT source FROM judgement ORDER BY 1")]

    def queue(self) -> list[Waiting]:
        """What waits for somebody, by name."""
        rows = self._db.execute("SELECT * FROM waiting WHERE source = ? ORDER BY name, subject", (self.source,))
        return [Waiting(*row) for row in rows]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
