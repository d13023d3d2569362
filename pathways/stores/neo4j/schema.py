"""The constraints and indexes of the database, version by version; made at the first start, checked at every other."""

from __future__ import annotations

from typing import Any, LiteralString

from neo4j import ManagedTransaction, Session

from pathways.stores.neo4j.address import Address
from pathways.stores.neo4j.chaining import make_chain
from pathways.stores.neo4j.root import ROOT
from pathways.stores.revisions import StoreError

_UNIQUE = (
    "CREATE CONSTRAINT directory_id IF NOT EXISTS FOR (n:Directory) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT revision_number IF NOT EXISTS FOR (n:Revision) REQUIRE n.number IS UNIQUE",
    "CREATE CONSTRAINT conflict_number IF NOT EXISTS FOR (n:Conflict) REQUIRE n.number IS UNIQUE",
    "CREATE CONSTRAINT thing_key IF NOT EXISTS FOR (n:Thing) REQUIRE n.key IS UNIQUE",
    "CREATE CONSTRAINT stakeholder_id IF NOT EXISTS FOR (n:Stakeholder) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT mandate_id IF NOT EXISTS FOR (n:Mandate) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT source_id IF NOT EXISTS FOR (n:Source) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT stage_id IF NOT EXISTS FOR (n:Stage) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT channel_id IF NOT EXISTS FOR (n:Channel) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT country_id IF NOT EXISTS FOR (n:Country) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT function_id IF NOT EXISTS FOR (n:Function) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT territory_id IF NOT EXISTS FOR (n:Territory) REQUIRE n.id IS UNIQUE",
)
_INDEXES = (
    "CREATE INDEX statement_of IF NOT EXISTS FOR (n:Statement) ON (n.id, n.kind)",
    "CREATE INDEX statement_since IF NOT EXISTS FOR (n:Statement) ON (n.since)",
    "CREATE INDEX statement_until IF NOT EXISTS FOR (n:Statement) ON (n.until)",
    "CREATE INDEX change_revision IF NOT EXISTS FOR (n:Change) ON (n.revision)",
    "CREATE INDEX change_of IF NOT EXISTS FOR (n:Change) ON (n.id)",
    "CREATE INDEX revision_token IF NOT EXISTS FOR (n:Revision) ON (n.token)",
    "CREATE INDEX stakeholder_place IF NOT EXISTS FOR (n:Stakeholder) ON (n.country, n.kind)",
    "CREATE INDEX mandate_function IF NOT EXISTS FOR (n:Mandate) ON (n.country, n.function)",
    "CREATE INDEX detail_of IF NOT EXISTS FOR (n:Detail) ON (n.of)",
    "CREATE INDEX refers_to_key IF NOT EXISTS FOR ()-[r:REFERS_TO]-() ON (r.key)",
    "CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:Stakeholder) ON EACH [n.name, n.name_local]",
)

_CHAIN = ("CREATE CONSTRAINT takedown_revision IF NOT EXISTS FOR (n:Takedown) REQUIRE n.revision IS UNIQUE",)

VERSIONS: tuple[tuple[LiteralString, ...], ...] = ((*_UNIQUE, *_INDEXES), _CHAIN)
"""What makes each version out of the one before it."""

_UNCHAINED = 1
"""The version whose revisions have no chain yet."""

_VERSION = "MATCH (d:Directory {id: $id}) RETURN d.version AS version"
_STRANGE = "MATCH (n) WHERE NOT n:Directory AND NOT n:Graph RETURN count(n) AS nodes"
_MADE: LiteralString = """
MERGE (d:Directory {id: $id}) ON CREATE SET d.head = 0
SET d.version = $version
MERGE (d)-[:SHOWN_AS]->(g:Graph) ON CREATE SET g.revision = 0
"""


def prepare(session: Session, address: Address) -> None:
    """Bring a database up to this release's version; StoreError for a newer one, and for a database of something else."""
    found = session.run(_VERSION, id=ROOT).single()
    version = int(found["version"]) if found else 0
    if version > len(VERSIONS):
        raise StoreError(
            f"{address} was made by a newer release (version {version} of the schema; this release knows up to {len(VERSIONS)}); use that release"
        )
    if version == len(VERSIONS):
        return
    if found is None and session.run(_STRANGE).single(strict=True)["nodes"]:
        raise StoreError(f"{address} is a database of something else: it has nodes, but no directory; name an empty database")
    for statements in VERSIONS[version:]:
        for statement in statements:
            session.execute_write(_run, statement)
    session.run("CALL db.awaitIndexes(300)").consume()
    if version == _UNCHAINED:
        make_chain(session)
    session.execute_write(_run, _MADE, id=ROOT, version=len(VERSIONS))


def _run(tx: ManagedTransaction, /, text: LiteralString, **parameters: Any) -> None:
    tx.run(text, parameters).consume()
