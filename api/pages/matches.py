"""Matches that wait for a person: what the list says beside what the directory has, why the two may be one, and what was judged."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from api import matching
from api.access import UNNAMED
from api.body import loaded
from api.importing import imports
from api.importing_schema import JudgementSchema
from api.pages.importers import importers, of_list, only, refused
from api.problems import Problem
from importers.matching import Waiting

_FIELDS = ("source", "subject", "body", "verdict", "author", "note")
_MOST_JUDGED = 100


@importers.get("/matches")
def matches() -> Response:
    """What waits after imports, and what was judged."""
    return _matches(None, None)


@importers.get("/imports/<string:identity>/matches")
def matches_of_import(identity: str) -> Response:
    """What waits in one list, also before it is applied."""
    return _matches(identity, None)


@importers.post("/matches")
def judge() -> BaseResponse:
    """Keep a judgement."""
    return _judge(None)


@importers.post("/imports/<string:identity>/matches")
def judge_in_import(identity: str) -> BaseResponse:
    """Keep a judgement about a body of one list, and stay with the list."""
    return _judge(identity)


@importers.post("/matches/<int:number>/back")
def take_judgement_back(number: int) -> BaseResponse:
    """Take a judgement back."""
    matching.take_back(number, only("author").get("author", UNNAMED))
    return redirect(url_for("pages.importers.matches"), 303)


def _judge(identity: str | None) -> BaseResponse:
    try:
        matching.judge(loaded(JudgementSchema(), only(*_FIELDS)))
    except Problem as problem:
        if problem.code != "invalid-body":
            raise
        return _matches(identity, problem)
    return redirect(_address(identity), 303)


def _address(identity: str | None) -> str:
    return url_for("pages.importers.matches_of_import", identity=identity) if identity else url_for("pages.importers.matches")


def _matches(identity: str | None, problem: Problem | None) -> Response:
    endpoint, asked = ("pages.importers.matches_of_import", {"identity": identity}) if identity else ("pages.importers.matches", {})
    status = refused(problem, endpoint, **asked) if problem else 200
    upload = imports().told(imports().known(identity), 0) if identity else None
    page = of_list(_waiting(identity))
    known = matching.verdicts({waiting.source for waiting in page["items"]})
    page["items"] = [matching.match_data(waiting, known) for waiting in page["items"]]
    shown = render_template(
        "imports/matches.html",
        upload=upload,
        matches=page,
        address=_address(identity),
        judged=[] if identity else [matching.judged_data(one) for one in matching.judged(None)[:_MOST_JUDGED]],
        errors=[error["pointer"].strip("/") for error in problem.errors] if problem else [],
    )
    return make_response(shown, status)


def _waiting(identity: str | None) -> list[Waiting]:
    """What waits in a list, or after all imports."""
    if identity is None:
        return matching.queue(None)
    with imports().report(imports().known(identity)) as report:
        return list(report.holding.waiting())
