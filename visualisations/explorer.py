"""The explorer: a map as nodes and lines for vis-network, made by pyvis, with our places and no physics; data only, no page and no script.

pyvis's own template asks a CDN and writes headings as they are; here it only says what vis-network is to draw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyvis
from pyvis.network import Network

from visualisations.canvas import DASHES
from visualisations.graph import Graph, GraphEdge, GraphNode
from visualisations.measure import wrap
from visualisations.mechanism import stage_name
from visualisations.words import Words

LIBRARY = Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"
"""vis-network as pyvis brings it along (Apache 2.0 or MIT); it is served from there."""

_ACROSS, _DOWN, _LABEL = 190.0, 74.0, 150.0
OPTIONS: Mapping[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"dragNodes": False, "hideEdgesOnDrag": True},
    "nodes": {
        "borderWidth": 1,
        "margin": 6,
        "font": {"face": "Helvetica, Arial, sans-serif", "size": 13},
        "scaling": {"label": {"enabled": False, "drawThreshold": 1}},
    },
    "edges": {"smooth": False, "color": {"color": "#444", "highlight": "#000"}},
}

_HIGHLIGHT = {"border": "#111", "highlight": {"background": "#cfe3ff", "border": "#111"}}


def data_of(graph: Graph, words: Words, marked: Collection[str] = ()) -> dict[str, Any]:
    """What the explorer's script draws: nodes, edges, options. `marked` are the bodies of a pathway that is to be seen in it."""
    network = Network(directed=True)
    for node in graph.nodes:
        network.add_node(node.id, **_node(node, words, node.id in marked))
    for edge in graph.edges:
        network.add_edge(edge.origin, edge.to, **_edge(edge, words, edge.origin in marked and edge.to in marked))
    for identity, x, y, text in _headings(graph, words):
        network.add_node(identity, **_heading(x, y, text))
    return {"nodes": network.nodes, "edges": network.edges, "options": OPTIONS, "marked": sorted(marked)}


def _node(node: GraphNode, words: Words, marked: bool) -> dict[str, Any]:
    missing = node.attributes.get("type") == "missing"
    return {
        "label": "\n".join(wrap(node.label, _LABEL, 13)),
        "name": node.label,
        "x": node.x * _ACROSS,
        "y": node.y * _DOWN,
        "shape": "box",
        "shapeProperties": {"borderDashes": [5, 5] if missing else False},
        "borderWidth": 4 if marked else 1,
        "color": {
            "background": "#ffe9a8" if marked else "#fff",
            "border": "#111",
            "highlight": {"background": "#cfe3ff", "border": "#111"},
        },
        "functions": [part for part in str(node.attributes.get("functions", "")).split(",") if part],
        "routes": [part for part in str(node.attributes.get("for", "")).split(",") if part],
        "page": words.link(node.id) if not missing else None,
    }


def _headings(graph: Graph, words: Words) -> Iterator[tuple[str, float, float, str]]:
    """The names of the columns, above them, and of the sectors, beside their first row: id, place, text."""
    _ = words.translate
    for x, stage in sorted({(node.x, str(node.attributes["stage"])) for node in graph.nodes if "stage" in node.attributes}):
        yield f"stage.{stage}", x, -1.6, stage_name(stage, words)
    rows: dict[str, float] = {}
    for node in graph.nodes:
        sector = str(node.attributes.get("sector", ""))
        rows[sector] = min(node.y, rows.get(sector, node.y))
    for sector, y in sorted(rows.items()):
        yield f"sector.{sector}", -1.0, y, words.label("sectors", sector) if sector else _("Missing: no body is known to do this")


def _heading(x: float, y: float, text: str) -> dict[str, Any]:
    """A name beside the map; it is no body and stays where it is."""
    label = "\n".join(wrap(text, _LABEL, 15, bold=True))
    font = {"size": 15, "vadjust": -10 if y < 0 else 0}
    return {"label": label, "name": text, "x": x * _ACROSS, "y": y * _DOWN, "shape": "text", "font": font, "heading": True, "chosen": False}


def _edge(edge: GraphEdge, words: Words, marked: bool) -> dict[str, Any]:
    basis = str(edge.attributes.get("basis", ""))
    dashes = [int(part) for part in DASHES.get(basis, "").split()]
    return {
        "id": edge.id,
        "basis": basis,
        "told": words.label("referral_basis", basis) if basis else "",
        "routes": [part for part in str(edge.attributes.get("for", "")).split(",") if part],
        "dashes": dashes or False,
        "width": 4 if marked else 1,
    }
