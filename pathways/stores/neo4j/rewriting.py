"""Takes out of the ledger in Neo4j what is taken down, of the newest revision and of all before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

from neo4j import ManagedTransaction

from pathways.stores.erasing import Erasure
from pathways.stores.neo4j.texts import fields_text, text
from pathways.stores.revisions import Change

_BLANK: LiteralString = """
UNWIND $rows AS row MATCH (s:Statement {id: row[1], kind: row[0]}) SET s.id = row[2], s.fields = '{}', s.until = coalesce(s.until, s.since)
"""
_EMPTY: LiteralString = "UNWIND $rows AS row MATCH (s:Statement {id: row[1], kind: row[0]}) WHERE s.until IS NOT NULL SET s.fields = '{}'"
_SAY: LiteralString = """
UNWIND $rows AS row MATCH (s:Statement {id: row[1], kind: row[0]}) WHERE s.layer = row[2] AND s.until IS NULL SET s.fields = row[3]
"""
_END: LiteralString = """
UNWIND $rows AS row MATCH (s:Statement {id: row[1], kind: row[0]}) WHERE s.layer = row[2] AND s.until IS NULL SET s.until = s.since
"""
_GROUPS: LiteralString = """
MATCH (c:Change {revision: $number}) RETURN c.number, c.fields, c.before, c.after, c.salts ORDER BY c.number
"""
_REWRITE: LiteralString = "UNWIND $rows AS row MATCH (c:Change {revision: row.revision}) WHERE c.number = row.number SET c += row.said"
_REMEMBER: LiteralString = "CREATE (t:Takedown) SET t.revision = $revision, t.payload = $payload"


def rewrite(tx: ManagedTransaction, erasure: Erasure) -> None:
    """Rewrite statements and changes, and remember the take-down. Statements that have ended say nothing of it any more either."""
    others = {(key, layer): said for (key, layer), said in erasure.says.items()}
    tx.run(_BLANK, rows=[[*key, blank] for key, blank in erasure.gone.items()]).consume()
    tx.run(_EMPTY, rows=[list(key) for key in {row.subject for row in erasure.rows.values()}]).consume()
    tx.run(_SAY, rows=[[*key, layer, fields_text(said)] for (key, layer), said in others.items()]).consume()
    tx.run(_END, rows=[[*key, layer] for (key, layer), said in others.items() if not said]).consume()
    for revision in sorted({number for number, _ in erasure.rows}):
        rows = {row: change for (number, row), change in erasure.rows.items() if number == revision}
        tx.run(_REWRITE, rows=list(_rewritten(tx, revision, rows))).consume()
    tx.run(_REMEMBER, revision=erasure.revision.number, payload=erasure.payload).consume()


def _rewritten(tx: ManagedTransaction, revision: int, rows: Mapping[int, Change]) -> Iterator[dict[str, Any]]:
    """The `Change` nodes of a revision in which these changes stand, as they are from now on."""
    for first, names, before, after, salts in tx.run(_GROUPS, number=revision).values():
        places = [place for place in range(len(names)) if first + place in rows]
        for place in places:
            change = rows[first + place]
            names[place], before[place], after[place], salts[place] = change.field, text(change.before), text(change.after), change.salt
        if places:
            said = {"id": rows[first + places[-1]].id, "fields": names, "before": before, "after": after, "salts": salts}
            yield {"revision": revision, "number": first, "said": said}
