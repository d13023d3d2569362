"""`pathways refer`: the referral path for one profile, on a terminal."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any, BinaryIO

import click

from api.body import loaded, parse_json
from api.problems import Problem
from api.profile import ProfileSchema, known_body, profile_of
from cli.opening import opened, refuse, store_option
from pathways.directory import Directory
from pathways.stores import Store
from pathways.visibility import ANONYMOUS, is_seen, reading_older

_MOST = 1_000_000


@click.command()
@click.argument("profile", type=click.File("rb"), metavar="PROFILE.json")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "mermaid"]), default="text", show_default=True, help="How the path is printed."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The legal validity on that day (YYYY-MM-DD). [default: the profile's start_date, else today]",
)
@click.option("--revision", type=click.IntRange(1), metavar="NUMBER", help="The recorded state of the directory. [default: the newest]")
@click.option("--alternatives", type=click.IntRange(0, 5), default=2, show_default=True, help="How many whole other paths.")
@store_option
@click.pass_context
def refer(
    ctx: click.Context, profile: BinaryIO, form: str, as_of: datetime | None, revision: int | None, alternatives: int, store: str | None
) -> None:
    """The referral path for the profile in PROFILE.json; - reads standard input.

    The profile is read, computed on and forgotten. The path is advice with reasons, never a verdict on a person.
    """
    with opened(ctx, store) as found:
        directory = found.directory(revision)
        try:
            path = _path(found, directory, profile, as_of.date() if as_of else None, alternatives)
        except Problem as problem:
            refuse(_told(problem))
    sys.stdout.write(_printed(path, form))


def _path(store: Store, directory: Directory, source: BinaryIO, as_of: date | None, alternatives: int) -> dict[str, Any]:
    from pathways.planner import refer as plan
    from pathways.visibility import scrubbed

    viewer = ANONYMOUS if directory.revision == store.head() else reading_older(ANONYMOUS, store.directory())

    def known(identity: str) -> bool:
        body = directory.stakeholder(identity)
        return body is not None and is_seen(body, viewer)

    raw = source.read(_MOST + 1)
    if len(raw) > _MOST:
        raise Problem("body-too-large")
    asked = known_body.set(known)
    try:
        case = profile_of(loaded(ProfileSchema(), parse_json(raw)))
    finally:
        known_body.reset(asked)
    if case.identified_in not in directory.parts:
        raise Problem("invalid-profile", f"The directory does not hold {case.identified_in} at this revision.")
    path: dict[str, Any] = scrubbed(directory, viewer, plan(directory, case, as_of, alternatives, viewer))
    return path


def _printed(path: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(path, ensure_ascii=False, indent=2) + "\n"
    from pathways.planner.text import as_mermaid, as_text

    return (as_text(path) if form == "text" else as_mermaid(path)).rstrip("\n") + "\n"


def _told(problem: Problem) -> str:
    """A problem for a person: each wrong place on a line of its own, with what it accepts."""
    data = problem.as_data()
    lines = [f"{data['title']}. {data['detail']}"]
    for error in data.get("errors", ()):
        accepted = error.get("accepted")
        words = (
            ", ".join("null" if a is None else str(a).lower() if isinstance(a, bool) else str(a) for a in accepted)
            if isinstance(accepted, list)
            else accepted
        )
        lines.append(f"  {error.get('pointer') or '/'}: {error['message']}" + (f". Accepted: {words}" if words else ""))
    return "\n".join(lines)
