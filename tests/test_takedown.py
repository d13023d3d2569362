"""A body or a contact that is taken down is gone: from every answer, every earlier revision and the disk; it does not come back by itself."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner
from neo4j import GraphDatabase
from partner_lists import a_body, a_list, bodies, imported, rules, small_store
from serving import serving
from small_directory import close_stores, open_store

from api import Settings, create_app
from cli.main import main
from importers.matching import Judgements
from pathways.corrections import Corrections
from pathways.records import digest
from pathways.stores import EDIT, Inconsistent, StoreError, TakenDown, UndoRefused
from pathways.stores.bundled import bundled_root, ensure_bundled
from pathways.stores.copying import copy
from pathways.stores.neo4j import Address
from pathways.stores.taking_down import foresee, lift, take_down
from pathways.stores.verifying import verify

BODY, NAME, PHONE, MAIL = "us-kestrel", "Kestrel Lodge", "+1 202 555 0147", "night@kestrel.example"
TRACES = ("kestrel", "202 555 0147", "2025550147")


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


def kestrel(**said):
    contacts = [{"type": "phone", "value": PHONE}, {"type": "email", "value": MAIL}]
    return a_body(0, id=BODY, name=NAME, contacts=contacts, **said)


def others():
    return [
        a_body(1, refers_to=[{"to": BODY, "basis": "practice", "functions": ["hotline"], "as_of": 2026, "sources": ["list"]}]),
        a_body(2, parent=BODY, note=f"run by {NAME}, phone 2025550147"),
        a_body(3, contacts=[{"type": "phone", "value": "+1 303 444 0188"}]),
    ]


@pytest.fixture
def store(tmp_path, empty_store):
    """A store whose partner says a body and much about it, a person an edit of it, in several revisions."""
    made = small_store(tmp_path, empty_store)
    imported(made, a_list(tmp_path, [kestrel(), *others()]))
    edit(made, BODY, note="ask for the night desk")
    edit(made, "us-body-3", note=f"ask {BODY} first")
    imported(made, a_list(tmp_path, [kestrel(note="newer"), *others()]))
    return made


def edit(store, identity, **fields):
    return store.commit(store.amend(EDIT, "stakeholder", identity, fields), layer=EDIT, source="", author="ben")


def everything(store):
    """All that a store gives out, as text."""
    said = [repr(store.history()), repr(store.conflicts())]
    for number in range(1, store.head() + 1):
        said += [repr(store.records(number)), repr(store.changes(number)), repr(store.rows(number))]
        said += [repr([body.name for body in part.stakeholders.values()]) for part in store.directory(number).everywhere]
    return "\n".join(said).casefold()


def on_the_disk(url):
    """All that lies in the database, as it lies there."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*")).decode("latin-1").casefold()
    address = Address.read(url)
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        nodes, edges = driver.execute_query("MATCH (n) RETURN properties(n)"), driver.execute_query("MATCH ()-[r]->() RETURN properties(r)")
    return repr(nodes.records + edges.records).casefold()


def traces(text):
    return [trace for trace in TRACES if trace in text]


def test_a_body_is_gone_from_every_revision_and_from_the_disk(store, empty_store):
    assert traces(everything(store)) == list(TRACES) == traces(on_the_disk(empty_store))
    made = take_down(store, BODY, None, "ana", "unsafe")
    store.wipe()
    assert (made.revision.layer, made.revision.note, store.head()) == ("takedown", "unsafe", made.revision.number)
    store.directory()
    assert traces(everything(store)) == []
    assert traces(on_the_disk(empty_store)) == []
    assert store.directory().stakeholder("us-body-2") and store.directory(2).stakeholder("us-body-2"), "what others say stays"
    assert {r.id: r for r in store.records()}["us-body-2"].fields["note"] == "run by (taken down), phone (taken down)"


