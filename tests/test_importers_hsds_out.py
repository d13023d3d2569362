"""HSDS 3 out: official schemas, the round trip, and what a viewer may not see."""

from __future__ import annotations

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from importers.formats import hsds3, hsds_profile
from importers.out import hsds, hsds_documents, profile, shown
from importers.reading import Finding, Options, Read
from pathways.directory import Directory
from pathways.format.reader import read
from pathways.records import CROSS_BORDER, Record
from pathways.stores.bundled import bundled_root
from pathways.visibility import ANONYMOUS, KEEPER, PARTNER

SCHEMAS = Path(__file__).parent.parent.parent / "shared" / "samples" / "hsds-3.0" / "schema"
official = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the official schemas are not here")
DAY = date(2026, 11, 24)
WRITTEN = {"source", "requirement", "stakeholder", "mandate", "link"}


@cache
def bundled() -> tuple[Record, ...]:
    return tuple(read(bundled_root()))


@cache
def directory() -> Directory:
    return Directory.from_records(bundled())


def tables(viewer: Any, of: Directory | None = None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, row in hsds.rows(of or directory(), viewer, DAY):
        found.setdefault(table, []).append(row)
    return found


_BASE = "https://hsds.example.org/schema/"


@cache
def _registry() -> Any:
    """The official schemas, which name each other by their files."""
    named = [(_BASE + path.name, json.loads(path.read_text())) for path in SCHEMAS.glob("*.json") if path.name != "openapi.json"]
    return jsonschema_rs.Registry(named)


def problems(schema: Any, value: Any) -> list[str]:
    """What a schema says against a value; formats (uuid, uri, email) are checked too."""
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=_registry(), base_uri=_BASE)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in validator.iter_errors(value)]


def compiled() -> dict[str, Any]:
    """The official schema of each table, by the name of its file."""
    schema = json.loads((SCHEMAS / "compiled" / "tabular.json").read_text())
    return {item["items"]["path"].removesuffix(".csv"): item["items"] for item in schema["properties"].values()}


@official
def test_the_official_schema_can_refuse_a_row() -> None:
    row = {"id": hsds.identifier("organization", "x"), "name": "x", "description": "x"}
    assert problems(compiled()["organizations"], row) == []
    for wrong in ({"id": "no uuid"}, {"website": "not a page"}, {"email": "nobody"}, {"name": None}):
        assert problems(compiled()["organizations"], {**row, **wrong}), wrong


@official
def test_every_row_of_the_package_validates_against_the_official_schema_of_its_table() -> None:
    found = tables(KEEPER)
    assert set(hsds.COLUMNS) <= set(compiled())
    for table in hsds.COLUMNS:
        schema = compiled()[table]
        assert set(hsds.COLUMNS[table]) <= set(schema["properties"]), table
        assert problems({"type": "array", "items": schema}, found.get(table, [])) == []
        for row in found.get(table, ()):
            assert set(schema.get("tabular_required", ())) <= set(row), table


@official
def test_the_package_as_one_document_validates_against_the_compiled_tabular_schema() -> None:
    schema = json.loads((SCHEMAS / "compiled" / "tabular.json").read_text())
    named = {item["items"]["path"].removesuffix(".csv"): name for name, item in schema["properties"].items()}
    assert problems(schema, {named[table]: rows for table, rows in tables(ANONYMOUS).items() if table in named}) == []


@official
def test_every_service_as_a_document_validates_against_the_compiled_schema() -> None:
    schema = json.loads((SCHEMAS / "compiled" / "service_with_definitions.json").read_text())
    documents = list(hsds_documents.services(directory(), ANONYMOUS, DAY))
    assert len(documents) > 1000
    assert problems({**schema, "properties": {"all": {"type": "array", "items": schema}}, "required": ["all"]}, {"all": documents}) == []


@official
def test_the_profile_is_a_merge_patch_that_leaves_the_official_schemas_valid() -> None:
    for name in ("service.json", "organization.json"):
        base, patch = json.loads((SCHEMAS / name).read_text()), profile.schemas()[name]
        merged = {**base, "properties": {**base["properties"], **patch["properties"]}}
        assert jsonschema_rs.meta.is_valid(merged)
        assert not set(base["properties"]) & set(patch["properties"]), "a patch adds and takes nothing away"


def test_the_published_profile_is_what_the_directory_s_own_schema_says() -> None:
    made = profile.schemas()
    assert {path.name for path in profile.FOLDER.glob("*.json")} == set(made)
    for name, schema in made.items():
        assert json.loads((profile.FOLDER / name).read_text(encoding="utf-8")) == schema


def test_every_row_of_the_profile_s_tables_has_the_shape_that_the_profile_says() -> None:
    found = tables(KEEPER)
    for table, kind in hsds_profile.TABLES.items():
        assert found[table]
        schema = {**profile.schemas()[f"{kind}.json"], "additionalProperties": False}
        assert problems({"type": "array", "items": schema}, found[table]) == []


def test_identifiers_are_uuids_of_ours_that_stay_and_every_reference_leads_to_a_row() -> None:
    found = tables(PARTNER)
    assert hsds.identifier("organization", "it-numero-verde") == hsds.identifier("organization", "it-numero-verde")
    ids = {table: {row["id"] for row in rows} for table, rows in found.items()}
    for table, rows in found.items():
        assert len(ids[table]) == len(rows), f"an identifier of {table} stands twice"
        for row in rows:
            assert row.get("organization_id") is None or row["organization_id"] in ids["organizations"]
            assert row.get("service_id") is None or row["service_id"] in ids["services"]
            assert row.get("parent_organization_id") is None or row["parent_organization_id"] in ids["organizations"]


