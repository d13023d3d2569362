"""The chain of revisions: each carries a hash of all that it says and of the one before, so that nothing behind the newest can be changed unseen.

A change is sealed with a salt of its own. What is taken down loses content and salt and keeps its seal: the chain still holds, and nobody can
guess the content back from it. docs/audit.md has the recipe for whoever wants to check an export without this program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from secrets import token_hex
from types import MappingProxyType

from pathways.records import canonical_json
from pathways.stores.layers import ABSENT
from pathways.stores.revisions import Change, OpenConflict, Revision
from pathways.stores.takedowns import Takedown

SALT_BYTES = 16
BEGINNING = ""
"""What stands for the link before the first."""

_SAID = ("number", "at", "author", "source", "layer", "note", "added", "changed", "withdrawn", "digest", "loaded", "undoes")


def salted(change: Change) -> Change:
    """A change with a salt: its own, or a new one."""
    return change if change.salt or change.is_blank else replace(change, salt=token_hex(SALT_BYTES))


def words(change: Change) -> list[str | None]:
    """What a change says, as it is sealed: its values as JSON texts, None for what is not said."""
    before, after = (None if value is ABSENT else canonical_json(value) for value in (change.before, change.after))
    return [change.kind, change.id, change.part, change.field, change.layer, before, after]


def seal(change: Change) -> str:
    """The hash of one change and its salt."""
    return _hash(change.salt + canonical_json(words(change)))


class Seals:
    """The hash of the seals of a revision, taken in one by one."""

    def __init__(self) -> None:
        self._made = hashlib.sha256()

    def add(self, made: str) -> None:
        """Take in the next seal."""
        self._made.update(f"{made}\n".encode())

    def hexdigest(self) -> str:
        """The hash of what was taken in."""
        return self._made.hexdigest()


def sealed(changes: Iterable[Change], seals: Seals, kept: Mapping[int, str] = MappingProxyType({})) -> Iterator[Change]:
    """The changes of a revision with their salts, while their seals are taken in; `kept` are those of what was taken down, by number."""
    for number, change in enumerate(changes):
        made = salted(change)
        seals.add(kept.get(number) or seal(made))
        yield made


def hash_of(changes: Iterable[Change], kept: Mapping[int, str] = MappingProxyType({})) -> str:
    """The hash of the seals of a revision's changes."""
    seals = Seals()
    for _ in sealed(changes, seals, kept):
        pass
    return seals.hexdigest()


def first_seals(taken_down: Iterable[Takedown]) -> dict[int, dict[int, str]]:
    """The seals with which changes were first sealed that were taken down since, by revision and number."""
    found: dict[int, dict[int, str]] = {}
    for takedown in taken_down:
        for revision, number, before, _ in takedown.rows:
            found.setdefault(revision, {}).setdefault(number, before)
    return found


def last_seals(taken_down: Iterable[Takedown]) -> dict[tuple[int, int], str]:
    """The seals of what stands in the place of changes that were taken down, by revision and number."""
    return {(revision, number): after for takedown in taken_down for revision, number, _, after in takedown.rows}


def erased(payload: str) -> str:
    """The hash of what a take-down says (`pathways.stores.takedowns`)."""
    return _hash(payload)


def content(revision: Revision, previous: str) -> dict[str, object]:
    """What the link of a revision is the hash of, as JSON values."""
    said = {name: getattr(revision, name) for name in _SAID}
    return {**said, "seals": revision.seals, "erased": revision.erased, "previous": previous}


def link(revision: Revision, previous: str) -> str:
    """The hash of a revision, and through `previous` of all before it."""
    return _hash(canonical_json(content(revision, previous)))


def linked(revision: Revision, seals: str, previous: str) -> Revision:
    """The revision as the next of the chain."""
    made = replace(revision, seals=seals)
    return replace(made, link=link(made, previous))


def seal_of_conflict(found: OpenConflict, settled_at: str | None, settled_by: str | None) -> str:
    """The hash of a conflict as it stands. No revision holds it, since a conflict follows from its revision: it shows where one was changed."""
    values = (found.change.before, found.change.after, found.standing)
    said = [None if value is ABSENT else canonical_json(value) for value in values]
    change = found.change
    where = [found.number, found.revision, change.kind, change.id, change.part, change.field, found.layer]
    return _hash(canonical_json([*where, *said, settled_at, settled_by]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