def test_the_chain_holds_as_before_and_says_who_when_and_why(store):
    before = store.history()
    take_down(store, BODY, None, "ana", "unsafe")
    assert store.read(verify) == []
    assert store.history()[:-1] == before
    last = store.history()[-1]
    assert (last.author, last.note, last.withdrawn) == ("ana", "unsafe", 3), "the body, its mandate, a link to it"
    assert digest(store.records()) == last.digest


def test_what_came_before_is_still_read_undone_and_edited(store, tmp_path):
    take_down(store, BODY, None, "ana", "unsafe")
    store.undo(4, "ben")
    assert "note" not in {r.id: r for r in store.records()}["us-body-3"].fields
    edit(store, "us-body-3", note="new")
    assert store.read(verify) == []
    with pytest.raises(UndoRefused, match="lift it"):
        store.undo(6, "ben")
    store.undo(5, "ben")
    assert traces(everything(store)) == []


def test_only_a_contact_is_taken_down_from_whoever_has_it(store, tmp_path):
    imported(store, a_list(tmp_path, [a_body(9, contacts=[{"type": "phone", "value": "(202) 555-0147"}])], "second.json"), "second")
    take_down(store, BODY, "202 555 0147", "ana", "somebody else answers")
    store.directory()
    assert "555-0147" not in everything(store) and "555 0147" not in everything(store)
    body = {r.id: r for r in store.records()}[BODY]
    assert [point["value"] for point in body.fields["contacts"]] == [MAIL]
    assert "contacts" not in {r.id: r for r in store.records()}["us-body-9"].fields
    assert store.read(verify) == []
    report = imported(store, a_list(tmp_path, [kestrel(), *others()]))
    assert "taken-down" in rules(report, "warning") and "555-0147" not in everything(store) and "555 0147" not in everything(store)


@pytest.mark.parametrize(
    "how", [{}, {"id": "us-other", "name": NAME}, {"id": "us-other", "name": "Harbour", "name_local": "Kestrel  lodge"}]
)
def test_a_list_does_not_bring_it_back_by_itself(store, tmp_path, how):
    take_down(store, BODY, None, "ana", "unsafe")
    told = imported(store, a_list(tmp_path, [{**kestrel(), **how}, *(bodies(3) if how else others())]))
    assert (told["status"], rules(told, "warning").count("taken-down")) == ("imported" if how else "unchanged", 1)
    store.directory()
    assert traces(everything(store)) == [] and traces(json.dumps(told["findings"]).casefold()) == []
    assert store.directory().stakeholder("us-body-1") is not None


def test_nor_with_only_its_number(store, tmp_path):
    take_down(store, BODY, None, "ana", "unsafe")
    told = imported(store, a_list(tmp_path, [a_body(7, contacts=[{"type": "phone", "value": "1-202-555-0147"}])], "x.json"), "x")
    assert "taken-down" in rules(told, "warning") and store.directory().stakeholder("us-body-7") is None


def test_nobody_else_brings_it_back_either(store):
    changes = store.amend(EDIT, "stakeholder", "us-body-3", {"contacts": [{"type": "phone", "value": PHONE}]})
    take_down(store, BODY, None, "ana", "unsafe")
    with pytest.raises(TakenDown, match="revision 6 took down"):
        store.commit(changes, layer=EDIT, source="", author="ben")
    assert store.head() == 6


def test_it_comes_in_again_when_a_person_lifts_it(store, tmp_path):
    take_down(store, BODY, None, "ana", "unsafe")
    made = lift(store, 6, "ben", "moved, safe again")
    assert (made.undoes, made.note, store.read(verify)) == (6, "moved, safe again", [])
    with pytest.raises(StoreError, match="not a take-down that stands"):
        lift(store, 6, "ben", "again")
    assert imported(store, a_list(tmp_path, [kestrel(), *others()]))["status"] == "imported"
    assert store.directory().stakeholder(BODY).name == NAME
    assert traces(everything_before(store, 7)) == []


