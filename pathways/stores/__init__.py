"""Where the directory is kept: one interface, a store for each way of keeping it, opened by URL."""

from __future__ import annotations

from pathlib import Path

from pathways.stores.base import Store
from pathways.stores.layers import ABSENT, BUNDLED, EDIT, PARTNER
from pathways.stores.revisions import Change, Conflict, Inconsistent, OpenConflict, Revision, StoreError, UndoRefused

__all__ = ["ABSENT", "BUNDLED", "EDIT", "PARTNER", "Change", "Conflict", "Inconsistent", "OpenConflict", "Revision", "Store", "StoreError", "UndoRefused", "open_store"]

_SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """The store at a URL, made where it is missing; StoreError names what is accepted.

    `sqlite:///name.db` is a file in the working folder, `sqlite:////srv/name.db` one by its full path, `sqlite:///~/name.db` one at home.
    """
    scheme, _, _ = url.partition(":")
    if not url.startswith(_SQLITE) or not url.removeprefix(_SQLITE) or url.endswith(("/", ":memory:")):
        raise StoreError(f"{scheme or 'nothing'!r} is not a store that can be opened; accepted is sqlite:///PATH, a file")
    from pathways.stores.sqlite import SqliteStore

    return SqliteStore(Path(url.removeprefix(_SQLITE)).expanduser())
