"""The chain of revisions: every value of every row that somebody changes in the store itself is found and named, on each kind of store."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_directory import FILES, close_stores, open_store, write_small

from cli.main import main
from pathways.stores import EDIT, StoreError
from pathways.stores.bundled import ensure_bundled
from pathways.stores.migrations import MIGRATIONS
from pathways.stores.taking_down import take_down
from pathways.stores.verifying import verify

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


def fill(url, folder, taken_down=True):
    """A store with all that can stand in one: a load, edits, a release with two conflicts of which one is settled, an undo, a take-down."""
    store, root = open_store(url), write_small(folder / "data")
    ensure_bundled(store, root)
    edit(store, "gb-house", name="As a person knows it")
    edit(store, "gb-authority", name="Another", note="the house answers 0300 000")
    edit(store, "al-shelter", city="Tirana")
    (root / "GB/stakeholders.yaml").write_text(FILES["GB/stakeholders.yaml"].replace("name: The", "name: The new"))
    ensure_bundled(store, root)
    store.settle(store.conflicts()[0].number, "ben")
    store.undo(4, "ben")
    if taken_down:
        take_down(store, "gb-house", "0300 000", "ana", "unsafe")
    return store


def edit(store, identity, **fields):
    return store.commit(store.amend(EDIT, "stakeholder", identity, fields), layer=EDIT, source="", author="ben")


def test_a_store_that_nobody_touched_is_as_it_was_written(empty_store, tmp_path):
    store = fill(empty_store, tmp_path)
    assert store.read(verify) == []
    links = [made.link for made in store.history()]
    assert len(set(links)) == len(links) == store.head() and all(re.fullmatch("[0-9a-f]{64}", link) for link in links)


def test_an_empty_store_is_in_order(empty_store):
    assert open_store(empty_store).read(verify) == []


COLUMNS = {
    "revisions": "number at author source layer note added changed withdrawn digest loaded undoes seals erased link",
    "changes": "revision number subject layer field before after salt",
    "subjects": "kind id part",
    "statements": "subject layer fields",
    "conflicts": "number revision subject field before after layer standing settled_at settled_by seal",
    "takedowns": "revision payload",
}


KEYS = {"changes": "revision, number", "statements": "subject, layer"}
NAMED = {
    "revisions": "^revision",
    "changes": "^revision",
    "subjects": "^revision|^the newest",
    "statements": "^the newest",
    "conflicts": "^conflict|^the conflicts",
    "takedowns": "take|took",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The file of a store with something in every table."""
    folder = tmp_path_factory.mktemp("written")
    store = fill(f"sqlite:///{folder}/store.db", folder)
    store.wipe()
    close_stores()
    return folder / "store.db"


def altered(path, statement, *values):
    """Change a store's file as somebody would who has it."""
    with sqlite3.connect(path) as database:
        for name in [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            database.execute(f"DROP TRIGGER {name}")
        done = database.execute(statement, values).rowcount
    database.close()
    return done


def test_the_columns_that_are_flipped_are_all_that_there_are(written):
    with sqlite3.connect(written) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        there = {table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")] for table in tables}
    there["subjects"].remove("position")  # the key: whatever names it is found by what names it
    del there["schema_version"]
    assert there == {table: columns.split() for table, columns in COLUMNS.items()}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in COLUMNS.items() for column in columns.split()])
