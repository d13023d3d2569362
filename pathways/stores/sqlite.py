"""The embedded store: one SQLite file, many readers, one writer at a time."""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from pathways.records import canonical_json
from pathways.stores.base import Store, T
from pathways.stores.draft import Draft, forget
from pathways.stores.layers import ABSENT
from pathways.stores.migrations import migrate
from pathways.stores.revisions import Change, Closed, OpenConflict, Revision, StoreError
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
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with self._connection() as connection:
                migrate(connection, path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path} cannot be used as a store: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
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
        with self._connection() as connection:
            try:
                forget(connection)
                connection.execute(begin)
                yield _SqliteTransaction(connection)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreError(f"{self.path}: {error}") from error

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
        with self._connection() as connection:
            try:
                return _SqliteTransaction(connection).head()
            except sqlite3.Error as error:
                raise StoreError(f"{self.path}: {error}") from error

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


_REVISION = "number, at, author, source, layer, note, added, changed, withdrawn, digest, loaded, undoes"
_CHANGES = "SELECT s.kind, s.id, s.part, c.field, c.layer, c.before, c.after FROM changes c JOIN subjects s ON s.position = c.subject WHERE c.revision = ? ORDER BY c.number"
_CHANGES_BACK = f"{_CHANGES} DESC"
_SILENCE = "DELETE FROM statements WHERE layer = ? AND subject IN (SELECT position FROM touched WHERE after IS NULL)"
_SAY = """
INSERT INTO statements (subject, layer, fields) SELECT position, ?, after FROM touched WHERE after IS NOT NULL ORDER BY position
ON CONFLICT (subject, layer) DO UPDATE SET fields = excluded.fields
"""
_CONFLICT = """
SELECT f.number, f.revision, s.kind, s.id, s.part, f.field, f.before, f.after, f.layer, f.standing
FROM conflicts f JOIN subjects s ON s.position = f.subject WHERE f.settled_at IS NULL ORDER BY f.number
"""


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
        for kind, identity, part, field, layer, before, after in self._db.execute(_CHANGES_BACK if backwards else _CHANGES, (number,)):
            yield Change(kind, identity, part, field, layer, _value(before), _value(after))

    def append(self, revision: Revision, changes: Iterable[Change], conflicts: Sequence[OpenConflict], draft: Draft) -> None:
        values = tuple(getattr(revision, name) for name in _REVISION.split(", "))
        self._db.execute(f"INSERT INTO revisions ({_REVISION}) VALUES ({', '.join('?' * len(values))})", values)
        self._db.execute("INSERT INTO subjects SELECT position, kind, id, part FROM touched WHERE new ORDER BY position")
        self._db.execute(_SILENCE, (draft.layer,))
        self._db.execute(_SAY, (draft.layer,))
        self._db.executemany(
            "INSERT INTO changes (revision, number, subject, layer, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._numbered(revision.number, changes, draft),
        )
        self._db.executemany(
            "INSERT INTO conflicts (revision, subject, field, before, after, layer, standing) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    f.revision,
                    draft.position(*f.change.subject),
                    f.change.field,
                    _text(f.change.before),
                    _text(f.change.after),
                    f.layer,
                    _text(f.standing),
                )
                for f in conflicts
            ),
        )

    @staticmethod
    def _numbered(
        revision: int, changes: Iterable[Change], draft: Draft
    ) -> Iterator[tuple[int, int, int, str, str, str | None, str | None]]:
        for subject, some in groupby(enumerate(changes), lambda each: each[1].subject):
            position = draft.position(*subject)
            for number, c in some:
                yield revision, number, position, c.layer, c.field, _text(c.before), _text(c.after)

    def conflicts(self) -> list[OpenConflict]:
        found = []
        for number, revision, kind, identity, part, field, before, after, layer, standing in self._db.execute(_CONFLICT):
            change = Change(kind, identity, part, field, "bundled", _value(before), _value(after))
            found.append(OpenConflict(number, revision, change, layer, _value(standing)))
        return found

    def settle(self, number: int, author: str, at: str) -> bool:
        settled = self._db.execute(
            "UPDATE conflicts SET settled_at = ?, settled_by = ? WHERE number = ? AND settled_at IS NULL", (at, author, number)
        )
        return settled.rowcount == 1

    def settled(self) -> list[Settled]:
        rows = self._db.execute("SELECT number, settled_by, settled_at FROM conflicts WHERE settled_at IS NOT NULL ORDER BY number")
        return [Settled(*row) for row in rows]


def _text(value: Any) -> str | None:
    return None if value is ABSENT else canonical_json(value)


def _value(text: str | None) -> Any:
    return ABSENT if text is None else json.loads(text)
