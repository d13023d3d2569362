"""The blueprint of the pages: each has its language as the first part of its address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from api.languages import CONVERTER, current

pages = Blueprint("pages", __name__, url_prefix=f"/{CONVERTER}")


@pages.url_value_preprocessor
def _take_language(_: str | None, values: dict[str, Any] | None) -> None:
    if values:
        g.language = values.pop("language")


@pages.url_defaults
def _give_language(_: str, values: dict[str, Any]) -> None:
    values.setdefault("language", current())


@pages.after_request
def _say_language(answer: Response) -> Response:
    answer.headers["Content-Language"] = current()
    return answer
