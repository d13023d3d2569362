"""The map of a country's mechanism as SVG, for a page, a large sheet of paper and a file of its own.

Columns are the canonical stages, those at home above, those of the way home below. Every body is a row under its sector, with a box at each
stage at which it acts; lines are stated referrals, told apart by dashes; what nobody performs is an empty dashed box. Nothing is told by
colour alone. What serves only children, or only adults, has a class of its own, so that a page can show one route without a script.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from visualisations.canvas import DASHES, FAINT, PAPER, SHADE, Canvas, Picture, identity
from visualisations.grid import Link, Node, Spacing, lay_out
from visualisations.measure import wrap
from visualisations.mechanism_parts import ADULTS, CHILDREN, GOVERNANCE, Cell, Mechanism, Missing, Referral, Row
from visualisations.words import ENGLISH, Words

_BOX, _NAME, _MARGIN = 92.0, 216.0, 12.0
_SIZE, _STEP, _PAD, _NAMES = 10.5, 12.0, 4.0, 11.5
_SPACING = Spacing(stack=3, gutter=11, gap=4, track=3, port=4, widest=40)
_BAR, _TITLE, _LEGEND, _BLOCK = 46.0, 34.0, 64.0, 560.0
_ACROSS = 0.66
"""The height of a sheet of paper that lies across, to its width, less the names of the columns."""
_MOST = 4
"""So many functions stand in a box; how many more there are is said, and the table has them all."""
_NATIONAL, _HOME = "national", "home"


def picture(mechanism: Mechanism, words: Words = ENGLISH, name: str = "mechanism") -> Picture:
    """The map of a mechanism. `name` starts the ids of the document."""
    drawing = _Drawing(mechanism, words, name)
    svg = drawing.draw()
    return Picture(svg, tuple((f"{name}-{identity}", told) for identity, told in drawing.told), tuple(drawing.sheets()))


def stage_name(stage: str, words: Words) -> str:
    """What a column is called."""
    return words.label("function_groups" if stage == GOVERNANCE else "canonical_stages", stage)


def for_whom(routes: frozenset[str], words: Words) -> str:
    """A word for what serves only one route; empty for what serves both."""
    _ = words.translate
    if routes == {CHILDREN}:
        return _("children only")
    return _("adults only") if routes == {ADULTS} else ""


def route_class(routes: frozenset[str]) -> str:
    """The class of what serves one route only: a page hides it where the other is chosen."""
    return f"{next(iter(routes))}-only" if len(routes) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the picture: a body in a band, or the row of what is missing."""

    band: str
    row: Row | None


