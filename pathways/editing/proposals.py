"""Proposals of changes, in a file of their own beside the store: who proposed what with which source, who approved, what became of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pathways.small_files import opened

NAME = "proposals.sqlite"
EDITED = ("stakeholder", "mandate")
"""Kinds of things that can be changed by hand."""
MOST_WAITING = 1_000
_TEXT = 500
_TABLES = """
CREATE TABLE IF NOT EXISTS proposals (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, identity TEXT NOT NULL, part TEXT NOT NULL, fields TEXT NOT NULL, before TEXT NOT NULL, verifies INTEGER NOT NULL,
  source TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL, label TEXT NOT NULL, on_day TEXT NOT NULL, needed INTEGER NOT NULL,
  state TEXT NOT NULL, revision INTEGER, answer TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS approvals (
  proposal INTEGER NOT NULL REFERENCES proposals (number), person TEXT NOT NULL, label TEXT NOT NULL, on_day TEXT NOT NULL,
  PRIMARY KEY (proposal, person)
);
CREATE INDEX IF NOT EXISTS proposals_of_things ON proposals (kind, identity, state);
"""
_SAID = "kind, identity, part, fields, before, verifies, source, reason, person, label, on_day, needed"
"""What is kept of a proposal when it comes."""
_COLUMNS = f"number, {_SAID}, state, revision, answer"


class Refused(ValueError):
    """What cannot be done with a proposal, and why."""


class State(StrEnum):
    """What has become of a proposal."""

    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change comes from: a source that the directory has (`id`), or a new one; and the day on which it was looked at."""

    seen: str
    id: str = ""
    title: str = ""
    publisher: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes."""

    person: str
    label: str
    on: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of one thing. `fields` are the new values, `before` what they were when it was proposed. None: what was changed by hand is
    taken away, so that what lists and research say of it shows again.

    `verifies` says that somebody has looked and that all is still so; then there are no fields. `needed` is how many approvals it takes.
    """

    number: int
    kind: str
    identity: str
    part: str
    fields: Mapping[str, Any]
    before: Mapping[str, Any]
    verifies: bool
    source: Source
    reason: str
    person: str
    label: str
    on: str
    needed: int
    state: State = State.WAITING
    revision: int | None = None
    answer: str = ""
    approvals: tuple[Approval, ...] = ()


class Proposals:
    """The proposals in a folder; their file is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def forget(self, word: str) -> None:
        """Take out every proposal that names a body, or has a number or address, that was taken down, and write over it."""
        if not self._path.exists():
            return
        with opened(self._path, _TABLES) as database:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                named = "instr(identity || fields || before || source || reason || answer, ?)"
                database.execute(f"DELETE FROM approvals WHERE proposal IN (SELECT number FROM proposals WHERE {named})", (word,))
                database.execute(f"DELETE FROM proposals WHERE {named}", (word,))
            database.execute("VACUUM")

    def add(self, proposal: Proposal) -> int:
        """Keep a proposal; its number. Refused where the same person has proposed the same already, or too much waits."""
        if len(proposal.reason) > _TEXT:
            raise Refused(f"the reason has more than {_TEXT} characters")
        with self._writing() as database:
            if any(
                _same(proposal, one)
                for one in _found(database, "state = 'waiting' AND kind = ? AND identity = ?", proposal.kind, proposal.identity)
            ):
                raise Refused("this is proposed already, and waits for an approval")
            if database.execute("SELECT count(*) FROM proposals WHERE state = 'waiting'").fetchone()[0] >= MOST_WAITING:
                raise Refused("too many proposals wait")
            values = (
                proposal.kind,
                proposal.identity,
                proposal.part,
                json.dumps(proposal.fields, ensure_ascii=False),
                json.dumps(proposal.before, ensure_ascii=False),
                int(proposal.verifies),
                json.dumps(asdict(proposal.source), ensure_ascii=False),
                proposal.reason,
                proposal.person,
                proposal.label,
                proposal.on,
                proposal.needed,
            )
            made = database.execute(f"INSERT INTO proposals ({_SAID}, state) VALUES ({', '.join('?' * len(values))}, 'waiting')", values)
            return int(made.lastrowid or 0)

    def get(self, number: int) -> Proposal | None:
        """A proposal by its number."""
        return next(iter(self._read("number = ?", number)), None)

    def all(self, state: State | None = None) -> list[Proposal]:
        """The proposals, the newest first."""
        return self._read("state = ?", state) if state else self._read("1")

    def of(self, kind: str, identity: str, state: State) -> list[Proposal]:
        """The proposals about one thing, the newest first."""
        return self._read("kind = ? AND identity = ? AND state = ?", kind, identity, state)

    def last_verified(self) -> dict[tuple[str, str], Proposal]:
        """The newest proposal about each thing that was applied: on which day somebody last looked, and who."""
        return {(one.kind, one.identity): one for one in reversed(self.all(State.APPLIED))}

    def approve(self, number: int, by: Approval) -> Proposal:
        """Add somebody's yes. Refused for whoever proposed it, for a second yes of the same person, and where nothing waits."""
        with self._writing() as database:
            found = _waiting(database, number)
            if by.person == found.person:
                raise Refused("whoever proposes a change cannot approve it")
            if any(by.person == approval.person for approval in found.approvals):
                raise Refused("you have approved this already; somebody else must as well")
            database.execute("INSERT INTO approvals VALUES (?, ?, ?, ?)", (number, by.person, by.label, by.on))
            return _found(database, "number = ?", number)[0]

    def take_approval_back(self, number: int, person: str) -> None:
        """Forget somebody's yes: the change that it completed could not be made."""
        with self._writing() as database:
            database.execute("DELETE FROM approvals WHERE proposal = ? AND person = ?", (number, person))

    def close(self, number: int, state: State, *, revision: int | None = None, answer: str = "") -> None:
        """Say what has become of a proposal that waits. Refused where it does not."""
        if len(answer) > _TEXT:
            raise Refused(f"the answer has more than {_TEXT} characters")
        with self._writing() as database:
            _waiting(database, number)
            database.execute("UPDATE proposals SET state = ?, revision = ?, answer = ? WHERE number = ?", (state, revision, answer, number))

    def _read(self, where: str, *values: Any) -> list[Proposal]:
        if not self._path.exists():
            return []
        with opened(self._path, _TABLES) as database:
            return _found(database, where, *values)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with opened(self._path, _TABLES, make=True) as database, database:
            database.execute("BEGIN IMMEDIATE")
            yield database


def _same(one: Proposal, other: Proposal) -> bool:
    return (one.person, one.fields, one.verifies) == (other.person, other.fields, other.verifies)


def _waiting(database: sqlite3.Connection, number: int) -> Proposal:
    found = next(iter(_found(database, "number = ?", number)), None)
    if found is None:
        raise Refused("there is no such proposal")
    if found.state is not State.WAITING:
        raise Refused(f"this proposal is {found.state} already")
    return found


def _found(database: sqlite3.Connection, where: str, *values: Any) -> list[Proposal]:
    """Proposals by a condition of our own, with their approvals; the newest first."""
    rows = database.execute(f"SELECT {_COLUMNS} FROM proposals WHERE {where} ORDER BY number DESC", values).fetchall()
    said: dict[int, list[Approval]] = {}
    for proposal, *approval in database.execute("SELECT proposal, person, label, on_day FROM approvals ORDER BY on_day, person"):
        said.setdefault(proposal, []).append(Approval(*approval))
    return [_proposal(row, tuple(said.get(row[0], ()))) for row in rows]


def _proposal(row: tuple[Any, ...], approvals: tuple[Approval, ...]) -> Proposal:
    number, kind, identity, part, fields, before, verifies, source, reason, person, label, on, needed, state, revision, answer = row
    return Proposal(
        number,
        kind,
        identity,
        part,
        json.loads(fields),
        json.loads(before),
        bool(verifies),
        Source(**json.loads(source)),
        reason,
        person,
        label,
        on,
        needed,
        State(state),
        revision,
        answer,
        approvals,
    )
