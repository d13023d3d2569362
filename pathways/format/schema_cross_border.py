"""The schema of what lies between countries: channels, networks, agreements, corridors."""

from __future__ import annotations

from pathways.format.schema_words import (
    AS_OF,
    BOOLEAN,
    CONDITION,
    COUNTRY,
    ID,
    NOTE,
    SOURCES,
    TEXT,
    Schema,
    evidence_fields,
    file,
    many,
    one_of,
    record,
)


def channels() -> Schema:
    """The channels between countries, the networks and the agreements."""
    end = record({"country": {"type": "string", "pattern": "^([A-Z]{2}|any|other)$"}}, {"body": {"type": ["string", "null"]}, "name": NOTE})
    when: Schema = {"type": ["string", "null"], "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    channel = record(
        {
            "id": ID,
            "kind": ID,
            "scope": {"enum": ["pair", "programme", "open-door"]},
            "from": end,
            "to": end,
            "stages": many(one_of("canonical_stages")),
            "direction": {"enum": ["one-way", "two-way"]},
            "basis": one_of("referral_basis"),
            "active_from": when,
            "active_until": when,
            "state": {"enum": ["active", "unclear", "ended", "suspended"]},
            "disclosure": one_of("disclosure"),
            "sources": SOURCES,
        },
        {
            "partners": many(ID),
            "stages_evidence": one_of("evidence"),
            "serves": CONDITION,
            "active_from_note": TEXT,
            "active_until_note": TEXT,
            "disclosure_note": TEXT,
            **evidence_fields(),
        },
    )
    network = record(
        {
            "id": ID,
            "name": TEXT,
            "members": many(ID),
            "functions": many(one_of("functions")),
            "basis": one_of("referral_basis"),
            "for_return": BOOLEAN,
            "sources": SOURCES,
        },
        {"functions_evidence": one_of("evidence"), "limits": NOTE, "active_from": when, "active_until": when, **evidence_fields()},
    )
    agreement = record(
        {
            "id": ID,
            "parties": many(TEXT, 1),
            "kind": ID,
            "effect": {"enum": ["risk", "frame", "both", "stop"]},
            "state": TEXT,
            "what": TEXT,
            "sources": SOURCES,
        },
        {"note": NOTE},
    )
    return file(
        {
            "channels": {"type": "array", "items": channel},
            "networks": {"type": "array", "items": network},
            "agreements": {"type": "array", "items": agreement},
        }
    )


def corridors() -> Schema:
    """The state of every ordered pair of countries, as the research found it."""
    corridor = record(
        {
            "from": COUNTRY,
            "to": COUNTRY,
            "state": {"enum": ["documented", "network-only", "none-found"]},
            "as_of": AS_OF,
            "channels": many(ID),
            "networks": many(ID),
            "missing_stages": many(one_of("canonical_stages")),
            "no_body": many(one_of("canonical_stages")),
            "risks": many(ID),
            "note": NOTE,
        },
        {"limited_stages": {"type": "object", "additionalProperties": many(TEXT, 1)}, "documented_for": TEXT},
    )
    return file({"corridors": {"type": "array", "items": corridor}})
