"""Death at random moments, many times: of the server, of the importer; and what a small server does with a large directory."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import neo4j_server  # noqa: E402

from bench.generate import deep_records  # noqa: E402
from pathways.records import digest  # noqa: E402
from pathways.stores import BUNDLED, EDIT, StoreError, open_store  # noqa: E402

TIMES = int(os.environ.get("PATHWAYS_SOAK_KILLS", "20"))

IMPORTING = """
    import sys
    from bench.generate import deep_records
    from pathways.stores import BUNDLED, open_store
    from pathways.stores.neo4j import ledger
    ledger.AT_ONCE = int(sys.argv[3])
    store = open_store(sys.argv[1])
    changes = store.replace(BUNDLED, deep_records(int(sys.argv[2])))
    print("begins", flush=True)
    store.commit(changes, layer=BUNDLED, source="soak", author="soak")
    print("done", flush=True)
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server that may be killed, with the twelve countries in it."""
    made = neo4j_server.Server(tmp_path).start()
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    store = open_store(made.url)
    store.commit(store.replace(BUNDLED, deep_records(0)), layer=BUNDLED, source="soak", author="soak")
    store.close()
    yield made
    made.kill()


def importing(url, bodies, at_once):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(IMPORTING), url, str(bodies), str(at_once)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "begins\n"
    return process


BODIES = (1200, 0)
"""About two and a half thousand things come, and go again."""


def undisturbed(url, at_once):
    """How long an import takes that nobody kills, so that the others are killed within it; the slower of there and back."""
    times = []
    for bodies in BODIES:
        process, began = importing(url, bodies, at_once), time.monotonic()
        assert process.communicate()[0] == "done\n"
        times.append(time.monotonic() - began)
    return max(times)


def whole(url):
    """The newest revision, whose directory is exactly the one that it is said to be, and how many bodies that has."""
    store = open_store(url)
    history, records = store.history(), store.records()
    assert digest(records) == history[-1].digest
    store.close()
    return history[-1].number, sum(record.kind == "stakeholder" for record in records)


def shown(url):
    """The revision of the graph, after one more revision by hand."""
    store = open_store(url)
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"note": str(time.time())}), layer=EDIT, source="", author="soak")
    found = store.read(lambda view: (view.graph, view.head()))
    store.close()
    return found


@pytest.mark.parametrize("at_once", [1, 10**9], ids=["in parts", "in one transaction"])
@pytest.mark.parametrize("victim", ["server", "importer"])
def test_whoever_is_killed_at_whatever_moment_leaves_a_whole_revision(server, victim, at_once, capsys):
    old = new = 0
    chance = random.Random(f"{victim} {at_once}")
    took = undisturbed(server.url, at_once)
    for _ in range(TIMES):
        before, bodies = whole(server.url)
        process = importing(server.url, BODIES[bodies > 1000], at_once)
        time.sleep(chance.uniform(0.0, 1.6 * took))
        if victim == "server":
            server.kill()
            process.kill()
            process.communicate()
            server.start()
        else:
            process.kill()
            process.communicate()
        after, _ = whole(server.url)
        assert after in (before, before + 1)
        old, new = old + (after == before), new + (after > before)
        graph, head = shown(server.url)
        assert graph == head == after + 1
    with capsys.disabled():
        print(
            f"\n{victim}, {'in parts' if at_once == 1 else 'at once'}: killed {TIMES} times, {old} old and {new} new directories, all whole"
        )


def test_too_little_memory_is_said_and_changes_nothing(tmp_path, monkeypatch):
    small = neo4j_server.Server(tmp_path, settings={"db.memory.transaction.max": "30m"}).start()
    try:
        for name, value in small.environment.items():
            monkeypatch.setenv(name, value)
        store = open_store(small.url)
        with pytest.raises(StoreError, match="too little memory"):
            store.commit(store.replace(BUNDLED, deep_records(0)), layer=BUNDLED, source="soak", author="soak")
        assert (store.head(), store.records()) == (0, [])
        store.close()
    finally:
        small.kill()


def test_a_server_that_asks_for_tls_and_one_that_is_too_old(tmp_path, monkeypatch):
    secure = neo4j_server.Server(tmp_path / "tls", tls="OPTIONAL")
    conf = tmp_path / "tls" / "conf" / "neo4j.conf"
    secure.start()
    secure.stop()
    conf.write_text(conf.read_text().replace("tls_level=OPTIONAL", "tls_level=REQUIRED"))
    process = subprocess.Popen(secure.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for name, value in secure.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PATHWAYS_NEO4J_CA", str(secure.certificate))
        until = time.monotonic() + 90
        while True:
            try:
                open_store(secure.url.replace("bolt", "bolt+s")).close()
                break
            except StoreError:
                assert time.monotonic() < until
                time.sleep(0.5)
        with pytest.raises(StoreError, match=r"asks for TLS.*\+s into the address"):
            open_store(secure.url)
    finally:
        process.kill()
        process.wait()
