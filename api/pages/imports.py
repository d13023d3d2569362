"""Partners' lists: uploaded and tried, looked at, applied, tried again, forgotten. What they show and do is what the API does."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from typing import Literal, cast

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug import Response as BaseResponse

from api import importing
from api.pages.importers import importers, of_list, only, refused
from api.problems import Problem
from importers import template_workbook
from importers.out.tables import write_csv
from importers.recognising import known
from importers.uploads import Upload, Word

MOST = 50
"""So many findings and differences are shown; the whole report is a file."""
_LANGUAGES = {"en": "English", "fr": "Français"}
STATES: Mapping[Word, tuple[LazyString, LazyString]] = {
    "untried": (
        lazy_gettext("Not looked through"),
        lazy_gettext("It was not looked through to its end. Look through it again."),
    ),
    "refused": (
        lazy_gettext("Refused"),
        lazy_gettext("Nothing of it is in the directory; the errors below say why. Correct the list and upload it again."),
    ),
    "unchanged": (lazy_gettext("Nothing new"), lazy_gettext("The directory says all of this already. There is nothing to apply.")),
    "waiting": (
        lazy_gettext("Not applied yet"),
        lazy_gettext("Nothing is in the directory yet. Look at what would change and at the findings; then apply it or forget it."),
    ),
    "outdated": (
        lazy_gettext("Outdated"),
        lazy_gettext("The directory has changed since this list was looked through. Look through it again before you apply it."),
    ),
    "applied": (lazy_gettext("Applied"), lazy_gettext("It is in the directory.")),
    "undone": (lazy_gettext("Taken back"), lazy_gettext("It was in the directory, and was taken back.")),
}
"""Where a list stands: a word for tables, and a sentence."""
REFUSALS: Mapping[str, LazyString] = {
    "import-outdated": lazy_gettext("Something has changed since this list was looked through. Nothing was written. Look again."),
    "import-not-applicable": lazy_gettext("This cannot be done with the list as it stands now. Nothing was changed."),
    "undo-refused": lazy_gettext("This cannot be taken back: something later rests on it. Nothing was changed."),
    "too-many-imports": lazy_gettext("Too many lists wait. Apply one or forget one, then upload again."),
    "body-too-large": lazy_gettext("The file is too large."),
    "import-too-long": lazy_gettext("The list was not read to its end in ten minutes. Give it in parts, each with a name of its own."),
    "busy": lazy_gettext("Another list is being read at the moment. Nothing was done. Try again in ten seconds."),
    "bad-request": lazy_gettext("The upload was broken off or could not be read. Try again."),
}
"""What could not be done, in a sentence, by the code of the problem."""
_FIELDS: Mapping[str, LazyString] = {
    "file": lazy_gettext("Choose a file."),
    "source": lazy_gettext("Write a name in small letters, digits and hyphens, at most 60 of them, such as our-network."),
    "format": lazy_gettext("Choose one of the formats."),
    "country": lazy_gettext("Write the two capital letters of a country, such as GR."),
    "published": lazy_gettext("Give a day, such as 2026-03-31."),
    "author": lazy_gettext("Write at most 80 letters, on one line."),
    "mapping": lazy_gettext("Choose one file, of at most 1 MB."),
}
"""What is accepted in each field of the form."""


@importers.get("/imports")
def imports() -> Response:
    """The form, and the lists that were uploaded."""
    return _form({}, None)


@importers.post("/imports")
def upload() -> BaseResponse:
    """Take a list in and look through it; the form again where that cannot be."""
    heard: dict[str, str] = {}
    try:
        found = importing.imports().upload(request, {}, heard)
    except Problem as problem:
        if problem.code not in REFUSALS and problem.code != "invalid-body":
            raise
        return _form(heard, problem)
    return _to(found)


def _form(given: Mapping[str, str], problem: Problem | None) -> Response:
    named = [error["pointer"].strip("/") for error in problem.errors] if problem and problem.code == "invalid-body" else []
    status = refused(problem, "pages.importers.imports") if problem else 200
    history = importing.imports().history()
    page = of_list(importing.imports().uploads())
    page["items"] = [importing.imports().told(one, 0, history) for one in page["items"]]
    shown = render_template(
        "imports/imports.html",
        given=given,
        errors={name: _FIELDS.get(name, REFUSALS["bad-request"]) for name in named},
        refusal_text=REFUSALS.get(problem.code, "") if problem else "",
        detail=problem.detail if problem and problem.code == "body-too-large" else "",
        formats=list(known()),
        uploads=page,
        states=STATES,
        languages=_LANGUAGES,
    )
    return make_response(shown, status)


@importers.get("/imports/template.<any(csv, xlsx):form>")
def template(form: str) -> Response:
    """The flat template to be filled: as a workbook with lists to choose from and an example, or as the headings of a CSV."""
    language = cast(Literal["en", "fr"], request.args.get("in") if request.args.get("in") in _LANGUAGES else "en")
    answer = Response(_template(form, language), content_type=importing.XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="template-{language}.{form}"'
    return answer


@cache
def _template(form: str, language: Literal["en", "fr"]) -> bytes:
    if form == "xlsx":
        book = io.BytesIO()
        template_workbook.write(book, language)
        return book.getvalue()
    text = io.StringIO(newline="")
    write_csv([], text, language=language)
    return ("\ufeff" + text.getvalue()).encode()


@importers.get("/imports/<string:identity>")
def one_import(identity: str) -> Response:
    """What a list would do or has done: findings, differences, matches, and what can be done now."""
    return _one(importing.imports().known(identity), None)


@importers.get("/imports/<string:identity>/<any(apply, forget):step>")
def confirm_import(identity: str, step: str) -> Response:
    """What a step does, to be confirmed."""
    return make_response(
        render_template("imports/confirm.html", upload=importing.imports().told(importing.imports().known(identity), 0), step=step)
    )


@importers.post("/imports/<string:identity>/<any(apply, forget, try):step>")
def take_step(identity: str, step: Literal["apply", "forget", "try"]) -> BaseResponse:
    """Take a step; where it is refused, the page of the list says so."""
    said, found = only("confirm_withdrawals"), importing.imports().known(identity)
    if step == "forget":
        importing.imports().shelf.forget(found)
        return redirect(url_for("pages.importers.imports"), 303)
    try:
        if step == "try" and said.get("confirm_withdrawals") == "yes":
            found = importing.imports().confirm(found)
        importing.imports().step(step, found)
    except Problem as problem:
        if problem.code not in REFUSALS:
            raise
        return _one(found, problem)
    return _to(found)


def _to(upload: Upload) -> BaseResponse:
    return redirect(url_for("pages.importers.one_import", identity=upload.id), 303)


def _one(upload: Upload, problem: Problem | None) -> Response:
    status = refused(problem, "pages.importers.one_import", identity=upload.id) if problem else 200
    told = importing.imports().told(upload, MOST)
    report = told["report"] or {"findings": (), "differences": ()}
    withdrawals = [found for found in report["findings"] if found["rule"] == "withdrawal" and found["severity"] == "error"]
    errors = [found for found in report["findings"] if found["severity"] == "error"]
    page = render_template(
        "imports/import.html",
        upload=told,
        state=STATES[cast(Word, told["state"])],
        withdrawals=withdrawals,
        only_withdrawals=bool(withdrawals) and withdrawals == errors,
        refusal_text=REFUSALS[problem.code] if problem else "",
        detail=problem.detail if problem else "",
    )
    return make_response(page, status)
