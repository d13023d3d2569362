"""Gives the revisions that an older release wrote their place in the chain, while others may start the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from neo4j import ManagedTransaction, Session

from pathways.stores import chain
from pathways.stores.neo4j import waiting
from pathways.stores.neo4j.ledger import LOCK, Reading
from pathways.stores.neo4j.root import ROOT

_SALT: LiteralString = """
MATCH (c:Change) WHERE c.salts IS NULL WITH c LIMIT 5000
SET c.salts = [one IN c.fields | replace(randomUUID(), '-', '')] RETURN count(*) AS found
"""
_UNLINKED: LiteralString = "MATCH (r:Revision) WHERE r.link IS NULL RETURN count(*) AS found"
_LINK: LiteralString = "UNWIND $rows AS row MATCH (r:Revision {number: row[0]}) SET r.seals = row[1], r.erased = '', r.link = row[2]"


def make_chain(session: Session) -> None:
    """Salt every change, some at a time, and link all revisions at once; each step by whoever holds the lock, so that a second one finds it done."""
    while session.execute_write(_salt):
        pass
    session.execute_write(_link)


def _salt(tx: ManagedTransaction) -> int:
    tx.run(LOCK, id=ROOT, token="chain").consume()
    return int(tx.run(_SALT).single(strict=True)["found"])


def _link(tx: ManagedTransaction) -> None:
    tx.run(LOCK, id=ROOT, token="chain").consume()
    if tx.run(_UNLINKED).single(strict=True)["found"]:
        tx.run(_LINK, rows=list(_links(Reading(tx)))).consume()
        waiting.seal(tx)


def _links(view: Reading) -> Iterator[list[object]]:
    previous = chain.BEGINNING
    for revision in view.history():
        made = chain.linked(revision, chain.hash_of(view.rows(revision.number)), previous)
        yield [made.number, made.seals, made.link]
        previous = made.link
