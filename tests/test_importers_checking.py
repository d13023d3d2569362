"""Each record is held against the schema of the directory and against what it refers to, and its place is told."""

from __future__ import annotations

import pytest
from partner_lists import a_body, a_list, imported, rules, small_store
from small_directory import close_stores, small_records

from importers.checking import incomplete, record_schema, shape
from importers.formats import native
from importers.reading import Place, Read
from pathways.format.reader import read as read_folder
from pathways.records import KINDS, Record
from pathways.stores.bundled import bundled_root


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def a_read(kind="stakeholder", identity="us-a", part="US", places=None, /, **fields):
    base = {"stakeholder": {"id": identity, "name": "A", "kind": "ngo", "territory": ["US"]}}.get(kind, {})
    found = {key: value for key, value in {**base, **fields}.items() if value is not None}
    return Read(Record(kind, identity, part, found), Place("a.csv", "", 7), places or {})


def test_every_record_of_the_bundled_directory_is_in_order():
    found = [finding for record in read_folder(bundled_root()) for finding in shape(Read(record, Place("x")))]
    assert found == []
    assert {record.kind for record in read_folder(bundled_root())} == set(KINDS) - {"right"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"right"}))
def test_every_kind_has_a_schema_that_refuses_unknown_fields(kind):
    assert record_schema(kind)["additionalProperties"] is False


@pytest.mark.parametrize(
    ("read", "rule", "words", "column"),
    [
        (a_read("source", "us-list", title="A", publisher="B", kind="list"), "missing", "year of a source is missing", "year"),
        (a_read(colour="blue"), "unknown-column", "'colour'", "the record"),
        (a_read(scope="many"), "unknown-word", "'many' is not a word of scope", "scope"),
        (a_read(territory=["Texas"]), "wrong-value", "not a value of territory", "territory/0"),
        (a_read(specialised="yes"), "wrong-value", "of another kind", "specialised"),
        (a_read(id="us-b"), "broken", "an id that its fields do not give", "the record"),
        (a_read("stakeholder", "us-a", "USA"), "wrong-value", "'USA' is not a country", "the record"),
        (a_read("country", "US", country={}, mechanism={}), "missing", "is missing", None),
        (a_read("nonsense", "us-a"), "broken", "no kind of record", None),
        (
            a_read("mandate", "us-a.hotline", function="hotline", as_of=2026, sources=["us-list"]),
            "missing",
            "holder of a mandate",
            "holder",
        ),
        (a_read("source", "gb-list", title="A", publisher="B", year=2026, kind="list"), "broken", "an id that", None),
    ],
)
def test_what_is_wrong_with_a_record_is_told_with_its_place(read, rule, words, column):
    found = list(shape(read))
    assert (found[0].rule, found[0].severity) == (rule, "error")
    assert words in found[0].text
    assert found[0].place.file == "a.csv" and found[0].place.row == 7
    if column is not None:
        assert found[0].place.column == ("" if column == "the record" else column)


def test_a_body_that_the_directory_does_not_know_must_be_described_and_one_that_it_knows_need_not():
    assert list(shape(a_read(name=None))) == []
    (finding,) = incomplete(a_read(name=None), set())
    assert (finding.rule, finding.place.column, finding.value) == ("missing", "name", "us-a")
    assert list(incomplete(a_read(name=None), {("stakeholder", "us-a")})) == []


def test_a_format_may_leave_out_what_the_directory_knows_of_a_body(store, tmp_path, monkeypatch):
    def read(path, options):
        yield Read(Record("source", "gb-x", "GB", {"title": "A", "publisher": "B", "year": 2026, "kind": "list"}), Place("a"))
        yield Read(Record("stakeholder", "gb-house", "GB", {"city": "Leeds"}), Place("a"))
        mandate = {"holder": "gb-house", "function": "training", "as_of": 2026, "sources": ["gb-x"]}
        yield Read(Record("mandate", "gb-house.training", "GB", mandate), Place("a"))

    monkeypatch.setattr(native, "read", read)
    report = imported(store, a_list(tmp_path, []))
    assert report["status"] == "imported"
    house = store.directory().stakeholder("gb-house")
    assert (house.name, house.shown["city"], len(house.mandates)) == ("The house", "Leeds", 2)


