"""`pathways doctor`: each thing that can be wrong with a machine is found, with what to do; what is right is said to be."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner, Result

from cli import doctor as examined
from cli.main import main

Run = Callable[..., tuple[int, dict[str, tuple[str, str, str]]]]


@pytest.fixture
def run(tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a filled store in a home of its own; gives how it ended, and of each thing its severity, what was found, what to do."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    copyfile(filled, home / "directory.sqlite")
    (home / "directory.sqlite").chmod(0o600)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(**environment: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
        given = {"PATHWAYS_HOME": str(home), "PATHWAYS_PORT": str(port), "PATHWAYS_STORE": "", **environment}
        ended: Result = CliRunner().invoke(main, ["doctor", "--format", "json"], env=given)
        told = json.loads(ended.stdout)
        worst = sorted(told, key=lambda finding: ["ok", "warning", "error"].index(finding["severity"]))
        return ended.exit_code, {finding["about"]: (finding["severity"], finding["found"], finding["remedy"]) for finding in worst}

    return call


def test_a_machine_that_is_fit_has_nothing_wrong(run):
    code, found = run()
    assert code == 0
    assert {"python", "home", "disk", "PATHWAYS_HOST", "port", "bundled directory", "history", "clock"} <= set(found)
    assert {severity for about, (severity, _, _) in found.items() if about != "disk"} == {"ok"}


def test_before_the_first_start_nothing_is_missed_and_nothing_is_made(run, tmp_path):
    code, found = run(PATHWAYS_HOME=str(tmp_path / "new"))
    assert (code, found["store"][0], found["home"][0]) == (0, "ok", "ok")
    assert not (tmp_path / "new").exists()


def test_a_store_that_is_damaged_or_no_store_is_found(run, tmp_path):
    damaged = tmp_path / "home" / "directory.sqlite"
    with damaged.open("r+b") as file:
        file.seek(300_000)
        file.write(os.urandom(200_000))
    code, found = run()
    assert (code, found.get("store", found.get("history"))[0]) == (1, "error")
    damaged.write_bytes(b"no store" * 1000)
    code, found = run()
    assert (code, found["store"][0]) == (1, "error")


def test_a_history_that_was_changed_behind_the_program_is_found(run, tmp_path):
    connection = sqlite3.connect(tmp_path / "home" / "directory.sqlite")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE revisions SET author = 'somebody else'")
    connection.commit()
    connection.close()
    code, found = run()
    assert (code, found["history"][0]) == (1, "error")
    assert "audit.md" in found["history"][2]


def test_a_clock_before_the_newest_revision_is_found(run, monkeypatch):
    class Earlier(examined.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr(examined, "datetime", Earlier)
    code, found = run()
    assert (code, found["clock"][0], found["clock"][2]) == (1, "error", "Set the clock")


@pytest.mark.skipif(os.name != "posix", reason="accounts of a file are told by its mode here")
def test_files_that_other_accounts_can_read_are_found(run, tmp_path):
    (tmp_path / "home" / "directory.sqlite").chmod(0o644)
    code, found = run()
    assert (code, found["home"][0]) == (1, "error")
    assert found["home"][2].startswith("chmod 600 ")


def test_a_full_disk_is_found(run, monkeypatch):
    monkeypatch.setattr(examined.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5_000_000})())
    code, found = run()
    assert (code, found["disk"][0]) == (1, "error")
    assert found["disk"][1].startswith("5 MB")


def test_settings_that_are_dangerous_together_are_found(run):
    code, found = run(PATHWAYS_HOST="0.0.0.0", PATHWAYS_RATE="0", PATHWAYS_METRICS="open", PATHWAYS_PROXIES="0.0.0.0/0")
    assert code == 1
    assert found["PATHWAYS_PROXIES"][0] == "error"
    assert {found[name][0] for name in ("PATHWAYS_URL", "PATHWAYS_WRITES", "PATHWAYS_METRICS", "PATHWAYS_RATE")} == {"warning"}
    assert (
        run(PATHWAYS_HOST="0.0.0.0", PATHWAYS_URL="https://pathways.example.org", PATHWAYS_WRITES="tokens")[1]
        .keys()
        .isdisjoint({"PATHWAYS_URL", "PATHWAYS_WRITES"})
    )


def test_a_port_that_is_taken_is_told(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, found = run(PATHWAYS_PORT=str(taken.getsockname()[1]))
    assert (code, found["port"][0]) == (0, "warning")


def test_it_is_told_in_plain_lines_too(run, tmp_path):
    ended = CliRunner().invoke(
        main, ["doctor"], env={"PATHWAYS_HOME": str(tmp_path / "home"), "PATHWAYS_HOST": "0.0.0.0", "PATHWAYS_STORE": ""}
    )
    assert "warning PATHWAYS_URL: " in ended.stdout
    assert "ok      clock: " in ended.stdout
