"""The cookie of a sign-in, and one for the minutes at an organisation's provider. Who does not sign in is never given one.

Over https it bears the prefix that binds it to this host, is sent over https only, never to a script and never along from another site.
Without https there is a sign-in at the machine itself only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from flask import request
from werkzeug import Response as BaseResponse

from api.access.local import is_loopback
from api.security import is_https
from pathways.access import LONGEST


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of this service, and which requests it is sent along with from elsewhere: none (`Strict`), or links (`Lax`)."""

    name: str
    same_site: Literal["Strict", "Lax"]

    def read(self) -> str:
        """What this request holds; empty where there is none."""
        return request.cookies.get(self._name(), "")

    def give(self, answer: BaseResponse, value: str, seconds: int) -> None:
        """Have the browser keep a value for so long."""
        answer.set_cookie(self._name(), value, max_age=seconds, secure=is_https(), httponly=True, samesite=self.same_site, path="/")

    def take(self, answer: BaseResponse) -> None:
        """Have the browser forget it."""
        answer.delete_cookie(self._name(), secure=is_https(), httponly=True, samesite=self.same_site, path="/")

    def _name(self) -> str:
        return f"__Host-{self.name}" if is_https() else self.name


SIGN_IN = Cookie("pathways", "Strict")
"""The secret of a sign-in."""
SEED = Cookie("pathways-organisation", "Lax")
"""What a sign-in with an organisation follows from, while the browser is at the provider; a link leads back from there."""


def sign_in(answer: BaseResponse, secret: str) -> None:
    """Have the browser keep the secret of a sign-in, until it is closed or the sign-in is over."""
    SIGN_IN.give(answer, secret, int(LONGEST.total_seconds()))


def sign_out(answer: BaseResponse) -> None:
    """Have the browser forget a sign-in, where it holds one."""
    if SIGN_IN.read():
        SIGN_IN.take(answer)


def may_sign_in() -> bool:
    """Whether a secret can be sent here without others on the way reading it."""
    return is_https() or (is_loopback(request.remote_addr or "") and is_loopback(urlsplit(f"//{request.host}").hostname or ""))
