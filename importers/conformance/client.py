"""Asks an HSDS API over HTTP, and nobody else: an answer that leads to another address is not followed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MOST_BYTES = 64 << 20
"""The longest answer that is read."""


class Unreachable(Exception):
    """The address does not answer, or not as HTTP does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, media type and JSON; `data` is None where it is no JSON."""

    status: int
    media: str
    data: Any


class _Stay(HTTPRedirectHandler):
    """Follows an answer only to the same host (a slash more, or fewer)."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        """None for another host: the answer stands as it is."""
        same = urlsplit(newurl)[:2] == urlsplit(req.full_url)[:2]
        return super().redirect_request(req, fp, code, msg, headers, newurl) if same else None


class Client:
    """Asks below one address."""

    def __init__(self, url: str, timeout: float = 20.0) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.requests = 0
        self._opener = build_opener(_Stay())

    def get(self, path: str, **query: Any) -> Answer:
        """The answer to a call; Unreachable where there is none."""
        address = self.url + quote(path) + (f"?{urlencode(query)}" if query else "")
        self.requests += 1
        try:
            with self._opener.open(Request(address, headers={"Accept": "application/json"}), timeout=self.timeout) as answer:
                return self._answer(answer.status, answer)
        except HTTPError as error:
            with error:
                return self._answer(error.code, error)
        except (URLError, OSError, ValueError) as error:
            raise Unreachable(f"{address}: {getattr(error, 'reason', error)}") from None

    def _answer(self, status: int, answer: Any) -> Answer:
        body = answer.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Unreachable(f"{answer.url}: an answer of more than {MOST_BYTES >> 20} MB")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        return Answer(status, answer.headers.get_content_type(), data)
