"""The record in Neo4j: revisions, changes, conflicts, and what each layer said from one revision until another.

A `Statement` is what a layer says of a thing, `since` one revision and `until` another; one without `until` stands. Nothing that a reader
of a revision sees is ever changed: what is later than the head of the directory does not count. So a view is consistent although Neo4j
itself promises less, and a large revision can be written in parts that nobody sees before its number becomes the head. While that
goes on, `Graph` says -1: what is in the graph is then of no revision, and the next writer puts it right should this one die.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from pathways.records import Record
from pathways.stores import chain
from pathways.stores.draft import Draft, subjects
from pathways.stores.erasing import Erasure
from pathways.stores.layers import in_order, shown
from pathways.stores.migrations import TABLES
from pathways.stores.neo4j import waiting
from pathways.stores.neo4j.graph import Run, batches, bring
from pathways.stores.neo4j.queries import CLEAR
from pathways.stores.neo4j.rewriting import rewrite
from pathways.stores.neo4j.root import ROOT
from pathways.stores.neo4j.texts import fields_text, text, value
from pathways.stores.revisions import Change, Conflict, OpenConflict, Revision, StoreError
from pathways.stores.takedowns import Takedown
from pathways.stores.view import Settled

AT_ONCE = 6_000
"""A revision that touches more things than this is written in parts and becomes the head in one step; a smaller one is one transaction."""

_PLACE: LiteralString = "MATCH (d:Directory {id: $id})-[:SHOWN_AS]->(g:Graph) RETURN d.head AS head, g.revision AS graph"
_STATE: LiteralString = """
MATCH (s:Statement) WHERE s.since <= $head
RETURN s.position, s.kind, s.id, s.part, s.layer, CASE WHEN s.until IS NULL OR s.until > $head THEN s.fields END
"""
_HISTORY: LiteralString = """
MATCH (r:Revision) WHERE r.number <= $head
RETURN r.number, r.at, r.author, r.source, r.layer, r.note, r.added, r.changed, r.withdrawn, r.digest, r.loaded, r.undoes,
coalesce(r.seals, ''), coalesce(r.erased, ''), coalesce(r.link, '') ORDER BY r.number
"""
_CHANGES: LiteralString = """
MATCH (c:Change {revision: $number}) RETURN c.kind, c.id, c.part, c.layer, c.fields, c.before, c.after,
coalesce(c.salts, [one IN c.fields | '']) ORDER BY c.number
""".rstrip()
_CHANGES_BACK: LiteralString = _CHANGES + " DESC"
_TAKEDOWNS: LiteralString = "MATCH (t:Takedown) WHERE t.revision <= $head RETURN t.revision, t.payload ORDER BY t.revision"

LOCK: LiteralString = "MATCH (d:Directory {id: $id}) SET d.lock = $token"
_CLOSE: LiteralString = """
UNWIND $rows AS row MATCH (s:Statement {id: row[1], kind: row[0]}) WHERE s.layer = row[2] AND s.until IS NULL AND s.since < row[3] SET s.until = row[3]
"""
_SAY: LiteralString = "UNWIND $rows AS row CREATE (s:Statement) SET s = row"
_CHANGE: LiteralString = "UNWIND $rows AS row CREATE (c:Change) SET c = row"
_REVISION: LiteralString = """
CREATE (r:Revision) SET r = $revision
WITH r OPTIONAL MATCH (before:Revision {number: r.number - 1}) FOREACH (_ IN CASE WHEN before IS NULL THEN [] ELSE [1] END | CREATE (r)-[:FOLLOWS]->(before))
WITH DISTINCT r OPTIONAL MATCH (taken:Revision {number: r.undoes}) FOREACH (_ IN CASE WHEN taken IS NULL THEN [] ELSE [1] END | CREATE (r)-[:UNDOES]->(taken))
"""
_LAST_LINK: LiteralString = "MATCH (r:Revision {number: $head}) RETURN coalesce(r.link, '') AS link"
_SWITCH: LiteralString = "MATCH (d:Directory {id: $id})-[:SHOWN_AS]->(g:Graph) SET d.head = $head, g.revision = $head"
_HOLD: LiteralString = (
    "MATCH (:Directory {id: $id})-[:SHOWN_AS]->(g:Graph) SET g.lock = $token, g.writer = $token RETURN g.revision AS graph"
)
_CLAIM: LiteralString = """
MATCH (d:Directory {id: $id})-[:SHOWN_AS]->(g:Graph) SET g.lock = $token
WITH d, g WHERE d.head = $head SET g.writer = $token, g.revision = -1 RETURN count(g) AS found
"""
MINE: LiteralString = """
MATCH (:Directory {id: $id})-[:SHOWN_AS]->(g:Graph) SET g.lock = $token WITH g WHERE g.writer = $token RETURN count(g) AS mine
"""
"""Whether a writer in parts is still the one who writes: its lock may have been lost without its hearing of it (a time limit of the server)."""

LEFT_OVER: tuple[LiteralString, ...] = (
    "MATCH (s:Statement) WHERE s.since > $head WITH s LIMIT 10000 DELETE s RETURN count(*) AS found",
    "MATCH (s:Statement) WHERE s.until > $head WITH s LIMIT 10000 REMOVE s.until RETURN count(*) AS found",
    "MATCH (c:Change) WHERE c.revision > $head WITH c LIMIT 10000 DELETE c RETURN count(*) AS found",
)
"""What takes away the parts of a large revision whose writer died before it became the head."""

Aside = Callable[..., int]
"""Runs one text in a transaction of its own, beside the one that holds the lock; gives its `found`, else 0.

