"""What stands in the store before an import: what its layer says, what people have changed, and the directory as it is without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importers.holding import Holding
from pathways.directory import Directory
from pathways.records import Record
from pathways.stores import EDIT, Store
from pathways.stores.draft import subjects
from pathways.stores.layers import State, said, view
from pathways.stores.view import View


@dataclass(frozen=True)
class Standing:
    """One state of the store, as an import of one layer sees it: the directory without the layer. What that says lies in the holding."""

    head: int
    edits: list[Record]
    """What people have changed here."""
    others: Mapping[tuple[str, str], Record]
    """The records of the directory without the layer."""

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        """The ids that the directory has without the layer, by kind."""
        found: dict[str, set[str]] = {}
        for kind, identity in self.others:
            found.setdefault(kind, set()).add(identity)
        return {kind: frozenset(ids) for kind, ids in found.items()}

    @cached_property
    def directory(self) -> Directory:
        """The directory without the layer."""
        return Directory.from_records(self.others.values(), self.head)


def standing(store: Store, layer: str, holding: Holding) -> Standing:
    """What stands in a store now, for an import into a layer."""

    def look(found: View) -> Standing:
        rest: State = {}
        holding.know(_said(found, layer, rest))
        return Standing(found.head(), said(rest, EDIT), {record.key: record for record in view(rest)})

    return store.read(look)


def _said(found: View, layer: str, rest: State) -> Iterator[tuple[str, str, str, Mapping[str, object] | None]]:
    """The kind, id and part of each thing with what the layer says of it; what others say goes into `rest`."""
    for subject in subjects(found.tables()):
        spoken = subject.says.pop(layer, None)
        if subject.says:
            rest[subject.kind, subject.id] = subject
        yield subject.kind, subject.id, subject.part, spoken
