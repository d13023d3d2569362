"""The first page: what this is, what it is not, and what to open."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from api.access import caller, may_import
from api.languages import preferred
from api.pages.blueprint import pages
from pathways.access import Right


@pages.get("/")
def start() -> str:
    """What this is, and what to open."""
    return render_template("start/start.html", may_import=may_import(), may_edit=caller().grant.has(Right.EDIT))


def to_the_readers_language() -> Response:
    """From the bare address to the language that the browser asks for."""
    return redirect(url_for("pages.start", language=preferred()))
