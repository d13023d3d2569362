"""For policy: countries beside each other, one country beside itself (another day, another revision, something changed), and pairs."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api import analysing, snapshots
from api.analysing import WHAT_IF, Answer, ChangesSchema, CompareSchema, MeasuresSchema
from api.asking.choices import Choice, bodies
from api.fields import word
from api.languages import current
from api.mechanism import stage_titles
from api.pages.blueprint import pages
from api.pages.policy import asked_of, of_country, shown
from api.problems import Problem
from api.query import WaysQuerySchema
from api.wording import place
from pathways import vocabulary
from pathways.directory import Part
from pathways.measures import pairs
from pathways.measures.structure import regions_of
from pathways.measures.what_if import GROUPS, asked_for, guarded, limited, opens
from pathways.visibility import is_seen
from pathways.vocabulary.labels import label

_CHANGES, _COMPARE = ChangesSchema(), CompareSchema()
_SEVERAL = ("country", *WHAT_IF)


class _PairSchema(WaysQuerySchema):
    """A journey home: from where, to where, whose."""

    origin = word(vocabulary.words("countries"), "From this country")
    destination = word(vocabulary.words("countries"), "To this country")


_PAIR = _PairSchema()


@pages.get("/policy/compare")
def policy_compare() -> Response:
    """Two to twelve countries beside each other; without any, what can be chosen."""
    named = [code for code in request.args.getlist("country") if code]
    countries = list(snapshots.directory().parts)
    if len(named) < 2:
        asked = asked_of(request.args, MeasuresSchema())
        return shown("compare.html", {**asked, "country": named}, {}, countries=countries)
    asked = asked_of(request.args, _COMPARE, _SEVERAL)
    found = analysing.sourced(analysing.alone(lambda: analysing.comparison(asked)))
    return shown("compare.html", asked, found, countries=countries)


@pages.get("/policy/<string:country>/changes")
def policy_changes(country: str) -> Response:
    """What has changed in a country since another day or revision, and for whom."""
    asked = _of_one(country)
    found = _difference(asked) if asked.keys() & {"before", "before_revision"} else {}
    return shown("changes.html", asked, found, country=country, newest=snapshots.snapshots().newest().revision, **_words(country))


@pages.get("/policy/<string:country>/what-if")
def policy_what_if(country: str) -> Response:
    """What if bodies closed or opened, took everybody, or rules fell: who would gain, who would lose."""
    asked = _of_one(country)
    found = _difference(asked) if asked.keys() & set(WHAT_IF) else {}
    part = snapshots.directory().parts[country]
    return shown("what_if.html", asked, found, country=country, choices=_choices(part), groups=list(GROUPS), **_words(country))


@pages.get("/policy/pair")
def policy_pair() -> Response:
    """A journey home between two countries: who is known at each of its stages, on each side."""
    asked = asked_of(request.args, _PAIR)
    directory, viewer = snapshots.directory(), snapshots.viewer()
    origin, destination = asked.get("origin"), asked.get("destination")
    for code in (origin, destination):
        if code is not None and code not in directory.parts:
            raise Problem("not-found")
    found: Any = None
    if origin and destination and origin != destination:
        found = pairs.closure(directory, origin, destination, asked["on"], asked["traveller"], viewer)
    return shown("pair.html", asked, {}, closure=found, countries=list(directory.parts), travellers=pairs.TRAVELLERS)


def _of_one(country: str) -> Answer:
    """What is asked of one country beside itself; nothing yet where nothing is changed."""
    return of_country(country, _CHANGES, WHAT_IF)


def _difference(asked: Answer) -> Answer:
    return analysing.sourced(analysing.alone(lambda: analysing.changes(asked)))


def _words(country: str) -> dict[str, Any]:
    """What the ids of what came, went or changed are called."""
    part = snapshots.directory().parts[country]
    return {"stage_titles": stage_titles(country), "mandate_words": _mandates(part)}


def _mandates(part: Part) -> dict[str, tuple[str, str]]:
    """The body and the function of each mandate of the bodies that may be seen."""
    viewer = snapshots.viewer()
    seen = (body for body in part.stakeholders.values() if is_seen(body, viewer))
    return {mandate.id: (body.name, mandate.function) for body in seen for mandate in body.mandates}


def _choices(part: Part) -> dict[str, list[Choice]]:
    """What can be changed in a country, in the reader's language."""
    language = current()
    words = _mandates(part)
    admit = [
        Choice(mandate.id, f"{words[mandate.id][0]}: {label('functions', mandate.function, language)}")
        for mandate in limited(part)
        if mandate.id in words
    ]
    rank = vocabulary.function_rank()
    return {
        "close": list(bodies(part.code)),
        "open": [Choice(name, label("functions", name, language)) for name in sorted(opens(), key=rank.__getitem__)],
        "open_in": [Choice(code, place(code, language)) for code in regions_of(part) if code != part.code],
        "admit": sorted(admit, key=lambda choice: choice.word),
        "waive": [Choice(name, name.replace("-", " ")) for name in asked_for(part)],
        "enter": [Choice(stage, title) for stage, title in stage_titles(part.code).items() if stage in guarded(part)],
    }
