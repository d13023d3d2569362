"""From tables to records: the source first, then each body with its mandates, then what belongs to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from importers import taxonomy
from importers.formats import hsds_bodies, hsds_profile, hsds_services
from importers.formats.hsds_fields import NEEDS_PARENT
from importers.formats.hsds_gather import Body, Dialect, Job, gather
from importers.formats.hsds_services import Said
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Options, Place, Read, Severity
from pathways.records import Record

_KEPT = frozenset({"service", "location"})
"""Kinds that must not be lost: one that belongs to nothing in the file refuses it."""


def read(tables: Tables, options: Options, dialect: Dialect, title: str, place: Place, today: date) -> Iterator[Read | Finding]:
    """All that the tables hold, body by body."""
    tables.index_below()
    yield from _orphans(tables, dialect)
    given = hsds_profile.has(tables)
    yield from hsds_profile.read(tables)
    if tables.count("organization") == 0:
        if not given:
            yield Finding(
                "missing", "warning", place, "the file holds no organization: it gives no record", "organizations with their services"
            )
        return
    country = _first_country(tables, options)
    source = f"{(country or 'xx').lower()}-{hsds_bodies.slug(options.source) or 'list'}"
    job = Job(tables, options, dialect, source, today, tables.ties("phone", "language"))
    told = False
    for row in tables.each("organization"):
        if given and hsds_profile.covers(tables, row):
            continue
        for found in _body(job, row):
            if isinstance(found, Read) and not told:
                told = True
                yield Read(_source(job, country or found.record.part, title), place)
            yield found


def _source(job: Job, part: str, title: str) -> Record:
    published = job.options.published
    fields = {
        "title": title,
        "publisher": job.options.source,
        "year": int(published[:4]) if published else None,
        "kind": "partner-list",
        "read": "full",
    }
    return Record("source", job.source, part, fields)


def _first_country(tables: Tables, options: Options) -> str | None:
    """The part that the source belongs to: the country that whoever imports names, else the first that the file names."""
    if options.country:
        return options.country
    return next((code for row in tables.each("address") if (code := taxonomy.country(row.text("country")))), None)


def _body(job: Job, row: Row) -> Iterator[Read | Finding]:
    body: Body | None = None
    for found in gather(job, row):
        if isinstance(found, Finding):
            yield found
        else:
            body = found
    if body is None:
        return
    held: Read | None = None
    for one in hsds_bodies.stakeholder(job, body):
        if isinstance(one, Finding):
            yield one
        else:
            held = one
    if held is None:
        return
    said = Said()
    mandates: list[Read] = []
    for service in body.services:
        for item in hsds_services.mandates(job, body, service):
            if isinstance(item, Said):
                said.specialised |= item.specialised
                said.confidential |= item.confidential
            elif isinstance(item, Read):
                mandates.append(item)
            else:
                yield item
    extra: dict[str, object] = {}
    if said.specialised:
        extra["specialised"] = True
    if said.confidential:
        extra |= {"confidential_location": True}
    yield replace(held, record=replace(held.record, fields=_closed({**held.record.fields, **extra})))
    yield from mandates


def _closed(fields: dict[str, object]) -> dict[str, object]:
    """A confidential body without what tells its place."""
    if not fields.get("confidential_location"):
        return fields
    return {name: value for name, value in fields.items() if name not in ("city", "territory_note")}


_NAMED = {"attribute": "link_id", "metadata": "resource_id"}
"""Columns that name what a row belongs to under another name."""


def _held(tables: Tables, row: Row) -> bool:
    """Whether a place or service is reached in another way: a place by the services that it gives, a service by its place."""
    if row.kind == "location":
        return "service_at_location" in tables.below(row) or bool(
            tables.above(row, "service_at_location") or tables.above(row, "organization")
        )
    return bool(tables.above(row, "organization") or any(tables.above(place, "organization") for place in tables.above(row, "location")))


def _orphans(tables: Tables, dialect: Dialect) -> Iterator[Finding]:
    """What belongs to nothing, or to something that the file does not hold."""
    for kind in sorted(NEEDS_PARENT):
        for row in tables.loose(kind):
            severity: Severity = "error" if kind in _KEPT else dialect.orphans
            needed = "organization" if kind in ("service", "location", "program") else "body, service or place"
            yield Finding("no-parent", severity, row.place, f"{kind} {row.id} belongs to no {needed}", f"the identifier of its {needed}")
    for row, above, identity in tables.dangling():
        kept = row.kind in _KEPT
        severity = ("note" if _held(tables, row) else "error") if kept else dialect.orphans
        yield Finding(
            "no-parent",
            severity,
            row.at(_NAMED.get(row.kind, f"{above}_id")),
            f"{row.kind} {row.id} belongs to {above} {identity}, which the file does not hold",
            f"the {above} in the same file or folder",
            identity[:80],
        )
