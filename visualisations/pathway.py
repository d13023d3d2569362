"""The picture of one answer: a pathway as SVG, for the page that shows it, for print and for a file of its own.

At home the columns are now, next and later, and the rows are the lanes that run beside each other; on the way home the columns are before
the journey, the journey and after arrival, and the rows are the countries. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visualisations.canvas import DASHES, FAINT, PAPER, SHADE, Canvas, Picture
from visualisations.grid import Link, Node, lay_out
from visualisations.measure import wrap
from visualisations.pathway_parts import LEGS, TIMES, Box, Parts, alternative, parts_of
from visualisations.tables import Cell, Table
from visualisations.words import ENGLISH, Words

_BOX, _ROW_NAME, _MARGIN = 240.0, 110.0, 12.0
_SIZE, _STEP, _PAD = 12.0, 15.0, 8.0
_HEAD, _BAND, _LEGEND = 28.0, 34.0, 48.0


def picture(pathway: Mapping[str, Any], words: Words = ENGLISH, name: str = "pathway", when: Mapping[int, str] | None = None) -> Picture:
    """The picture of a pathway of the contract. `name` starts the ids of the document; `when` gives now, next or later for each national
    step, by its order, where the caller sorts them (default: by canonical stage)."""
    parts = parts_of(pathway, words, when)
    told = tuple((f"{name}-{identity}", sentence) for identity, sentence in alternative(parts))
    return Picture(_Drawing(parts, words, name).draw(), told)


def table(parts: Parts, words: Words) -> Table:
    """The picture of a pathway as a table: its boxes in the order in which they are read, with the handovers to each."""
    _ = words.translate
    into: dict[str, list[str]] = {}
    for edge in parts.edges:
        into.setdefault(edge.to, []).append(edge.told)
    rows = tuple((Cell(box.lines[0].text), Cell(box.told), Cell("; ".join(into.get(box.id, ())) or "–")) for box in parts.boxes)
    return Table(_("The path in words"), (_("Body"), _("Steps"), _("Handover")), rows)


class _Drawing:
    """One picture while it is drawn: the bands stand under each other in one grid, so that a handover may lead from one into the other."""

    def __init__(self, parts: Parts, words: Words, name: str) -> None:
        self.parts, self.words = parts, words
        self.written = {box.id: _written(box) for box in parts.boxes}
        self.rows = [(band, row, told) for band, rows in parts.rows.items() for row, told in rows]
        at_row = {(band, row): index for index, (band, row, _) in enumerate(self.rows)}
        self.headed = {at_row[band, rows[0][0]]: band for band, rows in parts.rows.items()}
        used = sorted({_COLUMN[column] for columns in parts.columns.values() for column, _ in columns})
        self.at_column = {column: used.index(place) for column, place in _COLUMN.items() if place in used}
        nodes = [
            Node(box.id, at_row[box.band, box.row], self.at_column[box.column], len(self.written[box.id]) * _STEP + 2 * _PAD)
            for box in parts.boxes
        ]
        links = [Link(edge.id, edge.origin, edge.to) for edge in parts.edges]
        head = _HEAD + (_BAND if len(self.headed) > 1 else 0)
        start = (_MARGIN + _ROW_NAME, _MARGIN)
        self.layout = lay_out(nodes, links, len(self.rows), len(used), _BOX, start, dict.fromkeys(self.headed, head))
        self.foot = _MARGIN + self.layout.height
        width = 2 * _MARGIN + _ROW_NAME + self.layout.width
        self.canvas = Canvas(name, width, self.foot + _LEGEND, parts.title, parts.description, words)

    def draw(self) -> str:
        """The document."""
        for index in range(len(self.rows)):
            self._row(index)
        for edge in self.parts.edges:
            group = self.canvas.group(edge.id, edge.told, "handover")
            thick, dash = (2.4, "") if edge.same else (1.2, DASHES[edge.basis])
            self.canvas.line(group, self.layout.lines[edge.id], dash=dash, thick=thick)
        for box in self.parts.boxes:
            self._box(box)
        self._legend()
        return self.canvas.written()

    def _row(self, index: int) -> None:
        """The ground and the name of a row; above the first one of a band its headings."""
        (_band, _row, name), (y, height) = self.rows[index], self.layout.rows[index]
        group = self.canvas.group(kind="row")
        if index in self.headed:
            self._headings(self.headed[index], self.layout.heads[index])
        if index % 2 == 0:
            self.canvas.box(group, 4, y - 6, self.canvas.width - 8, height + 12, fill=SHADE, stroke="none", kind="ground")
        self.canvas.text(group, _MARGIN, y + 14, wrap(name, _ROW_NAME - 6, _SIZE, bold=True), bold=True)

    def _headings(self, band: str, y: float) -> None:
        _ = self.words.translate
        group = self.canvas.group(kind="heading")
        if len(self.headed) > 1:
            y += _BAND
            title = _("Here") if band == "national" else _("The way home")
            self.canvas.text(group, _MARGIN, y - 4, [title], size=15, bold=True)
        for column, name in self.parts.columns[band]:
            self.canvas.text(group, self.layout.columns[self.at_column[column]], y + 14, [name], size=14, bold=True)

    def _box(self, box: Box) -> None:
        place, canvas = self.layout.places[box.id], self.canvas
        group = canvas.group(box.id, box.told, box.kind, href=self.words.link(box.body) if box.body else None)
        dash, thick = _LOOKS[box.kind]
        canvas.box(group, place.x, place.y, place.width, place.height, dash=dash, thick=thick, fill=PAPER)
        y = place.y + _PAD + _SIZE - 1
        for text, bold, faint in self.written[box.id]:
            canvas.text(group, place.x + _PAD, y, [text], size=_SIZE - 1 if faint else _SIZE, bold=bold, fill=FAINT if faint else "")
            y += _STEP

    def _legend(self) -> None:
        """What the lines mean, only those that are there."""
        _ = self.words.translate
        edges, top = self.parts.edges, self.foot
        entries = [
            (DASHES[basis], 1.2, self.words.label("referral_basis", basis) if basis else _("no basis known"))
            for basis in dict.fromkeys(edge.basis for edge in edges if not edge.same)
        ]
        entries += [("", 2.4, _("the same body"))] if any(edge.same for edge in edges) else []
        group = self.canvas.group("legend", kind="legend")
        if entries:
            self.canvas.text(group, _MARGIN, top + 14, [_("Handover on the basis of:")], size=11, bold=True)
        room = min(180.0, (self.canvas.width - 2 * _MARGIN) / max(1, len(entries)))
        for index, (dash, thick, name) in enumerate(entries):
            x = _MARGIN + index * room
            self.canvas.line(group, [(x, top + 30), (x + 36, top + 30)], dash=dash, thick=thick)
            self.canvas.text(group, x + 42, top + 34, wrap(name, room - 46, 11, most=1), size=11)


_COLUMN = {name: index for columns in (TIMES, LEGS) for index, name in enumerate(columns)}


def _written(box: Box) -> list[tuple[str, bool, bool]]:
    """The lines of a box, broken so that they fit: text, bold, faint."""
    return [
        (text, line.bold, line.faint)
        for line in box.lines
        for text in wrap(line.text, _BOX - 2 * _PAD, _SIZE - 1 if line.faint else _SIZE, line.bold)
    ]


_LOOKS = {"step": ("", 1.2), "gap": ("6 4", 1.6), "branch": ("2 3", 1.2)}
"""How the border of each kind of box is drawn: dashes and thickness."""
