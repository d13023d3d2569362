"""Contact points, places and restrictions of FHIR resources; what a resource restricts is told to nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pycountry

from importers.formats.fhir_files import Resource
from importers.private.secrets import Secrets
from importers.reading import Finding
from pathways import territories

RESTRICTION = "usage-restriction"
_TYPES = {"phone": "phone", "sms": "phone", "email": "email", "url": "website"}
_NOT_KEPT = {"fax": "a fax number", "pager": "a pager"}
_DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}
_VERY = frozenset({"V"})
_SENSITIVE = frozenset({"R", "V"})


def extensions(element: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The extensions of an element by the last word of their address."""
    if isinstance(element, Mapping):
        for extension in element.get("extension") or ():
            if isinstance(extension, Mapping) and str(extension.get("url", "")).rpartition("/")[2] == name:
                yield extension


def is_restricted(element: Any) -> bool:
    """Whether an element may be used only under a condition that is not ours to fulfil."""
    return any(extensions(element, RESTRICTION))


def secrecy(resource: Mapping[str, Any]) -> str | None:
    """`hidden` or `partner` for a resource that is restricted as a whole, by its security labels or an extension; None where it is not."""
    meta = resource.get("meta")
    labels = meta.get("security") or () if isinstance(meta, Mapping) else ()
    codes = {str(label.get("code", "")) for label in labels if isinstance(label, Mapping)}
    if codes & _VERY:
        return "hidden"
    return "partner" if codes & _SENSITIVE or is_restricted(resource) else None


def restricted_parts(element: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The restricted elements within a resource, with their paths; what stands in `contained` is not part of it."""
    if isinstance(element, Mapping):
        if path and is_restricted(element):
            yield path, element
            return
        for key, value in element.items():
            if key != "contained":
                yield from restricted_parts(value, f"{path}.{key}" if path else key)
    elif isinstance(element, list):
        for index, value in enumerate(element):
            yield from restricted_parts(value, f"{path}[{index}]")


def country_of(address: Any) -> str | None:
    """The ISO code of an address's country, however it is written; None where none is given or known."""
    written = str(address.get("country") or "").strip() if isinstance(address, Mapping) else ""
    if not written:
        return None
    if written.upper() in ("UK", "XK"):
        return "GB" if written.upper() == "UK" else "XK"
    try:
        return str(pycountry.countries.lookup(written).alpha_2)
    except LookupError:
        return None


def territory_of(address: Any, country: str) -> str | None:
    """The region of an address as a code of ISO 3166-2; None where none is given or known."""
    state = str(address.get("state") or "").strip() if isinstance(address, Mapping) else ""
    if not state:
        return None
    for code in (state.upper(), f"{country}-{state.upper()}"):
        if "-" in code and code.startswith(country) and territories.is_territory(code):
            return code
    named = [s.code for s in pycountry.subdivisions.get(country_code=country) or () if s.name.casefold() == state.casefold()]
    return str(named[0]) if named else None


def contacts(resource: Resource, secrets: Secrets, source: str, today: date) -> Iterator[dict[str, Any] | Finding]:
    """The contact points of a resource that may be kept."""
    for index, point in enumerate(resource.data.get("telecom") or ()):
        place = resource.at(f"telecom[{index}]")
        if not isinstance(point, Mapping) or not str(point.get("value") or "").strip():
            yield Finding("missing", "warning", place, "a contact point without a value", "its value, or leave it out")
            continue
        system, value = str(point.get("system") or ""), str(point["value"]).strip()
        if is_restricted(point) or secrets.within(value):
            yield Finding("confidential", "warning", place, "its use is restricted by the file: it was left out")
        elif system in _NOT_KEPT:
            yield Finding("ignored", "note", resource.at("telecom"), f"{_NOT_KEPT[system]} is not kept")
        elif system not in _TYPES:
            yield Finding(
                "unknown-word",
                "error",
                place,
                f"{system or 'nothing'!r} is no system of contacts",
                f"accepted: {', '.join(_TYPES)}",
                system,
            )
        elif point.get("use") == "home":
            yield Finding("confidential", "warning", place, "the private contact of a person: it was left out")
        else:
            yield _contact(point, _TYPES[system], value, source, today)


def _contact(point: Mapping[str, Any], kind: str, value: str, source: str, today: date) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "value": value, "sources": [source]}
    hours = "; ".join(filter(None, (_extended_hours(e) for e in extensions(point, "contactpoint-availabletime"))))
    if hours:
        found["hours"] = hours
    if point.get("use") == "old" or is_past(point, today):
        found["current"] = False
    return found


def is_past(element: Mapping[str, Any], today: date) -> bool:
    """Whether the period of an element has ended."""
    end = end_of(element)
    return bool(end) and str(end) < today.isoformat()[: len(str(end))]


def end_of(element: Mapping[str, Any]) -> str | None:
    """The last day of an element's period, as year, month or day; None where it is open."""
    period = element.get("period")
    end = period.get("end") if isinstance(period, Mapping) else None
    return str(end)[:10] if end else None


def _extended_hours(extension: Mapping[str, Any]) -> str:
    parts: dict[str, list[Any]] = {}
    for inner in extension.get("extension") or ():
        value = next((v for k, v in inner.items() if k.startswith("value")), None)
        parts.setdefault(str(inner.get("url", "")), []).append(value)
    first = {key: values[0] for key, values in parts.items()}
    return hours_of({**first, "daysOfWeek": parts.get("daysOfWeek", [])})


def hours_of(times: Mapping[str, Any]) -> str:
    """Days and hours in words: `Mon, Tue 09:00-12:00`."""
    days = [_DAYS[day] for day in times.get("daysOfWeek") or () if day in _DAYS]
    named = "daily" if len(days) in (0, 7) else f"{days[0]}-{days[-1]}" if _in_a_row(days) else ", ".join(days)
    if times.get("allDay") is True:
        return "24/7" if named == "daily" else f"{named} all day"
    start, end = str(times.get("availableStartTime") or "")[:5], str(times.get("availableEndTime") or "")[:5]
    return f"{named} {start}-{end}" if start and end else ("" if named == "daily" else named)


def _in_a_row(days: list[str]) -> bool:
    order = list(_DAYS.values())
    return len(days) > 2 and [order.index(day) for day in days] == list(range(order.index(days[0]), order.index(days[0]) + len(days)))