class _Drawing:
    def __init__(self, mechanism: Mechanism, words: Words, name: str) -> None:
        self.mechanism, self.words, self.told = mechanism, words, list[tuple[str, str]]()
        self.columns = {
            _NATIONAL: [column for column in mechanism.columns if not column.home],
            _HOME: [column for column in mechanism.columns if column.home],
        }
        self.at = {column.stage: (band, index) for band, columns in self.columns.items() for index, column in enumerate(columns)}
        self.lines = [line for band in self.columns for line in self._lines(band)]
        self.written: dict[str, list[str]] = {}
        nodes = list(self._nodes())
        links = [Link(link.id, link.origin, link.to) for link in mechanism.referrals]
        self.bars = self._bars(nodes)
        above = {index: _BAR + _TITLE * band for index, (band, _) in self.bars.items()}
        count = max(map(len, self.columns.values()), default=0)
        self.layout = lay_out(nodes, links, len(self.lines), count, _BOX, (_MARGIN + _NAME, _MARGIN), above, _SPACING)
        self.foot = _MARGIN + self.layout.height
        width = _MARGIN * 2 + _NAME + self.layout.width
        self.canvas = Canvas(name, width, self.foot + _LEGEND, self._title(), self._description(), words)

    def _lines(self, band: str) -> Iterable[_Line]:
        stages = {column.stage for column in self.columns[band]}
        for row in self.mechanism.rows:
            if any(cell.stage in stages for cell in row.cells):
                yield _Line(band, row)
        if any(gap.stage in stages for gap in self.mechanism.missing):
            yield _Line(band, None)

    def _bars(self, nodes: Iterable[Node]) -> dict[int, tuple[bool, bool]]:
        """The rows above which the stages are named: the first of each band and sector, and others so that the names are never far.
        With each, whether the band begins there, and whether it only continues a sector."""
        heights = [0.0] * len(self.lines)
        for node in nodes:
            heights[node.row] = max(heights[node.row], node.height)
        found: dict[int, tuple[bool, bool]] = {}
        run = 0.0
        for index, (line, height) in enumerate(zip(self.lines, heights, strict=True)):
            before = self.lines[index - 1] if index else None
            band = before is None or before.band != line.band
            sector = band or _sector(line) != _sector(before)
            run += height + 8
            if sector or run > _BLOCK:
                found[index] = (band, not sector)
                run = height
        return found

    def _nodes(self) -> Iterable[Node]:
        for index, line in enumerate(self.lines):
            entries: list[tuple[str, str, list[str]]]
            if line.row is not None:
                named = len(wrap(self.words.name(line.row.body.name), _NAME - 10, _NAMES, most=3)) * 13 + 2
                entries = [(cell.id, cell.stage, self._functions(cell)) for cell in line.row.cells]
            else:
                named = 0
                entries = [(_gap_id(gap), gap.stage, self._gap(gap)) for gap in self.mechanism.missing]
            for key, stage, texts in entries:
                band, column = self.at[stage]
                if band == line.band:
                    self.written[key] = [part for text in texts for part in wrap(text, _BOX - 2 * _PAD, _SIZE)]
                    yield Node(key, index, column, max(float(named), len(self.written[key]) * _STEP + 2 * _PAD))

    def _functions(self, cell: Cell) -> list[str]:
        """The lines of a box: the functions, and for whom where that is not for all."""
        _ = self.words.translate
        names = [self.words.label("functions", function) for function in cell.functions]
        if len(names) > _MOST:
            names = [*names[: _MOST - 1], _("and %(count)d more") % {"count": len(names) - _MOST + 1}]
        only = for_whom(cell.routes, self.words) if self.mechanism.route is None else ""
        return names + [f"({only})"] * bool(only)

    def _gap(self, gap: Missing) -> list[str]:
        only = for_whom(gap.routes, self.words) if self.mechanism.route is None else ""
        return [self.words.label("functions", gap.function)] + [f"({only})"] * bool(only)

    def _title(self) -> str:
        _ = self.words.translate
        country = self.words.label("countries", self.mechanism.country)
        if self.mechanism.route == CHILDREN:
            return _("The referral mechanism of %(country)s: the children's route") % {"country": country}
        if self.mechanism.route == ADULTS:
            return _("The referral mechanism of %(country)s: the adults' route") % {"country": country}
        return _("The referral mechanism of %(country)s") % {"country": country}

    def _description(self) -> str:
        _ = self.words.translate
        map_ = self.mechanism
        text = _(
            "Columns are stages, rows are bodies by sector, a box says what a body does at a stage, lines are stated referrals, dashed "
            "boxes are what no body is known to do. Bodies: %(bodies)d. Referrals: %(referrals)d. Missing: %(gaps)d. On %(day)s, directory "
            "revision %(revision)d. The same stands as a table and as a matrix."
        ) % {
            "bodies": len(map_.rows),
            "referrals": len(map_.referrals),
            "gaps": len(map_.missing),
            "day": self.words.day(map_.on.isoformat()),
            "revision": map_.revision,
        }
        return text + (" " + _("Bodies that are not shown: %(count)d.") % {"count": map_.withheld} if map_.withheld else "")

    def draw(self) -> str:
        """The document."""
        for index in range(len(self.lines)):
            self._headings(index)
        for referral in self.mechanism.referrals:
            self._referral(referral)
        for line in self.lines:
            for cell in line.row.cells if line.row else ():
                if self.at[cell.stage][0] == line.band and line.row:
                    self._box(cell, line.row)
        for gap in self.mechanism.missing:
            self._missing(gap)
        self._legend()
        return self.canvas.written()

    def sheets(self) -> Iterable[str]:
        """Views of the whole width, none higher than a sheet is where it can be helped; each begins where the stages are named."""
        width, foot = self.canvas.width, self.foot + _LEGEND
        starts = [self.layout.heads[index] for index in self.bars]
        begin = 0.0
        for start, end in pairwise([*starts, foot]):
            if end - begin > width * _ACROSS and start > begin + _MARGIN:
                yield f"0 {begin:.1f} {width:.1f} {start - begin:.1f}"
                begin = start
        yield f"0 {begin:.1f} {width:.1f} {foot - begin:.1f}"

    def _headings(self, index: int) -> None:
        """What stands above and beside a row: title, stages and sector where they are named, the name of its body."""
        line, (y, height), head = self.lines[index], self.layout.rows[index], self.layout.heads[index]
        group = self.canvas.group(kind="row")
        if index in self.bars:
            band, continued = self.bars[index]
            if band:
                self._band(group, line.band, head)
            self._bar(group, line, head + _TITLE * band, continued)
        if index % 2:
            self.canvas.box(group, 4, y - 2, self.canvas.width - 8, height + 4, fill=SHADE, stroke="none", kind="ground", round=0)
        if line.row is not None:
            self._name(group, line.row, y)

    def _bar(self, group: ET.Element, line: _Line, y: float, continued: bool) -> None:
        """The name of the sector and those of the stages."""
        _ = self.words.translate
        self.canvas.box(group, 4, y + 2, self.canvas.width - 8, _BAR - 6, fill="#ddd", stroke="none", kind="sector", round=0)
        name = self._sector_name(line)
        name = _("%(sector)s (continued)") % {"sector": name} if continued else name
        self.canvas.text(group, _MARGIN, y + 15, wrap(name, _NAME - 12, 11.5, bold=True, most=3), size=11.5, step=12, bold=True)
        for column, x in zip(self.columns[line.band], self.layout.columns, strict=False):
            lines = wrap(stage_name(column.stage, self.words), _BOX + 4, 10, bold=True, most=3)
            self.canvas.text(group, x, y + 13, lines, size=10, step=11.5, bold=True)

    def _name(self, parent: ET.Element, row: Row, y: float) -> None:
        group = self.canvas.group(kind="body", href=self.words.link(row.body.id), parent=parent)
        lines = wrap(self.words.name(row.body.name), _NAME - 10, _NAMES, most=3)
        self.canvas.text(group, _MARGIN, y + 11, lines, size=_NAMES, step=13)

    def _band(self, group: ET.Element, band: str, y: float) -> None:
        _ = self.words.translate
        title = self._title() if band == _NATIONAL else _("The way home: before the journey, the journey, after arrival")
        self.canvas.text(group, _MARGIN, y + 22, [title], size=16, bold=True)

    def _sector_name(self, line: _Line) -> str:
        _ = self.words.translate
        return self.words.label("sectors", line.row.sector) if line.row else _("Missing: no body is known to do this")

    def _say(self, identity: str, told: str) -> str:
        self.told.append((identity, told))
        return told

    def _box(self, cell: Cell, row: Row) -> None:
        _ = self.words.translate
        place = self.layout.places[cell.id]
        key = identity("at", cell.body, cell.stage)
        functions = ", ".join(self.words.label("functions", function) for function in cell.functions)
        told = f"{row.body.name}, {stage_name(cell.stage, self.words)}: {functions}"
        told += "; " + _("leads this stage") if cell.leads else ""
        told += "; " + only if (only := for_whom(cell.routes, self.words)) else ""
        kind = " ".join(part for part in ("cell", route_class(cell.routes)) if part)
        group = self.canvas.group(key, self._say(key, told), kind, href=self.words.link(cell.body))
        self.canvas.box(group, place.x, place.y, place.width, place.height, thick=2.2 if cell.leads else 0.8, fill=PAPER, round=2)
        self.canvas.text(group, place.x + _PAD, place.y + _PAD + 8, self.written[cell.id], size=_SIZE, step=_STEP)

    def _missing(self, gap: Missing) -> None:
        place = self.layout.places[_gap_id(gap)]
        kind = " ".join(part for part in ("gap", route_class(gap.routes)) if part)
        parts = [stage_name(gap.stage, self.words), self.words.label("functions", gap.function), self.words.label("evidence", gap.evidence)]
        parts += [for_whom(gap.routes, self.words), *gap.texts]
        group = self.canvas.group(_gap_id(gap), self._say(_gap_id(gap), "; ".join(part for part in parts if part)), kind)
        self.canvas.box(group, place.x, place.y, place.width, place.height, dash="4 3", thick=1.2, fill=PAPER, round=2)
        self.canvas.text(group, place.x + _PAD, place.y + _PAD + 8, self.written[_gap_id(gap)], size=_SIZE, step=_STEP, fill=FAINT)

    def _referral(self, referral: Referral) -> None:
        key = identity("referral", referral.id)
        kind = " ".join(part for part in ("referral", route_class(referral.routes)) if part)
        group = self.canvas.group(key, self._say(key, referral_told(self.mechanism, referral, self.words)), kind)
        self.canvas.line(group, self.layout.lines[referral.id], dash=DASHES[referral.basis], thick=1)

    def _legend(self) -> None:
        _ = self.words.translate
        group, y = self.canvas.group("legend", kind="legend"), self.foot
        x = _MARGIN
        for text, dash, thick in (
            (_("acts at this stage"), "", 0.8),
            (_("leads this stage"), "", 2.2),
            (_("no body is known to do this"), "4 3", 1.2),
        ):
            self.canvas.box(group, x, y + 6, 30, 14, dash=dash, thick=thick, round=2)
            self.canvas.text(group, x + 36, y + 17, [text], size=10.5)
            x += 220
        x = _MARGIN
        for basis in dict.fromkeys(
            referral.basis for referral in sorted(self.mechanism.referrals, key=lambda r: list(DASHES).index(r.basis))
        ):
            self.canvas.line(group, [(x, y + 36), (x + 30, y + 36)], dash=DASHES[basis], thick=1)
            text = _("referral by: %(basis)s") % {"basis": self.words.label("referral_basis", basis)}
            self.canvas.text(group, x + 36, y + 40, [text], size=10.5)
            x += 220
        self.canvas.text(group, _MARGIN, y + 58, [self._state()], size=9.5, fill=FAINT)

    def _state(self) -> str:
        _ = self.words.translate
        day = {"day": self.words.day(self.mechanism.on.isoformat()), "revision": self.mechanism.revision}
        return _("State of %(day)s, directory revision %(revision)d. What no text says is not shown, and may exist all the same.") % day


def _sector(line: _Line | None) -> str | None:
    return line.row.sector if line and line.row else None


def _gap_id(gap: Missing) -> str:
    return identity("gap", gap.stage, gap.function)


def referral_told(mechanism: Mechanism, referral: Referral, words: Words) -> str:
    """A referral in a sentence: from whom, to whom, for what, on what basis."""
    _ = words.translate
    origin, to = (mechanism.names[mechanism.cells[end].body] for end in (referral.origin, referral.to))
    functions = ", ".join(words.label("functions", function) for function in referral.functions)
    return _("%(origin)s refers to %(to)s for: %(functions)s; basis: %(basis)s") % {
        "origin": origin,
        "to": to,
        "functions": functions or "–",
        "basis": words.label("referral_basis", referral.basis),
    }
