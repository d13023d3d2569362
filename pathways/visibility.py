"""Who may see what, for every output: the one module that decides what of the directory a viewer is shown.

Three levels stand on a body and on a contact point: public, partner, hidden. A body that a viewer may not see appears only through the
body that admits to it (`via`). Of a body whose location is confidential the region is the finest place shown. A contact point that is
not current is never shown as a contact. What is withheld is counted, never named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from pathways import territories
from pathways.conditions import ALWAYS, Values
from pathways.directory import Directory, Part
from pathways.model import ContactPoint, Deadline, Link, Mandate, Stakeholder

Json = dict[str, Any]

_ENFORCEMENT = frozenset({"police", "border-guard", "immigration-authority", "prosecution", "court", "labour-inspectorate"})
"""Kinds that are nobody's telephone but their own: calling them for another body would be a report to them."""
_PLACES = frozenset({"city", "territory_note", "territory_unconfirmed", "confidential_note"})
"""Fields that would tell where a confidential body is."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: the levels that they may see, and what a newer revision than the one they read has closed since."""

    levels: frozenset[str] = frozenset({"public"})
    closed_bodies: frozenset[str] = frozenset()
    closed_places: frozenset[str] = frozenset()
    closed_contacts: frozenset[tuple[str, str, str]] = frozenset()

    def sees(self, level: str) -> bool:
        """Whether things of a level are shown to this viewer."""
        return level in self.levels

    @property
    def rights(self) -> str:
        """The viewer's rights as one word, for the ETag of an answer."""
        return "+".join(sorted(self.levels))


ANONYMOUS = Viewer()
PARTNER = Viewer(frozenset({"public", "partner"}))
KEEPER = Viewer(frozenset({"public", "partner", "hidden"}))
"""Whoever holds the store itself (the command line)."""


def reading_older(viewer: Viewer, newest: Directory) -> Viewer:
    """The viewer of an older revision: what the newest one closes to them stays closed there."""
    bodies = [body for part in newest.parts.values() for body in part.stakeholders.values()]
    return replace(
        viewer,
        closed_bodies=frozenset(body.id for body in bodies if not viewer.sees(body.visibility)),
        closed_places=frozenset(body.id for body in bodies if body.confidential_location),
        closed_contacts=frozenset((body.id, c.type, c.value) for body in bodies for c in body.contacts if not (c.current and viewer.sees(c.visibility))),
    )


class _Sight:
    """What one viewer sees of one part, remembered: parts do not change."""

    def __init__(self) -> None:
        self.summaries: dict[str, Json] = {}
        self.contacts: dict[tuple[str, str | None, date | None], Json] = {}
        self.hotlines: dict[tuple[str | None, date | None], list[tuple[Mandate, Json]]] = {}


_sights: WeakKeyDictionary[Part, dict[Viewer, _Sight]] = WeakKeyDictionary()


def _sight(part: Part, viewer: Viewer) -> _Sight:
    seen = _sights.get(part)
    if seen is None:
        seen = _sights.setdefault(part, {})
    found = seen.get(viewer)
    return found if found is not None else seen.setdefault(viewer, _Sight())


def is_seen(body: Stakeholder, viewer: Viewer) -> bool:
    """Whether a body itself is shown to a viewer."""
    return viewer.sees(body.visibility) and body.id not in viewer.closed_bodies


def is_confidential(body: Stakeholder, viewer: Viewer) -> bool:
    """Whether the place of a body is kept from everybody but those who keep the directory."""
    return (body.confidential_location or body.id in viewer.closed_places) and not viewer.sees("hidden")


def presented(directory: Directory, body: Stakeholder | str, viewer: Viewer, region: str | None = None, on: date | None = None) -> Stakeholder | None:
    """The body that stands for a body before a viewer: itself, the one that admits to it, or None where nobody may be named."""
    part, found = _find(directory, body)
    if found is None or part is None:
        return None
    if is_seen(found, viewer):
        return found
    return next(_admitting(part, found, viewer, region, on), None)


def seen_ids(directory: Directory, ids: Iterable[str], viewer: Viewer) -> list[str]:
    """Of some ids of bodies, those that a viewer may see, in their order; ids of no body are left out."""
    return [body.id for body in map(directory.stakeholder, ids) if body and is_seen(body, viewer)]


def body_summary(directory: Directory, body: Stakeholder | str, viewer: Viewer) -> Json:
    """A body in short: id, names, kind, country, territory and whom it belongs to; a copy that the caller may add to.

    A body that the viewer may not see is answered by the one that admits to it, marked with `via` and `withheld`; where nobody does,
    with no id and no name.
    """
    part, found = _find(directory, body)
    if found is None or part is None:
        raise KeyError(body)
    memo = _sight(part, viewer).summaries
    if found.id not in memo:
        memo[found.id] = _summary(part, found, viewer) if is_seen(found, viewer) else _instead(part, found, viewer)
    return dict(memo[found.id])


