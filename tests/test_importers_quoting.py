"""No report repeats a confidential place, a person who works somewhere, or anything of a victim: in no form, wherever it stood."""

from __future__ import annotations

import json

import pytest
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from small_directory import close_stores
from test_importers_confidential import PLACES

from importers.formats import native
from importers.holding import Holding
from importers.private.quoting import quotable
from importers.reading import Finding, Place
from importers.report import SUFFIXES, write
from pathways.stores import EDIT

SECRETS = [
    *PLACES,
    "Date of birth: 12/03/2001",
    "Case no. 2024/117",
    "The victim is 24 and from Nigeria.",
    "Ask for: Maria Papadaki",
    "maria.papadaki@hope.example",
    "+44 7400 123456",
]


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


@pytest.mark.parametrize("hidden", SECRETS)
def test_a_finding_repeats_nothing_that_must_not_be_kept_wherever_it_says_it(hidden):
    for finding in (
        Finding("wrong-value", "error", Place("a.csv", "", 7, "phone"), f"{hidden!r} is no number", "write digits", hidden),
        Finding("wrong-value", "error", Place("a.csv", "", 7, "phone"), f"{hidden!r} here and [{hidden!r}] there", hidden, ""),
        Finding("unknown-word", "error", Place("a.csv", "", 7, "kind"), f"“{hidden}” is not a word", f"not “{hidden}”", f"x; {hidden}"),
    ):
        told = quotable(finding)
        assert hidden not in repr(told)
        assert (told.rule, told.severity, told.place) == (finding.rule, "error", finding.place)
        assert told.text


@pytest.mark.parametrize("hidden", ["14 Station Road", "Case no. 2024/117", "Ask for: Maria Papadaki"])
def test_a_heading_that_is_no_heading_is_not_repeated(hidden):
    told = quotable(Finding("unknown-column", "error", Place("a.csv", hidden, 1, hidden), f"nothing reads {hidden!r}", value=hidden))
    assert hidden not in repr(told)
    assert told.place.row == 1


def test_a_name_in_a_column_of_people_is_not_repeated():
    told = quotable(
        Finding("wrong-value", "error", Place("a.csv", "", 7, "Contact person"), "'Maria Papadaki' is no post", "", "Maria Papadaki")
    )
    assert "Papadaki" not in repr(told)
    assert told.value == "(a name in a column of people, not repeated)"


@pytest.mark.parametrize(
    "finding",
    [
        Finding(
            "unknown-word", "error", Place("a.xlsx", "Services 2", 7, "gender"), "'girls' is not a word of gender", "use female", "girls"
        ),
        Finding("matched", "note", Place("a.csv", "", 7), "Centre 19 is gr-centre: the name is the same", value="Centre 19"),
        Finding("no-parent", "error", Place("a.csv", "", 41), "'us-nobody', whose mandate it is, is not there", "add it", "us-nobody-12"),
    ],
)
def test_what_is_no_secret_is_told_as_it_was_found(finding):
    assert quotable(finding) is finding


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_reader_stumbles_over_is_in_no_form_of_a_report(store, tmp_path, suffix):
    path = tmp_path / "list.csv"
    path.write_text("Shelter,Rua das Flores 12\n14 Station Road,Ask for: Maria Papadaki\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("body: {name: {column: Shelter}}\n", encoding="utf-8")

    def keep(report):
        write(report, tmp_path / f"report{suffix}")

    report = imported(store, path, keep=keep, mapping=mapping, country="PT")
    assert report["status"] == "refused"
    written = (tmp_path / f"report{suffix}").read_bytes()
    for hidden in ("Flores", "Station", "Papadaki"):
        assert hidden not in json.dumps(report)
        assert hidden.encode() not in written


def test_a_value_that_is_counted_again_is_not_repeated_either():
    with Holding() as holding:
        for number in range(10):
            holding.find(
                Finding("wrong-value", "error", Place("a.csv", "", number, "phone"), "not a number", value=f"{number} Station Road")
            )
        (told,) = holding.findings()
        assert told.count == 10
        assert "Station" not in repr(told)


def test_a_place_that_only_the_directory_knows_to_be_secret_is_not_taken_from_a_list(store, tmp_path, monkeypatch):
    monkeypatch.setattr(native, "OWN_IDS", False)
    phone = {"type": "phone", "value": "+44 20 7946 0958"}
    fields = {"name": "Harbour Lights Office", "contacts": [phone], "confidential_location": True}
    store.commit(store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    said = a_body(
        1, id="gb-harbour", name="Harbour Lights Office", territory=["GB-ENG"], contacts=[phone], city="Leeds", note="14 Station Road"
    )
    report = imported(store, a_list(tmp_path, [said], part="GB"))
    assert report["status"] == "imported"
    assert "matched" in rules(report) and "confidential" in rules(report)
    assert "Station" not in json.dumps(report) and "Leeds" not in json.dumps(report)
    assert "Station" not in json.dumps([dict(record.fields) for record in store.said("partner:partner")])


def test_a_place_that_was_told_before_the_body_became_confidential_is_not_told_again(store, tmp_path):
    imported(store, a_list(tmp_path, [a_body(1, name="Harbour", city="Reno", note="14 Station Road"), *bodies(30, start=2)]))
    report = imported(store, a_list(tmp_path, [a_body(1, name="Harbour", confidential_location=True), *bodies(30, start=2)]))
    fields = {field["field"]: field["before"] for one in report["differences"] for field in one["fields"]}
    assert fields["city"] == fields["note"] == "(a place, not repeated)"
    assert "Station" not in json.dumps(report) and "Reno" not in json.dumps(report)
