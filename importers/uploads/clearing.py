"""Takes out of what lies beside the store what a take-down takes out of it: uploaded lists, reports, judgements, corrections."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from importers.matching.judgements import expunge
from importers.uploads.shelf import Shelf
from pathways.corrections import Corrections
from pathways.editing.proposals import Proposals


def clear(home: Path, imports: Path, judgements: Path, body: str, contact: str | None) -> str:
    """Forget all uploads and their reports, since any may tell of it, and what was judged or said of the body.

    What could not be done is answered, or nothing.
    """
    try:
        if imports.exists():
            shelf = Shelf(imports)
            for upload in shelf.uploads():
                shelf.forget(upload)
        if judgements.exists() and contact is None:
            expunge(judgements, body)
        Corrections(home).forget(body, contact)
        Proposals(home).forget(contact or body)
    except (OSError, sqlite3.Error, ValueError) as error:
        return f"beside the store: {error}; run this again"
    return ""
