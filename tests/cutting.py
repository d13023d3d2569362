"""A wire that can be cut: it passes everything on to a server, until it is told to lose the answer to a commit."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

COMMIT = b"\xb0\x12"
"""The message of Bolt that ends a transaction: a structure without fields, of the tag 0x12."""


class Wire:
    """Listens on `port`. `lose_commits`: how many commits reach the server without their answer coming back."""

    def __init__(self, to: int) -> None:
        self.lose_commits, self.lost = 0, 0
        self._to = to
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._begin(self._accept)

    def _begin(self, work: Callable[..., None], *said: object) -> None:
        self._threads.append(threading.Thread(target=work, args=said, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [client, server]
                self._begin(self._pass, client, server, True)
                self._begin(self._pass, server, client, False)

    def _pass(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if asking and COMMIT in data[-8:] and self.lose_commits:
                    self.lose_commits -= 1
                    self.lost += 1
                    source.shutdown(socket.SHUT_RDWR)  # before the server can answer
                    target.sendall(data)
                    time.sleep(0.5)  # the server commits meanwhile
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Listen no more, and cut what is left."""
        for end in (self._listening, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in (self._listening, *self._ends):
            end.close()


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """A wire to a port of this machine."""
    made = Wire(to)
    try:
        yield made
    finally:
        made.close()
