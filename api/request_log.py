"""The log of requests, for who wants one: which route, how it ended, how long it took. No address, path, query or header of a caller.

A path can name a body and a query can describe a case; the route says what was done, which is all that running a service needs.
"""

from __future__ import annotations

import logging
import time
import uuid

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
_log = logging.getLogger("referral-pathways.requests")


def identity() -> str:
    """The name of this request in the log and in its answer: made here, never taken from a caller; a new one outside of a request."""
    if not has_request_context():
        return str(uuid.uuid4())
    if "request_id" not in g:
        g.request_id = str(uuid.uuid4())
    found: str = g.request_id
    return found


def configure(form: str) -> None:
    """Write the log of requests as well, in the form of the other lines (`api.logs`)."""
    if form == "text":
        handler = logging.StreamHandler()
        formatter = logging.Formatter("%(asctime)sZ %(message)s", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)


def begin() -> None:
    """Start the clock of this request."""
    g.begun = time.perf_counter()


def seconds() -> float | None:
    """How long this request has taken; None where its clock was not started."""
    return time.perf_counter() - g.begun if "begun" in g else None


def register(app: Flask, wanted: bool) -> None:
    """Name every request in its answer, and write a line of each where that is wanted."""

    @app.after_request
    def name(answer: Response) -> Response:
        answer.headers[HEADER] = identity()
        if wanted:
            route = request.url_rule.rule if request.url_rule else "(no such address)"
            took = round((seconds() or 0) * 1000)
            _log.info("%s %s %s %d %d ms", identity(), _method(), route, answer.status_code, took)
        return answer


def _method() -> str:
    """The method, as long as it is one of HTTP's own: a caller may send any word."""
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "(other)"
