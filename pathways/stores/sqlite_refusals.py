"""What the embedded store's file and its disk can refuse, each as one line for the person who runs the service."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path

from pathways.stores.revisions import StoreError

_FULL = "the disk is full: make room and do it again; what was there is as it was"
_READ_ONLY = "it cannot be written to: the disk or the file is read-only, or belongs to somebody else; what was there is as it was"
_DAMAGED = "the file is damaged, or is no store: stop the service, keep the file as it is, and restore a backup"
_CODES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "it, or its log beside it, cannot be opened: look whether the folder is there and may be written to",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: "another process has been writing for too long; do it again when it has ended",
    sqlite3.SQLITE_IOERR: "the disk does not do what it should: look at it, and at the room that is left",
}
_PRIMARY = 0xFF
"""The part of an error's code that says its kind."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns every error of the file into a StoreError of one line."""
    try:
        yield
    except JSONDecodeError as error:
        raise StoreError(f"{path}: {_DAMAGED} (a value is no JSON: {error})") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        damaged = code is None and "decode" in str(error)
        text = _CODES.get(code & _PRIMARY) if code is not None else _DAMAGED if damaged else None
        raise StoreError(f"{path}: {text} ({error})" if text else f"{path}: {error}") from error
    except OSError as error:
        text = {errno.ENOSPC: _FULL, errno.EROFS: _READ_ONLY}.get(error.errno or 0)
        raise StoreError(f"{path} cannot be used as a store: {text or error}") from error
