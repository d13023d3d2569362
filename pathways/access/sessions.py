"""Sign-ins on pages: a secret in a cookie, its digest here, with the role and its scope and nothing of a case.

One ends after half an hour without a page, after eight hours in any case, with the token that it rests on, or when its owner or the
keeper of the service ends it. What is over is deleted: there is no record of who was signed in when. When a page was last opened is kept to
five minutes, for as long as the sign-in lasts.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pathways.access.roles import Grant
from pathways.access.tokens import NAME, SKEW, TABLES, Token, granted, new_secret, presented_as, written
from pathways.small_files import opened

LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=30)
_GRAIN = timedelta(minutes=5)
_PREFIX = "rps"
_COLUMNS = "id, digest, label, role, sources, bodies, person, token, made, expires, seen"


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in. `person` tells one person from another (`Token.id`, or a digest of who the identity provider says it is)."""

    id: str
    label: str
    grant: Grant
    person: str
    expires: datetime


class Sessions:
    """The sign-ins in a folder, in the file of the tokens."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path, self.clock = folder / NAME, clock

    def of_token(self, token: Token) -> str:
        """Sign somebody in with a token that was checked; the secret of the sign-in."""
        return self._begin(token.label, token.grant, f"token:{token.id}", token.id, token.expires)

    def of_person(self, label: str, grant: Grant, person: str) -> str:
        """Sign somebody in whom an identity provider vouches for; the secret of the sign-in."""
        return self._begin(label, grant, person, None, None)

    def _begin(self, label: str, grant: Grant, person: str, token: str | None, until: datetime | None) -> str:
        now = self.clock().replace(microsecond=0)
        expires = min(now + LONGEST, until) if until else now + LONGEST
        secret, identity, digest = new_secret(_PREFIX)
        with opened(self.path, TABLES, make=True) as database, database:
            _sweep(database, now)
            database.execute(
                f"INSERT INTO sessions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (identity, digest, label, *written(grant), person, token, now.isoformat(), expires.isoformat(), _grain(now).isoformat()),
            )
        return secret

    def check(self, presented: str) -> Session | None:
        """The sign-in of a secret; None where there is none, or where it is over. sqlite3.Error where the file cannot be read."""
        named = presented_as(presented, _PREFIX)
        if named is None or not self.path.exists():
            return None
        now = self.clock()
        with opened(self.path, TABLES) as database:
            row = database.execute(f"SELECT {_COLUMNS} FROM sessions WHERE id = ?", (named[0],)).fetchone()
            if row is None or not hmac.compare_digest(row[1], named[1]):
                return None
            made, expires, seen = (datetime.fromisoformat(moment) for moment in row[8:])
            over = not made - SKEW <= now < expires or now - seen >= IDLE + _GRAIN or not _stands(database, row[7])
            with suppress(sqlite3.OperationalError), database:  # a disk that takes nothing more signs nobody out
                if over:
                    database.execute("DELETE FROM sessions WHERE id = ?", (row[0],))
                elif _grain(now) != seen:
                    database.execute("UPDATE sessions SET seen = ? WHERE id = ?", (_grain(now).isoformat(), row[0]))
        return None if over else Session(row[0], row[2], granted(*row[3:6]), row[6], expires)

    def all(self) -> list[Session]:
        """The sign-ins that last."""
        if not self.path.exists():
            return []
        with opened(self.path, TABLES) as database, database:
            _sweep(database, self.clock())
            rows = database.execute(f"SELECT {_COLUMNS} FROM sessions ORDER BY made, id").fetchall()
        return [Session(row[0], row[2], granted(*row[3:6]), row[6], datetime.fromisoformat(row[9])) for row in rows]

    def end(self, identity: str) -> bool:
        """End a sign-in; whether there was one."""
        if not self.path.exists():
            return False
        with opened(self.path, TABLES) as database, database:
            return database.execute("DELETE FROM sessions WHERE id = ?", (identity,)).rowcount > 0


def form_token(secret: str) -> str:
    """What the forms of a sign-in carry, so that no other site can send them: it follows from the secret, and the secret not from it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _stands(database: sqlite3.Connection, token: str | None) -> bool:
    """Whether the token that a sign-in rests on, where it does, was not taken back."""
    return token is None or database.execute("SELECT 1 FROM tokens WHERE id = ? AND ended IS NULL", (token,)).fetchone() is not None


def _grain(moment: datetime) -> datetime:
    """The beginning of the five minutes of a moment."""
    return datetime.fromtimestamp(moment.timestamp() // _GRAIN.total_seconds() * _GRAIN.total_seconds(), UTC)


def _sweep(database: sqlite3.Connection, now: datetime) -> None:
    """Delete what is over."""
    moments = [moment.isoformat(timespec="seconds") for moment in (now, now - IDLE - _GRAIN)]
    database.execute("DELETE FROM sessions WHERE expires <= ? OR seen <= ?", moments)
