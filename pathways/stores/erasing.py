"""What a take-down takes out of a store: out of the newest revision, and out of all before it.

Every change of the thing itself becomes blank, in the words of others its mention is replaced. What is left is the same history without it:
read from the beginning, it gives the newest revision, so that older ones can be read, undone and copied as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from pathways.format.whole import check_records
from pathways.records import Record
from pathways.records import digest as digest_of
from pathways.stores import chain, layers, takedowns
from pathways.stores.draft import subjects
from pathways.stores.layers import ABSENT, State, Subject
from pathways.stores.revisions import Change, Inconsistent, Revision, StoreError
from pathways.stores.takedowns import BODY, CONTACT, TAKEDOWN, Redaction, Takedown
from pathways.stores.view import View

BLANK = "taken-down-"
"""A thing that was taken down is called by this and its place in the order in which things came."""

_RULES = frozenset({"country", "requirement", "stage", "permit", "right"})
"""Records that say what the law is: that one of them named a body is not to be forgotten on the way."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Erasure:
    """What a take-down makes of a store's tables."""

    revision: Revision
    payload: str
    gone: Mapping[Key, str]
    """The things that are taken down, and what stands for their ids."""
    rows: Mapping[tuple[int, int], Change]
    """What stands from now on in the place of these changes, by revision and number."""
    says: Mapping[tuple[Key, str], Mapping[str, Any]]
    """What these layers say of others from now on; empty: nothing."""

    @property
    def touched(self) -> set[Key]:
        """Everything of which something else is said from now on."""
        return {*self.gone, *(key for key, _ in self.says)}

    @property
    def reworded(self) -> list[Key]:
        """The things of others that spoke of it, now or earlier."""
        return sorted({row.subject for row in self.rows.values()} - {(kind, blank) for (kind, _), blank in self.gone.items()})


def of_body(view: View, identity: str, made: Revision, force: bool) -> Erasure:
    """What taking a body down takes out; StoreError where there is none, Inconsistent where the directory would be broken without it.

    With `force` also where it decides by law, or where the rules of a country name it alone: they then say nothing in its place.
    """
    state = _state(view)
    gone = {key: f"{BLANK}{subject.position}" for key, subject in state.items() if takedowns.belongs(*key, identity)}
    if ("stakeholder", identity) not in gone:
        raise StoreError(f"{identity} is not a body of the directory, nor was it one")
    known = list(_ever(view, state, identity))
    others = [record for record in layers.view(state) if record.kind == "stakeholder" and record.id != identity]
    words = takedowns.words_of(known, others)
    shared = set().union(*(takedowns.contact_marks(record) for record in others))
    marks = set().union(*map(takedowns.body_marks, known)) - shared
    if not force:
        _refuse_where_law_rests_on(state, gone)
    return _erasure(view, state, made, BODY, gone, Redaction(frozenset(identity for _, identity in gone), words=frozenset(words)), marks)


def of_contact(view: View, identity: str, value: str, made: Revision) -> Erasure:
    """What taking a number or address of a body down takes out, wherever it stands; StoreError where the body has none such."""
    state = _state(view)
    mark = takedowns.contact_mark(value)
    known = [one for record in _ever(view, state, identity) for one in takedowns.contact_values(record)]
    words = {one for one in known if takedowns.contact_mark(one) == mark}
    if not words:
        raise StoreError(f"{identity} has no contact {value}, nor had it one; it has {', '.join(dict.fromkeys(known)) or 'none'}")
    return _erasure(view, state, made, CONTACT, {}, Redaction(contacts=frozenset({mark}), words=frozenset(words)), {mark})


def of_copy(view: View, made: Revision, takedown: Takedown, rows: Mapping[tuple[int, int], Change]) -> Erasure:
    """What a take-down of another store takes out of a copy of it that was made before; `rows` are the other's changes as they now are."""
    state, replaced, gone = _state(view), {}, {}
    touched: set[Key] = set()
    for number, row, change in _rows(view):
        after = rows.get((number, row))
        if after is None:
            continue
        if after.id.startswith(BLANK):
            gone[change.subject] = after.id
        touched.add(change.subject)
        replaced[number, row] = after
    says: dict[tuple[Key, str], dict[str, Any]] = {
        (key, layer): {} for key in touched - gone.keys() if key in state for layer in state[key].says
    }
    for number, row, change in _rows(view):
        fields = says.get((change.subject, change.layer))
        now = replaced.get((number, row), change)
        if fields is not None and not now.is_blank:
            fields.pop(now.field, None)
            fields.update({} if now.after is ABSENT else {now.field: now.after})
    return Erasure(made, takedown.payload, gone, replaced, says)


