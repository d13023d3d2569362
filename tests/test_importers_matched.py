"""Bodies that the directory already knows: merged where it is certain, waiting where it is not, the same at every import."""

from __future__ import annotations

import json

import pytest
from partner_lists import a_body, a_list, imported, rules, small_store
from small_directory import close_stores

from importers import matching
from importers.formats import native
from pathways.stores import EDIT

PHONE = {"type": "phone", "value": "+44 20 7946 0958"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The small directory, where the house has a name and a number that can be told from others; ids of lists say nothing."""
    monkeypatch.setattr(native, "OWN_IDS", False)
    made = small_store(tmp_path)
    fields = {"name": "Harbour Lights Shelter", "contacts": [PHONE], "languages": ["en"]}
    made.commit(made.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    yield made
    close_stores()


def the_house(**said):
    """The house as a list calls it, with a mandate that the directory has and one that it has not."""
    mandates = [{"function": name, "as_of": 2026, "sources": ["list"]} for name in ("safe-accommodation", "training")]
    fields = {"id": "gb-harbour", "name": "Harbour Lights Shelter", "territory": ["GB-ENG"], "contacts": [PHONE], "mandates": mandates}
    return a_body(1, **{**fields, **said})


def another(number=7):
    return a_body(number, id=f"gb-other-{number}", territory=["GB"], name=f"Quite another office {number}")


def test_a_body_that_is_certainly_known_gets_the_directorys_id_and_its_mandates_follow(store, tmp_path):
    report = imported(store, a_list(tmp_path, [the_house(languages=["fr"]), another()], part="GB"), author="ana")
    assert report["status"] == "imported", report["findings"]
    assert "matched" in rules(report, "note")
    house = store.directory().stakeholder("gb-house")
    assert {mandate.id for mandate in house.mandates} == {"gb-house.safe-accommodation", "gb-house.training"}
    assert store.directory().stakeholder("gb-harbour") is None
    assert store.directory().stakeholder("gb-other-7") is not None
    old = next(mandate for mandate in house.mandates if mandate.function == "safe-accommodation")
    assert old.serves.as_data() == {"fact": "gender", "in": ["female"]}  # a list that states no limit does not lift one
    assert old.sources == ("gb-page-2025", "gb-list")
    said = {record.key for record in store.said("partner:partner")}
    assert ("stakeholder", "gb-house") in said and ("stakeholder", "gb-harbour") not in said


def test_the_same_list_again_changes_nothing_and_its_import_is_taken_back_whole(store, tmp_path):
    before = store.records()
    path = a_list(tmp_path, [the_house(languages=["fr"]), another()], part="GB")
    judgements = tmp_path / "judgements.sqlite"
    imported(store, path, judgements=judgements)
    assert imported(store, path, judgements=judgements)["status"] == "unchanged"
    store.undo(3, "ana")
    assert store.records() == before


def test_a_body_in_two_lists_of_a_country_that_nobody_has_researched_is_found(store, tmp_path):
    body = {"name": "Harbour Lights Center", "contacts": [{"type": "phone", "value": "+1 305 358 1640"}], "territory": ["US-FL"]}
    imported(store, a_list(tmp_path, [a_body(1, **body), a_body(2, name="Quite another office")]), "one")
    report = imported(store, a_list(tmp_path, [a_body(9, **body, languages=["es"])]), "two")
    assert (report["status"], rules(report)) == ("imported", ["matched"])
    bodies = store.directory().unresearched["US"].stakeholders
    assert set(bodies) == {"us-body-1", "us-body-2"}
    assert bodies["us-body-1"].languages == ("es",)


def test_a_body_that_may_be_known_waits_with_what_rests_on_it_until_somebody_judges(store, tmp_path):
    unsure = the_house(name="Harbour Office", contacts=[PHONE])
    path = a_list(tmp_path, [unsure, another()], part="GB")
    judgements = tmp_path / "judgements.sqlite"
    report = imported(store, path, judgements=judgements)
    assert report["status"] == "imported"
    assert "unsure-match" in rules(report, "warning")
    assert [record.id for record in store.said("partner:partner") if record.kind != "source"] == ["gb-other-7", "gb-other-7.hotline"]
    with matching.Judgements("partner", judgements) as known:
        (waiting,) = known.queue()
        assert json.loads(waiting.candidates)[0]["body"] == "gb-house"
        known.judge(waiting.subject, "gb-house", "different", "ana")
    assert imported(store, path, judgements=judgements)["status"] == "imported"
    assert store.directory().stakeholder("gb-harbour").name == "Harbour Office"
    with matching.Judgements("partner", judgements) as known:
        assert known.queue() == []


def test_a_file_of_judgements_that_is_none_refuses_the_import(store, tmp_path):
    judgements = tmp_path / "judgements.sqlite"
    judgements.write_text("not a database, but long enough to be taken for one" * 99)
    report = imported(store, a_list(tmp_path, [the_house()], part="GB"), judgements=judgements)
    assert (report["status"], rules(report, "error")) == ("refused", ["unreadable"])


def test_a_trial_keeps_no_judgement_and_no_queue(store, tmp_path):
    judgements = tmp_path / "judgements.sqlite"
    imported(store, a_list(tmp_path, [the_house(name="Harbour Office")], part="GB"), judgements=judgements, dry_run=True)
    assert not judgements.exists()


def test_a_body_of_the_list_that_was_loaded_does_not_go_because_another_came_to_look_like_it(store, tmp_path):
    path = a_list(tmp_path, [the_house(name="Harbour Office", contacts=[{"type": "phone", "value": "+44 20 7946 0111"}])], part="GB")
    imported(store, path)
    assert store.directory().stakeholder("gb-harbour") is not None
    again = a_list(tmp_path, [the_house(name="Harbour Office", contacts=[PHONE])], part="GB")
    assert imported(store, again)["status"] == "imported"
    assert store.directory().stakeholder("gb-harbour").contacts[0].value == PHONE["value"]


def test_two_entries_of_a_list_are_not_taken_for_one_body(store, tmp_path):
    report = imported(store, a_list(tmp_path, [the_house(), the_house(id="gb-harbour-2")], part="GB"))
    assert report["status"] == "imported"
    assert "unsure-match" in rules(report)
    assert store.directory().stakeholder("gb-harbour-2") is None


def test_what_a_body_says_before_the_mandate_that_makes_its_place_secret_is_kept_without_it(store, tmp_path):
    work = [
        {"function": "hotline", "as_of": 2026, "sources": ["list"], "note": "or come to 45 Patission Street, second floor"},
        {"function": "crisis-accommodation", "as_of": 2026, "sources": ["list"]},
    ]
    open_to_all = a_body(3, territory=["GB"], name="Quite another office", mandates=work[:1])
    house = a_body(4, territory=["GB"], name="Elpida office", mandates=work)
    report = imported(store, a_list(tmp_path, [open_to_all, house], part="GB"))
    assert report["status"] == "imported" and "confidential" in rules(report)
    notes = {record.fields["holder"]: record.fields.get("note", "") for record in store.said("partner:partner") if record.kind == "mandate" and record.fields["function"] == "hotline"}  # fmt: skip
    assert [("Patission" in note) for _, note in sorted(notes.items())] == [True, False]
