"""`pathways corrections`: what readers say is wrong with a contact."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from cli.opening import refuse, settings
from pathways.corrections import Corrections


@click.command()
@click.option("--close", "closed", type=click.IntRange(1), multiple=True, metavar="NUMBER", help="Take an entry off the list.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the list is printed.")
@click.pass_context
def corrections(ctx: click.Context, closed: tuple[int, ...], form: str) -> None:
    """The list of contacts that readers say are wrong, the most often said first; --close takes entries off it.

    It stands in PATHWAYS_HOME. Nothing in it says who said it, or anything about a case.
    """
    found = Corrections(settings(ctx, None).home)
    missing = [number for number in closed if not found.close(number)]
    if missing:
        refuse(f"There is no entry {', '.join(map(str, missing))}; the others were closed.")
    entries = found.all()
    if form == "json":
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    for entry in entries:
        right = f", right would be {entry.proposed}" if entry.proposed else ""
        click.echo(
            f"{entry.number}  {entry.body}  {entry.kind} {entry.value}: {entry.fault}{right}  ({entry.times} times, last {entry.last})"
        )
    if not entries:
        click.echo("Nothing is said to be wrong.")
