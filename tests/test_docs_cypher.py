"""Every query of docs/cypher.md, run on the bundled directory, against the service's own answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from neo4j import GraphDatabase
from small_directory import close_stores, open_store

from api import Settings, create_app
from pathways import territories, vocabulary
from pathways.directory import Directory
from pathways.records import canonical_json
from pathways.stores import ABSENT, EDIT
from pathways.stores.bundled import ensure_bundled

pytestmark = pytest.mark.xdist_group("neo4j")
PAGE = (Path(__file__).parent.parent / "docs" / "cypher.md").read_text(encoding="utf-8")
_BLOCK = re.compile(
    r"^## (?P<title>[^\n]*\?)\n+(?:`(?P<said>\{[^\n]*\})`\n+)?```cypher\n// (?P<name>[a-z-]+)\n(?P<text>.*?)```", re.MULTILINE | re.DOTALL
)
QUERIES = {found["name"]: (found["text"], json.loads(found["said"] or "{}")) for found in _BLOCK.finditer(PAGE)}


@pytest.fixture(scope="module")
def account(neo4j):
    """The server's account in the environment, for the whole module."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in neo4j.environment.items():
            patch.setenv(name, value)
        yield neo4j


@pytest.fixture(scope="module")
def store(account):
    """The bundled directory on Neo4j, with one edit."""
    close_stores()
    open_store(account.url)
    account.empty()
    opened = open_store(account.url)
    ensure_bundled(opened)
    opened.commit(opened.amend(EDIT, "stakeholder", "gr-ekka", {"city": "Athens", "note": "seen"}), layer=EDIT, source="", author="ana")
    yield opened
    close_stores()


@pytest.fixture(scope="module")
def directory(store) -> Directory:
    """What the service answers from."""
    return store.directory()


@pytest.fixture(scope="module")
def ask(account, store):
    """Runs a query of the page with its parameters."""
    with GraphDatabase.driver(account.url, auth=(account.user, account.password)) as driver:
        yield lambda name, **said: [
            tuple(record.values()) for record in driver.execute_query(QUERIES[name][0], {**QUERIES[name][1], **said}).records
        ]


@pytest.fixture(scope="module")
def get(store):
    """Asks the API on the same store."""
    client = create_app(Settings(), store).test_client()

    def answer(path):
        found = client.get(f"/api/v1{path}")
        assert found.status_code == 200, path
        return found.get_json()

    return answer


def bodies(directory):
    return [body for part in directory.parts.values() for body in part.stakeholders.values()]


def mandates(directory, function=None):
    return [mandate for body in bodies(directory) for mandate in body.mandates if function in (None, mandate.function)]


EXPECTED: dict[str, Callable] = {}


def answers(name):
    """Marks what the service says to a query of the page."""

    def keep(expected):
        EXPECTED[name] = expected
        return expected

    return keep


@answers("identify-a-child")
def _(directory, get):
    return [
        (item["id"], item["name"])
        for item in get("/stakeholders?country=GR&function=formal-identification&age=child&page_size=100")["items"]
    ]


def kin(directory):
    """Whom each body belongs to."""
    return {
        (body, above)
        for part in directory.parts.values()
        for body, found in part.belongs_to.items()
        for above in found
        if above in part.stakeholders
    }


@answers("under-one-parent")
def _(directory, get):
    return [(body,) for body, above in sorted(kin(directory)) if above == QUERIES["under-one-parent"][1]["parent"]]


@answers("most-dependants")
def _(directory, get):
    counts: dict[str, int] = {}
    for _, above in kin(directory):
        counts[above] = counts.get(above, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]


@answers("no-shelter-for-men")
def _(directory, get):
    country = QUERIES["no-shelter-for-men"][1]["country"]
    man = {"gender": "male", "is_child": False, "age_group": "adult"}
    places = {
        place
        for m in mandates(directory, "safe-accommodation")
        if m.serves.evaluate(man) is not False and not (m.excludes and m.excludes.evaluate(man))
        for place in m.territory
        if place != country
    }
    regions = [code for code in territories.subdivisions(country) if territories.parent(code) == country]
    return [
        (code, territories.name(code))
        for code in regions
        if not any(territories.within(place, code) or territories.within(code, place) for place in places)
    ]


@answers("shortest-chain")
def chains(directory, kinds):
    """All stated links, where a chain may start, and where end; with the least number of links, None where no chain leads there."""
    graph = networkx.MultiDiGraph()
    for body in bodies(directory):
        graph.add_node(body.id)
        graph.add_edges_from((body.id, link.to, {"basis": link.basis}) for link in body.links)
    for record in directory.cross_border.channels.values():
        if record.from_body and record.to_body:
            graph.add_edge(record.from_body, record.to_body, basis=record.basis)
            if record.shown["direction"] == "two-way":
                graph.add_edge(record.to_body, record.from_body, basis=record.basis)
    starts = [b.id for b in bodies(directory) if b.country == "FR" and b.kind in kinds]
    ends = {b.id for b in bodies(directory) if b.country == "UA"}
    distance = networkx.multi_source_dijkstra_path_length(graph, starts, weight=None)
    return graph, starts, ends, min((distance[end] for end in ends if end in distance), default=None)


