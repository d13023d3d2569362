"""A paper as PDF on A4: in every script of the service, and nothing at its head unless wanted.

It is tagged for screen readers: headings and paragraphs in their order, their language, a title. What the library cannot write: lists and
tables as such (an item is a paragraph; a table of a report has no tags), and the mark of PDF/UA.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.prefs import ViewerPreferences

from api.answering.handout import Block
from api.answering.said import Text

_FONTS = Path(__file__).parent.parent / "fonts"
_FAMILY = "paper"
_LOOKS = {
    "title": ("B", 18, 3.0),
    "heading": ("B", 14, 4.0),
    "contact": ("B", 11.5, 3.0),
    "strong": ("B", 10, 0.8),
    "text": ("", 10, 0.8),
    "item": ("", 10, 0.6),
    "soft": ("", 8, 0.6),
    "number": ("B", 13, 0.8),
    "address": ("", 9, 0.6),
}
"""Of each kind of block: style, size in points, room above in millimetres."""
_TAGS = {"title": "/H1", "heading": "/H2", "contact": "/H3"}
"""Of each kind of block, what a screen reader is told that it is; the others are paragraphs."""
_LINE = 0.46
"""Height of a line in millimetres for each point of size."""
_SMALL, _PADDING = 8.0, 0.8
"""Letters of a table in points, and the room within its cells in millimetres."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a paper: its headings, its rows, and how wide its columns are to each other."""

    head: tuple[str, ...]
    rows: tuple[tuple[str | Text, ...], ...]
    widths: tuple[int, ...]


def as_pdf(blocks: Sequence[Block | Grid], title: str, language: str, rtl: bool) -> bytes:
    """The paper as the bytes of a PDF. `title` stands in its window, not on the paper."""
    paper = _Paper(rtl)
    paper.set_title(title)
    paper.set_lang(language)
    paper.viewer_preferences = ViewerPreferences(display_doc_title=True)
    paper.set_display_mode("fullpage", "continuous")
    paper.set_creation_date(datetime.combine(date.today(), time(), UTC))  # the day, and not at what hour somebody sat here
    paper.add_page()
    for block in blocks:
        paper.put(block)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, rtl: bool) -> None:
        super().__init__(format="A4")
        self.rtl = rtl
        for style, file in (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf")):
            self.add_font(_FAMILY, style, _FONTS / file)
        self.set_margins(18, 15, 18)
        self.set_auto_page_break(True, 15)

    def footer(self) -> None:
        """The number of the page, and nothing else."""
        self.set_y(-11)
        self.set_font(_FAMILY, "", 8)
        self.set_text_shaping(True, direction="ltr")
        self._out("/Artifact BMC")
        self.cell(0, 5, str(self.page_no()), align=Align.C)
        self._out("EMC")

    def put(self, block: Block | Grid) -> None:
        """Write a block; a heading that would stand alone at the foot of a page begins the next one."""
        if isinstance(block, Grid):
            self._put_grid(block)
            return
        style, size, above = _LOOKS[block.kind]
        self.ln(above)
        if block.kind in ("heading", "contact") and self.will_page_break(35):
            self.add_page()
        if block.kind in ("title", "heading"):
            self.start_section(str(block.text), int(block.kind == "heading"), strict=False)
        tag, text = _TAGS.get(block.kind, "/P"), str(block.text)
        direction = "ltr" if block.kind in ("number", "address") else _direction(text)
        self._write(f"•\u00a0{text}" if block.kind == "item" else text, style, size, direction, tag, _language(block.text))
        if block.told:
            self._write(str(block.told), "", 8, _direction(str(block.told)), "/P", _language(block.told))

    def _put_grid(self, grid: Grid) -> None:
        """A table, a row a tag; the headings stand again on each page. In languages from the right the first column is the last."""
        self.ln(2)
        self.set_text_shaping(True, direction="rtl" if self.rtl else "ltr")
        if self.will_page_break(sum(self._height(cells, grid.widths) for cells in (grid.head, *grid.rows[:1]))):
            self.add_page()
        self._put_row(grid.head, grid.widths, "B")
        for cells in grid.rows:
            if self.will_page_break(self._height(cells, grid.widths)):
                self.add_page()
                self._put_row(grid.head, grid.widths, "B")
            self._put_row(cells, grid.widths, "")

    def _put_row(self, cells: Sequence[str | Text], widths: Sequence[int], style: str) -> None:
        self.set_font(_FAMILY, style, _SMALL)
        turned = (cells[::-1], widths[::-1]) if self.rtl else (cells, widths)
        with (
            self._tagged("/P", None),
            self.table(
                col_widths=tuple(turned[1]),
                text_align=Align.R if self.rtl else Align.L,
                line_height=_SMALL * _LINE,
                padding=_PADDING,
                borders_layout=TableBordersLayout.NONE,
                first_row_as_headings=False,
            ) as table,
        ):
            row = table.row()
            for cell in turned[0]:
                row.cell(_spaced(cell))
        self._out("/Artifact BMC")
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self._out("EMC")

    def _height(self, cells: Sequence[str | Text], widths: Sequence[int]) -> float:
        """How high a row is: its highest cell."""
        self.set_font(_FAMILY, "", _SMALL)
        whole, line = sum(widths), _SMALL * _LINE
        heights = [
            float(
                self.multi_cell(self.epw * width / whole - 2 * _PADDING, line, _spaced(cell), dry_run=True, output=MethodReturnValue.HEIGHT)
            )
            for cell, width in zip(cells, widths, strict=True)
        ]
        return max(heights) + 2 * _PADDING + line

    def _write(self, text: str, style: str, size: float, direction: str, tag: str, language: str | None) -> None:
        """A paragraph with its tag, on one page: a tag cannot go on to the next."""
        self.set_font(_FAMILY, style, size)
        self.set_text_shaping(True, direction=direction)
        align, line, told = Align.R if self.rtl else Align.L, size * _LINE, " ".join(text.split())
        if self.will_page_break(float(self.multi_cell(0, line, told, align=align, dry_run=True, output=MethodReturnValue.HEIGHT))):
            self.add_page()
        with self._tagged(tag, language):
            self.multi_cell(0, line, told, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @contextmanager
    def _tagged(self, tag: str, language: str | None) -> Iterator[None]:
        """What is written within is one element of the document, in its language where that is not the paper's."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=tag, mcid=number)
        self._out(f"{tag} <</MCID {number}>> BDC")
        self._out(f"/Span <</Lang ({language})>> BDC" if language else "/Span BMC")
        yield
        self._out("EMC")
        self._out("EMC")


def _language(text: Text) -> str | None:
    """The language of a whole paragraph; None for that of the paper, and where there are several."""
    languages = {run.language for run in text.runs if run.text.strip()}
    return languages.pop() if len(languages) == 1 else None


def _spaced(text: str | Text) -> str:
    return " ".join(str(text).split())


def _direction(text: str) -> str:
    """The direction of a paragraph: that of its first letter."""
    letters = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in letters if kind in ("L", "R", "AL")), "L") != "L" else "ltr"
