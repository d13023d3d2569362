"""Brings the graph from one revision to the next: what is gone, what changed, what is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, LiteralString, TypeVar

from pathways import territories, vocabulary
from pathways.records import Record
from pathways.stores.neo4j.queries import EDGES, FORGET, NODES, REMOVE
from pathways.stores.neo4j.shapes import Item, shape
from pathways.stores.neo4j.things import Edge, Node, key, key_of

T = TypeVar("T")

Run = Callable[[LiteralString, Sequence[Any]], None]
"""Runs one text with so many `rows`."""

BATCH = 5_000
"""How many rows go to the server at a time."""

_WORDS = ("function/", "territory/", "canonical/")
"""Things that no record is: words of the vocabulary, and places."""


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The rows in lists of at most so many."""
    found: list[T] = []
    for row in rows:
        found.append(row)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found


def bring(run: Run, before: Sequence[Record], after: Sequence[Record], touched: Collection[tuple[str, str]]) -> None:
    """Make the graph of the records `before` that of the records `after`; `touched` are the kinds and ids of what may say something else."""
    old = {record.key: record for record in before}
    now = {record.key for record in after}
    gone = [record for record in before if record.key not in now]
    places = {record.id: tuple(record.fields["territory"]) for record in after if record.kind == "stakeholder"}
    moved = {
        identity
        for kind, identity in touched
        if kind == "stakeholder" and (held := old.get((kind, identity))) and tuple(held.fields["territory"]) != places.get(identity)
    }
    written = [r for r in after if r.key not in old or r.key in touched or (r.kind == "mandate" and r.fields["holder"] in moved)]
    for keys in batches(key_of(record) for record in (*gone, *(r for r in written if r.key in old))):
        for text in FORGET:
            run(text, keys)
    for keys in batches(key_of(record) for record in gone):
        for text in REMOVE:
            run(text, keys)
    _write_nodes(run, written, places)
    _write_edges(run, (item for record in written for item in _shape(record, places) if isinstance(item, Edge)))
    if old and (fresh := _fresh(written, old)):
        kept = {record.key for record in written}
        unchanged = (record for record in after if record.key not in kept)
        _write_edges(
            run,
            (
                edge
                for record in unchanged
                for edge in _shape(record, places)
                if isinstance(edge, Edge) and (edge.start in fresh or edge.end in fresh)
            ),
        )


def _shape(record: Record, places: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    return shape(record, places.get(record.fields["holder"], ()) if record.kind == "mandate" else ())


def _fresh(written: Iterable[Record], old: Mapping[tuple[str, str], Record]) -> set[str]:
    """The keys of what was not there before; what others, unchanged, state of it is not in the graph yet."""
    found = [record for record in written if record.key not in old]
    return {key_of(record) for record in found} | {key("mechanism", record.part) for record in found if record.kind == "country"}


def _write_nodes(run: Run, records: Sequence[Record], places: Mapping[str, tuple[str, ...]]) -> None:
    words: dict[str, None] = {}
    for some in batches(records):
        rows: dict[str, list[Any]] = {}
        for record in some:
            if record.kind == "country":  # all its regions, so that those where nobody works can be asked for too
                words.update(dict.fromkeys(key("territory", code) for code in territories.subdivisions(record.part)))
            for item in _shape(record, places):
                if isinstance(item, Node):
                    rows.setdefault(item.kind, []).append(item.properties)
                elif item.end.startswith(_WORDS):
                    words[item.end] = None
        for kind, found in rows.items():
            for few in batches(found):
                run(NODES[kind], few)
    _write_words(run, words)


def _write_words(run: Run, words: Iterable[str]) -> None:
    """The functions, canonical stages and territories that are spoken of, each territory with all that it lies within."""
    groups, ranks = vocabulary.function_groups(), vocabulary.function_rank()
    order = {stage: rank for rank, stage in enumerate(vocabulary.words("canonical_stages"))}
    codes: dict[str, str | None] = {}
    functions, stages = [], []
    for word in words:
        kind, _, name = word.partition("/")
        if kind == "function":
            functions.append({"key": word, "id": name, "group": groups.get(name), "rank": ranks.get(name)})
        elif kind == "canonical":
            stages.append({"key": word, "id": name, "rank": order.get(name)})
        else:
            for code in territories.chain(name) if territories.is_territory(name) else (name,):
                codes[code] = territories.parent(code) if territories.is_territory(code) else None
    run(NODES["function"], functions)
    run(NODES["canonical"], stages)
    for few in batches(codes):
        run(
            NODES["territory"],
            [
                {"key": key("territory", code), "id": code, "name": territories.name(code) if territories.is_territory(code) else code}
                for code in few
            ],
        )
    for some in batches([key("territory", code), key("territory", above), {}] for code, above in codes.items() if above):
        run(EDGES["WITHIN"], some)


def _write_edges(run: Run, edges: Iterable[Edge]) -> None:
    rows: dict[str, list[Any]] = {}
    for edge in edges:
        waiting = rows.setdefault(edge.type, [])
        waiting.append([edge.start, edge.end, edge.properties])
        if len(waiting) == BATCH:
            run(EDGES[edge.type], waiting)
            rows[edge.type] = []
    for type_, waiting in rows.items():
        run(EDGES[type_], waiting)
