"""Organizations become bodies: names, kind, places, contact points, languages, identifiers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from importers import taxonomy
from importers.formats import hsds_places, hsds_values
from importers.formats.hsds_places import Where
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Options, Place, Read, Severity
from pathways import script
from pathways.records import Record


@dataclass(frozen=True, slots=True)
class Dialect:
    """How strictly a member of the family is read."""

    name: str
    values: Severity = "warning"
    """How grave it is that a contact point or a date is not of its kind."""
    orphans: Severity = "warning"
    """How grave it is that a detail belongs to nothing in the file; of a service or place it is always an error."""
    status: bool = True
    """Whether a service must say whether it is active."""
    taxonomy: str = ""
    """The taxonomy of terms that name none."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one reading of one file is about."""

    tables: Tables
    options: Options
    dialect: Dialect
    source: str
    """The id of the record of the file itself."""
    today: date


@dataclass(slots=True)
class Body:
    """An organization with all that belongs to it, gathered from its services and places."""

    row: Row
    country: str = ""
    id: str = ""
    where: Where = field(default_factory=Where)
    services: list[tuple[Row, dict[str, list[Row]], list[Row]]] = field(default_factory=list)
    """Each service with what belongs to it and its places."""
    points: list[dict[str, Any]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reading: date | None = None

    def point(self, point: dict[str, Any], about: str = "") -> None:
        """Adds a contact point; one that is known already only gains words."""
        known = next((p for p in self.points if p["type"] == point["type"] and p["value"] == point["value"]), None)
        words = [word for word in (point.pop("note", ""), f"for {about}" if about else "") if word]
        if known is None:
            self.points.append(known := point)
        for word in words:
            if word not in known.get("note", ""):
                known["note"] = "; ".join(part for part in (known.get("note", ""), word) if part)


def digest(*words: str) -> str:
    """A short name for an identifier of a partner, the same at every reading."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:6]


def slug(text: str, length: int = 40) -> str:
    """A name as it stands in an id: small letters and digits of ASCII, hyphens between."""
    plain = re.sub(r"[^a-z0-9]+", "-", script.latin(text).encode("ascii", "ignore").decode().lower()).strip("-")
    return plain if len(plain) <= length else plain[:length].rsplit("-", 1)[0].strip("-")


def gather(job: Job, row: Row) -> Iterator[Finding | Body]:
    """An organization with its services, places, contact points and languages; findings first, the body last."""
    body = Body(row)
    below = job.tables.below(row)
    severity = job.dialect.values
    places: dict[str, tuple[Row, dict[str, list[Row]]]] = {}
    for place in below.get("location", ()):
        places[place.id] = (place, job.tables.below(place))
    services = {service.id: service for service in below.get("service", ())}
    for _, held in list(places.values()):
        services.update({service.id: service for service in held.get("service", ())})
    for service in services.values():
        held = job.tables.below(service)
        at = list(_places(job.tables, service, held))
        for place in at:
            if place.id not in places:
                places[place.id] = (place, job.tables.below(place))
        body.services.append((service, held, at))
    addresses = [address for _, inside in places.values() for address in inside.get("address", ())] + below.get("address", [])
    for found in hsds_places.of_addresses(addresses, job.options.country):
        if isinstance(found, Finding):
            yield found
        else:
            body.where = found
    body.country = job.options.country if job.options.country in body.where.countries else next(iter(body.where.countries), "")
    body.country = body.country or (job.options.country or "")
    yield from _own_points(body, row, below, severity, ("website", "email"))
    several = len({service.text("name") for service, _, _ in body.services}) > 1
    for service, inside, _ in body.services:
        about = service.text("name") if several else ""
        yield from _own_points(body, service, inside, severity, ("url", "email"), about)
        for both in inside.get("service_at_location", ()):
            yield from _own_points(body, both, job.tables.below(both), severity, (), about)
    for place, inside in places.values():
        about = place.text("name") if len(places) > 1 else ""
        yield from _own_points(body, place, inside, severity, ("url", "website", "email"), about)
    yield from _contacts(job, body, [below, *(inside for _, inside, _ in body.services), *(inside for _, inside in places.values())])
    yield from _hours(job, body, list(places.values()), several)
    spoken = [inside.get("language", []) for inside in (*(i for _, i, _ in body.services), *(i for _, i in places.values()))]
    for language in hsds_values.languages([one for many in spoken for one in many]):
        if isinstance(language, Finding):
            yield language
        elif language not in body.languages:
            body.languages.append(language)
    for _, inside in places.values():
        for access in inside.get("accessibility", ()):
            if access.text("description", "accessibility"):
                body.notes.append(f"Access: {access.text('description', 'accessibility')}")
    yield body


def _places(tables: Tables, service: Row, inside: dict[str, list[Row]]) -> Iterator[Row]:
    """The places of a service: named by itself, by its rows in the table of services at places, or within them."""
    yield from inside.get("location", ())
    named = [service.text("location_id")]
    for at in inside.get("service_at_location", ()):
        yield from tables.below(at).get("location", ())
        named.append(at.text("location_id"))
    for identity in dict.fromkeys(named):
        place = tables.get("location", identity) if identity else None
        if place:
            yield place


def _own_points(
    body: Body, row: Row, below: dict[str, list[Row]], severity: Severity, columns: Sequence[str], about: str = ""
) -> Iterator[Finding]:
    for phone in below.get("phone", ()):
        yield from _each(body, hsds_values.phone(phone, severity), about)
    for column in columns:
        if column == "email":
            yield from _each(
                body, ({"type": "email", "value": v} if isinstance(v, str) else v for v in hsds_values.email(row, column, severity)), about
            )
        else:
            found = hsds_values.website(row, column, severity)
            yield from _each(body, ({"type": "website", "value": v} if isinstance(v, str) else v for v in found), about)


def _each(body: Body, found: Iterable[Finding | dict[str, Any]], about: str) -> Iterator[Finding]:
    for one in found:
        if isinstance(one, Finding):
            yield one
        else:
            body.point(one, about)


def _contacts(job: Job, body: Body, groups: Sequence[dict[str, list[Row]]]) -> Iterator[Finding]:
    """Contact persons: their office, not their name."""
    for contact in (one for group in groups for one in group.get("contact", ())):
        office = ", ".join(dict.fromkeys(word for word in (contact.text("title"), contact.text("department")) if word))
        yield from _own_points(body, contact, job.tables.below(contact), job.dialect.values, ("email",), office)


def _hours(job: Job, body: Body, places: Sequence[tuple[Row, dict[str, list[Row]]]], several: bool) -> Iterator[Finding]:
    sets = [(service.text("name") if several else "", inside.get("schedule", [])) for service, inside, _ in body.services]
    sets += [(place.text("name") if len(places) > 1 else "", inside.get("schedule", [])) for place, inside in places]
    for _, inside, _ in body.services:
        sets += [("", job.tables.below(at).get("schedule", [])) for at in inside.get("service_at_location", ())]
    for about, schedules in sets:
        for found in hsds_values.hours(schedules, job.today, job.dialect.values):
            if isinstance(found, Finding):
                yield found
            else:
                body.point({"type": "hours", "value": found}, about)


def stakeholder(job: Job, body: Body) -> Iterator[Finding | Read]:
    """The record of a body; nothing but findings where it has no name or no country."""
    row, severity = body.row, job.dialect.values
    name = row.text("name")
    if not name:
        yield Finding("missing", "error", row.at("name"), f"organization {row.id} has no name", "the name of the body")
        return
    if not body.country:
        yield Finding(
            "missing",
            "error",
            row.place,
            f"organization {row.id} ({name[:60]}) names no country",
            "an address with a country, or --country",
        )
        return
    body.id = f"{body.country.lower()}-{slug(name) or 'body'}-{digest(job.options.source, 'organization', row.id)}"
    statuses = {text: column for column in ("tax_status", "legal_status") if (text := row.text(column))}
    kind, unknown = taxonomy.kind_of(name, tuple(reversed(statuses)))
    for word in unknown:
        yield Finding("unknown-word", "warning", row.at(statuses[word]), "a status that no table knows", "see kinds.yaml", word[:80])
    if not kind.by:
        yield Finding(
            "missing", "warning", row.at("legal_status"), f"nothing says what kind of body it is; taken as {kind.word}", "its legal status"
        )
        body.notes.append("Its list does not say what kind of body it is.")
    territory = body.where.territory or [body.country]
    fields: dict[str, Any] = {"id": body.id, "name": name, "kind": kind.word, "territory": territory, "sources": [job.source]}
    if row.text("alternate_name") not in ("", name):
        fields["name_local"] = row.text("alternate_name")
    if len(body.where.cities) == 1:
        fields["city"] = body.where.cities[0]
    elif body.where.cities:
        fields["territory_note"] = f"Places: {', '.join(body.where.cities)}"
    if body.points:
        fields["contacts"] = body.points
    if body.languages:
        fields["languages"] = body.languages
    interpreters = list(dict.fromkeys(s.text("interpretation_services") for s, _, _ in body.services if s.text("interpretation_services")))
    if interpreters:
        fields["languages_note"] = "; ".join(interpreters)
    description = row.text("description")
    notes = list(dict.fromkeys([*([description] if description else []), *body.notes]))
    if notes:
        fields["note"] = " ".join(notes)
    yield from _parent(job, row, fields)
    keys = [(f"{job.options.source}:organization", row.id)]
    keys += [(column, row.text(column)) for column in ("uri", "tax_id") if row.text(column)]
    for given in job.tables.below(row).get("organization_identifier", ()):
        scheme = given.text("identifier_scheme", "identifier_type")
        if scheme and given.text("identifier"):
            keys.append((scheme, given.text("identifier")))
        else:
            yield Finding("missing", severity, given.at("identifier"), "an identifier without a scheme or a value", "both")
    places = {column: row.at(column) for column in ("name", "alternate_name", "description") if column in row.data}
    named: dict[str, Place] = {
        "name_local": places.pop("alternate_name", row.place),
        "note": places.pop("description", row.place),
        **places,
    }
    yield Read(Record("stakeholder", body.id, body.country, fields), row.place, named, tuple(keys))


def _parent(job: Job, row: Row, fields: dict[str, Any]) -> Iterator[Finding]:
    above = row.text("parent_organization_id")
    if not above:
        return
    parent = job.tables.get("organization", above)
    if parent is None:
        yield Finding(
            "no-parent", "warning", row.at("parent_organization_id"), f"its parent {above} is not in the file; left out", "the parent body"
        )
        return
    for found in gather(job, parent):
        if isinstance(found, Body) and found.country and parent.text("name"):
            fields["parent"] = (
                f"{found.country.lower()}-{slug(parent.text('name')) or 'body'}-{digest(job.options.source, 'organization', parent.id)}"
            )
