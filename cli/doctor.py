"""`pathways doctor`: whether this machine is fit to serve, and what to do where it is not."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from ipaddress import ip_network
from pathlib import Path

import click

from api.access.local import is_loopback
from api.settings import Settings
from cli.opening import settings, store_option
from cli.ports import why_not
from pathways.format.lint import check
from pathways.stores import Store, StoreError, open_store
from pathways.stores.bundled import bundled_root
from pathways.stores.verifying import verify

OK, WARNING, ERROR = "ok", "warning", "error"

_LEAST_MB, _GOOD_MB = 100, 1_000
_MIGRATE = Path("/proc/sys/net/ipv4/tcp_migrate_req")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is so, and what to do where it should not be."""

    severity: str
    about: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.severity:8}{self.about}: {self.found}" + (f". {self.remedy}" if self.remedy else "")


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the findings are printed."
)
@store_option
@click.pass_context
def doctor(ctx: click.Context, form: str, store: str | None) -> None:
    """Look at Python, settings, folder, disk, store, data, clock and port, and say what to do.

    Nothing is changed, save that a store of an older release is brought up to this one, as at any start.

    Ends with 1 where something is wrong that would harm; a warning is advice.
    """
    findings = list(_examined(settings(ctx, store)))
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
    sys.exit(1 if any(finding.severity == ERROR for finding in findings) else 0)


def _examined(chosen: Settings) -> Iterator[Finding]:
    for look in _LOOKS:
        yield from look(chosen)
    yield from _store(chosen)


def _python(_: Settings) -> Iterator[Finding]:
    yield Finding(OK, "python", f"{sys.version.split()[0]}, {sqlite3.sqlite_version} of SQLite")


def _home(chosen: Settings) -> Iterator[Finding]:
    """The folder of the program's data holds tokens and what is for partners only: it is its owner's alone."""
    home = chosen.home
    if not home.exists():
        yield Finding(OK, "home", f"{home} is not there yet; the first start makes it")
        return
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(ERROR, "home", f"{home} cannot be written", "Give it to the account of the service, or set PATHWAYS_HOME")
        return
    open_files = [path for path in (home, *home.iterdir()) if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if home in open_files:
        yield Finding(WARNING, "home", f"{home} can be entered by other accounts", f"chmod 700 {home}")
    for path in open_files:
        if path.is_file():
            yield Finding(ERROR, "home", f"{path.name} can be read by other accounts", f"chmod 600 {path}")
    if not open_files:
        yield Finding(OK, "home", f"{home} is its owner's alone")


def _disk(chosen: Settings) -> Iterator[Finding]:
    place = next(path for path in (chosen.home, *chosen.home.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free // 1_000_000
    severity = ERROR if free < _LEAST_MB else WARNING if free < _GOOD_MB else OK
    yield Finding(
        severity, "disk", f"{free:,} MB free under {place}", "" if severity == OK else "Make room: an import needs some of its size twice"
    )


def _network(chosen: Settings) -> Iterator[Finding]:
    """Settings that are dangerous together."""
    everywhere = [str(network) for network in chosen.proxies if network in (ip_network("0.0.0.0/0"), ip_network("::/0"))]
    if everywhere:
        yield Finding(
            ERROR,
            "PATHWAYS_PROXIES",
            f"{', '.join(everywhere)} believes everybody's X-Forwarded-For",
            "Name the addresses of your own proxies",
        )
    if is_loopback(chosen.host):
        yield Finding(OK, "PATHWAYS_HOST", f"{chosen.host}: this machine only")
        return
    yield Finding(OK, "PATHWAYS_HOST", f"{chosen.host}: a network")
    if not chosen.url.startswith("https://"):
        yield Finding(
            WARNING,
            "PATHWAYS_URL",
            "no https:// address is named, and what is asked here must not cross a network unencrypted",
            "Put a proxy with TLS in front and name its address",
        )
    if chosen.writes == "local":
        yield Finding(
            WARNING, "PATHWAYS_WRITES", "local, where the service listens on a network: nobody can import", "Set it to tokens, or to off"
        )
    if chosen.metrics == "open":
        yield Finding(WARNING, "PATHWAYS_METRICS", "open: everybody who comes sees the figures", "Keep /metrics out of the proxy")
    if not chosen.rate:
        yield Finding(WARNING, "PATHWAYS_RATE", "0: a single network can keep the service busy", "Leave it out, or set a number")


def _port(chosen: Settings) -> Iterator[Finding]:
    place = f"{chosen.host}, port {chosen.port}"
    if wrong := why_not(chosen.host, chosen.port):
        yield Finding(WARNING, "port", f"{place}: {wrong}", "Right if the service runs; else take another")
    else:
        yield Finding(OK, "port", f"{place}, is free")


def _replacing(_: Settings) -> Iterator[Finding]:
    """Linux hands connections that wait for a process over to another only where it is told to."""
    if _MIGRATE.exists() and _MIGRATE.read_text().strip() == "0":
        yield Finding(
            OK, "replacing processes", "connections that wait may be cut when a process is replaced", "sysctl net.ipv4.tcp_migrate_req=1"
        )


def _bundled(_: Settings) -> Iterator[Finding]:
    wrong = [finding for finding in check(bundled_root(), date.today()) if finding.severity == "error"]
    if wrong:
        yield Finding(ERROR, "bundled directory", f"{len(wrong)} errors, the first: {wrong[0]}", "Install the release again")
    else:
        yield Finding(OK, "bundled directory", "can be read, and nothing is wrong in it")


_LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_python, _home, _disk, _network, _port, _replacing, _bundled)


def _store(chosen: Settings) -> Iterator[Finding]:
    """The store is looked at as it is; one that is not there yet is not made."""
    path = Path(chosen.store.removeprefix("sqlite:///")).expanduser() if chosen.store.startswith("sqlite:///") else None
    if path is not None and not path.exists():
        yield Finding(OK, "store", f"{path} is not there yet; the first start fills it")
        yield from _clock(None)
        return
    try:
        store = open_store(chosen.store)
    except StoreError as error:
        yield Finding(ERROR, "store", str(error), "docs/operate.md says what each such line means")
        yield from _clock(None)
        return
    try:
        yield from _contents(store, path)
    except (StoreError, sqlite3.Error) as error:
        yield Finding(ERROR, "store", f"cannot be read: {error}", "Restore the last backup")
    finally:
        store.close()


def _contents(store: Store, path: Path | None) -> Iterator[Finding]:
    if path is not None:
        with sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
        connection.close()
        if told != ["ok"]:
            yield Finding(ERROR, "store", f"the file is damaged: {told[0]}", "Stop the service and restore the last backup")
            return
    history, wrong = store.history(), store.read(verify)
    for place in wrong:
        yield Finding(ERROR, "history", str(place), "Somebody or something changed it behind the program: docs/audit.md")
    if not wrong:
        yield Finding(OK, "history", f"{len(history)} revisions, and their chain holds")
    yield from _clock(max((revision.at for revision in history), default=None))


def _clock(newest: str | None) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if newest is not None and datetime.fromisoformat(newest) > now:
        yield Finding(ERROR, "clock", f"it is {now:%Y-%m-%d %H:%M} UTC here, before the newest revision ({newest})", "Set the clock")
    else:
        yield Finding(OK, "clock", f"{now:%Y-%m-%d %H:%M} UTC")
