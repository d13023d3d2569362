"""The bundled directory with marks planted wherever something confidential can stand, over two revisions; and where each mark may be seen.

A mark is a word that nothing else holds. Every text that the format allows is planted, by its schema, so that a field that is added later is
planted as well.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from typing import Any

from pypdf import PdfReader
from werkzeug.test import TestResponse

from pathways.format import schema
from pathways.format.reader import read
from pathways.records import Record
from pathways.stores import BUNDLED, EDIT, Store
from pathways.stores.bundled import address, bundled_root

HIDDEN, PARTNER, PLACE, PAST, STALE, DESK = "zqhidden", "zqpartner", "zqplace", "zqpast", "zqstale", "zqdesk"
"""What is hidden; for partners only; tells a confidential place; was public once; is no longer to be called; speaks of who keeps the
directory."""
ABOVE: Mapping[str, frozenset[str]] = {
    "public": frozenset({HIDDEN, PARTNER, PLACE, PAST, STALE, DESK}),
    "partner": frozenset({HIDDEN, PLACE, PAST, STALE, DESK}),
}
"""The marks that a viewer must never meet, by the highest level that the viewer sees."""

REFUGE, LONE, SHARED, ONCE, OFFICE, SHELTER, MOVED = (
    "gr-zqhidden-refuge",
    "gr-zqhidden-lone",
    "gr-zqpartner-house",
    "gr-zqpast-house",
    "gr-planted-office",
    "fr-planted-shelter",
    "gr-planted-moved",
)
"""A hidden body that an office admits to, one that nobody does, one for partners, one that was public; the office; a public body in a
secret place, and one whose place became secret."""
CLOSED = (REFUGE, LONE, ONCE)
SEEN = (OFFICE, SHELTER, MOVED)


def texts(record: Mapping[str, Any], mark: str) -> dict[str, str]:
    """A marked text for each field of a schema that takes any text."""
    return {
        name: f"{mark} {name.replace('_', ' ')}"
        for name, field in record["properties"].items()
        if field.get("type") == "string" and not {"pattern", "enum", "format", "const"} & field.keys()
    }


def _points(mark: str, **said: Any) -> list[dict[str, Any]]:
    """A contact of each type."""
    kinds = schema.contact()["properties"]["type"]["enum"]
    return [{**texts(schema.contact(), mark), "type": kind, "value": _value(kind, mark), **said} for kind in kinds]


def _value(kind: str, mark: str) -> str:
    return {"website": f"https://{mark}.example.org/", "email": f"office@{mark}.example.org"}.get(kind, f"+30 210 {mark}")


def _body(identity: str, mark: str, spoken: str = "", **said: Any) -> list[Record]:
    """A body all of whose texts are marked, with a mandate, a deadline in it, and a source that nothing else cites."""
    part, source = identity[:2].upper(), f"{identity[:2]}-{mark}-source-{identity[3:]}"
    fields = {
        **texts(schema.stakeholder(), mark),
        "id": identity,
        "name": f"{mark.title()} of {identity[3:].replace('-', ' ')}",
        "name_local": f"{mark.title()} {identity[3:]} τοπικά",
        "kind": "ngo",
        "territory": [part],
        "contacts": _points(mark),
        "languages": ["el"],
        "specialised": True,
        "sources": [source],
        **said,
    }
    deadline = {
        **texts(schema.deadline(), spoken or mark),
        "duration": "P3D",
        "calendar": "calendar",
        "bound": "at-most",
        "what": f"{spoken or mark} deadline",
    }
    return [
        Record("source", source, part, {**texts(schema.source(), mark), "year": 2024, "kind": "report"}),
        Record("stakeholder", identity, part, fields),
        *(
            Record(
                "mandate",
                f"{identity}.{function}",
                part,
                {
                    **texts(schema.mandate(), spoken or mark),
                    "holder": identity,
                    "function": function,
                    "as_of": 2024,
                    "sources": [source],
                    "deadlines": [deadline],
                },
            )
            for function in ("safe-accommodation", "crisis-accommodation", "psychological-care", "hotline", "case-management")
        ),
    ]


def _link(origin: str, to: str, mark: str) -> Record:
    part = origin[:2].upper()
    fields = {
        **texts(schema.link(), mark),
        "origin": origin,
        "to": to,
        "basis": "protocol",
        "functions": ["safe-accommodation"],
        "sources": [_SOURCE],
    }
    return Record("link", f"{origin}--{to}", part, fields)


_SOURCE = "gr-gr-ekka-nrm"
_SPOKEN = f"{HIDDEN.title()} of zqhidden refuge"
_TELLS = f" see {_SPOKEN}, {REFUGE}, on {_value('phone', HIDDEN)}; {PAST.title()} of zqpast house, {ONCE}, office@{PAST}.example.org"
"""How a text of something public names bodies that are hidden, or will be: by name, id and number."""


@cache
def before() -> tuple[Record, ...]:
    """The first revision: what is closed later is public in it."""
    return tuple(_planted(later=False))


@cache
def after() -> tuple[Record, ...]:
    """The second revision."""
    return tuple(_planted(later=True))


def _planted(later: bool) -> Iterator[Record]:
    for record in read(bundled_root()):
        yield Record(record.kind, record.id, record.part, _spoken(record, later))
    yield from _body(OFFICE, "planted", name="An office that admits", contacts=_office_points(later), members=[LONE, SHARED])
    yield from _body(SHARED, PARTNER, visibility="partner")
    yield from _body(
        SHELTER,
        "planted",
        spoken=f"at {PLACE.title()}ville",
        name="A planted shelter",
        name_local="",
        confidential_location=True,
        territory=["FR-75C"],
        **_places(),
    )
    moved = {"confidential_location": True} if later else {}
    yield from _body(
        MOVED,
        "planted",
        name="One that moved",
        name_local="",
        city=f"{PLACE.title()}ville",
        note=f"two streets from {PLACE.title()}ville station",
        territory_note=f"{PLACE} quarter",
        **moved,
    )
    yield from _body(ONCE, PAST, **({"visibility": "hidden"} if later else {}))
    yield _link(OFFICE, SHARED, PARTNER)
    yield _link(OFFICE, ONCE, PAST)
    if later:
        yield from _body(REFUGE, HIDDEN, visibility="hidden")
        yield from _body(LONE, HIDDEN, visibility="hidden", parent=REFUGE)
        yield _link(OFFICE, REFUGE, HIDDEN)
        yield _link(REFUGE, OFFICE, HIDDEN)
        yield from _channels()


def _office_points(later: bool) -> list[dict[str, Any]]:
    past = {"type": "phone", "value": f"+30 210 {STALE}", **({"current": False, "note": f"{STALE} since"} if later else {})}
    return [
        {"type": "phone", "value": "+30 210 000", "note": f"an office{_TELLS}"},
        *_points(PARTNER, visibility="partner"),
        *(_points(HIDDEN, visibility="hidden") if later else ()),
        past,
    ]


def _places() -> dict[str, str]:
    """What tells where a confidential body is, wherever it can be said."""
    return {
        "city": f"{PLACE.title()}ville",
        "territory_note": f"{PLACE} quarter",
        "confidential_note": f"{PLACE} street 4",
        "note": f"two streets from {PLACE.title()}ville station",
    }


def _channels() -> Iterator[Record]:
    """A channel whose one end is hidden."""
    model = next(record for record in read(bundled_root()) if record.kind == "channel" and record.fields["scope"] == "pair")
    fields = {
        **model.fields,
        "from": {"country": "GR", "body": REFUGE},
        "to": {"country": "AL", "body": None},
        "note": f"{HIDDEN} note",
        "partners": [OFFICE],
    }
    yield Record("channel", "gr-al-zqhidden", model.part, fields)


_TEXT_FIELDS = (
    "note",
    "publisher",
    "words",
    "when",
    "gap",
    "claim",
    "about",
    "what",
    "title",
    "limits",
    "name",
    "programme",
    "how",
    "scheme",
    "guardian",
)


def _spoken(record: Record, later: bool) -> Mapping[str, Any]:
    """A record of Greece, or between countries, each text of which names the hidden refuge; bodies only in their notes."""
    if record.part not in ("GR", "XB"):
        return record.fields
    if record.kind in ("stakeholder", "mandate", "link"):
        return {**record.fields, "note": str(record.fields.get("note", "")) + _TELLS}
    if record.kind == "network":
        return {**_spoken_in(record.fields), "members": [*record.fields.get("members", ()), REFUGE if later else ONCE]}
    spoken: Mapping[str, Any] = _spoken_in(record.fields)
    if record.kind == "stage":
        spoken = {**spoken, "lead": [*spoken["lead"], REFUGE if later else ONCE]}
    return spoken


def _spoken_in(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {
            name: inner if name in ("country", "meets", "applies", "gate") and not isinstance(inner, dict) else _spoken_in(inner, name)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_spoken_in(inner, "") for inner in value]
    return value + _TELLS if isinstance(value, str) and key in _TEXT_FIELDS and value != "always" else value


def plant(store: Store) -> None:
    """Fill an empty store: two revisions of the directory, and an edit whose author, note and source speak of the desk."""
    for records in (before(), after()):
        store.commit(store.replace(BUNDLED, records), layer=BUNDLED, source="bundled", author="test", loaded=address(bundled_root()))
    store.commit(
        store.amend(EDIT, "stakeholder", OFFICE, {"city": "Volos"}),
        layer=EDIT,
        source=f"{DESK} sheet",
        author=f"{DESK} ana",
        note=f"{DESK} called {_SPOKEN}",
    )


# reading ---------------------------------------------------------------------------------------------------------------------------------


def told(answer: TestResponse) -> str:
    """All that an answer tells, in lower case: its headers, and its body unpacked."""
    return f"{answer.headers}\n{unpacked(answer.data, answer.mimetype or '')}".lower()


def unpacked(data: bytes, kind: str = "") -> str:
    """The text of a file, whatever it is packed in."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in archive.namelist())
    if data[:4] == b"%PDF":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    text = data.decode("utf-8", "replace")
    if "json" in kind and text:
        lines = text.splitlines() if "ndjson" in kind else [text]
        return "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in lines)
    return unescape(text)


def marks(text: str, level: str) -> list[str]:
    """The marks in a text that a viewer of a level must not meet."""
    return sorted(mark for mark in ABOVE[level] if mark in text.lower())
