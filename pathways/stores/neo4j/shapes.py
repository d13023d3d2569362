"""The shape of each kind of record in the graph: which nodes it is, and which relationships it states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pathways.records import Record
from pathways.stores.neo4j.things import Edge, Node, Properties, condition, key, key_of, plain, stated_by, text_of, to_each, whom

Item = Node | Edge


def shape(record: Record, territory: tuple[str, ...] = ()) -> Iterator[Item]:
    """The nodes and relationships of a record; `territory` is that of a mandate's holder, which it has where it names none."""
    if record.kind == "mandate":
        yield from _mandate(record, territory)
    else:
        yield from _SHAPES[record.kind](record)


def _node(record: Record, **more: Any) -> Node:
    """The record's own node: what it says plainly, its id, its country."""
    part = {} if record.kind in ("network", "agreement", "channel", "corridor") else {"country": record.part}
    properties = {"key": key_of(record), "id": record.id, **part, **plain(record.kind, record.fields), **more}
    return Node(record.kind, properties)


def _source(record: Record) -> Iterator[Item]:
    yield _node(record)


def _requirement(record: Record) -> Iterator[Item]:
    yield _node(record, **condition("meets", record.fields))
    yield Edge("HAS", key("mechanism", record.part), key_of(record))
    yield from to_each("MET_BY", key_of(record), "function", record.fields.get("met_by"))


