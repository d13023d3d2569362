"""The one reader of rows: CSV of any dialect and encoding, XLSX, and a zip of CSV files, all as sheets of rows of text.

Rows come one by one. What is broken, or built to exhaust whoever opens it, is refused with the place (`Refused`); nothing is evaluated.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Literal, NoReturn

from importers.reading import Finding, Place

MAX_COLUMNS = 1_000
MAX_LINE = 1 << 20
"""Bytes of one line, and characters of one cell, beyond which nobody means a table."""
MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
"""How much a packed file of more than 64 MiB may grow; spreadsheets reach 30, small ones of one value more."""
HEADER_ROWS = 25
"""A heading stands in one of the first rows, as in HXL."""
BEGINNING = 40
"""Rows that are given where only the beginning is asked for."""

Kind = Literal["csv", "xlsx", "zip", "json", "xls", "none"]
_JSON = re.compile(rb"\{\s*[\"}]|\[\s*(?:[\[{\"\]0-9-]|true|false|null)")
"""How JSON begins; a heading in brackets does not begin so."""
DELIMITERS = ",;\t|"
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError, LookupError)
"""What a damaged zip raises."""


class Refused(Exception):
    """A file that is not read any further; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def refuse(rule: str, place: Place, text: str, todo: str = "", value: str = "") -> NoReturn:
    """Raise the refusal of a whole file."""
    raise Refused(Finding(rule, "error", place, text, todo, value))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of text; `number` as a spreadsheet counts it, from 1. Cells have no space around them; an empty cell is empty text."""

    number: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


@dataclass(slots=True)
class Sheet:
    """One sheet: of a workbook, a CSV file (then without a name), or a CSV file in a zip. `rows` can be had once."""

    file: str
    name: str
    rows: Iterator[Row]
    notes: list[Finding] = field(default_factory=list)
    """What was found while opening: the encoding that was taken, cells that were merged."""

    def place(self, row: int | None = None, column: str = "") -> Place:
        """A place in this sheet."""
        return Place(self.file, self.name, row, column)


def kind_of(path: Path) -> Kind:
    """What a file is, by its content and not by its name: the first bytes, and for a zip the names in it."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return "none"
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if _JSON.match(begin):
        return "json"
    if not begin or begin[:1] == b"<" or (b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))):
        return "none"
    return "none" if head.startswith((b"\x89PNG", b"%PDF", b"GIF8", b"\xff\xd8")) else "csv"


def _packed(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename for info in islice(archive.infolist(), 10_000)}
    except BROKEN_ZIP:
        return "zip"
    return "xlsx" if "xl/workbook.xml" in names or "[Content_Types].xml" in names else "zip"


@contextmanager
def opened(path: Path, beginning: bool = False) -> Iterator[list[Sheet]]:
    """The sheets of a table file; Refused where it is none, or not to be opened. Sheets are read one after the other, in their order.

    With `beginning`, no more than the first rows are looked at and given: enough to recognise a file.
    """
    kind = kind_of(path)
    place = Place(path.name)
    if kind == "csv":
        with path.open("rb") as stream:
            yield [_csv_sheet(path.name, "", stream, beginning)]
    elif kind == "xlsx":
        from importers import workbooks

        with workbooks.opened(path, beginning) as sheets:
            yield sheets
    elif kind == "zip":
        with _zip(path, beginning) as sheets:
            yield sheets
    elif kind == "xls":
        refuse("unreadable", place, "is a workbook of Excel 97 to 2003", "save it as .xlsx")
    else:
        refuse("unreadable", place, "is not a table", "a CSV file, or an .xlsx workbook")


