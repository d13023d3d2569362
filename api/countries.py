"""What a page or a file tells of a country: whom to call, its mechanism, its rights and its bodies, as the reader may see them."""

from __future__ import annotations

from typing import Any

from api import bodies, mechanism, snapshots
from pathways.directory import Part
from pathways.visibility import contact_of, is_seen, scrubbed, seen_ids

_RIGHTS = ("children", "asylum_link", "return_and_reintegration", "compensation")
_TEXTS = ("scheme", "how", "programme", "pathway", "guardian", "placement", "legal_aid", "steps", "conditions", "limits", "note")
"""The texts of a right, in this order."""


def told(country: str) -> dict[str, Any]:
    """All of it, as the templates of a country ask for it. Problem where the directory does not have it."""
    found = mechanism.whole(country, {})
    directory, viewer = snapshots.directory(), snapshots.viewer()
    part = directory.parts[found["country"]]
    lines = _helplines(part)
    sources = dict(found["sources"])
    for line in lines:
        sources |= line["body"]["sources"]
    return {
        "country": found,
        "lines": lines,
        "rights": [
            (name, [block[key] for key in _TEXTS if block.get(key)], block) for name in _RIGHTS if (block := found["mechanism"].get(name))
        ],
        "stage_titles": {stage["id"]: stage["title"] for stage in found["stages"]},
        "bodies": seen_ids(directory, part.stakeholders, viewer),
        "sources": sources,
    }


def _helplines(part: Part) -> list[dict[str, Any]]:
    """The lines that may be called, those that are no law enforcement first."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    held = [m for m in part.performs.get("hotline", ()) if m.role == "deliver" and is_seen(part.stakeholders[m.holder], viewer)]
    held.sort(key=lambda mandate: (mandate.law_enforcement, not part.stakeholders[mandate.holder].specialised, mandate.holder))
    return [
        {
            "body": bodies.detail(mandate.holder, {}),
            "law_enforcement": mandate.law_enforcement,
            "serves": mandate.serves.as_data(),
            "contact": scrubbed(directory, viewer, contact_of(directory, mandate.holder, viewer)),
        }
        for mandate in held
    ]
