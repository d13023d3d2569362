"""What the schemas of all files are made of: texts, ids, dates, words of a list, records, conditions."""

from __future__ import annotations

from functools import cache
from typing import Any

from pathways import vocabulary

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
NOTE: Schema = {"type": "string"}
ID: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"}
SOURCE_REF: Schema = {"type": "string", "pattern": "^([A-Z]{2}:)?[A-Za-z0-9][A-Za-z0-9._-]*$"}
DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
YEAR: Schema = {"type": ["integer", "null"], "minimum": 1900, "maximum": 2100}
AS_OF: Schema = {"anyOf": [YEAR, DATE]}
COUNTRY: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
TERRITORY: Schema = {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"}
BOOLEAN: Schema = {"type": "boolean"}
DURATION: Schema = {"type": "string", "pattern": "^P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T[0-9]+H)?$"}
CONDITION: Schema = {"$ref": "#/$defs/condition"}


def one_of(name: str) -> Schema:
    """A word of a controlled list."""
    return {"enum": list(vocabulary.words(name))}


def many(item: Schema, least: int = 0) -> Schema:
    """A list of items, none twice."""
    return {"type": "array", "items": item, "minItems": least, "uniqueItems": True}


def record(required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
    """A mapping with exactly these keys."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required), "additionalProperties": False}


def file(properties: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """The content of a file: exactly these keys."""
    return record(properties, optional or {})


SOURCES: Schema = many(SOURCE_REF, 1)
UNSOURCED_ONLY_IF_NOT_FOUND: Schema = {
    "if": {"not": {"required": ["sources"]}},
    "then": {"properties": {"evidence": {"enum": ["not-found", "unverified"]}}, "required": ["evidence"]},
}
"""What is not found in any text has no source; everything else has."""


def evidence_fields() -> dict[str, Schema]:
    """How sure a statement is, since when, and who has looked."""
    return {"evidence": one_of("evidence"), "evidence_of": NOTE, "as_of": AS_OF, "audited": DATE, "note": NOTE}


def validity_fields() -> dict[str, Schema]:
    """From when to when something is in force."""
    return {"valid_from": DATE, "valid_to": DATE}


@cache
def condition() -> Schema:
    """The language of conditions, for editors; the exact check of values is made by `pathways.conditions.parse`."""
    return {
        "oneOf": [
            record({"fact": {"enum": list(vocabulary.facts())}, "in": {"type": "array", "minItems": 1}}, {}),
            record({"fact": {"enum": list(vocabulary.facts())}, "at_least": {"type": "integer"}}, {}),
            record({"fact": {"enum": list(vocabulary.facts())}, "at_most": {"type": "integer"}}, {}),
            record({"all": {"type": "array", "items": CONDITION, "minItems": 1}}, {}),
            record({"any": {"type": "array", "items": CONDITION, "minItems": 1}}, {}),
            record({"not": CONDITION}, {}),
        ]
    }
