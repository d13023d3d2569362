"""The forms of who has signed in: each that writes carries a token that belongs to the sign-in, which no other site can know."""

from __future__ import annotations

import hmac

from api.access import cookies
from api.access.callers import caller
from api.problems import Problem
from pathways.access.sessions import form_token

FORM_FIELD = "form_token"
HEADER = "X-Form-Token"
"""For what is sent by a program of a page, and is no form."""


def own_form_token() -> str:
    """What the forms of this page carry; empty where nobody has signed in."""
    return form_token(cookies.SIGN_IN.read()) if caller().session else ""


def hold_form(sent: str) -> None:
    """Problem `cross-site` where a request that rests on a sign-in does not carry the token of its forms."""
    if caller().session and not hmac.compare_digest(sent.encode(), own_form_token().encode()):
        raise Problem("cross-site", "The form does not belong to this sign-in. Open the page again, and send it from there.")
