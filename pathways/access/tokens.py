"""Access tokens: made once, kept as a digest, for a role and its scope, until a day; taken back at once.

A secret is 256 bits of the system's random numbers, so that its plain SHA-256 is enough: there is no list of likely secrets to try, and a
slow digest, which is for passwords that people choose, would only slow down every request. What is presented names its row by an id that is
no secret, and the digests are compared in constant time.

A token that was refused once because it had run out stays refused, also where the clock is set back afterwards; and one that was made
later than the clock now says is not taken.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pathways.access.roles import GIVEN, Grant, Role
from pathways.small_files import opened

NAME = "access.sqlite"
DAYS = 90
"""So long does a token last where nothing is said."""
MOST_DAYS = 366
SKEW = timedelta(minutes=5)
"""So far may the clocks of two machines be apart."""
TABLES = """
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY, digest BLOB NOT NULL, label TEXT NOT NULL, role TEXT NOT NULL, sources TEXT NOT NULL, bodies TEXT NOT NULL,
  made TEXT NOT NULL, expires TEXT NOT NULL, ended TEXT, used TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, digest BLOB NOT NULL, label TEXT NOT NULL, role TEXT NOT NULL, sources TEXT NOT NULL, bodies TEXT NOT NULL,
  person TEXT NOT NULL, token TEXT, made TEXT NOT NULL, expires TEXT NOT NULL, seen TEXT NOT NULL
) WITHOUT ROWID;
"""
_PREFIX = "rpt"
_FORM = re.compile(r"([a-z]{3})_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_COLUMNS = "id, digest, label, role, sources, bodies, made, expires, ended, used"
_NO_DIGEST = bytes(32)


class Refused(Exception):
    """A token that gives nothing; the words say why, and nothing of the token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. `made` and `expires` are moments (UTC), `used` the day of its last use and no finer."""

    id: str
    label: str
    grant: Grant
    made: datetime
    expires: datetime
    ended: str | None = None
    """The day on which it was taken back, or was found to have run out."""
    used: str | None = None


def is_label(text: str) -> bool:
    """Whether a text can say whose a token is: one line of at most 80 letters."""
    return 0 < len(text.strip()) == len(text) <= 80 and text.isprintable()


class Tokens:
    """The tokens in a folder. Every use asks the file, so that all processes know at once of one that was taken back."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path, self.clock = folder / NAME, clock

    def make(self, label: str, grant: Grant, days: int = DAYS) -> tuple[Token, str]:
        """A new token, and its secret, which is kept nowhere. ValueError where something about it cannot be."""
        if not is_label(label):
            raise ValueError("the label is one line of at most 80 letters: a post or initials")
        if grant.role not in GIVEN:
            raise ValueError(f"a token is made for one of the roles {', '.join(GIVEN)}")
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(f"a token lasts from 1 to {MOST_DAYS} days")
        now = self.clock().replace(microsecond=0)
        secret, identity, digest = new_secret(_PREFIX)
        token = Token(identity, label, grant, now, now + timedelta(days=days))
        with opened(self.path, TABLES, make=True) as database, database:
            database.execute(
                "INSERT INTO tokens (id, digest, label, role, sources, bodies, made, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (identity, digest, label, *written(grant), token.made.isoformat(), token.expires.isoformat()),
            )
        return token, secret

    def check(self, presented: str) -> Token:
        """The token that somebody presents; Refused where it gives nothing, sqlite3.Error where the file cannot be read."""
        named = presented_as(presented, _PREFIX)
        if named is None or not self.path.exists():
            raise Refused("It is not a token of this service.")
        now = self.clock()
        with opened(self.path, TABLES) as database:
            row = database.execute(f"SELECT {_COLUMNS} FROM tokens WHERE id = ?", (named[0],)).fetchone()
            if not hmac.compare_digest(row[1] if row else _NO_DIGEST, named[1]) or row is None:
                raise Refused("It is not a token of this service.")
            token = _read(row)
            if token.ended is not None:
                raise Refused("It was taken back, or has run out.")
            if now < token.made - SKEW:
                raise Refused("It was made later than this machine's clock says it is now.")
            today = now.date().isoformat()
            with suppress(sqlite3.OperationalError):  # a disk that takes nothing more keeps nobody from reading
                if now >= token.expires:
                    _execute(database, "UPDATE tokens SET ended = ? WHERE id = ? AND ended IS NULL", today, token.id)
                elif token.used != today:
                    _execute(database, "UPDATE tokens SET used = ? WHERE id = ?", today, token.id)
        if now >= token.expires:
            raise Refused("It has run out.")
        return token

    def all(self) -> list[Token]:
        """All tokens, the newest first."""
        if not self.path.exists():
            return []
        with opened(self.path, TABLES) as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM tokens ORDER BY made DESC, id").fetchall()
        return [_read(row) for row in rows]

    def revoke(self, identity: str) -> bool:
        """Take a token back, with every sign-in that rests on it; whether there was one that still held."""
        if not self.path.exists():
            return False
        with opened(self.path, TABLES) as database, database:
            database.execute("DELETE FROM sessions WHERE token = ?", (identity,))
            today = self.clock().date().isoformat()
            return database.execute("UPDATE tokens SET ended = ? WHERE id = ? AND ended IS NULL", (today, identity)).rowcount > 0


def new_secret(prefix: str) -> tuple[str, str, bytes]:
    """A secret in the form in which it is given out, the id that it begins with, and its digest."""
    identity = secrets.token_hex(6)
    secret = f"{prefix}_{identity}_{secrets.token_urlsafe(32)}"
    return secret, identity, hashlib.sha256(secret.encode()).digest()


def presented_as(presented: str, prefix: str) -> tuple[str, bytes] | None:
    """The id and the digest of what somebody presents; None where it has not the form of a secret."""
    found = _FORM.fullmatch(presented)
    return (found[2], hashlib.sha256(presented.encode()).digest()) if found and found[1] == prefix else None


def written(grant: Grant) -> tuple[str, str, str]:
    """A grant as it stands in the file."""
    return grant.role.value, _list(grant.sources), _list(grant.bodies)


def granted(role: str, sources: str, bodies: str) -> Grant:
    """The grant that stands in the file."""
    return Grant(Role(role), frozenset(sources.split()), frozenset(bodies.split()))


def _list(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


def _execute(database: sqlite3.Connection, statement: str, *values: str) -> None:
    with database:
        database.execute(statement, values)


def _read(row: tuple[str, bytes, str, str, str, str, str, str, str | None, str | None]) -> Token:
    identity, _, label, role, sources, bodies, made, expires, ended, used = row
    grant = granted(role, sources, bodies)
    return Token(identity, label, grant, datetime.fromisoformat(made), datetime.fromisoformat(expires), ended, used)
