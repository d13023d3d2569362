"""Reads what was sent: strict JSON within limits, checked by a schema; everything that is wrong becomes a problem."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any, ClassVar, NoReturn

from flask import Request as FlaskRequest
from flask import current_app
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from api.faults import places
from api.problems import Problem

DEEPEST = 12
"""Levels of objects and lists within each other; a batch of profiles has five."""


_IN_MEMORY = 1_000_000
"""A request that may have so many bytes at most is held in memory alone."""
_PIECE = 65_536
_THROWN_AWAY = 64_000_000
"""So much of a body that is too large is read and thrown away; then the connection is closed on its sender."""


class Request(FlaskRequest):
    """A request whose small files stay in memory: what is sent may be a case, which is written nowhere, and to no temporary file."""

    def _get_file_stream(self, total_content_length: int | None, *args: Any, **named: Any) -> IO[bytes]:
        small = (self.max_content_length or _IN_MEMORY + 1) <= _IN_MEMORY
        return BytesIO() if small else super()._get_file_stream(total_content_length, *args, **named)


class _Refused(ValueError):
    """JSON that we do not take, and why."""


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("An object has the same key twice.")
    return found


def _no_constant(_: str) -> NoReturn:
    raise _Refused("NaN and Infinity are not JSON.")


def _depth(value: Any) -> int:
    """How deep a value is nested; counted only as far as matters, without recursion."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level = [inner for item in level if isinstance(item, dict | list) for inner in (item.values() if isinstance(item, dict) else item)]
        depth += 1
    return depth


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text; Problem where it is none, has a key twice, NaN, or is nested too deep. The text itself is never quoted."""
    if not raw.strip():
        raise Problem("empty-body")
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise Problem("nested-too-deep") from None
    except _Refused as error:
        raise Problem("invalid-json", str(error)) from None
    except json.JSONDecodeError as error:
        raise Problem("invalid-json", f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError:
        raise Problem("invalid-json", "The body is not UTF-8.") from None
    except ValueError:
        raise Problem("invalid-json", "A number in it is too long.") from None
    if _depth(value) > DEEPEST:
        raise Problem("nested-too-deep")
    return value


def read_body(request: Request) -> Any:
    """The JSON value of a request's body; its size and its media type are looked at before anything is parsed."""
    raw = _read(request, request.max_content_length or current_app.config["MAX_CONTENT_LENGTH"])
    if request.mimetype and not request.is_json:
        raise Problem(
            "unsupported-media-type", errors=[{"parameter": "Content-Type", "message": "is not JSON", "accepted": ["application/json"]}]
        )
    if raw and not request.mimetype:
        raise Problem(
            "unsupported-media-type", errors=[{"parameter": "Content-Type", "message": "is missing", "accepted": ["application/json"]}]
        )
    return parse_json(raw)


def _read(request: Request, limit: int) -> bytes:
    """The bytes of a body, at most so many; a body that is too large is thrown away piece by piece, so that its sender hears the answer."""
    stream, length = request.environ["wsgi.input"], request.content_length
    if length is None and not (request.environ.get("wsgi.input_terminated") or "chunked" in request.headers.get("Transfer-Encoding", "")):
        return b""
    found, seen = bytearray(), 0
    while length is None or seen < length:
        piece = stream.read(_PIECE if length is None else min(_PIECE, length - seen))
        if not piece:
            break
        seen += len(piece)
        if seen > _THROWN_AWAY:
            break
        if seen <= limit:
            found += piece
    if seen > limit or (length is not None and length > limit):
        raise Problem("body-too-large")
    return bytes(found)


def throw_away(request: Request) -> None:
    """Read a body that is not wanted, within bounds, so that its sender hears the answer."""
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, _THROWN_AWAY)
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)


def loaded(schema: Schema, data: Any, root: str = "") -> Any:
    """Data that a schema has checked; Problem with every wrong place. `root` is the pointer to the data in the body."""
    try:
        return schema.load(data)
    except ValidationError as error:
        raise Problem(getattr(schema, "problem", "invalid-body"), errors=places(error.messages, schema, root)) from None


class Parser(FlaskParser):
    """How the arguments of every operation are read."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[dict[str, str | None]] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as strict JSON; none is an empty object where the schema says that it may be left out."""
        if getattr(schema, "may_be_left_out", False) and not req.content_length:
            return {}
        return read_body(req)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The query; a parameter that is no list stands once."""
        twice = [
            name
            for name, values in req.args.lists()
            if len(values) > 1 and name in schema.fields and not isinstance(schema.fields[name], fields.List)
        ]
        if twice:
            raise Problem(
                "invalid-parameters", errors=[{"parameter": name, "message": "stands twice", "accepted": "one value"} for name in twice]
            )
        return super().load_querystring(req, schema)

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: int | None, error_headers: Any
    ) -> NoReturn:
        """Every wrong place at once, as a problem."""
        messages = error.messages
        if not isinstance(messages, dict):
            raise Problem("invalid-body") from None
        location, inner = next(iter(messages.items()))
        raise Problem(getattr(schema, "problem", "invalid-body"), errors=places(inner, schema, parameters=location != "json")) from None
