"""Holds each record against the JSON Schema of the directory's files, and against what it refers to in the directory that would result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

import jsonschema_rs

from importers.holding import Holding
from importers.reading import Finding, Place, Read
from pathways import territories
from pathways.format import reader, schema
from pathways.format.reader import Document, link_id, mandate_id
from pathways.format.references import problems_of
from pathways.records import CROSS_BORDER, KINDS, Record
from pathways.stores.layers import required

_KINDS = tuple(kind for kind in KINDS if kind != "right")
"""What a file can hold; a right is made of permits and periods, and stands in no file."""
_RULES = {"source": "no-parent", "stakeholder": "no-parent", "requirement": "unknown-word", "stage": "no-parent"}
"""How the problems of references are called in an import's report."""


@cache
def record_schema(kind: str) -> schema.Schema:
    """The JSON Schema of the fields of one kind of record; KeyError for what is no kind of record."""
    mechanism, channels = schema.mechanism()["properties"], schema.channels()["properties"]
    lists = {"requirement": "requirements", "stage": "stages", "permit": "permits", "gap": "gaps", "question": "questions"}
    if kind in lists:
        found = mechanism[lists[kind]]["items"]
    elif kind in ("channel", "network", "agreement"):
        found = channels[f"{kind}s"]["items"]
    elif kind == "country":
        head = {name: mechanism[name] for name in ("country", "mechanism")}
        found = schema.record(head, {name: mechanism[name] for name in ("requirements_note", "proposed_functions")})
    elif kind == "source":
        found = schema.source()
    elif kind == "stakeholder":
        found = _without(schema.stakeholder(), "mandates", "refers_to")
    elif kind == "corridor":
        found = schema.corridors()["properties"]["corridors"]["items"]
    else:
        found = {"mandate": lambda: _with(schema.mandate(), "holder"), "link": lambda: _with(schema.link(), "origin")}[kind]()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "$defs": {"condition": schema.condition()}}


def _without(shape: schema.Schema, *names: str) -> schema.Schema:
    properties = {name: value for name, value in shape["properties"].items() if name not in names}
    return {**shape, "properties": properties, "required": [name for name in shape["required"] if name not in names]}


def _with(shape: schema.Schema, name: str) -> schema.Schema:
    return {**shape, "properties": {name: schema.ID, **shape["properties"]}, "required": [name, *shape["required"]]}


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(record_schema(kind))


def place_of(read: Read, path: Sequence[Any]) -> Place:
    """Where a value of a record stood: its own place, else that of the record with the path to the value."""
    words = [str(step) for step in path]
    for length in range(len(words), 0, -1):
        if found := read.places.get("/".join(words[:length])):
            return found
    place = read.place
    return place if place.column or not words else Place(place.file, place.sheet, place.row, "/".join(words))


def shape(read: Read) -> Iterator[Finding]:
    """What is wrong with a record by itself: its kind, its id, its fields."""
    record = read.record
    if record.kind not in _KINDS:
        yield Finding("broken", "error", read.place, f"{record.kind!r} is no kind of record", "one of " + ", ".join(_KINDS))
        return
    problems = list(_fields(read))
    yield from problems or _identity(read)


def _fields(read: Read) -> Iterator[Finding]:
    for error in _validator(read.record.kind).iter_errors(dict(read.record.fields)):
        path, kind = tuple(error.instance_path), cast(Any, error.kind)
        name = kind.name
        place = place_of(read, path)
        if name == "required" and not path and read.record.kind == "stakeholder":
            continue  # a body that the directory knows need not be described again: see `incomplete`
        if name == "required":
            missing = str(kind.property)
            yield Finding("missing", "error", place_of(read, (*path, missing)), f"{missing} of a {read.record.kind} is missing", "give it")
        elif name == "enum":
            value = str(error.instance)
            text = f"{value!r} is not a word of {_field(path)}"
            yield Finding("unknown-word", "error", place, text, _accepted(error.instance, kind.options), value)
        elif name == "additionalProperties":
            text = f"{', '.join(map(repr, kind.unexpected))} is no field of a {read.record.kind}"
            yield Finding("unknown-column", "error", place, text, "leave it out, or write it into a field that there is")
        else:
            value = str(error.instance)
            text = f"not a value of {_field(path)}: {_plain(name, str(error.message))}"
            yield Finding("wrong-value", "error", place, text, "correct it", value)


