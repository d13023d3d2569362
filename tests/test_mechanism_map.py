"""The map of a mechanism: who does what at which stage, who refers to whom, what is missing; drawn, in tables and for other programs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from pictures import HOSTILE, SVG, hold_of_every_picture, read, sentences, texts
from tiny import body, does, stage
from tiny import directory as made

from pathways import vocabulary
from pathways.measures.analysis import analysis
from pathways.measures.gaps import findings
from pathways.planner.rules import DETECTION
from pathways.records import Record
from pathways.visibility import ANONYMOUS, KEEPER
from visualisations import exports
from visualisations.graph import graph_of
from visualisations.mechanism import picture
from visualisations.mechanism_parts import ADULTS, CHILDREN, GOVERNANCE, Column, mechanism_of, sector_of
from visualisations.tables import matrix_of, tables_of
from visualisations.words import ENGLISH, Words

ON = date(2026, 11, 24)
COUNTRIES = vocabulary.words("countries")
ADULT = {"fact": "age_years", "at_least": 18}
CHILD = {"fact": "is_child", "in": [True]}


def refers(origin, to, basis="practice"):
    """A referral to a body that houses."""
    fields = {"origin": origin, "to": to, "basis": basis, "functions": ["safe-accommodation"], "sources": ["gr-law"]}
    return [Record("link", f"{origin}--{to}", "GR", fields)]


def test_every_kind_of_body_is_of_one_sector():
    assert set(vocabulary.sectors()) == set(vocabulary.words("kinds"))


def test_a_line_of_an_organisation_is_of_its_sector_and_one_of_nobody_is_open():
    found = made(
        body("gr-union", does("legal-counselling"), kind="trade-union"),
        body("gr-line", does("hotline"), kind="hotline", parent="gr-union"),
        body("gr-other", does("hotline"), kind="hotline"),
    )
    part = found.parts["GR"]
    assert [sector_of(part, part.stakeholders[name]) for name in ("gr-line", "gr-other")] == ["civil-society", "open"]


def test_a_function_stands_at_the_stage_that_names_both_and_else_at_its_home():
    found = made(
        stage("start", "detection", "case-management", lead=["gr-ngo"]),
        body("gr-ngo", does("case-management")),
        body("gr-other", does("case-management")),
    )
    cells = mechanism_of(found, "GR", ANONYMOUS, ON).cells
    assert cells["gr-ngo.detection"].leads
    assert cells["gr-other.assistance"].functions == ("case-management",)
    assert not cells["gr-other.assistance"].leads


def test_who_only_coordinates_stands_in_a_column_of_its_own():
    found = made(body("gr-council", does("coordination")))
    assert [cell.stage for cell in mechanism_of(found, "GR", ANONYMOUS, ON).cells.values()] == [GOVERNANCE]


def test_a_referral_leads_to_the_stage_at_which_the_other_does_what_it_is_referred_for():
    found = made(
        body("gr-police", does("detection"), kind="police"),
        body("gr-home", does("hotline"), does("safe-accommodation")),
        refers("gr-police", "gr-home", "protocol"),
    )
    (referral,) = mechanism_of(found, "GR", ANONYMOUS, ON).referrals
    assert (referral.origin, referral.to, referral.basis) == ("gr-police.detection", "gr-home.assistance", "protocol")


def test_each_route_has_only_what_serves_it():
    found = made(
        body("gr-adults", does("safe-accommodation", serves=ADULT)),
        body("gr-children", does("safe-accommodation", serves=CHILD)),
        body("gr-all", does("safe-accommodation")),
        body("gr-guardian", does("child-guardianship")),
    )
    both, children, adults = (mechanism_of(found, "GR", ANONYMOUS, ON, route) for route in (None, CHILDREN, ADULTS))
    assert {row.body.id for row in children.rows} == {"gr-children", "gr-all", "gr-guardian"}
    assert {row.body.id for row in adults.rows} == {"gr-adults", "gr-all"}
    assert both.cells["gr-adults.assistance"].routes == {ADULTS}
    assert both.cells["gr-guardian.guardianship"].routes == {CHILDREN}
    assert both.cells["gr-all.assistance"].routes == {CHILDREN, ADULTS}


def test_what_a_stage_names_and_nobody_does_is_missing_for_whom_it_is_owed():
    found = made(
        stage("house", "immediate-safety", "crisis-accommodation", "medical-care"),
        body("gr-adults", does("crisis-accommodation", serves=ADULT)),
    )
    missing = {gap.function: gap for gap in mechanism_of(found, "GR", ANONYMOUS, ON).missing}
    assert missing["crisis-accommodation"].routes == {CHILDREN}
    assert missing["medical-care"].routes == {CHILDREN, ADULTS}
    assert missing["child-guardianship"].routes == {CHILDREN}
    assert missing["medical-care"].evidence == "not-found"
    assert "return-risk-assessment" in missing


def test_what_a_source_says_is_missing_says_so(directory):
    stated = [gap for gap in mechanism_of(directory, "IT", ANONYMOUS, ON).missing if gap.evidence == "stated-absent"]
    assert stated
    assert all(gap.texts and gap.sources for gap in stated)


def test_what_is_not_in_force_is_not_on_the_map():
    found = made(body("gr-old", does("hotline", valid_to="2020-12-31")), body("gr-new", does("hotline")))
    assert {row.body.id for row in mechanism_of(found, "GR", ANONYMOUS, ON).rows} == {"gr-new"}
    assert len(mechanism_of(found, "GR", ANONYMOUS, date(2020, 1, 1)).rows) == 2


def test_a_body_that_is_not_shown_is_counted_and_named_nowhere():
    found = made(
        body("gr-secret", does("safe-accommodation"), visibility="hidden", name="The secret house"),
        body("gr-open", does("hotline")),
        refers("gr-open", "gr-secret"),
    )
    shown = mechanism_of(found, "GR", ANONYMOUS, ON)
    assert shown.withheld == 1
    everything = picture(shown).svg + exports.graphml(graph_of(shown, ENGLISH)) + str(tables_of(shown, ENGLISH, str))
    assert "secret" not in everything
    assert "The secret house" in picture(mechanism_of(found, "GR", KEEPER, ON)).svg


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_map_bears_a_strict_page_and_tells_all_that_it_draws(directory, country):
    mechanism = mechanism_of(directory, country, ANONYMOUS, ON)
    drawn = picture(mechanism)
    root = read(drawn.svg)
    hold_of_every_picture(root)
    assert dict(drawn.alternative) == sentences(root)
    assert len(drawn.alternative) == len(mechanism.cells) + len(mechanism.referrals) + len(mechanism.missing)
    names = " ".join(texts(root))
    assert all(row.body.name.split()[0] in names for row in mechanism.rows)


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_box_covers_another_and_every_line_begins_and_ends_at_a_box(directory, country):
    root = read(picture(mechanism_of(directory, country, ANONYMOUS, ON)).svg)
    frames = []
    for group in root.iter():
        if (group.attrib.get("class") or "").split(" ")[0] in ("cell", "gap") and "id" in group.attrib:
            rect = group.find(SVG + "rect")
            x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            frames.append((x, y, x + wide, y + high))
    for index, (left, top, right, foot) in enumerate(frames):
        for other in frames[index + 1 :]:
            assert right <= other[0] or other[2] <= left or foot <= other[1] or other[3] <= top
    for group in (group for group in root.iter() if (group.attrib.get("class") or "").startswith("referral")):
        path = group.find(SVG + "path").attrib["d"]
        numbers = [
            tuple(map(float, point.split())) for point in path.replace("L", "M").replace("Q", "M").split("M")[1:] if point.count(" ") == 1
        ]
        for x, y in (numbers[0], numbers[-1]):
            assert any(left - 0.2 <= x <= right + 0.2 and top <= y <= foot for left, top, right, foot in frames)


def test_sheets_cover_the_whole_map_and_begin_where_stages_are_named(directory):
    drawn = picture(mechanism_of(directory, "GB", ANONYMOUS, ON))
    height = float(read(drawn.svg).attrib["height"])
    views = [tuple(map(float, view.split())) for view in drawn.sheets]
    assert len(views) > 1
    assert views[0][1] == 0
    for before, after in pairwise(views):
        assert after[1] == pytest.approx(before[1] + before[3], abs=0.2)
    assert views[-1][1] + views[-1][3] == pytest.approx(height, abs=0.2)


def test_the_same_directory_gives_the_same_map(directory):
    def everything():
        mechanism = mechanism_of(directory, "PT", ANONYMOUS, ON)
        graph = graph_of(mechanism, ENGLISH)
        return picture(mechanism), exports.graphml(graph), exports.gexf(graph), exports.mermaid(graph, ENGLISH)

    assert everything() == everything()


def test_the_tables_say_all_of_the_map(directory):
    mechanism = mechanism_of(directory, "AT", ANONYMOUS, ON)
    acts, referrals, missing = tables_of(mechanism, ENGLISH, ", ".join)
    assert len(acts.rows) == len(mechanism.cells)
    assert len(referrals.rows) == len(mechanism.referrals)
    assert len(missing.rows) == len(mechanism.missing)
    assert all(row[-1].text for row in (*acts.rows, *referrals.rows))
    for table in (acts, referrals, missing):
        assert all(len(row) == len(table.head) for row in table.rows)
    matrix = matrix_of(mechanism, ENGLISH)
    assert len(matrix.rows) == len(mechanism.rows) + 1
    assert sum(cell.text in ("acts", "leads") for row in matrix.rows for cell in row) == len(mechanism.cells)


def hostile(directory):
    """A mechanism of which every name would break out, if it could."""
    mechanism = mechanism_of(directory, "AT", ANONYMOUS, ON)
    rows = tuple(replace(row, body=replace(row.body, name=HOSTILE)) for row in mechanism.rows)
    missing = tuple(replace(gap, texts=(HOSTILE,)) for gap in mechanism.missing)
    return replace(mechanism, rows=rows, missing=missing)


def test_what_a_directory_says_stays_text_in_every_form(directory):
    mechanism = hostile(directory)
    drawn = picture(mechanism, Words(link=lambda body: f"/en/{body}")).svg
    hold_of_every_picture(read(drawn))
    graph = graph_of(mechanism, ENGLISH)
    assert nx.parse_graphml(exports.graphml(graph)).number_of_nodes() == len(graph.nodes)
    ET.fromstring(exports.gexf(graph))
    lines = exports.mermaid(graph, ENGLISH).splitlines()
    assert all(line.count('"') in (0, 2) for line in lines)
    assert not any("<script" in line for line in lines)
    page = exports.html(HOSTILE, drawn, tables_of(mechanism, ENGLISH, lambda ids: HOSTILE), ENGLISH, routes=True)
    assert "<script" not in page


def test_programs_read_the_graph_with_its_places(directory):
    graph = graph_of(mechanism_of(directory, "AT", ANONYMOUS, ON), ENGLISH)
    read_back = nx.parse_graphml(exports.graphml(graph))
    assert {node.id for node in graph.nodes} == set(read_back.nodes)
    assert read_back.number_of_edges() == len(graph.edges)
    assert all({"x", "y", "label"} <= set(about) for _, about in read_back.nodes(data=True))
    assert len({(node.x, node.y) for node in graph.nodes}) == len(graph.nodes)
    gexf = nx.read_gexf(io.BytesIO(exports.gexf(graph).encode()))
    assert set(gexf.nodes) == set(read_back.nodes)
    assert "lastmodified" not in exports.gexf(graph)


def test_a_png_is_a_picture_of_twice_the_size(directory):
    drawn = picture(mechanism_of(directory, "CY", ANONYMOUS, ON)).svg
    made = exports.png(drawn)
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20]) == round(2 * float(read(drawn).attrib["width"]))


def test_a_map_may_be_large():
    things = [body(f"gr-{number}", does("hotline"), does("safe-accommodation")) for number in range(1000)]
    things += [refers(f"gr-{number}", f"gr-{(number + by) % 1000}") for number in range(1000) for by in (3, 7, 11)]
    mechanism = mechanism_of(made(*things), "GR", ANONYMOUS, ON)
    assert len(mechanism.rows) == 1000
    assert len(mechanism.referrals) == 3000
    root = read(picture(mechanism).svg)
    assert len(sentences(root)) == len(mechanism.cells) + len(mechanism.referrals) + len(mechanism.missing)


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_the_map_shows_as_missing_at_home_is_a_gap_of_the_measures_and_told_alike(directory, country):
    found = analysis(directory, country, ON)
    told = {finding.function: finding.evidence for finding in findings(found)}
    lacking = {function for function, _, _ in found.outcome.gaps}
    for missing in mechanism_of(directory, country, ANONYMOUS, ON).missing:
        if Column(missing.stage).home or missing.function in DETECTION:
            continue  # a journey home is measured by pair, and the first contact is given
        assert missing.function in lacking, missing.function
        assert told.get(missing.function, missing.evidence) in (missing.evidence, "partly-stated"), missing.function