With a `guard` that text is run first, and Conflict raised where it finds nothing.
"""


def place(tx: ManagedTransaction) -> tuple[int, int]:
    """The newest revision, and that of the graph (-1: of none); StoreError where the directory's root is gone."""
    found = tx.run(_PLACE, id=ROOT).single()
    if found is None:
        raise StoreError("the database has lost its directory; name another, or restore it")
    return int(found["head"]), int(found["graph"])


class Reading:
    """A view of one revision, the head at its beginning, whatever is written meanwhile."""

    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx
        self._tables: sqlite3.Connection | None = None
        self._head, self.graph = place(tx)

    def _rows(self, text: LiteralString, **parameters: Any) -> Iterator[Sequence[Any]]:
        return (record.values() for record in self._tx.run(text, parameters))

    def head(self) -> int:
        return self._head

    def tables(self) -> sqlite3.Connection:
        """A copy in a temporary file, made once for a view."""
        if self._tables is None:
            made = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            for table in ("PRAGMA journal_mode = OFF", *TABLES, "BEGIN"):
                made.execute(table)
            for position, kind, identity, part, layer, fields in self._rows(_STATE, head=self._head):
                made.execute("INSERT OR IGNORE INTO subjects VALUES (?, ?, ?, ?)", (position, kind, identity, part))
                if fields is not None:
                    made.execute("INSERT INTO statements VALUES (?, ?, ?)", (position, layer, fields))
            self._tables = made
        return self._tables

    def history(self) -> list[Revision]:
        return [Revision(*row) for row in self._rows(_HISTORY, head=self._head)]

    def changes(self, number: int, backwards: bool = False) -> Iterator[Change]:
        return (change for change in self._changes(number, backwards) if not change.is_blank)

    def rows(self, number: int) -> Iterator[Change]:
        return self._changes(number, backwards=False)

    def _changes(self, number: int, backwards: bool) -> Iterator[Change]:
        for row in self._rows(_CHANGES_BACK if backwards else _CHANGES, number=number):
            kind, identity, part, layer, *said = row
            found = zip(*map(reversed, said), strict=True) if backwards else zip(*said, strict=True)
            for name, before, after, salt in found:
                yield Change(kind, identity, part, name, layer, value(before), value(after), salt)

    def conflicts(self) -> list[OpenConflict]:
        return waiting.waiting(self._tx, self._head)

    def settled(self) -> list[Settled]:
        return waiting.settled(self._tx)

    def takedowns(self) -> list[Takedown]:
        return [Takedown(*row) for row in self._rows(_TAKEDOWNS, head=self._head)]

    def altered(self) -> list[int]:
        return waiting.altered(self._tx)


