"""Look up: each country with its emergency numbers, helplines, mechanism stage by stage, rights, permits, and what is not known; and all of
that as a file."""

from __future__ import annotations

from datetime import date

from flask import Response, make_response, render_template

from api import mechanism, offline, snapshots
from api.countries import told
from api.pages.blueprint import pages


@pages.get("/countries")
def countries() -> str:
    """All countries, with their emergency numbers."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    found = [mechanism.summary(directory, part, viewer) for part in directory.parts.values()]
    return render_template("countries/countries.html", countries=found)


@pages.get("/countries/<string:country>")
def country(country: str) -> Response:
    """One country. Problem where the directory does not have it."""
    return make_response(render_template("countries/country.html", **told(country)))


@pages.get("/countries/<string:country>/file")
def country_file(country: str) -> Response:
    """One country as one file, to be used without internet."""
    today = date.today()
    answer = Response(offline.document(country, today), mimetype="text/html")
    answer.headers["Content-Disposition"] = f'attachment; filename="{offline.name(country, today)}"'
    return answer
