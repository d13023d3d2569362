"""A directory with its whole history goes from one store to another, of any kind, and is the same there at every revision."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from small_directory import FILES, close_stores, open_store, with_fields, write_small

from cli.main import main
from pathways.format.reader import read
from pathways.records import digest
from pathways.stores import EDIT, StoreError
from pathways.stores.bundled import ensure_bundled
from pathways.stores.copying import copy


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture(params=["sqlite to neo4j", "neo4j to sqlite", "sqlite to sqlite"])
def urls(request, tmp_path):
    """Where from, where to."""
    return [
        f"sqlite:///{tmp_path}/{number}.db" if kind == "sqlite" else request.getfixturevalue("neo4j_url")
        for number, kind in enumerate(request.param.split(" to "))
    ]


pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def source(urls, tmp_path):
    """A store with a history: a first load, edits, a partner, a release with two conflicts, one of them settled, an undo."""
    store, root = open_store(urls[0]), write_small(tmp_path / "data")
    ensure_bundled(store, root)
    for identity in ("gb-house", "gb-authority"):
        edit(store, identity, name="As a person knows it")
    house = with_fields([r for r in read(root) if r.id == "gb-house"], "stakeholder", "gb-house", note="from a partner")
    store.commit(store.replace("partner:unseen", house), layer="partner:unseen", source="unseen.csv", author="ana", note="first load")
    (root / "GB/stakeholders.yaml").write_text(FILES["GB/stakeholders.yaml"].replace("name: The", "name: The new"))
    ensure_bundled(store, root)
    store.settle(store.conflicts()[0].number, "ben")
    store.undo(4, "ben", "not ours")
    return store


def edit(store, identity, **fields):
    return store.commit(store.amend(EDIT, "stakeholder", identity, fields), layer=EDIT, source="", author="ben")


def test_everything_is_the_same_in_the_copy(source, urls):
    target, told = open_store(urls[1]), []
    assert copy(source, target, told.append) == 6
    assert target.history() == source.history() == told
    assert [target.changes(n) for n in range(1, 7)] == [source.changes(n) for n in range(1, 7)]
    assert [digest(target.records(n)) for n in range(1, 7)] == [made.digest for made in source.history()]
    assert target.conflicts() == source.conflicts() != []
    assert target.settled() == source.settled() != []


def test_the_copy_goes_on_as_the_first_would(source, urls, tmp_path):
    target = open_store(urls[1])
    copy(source, target)
    assert ensure_bundled(target, tmp_path / "data") is None, "it knows which release it holds"
    for store in (source, target):
        store.undo(5, "ben")
        edit(store, "gb-house", city="Leeds")
    assert target.records() == source.records()
    assert [made.digest for made in target.history()] == [made.digest for made in source.history()]


def test_a_copy_that_was_broken_off_goes_on_where_it_stopped(source, urls):
    target = open_store(urls[1])

    def stop(revision):
        if revision.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source, target, stop)
    assert target.head() == 3
    assert copy(source, target) == 3
    assert copy(source, target) == 0
    assert target.history() == source.history()


def test_a_store_with_another_history_is_left_alone(source, urls, tmp_path):
    target = open_store(urls[1])
    ensure_bundled(target, tmp_path / "data")
    before = target.history()
    with pytest.raises(StoreError, match="another history: its revision 1"):
        copy(source, target)
    assert target.history() == before


def test_a_revision_that_comes_out_otherwise_is_refused(source, urls, monkeypatch):
    rows = source.rows

    def altered(number):
        return [c for c in rows(number) if c.field != "note" or number != 4]

    monkeypatch.setattr(source, "rows", altered)
    target = open_store(urls[1])
    with pytest.raises(StoreError, match="revision 4 gives another directory here"):
        copy(source, target)
    assert target.head() == 3, "what was verified before it stays"


def test_the_command_tells_each_revision_with_its_digest(source, urls):
    done = CliRunner().invoke(main, ["copy", "--from", urls[0], "--to", urls[1]])
    assert done.exit_code == 0, done.output
    assert [line.split()[2] for line in done.output.splitlines()[:-1]] == [made.digest[:16] for made in source.history()]
    assert done.output.endswith("6 revisions copied.\n")
    assert "Nothing to copy" in CliRunner().invoke(main, ["copy", "--from", urls[0], "--to", urls[1]]).output


def test_the_command_says_what_is_wrong_and_ends_with_1(source, urls):
    done = CliRunner().invoke(main, ["copy", "--from", urls[0], "--to", "bolt://127.0.0.1:1"])
    assert (done.exit_code, "cannot be reached" in done.output) == (1, True)
    assert CliRunner().invoke(main, ["copy", "--from", urls[0]]).exit_code == 2
