"""A real Neo4j for the tests: resolved from Maven Central once, started on a free port with an empty database, stopped at the end.

`PATHWAYS_TEST_NEO4J=bolt://…` names a server that is there already (its account stands in PATHWAYS_NEO4J_USER and PATHWAYS_NEO4J_PASSWORD);
its database is emptied. `PATHWAYS_TEST_NEO4J=no` leaves these tests out, where nobody claims that they ran.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from pathways.stores.neo4j.schema import VERSIONS

VERSION = "5.26.25"
PASSWORD = "only-for-tests"
PATIENCE = 120
HEAP = os.environ.get("PATHWAYS_TEST_NEO4J_HEAP", "512m")

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency></dependencies>
</project>
"""
_OPENED = ("java.base/java.nio", "java.base/java.lang", "java.base/sun.nio.ch", "java.base/java.io")


class NotRunnable(RuntimeError):
    """The server cannot be had on this machine; the message says what is missing."""


def given() -> str:
    """The server that the environment names; empty: start one; `no`: leave it."""
    named = os.environ.get("PATHWAYS_TEST_NEO4J", "")
    if named == "no" and os.environ.get("CI"):
        raise NotRunnable("PATHWAYS_TEST_NEO4J=no is not for CI: the tests on Neo4j must run there")
    return named


def jars(version: str = VERSION) -> Path:
    """The folder of the server's jars; fetched by Maven where it is not there, by one process at a time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "referral-pathways" / f"neo4j-{version}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = cache / "lib"
        if not found.is_dir():
            for command in ("java", "mvn"):
                if shutil.which(command) is None:
                    raise NotRunnable(
                        f"{command} is missing: the tests on Neo4j need Java 17 and Maven (on Debian: openjdk-17-jre-headless, maven); see tests/need_java.sh"
                    )
            (cache / "pom.xml").write_text(_POM.format(version=version), encoding="utf-8")
            shutil.rmtree(cache / "fetched", ignore_errors=True)
            fetch = [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(cache / "pom.xml"),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={cache / 'fetched'}",
                "-DincludeScope=runtime",
            ]
            done = subprocess.run(fetch, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotRunnable(f"Maven could not fetch Neo4j {version}: {done.stdout[-500:]}")
            (cache / "fetched").rename(found)
    return found


class Server:
    """One Neo4j server in a folder of its own, on a port of its own; it can be stopped, killed and started again on the same data."""

    def __init__(
        self, home: Path, version: str = VERSION, heap: str = HEAP, tls: str = "", settings: Mapping[str, str] | None = None
    ) -> None:
        self.home, self.heap = home, heap
        self.port = free_port()
        self.url = f"bolt://127.0.0.1:{self.port}"
        self.user, self.password = "neo4j", PASSWORD
        self._jars = jars(version)
        self._process: subprocess.Popen[bytes] | None = None
        said = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.port}",
            "server.http.enabled": "false",
            "server.memory.heap.initial_size": heap,
            "server.memory.heap.max_size": heap,
            "server.memory.pagecache.size": "192m",
            "db.tx_log.preallocate": "false",
            "dbms.usage_report.enabled": "false",
            **(self._tls(tls) if tls else {}),
            **(settings or {}),
        }
        (home / "conf").mkdir(parents=True, exist_ok=True)
        (home / "conf" / "neo4j.conf").write_text("".join(f"{name}={value}\n" for name, value in said.items()), encoding="utf-8")

    def _tls(self, level: str) -> dict[str, str]:
        """Settings with a certificate of its own for this machine (`certificate`)."""
        folder = self.home / "certificates"
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "public.crt"
        make = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            str(folder / "private.key"),
            "-out",
            str(self.certificate),
        ]
        subprocess.run(
            [*make, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True
        )
        policy = {
            "enabled": "true",
            "base_directory": str(folder),
            "private_key": "private.key",
            "public_certificate": "public.crt",
            "client_auth": "NONE",
        }
        return {"server.bolt.tls_level": level, **{f"dbms.ssl.policy.bolt.{name}": value for name, value in policy.items()}}

    @property
    def command(self) -> list[str]:
        """What starts it."""
        opened = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED]
        java = ["java", f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseG1GC", *opened, "-cp", f"{self._jars}/*"]
        return [*java, "org.neo4j.server.CommunityEntryPoint", f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]

    def start(self) -> Server:
        """Start it and wait until it answers; the first time it gets its password."""
        with (self.home / "output").open("ab") as output:
            self._process = subprocess.Popen(self.command, stdout=output, stderr=subprocess.STDOUT)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise NotRunnable(f"Neo4j did not start: {(self.home / 'output').read_text()[-1000:]}")
            time.sleep(0.2)
        return self

    def _answers(self) -> bool:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        try:
            with GraphDatabase.driver(self.url, auth=(self.user, self.password), connection_timeout=5) as driver:
                driver.execute_query("RETURN 1", database_="neo4j")
            return True
        except (DriverError, Neo4jError):
            pass
        try:
            with GraphDatabase.driver(self.url, auth=(self.user, "neo4j"), connection_timeout=5) as driver:
                driver.execute_query("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=self.password, database_="system")
        except (DriverError, Neo4jError):
            pass
        return False

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)

    @property
    def url_with_account(self) -> str:
        """The address with the account in it, for whoever may not touch the environment."""
        return self.url.replace("://", f"://{self.user}:{self.password}@")

    @property
    def environment(self) -> dict[str, str]:
        """The account, as the service is told it."""
        return {"PATHWAYS_NEO4J_USER": self.user, "PATHWAYS_NEO4J_PASSWORD": self.password}

    def run(self, query: LiteralString) -> None:
        """Change the database behind the program's back."""
        with GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
            driver.execute_query(query)

    def empty(self) -> None:
        """Leave nothing but the constraints and an empty directory."""
        empty(self.url, self.user, self.password)


class GivenServer(Server):
    """A server that somebody else runs."""

    def __init__(self, url: str) -> None:
        self.url, self.user, self.password = (
            url,
            os.environ.get("PATHWAYS_NEO4J_USER", "neo4j"),
            os.environ.get("PATHWAYS_NEO4J_PASSWORD", ""),
        )
        self._process = None


def empty(url: str, user: str, password: str) -> None:
    """Take every node out of a database; the root of the directory stays, at revision 0."""
    with GraphDatabase.driver(url, auth=(user, password)) as driver, driver.session() as session:
        while session.run(
            "MATCH (n) WHERE NOT n:Directory AND NOT n:Graph WITH n LIMIT 20000 DETACH DELETE n RETURN count(*) AS gone"
        ).single(strict=True)["gone"]:
            pass
        session.run(
            "MATCH (d:Directory)-[:SHOWN_AS]->(g) SET d.head = 0, g.revision = 0, d.version = $version REMOVE d.lock, g.writer, g.lock",
            version=len(VERSIONS),
        ).consume()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Path, **how: str) -> Iterator[Server]:
    """A server for some tests: the given one, or one of their own."""
    if given() and how.keys() <= {"tls"}:
        yield GivenServer(given())
        return
    server = Server(home, **how)
    try:
        yield server.start()
    finally:
        server.kill()  # nothing of it is kept
