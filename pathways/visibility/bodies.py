"""Bodies, their mandates and their links as a viewer is shown them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from pathways.conditions import ALWAYS
from pathways.directory import Bodies, Directory
from pathways.model import Deadline, Link, Mandate, Stakeholder
from pathways.visibility.changes import NOT_SHOWN
from pathways.visibility.contacts import admitting, contact_of, point_detail
from pathways.visibility.viewer import Json, Viewer, find, is_confidential, is_offered, is_seen, seen_ids, shown_territories, told

_summaries: WeakKeyDictionary[Bodies, dict[tuple[Viewer, str], Json]] = WeakKeyDictionary()


def body_summary(directory: Directory, body: Stakeholder | str, viewer: Viewer) -> Json:
    """A body in short: id, names, kind, country, territory and whom it belongs to; a copy that the caller may add to.

    A body that the viewer may not see is answered by the one that admits to it, marked with `via` and `withheld`; where nobody does,
    with no id and no name.
    """
    part, found = find(directory, body)
    if found is None or part is None:
        raise KeyError(body)
    memo = _summaries.setdefault(part, {})
    key = (viewer, found.id)
    if key not in memo:
        memo[key] = _summary(part, found, viewer) if is_seen(found, viewer) else _instead(part, found, viewer)
    return dict(memo[key])


def _summary(part: Bodies, body: Stakeholder, viewer: Viewer) -> Json:
    summary: Json = {
        "id": body.id,
        "name": body.name,
        "name_local": body.name_local or None,
        "kind": body.kind,
        "country": body.country,
        "territory": shown_territories(body, body.territory, viewer),
        "part_of": [
            above for above in part.belongs_to[body.id] if above not in part.stakeholders or is_seen(part.stakeholders[above], viewer)
        ],
        "scope": body.scope,
        "specialised": body.specialised,
        "confidential_location": body.confidential_location,
    }
    if body.instance_by:
        summary["instance_by"] = body.instance_by
    return summary


def _instead(part: Bodies, body: Stakeholder, viewer: Viewer) -> Json:
    other = next(admitting(part, body, viewer, None, None), None)
    if other is None:
        return {
            "id": None,
            "name": None,
            "name_local": None,
            "kind": None,
            "country": body.country,
            "territory": [body.country],
            "part_of": [],
            "withheld": 1,
        }
    return {**_summary(part, other, viewer), "via": other.id, "withheld": 1}


def body_detail(directory: Directory, body: Stakeholder | str, viewer: Viewer, on: date | None = None) -> Json | None:
    """A body with its mandates, contact points and sources; None where the viewer may not see it."""
    part, found = find(directory, body)
    if found is None or part is None or not is_seen(found, viewer):
        return None
    points = [point for point in found.contacts if is_offered(found, point, viewer)]
    related = {
        name: value if not value or (value in part.stakeholders and is_seen(part.stakeholders[value], viewer)) else None
        for name, value in (
            ("parent", found.parent),
            ("operated_by", found.operated_by),
            ("instance_of", found.instance_of),
            ("succeeded_by", found.succeeded_by),
        )
    }
    members = seen_ids(directory, found.members, viewer)
    return {
        **_summary(part, found, viewer),
        **related,
        "members": members,
        "languages": list(found.languages),
        "visibility": found.visibility,
        "operational": found.operational,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "contacts": [point_detail(found, point, viewer) for point in points],
        "contact": contact_of(directory, found, viewer, on=on),
        "mandates": [mandate_detail(found, mandate, viewer) for mandate in found.mandates if on is None or mandate.in_force(on)],
        "sources": list(found.sources),
        "withheld": {
            "contacts_not_for_use": sum(not point.current for point in found.contacts),
            "contacts": sum(point.current for point in found.contacts) - len(points),
            "members": len(found.members) - len(members),
        },
        **told(found, _related_seen(part, found.shown, viewer), viewer),
    }


def _related_seen(part: Bodies, shown: Mapping[str, Any], viewer: Viewer) -> Json:
    """Shown fields without those that name a body the viewer may not see."""
    others = {value for value in shown.values() if isinstance(value, str) and value in part.stakeholders}
    closed = {other for other in others if not is_seen(part.stakeholders[other], viewer)}
    return {key: value for key, value in shown.items() if not (isinstance(value, str) and value in closed)}


def mandate_told(body: Stakeholder, mandate: Mandate, viewer: Viewer) -> Mandate:
    """A mandate for whoever writes of it in words: its functions, conditions and lengths of time, and of its texts what may be told.

    Of a body that the viewer may not see no text is, since a text may name it; of one in a secret place none that gives the place away.
    """
    seen = is_seen(body, viewer)
    if seen and not is_confidential(body, viewer):
        return mandate

    def text(said: str) -> str:
        return said if not said or (seen and told(body, {"": said}, viewer)) else NOT_SHOWN

    def shown(said: Mapping[str, Any]) -> Json:
        return told(body, said, viewer) if seen else {}

    deadlines = (
        replace(d, what=text(d.what), start=text(d.start), legal_basis=text(d.legal_basis), shown=shown(d.shown)) for d in mandate.deadlines
    )
    return replace(
        mandate,
        legal_basis=text(mandate.legal_basis),
        duty=text(mandate.duty),
        deadlines=tuple(deadlines),
        shown=shown(mandate.shown),
    )


def mandate_detail(body: Stakeholder, mandate: Mandate, viewer: Viewer) -> Json:
    """A mandate of a body that the viewer sees."""
    mandate = mandate_told(body, mandate, viewer)
    return {
        "id": mandate.id,
        "function": mandate.function,
        "role": mandate.role,
        "serves": mandate.serves.as_data(),
        "excludes": mandate.excludes.as_data() if mandate.excludes else None,
        "requires": list(mandate.requires),
        "territory": shown_territories(body, mandate.territory, viewer),
        "law_enforcement": mandate.law_enforcement,
        "access": mandate.access,
        "speed": mandate.speed,
        "ground": mandate.ground,
        "partial": mandate.partial,
        "operational": mandate.operational,
        "duty": mandate.duty or None,
        "legal_basis": mandate.legal_basis or None,
        "excluded_destinations": sorted(mandate.excluded_destinations),
        "deadlines": [deadline_detail(deadline) for deadline in mandate.deadlines],
        "valid_from": mandate.valid_from,
        "valid_to": mandate.valid_to,
        "evidence": mandate.evidence,
        "sources": list(mandate.sources),
        **mandate.shown,
    }


def deadline_detail(deadline: Deadline) -> Json:
    """A deadline in the contract's words; nothing of it is confidential."""
    return {
        "duration": deadline.duration,
        "calendar": deadline.calendar,
        "bound": deadline.bound,
        "from": deadline.start or None,
        "what": deadline.what,
        "when": deadline.when.as_data() if deadline.when != ALWAYS else None,
        "territory": list(deadline.territory),
        "silence": deadline.silence,
        "legal_basis": deadline.legal_basis or None,
        "valid_from": deadline.valid_from,
        "valid_to": deadline.valid_to,
        "evidence": deadline.evidence,
        "sources": list(deadline.sources),
        **deadline.shown,
    }


def link_detail(directory: Directory, link: Link, viewer: Viewer) -> Json | None:
    """A stated referral between two bodies; None where one of them may not be named."""
    ends = [directory.stakeholder(link.origin), directory.stakeholder(link.to)]
    if any(end is None or not is_seen(end, viewer) for end in ends):
        return None
    shown, places = dict(link.shown), list(link.territory)
    for end in ends:
        if end:
            shown, places = told(end, shown, viewer), shown_territories(end, places, viewer)
    return {
        "id": link.id,
        "from": body_summary(directory, link.origin, viewer),
        "to": body_summary(directory, link.to, viewer),
        "basis": link.basis,
        "functions": list(link.functions),
        "territory": places,
        "evidence": link.evidence,
        "valid_from": link.valid_from,
        "valid_to": link.valid_to,
        "sources": list(link.sources),
        **shown,
    }
