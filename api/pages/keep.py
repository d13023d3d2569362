"""Answers as a file of the reader's own: given to her to keep, and opened again. The service keeps nothing.

The file is the bare profile, so that `pathways refer` and the API take it too.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext

from api.asking import inputs
from api.asking.form import checked, read
from api.asking.questions import FIELDS
from api.body import parse_json
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.problems import Problem
from api.profile import ProfileSchema

_NAME = "answers.json"
_MOST = 100_000
"""So many bytes of a file are read; a full profile has two thousand."""


@pages.post("/save")
def save() -> Response:
    """The answers of the form as a file."""
    data = read(request.form, CONTROLS)
    _, wrong = checked(data)
    if wrong:
        return everything(data, wrong, open_all=False)
    answer = Response(json.dumps(data, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename={_NAME}"
    return answer


@pages.get("/open")
def open_file() -> str:
    """Where a file is chosen."""
    return render_template("ask/open.html", errors=[])


@pages.post("/open")
def opened() -> Response:
    """The answers of a file, to be checked; what cannot be read is told, and nothing of the file is taken."""
    request.max_content_length = _MOST
    file = request.files.get("file")
    try:
        data = parse_json(file.read() if file else b"")
    except Problem:
        return _refused([gettext("This is not a file of answers that was saved here: it is not JSON.")])
    errors = _errors(data)
    if errors:
        return _refused(errors)
    return everything({name: value for name, value in data.items() if value is not None}, (), open_all=False)


def _refused(errors: list[str]) -> Response:
    return make_response(render_template("ask/open.html", errors=errors), 422)


def _errors(data: Any) -> list[str]:
    """What is wrong with what a file holds: fields that are not known, by name; answers that cannot be, by their question."""
    if not isinstance(data, dict):
        return [gettext("This is not a file of answers that was saved here: it holds no fields.")]
    unknown = [name for name in data if name not in ProfileSchema().fields]
    if unknown:
        told = gettext("Nothing was taken from the file: it has fields that are not asked for here, which are listed.")
        return [told, *(name[:80] for name in unknown)]
    _, wrong = checked(data)
    return [f"{FIELDS[item.field].label if item.field in FIELDS else item.field}: {inputs.error_text(item)}" for item in wrong]
