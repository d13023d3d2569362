"""What stands in the store before an import: what its layer says, what people have changed, and the directory as it is without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pathways.directory import Directory
from pathways.records import Record
from pathways.stores import EDIT, Store
from pathways.stores.layers import Subject, said, view


@dataclass(frozen=True)
class Standing:
    """One state of the store, as an import of one layer sees it. It holds the whole directory: as much memory as that, not as the file."""

    head: int
    said: list[Record]
    """What the layer says."""
    edits: list[Record]
    """What people have changed here."""
    others: Mapping[tuple[str, str], Record]
    """The records of the directory without the layer."""
    parts: Mapping[tuple[str, str], str]
    """The part of each thing that the store knows, or knew."""

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

    @cached_property
    def spoken(self) -> dict[tuple[str, str], int]:
        """Of how many fields of each thing the layer speaks."""
        return {record.key: len(record.fields) for record in self.said}


def standing(store: Store, layer: str) -> Standing:
    """What stands in a store now, for an import into a layer."""
    head, state = store.read(lambda found: (found.head(), found.state()))
    rest = {
        key: Subject(s.kind, s.id, s.part, s.position, {name: fields for name, fields in s.says.items() if name != layer})
        for key, s in state.items()
    }
    others = {record.key: record for record in view(rest)}
    return Standing(head, said(state, layer), said(state, EDIT), others, {key: subject.part for key, subject in state.items()})