def checked_archive(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members of a zip; Refused where it would grow too much, or leads out of its folder."""
    infos = archive.infolist()
    place = Place(path.name)
    if len(infos) > 10_000:
        refuse("hostile", place, f"holds {len(infos)} files")
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            refuse("hostile", Place(path.name, info.filename), "its name leads out of the archive")
        if info.flag_bits & 1:
            refuse("unreadable", Place(path.name, info.filename), "is locked by a password", "send it without one")
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if size > MAX_UNPACKED or (size > 1 << 26 and size > MAX_RATIO * max(packed, 1)):
        refuse("hostile", place, f"{packed:,} bytes would become {size:,}", "send a smaller file, or the table unpacked")
    return infos


@contextmanager
def _zip(path: Path, beginning: bool) -> Iterator[list[Sheet]]:
    with ExitStack() as held:
        try:
            archive = held.enter_context(zipfile.ZipFile(path))
            infos = [info for info in checked_archive(path, archive) if not info.is_dir()]
            tables = [info for info in infos if info.filename.lower().endswith((".csv", ".tsv", ".txt"))]
            if not tables or len(tables) < len(infos):
                strange = next((info.filename for info in infos if info not in tables), "nothing")
                refuse("unreadable", Place(path.name, strange), "is not a CSV file", "a zip of CSV files only, or the workbook unpacked")
            sheets = []
            for info in tables:
                with archive.open(info) as member:
                    found = _examine(path.name, info.filename, member, beginning)
                sheets.append(_member_sheet(path.name, info.filename, partial(archive.open, info), found, beginning))
        except BROKEN_ZIP as error:
            refuse("unreadable", Place(path.name), f"is a broken zip file: {error}", "send it again")
        yield sheets


def _member_sheet(file: str, name: str, again: Callable[[], IO[bytes]], found: _Text, beginning: bool) -> Sheet:
    def rows() -> Iterator[Row]:
        with again() as stream:
            yield from islice(_rows(file, name, stream, found), BEGINNING if beginning else None)

    return Sheet(file, name, rows(), _said(file, name, found))


def _csv_sheet(file: str, name: str, stream: IO[bytes], beginning: bool) -> Sheet:
    found = _examine(file, name, stream, beginning)
    stream.seek(0)
    rows = islice(_rows(file, name, stream, found), BEGINNING if beginning else None)
    return Sheet(file, name, rows, _said(file, name, found))


@dataclass(frozen=True, slots=True)
class _Text:
    encoding: str
    delimiter: str


def _said(file: str, name: str, found: _Text) -> list[Finding]:
    if found.encoding == "cp1252":
        text = "is not UTF-8 and was read as Western European (Windows-1252, Latin-1)"
        return [Finding("wrong-value", "warning", Place(file, name), text, "look at the names with accents, or save it as UTF-8")]
    return []


def _examine(file: str, name: str, stream: IO[bytes], beginning: bool) -> _Text:
    """One pass over the bytes, or the first of them: that the text is text in an encoding we know, and no line is endless."""
    head = stream.read(1 << 16)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    decoder, line, total = codecs.getincrementaldecoder(encoding)(), 0, 0
    chunk = head
    while chunk:
        total += len(chunk)
        if total > MAX_UNPACKED:
            refuse("hostile", Place(file, name), f"has more than {MAX_UNPACKED:,} bytes", "split it")
        if encoding != "utf-16" and b"\0" in chunk:
            refuse("unreadable", Place(file, name), "has NUL bytes: it is not text, or it is damaged", "save it as CSV in UTF-8")
        line = _line(file, name, chunk, line)
        if encoding != "cp1252":
            try:
                decoder.decode(chunk)
            except UnicodeError:
                encoding = _fallen(file, name, encoding)
        chunk = b"" if beginning else stream.read(1 << 20)
    if encoding != "cp1252" and not beginning and not _ends(decoder):
        encoding = _fallen(file, name, encoding)
    if encoding == "cp1252":
        _western(file, name, head)
    text = head.decode(encoding, errors="replace")
    return _Text(encoding, _delimiter(text))


def _fallen(file: str, name: str, encoding: str) -> str:
    """What a text may be that is not in the encoding that it looked like."""
    if encoding == "utf-16":
        refuse("unreadable", Place(file, name), "says that it is UTF-16, and is not", "save it as UTF-8")
    return "cp1252"


def _ends(decoder: codecs.IncrementalDecoder) -> bool:
    """Whether the last letter is whole."""
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _line(file: str, name: str, chunk: bytes, before: int) -> int:
    """The length of the unfinished last line; Refused where a line is endless."""
    first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
    if first < 0:
        first = chunk.find(b"\r")
        last = chunk.rfind(b"\r")
    if (before + len(chunk) if first < 0 else before + first) > MAX_LINE:
        refuse("hostile", Place(file, name), f"has a line of more than {MAX_LINE:,} bytes", "a table has rows")
    return before + len(chunk) if last < 0 else len(chunk) - last - 1


def _western(file: str, name: str, head: bytes) -> None:
    """Refused where the letters above ASCII cannot be a Western language's: Greek, Cyrillic and Arabic texts have little else."""
    letters = sum(1 for byte in head if 65 <= byte <= 90 or 97 <= byte <= 122)
    high = sum(1 for byte in head if byte > 127)
    undefined = sum(1 for byte in head if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    if undefined or (high > 20 and high > letters * 0.4):
        refuse("unreadable", Place(file, name), "is not UTF-8, and its encoding cannot be told", "save it as UTF-8 (Excel: CSV UTF-8)")


def _delimiter(text: str) -> str:
    lines = text.splitlines()
    sample = lines[: HEADER_ROWS + 5] if len(lines) <= HEADER_ROWS + 5 or len(lines) > 1 else lines

    def score(mark: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=mark)]
        except csv.Error:
            return 0, 0
        common = max(set(widths), key=widths.count, default=0)
        return (widths.count(common), common) if common > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def _rows(file: str, name: str, stream: IO[bytes], found: _Text) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE)
    with io.TextIOWrapper(stream, encoding=found.encoding, errors="strict", newline="") as text:
        reader = csv.reader(text, delimiter=found.delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if len(cells) > MAX_COLUMNS:
                    refuse("hostile", Place(file, name, number), f"has {len(cells):,} columns", f"at most {MAX_COLUMNS:,} columns")
                yield Row(number, tuple(unescaped(cell.strip()) for cell in cells))
        except csv.Error as error:
            refuse("unreadable", Place(file, name, number + 1), f"is not CSV: {error}", "look for a quotation mark that is never closed")
        except UnicodeError as error:
            refuse("unreadable", Place(file, name, number + 1), f"cannot be read as text: {error}", "save it as UTF-8")
        except BROKEN_ZIP as error:
            refuse("unreadable", Place(file, name, number + 1), f"is damaged: {error}", "send it again")


def unescaped(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet program from taking it for a formula."""
    return cell[1:].strip() if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@'\t\r" else cell


def headed(sheet: Sheet, is_heading: Callable[[Row], bool], within: int = HEADER_ROWS) -> tuple[list[Row], Iterator[Row]]:
    """The rows up to and with the heading (the first at the top that `is_heading` takes), and those after it; [] for none."""
    before: list[Row] = []
    for row in islice(sheet.rows, within):
        before.append(row)
        if is_heading(row):
            return before, sheet.rows
    return [], iter(before)


def filled(rows: Iterable[Row]) -> Iterator[Row]:
    """Without the empty ones."""
    return (row for row in rows if not row.empty)
