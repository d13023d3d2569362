"""The way of a partner's file into the directory: all of it or nothing, the trial like the import, and taken back when asked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from small_directory import close_stores

from pathways.records import digest
from pathways.stores import EDIT, StoreError, open_store

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def ids(store, kind="stakeholder", part="US"):
    return sorted(record.id for record in store.records() if record.kind == kind and record.part == part)


def test_a_list_becomes_one_revision_of_its_own_layer(store, tmp_path):
    report = imported(store, a_list(tmp_path, bodies(3)), author="ana")
    assert (report["status"], report["revision"], report["format"]) == ("imported", 2, "native")
    revision = store.history()[-1]
    assert (revision.author, revision.source, revision.layer) == ("ana", "list.json", "partner:partner")
    assert (revision.added, revision.changed, revision.withdrawn) == (7, 0, 0)
    assert revision.digest == report["digest"] == digest(store.records())
    assert ids(store) == ["us-body-1", "us-body-2", "us-body-3"]
    assert report["changes"]["stakeholder"] == {"added": 3, "changed": 0, "withdrawn": 0}


def test_one_wrong_record_refuses_the_whole_file(store, tmp_path):
    before = store.records()
    report = imported(store, a_list(tmp_path, [*bodies(3), a_body(4, parent="us-nobody")]))
    assert (report["status"], report["revision"]) == ("refused", None)
    (finding,) = report["findings"]
    assert (finding["rule"], finding["severity"]) == ("no-parent", "error")
    assert "us-nobody" in finding["text"]
    assert finding["file"] == "list.json" and finding["column"].endswith("stakeholders/3")
    assert (store.head(), store.records()) == (1, before)


def test_a_trial_tells_what_the_import_then_does_and_writes_nothing(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(30)))
    path = a_list(tmp_path, [*bodies(28), a_body(40), a_body(1, id="us-body-29", name="Renamed")], "list.json")
    trial = imported(store, path, dry_run=True, confirmed=True)
    assert store.head() == 2
    real = imported(store, path, confirmed=True)
    assert (trial.pop("status"), real.pop("status")) == ("trial", "imported")
    assert trial == real
    assert trial["changes"]["stakeholder"] == {"added": 1, "changed": 1, "withdrawn": 1}
    told = {(one["kind"], one["id"], field["field"]) for one in real["differences"] for field in one["fields"]}
    assert told == {(change.kind, change.id, change.field) for change in store.changes(3)}


def test_a_trial_refuses_what_the_import_would_refuse(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(3)))
    link = {"origin": "gb-house", "to": "us-body-3", "basis": "practice", "functions": [], "as_of": 2025, "sources": ["gb-page-2025"]}
    store.commit(store.amend(EDIT, "link", "gb-house--us-body-3", link, part="GB"), layer=EDIT, source="", author="ana")
    path = a_list(tmp_path, bodies(2))
    trial, real = (imported(store, path, dry_run=dry, confirmed=True) for dry in (True, False))
    assert trial == real
    assert real["status"] == "refused"
    assert "gb-house--us-body-3" in next(one["text"] for one in real["findings"] if one["rule"] == "broken")
    assert store.head() == 3


def test_the_same_file_again_changes_nothing(store, tmp_path):
    path = a_list(tmp_path, bodies(3))
    imported(store, path)
    before = store.records()
    report = imported(store, path)
    assert (report["status"], report["differences"], report["changes"]) == ("unchanged", [], {})
    assert (store.head(), store.records()) == (2, before)


def test_two_sources_do_not_touch_each_others_bodies(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(3)), "one")
    imported(store, a_list(tmp_path, bodies(3, start=10)), "two")
    imported(store, a_list(tmp_path, bodies(3)[:2], "less.json"), "one", confirmed=True)
    assert ids(store) == ["us-body-1", "us-body-10", "us-body-11", "us-body-12", "us-body-2"]


def test_a_country_without_a_mechanism_has_bodies_and_is_no_country_to_plan_in(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(1)))
    directory = store.directory()
    assert list(directory.parts) == ["AL", "GB"]
    assert directory.stakeholder("us-body-1").country == "US"
    assert directory.source("us-list").title == "A list"


def test_a_file_may_rest_on_what_the_directory_has(store, tmp_path):
    linking = a_body(1, id="gb-new", territory=["GB"], parent="gb-house", refers_to=[{"to": "gb-authority", "basis": "practice", "functions": [], "as_of": 2026, "sources": ["page-2025"]}])  # fmt: skip
    assert imported(store, a_list(tmp_path, [linking], part="GB"))["status"] == "imported"
    assert store.directory().stakeholder("gb-new").links[0].to == "gb-authority"


def test_a_body_of_the_directory_under_its_id_is_laid_over_it_and_told(store, tmp_path):
    report = imported(store, a_list(tmp_path, [a_body(1, id="gb-house", name="The house, renamed", territory=["GB-ENG"])], part="GB"))
    assert rules(report) == ["matched"]
    assert store.directory().stakeholder("gb-house").name == "The house, renamed"
    store.undo(2, "ana")
    assert store.directory().stakeholder("gb-house").name == "The house"


def test_an_id_of_another_country_is_refused(store, tmp_path):
    report = imported(store, a_list(tmp_path, [a_body(1, id="gb-house")]))
    assert report["status"] == "refused"
    assert "belongs to GB" in next(one["text"] for one in report["findings"] if one["rule"] == "broken")


def test_two_records_of_one_id_are_refused_where_they_differ_and_taken_once_where_they_do_not(store, tmp_path):
    report = imported(store, a_list(tmp_path, [a_body(1), a_body(1)]))
    assert (report["status"], rules(report)) == ("imported", ["duplicate", "duplicate"])
    report = imported(store, a_list(tmp_path, [a_body(1), a_body(1, name="Another")]))
    assert report["status"] == "refused"
    assert rules(report, "error") == ["duplicate"]


def test_another_writer_meanwhile_makes_the_import_begin_again(store, tmp_path):
    told = []

    def tell(stage, count):
        told.append(stage)
        if told.count("comparing") == 1 and stage == "comparing":
            store.commit(store.amend(EDIT, "stakeholder", "gb-house", {"city": "Leeds"}), layer=EDIT, source="", author="ben")

    report = imported(store, a_list(tmp_path, bodies(2)), tell=tell)
    assert (report["status"], report["revision"], told.count("writing")) == ("imported", 3, 2)
    assert store.directory().stakeholder("gb-house").shown["city"] == "Leeds"


def test_a_reader_that_fails_is_a_finding_and_no_crash(store, tmp_path, monkeypatch):
    from importers.formats import native

    def read(path, options):
        yield from ()
        raise KeyError("x")

    monkeypatch.setattr(native, "read", read)
    report = imported(store, a_list(tmp_path, bodies(1)))
    assert (report["status"], rules(report)) == ("refused", ["unreadable"])


@pytest.mark.parametrize("wrong", [{"kind": "shop"}, {"territory": ["XX"]}, {"parent": "us-nobody"}])
def test_a_file_of_nothing_but_errors_is_not_read_to_its_end(store, tmp_path, monkeypatch, wrong):
    from importers import pipeline

    monkeypatch.setattr(pipeline, "MOST_ERRORS", 50)
    report = imported(store, a_list(tmp_path, [a_body(n, **wrong) for n in range(200)]))
    assert report["status"] == "refused"
    assert 50 <= report["severities"]["error"] < 60


def test_an_empty_list_is_refused(store, tmp_path):
    path = tmp_path / "empty.json"
    path.write_text(json.dumps({"format": "referral-pathways-directory/1", "parts": {}}))
    assert rules(imported(store, path)) == ["missing"]


MAPPING = """
mapping: 1
title: A list
format: csv
country: US
body:
  name: Name
  kind: {value: ngo}
  city: City
  note: Note
