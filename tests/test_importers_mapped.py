"""Any table or JSON by a mapping: nothing that it does not name is taken, and nothing is guessed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importers.formats import mapped
from importers.mapping import MappingError, load
from importers.mapping_values import Evaluation, at
from importers.reading import Finding, Options, Place, Read
from pathways.records import Record

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"
JORDAN = SAMPLES / "unhcr-jordan" / "2015a-496-flat"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")

SMALL = """
mapping: 1
title: A list
format: csv
country: MT
body:
  name: Organisation
  kind: {from: Type, words: kinds}
mandate:
  function: {from: Service, words: services, split: ;}
  valid_to: {from: Until, date: ['%d/%m/%Y']}
contacts:
- {type: phone, value: {from: Tel, split: ;}}
ignore: [Remarks]
words:
  kinds: {Charity: ngo}
  services: {Helpline: hotline, Shelter: [crisis-accommodation, safe-accommodation], Painting: null}
"""
HEAD = "Organisation,Type,Service,Until,Tel,Remarks\n"


def read(path: Path, mapping: Path | None = None, **options: Any) -> tuple[list[Record], list[Finding]]:
    got = list(mapped.read(path, Options("a-list", mapping=mapping, **options)))
    return [item.record for item in got if isinstance(item, Read)], [item for item in got if isinstance(item, Finding)]


def small(folder: Path, text: str, mapping: str = SMALL, name: str = "a.csv") -> tuple[list[Record], list[Finding]]:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return read(folder / name, folder / "mapping.yaml")


def told(findings: list[Finding]) -> list[tuple[str, str, int | None, str]]:
    return [(finding.rule, finding.severity, finding.place.row, finding.place.column) for finding in findings]


def test_columns_become_fields_and_words_become_ours(tmp_path: Path) -> None:
    records, findings = small(tmp_path, HEAD + "Hope,Charity,Helpline;Shelter,31/12/2099,01 22;01 33,x\n")
    assert told(findings) == [("ignored", "note", 2, "Remarks")]
    assert [record.id for record in records] == [
        "mt-a-list", "mt-hope", "mt-hope.hotline", "mt-hope.crisis-accommodation", "mt-hope.safe-accommodation",
    ]  # fmt: skip
    assert records[1].fields == {
        "id": "mt-hope", "name": "Hope", "kind": "ngo", "territory": ["MT"],
        "contacts": [{"type": "phone", "value": "01 22"}, {"type": "phone", "value": "01 33"}],
    }  # fmt: skip
    assert records[2].fields == {
        "holder": "mt-hope",
        "function": "hotline",
        "valid_to": "2099-12-31",
        "as_of": None,
        "sources": ["mt-a-list"],
    }


def test_a_word_that_the_mapping_does_not_know_is_an_error_and_falls_to_nothing(tmp_path: Path) -> None:
    records, findings = small(tmp_path, HEAD + "Hope,Charity,Helplines,,,\n")
    assert told(findings) == [("unknown-word", "error", 2, "Service")] and findings[0].value == "Helplines"
    assert not [record for record in records if record.kind == "mandate"]


def test_a_word_left_out_on_purpose_is_told_and_a_row_that_offers_nothing_too(tmp_path: Path) -> None:
    _, findings = small(tmp_path, HEAD + "Hope,Charity,Painting,,,\nHope,Charity,,,,\n")
    assert told(findings) == [("ignored", "note", 2, "Service"), ("missing", "warning", 3, "Service")]


def test_a_date_is_read_by_the_form_that_the_mapping_names_and_not_guessed(tmp_path: Path) -> None:
    records, findings = small(tmp_path, HEAD + "Hope,Charity,Helpline,03/04/2015,,\nFaith,Charity,Helpline,03-18-14,,\n")
    assert [record.fields.get("valid_to") for record in records if record.kind == "mandate"] == ["2015-04-03", None]
    assert told(findings) == [("past", "note", 2, "Until"), ("wrong-value", "error", 3, "Until")]


def test_a_column_that_nothing_reads_is_told_once_and_a_missing_one_once(tmp_path: Path) -> None:
    _, findings = small(tmp_path, HEAD.replace("Tel", "Fax") + "Hope,Charity,Helpline,,99,\nFaith,Charity,Helpline,,98,\n")
    assert told(findings) == [("missing", "error", 1, "Tel"), ("unknown-column", "error", 2, "Fax")]


def test_who_imports_may_say_that_what_is_unknown_only_warns(tmp_path: Path) -> None:
    _, findings = small(tmp_path, HEAD + "Hope,Charity,Helplines,,,\n", SMALL + "unknown: warning\n")
    assert told(findings) == [("unknown-word", "warning", 2, "Service")]


def test_the_same_mapping_reads_a_workbook_with_titles_above(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Our list"], [], HEAD.strip().split(","), ["Hope", "Charity", "Helpline", "31/12/2099", "01", None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "mapping.yaml").write_text(SMALL.replace("format: csv", "format: xlsx"), encoding="utf-8")
    records, findings = read(tmp_path / "a.xlsx", tmp_path / "mapping.yaml")
    assert not findings and [record.id for record in records] == ["mt-a-list", "mt-hope", "mt-hope.hotline"]


JSON = """
mapping: 1
title: A feed
format: json
rows: data.item
key: [id]
country: {from: where/country}
body:
  id: org/id
  name: org/name
  kind: {value: ngo}
