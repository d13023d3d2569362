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
    editing,
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
    signing_in,
    start,
    take_along,
    what_if,
    wrong,
)
from api.pages.blueprint import pages
from api.pages.importers import importers
from api.pages.problem import shown
from api.settings import Settings

__all__ = ["register", "shown"]


# Importing a group puts its pages on the blueprint.
_GROUPS = (
    answer,
    ask,
    bodies,
    countries,
    editing,
    history,
    imports,
    keep,
    maps,
    matches,
    policy,
    policy_changes,
    policy_report,
    screening,
    signing_in,
    start,
    take_along,
    what_if,
    wrong,
)
pages.register_blueprint(importers)
pages.register_blueprint(editing.editors)


def register(app: Flask, settings: Settings, document: dict[str, Any]) -> None:
    """Add the pages to the application; `document` is that of the API."""
    app.register_blueprint(pages)
    app.add_url_rule("/", "root", start.to_the_readers_language)
    layout.register(app)
    leave.register(app)
    if settings.provider is not None:
        from api.pages import organisation  # what speaks to a provider takes long to load

        organisation.register(app, settings.provider, settings.url)
    documentation.register(app, document)