def _state(view: View) -> State:
    return {(subject.kind, subject.id): subject for subject in subjects(view.tables())}


def _rows(view: View) -> Iterator[tuple[int, int, Change]]:
    """All changes of all revisions, each with its revision and number."""
    for number in range(1, view.head() + 1):
        for row, change in enumerate(view.rows(number)):
            yield number, row, change


def _ever(view: View, state: State, identity: str) -> Iterator[Record]:
    """What was ever said of a body, each value as if it were a record by itself."""
    key = ("stakeholder", identity)
    if key not in state:
        raise StoreError(f"{identity} is not a body of the directory, nor was it one")
    part = state[key].part
    for _, _, change in _rows(view):
        if change.subject == key:
            yield from (Record(*key, part, {change.field: value}) for value in (change.before, change.after) if value is not ABSENT)


def _erasure(
    view: View, state: State, made: Revision, what: str, gone: Mapping[Key, str], redaction: Redaction, marks: Iterable[str]
) -> Erasure:
    rows: dict[tuple[int, int], Change] = {}
    kept = []
    for number, row, change in _rows(view):
        after = _without(change, gone, redaction)
        if after is not change:
            rows[number, row] = after
            kept.append((number, row, chain.seal(change), chain.seal(after)))
    says = {
        (key, layer): fields
        for key, subject in state.items()
        if key not in gone
        for layer, before in subject.says.items()
        if (fields := redaction.fields(key[0], before)) != before
    }
    payload = takedowns.payload(what, token_hex(chain.SALT_BYTES), marks, kept)
    withdrawn, changed = sum(bool(state[key].says) for key in gone), len({key for key, _ in says})
    digest = _digest_without(state, gone, says)
    said = replace(made, layer=TAKEDOWN, digest=digest, erased=chain.erased(payload), withdrawn=withdrawn, changed=changed)
    return Erasure(said, payload, gone, rows, says)


def _refuse_where_law_rests_on(state: State, gone: Mapping[Key, str]) -> None:
    redaction = Redaction(frozenset(identity for _, identity in gone))
    resting = []
    for (kind, identity), subject in sorted(state.items()):
        values = [value for fields in subject.says.values() for value in fields.values()]
        if (kind, identity) in gone and kind == "mandate" and "decide" in (fields.get("role") for fields in subject.says.values()):
            resting.append(f"mandate {identity}: it decides")
        elif kind in _RULES and any(map(redaction.rests, values)):
            resting.append(f"{kind} {identity} names it alone")
    if resting:
        raise Inconsistent("\n".join(resting))


def _without(change: Change, gone: Mapping[Key, str], redaction: Redaction) -> Change:
    """A change without what is taken down; the change itself where it says nothing of it."""
    if change.is_blank:
        return change
    if change.subject in gone:
        return _blank(change, gone[change.subject])
    before, after = (redaction.of(change.kind, change.field, value) for value in (change.before, change.after))
    if layers.same(before, change.before) and layers.same(after, change.after):
        return change
    if before is ABSENT and after is ABSENT:
        return _blank(change, change.id)
    return replace(change, before=before, after=after, salt=token_hex(chain.SALT_BYTES))


def _blank(change: Change, identity: str) -> Change:
    return Change(change.kind, identity, change.part, "", change.layer, ABSENT, ABSENT)


def _digest_without(state: State, gone: Mapping[Key, str], says: Mapping[tuple[Key, str], Mapping[str, Any]]) -> str:
    """The address of the directory without what is taken down; Inconsistent where that would be broken by it."""
    after: State = {key: _said(subject, says) for key, subject in state.items() if key not in gone}
    before, records = layers.view(state), layers.view(after)
    known = set(map(str, check_records(before)))
    broken = [text for text in map(str, check_records(records)) if text not in known]
    lost = {record.key for record in before} - {record.key for record in records} - gone.keys()
    broken += [f"{kind} {identity} rests on it" for kind, identity in sorted(lost)]
    if broken:
        raise Inconsistent("\n".join(broken))
    return digest_of(records)


def _said(subject: Subject, says: Mapping[tuple[Key, str], Mapping[str, Any]]) -> Subject:
    key = (subject.kind, subject.id)
    now = {layer: dict(says.get((key, layer), fields)) for layer, fields in subject.says.items()}
    return replace(subject, says={layer: fields for layer, fields in now.items() if fields})
