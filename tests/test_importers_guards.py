"""What stops an import whose records are in order, and what a person changed here."""

from __future__ import annotations

import pytest
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from small_directory import close_stores

from pathways.stores import EDIT


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


@pytest.mark.parametrize(("left", "status"), [(40, "unchanged"), (39, "imported"), (38, "refused"), (20, "refused")])
def test_a_list_that_withdraws_a_twentieth_of_its_bodies_is_refused(store, tmp_path, left, status):
    imported(store, a_list(tmp_path, bodies(40)))
    report = imported(store, a_list(tmp_path, bodies(left)))
    assert report["status"] == status
    if status == "refused":
        assert rules(report) == ["withdrawal", "withdrawal"]  # of the bodies, and of their mandates
        assert f"it would withdraw {40 - left} of its 40 bodies" in report["findings"][0]["text"]
        assert store.head() == 2


def test_what_is_confirmed_is_withdrawn_and_still_told(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(40)))
    report = imported(store, a_list(tmp_path, bodies(20)), confirmed=True)
    assert (report["status"], report["changes"]["stakeholder"]["withdrawn"]) == ("imported", 20)
    assert set(rules(report, "warning")) == {"withdrawal"}


def test_a_list_whose_ids_share_nothing_with_the_last_is_refused(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(3)))
    report = imported(store, a_list(tmp_path, bodies(300, start=100)))
    assert report["status"] == "refused"
    assert "no id of its bodies is one of the last time (3 then, 300 now)" in report["findings"][0]["text"]


def test_bodies_that_stay_while_their_mandates_go_are_refused_too(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(40)))
    report = imported(store, a_list(tmp_path, [a_body(n, mandates=[]) for n in range(1, 41)]))
    assert (report["status"], rules(report)) == ("refused", ["withdrawal"])
    assert "of its mandates" in report["findings"][0]["text"]


def test_a_first_import_withdraws_nothing(store, tmp_path):
    assert rules(imported(store, a_list(tmp_path, bodies(3)))) == []


def test_errors_are_not_told_as_withdrawals(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(3)))
    report = imported(store, a_list(tmp_path, [a_body(1, parent="us-nobody")]))
    assert rules(report) == ["no-parent"]


def test_what_a_person_changed_here_stays_and_is_told(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(2)))
    store.commit(store.amend(EDIT, "stakeholder", "us-body-1", {"name": "By hand"}), layer=EDIT, source="", author="ana")
    report = imported(store, a_list(tmp_path, [a_body(1, name="By the list"), a_body(2)]))
    assert report["status"] == "imported"
    (finding,) = report["findings"]
    assert (finding["rule"], finding["severity"], finding["values"]) == ("edited-here", "warning", ["stakeholder us-body-1"])
    assert store.directory().stakeholder("us-body-1").name == "By hand"
    store.commit(store.amend(EDIT, "stakeholder", "us-body-1", {"name": "By the list"}), layer=EDIT, source="", author="ana")
    assert rules(imported(store, a_list(tmp_path, [a_body(1, name="By the list"), a_body(2)]))) == []


def test_a_body_that_a_person_changed_and_the_list_drops_is_told(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(2)))
    store.commit(store.amend(EDIT, "stakeholder", "us-body-2", {"name": "By hand"}), layer=EDIT, source="", author="ana")
    report = imported(store, a_list(tmp_path, bodies(1)), confirmed=True)
    assert report["status"] == "imported"
    assert "edited-here" in rules(report)
    assert store.directory().stakeholder("us-body-2") is None


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ("bodies: {min: 3, max: 3}", "imported"),
        ("bodies: {min: 4}", "refused"),
        ("mandates: {max: 2}", "refused"),
        ("source: {min: 1, max: 1}", "imported"),
        ("link: {min: 1}", "refused"),
    ],
)
def test_a_keepers_expectations_are_held(store, tmp_path, limits, status):
    path = a_list(tmp_path, bodies(3))
    (tmp_path / "list.json.expect.yaml").write_text(limits)
    report = imported(store, path)
    assert report["status"] == status
    assert rules(report) == ([] if status == "imported" else ["unexpected"])


def test_expectations_may_stand_in_a_mapping(store, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("expect:\n  bodies: {min: 30}\ncolumns: {}\n")
    report = imported(store, a_list(tmp_path, bodies(3)), mapping=mapping, format="native")
    assert (report["status"], rules(report)) == ("refused", ["unexpected"])


@pytest.mark.parametrize("text", ["bodies: 3", "persons: {min: 3}", "bodies: {least: 3}", "bodies: {min: many}", "- a", "bodies: {min: true}", "a: [", "a: &a [*a]"])  # fmt: skip
def test_expectations_that_are_none_are_refused(store, tmp_path, text):
    path = a_list(tmp_path, bodies(3))
    (tmp_path / "list.json.expect.yaml").write_text(text)
    report = imported(store, path)
    assert report["status"] == "refused"
    assert report["findings"][0]["file"] == "list.json.expect.yaml"
