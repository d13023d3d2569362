"""What is particular to the embedded store: its file, its tables, and that neither a killed process nor a second one breaks it."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import tracemalloc
from pathlib import Path

import pytest
from small_directory import close_stores, open_store, small_records, write_small

from pathways.records import digest
from pathways.stores import ABSENT, BUNDLED, EDIT, Change, Conflict, StoreError
from pathways.stores.bundled import bundled_root, ensure_bundled

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture
def small(tmp_path):
    return small_records(tmp_path / "small")


@pytest.fixture
def path(tmp_path, small):
    path = tmp_path / "deep" / "folder" / "store.db"
    store = open_store(f"sqlite:///{path}")
    store.commit(store.replace(BUNDLED, small), layer=BUNDLED, source="", author="ana")
    store.close()
    return path


def rename(store, name, **options):
    return store.commit(store.amend(EDIT, "stakeholder", "gb-house", {"name": name}), layer=EDIT, source="", author="ben", **options)


def child(code, *arguments):
    """Another process, with the store's modules."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_the_file_is_made_with_its_folder_and_only_for_its_owner(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_keeps_a_log_ahead_and_its_references(path):
    store = open_store(f"sqlite:///{path}")
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    pragma = store.read(lambda view: {name: view._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names})
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


def test_what_was_committed_is_there_after_closing_and_opening(path, small):
    with pytest.raises(StoreError, match="closed"):
        store = open_store(f"sqlite:///{path}")
        store.close()
        store.head()
    assert open_store(f"sqlite:///{path}").records() == small


@pytest.mark.parametrize("url", ["", "store.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///folder/", "postgresql://x"])
def test_another_url_is_refused_with_what_is_accepted(url):
    with pytest.raises(StoreError, match="accepted is sqlite:///PATH"):
        open_store(url)


def test_a_store_of_a_newer_release_is_refused(path):
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 'later')")
    connection.close()
    with pytest.raises(StoreError, match="newer release"):
        open_store(f"sqlite:///{path}")


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path):
    text, other = tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("not a database, but long enough to be looked at " * 40)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    for path, words in ((text, "not a database"), (other, "something else"), (tmp_path, "cannot be used")):
        with pytest.raises(StoreError, match=words):
            open_store(f"sqlite:///{path}")
    assert text.read_text().startswith("not a database")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM changes", "UPDATE changes SET after = '1'", "DELETE FROM revisions", "UPDATE revisions SET author = 'x'"]
)
def test_history_can_only_be_added_to(path, statement):
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)
    connection.close()


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from pathways.stores import EDIT, sqlite
    class Dying(sqlite.SqliteStore):
        left = int(sys.argv[2])
        def _connect(self):
            connection = super()._connect()
            connection.set_trace_callback(self.count)
            return connection
        def count(self, statement):
            if statement.lstrip().startswith(("INSERT", "DELETE", "COMMIT")):
                self.left -= 1
                if self.left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
    store = Dying(Path(sys.argv[1]))
    changes = [c for n in ("gb-house", "gb-authority", "al-shelter") for c in store.amend(EDIT, "stakeholder", n, {"name": "New", "city": "X"})]
    store.commit(changes, layer=EDIT, source="", author="ana")
    print("done", flush=True)
"""


def test_a_process_that_is_killed_in_a_commit_leaves_the_old_or_the_new_directory(path, small):
    seen = []
    for statements in range(30):
        process = child(KILLED, path, statements)
        printed, _ = process.communicate(timeout=60)
        store = open_store(f"sqlite:///{path}")
        history = store.history()
        assert digest(store.records()) == history[-1].digest, f"half a revision after {statements} statements"
        assert {c.id for c in store.changes(history[-1].number)} >= {"gb-house", "gb-authority", "al-shelter"}
        seen.append((process.returncode, len(history)))
        store.close()
        if printed:
            break
    assert seen[0] == (-signal.SIGKILL, 1), "the first one dies before it has written anything"
    assert seen[-1] == (0, 2), "the last one gets through"
    assert len(seen) > 5, "the process must die in several places of a commit"


COMMITTING = """
    import sys
    from pathways.stores import EDIT, Conflict, open_store
    store, who, wanted = open_store("sqlite:///" + sys.argv[1]), sys.argv[2], int(sys.argv[3])
    made = conflicts = 0
    while made < wanted:
        head = store.head()
        try:
            store.commit(store.amend(EDIT, "stakeholder", "gb-house", {"name": f"{who} {made}"}), layer=EDIT, source="", author=who, expect_head=head)
            made += 1
        except Conflict:
            conflicts += 1
    print(made, conflicts)