class Writing(Reading):
    """The one writer: it has locked the directory; whoever else writes waits."""

    def __init__(self, tx: ManagedTransaction, token: str, aside: Aside) -> None:
        tx.run(LOCK, id=ROOT, token=token).consume()
        super().__init__(tx)
        self._token, self._aside = token, aside

    def append(
        self, revision: Revision, changes: Iterable[Change], conflicts: Sequence[OpenConflict], draft: Draft, kept: Mapping[int, str]
    ) -> Revision:
        touched = {(subject.kind, subject.id) for subject, _ in draft.touched()}
        whole = self.graph == self._head
        if len(touched) <= AT_ONCE and whole:
            self._hold()
            seals = self._record(self._run, revision.number, changes, draft, kept)
            bring(self._run, self._shown(), _shown_after(draft), touched)
        else:
            self._claim(clean=not whole)
            seals = self._record(self._beside, revision.number, changes, draft, kept)
            bring(self._beside, self._shown() if whole else (), _shown_after(draft), touched)
        waiting.add(self._tx, conflicts)
        made = chain.linked(revision, seals.hexdigest(), self._last_link())
        self._add(made)
        return made

    def _last_link(self) -> str:
        found = self._tx.run(_LAST_LINK, head=self._head).single()
        return str(found["link"]) if found else chain.BEGINNING

    def _add(self, revision: Revision) -> None:
        self._tx.run(_REVISION, revision={**_row(revision), "token": self._token}).consume()
        self._tx.run(_SWITCH, id=ROOT, head=revision.number).consume()

    def complete_graph(self) -> bool:
        """Write the graph again where it is not that of the head, as after a large revision whose writer died; whether that was needed."""
        if self.graph == self._head:
            return False
        self._claim(clean=True)
        bring(self._beside, (), self._shown(), ())
        self._tx.run(_SWITCH, id=ROOT, head=self._head).consume()
        return True

    def _shown(self) -> list[Record]:
        """The records of the head; the graph is brought from one list to the next in memory."""
        return shown(in_order(subjects(self.tables())))

    def _hold(self) -> None:
        """Lock the graph too; Conflict where somebody who lost the directory's lock has begun to write in parts since this one looked."""
        if self._tx.run(_HOLD, id=ROOT, token=self._token).single(strict=True)["graph"] != self._head:
            raise Conflict("another writer was at work; try again")

    def _claim(self, clean: bool) -> None:
        """Say that the graph is of no revision from now on, and whose the parts are; take away what another left who died before this."""
        if not self._aside(_CLAIM, id=ROOT, token=self._token, head=self._head):
            raise Conflict("another writer was at work; try again")
        for query in (*LEFT_OVER, CLEAR) if clean else ():
            while self._aside(query, guard=MINE, id=ROOT, token=self._token, head=self._head):
                pass

    def _run(self, text: LiteralString, rows: Sequence[Any]) -> None:
        if rows:
            self._tx.run(text, rows=rows).consume()

    def _beside(self, text: LiteralString, rows: Sequence[Any]) -> None:
        if rows:
            self._aside(text, guard=MINE, id=ROOT, token=self._token, rows=rows)

    def _record(self, run: Run, number: int, changes: Iterable[Change], draft: Draft, kept: Mapping[int, str]) -> chain.Seals:
        seals = chain.Seals()
        for some in batches([subject.kind, subject.id, draft.layer, number] for subject, _ in draft.touched()):
            run(_CLOSE, some)
        for few in batches(_statements(number, draft)):
            run(_SAY, few)
        for part in batches(_grouped(number, chain.sealed(changes, seals, kept))):
            run(_CHANGE, part)
        return seals

    def settle(self, number: int, author: str, at: str) -> bool:
        return waiting.settle(self._tx, number, author, at)

    def erase(self, erasure: Erasure) -> Revision:
        if self.graph != self._head:
            raise StoreError("the last large revision was not finished; start the service once, which does that, and try again")
        self._hold()
        made, before = chain.linked(erasure.revision, chain.hash_of(()), self._last_link()), self._shown()
        rewrite(self._tx, erasure)
        waiting.forget(self._tx, erasure, made)
        self._tables = None  # they are to be read again
        bring(self._run, before, self._shown(), erasure.touched)
        self._add(made)
        return made


def _row(revision: Revision) -> dict[str, Any]:
    return {name: getattr(revision, name) for name in Revision.__slots__}


def _shown_after(draft: Draft) -> list[Record]:
    return shown(in_order(subject for subject, _ in draft.standing()))


def _statements(number: int, draft: Draft) -> Iterator[dict[str, Any]]:
    """What the layer says now of what changed; what it no longer speaks of is only closed."""
    for _, now in draft.touched():
        row = {"kind": now.kind, "id": now.id, "part": now.part, "position": now.position, "layer": draft.layer, "since": number}
        if draft.layer in now.says:
            yield {**row, "fields": fields_text(now.says[draft.layer])}


def _grouped(number: int, changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """One `Change` for what follows each other about the same thing: its fields, and each before and after as JSON text (empty: not said)."""
    for place, of in groupby(enumerate(changes), lambda each: (each[1].kind, each[1].id, each[1].part, each[1].layer)):
        some = list(of)
        said = {
            "fields": [c.field for _, c in some],
            "before": [text(c.before) for _, c in some],
            "after": [text(c.after) for _, c in some],
            "salts": [c.salt for _, c in some],
        }
        yield {"revision": number, "number": some[0][0], "kind": place[0], "id": place[1], "part": place[2], "layer": place[3], **said}