def everything_before(store, number):
    return repr([store.records(earlier) for earlier in range(1, number + 1)]).casefold()


def test_a_release_does_not_bring_it_back(own_store, tmp_path):
    store, body = own_store, "gr-a21"
    assert store.directory().stakeholder(body)
    take_down(store, body, None, "ana", "unsafe")
    root = tmp_path / "release"
    shutil.copytree(bundled_root(), root)
    sources = root / "PL" / "sources.yaml"
    sources.write_text(sources.read_text(encoding="utf-8") + "\n# another release\n", encoding="utf-8")
    made = ensure_bundled(store, root)
    assert made is None or "without what was taken down (1)" in made.note
    assert store.directory().stakeholder(body) is None
    assert store.read(verify) == []


def test_an_authority_that_the_law_rests_on_is_not_taken_down_but_its_contacts_are(own_store):
    with pytest.raises(Inconsistent, match=r"gb-sca\..*: it decides"):
        take_down(own_store, "gb-sca", None, "ana", "unsafe")
    assert own_store.directory().stakeholder("gb-sca") and own_store.head() == 1
    point = next(one for one in own_store.directory().stakeholder("gr-ekka").contacts if one.type == "phone")
    take_down(own_store, "gr-ekka", point.value, "ana", "somebody else answers")
    assert f"'{point.value}'" not in repr(own_store.records(1)) and own_store.read(verify) == []


@pytest.mark.parametrize("body", ["us-nobody", "us-body-3.hotline", ""])
def test_what_is_not_there_is_said(store, body):
    with pytest.raises(StoreError, match="is not a body of the directory, nor was it one"):
        take_down(store, body, None, "ana", "unsafe")
    with pytest.raises(StoreError, match="has no contact"):
        take_down(store, "us-body-3", "+1 202 555 0000", "ana", "unsafe")


def test_a_trial_changes_nothing(store, empty_store):
    told = foresee(store, BODY)
    assert told.revision.withdrawn == 3 and ("stakeholder", "us-body-2") in told.reworded
    assert store.head() == 5 and BODY in repr(store.records())


@pytest.mark.parametrize("way", ["into an empty store", "onto an older copy"])
def test_a_copy_is_taken_down_too(store, tmp_path, way):
    target = open_store(f"sqlite:///{tmp_path}/copy.db")
    if way == "onto an older copy":
        copy(store, target)
    take_down(store, BODY, None, "ana", "unsafe")
    take_down(store, "us-body-3", "+1 303 444 0188", "ana", "unsafe")
    edit(store, "us-body-1", note="later")
    copy(store, target)
    target.wipe()
    target.directory()
    assert target.history() == store.history() and target.read(verify) == []
    assert [target.records(n) for n in range(1, 9)] == [store.records(n) for n in range(1, 9)]
    assert traces(on_the_disk(f"sqlite:///{tmp_path}/copy.db")) == []


# the command and the service ----------------------------------------------------------------------------------------------------------------


def run(url, home, *arguments, code=0):
    done = CliRunner().invoke(main, ["--store", url, "takedown", *arguments], env={"PATHWAYS_HOME": str(home)})
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def place(tmp_path):
    """An embedded store with the body in it, and things beside it that name it; its URL and the home."""
    url, home = f"sqlite:///{tmp_path}/directory.sqlite", tmp_path / "home"
    made = open_store(url)
    ensure_bundled(made)
    imported(made, a_list(tmp_path, [kestrel(), *others(), *bodies(30, 10)]))
    edit(made, BODY, note="ask for the night desk")
    Corrections(home).add(BODY, "phone", PHONE, "no-answer", "", date(2026, 11, 1))
    with Judgements("partner", home / "judgements.sqlite") as known:
        known.judge("theirs", BODY, "same", "ana")
    close_stores()
    return url, home


