"""One country as one file for field use: its bodies, mechanism, contacts and sources, with a search, and without a request to anybody.

It is made of the same templates as the pages, for the eyes of everybody. Its own policy lets nothing run or load but the one script and the
one style in it, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from api import bodies, snapshots
from api.countries import told
from api.languages import current
from pathways.script import tokens
from pathways.vocabulary.labels import label


@dataclass(frozen=True, slots=True)
class _Offline:
    """What the templates ask of a file: which bodies are in it, so that only these are linked."""

    bodies: frozenset[str]


def document(country: str, today: date) -> str:
    """The file of a country in the language of the request, from the snapshot that it reads. Problem where the directory has no such
    country."""
    snapshots.see_as_anybody()
    shown = told(country)
    sources: dict[str, Any] = dict(shown["sources"])
    found = []
    for identity in shown["bodies"]:
        body, ties = bodies.detail(identity, {}), bodies.links(identity, {})
        sources |= {**body["sources"], **ties["sources"]}
        found.append((body, ties, _words(body)))
    found.sort(key=lambda entry: entry[0]["name"])
    folder = Path(current_app.root_path)
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("static/site.css", "templates/offline/search.js"))
    return render_template(
        "offline/offline.html",
        **{**shown, "sources": sources, "bodies": found},
        offline=_Offline(frozenset(shown["bodies"])),
        today=today,
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
    )


def name(country: str, today: date) -> str:
    """What the file is called: it tells nothing of what it is for."""
    return f"{country.upper()}-{current()}-{today.isoformat()}.html"


def _words(body: Mapping[str, Any]) -> str:
    """What a body is found by: its names, also in Latin letters, its kind, and what it does."""
    names = [body["name"], body["name_local"] or "", str(body.get("city") or "")]
    does = [label("functions", mandate["function"], current()) for mandate in body["mandates"]]
    return " ".join(dict.fromkeys((*names, *tokens(" ".join(names)), label("kinds", body["kind"], current()), *does)))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
