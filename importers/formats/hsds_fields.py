"""What the fields of the Open Referral family are: which are used, which are left out on purpose and why, and what lies within what.

Names are those of HSDS 3.0; `hsds11` says how the older names become these.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAMES_PERSON = "names of persons are not kept"
_STREET = "a street address is not kept: a body is found by its territory and its contact points"
_POINT = "coordinates are not kept: a territory is the finest place"
_MONEY = "how a body is paid is no part of a referral"
_SERVICES = "terms and dates are read of services, which are what a referral goes to"
_FORM = "says nothing that a referral uses"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


USED: Mapping[str, frozenset[str]] = {
    "organization": _words("id name alternate_name description email website tax_status legal_status tax_id uri parent_organization_id"),
    "service": _words(
        "id organization_id name alternate_name description url email status interpretation_services application_process "
        "fees_description wait_time fees eligibility_description minimum_age maximum_age assured_date alert last_modified "
        "keywords location_id"
    ),
    "location": _words("id location_type organization_id name languages accessibility email website url"),
    "service_at_location": _words("id service_id location_id"),
    "phone": _words(
        "id location_id service_id organization_id contact_id service_at_location_id number extension type description language"
    ),
    "contact": _words("id organization_id service_id service_at_location_id location_id title department email"),
    "address": _words("id location_id organization_id city region state_province country address_type"),
    "schedule": _words(
        "id service_id location_id service_at_location_id valid_from valid_to until freq interval byday bymonthday byweekno "
        "byyearday description opens_at closes_at notes weekday"
    ),
    "service_area": _words("id service_id name description service_area"),
    "required_document": _words("id service_id document"),
    "language": _words("id service_id location_id phone_id name code note"),
    "accessibility": _words("id location_id description details accessibility"),
    "attribute": _words("id link_id taxonomy_term_id link_entity service_id organization_id label value"),
    "taxonomy_term": _words("id code name term parent_id parent_name taxonomy taxonomy_id vocabulary"),
    "taxonomy": _words("id name"),
    "metadata": _words("id resource_id resource_type last_action_date"),
    "cost_option": _words("id service_id valid_from valid_to option currency amount amount_description"),
    "organization_identifier": _words("id organization_id identifier_scheme identifier_type identifier"),
    "program": _words("id organization_id"),
    "holiday_schedule": _words("id location_id service_id"),
    "eligibility": _words("id service_id eligibility"),
}
"""Fields that become a part of a record, or tie one thing to another."""

IGNORED: Mapping[str, Mapping[str, str]] = {
    "organization": {
        "year_incorporated": _FORM,
        "date_incorporated": _FORM,
        "logo": _FORM,
        "funding_sources": _MONEY,
        "accreditations": _FORM,
        "licenses": _FORM,
        "attributes": _SERVICES,
        "metadata": _SERVICES,
    },
    "service": {
        "program_id": "programmes are not kept apart from their body",
        "accreditations": _FORM,
        "licenses": _FORM,
        "assurer_email": "the address of whoever checked the entry, not of the service",
        "accepted_payments": _MONEY,
        "funding_sources": _MONEY,
    },
    "location": {
        "alternate_name": _FORM,
        "description": "may hold a street address; the services of the place are described in their own words",
        "short_desc": _FORM,
        "transportation": "how to reach a street address, which is not kept",
        "latitude": _POINT,
        "longitude": _POINT,
        "external_identifier": _POINT,
        "external_identifier_type": _POINT,
        "admin_emails": "addresses of whoever keeps the entry, not of the service",
        "virtual": _FORM,
        "attributes": _SERVICES,
        "metadata": _SERVICES,
    },
    "service_at_location": {"description": "says again what the service says", "attributes": _SERVICES, "metadata": _SERVICES},
    "phone": {"department": _FORM, "vanity_number": "the number itself is kept"},
    "contact": {"name": _NAMES_PERSON},
    "address": {"attention": _NAMES_PERSON, "address_1": _STREET, "address_2": _STREET, "postal_code": _STREET},
    "schedule": {
        "timezone": "hours are those of the place",
        "wkst": _FORM,
        "schedule_link": _FORM,
        "attending_type": _FORM,
        "dtstart": _FORM,
        "count": _FORM,
    },
    "service_area": {"extent": "shapes are not read: territories are codes of ISO 3166", "extent_type": _FORM, "uri": _FORM},
    "required_document": {"uri": _FORM},
    "language": {},
    "accessibility": {"url": _FORM},
    "attribute": {"link_type": _FORM, "taxonomy_detail": _FORM},
    "taxonomy_term": {"description": _FORM, "language": _FORM, "term_uri": _FORM, "taxonomy_facet": _FORM},
    "taxonomy": {"description": _FORM, "uri": _FORM, "version": _FORM},
    "metadata": {
        "last_action_type": _FORM,
        "field_name": "the history of single fields stays with the partner",
        "previous_value": "the history of single fields stays with the partner",
        "replacement_value": "the history of single fields stays with the partner",
        "updated_by": _NAMES_PERSON,
    },
    "cost_option": {},
    "organization_identifier": {},
    "program": dict.fromkeys(("name", "alternate_name", "description"), "programmes are not kept apart from their body"),
    "funding": dict.fromkeys(("id", "organization_id", "service_id", "source"), _MONEY),
    "meta_table_description": dict.fromkeys(("id", "name", "language", "character_set"), _FORM),
    "holiday_schedule": dict.fromkeys(
        ("start_date", "end_date", "closed", "opens_at", "closes_at"),
        "single days of single years are not kept; ask before you send anybody",
    ),
    "eligibility": {},
}
"""Fields that are left out on purpose, and why."""

WITHIN: Mapping[str, Mapping[str, str]] = {
    "organization": {
        "funding": "funding",
        "contacts": "contact",
        "phones": "phone",
        "locations": "location",
        "programs": "program",
        "organization_identifiers": "organization_identifier",
        "services": "service",
        "bodies": "body",
        "referrals": "referral",
        "requirements": "requirement",
        "sources": "source",
    },
    "service": {
        "phones": "phone",
        "schedules": "schedule",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
        "locations": "location",
        "languages": "language",
        "organization": "organization",
        "funding": "funding",
        "cost_options": "cost_option",
        "program": "program",
        "required_documents": "required_document",
        "contacts": "contact",
        "attributes": "attribute",
        "metadata": "metadata",
        "mandates": "mandate",
    },
    "service_at_location": {
        "contacts": "contact",
        "phones": "phone",
        "schedules": "schedule",
        "location": "location",
        "service": "service",
    },
    "location": {
        "languages": "language",
        "addresses": "address",
        "contacts": "contact",
        "accessibility": "accessibility",
        "phones": "phone",
        "schedules": "schedule",
    },
    "contact": {"phones": "phone"},
    "phone": {"languages": "language"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
    "taxonomy": {"taxonomy_terms": "taxonomy_term"},
}
"""The fields of a document that hold other things, and of which kind."""

ONLY_SERVICES = frozenset({"attribute", "metadata"})
"""Kinds that go with anything in HSDS and are read of services only."""

SHARED: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    (
        "phone",
        "contact",
        "address",
        "schedule",
        "service_area",
        "required_document",
        "language",
        "accessibility",
        "cost_option",
        "organization_identifier",
        "program",
        "funding",
    ),
    ("attributes", "metadata"),
)
"""Fields that any thing may have, and that are read only at bodies, services and places."""

REFERS: Mapping[str, str] = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
    "contact_id": "contact",
    "phone_id": "phone",
    "service_at_location_id": "service_at_location",
}
"""Columns of a table that name what a row belongs to."""

NEEDS_PARENT = _words(
    "service location service_at_location phone contact address schedule service_area required_document language accessibility attribute "
    "cost_option organization_identifier program holiday_schedule eligibility metadata"
)
"""Kinds whose rows belong to something: one that belongs to nothing would be lost."""

UPWARDS = frozenset({("service", "organization"), ("service_at_location", "service"), ("attribute", "taxonomy_term")})
"""A field of the first kind that holds the second: there the second is above (or beside), not below."""

_OLDER: Mapping[str, frozenset[str]] = {
    "organization": _words("date_incorporated funding_sources accreditations licenses attributes metadata"),
    "service": _words("location_id accepted_payments keywords funding_sources attributes metadata"),
    "location": _words("short_desc admin_emails virtual accessibility languages email website attributes metadata"),
    "service_at_location": _words("attributes metadata"),
    "phone": _words("department vanity_number language"),
    "address": _words("organization_id"),
    "service_area": _words("service_area"),
    "schedule": _words("weekday"),
    "accessibility": _words("accessibility"),
    "taxonomy_term": _words("term parent_name vocabulary taxonomy_facet"),
    "attribute": _words("service_id organization_id label taxonomy_detail"),
}
"""Fields that are read here and that the tables of HSDS 3 do not have."""


def columns_3(kind: str) -> frozenset[str]:
    """The columns of a table of HSDS 3."""
    return (USED.get(kind, frozenset()) | frozenset(IGNORED.get(kind, ()))) - _OLDER.get(kind, frozenset())
