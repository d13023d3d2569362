"""XLSX as sheets of rows of text, by openpyxl read-only, behind a guard that looks at the parts first.

openpyxl holds a whole row, pads what is left out and does not tell merged cells when it reads only; the guard counts, refuses what nobody
needs (formulas, macros, links to other files, document types) and notes the merged cells. It sees each part once, with expat.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from importers.reading import Finding, Place
from importers.tables import BEGINNING, BROKEN_ZIP, MAX_COLUMNS, MAX_LINE, Row, Sheet, checked_archive, refuse, unescaped

MAX_SHEETS = 50
MAX_SHARED = 1 << 25
"""Bytes of the shared texts, which stand in memory."""
MAX_TEXTS = 500_000
"""Shared texts, and a third of the elements that they are made of."""
MAX_PART = 1 << 29
"""Bytes of a sheet, which is read bit by bit."""
MAX_OTHER = 1 << 22
"""Bytes of any other part, which is read whole."""
_MERGED_CELLS = 100_000
_BROKEN = (*BROKEN_ZIP, TypeError, AttributeError, SyntaxError, OverflowError)
"""What openpyxl raises for a workbook that is damaged (ParseError is a SyntaxError)."""


@dataclass(slots=True)
class _Guard:
    """What one pass over the XML of a sheet has seen."""

    place: Place
    last: int | None = None
    """The row after which it looks no further."""
    row: int = 0
    cells: int = 0
    depth: int = 0
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Cells (row, column) beneath the first one of a merged range, which holds the value, with that one."""
    cell: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.depth += 1
        if self.depth > 64:
            refuse("hostile", self.place, "its XML is nested without end")
        if local == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdigit() and len(number) < 9 else self.row + 1
            self.cells = 0
            if self.last is not None and self.row > self.last:
                raise _Seen
        elif local == "c":
            self.cell = attributes.get("r", "")
            self.cells += 1
            letters = self.cell.rstrip("0123456789")
            if self.cells > MAX_COLUMNS or len(letters) > 3 or (letters and _column(letters) > MAX_COLUMNS):
                text = f"has a cell {self.cell}, or more than {MAX_COLUMNS:,} columns"
                refuse("hostile", Place(self.place.file, self.place.sheet, self.row), text, f"at most {MAX_COLUMNS:,} columns")
        elif local == "f":
            place = Place(self.place.file, self.place.sheet, self.row, self.cell.rstrip("0123456789"))
            refuse("hostile", place, "holds a formula; nothing is computed here", "copy the column and paste it as values only")
        elif local == "mergeCell":
            self.merge(attributes.get("ref", ""))
        elif local in ("ddeLink", "oleObject"):
            refuse("hostile", self.place, "links to a program outside it", "save it without links")

    def end(self, name: str) -> None:
        self.depth -= 1

    def merge(self, reference: str) -> None:
        """Note a merged range; one that is wider than a table is told as hostile."""
        from openpyxl.utils.cell import range_boundaries  # type: ignore[import-untyped]

        left, top, right, bottom = range_boundaries(reference)
        if left is None or top is None or right is None or bottom is None:
            return
        if len(self.merged) + bottom - top > _MERGED_CELLS:
            refuse("hostile", self.place, f"merges the cells {reference}", "take the merged cells apart")
        for row in range(top + 1, bottom + 1):  # to the right it would be a value of another column
            self.merged[row, left] = (top, left)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@contextmanager
def opened(path: Path, beginning: bool = False) -> Iterator[list[Sheet]]:
    """The sheets of a workbook, in their order, or only their first rows; Refused where it is broken, or not to be opened."""
    place = Place(path.name)
    with ExitStack() as held:
        try:
            archive = held.enter_context(zipfile.ZipFile(path))
            members = {info.filename: info for info in checked_archive(path, archive)}
            _parts(path, archive, members)
            sheets = _book(path.name, held.enter_context(path.open("rb")), archive, members, beginning)
        except _BROKEN as error:
            refuse("unreadable", place, f"is a broken workbook: {_words(error)}", "open it in a spreadsheet program and save it again")
        yield sheets


