"""The policy measures as requests ask for them, by the API and by the pages: what can be asked, and how it is worked out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from flask import current_app
from marshmallow import ValidationError, fields, validates_schema

from api import snapshots
from api.cited import cited
from api.fields import Day, Several, Whole, checked, word
from api.problems import Problem
from api.profile import is_region
from api.query import DatedSchema
from api.snapshots import is_known_body
from pathways.measures.change import State, difference
from pathways.measures.compare import side_by_side
from pathways.measures.report import Report
from pathways.measures.structure import regions_of
from pathways.measures.what_if import GROUPS, Changes, applied, asked_for, opens
from pathways.visibility import is_seen, scrubbed
from pathways.vocabulary import words
from visualisations.sheets import FORMS

Answer = dict[str, Any]
T = TypeVar("T")

WHAT_IF = ("close", "open", "admit", "waive", "enter")
"""What is changed in a scratch copy of one country."""
CHANGES = ("before", "before_revision", *WHAT_IF)
"""What is asked of one country beside itself: another day, another revision, or something changed."""


class MeasuresSchema(DatedSchema):
    """The measures of some countries."""

    country = Several(word(words("countries")), description="These countries; all where left out")
    format = word(list(FORMS), "The form of the answer; what Accept asks for where left out")


class ChangesSchema(MeasuresSchema):
    """One country beside itself."""

    before = Day("For one country: what has changed since that day, and for whom")
    before_revision = Whole(
        1, 999_999_999, in_query=True, description="For one country: what has changed since that revision, and for whom"
    )
    close = Several(checked(is_known_body, "the id of a stakeholder"), description="For one country: what if these bodies closed")
    open = Several(word(opens()), 5, description="For one country: what if a body opened for each of these functions")
    open_in = checked(
        is_region, "a region of ISO 3166-2", "The region (of the first level) of the bodies that open; the whole country where left out"
    )
    open_for = word(list(GROUPS), "Whom the bodies take that open; everybody where left out")
    admit = Several(fields.String(), description="For one country: what if these mandates took everybody. Accepts ids of its mandates")
    waive = Several(fields.String(), description="For one country: what if no mandate asked for these words. Accepts its requirements")
    enter = Several(fields.String(), description="For one country: what if everybody could enter these stages. Accepts ids of its stages")


class CompareSchema(ChangesSchema):
    """Some countries beside each other, or one beside itself."""

    @validates_schema
    def together(self, data: dict[str, Any], **_: Any) -> None:
        """One country at two times, or two to twelve beside each other."""
        countries, changed = data.get("country") or [], not set(CHANGES).isdisjoint(data)
        if changed and len(countries) != 1:
            raise ValidationError("takes one country, at two days or revisions, or with something changed", "country")
        if len(countries) == 1 and not changed:
            raise ValidationError(f"takes two to twelve countries, or one with {', '.join(sorted(CHANGES))}", "country")


_WORKING = Lock()
_PATIENCE = 5.0
"""Seconds to wait for another analysis: whoever waits keeps a thread from a caseworker."""


def alone(make: Callable[[], T]) -> T:
    """What is worked out, one analysis at a time; Problem where another takes long."""
    if not _WORKING.acquire(timeout=_PATIENCE):
        raise Problem("busy", headers={"Retry-After": "10"})
    try:
        return make()
    finally:
        _WORKING.release()


def day(asked: Answer) -> date:
    """The day that is asked about."""
    found: date = asked.get("as_of") or date.today()
    return found


def countries(asked: Answer) -> list[str]:
    """The countries that are asked about, else all; Problem for one that the directory does not hold."""
    held = snapshots.directory().parts
    missing = [code for code in asked.get("country") or () if code not in held]
    if missing:
        raise Problem("not-found", f"The directory does not hold {', '.join(missing)}; it has {', '.join(held)}.")
    return list(asked.get("country") or held)


def report(asked: Answer) -> Report:
    """The measures of the countries that are asked about, for whoever asks."""
    return Report(snapshots.directory(), countries(asked), day(asked), snapshots.viewer(), current_app.config["COUNTS"])


def sourced(found: Answer) -> Answer:
    """An answer with the sources that it names in full, as the viewer may see it."""
    directory = snapshots.directory()
    viewer = snapshots.viewer()
    shown: Answer = scrubbed(directory, viewer, {**found, "sources": cited(directory, viewer, found)})
    return shown


def comparison(asked: Answer) -> Answer:
    """Some countries beside each other."""
    return side_by_side(snapshots.directory(), countries(asked), day(asked), snapshots.viewer())


def changes_of(asked: Answer, country: str) -> Changes:
    """What is changed in a country; Problem for what it does not have."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    part = directory.parts[country]
    seen = [body for body in part.stakeholders.values() if is_seen(body, viewer)]
    held = {
        "close": [body.id for body in seen],
        "open_in": regions_of(part),
        "admit": [mandate.id for body in seen for mandate in body.mandates],
        "waive": asked_for(part),
        "enter": [stage.id for stage in part.stages],
    }
    given = {name: asked[name] for name in (*WHAT_IF, "open_in", "open_for") if asked.get(name)}
    errors = [
        {
            "parameter": name,
            "message": f"{value} is none of this country",
            "accepted": sorted(known) if len(known) < 100 else f"{country}'s",
        }
        for name, known in held.items()
        for value in ([given[name]] if isinstance(given.get(name), str) else given.get(name, ()))
        if value not in known
    ]
    if errors:
        raise Problem("invalid-parameters", errors=errors)
    return Changes(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


def changes(asked: Answer) -> Answer:
    """One country beside itself: what differs, and for whom."""
    now, on = snapshots.directory(), day(asked)
    (country,) = countries(asked)
    then = snapshots.snapshots().at(asked["before_revision"]) if asked.get("before_revision") else now
    if country not in then.parts:
        raise Problem("not-found", f"The directory does not hold {country} at that revision.")
    before = State(then, asked.get("before") or on)
    viewer = snapshots.snapshots().viewer(then, snapshots.viewer())
    made = changes_of(asked, country)
    after = now if made.only_closes else applied(snapshots.snapshots().store.records(now.revision), country, made)
    found = difference(before, State(after, on, frozenset(made.close)), country, viewer)
    return {
        **found.as_data(),
        "before": {"as_of": before.on.isoformat(), "revision": then.revision},
        "after": {"as_of": on.isoformat(), "revision": now.revision},
    }
