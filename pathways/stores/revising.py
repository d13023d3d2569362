"""The rules of a revision, over plain data: making changes, taking them back, what a store refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pathways.records import Record
from pathways.stores import draft
from pathways.stores.layers import ABSENT, BUNDLED, State, same
from pathways.stores.revisions import Change, OpenConflict, Revision, StoreError, UndoRefused
from pathways.stores.view import View


def known(head: int, number: int) -> None:
    """StoreError for a revision that does not exist."""
    if not 1 <= number <= head:
        raise StoreError(
            f"there is no revision {number}; revisions are 1 to {head}" if head else f"there is no revision {number}; the store is empty"
        )


def take_back(state: State, changes: Iterable[Change]) -> None:
    """Make a state what it was before some changes, of which the last comes first."""
    for change in changes:
        fields = state[change.subject].says.setdefault(change.layer, {})
        if change.before is ABSENT:
            del fields[change.field]
        else:
            fields[change.field] = change.before
        if not fields:
            del state[change.subject].says[change.layer]


def changes_to(state: State, layer: str, records: Iterable[Record]) -> list[Change]:
    """The changes after which a layer says exactly these records."""
    found: list[Change] = []
    wanted: set[tuple[str, str]] = set()
    for record in records:
        if record.key in wanted:
            raise StoreError(f"{record.kind} {record.id} stands twice in what is loaded")
        wanted.add(record.key)
        subject = state.get(record.key)
        found += changes_of(record, layer, subject.says.get(layer, {}) if subject else {})
    for key, subject in state.items():
        if key not in wanted and layer in subject.says:
            found += withdrawal(Record(subject.kind, subject.id, subject.part, subject.says[layer]), layer)
    return found


def changes_of(record: Record, layer: str, now: Mapping[str, Any]) -> list[Change]:
    """The changes after which a layer, which says `now` of a thing, says what a record says."""
    keys = dict.fromkeys((*now, *record.fields))
    made = (Change(record.kind, record.id, record.part, key, layer, now.get(key, ABSENT), record.fields.get(key, ABSENT)) for key in keys)
    return [change for change in made if not same(change.before, change.after)]


def withdrawal(said: Record, layer: str) -> list[Change]:
    """The changes after which a layer says nothing of a thing of which it says this."""
    return [Change(said.kind, said.id, said.part, field, layer, value, ABSENT) for field, value in said.fields.items()]


def raised_by(drafted: draft.Draft, made: Revision, changes: Iterable[Change]) -> list[OpenConflict]:
    """The values of partners and people that stand on a bundled value which a new release changes."""
    if made.layer != BUNDLED or made.undoes is not None:
        return []
    found = []
    for change in changes:
        for layer, fields in sorted(drafted.others(change.kind, change.id).items()):
            if change.field in fields and not same(fields[change.field], change.after):
                found.append(OpenConflict(0, made.number, change, layer, fields[change.field]))
    return found


def still_open(found: OpenConflict, state: State) -> bool:
    """Whether both values of a conflict still stand as they did when it arose."""
    subject = state.get(found.change.subject)
    if subject is None:
        return False
    bundled = subject.says.get(BUNDLED, {}).get(found.change.field, ABSENT)
    standing = subject.says.get(found.layer, {}).get(found.change.field, ABSENT)
    return same(bundled, found.change.after) and same(standing, found.standing)


def refuse_if_touched(view: View, number: int) -> None:
    """UndoRefused where a later revision touched the same field of the same layer; a later one that was itself taken back does not count."""
    history = view.history()
    cancelled: set[int] = set()
    later: list[Revision] = []
    for revision in reversed(history[number:]):
        if revision.number in cancelled:
            continue
        if revision.undoes == number:
            raise UndoRefused(f"revision {number} was already taken back, by revision {revision.number}")
        if revision.undoes is not None and revision.undoes > number:
            cancelled.add(revision.undoes)
        elif revision.layer == history[number - 1].layer:
            later.append(revision)
    for revision in later:
        touched = draft.shared(view.tables(), view.changes(revision.number), view.changes(number))
        names = [f"{change.field} of {change.kind} {change.id}" for change in islice(touched, _NAMED)]
        if names:
            more = sum(1 for _ in touched)
            told = ", ".join(names) + (f" and {more} more" if more else "")
            raise UndoRefused(f"revision {revision.number} later changed {told}; take that one back first")


_NAMED = 5
"""So many fields are named where an undo is refused."""
