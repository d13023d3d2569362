"""HXL-tagged tables (who does what where) by libhxl: CSV, XLSX, a zip of one CSV, and HXL's JSON.

A row is a body, what it does, and where. Rows of the same body and function become one mandate with all its places.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from importers import json_rows, places, tables, words
from importers.hxl_words import ACTIVITIES, NO_NAME, NO_TEXT, PLACES, READ, TEXTS, known, left_out
from importers.making import body_id, clean, iso_date, name_as_id, phone, slug, source_id, source_read, split
from importers.reading import Finding, Options, Place, Read
from importers.spool import Spool
from importers.tables import Row, Sheet
from pathways.format.reader import mandate_id
from pathways.records import CROSS_BORDER, Record

NAME = "hxl"
MAX_JSON = 1 << 23
"""Bytes of HXL's JSON, which libhxl reads whole."""

logging.getLogger("hxl").setLevel(logging.CRITICAL)  # it prints what we say in findings


class _Rows:
    """Rows as libhxl takes them; remembers the last one, of which libhxl tells no row number where rows are left out."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows, self.last = rows, Row(0, ())

    def __iter__(self) -> Iterator[list[str]]:
        for row in self.rows:
            self.last = row
            yield list(row.cells)


def recognise(path: Path) -> str | None:
    """Why a file is HXL: a row of hashtags among the first 25."""
    try:
        with ExitStack() as held:
            for sheet in _sheets(path, held, beginning=True):
                found = _tagged(sheet)
                if found:
                    _, columns, rows = found
                    tags = [column.display_tag for column in columns if column.tag]
                    return f"hashtags in row {rows.last.number}: {', '.join(tags[:5])}"
    except tables.Refused:
        return None
    return None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """Bodies and mandates of the first sheet that has hashtags."""
    with Spool() as spool, ExitStack() as held:
        reader = None
        try:
            for sheet in _sheets(path, held):
                found = None if reader else _tagged(sheet)
                if found is None:
                    yield Finding("ignored", "note", sheet.place(), "has no row of hashtags, or another sheet has them")
                    continue
                yield from sheet.notes
                reader = _Reader(sheet, found[1], found[2], options, spool)
                yield from reader.columns_told()
                for row in found[0]:
                    yield from reader.row(row)
                yield from reader.unread()
        except tables.Refused as refused:
            yield refused.finding
            return
        if reader is None:
            todo = "a row of hashtags (#org, #activity, #adm1 …) among the first 25 rows"
            yield Finding("unreadable", "error", Place(path.name), "no row of HXL hashtags was found", todo)
            return
        if not any(spool.reads("stakeholder")):
            yield Finding("missing", "error", Place(path.name), "no body could be read", "rows with #org, and a country")
        yield from spool.add(source_read(options, options.country or CROSS_BORDER, Place(path.name)))
        yield from spool.reads()


def _sheets(path: Path, held: ExitStack, beginning: bool = False) -> Iterator[Sheet]:
    if tables.kind_of(path) != "json":
        yield from held.enter_context(tables.opened(path, beginning))
        return
    import hxl  # type: ignore[import-untyped]

    if path.stat().st_size > MAX_JSON:
        tables.refuse("hostile", Place(path.name), f"is HXL's JSON of more than {MAX_JSON:,} bytes", "the same table as CSV")
    json_rows.examine(path)
    try:
        source = list(hxl.make_input(str(path.resolve()), hxl.InputOptions(allow_local=True)))
        rows = [Row(number, tuple(clean("" if cell is None else str(cell)) for cell in cells)) for number, cells in enumerate(source, 1)]
    except (hxl.HXLException, ValueError, TypeError, AttributeError, RecursionError, OSError) as error:
        tables.refuse(
            "unreadable", Place(path.name), f"is not HXL's JSON: {str(error)[:120]}", "a list of rows, or of objects with hashtags"
        )
    yield Sheet(path.name, "", iter(rows))


def _tagged(sheet: Sheet) -> tuple[Iterable[Any], list[Any], _Rows] | None:
    """The rows of a sheet as libhxl reads them, its columns, and where it is; None where it finds no hashtags."""
    import hxl
    from hxl.input import ArrayInput, HXLReader  # type: ignore[import-untyped]

    rows = _Rows(sheet.rows)
    try:
        reader = HXLReader(ArrayInput(rows))
        columns = list(reader.columns)
        return reader, columns, rows
    except (hxl.HXLException, ValueError, AttributeError):
        return None


class _Reader:
    def __init__(self, sheet: Sheet, columns: list[Any], rows: _Rows, options: Options, spool: Spool) -> None:
        self.sheet, self.columns, self.rows, self.options, self.spool = sheet, columns, rows, options, spool
        self.tag_row = rows.last
        self.source = source_id(options.country or CROSS_BORDER, options.source)
        self.findings: list[Finding] = []
        self.filled: dict[int, int] = {}
        """The columns in which something stands, with the first row in which it does."""
        self.used: set[int] = set()

    def columns_told(self) -> Iterator[Finding]:
        """What is not read of the columns, each once."""
        number = self.tag_row.number
        for index, column in enumerate(self.columns):
            raw = self.tag_row.cells[index] if index < len(self.tag_row.cells) else ""
            place = self.sheet.place(number, raw or column.header or f"column {index + 1}")
            if not column.tag and raw:
                todo = f"#{raw}" if raw.isascii() and raw.replace("+", "").isalnum() else "a hashtag as #org or #adm1+name"
                yield Finding("unknown-column", "warning", place, f"“{raw}” is not a hashtag", todo, raw)
            elif not column.tag:
                yield Finding("ignored", "note", place, "has no hashtag: HXL leaves it out", "", str(column.header or ""))
            elif self.is_person(column):
                yield Finding("confidential", "warning", place, "names persons: nothing of it is kept", "the telephone of the body", raw)
            elif column.tag in left_out():
                yield Finding("ignored", "note", place, f"{column.display_tag} is left out: it is no part of a directory", "", raw)
            elif column.tag not in READ:
                yield Finding("unknown-column", "warning", place, f"nothing reads {column.display_tag}", ", ".join(sorted(READ)), raw)
        tags = {column.tag for column in self.columns}
        if "#org" in tags and not any(column.tag == "#org" and "type" in column.attributes for column in self.columns):
            text = "no column says of what kind the bodies are: those that the directory does not know cannot be added"
            yield Finding("missing", "warning", self.sheet.place(number), text, "#org+type with " + words.accepted("kinds"))

    def is_person(self, column: Any) -> bool:
        """Whether a column names persons."""
        return column.tag == "#contact" and bool(column.attributes & {"name", "person", "focal", "fullname"})

    def row(self, row: Any) -> Iterator[Finding]:
        """The body and the mandate of one row."""
        if not any(row.values):
            return
        self.findings = []
        for index in range(len(self.columns), len(row.values)):
            if value := clean(str(row.values[index])):
                where = self.sheet.place(self.rows.last.number, f"column {index + 1}")
                self.findings.append(Finding("unknown-column", "warning", where, f"“{value[:80]}” stands beyond the hashtags", "", value))
        for column, value in zip(self.columns, row.values, strict=False):
            if clean(str(value)):
                self.filled.setdefault(column.column_number, self.rows.last.number)
        for read in self.reads(row):
            yield from self.spool.add(read)
        yield from self.findings

    def unread(self) -> Iterator[Finding]:
        """The columns of tags that are read, in which something stands that no row used."""
        for column in self.columns:
            number = column.column_number
            if column.tag in READ and number in self.filled and number not in self.used and not self.is_person(column):
                place = self.sheet.place(self.filled[number], column.display_tag)
                yield Finding("unknown-column", "warning", place, f"nothing reads {column.display_tag}", "other attributes of the tag")

    def cells(self, row: Any, tag: str, *wanted: str, without: tuple[str, ...] = ()) -> Iterator[tuple[Any, str]]:
        """The filled cells of a tag that have these attributes and none of those, with their columns."""
        for column, value in zip(self.columns, row.values, strict=False):
            fits = column.tag == tag and set(wanted) <= column.attributes and not (column.attributes & set(without))
            if fits and (text := clean(str(value))):
                self.used.add(column.column_number)
                yield column, text

    def first(self, row: Any, tag: str, *wanted: str, without: tuple[str, ...] = ()) -> str | None:
        """The first such cell."""
        return next((text for _, text in self.cells(row, tag, *wanted, without=without)), None)

    def place(self, column: Any = None) -> Place:
        """The place of a cell of the row that is being read."""
        return self.sheet.place(self.rows.last.number, column.display_tag if column is not None else "")

    def say(self, rule: str, severity: Any, column: Any, text: str, todo: str = "", value: str = "") -> None:
        """Note a finding of this row."""
        self.findings.append(Finding(rule, severity, self.place(column), text, todo, value))

    def reads(self, row: Any) -> Iterator[Read]:
        """The records of a row."""
        names = [text for _, text in (*self.cells(row, "#org", "impl", without=NO_NAME), *self.cells(row, "#org", without=NO_NAME))]
        if not names:
            self.say("missing", "warning", None, "names no body: nothing of this row is read", "#org")
            return
        for other in dict.fromkeys(names[1:]):
            if other != names[0]:
                text = f"names a second body, “{other}”, which is not read"
                self.say("wrong-value", "warning", None, text, "a row for each body; #org+impl for the one that acts", other)
        part = self.country(row)
        if part is None:
            self.say("missing", "error", None, "names no country", "#country, or the country of the whole file when importing")
            return
        given = self.first(row, "#org", "id") or self.first(row, "#org", "code")
        identity = name_as_id(part, given) if given else body_id(part, names[0])
        body: dict[str, Any] = {"id": identity, "name": names[0], "territory": [part]}
        if local := self.first(row, "#org", "local"):
            body["name_local"] = local
        for column, text in self.cells(row, "#org", "type"):
            kind = words.word("kinds", text) or known("org_types").get(words.plain(text))
            if kind is None:
                self.say("unknown-word", "warning", column, f"“{text}” is not a kind of body", words.accepted("kinds"), text)
            else:
                body["kind"] = kind
        if note := [text for _, text in self.cells(row, "#description", "org")]:
            body["note"] = "; ".join(note)
        contacts = list(self.contacts(row))
        if contacts:
            body["contacts"] = contacts
        keys = ((self.options.source, given),) if given else ()
        yield Read(Record("stakeholder", identity, part, body), self.place(), {}, keys)
        yield from self.mandate(row, identity, part)

    def country(self, row: Any) -> str | None:
        """The country of a row; of the file, where the row says none; None where what it says is no country."""
        said = list(self.cells(row, "#country"))
        for _, text in said:
            if code := places.country(text):
                return code
        for column, text in said:
            todo = "a code of ISO 3166-1, or a name"
            self.say("unknown-word", "error", column, f"“{text}” is not a country", todo, text)
            return None
        return self.options.country

    def contacts(self, row: Any) -> Iterator[dict[str, Any]]:
        """The contact points of the body."""
        for column, text in self.cells(row, "#contact"):
            kinds = {"phone": "phone", "tel": "phone", "email": "email", "url": "website", "website": "website", "hours": "hours"}
            kind = next((kinds[name] for name in column.attribute_list if name in kinds), None)
            if self.is_person(column) or "json" in column.attributes:
                continue
            if kind is None:
                self.say("unknown-word", "warning", column, "does not say what it is", "#contact+phone, +email, +url or +hours", text)
                continue
            for value in split(text):
                yield {"type": kind, "value": phone(value) if kind == "phone" else value}

    def mandate(self, row: Any, holder: str, part: str) -> Iterator[Read]:
        """What the body does, by the most exact column that is understood, and where."""
        functions = self.functions(row)
        ended = self.ended(row)
        if not functions or ended:
            return
        fields: dict[str, Any] = {"holder": holder, "as_of": self.as_of(row), "sources": [self.source]}
        fields |= self.territory(row, part) | self.dates(row)
        if ended is None and self.first(row, "#status"):
            fields["operational"] = "unclear"
        said = [text for tag in (*ACTIVITIES, *TEXTS) for _, text in self.cells(row, tag, without=NO_TEXT) if text not in functions]
        lines = [text for text in ("; ".join(dict.fromkeys(said)), fields.pop("note", "")) if text]
        if lines:
            fields["note"] = "\n".join(lines)
        period = [str(fields[key]) for key in ("valid_from", "valid_to") if key in fields]
        for function in functions:
            made = {**fields, "function": function}
            if period:
                made["id"] = slug("-".join([function, *period]))
            yield Read(Record("mandate", mandate_id(holder, made), part, made), self.place())

    def functions(self, row: Any) -> list[str]:
        """The functions of a row; a word that is known and offers nothing here is told as left out, one that is not known as that."""
        strange: list[tuple[Any, str]] = []
        nothing: list[tuple[Any, str]] = []
        for tag in ACTIVITIES:
            found = []
            for column, text in self.cells(row, tag, without=NO_TEXT):
                key = words.plain(text)
                if function := words.word("functions", text) or known("sectors").get(key):
                    found.append(function)
                else:
                    (nothing if key in known("sectors") else strange).append((column, text))
            if found:
                return list(dict.fromkeys(found))
        for column, text in nothing:
            self.say("ignored", "note", column, f"“{text}” is nothing that this directory offers", "", text)
        for column, text in [] if nothing else strange:
            self.say("unknown-word", "warning", column, f"“{text}” is not a function", words.accepted("functions"), text)
        if not nothing and not strange:
            self.say("missing", "warning", None, "says nothing that the body does", "#activity or #sector")
        return []

    def ended(self, row: Any) -> bool | None:
        """Whether its status says that it has ended; None where the status is not told or not understood."""
        for column, text in self.cells(row, "#status"):
            status = known("statuses").get(words.plain(text))
            if status is None:
                self.say(
                    "unknown-word", "warning", column, f"“{text}” is not a status we know: it is offered as unclear", "active, ended", text
                )
            elif status is False:
                self.say("past", "note", column, f"its status is “{text}”: nothing is offered", "", text)
            return None if status is None else not status
        return None

    def territory(self, row: Any, part: str) -> dict[str, Any]:
        """The places of the mandate. One that ISO 3166-2 does not have is somewhere in the country: a part of it, said in words."""
        found: list[str] = []
        unread: list[tuple[Any, str]] = []
        for tag in PLACES:
            for column, text in self.cells(row, tag, without=("org", "city", "type")):
                code = next((code for piece in split(text) if (code := places.territory(piece, part)) and code[:2] == part), None)
                if code:
                    found.append(code)
                else:
                    unread.append((column, text))
        said = {"note": f"Place: {'; '.join(text for _, text in unread)}"} if unread else {}
        if found:
            return {"territory": list(dict.fromkeys(found)), **said}
        for column, text in unread:
            self.say("unknown-word", "warning", column, f"“{text}” is not a region of {part} in ISO 3166-2", "its code, as JO-MA", text)
        return {"territory": [part], "partial": True, "evidence_of": "territory", **said} if unread else {}

    def dates(self, row: Any) -> dict[str, str]:
        """From when, and until when."""
        found = {}
        for field, attribute in (("valid_from", "start"), ("valid_to", "end")):
            for column, text in self.cells(row, "#date", attribute, without=("org",)):
                if day := self.date(column, text):
                    found[field] = day
        return found

    def as_of(self, row: Any) -> int | str | None:
        """The day on which it was reported; else that of the file."""
        for column, text in self.cells(row, "#date", without=("start", "end", "source", "org")):
            if day := self.date(column, text):
                return int(day) if len(day) == 4 else day
        published = self.options.published or ""
        return int(published[:4]) if published[:4].isdigit() else None

    def date(self, column: Any, text: str) -> str | None:
        """A date, also with the month as an English word."""
        day = iso_date(text, ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y"))
        if day is None:
            self.say("wrong-value", "warning", column, f"“{text}” is not a date that can be told", "the year first: 2015-03-01", text)
        return day
