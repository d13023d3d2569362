"""The embedded store: one SQLite file, many readers, one writer at a time."""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from pathways.records import canonical_json
from pathways.stores import chain, waiting
from pathways.stores.base import Store, T
from pathways.stores.draft import Draft, forget
from pathways.stores.erasing import Erasure
from pathways.stores.layers import ABSENT
from pathways.stores.migrations import migrate, unguarded
from pathways.stores.revisions import Change, Closed, OpenConflict, Revision, StoreError
from pathways.stores.sqlite_refusals import told
from pathways.stores.takedowns import Takedown
from pathways.stores.view import Settled, Transaction, View

BUSY_SECONDS = 20.0
"""How long a writer waits for another one."""


class SqliteStore(Store):
    """A store in one file (with its write-ahead log beside it), which only its owner can read; made with its folder where it is missing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._process = os.getpid()
        self._closed = False
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with self._connection() as connection:
                migrate(connection, path)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what is taken out is written over
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile; those of a parent process are left alone."""
        if self._closed:
            raise Closed("the store is closed")
        if self._process != os.getpid():
            self._process, self._idle = os.getpid(), queue.LifoQueue()
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._closed:
            connection.close()
        else:
            self._idle.put(connection)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[_SqliteTransaction]:
        with told(self.path), self._connection() as connection:
            forget(connection)
            connection.execute(begin)
            yield _SqliteTransaction(connection)
            connection.execute("COMMIT")

    def read(self, work: Callable[[View], T]) -> T:
        """What `work` finds in a consistent view; writers are not kept waiting by it."""
        with self._transaction("BEGIN") as view:
            return work(view)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` gives as the one writer; others wait up to `BUSY_SECONDS`. A connection that is closed without COMMIT takes everything back."""
        with self._transaction("BEGIN IMMEDIATE") as tx:
            return work(tx)

    def head(self) -> int:
        """The number of the newest revision, 0 where the store is empty."""
        with told(self.path), self._connection() as connection:
            return _SqliteTransaction(connection).head()

    def wipe(self) -> str:
        """Write the file anew and empty its log, so that nothing taken down is left on the disk; what could not be done, or nothing."""
        with self._connection() as connection:
            try:
                connection.execute("VACUUM")
                until = time.monotonic() + BUSY_SECONDS
                while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    if time.monotonic() > until:
                        return f"somebody goes on reading {self.path}: its log could not be emptied; run this again, or start the service again"
                    time.sleep(0.05)
            except sqlite3.Error as error:
                return f"{self.path} could not be written anew ({error}); run this again"
        return ""

    def close(self) -> None:
        """Let go of the file; a store that is closed answers nothing more."""
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return


def _use_wal(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log; the switch does not wait for others by itself, so it is tried again."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


_REVISION = "number, at, author, source, layer, note, added, changed, withdrawn, digest, loaded, undoes, seals, erased, link"
_CHANGES = "SELECT s.kind, s.id, s.part, c.field, c.layer, c.before, c.after, c.salt FROM changes c JOIN subjects s ON s.position = c.subject WHERE c.revision = ? ORDER BY c.number"
_CHANGES_BACK = f"{_CHANGES} DESC"
_SILENCE = "DELETE FROM statements WHERE layer = ? AND subject IN (SELECT position FROM touched WHERE after IS NULL)"
_SAY = """
INSERT INTO statements (subject, layer, fields) SELECT position, ?, after FROM touched WHERE after IS NOT NULL ORDER BY position
ON CONFLICT (subject, layer) DO UPDATE SET fields = excluded.fields
"""
_SETTLED = """
SELECT f.number, f.settled_by, f.settled_at, f.revision, s.kind, s.id, f.field, f.layer
FROM conflicts f JOIN subjects s ON s.position = f.subject WHERE f.settled_at IS NOT NULL ORDER BY f.number
"""
_RESTATE = "UPDATE statements SET fields = ? WHERE layer = ? AND subject = (SELECT position FROM subjects WHERE kind = ? AND id = ?)"
_UNSTATE = "DELETE FROM statements WHERE layer = ? AND subject = (SELECT position FROM subjects WHERE kind = ? AND id = ?)"


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def head(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM revisions").fetchone()[0])

    def tables(self) -> sqlite3.Connection:
        return self._db

    def history(self) -> list[Revision]:
        return [Revision(*row) for row in self._db.execute(f"SELECT {_REVISION} FROM revisions ORDER BY number")]

    def changes(self, number: int, backwards: bool = False) -> Iterator[Change]:
        return (change for change in self._rows(_CHANGES_BACK if backwards else _CHANGES, number) if not change.is_blank)

    def rows(self, number: int) -> Iterator[Change]:
        numbers = self._db.execute("SELECT number FROM changes WHERE revision = ? ORDER BY number", (number,))
        for row, (change, stands) in enumerate(zip(self._rows(_CHANGES, number), numbers, strict=True)):
            if stands[0] != row:
                raise StoreError(f"change {row} of revision {number} has the number {stands[0]}")
            yield change

    def _rows(self, text: str, number: int) -> Iterator[Change]:
        for kind, identity, part, field, layer, before, after, salt in self._db.execute(text, (number,)):
            yield Change(kind, identity, part, field, layer, _value(before), _value(after), salt)

    def append(
        self, revision: Revision, changes: Iterable[Change], conflicts: Sequence[OpenConflict], draft: Draft, kept: Mapping[int, str]
    ) -> Revision:
        self._db.execute("PRAGMA defer_foreign_keys = ON")  # the revision comes after its changes, whose seals it holds
        self._db.execute("INSERT INTO subjects SELECT position, kind, id, part FROM touched WHERE new ORDER BY position")
        self._db.execute(_SILENCE, (draft.layer,))
        self._db.execute(_SAY, (draft.layer,))
        seals = chain.Seals()
        seals = chain.Seals()
        self._db.executemany(
            "INSERT INTO changes (revision, number, subject, layer, field, before, after, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            self._numbered(revision.number, chain.sealed(changes, seals, kept), draft),
        )
        made = chain.linked(revision, seals.hexdigest(), self._last_link())
        self._add(made)
        self._raise(conflicts, draft)
        return made

    def _raise(self, conflicts: Sequence[OpenConflict], draft: Draft) -> None:
        last = int(self._db.execute("SELECT coalesce(max(number), 0) FROM conflicts").fetchone()[0])
        numbered = [replace(f, number=number) for number, f in enumerate(conflicts, start=last + 1)]
        self._db.executemany(
            "INSERT INTO conflicts (number, revision, subject, field, before, after, layer, standing, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    f.number,
                    f.revision,
                    draft.position(*f.change.subject),
                    f.change.field,
                    _text(f.change.before),
                    _text(f.change.after),
                    f.layer,
                    _text(f.standing),
                    chain.seal_of_conflict(f, None, None),
                )
                for f in numbered
            ),
        )

    def _last_link(self) -> str:
        found = self._db.execute("SELECT link FROM revisions ORDER BY number DESC LIMIT 1").fetchone()
        return found[0] if found else chain.BEGINNING

    def _add(self, revision: Revision) -> None:
        values = tuple(getattr(revision, name) for name in _REVISION.split(", "))
        self._db.execute(f"INSERT INTO revisions ({_REVISION}) VALUES ({', '.join('?' * len(values))})", values)

    @staticmethod
    def _numbered(
        revision: int, changes: Iterable[Change], draft: Draft
    ) -> Iterator[tuple[int, int, int, str, str, str | None, str | None, str]]:
        for subject, some in groupby(enumerate(changes), lambda each: each[1].subject):
            position = draft.position(*subject)
            for number, c in some:
                yield revision, number, position, c.layer, c.field, _text(c.before), _text(c.after), c.salt

    def erase(self, erasure: Erasure) -> Revision:
        made = chain.linked(erasure.revision, chain.hash_of(()), self._last_link())
        positions = [(self._position(*key), blank) for key, blank in erasure.gone.items()]
        touched = [(self._position(*key),) for key in {key for key, _ in erasure.says}]

        def take_out() -> None:
            self._db.executemany("DELETE FROM statements WHERE subject = ?", ((position,) for position, _ in positions))
            self._db.executemany("UPDATE subjects SET id = ? WHERE position = ?", ((blank, position) for position, blank in positions))
            for (key, layer), fields in erasure.says.items():
                if fields:
                    self._db.execute(_RESTATE, (json.dumps(fields, ensure_ascii=False), layer, *key))
                else:
                    self._db.execute(_UNSTATE, (layer, *key))
            self._db.executemany(
                "UPDATE changes SET field = ?, before = ?, after = ?, salt = ? WHERE revision = ? AND number = ?",
                ((c.field, _text(c.before), _text(c.after), c.salt, *place) for place, c in erasure.rows.items()),
            )

        unguarded(self._db, take_out)
        self._forget_conflicts([position for position, _ in positions] + [position for (position,) in touched], made)
        self._add(made)
        self._db.execute("INSERT INTO takedowns (revision, payload) VALUES (?, ?)", (made.number, erasure.payload))
        return made

    def _position(self, kind: str, identity: str) -> int:
        return int(self._db.execute("SELECT position FROM subjects WHERE kind = ? AND id = ?", (kind, identity)).fetchone()[0])

    def _forget_conflicts(self, positions: Sequence[int], made: Revision) -> None:
        """Conflicts about what is taken down say nothing more, and wait for nobody."""
        self._db.executemany(
            "UPDATE conflicts SET field = '', before = NULL, after = NULL, standing = NULL, settled_at = coalesce(settled_at, ?), "
            "settled_by = coalesce(settled_by, ?) WHERE subject = ?",
            ((made.at, made.author, position) for position in positions),
        )
        touched = {
            row[0] for position in positions for row in self._db.execute("SELECT number FROM conflicts WHERE subject = ?", (position,))
        }
        waiting.seal(self._db, touched)

    def takedowns(self) -> list[Takedown]:
        return [Takedown(*row) for row in self._db.execute("SELECT revision, payload FROM takedowns ORDER BY revision")]

    def altered(self) -> list[int]:
        return waiting.altered(self._db)

    def conflicts(self) -> list[OpenConflict]:
        return waiting.is_open(self._db)

    def settle(self, number: int, author: str, at: str) -> bool:
        settled = self._db.execute(
            "UPDATE conflicts SET settled_at = ?, settled_by = ? WHERE number = ? AND settled_at IS NULL", (at, author, number)
        )
        waiting.seal(self._db, {number})
        return settled.rowcount == 1

    def settled(self) -> list[Settled]:
        return [Settled.of(row) for row in self._db.execute(_SETTLED)]


def _text(value: Any) -> str | None:
    return None if value is ABSENT else canonical_json(value)


def _value(text: str | None) -> Any:
    return ABSENT if text is None else json.loads(text)
