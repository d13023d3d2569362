"""HSDS 1.1 and its relatives: the CSV of the Ohana API, and 211 packages such as Open211 Miami; a folder, a zip or a single table.

Their columns become those of HSDS 3. What Ohana itself refuses (spelled-out dates, years of two digits, a row without a parent, a header
that lacks a column, an empty value where one is needed) is refused here too, with the place.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from importers.formats import hsds_csv, hsds_records, hsds_shapes, hsds_values
from importers.formats.hsds_csv import Member
from importers.formats.hsds_gather import Dialect
from importers.formats.hsds_intake import Intake
from importers.formats.hsds_shapes import Shape
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Options, Place, Read

NAME = "hsds11"


_DATES = {"organization": ("date_incorporated",), "holiday_schedule": ("start_date", "end_date")}
_STRICT = Dialect("Ohana", values="error", orphans="error", taxonomy="Open Eligibility")
_LOOSE = Dialect("HSDS 1.1", taxonomy="")
_ALIKE = 0.6


def recognise(path: Path) -> str | None:
    """Tables whose headers are those of HSDS 1.1 or of Ohana."""
    try:
        found = [member for member in hsds_csv.members(path) if member.name.lower().endswith(".csv")]
    except (OSError, zipfile.BadZipFile):
        return None
    shapes = {member.name: hsds_shapes.best(member) for member in found}
    known = {name: shape for name, shape in shapes.items() if shape}
    newer = {member.name: hsds_shapes.alike_3(member) for member in found}
    ours = [name for name, shape in known.items() if shape and shape[1] >= _ALIKE and shape[1] > newer[name]]
    old = {member.stem for member in found} & {s.stem for s in (*hsds_shapes.OHANA, *hsds_shapes.HSDS_11)}
    if path.is_dir() or path.suffix.lower() == ".zip":
        marked = old & {
            "regular_schedules",
            "services_taxonomy",
            "physical_addresses",
            "mail_addresses",
            "holiday_schedules",
            "eligibility",
            "taxonomy",
        }
        return f"tables of HSDS 1.1: {', '.join(sorted(old))}" if marked and ours else None
    return f"the header of {ours[0]} is that of a table of HSDS 1.1" if ours else None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies and mandates of the tables, in constant memory."""
    package, title, wrong = hsds_csv.opened(path)
    yield from wrong
    if not package:
        return
    found = [member for member in package if member.name.lower().endswith(".csv")]
    known = {member.name: hsds_shapes.best(member) for member in found}
    ohana = sum(1 if shape[2] else -1 for shape in known.values() if shape) > 0
    dialect = _STRICT if ohana else _LOOSE
    single = not path.is_dir() and path.suffix.lower() != ".zip"
    with Tables() as tables:
        intake = Intake(tables)
        for member in found:
            shape = _of(known[member.name], member, ohana)
            if shape is None:
                yield Finding("unknown-column", "warning", Place(member.name), "no table of HSDS 1.1 has such a header; it is not read")
                continue
            yield from _table(member, shape, intake, ohana)
        tables.index_below()
        if single or tables.count("organization"):
            yield from _parents(tables)
        if not ohana:
            _through_services(tables)
        yield from hsds_records.read(tables, options, dialect, title, Place(path.name), date.today())


def _of(best: tuple[Shape, float, bool] | None, member: Member, ohana: bool) -> Shape | None:
    """The table that a file is, in the dialect of the whole package."""
    by_name = next((shape for shape in (hsds_shapes.OHANA if ohana else hsds_shapes.HSDS_11) if shape.stem == member.stem), None)
    return by_name or (best[0] if best and best[1] >= _ALIKE / 2 else None)


def _table(member: Member, shape: Shape, intake: Intake, ohana: bool) -> Iterator[Finding]:
    if shape.kind == "payment":
        yield Finding("ignored", "note", Place(member.name), "how a service is paid is no part of a referral")
        return
    header = hsds_csv.header(member)
    if ohana:
        for name in sorted(shape.columns - set(header)):
            yield Finding(
                "missing", "error", Place(member.name, row=1, column=name), f"the header lacks the column {name}", f"the column {name}"
            )
    for item in hsds_csv.rows(member):
        if isinstance(item, Finding):
            yield item
            continue
        number, cells = item
        place = Place(member.name, row=number)
        for name in sorted(shape.needed & set(header)):
            if not cells.get(name, "").strip():
                yield Finding(
                    "missing", "error", Place(member.name, row=number, column=name), f"{name} is empty", f"the {name.replace('_', ' ')}"
                )
        yield from _checked(shape, cells, place)
        row = {shape.rename.get(name, name): " ".join(value.split()) for name, value in cells.items() if value.strip()}
        yield from _take(shape, row, place, intake)