mandate:
  id: id
  function: {from: details/Activity, vocabulary: functions}
  territory: {from: where/region, places: true}
  access: {from: details/Referral, words: {'not needed': self, by form: referral, not accepted: [], '': []}}
  requires_note: {from: details/Referral, say: 'Referral: {}'}
  serves:
    conditions:
    - {from: details/Nationality, words: {Syrians only: {fact: nationality, in: [SY]}, all: []}}
    - {from: details/Sex, words: {women: {fact: gender, in: [female]}, all: []}}
ignore: [geometry]
"""


def feed(folder: Path, *rows: dict[str, Any]) -> tuple[list[Record], list[Finding]]:
    return small(folder, json.dumps({"data": rows}), JSON, "a.json")


ROW: dict[str, Any] = {
    "id": 7,
    "org": {"id": "WVI", "name": "World Vision"},
    "where": {"country": "Jordan", "region": "Mafraq Governorate"},
    "details": [{"Activity": "asylum"}, {"Referral": "by form"}, {"Nationality": "Syrians only"}, {"Sex": "women"}],
}


def test_a_list_of_objects_with_one_key_each_is_read_like_one_object(tmp_path: Path) -> None:
    records, findings = feed(tmp_path, ROW)
    assert not findings
    mandate = records[-1]
    assert (mandate.id, mandate.part, mandate.fields["territory"], mandate.fields["access"]) == (
        "jo-wvi.asylum-7",
        "JO",
        ["JO-MA"],
        "referral",
    )
    assert mandate.fields["serves"] == {"all": [{"fact": "nationality", "in": ["SY"]}, {"fact": "gender", "in": ["female"]}]}


def test_a_misspelt_key_is_told_by_its_path(tmp_path: Path) -> None:
    row = {**ROW, "details": [*ROW["details"], {"Referal": "by form"}]}
    assert told(feed(tmp_path, row)[1]) == [("unknown-column", "error", 1, "details/Referal")]


def test_a_path_of_the_mapping_that_no_record_has_is_told_once(tmp_path: Path) -> None:
    row = {**ROW, "details": [detail for detail in ROW["details"] if "Sex" not in detail]}
    assert told(feed(tmp_path, row, {**row, "id": 8})[1]) == [("missing", "warning", None, "details/Sex")]


def test_a_region_that_is_none_is_told_and_no_other_is_taken(tmp_path: Path) -> None:
    records, findings = feed(tmp_path, {**ROW, "where": {"country": "Jordan", "region": "Al Mafraq Test"}})
    assert told(findings) == [("unknown-word", "error", 1, "where/region")] and "territory" not in records[-1].fields


def test_a_country_that_is_none_does_not_become_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(JSON + "unknown: warning\n", encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps({"data": [{**ROW, "where": {"country": "Freedonia", "region": "x"}}]}), encoding="utf-8")
    records, findings = read(tmp_path / "a.json", tmp_path / "m.yaml", country="JO")
    assert not [record for record in records if record.kind == "stakeholder"] and ("missing", "error") in {f[:2] for f in told(findings)}


def test_a_key_that_stands_twice_is_told_with_both_rows(tmp_path: Path) -> None:
    again = {**ROW, "details": [{"Activity": "hotline"}]}
    records, findings = feed(tmp_path, ROW, again)
    assert [(f.rule, f.place.row, "row 1" in f.text) for f in findings] == [("duplicate", 2, True)]
    assert [record.id for record in records if record.kind == "mandate"] == ["jo-wvi.asylum-7", "jo-wvi.hotline-7"]


def test_false_and_zero_are_not_taken_for_what_is_offered() -> None:
    seen = Evaluation({"x": {"a": True, "b": False, "c": 0, "d": 3}}, {}, Place("f"), None, "error")
    assert seen.values({"from": "x", "keys": True}) == ["a", "d"]


def test_a_key_may_have_a_slash_in_it() -> None:
    assert list(at({"Shelter/Rent": {"a": 1}}, "Shelter/Rent/a")) == [1]


@pytest.mark.parametrize(
    ("change", "line", "rule", "says"),
    [
        (("title: A list", "titel: A list"), 3, "unknown-column", "titel"),
        (("words: kinds}", "words: kind}"), 8, "no-parent", "kind"),
        (("kind: {from: Type, words: kinds}", "kind: {words: kinds}"), 8, "wrong-value", "where the value comes from"),
        (("format: csv", "format: pdf"), 4, "wrong-value", "pdf"),
        (("country: MT", "country: Freedonia"), 5, "unknown-word", "Freedonia"),
        (("type: phone", "type: fax"), 13, "wrong-value", "type of contact"),
        (("valid_to:", "valid_until:"), 11, "unknown-column", "valid_until"),
        (("date: ['%d/%m/%Y']", "date: '%d'"), 11, "wrong-value", "list of formats"),
        (("name: Organisation", "name: Organisation\n  name: Type"), 8, "unreadable", "stands twice"),
        (("ignore: [Remarks]", "ignore: &a [Remarks]\nkey: *a"), None, "hostile", "alias"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_by_its_line(
    tmp_path: Path, change: tuple[str, str], line: int | None, rule: str, says: str
) -> None:
    text = SMALL.replace(*change)
    assert text != SMALL
    _, findings = small(tmp_path, HEAD, text)
    found = next(finding for finding in findings if finding.rule == rule)
    assert (found.place.file, found.place.row, found.severity) == ("mapping.yaml", line, "error") and says in found.text


@pytest.mark.parametrize(
    "change",
    [
        ("kind: {from: Type, words: kinds}", "kind: {[]: Type}"),
        ("name: Organisation", "name: {from: 5}"),
        ("country: MT", "country: 5"),
        ("words: kinds}", "words: 5}"),
        ("split: ;", "split: 5"),
        ("ignore: [Remarks]", "ignore: " + "[" * 5_000 + "]" * 5_000),
        ("ignore: [Remarks]", "ignore: Remarks"),
        ("words:\n", "words:\n  5: {a: b}\n  x: 7\n"),
        ("- {type: phone", "- 7\n- {type: phone"),
    ],
)
def test_a_mapping_of_any_kind_is_told_and_raises_nothing(tmp_path: Path, change: tuple[str, str]) -> None:
    text = SMALL.replace(*change, 1)
    assert text != SMALL
    records, findings = small(tmp_path, HEAD + "Hope,Charity,Helpline,,,\n", text)
    assert not records and {(f.place.file, f.severity) for f in findings} == {("mapping.yaml", "error")}


def test_numbers_and_yes_in_a_table_of_words_are_texts(tmp_path: Path) -> None:
    text = SMALL.replace("{Helpline: hotline,", "{2: hotline, true: asylum, Help  line: outreach,")
    records, findings = small(tmp_path, HEAD + "Hope,Charity,2;true;Help line,,,\n", text)
    assert not findings and [r.fields["function"] for r in records if r.kind == "mandate"] == ["hotline", "asylum", "outreach"]


def test_all_that_is_wrong_with_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(SMALL.replace("title:", "titel:").replace("csv", "pdf"), encoding="utf-8")
    with pytest.raises(MappingError) as error:
        load(tmp_path / "m.yaml")
    assert {finding.rule for finding in error.value.findings} == {"unknown-column", "missing", "wrong-value"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('[{"a": "' + "x" * 5_000_000 + '"}]', "hostile"),
        ("[" * 100_000, "hostile"),
        ('[{"a": [' + "1," * 300_000 + "1]}]", "hostile"),
        ('[{"a": 1}, {"a"', "unreadable"),
        ('[{"a": "\0"}]', "unreadable"),
        ('{"data": {}}', "unreadable"),
        ("[1, 2]", "wrong-value"),
    ],
    ids=["text", "depth", "values", "cut", "nul", "elsewhere", "numbers"],
)
def test_json_that_is_broken_or_built_to_exhaust_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    _, findings = small(tmp_path, text, JSON.replace("data.item", "item"), "a.json")
    assert (findings[-1].rule, findings[-1].severity) == (rule, "error") and findings[-1].place.file == "a.json"


def test_our_own_mappings_are_without_fault() -> None:
    assert [mapping.name for mapping in mapped.ours()] == ["unhcr-jordan"]


def jordan(**properties: Any) -> dict[str, Any]:
    said = {"partnerName": "WVI", "locationName": "Mafraq Governorate", "activityName": "Health Services", "indicators": {}, "activity": 1}
    said |= {"Referral required": "referral-not-required", "startDate": "2014-01-01", "endDate": "2014-12-31", "activityCategory": "HEALTH"}
    return {"type": "Feature", "id": 1, "properties": {**said, **properties}, "geometry": {"type": "Point", "coordinates": [1.0, 2.0]}}


@pytest.mark.parametrize(
    ("method", "access", "requires"),
    [
        ({"Referral is not required": True}, "self", None),
        ({"Referrals not accepted": True}, None, ["referrals-not-accepted"]),
        ({}, None, None),
        ({"IA Form": True}, "referral", ["referral"]),
    ],
)
def test_not_needed_not_accepted_and_not_told_stay_three_things(
    tmp_path: Path, method: dict[str, bool], access: str | None, requires: list[str] | None
) -> None:
    (tmp_path / "a.json").write_text(json.dumps([jordan(**{"10. Referral Method": method})]), encoding="utf-8")
    assert mapped.recognise(tmp_path / "a.json")
    records, findings = read(tmp_path / "a.json")
    assert {finding.rule for finding in findings} == {"ignored", "past", "missing"}
    assert all(finding.place.row is None for finding in findings if finding.rule == "missing"), "only paths that the file has nowhere"
    mandate = next(record for record in records if record.kind == "mandate")
    assert (mandate.fields.get("access"), mandate.fields.get("requires")) == (access, requires)
    assert mandate.fields["valid_to"] == "2014-12-31"
    known = {record.fields["word"] for record in records if record.kind == "requirement"}
    assert set(requires or ()) <= known


@needs_samples
def test_the_directory_of_unhcr_jordan_is_read_without_an_unknown_word() -> None:
    path = JORDAN / "services_EN.json"
    assert "unhcr-jordan" in (mapped.recognise(path) or "")
    records, findings = read(path)
    rules = Counter((finding.rule, finding.severity) for finding in findings)
    assert rules[("duplicate", "warning")] == 496 - 483
    assert {severity for _, severity in rules} == {"note", "warning"} and set(dict(rules)) == {
        ("duplicate", "warning"), ("ignored", "note"), ("past", "note"),
    }  # fmt: skip
    assert len([record for record in records if record.kind == "stakeholder"]) == 43
    ended = [record for record in records if record.kind == "mandate" and record.fields["valid_to"] == "2014-12-31"]
    assert len(ended) > 100, "what ended in 2014 is kept as ended"


@needs_samples
def test_the_three_meanings_of_no_referral_are_counted_apart_in_unhcr_jordan() -> None:
    (mapping,) = mapped.ours()
    block = mapping.get("mandate")
    counted: Counter[tuple[str, str]] = Counter()
    for number, row in enumerate(json.loads((JORDAN / "services_EN.json").read_text(encoding="utf-8")), 1):
        if row["properties"]["Referral required"] == "referral-not-required":
            seen = Evaluation(row, mapping.get("words"), Place("f", row=number), "JO", "error")
            counted[" ".join(seen.values(block["access"])), " ".join(seen.values(block["requires"]))] += 1
            assert not seen.findings
    assert counted == {("self", ""): 5, ("", "referrals-not-accepted"): 71, ("", ""): 76}


@needs_samples
def test_the_arabic_file_is_refused_by_its_paths_because_its_words_say_several_things() -> None:
    _, findings = read(JORDAN / "services_AR.json")
    errors = [finding for finding in findings if finding.severity == "error"]
    assert {finding.rule for finding in errors} >= {"unknown-column", "unknown-word"}
    assert all(finding.place.row and finding.place.file == "services_AR.json" for finding in errors)
    assert any("القدرة على الوصول" in finding.place.column for finding in errors)