"""


def test_two_processes_that_commit_take_turns_and_lose_nothing(path):
    writers = [child(COMMITTING, path, who, 15) for who in ("ana", "ben")]
    assert [int(w.communicate(timeout=120)[0].split()[0]) for w in writers] == [15, 15]
    store = open_store(f"sqlite:///{path}")
    history = store.history()
    assert [r.number for r in history] == list(range(1, 32))
    assert [sum(r.author == who for r in history[1:]) for who in ("ana", "ben")] == [15, 15]
    names = [c.after for r in history[1:] for c in store.changes(r.number)]
    assert [name for name in names if name.startswith("ana")] == [f"ana {n}" for n in range(15)]
    assert [c.before for r in history[2:] for c in store.changes(r.number)] == names[:-1]


def test_two_processes_that_start_on_nothing_fill_it_once(tmp_path):
    root = write_small(tmp_path / "data")
    code = """
        import sys
        from pathlib import Path
        from pathways.stores import open_store
        from pathways.stores.bundled import ensure_bundled
        made = ensure_bundled(open_store("sqlite:///" + sys.argv[1]), Path(sys.argv[2]))
        print(made.number if made else 0)
    """
    starters = [child(code, tmp_path / "new" / "store.db", root) for _ in range(4)]
    assert sorted(s.communicate(timeout=120)[0].strip() for s in starters) == ["0", "0", "0", "1"]
    assert open_store(f"sqlite:///{tmp_path}/new/store.db").head() == 1


def test_readers_in_other_threads_never_see_half_a_revision(path):
    store = open_store(f"sqlite:///{path}")
    stop, wrong, reads = threading.Event(), [], []

    def read():
        while not stop.is_set():
            bodies = {r.id: r.fields["name"] for r in store.records() if r.kind == "stakeholder"}
            reads.append(1)
            if bodies["gb-house"] != "The house" and bodies["gb-house"] != bodies["gb-authority"]:
                wrong.append(bodies)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(20):
        changes = [c for n in ("gb-house", "gb-authority") for c in store.amend(EDIT, "stakeholder", n, {"name": f"name {number}"})]
        store.commit(changes, layer=EDIT, source="", author="ana")
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == [] and len(reads) > 3
    assert store.head() == 21


def test_threads_that_commit_on_the_same_revision_make_one(path):
    store = open_store(f"sqlite:///{path}")
    head, outcomes = store.head(), []
    changes = [store.amend(EDIT, "stakeholder", "gb-house", {"name": f"thread {n}"}) for n in range(6)]

    def write(mine):
        try:
            outcomes.append(store.commit(mine, layer=EDIT, source="", author="ana", expect_head=head))
        except Conflict as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=write, args=(mine,)) for mine in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("revision 2 was made meanwhile") == 5
    assert [made for made in outcomes if not isinstance(made, str)] == [store.history()[-1]]


def test_a_serving_process_sees_the_revision_of_another_one(path):
    serving, editing = open_store(f"sqlite:///{path}"), open_store(f"sqlite:///{path}")
    assert serving.directory().revision == serving.head() == 1
    rename(editing, "Renamed")
    assert serving.head() == 2
    assert serving.directory().stakeholder("gb-house").name == "Renamed"


def test_a_filled_store_answers_without_reading_the_files_again(tmp_path):
    url = f"sqlite:///{tmp_path}/store.db"
    ensure_bundled(open_store(url))
    code = """
        import sys
        from pathways.stores import open_store
        from pathways.stores.bundled import ensure_bundled
        import pathways.stores.bundled as bundled
        bundled.read = None
        store = open_store(sys.argv[1])
        ensure_bundled(store)
        print(len(store.directory().parts), store.head())
    """
    assert child(code, url).communicate(timeout=60)[0].split() == ["12", "1"]
    assert bundled_root().is_dir()


class _Many:
    """The changes that add so many bodies, made anew at each pass over them."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        for number in range(self.count):
            body = {"id": f"fr-{number:06}", "name": f"Body {number}", "kind": "ngo", "territory": ["FR"], "note": "what it does " * 20}
            for field, value in body.items():
                yield Change("stakeholder", body["id"], "FR", field, "partner:many", ABSENT, value)


def _most_memory(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_revision_and_of_its_undo_does_not_grow_with_it(tmp_path):
    taken = []
    for count in (300, 3000):
        store = open_store(f"sqlite:///{tmp_path}/{count}.db")
        store.commit(store.replace(BUNDLED, small_records(tmp_path / "small")), layer=BUNDLED, source="a file", author="ana")
        said = {"layer": "partner:many", "source": "many", "author": "ana"}
        trial = _most_memory(lambda store=store, count=count, said=said: store.rehearse(_Many(count), **said))
        made = _most_memory(lambda store=store, count=count, said=said: store.commit(_Many(count), **said))
        assert store.history()[-1].added == count and digest(store.records()) == store.history()[-1].digest
        undone = _most_memory(lambda store=store: store.undo(2, "ana"))
        assert store.history()[-1].withdrawn == count and store.history()[-1].digest == store.history()[0].digest
        taken.append((trial, made, undone))
    assert all(more < 2_000_000 + 2 * less for less, more in zip(*taken, strict=True)), taken
