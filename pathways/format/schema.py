"""The JSON Schema of each file of a directory, built from the vocabulary and published in `docs/schema/`.

Unknown keys are refused everywhere. References (sources, bodies, stages, territories) and conditions are checked after the shape, by
`pathways.format.references`, because a schema cannot see other files.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pathways import vocabulary

Schema = dict[str, Any]

FILES = ("sources", "stakeholders", "mechanism", "channels", "corridors", "requirements")
"""The files of a folder, by their first name; a country has the first three, the folder of the channels between countries the next two.
A country whose mechanism nobody has researched has `requirements` in its place, where its bodies require something."""

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


def _file(properties: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return record(properties, optional or {})


SOURCES: Schema = many(SOURCE_REF, 1)
UNSOURCED_ONLY_IF_NOT_FOUND: Schema = {
    "if": {"not": {"required": ["sources"]}},
    "then": {"properties": {"evidence": {"enum": ["not-found", "unverified"]}}, "required": ["evidence"]},
}
"""What is not found in any text has no source; everything else has."""


def _evidence() -> dict[str, Schema]:
    return {"evidence": one_of("evidence"), "evidence_of": NOTE, "as_of": AS_OF, "audited": DATE, "note": NOTE}


def _validity() -> dict[str, Schema]:
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
            **_evidence(),
            **_validity(),
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
            **_evidence(),
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
            **_evidence(),
            **_validity(),
        },
    )


def link() -> Schema:
    """A stated referral to another body."""
    return record(
        {"to": ID, "basis": one_of("referral_basis"), "functions": many(one_of("functions")), "sources": SOURCES},
        {"id": ID, "territory": many(TERRITORY, 1), "disclosure": one_of("disclosure"), **_evidence(), **_validity()},
    )


def stakeholder() -> Schema:
    """A body, or a class of bodies (one a place)."""
    former = record({"function": one_of("functions"), "sources": SOURCES}, {"succeeded_by": ID, **_validity()})
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
            **_validity(),
        },
    )


def transition() -> Schema:
    """A way to the next stage; its sources are those of the stage that it leaves, unless it names its own."""
    return record(
        {"to": ID},
        {
            "when": CONDITION,
            "outcome": {"enum": ["granted", *vocabulary.words("branch_outcomes")]},
            "consent": many(one_of("consents"), 1),
            "note": NOTE,
            "sources": SOURCES,
        },
    )


def stage() -> Schema:
    """A step of a country's mechanism; `when` is the rule in words, `applies` and `gate` what can be computed of it."""
    return record(
        {
            "id": ID,
            "title": TEXT,
            "canonical": one_of("canonical_stages"),
            "track": {"enum": ["main", "parallel"]},
            "functions": many(one_of("functions")),
            "lead": many(ID),
            "when": NOTE,
            "consent_required": {"enum": ["yes", "no", "unknown"]},
            "next": {"type": "array", "items": transition()},
            "sources": SOURCES,
        },
        {
            "merged": many(one_of("canonical_stages"), 1),
            "support": many(ID, 1),
            "applies": CONDITION,
            "gate": CONDITION,
            "consent": many(one_of("consents")),
            "condition_evidence": {"enum": ["stated", "inferred", "conflicting"]},
            "condition_note": TEXT,
            "consent_note": TEXT,
            "deadlines": {"type": "array", "items": deadline(), "minItems": 1},
            "deadline_note": TEXT,
            "territory": many(TERRITORY, 1),
            "excluded_destinations": many(COUNTRY, 1),
            "legal_basis": TEXT,
            "note_sources": SOURCES,
            **_evidence(),
            **_validity(),
        },
    )


def requirement() -> Schema:
    """What a word in `requires` means: the condition, earlier step, consent or house that meets it, or that it stays conditional."""
    return record(
        {"word": ID},
        {"meets": CONDITION, "met_by": many(one_of("functions"), 1), "consent": BOOLEAN, "housed": BOOLEAN, "or_else": TEXT, "note": NOTE},
    )


def requirements() -> Schema:
    """What the words in `requires` mean, of a country whose mechanism nobody has researched."""
    return _file({"requirements": {"type": "array", "items": requirement()}})


def permit() -> Schema:
    """A right to stay: for whom, how long, who decides, whether it needs cooperation."""
    return record(
        {
            "id": ID,
            "name": TEXT,
            "for": NOTE,
            "duration": {"type": ["string", "null"]},
            "requires_cooperation": {"enum": ["yes", "no", "unknown"]},
            "sources": SOURCES,
        },
        {
            "when": CONDITION,
            "function_ground": ID,
            "cooperation_note": TEXT,
            "decided_by": many(ID),
            "applied_at": many(ID, 1),
            "needs_opinion_of": many(ID, 1),
            "discretionary": BOOLEAN,
            "incomplete": many(TEXT, 1),
            "legal_basis": TEXT,
            **_evidence(),
            **_validity(),
        },
    )


def gap() -> Schema:
    """What a source says that a country lacks; functions and `when` where its words say for what and for whom."""
    return {
        **record(
            {"id": ID, "gap": TEXT}, {"functions": many(one_of("functions"), 1), "when": CONDITION, "sources": SOURCES, **_evidence()}
        ),
        **UNSOURCED_ONLY_IF_NOT_FOUND,
    }


