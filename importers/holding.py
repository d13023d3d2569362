"""What an import has read so far, kept in a temporary file, so that the memory of an import does not grow with what it reads.

The file is gone when the holding is closed, and with the process that made it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from importers.matching.judgements import Waiting
from importers.private.quoting import quotable
from importers.reading import Finding, Place, Read, Severity
from pathways.records import Record, canonical_json

FIRST = 5
"""Of a finding that repeats, so many places and values are told."""

_CACHE = -16_000
"""Pages that SQLite keeps in memory: 16 MB, whatever is held."""

_READS = """
CREATE TABLE reads
(seq INTEGER PRIMARY KEY, kind TEXT, id TEXT, part TEXT, fields TEXT, place TEXT, places TEXT, keys TEXT, UNIQUE (kind, id))
"""
_FINDINGS = """
CREATE TABLE findings
(seq INTEGER PRIMARY KEY, rule TEXT, severity TEXT, file TEXT, sheet TEXT, field TEXT, text TEXT, todo TEXT, count INTEGER, rows TEXT,
vals TEXT, pattern TEXT, UNIQUE (rule, severity, file, sheet, field, pattern, todo))
"""
_DIFFERENCES = """
CREATE TABLE differences
(kind TEXT, id TEXT, part TEXT, what TEXT, name TEXT, fields TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID
"""
_KNOWN = """
CREATE TABLE known
(seq INTEGER PRIMARY KEY, kind TEXT, id TEXT, part TEXT, fields TEXT, UNIQUE (kind, id))
"""
_GONE = "FROM known WHERE fields IS NOT NULL AND NOT EXISTS (SELECT 1 FROM reads r WHERE r.kind = known.kind AND r.id = known.id)"
_MARKED = "CREATE TABLE marked (id TEXT PRIMARY KEY) WITHOUT ROWID"
_WAITING = """
CREATE TABLE waiting
(source TEXT, subject TEXT, name TEXT, place TEXT, candidates TEXT, at TEXT, said TEXT, PRIMARY KEY (source, subject)) WITHOUT ROWID
"""
_TOLD = ("findings", "differences", "waiting")
"""The tables of which a report is made."""
_SAME = "rule = ? AND severity = ? AND file = ? AND sheet = ? AND field = ? AND pattern = ? AND todo = ?"
_NEW = """
INSERT INTO findings (rule, severity, file, sheet, field, text, todo, count, rows, vals, pattern) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
"""
_FINDING = "rule, severity, file, sheet, field, text, todo, count, rows, vals"


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a report tells it: once for each rule, column and text, with how often and where first."""

    rule: str
    severity: Severity
    place: Place
    text: str
    todo: str
    count: int
    rows: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an import adds, changes or withdraws in its layer; each field with what the layer said before, and says then."""

    kind: str
    id: str
    part: str
    what: str
    """added, changed or withdrawn"""
    name: str
    fields: tuple[tuple[str, object, object], ...]


class Holding:
    """Records, findings and differences of one import; to be closed."""

    def __init__(self, saved: Path | None = None) -> None:
        """`saved`: a file that `save` wrote; what it holds can be told, and nothing be added."""
        self.errors = 0
        """How many errors were found."""
        if saved is not None:
            self._db = sqlite3.connect(f"file:{quote(str(saved))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            return
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a temporary file that only this connection sees
        for pragma in ("journal_mode = OFF", "temp_store = FILE", f"cache_size = {_CACHE}"):
            self._db.execute(f"PRAGMA {pragma}")
        for table in (_READS, _FINDINGS, _DIFFERENCES, _KNOWN, _MARKED, _WAITING):
            self._db.execute(table)
        self._db.execute("BEGIN")

    def __enter__(self) -> Holding:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the temporary file."""
        self._db.close()

    def clear(self) -> None:
        """Begin again."""
        self.errors = 0
        for table in ("reads", "known", "marked", *_TOLD):
            self._db.execute(f"DELETE FROM {table}")

    def save(self, path: Path) -> None:
        """Write what a report tells to a new file, from which another process can tell it; the records themselves are not in it."""
        self._db.execute("COMMIT")
        self._db.execute("ATTACH ? AS saved", (str(path),))
        for table, made in zip(_TOLD, (_FINDINGS, _DIFFERENCES, _WAITING), strict=True):
            self._db.execute(made.replace("CREATE TABLE ", "CREATE TABLE saved."))
            self._db.execute(f"INSERT INTO saved.{table} SELECT * FROM main.{table}")
        self._db.execute("DETACH saved")
        self._db.execute("BEGIN")

    def head(self) -> str:
        """What `importers.report` has written beside what was saved."""
        return str(self._db.execute("SELECT data FROM head").fetchone()[0])

    # records ------------------------------------------------------------------------------------------------------------------------------

    def keep(self, read: Read) -> Read | None:
        """Keep a record; where one of its kind and id is kept already, that one is given back and nothing is kept."""
        record = read.record
        row = (
            record.kind,
            record.id,
            record.part,
            json.dumps(record.fields, ensure_ascii=False),
            _place_text(read.place),
            json.dumps({name: _place_list(place) for name, place in read.places.items()}),
            json.dumps(read.keys),
        )
        done = self._db.execute(
            "INSERT OR IGNORE INTO reads (kind, id, part, fields, place, places, keys) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        )
        return None if done.rowcount else self.read(record.kind, record.id)

    def read(self, kind: str, identity: str) -> Read | None:
        """A record that was kept."""
        row = self._db.execute(f"SELECT {_READ} FROM reads WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        return _read(row) if row else None

    def reads(self) -> Iterator[Read]:
        """All records in the order in which they were read."""
        after = 0
        while rows := self._db.execute(f"SELECT seq, {_READ} FROM reads WHERE seq > ? ORDER BY seq LIMIT 500", (after,)).fetchall():
            yield from (_read(row[1:]) for row in rows)
            after = rows[-1][0]

    def records(self) -> Iterator[Record]:
        """All records, without their places."""
        return (read.record for read in self.reads())

    def has(self, kind: str, identity: str) -> bool:
        """Whether a record is kept."""
        return self._db.execute("SELECT 1 FROM reads WHERE kind = ? AND id = ?", (kind, identity)).fetchone() is not None

    def counts(self) -> dict[str, int]:
        """How many records of each kind."""
        return dict(self._db.execute("SELECT kind, count(*) FROM reads GROUP BY kind ORDER BY kind"))

    def marked(self, ids: Iterable[str]) -> Marked:
        """A set of ids, kept here in the place of the one before."""
        self._db.execute("DELETE FROM marked")
        self._db.executemany("INSERT OR IGNORE INTO marked VALUES (?)", ((identity,) for identity in ids))
        return Marked(self._db)

    def replace_all(self, reads: Iterable[Read]) -> Iterator[tuple[Read, Read]]:
        """Put other records in the place of all that are kept; gives each that has the kind and id of an earlier one, with that."""
        self._db.execute("ALTER TABLE reads RENAME TO before")
        self._db.execute(_READS)
        try:
            for read in reads:
                if earlier := self.keep(read):
                    yield read, earlier
        finally:
            self._db.execute("DROP TABLE before")

    def before(self) -> Iterator[Read]:
        """Within `replace_all`: the records that are being replaced."""
        after = 0
        while rows := self._db.execute(f"SELECT seq, {_READ} FROM before WHERE seq > ? ORDER BY seq LIMIT 500", (after,)).fetchall():
            yield from (_read(row[1:]) for row in rows)
            after = rows[-1][0]

    # what the store knows -----------------------------------------------------------------------------------------------------------------

    def know(self, things: Iterable[tuple[str, str, str, Mapping[str, object] | None]]) -> None:
        """Keep the kind, id and part of each thing that the store knows, with what the import's layer says of it (None: nothing)."""
        self._db.execute("DELETE FROM known")
        self._db.executemany(
            "INSERT INTO known (kind, id, part, fields) VALUES (?, ?, ?, ?)",
            ((*key, None if fields is None else json.dumps(fields, ensure_ascii=False)) for *key, fields in things),
        )

    def part_of(self, kind: str, identity: str) -> str | None:
        """The part of a thing that the store knows, or knew."""
        found = self._db.execute("SELECT part FROM known WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        return None if found is None else str(found[0])

    def said(self, kind: str, identity: str) -> dict[str, Any] | None:
        """What the layer says of a thing before the import; None where it does not speak of it."""
        found = self._db.execute("SELECT fields FROM known WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        return None if found is None or found[0] is None else dict(json.loads(found[0]))

    def gone(self) -> Iterator[Record]:
        """What the layer speaks of and the file does not hold."""
        for kind, identity, part, fields in self._db.execute(f"SELECT kind, id, part, fields {_GONE} ORDER BY part, seq"):
            yield Record(kind, identity, part, json.loads(fields))

    def withdrawn(self, kind: str, most: int) -> tuple[int, int, list[str]]:
        """Of how many things of a kind the layer speaks, how many of them the file does not hold, and the first ids of those."""
        (now,) = self._db.execute("SELECT count(*) FROM known WHERE kind = ? AND fields IS NOT NULL", (kind,)).fetchone()
        (gone,) = self._db.execute(f"SELECT count(*) {_GONE} AND kind = ?", (kind,)).fetchone()
        first = self._db.execute(f"SELECT id {_GONE} AND kind = ? ORDER BY id LIMIT ?", (kind, most)).fetchall()
        return int(now), int(gone), [identity for (identity,) in first]

    # findings -----------------------------------------------------------------------------------------------------------------------------

    def find(self, finding: Finding) -> None:
        """Take in a finding; one that repeats (the same rule, column and text) is counted, with its first rows and values.

        Whatever it would repeat of a place, a person or a victim is taken out first: no report can hold it.
        """
        finding = quotable(finding)
        self.errors += finding.severity == "error"
        place = finding.place
        where = (finding.rule, finding.severity, place.file, place.sheet, place.column)
        key = (*where, _pattern(finding), finding.todo)
        known = self._db.execute(f"SELECT seq, count, rows, vals FROM findings WHERE {_SAME}", key).fetchone()
        if known is None:
            texts = (json.dumps([] if place.row is None else [place.row]), json.dumps([_short(finding.value)] if finding.value else []))
            self._db.execute(_NEW, (*where, finding.text, finding.todo, *texts, key[-2]))
            return
        seq, count, old_rows, old_values = known
        rows = _one_more(json.loads(old_rows), place.row)
        values = _one_more(json.loads(old_values), _short(finding.value) or None)
        self._db.execute(
            "UPDATE findings SET count = ?, rows = ?, vals = ? WHERE seq = ?", (count + 1, json.dumps(rows), json.dumps(values), seq)
        )

    def findings(self) -> Iterator[Told]:
        """The findings, errors first, then in the order in which they came."""
        order = "CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
        found = self._db.execute(f"SELECT {_FINDING} FROM findings ORDER BY {order}, seq")
        for rule, severity, file, sheet, column, text, todo, count, rows, values in found:
            numbers = tuple(json.loads(rows))
            place = Place(file, sheet, numbers[0] if numbers else None, column)
            yield Told(rule, severity, place, text, todo, count, numbers, tuple(json.loads(values)))

    def told(self) -> int:
        """How many findings a report tells."""
        return int(self._db.execute("SELECT count(*) FROM findings").fetchone()[0])

    def severities(self) -> dict[str, int]:
        """How many findings there are of each severity, each of a repeated one counted."""
        found = dict.fromkeys(("error", "warning", "note"), 0)
        return {**found, **dict(self._db.execute("SELECT severity, sum(count) FROM findings GROUP BY severity"))}

    # what waits for a person --------------------------------------------------------------------------------------------------------------

    def wait(self, waiting: Waiting) -> None:
        """Keep a body that may be one of the directory."""
        row = (waiting.source, waiting.subject, waiting.name, waiting.place, waiting.candidates, waiting.at, waiting.said)
        self._db.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def waiting(self) -> Iterator[Waiting]:
        """The bodies that may be one of the directory, by name."""
        return (Waiting(*row) for row in self._db.execute("SELECT * FROM waiting ORDER BY name, subject"))

    # differences --------------------------------------------------------------------------------------------------------------------------

    def differ(self, differences: Iterable[Difference]) -> None:
        """Keep the differences, in the place of those that were kept before."""
        self._db.execute("DELETE FROM differences")
        self._db.executemany(
            "INSERT INTO differences VALUES (?, ?, ?, ?, ?, ?)",
            ((d.kind, d.id, d.part, d.what, d.name, json.dumps(d.fields, ensure_ascii=False)) for d in differences),
        )

    def differences(self) -> Iterator[Difference]:
        """What the import adds, changes and withdraws, by kind and id."""
        for kind, identity, part, what, name, fields in self._db.execute("SELECT * FROM differences ORDER BY kind, id"):
            yield Difference(kind, identity, part, what, name, tuple((f, b, a) for f, b, a in json.loads(fields)))

    def difference_counts(self) -> dict[str, dict[str, int]]:
        """How many things of each kind are added, changed and withdrawn."""
        found: dict[str, dict[str, int]] = {}
        for kind, what, count in self._db.execute("SELECT kind, what, count(*) FROM differences GROUP BY kind, what ORDER BY kind, what"):
            found.setdefault(kind, {"added": 0, "changed": 0, "withdrawn": 0})[what] = count
        return found


class Marked(Collection[str]):
    """A set of ids that lies in a holding."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __contains__(self, identity: object) -> bool:
        return self._db.execute("SELECT 1 FROM marked WHERE id = ?", (identity,)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        return (identity for (identity,) in self._db.execute("SELECT id FROM marked ORDER BY id"))

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM marked").fetchone()[0])


_READ = "kind, id, part, fields, place, places, keys"


def _read(row: Sequence[str]) -> Read:
    kind, identity, part, fields, place, places, keys = row
    return Read(
        Record(kind, identity, part, json.loads(fields)),
        _place(json.loads(place)),
        {name: _place(found) for name, found in json.loads(places).items()},
        tuple((scheme, value) for scheme, value in json.loads(keys)),
    )


def _place_list(place: Place) -> list[object]:
    return [place.file, place.sheet, place.row, place.column]


def _place_text(place: Place) -> str:
    return json.dumps(_place_list(place))


def _place(found: Sequence[object]) -> Place:
    file, sheet, row, column = found
    return Place(str(file), str(sheet), row if isinstance(row, int) else None, str(column))


_NUMBERED = re.compile(r"\S*\d\S*")


def _pattern(finding: Finding) -> str:
    """What makes findings the same: their text, without the ids and row numbers in it; words that nobody knows are each their own."""
    return finding.text if finding.rule == "unknown-word" else _NUMBERED.sub("#", finding.text)


def _short(value: str) -> str:
    return value if len(value) <= 200 else value[:199] + "…"


def _one_more(known: list[object], value: object) -> list[object]:
    return [*known, value] if value is not None and value not in known and len(known) < FIRST else known


def same_record(one: Record, other: Record) -> bool:
    """Whether two records say the same."""
    return one.key == other.key and one.part == other.part and canonical_json(one.fields) == canonical_json(other.fields)
