"""A map as a graph with places, for the programs of others: nodes and lines with plain attributes, laid out by meaning and not by force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathways import vocabulary
from visualisations.mechanism import stage_name
from visualisations.mechanism_parts import GOVERNANCE, Mechanism, Row
from visualisations.pathway_parts import Parts
from visualisations.words import Words

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node: its label, attributes, and place (in units of one node)."""

    id: str
    label: str
    x: float
    y: float
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A directed line between two nodes."""

    id: str
    origin: str
    to: str
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """A laid out graph."""

    title: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


def graph_of(mechanism: Mechanism, words: Words) -> Graph:
    """The graph of a mechanism: a body stands in the column of the stage that it leads, else of the first after detection at which it acts;
    within a column bodies stand under each other by sector. What is missing stands below, and has no lines."""
    stages = [column.stage for column in mechanism.columns]
    used = {main_stage(row, stages) for row in mechanism.rows} | {gap.stage for gap in mechanism.missing}
    order = [stage for stage in stages if stage in used]
    sectors = vocabulary.words("sectors")
    held: dict[tuple[str, str], list[Row]] = {}
    for row in mechanism.rows:
        held.setdefault((row.sector, main_stage(row, stages)), []).append(row)
    tops, top = {}, 0
    for sector in sectors:
        tops[sector] = top
        most = max((len(rows) for (of, _), rows in held.items() if of == sector), default=0)
        top += most + 1 if most else 0
    nodes = [
        GraphNode(row.body.id, row.body.name, float(order.index(stage)), float(tops[sector] + index), _about(row, stage))
        for (sector, stage), rows in held.items()
        for index, row in enumerate(rows)
    ]
    below: dict[str, int] = {}
    for gap in mechanism.missing:
        y = float(top + below.setdefault(gap.stage, 0))
        below[gap.stage] += 1
        about: dict[str, Value] = {"type": "missing", "stage": gap.stage, "functions": gap.function, "evidence": gap.evidence}
        about |= {"for": ",".join(sorted(gap.routes))}
        label = f"{words.label('functions', gap.function)} ({stage_name(gap.stage, words)})"
        nodes.append(GraphNode(f"missing.{gap.stage}.{gap.function}", label, float(order.index(gap.stage)), y, about))
    edges = [
        GraphEdge(
            referral.id,
            mechanism.cells[referral.origin].body,
            mechanism.cells[referral.to].body,
            {
                "basis": referral.basis,
                "functions": ",".join(referral.functions),
                "for": ",".join(sorted(referral.routes)),
                "evidence": referral.evidence,
                "sources": ",".join(referral.sources),
                **({"as_of": referral.as_of} if referral.as_of else {}),
            },
        )
        for referral in mechanism.referrals
    ]
    return Graph(words.label("countries", mechanism.country), tuple(sorted(nodes, key=lambda node: node.id)), tuple(edges))


def main_stage(row: Row, order: list[str]) -> str:
    """The stage at which a body chiefly stands."""
    cells = sorted(row.cells, key=lambda cell: order.index(cell.stage))
    led = [cell.stage for cell in cells if cell.leads]
    later = [cell.stage for cell in cells if cell.stage not in ("detection", GOVERNANCE)]
    return (led or later or [cells[0].stage])[0]


def _about(row: Row, stage: str) -> dict[str, Value]:
    functions = dict.fromkeys(function for cell in row.cells for function in cell.functions)
    return {
        "type": "body",
        "kind": row.body.kind,
        "sector": row.sector,
        "stage": stage,
        "stages": ",".join(cell.stage for cell in row.cells),
        "functions": ",".join(functions),
        "for": ",".join(sorted(frozenset[str]().union(*(cell.routes for cell in row.cells)))),
        "country": row.body.country,
    }


def graph_of_pathway(parts: Parts) -> Graph:
    """The graph of a pathway's picture: its boxes in their columns and rows, its handovers."""
    columns = {name: index for band in parts.columns.values() for index, (name, _) in enumerate(band)}
    rows = {(band, row): index for index, (band, row) in enumerate((band, row) for band, held in parts.rows.items() for row, _ in held)}
    stacked: dict[tuple[str, str, str], int] = {}
    nodes = []
    for box in parts.boxes:
        cell = (box.band, box.row, box.column)
        stacked[cell] = stacked.get(cell, -1) + 1
        about: dict[str, Value] = {
            "type": "missing" if box.kind == "gap" else box.kind,
            "lane": box.row,
            "when": box.column,
            "told": box.told,
        }
        label = " · ".join(line.text for line in box.lines if not line.faint)
        nodes.append(GraphNode(box.id, label, float(columns[box.column]), rows[box.band, box.row] * 8.0 + stacked[cell], about))
    edges = [GraphEdge(edge.id, edge.origin, edge.to, {"basis": edge.basis or "", "told": edge.told}) for edge in parts.edges]
    return Graph(parts.title, tuple(nodes), tuple(edges))
