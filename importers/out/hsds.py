"""HSDS 3 from the directory, as far as a viewer may see it: the tabular data package, with our profile's tables beside the standard's.

An organization is a body, a service one of its mandates. Identifiers are UUIDs (version 5) of ours, so that the same body has the same
identifier in every export. There are no places: the directory keeps no street, and HSDS has no address without one.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from importers.formats import hsds_profile
from importers.out import profile, shown
from importers.taxonomy import OWN
from pathways import territories, vocabulary
from pathways.calendar import in_force
from pathways.directory import Directory
from pathways.records import Record
from pathways.visibility import Viewer
from pathways.vocabulary.labels import label

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:referral-pathways:hsds")
_TEXT = "text"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "organizations": ("id", "name", "alternate_name", "description", "email", "website", "parent_organization_id"),
    "organization_identifiers": ("id", "organization_id", "identifier_scheme", "identifier_type", "identifier"),
    "services": (
        "id",
        "organization_id",
        "name",
        "description",
        "status",
        "application_process",
        "eligibility_description",
        "minimum_age",
        "maximum_age",
        "alert",
    ),
    "phones": ("id", "organization_id", "number", "type", "description"),
    "contacts": ("id", "organization_id", "title", "email"),
    "schedules": ("id", "service_id", "description"),
    "service_areas": ("id", "service_id", "name", "extent", "extent_type"),
    "languages": ("id", "service_id", "code", "name"),
    "required_documents": ("id", "service_id", "document"),
    "taxonomies": ("id", "name", "description", "version"),
    "taxonomy_terms": ("id", "code", "name", "description", "taxonomy", "taxonomy_id"),
    "attributes": ("id", "link_id", "taxonomy_term_id", "link_type", "link_entity", "value"),
}
"""The standard's tables that are written, with their columns; the profile's tables stand beside them."""


def identifier(*words: str) -> str:
    """The UUID of one of our things in HSDS: `identifier("organization", body)`, `identifier("service", mandate)`."""
    return str(uuid.uuid5(_NAMES, ":".join(words)))


def rows(directory: Directory, viewer: Viewer, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """All rows of the package, each with its table; what is written last is not needed by what stands before it."""
    yield from taxonomy_rows()
    body: Record | None = None
    for record in shown.records(directory, viewer):
        body = record if record.kind == "stakeholder" else body
        yield from of_record(body or record, record, on)


def of_record(body: Record, record: Record, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one record, in the standard's tables and in the profile's; `body`: the one that it belongs to."""
    if record.kind == "stakeholder":
        yield from _organization(record)
    elif record.kind == "mandate":
        yield from _service(body, record, on)
    yield from _profile(record)


