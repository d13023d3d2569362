"""Our profile of HSDS 3: five more tables that say what HSDS has no field for, column by column as in the directory's own format.

`bodies` goes with an organization, `mandates` with a service, `referrals` with the organization that refers; `requirements` (what the words
in a mandate's `requires` mean) and `sources` stand for themselves.
What is a text in the format is a text here; everything else (lists, conditions, numbers, true and false) is JSON in its column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Read
from pathways.format import schema
from pathways.records import Record

TABLES: Mapping[str, str] = {
    "bodies": "body",
    "mandates": "mandate",
    "referrals": "referral",
    "requirements": "requirement",
    "sources": "source",
}
"""The tables of the profile and the kinds of their rows here."""

RECORDS: Mapping[str, str] = {
    "source": "source",
    "requirement": "requirement",
    "body": "stakeholder",
    "mandate": "mandate",
    "referral": "link",
}
"""The kind of record that a row of each table is; in the order in which they are read."""

ABOVE: Mapping[str, str] = {"body": "organization", "mandate": "service", "referral": "organization"}
"""What a row goes with, in HSDS."""

_RENAMED = {"mandate": {"id": "local_id"}, "referral": {"id": "local_id"}, "body": {"id": "record_id"}}
"""`id` is the UUID of a row; the id in the directory, or within its body, has a column of its own."""


_SHAPES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "source": schema.source,
    "requirement": schema.requirement,
    "body": schema.stakeholder,
    "mandate": schema.mandate,
    "referral": schema.link,
}


@cache
def shape(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of the record of a row."""
    made = _SHAPES[kind]()
    properties = {name: value for name, value in made["properties"].items() if name not in ("mandates", "refers_to")}
    required = [name for name in made["required"] if name not in ("mandates", "refers_to")]
    if kind == "mandate":
        properties, required = {"holder": schema.ID, **properties}, ["holder", *required]
    if kind == "referral":
        properties, required = {"origin": schema.ID, **properties}, ["origin", *required]
    return {**made, "properties": properties, "required": required}


@cache
def columns(kind: str) -> Mapping[str, tuple[str, bool]]:
    """The columns of a table of the profile: the field that each holds, and whether it is a text (else JSON)."""
    renamed = _RENAMED.get(kind, {})
    made = {
        renamed.get(name, name): (name, value.get("type") == "string" or _words(value)) for name, value in shape(kind)["properties"].items()
    }
    return made if "record_id" in made else {"record_id": ("", True), **made}


def _words(value: Mapping[str, Any]) -> bool:
    return "enum" in value and all(isinstance(word, str) for word in value["enum"])


def extra() -> dict[str, frozenset[str]]:
    """The fields of the profile's tables, for whoever takes rows in."""
    return {kind: frozenset({"id", "part", f"{ABOVE.get(kind, '')}_id", *columns(kind)}) - {"_id"} for kind in TABLES.values()}


def to_row(kind: str, record: Record) -> dict[str, str]:
    """The columns of a record, without those that tie the row to HSDS."""
    row = {"record_id": record.id, "part": record.part}
    for column, (field, is_text) in columns(kind).items():
        if field and field in record.fields:
            value = record.fields[field]
            row[column] = value if is_text else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return row


def has(tables: Tables) -> bool:
    """Whether the file has the profile's tables."""
    return tables.count("body") > 0 or tables.count("source") > 0


def covers(tables: Tables, organization: Row) -> bool:
    """Whether the record of an organization stands in the profile's tables."""
    return bool(tables.below(organization).get("body"))


def read(tables: Tables) -> Iterator[Read | Finding]:
    """The records of the profile's tables."""
    for kind, record_kind in RECORDS.items():
        for row in tables.each(kind):
            found = _record(kind, record_kind, row)
            if isinstance(found, Finding):
                yield found
                continue
            above = row.text(f"{ABOVE.get(kind, '')}_id")
            yield Read(found, row.place, {}, ((f"hsds:{ABOVE[kind]}", above),) if above and kind in ABOVE else ())


def _record(kind: str, record_kind: str, row: Row) -> Record | Finding:
    fields: dict[str, Any] = {}
    for column, (field, is_text) in columns(kind).items():
        value = row.data.get(column)
        if not field or column not in row.data or (value == "" and row.place.row is not None):
            continue
        try:
            fields[field] = json.loads(str(value)) if row.place.row is not None and not is_text else value
        except ValueError:
            return Finding("wrong-value", "error", row.at(column), f"{column} is not JSON", "JSON, as in the profile", str(value)[:80])
    if not row.text("record_id") or not row.text("part"):
        return Finding("missing", "error", row.at("record_id"), f"a row of the table of the profile ({kind}) without record_id or part")
    problem = next(iter(_validator(kind).iter_errors(fields)), None)
    if problem is not None:
        where = ".".join(map(str, problem.instance_path)) or "record_id"
        return Finding("wrong-value", "error", row.at(where), f"{where}: {problem.message[:200]}", "see the profile")
    return Record(record_kind, row.text("record_id"), row.text("part"), fields)


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**shape(kind), "$defs": {"condition": schema.condition()}})
