"""What a person sees where something went wrong: a page in her language, where a program gets problem+json."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, g, render_template, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from api.problems import KINDS, Problem
from pathways.vocabulary.labels import LANGUAGES

_TEXTS: Mapping[int, tuple[LazyString, LazyString]] = {
    403: (
        lazy_gettext("This form was not accepted"),
        lazy_gettext("It did not come from a page of this service. Open the page here and try again."),
    ),
    404: (lazy_gettext("There is no such page"), lazy_gettext("Check the address, or go to the first page.")),
    405: (lazy_gettext("This page cannot be opened in this way"), lazy_gettext("Go to the first page, and from there to what you need.")),
    413: (lazy_gettext("That is too large"), lazy_gettext("At most 1 MB can be sent here.")),
    500: (lazy_gettext("Something went wrong here"), lazy_gettext("This is a fault of the service. Nothing of what you entered was kept.")),
    503: (lazy_gettext("The directory cannot be read at the moment"), lazy_gettext("Try again in a minute.")),
}
_TOO_MANY = (lazy_gettext("Too many are asking at the moment"), lazy_gettext("Try again in a minute."))
_BY_CODE: Mapping[str, tuple[LazyString, LazyString]] = {
    "unauthorized": (
        lazy_gettext("You are not signed in"),
        lazy_gettext("What was presented is no access token of this service, or has run out or was taken back."),
    ),
    "forbidden": (
        lazy_gettext("You may not open this"),
        lazy_gettext("It is for those who have signed in for it, or sit at the machine on which this service runs."),
    ),
    "busy": (
        lazy_gettext("Something else is being worked out"),
        lazy_gettext("One analysis, or one list, is worked out at a time. Try again in ten seconds."),
    ),
    "too-many-requests": _TOO_MANY,
    "overloaded": _TOO_MANY,
    "revision-not-found": (
        lazy_gettext("There is no such revision"),
        lazy_gettext("Look for it in the history of the directory."),
    ),
}
"""Texts of problems that need their own, beside those by status."""
_OTHERWISE = (lazy_gettext("This could not be understood"), lazy_gettext("Go back and try again, or go to the first page."))


def shown(problem: Problem, instance: str) -> Response | None:
    """A problem as a page, where the address is that of a page; None elsewhere."""
    if request.path.split("/", 2)[1] not in LANGUAGES:
        return None
    g.page, g.asked, g.posted = "pages.start", {}, False
    status = KINDS[problem.code].status
    title, text = _BY_CODE.get(problem.code) or _TEXTS.get(status, _OTHERWISE)
    detail = problem.detail if problem.code in _BY_CODE else ""
    page = render_template("problem.html", title=title, text=text, detail=detail, instance=instance, to_sign_in=problem.code == "forbidden")
    answer = Response(page, status=status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer
