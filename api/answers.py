"""How answers go out: JSON, and what may be kept by whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, request, stream_with_context
from werkzeug.http import quote_etag

from api import snapshots
from api.problems import MEDIA_TYPE, Problem

JSON = "application/json"
LINES = "application/x-ndjson"
VARY = "Authorization, Accept, Accept-Language"
STREAMED = "pathways.streamed"
"""Stands in the environment of a request whose answer is made while it is sent."""
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


def quick(data: Any) -> bytes:
    """The same text in bytes, some ten times faster; for an answer that is large, made for each request, and holds no number beyond 64
    bits."""
    return orjson.dumps(data)


def private(data: Any, status: int = 200, media: str = JSON, language: str = LANGUAGE) -> Response:
    """An answer to something that only the caller may know: nobody keeps it. Text and bytes go out as they are."""
    body = data if isinstance(data, str | bytes) else text(data)
    answer = Response(body, status=status, content_type=_content_type(media))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = language
    return answer


def private_lines(items: Iterable[Any]) -> Response:
    """A private list, an item a line."""
    answer = private(None)
    answer.set_data(lines(items))
    answer.content_type = LINES
    return answer


def private_page(page: Mapping[str, Any]) -> Response:
    """A page of a list that only the caller may know."""
    answer = private(page)
    answer.headers["Link"] = _link_header(page_links(page))
    return answer


def paged(items: Sequence[Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The page of a list that was asked for (`page`, `page_size`)."""
    start = (asked["page"] - 1) * asked["page_size"]
    return {
        "items": list(items[start : start + asked["page_size"]]),
        "page": asked["page"],
        "page_size": asked["page_size"],
        "total": len(items),
        "facets": {},
    }


def private_stream(pieces: Iterator[bytes]) -> Response:
    """A long private answer, made while it is sent."""
    request.environ[STREAMED] = True
    answer = Response(stream_with_context(pieces), content_type=JSON)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = LANGUAGE
    return answer


def of_directory(
    make: Callable[[], Any],
    links: Callable[[Any], Mapping[str, str]] | None = None,
    *,
    media: str = JSON,
    language: str = LANGUAGE,
    also: str = "",
) -> Response:
    """An answer that follows from the directory alone: it carries an ETag, and is not made where the caller has it already.

    `media`: JSON, `LINES` for a list whose items are given a line each, or another for which `make` gives the finished text or bytes.
    `also`: what else the answer follows from, as the day.
    """
    tag = _tag(media, language, also)
    known = request.if_none_match
    data = None if known.contains(tag) and not known.star_tag else make()
    if known.contains(tag):
        answer = Response(status=304)
    else:
        body = data if isinstance(data, str | bytes) else lines(data) if media == LINES else text(data)
        answer = Response(body, content_type=_content_type(media))
        found = links(data) if links else {}
        if found:
            answer.headers["Link"] = _link_header(found)
        answer.headers["Content-Language"] = language
    answer.headers["ETag"] = quote_etag(tag)
    answer.headers["Vary"] = VARY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def lines(items: Iterable[Any]) -> str:
    """A list as newline-delimited JSON: an item a line."""
    return "".join(f"{text(item)}\n" for item in items)


def _content_type(media: str) -> str:
    return media if media in (JSON, LINES) or media.startswith("image/") else f"{media}; charset=utf-8"


def _tag(media: str, language: str, also: str) -> str:
    """What an answer follows from: the revision (and the newest one, which may close something), the viewer's rights, format, language,
    program, and the question."""
    newest = snapshots.snapshots().newest().revision
    read = snapshots.directory().revision
    parts = (
        str(read),
        str(newest if read != newest else 0),
        snapshots.viewer().rights,
        media,
        language,
        version(),
        also,
        request.path,
        request.query_string.decode("ascii", "replace"),
    )
    return f"{read}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"


def _link_header(links: Mapping[str, str]) -> str:
    return ", ".join(f'<{address}>; rel="{rel}"' for rel, address in links.items())


def page_links(page: Mapping[str, Any]) -> dict[str, str]:
    """The addresses of the first, previous, next and last page of a list."""
    return links_to_pages(page["page"], -(-page["total"] // page["page_size"]))


def links_to_pages(number: int, pages: int) -> dict[str, str]:
    """The addresses of the first, previous, next and last of so many pages, seen from one of them; what else was asked stays."""
    last = max(1, pages)
    wanted = {
        "first": 1,
        "prev": min(number - 1, last) if number > 1 else None,
        "next": number + 1 if number < last else None,
        "last": last,
    }
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return {rel: f"{request.path}?{urlencode([*query, ('page', target)])}" for rel, target in wanted.items() if target}


_OTHER_FORMS: set[str] = set()


def give_other_forms(blueprint: str) -> None:
    """Leave it to a blueprint what it gives beside JSON: it chooses by `chosen`."""
    _OTHER_FORMS.add(blueprint)


def chosen(media_types: Sequence[str]) -> str:
    """The media type of an answer by what the caller accepts, the first where nothing is said; Problem where none is accepted."""
    if "Accept" not in request.headers:
        return media_types[0]
    found = request.accept_mimetypes.best_match(media_types)
    if found is None:
        errors = [{"parameter": "Accept", "message": "names no media type that can be given", "accepted": list(media_types)}]
        raise Problem("not-acceptable", errors=errors)
    return str(found)


def register(app: Flask) -> None:
    """Check what the caller accepts, and finish every answer."""

    @app.before_request
    def accepts() -> None:
        # An address that does not exist is told as that, whatever is accepted.
        if (
            request.path.startswith("/api/v1/")
            and request.url_rule is not None
            and "Accept" in request.headers
            and request.blueprint not in _OTHER_FORMS
            and not request.accept_mimetypes.best_match([JSON, MEDIA_TYPE])
        ):
            raise Problem(
                "not-acceptable",
                errors=[{"parameter": "Accept", "message": "names no media type that can be given", "accepted": [JSON]}],
            )

    @app.after_request
    def finish(answer: Response) -> Response:
        answer.headers.setdefault("Vary", VARY)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            answer.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-cache"
        return answer
