"""Reads documents of the Open Referral family piece by piece: a thing, a list, pages of a saved feed, tables in one document.

Nothing but one thing of a list (or one page within a list of pages) is ever in memory.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import ijson
from ijson.common import ObjectBuilder

from importers.formats.hsds_csv import Member
from importers.formats.hsds_intake import Intake
from importers.json_rows import BUFFER
from importers.reading import Finding, Place

TABLE_KINDS: Mapping[str, str] = {
    "organizations": "organization",
    "programs": "program",
    "services": "service",
    "attributes": "attribute",
    "service_at_location": "service_at_location",
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "locations": "location",
    "phones": "phone",
    "contacts": "contact",
    "addresses": "address",
    "schedules": "schedule",
    "funding": "funding",
    "service_areas": "service_area",
    "required_documents": "required_document",
    "languages": "language",
    "accessibility": "accessibility",
    "taxonomy_terms": "taxonomy_term",
    "metadata": "metadata",
    "meta_table_descriptions": "meta_table_description",
    "cost_options": "cost_option",
    "organization_identifiers": "organization_identifier",
    "taxonomies": "taxonomy",
}
"""The tables of HSDS 3, by the first part of their file's name."""

_PAGE = frozenset({"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"})


@dataclass(slots=True)
class Pages:
    """What the pages of a feed say of themselves, and what they held."""

    items: dict[str, int] = field(default_factory=dict)
    """Entries read, by kind."""
    said: list[tuple[Place, str, Mapping[str, Any], int]] = field(default_factory=list)
    """For each page: where, the kind of its entries, what it says, how many entries it held."""

    def keep(self, place: Place, kind: str, page: Mapping[str, Any], held: int) -> None:
        """Keeps what a page said; only the numbers, so that a feed of many pages stays small."""
        self.said.append((place, kind, {key: page.get(key) for key in _PAGE}, held))
        self.items[kind] = self.items.get(kind, 0) + held


def kind_of(data: Mapping[str, Any], hint: str = "") -> str | None:
    """Which thing a document is, by its fields; `hint` (a file's name) decides where they do not."""
    keys = set(data)
    if {"service", "location"} <= keys or ("location" in keys and "id" in keys and "name" not in keys):
        return "service_at_location"
    if keys & {"taxonomy_terms", "version"} and {"id", "name"} <= keys:
        return "taxonomy"
    if "location_type" in keys or ("addresses" in keys and "status" not in keys):
        return "location"
    if "id" in keys and keys & {"taxonomy", "taxonomy_detail", "term_uri", "parent_id", "taxonomy_id", "term"}:
        return "taxonomy_term"
    if keys & {"status", "organization", "service_at_locations", "assured_date", "eligibility_description", "application_process"}:
        return "service"
    if keys & {"website", "organization_identifiers", "legal_status", "tax_status", "locations", "services", "year_incorporated", "logo"}:
        return "organization"
    for word in ("service_at_location", "taxonomy_term", "taxonomy", "organization", "location", "service"):
        if word in hint and "id" in keys:
            return word
    if {"id", "name"} <= keys and keys & {"organization_id", "url", "fees", "minimum_age", "maximum_age", "phones", "alert"}:
        return "service"
    return None


_VALUE = 16 << 20
"""Bytes that a single value may have."""
_LARGEST = 200_000
"""Names and values that one thing may hold: a service has a few hundred."""


class _Hostile(Exception):
    """A document that is built to exhaust whoever reads it."""


