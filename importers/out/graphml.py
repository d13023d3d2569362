"""The directory as a property graph in GraphML: what stands where in the model, for tools that read graphs (networkx, Gephi, yEd, Neo4j).

A node is a body, a mandate, a function, a stage, a country, a territory or a source; an edge says by its `type` what ties two of them.
Every statement leads to its sources by `STATED_BY`. Lists are texts with semicolons, conditions are plain words (`docs/exporting.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import networkx as nx

from importers.out.hsds import told
from pathways import territories
from pathways.records import Record
from pathways.vocabulary.labels import label

Graph = nx.MultiDiGraph

_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML 1.0 cannot hold."""
_SHOWN: Mapping[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "stakeholder": "name name_local kind scope instance_by territory city languages specialised visibility confidential_location "
        "operational valid_from valid_to note",
        "mandate": "function role territory requires requires_note access speed ground capacity law_enforcement partial legal_basis duty "
        "evidence as_of valid_from valid_to operational note",
        "stage": "title canonical track functions when consent_required consent territory legal_basis evidence lead support valid_from "
        "valid_to note",
        "source": "title publisher year kind url read note",
        "link": "basis functions territory cross_border disclosure evidence as_of valid_from valid_to note",
        "channel": "kind scope stages direction basis state disclosure evidence as_of active_from active_until note",
    }.items()
}
_CONDITIONS = ("serves", "excludes", "applies", "gate", "when")
_UPWARDS = {"parent": "PART_OF", "operated_by": "OPERATED_BY", "instance_of": "INSTANCE_OF", "succeeded_by": "SUCCEEDED_BY"}


def graph(records: Iterable[Record]) -> Graph:
    """The records as a graph; what the records do not hold is in no node and on no edge."""
    made = Graph(name="Referral Pathways")
    held = list(records)
    for record in held:
        _NODES.get(record.kind, _nothing)(made, record)
    for record in held:
        _EDGES.get(record.kind, _nothing)(made, record)
        _stated(made, record)
    return made


def write(records: Iterable[Record], path: Path | IO[bytes]) -> tuple[int, int]:
    """Write the graph; the numbers of its nodes and edges."""
    made = graph(records)
    nx.write_graphml(made, path, encoding="utf-8", infer_numeric_types=True)
    return made.number_of_nodes(), made.number_of_edges()


def node(kind: str, identity: str) -> str:
    """The id of a node: `body:gb-sca`, `mandate:…`, `stage:gb.reasonable-grounds`, `source:…`."""
    return f"{'body' if kind == 'stakeholder' else kind}:{identity}"


def _values(record: Record) -> dict[str, str | int | bool]:
    """What is told of a record, as a graph can hold it."""
    said = {name: record.fields[name] for name in _SHOWN[record.kind] if name in record.fields}
    said |= {name: told(record.fields[name]) for name in _CONDITIONS if isinstance(record.fields.get(name), Mapping)}
    return {name: _plain(str(value) if name in _MIXED else value) for name, value in said.items() if value is not None}


_MIXED = ("as_of", "capacity")
"""Numbers in some records and words in others (a year, a day): always texts here."""


def _plain(value: Any) -> str | int | bool:
    if isinstance(value, bool | int):
        return value
    return _UNWRITABLE.sub("", "; ".join(map(str, value)) if isinstance(value, list) else str(value))


def _add(made: Graph, record: Record, name: str, more: Mapping[str, Any] | None = None) -> None:
    said = {**_values(record), **(more or {}), "type": _TYPES[record.kind], "label": _plain(name), "country": record.part}
    made.add_node(node(record.kind, record.id), **said)


_TYPES = {"stakeholder": "Body", "mandate": "Mandate", "stage": "Stage", "source": "Source"}


def _body(made: Graph, record: Record) -> None:
    points = [f"{point['type']} {point['value']}" for point in record.fields.get("contacts", ()) if point.get("current", True)]
    _add(made, record, record.fields["name"], {"contacts": _plain(points)} if points else {})


def _mandate(made: Graph, record: Record) -> None:
    _add(made, record, label("functions", record.fields["function"]))


