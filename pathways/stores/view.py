"""What a store lets its rules see and write: one consistent view, and a transaction of the one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pathways.stores.draft import Draft
from pathways.stores.revisions import Change, OpenConflict, Place, Revision
from pathways.stores.takedowns import Takedown

if TYPE_CHECKING:
    from pathways.stores.erasing import Erasure


@dataclass(frozen=True, slots=True)
class Settled:
    """A conflict that a person has settled: its number, who, when, and what it is about."""

    number: int
    author: str
    at: str
    place: Place

    @classmethod
    def of(cls, row: Sequence[Any]) -> Settled:
        """From number, who, when, and the values of the place."""
        number, author, at, revision, kind, identity, field, layer = row
        return cls(number, author, at, (revision, kind, identity, field, layer))


class View(Protocol):
    """One consistent view of a store."""

    def head(self) -> int:
        """The number of the newest revision; 0 where there is none."""

    def tables(self) -> sqlite3.Connection:
        """What every layer says at the head, as tables to read (see `pathways.stores.draft`); temporary ones may be made beside them."""

    def history(self) -> list[Revision]:
        """All revisions, the oldest first."""

    def changes(self, number: int, backwards: bool = False) -> Iterator[Change]:
        """The changes of one revision, one by one, in their order or from the last; without what was taken down."""

    def rows(self, number: int) -> Iterator[Change]:
        """The changes of one revision with their salts, in their order; what was taken down keeps its place, blank."""

    def conflicts(self) -> list[OpenConflict]:
        """All conflicts that no person has settled."""

    def settled(self) -> list[Settled]:
        """The conflicts that were settled, by their numbers."""

    def takedowns(self) -> list[Takedown]:
        """What was taken down, the earliest first, whether that was lifted or not."""

    def altered(self) -> list[int]:
        """The numbers of the conflicts that are not as they were written."""


class Transaction(View, Protocol):
    """A view in which nobody else writes; all that is written in it is kept, or nothing."""

    def append(
        self, revision: Revision, changes: Iterable[Change], conflicts: Sequence[OpenConflict], draft: Draft, kept: Mapping[int, str]
    ) -> Revision:
        """Add a revision with its changes, the conflicts that it raises, and what it makes of the directory; it comes back linked to the chain.

        `kept` are the seals, by number, of changes whose content was taken down since.
        """

    def erase(self, erasure: Erasure) -> Revision:
        """Add the revision of a take-down, and take out of this and all earlier revisions what it takes out."""

    def settle(self, number: int, author: str, at: str) -> bool:
        """Mark a conflict as settled; False where there is no such open one."""
