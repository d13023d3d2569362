"""The snapshot: parts that are shared, indexes that agree with the records."""

from __future__ import annotations

import pytest
from small_directory import small_records, with_fields

from pathways.directory import Directory
from pathways.format.reader import read
from pathways.stores.bundled import bundled_root


@pytest.fixture(scope="module")
def bundled():
    return read(bundled_root())


@pytest.fixture(scope="module")
def directory(bundled):
    return Directory.from_records(bundled, 1)


@pytest.fixture
def small(tmp_path):
    return small_records(tmp_path)


def test_every_body_mandate_link_stage_and_source_of_the_records_is_in_the_snapshot(bundled, directory):
    def count(kind):
        return sum(r.kind == kind for r in bundled)

    bodies = [body for part in directory.parts.values() for body in part.stakeholders.values()]
    assert len(bodies) == count("stakeholder")
    assert sum(len(body.mandates) for body in bodies) == count("mandate")
    assert sum(len(body.links) for body in bodies) == count("link")
    assert sum(len(part.stages) for part in directory.parts.values()) == count("stage")
    assert sum(len(part.sources) for part in directory.parts.values()) + len(directory.cross_border.sources) == count("source")
    assert len(directory.cross_border.corridors) == count("corridor") == 132


def test_the_twelve_countries_are_there(directory):
    assert list(directory.parts) == ["AL", "AT", "CY", "ES", "FR", "GB", "GR", "IT", "MA", "PL", "PT", "UA"]


def test_whoever_performs_a_function_is_found_by_it(directory):
    for part in directory.parts.values():
        held = {mandate.id for body in part.stakeholders.values() for mandate in body.mandates}
        assert {mandate.id for mandates in part.performs.values() for mandate in mandates} == held
        assert all(mandate.function == function for function, mandates in part.performs.items() for mandate in mandates)


def test_every_source_that_a_mandate_names_is_found(directory):
    missing = {
        s
        for part in directory.parts.values()
        for mandates in part.performs.values()
        for m in mandates
        for s in m.sources
        if directory.source(s) is None
    }
    assert missing == set()


def test_a_body_is_found_by_its_id_and_an_unknown_one_is_none(small):
    directory = Directory.from_records(small)
    assert directory.stakeholder("gb-house").name == "The house"
    assert directory.part_of("gb-house").code == "GB"
    assert directory.stakeholder("gb-nobody") is None
    assert directory.source("gb-nobody") is None


def test_a_mandate_without_a_territory_has_its_holders(small):
    (mandate,) = Directory.from_records(small).stakeholder("gb-house").mandates
    assert mandate.territory == ("GB-ENG",)


def test_what_a_body_belongs_to_is_told_the_nearest_first(small):
    records = with_fields(small, "stakeholder", "gb-house", parent="gb-authority")
    assert Directory.from_records(records).parts["GB"].belongs_to["gb-house"] == ("gb-authority",)


def test_a_circle_of_belonging_ends(small):
    records = with_fields(
        with_fields(small, "stakeholder", "gb-house", parent="gb-authority"), "stakeholder", "gb-authority", parent="gb-house"
    )
    assert Directory.from_records(records).parts["GB"].belongs_to["gb-house"] == ("gb-authority",)


def test_a_part_that_did_not_change_is_the_same_object_in_the_next_revision(small):
    before = Directory.from_records(small, 1)
    after = Directory.from_records(with_fields(small, "stakeholder", "gb-house", name="Another name"), 2)
    assert after.parts["AL"] is before.parts["AL"]
    assert after.cross_border is before.cross_border
    assert after.parts["GB"] is not before.parts["GB"]
    assert (before.revision, after.revision) == (1, 2)
    assert (before.stakeholder("gb-house").name, after.stakeholder("gb-house").name) == ("The house", "Another name")


def test_the_order_of_records_does_not_matter(small):
    assert Directory.from_records(reversed(small)).parts["GB"] is Directory.from_records(small).parts["GB"]