def _stage(made: Graph, record: Record) -> None:
    _add(made, record, record.fields["title"])


def _source(made: Graph, record: Record) -> None:
    _add(made, record, record.fields["title"])


def _country(made: Graph, record: Record) -> None:
    made.add_node(node("country", record.part), type="Country", label=record.fields["country"]["name"], country=record.part)


def _nothing(made: Graph, record: Record) -> None:
    """A record that is no node, or that no edge begins at."""


def _tie(made: Graph, begin: str, end: str, kind: str, said: Mapping[str, Any] | None = None) -> None:
    """An edge between two nodes that are both there."""
    if begin in made and end in made:
        made.add_edge(begin, end, **{**(said or {}), "type": kind, "label": kind})


def _of_body(made: Graph, record: Record) -> None:
    own, fields = node("stakeholder", record.id), record.fields
    for name, kind in _UPWARDS.items():
        if name in fields:
            _tie(made, own, node("stakeholder", fields[name]), kind)
    for member in fields.get("members", ()):
        _tie(made, node("stakeholder", member), own, "MEMBER_OF")
    _places(made, own, fields["territory"], "BASED_IN")


def _places(made: Graph, own: str, places: Iterable[str], kind: str) -> None:
    for place in places:
        for code in territories.chain(place):
            if node("territory", code) not in made:
                made.add_node(node("territory", code), type="Territory", label=territories.name(code), country=code[:2])
        for inner, outer in zip(chain := list(territories.chain(place)), chain[1:], strict=False):
            if not made.has_edge(node("territory", inner), node("territory", outer)):
                _tie(made, node("territory", inner), node("territory", outer), "WITHIN")
        _tie(made, own, node("territory", place), kind)


def _of_mandate(made: Graph, record: Record) -> None:
    own, function = node("mandate", record.id), node("function", record.fields["function"])
    if function not in made:
        made.add_node(function, type="Function", label=label("functions", record.fields["function"]))
    dates = {name: record.fields[name] for name in ("valid_from", "valid_to") if record.fields.get(name)}
    _tie(made, node("stakeholder", record.fields["holder"]), own, "HOLDS", dates)
    _tie(made, own, function, "PERFORMS", {"role": record.fields.get("role", "deliver")})
    _places(made, own, record.fields.get("territory", ()), "COVERS")


def _of_link(made: Graph, record: Record) -> None:
    _tie(made, node("stakeholder", record.fields["origin"]), node("stakeholder", record.fields["to"]), "REFERS_TO", _edge(record))


def _edge(record: Record) -> dict[str, Any]:
    """What an edge that is a record of its own says: its id and its sources too."""
    return {**_values(record), "id": record.id, "sources": _plain(record.fields["sources"])}


def _of_stage(made: Graph, record: Record) -> None:
    own = node("stage", record.id)
    _tie(made, node("country", record.part), own, "HAS")
    for way in record.fields["next"]:
        said = {name: _plain(way[name]) for name in ("outcome", "note") if way.get(name)}
        said |= {"when": told(way["when"])} if isinstance(way.get("when"), Mapping) else {}
        _tie(made, own, node("stage", f"{record.part.lower()}.{way['to']}"), "NEXT", said)
    for field, kind in (("lead", "LEADS"), ("support", "SUPPORTS")):
        for body in record.fields.get(field, ()):
            _tie(made, node("stakeholder", body), own, kind)


def _of_channel(made: Graph, record: Record) -> None:
    ends = []
    for side in ("from", "to"):
        end = record.fields[side]
        ends.append(node("stakeholder", end["body"]) if end.get("body") else node("country", end["country"]))
    _tie(made, ends[0], ends[1], "CHANNEL", _edge(record))


def _stated(made: Graph, record: Record) -> None:
    for source in record.fields.get("sources", ()):
        _tie(made, node(record.kind, record.id), node("source", source), "STATED_BY")


_NODES = {"stakeholder": _body, "mandate": _mandate, "stage": _stage, "source": _source, "country": _country}
_EDGES = {"stakeholder": _of_body, "mandate": _of_mandate, "link": _of_link, "stage": _of_stage, "channel": _of_channel}
