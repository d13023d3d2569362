"""Layers: who says a value. Bundled data, partners' directories, edits by hand, in this order of precedence; an edit wins.

Merging is field by field. A layer that no longer says a value leaves what the others say.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from pathways.format import schema
from pathways.records import CROSS_BORDER, Record, canonical_json

BUNDLED = "bundled"
EDIT = "edit"
PARTNER = "partner:"
"""A partner's layer is this and the name of its source."""


class Nothing(enum.Enum):
    """The absence of a value; null is a value."""

    ABSENT = "absent"


ABSENT: Final = Nothing.ABSENT
"""What a layer says of a field that it does not speak of."""


@dataclass(slots=True)
class Subject:
    """One thing with what each layer says of it; `position` is its place in the order in which things came."""

    kind: str
    id: str
    part: str
    position: int
    says: dict[str, dict[str, Any]] = field(default_factory=dict)


State = dict[tuple[str, str], Subject]
"""What all layers say of all things, by kind and id."""


def is_layer(name: str) -> bool:
    """Whether this is the name of a layer."""
    return name in (BUNDLED, EDIT) or (name.startswith(PARTNER) and len(name) > len(PARTNER))


def precedence(layer: str) -> tuple[int, str]:
    """The order in which layers are laid on each other; of two partners the later name lies above."""
    return (0 if layer == BUNDLED else 2 if layer == EDIT else 1), layer


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: the order of keys does not matter, true is not 1; ABSENT is only itself."""
    if one is ABSENT or other is ABSENT or isinstance(one, str):
        return one is other or (isinstance(one, str) and one == other)
    return type(one) is type(other) and canonical_json(one) == canonical_json(other)


def merged(subject: Subject) -> dict[str, Any]:
    """The fields of a thing over all layers."""
    fields: dict[str, Any] = {}
    for layer in sorted(subject.says, key=precedence):
        fields.update(subject.says[layer])
    return fields


def origins(subject: Subject) -> dict[str, str]:
    """The layer that each field of a thing comes from."""
    return {name: layer for layer in sorted(subject.says, key=precedence) for name in subject.says[layer]}


@cache
def required(kind: str) -> frozenset[str]:
    """The fields without which a record of a kind is only a remark about something that is not there."""
    mechanism, channels, corridors = schema.mechanism(), schema.channels(), schema.corridors()
    stakeholder = frozenset(schema.stakeholder()["required"]) - {"mandates"}
    lists = {"requirement": "requirements", "stage": "stages", "permit": "permits", "gap": "gaps", "question": "questions"}
    if kind in lists:
        return frozenset(mechanism["properties"][lists[kind]]["items"]["required"])
    if kind in ("channel", "network", "agreement"):
        return frozenset(channels["properties"][f"{kind}s"]["items"]["required"])
    return {
        "country": frozenset({"country", "mechanism"}),
        "source": frozenset(schema.source()["required"]),
        "stakeholder": stakeholder,
        "mandate": frozenset({"holder", *schema.mandate()["required"]}),
        "link": frozenset({"origin", *schema.link()["required"]}),
        "corridor": frozenset(corridors["properties"]["corridors"]["items"]["required"]),
    }[kind]


def shown(records: Iterable[Record]) -> list[Record]:
    """Of complete records, those that a directory shows (see `shows`)."""
    found = list(records)
    parts = {record.part for record in found if record.kind == "country"}
    bodies = {record.id for record in found if record.kind == "stakeholder"}
    return [record for record in found if shows(record, parts.__contains__, bodies.__contains__)]


def shows(record: Record, has_country: Callable[[str], bool], has_body: Callable[[str], bool]) -> bool:
    """Whether a directory shows a complete record, by which countries and bodies it has.

    A mandate or a link of a body that is not there is no record, nor is anything of the mechanism of a country that is not; it comes
    back when the base does. Bodies, their sources and what they require need no mechanism: partners' lists name bodies of countries that
    nobody has researched.
    """
    if record.kind not in _WITHOUT_MECHANISM and record.part != CROSS_BORDER and not has_country(record.part):
        return False
    return all(has_body(record.fields[end]) for end in _ENDS.get(record.kind, ()))


_WITHOUT_MECHANISM = frozenset({"source", "stakeholder", "mandate", "link", "requirement"})
_ENDS = {"mandate": ("holder",), "link": ("origin", "to")}


def view(state: State) -> list[Record]:
    """The records of a directory, in the order in which they came; see `record_of` and `shows` for what is none."""
    return shown(in_order(state.values()))


def in_order(subjects: Iterable[Subject]) -> Iterator[Record]:
    """The complete records of things, in the order in which a directory tells them."""
    found = (record_of(subject) for subject in sorted(subjects, key=lambda s: (s.part, s.position)))
    return (record for record in found if record is not None)


def record_of(subject: Subject) -> Record | None:
    """The record of a thing over all layers; None for what is left of it where its base was withdrawn (an edit of a body that a newer
    release no longer has): it comes back when the base does."""
    fields = merged(subject)
    return Record(subject.kind, subject.id, subject.part, fields) if fields and required(subject.kind) <= fields.keys() else None


def said(state: State, layer: str) -> list[Record]:
    """What one layer says by itself, as records (which need not be complete)."""
    subjects = sorted(state.values(), key=lambda s: (s.part, s.position))
    return [Record(s.kind, s.id, s.part, dict(s.says[layer])) for s in subjects if layer in s.says]
