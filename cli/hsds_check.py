"""`pathways hsds-check`: an HSDS 3 API tested from outside."""

from __future__ import annotations

import json
import sys

import click

from cli.opening import refuse


@click.command("hsds-check")
@click.argument("url")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--per-page", type=click.IntRange(2, 200), default=20, show_default=True, help="How many things are asked for on a page.")
@click.option("--pages", type=click.IntRange(1, 10_000), default=3, show_default=True, help="How many pages of each list are read.")
@click.option("--items", type=click.IntRange(0, 10_000), default=3, show_default=True, help="How many things are asked for one by one.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=20, show_default=True, help="Seconds to wait for an answer.")
def hsds_check(url: str, form: str, per_page: int, pages: int, items: int, timeout: float) -> None:
    """Test the HSDS 3 API at URL, any API, as its users would: calls, pages, schemas, ids, filters, errors.

    Nothing else is asked than this address. Ends with 1 where the API breaks the standard, or does not answer.
    """
    from importers.conformance import Check, check
    from importers.conformance.client import Unreachable

    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"{url} is not an address; it begins with http:// or https://")
    try:
        report = check(url, Check(per_page, pages, items), timeout)
    except Unreachable as error:
        refuse(f"It cannot be tested: {error}")
    if form == "json":
        click.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False))
    else:
        for line in report.lines():
            click.echo(line)
    sys.exit(1 if report.failures else 0)
