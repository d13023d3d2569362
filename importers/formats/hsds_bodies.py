"""The records of bodies: names, kind, places, contact points, languages, identifiers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from importers import taxonomy
from importers.formats.hsds_gather import Body, Job, gather
from importers.formats.hsds_tables import Row
from importers.reading import Finding, Place, Read
from pathways import script
from pathways.records import Record

_REMEMBERED = 10_000


def digest(*words: str) -> str:
    """A short name for an identifier of a partner, the same at every reading."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:6]


def slug(text: str, length: int = 40) -> str:
    """A name as it stands in an id: small letters and digits of ASCII, hyphens between."""
    plain = re.sub(r"[^a-z0-9]+", "-", script.latin(text).encode("ascii", "ignore").decode().lower()).strip("-")
    return plain if len(plain) <= length else plain[:length].rsplit("-", 1)[0].strip("-")


def body_id(job: Job, body: Body) -> str:
    """The id of a body: its country, its name, and a short hash of the identifier that its list gives it; empty where it can have none."""
    name = body.held.row.text("name")
    if not name or not body.country:
        return ""
    return f"{body.country.lower()}-{slug(name) or 'body'}-{digest(job.options.source, 'organization', body.held.row.id)}"


def stakeholder(job: Job, body: Body) -> Iterator[Finding | Read]:
    """The record of a body; nothing but findings where it has no name or no country."""
    row, severity = body.held.row, job.dialect.values
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
    identity = body_id(job, body)
    description = row.text("description")
    notes = [description] if description else []
    statuses = {text: column for column in ("tax_status", "legal_status") if (text := row.text(column))}
    kind, unknown = taxonomy.kind_of(name, tuple(reversed(statuses)))
    for word in unknown:
        yield Finding("unknown-word", "warning", row.at(statuses[word]), "a status that no table knows", "see kinds.yaml", word[:80])
    if not kind.by:
        text = "nothing says what kind of body it is; its kind is unknown"
        yield Finding("missing", "note", row.at("legal_status"), text, "its legal status, or its kind by hand")
    territory = body.where.territory or [body.country]
    fields: dict[str, Any] = {"id": identity, "name": name, "kind": kind.word, "territory": territory, "sources": [job.source]}
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
    interpreters = [service.held.row.text("interpretation_services") for service in body.services]
    spoken = list(dict.fromkeys(words for words in (*interpreters, *body.spoken) if words))
    if spoken:
        fields["languages_note"] = "; ".join(spoken)
    for access in (access for place in body.places.values() for access in place.all("accessibility")):
        told = " ".join(dict.fromkeys(text for text in (access.text("description", "accessibility"), access.text("details")) if text))
        if told and f"Access: {told}" not in notes:
            notes.append(f"Access: {told}")
    if notes:
        fields["note"] = " ".join(notes)
    yield from _parent(job, row, fields)
    keys = [(f"{job.options.source}:organization", row.id)]
    keys += [(column, row.text(column)) for column in ("uri", "tax_id") if row.text(column)]
    for given in body.held.all("organization_identifier"):
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
    yield Read(Record("stakeholder", identity, body.country, fields), row.place, named, tuple(keys))


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
    if above not in job.parents:
        if len(job.parents) > _REMEMBERED:
            job.parents.clear()
        job.parents[above] = next((body_id(job, found) for found in gather(job, parent) if isinstance(found, Body)), "")
    if job.parents[above]:
        fields["parent"] = job.parents[above]
