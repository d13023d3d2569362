"""What a store tells: changes, revisions, conflicts that wait for a person; and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any


class StoreError(Exception):
    """A store that cannot be used, or a change that it does not take; the message says what would be accepted."""


class Closed(StoreError):
    """A store that was closed; it answers nothing more."""


class Conflict(StoreError):
    """Somebody else changed the directory meanwhile; read again and decide again."""


class UndoRefused(StoreError):
    """A revision that cannot be taken back, and why."""


class TakenDown(StoreError):
    """Something that was taken down and would come back; a person must allow that first."""


class Inconsistent(StoreError):
    """A change that would leave the directory broken; the message names every place."""


Place = tuple[int, str, str, str, str]
"""Where a conflict is: its revision, kind and id of the thing, the field, the layer whose value stands."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing, as one layer says it, before and after; ABSENT where the layer did or does not say it."""

    kind: str
    id: str
    part: str
    field: str
    layer: str
    before: Any
    after: Any
    salt: str = dataclass_field(default="", compare=False, repr=False)
    """What its seal is made with (`pathways.stores.chain`); empty where none is made yet."""

    @property
    def is_blank(self) -> bool:
        """Whether its content was taken down: it keeps a place in the history that says nothing."""
        return not self.field

    @property
    def subject(self) -> tuple[str, str]:
        """The thing that it is about."""
        return self.kind, self.id

    @property
    def place(self) -> tuple[str, str, str, str]:
        """The field of the layer that it is about."""
        return self.kind, self.id, self.layer, self.field

    def inverse(self) -> Change:
        """The change that takes it back."""
        return replace(self, before=self.after, after=self.before, salt="")


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of the directory: who made it, when (UTC, ISO 8601), from what, and how many things it added, changed, withdrew."""

    number: int
    at: str
    author: str
    source: str
    """The file or set that it came from; empty for an edit by hand."""
    layer: str
    note: str
    added: int
    changed: int
    withdrawn: int
    digest: str
    """The content address of the whole directory after it."""
    loaded: str = ""
    """The content address of what was loaded, where a whole set was."""
    undoes: int | None = None
    seals: str = ""
    """The hash of the seals of its changes."""
    erased: str = ""
    """Of a take-down: the hash of what it took out of the history."""
    link: str = ""
    """The hash of all of this and of the link of the revision before."""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A value of a partner or a person that stands on a bundled value which a newer release changed; it waits for a person."""

    number: int
    revision: int
    """The revision that changed the bundled value."""
    change: Change
    """What the release changed."""
    layer: str
    standing: Any
    """The value of `layer`, which goes on standing."""

    @property
    def place(self) -> Place:
        """What it is about, whatever its number."""
        return self.revision, *self.change.subject, self.change.field, self.layer
