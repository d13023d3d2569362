"""Where the directory is kept: one interface, a store for each way of keeping it, opened by URL."""

from __future__ import annotations

from pathlib import Path

from pathways.stores.base import Store
from pathways.stores.layers import ABSENT, BUNDLED, EDIT, PARTNER
from pathways.stores.revisions import Change, Closed, Conflict, Inconsistent, OpenConflict, Revision, StoreError, TakenDown, UndoRefused

__all__ = [
    "ABSENT",
    "BUNDLED",
    "EDIT",
    "PARTNER",
    "Change",
    "Closed",
    "Conflict",
    "Inconsistent",
    "OpenConflict",
    "Revision",
    "Store",
    "StoreError",
    "TakenDown",
    "UndoRefused",
    "open_store",
]

_SQLITE = "sqlite:///"
_NEO4J = ("neo4j", "neo4j+s", "bolt", "bolt+s")


def open_store(url: str) -> Store:
    """The store at a URL, made where it is missing; StoreError names what is accepted.

    `sqlite:///name.db` is a file in the working folder, `sqlite:////srv/name.db` one by its full path, `sqlite:///~/name.db` one at home.
    `neo4j://host:7687/database` (`bolt://`; with TLS `neo4j+s://`, `bolt+s://`) is a database on a Neo4j server; user and password stand
    in PATHWAYS_NEO4J_USER and PATHWAYS_NEO4J_PASSWORD.
    """
    scheme, _, _ = url.partition(":")
    if scheme in _NEO4J:
        from pathways.stores.neo4j import Address, Neo4jStore

        return Neo4jStore(Address.read(url))
    if not url.startswith(_SQLITE) or not url.removeprefix(_SQLITE) or url.endswith(("/", ":memory:")):
        raise StoreError(
            f"{scheme or 'nothing'!r} is not a store that can be opened; accepted is sqlite:///PATH, a file, and {'|'.join(_NEO4J)}://HOST[:PORT][/DATABASE]"
        )
    from pathways.stores.sqlite import SqliteStore

    return SqliteStore(Path(url.removeprefix(_SQLITE)).expanduser())