def _stakeholder(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    former = {"former_roles": text_of(f["former_roles"])} if f.get("former_roles") else {}
    yield _node(record, **{"scope": "single", "visibility": "public", **plain("stakeholder", f)}, **former)
    yield from to_each("BASED_IN", own, "territory", f["territory"])
    for name, role in (
        ("parent", "parent"),
        ("operated_by", "operator"),
        ("instance_of", "class"),
        ("coordinated_by", "coordinator"),
        ("chaired_by", "chair"),
    ):
        yield from to_each("PART_OF", own, "stakeholder", f.get(name), **{"as": role, "evidence": f.get(f"{name}_evidence", "stated")})
    for member in f.get("members", ()):
        yield Edge("PART_OF", key("stakeholder", member), own, {"as": "member"})
    yield from to_each("SUCCEEDED_BY", own, "stakeholder", f.get("succeeded_by"), on=f.get("valid_to"))
    for number, contact in enumerate(f.get("contacts", ())):
        at = f"{own}/contact/{number}"
        properties = {"current": True, "visibility": "public", **plain("contact", contact)}
        yield Node("contact", {"key": at, "of": own, **properties})
        yield Edge("REACHED_BY", own, at)
        yield from stated_by(at, contact)
    yield from stated_by(own, f)


def _mandate(record: Record, territory: tuple[str, ...]) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    split = {"capacity_split": text_of(f["capacity_split"])} if f.get("capacity_split") else {}
    yield _node(
        record,
        **{"role": "deliver", "evidence": "stated", **plain("mandate", f)},
        holder=f["holder"],
        **whom(f),
        **condition("serves", f),
        **condition("excludes", f),
        **split,
    )
    yield Edge("HOLDS", key("stakeholder", f["holder"]), own)
    yield from to_each("PERFORMS", own, "function", f["function"])
    yield from to_each("COVERS", own, "territory", f.get("territory", territory))
    for word in f.get("requires", ()):
        yield Edge("REQUIRES", own, key("requirement", f"{record.part.lower()}.{word}"))
    yield from _deadlines(record, own, f)
    yield from stated_by(own, f)


def _deadlines(record: Record, own: str, f: Mapping[str, Any]) -> Iterator[Item]:
    of = key_of(record)
    for number, deadline in enumerate(f.get("deadlines", ())):
        at = f"{own}/deadline/{number}"
        yield Node("deadline", {"key": at, "of": of, **plain("deadline", deadline), **condition("when", deadline)})
        yield Edge("HAS_DEADLINE", own, at)
        yield from to_each("BINDS", at, "stakeholder", deadline.get("by"))
        yield from stated_by(at, deadline if "sources" in deadline else {**deadline, "sources": f.get("sources", ())})


def _link(record: Record) -> Iterator[Item]:
    f = record.fields
    properties = {"key": key_of(record), "cross_border": False, "evidence": "stated", **plain("link", f)}
    yield Edge("REFERS_TO", key("stakeholder", f["origin"]), key("stakeholder", f["to"]), properties)


def _stage(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    yield _node(record, stage=f["id"], **condition("applies", f), **condition("gate", f))
    yield Edge("HAS", key("mechanism", record.part), own)
    yield from to_each("MAPS_TO", own, "canonical", f["canonical"])
    yield from to_each("OWES", own, "function", f["functions"])
    yield from to_each("LED_BY", own, "stakeholder", f["lead"])
    yield from to_each("SUPPORTED_BY", own, "stakeholder", f.get("support"))
    yield from to_each("COVERS", own, "territory", f.get("territory"))
    for way in f["next"]:
        said = {name: way[name] for name in ("outcome", "consent", "note", "sources") if way.get(name)} | condition("when", way)
        yield Edge("NEXT", own, key("stage", f"{record.part.lower()}.{way['to']}"), said)
    yield from _deadlines(record, own, f)
    yield from stated_by(own, f)


def _permit(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    yield _node(record, **condition("when", f))
    yield Edge("HAS", key("mechanism", record.part), own)
    yield from to_each("DECIDED_BY", own, "stakeholder", f.get("decided_by"), **{"as": "decider"})
    yield from to_each("DECIDED_BY", own, "stakeholder", f.get("needs_opinion_of"), **{"as": "opinion"})
    yield from to_each("DECIDED_BY", own, "stakeholder", f.get("applied_at"), **{"as": "desk"})
    yield from stated_by(own, f)


def _gap(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    yield _node(record, **condition("when", f))
    yield Edge("HAS", key("mechanism", record.part), own)
    yield from to_each("LACKS", own, "function", f.get("functions"))
    yield from stated_by(own, f)


def _question(record: Record) -> Iterator[Item]:
    yield _node(record)
    yield Edge("HAS", key("mechanism", record.part), key_of(record))


def _country(record: Record) -> Iterator[Item]:
    f, own, mechanism = record.fields, key_of(record), key("mechanism", record.part)
    head = f["country"]
    said: Properties = {
        name: head[name] for name in ("name", "name_local", "languages", "researched", "reading_limits", "reading_note") if head.get(name)
    }
    proposed = {"proposed_functions": text_of(f["proposed_functions"])} if f.get("proposed_functions") else {}
    yield _node(record, **said, **proposed)
    yield from to_each("IS", own, "territory", head["code"])
    for number, emergency in enumerate(head["emergency"]):
        at = f"{own}/emergency/{number}"
        yield Node("emergency", {"key": at, "of": own, **plain("emergency", emergency)})
        yield Edge("REACHED_BY", own, at)
        yield from stated_by(at, emergency)
    yield from _mechanism(record, mechanism)


_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "formal_nrm": ("exists", "instrument", "since", "note"),
    "reflection_period": ("min_days", "max_days", "extendable", "who", "conditions", "legal_basis", "note"),
    "children": ("pathway", "guardian", "placement", "legal_aid", "note"),
    "asylum_link": ("how", "legal_basis", "note"),
    "return_and_reintegration": ("programme", "steps", "partners", "limits", "excluded_destinations", "note"),
    "compensation": ("scheme", "conditions", "note"),
}
"""The blocks of a mechanism: each value becomes a property `<block>_<name>`."""

_SAID_BY = {
    "asylum_link": ("authority", "identification_in_asylum"),
    "return_and_reintegration": ("authority",),
    "compensation": ("authority",),
    "reflection_period": ("granted_by",),
}
_NAMES = {block: {name: f"{block}_{name}" for name in names} for block, names in _BLOCKS.items()}


def _mechanism(record: Record, own: str) -> Iterator[Item]:
    blocks = record.fields["mechanism"]
    properties: Properties = {"key": own, "id": record.part, "country": record.part}
    for block, shown in _NAMES.items():
        said = blocks.get(block, {})
        properties |= {shown[name]: _held(said[name]) for name in shown if said.get(name) not in (None, [])}
    if blocks.get("who_may_detect"):
        properties["who_may_detect"] = blocks["who_may_detect"]
    yield Node("mechanism", properties)
    yield Edge("HAS", key_of(record), own)
    yield from to_each("COORDINATED_BY", own, "stakeholder", blocks.get("national_coordinator"))
    yield from to_each("DECIDED_BY", own, "stakeholder", blocks.get("competent_authority"), **{"as": "competent-authority"})
    for block, names in _SAID_BY.items():
        for name in names:
            yield from to_each("DECIDED_BY", own, "stakeholder", blocks.get(block, {}).get(name), **{"as": block})
    for block in _BLOCKS:
        yield from stated_by(own, blocks.get(block, {}), about=block)
    yield from _deadlines(record, own, blocks.get("reflection_period", {}))


def _held(value: Any) -> Any:
    """A value as a property holds it: of `true`, `false` and `partial` the words, so that they can be compared."""
    return str(value).lower() if isinstance(value, bool) else value


def _channel(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    start, end = f["from"], f["to"]
    names = {f"{side}_name": f[side]["name"] for side in ("from", "to") if f[side].get("name")}
    yield _node(record, from_country=start["country"], to_country=end["country"], **names, **condition("serves", f))
    for type_, side in (("FROM", start), ("TO", end)):
        yield from to_each(type_, own, "country", side["country"])
        yield from to_each(type_, own, "stakeholder", side.get("body"))
    yield from to_each("BINDS", own, "stakeholder", f.get("partners"))
    if start.get("body") and end.get("body"):
        said = {name: f[name] for name in ("basis", "disclosure", "state", "active_from", "active_until", "sources") if f.get(name)}
        properties = {"key": own, "cross_border": True, "evidence": f.get("evidence", "stated"), "functions": f["stages"], **said}
        ends = [(start["body"], end["body"])] + ([(end["body"], start["body"])] if f["direction"] == "two-way" else [])
        for here, there in ends:
            yield Edge("REFERS_TO", key("stakeholder", here), key("stakeholder", there), properties)
    yield from stated_by(own, f)


def _network(record: Record) -> Iterator[Item]:
    own = key_of(record)
    yield _node(record)
    for member in record.fields["members"]:
        yield Edge("PART_OF", key("stakeholder", member), own, {"as": "network"})
    yield from to_each("PERFORMS", own, "function", record.fields["functions"])
    yield from stated_by(own, record.fields)


def _agreement(record: Record) -> Iterator[Item]:
    yield _node(record)
    yield from to_each("BINDS", key_of(record), "country", record.fields["parties"])
    yield from stated_by(key_of(record), record.fields)


def _corridor(record: Record) -> Iterator[Item]:
    f, own = record.fields, key_of(record)
    limited = [f"{stage}: {', '.join(words)}" for stage, words in f.get("limited_stages", {}).items()]
    yield _node(record, from_country=f["from"], to_country=f["to"], **({"limited_stages": limited} if limited else {}))
    yield from to_each("FROM", own, "country", f["from"])
    yield from to_each("TO", own, "country", f["to"])
    yield from to_each("USES", own, "channel", f["channels"])
    yield from to_each("USES", own, "network", f["networks"])


_SHAPES: Mapping[str, Callable[[Record], Iterator[Item]]] = {
    "agreement": _agreement,
    "channel": _channel,
    "corridor": _corridor,
    "country": _country,
    "gap": _gap,
    "link": _link,
    "network": _network,
    "permit": _permit,
    "question": _question,
    "requirement": _requirement,
    "source": _source,
    "stage": _stage,
    "stakeholder": _stakeholder,
}