def _summary(part: Part, body: Stakeholder, viewer: Viewer) -> Json:
    summary: Json = {
        "id": body.id,
        "name": body.name,
        "name_local": body.name_local or None,
        "kind": body.kind,
        "country": body.country,
        "territory": shown_territories(body, body.territory, viewer),
        "part_of": [above for above in part.belongs_to[body.id] if above not in part.stakeholders or is_seen(part.stakeholders[above], viewer)],
        "scope": body.scope,
        "specialised": body.specialised,
        "confidential_location": body.confidential_location,
    }
    if body.instance_by:
        summary["instance_by"] = body.instance_by
    return summary


def _instead(part: Part, body: Stakeholder, viewer: Viewer) -> Json:
    other = next(_admitting(part, body, viewer, None, None), None)
    if other is None:
        return {"id": None, "name": None, "name_local": None, "kind": None, "country": body.country, "territory": [body.country], "part_of": [], "withheld": 1}
    return {**_summary(part, other, viewer), "via": other.id, "withheld": 1}


def shown_territories(body: Stakeholder, places: Iterable[str], viewer: Viewer) -> list[str]:
    """Territories of a body as they may be shown: of a confidential one none finer than a region."""
    if not is_confidential(body, viewer):
        return list(places)
    return list(dict.fromkeys(territories.chain(place)[-2] if "-" in place else place for place in places))


