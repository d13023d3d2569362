"""The pages for people: one module a group of pages, its templates in a folder of the same name.

A page shows what the rooms behind it say, in the reader's language, and decides nothing itself. What it is told of a case it gets by POST
and gives back in the page alone.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from api.pages import (
    answer,
    ask,
    bodies,
    countries,
    documentation,
    history,
    imports,
    keep,
    layout,
    leave,
    maps,
    matches,
    policy,
    policy_changes,
    policy_report,
    screening,
    start,
    take_along,
    what_if,
    wrong,
)
from api.pages.blueprint import pages
from api.pages.importers import importers
from api.pages.problem import shown

__all__ = ["register", "shown"]


# Importing a group puts its pages on the blueprint.
_GROUPS = (
    answer,
    ask,
    bodies,
    countries,
    history,
    imports,
    keep,
    maps,
    matches,
    policy,
    policy_changes,
    policy_report,
    screening,
    start,
    take_along,
    what_if,
    wrong,
)
pages.register_blueprint(importers)


def register(app: Flask, document: dict[str, Any]) -> None:
    """Add the pages to the application; `document` is that of the API."""
    app.register_blueprint(pages)
    app.add_url_rule("/", "root", start.to_the_readers_language)
    layout.register(app)
    leave.register(app)
    documentation.register(app, document)
