"""`pathways token`: access tokens, made, listed and taken back; and the sign-ins on pages that last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from cli.opening import refuse, settings
from pathways.access import DAYS, GIVEN, MOST_DAYS, Grant, Role, Session, Sessions, Token, Tokens


@click.group()
def token() -> None:
    """Access tokens: for whoever imports, edits, or sees what is for partners only. They stand in PATHWAYS_HOME, without their secrets."""


@token.command()
@click.option("--label", required=True, metavar="TEXT", help="Whose it is: a post or initials, as the history has it.")
@click.option("--role", type=click.Choice([role.value for role in GIVEN]), required=True, help="What it allows.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="A source that an importer may import; may stand several times.")
@click.option("--body", "bodies", multiple=True, metavar="ID", help="A body that an editor may edit; may stand several times.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=DAYS, show_default=True, help="How long it lasts.")
@click.pass_context
def make(ctx: click.Context, label: str, role: str, sources: tuple[str, ...], bodies: tuple[str, ...], days: int) -> None:
    """Make a token. Its secret is printed once, on standard output, and kept nowhere."""
    with _usable():
        try:
            made, secret = Tokens(settings(ctx, None).home).make(label, Grant(Role(role), frozenset(sources), frozenset(bodies)), days)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    click.echo(secret)
    click.echo(f"Token {made.id}, {role}, lasts until {made.expires:%Y-%m-%d}. Keep it now: it is not shown again.", err=True)


@token.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the list is printed.")
@click.pass_context
def listed(ctx: click.Context, form: str) -> None:
    """The tokens, without their secrets, and the sign-ins that last."""
    home = settings(ctx, None).home
    with _usable():
        tokens, sessions = Tokens(home).all(), Sessions(home).all()
    if form == "json":
        told = {"tokens": [_data(one) for one in tokens], "sessions": [_session_data(one) for one in sessions]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in tokens:
        state = f"ended {one.ended}" if one.ended else f"until {one.expires:%Y-%m-%d}"
        click.echo(f"{one.id}  {_granted(one.grant)}  {state}  {one.label}  ({f'last used {one.used}' if one.used else 'never used'})")
    for session in sessions:
        click.echo(f"{session.id}  {_granted(session.grant)}  signed in until {session.expires:%Y-%m-%d %H:%M} UTC  {session.label}")
    if not tokens and not sessions:
        click.echo("There are no tokens.")


@token.command()
@click.argument("identities", metavar="ID...", nargs=-1, required=True)
@click.pass_context
def revoke(ctx: click.Context, identities: tuple[str, ...]) -> None:
    """Take tokens back, or end sign-ins, by their ids in the list. It holds at once, in every process."""
    home = settings(ctx, None).home
    with _usable():
        missing = [identity for identity in identities if not (Tokens(home).revoke(identity) or Sessions(home).end(identity))]
    if missing:
        refuse(f"There is no token or sign-in {', '.join(missing)} that still holds; others that were named are taken back.")
    click.echo("Taken back.")


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        refuse(f"The file of access tokens cannot be used: {error}")


def _granted(grant: Grant) -> str:
    return " ".join([grant.role.value, *sorted(grant.sources), *sorted(grant.bodies)])


def _data(one: Token) -> dict[str, Any]:
    dates = {"made": one.made.isoformat(), "expires": one.expires.isoformat(), "ended": one.ended, "used": one.used}
    return {"id": one.id, "label": one.label, **_grant_data(one.grant), **dates}


def _session_data(one: Session) -> dict[str, Any]:
    return {"id": one.id, "label": one.label, **_grant_data(one.grant), "expires": one.expires.isoformat()}


def _grant_data(grant: Grant) -> dict[str, Any]:
    return {"role": grant.role.value, "sources": sorted(grant.sources), "bodies": sorted(grant.bodies)}