def question() -> Schema:
    """What the research left open: not a fact."""
    return record({"id": ID, "about": TEXT, "basis": TEXT, "from": TEXT}, {"question": TEXT, "claim": TEXT})


def _reflection() -> Schema:
    group = record({"who": TEXT, "duration": TEXT}, {"min_days": {"type": "integer"}, "max_days": {"type": "integer"}})
    variant = record(
        {"territory": many(TERRITORY, 1), "min_days": {"type": "integer"}, "sources": SOURCES}, {"legal_basis": TEXT, "note": NOTE}
    )
    block = record(
        {"extendable": {"enum": ["yes", "no", "unknown"]}},
        {
            "sources": SOURCES,
            "min_days": {"type": ["integer", "null"]},
            "max_days": {"type": ["integer", "null"]},
            "who": many(TEXT),
            "granted_by": many(ID, 1),
            "conditions": NOTE,
            "when": CONDITION,
            "legal_basis": TEXT,
            "by_group": {"type": "array", "items": group},
            "territorial_variants": {"type": "array", "items": variant},
            "deadlines": {"type": "array", "items": deadline(), "minItems": 1},
            **_evidence(),
        },
    )
    return {**block, **UNSOURCED_ONLY_IF_NOT_FOUND}


def _blocks() -> dict[str, Schema]:
    ids = many(ID)
    formal = record(
        {"exists": {"enum": [True, False, "partial"]}, "instrument": TEXT, "sources": SOURCES},
        {"since": YEAR, "note": NOTE, "as_of": AS_OF},
    )
    children = record(
        {"pathway": TEXT, "guardian": TEXT, "placement": TEXT, "sources": SOURCES}, {"legal_aid": TEXT, "note": NOTE, "as_of": AS_OF}
    )
    asylum = record(
        {"sources": SOURCES},
        {"how": TEXT, "authority": ids, "identification_in_asylum": ids, "legal_basis": TEXT, "note": NOTE, "as_of": AS_OF},
    )
    returning = record(
        {
            "authority": ids,
            "programme": {"type": ["string", "null"]},
            "steps": {"type": ["string", "null"]},
            "partners": many(TEXT),
            "sources": SOURCES,
        },
        {"limits": TEXT, "excluded_destinations": many(COUNTRY, 1), "note": NOTE, "as_of": AS_OF, "audited": DATE},
    )
    compensation = record(
        {"scheme": TEXT, "authority": ids, "sources": SOURCES}, {"conditions": TEXT, "note": NOTE, "as_of": AS_OF, "audited": DATE}
    )
    return {
        "formal_nrm": formal,
        "national_coordinator": ID,
        "competent_authority": ids,
        "who_may_detect": many(TEXT),
        "reflection_period": _reflection(),
        "children": children,
        "asylum_link": asylum,
        "return_and_reintegration": returning,
        "compensation": compensation,
    }


def mechanism() -> Schema:
    """A country's mechanism file: its head, the requirements, the stages, the permits, the gaps, what is still open."""
    emergency = record({"number": TEXT, "what": TEXT, "as_of": AS_OF, "sources": SOURCES}, {"evidence": one_of("evidence"), "note": NOTE})
    country = record(
        {
            "code": COUNTRY,
            "name": TEXT,
            "name_local": TEXT,
            "languages": many(TEXT, 1),
            "emergency": {"type": "array", "items": emergency, "minItems": 1},
        },
        {"researched": DATE, "reading_limits": NOTE, "reading_note": NOTE},
    )
    notes = {
        "competent_authority_note": NOTE,
        "competent_authority_sources": SOURCES,
        "who_may_detect_note": NOTE,
        "who_may_detect_sources": SOURCES,
    }
    proposed = record({"id": ID}, {"group": TEXT, "why": TEXT, "title": TEXT, "note": NOTE, "what": TEXT, "now": TEXT})
    return _file(
        {
            "country": country,
            "requirements": {"type": "array", "items": requirement()},
            "mechanism": record(_blocks(), notes),
            "stages": {"type": "array", "items": stage(), "minItems": 1},
            "permits": {"type": "array", "items": permit()},
            "gaps": {"type": "array", "items": gap()},
            "questions": {"type": "array", "items": question()},
        },
        {"requirements_note": NOTE, "proposed_functions": {"type": "array", "items": proposed}},
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
            **_evidence(),
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
        {"functions_evidence": one_of("evidence"), "limits": NOTE, "active_from": when, "active_until": when, **_evidence()},
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
    return _file(
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
    return _file({"corridors": {"type": "array", "items": corridor}})


@cache
def file_schema(name: str) -> Schema:
    """The whole JSON Schema (draft 2020-12) of one kind of file; KeyError for a file that a directory does not have."""
    sources = _file({"sources": {"type": "object", "propertyNames": SOURCE_REF, "additionalProperties": source()}})
    built = {
        "sources": lambda: sources,
        "stakeholders": lambda: _file({"stakeholders": {"type": "array", "items": stakeholder()}}),
        "mechanism": mechanism,
        "channels": channels,
        "corridors": corridors,
        "requirements": requirements,
    }[name]()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Referral Pathways directory: {name}.yaml"}
    return {**head, **built, "$defs": {"condition": condition()}}
