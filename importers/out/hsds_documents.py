"""HSDS 3 as documents: an organization or a service with all that belongs to it, as the API of HSDS gives one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from importers.formats import hsds_profile
from importers.out import hsds, shown
from importers.taxonomy import OWN
from pathways.directory import Directory
from pathways.visibility import Viewer

_OF_ORGANIZATION = {"organization_identifiers": "organization_identifiers", "phones": "phones", "contacts": "contacts"}
_OF_SERVICE = {
    "schedules": "schedules",
    "service_areas": "service_areas",
    "languages": "languages",
    "required_documents": "required_documents",
}
_TIES = frozenset({"organization_id", "service_id", "link_id", "link_entity", "taxonomy_term_id", "taxonomy_id"})
"""Columns that a table needs and a document does not: there one thing lies within the other."""


def of_body(directory: Directory, body: str, viewer: Viewer, on: date) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The organization and the services of one body, the services without the organization; None where the viewer may not see it."""
    part, found = directory.part_of(body), directory.stakeholder(body)
    if part is None or found is None:
        return None
    organization: dict[str, Any] = {}
    services: dict[str, dict[str, Any]] = {}
    records = list(shown.of_body(directory, part, found, viewer))
    if not records:
        return None
    for record in [*records, *shown.named_by(directory, part, records, viewer)]:
        for table, row in hsds.of_record(records[0], record, on):
            if table == "organizations":
                organization = row
            elif table == "services":
                services[row["id"]] = {name: value for name, value in row.items() if name not in _TIES}
            elif table in _OF_ORGANIZATION:
                organization.setdefault(table, []).append(_inside(row))
            elif table in _OF_SERVICE:
                services[row["service_id"]].setdefault(table, []).append(_inside(row))
            elif table == "attributes":
                services[row["link_id"]].setdefault("attributes", []).append(_attribute(row))
            elif table in hsds_profile.TABLES:
                holder = services[row["service_id"]] if table == "mandates" else organization
                holder.setdefault(table, []).append(_profile(table, row))
    return organization, list(services.values())


def _inside(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TIES}


def _attribute(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**_inside(row), "taxonomy_term": term(row["value"])}


def _profile(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the profile with its values as JSON has them."""
    columns = hsds_profile.columns(hsds_profile.TABLES[table])
    return {
        name: json.loads(value) if name in columns and not columns[name][1] else value for name, value in row.items() if name not in _TIES
    }


@cache
def _taxonomy() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The taxonomy of our functions, and its terms by their words."""
    rows = list(hsds.taxonomy_rows())
    return next(row for table, row in rows if table == "taxonomies"), {row["code"]: row for table, row in rows if table == "taxonomy_terms"}


def term(function: str) -> dict[str, Any]:
    """A function as a term of our taxonomy."""
    taxonomy, terms = _taxonomy()
    return {**_inside(terms[function]), "taxonomy": OWN, "taxonomy_detail": taxonomy}


def services(directory: Directory, viewer: Viewer, on: date) -> Iterator[dict[str, Any]]:
    """Every service that a viewer may see, each with its organization."""
    for part in directory.everywhere:
        for body in part.stakeholders:
            found = of_body(directory, body, viewer, on)
            if found is not None:
                organization, own = found
                yield from ({**service, "organization": organization} for service in own)
