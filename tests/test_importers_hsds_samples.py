"""Open Referral in, on the files that others published: each is read, or refused with the place and for its own reason."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from importers.formats import hsds3, hsds11, oruk
from importers.reading import Finding, Options, Read

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of others are not here")

EXAMPLES, MOCKS, OHANA = SAMPLES / "hsds-3.0" / "examples", SAMPLES / "oruk-mocks", SAMPLES / "ohana"


def read(form: Any, path: Path, country: str | None) -> tuple[list[Read], list[Finding]]:
    found = list(form.read(path, Options("sample", country, published="2025-01-01")))
    return [one for one in found if isinstance(one, Read)], [one for one in found if isinstance(one, Finding)]


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def bodies(reads: list[Read]) -> list[Read]:
    return [one for one in reads if one.record.kind == "stakeholder"]


@pytest.mark.parametrize("path", [*sorted(EXAMPLES.glob("*.json")), EXAMPLES / "csv"], ids=lambda path: path.name)
def test_every_example_of_hsds_is_known_and_read(path: Path) -> None:
    assert hsds3.recognise(path)
    reads, findings = read(hsds3, path, "US")
    if path.name == "location.json":
        assert [finding.rule for finding in errors(findings)] == ["no-parent"], "a place without its body cannot be a record"
        return
    assert errors(findings) == []
    held = path.name.startswith(("organization", "service", "tabular", "csv"))
    assert len(bodies(reads)) == (1 if held else 0)
    assert held or [finding for finding in findings if finding.rule in ("missing", "ignored")], "what gives no record says so"


def test_the_same_example_in_three_shapes_is_the_same_body() -> None:
    names = ("service_full.json", "organization_full.json", "csv")
    found = [bodies(read(hsds3, EXAMPLES / name, "US")[0])[0].record for name in names]
    assert {(record.id, record.fields["name"], tuple(record.fields["languages"])) for record in found} == {
        (found[0].id, "Example Organization Inc.", ("ur",))
    }


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("csv/*.csv")), ids=lambda path: path.name)
def test_a_single_table_of_hsds_is_read_or_says_what_is_missing(path: Path) -> None:
    reads, findings = read(hsds3, path, "US")
    assert bodies(reads) or [finding for finding in findings if finding.rule in ("no-parent", "missing")]
    assert not [finding for finding in findings if finding.rule == "unknown-column"]


@pytest.mark.parametrize("path", sorted(MOCKS.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_mock_of_the_uk_feed_is_read_or_refused_with_its_place(path: Path) -> None:
    reads, findings = read(oruk, path, "GB")
    if path.name.startswith("dashboard"):
        assert oruk.recognise(path) is None
        assert [(finding.rule, finding.place.file) for finding in errors(findings)] == [("unreadable", path.name)]
        return
    assert oruk.recognise(path)
    assert errors(findings) == []
    assert bool(bodies(reads)) == path.name.startswith(("organization", "service"))


def test_the_paging_of_the_mocks_that_lies_is_told() -> None:
    _, findings = read(oruk, MOCKS / "V3.0-UK-Test" / "service_list.json", "GB")
    said = {finding.place.column: finding.text for finding in findings if finding.rule == "wrong-value"}
    assert "31 and holds 128" in said["size"] and "31 and holds 128" in said["total_items"]
    assert len([finding for finding in findings if finding.rule == "duplicate"]) == 127, "128 times the same service"


REASONS = {
    "contact_with_no_parent": ("no-parent", 2, ""),
    "holiday_schedule_with_no_parent": ("no-parent", 2, ""),
    "phone_with_no_parent": ("no-parent", 2, ""),
    "program_with_no_parent": ("no-parent", 2, ""),
    "regular_schedule_with_no_parent": ("no-parent", 2, ""),
    "hs_with_2_digit_year": ("wrong-value", 2, "start_date"),
    "hs_with_invalid_date": ("wrong-value", 2, "end_date"),
    "hs_with_spelled_out_date": ("wrong-value", 2, "start_date"),
    "org_with_2_digit_year": ("wrong-value", 2, "date_incorporated"),
    "org_with_invalid_date": ("wrong-value", 2, "date_incorporated"),
    "org_with_spelled_out_date": ("wrong-value", 2, "date_incorporated"),
    "invalid_address": ("missing", 2, "city"),
    "missing_address": ("missing", 2, "city"),
    "invalid_category": ("missing", 2, "name"),
    "invalid_parent_category": ("no-parent", 2, "parent_id"),
    "invalid_contact": ("missing", 2, "name"),
    "invalid_holiday_schedule": ("missing", 2, "closed"),
    "invalid_location": ("missing", 2, "name"),
    "invalid_location_org": ("no-parent", 2, "organization_id"),
    "invalid_mail_address": ("missing", 2, "address_1"),
    "invalid_mail_address_location": ("no-parent", 2, "location_id"),
    "invalid_org": ("missing", 2, "name"),
    "invalid_phone": ("missing", 2, "number_type"),
    "invalid_program": ("missing", 2, "name"),
    "invalid_program_headers": ("missing", 1, "alternate_name"),
    "invalid_regular_schedule": ("missing", 2, "closes_at"),
    "invalid_service": ("missing", 2, "name"),
    "invalid_service_location": ("no-parent", 2, "location_id"),
}


@pytest.mark.parametrize("path", sorted(OHANA.glob("fixtures/*.csv")), ids=lambda path: path.stem)
def test_every_fixture_of_ohana_is_read_or_refused_for_the_reason_in_its_name(path: Path) -> None:
    _, findings = read(hsds11, path, "US")
    found = {(finding.rule, finding.place.row, finding.place.column) for finding in errors(findings)}
    if path.stem in REASONS:
        assert REASONS[path.stem] in found
        assert all(finding.place.file == path.name for finding in errors(findings))
    else:
        assert {rule for rule, _, _ in found} <= {"no-parent"}, "a table alone lacks the tables that it points to, and nothing else"
    assert hsds11.recognise(path)


def test_no_fixture_that_is_named_as_wrong_is_forgotten() -> None:
    named = {path.stem for path in OHANA.glob("fixtures/*.csv") if path.stem.startswith(("invalid", "missing")) or "_with_" in path.stem}
    assert named == set(REASONS)


def test_a_valid_body_of_ohana_is_read() -> None:
    reads, findings = read(hsds11, OHANA / "fixtures" / "valid_org.csv", "US")
    assert errors(findings) == [] and bodies(reads)[0].record.fields["kind"] == "ngo"
    assert ("tax_id", "12-456789") in bodies(reads)[0].keys


def test_a_dated_package_of_ohana_is_refused_for_its_dates_and_read_without_them(tmp_path: Path) -> None:
    _, findings = read(hsds11, OHANA / "data" / "sample-csv", "US")
    assert {(f.place.file, f.rule) for f in errors(findings)} == {
        ("holiday_schedules.csv", "wrong-value"),
        ("organizations.csv", "wrong-value"),
    }
    for path in (OHANA / "data" / "sample-csv").glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace('"January 01, 1970"', "1970-01-01")
        if path.name != "holiday_schedules.csv":
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    reads, findings = read(hsds11, tmp_path, "US")
    assert errors(findings) == [] and len(bodies(reads)) == 8
    ended = [one.record.fields for one in reads if one.record.kind == "mandate" and "valid_to" in one.record.fields]
    told = [finding for finding in findings if finding.rule == "past"]
    assert len(ended) == len(told), "what is defunct or inactive is loaded as ended"


def test_a_taxonomy_in_a_shape_of_its_own_is_refused() -> None:
    _, findings = read(hsds3, OHANA / "data" / "oe.json", "US")
    assert [finding.rule for finding in errors(findings)] == ["unreadable"]


def test_miami_211_is_read_whole(tmp_path: Path) -> None:
    packed = SAMPLES / "miami-211" / "datapackage-reduced.zip"
    assert hsds3.recognise(packed) is None and hsds11.recognise(packed)
    reads, findings = read(hsds11, packed, "US")
    assert errors(findings) == [] and len(bodies(reads)) == 1074
    given = {dict(one.keys)["sample:service"] for one in reads if one.record.kind == "mandate"}
    silent = [f for f in findings if f.rule == "unknown-word" and "gives no mandate" in f.text]
    assert len(given) + len(silent) == 4089, "every service gives a mandate or says that it gives none"
    kept = " ".join(str(dict(one.record.fields).get("city", "")) for one in reads)
    assert "Street" not in kept
    hotlines = [one.record.fields for one in reads if one.record.kind == "mandate" and one.record.fields["function"] == "hotline"]
    assert hotlines and all(fields["as_of"] == "2025-01-01" for fields in hotlines)


def test_an_unpacked_package_is_read_like_the_packed_one(tmp_path: Path) -> None:
    packed = SAMPLES / "miami-211" / "datapackage-reduced.zip"
    shutil.unpack_archive(packed, tmp_path)
    one, two = (read(hsds11, path, "US")[0] for path in (packed, tmp_path / "data"))
    assert [r.record for r in one if r.record.kind != "source"] == [r.record for r in two if r.record.kind != "source"]


def test_every_file_is_known_by_one_format_only() -> None:
    for path in [*EXAMPLES.rglob("*"), *OHANA.rglob("*"), *SAMPLES.glob("miami-211/*"), *SAMPLES.glob("fhir-plannet/**/*")]:
        assert not (hsds3.recognise(path) and hsds11.recognise(path)), path
