"""`pathways import`: partners' lists into the directory, with a report."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click

from cli.opening import opened, refuse, settings, store_option
from importers.holding import Holding
from importers.pipeline import Request, run, source_of
from importers.reading import Options
from importers.recognising import known
from importers.report import SUFFIXES, Report, write
from importers.report.writing import MOST_TOLD, text_lines


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", *known()]),
    default="auto",
    show_default=True,
    help="What the file is; auto: it is recognised, and the report says why.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would happen: the same report, the same differences, nothing written.")
@click.option("--source", metavar="NAME", help="Whose list it is: a newer one replaces the older. [default: the file's name]")
@click.option("--country", metavar="CC", help="The country of what names none (two letters).")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A YAML file: what the columns mean.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day on which the list was published.")
@click.option("--confirm-withdrawals", is_flag=True, help="It is right that the list withdraws 5 % or more of its bodies.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there: .txt, .json, .html or .xlsx.")
@click.option("--author", default="command line", show_default=True, help="Who imports it.")
@store_option
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    form: str,
    dry_run: bool,
    source: str | None,
    country: str | None,
    mapping: Path | None,
    published: datetime | None,
    confirm_withdrawals: bool,
    report: Path | None,
    author: str,
    store: str | None,
) -> None:
    """Load partners' lists into the directory: each FILE (or folder) makes one revision, or none.

    A list that was imported before is replaced by its newer state; `pathways undo` takes an import back. Ends with 1 where a file was
    refused; the others are imported all the same.
    """
    _refuse_wrong_usage(files, source, country, report)
    options = {path: Options(source or source_of(path), country, mapping, f"{published:%Y-%m-%d}" if published else None) for path in files}
    judgements = settings(ctx, store).judgements
    accepted = True
    with opened(ctx, store) as found:
        for path in files:
            with Holding() as holding, _Progress() as progress:
                request = Request(path, options[path], form, author, dry_run, confirm_withdrawals, judgements)
                told = run(found, request, holding, progress.tell)
                progress.end()
                for line in text_lines(told, MOST_TOLD):
                    click.echo(line)
                accepted = accepted and told.accepted
                if report is not None:
                    _write(told, report)
    sys.exit(0 if accepted else 1)


def _write(told: Report, path: Path) -> None:
    try:
        write(told, path)
    except OSError as error:
        refuse(f"The report could not be written: {error}")


def _refuse_wrong_usage(files: tuple[Path, ...], source: str | None, country: str | None, report: Path | None) -> None:
    from pathways.territories import is_country

    if len(files) > 1 and source is not None:
        raise click.UsageError("--source names one list; import its files one after another, each under a name of its own")
    names = [source_of(path) for path in files]
    if source is None and len(set(names)) < len(names):
        raise click.UsageError(
            f"two files would be the same source ({max(names, key=names.count)}); import them one after another with --source"
        )
    if source is not None and source != source_of(Path(source + ".x")):
        raise click.UsageError(f"a source is named in small letters, digits and hyphens, as in {source_of(Path(source + '.x'))}")
    if country is not None and not (country.isupper() and is_country(country)):
        raise click.UsageError(f"{country} is not a country; a code of ISO 3166-1 with two capital letters is accepted")
    if report is not None and report.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"a report is written as {', '.join(SUFFIXES)}")
    if report is not None and len(files) > 1:
        raise click.UsageError("--report is for one file")


class _Progress:
    """One line on a terminal that says what is done, for imports that take longer; elsewhere nothing."""

    FIRST, EVERY = 1.0, 0.2

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + self.FIRST
        self._width = 0

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def tell(self, stage: str, count: int) -> None:
        """Show a stage and how many records it has come to."""
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + self.EVERY
            line = f"{stage} … {count:,}" if count else f"{stage} …"
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)

    def end(self) -> None:
        """Take the line away."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            self._width = 0
