"""What a server can refuse, and what is wrong in the network, each as one line for the person who runs the service."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    UnsupportedServerProduct,
)

from pathways.stores.neo4j.address import PASSWORD, USER, Address
from pathways.stores.revisions import StoreError

OLDEST = (5, 26)
"""The oldest server that the queries are held against; servers since 2025 count by year."""

_CODES = {
    "Neo.ClientError.Security.Unauthorized": "refuses the user {user!r}: the name or the password is wrong ({USER}, {PASSWORD})",
    "Neo.ClientError.Security.AuthenticationRateLimit": "refuses the user {user!r} for a while, after too many wrong passwords",
    "Neo.ClientError.Security.CredentialsExpired": "wants the first password of the user {user!r} to be changed before it is used",
    "Neo.ClientError.Security.Forbidden": "does not let the user {user!r} do this: it must read and write the database and, at the first start, make constraints and indexes",
    "Neo.ClientError.Database.DatabaseNotFound": "has no database {database!r}",
    "Neo.TransientError.Database.DatabaseUnavailable": "has stopped the database {database!r}",
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": "has too little memory for this; give it more (server.memory.heap.max_size, dbms.memory.transaction.total.max)",
    "Neo.TransientError.General.OutOfMemoryError": "has too little memory for this; give it more (server.memory.heap.max_size)",
    "Neo.ClientError.Cluster.NotALeader": "is not the one that writes in its cluster; name the cluster with neo4j://",
}


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Turns every error of the driver into a StoreError of one line."""
    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise StoreError(f"Neo4j at {address} {_line(error, address)}") from error


def check_version(agent: str, address: Address) -> None:
    """StoreError for a server that is too old, or that is something else; `agent` is what it says of itself (`Neo4j/5.26.1`)."""
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise StoreError(f"Neo4j at {address} is {agent or 'of no known version'}; {OLDEST[0]}.{OLDEST[1]} or newer is needed")


def _line(error: DriverError | Neo4jError, address: Address) -> str:
    code = str(getattr(error, "code", None) or "")
    if code in _CODES:
        return _CODES[code].format(user=address.user, database=address.database or "of the account", USER=USER, PASSWORD=PASSWORD)
    if isinstance(error, AuthError):
        return f"refuses the user {address.user!r}: {error.message}"
    if isinstance(error, UnsupportedServerProduct):
        return f"is of a version that this release does not speak with; {OLDEST[0]}.{OLDEST[1]} or newer is needed"
    if isinstance(error, ConfigurationError):
        return f"cannot be asked with these settings: {error}"
    if isinstance(error, ClientError | Neo4jError):
        return f"refused the query: {code} {_first(str(error.message))}"
    if isinstance(error, ServiceUnavailable):
        return _unreachable(error, address)
    return f"could not be asked: {type(error).__name__}: {_first(str(error))}"


def _unreachable(error: BaseException, address: Address) -> str:
    causes = list(_causes(error))
    words = " ".join(str(cause) for cause in causes)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"shows a certificate that is not trusted: {cause.verify_message}"
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "encrypt" in words or "SSL" in words:
        return (
            "does not speak TLS here; leave out +s in the address, or set up TLS on the server"
            if address.encrypted
            else "asks for TLS; write +s into the address"
        )
    if "protocol" in words or "handshake" in words:
        return (
            "does not answer as a Neo4j server does: it asks for TLS (write +s into the address), or is something else"
            if not address.encrypted
            else "does not answer as a Neo4j server does"
        )
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror:
            return f"cannot be reached: {cause.strerror}"
    return f"cannot be reached: {_first(str(causes[-1]))}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything under it, the deepest last."""
    yield error
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else [cause for cause in (error.__cause__,) if cause is not None]
    for cause in inner:
        yield from _causes(cause)


def _first(text: str) -> str:
    return text.strip().partition("\n")[0][:200]
