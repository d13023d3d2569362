"""Writes a report to a file or a stream, in the form that its suffix names; findings and differences pass through one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from importers.report.html import html_lines
from importers.report.report import Report, difference_data, finding_data, named, rows_told, sentence
from importers.report.workbook import write_workbook

MOST_TOLD = 50
"""On a terminal, so many findings and so many differences are told; a file has them all."""


def text_lines(report: Report, most: int | None = None) -> Iterator[str]:
    """A report in plain lines; with `most`, no more findings and no more differences than that are told."""
    yield f"{report.file}: {sentence(report)}"
    if report.format:
        yield f"  read as {report.format}: {report.why}; source {report.source}"
    if report.records:
        yield "  it holds " + ", ".join(named(kind, count) for kind, count in report.records.items())
    for kind, counts in report.changes.items():
        yield f"  {kind}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    for number, told in enumerate(report.findings()):
        if number == most:
            yield f"  … and {report.holding.told() - most:,} more findings; --report FILE writes them all"
            break
        where = ", ".join(part for part in (told.place.file or report.file, told.place.sheet, rows_told(told), told.place.column) if part)
        yield f"  {told.severity} [{told.rule}] {where}: {told.text}"
        if told.values:
            yield "      found: " + ", ".join(json.dumps(value, ensure_ascii=False) for value in told.values)
        if told.todo:
            yield f"      to do: {told.todo}"
    for number, difference in enumerate(report.differences()):
        if number == most:
            changed = sum(sum(counts.values()) for counts in report.changes.values())
            yield f"  … and {changed - most:,} more differences; --report FILE writes them all"
            break
        fields = "" if difference.what != "changed" else ": " + ", ".join(field for field, _, _ in difference.fields)
        name = f" ({difference.name})" if difference.name else ""
        yield f"  {difference.what} {difference.kind} {difference.id}{name}{fields}"
    counts = report.severities
    yield "  " + ", ".join(f"{counts[word]:,} {word}{'' if counts[word] == 1 else 's'}" for word in ("error", "warning", "note")) + "."


def json_lines(report: Report) -> Iterator[str]:
    """A report as one JSON object, a finding or a difference a line."""
    head = json.dumps(report.head(), ensure_ascii=False)
    yield head[:-1] + ', "findings": ['
    yield from _separated(finding_data(told) for told in report.findings())
    yield '], "differences": ['
    yield from _separated(difference_data(difference) for difference in report.differences())
    yield "]}"


def _separated(values: Iterator[dict[str, Any]]) -> Iterator[str]:
    """JSON values with commas between them."""
    waiting: str | None = None
    for value in values:
        if waiting is not None:
            yield waiting + ","
        waiting = json.dumps(value, ensure_ascii=False)
    if waiting is not None:
        yield waiting


def _lines(make: Callable[[Report], Iterator[str]]) -> Callable[[Report, Path], None]:
    def to_file(report: Report, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in make(report))

    return to_file


SUFFIXES: dict[str, Callable[[Report, Path], None]] = {
    ".txt": _lines(text_lines),
    ".json": _lines(json_lines),
    ".html": _lines(html_lines),
    ".xlsx": write_workbook,
}
"""How a report is written, by the suffix of its file."""


def write(report: Report, path: Path) -> None:
    """Write a report; KeyError for a suffix that is none of `SUFFIXES`, OSError where the file cannot be written."""
    SUFFIXES[path.suffix.lower()](report, path)
