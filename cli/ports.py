"""Whether an address and a port can be listened on."""

from __future__ import annotations

import socket


def why_not(host: str, port: int) -> str:
    """Why nothing can listen there, in the system's words; empty where it is free."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""
