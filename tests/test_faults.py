"""Real faults: a full disk, a disk that cannot be written, a spoilt file, a clock that jumps. Nothing is lost, the message says what to do."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_directory import close_stores, open_store, small_records

from cli.main import main
from pathways.stores import BUNDLED, EDIT, StoreError, base
from pathways.stores.taking_down import take_down
from pathways.stores.verifying import verify

ROOT = Path(__file__).parent.parent
as_root = pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="a small disk can only be made by root")


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


def fill(url, folder):
    store = open_store(url)
    store.commit(store.replace(BUNDLED, small_records(folder / "small")), layer=BUNDLED, source="", author="ana")
    return store


def edit(store, **fields):
    return store.commit(store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ben")


# the disk -----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield folder
    close_stores()
    subprocess.run(["umount", folder], check=True)


@as_root
def test_a_full_disk_keeps_what_there_was_and_goes_on_when_there_is_room(small_disk, tmp_path):
    url = f"sqlite:///{small_disk}/store.db"
    store = fill(url, tmp_path)
    before, history = store.records(), store.history()
    (small_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 8192))
    with pytest.raises(StoreError, match=r"full.*make room"):
        edit(store, note="n" * 400_000)
    with pytest.raises(StoreError, match=r"full.*make room"):
        take_down(store, "gb-house", "0300 000", "ana", "n" * 300_000)
    assert (store.records(), store.history(), store.read(verify)) == (before, history, [])
    close_stores()
    reopened = open_store(url)
    assert (reopened.records(), reopened.history()) == (before, history)
    (small_disk / "filler").unlink()
    edit(reopened, note="there is room")
    assert (reopened.head(), reopened.read(verify)) == (2, [])


@as_root
def test_a_full_disk_is_told_at_the_first_start(small_disk):
    (small_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4096))
    done = CliRunner().invoke(main, ["--store", f"sqlite:///{small_disk}/store.db", "history"])
    assert done.exit_code == 1 and "make room" in done.output, done.output


@as_root
def test_a_disk_that_cannot_be_written_is_said_to_be_so(small_disk, tmp_path):
    url = f"sqlite:///{small_disk}/store.db"
    before = fill(url, tmp_path).records()
    close_stores()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    done = CliRunner().invoke(main, ["--store", url, "history"])
    assert done.exit_code == 1 and "read-only" in done.output
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    store = open_store(url)
    assert store.records() == before
    edit(store, note="it can be written again")
    assert store.read(verify) == []


# the file -----------------------------------------------------------------------------------------------------------------------------------


def header(path, chance):
    with path.open("r+b") as file:
        file.write(b"not a database at all")


def page_size(path, chance):
    with path.open("r+b") as file:
        file.seek(16)
        file.write(b"\x00\x03")


def truncated(path, chance):
    os.truncate(path, path.stat().st_size * 2 // 3)


def half_a_page(path, chance):
    os.truncate(path, path.stat().st_size - 1000)


def middle_pages(path, chance):
    pages = path.stat().st_size // 4096
    with path.open("r+b") as file:
        for _ in range(6):
            file.seek(4096 * chance.randrange(1, pages))
            file.write(chance.randbytes(4096))


def log_of_garbage(path, chance):
    path.with_name(path.name + "-wal").write_bytes(chance.randbytes(100_000))


def empty(path, chance):
    path.write_bytes(b"")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store's file, with some history."""
    folder = tmp_path_factory.mktemp("whole")
    store = fill(f"sqlite:///{folder}/store.db", folder)
    for number in range(10):
        edit(store, note=str(number))
    store.wipe()
    close_stores()
    return folder / "store.db"


@pytest.mark.parametrize("spoil", [header, page_size, truncated, half_a_page, middle_pages])
@pytest.mark.parametrize("seed", range(4))
def test_a_spoilt_file_is_refused_or_found_and_never_taken_for_good(whole, tmp_path, spoil, seed):
    path = tmp_path / "store.db"
    shutil.copyfile(whole, path)
    good = open_store(f"sqlite:///{whole}")
    records, history = good.records(), good.history()
    spoil(path, random.Random(seed))
    spoilt = path.read_bytes()
    done = CliRunner().invoke(main, ["--store", f"sqlite:///{path}", "history", "--verify"])
    if done.exit_code == 0:
        store = open_store(f"sqlite:///{path}")
        assert (store.records(), store.history()) == (records, history)
    else:
        assert done.exit_code == 1 and done.exception.__class__ is SystemExit, done.output
        assert "restore a backup" in done.output, done.output
        assert spoil in (truncated, middle_pages, half_a_page) or path.read_bytes() == spoilt, "what is left is left as it is"


def test_a_log_of_garbage_is_no_part_of_the_directory(whole, tmp_path):
    path = tmp_path / "store.db"
    shutil.copyfile(whole, path)
    log_of_garbage(path, random.Random(1))
    store = open_store(f"sqlite:///{path}")
    assert store.read(verify) == [] and store.head() == 11


def test_a_running_service_says_what_is_wrong_and_goes_on_when_the_file_is_restored(whole, tmp_path):
    from api import Settings, create_app

    path = tmp_path / "store.db"
    shutil.copyfile(whole, path)
    store = open_store(f"sqlite:///{path}")
    client = create_app(Settings(home=tmp_path / "home", writes="off", poll=0), store).test_client()
    assert client.get("/health/ready").status_code == 200
    store._idle.get_nowait().close()
    header(path, random.Random(1))
    assert client.get("/health/ready").status_code == 503
    assert client.get("/api/v1/stakeholders/gb-house").status_code == 200, "reads go on from what is in memory"
    assert client.get("/api/v1/revisions").status_code == 503
    shutil.copyfile(whole, path)
    assert client.get("/health/ready").status_code == 200
    assert client.get("/api/v1/revisions").status_code == 200


# the clock ----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00.000000Z", "2038-01-19T03:14:08.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_a_clock_that_jumps_changes_no_order_and_breaks_no_chain(empty_store, tmp_path, monkeypatch, moment):
    store = fill(empty_store, tmp_path)
    monkeypatch.setattr(base, "now", lambda: moment)
    edit(store, note="while the clock was wrong")
    monkeypatch.undo()
    edit(store, note="after it was set right")
    store.undo(3, "ben")
    assert [made.number for made in store.history()] == [1, 2, 3, 4]
    assert store.history()[1].at == moment and store.read(verify) == []
    assert {r.id: r for r in store.records()}["gb-house"].fields["note"] == "while the clock was wrong"


def test_a_service_whose_clock_jumps_goes_on(whole, tmp_path):
    from api.snapshots import Snapshots

    path = tmp_path / "store.db"
    shutil.copyfile(whole, path)
    store, now = open_store(f"sqlite:///{path}"), [1000.0]
    snapshots = Snapshots(store, poll=1.0, clock=lambda: now[0])
    edit(store, note="newer")
    now[0] -= 500  # a clock that is set back must not keep the service on an old revision for as long
    snapshots.newest()
    now[0] += 1.5
    assert snapshots.newest().revision == 11
    now[0] += 500
    assert snapshots.newest().revision == 12


def test_it_is_only_a_process_that_is_told_the_time_by_the_clock_of_the_machine(whole, tmp_path):
    """The service looks for revisions by a clock that cannot be set."""
    script = "import inspect, time; from api.snapshots import Snapshots; print(inspect.signature(Snapshots).parameters['clock'].default is time.monotonic)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert sqlite3.sqlite_version_info >= (3, 35)
