"""The records of a folder with their places, as the rules of the linter ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pathways.format.reader import Document, Finding
from pathways.format.references import CONDITION_KEYS
from pathways.records import Record


@dataclass(frozen=True, slots=True)
class Placed:
    """A record with its file and its place in it."""

    record: Record
    document: Document
    path: tuple[Any, ...]

    @property
    def fields(self) -> Mapping[str, Any]:
        """What it says."""
        return self.record.fields

    def finding(self, rule: str, message: str, *place: Any, severity: str = "error") -> Finding:
        """A finding at it, or at a place within it."""
        return self.document.finding((*self.path, *place), rule, message, severity)

    def warning(self, rule: str, message: str, *place: Any) -> Finding:
        """A finding that does not stop anybody."""
        return self.finding(rule, message, *place, severity="warning")


class Linted:
    """All of a folder, on a day."""

    def __init__(self, placed: Sequence[tuple[Record, Document, tuple[Any, ...]]], today: date) -> None:
        self.all = [Placed(*one) for one in placed]
        self.today = today

    def of(self, *kinds: str) -> list[Placed]:
        """The records of some kinds, in the order of the files."""
        return [one for one in self.all if one.record.kind in kinds]

    @cached_property
    def bodies(self) -> dict[str, Placed]:
        """The bodies by id."""
        return {one.record.id: one for one in self.of("stakeholder")}

    @cached_property
    def sources(self) -> dict[str, Placed]:
        """The sources by id."""
        return {one.record.id: one for one in self.of("source")}

    @cached_property
    def functions(self) -> dict[str, set[str]]:
        """The functions of each body's own mandates."""
        found: dict[str, set[str]] = {}
        for one in self.of("mandate"):
            found.setdefault(one.fields["holder"], set()).add(one.fields["function"])
        return found

    def parts(self) -> list[str]:
        """The folders."""
        return sorted({one.record.part for one in self.all})


Edges = Mapping[str, Sequence[str]]
"""What leads to what."""


def reached(edges: Edges, starts: Sequence[str]) -> set[str]:
    """What can be reached from some starts by one step or more."""
    found: set[str] = set()
    waiting = [other for start in starts for other in edges.get(start, ())]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(edges.get(name, ()))
    return found


def rings(edges: Edges) -> Iterator[list[str]]:
    """Each circle once: the names that lead to each other and so to themselves, in the order in which they are given."""
    told: set[str] = set()
    after = {name: reached(edges, [name]) for name in edges}
    for name in edges:
        if name in after[name] and name not in told:
            ring = [other for other in edges if other in after[name] and name in after[other]]
            told.update(ring)
            yield ring


def mappings(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
    """A value's mappings at every depth, itself first, with their places; conditions are not entered."""
    if isinstance(value, Mapping):
        yield place, value
        for key, item in value.items():
            if not (key in CONDITION_KEYS and isinstance(item, Mapping)):
                yield from mappings(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mappings(item, (*place, index))


def texts(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """A value's texts at every depth, with their places."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*place, index))
