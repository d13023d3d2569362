"""The HSDS documents of each revision for each viewer, made when they are first asked for and kept while the revision is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

from flask import current_app

from api import snapshots
from importers.out.hsds_catalogue import Catalogue
from pathways.directory import Directory
from pathways.stores import Store
from pathways.visibility import Viewer

_KEPT = 4
"""Catalogues of one revision: viewers, and days that are asked for."""


class Catalogues:
    """The catalogues of a store's revisions; each is made once, by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: WeakKeyDictionary[Directory, dict[tuple[Viewer, date], Catalogue]] = WeakKeyDictionary()
        self._changed = _Changed(store)
        self._lock = Lock()

    def of(self, directory: Directory, viewer: Viewer, on: date) -> Catalogue:
        """The catalogue of a snapshot as a viewer may see it, with what is active on a day."""
        key = (viewer, on)
        found = self._made.get(directory, {}).get(key)
        if found is not None:
            return found
        with self._lock:
            made = self._made.setdefault(directory, {})
            if key not in made:
                if len(made) >= _KEPT:
                    made.pop(next(iter(made)))
                made[key] = Catalogue(directory, viewer, on, self._changed.by(directory.revision))
            return made[key]


class _Changed:
    """When each thing was last changed: the time of the last revision that touched it; the first one's where none did since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._through = 1
        self._at: dict[tuple[str, str], str] = {}

    def by(self, revision: int) -> _At:
        """The times as of a revision."""
        history = self._store.history()
        if revision < self._through:
            older = _Changed(self._store)
            return older.by(revision)
        for made in history[self._through : revision]:
            self._at.update(dict.fromkeys((change.subject for change in self._store.changes(made.number)), _second(made.at)))
            self._through = made.number
        return _At(dict(self._at), _second(history[0].at) if history else "")


class _At:
    def __init__(self, at: Mapping[tuple[str, str], str], first: str) -> None:
        self._at, self._first = at, first

    def __call__(self, thing: tuple[str, str]) -> str:
        return self._at.get(thing, self._first)


def _second(at: str) -> str:
    """A time of the history to the second: 2026-11-24T15:00:00Z."""
    return f"{at[:19]}Z"


def catalogue(on: date | None) -> Catalogue:
    """The catalogue that this request reads; what is active is told for a day, today where none is named."""
    found: Catalogues = current_app.extensions["hsds"]
    return found.of(snapshots.directory(), snapshots.viewer(), on or date.today())
