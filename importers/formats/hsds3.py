"""HSDS 3: a document (a service, a list, pages of a saved feed), or the tabular data package as a folder or a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from importers.formats import hsds_csv, hsds_json, hsds_profile, hsds_records, hsds_shapes
from importers.formats.hsds_csv import Member
from importers.formats.hsds_gather import Dialect
from importers.formats.hsds_intake import Intake
from importers.formats.hsds_json import TABLE_KINDS, Pages
from importers.formats.hsds_tables import Tables
from importers.reading import Finding, Options, Place, Read

NAME = "hsds3"
_DIALECT = Dialect("HSDS 3")
_TABLES: Mapping[str, str] = {**TABLE_KINDS, **hsds_profile.TABLES}
_ONLY_3 = frozenset(
    {"schedules", "attributes", "taxonomy_terms", "taxonomies", "cost_options", "organization_identifiers", "service_areas"}
)
"""Tables that older versions do not have."""
_ROOTS = frozenset({"organizations", "services", "locations"})
_BEGINNING = 65_536
_SMALL = 4_096
"""Characters of a document that describes one taxonomy."""
_MARKS = (
    "assured_date",
    "location_type",
    "service_at_locations",
    "organization_identifiers",
    "last_modified",
    "term_uri",
    "parent_organization_id",
    "taxonomy_detail",
    "services.csv",
    "organizations.csv",
    "openapi_url",
    "openreferral",
    "application_process",
    "eligibility_description",
)


def recognise(path: Path) -> str | None:
    """A document with fields that only Open Referral has, or a package with tables of HSDS 3."""
    try:
        if not path.is_dir() and path.suffix.lower() != ".zip":
            if path.suffix.lower() == ".csv":
                return _known_table(Member(path.name, path))
            return marks(beginning(path))
        found = hsds_csv.members(path)
    except (OSError, zipfile.BadZipFile):
        return None
    tables = {member.stem for member in found if member.name.lower().endswith(".csv")} & set(_TABLES)
    plain = {member.stem: member for member in found if member.name.lower().endswith(".csv")}
    ours = tables & _ONLY_3 or (tables & _ROOTS and all(hsds_shapes.alike_3(plain[table]) > 0 for table in tables & _ROOTS))
    if ours and not any(table in _OLD for table in plain):
        return f"tables of HSDS 3: {', '.join(sorted(tables))}"
    documents = [member for member in found if member.name.lower().endswith(".json") and member.stem != "datapackage"]
    return next((why for member in documents[:20] if not tables and (why := _member_marks(member))), None)


_OLD = frozenset({"regular_schedules", "services_taxonomy", "physical_addresses", "holiday_schedules", "mail_addresses", "eligibility"})


def beginning(path: Path) -> str:
    """The first part of a file, as far as it is text."""
    with path.open("rb") as stream:
        return stream.read(_BEGINNING).decode("utf-8-sig", "ignore")


def marks(text: str) -> str | None:
    """Why the beginning of a document is one of Open Referral."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    found = [mark for mark in _MARKS if f'"{mark}"' in text or (mark == "openreferral" and mark in text)]
    if found:
        return f"fields of Open Referral: {', '.join(found[:3])}"
    if '"contents"' in text and '"total_items"' in text:
        return "a page of a list as the API of HSDS gives it (contents, total_items)"
    if ('"taxonomy"' in text and '"parent_id"' in text) or (
        len(text) < _SMALL and all(f'"{name}"' in text for name in ("id", "name", "uri", "version"))
    ):
        return "a taxonomy, or a term of one"
    return None


def _member_marks(member: Member) -> str | None:
    with member.open() as stream:
        return marks(stream.read(_BEGINNING).decode("utf-8-sig", "ignore"))


def _known_table(member: Member) -> str | None:
    newer, older = hsds_shapes.alike_3(member), hsds_shapes.best(member)
    names, kind = frozenset(hsds_csv.header(member)), hsds_profile.TABLES.get(member.stem)
    if kind and "record_id" in names and names <= hsds_profile.extra()[kind]:
        return f"the table {member.stem} of the profile of this directory"
    return f"the table {member.stem} of HSDS 3" if newer > 0 and (older is None or newer >= older[1]) else None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies and mandates of the file, in constant memory."""
    yield from read_as(path, options, _DIALECT)


def read_as(path: Path, options: Options, dialect: Dialect) -> Iterator[Read | Finding]:
    """As `read`, with the strictness of a dialect."""
    found, title, wrong = hsds_csv.opened(path)
    yield from wrong
    if not found:
        return
    with Tables() as tables:
        intake = Intake(tables, hsds_profile.extra())
        pages = Pages()
        for member in found:
            if member.stem == "datapackage":
                continue
            if member.name.lower().endswith(".csv"):
                yield from _table(member, intake)
            else:
                yield from hsds_json.read(member, intake, pages)
        yield from hsds_json.check(pages)
        yield from hsds_records.read(tables, options, dialect, title, Place(path.name), date.today())


def _table(member: Member, intake: Intake) -> Iterator[Finding]:
    kind = _TABLES.get(member.stem)
    if kind is None:
        yield Finding(
            "unknown-column", "warning", Place(member.name), "no table of HSDS 3 has this name; it is not read", ", ".join(_TABLES)
        )
        return
    yield from take_table(member, kind, intake)


def take_table(member: Member, kind: str, intake: Intake) -> Iterator[Finding]:
    """The rows of a table, taken as things of a kind."""
    names: set[str] = set()
    for item in hsds_csv.rows(member):
        if isinstance(item, Finding):
            yield item
            continue
        number, cells = item
        if not names:
            names = set(cells)
            if "id" not in names:
                yield Finding("missing", "error", Place(member.name, row=1, column="id"), f"the table {member.stem} has no column id", "id")
                return
        row = {name: value for name, value in cells.items() if value.strip()}
        place = Place(member.name, row=number)
        for name in names - set(row):
            yield from intake.column(kind, name, place)
        yield from intake.take(kind, row, place, listed=True)
