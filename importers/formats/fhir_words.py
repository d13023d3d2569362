"""What the words of FHIR mean here: kinds of organisation, functions of services, resources and elements that are left out on purpose.

A word that stands in none of these is unknown: it falls to no default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

IGNORED = "ignored"

KINDS: Mapping[str, str] = {
    "prov": "health",
    "dept": "health",
    "fac": "health",
    "prvgrp": "health",
    "reli": "faith-based",
    "cg": "ngo",
    "ins": IGNORED,
    "pay": IGNORED,
    "payer": IGNORED,
    "ntwk": IGNORED,
    "crs": IGNORED,
    "hospital": "health",
    "clinic": "health",
    "health system": "health",
    "health centre": "health",
    "health center": "health",
    "healthcare provider": "health",
    "hospital department": "health",
    "religious institution": "faith-based",
    "community group": "ngo",
    "non-governmental organisation": "ngo",
    "non-governmental organization": "ngo",
    "ngo": "ngo",
    "charity": "ngo",
    "police": "police",
    "court": "court",
    "ministry": "ministry",
    "local authority": "local-authority",
    "trade union": "trade-union",
    "legal aid": "legal-aid",
    "hotline": "hotline",
    "social services": "social-service",
    "child protection": "child-protection",
    "shelter": "social-service",
    "women's shelter": "social-service",
    "refuge": "social-service",
    "insurance company": IGNORED,
    "payer network": IGNORED,
    "health information exchange organization": IGNORED,
}
"""Codes of `organization-type` (of FHIR and of its directory profiles), their displays, and words that lists write in their place.

Who insures, pays or exchanges data helps nobody on a path and is left out. `govt`, `edu`, `team`, `bus` and `other` say too little.
"""

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "specialist medical",
            "specialist radiology/imaging",
            "dental",
            "general practice",
            "general practice/gp (doctor)",
            "hospital",
            "medical",
            "medical care",
            "nursing",
            "emergency medical",
            "emergency department",
            "rehabilitation",
            "cardiology",
            "cardiology service",
            "gynaecology",
            "gynecology",
            "obstetrics",
            "paediatrics",
            "pediatrics",
            "primary care",
            "sexual health",
            "urgent care",
            "internal medicine",
            "family medicine",
            "outpatient",
            "physical therapy",
        ),
        ("medical-care",),
    ),
    **dict.fromkeys(
        ("mental health", "mental health care", "psychology", "psychological care", "psychiatry", "psychotherapy", "trauma therapy"),
        ("psychological-care",),
    ),
    **dict.fromkeys(("counselling", "counseling", "social work", "social support"), ("social-counselling",)),
    **dict.fromkeys(("legal", "legal advice", "legal counselling", "legal services"), ("legal-counselling",)),
    **dict.fromkeys(("shelter", "women's shelter", "womens shelter", "refuge", "safe house"), ("safe-accommodation",)),
    **dict.fromkeys(
        ("emergency accommodation", "emergency shelter", "crisis accommodation", "homeless shelter"), ("crisis-accommodation",)
    ),
    **dict.fromkeys(("interpreting", "interpretation", "interpreter services", "language services"), ("interpretation",)),
    **dict.fromkeys(("hotline", "helpline", "telephone helpline", "crisis line"), ("hotline",)),
    **dict.fromkeys(("case management", "case management for trafficking"), ("case-management",)),
    **dict.fromkeys(("material assistance", "food", "food bank", "clothing"), ("material-assistance",)),
    **dict.fromkeys(("employment", "job placement"), ("job-placement",)),
    **dict.fromkeys(("vocational training",), ("vocational-training",)),
    **dict.fromkeys(("outreach",), ("outreach",)),
}
"""Functions by the display or text of a service's category, type or specialty."""
CODES: Mapping[tuple[str, str], tuple[str, ...]] = {("service-category", "27"): ("medical-care",)}
"""Functions by code, for codes that files give without a display."""
FOR_WOMEN = frozenset({"women's shelter", "womens shelter"})
"""Words that say by themselves whom a service is for."""

LINKS = frozenset({"provider", "member", "agent", "supplier", "hie/hio", "assigner"})
"""Roles of an affiliation: what is a working tie between two bodies."""
TIES = frozenset({"provider"})
"""Roles in which one body sends people to the other."""

