"""Takes the things of a file into tables: fields that nothing reads are told once, a thing that stands twice is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from importers.formats.hsds_fields import IGNORED, ONLY_SERVICES, REFERS, SHARED, USED, WITHIN
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Place

_ROOTS = frozenset({"organization", "service", "location", "service_at_location", "taxonomy", "taxonomy_term", "program"})
"""Things that a document repeats, in short or in full, wherever something refers to them."""


@dataclass(slots=True)
class Intake:
    """What is taken from one file. `extra` are columns of a profile that somebody else reads, by kind."""

    tables: Tables
    extra: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def take(
        self, kind: str, data: Mapping[str, Any], place: Place, above: tuple[str, str] | None = None, listed: bool = False
    ) -> Iterator[Finding]:
        """One thing with all that lies within it; `listed`: it is an entry of the list itself, so that it should stand there once."""
        above = above or _named(kind, data)
        if kind in ONLY_SERVICES and above is not None and above[0] != "service":
            yield from self.column(above[0], "attributes" if kind == "attribute" else "metadata", place)
            return
        own: dict[str, Any] = {}
        inside: list[tuple[str, str, Any]] = []
        for name, value in data.items():
            below = WITHIN.get(kind, {}).get(name)
            if below and isinstance(value, Mapping | list):
                inside.append((name, below, value))
                continue
            if below and value is None:
                continue
            yield from self.column(kind, name, place)
            if name in self.extra.get(kind, frozenset()) or (value is not None and name in USED.get(kind, frozenset())):
                own[name] = value
        identity = self._identity(kind, data, place, above)
        if kind in ("organization", "service") and data.get("id") in (None, ""):
            yield Finding("missing", "error", _column(place, "id"), f"{kind} without an identifier", "its identifier")
        row = Row(kind, identity, own, place)
        before = self.tables.add(row)
        if before is not None:
            yield from self._again(before, row, listed)
            if self._differs(before, row) and kind not in _ROOTS:
                identity = f"{identity}@{place}"
                row = Row(kind, identity, own, place)
                self.tables.add(row)
        if above:
            self.tables.tie(*above, kind, identity)
        for name, reference in REFERS.items():
            if own.get(name) not in (None, "") and name != f"{kind}_id":
                self.tables.tie(reference, str(own[name]).strip(), kind, identity)
        for name, below, value in inside:
            many = value if isinstance(value, list) else [value]
            for index, item in enumerate(many):
                where = f"{place.column}.{name}" if place.column else name
                at = Place(place.file, place.sheet, place.row, f"{where}[{index}]" if isinstance(value, list) else where)
                if not isinstance(item, Mapping):
                    yield Finding("wrong-value", "warning", at, f"{below} is not an object", "an object with its fields", str(item)[:80])
                    continue
                yield from self._within(row, below, item, at)

    def _within(self, row: Row, kind: str, item: Mapping[str, Any], place: Place) -> Iterator[Finding]:
        """Something that lies within a thing; a service's organization lies above it, and a service at a location ties both."""
        identity = self._identity(kind, item, place, (row.kind, row.id))
        if (row.kind, kind) in {("service", "organization"), ("service_at_location", "service")}:
            yield from self.take(kind, item, place)
            self.tables.tie(kind, identity, row.kind, row.id)
            return
        yield from self.take(kind, item, place, (row.kind, row.id))

    def column(self, kind: str, name: str, place: Place) -> Iterator[Finding]:
        """Says once a file what becomes of a column that is not used."""
        if name in USED.get(kind, frozenset()) or name in self.extra.get(kind, frozenset()) or (kind, name) in self._told:
            return
        self._told.add((kind, name))
        at = Place(place.file, place.sheet, None, f"{kind}.{name}")
        why = IGNORED.get(kind, {}).get(name)
        if why is not None:
            yield Finding("ignored", "note", at, f"{kind}.{name} is left out: {why}")
        elif name in SHARED.get(kind, ()):
            yield Finding("ignored", "note", at, f"{kind}.{name} is left out: such details are read of bodies, services and places")
        else:
            yield Finding("unknown-column", "warning", at, f"nothing reads {kind}.{name}", "a field of the standard, or a mapping for it")

    @staticmethod
    def _identity(kind: str, data: Mapping[str, Any], place: Place, above: tuple[str, str] | None) -> str:
        """The identifier of a thing; one without has that of its place."""
        given = data.get("id")
        if given not in (None, "") and not isinstance(given, Mapping | list):
            return str(given).strip()
        return f"{':'.join(above) if above else ''}@{place}"

    def _again(self, before: Row, row: Row, listed: bool) -> Iterator[Finding]:
        more = {name: value for name, value in row.data.items() if name not in before.data}
        other = self._differs(before, row)
        if row.kind in _ROOTS and more:
            self.tables.fill(before, more)
        if other:
            root = row.kind in _ROOTS
            kept = f"differs in {', '.join(other)}; {'the first is' if root else 'both are'} kept"
            yield Finding(
                "duplicate",
                "warning" if root else "note",
                row.at(other[0]),
                f"the same {row.kind} stands twice ({row.id}, before at {before.place}) and {kept}",
                "each identifier once",
                str(row.data[other[0]])[:120],
            )
        elif listed:
            text = f"the same {row.kind} stands twice ({row.id}, before at {before.place})"
            yield Finding("duplicate", "warning", row.place, text, "each identifier once")

    @staticmethod
    def _differs(before: Row, row: Row) -> list[str]:
        """The fields in which two rows with one identifier differ; what only ties them to others may."""
        return [name for name, value in row.data.items() if name in before.data and before.data[name] != value and name not in REFERS]


def _column(place: Place, name: str) -> Place:
    return Row("", "", {}, place).at(name)


_ENTITIES = frozenset({"organization", "service", "location", "service_at_location"})
_ANY: Mapping[str, tuple[str, str]] = {"attribute": ("link_id", "link_entity"), "metadata": ("resource_id", "resource_type")}


def _named(kind: str, row: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a row of the two tables that go with anything goes with: its kind stands in a column of its own."""
    if kind not in _ANY:
        return None
    identity, entity = (str(row.get(name, "")).strip() for name in _ANY[kind])
    return (entity.rstrip("s"), identity) if identity and entity.rstrip("s") in _ENTITIES else None
