"""The store on a Neo4j server: sessions, managed transactions, and what is done when the server is lost in the middle."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition
from typing import Any, LiteralString
from uuid import uuid4

import neo4j
from neo4j import Driver, GraphDatabase, ManagedTransaction, Session
from neo4j.exceptions import IncompleteCommit

from pathways.stores.base import Store, T
from pathways.stores.neo4j.address import Address
from pathways.stores.neo4j.ledger import Reading, Writing, place
from pathways.stores.neo4j.refusals import check_version, told
from pathways.stores.neo4j.root import ROOT
from pathways.stores.neo4j.schema import prepare
from pathways.stores.revisions import Closed, Conflict, StoreError
from pathways.stores.view import Transaction, View

logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what it says of each try is for whoever turns logging on

CONNECT_SECONDS = 3.0
"""How long a connection may take; a server that is not there must not keep a request waiting."""
READ_SECONDS, WRITE_SECONDS = 1.5, 15.0
"""How long a transaction is tried again where the server asks for it (another writer's deadlock, a new leader), or is away for a moment."""

_MADE: LiteralString = """
MATCH (d:Directory {id: $id}) OPTIONAL MATCH (r:Revision {token: $token}) RETURN d.lock = $token OR r IS NOT NULL AS made
"""


class Neo4jStore(Store):
    """A store in one database of a Neo4j server; its constraints and indexes are made where they are missing."""

    remote = True

    def __init__(self, address: Address) -> None:
        super().__init__()
        self.address = address
        self._opening = Condition()
        self._driver: Driver | None = None
        self._sessions = 0
        """How many are in use: the driver may not be closed under them."""
        self._process = os.getpid()
        self._closed = False
        try:
            with told(address):
                check_version(self._opened().get_server_info().agent, address)
                with self._session() as session:
                    prepare(session, address)
        except BaseException:
            self.close()
            raise

    def _opened(self) -> Driver:
        """The driver of this process; that of a parent process is left alone."""
        with self._opening:
            if self._closed:
                raise Closed("the store is closed")
            if self._driver is None or self._process != os.getpid():
                self._process, self._sessions = os.getpid(), 0
                self._bookmarks = GraphDatabase.bookmark_manager()
                self._driver = _driver(self.address)
            return self._driver

    @contextmanager
    def _session(self, access: str = neo4j.WRITE_ACCESS, patience: float | None = None) -> Iterator[Session]:
        """A session that sees all that this process has written (by bookmarks: on a cluster too)."""
        with self._opening:
            driver = self._opened()
            self._sessions += 1
        try:
            with driver.session(
                database=self.address.database,
                bookmark_manager=self._bookmarks,
                default_access_mode=access,
                max_transaction_retry_time=WRITE_SECONDS if patience is None else patience,
                initial_retry_delay=0.2,
            ) as session:
                yield session
        finally:
            with self._opening:
                self._sessions -= 1
                self._opening.notify_all()

    def read(self, work: Callable[[View], T]) -> T:
        """What `work` finds in one revision; called again where the connection is lost."""
        with told(self.address), self._session(neo4j.READ_ACCESS, READ_SECONDS) as session:
            return session.execute_read(lambda tx: work(Reading(tx)))

    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` gives as the one writer, in one managed transaction; called again from the beginning where the server asks for it."""
        return self._write(work)

    def complete_graph(self) -> bool:
        """Write the graph again where it is not that of the newest revision; whether that was needed."""
        return self._write(lambda ledger: ledger.complete_graph())

    def _write(self, work: Callable[[Writing], T]) -> T:
        token = uuid4().hex
        last: list[T] = []

        def once(tx: ManagedTransaction) -> None:
            last[:] = [work(Writing(tx, token, self._aside))]

        with told(self.address):
            try:
                with self._session() as session:
                    session.execute_write(once)
            except IncompleteCommit:
                if not self._was_made(token):
                    raise StoreError(f"Neo4j at {self.address} was lost while the revision was made; it was not made: try again") from None
        return last[0]

    def head(self) -> int:
        """The number of the newest revision, 0 where the store is empty; without patience for a server that is away."""
        with told(self.address), self._session(neo4j.READ_ACCESS, patience=0.0) as session:
            return session.execute_read(place)[0]

    def wipe(self) -> str:
        """What is left to do: a server keeps what it has overwritten until it needs the place, and its transaction logs as long as it is told."""
        return (
            "no reader sees it any more; to take it off the server's disk too, copy the directory into an empty database "
            "(pathways copy) and delete this one with its transaction logs"
        )

    def close(self) -> None:
        """Let go of the connections; a store that is closed answers nothing more. Who is being answered is waited for, up to a limit."""
        with self._opening:
            self._closed = True
            driver, self._driver = self._driver, None
            if driver is not None and self._process == os.getpid():
                self._opening.wait_for(lambda: not self._sessions, CONNECT_SECONDS)
                with suppress(Exception):  # a server that is gone cannot be said goodbye to
                    driver.close()

    def _aside(self, text: LiteralString, guard: LiteralString = "", **parameters: Any) -> int:
        """Run one text in a transaction of its own."""

        def once(tx: ManagedTransaction) -> int:
            if guard and not tx.run(guard, parameters).single(strict=True)[0]:
                raise Conflict("another writer has taken over; nothing of this was kept: try again")
            found = tx.run(text, parameters).single()
            return int(found[0]) if found else 0

        with self._session() as session:
            return session.execute_write(once)

    def _was_made(self, token: str) -> bool:
        """Whether a transaction whose end was not heard of was kept; StoreError where the server does not come back in time."""
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                return bool(session.execute_read(lambda tx: tx.run(_MADE, id=ROOT, token=token).single(strict=True)["made"]))
        except neo4j.exceptions.DriverError:
            raise StoreError(
                f"Neo4j at {self.address} was lost while the revision was made; it is kept whole or not at all: look at the history when the server is back"
            ) from None


def _driver(address: Address) -> Driver:
    trust: dict[str, Any] = (
        {"encrypted": True, "trusted_certificates": neo4j.TrustCustomCAs(address.certificates)}
        if address.encrypted and address.certificates
        else {}
    )
    return GraphDatabase.driver(
        address.uri,
        auth=(address.user, address.password),
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=CONNECT_SECONDS * 2,
        liveness_check_timeout=1.0,  # after a restart of the server the old connections are dead
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        user_agent="referral-pathways",
        **trust,
    )
