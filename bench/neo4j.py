"""The shared store measured on a real server: importing, loading a snapshot, and one referral question in Cypher and by the service.

    python -m bench.neo4j                       10,000 and 100,000 mandates
    python -m bench.neo4j --mandates 10000      one of them; --heap gives the server more than 512 MB

The server is that of the tests, started for each size on an empty folder; `--mandates 0` measures the directory as it comes.

**Importing** is one revision, from the records to the switch: its ledger, its graph, all checks. Relationships are counted over all of that
time, and beside it over the time of the relationships alone (for a revision that is written in parts). The same relationships are then
written row by row for some seconds, each with its two MERGEs: one a transaction, and 500 a transaction.

A **snapshot** is loaded by a process of its own, the reading and the building together.

The **question** asks who takes each step owed to a woman in Puglia. Two texts ask at once: for the bodies only, and for what the answer shows
of them (stages that can be reached, contacts, parents, handovers, deadlines, sources); neither follows conditions of stages, order or
handovers, which Cypher cannot. Step by step is how a client would do that: one query for each step of the service's own path, given the
body before it. The same answer takes more: a query for each stage on the way (what it owes, its conditions, its ways on), for each step, for
each gap (who comes nearest), and for her rights. The service answers whole, with branches, order and words; how many times faster it is, is
told against that, which spares the client all thinking between the queries.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from neo4j import Driver, GraphDatabase

from bench.generate import bundled_records, deep_records
from bench.path import machine, quantile, table
from pathways.directory import Directory
from pathways.planner import refer
from pathways.profile import Profile
from pathways.records import Record
from pathways.stores import BUNDLED, open_store
from pathways.stores.neo4j import Neo4jStore
from pathways.stores.neo4j.shapes import shape
from pathways.stores.neo4j.things import Edge

sys.path.append(str(Path(__file__).parent.parent / "tests"))
import neo4j_server

_SNAPSHOT = """
import json, sys
from time import perf_counter
from pathways.stores import open_store
store = open_store(sys.argv[1])
peak = lambda: int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
bare, began = peak(), perf_counter()
directory = store.directory()
took = perf_counter() - began
mandates = sum(len(body.mandates) for part in directory.parts.values() for body in part.stakeholders.values())
print(json.dumps({"snapshot s": round(took, 1), "mandates": mandates, "memory MB": round(peak() / 1024), "of it bare": round(bare / 1024)}))
"""

_BY_ROW = """
MERGE (a:Row {key: $start}) MERGE (b:Row {key: $end}) MERGE (a)-[r:STATED {type: $type}]->(b) SET r += $said
"""
_BODIES = """
MATCH (:Mechanism {country: $country})-[:HAS]->(stage:Stage)-[:OWES]->(f:Function)
MATCH (stage)-[:MAPS_TO]->(canonical:CanonicalStage)
MATCH (body:Stakeholder)-[:HOLDS]->(m:Mandate {country: $country, function: f.id})
WHERE $group IN m.serves_groups AND $exploitation IN m.serves_exploitation
  AND (m.valid_from IS NULL OR m.valid_from <= $on) AND (m.valid_to IS NULL OR m.valid_to >= $on)
MATCH (m)-[:COVERS]->(place:Territory)
WHERE EXISTS { (:Territory {id: $region})-[:WITHIN*0..3]->(place) }
WITH canonical, stage, f, body, m, place ORDER BY canonical.rank, stage.id, f.rank, size(place.id) DESC, body.id
WITH canonical, stage, f, collect({body: body.id, name: body.name, mandate: m.id})[..4] AS found
OPTIONAL MATCH (:Mandate {id: found[0].mandate})-[:STATED_BY]->(s:Source)
WITH canonical, stage, f, found, collect(s.title) AS sources
RETURN stage.id, f.id, found, sources ORDER BY canonical.rank, stage.id, f.rank
"""
_WHOLE = """
MATCH (:Mechanism {country: $country})-[:HAS]->(first:Stage {canonical: 'detection'})
MATCH (first)-[:NEXT*0..12]->(stage:Stage)
WITH DISTINCT stage
MATCH (stage)-[:MAPS_TO]->(canonical:CanonicalStage), (stage)-[:OWES]->(f:Function)
OPTIONAL MATCH (body:Stakeholder)-[:HOLDS]->(m:Mandate {country: $country, function: f.id})
WHERE $group IN m.serves_groups AND $exploitation IN m.serves_exploitation
  AND (m.valid_from IS NULL OR m.valid_from <= $on) AND (m.valid_to IS NULL OR m.valid_to >= $on)
  AND EXISTS { MATCH (m)-[:COVERS]->(place:Territory) WHERE EXISTS { (:Territory {id: $region})-[:WITHIN*0..3]->(place) } }
  AND NOT EXISTS { (m)-[:REQUIRES]->(r:Requirement) WHERE r.word IN ['police', 'complaint', 'cooperation'] }
