"""The errors of the API: problem+json (RFC 9457) with a code from one documented list, and nothing that a profile said."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api.request_log import identity
from pathways.stores import StoreError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: the HTTP status, a title that never changes, and what it means."""

    status: int
    title: str
    meaning: str


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, "The request could not be read", "The request is not valid HTTP for this service."),
    "empty-body": Kind(400, "The request has no body", "A JSON object is needed in the body."),
    "invalid-json": Kind(
        400, "The body is not valid JSON", "The body is not JSON in UTF-8, has a key twice, or has NaN or Infinity in it."
    ),
    "nested-too-deep": Kind(400, "The body is nested too deep", "No body of this API needs more than a few levels."),
    "unauthorized": Kind(
        401, "The token gives nothing", "It is none of this service, has run out, or was taken back. Without one, ask without it."
    ),
    "cross-site": Kind(403, "Another site sent this form", "Forms are taken from the pages of this service only."),
    "forbidden": Kind(403, "You may not do this", "Your role does not allow it, or not for this source or body. The detail says why."),
    "not-found": Kind(404, "There is no such thing", "The address, or the thing that it names, does not exist, or not for you."),
    "revision-not-found": Kind(404, "There is no such revision", "The directory has no revision of this number."),
    "method-not-allowed": Kind(405, "This method is not allowed here", "The Allow header names the methods that are."),
    "not-acceptable": Kind(406, "No accepted form can be given", "This address answers in the media types that the errors name."),
    "import-outdated": Kind(
        409, "The import is no longer what was tried", "Something has changed since; nothing was written. Try it again."
    ),
    "import-not-applicable": Kind(409, "This import cannot take this step", "Its state does not allow it: see `state` and `meaning`."),
    "proposal-refused": Kind(409, "This cannot be done with the proposal", "What stands in its way is told; nothing was changed."),
    "undo-refused": Kind(409, "This cannot be taken back", "Later revisions rest on it; the errors name them. Take those back first."),
    "too-many-imports": Kind(409, "Too many lists wait", "Apply one or forget one, then upload again."),
    "body-too-large": Kind(413, "The body is too large", "1 MB at most; 5 MB for a batch of profiles; a list as the detail says."),
    "unsupported-media-type": Kind(415, "The body is not JSON", "Bodies are sent as application/json, lists as multipart/form-data."),
    "invalid-profile": Kind(
        422, "The profile is not acceptable", "Each wrong field is named by a JSON pointer, with the values that it accepts."
    ),
    "invalid-body": Kind(
        422, "The body is not acceptable", "Each wrong field is named by a JSON pointer, with the values that it accepts."
    ),
    "invalid-parameters": Kind(
        422, "The query is not acceptable", "Each wrong or unknown query parameter is named, with the values that it accepts."
    ),
    "import-too-long": Kind(
        422, "The list takes too long", "It was not read to its end in ten minutes. Give it in parts, each its own source."
    ),
    "too-many-requests": Kind(
        429,
        "Too many requests",
        "Your network has asked more often in this minute than one may. Try again after Retry-After seconds.",
    ),
    "internal-error": Kind(
        500, "Something went wrong here", "A fault of this service. The instance is written in its log, without any of your data."
    ),
    "busy": Kind(
        503,
        "Another import or analysis is under way",
        "One list is read, and one analysis is worked out, at a time. Try again after the seconds of Retry-After.",
    ),
    "overloaded": Kind(
        503, "Too many ask at the moment", "More requests wait than can be answered soon. Try again after Retry-After seconds."
    ),
    "not-ready": Kind(503, "The service is not ready", "The directory cannot be read at the moment. Try again."),
}
"""The documented list of codes."""

_BY_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
    500: "internal-error",
}


class Problem(Exception):
    """An answer that is an error. `errors` names each wrong place: `{pointer or parameter, message, accepted}`."""

    def __init__(
        self, code: str, detail: str = "", errors: Sequence[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.headers = code, detail, list(errors), dict(headers or {})

    def as_data(self) -> dict[str, Any]:
        """The problem as RFC 9457 writes it."""
        kind = KINDS[self.code]
        data: dict[str, Any] = {
            "type": f"/api/docs#{self.code}",
            "title": kind.title,
            "status": kind.status,
            "code": self.code,
            "detail": self.detail or kind.meaning,
        }
        return {**data, "errors": self.errors} if self.errors else data

    def response(self, instance: str = "") -> Response:
        """The problem as an HTTP answer, with the name of the occurrence in the log where it has one."""
        data = self.as_data() | ({"instance": instance} if instance else {})
        answer = Response(json.dumps(data), status=KINDS[self.code].status, content_type=MEDIA_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers.extend(self.headers)
        return answer


class PlaceSchema(Schema):
    """One wrong place."""

    pointer = fields.String(metadata={"description": "JSON pointer (RFC 6901) to the wrong field of the body"})
    parameter = fields.String(metadata={"description": "The wrong query parameter"})
    message = fields.String(required=True, metadata={"description": "What is wrong"})
    accepted = fields.Raw(metadata={"description": "What would be accepted: a list of values, or words"})


class ProblemSchema(Schema):
    """A problem (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "Where this kind of problem is documented", "format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"enum": list(KINDS), "description": "One of a closed list; see the documentation page"})
    detail = fields.String(required=True)
    instance = fields.String(metadata={"description": "Names this occurrence in the service's log", "format": "uri-reference"})
    errors = fields.List(fields.Nested(PlaceSchema))


def of_http(error: HTTPException) -> Problem:
    """The problem for an error of the web framework; its own words are not passed on, they may quote the request."""
    code = _BY_STATUS.get(error.code or 500, "bad-request" if (error.code or 500) < 500 else "internal-error")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        allowed = sorted(error.valid_methods)
        return Problem(code, f"{request.method} is not allowed here; {', '.join(allowed)} are.", headers={"Allow": ", ".join(allowed)})
    return Problem(code)


_log = logging.getLogger("referral-pathways")


def report(error: BaseException) -> str:
    """Write a fault to the log without any value of the request: its kind and the lines it passed through; gives its name there."""
    instance = f"urn:uuid:{identity()}"
    frames = traceback.extract_tb(error.__traceback__)
    passed = " < ".join(f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})" for frame in reversed(frames[-12:]))
    _log.error("%s %s in %s", instance, type(error).__name__, passed)
    return instance


def warn(message: str) -> None:
    """Write to the log what whoever runs the service should know; never anything of a request."""
    _log.warning("%s", message)


def register(app: Flask, shown: Callable[[Problem, str], Response | None]) -> None:
    """Make every error of the application a problem.

    `shown` makes a page of a problem where a person asked for one, given the name of the occurrence in the log; None elsewhere.
    """

    def answer(problem: Problem, instance: str = "") -> Response:
        page = shown(problem, instance)
        if page is not None:
            page.headers.extend(problem.headers)
            return page
        return problem.response(instance)

    def on_problem(error: Problem) -> Response:
        return answer(error)

    def on_store(error: StoreError) -> Response:
        report(error)
        return answer(Problem("not-ready"))

    def on_http(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        return answer(of_http(error))

    def on_fault(error: Exception) -> Response:
        return answer(Problem("internal-error"), report(error))

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(StoreError, on_store)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)
