"""Maps: a country's mechanism, the ways between the countries, one pathway; in the forms that people and programs open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, catalogues, drawing, snapshots
from api.blueprint import PREFIX, Blueprint
from api.fields import word
from api.problems import Problem
from api.profile import ProfileSchema
from api.query import DatedSchema, MapQuerySchema, WaysQuerySchema
from api.referring import pathway
from pathways.vocabulary.labels import LANGUAGES
from visualisations.exports import FORMATS, Format, NoFont

blp = Blueprint("Maps", __name__, url_prefix=f"{PREFIX}/maps", description="Maps of mechanisms and of pathways")
answers.give_other_forms("Maps")

_FORM = "The form of the map; what Accept asks for where left out, else json"
_CONTENT = {form.media_type: {"schema": {"type": "string"}} for form in FORMATS.values() if form.name != "json"}


class _MapSchema(MapQuerySchema):
    format = word(list(FORMATS), _FORM)


class _WaysSchema(WaysQuerySchema):
    format = word(list(FORMATS), _FORM)


class _PictureSchema(DatedSchema):
    format = word(list(FORMATS), _FORM)


def _form(asked: dict[str, Any]) -> Format:
    """The form that is asked for: by name, else by what the caller accepts."""
    if asked.get("format"):
        return FORMATS[asked["format"]]
    by_type = {form.media_type: form for form in FORMATS.values()}
    return by_type[answers.chosen(list(by_type))]


def _language(asked: dict[str, Any]) -> str:
    """The language that is asked for; English where there are no texts in it."""
    named = str(asked.get("language") or "").split("-")[0]
    return named if named in LANGUAGES else catalogues.SOURCE


def _made(make: Callable[[], str | bytes]) -> str | bytes:
    try:
        return make()
    except NoFont as error:
        raise Problem("not-acceptable", str(error)) from None


def _named(answer: Response, form: Format, name: str) -> Response:
    """An HTML file brings its looks with it, which a page of this service may not: it is kept and opened, not shown here."""
    if form.name == "html":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return answer


@blp.route("/<string:country>")
class Map(MethodView):
    """One country's."""

    @blp.arguments(_MapSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The map; its media type is that of the form")
    @blp.doc(responses={200: {"content": _CONTENT}})
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], country: str) -> Response:
        """A country's mechanism as a map: bodies by sector, stages, referrals with their basis, and what is missing.

        JSON, SVG, PNG, GraphML, GEXF, Mermaid, or one HTML file that opens without a network.
        """
        form, language, code = _form(asked), _language(asked), country.upper()
        directory, viewer = snapshots.directory(), snapshots.viewer()
        if code not in directory.parts:
            raise Problem("not-found", f"There is no map of this name; there are {', '.join(directory.parts)}.")

        on = asked.get("as_of") or date.today()

        def make() -> str | bytes:
            return drawing.mechanism_in(form.name, directory, code, viewer, on, asked.get("route"), drawing.words(language))

        return _named(
            answers.of_directory(lambda: _made(make), media=form.media_type, language=language, also=on.isoformat()),
            form,
            f"map-{code.lower()}",
        )


@blp.route("/transnational")
class TransnationalMap(MethodView):
    """Between the countries."""

    @blp.arguments(_WaysSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The map; its media type is that of the form")
    @blp.doc(responses={200: {"content": _CONTENT}})
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The channels between the countries, dead ones too, and how far a journey home closes for each ordered pair."""
        form, language = _form(asked), _language(asked)
        directory, viewer, on = snapshots.directory(), snapshots.viewer(), asked.get("as_of") or date.today()

        def make() -> str | bytes:
            return drawing.transnational_in(form.name, directory, viewer, on, asked["traveller"], drawing.words(language))

        made = answers.of_directory(lambda: _made(make), media=form.media_type, language=language, also=on.isoformat())
        return _named(made, form, "map-transnational")


@blp.route("/pathway")
class PathwayMap(MethodView):
    """The picture of one pathway."""

    @blp.arguments(_PictureSchema, location="query")
    @blp.arguments(ProfileSchema)
    @blp.response(200, {"type": "object"}, description="The picture; its media type is that of the form")
    @blp.doc(responses={200: {"content": _CONTENT}})
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, options: dict[str, Any], data: dict[str, Any]) -> Response:
        """The picture of the referral path for the profile in the body. Nothing of the profile is kept or logged."""
        form, language = _form(options), _language(options)
        answer = pathway(data, options.get("as_of"), 0)
        made = _made(lambda: drawing.pathway_in(form.name, answer, drawing.words(language)))
        return _named(answers.private(made, media=form.media_type, language=language), form, "path")