WITH canonical, stage, f, body, m,
  CASE WHEN body IS NULL THEN 0 ELSE COUNT { (:Stakeholder)-[:REFERS_TO]->(body) } + COUNT { (body)-[:PART_OF*1..3]->(:Stakeholder)<-[:REFERS_TO]-(:Stakeholder) } END AS ties,
  EXISTS { (stage)-[:LED_BY]->(body) } AS leads
ORDER BY canonical.rank, stage.id, f.rank, leads DESC, ties DESC, body.id
WITH canonical, stage, f, collect({body: body, mandate: m})[..4] AS found
UNWIND found AS one
WITH canonical, stage, f, one.body AS body, one.mandate AS m
RETURN stage.id, stage.title, f.id, body.id, body.name, body.kind, m.role, m.legal_basis,
  [(body)-[:REACHED_BY]->(c) WHERE c.visibility = 'public' | [c.type, c.value]] AS contacts,
  [(body)-[:PART_OF*1..3]->(above) | above.id] AS part_of,
  [(other:Stakeholder)-[r:REFERS_TO]->(body) | [other.id, r.basis]] AS handovers,
  [(m)-[:REQUIRES]->(r) | r.word] AS requires,
  [(m)-[:HAS_DEADLINE]->(d) | [d.duration, d.calendar, d.bound, d.what]] AS deadlines,
  [(stage)-[:HAS_DEADLINE]->(d) | [d.duration, d.calendar, d.bound, d.what]] AS stage_deadlines,
  [(m)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS sources,
  [(stage)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS stage_sources,
  [(stage)-[n:NEXT]->(after) | [after.id, n.outcome, n.when_condition]] AS ways
ORDER BY canonical.rank, stage.id, f.rank
"""
_STEP = """
MATCH (stage:Stage {id: $stage})
MATCH (body:Stakeholder)-[:HOLDS]->(m:Mandate {country: $country, function: $function})
WHERE $group IN m.serves_groups AND $exploitation IN m.serves_exploitation
  AND (m.valid_from IS NULL OR m.valid_from <= $on) AND (m.valid_to IS NULL OR m.valid_to >= $on)
MATCH (m)-[:COVERS]->(place:Territory) WHERE EXISTS { (:Territory {id: $region})-[:WITHIN*0..3]->(place) }
WITH stage, body, m, size(place.id) AS near, EXISTS { (stage)-[:LED_BY]->(body) } AS leads,
  EXISTS { (:Stakeholder {id: $before})-[:REFERS_TO]->(body) } OR EXISTS { (:Stakeholder {id: $before})-[:PART_OF*1..3]-(body) } AS tied
ORDER BY leads DESC, tied DESC, near DESC, body.id LIMIT 4
RETURN body.id, body.name, body.kind, m.role, m.legal_basis, tied,
  [(body)-[:REACHED_BY]->(c) WHERE c.visibility = 'public' | [c.type, c.value]] AS contacts,
  [(body)-[:PART_OF*1..3]->(above) | above.id] AS part_of,
  [(m)-[:REQUIRES]->(r) | r.word] AS requires,
  [(m)-[:HAS_DEADLINE]->(d) | [d.duration, d.calendar, d.bound, d.what]] AS deadlines,
  [(m)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS sources
"""
_STAGE = """
MATCH (stage:Stage {id: $stage})-[:MAPS_TO]->(canonical:CanonicalStage)
RETURN stage.title, stage.track, stage.applies_condition, stage.gate_condition, canonical.rank,
  [(stage)-[:OWES]->(f) | f.id] AS owes,
  [(stage)-[:LED_BY]->(body) | body.id] AS lead,
  [(stage)-[:SUPPORTED_BY]->(body) | body.id] AS support,
  [(stage)-[n:NEXT]->(after) | [after.id, n.outcome, n.consent, n.when_condition]] AS ways,
  [(stage)-[:HAS_DEADLINE]->(d) | [d.duration, d.calendar, d.bound, d.what]] AS deadlines,
  [(stage)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS sources
"""
_NEAREST = """
MATCH (body:Stakeholder)-[:HOLDS]->(m:Mandate {country: $country, function: $function})
WITH body, m,
  CASE WHEN $group IN m.serves_groups THEN 0 ELSE 1 END
  + CASE WHEN $exploitation IN m.serves_exploitation THEN 0 ELSE 1 END
  + CASE WHEN EXISTS { MATCH (m)-[:COVERS]->(place:Territory) WHERE EXISTS { (:Territory {id: $region})-[:WITHIN*0..3]->(place) } } THEN 0 ELSE 1 END AS wrong
ORDER BY wrong, m.id LIMIT 3
RETURN body.id, body.name, m.id, m.serves_condition, wrong,
  [(m)-[:REQUIRES]->(r) | r.word] AS requires,
  [(m)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS sources
"""
_RIGHTS = """
MATCH (mechanism:Mechanism {country: $country})-[:HAS]->(permit:Permit)
RETURN permit.id, permit.name, permit.when_condition,
  [(permit)-[d:DECIDED_BY]->(body) | [body.id, d.as]] AS deciders,
  [(permit)-[:STATED_BY]->(s) | [s.title, s.publisher, s.year, s.url]] AS sources
"""
_WOMAN = {"country": "IT", "region": "IT-75", "group": "adult female", "exploitation": "sexual", "on": "2026-11-24"}
_PROFILE = Profile(
    identified_in="IT",
    region="IT-75",
    gender="female",
    age=24,
    exploitation=("sexual",),
    nationality=("NG",),
    consent={"referral": True, "formal_identification": True},
    start_date=date(2026, 11, 24),
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "importing": (
        "mandates",
        "things",
        "relationships",
        "s",
        "mandates/s",
        "relationships/s",
        "alone/s",
        "one a transaction/s",
        "500 a transaction/s",
    ),
    "snapshot": ("mandates", "snapshot s", "memory MB", "of it bare"),
    "question": (
        "mandates",
        "Cypher, bodies only, p50 ms",
        "Cypher, all at once, p50 ms",
        "Cypher, step by step, p50 ms",
        "Cypher, the same answer, p50 ms",
        "service p50 ms",
        "times faster",
    ),
}


class _Timed(Neo4jStore):
    """A store that keeps the time of its relationships apart."""

    def __init__(self, store: Neo4jStore) -> None:
        self.__dict__.update(store.__dict__)
        self.relationships, self.seconds = 0, 0.0

    def _aside(self, text: Any, **said: Any) -> int:
        began = perf_counter()
        found = super()._aside(text, **said)
        if "]->(b)" in text:
            self.relationships += len(said["rows"])
            self.seconds += perf_counter() - began
        return found


def importing(url: str, driver: Driver, records: Sequence[Record]) -> dict[str, Any]:
    """One revision with all of these records."""
    opened = open_store(url)
    assert isinstance(opened, Neo4jStore)
    store = _Timed(opened)
    began = perf_counter()
    store.commit(store.replace(BUNDLED, records), layer=BUNDLED, source="bench", author="bench")
    took = perf_counter() - began
    store.close()
    mandates = sum(record.kind == "mandate" for record in records)
    edges = int(driver.execute_query("MATCH ()-[r]->() RETURN count(r) AS n").records[0]["n"])
    alone = round(store.relationships / store.seconds) if store.seconds else None
    return {
        "mandates": mandates,
        "things": len(records),
        "relationships": edges,
        "s": round(took, 1),
        "mandates/s": round(mandates / took),
        "relationships/s": round(edges / took),
        "alone/s": alone,
    }


def by_row(driver: Driver, edges: Sequence[Edge], seconds: float) -> dict[str, int]:
    """How many relationships a second are written row by row, in two ways; what was written is taken away again."""
    driver.execute_query("CREATE CONSTRAINT row_key IF NOT EXISTS FOR (n:Row) REQUIRE n.key IS UNIQUE")
    found = {}
    for name, size in (("one a transaction/s", 1), ("500 a transaction/s", 500)):
        with driver.session() as session:
            began, written = perf_counter(), 0
            while perf_counter() - began < seconds and written < len(edges):
                with session.begin_transaction() as tx:
                    for edge in edges[written : written + size]:
                        tx.run(_BY_ROW, start=edge.start, end=edge.end, type=edge.type, said=edge.properties).consume()
                    tx.commit()
                written += size
            found[name] = round(min(written, len(edges)) / (perf_counter() - began))
            while session.run("MATCH (n:Row) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS n").single(strict=True)["n"]:
                pass
    driver.execute_query("DROP CONSTRAINT row_key IF EXISTS")
    return found


def question(driver: Driver, directory: Directory, runs: int) -> dict[str, Any]:
    """The same question in Cypher and of the service, each in turn; both are warm."""

    def p50(ask: Callable[[], Any]) -> float:
        times = []
        for _ in range(runs + 3):
            began = perf_counter()
            assert ask()
            times.append(perf_counter() - began)
        return quantile(times[3:], 0.5) * 1000

    path = refer(directory, _PROFILE, alternatives=0)
    before = [None, *(step["stakeholder"]["id"] for step in path["steps"])]
    steps = [
        {**_WOMAN, "stage": f"it.{step['stage']}", "function": step["function"], "before": last}
        for step, last in zip(path["steps"], before, strict=False)
    ]

    on_the_way = dict.fromkeys(f"it.{item['stage']}" for item in (*path["steps"], *path["gaps"]))
    rest = [
        *((_STAGE, {"stage": stage}) for stage in on_the_way),
        *((_NEAREST, {**_WOMAN, "function": gap["function"]}) for gap in path["gaps"]),
        (_RIGHTS, _WOMAN),
    ]

    def walk(*more: tuple[str, dict[str, Any]]) -> list[Any]:
        with driver.session() as session:
            return [session.run(text, said).data() for text, said in (*((_STEP, step) for step in steps), *more)]

    times = [
        p50(lambda: driver.execute_query(_BODIES, _WOMAN).records),
        p50(lambda: driver.execute_query(_WHOLE, _WOMAN).records),
        p50(walk),
        p50(lambda: walk(*rest)),
        p50(lambda: json.dumps(refer(directory, _PROFILE, alternatives=0))),
    ]
    return dict(zip(COLUMNS["question"][1:], [*(round(time, 1) for time in times), round(times[3] / times[4], 1)], strict=True))


def measure(mandates: int, heap: str, seconds: float) -> dict[str, dict[str, Any]]:
    """All figures of one size, on a server of its own."""
    kinds = Counter(record.kind for record in bundled_records())
    records = deep_records(mandates * kinds["stakeholder"] // kinds["mandate"])
    with TemporaryDirectory() as folder, neo4j_server.running(Path(folder), heap=heap) as server:
        os.environ.update(server.environment)
        with GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:
            warm(driver, server.url)
            found = {"importing": importing(server.url, driver, records)}
            edges = [item for record in records[:20_000] for item in shape(record, ("IT",)) if isinstance(item, Edge)]
            found["importing"] |= by_row(driver, edges, seconds)
            said = subprocess.run([sys.executable, "-c", _SNAPSHOT, server.url], check=True, stdout=subprocess.PIPE, text=True)
            found["snapshot"] = json.loads(said.stdout)
            store = open_store(server.url)
            found["question"] = {"mandates": found["importing"]["mandates"], **question(driver, store.directory(), 30)}
            store.close()
    return found


def warm(driver: Driver, url: str) -> None:
    """Let the server compile what it runs: the directory of twelve countries once, and away again."""
    store = open_store(url)
    store.commit(store.replace(BUNDLED, bundled_records()), layer=BUNDLED, source="warm", author="bench")
    store.close()
    neo4j_server.empty(url, "neo4j", neo4j_server.PASSWORD)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The shared store, measured.")
    parser.add_argument("--mandates", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--seconds", type=float, default=10.0, help="How long each way of writing row by row is measured.")
    asked = parser.parse_args()
    found = [measure(size, asked.heap, asked.seconds) for size in asked.mandates]
    print(machine())
    print(f"Neo4j {neo4j_server.VERSION}, heap {asked.heap}, client and server on the same machine")
    for name, columns in COLUMNS.items():
        print(f"\n{name}\n{table([one[name] for one in found], columns)}")


if __name__ == "__main__":
    main()