def test_a_value_that_is_changed_in_the_file_is_found_and_named(written, tmp_path, table, column):
    path = tmp_path / "store.db"
    key = KEYS.get(table, "rowid")
    with sqlite3.connect(written) as database:
        rows = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    database.close()
    value = f"CASE WHEN typeof({column}) = 'integer' THEN {column} + 4000 WHEN {column} IS NULL THEN 1 ELSE {column} || 'x' END"
    for row in {0, rows // 2, rows - 1}:
        path.write_bytes(written.read_bytes())
        where = f"({key}) = (SELECT {key} FROM {table} LIMIT 1 OFFSET {row})"
        assert altered(path, f"UPDATE {table} SET {column} = {value} WHERE {where}") == 1
        wrong = open_store(f"sqlite:///{path}").read(verify)
        assert any(re.search(NAMED[table], line) for line in wrong), (row, wrong)
        close_stores()


@pytest.mark.parametrize("table", [table for table in COLUMNS if table != "conflicts"])  # which conflicts wait is no part of the record
def test_a_row_that_is_taken_away_is_found(written, tmp_path, table):
    path = tmp_path / "store.db"
    path.write_bytes(written.read_bytes())
    keys = KEYS.get(table, "rowid")
    assert altered(path, f"DELETE FROM {table} WHERE ({keys}) = (SELECT {keys} FROM {table} LIMIT 1)") == 1
    assert open_store(f"sqlite:///{path}").read(verify)


def test_a_value_that_is_changed_in_neo4j_is_found_and_named(neo4j_url, neo4j, tmp_path):
    store = fill(neo4j_url, tmp_path)
    for query, named in (
        ("MATCH (r:Revision {number: 2}) SET r.author = 'somebody else'", "revision 2: who"),
        ("MATCH (c:Change {revision: 4}) SET c.after = ['\"Vlora\"']", "revision 4: its 1 changes"),
        (
            "MATCH (s:Statement {id: 'gb-authority', layer: 'edit'}) WHERE s.until IS NULL SET s.fields = '{}'",
            "edit says of stakeholder gb-authority",
        ),
        ("MATCH (f:Conflict {number: 1}) SET f.settled_by = 'nobody'", "conflict 1"),
        ("MATCH (t:Takedown) SET t.payload = replace(t.payload, 'contact', 'body')", "what it took down"),
    ):
        assert not any(named in line for line in store.read(verify))
        neo4j.run(query)
        assert any(named in line for line in store.read(verify)), query


def test_an_older_store_gets_its_chain_when_it_is_opened(tmp_path):
    path = tmp_path / "old.db"
    fill(f"sqlite:///{path}", tmp_path, taken_down=False)
    history = [(made.number, made.at, made.digest) for made in open_store(f"sqlite:///{path}").history()]
    close_stores()
    with sqlite3.connect(path) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for statement in (
            *(f"DROP TRIGGER {name}" for name in names),
            "ALTER TABLE changes DROP COLUMN salt",
            *(f"ALTER TABLE revisions DROP COLUMN {name}" for name in ("seals", "erased", "link")),
            "ALTER TABLE conflicts DROP COLUMN seal",
            "DROP TABLE takedowns",
            "DELETE FROM schema_version WHERE version = 2",
            *(statement for statement in MIGRATIONS[0] if "TRIGGER" in str(statement)),
        ):
            database.execute(statement)
    database.close()
    store = open_store(f"sqlite:///{path}")
    assert store.read(verify) == []
    assert [(made.number, made.at, made.digest) for made in store.history()] == history
    edit(store, "gb-house", city="Leeds")
    assert store.read(verify) == []
    with sqlite3.connect(path) as database, pytest.raises(sqlite3.IntegrityError, match="newer release"):
        database.execute(
            "INSERT INTO revisions (number, at, author, source, layer, note, added, changed, withdrawn, digest, loaded) VALUES (9, '', '', '', '', '', 0, 0, 0, '', '')"
        )
    database.close()


def test_an_older_store_on_neo4j_gets_its_chain_when_it_is_opened(neo4j_url, neo4j, tmp_path):
    fill(neo4j_url, tmp_path, taken_down=False)
    close_stores()
    neo4j.run("MATCH (c:Change) REMOVE c.salts")
    neo4j.run("MATCH (r:Revision) REMOVE r.seals, r.erased, r.link")
    neo4j.run("MATCH (f:Conflict) REMOVE f.seal")
    neo4j.run("MATCH (d:Directory) SET d.version = 1")
    store = open_store(neo4j_url)
    assert store.read(verify) == []
    edit(store, "gb-house", city="Leeds")
    assert store.read(verify) == []


# the command --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def url(written, tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(written.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def keys(tmp_path):
    """A private and a public key, made as the documentation says."""
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    return private, public


def said(url, *arguments, code=0):
    done = CliRunner().invoke(main, ["--store", url, "history", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_the_command_says_whether_all_is_as_it_was_written(url):
    assert "each as it was written" in said(url, "--verify")
    altered(url.removeprefix("sqlite:///"), "UPDATE revisions SET author = 'nobody' WHERE number = 2")
    assert "revision 2: who, when" in said(url, "--verify", code=1)


def test_a_head_that_was_signed_and_kept_elsewhere_shows_a_chain_that_was_made_anew(url, keys, tmp_path):
    private, public = keys
    anchor = tmp_path / "head.json"
    anchor.write_text(said(url, "--sign", private))
    assert "each as it was written" in said(url, "--verify", "--anchor", anchor, "--public-key", public)
    other = f"sqlite:///{tmp_path}/other.db"
    fill(other, tmp_path / "again")
    close_stores()
    assert "each as it was written" in said(other, "--verify")
    assert "its link is" in said(other, "--verify", "--anchor", anchor, "--public-key", public, code=1)
    anchor.write_text(anchor.read_text().replace('"revision": ', '"revision": 0'))
    assert "head.json:" in said(url, "--verify", "--anchor", anchor, "--public-key", public, code=1)


def test_the_key_may_be_named_by_the_environment(url, keys, monkeypatch):
    monkeypatch.setenv("PATHWAYS_SIGNING_KEY", str(keys[0]))
    assert json.loads(said(url, "--sign"))["format"] == "referral-pathways-head/1"
    monkeypatch.delenv("PATHWAYS_SIGNING_KEY")
    assert "Name the key" in said(url, "--sign", code=1)
    assert "private key" in said(url, "--sign", keys[1], code=1)


def recipe():
    """The script that the documentation gives."""
    return re.search(r"```python\n(.*?)```", (ROOT / "docs/audit.md").read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.mark.parametrize("options", [[], ["--changes"]])
def test_an_export_is_checked_with_nothing_but_the_documented_recipe(url, tmp_path, options):
    target, script = tmp_path / "chain.jsonl", tmp_path / "check.py"
    said(url, "--export", target, *options)
    script.write_text(recipe())
    check = [sys.executable, "-I", str(script), str(target)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert done.stdout.startswith("7 revisions hold")
    lines = target.read_text(encoding="utf-8").splitlines()
    for number in range(0, len(lines), max(1, len(lines) // 20)):
        broken = [*lines]
        broken[number] = re.sub(r'("author":"|"change":\[")', r"\1x", lines[number])
        target.write_text("\n".join(broken) + "\n", encoding="utf-8")
        assert subprocess.run(check, capture_output=True, check=False).returncode == 1, lines[number]


def test_a_store_that_cannot_be_chained_is_said_to_be_so(tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    with pytest.raises(StoreError, match="damaged, or is no store"):
        open_store(f"sqlite:///{path}")
