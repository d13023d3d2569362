"""A layered layout on a grid: boxes in rows and columns that mean something, and lines between them that run beside the boxes.

Boxes of one cell stand under each other. A line leaves a box at its side, runs up or down in the gutter beside its column, along the gap
above the row of its end where the columns are not neighbours, and enters its end from the left. No line crosses a box, and the same boxes
and links give the same picture. O(boxes + links).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]

_STACK = 12.0
_GUTTER, _GAP, _TRACK = 22.0, 14.0, 6.0
_WIDEST = 90.0
"""The most that the tracks of one gutter or gap may take; with more, they stand closer."""
_PORT = 7.0


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its cell and how high it is."""

    id: str
    row: int
    column: int
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """A line from box to box. Lines with the same `track` share their way through a gutter."""

    id: str
    origin: str
    to: str
    track: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def foot(self) -> float:
        """Its lower side."""
        return self.y + self.height


@dataclass(slots=True)
class Layout:
    """Everything placed."""

    width: float = 0.0
    height: float = 0.0
    places: dict[str, Place] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    columns: list[float] = field(default_factory=list)
    """Where each column begins."""
    rows: list[tuple[float, float]] = field(default_factory=list)
    """Where each row begins, and how high it is."""
    heads: list[float] = field(default_factory=list)
    """Where the room above each row begins."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Through which gutters a line runs (the number of a gutter is that of the column to its right), and above which row between them."""

    out: int
    into: int
    gap: int | None
    straight: bool = False


def lay_out(
    nodes: Sequence[Node],
    links: Iterable[Link],
    rows: int,
    columns: int,
    box: float,
    start: Point = (0.0, 0.0),
    above: Mapping[int, float] | None = None,
) -> Layout:
    """The layout of some boxes, each `box` wide, in a grid that starts at a point; columns and rows that hold nothing keep their place.

    `above` keeps room above a row, for a heading.
    """
    cells: dict[tuple[int, int], list[Node]] = {}
    for node in nodes:
        cells.setdefault((node.row, node.column), []).append(node)
    after = {(a.id, b.id) for cell in cells.values() for a, b in pairwise(cell)}
    by_id = {node.id: node for node in nodes}
    known = [link for link in links if link.origin in by_id and link.to in by_id and link.origin != link.to]
    ways = {link.id: _way(by_id[link.origin], by_id[link.to], (link.origin, link.to) in after) for link in known}
    gutters, gaps = _tracks(known, ways)
    layout = Layout()
    x = start[0]
    for column in range(columns):
        x += _breadth(_GUTTER, gutters.get(column))
        layout.columns.append(x)
        x += box
    layout.width = x - start[0] + _breadth(_GUTTER, gutters.get(columns))
    y = start[1]
    for row in range(rows):
        layout.heads.append(y)
        y += (above or {}).get(row, 0.0) + _breadth(_GAP, gaps.get(row))
        heights = [_stacked(cells[row, column], layout, y, box) for column in range(columns) if (row, column) in cells]
        layout.rows.append((y, max(heights, default=0.0)))
        y += layout.rows[-1][1]
    layout.height = y - start[1] + _GAP
    ports = _ports(known, ways, by_id, layout)
    for link in known:
        layout.lines[link.id] = _line(link, ways[link.id], layout, gutters, gaps, ports, box)
    return layout


def _way(origin: Node, to: Node, next_below: bool) -> _Way:
    if next_below:
        return _Way(0, 0, None, straight=True)
    out = origin.column + 1 if to.column > origin.column else origin.column
    return _Way(out, to.column, None if out == to.column else to.row)


def _track(link: Link) -> str:
    return link.track or link.id


def _tracks(links: Sequence[Link], ways: Mapping[str, _Way]) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    """The tracks of each gutter and of each gap above a row, numbered."""
    gutters: dict[int, dict[str, int]] = {}
    gaps: dict[int, dict[str, int]] = {}
    for link in links:
        way = ways[link.id]
        if way.straight:
            continue
        for number in (way.out, way.into):
            tracks = gutters.setdefault(number, {})
            tracks.setdefault(_track(link), len(tracks))
        if way.gap is not None:
            tracks = gaps.setdefault(way.gap, {})
            tracks.setdefault(_track(link), len(tracks))
    return gutters, gaps


def _spacing(tracks: Mapping[str, int]) -> float:
    return min(_TRACK, _WIDEST / len(tracks))


def _breadth(least: float, tracks: Mapping[str, int] | None) -> float:
    return least + (len(tracks) * _spacing(tracks) if tracks else 0.0)


def _stacked(cell: Sequence[Node], layout: Layout, y: float, box: float) -> float:
    """Place the boxes of one cell under each other; the height that they take."""
    x, down = layout.columns[cell[0].column], y
    for node in cell:
        layout.places[node.id] = Place(x, down, box, node.height)
        down += node.height + _STACK
    return down - y - _STACK


def _ports(links: Sequence[Link], ways: Mapping[str, _Way], nodes: Mapping[str, Node], layout: Layout) -> dict[tuple[str, str], float]:
    """How far down each line leaves or enters a box: those of one side spread, in the order of their other ends."""
    sides: dict[tuple[str, bool], list[tuple[float, str, str]]] = {}
    for link in links:
        way = ways[link.id]
        if not way.straight:
            rightwards = way.out > nodes[link.origin].column
            sides.setdefault((link.origin, rightwards), []).append((layout.places[link.to].y, link.id, "out"))
            sides.setdefault((link.to, False), []).append((layout.places[link.origin].y, link.id, "in"))
    found: dict[tuple[str, str], float] = {}
    for (box, _), ends in sides.items():
        place = layout.places[box]
        step = min(_PORT, (place.height - 12) / max(1, len(ends)))
        first = place.y + place.height / 2 - step * (len(ends) - 1) / 2
        for index, (_, line, end) in enumerate(sorted(ends)):
            found[line, end] = first + index * step
    return found


def _line(
    link: Link,
    way: _Way,
    layout: Layout,
    gutters: Mapping[int, Mapping[str, int]],
    gaps: Mapping[int, Mapping[str, int]],
    ports: Mapping[tuple[str, str], float],
    box: float,
) -> list[Point]:
    origin, to = layout.places[link.origin], layout.places[link.to]
    if way.straight:
        middle = origin.x + origin.width / 2
        return [(middle, origin.foot), (middle, to.y)]
    leaves, enters = ports[link.id, "out"], ports[link.id, "in"]
    rightwards = way.out == len(layout.columns) or layout.columns[way.out] > origin.x
    side = origin.right if rightwards else origin.x
    first = _across(link, way.out, layout, gutters, box)
    if way.gap is None:
        return [(side, leaves), (first, leaves), (first, enters), (to.x, enters)]
    last = _across(link, way.into, layout, gutters, box)
    tracks = gaps[way.gap]
    along = layout.rows[way.gap][0] - _GAP / 2 - tracks[_track(link)] * _spacing(tracks)
    return [(side, leaves), (first, leaves), (first, along), (last, along), (last, enters), (to.x, enters)]


def _across(link: Link, gutter: int, layout: Layout, gutters: Mapping[int, Mapping[str, int]], box: float) -> float:
    """Where in a gutter the track of a line runs."""
    tracks = gutters[gutter]
    right = layout.columns[gutter] if gutter < len(layout.columns) else layout.columns[-1] + box + _breadth(_GUTTER, tracks)
    return right - _GUTTER * 0.6 - tracks[_track(link)] * _spacing(tracks)
