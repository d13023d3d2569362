"""The answer: the steps of the path for what was answered in the form."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from api.asking.form import checked, read, written
from api.asking.what_if import offered
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.referring import pathway


@pages.get("/answer")
def no_answer() -> BaseResponse:
    """An answer has no address of its own: whoever opens it is led to the form."""
    return redirect(url_for("pages.ask"))


@pages.post("/answer")
def answer() -> Response:
    """The path for the answers of the form; the form again where they cannot be true."""
    data = read(request.form, CONTROLS)
    loaded, wrong = checked(data)
    if wrong:
        return everything(data, wrong, open_all=False)
    return make_response(render_template("answer/answer.html", pathway=pathway(loaded), answers=written(data), what_ifs=offered(data)))
