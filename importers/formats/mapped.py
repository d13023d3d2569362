"""Any CSV, XLSX or JSON by a mapping (`importers/mapping.py`): one of ours in `importers/data/mappings/`, or the importer's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from importers import json_rows, tables
from importers.making import body_id, is_id, name_as_id, phone, slug, source_read
from importers.mapping import Mapping_, MappingError, load
from importers.mapping_values import Evaluation, at, leaves
from importers.reading import Finding, Options, Place, Read
from importers.spool import Spool
from pathways.format import schema
from pathways.format.reader import mandate_id
from pathways.records import CROSS_BORDER, Record

NAME = "mapped"
OURS = Path(__file__).parent.parent / "data" / "mappings"
_STRANGE = 1_000
"""So many columns or paths that nothing reads are told; a file that makes up more has been told enough."""

Numbered = tuple[int, Mapping[str, Any]]


@cache
def ours() -> tuple[Mapping_, ...]:
    """The mappings that come with the project."""
    return tuple(load(path) for path in sorted(OURS.glob("*.yaml")))


def recognise(path: Path) -> str | None:
    """Why a file is one of those that a mapping of ours knows: its first record has the columns that the mapping names."""
    found = _ours_for(path)
    return f"the columns of the mapping {found.name} ({found.get('title')})" if found else None


def _ours_for(path: Path) -> Mapping_ | None:
    kind = tables.kind_of(path)
    for mapping in ours():
        wanted = mapping.get("recognise")
        if not wanted or (mapping.get("format") == "json") != (kind == "json") or kind not in ("json", "csv", "xlsx"):
            continue
        try:
            with ExitStack() as held:
                _, _, first = next(_rows(path, mapping, held, beginning=True), (Place(""), [], (0, {})))
                if all(any(True for _ in at(first[1], name)) or name in first[1] for name in wanted):
                    return mapping
        except tables.Refused:
            continue
    return None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """What the file holds, by the mapping of the options, or by one of ours."""
    try:
        mapping = load(options.mapping) if options.mapping else _ours_for(path)
    except MappingError as error:
        yield from error.findings
        return
    if mapping is None:
        text = "is of no known form, and no mapping is given"
        yield Finding("unreadable", "error", Place(path.name), text, "a mapping that says what its columns are")
        return
    with Spool() as spool, ExitStack() as held:
        reader = _Reader(mapping, options, spool)
        try:
            for place, notes, (number, record) in _rows(path, mapping, held):
                yield from notes
                yield from reader.row(Place(place.file, place.sheet, number), record)
        except tables.Refused as refused:
            yield refused.finding
            return
        yield from reader.start(Place(path.name))
        yield from spool.reads()


def _rows(path: Path, mapping: Mapping_, held: ExitStack, beginning: bool = False) -> Iterator[tuple[Place, list[Finding], Numbered]]:
    """The records of a file as mappings, with the place of the file or sheet; findings about the sheet come with its first record."""
    if mapping.get("format") == "json":
        for number, record in json_rows.records(path, mapping.get("rows", "item"), beginning):
            if not isinstance(record, Mapping):
                tables.refuse("wrong-value", Place(path.name, row=number), "is not an object", "a list of objects")
            yield Place(path.name), [], (number, record)
        return
    named = used(mapping)
    wanted = mapping.get("sheet")
    sheets = held.enter_context(tables.opened(path, beginning))
    if wanted is not None and all(sheet.name != wanted for sheet in sheets):
        tables.refuse("missing", Place(path.name), f"has no sheet “{wanted}”", ", ".join(sheet.name for sheet in sheets))
    for sheet in sheets:
        if wanted is not None and sheet.name != wanted:
            continue
        notes = list(sheet.notes)
        least = max(1, len(named) // 3)
        header = mapping.get("header")

        def is_heading(row: tables.Row, header: int | None = header, least: int = least) -> bool:
            return row.number == header if header else len(named.keys() & set(row.cells)) >= least

        before, rows = tables.headed(sheet, is_heading)
        if not before:
            text = "no row of headings has the columns of the mapping"
            tables.refuse("missing", sheet.place(), text, ", ".join(sorted(named)[:20]))
        headings = before[-1].cells
        for name, needed in named.items():
            if needed and name not in headings:
                notes.append(Finding("missing", "error", sheet.place(before[-1].number, name), f"there is no column “{name}”", "", name))
        for row in tables.filled(rows):
            record = {heading or f"column {index}": cell for index, (heading, cell) in enumerate(_padded(headings, row.cells), 1)}
            yield sheet.place(), notes, (row.number, record)
            notes = []


def _padded(headings: tuple[str, ...], cells: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for index in range(max(len(headings), len(cells))):
        yield headings[index] if index < len(headings) else "", cells[index] if index < len(cells) else ""


def used(mapping: Mapping_) -> dict[str, bool]:
    """The columns or paths that a mapping reads, and whether a table must have each: not where the mapping names another in its place."""
    found: dict[str, bool] = {}

    def walk(expression: Any, needed: bool) -> None:
        if isinstance(expression, str):
            found[expression] = found.get(expression, False) or needed
        elif isinstance(expression, dict):
            source = expression.get("from", [])
            for path in source if isinstance(source, list) else [source]:
                walk(path, needed and (not isinstance(source, list) or "join" in expression))
            for key in ("first", "all", "lines", "conditions"):
                for part in expression.get(key, ()):
                    walk(part, needed and key != "first")

    blocks = [mapping.get("body", {}), mapping.get("mandate", {}), *mapping.get("contacts", [])]
    for block in blocks:
        for key, expression in block.items():
            if key != "type":
                walk(expression, True)
    if isinstance(mapping.get("country"), dict):
        walk(mapping.get("country"), True)
    for path in mapping.get("key", []):
        walk(path, True)
    return found


class _Reader:
    def __init__(self, mapping: Mapping_, options: Options, spool: Spool) -> None:
        self.mapping, self.options, self.spool = mapping, options, spool
        self.used = tuple(used(mapping))
        self.unseen = {path for path, needed in used(mapping).items() if needed}
        self.ignored = tuple(mapping.get("ignore", []))
        self.told: set[str] = set()
        self.known: set[str] = set()
        country = mapping.get("country")
        self.home: str | None = country if isinstance(country, str) else options.country
        self.source = source_read(options, self.home or CROSS_BORDER, Place(""), mapping.get("source")).record.id
        self.body_schema: Mapping[str, Any] = schema.stakeholder()["properties"]
        self.mandate_schema: Mapping[str, Any] = schema.mandate()["properties"]

    def start(self, place: Place) -> Iterator[Finding]:
        """What belongs to the whole file: its source, and the requirements that its mapping explains."""
        yield from self.spool.add(source_read(self.options, self.home or CROSS_BORDER, place, self.mapping.get("source")))
        for item in self.mapping.get("requirements", []):
            part = self.home or CROSS_BORDER
            yield from self.spool.add(Read(Record("requirement", f"{part.lower()}.{item['word']}", part, dict(item)), place))
        for path in sorted(self.unseen) if self.mapping.get("format") == "json" else ():
            text = f"the mapping reads “{path}”, and no record has it"
            yield Finding("missing", "warning", Place(place.file, column=path), text, "look whether the path is spelt as in the file", path)

    def row(self, place: Place, record: Mapping[str, Any]) -> Iterator[Finding]:
        """The body and the mandates of one record."""
        yield from self.strange(place, record)
        seen = Evaluation(record, self.mapping.get("words", {}), place, self.home, self.mapping.get("unknown", "error"))
        country = self.mapping.get("country")
        if isinstance(country, dict):
            before = len(seen.findings)
            told = seen.values(country if "words" in country else {**country, "places": True})
            seen.country = told[0] if told else None if len(seen.findings) > before else self.home
        if "key" in self.mapping.data:
            yield from self.key(seen, place)
        for read in self.reads(seen, place):
            yield from self.spool.add(read)
        yield from seen.findings
        self.unseen -= {path for path in self.unseen if next(at(record, path), None) is not None}

    def strange(self, place: Place, record: Mapping[str, Any]) -> Iterator[Finding]:
        """The columns or paths that nothing reads, and those left out on purpose, each once."""
        for path, value in leaves(record):
            if path in self.known or path in self.told or len(self.told) >= _STRANGE:
                continue
            if _covered(path, self.used):
                if len(self.known) < _STRANGE:
                    self.known.add(path)
                continue
            self.told.add(path)
            where = Place(place.file, place.sheet, place.row, path)
            if (name := _covered(path, self.ignored)) is not None:
                if name not in self.told or name == path:
                    self.told.add(name)
                    yield Finding(
                        "ignored", "note", Place(place.file, place.sheet, place.row, name), "the mapping leaves it out on purpose"
                    )
            else:
                todo = "name it in the mapping, under a field or under ignore"
                yield Finding("unknown-column", self.mapping.get("unknown", "error"), where, "nothing reads it", todo, str(value)[:80])

    def key(self, seen: Evaluation, place: Place) -> Iterator[Finding]:
        """Whether the partner's own key stands twice."""
        values = [str(value) for path in self.mapping.get("key") for value in at(seen.record, path)]
        text = " / ".join(values)
        if not values:
            yield Finding("missing", "warning", place, "the key of the row is empty", ", ".join(self.mapping.get("key")))
        elif (first := self.spool.first_row(text, place.row or 0)) != place.row:
            yield Finding("duplicate", "warning", place, f"the key {text} stands in row {first} too", "one key for one row", text)

    def reads(self, seen: Evaluation, place: Place) -> Iterator[Read]:
        """The records of one row."""
        body, places = self.fields(seen, "body", self.body_schema)
        part = seen.country
        name = body.get("name")
        if part is None or name is None:
            text = "its country is not told" if part is None else "the body has no name"
            seen.findings.append(Finding("missing", "error", place, text, "the mapping says where it stands"))
            return
        given = body.pop("id", None)
        identity = name_as_id(part, str(given)) if given else body_id(part, str(name))
        body = {"id": identity, **body}
        body.setdefault("territory", [part])
        contacts = list(self.contacts(seen))
        if contacts:
            body["contacts"] = contacts
        if "kind" not in body and not self.spool.has("stakeholder", identity):
            seen.findings.append(Finding("missing", "error", place, f"of what kind “{name}” is, is not told", "kind, in the mapping"))
        keys = ((self.options.source, str(given)),) if given else ()
        yield Read(Record("stakeholder", identity, part, body), place, places, keys)
        if "mandate" in self.mapping.data:
            yield from self.mandates(seen, place, identity, part)

    def mandates(self, seen: Evaluation, place: Place, holder: str, part: str) -> Iterator[Read]:
        """A mandate for each function of the row."""
        before = len(seen.findings)
        block = self.mapping.get("mandate")
        functions = seen.values(block["function"]) if "function" in block else []
        if not functions and len(seen.findings) == before:
            text = "no function is told: nothing is offered for this row"
            seen.findings.append(Finding("missing", "warning", seen.where(block.get("function", "")), text, "a function, in the mapping"))
        if not functions:
            return
        fields, places = self.fields(seen, "mandate", self.mandate_schema)
        local = fields.pop("id", None)
        if "as_of" not in fields:
            published = self.options.published or str((self.mapping.get("source") or {}).get("year") or "")
            fields["as_of"] = int(published[:4]) if published[:4].isdigit() else None
        elif isinstance(fields["as_of"], str) and len(fields["as_of"]) == 4:
            fields["as_of"] = int(fields["as_of"])
        until = fields.get("valid_to")
        if isinstance(until, str) and until < date.today().isoformat()[: len(until)]:
            seen.findings.append(Finding("past", "note", seen.where(block["valid_to"]), f"it ended on {until}", "", until))
        for function in functions:
            made = {"holder": holder, "function": function, **fields, "sources": [self.source]}
            if local is not None:
                made["id"] = f"{function}-{local if is_id(str(local)) else slug(str(local))}"
            yield Read(Record("mandate", mandate_id(holder, made), part, made), place, places)

    def fields(self, seen: Evaluation, name: str, known: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Place]]:
        """The fields of a block: lists where the directory has lists, else one value."""
        found: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for key, expression in self.mapping.get(name, {}).items():
            if name == "mandate" and key == "function":
                continue
            values = seen.values(expression)
            if not values:
                continue
            places[key] = seen.where(expression)
            if known[key].get("type") == "array":
                found[key] = values
            elif len(values) == 1:
                found[key] = values[0]
            elif known[key].get("type") == "string" and "pattern" not in known[key]:
                found[key] = "; ".join(map(str, values))
            else:
                text = f"{key} can have one value, and has {len(values)}: {', '.join(map(str, values))}"
                seen.findings.append(Finding("wrong-value", seen.unknown, places[key], text, "one of them", str(values[0])))
        return found, places

    def contacts(self, seen: Evaluation) -> Iterator[dict[str, Any]]:
        """The contact points of a row."""
        for block in self.mapping.get("contacts", []):
            rest = {key: values[0] for key, item in block.items() if key not in ("type", "value") and (values := seen.values(item))}
            for value in seen.values(block.get("value", "")):
                yield {"type": block["type"], "value": phone(value) if block["type"] == "phone" else value, **rest}


def _covered(path: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if path == name or path.startswith(f"{name}/")), None)
