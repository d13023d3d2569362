"""Signing in with an organisation's identity provider: out to it, and back. There are no such addresses where none is configured."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as BaseResponse

from api.access import cookies
from api.access.callers import file_in_use, sessions
from api.languages import CONVERTER
from api.pages.signing_in import sign_in_page
from api.problems import warn
from api.provider import NoRole, NotVouched, Provider, Unreachable
from api.provider_settings import ProviderSettings
from pathways.vocabulary.labels import LANGUAGES

_SECONDS = 600
"""So long may somebody take to sign in at the provider."""


def register(app: Flask, settings: ProviderSettings, url: str) -> None:
    """Add the addresses; `url` is that of the service, to which the provider sends people back."""
    organisation = Blueprint("organisation", __name__, url_prefix="/sign-in/organisation")
    organisation.add_url_rule("", "back", back)
    organisation.add_url_rule(f"/{CONVERTER}", "leave", leave)
    organisation.add_url_rule(f"/{CONVERTER}/done", "done", done)
    app.register_blueprint(organisation)
    app.extensions["provider"] = Provider(settings, f"{url}/sign-in/organisation")


def leave(language: str) -> BaseResponse:
    """To the provider."""
    g.language = language
    seed = secrets.token_urlsafe(32)
    try:
        answer = redirect(provider().address(seed))
    except Unreachable as error:
        return _not_reached(error)
    cookies.SEED.give(answer, f"{seed}.{language}", _SECONDS)
    return answer


def back() -> BaseResponse:
    """From the provider: a sign-in, or why there is none."""
    seed, _, language = cookies.SEED.read().partition(".")
    g.language = language if language in LANGUAGES else g.get("language", "en")
    try:
        if not seed:
            raise NotVouched("nobody here has begun to sign in")
        asked = request.args
        found = provider().vouched(seed, asked.get("state", ""), asked.get("code", ""), asked.get("iss", ""))
    except Unreachable as error:
        answer: BaseResponse = _not_reached(error)
    except NotVouched as error:
        warn(f"a sign-in with the identity provider failed: {error}")
        answer = sign_in_page(gettext("Signing in with your organisation did not work. Begin again from here."), 403)
    except NoRole:
        answer = sign_in_page(gettext("Your organisation knows you, but has given you no role here. Ask whoever keeps the service."), 403)
    else:
        answer = redirect(url_for("organisation.done", language=g.language), 303)
        with file_in_use():
            cookies.sign_in(answer, sessions().of_person(found.label, found.grant, found.person))
    cookies.SEED.take(answer)
    return answer


def done(language: str) -> Response:
    """Where a link of our own leads on: a browser sends the sign-in along from our own pages only, and this one was not opened from one."""
    g.language, g.page, g.asked, g.posted = language, "pages.sign_in", {}, False
    answer = make_response(render_template("sign_in/done.html"))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _not_reached(error: Unreachable) -> Response:
    warn(f"the identity provider cannot be used: {error}")
    return sign_in_page(gettext("Your organisation's sign-in cannot be reached at the moment. Try again in a minute."), 503)


def provider() -> Provider:
    """That of the running application."""
    found: Provider = current_app.extensions["provider"]
    return found
