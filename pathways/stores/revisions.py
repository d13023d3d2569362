"""What a store tells: changes, revisions, conflicts that wait for a person; and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


class StoreError(Exception):
    """A store that cannot be used, or a change that it does not take; the message says what would be accepted."""


class Closed(StoreError):
    """A store that was closed; it answers nothing more."""


class Conflict(StoreError):
    """Somebody else changed the directory meanwhile; read again and decide again."""


class UndoRefused(StoreError):
    """A revision that cannot be taken back, and why."""


class Inconsistent(StoreError):
    """A change that would leave the directory broken; the message names every place."""


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
        return replace(self, before=self.after, after=self.before)


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
