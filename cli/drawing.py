"""`pathways map`: a country's mechanism, or the ways between the countries, as a map in a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from cli.opening import opened, refuse, store_option
from pathways.measures.pairs import TRAVELLERS
from pathways.visibility import ANONYMOUS, reading_older
from pathways.vocabulary.labels import LANGUAGES
from visualisations.exports import FORMATS, NoFont
from visualisations.mechanism_parts import ROUTES

_BY_SUFFIX = {f".{form.suffix}": form.name for form in FORMATS.values()}


@click.command("map")
@click.argument("country", metavar="COUNTRY|transnational")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=f"The file; its suffix picks the form: {', '.join(_BY_SUFFIX)}.",
)
@click.option("--route", type=click.Choice(ROUTES), help="Only the route of children, or of adults. [default: both]")
@click.option(
    "--traveller", type=click.Choice(TRAVELLERS), default=TRAVELLERS[0], show_default=True, help="Whose journey home (transnational)."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="What is in force on that day (YYYY-MM-DD). [default: today]"
)
@click.option("--revision", type=click.IntRange(1), metavar="NUMBER", help="The recorded state of the directory. [default: the newest]")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of the words around the names."
)
@store_option
@click.pass_context
def map(
    ctx: click.Context,
    country: str,
    output: Path,
    route: str | None,
    traveller: str,
    as_of: datetime | None,
    revision: int | None,
    language: str,
    store: str | None,
) -> None:
    """Write a map to a file: that of the mechanism of COUNTRY (two letters), or that of the ways between the countries.

    For people SVG, PNG and HTML (one file that opens without a network), for programs GraphML, GEXF, Mermaid and JSON. It holds what
    everybody may see.
    """
    from api import drawing

    form = _BY_SUFFIX.get(output.suffix.lower())
    if form is None:
        raise click.UsageError(f"a map is written as {', '.join(_BY_SUFFIX)}; not as {output.suffix or 'a file without a suffix'}")
    with opened(ctx, store) as found:
        newest = found.directory()
        directory = newest if revision is None else found.directory(revision)
        viewer = ANONYMOUS if directory.revision == newest.revision else reading_older(ANONYMOUS, newest)
    code, on = country.upper(), as_of.date() if as_of else date.today()
    if code not in (*directory.parts, "TRANSNATIONAL"):
        raise click.UsageError(f"there is no map of {country}; there are {', '.join(directory.parts)} and transnational")
    try:
        said = drawing.words(language)
        if code == "TRANSNATIONAL":
            made = drawing.transnational_in(form, directory, viewer, on, traveller, said)
        else:
            made = drawing.mechanism_in(form, directory, code, viewer, on, route, said)
        output.write_bytes(made if isinstance(made, bytes) else made.encode("utf-8"))
    except (NoFont, OSError) as error:
        refuse(f"The map could not be written: {error}")
