"""Taking an import back: the revision, and what the matching had learned from it.

What a person judged stays: a judgement is about two bodies, not about an import, and has a way back of its own.
"""

from __future__ import annotations

from pathlib import Path

from importers.matching import Judgements
from pathways.stores import PARTNER, Revision, Store


def undo(store: Store, number: int, author: str, note: str, judgements: Path) -> Revision:
    """Take a revision back, as a new one; UndoRefused where others rest on it, ValueError where the judgements cannot be read.

    Of a partner's list, the identifiers of bodies of which its source no longer speaks are forgotten with it: the next import would take
    them for proof. `judgements` is their file; it need not be there.
    """
    made = store.undo(number, author, note)
    if made.layer.startswith(PARTNER) and judgements.exists():
        touched = {change.id for change in store.changes(number) if change.kind == "stakeholder"}
        still = {record.id for record in store.said(made.layer) if record.kind == "stakeholder"}
        with Judgements(made.layer.removeprefix(PARTNER), judgements) as known:
            for body in sorted(touched - still):
                known.forget(body)
            if not still:
                for waiting in known.queue():
                    known.settle(waiting.subject)
    return made
