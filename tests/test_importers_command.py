"""`pathways import`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner
from partner_lists import a_body, a_list, bodies

from cli.main import main
from pathways.stores import open_store

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(filled, tmp_path):
    """The address of a store of the bundled directory that the test may change."""
    copyfile(filled, tmp_path / "cli.sqlite")
    return f"sqlite:///{tmp_path / 'cli.sqlite'}"


@pytest.fixture
def run(store, monkeypatch, tmp_path):
    """Runs the command on that store."""
    monkeypatch.setenv("PATHWAYS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATHWAYS_STORE", store)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_list_is_imported_told_and_taken_back(run, tmp_path):
    answer = run("import", a_list(tmp_path, bodies(3)), "--author", "ana", "--source", "partner")
    assert answer.exit_code == 0, answer.output
    assert "list.json: Imported as revision 2." in answer.output
    assert "read as native" in answer.output
    line = run("history", "--limit", "1").output
    assert line.startswith("2  ") and "ana  list.json  7 added, 0 changed, 0 withdrawn" in line
    assert run("undo", "2").exit_code == 0
    assert "import" in run("--help").output


def test_a_trial_writes_nothing(run, store, tmp_path):
    answer = run("import", "--dry-run", a_list(tmp_path, bodies(3)))
    assert answer.exit_code == 0
    assert "Nothing was written" in answer.output
    opened = open_store(store)
    assert opened.head() == 1
    opened.close()


def test_a_refused_file_ends_with_1_and_does_not_stop_the_others(run, tmp_path):
    wrong = a_list(tmp_path, [a_body(1, parent="us-nobody")], "wrong.json")
    answer = run("import", wrong, a_list(tmp_path, bodies(2), "right.json"))
    assert answer.exit_code == 1
    assert "wrong.json: Refused" in answer.output and "right.json: Imported" in answer.output


def test_the_file_names_the_source_where_nobody_does(run, store, tmp_path):
    run("import", a_list(tmp_path, bodies(2), "Our List 2026.json"))
    opened = open_store(store)
    assert opened.history()[-1].layer == "partner:our-list-2026"
    opened.close()


def test_withdrawals_are_confirmed(run, tmp_path):
    run("import", a_list(tmp_path, bodies(10)), "--source", "partner")
    less = a_list(tmp_path, bodies(3))
    answer = run("import", less, "--source", "partner")
    assert answer.exit_code == 1 and "--confirm-withdrawals" in answer.output
    assert run("import", less, "--source", "partner", "--confirm-withdrawals").exit_code == 0


@pytest.mark.parametrize("suffix", [".txt", ".json", ".html", ".xlsx"])
def test_the_report_is_written(run, tmp_path, suffix):
    report = tmp_path / f"report{suffix}"
    assert run("import", a_list(tmp_path, bodies(100)), "--report", report).exit_code == 0
    assert report.stat().st_size > 0
    if suffix == ".json":
        assert len(json.loads(report.read_text())["differences"]) == 201


def test_a_report_that_cannot_be_written_is_told(run, tmp_path):
    answer = run("import", a_list(tmp_path, bodies(1)), "--report", tmp_path / "no" / "such" / "report.txt")
    assert answer.exit_code == 1
    assert "Imported as revision 2" in answer.output and "could not be written" in answer.stderr


def test_wrong_usage_ends_with_2(run, tmp_path):
    path, other = a_list(tmp_path, bodies(2)), a_list(tmp_path, bodies(2), "list.JSON")
    for arguments in (
        ["import"],
        ["import", "/no/such/file"],
        ["import", path, "--format", "nonsense"],
        ["import", path, "--country", "USA"],
        ["import", path, "--country", "us"],
        ["import", path, "--published", "yesterday"],
        ["import", path, "--report", "x.pdf"],
        ["import", path, "--source", "Not A Name"],
        ["import", path, "--mapping", "/no/such/file"],
        ["import", path, other, "--source", "one"],
        ["import", path, other],
        ["import", path, a_list(tmp_path, [], "b.json"), "--report", "x.json"],
    ):
        assert run(*arguments).exit_code == 2, arguments


def test_a_terminal_sees_how_far_it_is(store, tmp_path):
    path = a_list(tmp_path, bodies(4000))
    leader, follower = pty.openpty()
    environment = {**os.environ, "PATHWAYS_HOME": str(tmp_path), "PATHWAYS_STORE": store}
    code = "import cli.importing as i, sys; i._Progress.FIRST = i._Progress.EVERY = 0.0; from cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "import", str(path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert process.returncode == 0
    assert b"Imported as revision 2" in out
    assert "\rreading …" in shown and "\rwriting … " in shown
    assert shown.endswith("\r")


def test_where_there_is_no_terminal_nothing_is_shown_of_it(run, tmp_path):
    assert "…" not in run("import", a_list(tmp_path, bodies(10))).stderr
