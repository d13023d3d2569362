"""A real service for the tests: `pathways serve` as a person starts it, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

PATIENCE = 60
"""Seconds that anything may take."""


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, settings: Mapping[str, str], *options: str) -> Iterator[int]:
    """The port of a service that runs meanwhile; its home and its output lie in the folder. `options` are those of the command."""
    port = int(settings.get("PATHWAYS_PORT", 0)) or free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PATHWAYS_")},
        "PATHWAYS_HOME": str(folder / "home"),
        "PATHWAYS_PORT": str(port),
        **settings,
    }
    with (folder / "output").open("wb") as output:
        words = [sys.executable, "-m", "cli.main", "serve", *options]
        process = subprocess.Popen(words, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, port)
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the service ended"
        try:
            if _is_ready(port):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the service did not come up")


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    finally:
        connection.close()
