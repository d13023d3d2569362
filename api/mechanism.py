"""A country's mechanism as an answer: stages with their conditions, ways on, deadlines and sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from api import snapshots
from api.cited import cited
from api.problems import Problem
from pathways.calendar import in_force
from pathways.directory import Directory, Part
from pathways.model import Deadline, Stage, Transition
from pathways.visibility import Viewer, deadline_detail, scrubbed, seen_ids

Json = dict[str, Any]


def summary(directory: Directory, part: Part, viewer: Viewer) -> Json:
    """A country's mechanism in a few lines."""
    country = part.country
    coordinator = seen_ids(directory, [country.coordinator] if country.coordinator else [], viewer)
    return {
        "country": country.code,
        "name": country.name,
        "name_local": country.name_local,
        "languages": list(country.languages),
        "mechanism_name": country.mechanism.get("name"),
        "coordinator": coordinator[0] if coordinator else None,
        "competent_authority": seen_ids(directory, country.competent_authority, viewer),
        "emergency": [dict(number) for number in country.emergency],
        "stages": len(part.stages),
        "stakeholders": len(seen_ids(directory, part.stakeholders, viewer)),
    }


def detail(directory: Directory, part: Part, viewer: Viewer, on: date | None) -> Json:
    """A country's whole mechanism; with a day, only what is in force on it."""
    answer = {
        **summary(directory, part, viewer),
        "as_of": on.isoformat() if on else None,
        "mechanism": dict(part.country.mechanism),
        "stages": [_stage(directory, stage, viewer, on) for stage in part.stages if on is None or stage.in_force(on)],
        "permits": [
            {"id": right.id, "text": right.text, "when": right.when.as_data(), "sources": list(right.sources), **right.shown}
            for right in part.permits
        ],
        "requirements": [_requirement(part, word) for word in part.requirements],
        "gaps": [
            {
                "id": gap.id,
                "text": gap.text,
                "functions": list(gap.functions),
                "when": gap.when.as_data(),
                "sources": list(gap.sources),
                **gap.shown,
            }
            for gap in part.gaps
        ],
        "questions": [dict(record.fields) for record in part.questions],
        **_told(part.country.shown),
    }
    found: Json = scrubbed(directory, viewer, answer)
    return found


def stage_titles(country: str) -> dict[str, str]:
    """What a country calls its stages, as the reader may see it, by their ids."""
    directory = snapshots.directory()
    titles = {stage.id: stage.title for stage in directory.parts[country].stages}
    found: dict[str, str] = scrubbed(directory, snapshots.viewer(), titles)
    return found


def whole(country: str, asked: Json) -> Json:
    """A country's whole mechanism with its sources, as the reader may see it; Problem where the directory has no such country."""
    directory = snapshots.directory()
    part = directory.parts.get(country.upper())
    if part is None:
        raise Problem("not-found", f"The directory has no such country; it has {', '.join(directory.parts)}.")
    answer = {**detail(directory, part, snapshots.viewer(), asked.get("as_of")), "revision": directory.revision}
    return {**answer, "sources": cited(directory, snapshots.viewer(), answer)}


def _told(shown: Mapping[str, Any]) -> Json:
    return {f"about_{key}" if key in ("country", "mechanism", "stages") else key: value for key, value in shown.items()}


def _requirement(part: Part, word: str) -> Json:
    requirement = part.requirements[word]
    return {
        "word": word,
        "meets": requirement.meets.as_data() if requirement.meets else None,
        "met_by": list(requirement.met_by),
        "consent": requirement.consent,
        "housed": requirement.housed,
        "or_else": requirement.or_else or None,
        "note": requirement.note or None,
    }


def _stage(directory: Directory, stage: Stage, viewer: Viewer, on: date | None) -> Json:
    lead, support = seen_ids(directory, stage.lead, viewer), seen_ids(directory, stage.support, viewer)
    return {
        "id": stage.id,
        "rule": stage.rule,
        "canonical_stage": stage.canonical,
        "merged": list(stage.merged),
        "title": stage.title,
        "track": stage.track,
        "functions": list(stage.functions),
        "lead": lead,
        "support": support,
        "withheld": len(stage.lead) + len(stage.support) - len(lead) - len(support),
        "when": stage.words,
        "applies": stage.applies.as_data(),
        "gate": stage.gate.as_data(),
        "condition_evidence": stage.evidence,
        "consent": None if stage.consent is None else list(stage.consent),
        "next": [_transition(transition) for transition in stage.next],
        "deadlines": [deadline_detail(deadline) for deadline in stage.deadlines if _holds(deadline, on)],
        "territory": list(stage.territory),
        "legal_basis": stage.legal_basis or None,
        "excluded_destinations": sorted(stage.excluded_destinations),
        "valid_from": stage.valid_from,
        "valid_to": stage.valid_to,
        "sources": list(stage.sources),
        **stage.shown,
    }


def _holds(deadline: Deadline, on: date | None) -> bool:
    return on is None or in_force(on, deadline.valid_from, deadline.valid_to)


def _transition(transition: Transition) -> Json:
    return {
        "to": transition.to,
        "outcome": transition.outcome,
        "when": transition.when.as_data(),
        "consent": list(transition.consent),
        "sources": list(transition.sources),
        **transition.shown,
    }