@pytest.mark.parametrize(
    "record",
    [
        Record("mandate", "gb-x.training", "GB", {"holder": "gb-x", "function": "training", "as_of": 2026, "sources": ["gb-page-2025"]}),
        Record("link", "gb-x--gb-house", "GB", {"origin": "gb-x", "to": "gb-house", "basis": "practice", "functions": [], "sources": ["gb-page-2025"]}),
    ],
)  # fmt: skip
def test_a_mandate_or_a_link_of_a_body_that_is_nowhere_is_refused_with_its_place(store, tmp_path, monkeypatch, record):
    monkeypatch.setattr(
        native, "read", lambda path, options: iter([Read(record, Place("a.csv", "", 12), {"holder": Place("a.csv", "", 12, "Body")})])
    )
    report = imported(store, a_list(tmp_path, []))
    (finding,) = report["findings"]
    assert (finding["rule"], finding["rows"], "'gb-x'" in finding["text"]) == ("no-parent", [12], True)


def test_a_body_belongs_to_a_country():
    (finding,) = shape(a_read("stakeholder", "us-a", "XB"))
    assert finding.rule == "broken"


def test_the_finest_place_that_a_format_gave_is_told():
    places = {"contacts": Place("a.csv", "S", 7, "Phones"), "contacts/0/value": Place("a.csv", "S", 7, "Phone 1")}
    read = a_read("stakeholder", "us-a", "US", places, contacts=[{"type": "phone", "value": ""}])
    (finding,) = shape(read)
    assert finding.place.column == "Phone 1"
    (finding,) = shape(a_read("stakeholder", "us-a", "US", places, contacts=[{"type": "fax", "value": "1"}]))
    assert finding.place.column == "Phones"


@pytest.mark.parametrize(
    ("body", "rule", "words"),
    [
        (a_body(1, territory=["US-XX"]), "wrong-value", "'US-XX' is not a territory"),
        (a_body(1, mandates=[{"function": "hotline", "as_of": 2026, "sources": ["nothing"]}]), "no-parent", "'nothing' is not a source"),
        (a_body(1, mandates=[{"function": "hotline", "as_of": 2026, "sources": ["list"], "requires": ["referral"]}]), "unknown-word", "not in the requirements"),
        (a_body(1, mandates=[{"function": "hotline", "as_of": 2026, "sources": ["list"], "serves": {"fact": "gender", "in": ["girls"]}}]), "wrong-value", "girls"),
        (a_body(1, members=["us-nobody"]), "no-parent", "us-nobody"),
        (a_body(1, refers_to=[{"to": "us-nobody", "basis": "practice", "functions": [], "as_of": 2026, "sources": ["list"]}]), "no-parent", "us-nobody"),
    ],
)  # fmt: skip
def test_what_a_record_refers_to_must_be_there(store, tmp_path, body, rule, words):
    report = imported(store, a_list(tmp_path, [body]))
    assert report["status"] == "refused"
    assert words in next(one["text"] for one in report["findings"] if one["rule"] == rule)
    assert store.head() == 1


def test_a_file_may_name_what_it_holds_further_down(store, tmp_path):
    assert imported(store, a_list(tmp_path, [a_body(1, parent="us-body-2"), a_body(2)]))["status"] == "imported"


def test_a_file_may_not_rest_on_what_only_its_own_last_state_had(store, tmp_path):
    imported(store, a_list(tmp_path, [a_body(1, parent="us-body-2"), a_body(2)]))
    report = imported(store, a_list(tmp_path, [a_body(1, parent="us-body-2")]), confirmed=True)
    assert (report["status"], rules(report, "error")) == ("refused", ["no-parent"])


def test_the_records_of_the_small_directory_are_in_order(tmp_path):
    assert [finding for record in small_records(tmp_path) for finding in shape(Read(record, Place("x")))] == []
