"""`pathways copy`: a directory with its history, from one store to another."""

from __future__ import annotations

import click

from cli.opening import refuse
from pathways.stores import Revision, Store, StoreError, open_store


@click.command()
@click.option("--from", "source", metavar="URL", required=True, help="The store to copy.")
@click.option(
    "--to", "target", metavar="URL", required=True, help="The store to copy to: an empty one, or one that an earlier copy began to fill."
)
def copy(source: str, target: str) -> None:
    """Copy a directory with its whole history, from one store to another, of any kind.

    Each revision is checked by its digest: the copy gives the same directory at every revision, or this ends with 1.
    """
    from pathways.stores.copying import copy as copied

    opened: list[Store] = []
    try:
        for url in (source, target):
            opened.append(open_store(url))
        number = copied(opened[0], opened[1], _tell)
        if number and opened[0].takedowns() and (left := opened[1].wipe()):
            click.echo(f"Something was taken down: {left}", err=True)
    except StoreError as error:
        refuse(str(error))
    finally:
        for store in opened:
            store.close()
    click.echo(
        f"{number} revision{'' if number == 1 else 's'} copied." if number else "Nothing to copy: the same history is there already."
    )


def _tell(revision: Revision) -> None:
    click.echo(f"revision {revision.number}  {revision.digest[:16]}  {revision.note or revision.source or revision.layer}")
