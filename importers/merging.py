"""Lays what a list says of a body that the directory knows beside what the directory says of it; gives records other ids.

The directory's own words stay where the two differ, and the report says so; what it does not know is added; lists are joined; of two
visibilities the stricter one holds. The list's layer then says only what was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from importers.reading import Finding, Read
from pathways.format.reader import link_id, mandate_id
from pathways.records import Record, canonical_json
from pathways.vocabulary import UNKNOWN

_JOINED = ("languages", "sources")
_STRICTER = ("public", "partner", "hidden")
_ONE = ("parent", "instance_of", "operated_by", "coordinated_by", "chaired_by", "succeeded_by")
BODIES: Mapping[str, tuple[str, ...]] = {"stakeholder": _ONE, "mandate": ("holder", "succeeded_by"), "link": ("origin", "to")}
"""The fields that name one body, by kind of record."""


def renamed(read: Read, names: Mapping[str, str]) -> Read:
    """A record with bodies called by other ids; its own id follows."""
    record = read.record
    fields = {key: names.get(value, value) if key in BODIES.get(record.kind, ()) else value for key, value in record.fields.items()}
    identity = record.id
    if record.kind == "stakeholder":
        if "members" in fields:
            fields["members"] = list(dict.fromkeys(names.get(member, member) for member in fields["members"]))
        identity = fields["id"] = names.get(record.id, record.id)
    elif record.kind == "mandate" and fields["holder"] != record.fields["holder"]:
        identity = mandate_id(fields["holder"], fields)
    elif record.kind == "link" and (fields["origin"], fields["to"]) != (record.fields["origin"], record.fields["to"]):
        identity = link_id(fields["origin"], fields)
    return replace(read, record=Record(record.kind, identity, record.part, fields))


def merged(read: Read, known: Record) -> tuple[Read, list[Finding]]:
    """What a list adds to a record that the directory has, and what of it is not taken."""
    taken: dict[str, Any] = {}
    findings: list[Finding] = []
    for field, value in read.record.fields.items():
        if field == "kind" and value == UNKNOWN:
            continue  # a list that does not state it says nothing against what the directory has
        joined = _joined(field, value, known.fields[field]) if field in known.fields else value
        if joined is not None:
            taken[field] = joined
        else:
            text = f"{field}: the directory has it otherwise, and keeps what it has"
            place = read.places.get(field, read.place)
            findings.append(Finding("matched", "note", place, text, "change it here by hand, if the list is right", f"{known.id}: {value}"))
    return replace(read, record=replace(read.record, fields=taken)), findings


def _joined(field: str, value: Any, known: Any) -> Any:
    """The value that the layer may say of a field that the directory has; None where the directory's stays."""
    if canonical_json(value) == canonical_json(known):
        return value
    if field == "kind" and known == UNKNOWN:
        return value
    if field == "contacts":
        there = {(point["type"], point["value"]) for point in known}
        return [*known, *(point for point in value if (point["type"], point["value"]) not in there)]
    if field in _JOINED:
        return list(dict.fromkeys((*known, *value)))
    if field == "visibility" and value in _STRICTER and known in _STRICTER:
        return max(value, known, key=_STRICTER.index)
    if field == "confidential_location":
        return bool(value or known)
    if field == "as_of":
        return max(value, known, key=str) if value is not None and known is not None else None
    return None


def belonging(record: Record) -> Iterator[str]:
    """The bodies without which a record would rest on nothing."""
    if record.kind == "stakeholder":
        yield record.id
    for field in ("holder", "origin", "to"):
        if record.kind in ("mandate", "link") and field in record.fields:
            yield record.fields[field]
