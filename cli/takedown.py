"""`pathways takedown`: an unsafe body or contact, gone everywhere in one command."""

from __future__ import annotations

from collections.abc import Callable

import click

from cli.history import told
from cli.opening import as_it_is, refuse, settings, store_option
from pathways.records import Record
from pathways.stores import Inconsistent, Store
from pathways.stores.erasing import Erasure
from pathways.stores.takedowns import BODY, TAKEDOWN, contact_values
from pathways.stores.taking_down import foresee, lift, take_down

_MOST_TOLD = 20


@click.command()
@click.argument("body", metavar="ID", required=False)
@click.option("--contact", metavar="VALUE", help="Only this number or address, from every body that has it.")
@click.option("--reason", default="unsafe", show_default=True, help="Why, in neutral words: it stays in the history.")
@click.option("--author", default="command line", show_default=True, help="Who takes it down, or lifts it.")
@click.option("--force", is_flag=True, help="Although the law rests on the body: its country's rules are then told without it.")
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
@click.option("--lift", "number", type=click.IntRange(1), metavar="REVISION", help="Let what this revision took down come in again.")
@click.option("--list", "listed", is_flag=True, help="What is taken down, and by whom.")
@store_option
@click.pass_context
def takedown(
    ctx: click.Context,
    body: str | None,
    contact: str | None,
    reason: str,
    author: str,
    force: bool,
    dry_run: bool,
    number: int | None,
    listed: bool,
    store: str | None,
) -> None:
    """Take the body ID down, or with --contact one number or address, everywhere and at once.

    It goes from the newest revision and out of all older ones, so that no page, export, map, search or diff has it; a running service
    follows within a second. Its content is gone from the store: there is no undo. It is remembered without being kept, so that no import
    brings it back; --lift allows that again. The chain of the history holds as before.
    """
    if (body is not None) + (number is not None) + listed != 1 or (contact and body is None):
        raise click.UsageError("name the ID of a body, or --lift REVISION, or --list")
    with as_it_is(ctx, store) as found:
        if listed:
            _list(found)
        elif number is not None:
            click.echo(told(lift(found, number, author, reason if reason != "unsafe" else f"lifts revision {number}")))
        elif body is not None and dry_run:
            _tell(_refused(lambda: foresee(found, body, contact, force)), contact, "would be")
        elif body is not None:
            if body.casefold() in reason.casefold() or (contact and contact in reason):
                refuse("The reason stays in the history: say it without what is taken down. Nothing was changed.")
            _take_down(ctx, store, found, lambda: take_down(found, body, contact, author, reason, force), body, contact)


def _take_down(ctx: click.Context, store: str | None, found: Store, work: Callable[[], Erasure], body: str, contact: str | None) -> None:
    from importers.uploads.clearing import clear

    if _is_down(found, body, contact):
        click.echo("It is taken down already; what may be left of it on the disk is cleared away.")
    else:
        _tell(_refused(work), contact, "was")
    chosen = settings(ctx, store)
    left = [text for text in (clear(chosen.home, chosen.imports, chosen.judgements, body, contact), found.wipe()) if text]
    click.echo("Exports, papers and backups that were made before still have it: delete them, and make a new backup.")
    if left:
        refuse("\n".join(["It is down, and not all of it is off the disk yet:", *left]))


def _is_down(found: Store, body: str, contact: str | None) -> bool:
    """Whether it was taken down and is not there: a take-down that was cut off is brought to its end by the same command."""
    down = found.standing_takedowns()
    if contact is not None:
        known = {value for record in found.records() if record.kind == "stakeholder" for value in contact_values(record)}
        return any(one.is_contact(contact) for one in down) and contact not in known
    record = Record("stakeholder", body, "", {})
    return any(one.what == BODY and one.is_of(record) for one in down) and not found.origins(*record.key)


def _refused(work: Callable[[], Erasure]) -> Erasure:
    try:
        return work()
    except Inconsistent as error:
        refuse(
            f"The directory's rules rest on it, and would be broken without it; nothing was changed.\n{error}\n"
            "Take its contacts down with --contact; or the body with --force, where these may be told without it."
        )


def _tell(made: Erasure, contact: str | None, was: str) -> None:
    """What goes; not by name, which would stand in the terminal's own history."""
    what = "The contact" if contact else "The body"
    rows = len(made.rows)
    click.echo(f"{what} {was} taken down: {made.revision.withdrawn} things gone, {rows} earlier changes blank or without it.")
    others = made.reworded
    for kind, identity in others[:_MOST_TOLD]:
        click.echo(f"  without its mention: {kind} {identity}")
    if len(others) > _MOST_TOLD:
        click.echo(f"  and {len(others) - _MOST_TOLD} more")


def _list(found: Store) -> None:
    down = {takedown.revision for takedown in found.standing_takedowns()}
    for revision in found.history():
        if revision.layer == TAKEDOWN:
            click.echo(told(revision) + ("" if revision.number in down or revision.undoes else "  lifted"))
    if not down:
        click.echo("Nothing is taken down.")
