"""Who may what: the roles and what they give, the access tokens that are made of them, and the sign-ins that rest on those."""

from pathways.access.roles import GIVEN, NOBODY, THE_MACHINE, Grant, Right, Role
from pathways.access.sessions import LONGEST, Session, Sessions
from pathways.access.tokens import DAYS, MOST_DAYS, Refused, Token, Tokens

__all__ = [
    "DAYS",
    "GIVEN",
    "LONGEST",
    "MOST_DAYS",
    "NOBODY",
    "THE_MACHINE",
    "Grant",
    "Refused",
    "Right",
    "Role",
    "Session",
    "Sessions",
    "Token",
    "Tokens",
]
