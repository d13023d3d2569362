"""Nothing that was taken down comes back by itself, whoever writes: an import, a release, an edit."""

from __future__ import annotations

from pathways.records import Record
from pathways.stores import takedowns
from pathways.stores.draft import Draft
from pathways.stores.revisions import TakenDown
from pathways.stores.takedowns import Takedown
from pathways.stores.view import View


def standing(view: View) -> list[Takedown]:
    """What was taken down and not lifted."""
    found = view.takedowns()
    return takedowns.standing(found, view.history()) if found else []


def refuse(draft: Draft, view: View) -> None:
    """TakenDown where a draft would bring back a body or a contact that was taken down and not lifted."""
    down = standing(view)
    for _, after in draft.touched() if down else ():
        record = Record(after.kind, after.id, after.part, after.says.get(draft.layer, {}))
        found = _found(record, down)
        if found is not None:
            text = f"{record.id} is, or has, what revision {found.revision} took down; nothing was changed"
            raise TakenDown(f"{text}. If it may come back: pathways takedown --lift {found.revision}")


def _found(record: Record, down: list[Takedown]) -> Takedown | None:
    """The take-down that a record of a layer is about, whatever else that layer leaves unsaid."""
    if record.kind != "stakeholder" or not record.fields:
        return None
    return next((takedown for takedown in down if takedown.is_of(record)), None)
