"""What is particular to the shared store: its graph, its large revisions, its one writer; on a real server."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
import yaml
from neo4j import GraphDatabase
from profiles import at_random, profile_of
from small_directory import FILES, close_stores, open_store, small_records, with_fields, write_small

from pathways import directory as snapshots
from pathways.format.reader import read
from pathways.planner import refer
from pathways.records import Record, digest
from pathways.stores import ABSENT, BUNDLED, EDIT, Conflict, StoreError, UndoRefused
from pathways.stores.bundled import bundled_root, ensure_bundled
from pathways.stores.neo4j import ledger

pytestmark = pytest.mark.xdist_group("neo4j")
ROOT = Path(__file__).parent.parent
CASES = ROOT.parent / "shared" / "cases"


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture
def small(tmp_path):
    return small_records(tmp_path / "small")


@pytest.fixture
def store(neo4j_url, small):
    """A store on Neo4j that holds the small directory as revision 1."""
    opened = open_store(neo4j_url)
    load(opened, small, BUNDLED)
    return opened


@pytest.fixture
def ask(neo4j):
    """Asks the database in Cypher, as an analyst does."""
    with GraphDatabase.driver(neo4j.url, auth=(neo4j.user, neo4j.password)) as driver:
        yield lambda text, **said: [record.values() for record in driver.execute_query(text, said).records]


def load(store, records, layer="partner:unseen"):
    return store.commit(store.replace(layer, records), layer=layer, source="a file", author="ana")


def edit(store, kind, identity, **fields):
    return store.commit(store.amend(EDIT, kind, identity, fields), layer=EDIT, source="", author="ben")


def graph(ask):
    """The whole graph: every thing with its labels and properties, every relationship by the keys of its ends."""
    nodes = ask("MATCH (n:Thing) WHERE NOT n:Territory AND NOT n:Function AND NOT n:CanonicalStage RETURN labels(n), properties(n)")
    edges = ask("MATCH (a:Thing)-[r]->(b:Thing) WHERE NOT r:WITHIN RETURN a.key, type(r), b.key, properties(r)")
    return sorted(json.dumps([sorted(labels), said], sort_keys=True) for labels, said in nodes), sorted(
        json.dumps(edge, sort_keys=True) for edge in edges
    )


def written_anew(store, ask):
    """The graph as it is when it is written from nothing."""
    ask("MATCH (g:Graph) SET g.revision = -1")
    assert store.complete_graph()
    return graph(ask)


# the graph -----------------------------------------------------------------------------------------------------------------------------


def test_the_directory_is_labels_and_relationships(store, ask):
    assert ask(
        "MATCH (b:Stakeholder {id: 'gb-house'})-[:HOLDS]->(m:Mandate)-[:PERFORMS]->(f:Function) RETURN b.name, m.role, f.id, f.group"
    ) == [["The house", "deliver", "safe-accommodation", "protection"]]
    assert ask("MATCH (:Stakeholder {id: 'gb-house'})-[:BASED_IN]->(t:Territory)-[:WITHIN]->(above) RETURN t.id, t.name, above.id") == [
        ["GB-ENG", "England", "GB"]
    ]
    assert ask("MATCH (:Mandate {id: 'gb-house.safe-accommodation'})-[r:STATED_BY]->(s:Source) RETURN s.title, r.evidence") == [
        ["A page", "stated"]
    ]
    assert ask(
        "MATCH (:Mechanism {country: 'GB'})-[:HAS]->(a:Stage)-[r:NEXT]->(b:Stage)-[:OWES]->(f) RETURN a.stage, r.outcome, b.stage, f.id"
    ) == [["found", "granted", "decision", "formal-identification"]]
    assert ask("MATCH (a)-[r:REFERS_TO]->(b) RETURN a.id, b.id, r.cross_border, r.basis ORDER BY b.id") == [
        ["gb-house", "al-shelter", True, "practice"],
        ["gb-house", "gb-authority", False, "practice"],
    ]
    assert ask("MATCH (:Stakeholder {id: 'gb-house'})-[:REACHED_BY]->(c:ContactPoint) RETURN c.type, c.value, c.visibility") == [
        ["phone", "0300 000", "public"]
    ]
    assert ask(
        "MATCH (:Mandate {id: 'gb-authority.formal-identification-decide'})-[:HAS_DEADLINE]->(d:Deadline) RETURN d.duration, d.bound"
    ) == [["P30D", "at-least"]]
    assert ask("MATCH (m:Mandate)-[:REQUIRES]->(r:Requirement) RETURN m.holder, r.word") == [["gb-authority", "referral"]]


def test_whom_a_mandate_serves_can_be_asked_without_reading_conditions(store, ask):
    asked = "MATCH (m:Mandate {holder: 'gb-house'}) RETURN m.serves_gender, m.serves_child, m.serves_groups"
    assert ask(asked) == [[["female"], True, ["child female", "adult female"]]]
    assert json.loads(ask("MATCH (m:Mandate {holder: 'gb-house'}) RETURN m.serves_condition")[0][0]) == {"fact": "gender", "in": ["female"]}


def test_names_can_be_searched_and_ids_are_unique(store, ask):
    assert ask("CALL db.index.fulltext.queryNodes('names', 'house') YIELD node RETURN node.id") == [["gb-house"]]
    unique = {
        label
        for (labels,) in ask("SHOW CONSTRAINTS YIELD labelsOrTypes, type WHERE type = 'UNIQUENESS' RETURN labelsOrTypes")
        for label in labels
    }
    assert unique >= {"Directory", "Revision", "Thing", "Stakeholder", "Mandate", "Source", "Stage", "Channel", "Function", "Territory"}
    indexed = {
        tuple(names) for (names,) in ask("SHOW INDEXES YIELD labelsOrTypes, properties WHERE labelsOrTypes = ['Mandate'] RETURN properties")
    }
    assert ("country", "function") in indexed


def test_no_text_is_made_of_what_is_loaded(store, ask):
    evil = "x'}) DETACH DELETE n //`:Stakeholder {a: 1} $rows"
    edit(store, "stakeholder", "gb-house", name=evil, city="{}")
    assert ask("MATCH (b:Stakeholder {id: 'gb-house'}) RETURN b.name") == [[evil]]
    assert store.directory().stakeholder("gb-house").name == evil


def test_no_query_is_put_together():
    words = re.compile(r"\b(MATCH|MERGE|CREATE|UNWIND|DELETE)\b")
    for path in (ROOT / "pathways" / "stores" / "neo4j").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            made = (
                isinstance(node, ast.JoinedStr)
                or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))
                or (isinstance(node, ast.Attribute) and node.attr in ("format", "replace", "join"))
            )
            if made:
                parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                assert not any(words.search(part) for part in parts), f"{path.name}:{node.lineno}"


def test_the_graph_is_that_of_the_newest_revision_after_any_changes(store, small, ask):
    chance = random.Random(4)
    bodies = ["gb-house", "gb-authority", "al-shelter"]
    for turn in range(18):
        try:
            match chance.randrange(6):
                case 0:
                    edit(
                        store,
                        "stakeholder",
                        chance.choice(bodies),
                        territory=[chance.choice(["GB", "GB-SCT", "GB-ENG"])],
                        city=chance.choice(["Leeds", "York"]),
                    )
                case 1:
                    new = Record(
                        "stakeholder",
                        "gb-new",
                        "GB",
                        {"id": "gb-new", "name": f"New {turn}", "kind": "ngo", "territory": ["GB-WLS"], "parent": "gb-house"},
                    )
                    held = Record(
                        "mandate",
                        "gb-new.outreach",
                        "GB",
                        {"holder": "gb-new", "function": "outreach", "as_of": 2025, "sources": ["gb-page-2025"]},
                    )
                    load(store, [new, held] if chance.random() < 0.6 else [])
                case 5:
                    edit(store, "stakeholder", "gb-authority", members=chance.choice([ABSENT, ["gb-house"], ["al-shelter"]]))
                case 2:
                    edit(store, "stage", "gb.found", support=chance.choice([ABSENT, ["gb-authority"], ["gb-house"]]))
                case 3:
                    edit(store, "mandate", "gb-house.safe-accommodation", territory=chance.choice([ABSENT, ["GB-ENG"], ["GB-SCT"]]))
                case 4:
                    store.undo(chance.randrange(2, store.head() + 1), "ben") if store.head() > 1 else None
        except (StoreError, UndoRefused):
            continue
        now = graph(ask)
        assert now == written_anew(store, ask), f"after revision {store.head()}"
    assert store.head() > 5


def test_what_others_say_of_a_body_is_there_again_when_the_body_is(store, small, ask):
    without = [r for r in small if r.id != "al-shelter" and r.fields.get("holder") != "al-shelter"]
    asked = "MATCH (:Mechanism {country: 'AL'})-[:COORDINATED_BY]->(b) RETURN b.id"
    load(store, without, BUNDLED)
    assert ask(asked) == []
    load(store, small, BUNDLED)
    assert ask(asked) == [["al-shelter"]]
    assert graph(ask) == written_anew(store, ask)


# large revisions -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_parts(monkeypatch):
    """Every revision of more than one thing is a large one."""
    monkeypatch.setattr(ledger, "AT_ONCE", 1)


def test_a_large_revision_is_the_same_as_a_small_one(neo4j_url, small, in_parts, ask):
    store = open_store(neo4j_url)
    load(store, small, BUNDLED)
    renamed = with_fields(small, "stakeholder", "gb-house", name="Renamed")
    load(store, with_fields(renamed, "stakeholder", "gb-authority", city="Leeds"), BUNDLED)
    assert store.records(1) == small
    assert [digest(store.records(made.number)) for made in store.history()] == [made.digest for made in store.history()]
    store.undo(2, "ben")
    assert store.records() == small
    assert graph(ask) == written_anew(store, ask)


def test_nobody_sees_a_large_revision_before_it_is_whole(store, neo4j_url, small, in_parts, monkeypatch):
    reader, seen = open_store(neo4j_url), []
    aside = type(store)._aside

    def looking(self, text, **said):
        found = aside(self, text, **said)
        seen.append((reader.head(), digest(reader.records())))
        return found

    monkeypatch.setattr(type(store), "_aside", looking)
    load(store, [Record(r.kind, r.id, r.part, {**r.fields, "note": "seen"}) if r.kind == "stakeholder" else r for r in small], BUNDLED)
    assert len(seen) > 5
    assert set(seen) == {(1, store.history()[0].digest)}
    assert (reader.head(), digest(reader.records())) == (2, store.history()[1].digest)


@pytest.mark.parametrize("parts", [1, 2, 3, 5, 8, 12])
def test_a_writer_who_dies_in_a_large_revision_leaves_the_old_one_and_the_next_clears_up(store, small, ask, in_parts, monkeypatch, parts):
    aside, left = type(store)._aside, [parts]

    def dying(self, text, **said):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return aside(self, text, **said)

    with monkeypatch.context() as patched:
        patched.setattr(type(store), "_aside", dying)
        with pytest.raises(KeyboardInterrupt):
            load(store, [Record(r.kind, r.id, r.part, {**r.fields, "note": "half"}) for r in small if r.kind == "stakeholder"])
    assert (store.head(), store.records()) == (1, small)
    assert ask("MATCH (g:Graph) RETURN g.revision") == [[-1]], "the graph says that it is of no revision"
    assert edit(store, "stakeholder", "gb-house", city="Leeds").number == 2
    assert ask("MATCH (g:Graph) RETURN g.revision") == [[2]]
    assert ask("MATCH (c:Change) WHERE c.revision > 1 RETURN c.id, c.fields") == [["gb-house", ["city"]]]
    assert store.records(1) == small
    assert graph(ask) == written_anew(store, ask)


def test_a_writer_who_lost_the_lock_without_hearing_of_it_mixes_nothing_into_the_revision_of_another(
    store, neo4j_url, small, ask, in_parts, monkeypatch
):
    other, aside, left = open_store(neo4j_url), type(store)._aside, [6]

    def robbed(self, text, **said):
        left[0] -= self is store
        if self is store and left[0] == 0:
            for (running,) in ask(
                "SHOW TRANSACTIONS YIELD transactionId, currentQuery WHERE NOT currentQuery STARTS WITH 'SHOW' RETURN transactionId"
            ):
                ask("TERMINATE TRANSACTIONS $id", id=running)  # as a time limit of the server would
            load(other, with_fields(small, "stakeholder", "gb-house", name="The other's", note="whole"), BUNDLED)
        return aside(self, text, **said)

    monkeypatch.setattr(type(store), "_aside", robbed)
    with pytest.raises(Conflict, match="another writer has taken over"):
        load(store, [Record(r.kind, r.id, r.part, {**r.fields, "note": "lost"}) for r in small if r.kind == "stakeholder"])
    assert [made.layer for made in store.history()] == [BUNDLED, BUNDLED]
    assert digest(store.records()) == store.history()[-1].digest
    assert edit(store, "stakeholder", "gb-house", city="Leeds").number == 3
    assert digest(store.records()) == store.history()[-1].digest
    assert graph(ask) == written_anew(store, ask)


# one writer, many readers --------------------------------------------------------------------------------------------------------------


def child(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


COMMITTING = """
    import sys
    from pathways.stores import EDIT, Conflict, open_store
    store, who, wanted = open_store(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    made = conflicts = 0
    while made < wanted:
        head = store.head()
        try:
            store.commit(store.amend(EDIT, "stakeholder", "gb-house", {"name": f"{who} {made}"}), layer=EDIT, source="", author=who, expect_head=head)
            made += 1
        except Conflict as error:
            assert "was made meanwhile" in str(error) or "was changed meanwhile" in str(error)
            conflicts += 1
    print(made, conflicts)
    store.close()
"""


def test_two_processes_that_commit_take_turns_and_lose_nothing(store, neo4j_url):
    writers = [child(COMMITTING, neo4j_url, who, 6) for who in ("ana", "ben")]
    assert [int(w.communicate(timeout=120)[0].split()[0]) for w in writers] == [6, 6]
    history = store.history()
    assert [r.number for r in history] == list(range(1, 14))
    names = [c.after for r in history[1:] for c in store.changes(r.number)]
    assert [name for name in names if name.startswith("ana")] == [f"ana {n}" for n in range(6)]
    assert [c.before for r in history[2:] for c in store.changes(r.number)] == names[:-1]


def test_two_processes_that_start_on_nothing_fill_it_once(neo4j_url, tmp_path):
    root = write_small(tmp_path / "data")
    code = """
        import sys
        from pathlib import Path
        from pathways.stores import open_store
        from pathways.stores.bundled import ensure_bundled
        made = ensure_bundled(open_store(sys.argv[1]), Path(sys.argv[2]))
        print(made.number if made else 0)
    """
    starters = [child(code, neo4j_url, root) for _ in range(3)]
    assert sorted(s.communicate(timeout=120)[0].strip() for s in starters) == ["0", "0", "1"]
    assert open_store(neo4j_url).head() == 1


def test_no_reader_of_eight_ever_mixes_two_revisions(store, neo4j_url):
    reader, stop, wrong, reads = open_store(neo4j_url), threading.Event(), [], []

    def look():
        while not stop.is_set():
            seen = reader.directory()
            names = {seen.stakeholder(name).name for name in ("gb-house", "gb-authority")}
            old = {r.id: r.fields["name"] for r in reader.records() if r.kind == "stakeholder"}
            reads.append(seen.revision)
            if (seen.revision > 1 and len(names) > 1) or (old["gb-house"] != "The house" and old["gb-house"] != old["gb-authority"]):
                wrong.append((names, old))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(12):
        changes = [c for n in ("gb-house", "gb-authority") for c in store.amend(EDIT, "stakeholder", n, {"name": f"name {number}"})]
        store.commit(changes, layer=EDIT, source="", author="ana")
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(reads)) > 2 and len(reads) > 20


def test_threads_that_commit_on_the_same_revision_make_one(store):
    head, outcomes = store.head(), []
    changes = [store.amend(EDIT, "stakeholder", "gb-house", {"name": f"thread {n}"}) for n in range(4)]

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
    assert outcomes.count("revision 2 was made meanwhile") == 3
    assert [made for made in outcomes if not isinstance(made, str)] == [store.history()[-1]]


# the same answers ----------------------------------------------------------------------------------------------------------------------


def test_pathways_are_the_same_to_the_byte_on_both_stores(neo4j_url, bundled_store):
    shared = open_store(neo4j_url)
    ensure_bundled(shared)
    one = bundled_store.directory()
    for cache in (snapshots._part, snapshots._cross_border):
        cache.cache_clear()  # else the second directory would be made of the parts of the first
    other = shared.directory()
    assert other.parts["GR"] is not one.parts["GR"]
    asked = [(at_random(seed, one).profile, 0) for seed in range(1000)]
    for path in sorted(CASES.glob("*.yaml")):
        asked += [(profile_of(case["profile"]), 2) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(asked) > 1000 or not CASES.is_dir()
    for profile, alternatives in asked:
        assert json.dumps(refer(one, profile, alternatives=alternatives)) == json.dumps(refer(other, profile, alternatives=alternatives))


def test_history_is_the_same_on_both_stores(neo4j_url, tmp_path):
    root = write_small(tmp_path / "data")
    stores = [open_store(f"sqlite:///{tmp_path}/other.db"), open_store(neo4j_url)]
    for store in stores:
        ensure_bundled(store, root)
        edit(store, "stakeholder", "gb-house", name="As a person knows it", city="Leeds")
        load(store, with_fields([r for r in read(root) if r.id == "gb-house"], "stakeholder", "gb-house", name="As the partner says"))
    (root / "GB/stakeholders.yaml").write_text(FILES["GB/stakeholders.yaml"].replace("name: The", "name: The new"))
    for store in stores:
        ensure_bundled(store, root)
        store.undo(2, "ben")
    one, other = stores
    assert [(r.number, r.author, r.layer, r.added, r.changed, r.withdrawn, r.digest, r.undoes) for r in one.history()] == [
        (r.number, r.author, r.layer, r.added, r.changed, r.withdrawn, r.digest, r.undoes) for r in other.history()
    ]
    assert [one.changes(n) for n in range(1, 6)] == [other.changes(n) for n in range(1, 6)]
    assert json.dumps([r.fields for r in one.records()]) == json.dumps([r.fields for r in other.records()])
    assert one.conflicts() == other.conflicts() != []
    assert one.origins("stakeholder", "gb-house") == other.origins("stakeholder", "gb-house")


def test_the_twelve_countries_are_read_back_as_they_were_written(neo4j_url):
    store = open_store(neo4j_url)
    ensure_bundled(store)
    assert json.dumps([r.fields for r in store.records()]) == json.dumps([r.fields for r in read(bundled_root())])


def test_whoever_is_being_answered_is_answered_before_the_store_closes(store):
    reading, go_on, told = threading.Event(), threading.Event(), []

    def slowly(view):
        reading.set()
        assert go_on.wait(20)
        return view.head()

    reader = threading.Thread(target=lambda: told.append(store.read(slowly)))
    reader.start()
    assert reading.wait(20)
    closer = threading.Thread(target=store.close)
    closer.start()
    closer.join(0.5)
    assert closer.is_alive()
    go_on.set()
    reader.join(20)
    closer.join(20)
    assert told == [1]
    with pytest.raises(StoreError, match="closed"):
        store.head()
