"""The map between the countries: every channel with its basis and state, dead ones as dead, and how far each pair closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import networkx as nx
import pytest
from pictures import HOSTILE, SVG, hold_of_every_picture, read, sentences

from pathways.measures.pairs import SIDES, closure
from pathways.visibility import ANONYMOUS
from visualisations import exports
from visualisations.transnational import graph_of, mark, picture, tables_of
from visualisations.transnational_parts import ANY, DEAD, as_data, transnational_of
from visualisations.words import ENGLISH

ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def found(directory):
    """The map of the bundled directory."""
    return transnational_of(directory, ANONYMOUS, ON)


def test_every_channel_of_the_directory_is_a_way(found, directory):
    assert {way.id for way in found.ways} == set(directory.cross_border.channels)
    assert {way.origin for way in found.ways} | {way.to for way in found.ways} <= {*found.countries, ANY}


def test_care_and_tact_are_there_and_dead(found):
    for programme in ("CARE", "TACT"):
        ways = [way for way in found.ways if way.programme == programme]
        assert ways
        assert {way.life for way in ways} == {DEAD}
        assert all(way.active[1] == "2016" for way in ways)


def test_what_is_dead_is_drawn_crossed_out_and_without_an_arrow(found):
    root = read(picture(found).svg)
    for group in root.iter(SVG + "g"):
        kinds = (group.attrib.get("class") or "").split()
        if kinds[:1] == ["way"]:
            paths = group.findall(SVG + "path")
            assert (len(paths) == 3) is ("dead" in kinds)
            assert ("marker-end" in paths[0].attrib) is ("dead" not in kinds)


def test_every_ordered_pair_has_the_closure_that_the_measure_says(found, directory):
    assert len(found.closures) == len(found.countries) * (len(found.countries) - 1)
    for pair in (("FR", "AL"), ("GB", "AL"), ("AL", "FR")):
        assert found.closures[pair] == closure(directory, *pair, ON)
    matrix = tables_of(found, ENGLISH, ", ".join)[0]
    at = {code: index for index, code in enumerate(found.countries)}
    assert matrix.rows[at["FR"]][at["AL"] + 1].text == mark(found.closures["FR", "AL"])
    assert matrix.rows[at["FR"]][at["FR"] + 1].text == "–"


def test_a_childs_journey_is_another_matrix(found, directory):
    child = transnational_of(directory, ANONYMOUS, ON, "child")
    assert {pair: c.named for pair, c in child.closures.items()} != {pair: c.named for pair, c in found.closures.items()}
    assert "child" in tables_of(child, ENGLISH, ", ".join)[0].caption


def test_the_map_bears_a_strict_page_and_tells_all_that_it_draws(found):
    drawn = picture(found)
    root = read(drawn.svg)
    hold_of_every_picture(root)
    assert dict(drawn.alternative) == sentences(root)
    assert len(drawn.alternative) == len(found.ways) + len(found.closures)
    assert picture(found) == drawn


def test_the_tables_say_all_of_the_map(found):
    matrix, pairs, ways = tables_of(found, ENGLISH, ", ".join)
    assert len(matrix.rows) == len(found.countries)
    assert len(pairs.rows) == len(found.closures)
    assert len(ways.rows) == len(found.ways)
    assert all(row[-1].text for row in ways.rows)


def test_as_data_it_names_the_stages_and_both_sides_of_every_pair(found):
    data = as_data(found)
    assert data["stages"] == list(SIDES)
    assert all(set(pair["stages"]) == set(SIDES) for pair in data["pairs"])
    assert {channel["life"] for channel in data["channels"]} == {"live", "unclear", "dead"}


def test_what_a_directory_says_stays_text(found):
    hostile = replace(found, ways=tuple(replace(way, note=HOSTILE, bodies=(HOSTILE, HOSTILE)) for way in found.ways))
    hold_of_every_picture(read(picture(hostile).svg))
    assert "<script" not in exports.html("x", picture(hostile).svg, tables_of(hostile, ENGLISH, lambda ids: HOSTILE), ENGLISH)
    graph = graph_of(hostile, ENGLISH)
    assert nx.parse_graphml(exports.graphml(graph)).number_of_edges() == len(found.ways)
