"""The shelf of uploaded lists: whole or not at all, for a while only, and no more of them than it may hold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from partner_lists import a_list, bodies, imported, small_store
from small_directory import close_stores

from importers.report import keep
from importers.uploads import FORGOTTEN, REPORTS, Full, Order, Shelf, Upload
from importers.uploads.shelf import HALF_DONE, MOST_WAITING, safe_name


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf(tmp_path, clock):
    return Shelf(tmp_path / "imports", clock)


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def put(shelf, name="list.json", content="{}"):
    incoming = shelf.begin()
    shelf.receive(incoming, name).write_text(content)
    return shelf.add(incoming, Upload("", "", "ana", name, len(content), "address", "partner"))


def told(shelf, upload, store, tmp_path, **more):
    imported(store, a_list(tmp_path, bodies(1)), keep=lambda report: shelf.put_report(upload, partial(keep, report)), **more)


def test_what_is_received_is_seen_when_it_is_whole(shelf):
    incoming = shelf.begin()
    shelf.receive(incoming, "list.json").write_text("{}")
    assert shelf.uploads() == []
    upload = shelf.add(incoming, Upload("", "", "ana", "list.json", 2, "address", "partner"))
    assert shelf.uploads() == [upload] == [shelf.get(upload.id)]
    assert shelf.file(upload).read_text() == "{}"


def test_a_list_that_is_not_applied_is_forgotten_after_a_day_and_a_report_after_three_months(shelf, clock, store, tmp_path):
    tried, applied = put(shelf), put(shelf)
    told(shelf, tried, store, tmp_path, dry_run=True)
    told(shelf, applied, store, tmp_path)
    clock.now += FORGOTTEN - timedelta(minutes=1)
    shelf.sweep()
    assert {upload.id for upload in shelf.uploads()} == {tried.id, applied.id}
    clock.now += timedelta(minutes=2)
    shelf.sweep()
    assert [upload.id for upload in shelf.uploads()] == [applied.id]
    clock.now += REPORTS
    shelf.sweep()
    assert list(shelf.folder.iterdir()) == []


def test_what_lies_half_done_is_cleared_away_and_what_is_being_received_is_not(shelf, clock):
    old, new = shelf.begin(), shelf.begin()
    (old / "file").mkdir()
    clock.now = datetime.now(UTC)
    for path in (old / "file", old):
        os.utime(path, ((clock.now - 2 * HALF_DONE).timestamp(),) * 2)
    shelf.sweep()
    assert list(shelf.folder.iterdir()) == [new]


def test_no_more_lists_wait_than_may(shelf):
    uploads = [put(shelf) for _ in range(MOST_WAITING)]
    with pytest.raises(Full):
        shelf.begin()
    shelf.forget(uploads[0])
    assert shelf.begin().is_dir()


@pytest.mark.parametrize("identity", ["", ".", "..", "../x", "0123456789ABCDEF", "0123456789abcdef", ".incoming-0123456789abcdef"])
def test_what_is_no_upload_is_none(shelf, identity):
    put(shelf)
    shelf.begin()
    assert shelf.get(identity) is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Λίστα 2026.xlsx", "Λίστα 2026.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\list.csv", "list.csv"),
        ("..", "list"),
        ("", "list"),
        (".csv", "list.csv"),
        ("a\0b<script>.csv", "a_b_script_.csv"),
        ("case no. 2024-117.csv", "list.csv"),
        ("14 Station Road.csv", "list.csv"),
    ],
)
def test_the_name_of_a_file_can_be_written_and_tells_nothing(given, name):
    assert safe_name(given) == name


def test_an_order_for_what_is_not_there_or_a_store_that_cannot_be_used_is_answered(shelf, tmp_path):
    upload = put(shelf)
    order = partial(Order, folder=str(shelf.folder), judgements=str(tmp_path / "judgements.sqlite"))
    assert order(step="try", upload="0" * 16, store=f"sqlite:///{tmp_path}/s.db").carry_out(60).word == "gone"
    assert order(step="try", upload=upload.id, store="mysql://nowhere").carry_out(60).word == "store"
    assert order(step="try", upload=upload.id, store=f"sqlite:///{tmp_path}/s.db").carry_out(0.01).word == "too-long"


def test_a_process_that_is_killed_at_any_moment_leaves_the_old_state_or_the_new_one_whole(shelf, store, tmp_path):
    upload = put(shelf, content=a_list(tmp_path, bodies(300)).read_text())
    order = {"step": "try", "upload": upload.id, "folder": str(shelf.folder), "store": f"sqlite:///{tmp_path}/small.sqlite", "judgements": str(tmp_path / "j.sqlite")}  # fmt: skip
    seen = set()
    for number in range(12):
        process = subprocess.Popen([sys.executable, "-m", "importers.uploads"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        time.sleep(0.1 * number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with shelf.told(upload) as report:
            seen.add(report is None or (report.status, len(report.as_data()["differences"])))
        assert shelf.file(upload) is not None
    assert seen <= {True, ("trial", 601)}
    assert store.head() == 1
