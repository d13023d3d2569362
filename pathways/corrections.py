"""What readers say is wrong with a contact: a short list for whoever keeps the directory, with no word about a case or about who said it.

It stands in a file of its own beside the store, readable by its owner only. What is said is a choice of a list, and at most a number or an
address in its form; the day, and how often it was said, are all else that is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from pathways import vocabulary
from pathways.small_files import opened

NAME = "corrections.sqlite"
MOST = 1000
"""So many entries are kept; then no more are taken until some are closed."""

_TABLE = """
CREATE TABLE IF NOT EXISTS corrections (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, fault TEXT NOT NULL, proposed TEXT NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL, times INTEGER NOT NULL,
  UNIQUE (body, kind, value, fault, proposed)
);
"""


class Refused(ValueError):
    """Something that is not taken into the list, and why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said to be wrong with a contact of a body, since when, and how often it was said."""

    number: int
    body: str
    kind: str
    value: str
    fault: str
    proposed: str
    first: str
    last: str
    times: int


def is_value(kind: str, text: str) -> bool:
    """Whether a text has the form of a contact of a kind: a telephone number, or the address of a page without anything about a reader."""
    if kind == "phone":
        return re.fullmatch(r"\+?[0-9][0-9 ()/.-]{1,24}", text) is not None and 2 <= sum(letter.isdecimal() for letter in text) <= 15
    if kind != "website" or len(text) > 200 or not text.isascii() or re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        return False


class Corrections:
    """The list in a folder; it is made when the first entry comes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def add(self, body: str, kind: str, value: str, fault: str, proposed: str, on: date) -> None:
        """Take an entry; one that is there already is counted. Refused for a fault or a value that cannot be, or where the list is full."""
        if fault not in vocabulary.words("contact_faults"):
            raise Refused("what is wrong is not of the list")
        if proposed and not is_value(kind, proposed):
            raise Refused("the right value has not the form of one")
        day, entry = on.isoformat(), (body, kind, value, fault, proposed)
        with opened(self._path, _TABLE, make=True) as database, database:
            database.execute("BEGIN IMMEDIATE")
            there = "body = ? AND kind = ? AND value = ? AND fault = ? AND proposed = ?"
            if database.execute(f"UPDATE corrections SET times = times + 1, last = ? WHERE {there}", (day, *entry)).rowcount:
                return
            if database.execute("SELECT count(*) FROM corrections").fetchone()[0] >= MOST:
                raise Refused("the list is full")
            database.execute(
                "INSERT INTO corrections (body, kind, value, fault, proposed, first, last, times) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                (*entry, day, day),
            )

    def all(self) -> list[Correction]:
        """The list, the most often said first."""
        if not self._path.exists():
            return []
        with opened(self._path, _TABLE) as database:
            rows = database.execute(
                "SELECT number, body, kind, value, fault, proposed, first, last, times FROM corrections ORDER BY times DESC, number"
            ).fetchall()
        return [Correction(*row) for row in rows]

    def close(self, number: int) -> bool:
        """Take an entry off the list; whether it was on it."""
        if not self._path.exists():
            return False
        with opened(self._path, _TABLE) as database, database:
            return database.execute("DELETE FROM corrections WHERE number = ?", (number,)).rowcount > 0

    def forget(self, body: str, value: str | None = None) -> None:
        """Take out all that was said of a body, or with `value` of one contact of any, and write over it."""
        if not self._path.exists():
            return
        with opened(self._path, _TABLE) as database:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                where, named = ("body = ?", (body,)) if value is None else ("value = ? OR proposed = ?", (value, value))
                database.execute(f"DELETE FROM corrections WHERE {where}", named)
            database.execute("VACUUM")
