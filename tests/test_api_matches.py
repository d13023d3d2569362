"""Matches that wait for a person: seen with both sides and the reasons, judged, remembered, taken back; over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from offices import MATCHES
from partner_lists import a_body, a_list

from cli.main import main
from importers.matching import Judgements
from pathways.stores import EDIT

PHONE = {"type": "phone", "value": "+44 20 7946 0958"}


def of_a_harbour(office, name="Harbour Office", rows=""):
    """A list with a body that has the number of the house, and another that nobody knows."""
    path = office.folder / "harbour.csv"
    path.write_text(
        f"name,country,kind,function,phone\n{name},GB,ngo,hotline,{PHONE['value']}\nQuite another office,GB,ngo,hotline,\n{rows}"
    )
    return path


@pytest.fixture
def harbour(office):
    """A desk whose directory has a house with a number that can be told from others."""
    fields = {"name": "Harbour Lights Shelter", "contacts": [PHONE], "languages": ["en"]}
    office.store.commit(office.store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    return office


def judged(office, match, verdict, **said):
    body = match["candidates"][0]["body"]
    return office.web.post(MATCHES, json={"source": match["source"], "subject": match["subject"], "body": body, "verdict": verdict, **said})


def waiting(office, told):
    return office.web.get(told["links"]["matches"]).get_json()["items"]


def test_a_match_is_seen_with_both_sides_and_the_reasons_and_judged_before_anything_is_written(harbour):
    told = harbour.tried(of_a_harbour(harbour))
    assert (told["state"], told["matches_waiting"]) == ("waiting", 1), told["report"]["findings"]
    (match,) = waiting(harbour, told)
    assert (match["name"], match["said"]["name"]) == ("Harbour Office", "Harbour Office")
    (candidate,) = match["candidates"]
    assert (candidate["body"], candidate["known"]["name"], candidate["verdict"]) == ("gb-house", "Harbour Lights Shelter", None)
    assert "phone" in {reason["word"] for reason in candidate["reasons"]}
    answer = judged(harbour, match, "different", author="desk 4", note="I called them")
    assert answer.status_code == 201
    assert waiting(harbour, told)[0]["candidates"][0]["verdict"] == "different"
    assert harbour.step("apply", told).get_json()["code"] == "import-outdated", "what would be written is no longer what was seen"
    again = harbour.step("try", told).get_json()
    assert (again["state"], again["matches_waiting"]) == ("waiting", 0)
    assert harbour.step("apply", told).status_code == 200
    names = {body.name for body in harbour.store.directory().parts["GB"].stakeholders.values()}
    assert {"Harbour Office", "Quite another office", "Harbour Lights Shelter"} <= names


def test_what_is_judged_the_same_is_merged_and_never_asked_again(harbour):
    told = harbour.tried(of_a_harbour(harbour))
    assert judged(harbour, waiting(harbour, told)[0], "same").status_code == 201
    harbour.step("try", told)
    assert harbour.step("apply", told).status_code == 200
    house = harbour.store.directory().stakeholder("gb-house")
    assert "hotline" in {mandate.function for mandate in house.mandates}
    assert "Harbour Office" not in {body.name for body in harbour.store.directory().parts["GB"].stakeholders.values()}
    assert harbour.tried(of_a_harbour(harbour, rows="A third office,GB,ngo,hotline,\n"))["matches_waiting"] == 0


def test_a_judgement_is_kept_with_who_and_when_and_is_taken_back(harbour):
    told = harbour.tried(of_a_harbour(harbour))
    number = judged(harbour, waiting(harbour, told)[0], "different", author="desk 4", note="I called").get_json()["number"]
    (kept,) = harbour.web.get(f"{MATCHES}?state=judged").get_json()["items"]
    assert (kept["number"], kept["author"], kept["note"], kept["taken_back_at"]) == (number, "desk 4", "I called", None)
    assert harbour.web.delete(f"{MATCHES}/{number}").status_code == 204
    assert harbour.web.delete(f"{MATCHES}/{number}").status_code == 404
    (kept,) = harbour.web.get(f"{MATCHES}?state=judged&source=partner").get_json()["items"]
    assert kept["taken_back_at"] is not None
    assert harbour.step("try", told).get_json()["matches_waiting"] == 1


def test_what_waits_after_an_import_stands_in_the_queue_of_all(harbour):
    harbour.applied(of_a_harbour(harbour))
    page = harbour.web.get(MATCHES).get_json()
    assert (page["total"], page["items"][0]["source"], page["items"][0]["name"]) == (1, "partner", "Harbour Office")
    assert page["items"][0]["said"]["contacts"][0]["value"] == PHONE["value"]
    assert harbour.web.get(f"{MATCHES}?source=other").get_json()["total"] == 0
    judged(harbour, page["items"][0], "different")
    assert harbour.web.get(MATCHES).get_json()["total"] == 0


@pytest.mark.parametrize(
    ("field", "value"), [("body", "gb-nobody"), ("verdict", "perhaps"), ("subject", ""), ("colour", "red"), ("note", "x" * 501)]
)
def test_a_judgement_that_is_none_is_named(desk, field, value):
    said = {"source": "partner", "subject": "x", "body": "gb-house", "verdict": "same", field: value}
    answer = desk.web.post(MATCHES, json=said)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"/{field}")


def test_the_place_of_a_body_that_may_be_a_confidential_one_does_not_wait_in_the_queue(desk):
    fields = {"name": "Harbour Lights", "contacts": [PHONE], "confidential_location": True}
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    path = desk.folder / "list.csv"
    path.write_text(f"name,country,kind,function,phone,note,city\nHarbour Office,GB,ngo,hotline,{PHONE['value']},14 Station Road,Leeds\n")
    told = desk.tried(path)
    assert told["matches_waiting"] == 1, told["report"]["findings"]
    assert "Station" not in json.dumps(waiting(desk, told)) and "Leeds" not in json.dumps(waiting(desk, told))
    kept = b"".join(found.read_bytes() for found in desk.settings.home.rglob("*.sqlite"))
    assert b"Station" not in kept


def test_an_undo_forgets_what_the_matching_had_learned_and_keeps_what_a_person_judged(harbour):
    told = harbour.tried(of_a_harbour(harbour))
    judged(harbour, waiting(harbour, told)[0], "same")
    harbour.step("try", told)
    harbour.step("apply", told)
    with Judgements("partner", harbour.settings.judgements) as known:
        known.learn([("list", "17")], "gb-house")
        assert known.known([("list", "17")]) == {"gb-house"}
    assert harbour.step("undo", told).status_code == 200
    with Judgements("partner", harbour.settings.judgements) as known:
        assert known.known([("list", "17")]) == frozenset()
        assert [one.verdict for one in known.history()] == ["same"]


def test_a_file_of_judgements_of_an_older_release_is_brought_up(tmp_path):
    import sqlite3

    path = tmp_path / "judgements.sqlite"
    with Judgements("partner", path) as known:
        known.judge("x", "gb-house", "different", "ana")
    with sqlite3.connect(path) as old:
        old.execute("ALTER TABLE waiting DROP COLUMN said")
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO waiting VALUES ('partner', 'y', 'Y', 'list.csv', '[]', '2026-01-01')")
    old.close()
    with Judgements("partner", path) as known:
        assert [one.said for one in known.queue()] == ["{}"]
        assert known.of("x") == {"gb-house": "different"}


def test_the_command_line_shows_judges_and_takes_back(desk, monkeypatch):
    fields = {"name": "Harbour Lights Shelter", "contacts": [PHONE]}
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    monkeypatch.setenv("PATHWAYS_HOME", str(desk.settings.home))
    monkeypatch.setenv("PATHWAYS_STORE", desk.settings.store)
    monkeypatch.setattr("cli.opening.ensure_bundled", lambda *_, **__: None)  # the small directory is not that of this release

    def run(*arguments):
        return CliRunner().invoke(main, ["matches", *arguments])

    assert run().output.splitlines() == ["no matches."]
    desk.applied(of_a_harbour(desk))
    shown = run().output
    subject = desk.web.get(MATCHES).get_json()["items"][0]["subject"]
    assert f"partner: {subject}, Harbour Office" in shown and "may be gb-house" in shown and "the phone number" in shown
    assert '  the list: name "Harbour Office"' in shown and 'the directory: name "Harbour Lights Shelter"' in shown
    assert "Judgement 1:" in run("--source", "partner", "--different", subject, "gb-house", "--author", "ana").output
    assert run().output.splitlines() == ["no matches."]
    assert "are different" in run("--judged").output
    assert run("--take-back", "1").output == "Judgement 1 is taken back.\n"
    assert "taken back by command line" in run("--judged", "--source", "partner").output
    assert run("--take-back", "1").exit_code == 1
    assert run("--source", "partner", "--same", subject, "gb-nobody").exit_code == 1
    assert run("--same", subject, "gb-house").exit_code == run("--judged", "--take-back", "1").exit_code == 2


def test_the_undo_of_the_command_line_forgets_it_too(desk, monkeypatch):
    monkeypatch.setenv("PATHWAYS_HOME", str(desk.settings.home))
    monkeypatch.setenv("PATHWAYS_STORE", desk.settings.store)
    monkeypatch.setattr("cli.opening.ensure_bundled", lambda *_, **__: None)  # the small directory is not that of this release
    desk.applied(a_list(desk.folder, [a_body(1)]))
    with Judgements("partner", desk.settings.judgements) as known:
        known.learn([("list", "17")], "us-body-1")
    assert CliRunner().invoke(main, ["undo", "2"]).exit_code == 0
    with Judgements("partner", desk.settings.judgements) as known:
        assert known.known([("list", "17")]) == frozenset()