def taxonomy_rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Our functions as a taxonomy."""
    taxonomy = identifier("taxonomy", OWN)
    yield (
        "taxonomies",
        {"id": taxonomy, "name": OWN, "description": "The functions that bodies perform for victims of trafficking", "version": "1"},
    )
    notes = vocabulary.function_notes()
    for function in vocabulary.words("functions"):
        name = label("functions", function)
        yield (
            "taxonomy_terms",
            {
                "id": identifier("function", function),
                "code": function,
                "name": name,
                "description": notes.get(function) or name,
                "taxonomy": OWN,
                "taxonomy_id": taxonomy,
            },
        )


def _organization(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    fields = record.fields
    own = identifier("organization", record.id)
    points = [point for point in fields.get("contacts", ()) if point.get("current", True)]
    emails = [point for point in points if point["type"] == "email"]
    row = {
        "id": own,
        "name": fields["name"],
        "alternate_name": fields.get("name_local"),
        "description": fields.get("note") or label("kinds", fields["kind"]),
        "email": emails[0]["value"] if emails else None,
        "website": next((_absolute(point["value"]) for point in points if point["type"] == "website"), None),
        "parent_organization_id": identifier("organization", fields["parent"]) if "parent" in fields else None,
    }
    yield "organizations", _filled(row)
    yield (
        "organization_identifiers",
        {
            "id": identifier("identifier", record.id),
            "organization_id": own,
            "identifier_scheme": OWN,
            "identifier_type": "id in the directory",
            "identifier": record.id,
        },
    )
    for point in points:
        told = "; ".join(str(point[name]) for name in ("hours", "cost", "note") if name in point)
        if point["type"] == "phone":
            made = identifier("phone", record.id, point["value"])
            yield "phones", _filled({"id": made, "organization_id": own, "number": point["value"], "type": "voice", "description": told})
    for point in emails[1:]:
        made = identifier("contact", record.id, point["value"])
        yield "contacts", _filled({"id": made, "organization_id": own, "title": point.get("note"), "email": point["value"]})


def _service(body: Record, record: Record, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    fields = record.fields
    own = identifier("service", record.id)
    ends = {**body.fields, **{name: value for name, value in fields.items() if name in ("valid_from", "valid_to")}}
    unclear = "unclear" in (fields.get("operational"), body.fields.get("operational"))
    asked = [*(_words(word) for word in fields.get("requires", ())), *filter(None, (fields.get("requires_note"),))]
    access = f"Access: {_words(fields['access'])}" if "access" in fields else ""
    row = {
        "id": own,
        "organization_id": identifier("organization", body.id),
        "name": f"{label('functions', fields['function'])}: {body.fields['name']}",
        "description": fields.get("note"),
        "status": "active" if in_force(on, ends.get("valid_from"), ends.get("valid_to")) else "inactive",
        "application_process": "; ".join(filter(None, (access, f"Asks for: {', '.join(asked)}" if asked else ""))),
        "eligibility_description": "; ".join(
            f"{label} {told(fields[name])}" for name, label in (("serves", "For"), ("excludes", "Not for")) if fields.get(name)
        ),
        **_ages(fields.get("serves")),
        "alert": "It is unclear whether this still works" if unclear else None,
    }
    yield "services", _filled(row)
    yield (
        "attributes",
        {
            "id": identifier("attribute", record.id),
            "link_id": own,
            "taxonomy_term_id": identifier("function", fields["function"]),
            "link_type": "function",
            "link_entity": "service",
            "value": fields["function"],
        },
    )
    for place in fields.get("territory", body.fields["territory"]):
        area = {"id": identifier("area", record.id, place), "service_id": own, "name": territories.name(place)}
        yield "service_areas", {**area, "extent": place, "extent_type": _TEXT}
    for language in body.fields.get("languages", ()):
        yield "languages", {"id": identifier("language", record.id, language), "service_id": own, "code": language, "name": language}
    for point in body.fields.get("contacts", ()):
        if point["type"] == "hours" and point.get("current", True):
            made = identifier("schedule", record.id, point["value"])
            yield "schedules", {"id": made, "service_id": own, "description": point["value"]}
    if "requires_note" in fields:
        made = identifier("document", record.id)
        yield "required_documents", {"id": made, "service_id": own, "document": fields["requires_note"]}


def _profile(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """The row of the profile that holds a record whole."""
    kind = next(kind for kind, name in hsds_profile.RECORDS.items() if name == record.kind)
    table = next(table for table, name in hsds_profile.TABLES.items() if name == kind)
    row: dict[str, Any] = {"id": identifier(kind, record.id)}
    above = hsds_profile.ABOVE.get(kind)
    if above:
        holder = {"body": record.id, "mandate": record.id, "referral": record.fields.get("origin", "")}[kind]
        row[f"{above}_id"] = identifier(above, holder)
    yield table, {**row, **hsds_profile.to_row(kind, record)}


def told(condition: Mapping[str, Any]) -> str:
    """A condition in plain words."""
    if "not" in condition:
        return f"not ({told(condition['not'])})"
    for word, between in (("all", " and "), ("any", " or ")):
        if word in condition:
            parts = [told(part) for part in condition[word]]
            return parts[0] if len(parts) == 1 else between.join(f"({part})" for part in parts)
    name = _words(str(condition["fact"])).lower()
    if "at_least" in condition:
        return f"{name} {condition['at_least']} or more"
    if "at_most" in condition:
        return f"{name} {condition['at_most']} or less"
    return f"{name}: {', '.join(_word(value) for value in condition['in'])}"


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _ages(condition: Any) -> dict[str, int]:
    """The limits of age of a condition, where it is nothing but such limits, or demands them beside others."""
    if not isinstance(condition, Mapping):
        return {}
    parts: Sequence[Any] = condition.get("all", [condition])
    found: dict[str, int] = {}
    for part in parts:
        if part.get("fact") == "age_years":
            for test, name in (("at_least", "minimum_age"), ("at_most", "maximum_age")):
                if test in part:
                    found[name] = part[test]
    return found


def _words(word: str) -> str:
    plain = word.replace("-", " ").replace("_", " ").replace(".", " ")
    return plain[:1].upper() + plain[1:]


def _absolute(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}


def columns() -> dict[str, list[str]]:
    """Every table of the package with its columns."""
    ours = {table: list(profile.fields(kind)) for table, kind in hsds_profile.TABLES.items()}
    return {**{table: list(names) for table, names in COLUMNS.items()}, **ours}


def write(directory: Directory, viewer: Viewer, folder: Path, on: date) -> dict[str, int]:
    """Writes the package into a folder, row by row; how many rows each table has. `on`: the day on which services are called active."""
    folder.mkdir(parents=True, exist_ok=True)
    named = columns()
    counts = dict.fromkeys(named, 0)
    with ExitStack() as files:
        writers = {}
        for table, names in named.items():
            stream = files.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8", newline=""))
            writers[table] = csv.DictWriter(stream, names)
            writers[table].writeheader()
        for table, row in rows(directory, viewer, on):
            writers[table].writerow(row)
            counts[table] += 1
    package = description(directory.revision, named)
    (folder / "datapackage.json").write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return counts


def description(revision: int, named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The datapackage.json of the package."""
    described = {table: profile.fields(kind) for table, kind in hsds_profile.TABLES.items()}
    return {
        "name": "referral-pathways",
        "title": "Referral Pathways",
        "description": "Bodies, mandates and referrals for victims of trafficking in human beings, in HSDS 3 with a profile of its own.",
        "profile": "tabular-data-package",
        "version": f"revision {revision}",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [
            {
                "name": table,
                "path": f"{table}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "profile": "tabular-data-resource",
                "schema": {"primaryKey": "id", "fields": [_field(described.get(table, {}).get(name, {"name": name})) for name in names]},
            }
            for table, names in named.items()
        ],
    }


def _field(column: Mapping[str, Any]) -> dict[str, Any]:
    whole = column["name"] in ("minimum_age", "maximum_age")
    made = {"name": column["name"], "type": "integer" if whole else "string"}
    return {**made, "description": column["description"]} if "description" in column else made
