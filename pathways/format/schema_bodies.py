"""The schema of sources and of bodies, with their contacts, mandates, deadlines and links."""

from __future__ import annotations

from pathways.format.schema_words import (
    AS_OF,
    BOOLEAN,
    CONDITION,
    COUNTRY,
    DATE,
    DURATION,
    ID,
    NOTE,
    SOURCES,
    TERRITORY,
    TEXT,
    YEAR,
    Schema,
    evidence_fields,
    many,
    one_of,
    record,
    validity_fields,
)


def source() -> Schema:
    """One source: what it is, who published it, when, where, and how far it was read."""
    return record(
        {"title": TEXT, "publisher": TEXT, "year": YEAR, "kind": ID},
        {"url": TEXT, "read": TEXT, "access": TEXT, "note": NOTE, "year_estimated": BOOLEAN, "read_at": TEXT, "audited": DATE},
    )


def deadline() -> Schema:
    """A length of time in a rule; its sources are those of the thing that it stands in, unless it names its own."""
    return record(
        {"duration": DURATION, "calendar": one_of("deadline_calendar"), "bound": one_of("deadline_bound"), "what": TEXT},
        {
            "from": TEXT,
            "event": one_of("deadline_event"),
            "by": many(ID, 1),
            "function": one_of("functions"),
            "when": CONDITION,
            "for_words": TEXT,
            "territory": many(TERRITORY, 1),
            "silence": one_of("silence"),
            "legal_basis": TEXT,
            "sources": SOURCES,
            **evidence_fields(),
            **validity_fields(),
        },
    )


def contact() -> Schema:
    """A contact point; its sources are those of the body's mandates, unless it names its own. `current: false`: not to be offered."""
    return record(
        {"type": {"enum": ["phone", "email", "website", "hours"]}, "value": TEXT},
        {
            "hours": TEXT,
            "cost": TEXT,
            "reachable_from_abroad": BOOLEAN,
            "territory": many(TERRITORY, 1),
            "visibility": one_of("visibility"),
            "current": BOOLEAN,
            "stale": BOOLEAN,
            "sources": SOURCES,
            **evidence_fields(),
        },
    )


def mandate() -> Schema:
    """One function of a body: for whom, where, on what basis, since when."""
    return record(
        {"function": one_of("functions"), "as_of": AS_OF, "sources": SOURCES},
        {
            "id": ID,
            "role": one_of("mandate_roles"),
            "serves": CONDITION,
            "excludes": CONDITION,
            "requires": many(ID, 1),
            "requires_note": TEXT,
            "ground": ID,
            "territory": many(TERRITORY, 1),
            "access": one_of("access"),
            "speed": one_of("speed"),
            "law_enforcement": BOOLEAN,
            "duty": TEXT,
            "partial": BOOLEAN,
            "operational": {"enum": ["unclear"]},
            "excluded_destinations": many(COUNTRY, 1),
            "capacity": {"type": "integer"},
            "capacity_as_of": YEAR,
            "capacity_split": {"type": "object", "additionalProperties": {"type": "integer"}},
            "capacity_planned": {"type": "integer"},
            "occupancy_avg": {"type": "number"},
            "occupancy_as_of": YEAR,
            "project_caseload": {"type": "integer"},
            "succeeded_by": ID,
            "legal_basis": TEXT,
            "deadlines": {"type": "array", "items": deadline(), "minItems": 1},
            **evidence_fields(),
            **validity_fields(),
        },
    )


def link() -> Schema:
    """A stated referral to another body."""
    return record(
        {"to": ID, "basis": one_of("referral_basis"), "functions": many(one_of("functions")), "sources": SOURCES},
        {"id": ID, "territory": many(TERRITORY, 1), "disclosure": one_of("disclosure"), **evidence_fields(), **validity_fields()},
    )


def stakeholder() -> Schema:
    """A body, or a class of bodies (one a place)."""
    former = record({"function": one_of("functions"), "sources": SOURCES}, {"succeeded_by": ID, **validity_fields()})
    return record(
        {
            "id": ID,
            "name": TEXT,
            "kind": one_of("kinds"),
            "territory": many(TERRITORY, 1),
            "mandates": {"type": "array", "items": mandate()},
        },
        {
            "name_local": TEXT,
            "scope": {"enum": ["single", "class"]},
            "instance_by": one_of("instance_by"),
            "instance_of": ID,
            "parent": ID,
            "parent_evidence": one_of("evidence"),
            "members": many(ID, 1),
            "operated_by": ID,
            "coordinated_by": ID,
            "chaired_by": ID,
            "succeeded_by": ID,
            "territory_note": TEXT,
            "territory_unconfirmed": many(TERRITORY, 1),
            "city": TEXT,
            "contacts": {"type": "array", "items": contact(), "minItems": 1},
            "contact_note": TEXT,
            "languages": many(TEXT, 1),
            "languages_note": TEXT,
            "specialised": BOOLEAN,
            "visibility": one_of("visibility"),
            "confidential_location": BOOLEAN,
            "confidential_note": TEXT,
            "operational": {"enum": ["unclear"]},
            "status_note": TEXT,
            "former_roles": {"type": "array", "items": former, "minItems": 1},
            "note": NOTE,
            "serves_note": TEXT,
            "sources": SOURCES,
            "refers_to": {"type": "array", "items": link(), "minItems": 1},
            **validity_fields(),
        },
    )
