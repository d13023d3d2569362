"""Fills an empty store with the directory that comes with the project, and brings a filled one up to a newer release."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from pathways.format.reader import folders, read
from pathways.stores.base import Store
from pathways.stores.layers import ABSENT, BUNDLED
from pathways.stores.revisions import Change, Conflict, Revision, StoreError
from pathways.stores.takedowns import hold_back

AUTHOR = "referral-pathways"
GUARD = 0.05
"""A release that would withdraw this share of the bundled bodies or more is not taken without a person's word."""


class GuardRefused(StoreError):
    """Bundled data that would withdraw too much at once."""


def bundled_root() -> Path:
    """The folder of the directory that comes with the project."""
    return Path(str(files("pathways").joinpath("data")))


def address(root: Path) -> str:
    """A content address of the files of a directory folder, cheap enough for every start."""
    found = hashlib.sha256()
    for path in sorted(path for folder in folders(root) for path in folder.glob("*.yaml")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def ensure_bundled(store: Store, root: Path | None = None, force: bool = False) -> Revision | None:
    """Load the bundled directory where the store is empty or holds that of another release; the revision, or None where nothing changed.

    Partners' values and edits stay; where they stand on a bundled value that changed, `store.conflicts()` tells. GuardRefused where
    5 % or more of the bundled bodies would go, unless `force`; DirectoryError for a folder that is not in order.
    """
    root = root or bundled_root()
    content = address(root)
    while True:
        head = store.head()
        if head and _loaded(store) == content:
            return None
        taken = hold_back(read(root), store.standing_takedowns())
        changes = store.replace(BUNDLED, taken.records)
        if head and not force:
            _guard(store, changes)
        note = "the directory that comes with the project" if head == 0 else "the directory of another release"
        if taken.bodies:
            note += f", without what was taken down ({len(taken.bodies)})"
        try:
            return store.commit(changes, layer=BUNDLED, source="bundled", author=AUTHOR, expect_head=head, note=note, loaded=content)
        except Conflict:
            continue  # another process was first; look again at what is left to do


def _loaded(store: Store) -> str:
    """The address of the bundled data loaded last; one that a person took back stays the last, so that it is not brought back at the next start."""
    return next((revision.loaded for revision in reversed(store.history()) if revision.layer == BUNDLED and revision.undoes is None), "")


def _guard(store: Store, changes: list[Change]) -> None:
    bodies = sum(record.kind == "stakeholder" for record in store.said(BUNDLED))
    gone = sorted({c.id for c in changes if c.kind == "stakeholder" and c.field == "name" and c.after is ABSENT})
    if bodies and len(gone) >= GUARD * bodies:
        names = ", ".join(gone[:5]) + (", …" if len(gone) > 5 else "")
        raise GuardRefused(
            f"the bundled directory would withdraw {len(gone)} of {bodies} bodies ({names}); if that is right, set PATHWAYS_FORCE_BUNDLED=1 and start again"
        )