def imported(folder: Path) -> tuple[list[Record], list[Finding]]:
    found = list(hsds3.read(folder, Options("own")))
    return [one.record for one in found if isinstance(one, Read)], [one for one in found if isinstance(one, Finding)]


def rebuilt(records: list[Record]) -> Directory:
    held = {record.key for record in records}
    rest = [r for r in bundled() if r.key not in held and (r.kind not in WRITTEN or r.part == CROSS_BORDER)]
    return Directory.from_records([*records, *rest])


def test_the_round_trip_of_whoever_keeps_the_directory_changes_nothing(tmp_path: Path) -> None:
    hsds.write(directory(), KEEPER, tmp_path, DAY)
    assert hsds3.recognise(tmp_path)
    records, findings = imported(tmp_path)
    assert {finding.severity for finding in findings} == {"note"}
    again = rebuilt(records)
    for code, part in directory().parts.items():
        assert again.parts[code].stakeholders == part.stakeholders, "bodies, contact points, mandates, links"
        assert again.parts[code].sources == part.sources
    of_countries = {record.key for record in records if record.part != CROSS_BORDER}
    assert of_countries == {r.key for r in bundled() if r.kind in WRITTEN and r.part != CROSS_BORDER}
    assert again.cross_border.sources == directory().cross_border.sources


@pytest.mark.parametrize("viewer", [ANONYMOUS, PARTNER, KEEPER])
def test_every_source_and_body_that_a_record_names_is_in_the_export(viewer: Any) -> None:
    records = list(shown.records(directory(), viewer))
    ids = {record.id for record in records}
    for record in records:
        named = [record.fields.get(name) for name in ("holder", "origin", "to", "parent", "operated_by", "instance_of", "succeeded_by")]
        assert {name for name in (*named, *record.fields.get("members", ()), *record.fields.get("sources", ())) if name} <= ids, record.id


@pytest.mark.parametrize("viewer", [ANONYMOUS, PARTNER])
def test_what_a_viewer_got_is_the_same_when_it_is_written_once_more(tmp_path: Path, viewer: Any) -> None:
    hsds.write(directory(), viewer, tmp_path / "one", DAY)
    records, findings = imported(tmp_path / "one")
    assert {finding.severity for finding in findings} == {"note"}
    hsds.write(rebuilt(records), viewer, tmp_path / "two", DAY)
    for path in sorted((tmp_path / "one").glob("*.csv")):
        assert _sorted(path) == _sorted(tmp_path / "two" / path.name), path.name


def _sorted(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return sorted(csv.DictReader(stream), key=lambda row: row["id"])


def test_a_feed_of_documents_is_read_again_as_the_same_records(tmp_path: Path) -> None:
    documents = list(hsds_documents.services(directory(), KEEPER, DAY))
    (tmp_path / "feed.json").write_text(json.dumps({"total_items": len(documents), "contents": documents}), encoding="utf-8")
    records, findings = imported(tmp_path / "feed.json")
    assert {finding.severity for finding in findings} == {"note"}
    told = {record.key: record for record in shown.records(directory(), KEEPER)}
    assert all(told[record.key] == record for record in records)
    assert {record.key for record in records if record.kind == "mandate"} == {key for key in told if key[0] == "mandate"}


def closed() -> tuple[Directory, Record]:
    """The directory with one body that is hidden and one whose place is confidential, each with something that would tell."""
    changed = []
    for record in bundled():
        fields = dict(record.fields)
        if record.key == ("stakeholder", "it-differenza-donna"):
            fields |= {"visibility": "hidden", "note": "SECRET-NOTE", "contacts": [{"type": "phone", "value": "SECRET-PHONE"}]}
        if record.key == ("stakeholder", "it-numero-verde"):
            fields |= {
                "confidential_location": True,
                "city": "SECRET-CITY",
                "territory": ["IT-BA"],
                "note": "near SECRET-CITY",
                "contacts": [
                    {"type": "phone", "value": "SECRET-OLD", "current": False},
                    {"type": "email", "value": "a@b.org", "visibility": "partner"},
                ],
            }
        changed.append(Record(record.kind, record.id, record.part, fields))
    return Directory.from_records(changed), next(r for r in bundled() if r.id == "it-differenza-donna")


def test_a_viewer_never_gets_what_is_closed_to_them_in_any_file(tmp_path: Path) -> None:
    hidden, body = closed()
    for name, viewer in (("public", ANONYMOUS), ("partner", PARTNER)):
        hsds.write(hidden, viewer, tmp_path / name, DAY)
        text = "\n".join(path.read_text(encoding="utf-8") for path in (tmp_path / name).iterdir())
        text += json.dumps(list(hsds_documents.services(hidden, viewer, DAY)), ensure_ascii=False)
        assert "SECRET" not in text and body.id not in text
        assert body.fields["name"] not in {row["name"] for row in _sorted(tmp_path / name / "organizations.csv")}
        assert '"IT-BA"' not in text.replace('""', '"')
        assert ("a@b.org" in text) == (viewer is PARTNER)
    hsds.write(hidden, KEEPER, tmp_path / "keeper", DAY)
    assert "SECRET-NOTE" in (tmp_path / "keeper" / "bodies.csv").read_text(encoding="utf-8")


def test_a_mandate_that_has_ended_is_not_active() -> None:
    found = tables(KEEPER)
    ended = {row["service_id"] for row in found["mandates"] if row.get("valid_to", "9999") < "2026"}
    assert ended
    assert {row["status"] for row in found["services"] if row["id"] in ended} == {"inactive"}
