"""Open Referral in, as tables: packages of HSDS 3, of HSDS 1.1 and of 211 lists, in folders and archives."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from hsds_lists import errors, only, read

from bench import importing as measured
from importers.formats import hsds3, hsds11
from pathways.format.reader import read as read_folder
from pathways.records import digest
from pathways.stores.bundled import bundled_root


def table(path: Path, rows: list[dict[str, str]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def package(folder: Path) -> Path:
    """A package of HSDS 3 with one service."""
    folder.mkdir()
    table(folder / "organizations.csv", [{"id": "o1", "name": "Helping Hand", "description": "x", "legal_status": "charity"}])
    table(folder / "services.csv", [{"id": "20600-2", "organization_id": "o1", "name": "Legal aid", "status": "active"}])
    table(folder / "schedules.csv", [{"id": "h1", "service_id": "20600-2", "description": "always"}])
    return folder


def test_a_package_is_read_from_a_folder_and_from_a_zip_alike(tmp_path: Path) -> None:
    folder = package(tmp_path / "pack")
    packed = tmp_path / "pack.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for inner in folder.iterdir():
            archive.write(inner, f"data/{inner.name}")
    assert hsds3.recognise(folder) and hsds3.recognise(packed)
    one, two = (read(path, country="GB") for path in (folder, packed))
    assert [r.record for r in one[0]] == [r.record for r in two[0]] and errors(one[1]) == []
    assert ("test-list:service", "20600-2") in one[0][2].keys
    assert one[0][2].place.file == "services.csv" and one[0][2].place.row == 2


def test_a_small_package_is_known_by_its_headers_and_other_tables_are_not(tmp_path: Path) -> None:
    folder = package(tmp_path / "pack")
    (folder / "schedules.csv").unlink()
    assert hsds3.recognise(folder) and hsds11.recognise(folder) is None
    table(folder / "services.csv", [{"id": "1", "location_id": "1", "accepted_payments": "", "name": "x", "keywords": ""}])
    assert hsds3.recognise(folder) is None


def test_a_service_whose_body_is_not_in_the_package_refuses_it_with_the_place(tmp_path: Path) -> None:
    folder = package(tmp_path / "pack")
    table(folder / "services.csv", [{"id": "s1", "organization_id": "o9", "name": "Legal aid", "status": "active"}])
    (refused,) = [f for f in errors(read(folder, country="GB")[1]) if f.rule == "no-parent"]
    assert (refused.place.file, refused.place.row, refused.place.column, refused.value) == ("services.csv", 2, "organization_id", "o9")


@pytest.mark.parametrize("content", [b"id,name\n1,\xff\xfe\n", b"id,name\n1,a\x00b\n", b"", b"name\nx\n", b"id,id,name\n1,2,x\n"])
def test_a_table_that_cannot_be_trusted_is_refused_with_its_row(tmp_path: Path, content: bytes) -> None:
    folder = package(tmp_path / "pack")
    (folder / "organizations.csv").write_bytes(content)
    refused = [finding for finding in errors(read(folder, country="GB")[1]) if finding.place.file == "organizations.csv"]
    assert refused


def test_a_zip_that_leads_out_of_itself_or_swells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../organizations.csv", "id,name\n1,x\n")
        archive.writestr("services.csv", "id,name\n" + "1,x\n" * 3_000_000)
    reads, findings = read(path)
    assert reads == [] and {finding.rule for finding in findings} == {"hostile"} and len(findings) == 2


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(b"PK\x03\x04 not whole")
    for form in (hsds3, hsds11):
        assert form.recognise(path) is None
        assert [finding.rule for finding in read(path, form)[1]] == ["unreadable"]


def test_a_211_list_whose_programme_names_its_site_gets_the_body_of_the_site(tmp_path: Path) -> None:
    folder = tmp_path / "211"
    folder.mkdir()
    table(folder / "organizations.csv", [{"id": "1", "name": "Agency", "url": "www.example.org"}])
    services = [
        {"id": "2", "organization_id": "1", "name": "Site", "status": "active"},
        {"id": "3", "organization_id": "2", "name": "Food pantry", "status": "active"},
    ]
    table(folder / "services.csv", services)
    table(folder / "eligibility.csv", [{"id": "", "service_id": "3", "eligibility": "Anybody"}])
    table(folder / "languages.csv", [{"id": "3", "service_id": "3", "language": w} for w in ("English", "Spanish")])
    reads, findings = read(folder, hsds11, "US")
    assert errors(findings) == []
    assert only(reads, "mandate")["holder"] == only(reads, "stakeholder")["id"]
    assert "For: Anybody" in only(reads, "mandate")["note"]
    assert only(reads, "stakeholder")["languages"] == ["en", "es"], "two rows with one id are both kept"


def test_a_table_with_a_line_without_end_is_refused(tmp_path: Path) -> None:
    folder = package(tmp_path / "pack")
    (folder / "organizations.csv").write_text("id,name\n1," + "x" * 5_000_000 + "\n", encoding="utf-8")
    (refused,) = [finding for finding in errors(read(folder, country="GB")[1]) if finding.place.file == "organizations.csv"]
    assert refused.rule == "unreadable" and refused.place.row == 2


def test_the_measure_s_package_is_read_whole(tmp_path: Path) -> None:
    measured.package(tmp_path, 40)
    reads, findings = read(tmp_path)
    assert {finding.severity for finding in findings} == {"note"}
    kinds = [one.record.kind for one in reads]
    assert (kinds.count("mandate"), kinds.count("stakeholder")) == (40, 10)


def test_the_measure_goes_the_whole_way_and_back_again(tmp_path: Path) -> None:
    told = dict(zip(measured.STEPS, measured.imported(tmp_path, 2000, measured.STEPS), strict=True))
    directories = {step: line.rsplit(" ", 1)[1] for step, line in told.items()}
    assert "'added': 2000" in told["import"] and "'changed': 2, 'withdrawn': 1" in told["again"]
    assert directories["trial"] == directories["import"] == directories["undo-again"] != directories["again"]
    assert directories["undo-import"] == digest(read_folder(bundled_root()))[:12]
