"""How a body is reached: by its own contact points, or by those of the body that answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from pathways import territories
from pathways.conditions import ALWAYS, Values
from pathways.directory import Bodies, Directory, Part
from pathways.model import ContactPoint, Link, Mandate, Stakeholder
from pathways.visibility.viewer import Json, Viewer, find, is_offered, is_seen, shown_territories, told
from pathways.vocabulary import UNKNOWN

_ENFORCEMENT = frozenset({"police", "border-guard", "immigration-authority", "prosecution", "court", "labour-inspectorate"})
"""Kinds that are nobody's telephone but their own: calling them for another body would be a report to them."""


_AUTHORITIES = _ENFORCEMENT | {
    "competent-authority",
    "ministry",
    "asylum-authority",
    "compensation-authority",
    "rapporteur",
    "coordination-body",
}
"""Kinds that nobody who only refers to them answers for: a line for everybody says how to reach them."""
_REMEMBERED = 20_000
"""Ways to bodies that are remembered for one part and viewer; with more (many days, many regions) they are worked out anew."""


class _Sight:
    """What one viewer sees of one part's bodies and contacts, remembered: parts do not change."""

    def __init__(self) -> None:
        self.contacts: dict[tuple[str, str | None, date | None], list[tuple[Stakeholder | None, Json]]] = {}
        self.hotlines: dict[tuple[str | None, date | None], list[tuple[Mandate, Json]]] = {}
        self.unnamed: frozenset[str] | None = None


_sights: WeakKeyDictionary[Bodies, dict[Viewer, _Sight]] = WeakKeyDictionary()


def _sight(part: Bodies, viewer: Viewer) -> _Sight:
    seen = _sights.get(part)
    if seen is None:
        seen = _sights.setdefault(part, {})
    found = seen.get(viewer)
    return found if found is not None else seen.setdefault(viewer, _Sight())


def presented(
    directory: Directory, body: Stakeholder | str, viewer: Viewer, region: str | None = None, on: date | None = None
) -> Stakeholder | None:
    """The body that stands for a body before a viewer: itself, the one that admits to it, or None where nobody may be named."""
    part, found = find(directory, body)
    if found is None or part is None:
        return None
    if is_seen(found, viewer):
        return found
    return next(admitting(part, found, viewer, region, on), None)


def unnamed(directory: Directory, part: Bodies, viewer: Viewer) -> frozenset[str]:
    """The bodies of a part that a viewer may not see and that nobody admits to: for this viewer they are not there."""
    sight = _sight(part, viewer)
    if sight.unnamed is None:
        hidden = (body for body in part.stakeholders.values() if not is_seen(body, viewer))
        sight.unnamed = frozenset(body.id for body in hidden if presented(directory, body, viewer) is None)
    return sight.unnamed


def contact_of(
    directory: Directory,
    body: Stakeholder | str,
    viewer: Viewer,
    region: str | None = None,
    on: date | None = None,
    facts: Values | None = None,
) -> Json:
    """How a body is reached: `{"points": […]}`, with `"via": id` where the number is another body's; empty where there is none.

    Its own points, else its parent's, network's or class's, else those of the nearest body that refers to it, else of a hotline of the
    country that does not turn this case away (`facts`). Law enforcement never answers for another body.
    """
    part, found = find(directory, body)
    if found is None or part is None:
        return {}
    sight, key = _sight(part, viewer), (found.id, region, on)
    if key not in sight.contacts:
        if len(sight.contacts) >= _REMEMBERED:
            sight.contacts.clear()
            sight.hotlines.clear()
        sight.contacts[key] = list(_contacts(part, found, viewer, region, on))
    for other, contact in sight.contacts[key]:
        if other is None or facts is None or _takes(other, facts):
            return dict(contact)
    place = (region, on)
    if place not in sight.hotlines:
        sight.hotlines[place] = _hotlines(part, viewer, region, on)
    for mandate, contact in sight.hotlines[place]:
        if facts is None or (mandate.serves.evaluate(facts) is not False and not (mandate.excludes and mandate.excludes.evaluate(facts))):
            return dict(contact)
    return {}


