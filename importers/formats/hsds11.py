"""HSDS 1.1 and its relatives: the CSV of the Ohana API, and 211 packages such as Open211 Miami; a folder, a zip or a single table.

Their columns become those of HSDS 3. What Ohana itself refuses (spelled-out dates, years of two digits, a row without a parent, a header
that lacks a column, an empty value where one is needed) is refused here too, with the place.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from importers.formats import hsds_csv, hsds_records, hsds_values
from importers.formats.hsds_csv import Member
from importers.formats.hsds_gather import Dialect
from importers.formats.hsds_intake import Intake
from importers.formats.hsds_tables import Row, Tables
from importers.reading import Finding, Options, Place, Read

NAME = "hsds11"


@dataclass(frozen=True, slots=True)
class Shape:
    """One table of a dialect: its file, the kind of its rows, its columns, and which of them a row must fill."""

    stem: str
    kind: str
    columns: frozenset[str]
    needed: frozenset[str] = frozenset()
    rename: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    """Columns that the header may lack."""


def _shape(stem: str, kind: str, columns: str, needed: str = "", optional: str = "", **rename: str) -> Shape:
    return Shape(stem, kind, frozenset(columns.split()), frozenset(needed.split()), rename, frozenset(optional.split()))


_OHANA: tuple[Shape, ...] = (
    _shape(
        "organizations",
        "organization",
        "id accreditations alternate_name date_incorporated description email funding_sources legal_status licenses name tax_id tax_status "
        "website",
        "name description",
    ),
    _shape(
        "locations",
        "location",
        "id organization_id accessibility admin_emails alternate_name description email languages latitude longitude name transportation "
        "virtual website",
        "name description",
        "short_desc",
    ),
    _shape("addresses", "address", "id location_id address_1 address_2 city state_province postal_code country", "address_1 city country"),
    _shape(
        "mail_addresses",
        "address",
        "id location_id attention address_1 address_2 city state_province postal_code country",
        "address_1 city country",
    ),
    _shape("contacts", "contact", "id location_id organization_id service_id name title email department", "name"),
    _shape(
        "phones",
        "phone",
        "id contact_id location_id organization_id service_id number extension department number_type vanity_number country_prefix",
        "number number_type",
        number_type="type",
    ),
    _shape("programs", "program", "id organization_id name alternate_name", "name"),
    _shape(
        "services",
        "service",
        "id location_id program_id accepted_payments alternate_name description eligibility email fees funding_sources application_process "
        "keywords languages name required_documents service_areas status wait_time website",
        "name description status",
        "interpretation_services taxonomy_ids audience",
        website="url",
    ),
    _shape("regular_schedules", "schedule", "id location_id service_id weekday opens_at closes_at", "weekday opens_at closes_at"),
    _shape(
        "holiday_schedules",
        "holiday_schedule",
        "id location_id service_id start_date end_date closed opens_at closes_at",
        "closed start_date end_date",
    ),
    _shape("taxonomy", "taxonomy_term", "taxonomy_id name parent_id parent_name", "taxonomy_id name", taxonomy_id="id"),
)

_HSDS_11: tuple[Shape, ...] = (
    _shape(
        "organizations",
        "organization",
        "id name alternate_name description email url tax_status tax_id year_incorporated legal_status",
        "id name",
        url="website",
    ),
    _shape("programs", "program", "id organization_id name alternate_name", "name"),
    _shape(
        "services",
        "service",
        "id organization_id program_id name alternate_name description url email status interpretation_services application_process "
        "wait_time fees accreditations licenses",
        "id name",
    ),
    _shape(
        "locations",
        "location",
        "id organization_id name alternate_name description transportation latitude longitude",
        "id",
    ),
    _shape("services_at_location", "service_at_location", "id service_id location_id description", "service_id location_id"),
    _shape(
        "phones",
        "phone",
        "id location_id service_id organization_id contact_id service_at_location_id number extension type language description",
    ),
    _shape("contacts", "contact", "id organization_id service_id service_at_location_id name title department email"),
    _shape(
        "physical_addresses",
        "address",
        "id location_id organization_id attention address_1 city region state_province postal_code country address_2",
    ),
    _shape(
        "postal_addresses",
        "address",
        "id location_id organization_id attention address_1 city region state_province postal_code country address_2",
    ),
    _shape(
        "regular_schedules",
        "schedule",
        "id service_id location_id service_at_location_id weekday opens_at closes_at original_text",
    ),
    _shape(
        "holiday_schedules",
        "holiday_schedule",
        "id service_id location_id service_at_location_id closed opens_at closes_at start_date end_date",
    ),
    _shape("funding", "funding", "id organization_id service_id source"),
    _shape("eligibility", "eligibility", "id service_id eligibility"),
    _shape("service_areas", "service_area", "id service_id service_area description"),
    _shape("required_documents", "required_document", "id service_id document"),
    _shape("payments_accepted", "payment", "id service_id payment"),
    _shape("languages", "language", "id service_id location_id language", language="name"),
    _shape("accessibility_for_disabilities", "accessibility", "id location_id accessibility details"),
    _shape("taxonomy", "taxonomy_term", "id name parent_id parent_name vocabulary taxonomy_facet"),
    _shape(
        "services_taxonomy",
        "attribute",
        "id service_id taxonomy_id taxonomy_detail",
        "service_id taxonomy_id",
        taxonomy_id="taxonomy_term_id",
    ),
    _shape(
        "metadata", "metadata", "id resource_id last_action_date last_action_type field_name previous_value replacement_value updated_by"
    ),
)

_DATES = {"organization": ("date_incorporated",), "holiday_schedule": ("start_date", "end_date")}
_FROM = {"organization": "organization", "location": "location", "program": "organization", "service": "location"}
_STRICT = Dialect("Ohana", values="error", orphans="error", taxonomy="Open Eligibility")
_LOOSE = Dialect("HSDS 1.1", taxonomy="")
_ALIKE = 0.6


def recognise(path: Path) -> str | None:
    """Tables whose headers are those of HSDS 1.1 or of Ohana."""
    try:
        found = [member for member in hsds_csv.members(path) if member.name.lower().endswith(".csv")]
    except (OSError, zipfile.BadZipFile):
        return None
    shapes = {member.name: _best(member) for member in found}
    known = {name: shape for name, shape in shapes.items() if shape}
    ours = [name for name, shape in known.items() if shape and shape[1] >= _ALIKE]
    old = {member.stem for member in found} & {s.stem for s in (*_OHANA, *_HSDS_11)}
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


def _best(member: Member) -> tuple[Shape, float, bool] | None:
    """The table that a file is by its header, how alike they are, and whether it is Ohana's; its name decides between equals."""
    names = frozenset(hsds_csv.header(member))
    scored = [
        (
            len(names & shape.columns) / max(len((names - shape.optional) | shape.columns), 1),
            shape.stem == member.stem,
            shape.stem.rstrip("s") in member.stem,
            ohana,
            shape,
        )
        for ohana, shapes in ((True, _OHANA), (False, _HSDS_11))
        for shape in shapes
    ]
    best = max(scored, key=lambda item: item[:4])
    return (best[4], best[0], best[3]) if best[0] > 0 else None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies and mandates of the tables, in constant memory."""
    try:
        broken = list(hsds_csv.hostile(path))
        package = [] if broken else hsds_csv.members(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        yield Finding("unreadable", "error", Place(path.name), f"cannot be opened: {str(error)[:160]}", "a folder, a zip or CSV")
        return
    yield from broken
    if broken:
        return
    found = [member for member in package if member.name.lower().endswith(".csv")]
    title = path.stem
    for one in hsds_csv.described(package):
        if isinstance(one, str):
            title = one
        else:
            yield one
    known = {member.name: _best(member) for member in found}
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
        if single or tables.count("organization"):
            yield from _parents(tables)
        if not ohana:
            _through_services(tables)
        yield from hsds_records.read(tables, options, dialect, title, Place(path.name), date.today())


def _of(best: tuple[Shape, float, bool] | None, member: Member, ohana: bool) -> Shape | None:
    """The table that a file is, in the dialect of the whole package."""
    by_name = next((shape for shape in (_OHANA if ohana else _HSDS_11) if shape.stem == member.stem), None)
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
    tables.index_below()
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
