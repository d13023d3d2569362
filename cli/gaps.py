"""`pathways gaps`: the policy measures on a terminal, or as a file."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cli.opening import opened, refuse, store_option
from pathways.vocabulary import words


@click.command()
@click.option(
    "--country",
    "countries",
    multiple=True,
    type=click.Choice(words("countries"), case_sensitive=False),
    help="This country; may stand several times. [default: all]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "xlsx"]),
    default="text",
    show_default=True,
    help="How it is told: findings in words; all numbers; who lacks what as a table; or all tables as a workbook.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write it; xlsx needs one.")
@click.option(
    "--counts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Counted cases (CTDC's victim and perpetrator data, counted) as a second opinion.",
)
@click.option(
    "--close", "closed", multiple=True, metavar="BODY", help="What if this body closed: who loses, who gains. May stand several times."
)
@click.option(
    "--changed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="What if the directory were that of this folder (pathways export --format yaml, edited): who loses, who gains.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The law of that day (YYYY-MM-DD). [default: today]")
@click.option("--revision", type=click.IntRange(1), metavar="NUMBER", help="The recorded state of the directory. [default: the newest]")
@store_option
@click.pass_context
def gaps(
    ctx: click.Context,
    countries: tuple[str, ...],
    form: str,
    output: Path | None,
    counts: Path | None,
    closed: tuple[str, ...],
    changed: Path | None,
    as_of: datetime | None,
    revision: int | None,
    store: str | None,
) -> None:
    """Who has no complete path, and why: over every profile that a country's rules can tell apart.

    What is not found in the directory is no proof that there is none; a finding says which of the two it is.
    """
    from pathways.visibility import ANONYMOUS, reading_older

    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx writes a workbook: name its file with -o FILE")
    if (closed or changed) and form not in ("text", "json"):
        raise click.UsageError("a change is told as text or json")
    day = as_of.date() if as_of else date.today()
    with opened(ctx, store) as found:
        directory = found.directory(revision)
        viewer = ANONYMOUS if directory.revision == found.head() else reading_older(ANONYMOUS, found.directory())
        missing = [code for code in countries if code not in directory.parts]
        if missing:
            refuse(f"The directory does not hold {', '.join(missing)} at this revision; it has {', '.join(directory.parts)}.")
        if closed or changed:
            told: str | bytes = _changed(directory, viewer, countries, day, closed, changed, form)
        else:
            told = _measured(directory, viewer, countries, day, counts, form)
    if output is not None:
        output.write_bytes(told if isinstance(told, bytes) else told.encode())
    else:
        sys.stdout.write(str(told))


def _measured(directory: Any, viewer: Any, countries: tuple[str, ...], day: date, counts: Path | None, form: str) -> str | bytes:
    from pathways.measures.report import Report

    try:
        report = Report(directory, countries or directory.parts, day, viewer, counts)
    except (KeyError, ValueError) as error:
        refuse(f"{counts}: not counted cases as the crosswalk knows them: {error}")
    return _workbook(report) if form == "xlsx" else _told(report, form)


def _changed(
    directory: Any, viewer: Any, countries: tuple[str, ...], day: date, closed: tuple[str, ...], changed: Path | None, form: str
) -> str:
    """What a change does to whom: bodies closed, or another directory in the place of this one."""
    from pathways.directory import Directory
    from pathways.format.reader import read
    from pathways.measures.change import State, difference
    from pathways.visibility import is_seen, scrubbed

    after = Directory.from_records(read(changed), directory.revision) if changed else directory
    for name in closed:
        body = after.stakeholder(name)
        if body is None or not is_seen(body, viewer) or body.country not in directory.parts:
            refuse(f"--close {name}: the directory has no such body")
    asked = countries or tuple(dict.fromkeys(name[:2].upper() for name in closed)) or tuple(directory.parts)
    found = [difference(State(directory, day), State(after, day, frozenset(closed)), code, viewer) for code in asked if code in after.parts]
    items = [scrubbed(directory, viewer, item.as_data()) for item in found]
    if form == "json":
        return json.dumps({"items": items, "as_of": day.isoformat(), "revision": directory.revision}, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(item["text"] for item in items) + "\n"


def _told(report: Any, form: str) -> str:
    from pathways.measures.report import gap_rows
    from visualisations.sheets import Sheet, as_csv

    answer = report.gaps()
    if form == "json":
        return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return as_csv(Sheet("gaps", *gap_rows(answer)))
    return _text(answer)


def _text(answer: dict[str, Any]) -> str:
    """The findings in words, a country after the other."""
    from pathways.measures.gaps import percent

    lines = []
    for summary in answer["summary"]:
        code, of_all = summary["country"], percent(summary["complete_of_whole_space"])
        lines.append(f"{code}: {percent(summary['complete'])} of the published profiles have a complete path.")
        lines.append(f"    The whole space has {int(summary['profiles']):.1e} profiles, of which {of_all} have one.")
        if summary["complete_counted"] is not None:
            lines.append(f"    Of the counted cases {percent(summary['complete_counted'])}.")
        lines.extend(f"  - {item['text']}" for item in answer["items"] if item["country"] == code)
        lines.append("")
    lines.append(f"On {answer['as_of']}, revision {answer['revision']}. What is not found in the directory is no proof that there is none.")
    return "\n".join(lines) + "\n"


def _workbook(report: Any) -> bytes:
    from pathways.measures.report import coverage_rows, gap_rows, resilience_rows, summary_rows
    from visualisations.sheets import Sheet, as_workbook

    found = report.gaps()
    return as_workbook(
        [
            Sheet("Summary", *summary_rows(found)),
            Sheet("Gaps", *gap_rows(found)),
            Sheet("Measures", *coverage_rows(report.coverage())),
            Sheet("Closings", *resilience_rows(report.resilience())),
        ]
    )
