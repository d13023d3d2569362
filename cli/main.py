"""The `pathways` command: its options, its subcommands, and how it ends.

Exit codes: 0 done; 1 the input was understood but is not acceptable (a report is printed); 2 wrong usage.
"""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword

import click

_COMMANDS = {
    "serve": ("cli.serve", "Serve the API on this machine."),
    "refer": ("cli.refer", "The referral path for one profile."),
    "import": ("cli.importing", "Load partners' lists, with a report."),
    "matches": ("cli.matches", "Judge matches that wait for a person."),
    "check": ("cli.data", "Lint directory data."),
    "export": ("cli.exporting", "Write the directory out, in the forms that others read."),
    "map": ("cli.drawing", "A country's mechanism as a map, in a file."),
    "hsds-check": ("cli.hsds_check", "Test an HSDS 3 API from outside."),
    "gaps": ("cli.gaps", "The policy measures: who has no complete path, and why."),
    "history": ("cli.history", "The revisions of the directory."),
    "undo": ("cli.history", "Take one revision back, as a new revision."),
    "release": ("cli.release", "The bundled directory as one signed file."),
    "takedown": ("cli.takedown", "Take an unsafe body or contact down, everywhere, at once."),
    "corrections": ("cli.corrections", "What readers say is wrong with a contact."),
    "token": ("cli.token", "Make, list and revoke access tokens."),
    "doctor": ("cli.doctor", "Whether this machine is fit to serve, and what to do."),
    "copy": ("cli.copy", "Copy the directory with its history to another store."),
}


class _Commands(click.Group):
    """Subcommands that are imported only when they run, so that the command starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = getattr(import_module(_COMMANDS[cmd_name][0]), cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="referral-pathways", prog_name="pathways")
@click.option(
    "--store",
    envvar="PATHWAYS_STORE",
    metavar="URL",
    help="Where the directory is kept: sqlite:///PATH, or neo4j://HOST. [env: PATHWAYS_STORE; default: a file in PATHWAYS_HOME]",
)
@click.pass_context
def main(ctx: click.Context, store: str | None) -> None:
    """Referral paths for victims of trafficking in human beings, across twelve countries.

    Exit codes: 0 done; 1 the input was understood but is not acceptable; 2 wrong usage.
    """
    ctx.obj = store


if __name__ == "__main__":
    main()