class _Guarded:
    """A stream without a mark of byte order, that refuses a value without end: one longer than any that a list of services holds."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._run = 0
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        chunk = self._stream.read(size)
        first, last = chunk.find(b'"'), chunk.rfind(b'"')
        self._run = self._run + len(chunk) if last < 0 else max(self._run + first, len(chunk) - last - 1)
        if self._run > _VALUE:
            raise _Hostile(f"a value of more than {_VALUE >> 20} MB")
        if last >= 0:
            self._run = len(chunk) - last - 1
        if not self._begun and chunk:
            self._begun = True
            return chunk.removeprefix(b"\xef\xbb\xbf")
        return chunk


def read(member: Member, intake: Intake, pages: Pages) -> Iterator[Finding]:
    """The things of one document, taken into tables."""
    try:
        with member.open() as stream:
            yield from _documents(_Guarded(stream), member.name, intake, pages)
    except (_Hostile, RecursionError) as error:
        text = str(error) if isinstance(error, _Hostile) else "things within things without end"
        yield Finding("hostile", "error", Place(member.name), text, "a list of services, organizations …")
    except (ijson.JSONError, UnicodeDecodeError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        text = f"not JSON: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}"
        yield Finding("unreadable", "error", Place(member.name), text, "a JSON document in UTF-8")


def _documents(stream: Any, name: str, intake: Intake, pages: Pages) -> Iterator[Finding]:
    events = ijson.parse(stream, buf_size=BUFFER, use_float=True, multiple_values=True)
    number = 0
    for _, event, value in events:
        path = f"[{number}]" if number else ""
        if event == "start_map":
            yield from _top(events, Place(name, "", None, path), intake, pages)
        elif event == "start_array":
            index = 0
            for _, inner, given in events:
                if inner == "end_array":
                    break
                at = Place(name, "", None, f"{path}[{index}]")
                if inner == "start_map":
                    yield from _top(events, at, intake, pages)
                else:
                    yield from _entry(_build(events, inner, given), at, intake)
                index += 1
            if index == 0:
                yield Finding("missing", "warning", Place(name), "the list is empty")
        else:
            yield Finding("unreadable", "error", Place(name, "", None, path), f"{event} {str(value)[:40]!r} where an object is expected")
            return
        number += 1
    if number == 0:
        yield Finding("unreadable", "error", Place(name), "the document is empty", "an object, or a list of them")


def _build(events: Iterator[tuple[str, str, Any]], event: str, value: Any) -> Any:
    """One whole value, whose first event was taken."""
    builder, depth = ObjectBuilder(), 0
    for _ in range(_LARGEST):
        builder.event(event, value)
        depth += event in ("start_map", "start_array")
        depth -= event in ("end_map", "end_array")
        if depth == 0:
            return builder.value
        _, event, value = next(events)
    raise _Hostile(f"one thing with more than {_LARGEST} names and values")


def _items(events: Iterator[tuple[str, str, Any]]) -> Iterator[Any]:
    """The values of a list whose start was taken, one by one."""
    for _, event, value in events:
        if event == "end_array":
            return
        yield _build(events, event, value)


def _top(events: Iterator[tuple[str, str, Any]], place: Place, intake: Intake, pages: Pages) -> Iterator[Finding]:
    """An object at the top: lists that it holds as a page or as tables are taken entry by entry, everything else makes one thing."""
    rest: dict[str, Any] = {}
    held: dict[str, int] = {}
    key = ""
    for _, event, value in events:
        if event == "end_map":
            break
        if event == "map_key":
            key = str(value)
            continue
        table = TABLE_KINDS.get(key.removesuffix(".csv")) if key.endswith(".csv") else None
        if event == "start_array" and (key == "contents" or table):
            kind = table or ""
            index = 0
            for item in _items(events):
                at = Place(place.file, table or "", None, f"{place.column}.{key}[{index}]".lstrip("."))
                if table and isinstance(item, Mapping):
                    yield from intake.take(table, item, at, listed=True)
                else:
                    kind = kind or (kind_of(item, place.file) or "" if isinstance(item, Mapping) else "")
                    yield from _entry(item, at, intake)
                index += 1
            held[kind] = held.get(kind, 0) + index
            continue
        rest[key] = _build(events, event, value)
    if rest.get("contents") is not None:
        at = _at(place, "contents")
        yield Finding("wrong-value", "error", at, "contents is no list", "a list of services, organizations …", str(rest["contents"])[:80])
    if held or "contents" in rest:
        if not any(key.endswith(".csv") for key in rest):
            pages.keep(place, next(iter(held), ""), rest, sum(held.values()))
        for name in set(rest) - _PAGE - {"contents"}:
            yield from intake.column("page", name, place)
        return
    yield from _entry(rest, place, intake)


def _entry(item: Any, place: Place, intake: Intake) -> Iterator[Finding]:
    """One thing."""
    if not isinstance(item, Mapping):
        yield Finding("wrong-value", "error", place, f"{str(item)[:60]!r} where an object is expected", "a service, an organization …")
        return
    if {"version", "openapi_url"} & set(item) and "name" not in item:
        yield Finding(
            "ignored", "note", place, f"says what the feed is and holds no service (version {item.get('version', 'not said')!s:.40})"
        )
        return
    kind = kind_of(item, place.file)
    if kind is None:
        keys = ", ".join(sorted(map(str, item))[:8])
        yield Finding("unreadable", "error", place, f"no thing of Open Referral has these fields: {keys}", "a service, an organization …")
        return
    yield from intake.take(kind, item, place, listed=True)


def check(pages: Pages) -> Iterator[Finding]:
    """Where the pages say something else of themselves than they hold, and where some of the feed is not there."""
    for place, _, said, held in pages.said:
        size, total, number, last = said.get("size"), said.get("total_items"), said.get("page_number"), said.get("total_pages")
        for name, value in (("size", size), ("total_items", total), ("total_pages", last), ("page_number", number)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                yield Finding("wrong-value", "warning", _at(place, name), f"{name} is {str(value)[:40]!r}", "a whole number")
        if isinstance(size, int) and held > size:
            yield Finding(
                "wrong-value", "warning", _at(place, "size"), f"the page says that it holds {size} and holds {held}; all {held} were read"
            )
        if isinstance(last, int) and isinstance(number, int) and said.get("last_page") is True and number < last:
            yield Finding("wrong-value", "warning", _at(place, "last_page"), f"says that page {number} of {last} is the last")
        if said.get("empty") is True and held:
            yield Finding("wrong-value", "warning", _at(place, "empty"), f"the page says that it is empty and holds {held}")
    totals: dict[str, tuple[Place, int]] = {}
    for place, kind, said, _ in pages.said:
        total = said.get("total_items")
        if isinstance(total, int) and not isinstance(total, bool):
            totals[kind] = max(totals.get(kind, (place, -1)), (place, total), key=lambda item: item[1])
    for kind, (place, total) in totals.items():
        here = pages.items.get(kind, 0)
        if here < total:
            yield Finding(
                "missing",
                "warning",
                _at(place, "total_items"),
                f"the feed says that it has {total} and only {here} are in this file",
                "all pages of the feed in one folder or one list; a list that is not whole looks as if the rest had been withdrawn",
            )
        elif here > total:
            yield Finding("wrong-value", "warning", _at(place, "total_items"), f"the feed says that it has {total} and holds {here}")


def _at(place: Place, name: str) -> Place:
    return Place(place.file, place.sheet, place.row, f"{place.column}.{name}".lstrip("."))
