"""`pathways serve`: the API behind a production WSGI server."""

from __future__ import annotations

import os
import socket

import click

from cli.opening import opened, refuse, settings, store_option


@click.command()
@click.option("--host", metavar="ADDRESS", help="The address to listen on. [env: PATHWAYS_HOST; default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. [env: PATHWAYS_PORT; default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="How many processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="How many threads in each process.")
@store_option
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int, threads: int, store: str | None) -> None:
    """Serve the API, on the embedded store with the directory of the twelve countries when nothing else is configured.

    Requests are not logged, and nothing of a profile is kept. Stop it with Ctrl-C.
    """
    chosen = settings(ctx, store)
    host, port = host or chosen.host, port or chosen.port
    with opened(ctx, store) as found:
        revision = found.head()
    _must_be_free(host, port)
    # The processes that serve read their settings from the environment.
    os.environ.update(PATHWAYS_STORE=chosen.store, PATHWAYS_HOST=host, PATHWAYS_PORT=str(port))
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"Referral Pathways, revision {revision} of the directory. Open http://{shown}:{port}/ (documentation at "
        "/api/docs). Stop with Ctrl-C."
    )
    _run(host, port, workers, threads)


def _must_be_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        refuse(f"{host}, port {port}, cannot be listened on: {error.strerror or error}. Choose another with --host and --port.")


def _run(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "api.wsgi:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_access=False,  # an access log would say who asked for what
        log_level=LogLevels.warning,
    ).serve()
