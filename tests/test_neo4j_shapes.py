"""What a record becomes in the graph: nothing of it is lost, and whom a mandate serves is said as the service decides it."""

from __future__ import annotations

import pytest

from pathways import conditions, vocabulary
from pathways.format import schema
from pathways.format.reader import read
from pathways.stores.bundled import bundled_root
from pathways.stores.neo4j.queries import EDGES, NODES
from pathways.stores.neo4j.shapes import shape
from pathways.stores.neo4j.things import PLAIN, Edge, Node, whom

RECORDS = read(bundled_root())

SHAPED = {
    "source": set(),
    "requirement": {"meets", "met_by"},
    "stakeholder": {
        *("id", "territory", "mandates", "refers_to", "contacts", "sources", "former_roles"),
        *("parent", "operated_by", "instance_of", "coordinated_by", "chaired_by", "members", "succeeded_by"),
    },
    "mandate": {"id", "as_of", "sources", "serves", "excludes", "requires", "territory", "capacity_split", "deadlines"},
    "link": {"id", "as_of", "to"},
    "stage": {"id", "as_of", "sources", "functions", "lead", "support", "next", "applies", "gate", "deadlines", "territory"},
    "permit": {"id", "as_of", "sources", "when", "decided_by", "applied_at", "needs_opinion_of"},
    "gap": {"id", "as_of", "sources", "functions", "when"},
    "question": {"id"},
    "deadline": {"as_of", "by", "when"},
    "contact": {"as_of"},
}
"""What is a node, a relationship or a condition, and not a property under its own name."""


@pytest.mark.parametrize("kind", sorted(SHAPED))
def test_every_field_of_the_format_has_its_place_in_the_graph(kind):
    fields = getattr(schema, kind)()["properties"].keys()
    assert fields == set(PLAIN[kind]) | SHAPED[kind], "a field that is added to the format needs a place here"
    assert not set(PLAIN[kind]) & SHAPED[kind]


@pytest.mark.parametrize("name", ["channel", "network", "agreement"])
def test_every_field_of_what_lies_between_countries_has_its_place_too(name):
    fields = schema.channels()["properties"][f"{name}s"]["items"]["properties"].keys()
    shaped = {"id", "as_of", "sources", "from", "to", "partners", "serves", "members", "functions"}
    assert fields <= set(PLAIN[name]) | shaped


def test_every_node_and_relationship_has_a_text_that_writes_it():
    for record in RECORDS:
        for item in shape(record, ("GR",)):
            assert (item.kind in NODES) if isinstance(item, Node) else (item.type in EDGES)


def test_properties_are_of_a_kind_that_neo4j_holds():
    plain = str | int | float | bool
    for record in RECORDS:
        for item in shape(record, ("GR",)):
            for name, value in item.properties.items():
                members = value if isinstance(value, list) else [value]
                assert all(isinstance(member, plain) for member in members), (record.key, name, value)
                assert len({type(member) for member in members}) <= 1, "a list is of one kind"


def test_a_relationship_without_properties_in_its_text_has_none():
    said = {item.type for record in RECORDS for item in shape(record, ("GR",)) if isinstance(item, Edge) and item.properties}
    assert all("SET r = row[2]" in EDGES[type_] for type_ in said)


def test_whom_a_mandate_serves_is_what_the_service_decides():
    ages = {"child": {"is_child": True, "age_group": "child"}, "adult": {"is_child": False, "age_group": "adult"}}
    seen = set()
    for record in RECORDS:
        if record.kind != "mandate":
            continue
        serves = conditions.parse(record.fields["serves"]) if "serves" in record.fields else None
        excludes = conditions.parse(record.fields["excludes"]) if "excludes" in record.fields else None

        def takes(serves=serves, excludes=excludes, **facts):
            return (serves is None or serves.evaluate(facts) is not False) and not (excludes and excludes.evaluate(facts))

        said = whom(record.fields)
        for gender in ("female", "male", "other"):
            assert (gender in said["serves_gender"]) == takes(gender=gender), record.id
            for age, facts in ages.items():
                assert (f"{age} {gender}" in said["serves_groups"]) == takes(gender=gender, **facts), record.id
        assert (said["serves_child"], said["serves_adult"]) == tuple(takes(**facts) for facts in ages.values()), record.id
        for kind in vocabulary.words("exploitation"):
            assert (kind in said["serves_exploitation"]) == takes(exploitation=frozenset({kind})), record.id
        seen.add((tuple(said["serves_groups"]), excludes is not None))
    assert len(seen) > 8, "the directory must hold many kinds of conditions, or this shows little"


def test_an_exclusion_is_subtracted_from_whom_a_mandate_serves():
    fields = {"serves": {"fact": "gender", "in": ["female", "male"]}, "excludes": {"fact": "is_child", "in": [True]}}
    assert whom(fields)["serves_groups"] == ["adult female", "adult male"]
    assert (whom(fields)["serves_child"], whom(fields)["serves_gender"]) == (False, ["female", "male"])
