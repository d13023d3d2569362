"""The shape of a pathway, for the API's document; what makes it is the planner."""

from __future__ import annotations

from typing import Any

from pathways.vocabulary import words

Json = dict[str, Any]


def _object(properties: Json, required: list[str] | None = None, description: str = "") -> Json:
    found: Json = {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return found | ({"description": description} if description else {})


def _list(items: Json, description: str = "") -> Json:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
FLAG: Json = {"type": "boolean"}
IDS = _list(TEXT)


def components() -> dict[str, Json]:
    """The schemas of a pathway by name."""
    stakeholder = _object(
        {
            "id": {**MAYBE, "description": "null where the body may not be named"},
            "name": MAYBE,
            "kind": MAYBE,
            "part_of": _list(TEXT, "Parents, networks, operators, and the class that it is an instance of"),
            "instance": {**MAYBE, "description": "Of a class of bodies: which one to look for"},
            "contact": _ref("Contact"),
            "via": {**TEXT, "description": "The body that admits to one that is not shown"},
        },
        description="A body",
    )
    contact = _object(
        {
            "points": _list(_object({"type": {"enum": ["phone", "email", "website", "hours"]}, "value": TEXT}, ["type", "value"])),
            "via": {**TEXT, "description": "The body whose numbers these are, where it has none of its own"},
        },
        description="How a body is reached; empty where nothing is known",
    )
    deadline = _object(
        {
            "duration": {**TEXT, "description": "ISO 8601, in the unit of the law"},
            "calendar": {"enum": list(words("deadline_calendar"))},
            "bound": {"enum": list(words("deadline_bound"))},
            "from": MAYBE,
            "what": TEXT,
            "silence": {"enum": list(words("silence"))},
            "date": {**MAYBE, "format": "date"},
            "legal_basis": MAYBE,
        }
    )
    step = _object(
        {
            "order": {"type": "integer"},
            "stage": TEXT,
            "canonical_stage": {"enum": list(words("canonical_stages"))},
            "phase": TEXT,
            "country": TEXT,
            "track": TEXT,
            "function": {"enum": list(words("functions"))},
            "role": {"enum": list(words("mandate_roles"))},
            "stakeholder": _ref("PathwayStakeholder"),
            "with": _list(_object({"role": TEXT, "stakeholder": _ref("PathwayStakeholder")})),
            "handover": {"type": ["object", "null"], "description": "From whom the case comes, on what basis, and what may be disclosed"},
            "alternatives": _list(_object({"stakeholder": _ref("PathwayStakeholder"), "trade_off": TEXT}), "At most three other bodies"),
            "needs_consent": _list({"enum": list(words("consents"))}),
            "deadlines": _list(_ref("PathwayDeadline")),
            "because": _list(_object({"rule": TEXT, "text": TEXT, "sources": IDS})),
            "warnings": _list(_object({"code": {"enum": list(words("warnings"))}, "text": TEXT})),
        },
        ["order", "stage", "function", "stakeholder", "because"],
    )
    pathway = _object(
        {
            "complete": {**FLAG, "description": "The goal is reached and nothing is missing"},
            "route": {"enum": list(words("wishes"))},
            "countries": IDS,
            "steps": _list(_ref("PathwayStep")),
            "branches": _list(
                _object({"at": TEXT, "if": {"enum": list(words("branch_outcomes"))}, "reason": TEXT, "steps": _list({"type": "object"})})
            ),
            "ask_next": _list(_object({"fact": TEXT, "why": TEXT, "changes": IDS})),
            "gaps": _list(
                _object(
                    {
                        "stage": MAYBE,
                        "function": MAYBE,
                        "reason": TEXT,
                        "evidence": TEXT,
                        "nearest": _list({"type": "object"}),
                        "fallback": {"type": ["object", "null"]},
                    }
                )
            ),
            "rights": _list(_object({"id": TEXT, "text": TEXT, "sources": IDS})),
            "contacts_in_country_of_return": _list({"type": "object"}),
            "findings": _list(_object({"rule": TEXT, "text": TEXT})),
            "alternatives": _list(_object({"steps": _list({"type": "object"}), "differs": TEXT})),
            "revision": {"type": "integer"},
            "as_of": {**TEXT, "format": "date"},
            "sources": {"type": "object", "additionalProperties": _ref("Source")},
        },
        ["complete", "steps", "gaps", "revision", "as_of", "sources"],
        "Advice with reasons and alternatives; never a verdict on the person",
    )
    source = _object({"title": TEXT, "publisher": TEXT, "year": {"type": ["integer", "null"]}, "url": MAYBE}, ["title"])
    return {
        "Source": source,
        "Contact": contact,
        "PathwayStakeholder": stakeholder,
        "PathwayDeadline": deadline,
        "PathwayStep": step,
        "Pathway": pathway,
        "BatchAnswer": _object(
            {"items": _list(_object({"pathway": _ref("Pathway"), "problem": _ref("Problem")}, description="One of the two"))}, ["items"]
        ),
        "StakeholderPage": _page(_ref("StakeholderSummary"), facets=True),
        "StakeholderSummary": _object(
            {
                "id": TEXT,
                "name": TEXT,
                "name_local": MAYBE,
                "kind": {"enum": list(words("kinds"))},
                "country": TEXT,
                "territory": IDS,
                "part_of": IDS,
                "functions": IDS,
            },
            ["id", "name", "kind"],
        ),
        "RevisionPage": _page({"type": "object"}),
        "Vocabulary": _object(
            {
                "name": TEXT,
                "items": _list(_object({"id": TEXT, "labels": {"type": "object", "additionalProperties": TEXT}}, ["id", "labels"])),
            },
            ["name", "items"],
        ),
    }


def _page(items: Json, facets: bool = False) -> Json:
    number = {"type": "integer"}
    counts: Json = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": number}}
    found = {
        "items": _list(items),
        "page": number,
        "page_size": number,
        "total": number,
        "facets": counts if facets else {"type": "object"},
    }
    return _object(found, list(found))