def _book(file: str, stream: IO[bytes], archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], beginning: bool) -> list[Sheet]:
    """The sheets, each looked at before openpyxl opens it: to open one it already reads the first row."""
    from openpyxl.reader.excel import ExcelReader  # type: ignore[import-untyped]
    from openpyxl.styles.stylesheet import apply_stylesheet  # type: ignore[import-untyped]

    reader = ExcelReader(stream, read_only=True, data_only=False, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    found = [(sheet.name, relation.target) for sheet, relation in reader.parser.find_sheets() if "chartsheet" not in relation.Type]
    if len(found) > MAX_SHEETS:
        refuse("hostile", Place(file), f"has {len(found)} sheets", f"at most {MAX_SHEETS} sheets")
    guards = {}
    for title, part in found:
        if part not in members:
            refuse("unreadable", Place(file, title), "is named, and is not in the workbook", "open it and save it again")
        guards[title] = _guarded(file, archive, members[part], title, beginning)
    reader.read_strings()
    notes = []
    try:
        apply_stylesheet(reader.archive, reader.wb)
    except _BROKEN as error:
        text = f"has a broken style sheet ({_words(error)}): days may have come as numbers"
        notes.append(Finding("wrong-value", "warning", Place(file), text, "open it in a spreadsheet program and save it again"))
    reader.read_worksheets()
    sheets = [_sheet(file, guards[sheet.title], sheet, beginning) for sheet in reader.wb.worksheets]
    for sheet in sheets[:1]:
        sheet.notes[:0] = notes
    return sheets


def _words(error: BaseException) -> str:
    return (str(error) or type(error).__name__).split("\n")[0][:200]


def _parts(path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
    for name, info in members.items():
        place = Place(path.name, name)
        low = name.lower()
        if low.startswith(("xl/externallinks/", "xl/querytables/", "xl/connections", "xl/activex/", "xl/ctrlprops/")):
            refuse("hostile", place, "links to another file or program", "save it without links (in Excel: Data, Edit Links, Break Link)")
        if low.endswith((".bin", ".vbs", ".exe")) and "printersettings" not in low:
            refuse("hostile", place, "holds a program (macros)", "save it as .xlsx, without macros")
        most = MAX_SHARED if low.endswith("sharedstrings.xml") else MAX_PART if low.startswith("xl/worksheets/") else MAX_OTHER
        if low.endswith((".xml", ".rels")) and info.file_size > most:
            refuse("hostile", place, f"would become {info.file_size:,} bytes", "split it")
        if low.endswith((".xml", ".rels")):
            _no_document_type(place, archive, info)
        if low.endswith("sharedstrings.xml"):
            _few_texts(place, archive, info)


def _few_texts(place: Place, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refused where there are more shared texts than openpyxl should hold."""
    counted = [0, 0]

    def start(name: str, _: dict[str, str]) -> None:
        counted[name.endswith("si")] += 1
        if counted[1] > MAX_TEXTS or counted[0] > 2 * MAX_TEXTS:
            refuse("hostile", place, f"holds more than {MAX_TEXTS:,} texts", "the same table as CSV")

    _parse(place, archive, info, start)


class _Seen(Exception):
    """Enough of a part has been seen."""


def _no_document_type(place: Place, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    def document_type(*_: Any) -> None:
        refuse("hostile", place, "declares a document type: entities can grow without end", "save it again in a spreadsheet program")

    def root(*_: Any) -> None:
        raise _Seen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = root
    try:
        with archive.open(info) as stream:
            for _ in range(64):
                chunk = stream.read(1 << 14)
                if not chunk:
                    return
                parser.Parse(chunk)
        refuse("hostile", place, "has no beginning")
    except _Seen:
        return
    except (expat.ExpatError, LookupError) as error:
        refuse("unreadable", place, f"is not XML: {error}", "open it in a spreadsheet program and save it again")


def _parse(
    place: Place, archive: zipfile.ZipFile, info: zipfile.ZipInfo, start: Callable[..., None], end: Callable[[str], None] | None = None
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(1 << 18):
                parser.Parse(chunk)
            parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        refuse("unreadable", place, f"is not XML: {error}", "open it in a spreadsheet program and save it again")


def _guarded(file: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, title: str, beginning: bool) -> _Guard:
    guard = _Guard(Place(file, title), last=BEGINNING if beginning else None)
    with suppress(_Seen):
        _parse(guard.place, archive, info, guard.start, guard.end)
    return guard


def _sheet(file: str, guard: _Guard, sheet: Any, beginning: bool) -> Sheet:
    notes = []
    if guard.merged:
        first = min(guard.merged.values())
        text = f"has merged cells: {len(guard.merged)} were given the value of the cell above"
        notes.append(Finding("wrong-value", "note", Place(file, sheet.title, first[0]), text, "take the merged cells apart"))
    if sheet.sheet_state != "visible":
        text = "is hidden; it was read like the others"
        notes.append(Finding("ignored", "note", Place(file, sheet.title), text, "show it, or take it out"))
    return Sheet(file, sheet.title, islice(_rows(file, sheet, guard), BEGINNING if beginning else None), notes)


def _rows(file: str, sheet: Any, guard: _Guard) -> Iterator[Row]:
    sheet.reset_dimensions()  # many programs write a wrong one
    held: dict[tuple[int, int], str] = {}
    origins = set(guard.merged.values())
    number = 0
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_text(file, sheet.title, number, index, value) for index, value in enumerate(values, 1)]
            if guard.merged:
                width = max((column for row, column in guard.merged if row == number), default=0)
                cells += [""] * (width - len(cells))
                for index in range(1, len(cells) + 1):
                    if (number, index) in guard.merged:
                        cells[index - 1] = held.get(guard.merged[number, index], "")
                    elif (number, index) in origins:
                        held[number, index] = cells[index - 1]
            yield Row(number, tuple(cells))
    except _BROKEN as error:
        refuse("unreadable", Place(file, sheet.title, number + 1), f"cannot be read: {_words(error)}", "open it and save it again")


def _text(file: str, title: str, row: int, column: int, value: Any) -> str:
    """A cell as text: dates as in ISO 8601, whole numbers without a point, true and false in small letters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = str(value)
    if len(text) > MAX_LINE:
        refuse("hostile", Place(file, title, row), f"has a cell of {len(text):,} characters")
    return unescaped(text.strip())