STAFF = frozenset({"Practitioner", "PractitionerRole", "CareTeam", "Person"})
"""Resources about people who work somewhere: left out, and said so."""
PATIENTS = frozenset(
    {
        "Patient",
        "RelatedPerson",
        "Encounter",
        "Condition",
        "Observation",
        "Appointment",
        "AppointmentResponse",
        "EpisodeOfCare",
        "CarePlan",
        "ServiceRequest",
        "Procedure",
        "DiagnosticReport",
        "MedicationRequest",
        "Communication",
        "Coverage",
        "Claim",
        "DocumentReference",
        "Composition",
        "QuestionnaireResponse",
        "Flag",
        "Goal",
        "Immunization",
        "AllergyIntolerance",
        "Account",
    }
)
"""Resources about people who are helped: a file that holds one is refused."""

_ALL = {
    "resourceType",
    "id",
    "meta",
    "text",
    "extension",
    "contained",
    "identifier",
    "_identifier",
    "active",
    "name",
    "telecom",
    "endpoint",
    "implicitRules",
    "language",
}
USED: Mapping[str, frozenset[str]] = {
    "Organization": frozenset(_ALL | {"type", "alias", "_alias", "address", "partOf", "contact"}),
    "HealthcareService": frozenset(
        _ALL
        | {
            "providedBy",
            "category",
            "type",
            "specialty",
            "location",
            "comment",
            "extraDetails",
            "photo",
            "coverageArea",
            "eligibility",
            "serviceProvisionCode",
            "program",
            "characteristic",
            "communication",
            "referralMethod",
            "appointmentRequired",
            "availableTime",
            "notAvailable",
            "availabilityExceptions",
        }
    ),
    "Location": frozenset(
        _ALL
        | {
            "status",
            "operationalStatus",
            "alias",
            "description",
            "mode",
            "type",
            "address",
            "physicalType",
            "position",
            "managingOrganization",
            "partOf",
            "hoursOfOperation",
            "availabilityExceptions",
        }
    ),
    "OrganizationAffiliation": frozenset(
        _ALL | {"period", "organization", "participatingOrganization", "network", "code", "specialty", "location", "healthcareService"}
    ),
}
"""The elements of each resource that this reader knows."""
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "Organization": {"text": "narrative is generated from the rest", "endpoint": "an address of machines"},
    "HealthcareService": {
        "text": "narrative is generated from the rest",
        "endpoint": "an address of machines",
        "photo": "a picture",
        "serviceProvisionCode": "who pays",
        "program": "a programme of the payer",
        "referralMethod": "how a referral is sent, by machine or paper",
        "characteristic": "no word for it here",
    },
    "Location": {
        "text": "narrative is generated from the rest",
        "endpoint": "an address of machines",
        "position": "coordinates are not kept",
        "physicalType": "a word of buildings",
        "mode": "a word of the format",
        "type": "what a building is",
        "operationalStatus": "beds",
        "description": "a text about a place",
        "alias": "another name of a place",
        "partOf": "a place within a place",
        "identifier": "the id of a place",
        "hoursOfOperation": "hours of a building",
        "availabilityExceptions": "hours of a building",
        "name": "the name of a place",
    },
    "OrganizationAffiliation": {
        "text": "narrative is generated from the rest",
        "endpoint": "an address of machines",
        "network": "a network of a payer",
        "telecom": "a contact for the affiliation only",
        "location": "where it holds",
        "specialty": "a word of the payer",
        "identifier": "the id of a tie",
    },
}
"""Elements that are left out on purpose, and why."""


def words_of(concept: Any) -> Iterator[str]:
    """The words of a CodeableConcept, the most telling first: its text, displays, codes; in small letters."""
    if not isinstance(concept, Mapping):
        return
    if isinstance(concept.get("text"), str):
        yield concept["text"].strip().casefold().replace("’", "'")
    codings = [coding for coding in concept.get("coding") or () if isinstance(coding, Mapping)]
    for key in ("display", "code"):
        yield from (coding[key].strip().casefold() for coding in codings if isinstance(coding.get(key), str))


def functions_of(concept: Any) -> tuple[str, ...]:
    """The functions that a concept names; empty where none of its words is known."""
    found = next((FUNCTIONS[word] for word in words_of(concept) if word in FUNCTIONS), ())
    if found or not isinstance(concept, Mapping):
        return found
    codings = [coding for coding in concept.get("coding") or () if isinstance(coding, Mapping)]
    keys = ((str(coding.get("system", "")).rpartition("/")[2], str(coding.get("code", ""))) for coding in codings)
    return next((CODES[key] for key in keys if key in CODES), ())


def kind_of(concepts: Any) -> str | None:
    """The kind of body that an organisation's types name (`ignored` for those who are left out); None where none is known."""
    found = [KINDS[word] for concept in concepts or () for word in words_of(concept) if word in KINDS]
    return found[0] if found else None
