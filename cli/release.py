"""`pathways release`: the bundled directory as one signed file, and such a file checked."""

from __future__ import annotations

from pathlib import Path

import click

from cli.opening import refuse
from pathways.signing import SigningError, private_key, public_key

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--key", type=_FILE, envvar="PATHWAYS_SIGNING_KEY", metavar="KEY", help="The key to sign with. [env: PATHWAYS_SIGNING_KEY]")
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.zip", help="The file to write.")
@click.option("--date", "day", metavar="DATE", help="The day of the release. [default: today]")
@click.option("--verify", "held", type=_FILE, metavar="FILE.zip", help="Check a release; ends with 1 where it is not what was signed.")
@click.option("--public-key", "public", type=_FILE, metavar="FILE", help="With --verify: whose signature it must be.")
def release(folder: Path | None, key: Path | None, target: Path | None, day: str | None, held: Path | None, public: Path | None) -> None:
    """Write the directory's files (FOLDER; the bundled ones where none is named) as one zip with a signed list of them.

    The same files, date and key give the same bytes.
    """
    from pathways.format.release import ReleaseError, check, write

    if (held is None) == (target is None) or (held is None) != (public is None) or (target is not None and key is None):
        raise click.UsageError("give -o FILE.zip with --key KEY, or --verify FILE.zip with --public-key FILE")
    try:
        if held is not None and public is not None:
            said = check(held, public_key(public))
            click.echo(f"{held.name}: version {said['version']} of {said['date']}, {len(said['files'])} files, as they were signed.")
        elif target is not None and key is not None:
            from pathways.stores.bundled import bundled_root

            said = write(folder or bundled_root(), target, private_key(key), day)
            click.echo(f"{target.name}: version {said['version']} of {said['date']}, {len(said['files'])} files.")
    except (ReleaseError, SigningError) as error:
        refuse(str(error))
