"""Who calls: whoever presents a token, who has signed in, who sits at the machine, or somebody that nothing is known of.

A token is presented as `Authorization: Bearer …`, and nowhere else. One that gives nothing is refused: nobody is taken for anonymous who
says that they are not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, g, request

from api.access import cookies
from api.access.local import not_at_the_machine
from api.problems import Problem
from pathways.access import NOBODY, THE_MACHINE, Grant, Refused, Session, Sessions, Token, Tokens

CHALLENGE = 'Bearer realm="Referral Pathways"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: their role and its scope; what the history calls them (`label`), and what tells one person from another (`person`)."""

    grant: Grant
    label: str = ""
    person: str = ""
    session: Session | None = None
    """The sign-in that the request rests on; its forms are checked (`api.access.forms`)."""


def caller() -> Caller:
    """Who sends this request. Problem `unauthorized` where a token gives nothing; `not-ready` where that cannot be found out."""
    if "caller" not in g:
        g.caller = _told() or Caller(NOBODY if not_at_the_machine() else THE_MACHINE)
    found: Caller = g.caller
    return found


def _told() -> Caller | None:
    """Who says by a token or by a sign-in who they are; None where nobody does."""
    with file_in_use():
        if "Authorization" in request.headers:
            token = _presented()
            return Caller(token.grant, token.label, f"token:{token.id}")
        session = sessions().check(secret) if (secret := cookies.SIGN_IN.read()) else None
    return Caller(session.grant, session.label, session.person, session) if session else None


@contextmanager
def file_in_use() -> Iterator[None]:
    """Problem `not-ready` where the file of tokens and sign-ins cannot be read or written."""
    try:
        yield
    except (OSError, sqlite3.Error):
        raise Problem("not-ready", "The file of access tokens cannot be used.") from None


def _presented() -> Token:
    scheme, _, secret = request.headers["Authorization"].strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Problem("unauthorized", "Only Authorization: Bearer is taken.", headers={"WWW-Authenticate": CHALLENGE})
    return checked(secret.strip())


def checked(secret: str) -> Token:
    """The token of a secret that somebody presents; Problem `unauthorized` where it gives nothing."""
    try:
        return tokens().check(secret)
    except Refused as refused:
        raise Problem("unauthorized", str(refused), headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}) from None


def tokens() -> Tokens:
    """Those of the running application."""
    found: Tokens = current_app.extensions["tokens"]
    return found


def sessions() -> Sessions:
    """Those of the running application."""
    found: Sessions = current_app.extensions["sessions"]
    return found
