"""`pathways matches`: bodies of partners' lists that may be bodies of the directory, put before a person, and what people judged."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import click

from cli.opening import opened, refuse, settings, store_option
from importers.matching import Judged, Judgements, Verdict, Waiting, sources
from pathways.directory import Directory
from pathways.visibility import KEEPER, body_detail

_SHOWN = ("name", "name_local", "kind", "territory", "city", "languages", "contacts", "parent")


@click.command()
@click.option("--source", metavar="NAME", help="Of this source only; needed to judge.")
@click.option("--same", nargs=2, metavar="SUBJECT BODY", help="The two are one body: merged at the next import.")
@click.option("--different", nargs=2, metavar="SUBJECT BODY", help="The two are not one body; it is never asked again.")
@click.option("--take-back", type=click.IntRange(1), metavar="NUMBER", help="Take a judgement back.")
@click.option("--judged", is_flag=True, help="Show what was judged instead of what waits.")
@click.option("--author", default="command line", show_default=True, help="Who judges.")
@click.option("--note", default="", help="Why.")
@store_option
@click.pass_context
def matches(
    ctx: click.Context,
    source: str | None,
    same: tuple[str, str] | None,
    different: tuple[str, str] | None,
    take_back: int | None,
    judged: bool,
    author: str,
    note: str,
    store: str | None,
) -> None:
    """Show the matches that wait for a person, judge one, or take a judgement back.

    Without options it shows what waits: what the list says, what the directory has, and why the two may be one. A judgement is remembered
    and used at the next import.
    """
    if sum(map(bool, (same, different, take_back, judged))) > 1:
        raise click.UsageError("--same, --different, --take-back and --judged each stand alone")
    if (same or different) and source is None:
        raise click.UsageError("--same and --different need --source, whose list the body stands in")
    path = settings(ctx, store).judgements
    try:
        with opened(ctx, store) as found:
            directory = found.directory()
        named = [source] if source else sources(path)
        if same or different:
            subject, body = same or different or ("", "")
            if directory.stakeholder(body) is None:
                refuse(f"{body} is not a body of the directory.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with Judgements(str(source), path) as known:
                verdict: Verdict = "same" if same else "different"
                number = known.judge(subject, body, verdict, author, note)
            click.echo(f"Judgement {number}: {subject} of {source} and {body} are {verdict}. It holds from the next import on.")
        elif take_back:
            _take_back(named, path, take_back, author)
        else:
            _show(named, path, judged, directory)
    except (ValueError, sqlite3.DatabaseError) as error:
        refuse(f"The file of judgements cannot be read: {error}")


def _take_back(named: list[str], path: Any, number: int, author: str) -> None:
    for source in named:
        with Judgements(source, path) as known:
            if any(one.number == number and one.taken_back_at is None for one in known.history()):
                known.take_back(number, author)
                click.echo(f"Judgement {number} is taken back.")
                return
    refuse(f"There is no judgement {number} that holds.")


def _show(named: list[str], path: Any, judged: bool, directory: Directory) -> None:
    count = 0
    for source in named if path.exists() else []:
        with Judgements(source, path) as known:
            for line in _judged(known.history()) if judged else _waiting(known.queue(), directory):
                click.echo(line)
                count += not line.startswith(" ")
    click.echo(f"{count or 'no'} {'judgement' if judged else 'match'}{'' if count == 1 else 's' if judged else 'es'}.")


def _judged(history: list[Judged]) -> list[str]:
    return [
        f"{one.number}  {one.at}  {one.author}  {one.source}: {one.subject} and {one.body} are {one.verdict}"
        + (f"  ({one.note})" if one.note else "")
        + (f"  taken back by {one.taken_back_by}, {one.taken_back_at}" if one.taken_back_at else "")
        for one in history
    ]


def _waiting(queue: list[Waiting], directory: Directory) -> list[str]:
    lines = []
    for one in queue:
        lines += [f"{one.source}: {one.subject}, {one.name} ({one.place})", *_told("the list", json.loads(one.said))]
        for candidate in json.loads(one.candidates):
            reasons = "; ".join(reason["text"] for reason in candidate["reasons"])
            lines.append(f"  may be {candidate['body']} ({candidate['score']:.2f}): {reasons}")
            lines += _told("  the directory", body_detail(directory, candidate["body"], KEEPER) or {})
    return lines


def _told(who: str, said: Any) -> list[str]:
    """What one side says of a body, a line each."""
    return [f"  {who}: {key} {json.dumps(said[key], ensure_ascii=False)}" for key in _SHOWN if said.get(key)]
