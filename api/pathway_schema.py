"""The shape of a pathway, for the API's document; what makes it is the planner."""

from __future__ import annotations

from typing import Any

from pathways.visibility.counts import REASON
from pathways.vocabulary import words

Json = dict[str, Any]


def object_of(properties: Json, required: list[str] | None = None, description: str = "") -> Json:
    """An object with some properties."""
    found: Json = {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return found | ({"description": description} if description else {})


def listed(items: Json, description: str = "") -> Json:
    """A list of items."""
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def ref(name: str) -> Json:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
FLAG: Json = {"type": "boolean"}
IDS = listed(TEXT)


_WITHHELD: Json = object_of({"bodies": {"type": "integer"}, "reason": {"enum": [REASON, None]}})


def components() -> dict[str, Json]:
    """The schemas of a pathway by name."""
    stakeholder = object_of(
        {
            "id": {**MAYBE, "description": "null where the body may not be named"},
            "name": MAYBE,
            "kind": MAYBE,
            "part_of": listed(TEXT, "Parents, networks, operators, and the class that it is an instance of"),
            "instance": {**MAYBE, "description": "Of a class of bodies: which one to look for"},
            "contact": ref("Contact"),
            "via": {**TEXT, "description": "The body that admits to one that is not shown"},
        },
        description="A body",
    )
    contact = object_of(
        {
            "points": listed(object_of({"type": {"enum": ["phone", "email", "website", "hours"]}, "value": TEXT}, ["type", "value"])),
            "via": {**TEXT, "description": "The body whose numbers these are, where it has none of its own"},
        },
        description="How a body is reached; empty where nothing is known",
    )
    deadline = object_of(
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
    step = object_of(
        {
            "order": {"type": "integer"},
            "stage": TEXT,
            "canonical_stage": {"enum": list(words("canonical_stages"))},
            "phase": TEXT,
            "country": TEXT,
            "track": TEXT,
            "function": {"enum": list(words("functions"))},
            "role": {"enum": list(words("mandate_roles"))},
            "stakeholder": ref("PathwayStakeholder"),
            "with": listed(object_of({"role": TEXT, "stakeholder": ref("PathwayStakeholder")})),
            "handover": {"type": ["object", "null"], "description": "From whom the case comes, on what basis, and what may be disclosed"},
            "alternatives": listed(object_of({"stakeholder": ref("PathwayStakeholder"), "trade_off": TEXT}), "At most three other bodies"),
            "happened": {**FLAG, "description": "The contact has been made already: this body noticed her"},
            "needs_consent": listed({"enum": list(words("consents"))}),
            "deadlines": listed(ref("PathwayDeadline")),
            "because": listed(object_of({"rule": TEXT, "text": TEXT, "sources": IDS})),
            "warnings": listed(
                object_of(
                    {
                        "code": {"enum": [*words("warnings"), *words("consequences")]},
                        "text": TEXT,
                        "rule": {**MAYBE, "description": "Of a consequence of the contact that holds everywhere: the binding rule"},
                        "legal_basis": MAYBE,
                        "sources": IDS,
                        "stale": {**FLAG, "description": "Stated more than three years ago: ask whether it still holds"},
                    },
                    ["code", "text"],
                )
            ),
        },
        ["order", "stage", "function", "stakeholder", "because"],
    )
    pathway = object_of(
        {
            "complete": {**FLAG, "description": "The goal is reached and nothing is missing"},
            "route": {"enum": list(words("wishes"))},
            "countries": IDS,
            "steps": listed(ref("PathwayStep")),
            "branches": listed(
                object_of({"at": TEXT, "if": {"enum": list(words("branch_outcomes"))}, "reason": TEXT, "steps": listed({"type": "object"})})
            ),
            "ask_next": listed(object_of({"fact": TEXT, "why": TEXT, "changes": IDS})),
            "gaps": listed(
                object_of(
                    {
                        "stage": MAYBE,
                        "function": MAYBE,
                        "code": {"enum": list(words("gap_reasons"))},
                        "reason": TEXT,
                        "evidence": TEXT,
                        "nearest": listed({"type": "object"}),
                        "fallback": {"type": ["object", "null"]},
                    }
                )
            ),
            "rights": listed(object_of({"id": TEXT, "text": TEXT, "sources": IDS})),
            "contacts_in_country_of_return": listed({"type": "object"}),
            "findings": listed(object_of({"rule": TEXT, "text": TEXT})),
            "alternatives": listed(object_of({"steps": listed({"type": "object"}), "differs": TEXT})),
            "revision": {"type": "integer"},
            "as_of": {**TEXT, "format": "date"},
            "withheld": {**_WITHHELD, "description": "Steps whose body is not shown: how many and why, never which"},
            "sources": {"type": "object", "additionalProperties": ref("Source")},
        },
        ["complete", "steps", "gaps", "revision", "as_of", "sources"],
        "Advice with reasons and alternatives; never a verdict on the person",
    )
    source = object_of({"title": TEXT, "publisher": TEXT, "year": {"type": ["integer", "null"]}, "url": MAYBE}, ["title"])
    return {
        "Source": source,
        "Contact": contact,
        "PathwayStakeholder": stakeholder,
        "PathwayDeadline": deadline,
        "PathwayStep": step,
        "Pathway": pathway,
        "BatchAnswer": object_of(
            {"items": listed(object_of({"pathway": ref("Pathway"), "problem": ref("Problem")}, description="One of the two"))}, ["items"]
        ),
        "StakeholderPage": _page(ref("StakeholderSummary"), facets=True),
        "StakeholderSummary": object_of(
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
        "Vocabulary": object_of(
            {
                "name": TEXT,
                "items": listed(object_of({"id": TEXT, "labels": {"type": "object", "additionalProperties": TEXT}}, ["id", "labels"])),
            },
            ["name", "items"],
        ),
    }


def _page(items: Json, facets: bool = False) -> Json:
    number = {"type": "integer"}
    counts: Json = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": number}}
    found = {
        "items": listed(items),
        "page": number,
        "page_size": number,
        "total": number,
        "facets": counts if facets else {"type": "object"},
    }
    if facets:
        found["withheld"] = {**_WITHHELD, "description": "Bodies of these countries that are not shown; no other filter narrows the count"}
    return object_of(found, list(found))
