"""`pathways serve`: the API behind a production WSGI server."""

from __future__ import annotations

import os
from dataclasses import replace
from tempfile import TemporaryDirectory

import click

from api import dumps
from api.settings import Settings
from cli.opening import opened, refuse, settings, store_option
from cli.ports import why_not


@click.command()
@click.option("--host", metavar="ADDRESS", help="The address to listen on. [env: PATHWAYS_HOST; default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. [env: PATHWAYS_PORT; default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes. [default: one for each core, at most 4]")
@click.option(
    "--threads", type=click.IntRange(1, 64), help="How many requests each process works on at once. [env: PATHWAYS_THREADS; default: 4]"
)
@store_option
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None, threads: int | None, store: str | None) -> None:
    """Serve the API, on the embedded store with the directory of the twelve countries when nothing else is configured.

    Requests are not logged, and nothing of a profile is kept. Stop it with Ctrl-C.
    """
    dumps.leave_none()
    chosen = settings(ctx, store)
    host, port = host or chosen.host, port or chosen.port
    with opened(ctx, store) as found:
        revision = found.head()
    if wrong := why_not(host, port):
        refuse(f"{host}, port {port}, cannot be listened on: {wrong}. Choose another with --host and --port.")
    # The processes that serve read their settings from the environment.
    chosen = replace(chosen, host=host, port=port, threads=threads or chosen.threads)
    os.environ.update(PATHWAYS_STORE=chosen.store, PATHWAYS_HOST=host, PATHWAYS_PORT=str(port), PATHWAYS_THREADS=str(chosen.threads))
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"Referral Pathways, revision {revision} of the directory. Open http://{shown}:{port}/ (documentation at "
        "/api/docs). Stop with Ctrl-C."
    )
    with TemporaryDirectory(prefix="pathways-counts-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # in which the processes count together (`api.metrics`)
        _run(chosen, workers or min(_cores(), _MOST_WORKERS))


_MOST_WORKERS = 4
"""Processes where nothing is said: each holds the directory, some 150 MB."""
_HEADER_TIMEOUT = 10_000
"""Milliseconds in which the head of a request must have come."""
_KILL_TIMEOUT = 30
"""Seconds that a process that is to end has for the requests that it answers."""
_SPARE = 16
"""Threads that tell whoever comes when all places are taken."""


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(chosen: Settings, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        "api.wsgi:application",
        factory=True,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=workers,
        # A place for each request that is worked on or waits: how many there are of each, `api.limits.Gate` holds.
        blocking_threads=chosen.threads + chosen.waiting + _SPARE,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT),
        # A process that ended is started again; one that has grown old or large is replaced by a new one.
        respawn_failed_workers=True,
        workers_lifetime=chosen.worker_hours * 3600 or None,
        workers_max_rss=chosen.worker_megabytes or None,
        workers_kill_timeout=_KILL_TIMEOUT,
        websockets=False,
        log_access=False,  # an access log would say who asked for what
        log_level=LogLevels.error,  # its warnings are advice, which `pathways doctor` gives once
    ).serve()
