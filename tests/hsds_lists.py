"""Documents of Open Referral for tests, and what the readers make of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from importers.formats import hsds3
from importers.reading import Finding, Options, Read

ORGANIZATION = {
    "id": "o1",
    "name": "Helping Hand",
    "alternate_name": "Main Tendue",
    "description": "Works with migrants",
    "legal_status": "registered charity",
    "website": "https://example.org",
    "organization_identifiers": [{"id": "i1", "identifier_scheme": "GB-CHC", "identifier_type": "charity", "identifier": "123"}],
}


def service(**more: Any) -> dict[str, Any]:
    """A night shelter in Manchester, with what a test adds."""
    place = {
        "id": "l1",
        "location_type": "physical",
        "name": "Front gate",
        "latitude": 53.4,
        "addresses": [
            {
                "id": "a1",
                "address_1": "12 Hidden Street",
                "city": "Manchester",
                "state_province": "Manchester",
                "postal_code": "M1 1AA",
                "country": "GB",
                "address_type": "physical",
            }
        ],
    }
    made = {
        "id": "s1",
        "name": "Night shelter",
        "status": "active",
        "last_modified": "2025-03-15T10:30:45.123Z",
        "organization": ORGANIZATION,
        "service_at_locations": [{"id": "sl1", "location": place}],
    }
    return {**made, **more}


def saved(tmp_path: Path, data: Any, name: str = "feed.json") -> Path:
    """A document in a file."""
    path = tmp_path / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def read(path: Path, form: Any = hsds3, country: str | None = None, published: str | None = None) -> tuple[list[Read], list[Finding]]:
    """The records and findings of a file."""
    found = list(form.read(path, Options("test-list", country, published=published)))
    return [one for one in found if isinstance(one, Read)], [one for one in found if isinstance(one, Finding)]


def only(reads: list[Read], kind: str) -> dict[str, Any]:
    """The fields of the one record of a kind."""
    (found,) = [one.record for one in reads if one.record.kind == kind]
    return dict(found.fields)


def errors(findings: list[Finding]) -> list[Finding]:
    """Those that refuse the file."""
    return [finding for finding in findings if finding.severity == "error"]


def told(findings: list[Finding], rule: str, column: str) -> list[Finding]:
    """Those of a rule at a column."""
    return [finding for finding in findings if finding.rule == rule and finding.place.column.endswith(column)]
