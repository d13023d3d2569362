"""HXL: who does what where, from sheets as partners tag them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importers.formats import hxl
from importers.out import tables as out
from importers.reading import Finding, Options, Read
from pathways.records import Record

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples" / "hxl-tests"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")


def read(path: Path, **options: Any) -> tuple[list[Record], list[Finding]]:
    got = list(hxl.read(path, Options("3w", **options)))
    return [item.record for item in got if isinstance(item, Read)], [item for item in got if isinstance(item, Finding)]


def table(folder: Path, text: str, **options: Any) -> tuple[list[Record], list[Finding]]:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return read(folder / "a.csv", **options)


def told(findings: list[Finding]) -> list[tuple[str, str, int | None, str]]:
    return [(finding.rule, finding.severity, finding.place.row, finding.place.column) for finding in findings]


def mandates(records: list[Record]) -> list[Record]:
    return [record for record in records if record.kind == "mandate"]


HEAD = "#org+name,#org+type,#sector,#country+code,#adm1+code\n"


def test_who_does_what_where_becomes_a_body_and_its_mandates(tmp_path: Path) -> None:
    records, findings = table(
        tmp_path, HEAD + "Hope,National NGO,Health,JO,JO-MA\nHope,National NGO,Health,JO,JO-IR\nHope,National NGO,Education,JO,JO-IR\n"
    )
    assert not findings
    assert [record.id for record in records] == ["xb-3w", "jo-hope", "jo-hope.medical-care", "jo-hope.education"]
    assert records[1].fields == {"id": "jo-hope", "name": "Hope", "territory": ["JO"], "kind": "ngo"}
    assert mandates(records)[0].fields["territory"] == ["JO-MA", "JO-IR"]


@pytest.mark.parametrize("above", [0, 1, 2, 20, 24])
def test_the_hashtags_may_stand_anywhere_in_the_first_25_rows(tmp_path: Path, above: int) -> None:
    records, findings = table(tmp_path, "Title,of,a,nice,sheet\n" * above + HEAD + "Hope,NGO,Health,JO,JO-MA\n")
    assert len(records) == 3 and not findings and hxl.recognise(tmp_path / "a.csv")


def test_without_hashtags_in_25_rows_the_file_is_refused(tmp_path: Path) -> None:
    _, findings = table(tmp_path, "Title,of,a,nice,sheet\n" * 25 + HEAD)
    assert findings[-1].rule == "unreadable" and findings[-1].severity == "error" and hxl.recognise(tmp_path / "a.csv") is None


def test_a_sector_that_nobody_knows_is_told_and_one_that_offers_nothing_here_is_left_out(tmp_path: Path) -> None:
    records, findings = table(tmp_path, HEAD + "Hope,NGO,WASH,JO,\nHope,NGO,Blockchain,JO,\nHope,NGO,,JO,\n")
    assert told(findings) == [("ignored", "note", 2, "#sector"), ("unknown-word", "warning", 3, "#sector"), ("missing", "warning", 4, "")]
    assert not mandates(records) and len(records) == 2


def test_the_most_exact_word_that_is_understood_counts_and_all_words_are_kept(tmp_path: Path) -> None:
    head = "#org,#org+type,#sector,#subsector,#activity,#country\n"
    records, findings = table(tmp_path, head + "Hope,NGO,Salud,Vacunación,,Colombia\nHope,NGO,Protection,,Legal aid,Colombia\n")
    assert not findings
    assert [(record.fields["function"], record.fields["note"]) for record in mandates(records)] == [
        ("medical-care", "Vacunación; Salud"),
        ("legal-counselling", "Legal aid; Protection"),
    ]


def test_a_kind_of_body_is_never_assumed(tmp_path: Path) -> None:
    records, findings = table(tmp_path, HEAD + "Hope,Government,Health,JO,\n")
    assert told(findings) == [("unknown-word", "warning", 2, "#org+type")] and "kind" not in records[1].fields
    _, findings = table(tmp_path, "#org,#sector,#country\nHope,Health,JO\n")
    assert told(findings) == [("missing", "warning", 1, "")]


def test_a_country_that_is_none_is_an_error_and_none_at_all_needs_one_from_who_imports(tmp_path: Path) -> None:
    assert told(table(tmp_path, HEAD + "Hope,NGO,Health,Freedonia,\n")[1])[0] == ("unknown-word", "error", 2, "#country+code")
    text = "#org,#org+type,#sector\nHope,NGO,Health\n"
    assert table(tmp_path, text)[1][0].rule == "missing"
    assert mandates(table(tmp_path, text, country="JO")[0])[0].id == "jo-hope.medical-care"


def test_a_place_that_iso_does_not_have_makes_the_mandate_partial_and_not_wider(tmp_path: Path) -> None:
    records, findings = table(tmp_path, HEAD + "Hope,NGO,Health,JO,Al Mafraq Test\n")
    assert told(findings) == [("unknown-word", "warning", 2, "#adm1+code")]
    fields = mandates(records)[0].fields
    assert (fields["territory"], fields["partial"], fields["note"]) == (["JO"], True, "Health\nPlace: Al Mafraq Test")


@pytest.mark.parametrize(
    ("status", "offered", "operational"),
    [("active", True, None), ("inactivo", False, None), ("who knows", True, "unclear"), ("", True, None)],
)
def test_what_has_ended_is_not_offered_and_a_strange_status_is_unclear(
    tmp_path: Path, status: str, offered: bool, operational: str | None
) -> None:
    records, _ = table(tmp_path, f"#org,#org+type,#sector,#country,#status\nHope,NGO,Health,JO,{status}\n")
    assert bool(mandates(records)) is offered
    assert [record.fields.get("operational") for record in mandates(records)] == [operational] * offered


def test_dates_are_read_and_one_that_could_be_two_is_told(tmp_path: Path) -> None:
    head = "#org,#org+type,#sector,#country,#date+start,#date+end,#date+reported\n"
    records, findings = table(
        tmp_path, head + 'Hope,NGO,Health,JO,2015/05/20,"March 31, 2015",1 March 2015\nFaith,NGO,Health,JO,,19/3/15,\n'
    )
    first = mandates(records)[0]
    assert (first.id, first.fields["as_of"]) == ("jo-hope.medical-care-2015-05-20-2015-03-31", "2015-03-01")
    assert told(findings) == [("wrong-value", "warning", 3, "#date+end")]


def test_a_place_finer_than_iso_is_kept_in_words(tmp_path: Path) -> None:
    records, findings = table(tmp_path, "#org,#org+type,#sector,#country,#adm1,#adm2+name\nHope,NGO,Health,JO,Mafraq,Ruwayshid\n")
    assert not findings and mandates(records)[0].fields["territory"] == ["JO-MA"]
    assert mandates(records)[0].fields["note"] == "Health\nPlace: Ruwayshid"


def test_who_pays_is_not_who_acts_and_a_second_body_of_a_row_is_told(tmp_path: Path) -> None:
    records, findings = table(tmp_path, "#org+funder,#org+impl,#org+prog,#org+type,#sector,#country\nBank,Hope,Faith,NGO,Health,JO\n")
    assert [record.fields["name"] for record in records if record.kind == "stakeholder"] == ["Hope"]
    assert [(f.rule, f.severity, f.value or f.place.column) for f in findings] == [
        ("wrong-value", "warning", "Faith"),
        ("unknown-column", "warning", "#org+funder"),
    ]


def test_persons_are_not_read_and_contacts_of_the_body_are(tmp_path: Path) -> None:
    head = "#org,#org+type,#sector,#country,#contact+name,#contact+phone,#contact+email,#contact\n"
    records, findings = table(tmp_path, head + "Hope,NGO,Health,JO,Jane Doe,06 – 12; 06 13,a@example.org,somehow\n")
    assert told(findings) == [("confidential", "warning", 1, "#contact+name"), ("unknown-word", "warning", 2, "#contact")]
    assert [contact["value"] for contact in records[1].fields["contacts"]] == ["06 - 12", "06 13", "a@example.org"]
    assert "Jane" not in json.dumps([record.fields for record in records]) + "".join(f.text + f.value for f in findings)


def test_a_tag_that_nothing_reads_one_that_is_misspelt_and_a_column_without_one_are_told_once(tmp_path: Path) -> None:
    head = "Who,,What,Where,Colour,Old,People\n#org,#org+type,#sector,#country,#colour,adm1,#targeted\n"
    _, findings = table(tmp_path, head + "Hope,NGO,Health,JO,red,x,9\nFaith,NGO,Health,JO,blue,y,8\n")
    assert told(findings) == [
        ("unknown-column", "warning", 2, "#colour"),
        ("unknown-column", "warning", 2, "adm1"),
        ("ignored", "note", 2, "#targeted"),
    ]
    assert findings[1].todo == "#adm1"


def test_the_second_sheet_of_a_workbook_may_have_the_hashtags(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    for row in (["Who"] * 5, HEAD.strip().split(","), ["Hope", "NGO", "Health", "JO", "JO-MA"]):
        (book["3W"] if "3W" in book.sheetnames else book.create_sheet("3W")).append(row)
    book.save(tmp_path / "a.xlsx")
    records, findings = read(tmp_path / "a.xlsx")
    assert mandates(records) and [(f.rule, f.place.sheet) for f in findings] == [("ignored", "Sheet")]


def test_rows_of_json_and_objects_of_json_are_read_like_a_table(tmp_path: Path) -> None:
    row = {"#org": "Hope", "#org+type": "NGO", "#sector": "Health", "#country": "JO"}
    for data in ([list(row), list(row.values())], [row]):
        (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
        assert [record.id for record in mandates(read(tmp_path / "a.json")[0])] == ["jo-hope.medical-care"]


def test_our_own_export_with_hashtags_is_read_as_hxl(tmp_path: Path) -> None:
    body = Record(
        "stakeholder",
        "mt-hope",
        "MT",
        {"id": "mt-hope", "name": "Hope", "kind": "ngo", "territory": ["MT"], "contacts": [{"type": "phone", "value": "+356 0000"}]},
    )
    mandate = Record("mandate", "mt-hope.hotline", "MT", {"holder": "mt-hope", "function": "hotline", "as_of": 2026, "sources": ["mt-x"]})
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        out.write_csv([body, mandate], stream, hxl=True)
    records, _ = read(tmp_path / "a.csv")
    assert [record.id for record in records] == ["xb-3w", "mt-hope", "mt-hope.hotline"]
    assert records[1].fields == body.fields
    assert (records[2].fields["function"], records[2].fields["as_of"]) == ("hotline", 2026)


@needs_samples
def test_every_hxl_sample_is_read_or_refused_with_its_place() -> None:
    read_, refused = set(), set()
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            records, findings = read(path)
            errors = [finding for finding in findings if finding.severity == "error"]
            assert errors or mandates(records) or any(finding.rule in ("ignored", "past") for finding in findings), path.name
            assert all(finding.place.file == path.name for finding in findings)
            (refused if errors else read_).add(path.name)
    valid = {
        f"input-valid{end}"
        for end in (
            ".csv",
            ".hxl",
            ".tsv",
            ".ssv",
            ".xlsx",
            "-xlsx.NOEXT",
            "-latin1.csv",
            "-csv.zip",
            ".json",
            "-json.txt",
            "-objects.json",
        )
    }
    assert valid <= read_ and "input-merged.xlsx" in read_ and "input-quality.xlsx" in read_
    assert {
        "input-invalid.png",
        "input-notag1.html",
        "input-zip-invalid.zip",
        "input-valid.xls",
        "input-untagged.csv",
        "input-invalid.csv",
    } <= refused


@needs_samples
def test_all_valid_samples_say_the_same_whatever_their_form() -> None:
    said = {}
    for name in (
        "input-valid.csv",
        "input-valid.xlsx",
        "input-valid-latin1.csv",
        "input-valid.json",
        "input-valid.tsv",
        "input-valid-csv.zip",
    ):
        records, _ = read(SAMPLES / "test_io" / name)
        said[name] = {record.key: record for record in records}
    assert [record.id for record in said["input-valid.csv"].values() if record.kind == "mandate"] == [
        "co-oms.medical-care",
        "co-unicef.education",
    ]
    assert all(found == said["input-valid.csv"] for found in said.values())
