"""For policy: for whom a country's mechanism fails, on what it hangs; what is found in plain words first. No case is in these addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from api import analysing, snapshots
from api.analysing import Answer, MeasuresSchema
from api.answering.said import Text, filled, joined, own, said, words
from api.asking.choices import language_name
from api.asking.form import written
from api.body import loaded
from api.languages import current
from api.mechanism import stage_titles
from api.pages.blueprint import pages
from api.problems import Problem
from api.snapshots import is_known_body
from pathways.measures.gaps import NOT_FOUND, PARTLY, STATED
from pathways.measures.pairs import TRAVELLERS
from pathways.visibility import NOT_SHOWN, is_seen
from pathways.vocabulary import words as listed
from pathways.vocabulary.labels import label

_SCHEMA = MeasuresSchema()
_ORDER = (STATED, PARTLY, NOT_FOUND)
FORMS = ("csv", "xlsx")

MEASURES: Mapping[int, Any] = {
    1: lazy_gettext("A safe place before any decision"),
    2: lazy_gettext("Help without conditions"),
    3: lazy_gettext("Doors that are not held by enforcement"),
    4: lazy_gettext("Reach across the country"),
    5: lazy_gettext("Paths without a dead end"),
    6: lazy_gettext("Right for children"),
    7: lazy_gettext("Rules, agreements and focal points"),
    8: lazy_gettext("Across the border"),
    9: lazy_gettext("Languages and access"),
    10: lazy_gettext("Fragility and time"),
}
"""The ten measures by what they ask."""


def asked_of(given: MultiDict[str, str], schema: Schema, several: Iterable[str] = ("country",)) -> Answer:
    """What an address asks for; Problem where it cannot be."""
    found = {name: [text for text in given.getlist(name) if text.strip()] for name in given}
    data = {name: texts if name in set(several) else texts[-1] for name, texts in found.items() if texts}
    asked: Answer = loaded(schema, data)
    return {**asked, "on": analysing.day(asked)}


def of_country(country: str, schema: Schema = _SCHEMA, several: Iterable[str] = ()) -> Answer:
    """What an address asks of one country; Problem where the directory does not hold it."""
    if country not in snapshots.directory().parts:
        raise Problem("not-found")
    return {**asked_of(request.args, schema, several), "country": [country]}


def shown(template: str, asked: Answer, found: Answer, **values: Any) -> Response:
    """A page of policy: what was asked, what was found, and the files that say the same."""
    return make_response(render_template(f"policy/{template}", asked=asked, found=found, forms=FORMS, **values))


@pages.get("/policy")
def policy() -> Response:
    """Where policy begins: the countries, and what can be asked of them."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    countries = [
        {
            "code": code,
            "gaps": sum(gap.is_stated for gap in part.gaps),
            "bodies": sum(is_seen(body, viewer) for body in part.stakeholders.values()),
        }
        for code, part in directory.parts.items()
    ]
    return shown("policy.html", {}, {}, countries=countries)


@pages.get("/policy/<string:country>")
def policy_findings(country: str) -> Response:
    """For whom a country's mechanism fails: what a source states first, then what only was not found."""
    asked = of_country(country)
    found = analysing.sourced(analysing.alone(analysing.report(asked).gaps))
    return shown("findings.html", asked, found, country=country, items=in_order(found), summary=found["summary"][0], fields=written)


@pages.get("/policy/<string:country>/measures")
def policy_measures(country: str) -> Response:
    """The ten measures of a country, each with its bounds and slices."""
    asked = of_country(country)
    found = analysing.sourced(analysing.alone(analysing.report(asked).coverage))
    titles = stage_titles(country)
    return shown(
        "measures.html",
        asked,
        found,
        country=country,
        measures=[(number, name, _figures(found, number)) for number, name in MEASURES.items()],
        pairs=_pairs(found),
        travellers=TRAVELLERS,
        told=lambda entry: counted_in_words(entry, titles),
        group=group_in_words,
        cases=current_app.config["COUNTS"] is not None,
    )


@pages.get("/policy/<string:country>/resilience")
def policy_resilience(country: str) -> Response:
    """On whom a country's mechanism hangs: the bodies, and their parents and funders as common causes."""
    asked = of_country(country)
    found = analysing.sourced(analysing.alone(analysing.report(asked).resilience))
    breaking = [item for item in found["items"] if item["share"]]
    return shown(
        "resilience.html",
        asked,
        found,
        country=country,
        alone=[item for item in breaking if item["cause"] == "itself"],
        causes=[item for item in breaking if item["cause"] != "itself"],
        harmless=len({item["body"] for item in found["items"]} - {item["body"] for item in breaking}),
    )


def in_order(gaps: Answer) -> list[Answer]:
    """The findings by what they rest on, and then by how many they concern."""
    return sorted(gaps["items"], key=lambda item: (_ORDER.index(item["evidence"]), -item["share"]))


# in words -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry of what is counted: in words, and the body that it is, where it is one."""

    text: Text
    body: str = ""


def counted_in_words(entry: str, titles: Mapping[str, str]) -> Counted:
    """A body, a mandate, a stage (`titles`), a basis or a region that a figure counts, with the share or number that stands behind it."""
    name, _, number = entry.partition(": ")
    holder, _, task = name.partition(".")
    if NOT_SHOWN in name:
        found = Counted(words(gettext("a body that is not shown")))
    elif is_known_body(name):
        found = Counted(own(_name(name)), name)
    elif is_known_body(holder):
        function = task.rpartition("-")[0] if re.fullmatch(r".*-\d+", task) else task
        what = words(label("functions", function, current())) if function in listed("functions") else own(task)
        found = Counted(filled("%(body)s (%(what)s)", body=own(_name(holder)), what=what), holder)
    elif name in titles:
        found = Counted(own(titles[name]))
    elif name in listed("referral_basis"):
        found = Counted(words(label("referral_basis", name, current())))
    elif name in listed("canonical_stages"):
        found = Counted(words(label("canonical_stages", name, current())))
    else:
        found = Counted(own(name))
    return Counted(joined([found.text, words(number)], ": "), found.body) if number else found


def _name(body: str) -> str:
    known = snapshots.directory().stakeholder(body)
    return known.name if known else body


def group_in_words(dimension: str, word: str) -> Text:
    """A group by which figures are sliced."""
    return words(language_name(word, current())) if dimension == "languages" else said(word)


def _figures(found: Answer, number: int) -> list[Answer]:
    return [item for item in found["items"] if item["measure"] == number and number != 8]


def _pairs(found: Answer) -> dict[str, dict[str, Answer]]:
    """The closure of the pairs that leave a country: by the other country and by who travels."""
    pairs: dict[str, dict[str, Answer]] = {}
    for item in found["items"]:
        name, _, who = item["name"].partition("-")
        if item["measure"] == 8 and name == "closure":
            pairs.setdefault(item["country"].partition("-")[2], {})[who] = item
    return pairs
