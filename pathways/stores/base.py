"""What a store of the directory is: layers of statements, numbered revisions, and snapshots of any of them.

A store says nothing about how it keeps this; an embedded file and a shared graph have the same interface. No case and no profile ever
goes near it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar

from pathways.directory import Directory
from pathways.records import Record
from pathways.stores import integrity, layers, returning, revising
from pathways.stores.draft import Draft, subjects
from pathways.stores.layers import ABSENT, BUNDLED, EDIT, PARTNER, State, Subject
from pathways.stores.revisions import Change, Conflict, Inconsistent, OpenConflict, Revision, StoreError, UndoRefused
from pathways.stores.takedowns import TAKEDOWN, Takedown
from pathways.stores.view import Settled, Transaction, View

T = TypeVar("T")


class Store(ABC):
    """A store of the directory. Thread-safe; readers never see half a revision."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshots: OrderedDict[int, Directory] = OrderedDict()
        self._taken_down = 0
        """The newest take-down that the snapshots know of."""

    remote = False
    """Whether it is reached over a network: to ask it may take long, or fail for a while."""

    @abstractmethod
    def read(self, work: Callable[[View], T]) -> T:
        """What `work` finds in a consistent view; a store may call it again where the first view was lost."""

    @abstractmethod
    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` gives as the one writer; an exception leaves the store as it was, and a store may call it again from the beginning."""

    @abstractmethod
    def head(self) -> int:
        """The number of the newest revision, 0 where the store is empty; one cheap read, so that it can be asked at every request."""

    @abstractmethod
    def wipe(self) -> str:
        """Take off the disk what was taken down; what is left to do by hand, in words, or nothing."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""

    def history(self) -> list[Revision]:
        """All revisions, the oldest first."""
        return self.read(lambda view: view.history())

    def changes(self, number: int) -> list[Change]:
        """What one revision changed; StoreError for a revision that does not exist."""

        def changes(view: View) -> list[Change]:
            revising.known(view.head(), number)
            return list(view.changes(number))

        return self.read(changes)

    def records(self, revision: int | None = None) -> list[Record]:
        """The records of the directory, merged over the layers; at the newest revision, or as they were at another."""
        return self.read(lambda view: layers.view(_state_at(view, revision)[1]))

    def said(self, layer: str, revision: int | None = None) -> list[Record]:
        """What one layer says by itself."""
        return self.read(lambda view: layers.said(_state_at(view, revision)[1], layer))

    def origins(self, kind: str, identity: str) -> dict[str, str]:
        """The layer that each field of a thing now comes from; empty for a thing that is not there."""
        subject = self._subject(kind, identity)
        return layers.origins(subject) if subject else {}

    def directory(self, revision: int | None = None) -> Directory:
        """The immutable snapshot of a revision (the newest where none is named); a revision is built once, its unchanged parts are shared."""
        number = self.head() if revision is None else revision
        with self._lock:
            if number in self._snapshots:
                self._snapshots.move_to_end(number)
                return self._snapshots[number]
        number, state, taken_down = self.read(lambda view: (*_state_at(view, revision), _last_takedown(view)))
        built = Directory.from_records(layers.view(state), number)
        with self._lock:
            if taken_down < self._taken_down:
                return built  # it was read before a take-down that others have seen meanwhile
            self._forget_before(taken_down)
            self._snapshots[number] = built
            while len(self._snapshots) > _KEPT:
                self._snapshots.popitem(last=False)
        return built

    def _forget_before(self, taken_down: int) -> None:
        """Let go of snapshots that still hold what was taken down."""
        if taken_down > self._taken_down:
            self._taken_down = taken_down
            for number in [number for number in self._snapshots if number < taken_down]:
                del self._snapshots[number]

    def replace(self, layer: str, records: Iterable[Record]) -> list[Change]:
        """The changes after which a layer says exactly these records; none where it already does."""
        return revising.changes_to(self.read(_state), layer, records)

    def _subject(self, kind: str, identity: str) -> Subject | None:
        return self.read(lambda view: next((one for one in subjects(view.tables()) if (one.kind, one.id) == (kind, identity)), None))

    def amend(self, layer: str, kind: str, identity: str, fields: Mapping[str, Any], part: str = "") -> list[Change]:
        """The changes after which a layer says these fields of one thing (ABSENT: no longer says it); `part` is needed for a new thing."""
        subject = self._subject(kind, identity)
        if subject is None and not part:
            raise StoreError(f"{kind} {identity} is not in the directory; a new one needs the part that it belongs to")
        now = subject.says.get(layer, {}) if subject else {}
        made = [
            Change(kind, identity, subject.part if subject else part, key, layer, now.get(key, ABSENT), value)
            for key, value in fields.items()
        ]
        return [change for change in made if not layers.same(change.before, change.after)]

    def commit(
        self,
        changes: Iterable[Change],
        *,
        layer: str,
        source: str,
        author: str,
        expect_head: int | None = None,
        note: str = "",
        loaded: str = "",
    ) -> Revision | None:
        """Make a revision of these changes of one layer, all or nothing; None where there are none.

        `expect_head` is the revision that the changes were made on: Conflict where there is a newer one, or where a field no longer
        says what the change expects. Inconsistent where the directory would be broken by it. The changes are gone through more than
        once, and never held: a revision may be larger than the memory.
        """
        if not _any(layer, changes):
            return None

        def append(tx: Transaction) -> Revision:
            return _append(tx, *_next(tx, changes, expect_head, Revision(0, now(), author, source, layer, note, 0, 0, 0, "", loaded)))

        return self.write(append)

    def rehearse(
        self, changes: Iterable[Change], *, layer: str, source: str, author: str, expect_head: int | None = None, note: str = ""
    ) -> Revision | None:
        """The revision that `commit` would make of these changes, refused where it would refuse them; nothing is written."""
        if not _any(layer, changes):
            return None
        made = Revision(0, now(), author, source, layer, note, 0, 0, 0, "")
        return self.read(lambda view: _considered(view, *_next(view, changes, expect_head, made))[0])

    def undo(self, number: int, author: str, note: str = "") -> Revision:
        """Take a revision back, as a new revision; UndoRefused where later ones rest on it (those later undone themselves do not count)."""

        def take_back(tx: Transaction) -> Revision:
            history = tx.history()
            revising.known(len(history), number)
            if history[number - 1].layer == TAKEDOWN:
                raise UndoRefused(f"revision {number} took something down, whose content is gone; to let it come in again, lift it")
            if number == 1:
                raise UndoRefused("revision 1 is the beginning of the directory and cannot be taken back")
            revising.refuse_if_touched(tx, number)
            taken = history[number - 1]
            made = Revision(
                len(history) + 1,
                now(),
                author,
                taken.source,
                taken.layer,
                note or f"takes back revision {number}",
                0,
                0,
                0,
                "",
                "",
                number,
            )
            try:
                return _append(tx, made, _TakenBack(tx, number), check=True)
            except (Conflict, Inconsistent) as error:
                raise UndoRefused(f"revision {number} cannot be taken back: {error}") from error

        return self.write(take_back)

    def adopt(self, revision: Revision, rows: Iterable[Change], kept: Mapping[int, str], whole: bool) -> None:
        """Add a revision of another store as it is; StoreError where it is not the next one, or where it gives another directory here than there.

        `kept` are the seals of changes whose content was taken down there since; only where nothing was since (`whole`) the digest can be
        compared too.
        """

        def append(tx: Transaction) -> None:
            if revision.number != tx.head() + 1:
                raise Conflict(f"revision {revision.number} does not follow revision {tx.head()}")
            made, raised, draft = _considered(tx, revision, rows, check=False)
            made = tx.append(made if whole else revision, rows, raised, draft, kept)
            if made.digest != revision.digest:
                raise StoreError(
                    f"revision {revision.number} gives another directory here (digest {made.digest}) than it did there ({revision.digest})"
                )
            if made != revision:
                raise StoreError(f"revision {revision.number} is not what its link in the chain says ({revision.link})")

        self.write(append)

    def rows(self, number: int) -> list[Change]:
        """The changes of a revision with their salts; what was taken down keeps its place, blank."""
        return self.read(lambda view: list(view.rows(number)))

    def takedowns(self) -> list[Takedown]:
        """What was taken down, the earliest first, whether that was lifted or not."""
        return self.read(lambda view: view.takedowns())

    def standing_takedowns(self) -> list[Takedown]:
        """What was taken down and not lifted."""
        return self.read(returning.standing)

    def conflicts(self) -> list[OpenConflict]:
        """Where a newer release changed a value under one of a partner or a person, as long as both still stand as they did then."""

        def waiting(view: View) -> list[OpenConflict]:
            found = view.conflicts()
            state = _state(view) if found else {}
            return [conflict for conflict in found if revising.still_open(conflict, state)]

        return self.read(waiting)

    def settle(self, number: int, author: str, at: str | None = None) -> None:
        """A person has looked at a conflict and leaves the values as they stand; StoreError where it is not open."""
        if not self.write(lambda tx: tx.settle(number, author, at or now())):
            raise StoreError(f"conflict {number} is not open")

    def settled(self) -> list[Settled]:
        """The conflicts that were settled, by their numbers."""
        return self.read(lambda view: view.settled())


_KEPT = 8
"""How many snapshots a store keeps; old ones share their unchanged parts with the new."""


def now() -> str:
    """The moment in the one form in which revisions say it (UTC, ISO 8601)."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _last_takedown(view: View) -> int:
    return max((takedown.revision for takedown in view.takedowns()), default=0)


def _state(view: View) -> State:
    return {(subject.kind, subject.id): subject for subject in subjects(view.tables())}


def _state_at(view: View, revision: int | None) -> tuple[int, State]:
    head = view.head()
    number = head if revision is None else revision
    if number != 0:
        revising.known(head, number)
    state = _state(view)
    for later in range(head, number, -1):
        revising.take_back(state, view.changes(later, backwards=True))
    return number, state


def _any(layer: str, changes: Iterable[Change]) -> bool:
    """Whether there are changes to make in a layer; StoreError for what is no layer."""
    if not layers.is_layer(layer):
        raise StoreError(f"{layer!r} is not a layer; accepted is {BUNDLED}, {PARTNER}<source> or {EDIT}")
    return next(iter(changes), None) is not None


@dataclass(frozen=True, slots=True)
class _TakenBack:
    """The changes that take a revision back; read from its view as often as they are asked for."""

    view: View
    number: int

    def __iter__(self) -> Iterator[Change]:
        return (change.inverse() for change in self.view.changes(self.number, backwards=True))


def _next(view: View, changes: Iterable[Change], expect_head: int | None, made: Revision) -> tuple[Revision, Iterable[Change], bool]:
    """The revision that would follow the head, its changes, and whether they are held against the rules of a directory."""
    head = view.head()
    if expect_head is not None and head != expect_head:
        raise Conflict(f"revision {head} was made meanwhile")
    return replace(made, number=head + 1), changes, made.layer != BUNDLED


def _considered(view: View, made: Revision, changes: Iterable[Change], check: bool) -> tuple[Revision, list[OpenConflict], Draft]:
    """A revision with its counts and its address, the conflicts that it raises and what it makes of the directory."""
    draft = Draft(view.tables(), made.layer)
    draft.apply(changes)
    returning.refuse(draft, view)
    added, changed, withdrawn = draft.counts()
    made = replace(made, added=added, changed=changed, withdrawn=withdrawn, digest=integrity.address(draft, check))
    return made, revising.raised_by(draft, made, changes), draft


def _append(tx: Transaction, made: Revision, changes: Iterable[Change], check: bool) -> Revision:
    made, raised, draft = _considered(tx, made, changes, check)
    return tx.append(made, changes, raised, draft, {})
