"""The directory as tables: the columns of the flat template, as CSV, as a zip of CSV files or as XLSX; with HXL hashtags where asked.

What no column says stands as JSON in the last ones, so that nothing is lost: what is read back is what was written. A cell that a
spreadsheet program would take for a formula begins with an apostrophe (CSV) or is marked as text (XLSX). All records that are given are
written: whoever asks for others' eyes gives what they may see.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from importers import template_columns as columns
from importers.template_columns import REQUIREMENTS, SERVICES, SOURCES, Column
from pathways.records import Record

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Signs that no workbook can hold, and nobody sees."""
_BODY = {column.field: column for column in SERVICES if column.of == "body"}
_MANDATE = {column.field: column for column in SERVICES if column.of == "mandate"}
_CONTACTS = {column.field: column for column in SERVICES if column.of == "contact"}
_KEYS = {column.key: column for column in (*SERVICES, *SOURCES, *REQUIREMENTS)}

Cells = dict[Column, str]


def escaped(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def headings(sheet: tuple[Column, ...], language: str) -> list[str]:
    """The headings in English (`en`) or French (`fr`)."""
    return [column.fr if language == "fr" else column.en for column in sheet]


def service_rows(records: Iterable[Record]) -> Iterator[Cells]:
    """One row a mandate; a body without one has one. A body's own values and its links stand in its first row."""
    bodies: dict[str, Record] = {}
    held: dict[str, list[Record]] = {}
    for record in records:
        if record.kind == "stakeholder":
            bodies[record.id] = record
        elif record.kind in ("mandate", "link"):
            holder = record.fields["holder" if record.kind == "mandate" else "origin"]
            held.setdefault(holder, []).append(record)
    for identity, body in bodies.items():
        mandates = [record for record in held.get(identity, ()) if record.kind == "mandate"]
        links = [record for record in held.get(identity, ()) if record.kind == "link"]
        for index, mandate in enumerate(mandates or [None]):
            row = {_KEYS["country"]: body.part, _KEYS["body_id"]: identity, _KEYS["name"]: body.fields["name"]}
            row |= _body(body, links) if index == 0 else {}
            if mandate is not None:
                row |= _mandate(mandate)
            yield row


def _simple(fields: dict[str, Any], known: dict[str, Column], country: str) -> tuple[Cells, dict[str, Any]]:
    """The cells of the fields that a column can say, and the other fields."""
    cells: Cells = {}
    more: dict[str, Any] = {}
    for key, value in fields.items():
        cell = columns.render(known[key], value, country) if key in known else None
        if cell is None:
            more[key] = value
        else:
            cells[known[key]] = cell
    return cells, more


def _body(body: Record, links: list[Record]) -> Cells:
    fields = {key: value for key, value in body.fields.items() if key not in ("id", "contacts")}
    cells, more = _simple(fields, _BODY, body.part)
    if fields.get("territory") == [body.part]:
        cells[_BODY["territory"]] = body.part
    cells |= _contacts(list(body.fields.get("contacts", ())))
    if more:
        cells[_KEYS["body_more"]] = str(columns.render(_KEYS["body_more"], more))
    if links:
        full = [{key: value for key, value in link.fields.items() if key != "origin"} for link in links]
        cells[_KEYS["links"]] = str(columns.render(_KEYS["links"], full))
    return cells


def _contacts(contacts: list[dict[str, Any]]) -> Cells:
    """The simple columns, and the column in full where they do not say all."""
    if not contacts:
        return {}
    by_type = {kind: [contact["value"] for contact in contacts if contact["type"] == kind] for kind in _CONTACTS}
    cells = {column: columns.render(column, by_type[kind]) for kind, column in _CONTACTS.items() if by_type[kind]}
    plain = [{"type": kind, "value": value} for kind in _CONTACTS for value in by_type[kind]]
    told: Cells = {column: cell for column, cell in cells.items() if cell is not None}
    if plain != contacts or len(told) < len(cells):
        told[_KEYS["contacts"]] = str(columns.render(_KEYS["contacts"], contacts))
    return told


def _mandate(mandate: Record) -> Cells:
    fields = {key: value for key, value in mandate.fields.items() if key != "holder"}
    limits = columns.simple_serves(fields.get("serves"))
    if limits is not None:
        del fields["serves"]
    cells, more = _simple(fields, _MANDATE, mandate.part)
    for key, values in (limits or {}).items():
        cells[_KEYS[key]] = str(columns.render(_KEYS[key], values))
    if more:
        cells[_KEYS["mandate_more"]] = str(columns.render(_KEYS["mandate_more"], more))
    return cells


def source_rows(records: Iterable[Record]) -> Iterator[Cells]:
    """One row a source."""
    known = {column.field: column for column in SOURCES if column.field not in ("id", "part", "more")}
    for record in records:
        if record.kind == "source":
            said = {key: value for key, value in record.fields.items() if not (key == "year" and value is None)}
            cells, more = _simple(said, known, record.part)
            cells |= {_KEYS["source_id"]: record.id, _KEYS["source_country"]: record.part}
            if more:
                cells[_KEYS["source_more"]] = str(columns.render(_KEYS["source_more"], more))
            yield cells


def requirement_rows(records: Iterable[Record]) -> Iterator[Cells]:
    """One row a word that mandates require."""
    known = {column.field: column for column in REQUIREMENTS if column.field not in ("part", "more")}
    for record in records:
        if record.kind == "requirement":
            cells, more = _simple(dict(record.fields), known, record.part)
            cells[_KEYS["requirement_country"]] = record.part
            if more:
                cells[_KEYS["requirement_more"]] = str(columns.render(_KEYS["requirement_more"], more))
            yield cells


_Page = tuple[str, tuple[Column, ...], list[Cells]]


def _pages(records: Iterable[Record]) -> Iterator[_Page]:
    """The tables of the whole: the services, the sources, and what is required where anything is."""
    kept = list(records)
    yield "Services", SERVICES, list(service_rows(kept))
    yield "Sources", SOURCES, list(source_rows(kept))
    if required := list(requirement_rows(kept)):
        yield "Requirements", REQUIREMENTS, required


def write_csv(records: Iterable[Record], out: IO[str], *, language: str = "en", hxl: bool = False) -> None:
    """One CSV file, one row a mandate; of the sources only their ids (`write_zip` has them all)."""
    _csv(SERVICES, service_rows(records), out, language, hxl)


def _csv(sheet: tuple[Column, ...], rows: Iterable[Cells], out: IO[str], language: str, hxl: bool) -> None:
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings(sheet, language))
    if hxl:
        writer.writerow([column.tag for column in sheet])
    for row in rows:
        writer.writerow([escaped(row.get(column, "")) for column in sheet])


