"""The flat template: a CSV, XLSX or zip of CSV files with one row a mandate, under the headings of `importers/template_columns.py`.

A heading in square brackets is left out on purpose. A second sheet may list the sources that the rows name, a third what the words mean
that they require.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from importers import tables, words
from importers import template_columns as columns
from importers.making import body_id, is_id, name_as_id, slug, source_id, source_read
from importers.reading import Finding, Options, Place, Read
from importers.spool import Spool
from importers.tables import Row, Sheet
from importers.template_columns import Column, SheetName, Wrong
from importers.words import plain
from pathways.format.reader import link_id, mandate_id
from pathways.records import Record

NAME = "template"

EXAMPLES = ("Example", "Exemple")
ASIDE = (*EXAMPLES, "Words", "Mots", "How to fill", "Mode d'emploi")
"""Sheets of the template that hold no data."""
_NEEDED: dict[SheetName, frozenset[str]] = {
    "services": frozenset({"name", "function"}),
    "sources": frozenset({"source_id", "title"}),
    "requirements": frozenset({"requirement_country", "requirement_word"}),
}
_ALWAYS: dict[SheetName, tuple[str, ...]] = {
    "services": ("name", "kind"),
    "sources": ("source_id", "title", "publisher", "source_kind"),
    "requirements": ("requirement_country", "requirement_word"),
}
"""The columns by which a sheet is known, and those that it cannot do without."""


def recognise(path: Path) -> str | None:
    """Why a file is a filled template: its headings."""
    if tables.kind_of(path) not in ("csv", "xlsx", "zip"):
        return None
    try:
        with tables.opened(path, beginning=True) as sheets:
            for sheet in sheets:
                before, _ = tables.headed(sheet, _heading("services"))
                if before:
                    known = [cell for cell in before[-1].cells if _column("services", cell)]
                    return f"{len(known)} headings of the template, among them “{known[0]}” and “{known[1]}”"
    except tables.Refused:
        return None
    return None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies, mandates, links and sources of a filled template."""
    with Spool() as spool, ExitStack() as held:
        reader = _Reader(path.name, options, spool)
        try:
            sheets = held.enter_context(tables.opened(path))
            yield from reader.sheets(sheets)
        except tables.Refused as refused:
            yield refused.finding
            return
        yield from reader.finish()
        yield from reader.reads_all()


def _column(sheet: SheetName, heading: str) -> Column | None:
    return columns.by_heading(sheet).get(plain(heading))


def _heading(sheet: SheetName) -> Callable[[Row], bool]:
    def is_heading(row: Row) -> bool:
        found = {column.key for cell in row.cells if (column := _column(sheet, cell))}
        return found >= _NEEDED[sheet]

    return is_heading


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _requirement(values: dict[str, Any], more: dict[str, Any]) -> Record:
    part = str(values.pop("part"))
    return Record("requirement", f"{part.lower()}.{values['word']}", part, {**_said(values), **more})


@dataclass(slots=True)
class _Line:
    """One row: the text of its cells by column, and the problems met so far."""

    sheet: Sheet
    row: Row
    cells: dict[Column, str]
    country: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def place(self, column: Column | None = None) -> Place:
        heading = column.en if column else ""
        return self.sheet.place(self.row.number, heading)

    def get(self, column: Column) -> Any:
        """The value of a cell; None, and a finding, where it is not accepted."""
        cell = self.cells.get(column)
        if not cell:
            return None
        try:
            return columns.parse(column, cell, self.country)
        except Wrong as wrong:
            self.findings.append(Finding(wrong.rule, "error", self.place(column), wrong.text, wrong.todo, self.cells[column]))
            return None

    def missing(self, column: Column, todo: str = "") -> None:
        self.findings.append(Finding("missing", "error", self.place(column), f"“{column.en}” is empty", todo or "fill it in"))


