"""The directory's history as requests ask for it: a revision as JSON values, and what it changed as the viewer may see it."""

from __future__ import annotations

from typing import Any

from api import snapshots
from api.problems import Problem
from pathways.stores import ABSENT, Revision
from pathways.visibility import Changes, Viewer, layer_told


def known(number: int) -> Revision:
    """A revision; Problem where there is none of this number."""
    newest = snapshots.snapshots().newest().revision
    if not 1 <= number <= newest:
        raise Problem("revision-not-found", f"There are revisions 1 to {newest}.")
    return snapshots.snapshots().store.history()[number - 1]


def changes(number: int, viewer: Viewer) -> tuple[list[dict[str, Any]], int]:
    """What a revision changed, field by field, and how many changes may not be shown. Problem as for `known`."""
    known(number)
    keeper = snapshots.snapshots()
    states = [keeper.newest(), keeper.at(number), *([keeper.at(number - 1)] if number > 1 else [])]
    view = Changes(states, viewer)
    made = keeper.store.changes(number)
    shown = []
    for change in made:
        found = view.detail(change.kind, change.id, change.field, _value(change.before), _value(change.after))
        if found is not None:
            layer = layer_told(change.layer, viewer)
            shown.append(
                {**found, "part": change.part, "layer": layer, "was": change.before is not ABSENT, "is": change.after is not ABSENT}
            )
    return shown, len(made) - len(shown)


def _value(value: Any) -> Any:
    return None if value is ABSENT else value
