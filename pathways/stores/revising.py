"""The rules of a revision, over plain data: making changes, taking them back, what a store refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pathways.format.whole import check_records
from pathways.records import Record
from pathways.stores.layers import ABSENT, BUNDLED, State, Subject, same
from pathways.stores.revisions import Change, Conflict, Inconsistent, OpenConflict, Revision, StoreError, UndoRefused


def known(head: int, number: int) -> None:
    """StoreError for a revision that does not exist."""
    if not 1 <= number <= head:
        raise StoreError(
            f"there is no revision {number}; revisions are 1 to {head}" if head else f"there is no revision {number}; the store is empty"
        )


def apply(state: State, change: Change) -> None:
    """Make a change in a state; Conflict where the field does not say what the change expects, StoreError for another part."""
    subject = state.get(change.subject)
    if subject is None:
        subject = state[change.subject] = Subject(change.kind, change.id, change.part, len(state) + 1)
    if subject.part != change.part:
        raise StoreError(f"{change.kind} {change.id} belongs to the part {subject.part}, not to {change.part}")
    fields = subject.says.setdefault(change.layer, {})
    if not same(fields.get(change.field, ABSENT), change.before):
        raise Conflict(f"{change.field} of {change.kind} {change.id} was changed meanwhile")
    if change.after is ABSENT:
        del fields[change.field]
    else:
        fields[change.field] = change.after
    if not fields:
        del subject.says[change.layer]


def changes_to(state: State, layer: str, records: Iterable[Record]) -> list[Change]:
    """The changes after which a layer says exactly these records."""
    found: list[Change] = []
    wanted: set[tuple[str, str]] = set()
    for record in records:
        if record.key in wanted:
            raise StoreError(f"{record.kind} {record.id} stands twice in what is loaded")
        wanted.add(record.key)
        subject = state.get(record.key)
        now = subject.says.get(layer, {}) if subject else {}
        keys = dict.fromkeys((*now, *record.fields))
        made = (
            Change(record.kind, record.id, record.part, key, layer, now.get(key, ABSENT), record.fields.get(key, ABSENT)) for key in keys
        )
        found += [change for change in made if not same(change.before, change.after)]
    for key, subject in state.items():
        if key not in wanted:
            found += [
                Change(subject.kind, subject.id, subject.part, field, layer, value, ABSENT)
                for field, value in subject.says.get(layer, {}).items()
            ]
    return found


def raised_by(state: State, made: Revision, changes: Sequence[Change]) -> list[OpenConflict]:
    """The values of partners and people that stand on a bundled value which a new release changes."""
    if made.layer != BUNDLED or made.undoes is not None:
        return []
    found = []
    for change in changes:
        subject = state.get(change.subject)
        for layer, fields in sorted(subject.says.items()) if subject else ():
            if layer != BUNDLED and change.field in fields and not same(fields[change.field], change.after):
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


def refuse_if_broken(made: Revision, before: Sequence[Record], after: Sequence[Record], state: State, changes: Sequence[Change]) -> None:
    """Inconsistent where a revision breaks the directory; whatever was wrong before is not its doing, whatever is new is."""
    subjects = {change.subject for change in changes}
    spoken_of = {key for key in subjects if made.layer in state[key].says}
    lost = (spoken_of | ({record.key for record in before} - subjects)) - {record.key for record in after}
    if lost:
        why = "would lack fields that each of its kind has, or the body or the country that it belongs to"
        raise Inconsistent("\n".join(f"{kind} {identity}: {why}" for kind, identity in sorted(lost)))
    findings = check_records(after, {change.part for change in changes})
    old = set(check_records(before)) if findings else set()
    new = [finding for finding in findings if finding not in old]
    if new:
        raise Inconsistent("\n".join(map(str, new)))


def refuse_if_touched(
    history: Sequence[Revision], number: int, changes: Sequence[Change], changes_of: Callable[[int], list[Change]]
) -> None:
    """UndoRefused where a later revision touched the same field of the same layer; a later one that was itself taken back does not count."""
    cancelled: set[int] = set()
    later: list[Revision] = []
    for revision in reversed(history[number:]):
        if revision.number in cancelled:
            continue
        if revision.undoes == number:
            raise UndoRefused(f"revision {number} was already taken back, by revision {revision.number}")
        if revision.undoes is not None and revision.undoes > number:
            cancelled.add(revision.undoes)
        else:
            later.append(revision)
    places = {change.place for change in changes}
    for revision in later:
        touched = [change for change in changes_of(revision.number) if change.place in places]
        if touched:
            names = ", ".join(f"{c.field} of {c.kind} {c.id}" for c in touched[:5]) + (
                f" and {len(touched) - 5} more" if len(touched) > 5 else ""
            )
            raise UndoRefused(f"revision {revision.number} later changed {names}; take that one back first")
