"""Plain tables as CSV and as a workbook, for people who reckon on."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from pathways.format.cells import safe

FORMS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The media types of data that can be had as tables too."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of plain values with its headings."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


def as_csv(sheet: Sheet) -> str:
    """A table as CSV (RFC 4180); no cell can become a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.head)
    writer.writerows([safe(value) for value in row] for row in sheet.rows)
    return out.getvalue()


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Tables as one workbook, a sheet each, the headings frozen and every column as wide as its heading."""
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.append([safe(value) for value in sheet.head])
        for row in sheet.rows:
            page.append([safe(value) for value in row])
        page.freeze_panes = "A2"
        for index, word in enumerate(sheet.head, 1):
            page.cell(1, index).font = Font(bold=True)
            page.column_dimensions[get_column_letter(index)].width = max(12, min(60, len(str(word)) + 4))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
