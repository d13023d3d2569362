"""What a store lets its rules see and write: one consistent view, and a transaction of the one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pathways.stores.draft import Draft
from pathways.stores.revisions import Change, OpenConflict, Revision


@dataclass(frozen=True, slots=True)
class Settled:
    """A conflict that a person has settled: its number, who, when."""

    number: int
    author: str
    at: str


class View(Protocol):
    """One consistent view of a store."""

    def head(self) -> int:
        """The number of the newest revision; 0 where there is none."""

    def tables(self) -> sqlite3.Connection:
        """What every layer says at the head, as tables to read (see `pathways.stores.draft`); temporary ones may be made beside them."""

    def history(self) -> list[Revision]:
        """All revisions, the oldest first."""

    def changes(self, number: int, backwards: bool = False) -> Iterator[Change]:
        """The changes of one revision, one by one, in their order or from the last."""

    def conflicts(self) -> list[OpenConflict]:
        """All conflicts that no person has settled."""

    def settled(self) -> list[Settled]:
        """The conflicts that were settled, by their numbers."""


class Transaction(View, Protocol):
    """A view in which nobody else writes; all that is written in it is kept, or nothing."""

    def append(self, revision: Revision, changes: Iterable[Change], conflicts: Sequence[OpenConflict], draft: Draft) -> None:
        """Add a revision with its changes, the conflicts that it raises, and what it makes of the directory."""

    def settle(self, number: int, author: str, at: str) -> bool:
        """Mark a conflict as settled; False where there is no such open one."""