def incomplete(read: Read, others: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """What a body lacks that the directory does not know: `others` are the kinds and ids that it has without the file."""
    if read.record.kind == "stakeholder" and read.record.key not in others:
        for field in sorted(required("stakeholder") - read.record.fields.keys()):
            text = f"{field} is missing, and the directory does not know the body"
            yield Finding("missing", "error", place_of(read, (field,)), text, "give it, or leave the body out", read.record.id)


def _field(path: Sequence[Any]) -> str:
    return "/".join(str(step) for step in path if not isinstance(step, int)) or "the record"


def _accepted(value: Any, options: Any) -> str:
    from pathways.format.shape import accepted

    return accepted(value, options)


def _plain(name: str, message: str) -> str:
    """The words of the schema, without the value that they repeat: equal mistakes are then one finding."""
    return {
        "pattern": "it is not written as it must be",
        "type": "it is of another kind",
        "minLength": "it is empty",
        "uniqueItems": "an entry stands twice",
        "minItems": "it is empty",
    }.get(name, message[:200])


def _identity(read: Read) -> Iterator[Finding]:
    """A record's part, and that its id is the one that its fields give, so that it can be written out and read again."""
    record = read.record
    if record.part != CROSS_BORDER and not territories.is_country(record.part):
        yield Finding("wrong-value", "error", read.place, f"{record.part!r} is not a country", "a code of ISO 3166-1 with two letters")
        return
    expected = _expected(record)
    if record.id != expected:
        yield Finding("broken", "error", read.place, f"a {record.kind} has an id that its fields do not give", f"{expected}", record.id)
    if record.kind == "stakeholder" and record.part == CROSS_BORDER:
        yield Finding("broken", "error", read.place, "a body belongs to a country", "say the country of the list, or of the body")


def _expected(record: Record) -> str:
    """The id that the fields of a record give it."""
    f, prefix = record.fields, record.part.lower()
    if record.kind == "source":
        return record.id if record.id.startswith(f"{prefix}-") and len(record.id) > len(prefix) + 1 else f"{prefix}-…"
    if record.kind == "mandate":
        return mandate_id(f["holder"], f)
    if record.kind == "link":
        return link_id(f["origin"], f)
    if record.kind == "corridor":
        return f"{f['from']}-{f['to']}".lower()
    if record.kind == "country":
        return record.part
    if record.kind == "requirement":
        return f"{prefix}.{f['word']}"
    return f"{prefix}.{f['id']}" if record.kind in ("stage", "permit", "gap", "question") else str(f.get("id", record.id))


class _Known(Collection[str]):
    """The ids of one kind that may be named: those of the file, and those that the directory has without it. Not listed, only asked."""

    def __init__(self, kind: str, holding: Holding, elsewhere: Collection[str]) -> None:
        self._kind, self._holding, self._elsewhere = kind, holding, elsewhere

    def __contains__(self, identity: object) -> bool:
        return identity in self._elsewhere or (isinstance(identity, str) and self._holding.has(self._kind, identity))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Paths(Document):
    """Keeps the path of each problem in the place of a line."""

    def finding(self, path: Sequence[Any], rule: str, message: str, severity: str = "error") -> reader.Finding:
        return reader.Finding(severity, rule, "/".join(map(str, path)), message)


def known_ids(holding: Holding, elsewhere: Mapping[str, Collection[str]]) -> Mapping[str, Collection[str]]:
    """The ids that a file's records may name, by kind; `elsewhere`: those of the directory without the file's last state."""
    return {kind: _Known(kind, holding, elsewhere.get(kind, frozenset())) for kind in KINDS}


def references(read: Read, known: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """What a record refers to that neither the file nor the directory holds, and conditions and territories that are none."""
    document = _Paths(read.place.file, "", None)
    for problem in problems_of(read.record, document, (), known):
        path = [step for step in problem.where.split("/") if step]
        rule = _RULES.get(problem.rule, "wrong-value")
        text, _, todo = problem.message.partition("; ")
        if rule != "wrong-value":
            todo = "name one that the file or the directory holds"
        yield Finding(rule, "error", place_of(read, path), text, todo)
    yield from _ends(read.record, read, known)


def _ends(record: Record, read: Read, known: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """The body that a mandate or a link belongs to."""
    for kind, key in (("mandate", "holder"), ("link", "origin")):
        if record.kind == kind and record.fields[key] not in known["stakeholder"]:
            text = f"{record.fields[key]!r}, whose {kind} it is, is neither in the file nor in the directory"
            yield Finding("no-parent", "error", place_of(read, (key,)), text, "add the body, or leave this out", record.id)