mandate:
  function: {from: Work, words: work}
words:
  work: {Helpline: hotline}
"""


def test_what_must_not_be_kept_is_taken_out_before_a_record_is_kept(store, tmp_path):
    path, mapping = tmp_path / "list.csv", tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows = ("Safe Harbour Shelter,Springfield,Ring at 12 Main Street,Helpline", "Quite another office,Shelbyville,Ring twice,Helpline")
    path.write_text("\n".join(("Name,City,Note,Work", *rows)), encoding="utf-8")
    report = imported(store, path, mapping=mapping)
    assert report["status"] == "imported" and "confidential" in rules(report)
    kept = json.dumps([record.fields for record in store.records()])
    assert "Shelbyville" in kept and "Ring twice" in kept
    for secret in ("Springfield", "Main Street"):
        assert secret not in kept and secret not in json.dumps(report)


def test_nothing_of_a_victim_is_accepted_and_the_whole_file_is_refused(store, tmp_path):
    before = store.records()
    victim = a_body(1, note="The victim is 24 and from Nigeria.")
    report = imported(store, a_list(tmp_path, [victim, a_body(2)]))
    assert (report["status"], rules(report, "error")[0]) == ("refused", "victim")
    assert "Nigeria" not in json.dumps(report) and store.records() == before


def test_in_the_directorys_own_words_a_body_says_itself_that_its_place_is_confidential(store, tmp_path):
    said = {"city": "Springfield", "name": "Safe Harbour Shelter"}
    path = a_list(tmp_path, [a_body(1, **said), a_body(2, **said, confidential_location=True, visibility="partner")])
    report = imported(store, path)
    cities = {record.id: record.fields.get("city") for record in store.records() if record.part == "US" and record.kind == "stakeholder"}
    assert cities == {"us-body-1": "Springfield", "us-body-2": None}
    assert ["us-body-1"] in [one["values"] for one in report["findings"] if one["severity"] == "warning"]


# death at any moment -------------------------------------------------------------------------------------------------------------------------

IMPORTING = """
import sys
from pathlib import Path
from importers.pipeline import Request, run
from importers.reading import Options
from importers.holding import Holding
from pathways.stores import open_store
store = open_store(sys.argv[1])
print("begins", flush=True)
with Holding() as holding:
    print(run(store, Request(Path(sys.argv[2]), Options("partner"), confirmed=True), holding).status, flush=True)
