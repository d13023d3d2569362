"""What the pages of importers stand on; no browser keeps one. Who may open them: `api.access.rules`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from api.access.forms import FORM_FIELD
from api.answers import paged
from api.problems import KINDS, Problem

importers = Blueprint("importers", __name__)
PER_PAGE = 20


@importers.after_request
def _keep_nothing(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def of_list(items: list[Any]) -> dict[str, Any]:
    """The page of a list that the address asks for (`page`), with the number of the last."""
    last = max(1, -(-len(items) // PER_PAGE))
    asked = min(max(request.args.get("page", 1, int), 1), last)
    return {**paged(items, {"page": asked, "page_size": PER_PAGE}), "last": last}


def only(*names: str) -> dict[str, str]:
    """The fields of a form, without those that are empty. Problem where it has another."""
    if not {*names, FORM_FIELD}.issuperset(request.form):
        raise Problem("bad-request", "The form has a field that is not asked for.")
    return {name: value.strip() for name in names if (value := request.form.get(name, "")).strip()}


def refused(problem: Problem, page: str, **asked: Any) -> int:
    """Have a page say a problem, in place of the page that was asked for; the status of the answer. `page` is where its languages lead."""
    g.page, g.asked, g.posted = page, asked, False
    return KINDS[problem.code].status
