"""Conflicts in Neo4j: read, raised, settled, sealed, forgotten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from pathways.stores import chain
from pathways.stores.erasing import Erasure
from pathways.stores.layers import BUNDLED
from pathways.stores.neo4j.texts import text, value
from pathways.stores.revisions import Change, OpenConflict, Revision
from pathways.stores.view import Settled

_OPEN: LiteralString = """
MATCH (f:Conflict) WHERE f.settled_at IS NULL AND f.revision <= $head
RETURN f.number, f.revision, f.kind, f.id, f.part, f.field, f.before, f.after, f.layer, f.standing ORDER BY f.number
"""
_SETTLED: LiteralString = """
MATCH (f:Conflict) WHERE f.settled_at IS NOT NULL
RETURN f.number, f.settled_by, f.settled_at, f.revision, f.kind, f.id, f.field, f.layer ORDER BY f.number
"""
_ALL: LiteralString = """
MATCH (f:Conflict) RETURN f.number, f.revision, f.kind, f.id, f.part, f.field, f.before, f.after, f.layer, f.standing,
f.settled_at, f.settled_by, coalesce(f.seal, '') ORDER BY f.number
"""
_SETTLE: LiteralString = """
MATCH (f:Conflict {number: $number}) WHERE f.settled_at IS NULL SET f.settled_at = $at, f.settled_by = $author RETURN count(f) AS settled
"""
_SEAL: LiteralString = "UNWIND $rows AS row MATCH (f:Conflict {number: row[0]}) SET f.seal = row[1]"
_ADD: LiteralString = "UNWIND $rows AS row CREATE (f:Conflict) SET f = row"
_LAST: LiteralString = "MATCH (f:Conflict) RETURN coalesce(max(f.number), 0) AS last"
_FORGET: LiteralString = """
UNWIND $rows AS row MATCH (f:Conflict {id: row[1], kind: row[0]})
SET f.id = row[2], f.field = '', f.before = '', f.after = '', f.standing = '',
f.settled_at = coalesce(f.settled_at, row[3]), f.settled_by = coalesce(f.settled_by, row[4]) RETURN f.number AS number
"""


def waiting(tx: ManagedTransaction, head: int) -> list[OpenConflict]:
    """Those that no person has settled."""
    return [_conflict(record.values()) for record in tx.run(_OPEN, head=head)]


def settled(tx: ManagedTransaction) -> list[Settled]:
    """Those that were settled, by their numbers."""
    return [Settled.of(record.values()) for record in tx.run(_SETTLED)]


def altered(tx: ManagedTransaction) -> list[int]:
    """The numbers of those that are not as they were sealed."""
    return [found.number for found, due, standing in _seals(tx) if due != standing]


def add(tx: ManagedTransaction, conflicts: Sequence[OpenConflict]) -> None:
    """Write those that a revision raises."""
    if not conflicts:
        return
    last = int(tx.run(_LAST).single(strict=True)["last"])
    tx.run(_ADD, rows=[_row(replace(found, number=number)) for number, found in enumerate(conflicts, start=last + 1)]).consume()


def settle(tx: ManagedTransaction, number: int, author: str, at: str) -> bool:
    """Mark one as settled; False where there is no such open one."""
    done = bool(tx.run(_SETTLE, number=number, author=author, at=at).single(strict=True)["settled"])
    seal(tx, {number} if done else ())
    return done


def forget(tx: ManagedTransaction, erasure: Erasure, made: Revision) -> None:
    """Those about what is taken down say nothing more, and wait for nobody."""
    rows = [[*key, erasure.gone.get(key, key[1]), made.at, made.author] for key in erasure.touched]
    seal(tx, {record["number"] for record in tx.run(_FORGET, rows=rows)})


def seal(tx: ManagedTransaction, numbers: Collection[int] | None = None) -> None:
    """Seal some as they stand, or all."""
    rows = [[found.number, due] for found, due, _ in _seals(tx) if numbers is None or found.number in numbers]
    tx.run(_SEAL, rows=rows).consume()


def _seals(tx: ManagedTransaction) -> list[tuple[OpenConflict, str, str]]:
    """Each with the seal that is due to it, and the one that it has."""
    found = [(_conflict(row), at, by, standing) for *row, at, by, standing in (record.values() for record in tx.run(_ALL))]
    return [(one, chain.seal_of_conflict(one, at, by), standing) for one, at, by, standing in found]


def _row(found: OpenConflict) -> dict[str, Any]:
    c = found.change
    where = {"number": found.number, "revision": found.revision, "kind": c.kind, "id": c.id, "part": c.part, "field": c.field}
    said = {"before": text(c.before), "after": text(c.after), "layer": found.layer, "standing": text(found.standing)}
    return {**where, **said, "seal": chain.seal_of_conflict(found, None, None)}


def _conflict(row: Sequence[Any]) -> OpenConflict:
    number, revision, kind, identity, part, field, before, after, layer, standing = row
    return OpenConflict(number, revision, Change(kind, identity, part, field, BUNDLED, value(before), value(after)), layer, value(standing))
