"""The schema of a country's mechanism: its head, requirements, stages, permits, gaps and what is still open."""

from __future__ import annotations

from pathways import vocabulary
from pathways.format.schema_bodies import deadline
from pathways.format.schema_words import (
    AS_OF,
    BOOLEAN,
    CONDITION,
    COUNTRY,
    DATE,
    ID,
    NOTE,
    SOURCES,
    TERRITORY,
    TEXT,
    UNSOURCED_ONLY_IF_NOT_FOUND,
    YEAR,
    Schema,
    evidence_fields,
    file,
    many,
    one_of,
    record,
    validity_fields,
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
            **evidence_fields(),
            **validity_fields(),
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
    return file({"requirements": {"type": "array", "items": requirement()}})


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
            **evidence_fields(),
            **validity_fields(),
        },
    )


def gap() -> Schema:
    """What a source says that a country lacks; functions and `when` where its words say for what and for whom."""
    return {
        **record(
            {"id": ID, "gap": TEXT}, {"functions": many(one_of("functions"), 1), "when": CONDITION, "sources": SOURCES, **evidence_fields()}
        ),
        **UNSOURCED_ONLY_IF_NOT_FOUND,
    }


def consequence() -> Schema:
    """What a source says that a contact with some kinds of body can lead to in this country."""
    return record(
        {"code": one_of("consequences"), "kinds": many(one_of("kinds"), 1), "text": TEXT, "sources": SOURCES},
        {"when": CONDITION, "law_enforcement": BOOLEAN, "legal_basis": TEXT, **evidence_fields()},
    )


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
            **evidence_fields(),
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
        "consequences": {"type": "array", "items": consequence(), "minItems": 1},
    }
    proposed = record({"id": ID}, {"group": TEXT, "why": TEXT, "title": TEXT, "note": NOTE, "what": TEXT, "now": TEXT})
    return file(
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
