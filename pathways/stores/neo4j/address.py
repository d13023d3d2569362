"""Where the server is, and who asks: read from a URL and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pathways.stores.revisions import StoreError

SCHEMES = ("neo4j", "neo4j+s", "bolt", "bolt+s")
"""`+s`: with TLS, the server's certificate checked. `neo4j`: routed, for a cluster; `bolt`: this one server."""

USER, PASSWORD, PASSWORD_FILE, CERTIFICATES = (
    "PATHWAYS_NEO4J_USER",
    "PATHWAYS_NEO4J_PASSWORD",
    "PATHWAYS_NEO4J_PASSWORD_FILE",
    "PATHWAYS_NEO4J_CA",
)
DEFAULT_PORT = 7687


@dataclass(frozen=True, slots=True)
class Address:
    """One database on a server, and the account. Its text shows no password."""

    scheme: str
    host: str
    port: int
    database: str | None
    """None: the account's own (`neo4j` where nothing was changed)."""
    user: str
    password: str = field(repr=False)
    certificates: str | None = None
    """A file of certificates to trust instead of the machine's own."""

    @classmethod
    def read(cls, url: str, environment: Mapping[str, str] | None = None) -> Address:
        """The address that a URL names; user and password may stand in it or in the environment. StoreError for a wrong one."""
        said = os.environ if environment is None else environment
        try:
            parts = urlsplit(url)
            port = parts.port or DEFAULT_PORT
        except ValueError:
            raise _refused() from None
        database = parts.path.strip("/")
        if parts.scheme not in SCHEMES or not parts.hostname or "/" in database or parts.query or parts.fragment:
            raise _refused()
        user = unquote(parts.username) if parts.username else said.get(USER) or "neo4j"
        password = unquote(parts.password) if parts.password is not None else _password(said)
        return cls(parts.scheme, parts.hostname, port, database or None, user, password, said.get(CERTIFICATES) or None)

    @property
    def uri(self) -> str:
        """The URI that the driver takes: without account and database, and without `+s` where the certificates to trust are named."""
        scheme = self.scheme.removesuffix("+s") if self.certificates else self.scheme
        return f"{scheme}://{self.place}"

    @property
    def encrypted(self) -> bool:
        """Whether TLS is asked for."""
        return self.scheme.endswith("+s")

    @property
    def place(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}" + (f"/{self.database}" if self.database else "")


def _refused() -> StoreError:
    # the URL itself is not repeated: a password may stand in it
    return StoreError(f"this is not the address of a Neo4j database; accepted is {'|'.join(SCHEMES)}://HOST[:PORT][/DATABASE]")


def _password(said: Mapping[str, str]) -> str:
    if not said.get(PASSWORD_FILE):
        return said.get(PASSWORD, "")
    try:
        return Path(said[PASSWORD_FILE]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the file that {PASSWORD_FILE} names cannot be read: {error}") from None