def _checked(shape: Shape, cells: Mapping[str, str], place: Place) -> Iterator[Finding]:
    for column in _DATES.get(shape.kind, ()):
        for found in hsds_values.checked_date(Row(shape.kind, "", cells, place), column, "error"):
            if isinstance(found, Finding):
                yield found
    if shape.kind == "holiday_schedule" and cells.get("closed", "").strip().lower() in ("false", "0", "no", ""):
        for column in ("opens_at", "closes_at"):
            if not cells.get(column, "").strip():
                yield Finding(
                    "missing",
                    "error",
                    Place(place.file, "", place.row, column),
                    f"{column} is empty and the row does not say closed",
                    "an hour",
                )


_LISTS = {
    "service": {
        "languages": ("language", "name"),
        "required_documents": ("required_document", "document"),
        "service_areas": ("service_area", "name"),
        "taxonomy_ids": ("attribute", "taxonomy_term_id"),
    },
    "location": {"languages": ("language", "name"), "accessibility": ("accessibility", "accessibility")},
}
"""Columns of Ohana that hold a list, and what each of its words is."""


def _take(shape: Shape, row: dict[str, str], place: Place, intake: Intake) -> Iterator[Finding]:
    kind = shape.kind
    lists = [(target, column, row.pop(name, "")) for name, (target, column) in _LISTS.get(kind, {}).items()]
    if kind == "service" and "eligibility" in row:
        row["eligibility_description"] = row.pop("eligibility")
    if kind == "service" and "audience" in row:
        told = row.pop("audience")
        row["eligibility_description"] = "; ".join(text for text in (row.get("eligibility_description", ""), told) if text)
    if kind == "phone" and row.get("country_prefix"):
        row["number"] = f"+{row.pop('country_prefix').lstrip('+')} {row.get('number', '')}"
    if kind == "schedule" and "original_text" in row:
        row["description"] = row.pop("original_text")
        for name in ("weekday", "opens_at", "closes_at"):
            row.pop(name, None)
    identity = row.get("id", "")
    above = None
    if kind == "schedule" and "description" in row:
        above = ("service", row["service_id"]) if row.get("service_id") else None
        row["id"] = f"{row.get('service_id', '')}:{row['description']}"
        yield from intake.take(kind, row, place, above)
        return
    if shape.stem in ("mail_addresses", "postal_addresses"):
        row |= {"address_type": "postal", "id": f"postal:{identity}"} if identity else {"address_type": "postal"}
    yield from intake.take(kind, row, place, above, listed=bool(identity))
    for target, column, words in lists:
        for index, word in enumerate(word.strip() for word in words.split(",")):
            if word:
                yield from intake.take(target, {"id": f"{kind}:{identity}:{target}:{index}", column: word}, place, (kind, identity))


def _through_services(tables: Tables) -> None:
    """Services whose organization stands in the file as a service only: 211 lists have agencies, sites and programmes in one table, and
    a programme names its site. Its body is that of the site."""
    lost = [(row, identity) for row, above, identity in tables.dangling() if row.kind == "service" and above == "organization"]
    for row, identity in lost:
        seen, above = {row.id}, identity
        while tables.get("organization", above) is None and above not in seen:
            seen.add(above)
            site = tables.get("service", above)
            above = site.text("organization_id") if site else above
        if tables.get("organization", above) is not None:
            tables.tie("organization", above, "service", row.id)


def _parents(tables: Tables) -> Iterator[Finding]:
    """Terms whose parent is not there."""
    for term in tables.each("taxonomy_term"):
        parent = term.text("parent_id")
        if parent and len(parent) > 1 and tables.get("taxonomy_term", parent) is None:
            yield Finding(
                "no-parent", "warning", term.at("parent_id"), "the parent of a term is not in the file", "the parent term", parent[:80]
            )
        elif parent == "0":
            yield Finding("no-parent", "error", term.at("parent_id"), "the parent of a term is not in the file", "the parent term", parent)
