"""The `pathways` command: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copyfile, copytree

import pytest
from click.testing import CliRunner

from cli.main import main
from pathways.stores import EDIT, open_store
from pathways.stores.bundled import bundled_root


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> str:
    """The address of a store of the bundled directory that the test may change."""
    copyfile(filled, tmp_path / "cli.sqlite")
    return f"sqlite:///{tmp_path / 'cli.sqlite'}"


@pytest.fixture
def run(store, monkeypatch, tmp_path):
    """Runs the command on that store."""
    monkeypatch.setenv("PATHWAYS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATHWAYS_STORE", store)

    def call(*arguments, stdin=None):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)

    return call


@pytest.fixture
def profile(tmp_path, case):
    """A file with a profile in it."""
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(case()))
    return path


def test_the_version_and_the_help_are_told(run):
    assert run("--version").output.startswith("pathways, version ")
    help_text = run("--help").output
    for command in ("serve", "refer", "check", "export", "history", "undo"):
        assert command in help_text
        assert run(command, "--help").exit_code == 0


def test_a_path_is_printed_for_a_person(run, profile, client, case):
    answer = run("refer", profile)
    assert answer.exit_code == 0
    for step in client.post("/api/v1/pathways", json=case()).get_json()["steps"][:3]:
        assert step["stakeholder"]["name"][:40] in answer.output


def test_json_is_the_answer_of_the_api(run, profile, client, case):
    assert json.loads(run("refer", profile, "--format", "json").output) == client.post("/api/v1/pathways", json=case()).get_json()


def test_a_profile_may_come_by_standard_input(run, case):
    assert run("refer", "-", stdin=json.dumps(case())).exit_code == 0


def test_a_path_can_be_drawn(run, profile):
    assert run("refer", profile, "--format", "mermaid").output.startswith(("flowchart", "graph"))


def test_the_options_reach_the_planner(run, profile):
    path = json.loads(run("refer", profile, "--format", "json", "--as-of", "2025-03-01", "--alternatives", "0", "--revision", "1").output)
    assert (path["as_of"], path["alternatives"], path["revision"]) == ("2025-03-01", [], 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"identified_in": "IT", "age": 400, "name": "x"}', ["/age", "/name", "from 0 to 120"]),
        ('{"identified_in": "IT", "age": 9, "age_group": "adult"}', ["/age_group", "contradicts age"]),
        ('{"identified_in": "IT", "done": [{"decision": "confirmed", "by": "it-nobody"}]}', ["/done/0/by"]),
        ("{", ["not valid JSON"]),
        ("", ["no body"]),
        ('{"identified_in": "IT", "identified_in": "GR"}', ["twice"]),
        (" " * 1_000_001, ["too large"]),
    ],
)
def test_a_profile_that_is_not_acceptable_ends_with_1_and_a_report(run, text, told):
    answer = run("refer", "-", stdin=text)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert all(word in answer.stderr for word in told)


@pytest.mark.parametrize(
    "arguments",
    [
        ["refer"], ["refer", "/no/such/file"], ["refer", "-", "--format", "pdf"], ["refer", "-", "--as-of", "yesterday"], ["nonsense"], ["check", "/no/such/folder"],
        ["undo", "x"], ["serve", "--port", "0"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2(run, arguments):
    assert run(*arguments, stdin="{}").exit_code == 2


def test_a_port_that_is_none_is_wrong_usage(run, monkeypatch):
    monkeypatch.setenv("PATHWAYS_PORT", "http")
    answer = run("history")
    assert answer.exit_code == 2
    assert "PATHWAYS_PORT" in answer.output


def test_a_store_that_cannot_be_opened_ends_with_1_and_says_what_is_accepted(run):
    answer = run("history", "--store", "postgres://x")
    assert answer.exit_code == 1
    assert "sqlite:///" in answer.stderr


def test_the_bundled_directory_has_no_error(run):
    answer = run("check")
    assert answer.exit_code == 0, answer.output
    assert "no errors" in answer.output


def test_an_error_in_a_directory_is_told_with_file_and_line_and_ends_with_1(run, tmp_path):
    copytree(bundled_root(), tmp_path / "data")
    file = tmp_path / "data" / "GR" / "stakeholders.yaml"
    file.write_text(file.read_text().replace("kind: hotline", "kind: shop", 1))
    answer = run("check", tmp_path / "data")
    assert answer.exit_code == 1
    assert "GR/stakeholders.yaml:" in answer.output
    assert "shop" in answer.output


def rename(address, name):
    """Make a revision by hand."""
    store = open_store(address)
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"name": name}), layer=EDIT, source="", author="a tester")
    store.close()


def test_a_revision_is_told_and_taken_back(run, store):
    rename(store, "EKKA, renamed")
    assert run("history").output.splitlines()[0].startswith("2  ")
    assert "a tester" in run("history").output
    answer = run("undo", "2", "--author", "another", "--note", "a slip")
    assert answer.exit_code == 0
    lines = run("history", "--limit", "1").output.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("3  ")
    assert "undoes 2; a slip" in lines[0]
    opened = open_store(store)
    assert opened.directory().stakeholder("gr-ekka").name != "EKKA, renamed"
    opened.close()


def test_what_cannot_be_taken_back_is_told_and_ends_with_1(run, store):
    rename(store, "one name")
    rename(store, "another name")
    answer = run("undo", "2")
    assert answer.exit_code == 1
    assert "3" in answer.stderr
    assert run("undo", "77").exit_code == 1


def test_a_first_run_fills_the_default_store(monkeypatch, tmp_path, profile):
    monkeypatch.setenv("PATHWAYS_HOME", str(tmp_path / "new-home"))
    monkeypatch.delenv("PATHWAYS_STORE", raising=False)
    assert CliRunner().invoke(main, ["refer", str(profile)]).exit_code == 0
    assert [path.name for path in (tmp_path / "new-home").iterdir() if path.suffix == ".sqlite"] == ["directory.sqlite"]


def test_a_profile_leaves_no_trace_in_the_store(run, store, profile, case, tmp_path):
    profile.write_text(json.dumps(case(start_date="2031-07-19")))
    assert run("refer", profile).exit_code == 0
    profile.unlink()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"2031-07-19" not in kept