def body_detail(directory: Directory, body: Stakeholder | str, viewer: Viewer, on: date | None = None) -> Json | None:
    """A body with its mandates, contact points and sources; None where the viewer may not see it."""
    part, found = _find(directory, body)
    if found is None or part is None or not is_seen(found, viewer):
        return None
    points = [point for point in found.contacts if _is_offered(found, point, viewer)]
    related = {
        name: value if not value or (value in part.stakeholders and is_seen(part.stakeholders[value], viewer)) else None
        for name, value in (("parent", found.parent), ("operated_by", found.operated_by), ("instance_of", found.instance_of), ("succeeded_by", found.succeeded_by))
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
        "contacts": [_point(found, point, viewer) for point in points],
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


def _related_seen(part: Part, shown: Mapping[str, Any], viewer: Viewer) -> Json:
    """Shown fields without those that name a body the viewer may not see."""
    others = {value for value in shown.values() if isinstance(value, str) and value in part.stakeholders}
    closed = {other for other in others if not is_seen(part.stakeholders[other], viewer)}
    return {key: value for key, value in shown.items() if not (isinstance(value, str) and value in closed)}


def mandate_detail(body: Stakeholder, mandate: Mandate, viewer: Viewer) -> Json:
    """A mandate of a body that the viewer sees."""
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
        **told(body, mandate.shown, viewer),
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


def told(body: Stakeholder, shown: Mapping[str, Any], viewer: Viewer) -> Json:
    """The fields of a record that are only told; of a confidential body without what gives its place away."""
    if not is_confidential(body, viewer):
        return dict(shown)
    fine = [territories.name(place) for place in body.territory if len(territories.chain(place)) > 2]
    places = [place.casefold() for place in (str(body.shown.get("city", "")), *fine) if place]
    return {key: value for key, value in shown.items() if key not in _PLACES and not any(place in str(value).casefold() for place in places)}


def contact_of(directory: Directory, body: Stakeholder | str, viewer: Viewer, region: str | None = None, on: date | None = None, facts: Values | None = None) -> Json:
    """How a body is reached: `{"points": […]}`, with `"via": id` where the number is another body's; empty where there is none.

    Its own points, else its parent's, network's or class's, else those of the nearest body that refers to it, else of a hotline of the
    country that does not turn this case away (`facts`). Law enforcement never answers for another body.
    """
    part, found = _find(directory, body)
    if found is None or part is None:
        return {}
    sight, key = _sight(part, viewer), (found.id, region, on)
    if key not in sight.contacts:
        sight.contacts[key] = _contact(part, found, viewer, region, on)
    if sight.contacts[key]:
        return dict(sight.contacts[key])
    place = (region, on)
    if place not in sight.hotlines:
        sight.hotlines[place] = _hotlines(part, viewer, region, on)
    for mandate, contact in sight.hotlines[place]:
        if facts is None or (mandate.serves.evaluate(facts) is not False and not (mandate.excludes and mandate.excludes.evaluate(facts))):
            return dict(contact)
    return {}


def _contact(part: Part, body: Stakeholder, viewer: Viewer, region: str | None, on: date | None) -> Json:
    if is_seen(body, viewer) and (points := _points(body, viewer, region)):
        return {"points": points}
    for other in _admitting(part, body, viewer, region, on):
        if points := _points(other, viewer, region):
            return {"points": points, "via": other.id}
    return {}


def _points(body: Stakeholder, viewer: Viewer, region: str | None) -> list[Json]:
    offered = [
        point for point in body.contacts if _is_offered(body, point, viewer) and (not point.territory or territories.covers(point.territory, body.country, region) is not False)
    ]
    if all(point.type == "hours" for point in offered):
        return []
    return [_point(body, point, viewer) for point in offered]


def _is_offered(body: Stakeholder, point: ContactPoint, viewer: Viewer) -> bool:
    return point.current and viewer.sees(point.visibility) and (body.id, point.type, point.value) not in viewer.closed_contacts


def _point(body: Stakeholder, point: ContactPoint, viewer: Viewer) -> Json:
    places = {"territory": shown_territories(body, point.territory, viewer)} if point.territory else {}
    return {"type": point.type, "value": point.value, **places, "evidence": point.evidence, "sources": list(point.sources), **told(body, point.shown, viewer)}


def _admitting(part: Part, body: Stakeholder, viewer: Viewer, region: str | None, on: date | None) -> Iterator[Stakeholder]:
    """The bodies that answer for a body, the nearest first: those it belongs to, then those that refer to it.

    Law enforcement answers only for what belongs to it and is law enforcement itself.
    """
    above = part.belongs_to[body.id]
    for other in (part.stakeholders[identity] for identity in above if identity in part.stakeholders):
        if _answers(other, viewer, on) and (other.kind not in _ENFORCEMENT or body.kind in _ENFORCEMENT):
            yield other
    for target in (body.id, *above):
        origins = {link.origin for link in _links_to(part).get(target, ()) if on is None or link.in_force(on)} - {body.id, *above}
        others = (part.stakeholders[identity] for identity in origins if identity in part.stakeholders)
        near = [other for other in others if _answers(other, viewer, on) and not _is_enforcement(part, other) and _reaches(other, region)]
        yield from sorted(near, key=lambda other: _nearness(other, region))


def _is_enforcement(part: Part, body: Stakeholder) -> bool:
    """Whether a body is law enforcement, or belongs to it."""
    return any(identity in part.stakeholders and part.stakeholders[identity].kind in _ENFORCEMENT for identity in (body.id, *part.belongs_to[body.id]))


def _answers(other: Stakeholder, viewer: Viewer, on: date | None) -> bool:
    return is_seen(other, viewer) and (on is None or other.in_force(on))


def _reaches(body: Stakeholder, region: str | None) -> bool:
    return territories.covers(body.territory, body.country, region) is not False


def _nearness(body: Stakeholder, region: str | None) -> tuple[bool, int, str]:
    return not body.operational, min((territories.distance(place, region) for place in body.territory), default=0), body.id


def _hotlines(part: Part, viewer: Viewer, region: str | None, on: date | None) -> list[tuple[Mandate, Json]]:
    """The lines of a country that may be called from a place, with their numbers.

    First those that take everybody, then those for victims of trafficking; the emergency number, which answers for everything, last.
    """
    found: list[tuple[tuple[Any, ...], Mandate, Json]] = []
    emergency = {entry.get("number") for entry in part.country.emergency}
    for mandate in part.performs.get("hotline", ()):
        line = part.stakeholders[mandate.holder]
        if mandate.role != "deliver" or mandate.law_enforcement or _is_enforcement(part, line) or not (on is None or mandate.in_force(on)):
            continue
        points = _points(line, viewer, region) if _answers(line, viewer, on) and _reaches(line, region) else []
        if any(point["type"] == "phone" for point in points):
            last_resort = any(point["value"] in emergency for point in points)
            order = (last_resort, mandate.serves != ALWAYS, not mandate.operational, not line.specialised, *_nearness(line, region))
            found.append((order, mandate, {"points": points, "via": line.id}))
    return [(mandate, contact) for _, mandate, contact in sorted(found, key=lambda item: item[0])]


_links: WeakKeyDictionary[Part, dict[str, tuple[Link, ...]]] = WeakKeyDictionary()


def _links_to(part: Part) -> dict[str, tuple[Link, ...]]:
    if part not in _links:
        found: dict[str, list[Link]] = {}
        for body in part.stakeholders.values():
            for link in body.links:
                found.setdefault(link.to, []).append(link)
        _links[part] = {to: tuple(links) for to, links in found.items()}
    return _links[part]


def _find(directory: Directory, body: Stakeholder | str) -> tuple[Part | None, Stakeholder | None]:
    identity = body if isinstance(body, str) else body.id
    part = directory.part_of(identity)
    return part, part.stakeholders[identity] if part else None