def write_zip(records: Iterable[Record], path: Path | IO[bytes], *, language: str = "en", hxl: bool = False) -> None:
    """A zip of CSV files, the services, the sources and what is required: nothing is lost."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, sheet, rows in _pages(records):
            text = io.StringIO(newline="")
            _csv(sheet, rows, text, language, hxl)
            named = zipfile.ZipInfo(f"{title.lower()}.csv", (1980, 1, 1, 0, 0, 0))
            archive.writestr(named, "\ufeff" + text.getvalue(), zipfile.ZIP_DEFLATED)


def write_xlsx(records: Iterable[Record], path: Path | IO[bytes], *, language: str = "en", hxl: bool = False) -> None:
    """A workbook with a sheet of services, one of sources, one of what is required: nothing is lost."""
    import openpyxl  # type: ignore[import-untyped]
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    book = openpyxl.Workbook(write_only=True)
    for title, sheet, rows in _pages(records):
        page = book.create_sheet(title)
        page.freeze_panes = "A3" if hxl else "A2"
        page.append(headings(sheet, language))
        if hxl:
            page.append([column.tag for column in sheet])
        for row in rows:
            page.append([text_cell(page, row[column], WriteOnlyCell) if column in row else None for column in sheet])
    book.save(path)


def text_cell(page: Any, text: str, maker: Any) -> Any:
    """A cell that stays text, whatever it begins with."""
    cell = maker(page)
    cell.value = None
    doubled = text[:1] == "'" and text[1:2] in _FORMULA  # the reader takes one away
    cell._value, cell.data_type = _CONTROL.sub("", f"'{text}" if doubled else text), "s"
    cell.number_format = "@"
    cell.quotePrefix = text.startswith(_FORMULA)
    return cell