class _Reader:
    def __init__(self, file: str, options: Options, spool: Spool) -> None:
        self.file, self.options, self.spool = file, options, spool
        self.sources: set[str] = set()
        self.own = source_id(options.country or "XB", options.source)
        self.cited = False
        self.first: Place | None = None
        self.by_key = {column.key: column for column in columns.SERVICES}

    def sheets(self, sheets: list[Sheet]) -> Iterator[Finding]:
        """All sheets, those of sources first: the rows name them."""
        found: list[tuple[Sheet, list[Row], Iterator[Row]]] = []
        for sheet in sheets:
            if sheet.name in ASIDE:
                yield Finding("ignored", "note", sheet.place(), "is a sheet of the template without data")
                continue
            yield from sheet.notes
            before, rows = tables.headed(sheet, lambda row: any(_heading(name)(row) for name in columns.SHEETS))
            if before and _heading("services")(before[-1]):
                found.append((sheet, before, rows))
            elif before and _heading("sources")(before[-1]):
                yield from self.named_sheet(sheet, "sources", before, rows)
            elif before:
                yield from self.named_sheet(sheet, "requirements", before, rows)
            elif any(not row.empty for row in rows):
                yield Finding(
                    "unreadable", "error", sheet.place(), "has no row of headings", "the headings of the template, or take it out"
                )
        for sheet, before, rows in found:
            yield from self.service_sheet(sheet, before, rows)

    def heading(self, sheet: Sheet, name: SheetName, row: Row) -> Iterator[Finding | tuple[int, Column]]:
        """The columns by their positions, and what is wrong with the headings, each once."""
        seen: set[Column] = set()
        for index, cell in enumerate(row.cells):
            column = _column(name, cell)
            place = sheet.place(row.number, cell)
            if column and column in seen:
                yield Finding("duplicate", "error", place, f"“{cell}” is a second column for {column.key}", "take one out", cell)
            elif column:
                seen.add(column)
                yield index, column
            elif cell.startswith("[") and cell.endswith("]"):
                yield Finding("ignored", "note", place, "is left out on purpose: its heading stands in square brackets", "", cell)
            elif cell:
                todo = "a heading of the template; or put it in square brackets to leave it out"
                yield Finding("unknown-column", "error", place, f"“{cell}” is not a column of the template", todo, cell)
        for column in columns.SHEETS[name]:
            if column.key in _ALWAYS[name] and column not in seen:
                yield Finding("missing", "error", sheet.place(row.number), f"there is no column “{column.en}”", f"“{column.en}”")

    def lines(self, sheet: Sheet, name: SheetName, before: list[Row], rows: Iterator[Row]) -> Iterator[Finding | _Line]:
        positions: dict[int, Column] = {}
        for found in self.heading(sheet, name, before[-1]):
            if isinstance(found, Finding):
                yield found
            else:
                positions[found[0]] = found[1]
        for above in before[:-1]:
            if not above.empty:
                text = f"“{' '.join(filter(None, above.cells))[:80]}” stands above the headings"
                yield Finding("ignored", "note", sheet.place(above.number), text)
        for row in tables.filled(rows):
            if all(cell.startswith("#") for cell in row.cells if cell):
                continue  # HXL hashtags beneath the headings
            cells = {column: row.cells[index] for index, column in positions.items() if index < len(row.cells)}
            line = _Line(sheet, row, cells)
            for index, cell in enumerate(row.cells):
                if cell and index not in positions and not (index < len(before[-1].cells) and before[-1].cells[index]):
                    line.findings.append(
                        Finding("unknown-column", "error", sheet.place(row.number), f"“{cell[:80]}” stands under no heading", "", cell)
                    )
            yield line

    def named_sheet(self, sheet: Sheet, name: SheetName, before: list[Row], rows: Iterator[Row]) -> Iterator[Finding]:
        """The sources that the rows may name, or the words that they may require."""
        for line in self.lines(sheet, name, before, rows):
            if isinstance(line, Finding):
                yield line
                continue
            values = {column.field: line.get(column) for column in columns.SHEETS[name]}
            more = values.pop("more") or {}
            for column in columns.SHEETS[name]:
                if column.required and values.get(column.field) is None and column.field not in more:
                    line.missing(column)
            yield from line.findings
            if not any(finding.severity == "error" for finding in line.findings):
                record = self.source(values, more) if name == "sources" else _requirement(values, more)
                yield from self.spool.add(Read(record, line.place()), "refuse")

    def source(self, values: dict[str, Any], more: dict[str, Any]) -> Record:
        """A source of the sheet of sources."""
        identity = values.pop("id")
        part = str(values.pop("part") or self.options.country or identity[:2].upper())
        self.sources.add(identity)
        return Record("source", identity, part, {"year": None, **_said(values), **more})

    def service_sheet(self, sheet: Sheet, before: list[Row], rows: Iterator[Row]) -> Iterator[Finding]:
        """The rows, one a mandate."""
        for line in self.lines(sheet, "services", before, rows):
            if isinstance(line, Finding):
                yield line
                continue
            self.first = self.first or line.place()
            made = list(self.reads(line))
            yield from line.findings
            if not any(finding.severity == "error" for finding in line.findings):
                for read in made:
                    same: Literal["merge", "refuse"] = "refuse" if read.record.kind in ("mandate", "link") else "merge"
                    yield from self.spool.add(read, same)

    def reads(self, line: _Line) -> Iterator[Read]:
        """The body, the mandate and the links of a row."""
        by_key = self.by_key
        part = line.get(by_key["country"]) or self.options.country
        if part is None and not line.findings:
            line.missing(by_key["country"], "the country of the row; or name the country of the whole file when importing")
        line.country = part
        name = line.get(by_key["name"])
        if name is None:
            line.missing(by_key["name"])
        if part is None or name is None:
            return
        given = line.get(by_key["body_id"])
        identity = name_as_id(part, given) if given else body_id(part, name)
        if identity != body_id(part, name):
            self.spool.remember(body_id(part, name), identity)
        body = {"id": identity, **self.of(line, "body")}
        new = not self.spool.has("stakeholder", identity)
        if new:
            body.setdefault("territory", [part])
        contacts = self.contacts(line)
        if contacts:
            body["contacts"] = contacts
        self.more(line, by_key["body_more"], body)
        if "kind" not in body and not line.cells.get(by_key["kind"]) and new:
            line.missing(by_key["kind"], words.accepted("kinds"))
        places = {column.field: line.place(column) for column in columns.SERVICES if column.of == "body" and line.cells.get(column)}
        keys = ((self.options.source, given),) if given else ()
        yield Read(Record("stakeholder", identity, part, body), line.place(), places, keys)
        yield from self.mandate(line, identity, part)
        yield from self.links(line, identity, part)

    def of(self, line: _Line, of: str) -> dict[str, Any]:
        """The fields of the columns of one thing that say something."""
        found = {column.field: line.get(column) for column in line.cells if column.of == of}
        return {key: value for key, value in found.items() if value is not None}

    def more(self, line: _Line, column: Column, fields: dict[str, Any]) -> None:
        """Add what stands as JSON; it may not say again what a column says."""
        for key, value in (line.get(column) or {}).items():
            if key in fields or key == "holder":
                text = f"“{key}” is told by another column too"
                line.findings.append(Finding("wrong-value", "error", line.place(column), text, "leave it as it was exported", key))
            else:
                fields[key] = value

    def contacts(self, line: _Line) -> list[dict[str, Any]]:
        """The contact points: those in full, and those of the simple columns that are not among them."""
        contacts: list[dict[str, Any]] = list(line.get(self.by_key["contacts"]) or ())
        known = [(contact.get("type"), contact.get("value")) for contact in contacts if isinstance(contact, dict)]
        for column in columns.SERVICES:
            if column.of == "contact":
                for value in line.get(column) or ():
                    if (column.field, value) not in known:
                        contacts.append({"type": column.field, "value": value})
        return contacts

    def mandate(self, line: _Line, holder: str, part: str) -> Iterator[Read]:
        """The mandate of a row, where it has one."""
        fields = self.of(line, "mandate")
        limits = {column.field: line.get(column) for column in columns.SERVICES if column.of == "serves"}
        serves = columns.serves_of(limits["gender"], limits["age"], limits["exploitation"])
        if serves and "serves" in fields and fields["serves"] != serves:
            text = "both a condition and simple limits are given, and they differ"
            line.findings.append(Finding("wrong-value", "error", line.place(self.by_key["serves"]), text, "leave one of the two empty"))
        elif serves:
            fields["serves"] = serves
        self.more(line, self.by_key["mandate_more"], fields)
        if isinstance(fields.get("id"), str) and not is_id(fields["id"]):
            fields["id"] = slug(fields["id"])
        if "function" not in fields:
            said = [c for c in columns.SERVICES if c.of in ("mandate", "serves") and line.cells.get(c)]
            if said and not line.cells.get(self.by_key["function"]):
                line.missing(self.by_key["function"], words.accepted("functions"))
            return
        published = self.options.published
        fields.setdefault("as_of", int(published[:4]) if published and published[:4].isdigit() else None)
        fields["sources"] = self.cite(line, fields.get("sources"))
        until = fields.get("valid_to")
        if isinstance(until, str) and until < date.today().isoformat()[: len(until)]:
            line.findings.append(Finding("past", "note", line.place(self.by_key["valid_to"]), f"it ended on {until}", "", until))
        places = {c.field: line.place(c) for c in columns.SERVICES if c.of == "mandate" and line.cells.get(c)}
        fields = {"holder": holder, **fields}
        yield Read(Record("mandate", mandate_id(holder, fields), part, fields), line.place(), places)

    def cite(self, line: _Line, said: Any) -> list[str]:
        """The sources of a row: those it names, of the sheet of sources; else this file."""
        named = [str(source) for source in said] if isinstance(said, list) else []
        known = [source for source in named if source in self.sources]
        for source in named:
            if source not in self.sources:
                text = f"“{source}” is not in the sheet of sources; this list is named as the source instead"
                column = self.by_key["sources"]
                line.findings.append(Finding("no-parent", "warning", line.place(column), text, "add it to the sheet of sources", source))
        if not named or len(known) < len(named):
            self.cited = True
            known.append(self.own)
        return known

    def links(self, line: _Line, origin: str, part: str) -> Iterator[Read]:
        """The referrals that a row states."""
        full = line.get(self.by_key["links"]) or []
        basis = line.get(self.by_key["refers_basis"])
        named = line.get(self.by_key["refers_to"]) or []
        if named and basis is None and not line.cells.get(self.by_key["refers_basis"]):
            line.missing(self.by_key["refers_basis"], words.accepted("referral_basis"))
        for name in named:
            full.append({"to": name_as_id(part, name), "basis": basis, "functions": []})
        for link in full:
            if not isinstance(link, dict) or not isinstance(link.get("to"), str):
                text = "a referral needs “to”"
                line.findings.append(Finding("wrong-value", "error", line.place(self.by_key["links"]), text, "leave it as it was exported"))
                continue
            fields = {"origin": origin, **link, "sources": self.cite(line, link.get("sources"))}
            yield Read(Record("link", link_id(origin, fields), part, fields), line.place(self.by_key["refers_to"]))

    def finish(self) -> Iterator[Finding]:
        """What only the whole file tells: links to nobody, and the source that the file itself is."""
        for read in self.spool.reads("link"):
            to = self.known(read.record.fields["to"])
            if not self.spool.has("stakeholder", to):
                text = f"“{to}” is not a body of this file; it has to be one of the directory"
                yield Finding("no-parent", "warning", read.place, text, "the name or id of a body", to)
        if self.first is None:
            yield Finding("missing", "error", Place(self.file), "there is no row under the headings", "one row a mandate")
        elif self.cited:
            yield from self.spool.add(source_read(self.options, self.options.country, Place(self.file)))

    def known(self, body: str) -> str:
        """The id of a body that a referral names: the partner's own, where the list gives the named body one."""
        return body if self.spool.has("stakeholder", body) else self.spool.recall(body) or body

    def reads_all(self) -> Iterator[Read]:
        """All records; a referral may name a body that stands further down."""
        for read in self.spool.reads():
            record = read.record
            if record.kind == "link" and (to := self.known(record.fields["to"])) != record.fields["to"]:
                fields = {**record.fields, "to": to}
                yield replace(read, record=replace(record, id=link_id(fields["origin"], fields), fields=fields))
            else:
                yield read
