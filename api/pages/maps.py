"""Maps: a country's mechanism, the ways between the countries, and the explorer, each with the same in tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, make_response, render_template, request, send_file, url_for
from markupsafe import Markup
from marshmallow import Schema

from api import drawing, snapshots
from api.asking.form import checked, read
from api.body import loaded
from api.languages import current
from api.pages.ask import CONTROLS, everything
from api.pages.blueprint import pages
from api.problems import Problem
from api.query import MapQuerySchema, WaysQuerySchema
from api.referring import pathway
from pathways import vocabulary
from visualisations import mechanism, transnational
from visualisations.explorer import LIBRARY, data_of
from visualisations.exports import FORMATS
from visualisations.graph import graph_of
from visualisations.mechanism_parts import Mechanism, mechanism_of
from visualisations.tables import matrix_of, tables_of
from visualisations.words import Words

_SCHEMA, _WAYS = MapQuerySchema(), WaysQuerySchema()


def _asked(schema: Schema = _SCHEMA) -> dict[str, Any]:
    """What the address asks for; Problem where it cannot be."""
    given = {name: value for name, value in request.args.items() if value.strip()}
    found: dict[str, Any] = loaded(schema, given)
    return {**found, "on": found.get("as_of") or date.today()}


def _words() -> Words:
    return drawing.words(current(), lambda body: url_for("pages.body", body=body))


def _mechanism(country: str, asked: dict[str, Any]) -> Mechanism:
    directory = snapshots.directory()
    if country not in directory.parts:
        raise Problem("not-found")
    return mechanism_of(directory, country, snapshots.viewer(), asked["on"], asked.get("route"))


@pages.get("/map/<string:country>")
def map_of_country(country: str) -> Response:
    """The map of a country's mechanism, its matrix and its tables."""
    asked, words = _asked(), _words()
    found = _mechanism(country.upper(), asked)
    drawn = mechanism.picture(found, words)
    cite = drawing.citing(snapshots.directory(), snapshots.viewer())
    return make_response(
        render_template(
            "maps/country.html",
            found=found,
            svg=Markup(drawn.svg),
            sheets=drawn.sheets,
            tables=tables_of(found, words, cite),
            matrix=matrix_of(found, words),
            forms=FORMATS.values(),
            asked=asked,
            countries=list(snapshots.directory().parts),
        )
    )


@pages.get("/map/transnational")
def map_between_countries() -> Response:
    """The ways between the countries, and how far a journey home closes."""
    asked, words = _asked(_WAYS), _words()
    directory = snapshots.directory()
    found = drawing.transnational_map(directory, snapshots.viewer(), asked["on"], asked["traveller"])
    drawn = transnational.picture(found, words)
    return make_response(
        render_template(
            "maps/transnational.html",
            found=found,
            svg=Markup(drawn.svg),
            sheets=drawn.sheets,
            tables=transnational.tables_of(found, words, drawing.citing(directory, snapshots.viewer())),
            forms=FORMATS.values(),
            asked=asked,
        )
    )


@pages.get("/map/<string:country>/explorer")
def explorer(country: str) -> Response:
    """The map to move about in: searched, filtered, a body opened."""
    return _explorer(country, frozenset())


@pages.post("/map/<string:country>/explorer")
def explorer_of_a_pathway(country: str) -> Response:
    """The same with the bodies of a pathway marked; what was answered in the form comes by POST and is kept by nobody."""
    data = read(request.form, CONTROLS)
    profile, wrong = checked(data)
    if wrong:
        return everything(data, wrong, open_all=False)
    steps = pathway(profile, None, 0)["steps"]
    answer = _explorer(country, frozenset(step["stakeholder"]["id"] for step in steps if step["stakeholder"]["id"]))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _explorer(country: str, marked: frozenset[str]) -> Response:
    asked, words = _asked() if request.method == "GET" else {"on": date.today()}, _words()
    found = _mechanism(country.upper(), asked)
    graph = graph_of(found, words)
    functions = {function for cell in found.cells.values() for function in cell.functions}
    return make_response(
        render_template(
            "maps/explorer.html",
            found=found,
            data=data_of(graph, words, marked),
            functions=[function for function in vocabulary.words("functions") if function in functions],
            bases=[basis for basis in vocabulary.words("referral_basis") if any(r.basis == basis for r in found.referrals)],
            tables=tables_of(found, words, drawing.citing(snapshots.directory(), snapshots.viewer())),
            asked=asked,
            marked=marked,
        )
    )


@pages.get("/map/vis-network.js")
def vis_network() -> Response:
    """The library that draws the explorer, from the package that brings it along."""
    return send_file(LIBRARY, mimetype="text/javascript", max_age=86400)
