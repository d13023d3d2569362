"""`pathways history`, `undo`: what became of the directory, whether that is true, and taking a revision back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cli.opening import as_it_is, opened, refuse, settings, store_option
from pathways.records import canonical_json
from pathways.signing import SigningError, checked, private_key, public_key, signed
from pathways.stores import Revision, Store
from pathways.stores.chain_export import exported
from pathways.stores.verifying import verify

HEAD = "referral-pathways-head/1"
"""What a signed head of the chain calls itself."""
KEY = "PATHWAYS_SIGNING_KEY"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="NUMBER", help="How many, the newest first.")
@click.option("--verify", "verified", is_flag=True, help="Hold every revision against the chain; ends with 1 where anything was changed.")
@click.option("--anchor", type=_FILE, metavar="FILE", help="With --verify: a head that --sign printed earlier, kept elsewhere.")
@click.option("--public-key", "key", type=_FILE, metavar="FILE", help="The key that the anchor is held against.")
@click.option("--sign", is_flag=False, flag_value=KEY, metavar="[KEY]", help=f"Print the head of the chain, signed with KEY. [env: {KEY}]")
@click.option("--export", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the chain as JSON lines.")
@click.option("--changes", is_flag=True, help="With --export: all that was ever said too, also what is confidential.")
@store_option
@click.pass_context
def history(
    ctx: click.Context,
    limit: int,
    verified: bool,
    anchor: Path | None,
    key: Path | None,
    sign: str | None,
    target: Path | None,
    changes: bool,
    store: str | None,
) -> None:
    """The revisions of the directory, the newest first: who, when, from which file, and how much was changed.

    Each carries a hash of all that it says and of the one before. What was changed behind the program's back is found with --verify.
    """
    if (anchor is None) != (key is None) or (anchor and not verified) or (changes and target is None):
        raise click.UsageError("--anchor and --public-key go together, and with --verify; --changes goes with --export")
    if not (verified or sign or target):
        _list(ctx, store, limit)
        return
    with as_it_is(ctx, store) as found:
        if verified:
            _verify(found, anchor, key)
        if target is not None:
            lines = found.read(lambda view: [canonical_json(line) for line in exported(view, changes)])
            target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        if sign:
            click.echo(json.dumps(_head(found, os.environ.get(KEY, "") if sign == KEY else sign), indent=2))


def _list(ctx: click.Context, store: str | None, limit: int) -> None:
    with opened(ctx, store) as found:
        for revision in reversed(found.history()[-limit:]):
            click.echo(told(revision))
        for conflict in found.conflicts():
            change = conflict.change
            click.echo(
                f"conflict {conflict.number}: {change.kind} {change.id}, {change.field}: revision {conflict.revision} "
                f"changed a value under one of {conflict.layer}, which stands"
            )


def _verify(store: Store, anchor: Path | None, key: Path | None) -> None:
    history, wrong = store.history(), store.read(verify)
    if anchor and key:
        wrong += _anchored(history, anchor, key)
    if wrong:
        refuse("\n".join([*wrong, "The store was changed behind this program's back: stop writing to it, keep it, and restore a backup."]))
    click.echo(f"{len(history)} revisions, each as it was written; the head is {history[-1].link if history else 'not there'}.", err=True)


def _anchored(history: list[Revision], anchor: Path, key: Path) -> list[str]:
    """What a head that was kept elsewhere says against the chain."""
    try:
        head = checked(json.loads(anchor.read_text(encoding="utf-8")), public_key(key))
        number = int(head["revision"])
    except (SigningError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{anchor.name}: {error}"]
    if head.get("format") != HEAD or not 1 <= number <= len(history):
        return [f"{anchor.name}: revision {number} is not in this store"]
    stands = history[number - 1].link
    return [] if head["link"] == stands else [f"revision {number}: its link is {stands}, and was {head['link']} when it was signed"]


def _head(store: Store, key: str) -> dict[str, object]:
    history = store.history()
    if not history or not key:
        refuse("The store is empty: there is nothing to sign." if key else f"Name the key: --sign KEY, or in {KEY}.")
    last = history[-1]
    said = {"format": HEAD, "revision": last.number, "at": last.at, "digest": last.digest, "link": last.link}
    try:
        return signed(said, private_key(Path(key)))
    except SigningError as error:
        refuse(str(error))


def told(revision: Revision) -> str:
    """A revision as one line."""
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
    click.echo(told(made))
