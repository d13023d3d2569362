"""`pathways export`: the directory out, in one of the forms that others read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cli.opening import opened, refuse, settings, store_option
from importers.out import exporting
from importers.out.shown import withheld
from pathways.format.writer import WriteError
from pathways.visibility import ANONYMOUS, KEEPER, PARTNER, reading_older
from pathways.vocabulary import words
from pathways.vocabulary.labels import LANGUAGES

_VIEWERS = {"public": ANONYMOUS, "partner": PARTNER, "keeper": KEEPER}
_HTML = "html"
_HTML_IS = "one country as one page with a search, to be used without internet (--country, --language)"
_PRINTED = ("json", "csv", "hxl", "graphml")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice([*exporting.FORMS, _HTML]),
    required=True,
    help="; ".join([*(f"{name}: {form.what}" for name, form in exporting.FORMS.items()), f"{_HTML}: {_HTML_IS}"]) + ".",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help=f"The file or folder; a file is replaced, a folder must be new or empty. - prints {', '.join(_PRINTED)}.",
)
@click.option("--revision", type=click.IntRange(1), metavar="NUMBER", help="The recorded state of the directory. [default: the newest]")
@click.option(
    "--viewer",
    type=click.Choice(list(_VIEWERS)),
    default="public",
    show_default=True,
    help="For whose eyes: what they may not see is left out and counted. keeper: everything, hidden bodies too.",
)
@click.option("--country", type=click.Choice(words("countries")), help="Which country; for html only.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="In which language; for html only.")
@store_option
@click.pass_context
def export(
    ctx: click.Context,
    form: str,
    output: Path,
    revision: int | None,
    viewer: str,
    country: str | None,
    language: str,
    store: str | None,
) -> None:
    """Write the directory out, so that it can be read, reviewed, loaded elsewhere, or loaded again.

    What each form holds, and what it loses, stands in docs/exporting.md.
    """
    if form == _HTML:
        _write_html(ctx, output, revision, viewer, country, language, store)
        return
    if country is not None:
        raise click.UsageError("--country is for html only; the other forms hold the whole directory")
    _refuse_wrong_usage(form, output)
    with opened(ctx, store) as found:
        newest = found.directory()
        directory = newest if revision is None else found.directory(revision)
        eyes = _VIEWERS[viewer]
        if directory.revision < newest.revision and eyes is not KEEPER:
            eyes = reading_older(eyes, newest)
        made = exporting.Export(directory, found.records(revision), eyes, date.today())
    try:
        if str(output) == "-":
            _print(form, made)
        else:
            exporting.write(form, made, output)
    except (WriteError, OSError) as error:
        refuse(f"The directory could not be written: {error}")
    counts = [f"{number} {kind}" for kind, number in withheld(directory, eyes).items() if number]
    if counts:
        click.echo(f"Withheld from the {viewer} viewer: {', '.join(counts)}. --viewer says for whose eyes it is.", err=True)


def _write_html(
    ctx: click.Context, output: Path, revision: int | None, viewer: str, country: str | None, language: str, store: str | None
) -> None:
    """One country as a page of its own, for the eyes of everybody."""
    if country is None:
        raise click.UsageError("html is one country; name it with --country")
    if viewer != "public":
        raise click.UsageError("html is made to be carried around: it is for the public viewer only")
    if str(output) != "-" and (output.suffix.lower() not in (".html", ".htm") or not output.resolve().parent.is_dir() or output.is_dir()):
        raise click.UsageError(f"html is a file .html in a folder that exists, and not {output}")
    from api import create_app, offline

    with opened(ctx, store) as found:
        if revision is not None and not 1 <= revision <= found.head():
            refuse(f"There is no revision {revision}; there are 1 to {found.head()}.")
        app = create_app(settings(ctx, store), found)
        with app.test_request_context(f"/{language}/", query_string={} if revision is None else {"revision": revision}):
            text = offline.document(country, date.today())
    try:
        if str(output) == "-":
            click.echo(text)
        else:
            output.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"The page could not be written: {error}")


def _refuse_wrong_usage(form: str, output: Path) -> None:
    if str(output) == "-":
        if form not in _PRINTED:
            raise click.UsageError(f"{form} is {exporting.accepted(form)}; name one with -o")
        return
    if exporting.is_folder(form, output):
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise click.UsageError(f"{output} is there already and is not an empty folder; name another with -o")
    elif output.suffix.lower() not in exporting.FORMS[form].suffixes:
        raise click.UsageError(f"{form} is {exporting.accepted(form)}, and not {output.name}")
    elif output.is_dir():
        raise click.UsageError(f"{output} is a folder; {form} is {exporting.accepted(form)}")
    if not output.resolve().parent.is_dir():
        raise click.UsageError(f"there is no folder {output.resolve().parent}")


def _print(form: str, made: exporting.Export) -> None:
    """A form on standard output."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"out{exporting.FORMS[form].suffixes[0]}"
        exporting.write(form, made, path)
        click.echo(path.read_bytes(), nl=False)
