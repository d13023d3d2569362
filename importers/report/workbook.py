"""A report as a workbook. What a file said is text in it: nothing that it said can become a formula."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

from importers.report.report import Report, rows_told, sentence
from importers.rules import RULES
from pathways.format.cells import safe

_MOST = 1_000_000
"""A sheet holds 1,048,576 rows."""


def write_workbook(report: Report, path: Path) -> None:
    """Write a report as three sheets: the summary, the findings, what differs; row by row."""
    book = Workbook(write_only=True)
    summary: list[tuple[object, ...]] = [("file", report.file), ("what happened", sentence(report))]
    summary += [("format", report.format), ("why", report.why), ("source", report.source)]
    summary += [(f"{kind}: in the file", count) for kind, count in report.records.items()]
    summary += [(f"{kind}: {what}", count) for kind, counts in report.changes.items() for what, count in counts.items()]
    summary += [(f"{word}s", count) for word, count in report.severities.items()]
    _sheet(book, "Summary", summary)
    _sheet(book, "Findings", _findings(report))
    _sheet(book, "What differs", _differences(report))
    book.save(path)


def _findings(report: Report) -> Iterable[tuple[object, ...]]:
    yield ("severity", "rule", "meaning", "file", "sheet", "rows", "column", "found", "what is the matter", "what to do", "how often")
    for told in report.findings():
        place, found = told.place, ", ".join(told.values)
        about = (told.severity, told.rule, RULES.get(told.rule, ""), place.file, place.sheet, rows_told(told), place.column)
        yield (*about, found, told.text, told.todo, told.count)


def _differences(report: Report) -> Iterable[tuple[object, ...]]:
    yield ("what", "kind", "id", "name", "field", "before", "after")
    for one in report.differences():
        for field, before, after in one.fields:
            yield (one.what, one.kind, one.id, one.name, field, before, after)


def _sheet(book: Workbook, title: str, rows: Iterable[tuple[object, ...]]) -> None:
    sheet = book.create_sheet(title)
    for number, row in enumerate(rows):
        if number == _MOST:
            sheet.append(["… a sheet holds no more rows; the report as JSON has them all"])
            break
        sheet.append([safe(cell) for cell in row])
