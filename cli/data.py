"""`pathways check`, `history`, `undo`: the directory's data and its history."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cli.opening import opened, refuse, settings, store_option
from pathways.format.reader import DirectoryError, Finding
from pathways.stores import Revision


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--quiet", is_flag=True, help="Only errors; no warnings.")
def check(path: Path | None, quiet: bool) -> None:
    """Lint directory data: a folder of native YAML, or a native JSON file; the bundled directory where no PATH is given.

    Broken references, unreachable stages, mandates without source, stale records and more, each with file, line and what would be
    accepted. Ends with 1 where there is an error.
    """
    findings = _findings(path)
    errors = sum(finding.severity == "error" for finding in findings)
    for finding in findings:
        if not quiet or finding.severity == "error":
            click.echo(str(finding))
    click.echo(f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}.")
    sys.exit(1 if errors else 0)


def _findings(path: Path | None) -> list[Finding]:
    if path is not None and path.is_file():
        from pathways.format.whole import from_json

        try:
            from_json(path.read_text(encoding="utf-8"))
        except DirectoryError as error:
            return list(error.findings)
        except UnicodeDecodeError:
            return [Finding("error", "encoding", path.name, "not UTF-8")]
        return []
    from pathways.format.lint import check as lint
    from pathways.stores.bundled import bundled_root

    return lint(path or bundled_root(), date.today())


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="NUMBER", help="How many, the newest first.")
@store_option
@click.pass_context
def history(ctx: click.Context, limit: int, store: str | None) -> None:
    """The revisions of the directory, the newest first: who, when, from which file, and how much was changed."""
    with opened(ctx, store) as found:
        for revision in reversed(found.history()[-limit:]):
            click.echo(_line(revision))
        for conflict in found.conflicts():
            change = conflict.change
            click.echo(
                f"conflict {conflict.number}: {change.kind} {change.id}, {change.field}: revision {conflict.revision} "
                f"changed a value under one of {conflict.layer}, which stands"
            )


def _line(revision: Revision) -> str:
    counts = f"{revision.added} added, {revision.changed} changed, {revision.withdrawn} withdrawn"
    about = "; ".join(text for text in (f"undoes {revision.undoes}" if revision.undoes else "", revision.note) if text)
    return f"{revision.number}  {revision.at[:19]}Z  {revision.author}  {revision.source or revision.layer}  {counts}" + (
        f"  ({about})" if about else ""
    )


@click.command()
@click.argument("revision", type=click.IntRange(1))
@click.option("--author", default="command line", show_default=True, help="Who takes it back.")
@click.option("--note", default="", help="Why.")
@store_option
@click.pass_context
def undo(ctx: click.Context, revision: int, author: str, note: str, store: str | None) -> None:
    """Take one REVISION back, as a new revision; refused where a later one changed the same fields.

    Of an import, what the matching had learned from it is forgotten too; what a person judged stays.
    """
    from importers.undoing import undo as take_back

    with opened(ctx, store) as found:
        try:
            made = take_back(found, revision, author, note, settings(ctx, store).judgements)
        except ValueError as error:
            refuse(f"Revision {revision} was taken back; what was learned from it could not be forgotten: {error}")
    click.echo(_line(made))
