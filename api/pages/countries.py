"""Look up: each country with its emergency numbers, helplines, mechanism stage by stage, rights, permits, and what is not known."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template

from api import bodies, mechanism, snapshots
from api.pages.blueprint import pages
from pathways.directory import Part
from pathways.visibility import contact_of, is_seen

_RIGHTS = ("children", "asylum_link", "return_and_reintegration", "compensation")
_TOLD = ("scheme", "how", "programme", "pathway", "guardian", "placement", "legal_aid", "steps", "conditions", "limits", "note")
"""What is told of a right, in this order."""


@pages.get("/countries")
def countries() -> str:
    """All countries, with their emergency numbers."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    found = [mechanism.summary(directory, part, viewer) for part in directory.parts.values()]
    return render_template("countries/countries.html", countries=found)


@pages.get("/countries/<string:country>")
def country(country: str) -> Response:
    """One country. Problem where the directory does not have it."""
    found = mechanism.whole(country, {})
    part = snapshots.directory().parts[found["country"]]
    lines = _helplines(part)
    sources = dict(found["sources"])
    for line in lines:
        sources |= line["sources"]
    rights = [(name, [block[key] for key in _TOLD if block.get(key)], block) for name in _RIGHTS if (block := found["mechanism"].get(name))]
    titles = {stage["id"]: stage["title"] for stage in found["stages"]}
    return make_response(
        render_template("countries/country.html", country=found, lines=lines, rights=rights, sources=sources, stage_titles=titles)
    )


def _helplines(part: Part) -> list[dict[str, Any]]:
    """The lines that may be called, those that are no law enforcement first; each with its contact and sources."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    held = [m for m in part.performs.get("hotline", ()) if m.role == "deliver" and is_seen(part.stakeholders[m.holder], viewer)]
    held.sort(key=lambda mandate: (mandate.law_enforcement, not part.stakeholders[mandate.holder].specialised, mandate.holder))
    found = []
    for mandate in held:
        detail = bodies.detail(mandate.holder, {})
        found.append(
            {
                "body": detail,
                "law_enforcement": mandate.law_enforcement,
                "serves": mandate.serves.as_data(),
                "contact": contact_of(directory, mandate.holder, viewer),
                "sources": detail["sources"],
            }
        )
    return found
