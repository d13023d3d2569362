"""What a proposal would change in the directory, what is wrong with it, and how it becomes a revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.directory import Directory
from pathways.editing.numbers import number_of
from pathways.editing.proposals import EDITED, Proposal, Source
from pathways.format.whole import check_alone
from pathways.records import Record
from pathways.stores import ABSENT, EDIT, Change, Conflict, Revision, Store

_FIXED = ("id", "holder", "function", "as_of", "sources")
"""What no proposal sets by itself: what a thing is, and what follows from the source and the day of the proposal."""
HOTLINE = "hotline"
_OF_A_HOTLINE, _OF_ANYTHING_ELSE = 2, 1
Problems = Iterator[tuple[str, str, str]]
"""What is wrong: the field (a JSON pointer without its first stroke), what is the matter, what would be accepted."""


def approvals_needed(kind: str, identity: str, fields: Mapping[str, Any], directory: Directory) -> int:
    """How many others must say yes: two where the contacts of a hotline change, and one otherwise."""
    body = directory.stakeholder(identity)
    of_a_hotline = kind == "stakeholder" and body is not None and any(mandate.function == HOTLINE for mandate in body.mandates)
    return _OF_A_HOTLINE if of_a_hotline and "contacts" in fields else _OF_ANYTHING_ELSE


def problems_of(record: Record, fields: Mapping[str, Any]) -> Problems:
    """What is wrong with a change of a record: its fields, its form, its telephone numbers."""
    if record.kind not in EDITED:
        yield "kind", f"a {record.kind} is not changed by hand", " or ".join(EDITED)
        return
    for name in sorted(set(fields) & set(_FIXED)):
        yield f"fields/{name}", "is not changed by itself", "another field; sources and the day follow from the proposal"
    for finding in check_alone(Record(record.kind, record.id, record.part, _laid(record.fields, fields))):
        yield "fields", finding.message, "what docs/format.md says of the field"
    yield from _wrong_numbers(record, fields)


def _wrong_numbers(record: Record, fields: Mapping[str, Any]) -> Problems:
    """New numbers that reach nothing, or that cost whoever calls; those that stood there already are not asked again."""
    known = {point.get("value") for point in _points(record.fields.get("contacts"))}
    for place, point in enumerate(_points(fields.get("contacts"))):
        if point.get("type") != "phone" or point.get("value") in known:
            continue
        number = number_of(str(point.get("value")), record.part)
        if number.kind == "invalid":
            yield f"fields/contacts/{place}/value", "no telephone is reached by this number", "a number as it is dialled there, or with +"
        elif number.kind == "premium":
            yield f"fields/contacts/{place}/value", "is a number that costs whoever calls", "another number"


def _points(said: Any) -> list[Mapping[str, Any]]:
    return [point for point in said if isinstance(point, Mapping)] if isinstance(said, list) else []


def changes_of(proposal: Proposal, record: Record, store: Store) -> list[Change]:
    """The changes of the edit layer that a proposal is, on a thing as it now stands: its fields, its source, and the day."""
    source, made = _source(proposal, store)
    new = {name: ABSENT if value is None else value for name, value in proposal.fields.items()}
    if record.kind == "mandate":
        new["as_of"] = proposal.source.seen
        new["sources"] = list(dict.fromkeys([*record.fields.get("sources", ()), source]))
    elif new.get("contacts", ABSENT) is not ABSENT or proposal.verifies:
        if contacts := list(_dated(record, new, source, proposal)):
            new["contacts"] = contacts
    else:
        new["sources"] = list(dict.fromkeys([*record.fields.get("sources", ()), source]))
    return [*made, *store.amend(EDIT, record.kind, record.id, new)]


def _dated(record: Record, new: Mapping[str, Any], source: str, proposal: Proposal) -> Iterator[dict[str, Any]]:
    """The contacts of a body: those that are new, changed or verified with the source and the day of the proposal."""
    before = [dict(point) for point in _points(record.fields.get("contacts"))]
    for point in _points(new.get("contacts", before)):
        if proposal.verifies or dict(point) not in before:
            sources = list(dict.fromkeys([*point.get("sources", ()), source]))
            yield {**point, "sources": sources, "as_of": proposal.source.seen}
        else:
            yield dict(point)


def _source(proposal: Proposal, store: Store) -> tuple[str, list[Change]]:
    """The id of the source that a proposal names, and the changes that make it where it is a new one."""
    said: Source = proposal.source
    if said.id:
        return said.id, []
    identity = f"{proposal.part.lower()}-edit-{proposal.number}"
    fields: dict[str, Any] = {
        "title": said.title,
        "publisher": said.publisher,
        "year": int(said.seen[:4]),
        "kind": "edit",
        "read_at": said.seen,
    }
    if said.url:
        fields["url"] = said.url
    return identity, store.amend(EDIT, "source", identity, fields, part=proposal.part)


def applied(proposal: Proposal, store: Store, *, rehearsal: bool = False) -> Revision | None:
    """The revision that a proposal has become (or would become), as one of the edit layer.

    StoreError: the thing is gone, somebody has changed the same fields since, or the directory would be broken.
    """
    record = standing(store, proposal.kind, proposal.identity)
    if changed := [name for name, value in proposal.before.items() if record.fields.get(name) != value]:
        raise Conflict(f"{', '.join(changed)} of {proposal.identity} was changed meanwhile; propose it again on what stands there now")
    changes = changes_of(proposal, record, store)
    authors = ", ".join([proposal.label, *(one.label for one in proposal.approvals)])
    what = f"proposal {proposal.number}: {proposal.reason}" if proposal.reason else f"proposal {proposal.number}"
    make = store.rehearse if rehearsal else store.commit
    return make(changes, layer=EDIT, source=proposal.source.id or proposal.source.title, author=authors, note=what)


def standing(store: Store, kind: str, identity: str) -> Record:
    """A thing as the directory now says it; KeyError where it is not there."""
    for record in store.records():
        if record.key == (kind, identity):
            return record
    raise KeyError(identity)


def _laid(before: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields over others, as far as they are known: what a field says whose edit is taken away is only known once it is."""
    return {**before, **{name: value for name, value in fields.items() if value is not None}}
