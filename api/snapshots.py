"""The directory as requests see it: each holds one snapshot; a newer revision is noticed within a second and swapped in whole."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from threading import Event, Lock, Thread

from flask import current_app, g, request

from api.access import caller
from api.problems import Problem, report, warn
from pathways.access import Right
from pathways.directory import Directory
from pathways.stores import Closed, Store, StoreError
from pathways.visibility import ANONYMOUS, PARTNER, Viewer, is_seen, reading_older


class Snapshots:
    """The newest snapshot of a store, and older ones on demand.

    A store on this machine is asked by the requests themselves; one behind a network by a thread, so that no request ever waits for it.
    """

    def __init__(self, store: Store, poll: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self._poll, self._clock = poll, clock
        self._lock = Lock()
        self._newest = store.directory()
        self._asked = clock()
        self._failing = False
        self._older: tuple[Directory, dict[Viewer, Viewer]] = (self._newest, {})
        self._stop = Event()
        if store.remote:
            weakref.finalize(self, self._stop.set)
            Thread(target=_watch, args=(weakref.ref(self), self._stop, max(poll, _SHORTEST)), name="snapshots", daemon=True).start()

    def newest(self) -> Directory:
        """The newest snapshot; the store is asked at most once in `poll` seconds, by one thread, and a store that fails changes nothing."""
        if not self.store.remote and self._clock() - self._asked >= self._poll:
            self.look()
        return self._newest

    def look(self) -> None:
        """Ask the store whether there is a newer revision, unless another thread is asking, and take it in whole."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._asked = self._clock()
            if self.store.head() != self._newest.revision:
                self._newest = self.store.directory()
            self._tell(None)
        except Closed:
            self._stop.set()
        except StoreError as error:
            self._tell(error)
        finally:
            self._lock.release()

    def _tell(self, error: StoreError | None) -> None:
        """Write to the log that the store fails, or that it is back: once, not at every look."""
        if error is not None and not self._failing:
            warn(f"the store cannot be read, revision {self._newest.revision} goes on being served: {error}")
        elif error is None and self._failing:
            warn("the store can be read again")
        self._failing = error is not None

    def can_be_read(self) -> bool:
        """Whether the store itself answers now; what is served may be older than it."""
        try:
            self.store.head()
        except StoreError:
            return False
        return True

    def at(self, revision: int) -> Directory:
        """The snapshot of a revision; Problem where there is none."""
        newest = self.newest()
        if revision == newest.revision:
            return newest
        if revision < 1 or (revision > newest.revision and revision > self.store.head()):
            raise Problem(
                "revision-not-found", errors=[{"parameter": "revision", "message": "does not exist", "accepted": f"1 to {newest.revision}"}]
            )
        return self.store.directory(revision)

    def viewer(self, directory: Directory, viewer: Viewer = ANONYMOUS) -> Viewer:
        """The viewer of a snapshot: what the newest one closes stays closed in an older one."""
        newest = self.newest()
        if directory.revision >= newest.revision:
            return viewer
        of, known = self._older
        if of is not newest:
            self._older = of, known = newest, {}
        if viewer not in known:
            known[viewer] = reading_older(viewer, newest)
        return known[viewer]


_SHORTEST = 0.05
"""The least time between two looks of the thread, in seconds."""


def _watch(watched: weakref.ref[Snapshots], stop: Event, poll: float) -> None:
    """Look for a newer revision until the store is closed, or the snapshots are no longer held by anybody."""
    while not stop.wait(poll):
        keeper = watched()
        if keeper is None:
            return
        try:
            keeper.look()
        except Exception as error:  # the thread must live, whatever one look met
            report(error)
        del keeper


def snapshots() -> Snapshots:
    """Those of the running application."""
    found: Snapshots = current_app.extensions["snapshots"]
    return found


def directory() -> Directory:
    """The snapshot that this request reads: the revision that its query names, or the newest; the same one for the whole request."""
    if "directory" not in g:
        named = request.args.get("revision", "")
        g.directory = snapshots().at(int(named)) if named.isascii() and named.isdecimal() and len(named) < 10 else snapshots().newest()
    found: Directory = g.directory
    return found


def read_at(revision: int | None) -> None:
    """Pin the revision that a body names (a search by POST)."""
    if revision is not None:
        g.directory = snapshots().at(revision)
        g.pop("viewer", None)


def viewer() -> Viewer:
    """Who reads, as their role lets them see."""
    if "viewer" not in g:
        g.viewer = snapshots().viewer(directory(), PARTNER if caller().grant.has(Right.SEE_PARTNER) else ANONYMOUS)
    found: Viewer = g.viewer
    return found


def see_as_anybody() -> None:
    """Answer this request as for somebody without any rights, whoever asks: for what is carried away."""
    g.viewer = snapshots().viewer(directory(), ANONYMOUS)


def is_known_body(identity: str) -> bool:
    """Whether an id is that of a body that this request's viewer may see."""
    body = directory().stakeholder(identity)
    return body is not None and is_seen(body, viewer())
