"""How often one network may ask, and how many requests a process takes in at once: beyond it a clear answer instead of a collapse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from threading import Lock, Semaphore
from typing import Any

from flask import Flask, request
from werkzeug.wsgi import ClosingIterator

from api.access import caller
from api.answers import STREAMED
from api.metrics import figures
from api.networks import network_of
from api.problems import MEDIA_TYPE, Problem
from api.security import GUARDED
from api.settings import Settings
from api.throttle import Throttle

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_MINUTE = 60.0
_MOST_A_MINUTE = 1_000_000
"""Of all networks together: bounds what is counted."""
_OF_A_TOKEN = 5
"""So many times more than a network a token may ask."""
_UNCOUNTED = ("/health/live", "/health/ready", "/metrics")
_AGAIN_IN = 1
"""Seconds after which somebody who was turned away may ask again."""
_DIGITS = 12
"""More than the length of any body that is read beforehand has."""
_REFUSED = "pathways.refused"


def register(app: Flask, settings: Settings) -> None:
    """Hold an application to its limits."""
    of_networks = Throttle(each=settings.rate, all_together=_MOST_A_MINUTE, window=_MINUTE)
    of_tokens = Throttle(each=settings.rate * _OF_A_TOKEN, all_together=_MOST_A_MINUTE, window=_MINUTE)
    app.wsgi_app = Gate(app.wsgi_app, settings)  # type: ignore[method-assign]

    def counted() -> tuple[Throttle, str]:
        """A token that gives something counts by itself, wherever it is used; everybody else counts for their network."""
        if "Authorization" in request.headers:
            with suppress(Problem):
                return of_tokens, caller().person
        return of_networks, network_of(request.environ, settings.proxies)

    @app.before_request
    def not_too_often() -> None:
        if _REFUSED in request.environ:
            raise Problem("overloaded", headers={"Retry-After": str(_AGAIN_IN)})
        if not settings.rate or request.path in _UNCOUNTED or request.endpoint == "static":
            return
        throttle, who = counted()
        if who and not throttle.allows(who):
            figures().throttled.inc()
            raise Problem("too-many-requests", headers={"Retry-After": str(throttle.seconds_left())})


class Gate:
    """Stands before an application: so many requests are worked on at once, so many more wait, and others are told to come again.

    One network has at most half of the places, so that slow or many requests of one do not shut out the others. A small body is read
    before its request is worked on: whoever sends it slowly keeps a place and no worker. Whether the process lives is answered always.
    """

    def __init__(self, application: Application, settings: Settings) -> None:
        self._application, self._settings = application, settings
        self._lock = Lock()
        self._inside: Counter[str] = Counter()
        self._working = Semaphore(settings.threads)
        self.inside = 0
        """Requests that are worked on or wait."""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, now or when it is its turn, or turn it away."""
        if environ.get("PATH_INFO") in _UNCOUNTED:
            return self._application(environ, start)
        network = network_of(environ, self._settings.proxies)
        if not self._enter(network):
            figures().shed.inc()
            return self._turn_away(environ, start)
        streamed = False
        try:
            self._read_small_body(environ)
            with self._working:
                answer = self._application(environ, start)
            streamed = STREAMED in environ
        finally:
            if not streamed:
                self._leave(network)
        return ClosingIterator(answer, lambda: self._leave(network)) if streamed else answer

    def _enter(self, network: str) -> bool:
        most = self._settings.threads + self._settings.waiting
        with self._lock:
            if self.inside >= most or (network and self._inside[network] >= max(1, most // 2)):
                return False
            self.inside += 1
            self._inside[network] += 1
            return True

    def _leave(self, network: str) -> None:
        with self._lock:
            self.inside -= 1
            self._inside[network] -= 1
            if not self._inside[network]:
                del self._inside[network]

    def _read_small_body(self, environ: dict[str, Any]) -> None:
        length = str(environ.get("CONTENT_LENGTH") or "")
        if length.isdecimal() and len(length) < _DIGITS and 0 < int(length) <= self._settings.max_body:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))

    def _turn_away(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """A person is shown a page, which the application makes; a program gets an answer that costs nothing to make."""
        if "text/html" in environ.get("HTTP_ACCEPT", ""):
            environ[_REFUSED] = True
            return self._application(environ, start)
        start("503 Service Unavailable", _BUSY_HEADERS)
        return [_BUSY]


_BUSY = json.dumps(Problem("overloaded").as_data()).encode()
_BUSY_HEADERS = [
    *GUARDED,
    ("Content-Type", MEDIA_TYPE),
    ("Content-Length", str(len(_BUSY))),
    ("Cache-Control", "no-store"),
    ("Retry-After", str(_AGAIN_IN)),
]
