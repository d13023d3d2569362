"""This number is wrong: a choice of what is wrong with a contact of a body, for whoever keeps the directory.

No word about a case is asked, and nothing of who said it is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, current_app, make_response, render_template, request

from api import bodies
from api.networks import network_of
from api.pages.blueprint import pages
from api.problems import Problem
from api.throttle import Throttle
from pathways import vocabulary
from pathways.corrections import Corrections, Refused, is_value

_FIELDS = ("contact", "fault", "proposed", "go")


@pages.get("/bodies/<string:body>/wrong")
def wrong(body: str) -> Response:
    """What can be wrong with the contacts of a body."""
    return _form(body, {}, [])


@pages.post("/bodies/<string:body>/wrong")
def said_wrong(body: str) -> Response:
    """Take what was said, or ask again for what is missing."""
    given = {name: request.form.get(name, "").strip() for name in _FIELDS}
    if not set(_FIELDS).issuperset(request.form):
        raise Problem("bad-request", "The form has a field that is not asked for.")
    point = dict(_points(body)).get(given["contact"])
    errors = [
        *([] if point else ["contact"]),
        *([] if given["fault"] in vocabulary.words("contact_faults") else ["fault"]),
        *(["proposed"] if given["proposed"] and not (point and is_value(point["type"], given["proposed"])) else []),
    ]
    if errors or point is None or given["go"] == "same":
        return _form(body, given, [] if given["go"] == "same" else errors)
    if not throttle().allows(network_of(request.environ, current_app.extensions["settings"].proxies)):
        return _form(body, given, ["often"])
    try:
        corrections().add(body, point["type"], point["value"], given["fault"], given["proposed"], date.today())
    except Refused:
        return _form(body, given, ["full"])
    return make_response(render_template("bodies/thanks.html", body=bodies.detail(body, {})))


def _points(body: str) -> list[tuple[str, dict[str, Any]]]:
    """The body's own contacts that are offered, each with its place in the list. Problem where there is no such body for this reader."""
    return [(str(number), point) for number, point in enumerate(bodies.detail(body, {})["contacts"], 1)]


def _form(body: str, given: dict[str, str], errors: list[str]) -> Response:
    page = render_template("bodies/wrong.html", body=bodies.detail(body, {}), contacts=_points(body), given=given, errors=errors)
    status = 429 if "often" in errors else 503 if "full" in errors else 422 if errors else 200
    return make_response(page, status)


def corrections() -> Corrections:
    """The list of the running application."""
    found: Corrections = current_app.extensions["corrections"]
    return found


def throttle() -> Throttle:
    """How often something may be said to be wrong."""
    found: Throttle = current_app.extensions["corrections throttle"]
    return found
