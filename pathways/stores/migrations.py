"""The tables of the embedded store, version by version; a store of a newer release is refused, an older one is brought up to date."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pathways.stores import chain, waiting
from pathways.stores.layers import ABSENT
from pathways.stores.revisions import Change, Revision, StoreError

TABLES = (
    "CREATE TABLE subjects (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, part TEXT NOT NULL, UNIQUE (kind, id))",
    """
    CREATE TABLE statements (
        subject INTEGER NOT NULL REFERENCES subjects (position),
        layer TEXT NOT NULL,
        fields TEXT NOT NULL,
        PRIMARY KEY (subject, layer)
    )
    """,
)
"""What every layer says of every thing at the newest revision."""

_FIRST = (
    """
    CREATE TABLE revisions (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        author TEXT NOT NULL,
        source TEXT NOT NULL,
        layer TEXT NOT NULL,
        note TEXT NOT NULL,
        added INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        digest TEXT NOT NULL,
        loaded TEXT NOT NULL,
        undoes INTEGER REFERENCES revisions (number)
    )
    """,
    *TABLES,
    """
    CREATE TABLE changes (
        revision INTEGER NOT NULL REFERENCES revisions (number),
        number INTEGER NOT NULL,
        subject INTEGER NOT NULL REFERENCES subjects (position),
        layer TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT,
        after TEXT,
        PRIMARY KEY (revision, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE conflicts (
        number INTEGER PRIMARY KEY,
        revision INTEGER NOT NULL REFERENCES revisions (number),
        subject INTEGER NOT NULL REFERENCES subjects (position),
        field TEXT NOT NULL,
        before TEXT,
        after TEXT,
        layer TEXT NOT NULL,
        standing TEXT,
        settled_at TEXT,
        settled_by TEXT
    )
    """,
    *(
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE (ABORT, 'the history is only added to'); END"
        for table in ("revisions", "changes")
        for verb in ("UPDATE", "DELETE")
    ),
)

_GUARDS = tuple(f"{table}_{verb}" for table in ("revisions", "changes") for verb in ("update", "delete"))


def unguarded(connection: sqlite3.Connection, work: Callable[[], None]) -> None:
    """Do work that changes the history (a migration, a take-down), which its triggers forbid to everybody else."""
    guards = [
        connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)).fetchone()[0] for name in _GUARDS
    ]
    for name in _GUARDS:
        connection.execute(f"DROP TRIGGER {name}")
    work()
    for guard in guards:
        connection.execute(guard)


def _make_chain(connection: sqlite3.Connection) -> None:
    """Give the revisions of an older release their place in the chain."""
    unguarded(connection, lambda: _chain(connection))


def _chain(connection: sqlite3.Connection) -> None:
    previous = chain.BEGINNING
    for row in connection.execute(
        "SELECT number, at, author, source, layer, note, added, changed, withdrawn, digest, loaded, undoes FROM revisions ORDER BY number"
    ).fetchall():
        seals = chain.Seals()
        rows = connection.execute(_UNSEALED, (row[0],)).fetchall()
        changes = (Change(*said[:5], *(ABSENT if text is None else json.loads(text) for text in said[5:])) for _, *said in rows)
        salts = [(change.salt, row[0], number) for number, change in enumerate(chain.sealed(changes, seals))]
        connection.executemany("UPDATE changes SET salt = ? WHERE revision = ? AND number = ?", salts)
        made = chain.linked(Revision(*row), seals.hexdigest(), previous)
        connection.execute("UPDATE revisions SET seals = ?, link = ? WHERE number = ?", (made.seals, made.link, made.number))
        previous = made.link
    waiting.seal(connection)


_UNSEALED = """
SELECT c.number, s.kind, s.id, s.part, c.field, c.layer, c.before, c.after
FROM changes c JOIN subjects s ON s.position = c.subject WHERE c.revision = ? ORDER BY c.number
"""

_SECOND: tuple[str | Callable[[sqlite3.Connection], None], ...] = (
    "ALTER TABLE changes ADD COLUMN salt TEXT NOT NULL DEFAULT ''",
    *(f"ALTER TABLE revisions ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in ("seals", "erased", "link")),
    """
    CREATE TABLE takedowns (
        revision INTEGER PRIMARY KEY REFERENCES revisions (number),
        payload TEXT NOT NULL
    )
    """,
    "ALTER TABLE conflicts ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
    _make_chain,
    # An older release that still runs does not know the chain; what it would write is refused.
    """
    CREATE TRIGGER revisions_insert BEFORE INSERT ON revisions WHEN NEW.link = ''
    BEGIN SELECT RAISE (ABORT, 'this store was brought up to date by a newer release; start that one'); END
    """,
)

MIGRATIONS: tuple[tuple[str | Callable[[sqlite3.Connection], None], ...], ...] = (_FIRST, _SECOND)
"""What makes each version out of the one before it."""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a store up to this release's version; StoreError for a newer one and for a database that is not a store."""
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection, path)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was made by a newer release (version {version} of the tables; this release knows up to {len(MIGRATIONS)}); use that release"
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in statements:
            if isinstance(statement, str):
                connection.execute(statement)
            else:
                statement(connection)
        connection.execute("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", (number, datetime.now(UTC).isoformat()))
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        connection.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)")
    elif "schema_version" not in tables:
        raise StoreError(f"{path} is a database of something else")
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])
