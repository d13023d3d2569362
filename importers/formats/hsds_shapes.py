"""The tables of HSDS 1.1, of Ohana and of HSDS 3 by their headers: which of them a file is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from importers.formats import hsds_csv
from importers.formats.hsds_csv import Member
from importers.formats.hsds_fields import columns_3
from importers.formats.hsds_json import TABLE_KINDS


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


OHANA: tuple[Shape, ...] = (
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

HSDS_11: tuple[Shape, ...] = (
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


def best(member: Member) -> tuple[Shape, float, bool] | None:
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
        for ohana, shapes in ((True, OHANA), (False, HSDS_11))
        for shape in shapes
    ]
    found = max(scored, key=lambda item: item[:4])
    return (found[4], found[0], found[3]) if found[0] > 0 else None


def alike_3(member: Member) -> float:
    """How alike a file is to the table of HSDS 3 whose name it has; 0 where it has columns that HSDS 3 does not know."""
    names, kind = frozenset(hsds_csv.header(member)), TABLE_KINDS.get(member.stem)
    known = columns_3(kind) if kind else frozenset()
    return len(names) / len(known) if names and "id" in names and names <= known else 0.0