@answers("changed-since")
def _(directory, get):
    diff = get("/revisions/2/diff")["items"]
    return sorted((2, item["kind"], item["id"], "edit", item["field"], canonical_json(item["after"])) for item in diff)


@answers("owed-by-nobody")
def _(directory, get):
    found = [
        (code, stage.id, function)
        for code, part in directory.parts.items()
        for stage in part.stages
        for function in stage.functions
        if not part.performs.get(function)
    ]
    return sorted(found)


@answers("single-bodies")
def _(directory, get):
    found = []
    for code, part in directory.parts.items():
        for function, held in part.performs.items():
            holders = {mandate.holder for mandate in held}
            if (
                vocabulary.function_groups()[function] == "protection"
                and len(holders) == 1
                and part.stakeholders[min(holders)].scope == "single"
            ):
                found.append((code, function, min(holders)))
    return sorted(found)


@answers("police-decides")
def _(directory, get):
    found = []
    for code, part in directory.parts.items():
        for body in part.country.competent_authority:
            if part.stakeholders[body].kind in ("police", "border-guard", "prosecutor"):
                found.append((code, body, part.stakeholders[body].kind))
    return sorted(found)


@answers("time-to-identify")
def _(directory, get):
    stages = [
        (code, stage) for code, part in directory.parts.items() for stage in part.stages if stage.canonical == "formal-identification"
    ]
    return sorted((code, stage.id, d.duration, d.calendar, d.bound, d.what) for code, stage in stages for d in stage.deadlines)


@answers("one-old-source")
def _(directory, get):
    found = []
    for m in mandates(directory):
        if len(m.sources) == 1:
            source = directory.source(m.sources[0])
            if source.year is not None and source.year < QUERIES["one-old-source"][1]["before"]:
                found.append((m.country, m.id, source.id, source.year))
    return sorted(found, key=lambda row: row[1])


@answers("named-but-not-reached")
def _(directory, get):
    named = {link.to for body in bodies(directory) for link in body.links if link.basis == "law"}
    return sorted((body.country, body.id) for body in bodies(directory) if body.id in named and not body.contacts)


@answers("no-way-between")
def _(directory, get):
    start = QUERIES["no-way-between"][1]["from"]
    found = [c.destination for c in directory.cross_border.corridors.values() if c.origin == start and c.state == "none-found"]
    return sorted((code, directory.parts[code].country.name) for code in found)


@answers("lacking-accommodation")
def _(directory, get):
    gaps = [(code, gap) for code, part in directory.parts.items() for gap in part.gaps if "safe-accommodation" in gap.functions]
    return sorted(((code, gap.id, gap.text, len(gap.sources)) for code, gap in gaps), key=lambda row: row[1])


@answers("by-name")
def _(directory, get):
    return {item["id"] for item in get("/stakeholders?q=salvation%20army")["items"]}


def test_every_question_of_the_page_has_an_answer_here():
    assert len(QUERIES) >= 12
    assert PAGE.count("```cypher") == len(QUERIES)
    assert QUERIES.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", sorted(QUERIES.keys() - {"shortest-chain", "changed-since", "by-name"}))
def test_cypher_and_the_service_say_the_same(name, ask, directory, get):
    expected = EXPECTED[name](directory, get)
    assert ask(name) == expected
    assert expected, "a question that nothing answers shows nothing"


def test_the_shortest_chain_is_one_and_is_as_short_as_any(ask, directory):
    graph, starts, ends, least = chains(directory, QUERIES["shortest-chain"][1]["kinds"])
    ((chain, basis, links),) = ask("shortest-chain")
    assert links == least == len(chain) - 1
    assert chain[0] in starts and chain[-1] in ends
    assert all(
        said in {edge["basis"] for edge in graph.get_edge_data(a, b).values()} for a, b, said in zip(chain, chain[1:], basis, strict=False)
    )


def test_where_no_chain_leads_both_say_none(ask, directory):
    assert chains(directory, ["ngo"])[3] is None
    assert ask("shortest-chain", kinds=["ngo"]) == []


def test_what_changed_is_what_the_api_tells(ask, directory, get, store):
    rows = ask("changed-since")
    assert sorted((*row[:5], row[6]) for row in rows) == EXPECTED["changed-since"](directory, get)
    said = [(c.field, "" if c.before is ABSENT else canonical_json(c.before), canonical_json(c.after)) for c in store.changes(2)]
    assert [row[4:] for row in rows] == said


def test_a_body_is_found_by_its_name(ask, directory, get):
    best = ask("by-name")[0]
    assert best[0] in EXPECTED["by-name"](directory, get)
