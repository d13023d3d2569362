"""Maps for the programs of others: GraphML, GEXF, Mermaid, PNG, and one HTML file that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import resvg_py
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from visualisations.canvas import clean
from visualisations.graph import Graph
from visualisations.tables import Table
from visualisations.words import Words

_UNIT = 160.0
"""The distance of two neighbouring nodes in the unit of programs that draw graphs."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form that a map is given in."""

    name: str
    media_type: str
    suffix: str


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("json", "application/json", "json"),
        Format("svg", "image/svg+xml", "svg"),
        Format("html", "text/html", "html"),
        Format("png", "image/png", "png"),
        Format("graphml", "application/graphml+xml", "graphml"),
        Format("gexf", "application/gexf+xml", "gexf"),
        Format("mermaid", "text/vnd.mermaid", "mmd"),
    )
}
"""The forms of a map, by name; JSON first: what a caller gets who asks for nothing else."""


class NoFont(Exception):
    """A picture of dots cannot be made: this machine has no font to write with."""


def graphml(graph: Graph) -> str:
    """A graph as GraphML, with `x` and `y`."""
    return "\n".join(nx.generate_graphml(_networkx(graph), named_key_ids=True)) + "\n"


def gexf(graph: Graph) -> str:
    """A graph as GEXF 1.2, with the places that Gephi reads; no day of making, so that the same map gives the same file."""
    built = _networkx(graph)
    for _, about in built.nodes(data=True):
        about["viz"] = {"position": {"x": about.pop("x"), "y": -about.pop("y"), "z": 0.0}}
    written = ET.fromstring("\n".join(nx.generate_gexf(built)))
    space = "{http://www.gexf.net/1.2draft}"
    for meta in written.findall(f"{space}meta"):
        meta.attrib.pop("lastmodifieddate", None)
    ET.register_namespace("", space[1:-1])
    ET.register_namespace("viz", "http://www.gexf.net/1.2draft/viz")
    return ET.tostring(written, encoding="unicode") + "\n"


def _networkx(graph: Graph) -> nx.MultiDiGraph:
    built = nx.MultiDiGraph(name=clean(graph.title))
    for node in graph.nodes:
        built.add_node(clean(node.id), label=clean(node.label), x=node.x * _UNIT, y=node.y * _UNIT / 2, **_clean(node.attributes))
    for edge in graph.edges:
        built.add_edge(clean(edge.origin), clean(edge.to), key=clean(edge.id), **_clean(edge.attributes))
    return built


def _clean(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in attributes.items()}


def mermaid(graph: Graph, words: Words) -> str:
    """A graph as a Mermaid flowchart: a stage a subgraph, what is missing dashed, the basis on the line."""
    names = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    groups: dict[float, list[str]] = {}
    for node in sorted(graph.nodes, key=lambda node: (node.x, node.y, node.id)):
        style = ":::missing" if node.attributes.get("type") == "missing" else ""
        groups.setdefault(node.x, []).append(f'    {names[node.id]}["{_quoted(node.label)}"]{style}')
    lines = ["flowchart LR"]
    for number, (_, nodes) in enumerate(groups.items()):
        lines += [f'  subgraph s{number}[" "]', *nodes, "  end"]
    for edge in graph.edges:
        basis = str(edge.attributes.get("basis") or "")
        told = f'|"{_quoted(words.label("referral_basis", basis))}"|' if basis else ""
        lines.append(f"  {names[edge.origin]} -->{told} {names[edge.to]}")
    return "\n".join([*lines, "  classDef missing stroke-dasharray: 5 5"]) + "\n"


def _quoted(text: str) -> str:
    """Text that cannot leave its quotes: Mermaid's own entities for what would."""
    return "".join(f"#{ord(c)};" if c in '"#<>[]{}|`&;' else " " if c in "\r\n" else c for c in clean(text))


def png(svg: str, zoom: float = 2.0) -> bytes:
    """A picture as PNG, twice as fine as on a screen; NoFont where this machine could write no text into it."""
    if not _has_font():
        raise NoFont("PNG needs a font on this machine (on Debian: the package fonts-liberation); SVG needs none")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, background="#fff"))


_PROBE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15" font-family="sans-serif">{}</text></svg>'


@cache
def _has_font() -> bool:
    """Whether a text leaves anything on the paper."""
    blank, written = (bytes(resvg_py.svg_to_bytes(svg_string=_PROBE.format(text))) for text in ("", "Aa"))
    return blank != written


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("visualisations"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def html(title: str, svg: str, tables: Sequence[Table], words: Words, routes: bool = False) -> str:
    """One HTML file with the picture and its tables, that asks nobody for anything. `routes`: with a switch between the children's and the
    adults' route, which needs no script."""
    page = _templates().get_template("map.html")
    return page.render(
        title=title, svg=Markup(svg), tables=tables, language=words.language, rtl=words.rtl, routes=routes, _=words.translate
    )
