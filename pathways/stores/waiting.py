"""The embedded store's table of conflicts: how a row is read, and how it is sealed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pathways.stores import chain
from pathways.stores.layers import ABSENT, BUNDLED
from pathways.stores.revisions import Change, OpenConflict

_COLUMNS = "f.number, f.revision, s.kind, s.id, s.part, f.field, f.before, f.after, f.layer, f.standing"
_FROM = "FROM conflicts f JOIN subjects s ON s.position = f.subject"


def is_open(db: sqlite3.Connection) -> list[OpenConflict]:
    """The conflicts that no person has settled."""
    return [_conflict(row) for row in db.execute(f"SELECT {_COLUMNS} {_FROM} WHERE f.settled_at IS NULL ORDER BY f.number")]


def seal(db: sqlite3.Connection, numbers: Collection[int] | None = None) -> None:
    """Seal some conflicts as they stand, or all."""
    made = [(due, number) for number, due, _ in _seals(db) if numbers is None or number in numbers]
    db.executemany("UPDATE conflicts SET seal = ? WHERE number = ?", made)


def altered(db: sqlite3.Connection) -> list[int]:
    """The numbers of those that are not as they were sealed."""
    return [number for number, due, standing in _seals(db) if due != standing]


def _seals(db: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Each conflict with the seal that is due to it, and the one that it has."""
    rows = db.execute(f"SELECT {_COLUMNS}, f.settled_at, f.settled_by, f.seal {_FROM.replace('JOIN', 'LEFT JOIN')} ORDER BY f.number")
    for *row, settled_at, settled_by, standing in rows.fetchall():
        found = _conflict(row)
        yield found.number, chain.seal_of_conflict(found, settled_at, settled_by), standing


def _conflict(row: Sequence[Any]) -> OpenConflict:
    number, revision, kind, identity, part, field, before, after, layer, standing = row
    return OpenConflict(
        number, revision, Change(kind, identity, part, field, BUNDLED, _value(before), _value(after)), layer, _value(standing)
    )


def _value(text: str | None) -> Any:
    return ABSENT if text is None else json.loads(text)
