"""The report of an import: in four forms, each finding once, and nothing that a file said can do harm in it."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from small_directory import close_stores

from importers.holding import Holding
from importers.reading import Finding, Place
from importers.report import SUFFIXES, write
from importers.report.writing import text_lines
from importers.rules import RULES
from pathways.format.cells import safe

EVIL = "<script>alert(1)</script>\"'&"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def reports(store, tmp_path, path, **more):
    """The text of a report in each form, and the report as data."""
    found = {}

    def keep(report):
        for suffix in SUFFIXES:
            write(report, tmp_path / f"report{suffix}")
        found["short"] = "\n".join(text_lines(report, 2))
        found["data"] = report.as_data(3)

    found["whole"] = imported(store, path, keep=keep, **more)
    for suffix in (".txt", ".json", ".html"):
        found[suffix] = (tmp_path / f"report{suffix}").read_text()
    return found


def test_a_finding_that_repeats_is_told_once_with_its_count_and_first_rows():
    with Holding() as holding:
        for row in range(1, 101):
            holding.find(
                Finding("unknown-word", "error", Place("a.csv", "", row, "gender"), "'girls' is not a word", "use female", f"girls {row}")
            )
        holding.find(Finding("unknown-word", "error", Place("a.csv", "", 7, "gender"), "'boys' is not a word", "use male"))
        holding.find(Finding("ignored", "note", Place("a.csv", "", None, "colour"), "it is not read"))
        first, second, third = holding.findings()
        assert (first.count, first.rows, first.values[:2]) == (100, (1, 2, 3, 4, 5), ("girls 1", "girls 2"))
        assert (second.count, second.rows, third.rule, third.rows) == (1, (7,), "ignored", ())
        assert holding.severities() == {"error": 101, "warning": 0, "note": 1}


def test_texts_that_differ_only_in_ids_and_rows_are_one_finding_and_unknown_words_are_not():
    with Holding() as holding:
        for row in range(2, 9):
            place = Place("a.csv", "", row)
            holding.find(Finding("no-parent", "warning", place, f"phone P-{row} (row {row}) belongs to no body", "its body", f"P-{row}"))
            holding.find(Finding("unknown-word", "warning", place, f"'C-{row}' is not a word of category"))
        first, *others = holding.findings()
        assert (first.text, first.count, first.values[0]) == ("phone P-2 (row 2) belongs to no body", 7, "P-2")
        assert len(others) == 7


def test_errors_are_told_first():
    with Holding() as holding:
        for severity in ("note", "warning", "error", "note"):
            holding.find(Finding("ignored", severity, Place("a.csv"), severity))
        assert [told.severity for told in holding.findings()] == ["error", "warning", "note"]


def test_a_report_in_text_says_where_what_and_what_to_do(store, tmp_path):
    report = reports(store, tmp_path, a_list(tmp_path, [a_body(n, parent="us-nobody") for n in range(9)]))
    assert report[".txt"].startswith("list.json: Refused. Nothing was imported.")
    assert "error [no-parent] list.json" in report[".txt"]
    assert "to do: name one that the file or the directory holds" in report[".txt"]
    assert "9 errors, 0 warnings, 0 notes." in report[".txt"]
    assert report["whole"]["findings"][0]["meaning"] == RULES["no-parent"]


def test_a_report_in_json_is_the_whole_report(store, tmp_path):
    report = reports(store, tmp_path, a_list(tmp_path, bodies(5)))
    assert json.loads(report[".json"]) == report["whole"]
    assert len(report["data"]["differences"]) == 3
    assert report["data"]["differences_left_out"] == 11 - 3
    assert report["data"]["findings_left_out"] == 0


def test_a_short_text_says_that_there_is_more(store, tmp_path):
    report = reports(store, tmp_path, a_list(tmp_path, bodies(5)))
    assert "… and 9 more differences" in report["short"]
    assert "more differences" not in report[".txt"]
    assert report[".txt"].count("added stakeholder") == 5


def test_a_short_text_tells_the_first_findings_errors_before_notes(store, tmp_path):
    found = [*(a_body(n, name=f"{'x' * n}", parent="us-" + "a" * n) for n in range(1, 6))]
    report = reports(store, tmp_path, a_list(tmp_path, found))
    assert report["short"].count("error [no-parent]") == 2 and "… and 3 more findings" in report["short"]
    assert report[".txt"].count("error [no-parent]") == 5


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.data = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.data.append(data)


def test_what_a_file_says_is_text_in_html(store, tmp_path):
    path = a_list(tmp_path, [a_body(1, name=EVIL), a_body(2, city=EVIL)], name=f"{EVIL.replace('/', '')}.json")
    report = reports(store, tmp_path, path)
    page = _Tags()
    page.feed(report[".html"])
    assert page.tags == {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert any(EVIL in text for text in page.data)


def test_what_a_file_says_is_no_formula_in_a_workbook(store, tmp_path):
    reports(store, tmp_path, a_list(tmp_path, [a_body(1, name=FORMULA, city="\x07bell"), a_body(2, name="@SUM(1)", note="x" * 40_000)]))
    book = load_workbook(tmp_path / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value == "'" + FORMULA for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    assert book.sheetnames == ["Summary", "Findings", "What differs"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_every_beginning_of_a_formula_is_taken_for_text(text):
    assert safe(text).startswith("'")


def test_numbers_and_words_stay_as_they_are():
    assert (safe(3), safe("a=1"), safe(None), safe(["a"])) == (3, "a=1", None, '["a"]')


def test_the_rules_of_all_findings_are_explained(store, tmp_path):
    report = imported(store, a_list(tmp_path, [a_body(1, id="gb-house"), a_body(2, kind="shop")]))
    assert set(rules(report)) <= RULES.keys()
