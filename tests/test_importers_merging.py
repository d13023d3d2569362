"""What a list says of a body that the directory knows is laid beside what the directory says; records follow the ids of their bodies."""

from __future__ import annotations

import pytest

from importers.merging import belonging, merged, renamed
from importers.reading import Place, Read
from pathways.records import Record


def a_read(kind, identity, /, **fields):
    return Read(Record(kind, identity, "GB", fields), Place("a.csv", "", 3))


@pytest.mark.parametrize(
    ("read", "identity", "fields"),
    [
        (a_read("stakeholder", "gb-old", id="gb-old", parent="gb-old", members=["gb-x", "gb-old", "gb-new"]), "gb-new", {"id": "gb-new", "parent": "gb-new", "members": ["gb-x", "gb-new"]}),
        (a_read("mandate", "gb-old.hotline", holder="gb-old", function="hotline"), "gb-new.hotline", {"holder": "gb-new"}),
        (a_read("mandate", "gb-old.night", holder="gb-old", function="hotline", id="night"), "gb-new.night", {"holder": "gb-new"}),
        (a_read("link", "gb-x--gb-old", origin="gb-x", to="gb-old"), "gb-x--gb-new", {"to": "gb-new"}),
        (a_read("link", "gb-old--gb-x.b", origin="gb-old", to="gb-x", id="b"), "gb-new--gb-x.b", {"origin": "gb-new"}),
        (a_read("source", "gb-old", title="gb-old"), "gb-old", {"title": "gb-old"}),
        (a_read("mandate", "gb-x.hotline", holder="gb-x", function="hotline"), "gb-x.hotline", {"holder": "gb-x"}),
    ],
)  # fmt: skip
def test_whatever_names_a_body_follows_its_id(read, identity, fields):
    there = renamed(read, {"gb-old": "gb-new"}).record
    assert there.id == identity
    assert fields.items() <= there.fields.items()


KNOWN = Record(
    "stakeholder",
    "gb-house",
    "GB",
    {
        "id": "gb-house",
        "name": "The house",
        "kind": "hotline",
        "visibility": "partner",
        "contacts": [{"type": "phone", "value": "0300"}],
        "languages": ["en"],
    },
)


def laid(**fields):
    read, findings = merged(a_read("stakeholder", "gb-house", id="gb-house", **fields), KNOWN)
    return read.record.fields, findings


def test_the_directorys_own_words_stay_and_the_difference_is_told():
    fields, findings = laid(name="THE HOUSE", kind="ngo")
    assert fields == {"id": "gb-house"}
    assert [(one.rule, one.severity, one.value) for one in findings] == [
        ("matched", "note", "gb-house: THE HOUSE"),
        ("matched", "note", "gb-house: ngo"),
    ]


def test_what_the_directory_does_not_know_is_added_and_what_is_the_same_is_said_by_both():
    fields, findings = laid(name="The house", city="Leeds")
    assert fields == {"id": "gb-house", "name": "The house", "city": "Leeds"}
    assert findings == []


def test_lists_are_joined_and_none_of_the_directorys_numbers_is_lost():
    fields, _ = laid(
        contacts=[{"type": "phone", "value": "0999"}, {"type": "phone", "value": "0300", "hours": "24/7"}], languages=["fr", "en"]
    )
    assert [point["value"] for point in fields["contacts"]] == ["0300", "0999"]
    assert fields["languages"] == ["en", "fr"]


@pytest.mark.parametrize(("said", "holds"), [("public", "partner"), ("hidden", "hidden"), ("partner", "partner")])
def test_of_two_visibilities_the_stricter_holds(said, holds):
    assert laid(visibility=said)[0]["visibility"] == holds


def test_a_confidential_place_stays_confidential():
    read = a_read("stakeholder", "gb-house", confidential_location=False)
    known = Record("stakeholder", "gb-house", "GB", {"confidential_location": True})
    assert merged(read, known)[0].record.fields == {"confidential_location": True}


def test_a_newer_statement_makes_a_mandate_newer_and_its_sources_are_joined():
    read = a_read("mandate", "gb-house.hotline", holder="gb-house", function="hotline", as_of=2026, sources=["gb-list"])
    known = Record(
        "mandate",
        "gb-house.hotline",
        "GB",
        {"holder": "gb-house", "function": "hotline", "as_of": 2024, "sources": ["gb-page"], "serves": {}},
    )
    assert merged(read, known)[0].record.fields == {
        "holder": "gb-house",
        "function": "hotline",
        "as_of": 2026,
        "sources": ["gb-page", "gb-list"],
    }


def test_what_a_record_rests_on():
    assert list(belonging(a_read("link", "a--b", origin="a", to="b").record)) == ["a", "b"]
    assert list(belonging(a_read("mandate", "a.b", holder="a").record)) == ["a"]
    assert list(belonging(a_read("source", "a").record)) == []


def test_a_kind_that_no_list_stated_yields_to_one_that_is_stated():
    assert laid(kind="unknown") == ({"id": "gb-house"}, [])
    known = Record("stakeholder", "gb-house", "GB", {"kind": "unknown"})
    assert merged(a_read("stakeholder", "gb-house", kind="ngo"), known)[0].record.fields == {"kind": "ngo"}
