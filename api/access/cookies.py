"""The cookie of a sign-in, and one for the minutes at an organisation's provider. Who does not sign in is never given one.

Over https it bears the prefix that binds it to this host, is sent over https only, never to a script and never along from another site.
Without https there is a sign-in at the machine itself only.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug import Response as BaseResponse

from api.access.local import is_loopback
from api.security import is_https
from pathways.access import LONGEST

_NAME = "pathways"
_SECURE = f"__Host-{_NAME}"
_SEED = "pathways-organisation"
_SECURE_SEED = f"__Host-{_SEED}"


def may_sign_in() -> bool:
    """Whether a secret can be sent here without others on the way reading it."""
    return is_https() or (is_loopback(request.remote_addr or "") and is_loopback(urlsplit(f"//{request.host}").hostname or ""))


def read_seed() -> str:
    """What the sign-in with an organisation that this browser has begun follows from; empty where it has begun none."""
    return request.cookies.get(_SECURE_SEED if is_https() else _SEED, "")


def give_seed(answer: BaseResponse, seed: str, seconds: int) -> None:
    """Have the browser keep the seed while it is at the provider; it is sent along when a link leads back from there."""
    secure = is_https()
    name = _SECURE_SEED if secure else _SEED
    answer.set_cookie(name, seed, max_age=seconds, secure=secure, httponly=True, samesite="Lax", path="/")


def take_seed(answer: BaseResponse) -> None:
    """Have the browser forget it: each serves once."""
    secure = is_https()
    answer.delete_cookie(_SECURE_SEED if secure else _SEED, secure=secure, httponly=True, samesite="Lax", path="/")


def read() -> str:
    """The secret that the cookie of this request holds; empty where there is none."""
    return request.cookies.get(_SECURE if is_https() else _NAME, "")


def give(answer: BaseResponse, secret: str) -> None:
    """Have the browser keep the secret of a sign-in, until it is closed or the sign-in is over."""
    secure = is_https()
    name = _SECURE if secure else _NAME
    answer.set_cookie(name, secret, max_age=int(LONGEST.total_seconds()), secure=secure, httponly=True, samesite="Strict", path="/")


def take(answer: BaseResponse) -> None:
    """Have the browser forget it, where it holds one."""
    if not read():
        return
    secure = is_https()
    answer.delete_cookie(_SECURE if secure else _NAME, secure=secure, httponly=True, samesite="Strict", path="/")
