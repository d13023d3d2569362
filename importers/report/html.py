"""A report as one page of HTML that needs nothing else: no script, no style of elsewhere. Whatever a file said is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from importers.report.report import Report, named, rows_told, sentence
from importers.rules import RULES

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }}
</style>
</head>
<body>"""


def html_lines(report: Report) -> Iterator[str]:
    """The page, line by line."""
    yield _HEAD.format(title=escape(f"Import of {report.file}"))
    yield f"<h1>{escape(report.file)}</h1>"
    yield f"<p><strong>{escape(sentence(report))}</strong></p>"
    if report.format:
        yield f"<p>Read as {escape(report.format)}: {escape(report.why)}. Source: {escape(report.source)}.</p>"
    if report.records:
        held = ", ".join(named(kind, count) for kind, count in report.records.items())
        yield f"<p>It holds {escape(held)}.</p>"
    counts = report.severities
    yield f"<h2>Findings</h2>\n<p>{counts['error']:,} errors, {counts['warning']:,} warnings, {counts['note']:,} notes.</p>"
    yield from _table(
        ("Severity", "Rule", "File", "Sheet", "Rows", "Column", "Found", "What is the matter", "What to do"),
        (
            (
                told.severity,
                f"{told.rule}: {RULES.get(told.rule, '')}",
                told.place.file,
                told.place.sheet,
                rows_told(told),
                told.place.column,
                ", ".join(told.values),
                told.text,
                told.todo,
            )
            for told in report.findings()
        ),
    )
    yield "<h2>What differs</h2>"
    yield from _table(
        ("What", "Kind", "Id", "Name", "Field", "Before", "After"),
        (
            (one.what, one.kind, one.id, one.name, field, _shown(before), _shown(after))
            for one in report.differences()
            for field, before, after in one.fields
        ),
    )
    yield "</body>\n</html>"


def _table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield "<table>\n<thead><tr>" + "".join(f'<th scope="col">{escape(head)}</th>' for head in heads) + "</tr></thead>\n<tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody>\n</table>"


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
