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


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far things stand from each other."""

    stack: float = 12.0
    """Between boxes of one cell."""
    gutter: float = 22.0
    """Between columns, without the lines that run there."""
    gap: float = 14.0
    """Between rows, without the lines that run there."""
    track: float = 6.0
    """Between lines that run beside each other."""
    port: float = 7.0
    """Between lines that leave or enter one side of a box."""
    widest: float = 90.0
    """The most that the lines of one gutter or gap may take; with more, they stand closer."""


ROOMY = Spacing()


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
    edge: float = 0.0
    """Where the gutter behind the last column ends."""
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
    spacing: Spacing = ROOMY,
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
    gutters, gaps = _tracks(known, ways, spacing)
    layout = Layout()
    x = start[0]
    for column in range(columns):
        x += spacing.gutter + gutters.breadth(column)
        layout.columns.append(x)
        x += box
    layout.edge = x + spacing.gutter + gutters.breadth(columns)
    layout.width = layout.edge - start[0]
    y = start[1]
    for row in range(rows):
        layout.heads.append(y)
        y += (above or {}).get(row, 0.0) + spacing.gap + gaps.breadth(row)
        heights = [_stacked(cells[row, column], layout, y, box, spacing) for column in range(columns) if (row, column) in cells]
        layout.rows.append((y, max(heights, default=0.0)))
        y += layout.rows[-1][1]
    layout.height = y - start[1] + spacing.gap
    ports = _ports(known, ways, by_id, layout, spacing)
    for link in known:
        layout.lines[link.id] = _line(link, ways[link.id], layout, gutters, gaps, ports)
    return layout


def _way(origin: Node, to: Node, next_below: bool) -> _Way:
    if next_below:
        return _Way(0, 0, None, straight=True)
    out = origin.column + 1 if to.column > origin.column else origin.column
    return _Way(out, to.column, None if out == to.column else to.row)


@dataclass(slots=True)
class _Tracks:
    """The tracks of every gutter, or of every gap above a row: which lines run there, in which order."""

    spacing: Spacing
    base: float
    of: dict[int, dict[str, int]] = field(default_factory=dict)

    def add(self, place: int, link: Link) -> None:
        """Give a line its track."""
        tracks = self.of.setdefault(place, {})
        tracks.setdefault(link.track or link.id, len(tracks))

    def _step(self, place: int) -> float:
        return min(self.spacing.track, self.spacing.widest / len(self.of[place]))

    def breadth(self, place: int) -> float:
        """What the tracks take beside the room that is always there."""
        return len(self.of[place]) * self._step(place) if place in self.of else 0.0

    def before(self, place: int, end: float, link: Link) -> float:
        """Where the track of a line runs, counted back from where the gutter or gap ends."""
        return end - self.base * 0.6 - self.of[place][link.track or link.id] * self._step(place)


def _tracks(links: Sequence[Link], ways: Mapping[str, _Way], spacing: Spacing) -> tuple[_Tracks, _Tracks]:
    gutters, gaps = _Tracks(spacing, spacing.gutter), _Tracks(spacing, spacing.gap)
    for link in links:
        way = ways[link.id]
        if way.straight:
            continue
        for number in (way.out, way.into):
            gutters.add(number, link)
        if way.gap is not None:
            gaps.add(way.gap, link)
    return gutters, gaps


def _stacked(cell: Sequence[Node], layout: Layout, y: float, box: float, spacing: Spacing) -> float:
    """Place the boxes of one cell under each other; the height that they take."""
    x, down = layout.columns[cell[0].column], y
    for node in cell:
        layout.places[node.id] = Place(x, down, box, node.height)
        down += node.height + spacing.stack
    return down - y - spacing.stack


def _ports(
    links: Sequence[Link], ways: Mapping[str, _Way], nodes: Mapping[str, Node], layout: Layout, spacing: Spacing
) -> dict[tuple[str, str], float]:
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
        step = min(spacing.port, (place.height - 8) / max(1, len(ends)))
        first = place.y + place.height / 2 - step * (len(ends) - 1) / 2
        for index, (_, line, end) in enumerate(sorted(ends)):
            found[line, end] = first + index * step
    return found


def _line(link: Link, way: _Way, layout: Layout, gutters: _Tracks, gaps: _Tracks, ports: Mapping[tuple[str, str], float]) -> list[Point]:
    origin, to = layout.places[link.origin], layout.places[link.to]
    if way.straight:
        middle = origin.x + origin.width / 2
        return [(middle, origin.foot), (middle, to.y)]
    ends = [*layout.columns, layout.edge]
    leaves, enters = ports[link.id, "out"], ports[link.id, "in"]
    side = origin.right if ends[way.out] > origin.x else origin.x
    first = gutters.before(way.out, ends[way.out], link)
    if way.gap is None:
        return [(side, leaves), (first, leaves), (first, enters), (to.x, enters)]
    last = gutters.before(way.into, ends[way.into], link)
    along = gaps.before(way.gap, layout.rows[way.gap][0], link)
    return [(side, leaves), (first, leaves), (first, along), (last, along), (last, enters), (to.x, enters)]
