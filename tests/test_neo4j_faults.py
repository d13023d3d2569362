"""What survives when a server, a process or a connection dies, on a server that the test may kill."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import neo4j_server
import pytest
from cutting import wire
from small_directory import close_stores, open_store, small_records

from api import Settings, create_app
from pathways.records import digest
from pathways.stores import BUNDLED, EDIT, StoreError
from pathways.stores.neo4j import store as neo4j_store

pytestmark = pytest.mark.xdist_group("neo4j")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def mortal(tmp_path_factory):
    """A server of this module's own, without TLS."""
    if neo4j_server.given() == "no":
        pytest.skip("left out by PATHWAYS_TEST_NEO4J=no")
    server = neo4j_server.Server(tmp_path_factory.mktemp("mortal"))
    yield server.start()
    server.kill()


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture
def url(mortal, monkeypatch):
    """The address of an empty store on it."""
    for name, value in mortal.environment.items():
        monkeypatch.setenv(name, value)
    close_stores()
    open_store(mortal.url)
    mortal.empty()
    return mortal.url


@pytest.fixture
def store(url, tmp_path):
    """A store that holds the small directory as revision 1."""
    opened = open_store(url)
    opened.commit(opened.replace(BUNDLED, small_records(tmp_path / "small")), layer=BUNDLED, source="a file", author="ana")
    return opened


def rename(store, name):
    """A revision by hand, of a body that the small directory has, or that the twelve countries have."""
    body = "gb-house" if store.directory().stakeholder("gb-house") else "gr-ekka"
    return store.commit(store.amend(EDIT, "stakeholder", body, {"name": name}), layer=EDIT, source="", author="ben")


def until(what, seconds=30.0):
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def name_at(client):
    answer = client.get("/api/v1/stakeholders/gb-house")
    assert answer.status_code == 200
    return answer.get_json()["name"]


def test_a_server_without_tls_refuses_it_in_one_line(mortal, url):
    for scheme in ("bolt+s", "neo4j+s"):
        with pytest.raises(StoreError, match=r"does not speak TLS here; leave out \+s"):
            open_store(url.replace("bolt", scheme))


def test_a_serving_process_notices_what_another_wrote(store, url):
    client = create_app(Settings(), open_store(url)).test_client()
    assert name_at(client) == "The house"
    rename(store, "Renamed")
    until(lambda: name_at(client) == "Renamed", seconds=2.0)
    assert client.get("/health/ready").get_json()["revision"] == 2


def test_reads_go_on_while_the_server_is_gone_and_all_is_well_when_it_is_back(mortal, store, url, caplog, monkeypatch):
    monkeypatch.setattr(neo4j_store, "WRITE_SECONDS", 1.0)  # only so that the test need not wait
    client = create_app(Settings(poll=0.2), open_store(url)).test_client()
    assert client.get("/health/ready").status_code == 200
    mortal.kill()
    try:
        assert name_at(client) == "The house"
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.get_json()["code"]) == (503, "not-ready")
        assert "answered from revision 1" in ready.get_json()["detail"]
        assert client.get("/health/live").status_code == 200
        history = client.get("/api/v1/revisions")
        assert (history.status_code, history.get_json()["code"]) == (503, "not-ready")
        with pytest.raises(StoreError, match="cannot be reached: Connection refused"):
            rename(store, "Lost")
        until(lambda: "goes on being served" in caplog.text)
    finally:
        mortal.start()
    assert client.get("/health/ready").status_code == 200
    rename(store, "Renamed")
    until(lambda: name_at(client) == "Renamed")
    assert [r.getMessage() for r in caplog.records].count("the store can be read again") == 1
    assert sum("goes on being served" in r.getMessage() for r in caplog.records) == 1, "it is told once, not at every look"


def test_a_commit_whose_answer_is_lost_is_made_once_and_known(mortal, store, monkeypatch):
    with wire(mortal.port) as cut:
        through = open_store(f"bolt://127.0.0.1:{cut.port}")
        changes = through.amend(EDIT, "stakeholder", "gb-house", {"name": "Through"})
        cut.lose_commits = 1
        made = through.commit(changes, layer=EDIT, source="", author="ben")
        assert cut.lost == 1
        through.close()
    assert store.history()[-1] == made
    assert (store.head(), store.directory().stakeholder("gb-house").name) == (2, "Through")


IMPORTING = """
    import sys
    from pathways.stores import open_store
    from pathways.stores.bundled import ensure_bundled
    from pathways.stores.neo4j import ledger
    ledger.AT_ONCE = int(sys.argv[2])
    store = open_store(sys.argv[1])
    print("begins", flush=True)
    ensure_bundled(store, force=True)
    print("done", flush=True)
"""


def importing(url, at_once):
    """A process that brings a store to the directory of the twelve countries, in one transaction or in parts."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(IMPORTING), url, str(at_once)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "begins\n"
    return process


def whole(store):
    """The newest revision, whose directory is exactly the one that it is said to be."""
    newest = store.history()[-1]
    assert digest(store.records()) == newest.digest
    assert digest(store.records(1)) == store.history()[0].digest
    return newest.number


@pytest.mark.parametrize("at_once", [1, 100_000], ids=["in parts", "in one transaction"])
def test_an_importer_that_is_killed_leaves_the_old_or_the_new_directory(store, url, at_once):
    process = importing(url, at_once)
    time.sleep(random.uniform(1.0, 3.0))
    process.kill()
    ended, _ = process.communicate(timeout=60), None
    found = whole(store)
    assert found == (2 if ended[0] == "done\n" else found) and found in (1, 2)
    assert rename(store, "After").number == found + 1, "the next one can write"
    assert store.read(lambda view: view.graph) == found + 1, "and the graph is of that revision again"


def test_a_server_that_is_killed_in_an_import_comes_back_with_the_old_or_the_new_directory(mortal, store, url):
    process = importing(url, 100_000)
    time.sleep(random.uniform(1.0, 3.0))
    mortal.kill()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    mortal.start()
    again = open_store(url)
    assert whole(again) in (1, 2)
    assert rename(again, "After").number == whole(again) in (2, 3)


def test_two_replicas_serve_the_same_directory(url, case):
    """The processes of the containers, by hand: the first fills the empty store, both answer alike, and both end when they are told to."""
    ports = [neo4j_server.free_port() for _ in range(2)]
    replicas = []
    try:
        for port in ports:
            environment = {**os.environ, "PATHWAYS_STORE": url, "PATHWAYS_PORT": str(port)}
            command = [sys.executable, "-m", "cli.main", "serve", "--workers", "1"]
            replicas.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for port in ports:
            until(lambda port=port: ask(port, "GET", "/health/ready")[0] == 200, 90)
        assert [len(ask(port, "GET", "/health/ready")[1]["countries"]) for port in ports] == [12, 12]
        (status, path), other = (ask(port, "POST", "/api/v1/pathways", json.dumps(case())) for port in ports)
        assert (status, path["revision"]) == (200, 1) and path["steps"]
        assert other == (status, path)
        for replica in replicas:
            replica.send_signal(signal.SIGINT)
        assert [replica.wait(60) for replica in replicas] == [0, 0]
    finally:
        for replica in replicas:
            replica.kill()
            replica.wait()


def ask(port, method, path, body=None):
    """One request over the wire; status 0 where nobody listens yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except OSError:
        return 0, {}
    finally:
        connection.close()
