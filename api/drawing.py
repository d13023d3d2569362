"""Maps in every form: where a picture, a table or a graph becomes what is sent, shown on a page or written to a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from api import catalogues, languages
from api.cited import cited
from pathways.directory import Directory
from pathways.visibility import Viewer, scrubbed
from pathways.vocabulary.labels import label
from visualisations import exports, mechanism, pathway, transnational, transnational_parts
from visualisations.graph import Graph, graph_of, graph_of_pathway
from visualisations.mechanism_parts import as_data, mechanism_of
from visualisations.pathway_parts import parts_of
from visualisations.tables import Table, matrix_of, tables_of
from visualisations.words import Words


def words(language: str = catalogues.SOURCE, link: Callable[[str], str | None] | None = None) -> Words:
    """What a picture says in a language; `link` gives the address of a body's page, for pictures that stand in a page."""
    return Words(
        language=language,
        rtl=languages.direction(language) == "rtl",
        translate=catalogues.translations(language).gettext,
        label=lambda name, word: label(name, word, language),
        link=link or (lambda _: None),
        day=lambda day: format_date(date.fromisoformat(day), "medium", locale=language),
    )


def citing(directory: Directory, viewer: Viewer) -> Callable[[Sequence[str]], str]:
    """Gives the sources of some ids in words, as a viewer may see them: publisher and year."""

    def cite(ids: Sequence[str]) -> str:
        found = (directory.source(identity) for identity in ids)
        text: str = scrubbed(directory, viewer, "; ".join(dict.fromkeys(f"{s.publisher or s.title} ({s.year or '–'})" for s in found if s)))
        return text

    return cite


def mechanism_in(form: str, directory: Directory, country: str, viewer: Viewer, on: date, route: str | None, said: Words) -> str | bytes:
    """The map of a country's mechanism in one form; KeyError for a country that the directory does not hold."""
    found = mechanism_of(directory, country, viewer, on, route)
    if form == "json":
        answer = scrubbed(directory, viewer, as_data(found))
        return _json({**answer, "sources": cited(directory, viewer, answer)})
    picture = mechanism.picture(found, said)
    tables = [*tables_of(found, said, citing(directory, viewer)), matrix_of(found, said)]
    return _in(form, said.label("countries", country), picture.svg, tables, graph_of(found, said), said, routes=route is None)


def transnational_in(form: str, directory: Directory, viewer: Viewer, on: date, traveller: str, said: Words) -> str | bytes:
    """The map between the countries in one form; the closures are those of a woman's, a man's or a child's journey home."""
    found = transnational_map(directory, viewer, on, traveller)
    if form == "json":
        answer = scrubbed(directory, viewer, transnational_parts.as_data(found))
        return _json({**answer, "sources": cited(directory, viewer, answer)})
    picture = transnational.picture(found, said)
    tables = transnational.tables_of(found, said, citing(directory, viewer))
    return _in(form, tables[0].caption, picture.svg, tables, transnational.graph_of(found, said), said)


@lru_cache(maxsize=8)
def transnational_map(directory: Directory, viewer: Viewer, on: date, traveller: str) -> transnational_parts.Transnational:
    """The map between the countries: a journey is tried for each ordered pair, so it is kept for whoever asks next."""
    return transnational_parts.transnational_of(directory, viewer, on, traveller)


def pathway_in(form: str, answer: Mapping[str, Any], said: Words) -> str | bytes:
    """The picture of a pathway in one form. In JSON: its boxes and lines, each with the sentence that stands for it."""
    parts = parts_of(answer, said)
    if form == "json":
        return _json(asdict(parts))
    picture = pathway.picture(answer, said)
    return _in(form, parts.title, picture.svg, [pathway.table(parts, said)], graph_of_pathway(parts), said)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _in(form: str, title: str, svg: str, tables: Sequence[Table], graph: Graph, said: Words, routes: bool = False) -> str | bytes:
    if form == "svg":
        return svg
    if form == "png":
        return exports.png(svg)
    if form == "html":
        return exports.html(title, svg, tables, said, routes)
    if form == "mermaid":
        return exports.mermaid(graph, said)
    return exports.graphml(graph) if form == "graphml" else exports.gexf(graph)