def test_one_command_takes_it_down_everywhere(place):
    url, home = place
    assert "would be taken down: 3 things gone" in run(url, home, BODY, "--dry-run")
    said = run(url, home, BODY, "--reason", "somebody was seen at the door", "--author", "ana")
    assert "was taken down" in said and NAME not in said
    assert traces(on_the_disk(url)) == []
    beside = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file()).decode("latin-1").casefold()
    assert traces(beside) == []
    assert "somebody was seen at the door" in run(url, home, "--list")
    assert "taken down already" in run(url, home, BODY)
    assert "is not a body" in run(url, home, "us-nobody", code=1)
    assert "say it without" in run(url, home, "us-body-1", "--reason", "us-body-1 is unsafe", code=1)
    run(url, home, "--lift", "4")
    assert "lifted" in run(url, home, "--list")


def test_the_command_says_what_the_law_rests_on(place):
    url, home = place
    assert "rules rest on it" in run(url, home, "gb-sca", code=1)
    assert "was taken down" in run(url, home, "gb-sca", "--force")


def get(port, path, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get("ETag")
    finally:
        connection.close()


ASKED = (
    f"/api/v1/stakeholders/{BODY}",
    f"/api/v1/stakeholders/{BODY}?revision=3",
    "/api/v1/stakeholders?revision=2&page_size=100&q=us",
    "/api/v1/stakeholders?q=Kestrel",
    "/api/v1/stakeholders/us-body-2?revision=2",
    "/api/v1/revisions/2/diff?page_size=100",
    "/api/v1/revisions/3/diff",
    "/api/v1/hsds/organizations?search=Kestrel",
    "/api/v1/hsds/services?search=Kestrel",
    "/en/bodies?q=Kestrel",
    f"/en/bodies/{BODY}",
)


def test_a_running_service_of_several_processes_follows_within_seconds(place, tmp_path):
    url, home = place
    with serving(tmp_path, {"PATHWAYS_STORE": url, "PATHWAYS_HOME": str(home)}) as port:
        before = {path: get(port, path) for path in ASKED}
        assert sum(bool(traces(text.casefold())) for _, text, _ in before.values()) >= 9
        run(url, home, BODY)
        until = time.monotonic() + 20
        while get(port, f"/api/v1/stakeholders/{BODY}")[0] != 404:
            assert time.monotonic() < until
            time.sleep(0.1)
        for path, (_, _, tag) in before.items():
            status, text, now = get(port, path, **({"If-None-Match": tag} if tag else {}))
            assert status != 304 and (tag is None or now != tag), path
            shown = text.casefold().replace(path.casefold(), "").replace("kestrel", "", 2 if "q=" in path or "search=" in path else 0)
            assert NAME.casefold() not in shown and not [trace for trace in TRACES[1:] if trace in shown], path


def test_no_answer_of_the_application_has_it_whatever_the_store(store, tmp_path):
    app = create_app(Settings(home=tmp_path / "home", writes="off", poll=0), store)
    client = app.test_client()
    assert client.get(f"/api/v1/stakeholders/{BODY}?revision=3").status_code == 200
    take_down(store, BODY, None, "ana", "unsafe")
    until = time.monotonic() + 20
    while client.get("/api/v1/revisions").json["total"] != 6:
        assert time.monotonic() < until
        time.sleep(0.05)
    for path in ASKED[:7]:
        answer = client.get(path)
        text = answer.get_data(as_text=True).casefold()
        assert NAME.casefold() not in text and "202" + " 555" not in text, path
        assert answer.status_code == (404 if BODY in path else 200), path


def test_a_take_down_that_is_refused_by_the_disk_is_whole_or_not_at_all(place, monkeypatch):
    url, _ = place
    store = open_store(url)
    before = store.records()
    monkeypatch.setattr("pathways.stores.waiting.seal", lambda *said: (_ for _ in ()).throw(sqlite3.OperationalError("disk I/O error")))
    with pytest.raises(StoreError, match="disk I/O error"):
        take_down(store, BODY, None, "ana", "unsafe")
    assert store.records() == before and store.read(verify) == []
