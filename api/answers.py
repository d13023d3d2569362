"""How answers go out: JSON, and what may be kept by whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request, stream_with_context
from werkzeug.http import quote_etag

from api import snapshots
from api.problems import MEDIA_TYPE, Problem

JSON = "application/json"
LINES = "application/x-ndjson"
VARY = "Authorization, Accept, Accept-Language"
LANGUAGE = "en"
"""The one language of the API's answers; pages have theirs in their address."""


def version() -> str:
    """The version of the program."""
    try:
        return metadata.version("referral-pathways")
    except metadata.PackageNotFoundError:
        return "0"


def text(data: Any) -> str:
    """The JSON text of an answer."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def private(data: Any, status: int = 200) -> Response:
    """An answer to something that only the caller may know: nobody keeps it."""
    answer = Response(text(data), status=status, content_type=JSON)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = LANGUAGE
    return answer


def private_lines(items: Iterable[Any]) -> Response:
    """A private list, an item a line."""
    answer = private(None)
    answer.set_data(lines(items))
    answer.content_type = LINES
    return answer


def private_stream(pieces: Iterator[str]) -> Response:
    """A long private answer, made while it is sent."""
    answer = Response(stream_with_context(pieces), content_type=JSON)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = LANGUAGE
    return answer


def of_directory(
    make: Callable[[], Any], links: Callable[[Any], Mapping[str, str]] | None = None, *, media: str = JSON, also: str = ""
) -> Response:
    """An answer that follows from the directory alone: it carries an ETag, and is not made where the caller has it already.

    `media`: JSON, or `LINES` for a list whose items are given a line each. `also`: what else the answer follows from, as the day.
    """
    tag = _tag(media, also)
    known = request.if_none_match
    data = None if known.contains(tag) and not known.star_tag else make()
    if known.contains(tag):
        answer = Response(status=304)
    else:
        answer = Response(text(data) if media == JSON else lines(data), content_type=media)
        found = links(data) if links else {}
        if found:
            answer.headers["Link"] = ", ".join(f'<{address}>; rel="{rel}"' for rel, address in found.items())
        answer.headers["Content-Language"] = LANGUAGE
    answer.headers["ETag"] = quote_etag(tag)
    answer.headers["Vary"] = VARY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def lines(items: Iterable[Any]) -> str:
    """A list as newline-delimited JSON: an item a line."""
    return "".join(f"{text(item)}\n" for item in items)


def _tag(media: str, also: str) -> str:
    """What an answer follows from: the revision (and the newest one, which may close something), the viewer's rights, format, language,
    program, and the question."""
    newest = snapshots.snapshots().newest().revision
    read = snapshots.directory().revision
    parts = (
        str(read),
        str(newest if read != newest else 0),
        snapshots.viewer().rights,
        media,
        LANGUAGE,
        version(),
        also,
        request.path,
        request.query_string.decode("ascii", "replace"),
    )
    return f"{read}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"


def page_links(page: Mapping[str, Any]) -> dict[str, str]:
    """The addresses of the first, previous, next and last page of a list."""
    size, number, total = page["page_size"], page["page"], page["total"]
    last = max(1, -(-total // size))
    wanted = {
        "first": 1,
        "prev": min(number - 1, last) if number > 1 else None,
        "next": number + 1 if number < last else None,
        "last": last,
    }
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return {rel: f"{request.path}?{urlencode([*query, ('page', target)])}" for rel, target in wanted.items() if target}


def register(app: Flask) -> None:
    """Check what the caller accepts, and finish every answer."""

    @app.before_request
    def accepts() -> None:
        # An address that does not exist is told as that, whatever is accepted.
        if (
            request.path.startswith("/api/v1/")
            and request.url_rule is not None
            and "Accept" in request.headers
            and not request.accept_mimetypes.best_match([JSON, MEDIA_TYPE])
        ):
            raise Problem(
                "not-acceptable", errors=[{"parameter": "Accept", "message": "names no media type that can be given", "accepted": [JSON]}]
            )

    @app.after_request
    def finish(answer: Response) -> Response:
        answer.headers.setdefault("Vary", VARY)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            answer.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-cache"
        return answer
