"""The tables of the embedded store, version by version; a store of a newer release is refused, an older one is brought up to date."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from pathways.stores.revisions import StoreError

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

MIGRATIONS = (_FIRST,)
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
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", (number, datetime.now(UTC).isoformat()))
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        connection.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)")
    elif "schema_version" not in tables:
        raise StoreError(f"{path} is a database of something else")
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])
