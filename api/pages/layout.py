"""What every page shows around its own: languages, the way out, the state of the directory, and what this service does not do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for

from api import answers, languages, snapshots, wording
from api.answering.reach import dialled, local_language
from api.answering.said import own, said, sentence
from api.answering.steps import duration
from api.asking import choices
from api.pages import signing_in
from pathways import vocabulary
from pathways.stores import StoreError
from pathways.visibility import is_seen, scrubbed
from pathways.vocabulary.labels import LANGUAGES, label


@dataclass(frozen=True, slots=True)
class _Switch:
    """The same page in another language."""

    code: str
    name: str
    address: str
    chosen: bool


def register(app: Flask) -> None:
    """Give every template what the layout needs."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "label": label,
        "listed": vocabulary.words,
        "named": _named,
        "known_body": snapshots.is_known_body,
        "required": _required,
        "form_token": signing_in.form_token,
        **{
            tell.__name__: tell
            for tell in (
                *(dialled, duration, local_language, own, said, sentence),
                *(wording.condition, wording.is_old, wording.newest, wording.place, wording.proportion),
            )
        },
        "language_name": choices.language_name,
    }

    @app.context_processor
    def around() -> dict[str, Any]:
        language = languages.current()
        posted = g.get("posted", request.method == "POST")
        return {
            "who_signed": signing_in.signed(),
            "role_names": signing_in.ROLES,
            "language": language,
            "direction": languages.direction(language),
            "reviewed": languages.is_reviewed(language),
            "switches": _switches(language),
            "posted": posted,
            "carried": list(request.form.items(multi=True)) if posted else [],
            "revision": snapshots.snapshots().newest().revision,
            "revision_day": _day(snapshots.snapshots().newest().revision),
            "version": answers.version(),
        }


def _named(identity: str) -> str:
    """The name of a body that the reader may see; its id where there is none."""
    body = snapshots.directory().stakeholder(identity)
    return body.name if body is not None and is_seen(body, snapshots.viewer()) else identity


def _required(country: str, word: str) -> str:
    """A word that mandates of a country require, with what is told of it."""
    part = snapshots.directory().part(country)
    requirement = part.requirements.get(word) if part else None
    about = (requirement.or_else or requirement.note) if requirement else ""
    said: str = scrubbed(snapshots.directory(), snapshots.viewer(), about)
    return f"{word.replace('-', ' ')}: {said}" if said else word.replace("-", " ")


def _switches(chosen: str) -> list[_Switch]:
    """The languages of a page; none where it exists in one only.

    A page that came of a POST is asked for again by POST, with all that it was sent. Where it is not the page of its address (the form
    again, with what is wrong in it; an error), the view names the one to go to in `g.page`, in `g.asked` what stands in its address,
    and in `g.posted` whether by POST.
    """
    page = g.get("page", request.endpoint or "")
    if not page.startswith("pages."):
        return []
    asked = (
        g.get("asked", {})
        if "page" in g
        else {**(request.view_args or {}), **(request.args.to_dict(flat=False) if request.method == "GET" else {})}
    )
    return [_Switch(code, languages.own_name(code), url_for(page, **{**asked, "language": code}), code == chosen) for code in LANGUAGES]


def _day(revision: int) -> date | None:
    """The day on which a revision was made; None where the store cannot be asked. It is asked once for each revision."""
    days: dict[int, date] = current_app.extensions.setdefault("days of revisions", {})
    if revision not in days:
        try:
            made = snapshots.snapshots().store.history()[revision - 1]
        except (StoreError, IndexError):
            return None
        days[revision] = datetime.fromisoformat(made.at).date()
    return days[revision]