def _contacts(
    part: Bodies, body: Stakeholder, viewer: Viewer, region: str | None, on: date | None
) -> Iterator[tuple[Stakeholder | None, Json]]:
    """The ways to a body, the nearest first: its own, those of what it belongs to, and those of bodies that refer to it, who must take the
    case themselves (given with the way; None: no such limit)."""
    if is_seen(body, viewer) and (points := _points(body, viewer, region)):
        yield None, {"points": points}
    above = part.belongs_to[body.id]
    for other in admitting(part, body, viewer, region, on):
        if other.id not in above and body.kind in _AUTHORITIES:
            continue
        if points := _points(other, viewer, region):
            yield None if other.id in above else other, {"points": points, "via": other.id}


def _takes(body: Stakeholder, facts: Values) -> bool:
    """Whether a body has a mandate that does not turn the case away."""
    return any(m.serves.evaluate(facts) is not False and not (m.excludes and m.excludes.evaluate(facts)) for m in body.mandates)


def _points(body: Stakeholder, viewer: Viewer, region: str | None) -> list[Json]:
    offered = [
        point
        for point in body.contacts
        if is_offered(body, point, viewer)
        and (not point.territory or territories.covers(point.territory, body.country, region) is not False)
    ]
    if all(point.type == "hours" for point in offered):
        return []
    return [point_detail(body, point, viewer) for point in offered]


def point_detail(body: Stakeholder, point: ContactPoint, viewer: Viewer) -> Json:
    """A contact point that is offered."""
    places = {"territory": shown_territories(body, point.territory, viewer)} if point.territory else {}
    return {
        "type": point.type,
        "value": point.value,
        **places,
        "evidence": point.evidence,
        "sources": list(point.sources),
        **told(body, point.shown, viewer),
    }


def admitting(part: Bodies, body: Stakeholder, viewer: Viewer, region: str | None, on: date | None) -> Iterator[Stakeholder]:
    """The bodies that answer for a body, the nearest first: those it belongs to, then those that refer to it.

    Law enforcement answers only for what belongs to it and is law enforcement itself; a body of which no source states the kind may be
    that, and answers only for what belongs to it.
    """
    above = part.belongs_to[body.id]
    for other in (part.stakeholders[identity] for identity in above if identity in part.stakeholders):
        if _answers(other, viewer, on) and (other.kind not in _ENFORCEMENT or body.kind in _ENFORCEMENT):
            yield other
    for target in (body.id, *above):
        origins = {link.origin for link in _links_to(part).get(target, ()) if on is None or link.in_force(on)} - {body.id, *above}
        others = (part.stakeholders[identity] for identity in origins if identity in part.stakeholders)
        safe = [other for other in others if other.kind != UNKNOWN and not _is_enforcement(part, other)]
        near = [other for other in safe if _answers(other, viewer, on) and _reaches(other, region)]
        yield from sorted(near, key=lambda other: _nearness(other, region))


def _is_enforcement(part: Bodies, body: Stakeholder) -> bool:
    """Whether a body is law enforcement, or belongs to it."""
    return any(
        identity in part.stakeholders and part.stakeholders[identity].kind in _ENFORCEMENT
        for identity in (body.id, *part.belongs_to[body.id])
    )


def _answers(other: Stakeholder, viewer: Viewer, on: date | None) -> bool:
    return is_seen(other, viewer) and (on is None or other.in_force(on))


def _reaches(body: Stakeholder, region: str | None) -> bool:
    return territories.covers(body.territory, body.country, region) is not False


def _nearness(body: Stakeholder, region: str | None) -> tuple[bool, int, str]:
    return not body.operational, min((territories.distance(place, region) for place in body.territory), default=0), body.id


def _hotlines(part: Bodies, viewer: Viewer, region: str | None, on: date | None) -> list[tuple[Mandate, Json]]:
    """The lines of a country that may be called from a place, with their numbers.

    First those that take everybody, then those for victims of trafficking; the emergency number, which answers for everything, last.
    """
    found: list[tuple[tuple[Any, ...], Mandate, Json]] = []
    emergency = {entry.get("number") for entry in part.country.emergency} if isinstance(part, Part) else set()
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


_links: WeakKeyDictionary[Bodies, dict[str, tuple[Link, ...]]] = WeakKeyDictionary()


def _links_to(part: Bodies) -> dict[str, tuple[Link, ...]]:
    if part not in _links:
        found: dict[str, list[Link]] = {}
        for body in part.stakeholders.values():
            for link in body.links:
                found.setdefault(link.to, []).append(link)
        _links[part] = {to: tuple(links) for to, links in found.items()}
    return _links[part]