"""


def importing(url, path, beforehand=""):
    """An import in a process of its own that has begun; `beforehand` it does something else."""
    process = subprocess.Popen([sys.executable, "-c", beforehand + IMPORTING, url, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begins\n"
    return process


def whole(url):
    """The newest revision of a store, whose directory is exactly what it is said to be, and how many bodies that has of the list."""
    store = open_store(url)
    try:
        records = store.records()
        assert digest(records) == store.history()[-1].digest
        return store.head(), sum(record.kind == "stakeholder" and record.part == "US" for record in records)
    finally:
        store.close()


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_an_import_that_is_killed_leaves_the_old_or_the_new_directory_whole(tmp_path, share):
    small_store(tmp_path)
    close_stores()
    url, path = f"sqlite:///{tmp_path / 'small.sqlite'}", a_list(tmp_path, bodies(1500))
    began = time.monotonic()
    assert importing(url, path).communicate()[0] == "imported\n"
    took = time.monotonic() - began
    head, _ = whole(url)
    process = importing(url, a_list(tmp_path, bodies(1500, start=1000)))
    time.sleep(took * share)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert whole(url) in ((head, 1500), (head + 1, 1500))
    assert importing(url, a_list(tmp_path, bodies(700))).communicate()[0] == "imported\n"
    assert whole(url)[1] == 700


def test_a_store_that_is_closed_is_the_callers_matter(store, tmp_path):
    store.close()
    with pytest.raises(StoreError):
        imported(store, a_list(tmp_path, bodies(1)))
