"""Signing in on pages, with an access token, and out. Nobody needs it who looks for the next steps for a person."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from werkzeug import Response as BaseResponse

from api.access import cookies
from api.access.callers import Caller, caller, checked, file_in_use, sessions
from api.access.forms import FORM_FIELD, hold_form, own_form_token
from api.pages.blueprint import pages
from api.problems import KINDS, Problem
from api.settings import Settings
from pathways.access import Role

ROLES: Mapping[Role, LazyString] = {
    Role.CASEWORKER: lazy_gettext("caseworker"),
    Role.PARTNER: lazy_gettext("partner"),
    Role.IMPORTER: lazy_gettext("importer"),
    Role.EDITOR: lazy_gettext("editor"),
    Role.ADMINISTRATOR: lazy_gettext("administrator"),
}
_REFUSED = lazy_gettext("This is no access token of this service, or it has run out or was taken back. Ask whoever keeps the service.")


@pages.get("/sign-in")
def sign_in() -> Response:
    """The form; whoever has signed in sees as what, and the way out."""
    return sign_in_page("", 200)


@pages.post("/sign-in")
def signed_in() -> BaseResponse:
    """Take a token for a sign-in; the form again, without it, where it gives nothing."""
    if not cookies.may_sign_in():
        raise Problem("forbidden", "Sign in over https, or at the machine itself.")
    try:
        with file_in_use():
            secret = sessions().of_token(checked(request.form.get("token", "").strip()))
    except Problem as problem:
        if problem.code != "unauthorized":
            raise
        answer = sign_in_page(str(_REFUSED), KINDS[problem.code].status)
        answer.headers.extend(problem.headers)
        return answer
    went = redirect(url_for("pages.start"), 303)
    _end()  # whoever was signed in before in this browser no longer is
    cookies.sign_in(went, secret)
    return went


@pages.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the sign-in, here and in the browser."""
    hold_form(request.form.get(FORM_FIELD, ""))
    _end()
    answer = redirect(url_for("pages.start"), 303)
    cookies.sign_out(answer)
    return answer


def _end() -> None:
    session = caller().session
    if session:
        with file_in_use():
            sessions().end(session.id)


def sign_in_page(refused: str, status: int) -> Response:
    """The page, with why nobody was signed in where that was tried."""
    g.page, g.asked, g.posted = "pages.sign_in", {}, False  # nothing that was sent here is carried to another page
    settings: Settings = current_app.extensions["settings"]
    page = render_template(
        "sign_in/sign_in.html", who=signed(), roles=ROLES, may=cookies.may_sign_in(), refused=refused, organisation=settings.provider
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def signed() -> Caller | None:
    """Who has signed in, for the layout of every page; None where nobody has, or where it cannot be found out."""
    try:
        return caller() if caller().session else None
    except Problem:
        return None


def form_token() -> Markup:
    """What every form that writes carries (`api.access.forms`)."""
    token = own_form_token()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, token) if token else Markup()
