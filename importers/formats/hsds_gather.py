"""An organization of a file with all that belongs to it: services, places, contact points, hours, languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from importers.formats import hsds_places, hsds_values
from importers.formats.hsds_places import Where
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Options, Severity


@dataclass(frozen=True, slots=True)
class Dialect:
    """How strictly a member of the family is read."""

    name: str
    values: Severity = "warning"
    """How grave it is that a contact point or a date is not of its kind."""
    orphans: Severity = "warning"
    """How grave it is that a detail belongs to nothing in the file; of a service or place it is always an error."""
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
    spoken_by_line: bool = False
    """Whether the file says which languages are spoken on a telephone line."""
    parents: dict[str, str] = field(default_factory=dict)
    """Ids of bodies that others name as theirs, remembered."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row with what belongs directly to it, by kind."""

    row: Row
    below: dict[str, list[Row]]

    def all(self, kind: str) -> list[Row]:
        """What of a kind belongs to it."""
        return self.below.get(kind, [])


@dataclass(frozen=True, slots=True)
class Service:
    """A service, the rows that tie it to places, and the places themselves."""

    held: Held
    ties: tuple[Held, ...]
    places: tuple[Held, ...]

    @property
    def name(self) -> str:
        """Its name, or its place in the file where it has none."""
        return self.held.row.text("name") or str(self.held.row.place)


@dataclass(slots=True)
class Body:
    """An organization with all that belongs to it."""

    held: Held
    services: list[Service] = field(default_factory=list)
    places: dict[str, Held] = field(default_factory=dict)
    where: Where = field(default_factory=Where)
    country: str = ""
    points: list[dict[str, Any]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    """What is said of languages in words."""

    def point(self, point: dict[str, Any], about: str = "") -> None:
        """Adds a contact point; one that is known already only gains words."""
        known = next((p for p in self.points if p["type"] == point["type"] and p["value"] == point["value"]), None)
        words = [word for word in (point.pop("note", ""), f"for {about}" if about else "") if word]
        if known is None:
            self.points.append(known := point)
        for word in words:
            if word not in known.get("note", ""):
                known["note"] = "; ".join(part for part in (known.get("note", ""), word) if part)

    def parts(self) -> Iterator[tuple[Held, str]]:
        """Everything of the body that may hold contact points, each with what it is for where the body has several."""
        several = len({service.name for service in self.services}) > 1
        yield self.held, ""
        for service in self.services:
            for held in (service.held, *service.ties):
                yield held, service.name if several else ""
        for place in self.places.values():
            yield place, place.row.text("name") if len(self.places) > 1 else ""


def gather(job: Job, row: Row) -> Iterator[Finding | Body]:
    """All of an organization; findings first, the body last."""
    body = Body(Held(row, job.tables.below(row)))
    _join(job.tables, body)
    addresses = [address for held in (*body.places.values(), body.held) for address in held.all("address")]
    for found in hsds_places.of_addresses(addresses, job.options.country):
        if isinstance(found, Finding):
            yield found
        else:
            body.where = found
    named = body.where.countries
    body.country = (job.options.country if job.options.country in named else next(iter(named), job.options.country)) or ""
    for held, about in body.parts():
        yield from _points(job, body, held, ("website", "url", "email"), about)
        for contact in held.all("contact"):
            office = ", ".join(dict.fromkeys(word for word in (contact.text("title"), contact.text("department")) if word))
            yield from _points(job, body, Held(contact, job.tables.below(contact)), ("email",), office or about)
        for hours in hsds_values.hours(held.all("schedule"), job.today, job.dialect.values):
            if isinstance(hours, Finding):
                yield hours
            else:
                body.point({"type": "hours", "value": hours}, about)
        yield from _languages(body, held.all("language"))
    yield body


def _join(tables: Tables, body: Body) -> None:
    """Finds the services of a body and the places of both."""
    services = {service.id: service for service in body.held.all("service")}
    for place in body.held.all("location"):
        body.places[place.id] = Held(place, tables.below(place))
        services.update({service.id: service for service in body.places[place.id].all("service")})
    for row in services.values():
        held = Held(row, tables.below(row))
        ties = tuple(Held(tie, tables.below(tie)) for tie in held.all("service_at_location"))
        places = []
        for place in _places(tables, held, ties):
            if place.id not in body.places:
                body.places[place.id] = Held(place, tables.below(place))
            places.append(body.places[place.id])
        body.services.append(Service(held, ties, tuple(places)))


def _places(tables: Tables, service: Held, ties: Sequence[Held]) -> Iterator[Row]:
    """The places of a service: within it or within its ties, or named by either."""
    seen = set()
    for place in chain(service.all("location"), *(tie.all("location") for tie in ties)):
        if place.id not in seen:
            seen.add(place.id)
            yield place
    for identity in (service.row.text("location_id"), *(tie.row.text("location_id") for tie in ties)):
        named = tables.get("location", identity) if identity and identity not in seen else None
        if named is not None:
            seen.add(identity)
            yield named


def _points(job: Job, body: Body, held: Held, columns: Sequence[str], about: str) -> Iterator[Finding]:
    severity = job.dialect.values
    for phone in held.all("phone"):
        yield from _each(body, hsds_values.phone(phone, severity), about)
        if job.spoken_by_line:
            yield from _languages(body, job.tables.below(phone).get("language", []))
    for column in columns:
        read = hsds_values.email if column == "email" else hsds_values.website
        kind = "email" if column == "email" else "website"
        values = read(held.row, column, severity)
        yield from _each(body, ({"type": kind, "value": value} if isinstance(value, str) else value for value in values), about)


def _each(body: Body, found: Iterable[Finding | dict[str, Any]], about: str) -> Iterator[Finding]:
    for one in found:
        if isinstance(one, Finding):
            yield one
        else:
            body.point(one, about)


def _languages(body: Body, rows: Sequence[Row]) -> Iterator[Finding]:
    for language in hsds_values.languages(rows):
        if isinstance(language, Finding):
            yield language
        elif language not in body.languages:
            body.languages.append(language)
    for row in rows:
        note = row.text("note")
        told = f"{row.text('name', 'code')}: {note}" if row.text("name", "code") else note
        if note and told not in body.spoken:
            body.spoken.append(told)
