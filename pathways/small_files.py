"""Small files of this program's own beside the directory: one SQLite file each in its home, readable by its owner only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_PATIENCE = 10
"""So many seconds does one process wait for another that writes."""


@contextmanager
def opened(path: Path, tables: str, make: bool = False) -> Iterator[sqlite3.Connection]:
    """The file, with its tables; `make` has it made where it is missing. All processes of the machine may use it at once."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as database:
        if make:
            database.executescript(tables)
        yield database
