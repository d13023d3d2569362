"""What the subcommands share: the store, and how a refusal is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import click

from api.settings import Settings
from pathways.format.reader import DirectoryError
from pathways.stores import Store, StoreError, open_store
from pathways.stores.bundled import ensure_bundled


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--store` may stand behind the subcommand as well as before it."""
    option = click.option(
        "--store", metavar="URL", help="Where the directory is kept: sqlite:///PATH, or neo4j://HOST. [env: PATHWAYS_STORE]"
    )
    return option(command)


def settings(ctx: click.Context, store: str | None) -> Settings:
    """The settings of the environment and of the options; wrong ones are wrong usage."""
    try:
        found = Settings.from_environment()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    named = store or ctx.obj
    return replace(found, store=named) if named else found


def refuse(message: str) -> NoReturn:
    """Say on standard error why the input is not acceptable, and end with 1."""
    click.echo(message, err=True)
    sys.exit(1)


@contextmanager
def as_it_is(ctx: click.Context, store: str | None) -> Iterator[Store]:
    """The store as it stands, without loading anything into it; closed at the end."""
    found = None
    try:
        found = open_store(settings(ctx, store).store)
        yield found
    except StoreError as error:
        refuse(str(error))
    finally:
        if found is not None:
            found.close()


@contextmanager
def opened(ctx: click.Context, store: str | None) -> Iterator[Store]:
    """The store, filled with the bundled directory where it is empty or holds that of another release; closed at the end."""
    with as_it_is(ctx, store) as found:
        try:
            ensure_bundled(found, force=os.environ.get("PATHWAYS_FORCE_BUNDLED") == "1")
        except DirectoryError as error:
            refuse(str(error))
        yield found
