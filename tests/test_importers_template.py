"""The flat template: what is filled in is read, what is wrong is told by its cell, and what goes out comes in again unchanged."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import template_columns as columns
from importers import template_workbook, words
from importers.formats import template
from importers.out import tables as out
from importers.reading import Finding, Options, Read
from pathways.format import reader
from pathways.records import CROSS_BORDER, Record
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled

BUNDLED = Path(reader.__file__).parent.parent / "data"
KINDS = ("source", "stakeholder", "mandate", "link")


def read(path: Path, **options: Any) -> tuple[list[Record], list[Finding]]:
    got = list(template.read(path, Options("hope-list", **options)))
    return [item.record for item in got if isinstance(item, Read)], [item for item in got if isinstance(item, Finding)]


def sheet(path: Path, *rows: dict[str, str], language: str = "en") -> Path:
    """A filled template of these rows, by the keys of columns."""
    used = [column for column in columns.SERVICES if any(column.key in row for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([column.fr if language == "fr" else column.en for column in used])
        writer.writerows([[row.get(column.key, "") for column in used] for row in rows])
    return path


HOPE = {"country": "MT", "name": "Hope", "kind": "ngo", "function": "hotline"}


def one(path: Path, kind: str, **options: Any) -> Record:
    records, findings = read(path, **options)
    assert not [finding for finding in findings if finding.severity == "error"]
    (found,) = [record for record in records if record.kind == kind]
    return found


def errors(path: Path, **options: Any) -> list[tuple[str, int | None, str]]:
    return [(f.rule, f.place.row, f.place.column) for f in read(path, **options)[1] if f.severity == "error"]


def test_a_row_becomes_a_body_a_mandate_and_the_source_that_the_list_is(tmp_path: Path) -> None:
    records, findings = read(sheet(tmp_path / "a.csv", HOPE), published="2026-11-24")
    assert not findings
    assert [(record.kind, record.id, record.part) for record in records] == [
        ("source", "xb-hope-list", "XB"),
        ("stakeholder", "mt-hope", "MT"),
        ("mandate", "mt-hope.hotline", "MT"),
    ]
    assert records[1].fields == {"id": "mt-hope", "name": "Hope", "kind": "ngo", "territory": ["MT"]}
    assert records[2].fields == {"holder": "mt-hope", "function": "hotline", "as_of": 2026, "sources": ["xb-hope-list"]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_example_of_the_workbook_is_read_without_a_finding_once_it_is_copied_over(
    tmp_path: Path, language: template_workbook.Language
) -> None:
    path = tmp_path / "a.xlsx"
    template_workbook.write(path, language)
    assert errors(path) == [("missing", None, "")], "an empty template holds no row"
    book = openpyxl.load_workbook(path)
    for row in book[template.EXAMPLES[language == "fr"]].iter_rows():
        for cell in row:
            book["Services"][cell.coordinate].value = cell.value
    book.save(path)
    records, findings = read(path)
    assert {finding.rule for finding in findings} == {"ignored"}
    assert [record.id for record in records] == [
        "xb-hope-list",
        "mt-helping-hand",
        "mt-helping-hand.hotline",
        "mt-helping-hand.safe-accommodation",
    ]
    assert records[1].fields["contacts"][0] == {"type": "phone", "value": "+356 0000 0000"}
    assert records[3].fields["serves"] == {"all": [{"fact": "gender", "in": ["female"]}, {"fact": "is_child", "in": [False]}]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_workbook_offers_every_word_that_its_columns_accept(tmp_path: Path, language: template_workbook.Language) -> None:
    template_workbook.write(tmp_path / "a.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rules = book["Services"].data_validations.dataValidation
    lists = book[template_workbook.titles(language)[-1]]
    with_words = [column for column in columns.SERVICES if column.words or column.kind == "truth"]
    assert len(rules) == len(with_words)
    for index, (rule, column) in enumerate(zip(rules, with_words, strict=True), 1):
        offered = template_workbook.choices(column, language)
        heading = book["Services"].cell(1, next(iter(rule.sqref.ranges)).min_col).value
        assert heading == (column.fr if language == "fr" else column.en)
        assert [cell.value for cell in list(lists.columns)[index - 1][1:] if cell.value] == list(offered)
        assert rule.formula1.endswith(f"${len(offered) + 1}")
        for choice in offered:
            assert columns.parse(column, choice) not in (None, []) or choice == "unknown" or words.word(column.words, choice) == "unknown"


def test_headings_and_words_are_read_in_french_too(tmp_path: Path) -> None:
    row = {"country": "Maroc", "name": "Espoir", "kind": "ONG", "function": "Soins médicaux", "specialised": "oui", "confidential": "non"}
    path = sheet(tmp_path / "a.csv", row, language="fr")
    assert one(path, "mandate").fields["function"] == "medical-care"
    body = one(path, "stakeholder")
    assert (body.part, body.fields["kind"], body.fields["specialised"], body.fields["confidential_location"]) == ("MA", "ngo", True, False)


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("no", False), ("", None), ("unknown", None), ("?", None)])
def test_what_is_not_known_is_neither_yes_nor_no(tmp_path: Path, said: str, meant: bool | None) -> None:
    assert one(sheet(tmp_path / "a.csv", {**HOPE, "specialised": said}), "stakeholder").fields.get("specialised") is meant


@pytest.mark.parametrize(
    ("cell", "value", "rule", "heading"),
    [
        ("country", "Freedonia", "unknown-word", "Country"),
        ("kind", "club", "unknown-word", "Kind of body"),
        ("function", "wash", "unknown-word", "Function"),
        ("gender", "women & girls", "unknown-word", "For which gender"),
        ("age", "disputed", "wrong-value", "For adults or children"),
        ("territory", "Al Mafraq Test", "unknown-word", "Where it does so"),
        ("valid_to", "31/12/14", "wrong-value", "Until"),
        ("valid_to", "2014-02-30", "wrong-value", "Until"),
        ("capacity", "about 8", "wrong-value", "Places"),
        ("specialised", "partly", "wrong-value", "For victims of trafficking in particular"),
        ("serves", "{no", "wrong-value", "For whom (condition)"),
        ("name", "", "missing", "Name"),
        ("kind", "", "missing", "Kind of body"),
        ("function", "", "missing", "Function"),
    ],
)
def test_a_cell_that_is_not_understood_is_an_error_at_its_row_and_column(
    tmp_path: Path, cell: str, value: str, rule: str, heading: str
) -> None:
    row = {**HOPE, "access": "self", cell: value}
    found = errors(sheet(tmp_path / "a.csv", row))
    assert found[0] == (rule, 2, heading) and len(found) == 1


def test_a_date_in_the_past_is_kept_as_the_end_and_told(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", {**HOPE, "valid_from": "2013/05/20", "valid_to": "2014/12/31"})
    assert (one(path, "mandate").fields["valid_from"], one(path, "mandate").fields["valid_to"]) == ("2013-05-20", "2014-12-31")
    assert [(f.rule, f.severity) for f in read(path)[1]] == [("past", "note")]


def test_an_unknown_column_is_an_error_once_and_one_in_brackets_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Country,Name,Kind of body,Function,Colour,[Our remarks]\nMT,Hope,ngo,hotline,red,x\nMT,Hope,,asylum,blue,y\n", encoding="utf-8"
    )
    assert [(f.rule, f.severity, f.place.column) for f in read(path)[1]] == [
        ("unknown-column", "error", "Colour"),
        ("ignored", "note", "[Our remarks]"),
    ]


def test_a_value_under_no_heading_and_a_heading_that_stands_twice_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Name,Kind of body,Function,Name\nMT,Hope,ngo,hotline,Hope,stray\n", encoding="utf-8")
    assert [rule for rule, _, _ in errors(path)] == ["duplicate", "unknown-column"]


def test_titles_above_two_rows_of_headings_and_hashtags_beneath_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Our partners 2026,,,\nWhere,Who,,What\nCountry,Name,Kind of body,Function\n#country,#org,#org+type,#activity\n\nMT,Hope,ngo,hotline\n",
        encoding="utf-8",
    )
    records, findings = read(path)
    assert len(records) == 3 and [finding.rule for finding in findings] == ["ignored", "ignored"]
    assert records[1].id == "mt-hope"


def test_names_with_spaces_and_phones_with_long_dashes_are_made_plain(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", {**HOPE, "name": "  Hope\u00a0 House ", "phone": "01 – 96 49 05 05; 01‑22", "note": "Or 96 49 05 05"})
    body = one(path, "stakeholder")
    assert body.fields["name"] == "Hope House"
    assert [contact["value"] for contact in body.fields["contacts"]] == ["01 - 96 49 05 05", "01-22"]
    assert one(path, "mandate").fields["note"] == "Or 96 49 05 05"


def test_rows_of_one_body_add_to_it_and_what_they_contradict_is_told(tmp_path: Path) -> None:
    again = {**HOPE, "function": "asylum", "kind": "", "city": "Mdina", "languages": "mt"}
    path = sheet(tmp_path / "a.csv", {**HOPE, "city": "Valletta", "languages": "en"}, again)
    records, findings = read(path)
    (body,) = [record for record in records if record.kind == "stakeholder"]
    assert (body.fields["city"], body.fields["languages"]) == ("Valletta", ["en", "mt"])
    assert [(f.rule, f.severity, f.place.row, f.place.column) for f in findings] == [("duplicate", "warning", 3, "City")]


def test_the_same_function_twice_needs_an_id_of_its_own(tmp_path: Path) -> None:
    assert errors(sheet(tmp_path / "a.csv", HOPE, HOPE)) == [("duplicate", 3, "")]
    records, _ = read(sheet(tmp_path / "b.csv", HOPE, {**HOPE, "mandate_id": "By night"}))
    assert [record.id for record in records if record.kind == "mandate"] == ["mt-hope.hotline", "mt-hope.by-night"]


def test_a_partner_may_use_ids_of_its_own(tmp_path: Path) -> None:
    got = [
        item
        for item in template.read(sheet(tmp_path / "a.csv", {**HOPE, "body_id": "NGO-17"}), Options("hope-list"))
        if isinstance(item, Read)
    ]
    assert (got[1].record.id, got[1].keys) == ("mt-ngo-17", (("hope-list", "NGO-17"),))


def test_a_referral_names_a_body_of_the_list_or_is_told(tmp_path: Path) -> None:
    police = {"country": "MT", "name": "Police", "kind": "police", "function": "criminal-investigation"}
    path = sheet(tmp_path / "a.csv", police, {**HOPE, "refers_to": "Police; Nobody", "refers_basis": "protocol"})
    records, findings = read(path)
    assert [record.id for record in records if record.kind == "link"] == ["mt-hope--mt-police", "mt-hope--mt-nobody"]
    assert [(f.rule, f.value) for f in findings] == [("no-parent", "mt-nobody")]


def test_a_referral_finds_a_body_with_an_id_of_its_own_further_down(tmp_path: Path) -> None:
    police = {"country": "MT", "name": "Police", "kind": "police", "body_id": "P-1", "function": "criminal-investigation"}
    records, findings = read(sheet(tmp_path / "a.csv", {**HOPE, "refers_to": "Police", "refers_basis": "law"}, police))
    assert not findings and [(record.id, record.fields["to"]) for record in records if record.kind == "link"] == [
        ("mt-hope--mt-p-1", "mt-p-1")
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("body_more", '{"id": "mt-other"}'),
        ("mandate_more", '{"holder": "mt-other"}'),
        ("mandate_more", '{"function": "asylum"}'),
        ("links", '[{"basis": "law"}, 5]'),
        ("body_more", "[]"),
        ("contacts", "{}"),
    ],
)
def test_json_in_a_cell_may_not_say_again_what_a_column_says(tmp_path: Path, cell: str, value: str) -> None:
    assert {rule for rule, _, _ in errors(sheet(tmp_path / "a.csv", {**HOPE, cell: value}))} == {"wrong-value"}


@pytest.mark.parametrize(
    "value", ['[{"type": [1], "value": {}}]', '[{"to": "mt-hope", "sources": [["x"], {}]}]', '{"id": 5, "sources": 7, "valid_to": []}']
)
def test_json_of_any_kind_in_a_cell_raises_nothing(tmp_path: Path, value: str) -> None:
    for cell in ("contacts", "links", "body_more", "mandate_more", "serves"):
        read(sheet(tmp_path / "a.csv", {**HOPE, "phone": "1", "exploitation": "labour", cell: value}))


def test_a_sheet_that_is_no_part_of_the_template_is_an_error(tmp_path: Path) -> None:
    template_workbook.write(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.create_sheet("More").append(["Hope", "hotline"])
    book.save(tmp_path / "a.xlsx")
    assert ("unreadable", None, "") in errors(tmp_path / "a.xlsx")


def bundled() -> list[Record]:
    return [record for record in reader.read(BUNDLED) if record.kind in KINDS and (record.kind == "source" or record.part != CROSS_BORDER)]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("ending", ["zip", "xlsx"])
@pytest.mark.parametrize("hxl", [False, True])
def test_all_bodies_of_the_directory_go_out_and_come_in_again_unchanged(tmp_path: Path, ending: str, language: str, hxl: bool) -> None:
    records = bundled()
    assert Counter(record.kind for record in records)["mandate"] > 1_000
    path = tmp_path / f"all.{ending}"
    (out.write_zip if ending == "zip" else out.write_xlsx)(records, path, language=language, hxl=hxl)
    again, findings = read(path)
    assert not [finding for finding in findings if finding.severity != "note"]
    assert {record.key: record for record in again} == {record.key: record for record in records}


def test_one_csv_file_loses_nothing_but_the_sources(tmp_path: Path) -> None:
    records = bundled()
    with (tmp_path / "all.csv").open("w", encoding="utf-8", newline="") as stream:
        out.write_csv(records, stream)
    again, findings = read(tmp_path / "all.csv")
    assert {finding.rule for finding in findings} == {"past", "no-parent"}

    def unsourced(found: list[Record]) -> dict[tuple[str, str], dict[str, Any]]:
        return {r.key: {key: value for key, value in r.fields.items() if key != "sources"} for r in found if r.kind != "source"}

    assert unsourced(again) == unsourced(records)


FORMULAS = ["=1+1", "+356 0000", "-x", "@SUM(A1)", "'quoted", "\tx"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_export_is_taken_for_a_formula(tmp_path: Path, text: str) -> None:
    body = Record(
        "stakeholder",
        "mt-hope",
        "MT",
        {"id": "mt-hope", "name": text, "kind": "ngo", "territory": ["MT"], "note": text, "contacts": [{"type": "phone", "value": text}]},
    )
    written = io.StringIO(newline="")
    out.write_csv([body], written)
    cells = [cell for row in csv.reader(io.StringIO(written.getvalue(), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    out.write_xlsx([body], tmp_path / "a.xlsx")
    for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["Services"].iter_rows():
        assert not [cell for cell in row if cell.data_type == "f"]
        assert all(cell.quotePrefix for cell in row if str(cell.value or "").startswith(("=", "+", "-", "@")))
    if text == text.strip():
        (tmp_path / "a.csv").write_text(written.getvalue(), encoding="utf-8", newline="")
        for path in (tmp_path / "a.csv", tmp_path / "a.xlsx"):
            assert [record.fields for record in read(path)[0] if record.kind == "stakeholder"] == [body.fields]


def test_what_no_column_can_say_stands_as_json(tmp_path: Path) -> None:
    odd = {"id": "mt-hope", "name": "Hope", "kind": "ngo", "territory": ["MT"], "languages": ["en; mt"], "operational": "unclear"}
    (row,) = out.service_rows([Record("stakeholder", "mt-hope", "MT", odd)])
    more = {column.key: cell for column, cell in row.items()}["body_more"]
    assert json.loads(more) == {"languages": ["en; mt"], "operational": "unclear"}


def test_hashtags_of_an_export_are_hxl() -> None:
    import hxl

    tags = [column.tag for column in (*columns.SERVICES, *columns.SOURCES)]
    assert all(hxl.model.Column.parse(tag) for tag in tags)
    assert len({frozenset(tag.split("+")) for tag in tags}) == len(tags)


def test_a_template_is_recognised_by_its_headings_and_other_tables_are_not(tmp_path: Path) -> None:
    assert "headings" in (template.recognise(sheet(tmp_path / "a.csv", HOPE)) or "")
    (tmp_path / "b.csv").write_text("Organisation,Service\nHope,hotline\n", encoding="utf-8")
    assert template.recognise(tmp_path / "b.csv") is None


def test_what_is_read_is_what_a_store_takes_as_a_partners_layer_and_gives_back(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        ensure_bundled(store)
        hope = {"country": "MA", "name": "Espoir", "kind": "ONG", "function": "hotline", "phone": "0522 00 00 00", "gender": "female"}
        police = {
            "country": "MA",
            "name": "Police locale",
            "kind": "police",
            "function": "criminal-investigation",
            "mandate_id": "By Night",
        }
        path = sheet(
            tmp_path / "a.csv",
            hope,
            {**police, "refers_to": "Espoir", "refers_basis": "protocol", "territory": "MA-01", "specialised": "no"},
        )
        records, findings = read(path)
        assert not findings
        store.commit(store.replace("partner:hope-list", records), layer="partner:hope-list", source="hope-list", author="a test")
        kept = {record.key: record for record in store.records()}
        assert all(kept[record.key].fields == record.fields for record in records)
        assert store.replace("partner:hope-list", read(path)[0]) == [], "a second reading changes nothing"
    finally:
        store.close()


TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12) | st.sampled_from(
    ["=1", "'=1", "''", "a;b", " a", "a  b", "yes", "{}", "5", "é", "é"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=3, unique=True))
def test_any_text_goes_out_and_comes_in_again_unchanged(tmp_path: Path, note: str, local: str, basis: str, several: list[str]) -> None:
    contacts = [{"type": kind, "value": value} for kind in ("phone", "website") for value in several]
    body = Record(
        "stakeholder",
        "mt-hope",
        "MT",
        {
            "id": "mt-hope",
            "name": "Hope",
            "kind": "ngo",
            "territory": ["MT"],
            "note": note,
            "name_local": local,
            "languages": several,
            "contacts": contacts,
        },
    )
    mandate = {
        "holder": "mt-hope",
        "function": "hotline",
        "as_of": 2026,
        "sources": ["mt-act"],
        "legal_basis": basis,
        "requires_note": note,
    }
    act = Record("source", "mt-act", "MT", {"title": local, "publisher": basis, "year": None, "kind": "law"})
    records = [act, body, Record("mandate", "mt-hope.hotline", "MT", mandate)]
    for path, write in ((tmp_path / "a.zip", out.write_zip), (tmp_path / "a.xlsx", out.write_xlsx)):
        write(records, path)
        again, findings = read(path)
        assert not [finding for finding in findings if finding.severity == "error"]
        assert {record.key: record.fields for record in again} == {record.key: record.fields for record in records}
