"""What a record is in the graph: one node, what hangs on it, and the relationships that it states.

A value of a record becomes a property of the same name where Neo4j can hold it (text, number, yes or no, a list of these). What has a
meaning of its own becomes a node or a relationship. Conditions stay JSON text, beside plain properties that say whom they turn away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pathways import conditions, vocabulary
from pathways.records import Record, canonical_json

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A node; `kind` names the query that writes it. Its properties have a `key`, and `of` where it is a detail of another."""

    kind: str
    properties: Properties


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship, by the keys of its ends."""

    type: str
    start: str
    end: str
    properties: Properties = field(default_factory=dict)


def key(kind: str, identity: str) -> str:
    """The key of a thing in the graph; unique over all kinds."""
    return f"{kind}/{identity}"


def key_of(record: Record) -> str:
    """The key of a record's thing."""
    return key(record.kind, record.id)


PLAIN: Mapping[str, tuple[str, ...]] = {
    "source": ("title", "publisher", "year", "url", "kind", "read", "access", "note", "year_estimated", "read_at", "audited"),
    "requirement": ("word", "consent", "housed", "or_else", "note"),
    "stakeholder": (
        *(
            "name",
            "name_local",
            "kind",
            "scope",
            "instance_by",
            "city",
            "languages",
            "languages_note",
            "specialised",
            "visibility",
            "confidential_location",
            "confidential_note",
        ),
        *(
            "operational",
            "status_note",
            "territory_note",
            "territory_unconfirmed",
            "parent_evidence",
            "contact_note",
            "serves_note",
            "note",
            "valid_from",
            "valid_to",
        ),
    ),
    "mandate": (
        *(
            "function",
            "role",
            "ground",
            "requires_note",
            "access",
            "speed",
            "law_enforcement",
            "duty",
            "partial",
            "operational",
            "excluded_destinations",
            "capacity",
            "capacity_as_of",
        ),
        *("capacity_planned", "occupancy_avg", "occupancy_as_of", "project_caseload", "succeeded_by", "legal_basis"),
        *("evidence", "evidence_of", "audited", "note", "valid_from", "valid_to"),
    ),
    "link": (
        "basis",
        "functions",
        "sources",
        "territory",
        "disclosure",
        "evidence",
        "evidence_of",
        "audited",
        "note",
        "valid_from",
        "valid_to",
    ),
    "stage": (
        *(
            "title",
            "canonical",
            "track",
            "when",
            "consent_required",
            "merged",
            "consent",
            "condition_evidence",
            "condition_note",
            "consent_note",
            "deadline_note",
            "excluded_destinations",
        ),
        *("legal_basis", "note_sources", "evidence", "evidence_of", "audited", "note", "valid_from", "valid_to"),
    ),
    "permit": (
        *(
            "name",
            "for",
            "duration",
            "requires_cooperation",
            "function_ground",
            "cooperation_note",
            "discretionary",
            "incomplete",
            "legal_basis",
        ),
        *("evidence", "evidence_of", "audited", "note", "valid_from", "valid_to"),
    ),
    "gap": ("gap", "evidence", "evidence_of", "audited", "note"),
    "question": ("about", "basis", "from", "question", "claim"),
    "channel": (
        *(
            "kind",
            "scope",
            "stages",
            "stages_evidence",
            "direction",
            "basis",
            "active_from",
            "active_from_note",
            "active_until",
            "active_until_note",
            "state",
            "disclosure",
        ),
        *("disclosure_note", "evidence", "evidence_of", "audited", "note"),
    ),
    "network": (
        "name",
        "basis",
        "for_return",
        "functions_evidence",
        "limits",
        "active_from",
        "active_until",
        "evidence",
        "evidence_of",
        "audited",
        "note",
    ),
    "agreement": ("parties", "kind", "effect", "state", "what", "note"),
    "corridor": ("state", "missing_stages", "no_body", "risks", "documented_for", "note"),
    "country": ("requirements_note",),
    "deadline": (
        *(
            "duration",
            "calendar",
            "bound",
            "what",
            "from",
            "event",
            "function",
            "for_words",
            "territory",
            "silence",
            "legal_basis",
            "sources",
        ),
        *("evidence", "evidence_of", "audited", "note", "valid_from", "valid_to"),
    ),
    "contact": (
        "type",
        "value",
        "hours",
        "cost",
        "reachable_from_abroad",
        "territory",
        "visibility",
        "current",
        "stale",
        "sources",
        "evidence",
        "evidence_of",
        "audited",
        "note",
    ),
    "emergency": ("number", "what", "sources", "evidence", "note"),
}
"""The fields of each kind that become properties under their own name."""


def plain(kind: str, fields: Mapping[str, Any]) -> Properties:
    """The properties of a kind that stand in a record as they are, with the year of `as_of`."""
    found = {name: fields[name] for name in PLAIN[kind] if fields.get(name) is not None and fields[name] != []}
    if (year := str(fields.get("as_of") or "")[:4]).isdecimal():
        found["as_of"] = int(year)
    return found


def text_of(data: Any) -> str:
    """A value without a shape of its own, as JSON text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def condition(name: str, fields: Mapping[str, Any]) -> Properties:
    """A condition as JSON text, under its name with `_condition`; nothing where there is none."""
    return {f"{name}_condition": canonical_json(fields[name])} if fields.get(name) else {}


def whom(fields: Mapping[str, Any]) -> Properties:
    """Whom a mandate does not turn away where nothing else is known of her: the plain reading of `serves` and `excludes`.

    `serves_groups` has each age with each gender (`adult male`); a mandate for women and for boys is in none of the others whole.
    """
    return dict(_whom(canonical_json(fields.get("serves")), canonical_json(fields.get("excludes"))))


@lru_cache(maxsize=4096)
def _whom(serves: str, excludes: str) -> Properties:
    takes = [conditions.parse(json.loads(serves))] if serves != "null" else []
    refuses = [conditions.parse(json.loads(excludes))] if excludes != "null" else []

    def served(**facts: Any) -> bool:
        return all(c.evaluate(facts) is not False for c in takes) and not any(c.evaluate(facts) for c in refuses)

    genders = [gender for gender in vocabulary.words("gender") if gender != "unknown"]
    return {
        "serves_gender": [gender for gender in genders if served(gender=gender)],
        "serves_child": served(**_AGES["child"]),
        "serves_adult": served(**_AGES["adult"]),
        "serves_exploitation": [kind for kind in vocabulary.words("exploitation") if served(exploitation=frozenset({kind}))],
        "serves_groups": [f"{age} {gender}" for age, facts in _AGES.items() for gender in genders if served(gender=gender, **facts)],
    }


_AGES: Mapping[str, Mapping[str, Any]] = {
    "child": {"is_child": True, "age_group": "child"},
    "adult": {"is_child": False, "age_group": "adult"},
}


def stated_by(start: str, fields: Mapping[str, Any], name: str = "sources", about: str = "") -> Iterator[Edge]:
    """Who says so: one relationship a source, with the strength of the evidence."""
    said = {"evidence": fields.get("evidence", "stated")} | ({"about": about} if about else {})
    for source in fields.get(name, ()):
        yield Edge("STATED_BY", start, key("source", source), said)


def to_each(type_: str, start: str, kind: str, ids: Any, **properties: Any) -> Iterator[Edge]:
    """One relationship to each of some things of a kind; a single id and None are taken too."""
    for identity in (ids,) if isinstance(ids, str) else ids or ():
        yield Edge(type_, start, key(kind, identity), {name: value for name, value in properties.items() if value not in (None, "", [])})
