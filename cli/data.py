"""`pathways check`: what is wrong with directory data."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from pathways.format.reader import DirectoryError, Finding


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
