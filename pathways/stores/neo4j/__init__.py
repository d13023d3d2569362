"""The shared store: a Neo4j 5.26 database that several importers write, many API processes read, and analysts can query.

Two things lie in it side by side. The ledger (`Directory`, `Revision`, `Statement`, `Change`, `Conflict`) is the record: what each layer
says, versioned, only added to. The graph (`Stakeholder`, `Mandate`, …, all of them a `Thing`) is the newest revision as labels and
relationships, for people who ask in Cypher. The service reads the ledger only.
"""

from pathways.stores.neo4j.address import SCHEMES, Address
from pathways.stores.neo4j.store import Neo4jStore

__all__ = ["SCHEMES", "Address", "Neo4jStore"]
