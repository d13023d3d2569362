"""FHIR: what a file says becomes bodies, mandates and links; what it restricts is told to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from importers.confidential import scrub
from importers.formats import fhir
from importers.reading import Finding, Options, Read
from importers.rules import RULES
from pathways.format import schema
from pathways.format.shape import shape_problems
from pathways.records import Record, canonical_json

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples" / "fhir-plannet" / "examples"
RESTRICTED = {
    "extension": [{"url": "http://hl7.org/fhir/uv/vhdir/StructureDefinition/usage-restriction", "valueReference": {"reference": "#c"}}]
}
ADDRESS = {"line": ["14 Station Road"], "city": "Lyon", "state": "ARA", "postalCode": "69001", "country": "FR"}


def read(path: Path, **options: str) -> tuple[list[Read], list[Finding]]:
    found = list(fhir.read(path, Options("plannet", **options)))
    return [one for one in found if isinstance(one, Read)], [one for one in found if isinstance(one, Finding)]


def written(folder: Path, *resources: dict[str, Any], name: str = "list.json", **bundle: Any) -> Path:
    """A bundle of resources in a file."""
    path = folder / name
    entries = [{"resource": resource} for resource in resources]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", **bundle, "entry": entries}), encoding="utf-8")
    return path


def an_organization(identity: str = "o1", **more: Any) -> dict[str, Any]:
    told = {"name": f"House {identity}", "type": [{"coding": [{"code": "cg", "display": "Community Group"}]}], "address": [ADDRESS]}
    return {"resourceType": "Organization", "id": identity, **told, **more}


def a_service(identity: str = "s1", provider: str | None = "Organization/o1", what: str = "Legal advice", **more: Any) -> dict[str, Any]:
    by = {"providedBy": {"reference": provider}} if provider else {}
    return {"resourceType": "HealthcareService", "id": identity, "name": f"Service {identity}", "type": [{"text": what}], **by, **more}


def a_shelter() -> list[dict[str, Any]]:
    """A shelter whose restricted number and address are said again in its narrative, notes, hours, names, and by others."""
    phone, other = "734-555-0142", "+33 4 72 00 11 22"
    said = f"Call {phone} or (734) 555 0142. At 14 Station Road, Lyon. Also 04 72 00 11 22"
    narrative = {"status": "generated", "div": f"<div>ph: {phone}, 14 Station Road, Lyon 69001; {other}</div>"}
    consent = {
        "resourceType": "Consent",
        "id": "c",
        "scope": {"text": "Direct referral only"},
        "provision": {"actor": [{"reference": {"display": phone}}]},
    }
    service = a_service(
        "ws", None, "Women's shelter", contained=[consent], text=narrative, name="Rose", comment="For women. " + said, extraDetails=said
    )
    service |= {
        "telecom": [
            {"system": "phone", "value": phone, **RESTRICTED},
            {"system": "phone", "value": "7345550142"},
            {"system": "url", "value": "https://rose.example"},
        ],
        "location": [{"reference": "Location/loc", "display": "Rose", **RESTRICTED}],
        "eligibility": [{"comment": said}],
        "availabilityExceptions": said,
        "notAvailable": [{"description": said}],
        "alias": [said],
        "identifier": [{"system": "http://phones.example", "value": phone}],
    }
    place = {
        "resourceType": "Location",
        "id": "loc",
        "name": "Rose",
        "text": narrative,
        "description": said,
        "position": {"latitude": 45.76},
    }
    place |= {
        "telecom": [{"system": "phone", "value": other}],
        "address": ADDRESS,
        "managingOrganization": {"reference": "Organization/o1"},
    }
    neighbour = an_organization(
        address=[{"country": "FR"}], alias=[f"Rose's friends, {phone}"], telecom=[{"system": "phone", "value": "0472001122"}]
    )
    return [service, place, neighbour]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


def leaks(reads: list[Read], findings: list[Finding], digits: tuple[str, ...], words: tuple[str, ...]) -> list[str]:
    """The strings of records, keys and findings that hold a number (in whatever spelling) or a word."""
    told = [text for one in reads for text in (*strings(dict(one.record.fields)), one.record.id, *strings(one.keys))]
    told += [text for one in findings for text in (one.text, one.value, one.todo, str(one.place))]
    return [
        text
        for text in told
        if any(number in "".join(c for c in text if c.isdecimal()) for number in digits) or any(word in text.casefold() for word in words)
    ]


def test_nothing_of_a_restricted_place_survives_anywhere(tmp_path: Path):
    reads, findings = read(written(tmp_path, *a_shelter()))
    assert leaks(reads, findings, ("5550142", "72001122", "69001"), ("station", "lyon", "fr-ara", "fr-69")) == []
    shelter = next(one.record for one in reads if one.record.fields.get("name") == "Rose")
    assert shelter.fields["confidential_location"] is True
    assert shelter.fields["visibility"] == "partner"
    assert shelter.fields["territory"] == ["FR"]
    assert [point["value"] for point in shelter.fields["contacts"]] == ["https://rose.example"]
    (mandate,) = (one.record for one in reads if one.record.kind == "mandate")
    assert (mandate.fields["function"], mandate.fields["serves"]) == ("safe-accommodation", {"fact": "gender", "in": ["female"]})
    assert not [finding for finding in findings if finding.severity == "error"]
    told = [finding.place.column for finding in findings if finding.rule == "confidential"]
    assert {"telecom[0]", "telecom[1]", "comment", "address"} <= set(told)


def test_the_leak_test_would_see_a_leak(tmp_path: Path):
    """Without its restrictions the same bundle says what it says."""
    loose = json.loads(json.dumps(a_shelter()).replace("usage-restriction", "something-else"))
    loose[0]["type"] = [{"text": "Legal advice"}]
    loose[0]["providedBy"] = {"reference": "Organization/o1"}
    reads, findings = read(written(tmp_path, *loose))
    assert leaks(reads, findings, ("5550142", "72001122"), ())


@pytest.mark.parametrize(("code", "level"), [("R", "partner"), ("V", "hidden")])
def test_a_security_label_closes_the_whole_resource(tmp_path: Path, code: str, level: str):
    labelled = an_organization(meta={"security": [{"code": code}]}, telecom=[{"system": "phone", "value": "04 72 00 11 22"}])
    reads, findings = read(written(tmp_path, labelled))
    body = reads[1].record
    assert (body.fields["visibility"], body.fields["confidential_location"], "city" in body.fields) == (level, True, False)
    assert leaks(reads, findings, ("72001122",), ("lyon", "fr-ara")) == []


def test_the_place_of_people_who_are_housed_is_not_their_providers(tmp_path: Path):
    place = {
        "resourceType": "Location",
        "id": "loc",
        "name": "x",
        "address": {**ADDRESS, "city": "Bron"},
        "telecom": [{"system": "phone", "value": "0472001122"}],
    }
    house = a_service("h", what="Safe house", location=[{"reference": "Location/loc"}])
    reads, _ = read(written(tmp_path, an_organization(address=[{"country": "FR"}]), house, place))
    body = next(one.record for one in reads if one.record.kind == "stakeholder")
    assert "city" not in body.fields and "contacts" not in body.fields


def test_organisations_services_and_affiliations_become_bodies_mandates_and_links(tmp_path: Path):
    first = an_organization(
        identifier=[{"system": "http://register.example", "value": "77"}],
        alias=["The House", "Old House"],
        _alias=[None, {"extension": [{"url": "x/org-alias-type", "valueCodeableConcept": {"coding": [{"code": "historical"}]}}]}],
        telecom=[{"system": "phone", "value": "04 72 00 11 22"}, {"system": "email", "value": "info@house.example", "use": "old"}],
        meta={"lastUpdated": "2024-05-06T00:00:00Z"},
    )
    second = an_organization("o2", partOf={"reference": "Organization/o1"}, type=[{"text": "Hospital"}])
    times = [{"daysOfWeek": ["mon", "tue", "wed"], "availableStartTime": "09:00:00", "availableEndTime": "17:00:00"}]
    service = a_service(comment="Free", appointmentRequired=True, availableTime=times, meta={"lastUpdated": "2024-05-06T00:00:00Z"})
    tie = {
        "resourceType": "OrganizationAffiliation",
        "id": "a1",
        "organization": {"reference": "http://server.example/fhir/Organization/o1"},
        "participatingOrganization": {"reference": "Organization/o2"},
        "code": [{"coding": [{"code": "provider"}]}],
        "healthcareService": [{"reference": "HealthcareService/s1"}],
        "period": {"start": "2018-02-09", "end": "2022-02-01"},
    }
    reads, findings = read(written(tmp_path, first, second, service, tie))
    assert not [finding for finding in findings if finding.severity == "error"], findings
    records = {one.record.key: one.record for one in reads}
    body = records["stakeholder", "fr-house-o1"].fields
    assert (body["kind"], body["territory"], body["city"]) == ("ngo", ["FR-ARA"], "Lyon")
    assert body["note"] == "Also called The House. Formerly called Old House."
    assert [(point["value"], point.get("current", True)) for point in body["contacts"]] == [
        ("04 72 00 11 22", True),
        ("info@house.example", False),
    ]
    assert records["stakeholder", "fr-house-o2"].fields["parent"] == "fr-house-o1"
    mandate = records["mandate", "fr-house-o1.legal-counselling"].fields
    assert (mandate["as_of"], mandate["note"]) == (2024, "Free. By appointment. Open Mon-Wed 09:00-17:00.")
    link = records["link", "fr-house-o1--fr-house-o2"].fields
    assert (link["basis"], link["evidence"], link["functions"]) == ("practice", "inferred", ["legal-counselling"])
    assert (link["valid_from"], link["valid_to"]) == ("2018-02-09", "2022-02-01")
    keys = next(one.keys for one in reads if one.record.id == "fr-house-o1")
    assert {("fhir:plannet", "Organization/o1"), ("http://register.example", "77"), ("name", "The House")} <= set(keys)
    assert {finding.rule for finding in findings} >= {"past", "ignored"}
    assert records["source", "fr-plannet"].fields["publisher"] == "plannet"


def as_file(records: list[Record]) -> dict[str, Any]:
    """Records as the directory's own file of bodies, for the check of its shape."""
    bodies = []
    for body in (record for record in records if record.kind == "stakeholder"):
        held = [{k: v for k, v in r.fields.items() if k != "holder"} for r in records if r.fields.get("holder") == body.id]
        links = [{k: v for k, v in r.fields.items() if k != "origin"} for r in records if r.fields.get("origin") == body.id]
        bodies.append({"id": body.id, **body.fields, "mandates": held, **({"refers_to": links} if links else {})})
    return {"stakeholders": bodies}


def test_records_have_the_shape_of_the_directory(tmp_path: Path):
    tie = {
        "resourceType": "OrganizationAffiliation",
        "id": "a1",
        "organization": {"reference": "Organization/o1"},
        "code": [{"text": "provider"}],
    }
    tie |= {"participatingOrganization": {"reference": "Organization/o2"}}
    all_of_it = [
        an_organization(),
        an_organization("o2"),
        a_service(),
        a_service("s2", meta={"lastUpdated": "2024-01-01"}),
        tie,
        *a_shelter()[:2],
    ]
    reads, _ = read(written(tmp_path, *all_of_it))
    records = [kept.record for one in reads if (kept := scrub(one)[0])]
    assert {record.kind for record in records} == {"source", "stakeholder", "mandate", "link"}
    assert list(shape_problems("stakeholders", as_file(records))) == []
    sources = {record.id: record.fields for record in records if record.kind == "source"}
    assert list(shape_problems("sources", {"sources": sources})) == []
    assert all(set(record.fields["sources"]) == set(sources) for record in records if record.kind != "source")
    assert len({record.key for record in records}) == len(records)
    assert "stakeholders" in schema.FILES


@pytest.mark.parametrize("form", ["bundle", "ndjson", "folder"])
def test_resources_bundles_ndjson_and_folders_give_the_same(tmp_path: Path, form: str):
    resources = [a_service(), an_organization()]
    if form == "bundle":
        path = written(tmp_path, *resources)
    elif form == "ndjson":
        path = tmp_path / "list.ndjson"
        path.write_text("\n".join(json.dumps(resource) for resource in resources) + "\n\n", encoding="utf-8")
    else:
        path = tmp_path / "list"
        path.mkdir()
        for resource in resources:
            (path / f"{resource['id']}.json").write_text(json.dumps(resource), encoding="utf-8")
    assert "FHIR" in str(fhir.recognise(path))
    reads, findings = read(path)
    assert [one.record.id for one in reads if one.record.kind != "source"] in (
        ["fr-house-o1.legal-counselling", "fr-house-o1"],
        ["fr-house-o1", "fr-house-o1.legal-counselling"],
    )
    assert not [finding for finding in findings if finding.severity == "error"]


def test_references_by_the_address_in_a_bundle_are_followed(tmp_path: Path):
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": an_organization()},
        {"fullUrl": "urn:uuid:2", "resource": a_service(provider="urn:uuid:1")},
    ]
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"entry": entries, "resourceType": "Bundle"}), encoding="utf-8")
    reads, _ = read(path)
    assert "fr-house-o1.legal-counselling" in [one.record.id for one in reads]


def test_an_organisation_without_a_type_is_of_unknown_kind_and_a_note_says_so(tmp_path: Path):
    reads, findings = read(written(tmp_path, an_organization(type=[])))
    assert [one.record.fields["kind"] for one in reads if one.record.kind == "stakeholder"] == ["unknown"]
    assert ("missing", "note", "type") in [(finding.rule, finding.severity, finding.place.column) for finding in findings]


@pytest.mark.parametrize(
    ("resource", "rule", "column"),
    [
        (an_organization(type=[{"text": "Something odd"}]), "unknown-word", "type"),
        (an_organization(name=""), "missing", "name"),
        (an_organization(address=[]), "missing", "address.country"),
        (an_organization(address=[{"country": "Atlantis"}]), "unknown-word", "address.country"),
        (an_organization(active="maybe"), "wrong-value", "active"),
        (an_organization(telecom=[{"system": "carrier-pigeon", "value": "1"}]), "unknown-word", "telecom[0]"),
        (an_organization(modifierExtension=[{"url": "x"}]), "wrong-value", "modifierExtension"),
        (a_service(), "no-parent", "providedBy"),
        (a_service(provider=None), "missing", "providedBy"),
        ({"resourceType": "Patient", "id": "p", "birthDate": "2001-03-12"}, "victim", "resourceType"),
        ({"resourceType": "Practitioner", "id": "p"}, "missing", ""),
        ({"resourceType": "OrganizationAffiliation", "id": "a", "code": [{"text": "odd"}]}, "unknown-word", "code"),
    ],
)
def test_what_cannot_be_read_refuses_the_file_with_its_place(tmp_path: Path, resource: dict[str, Any], rule: str, column: str):
    _, findings = read(written(tmp_path, resource))
    told = [(finding.rule, finding.place.column) for finding in findings if finding.severity == "error"]
    assert (rule, column) in told
    assert all(finding.place.file == "list.json" for finding in findings)
    assert "2001-03-12" not in repr(findings)


def test_a_service_whose_words_are_unknown_is_an_error_and_one_unknown_word_among_known_a_warning(tmp_path: Path):
    _, findings = read(written(tmp_path, an_organization(), a_service(what="Rocket science")))
    assert ("unknown-word", "error") in [(finding.rule, finding.severity) for finding in findings]
    _, findings = read(written(tmp_path, an_organization(), a_service(specialty=[{"text": "Rocket science"}])))
    (unknown,) = [finding for finding in findings if finding.rule == "unknown-word"]
    assert (unknown.severity, unknown.value, unknown.place.column) == ("warning", "rocket science", "specialty[0]")


def test_what_has_ended_is_loaded_as_ended(tmp_path: Path):
    closed = an_organization(active=False, meta={"lastUpdated": "2023-04-05T00:00:00Z"})
    reads, findings = read(written(tmp_path, closed, a_service(active=False)), published="2024-01-02")
    ends = {one.record.kind: one.record.fields.get("valid_to") for one in reads}
    assert (ends["stakeholder"], ends["mandate"]) == ("2023-04-05", "2024-01-02")
    assert [finding.rule for finding in findings].count("past") == 2


def test_people_are_left_out_and_said_so(tmp_path: Path):
    contact = {"name": {"text": "Abigail Adams"}, "telecom": [{"system": "phone", "value": "202-444-5555"}]}
    home = {"system": "phone", "value": "06 12 34 56 78", "use": "home"}
    reads, findings = read(
        written(tmp_path, an_organization(contact=[contact], telecom=[home]), {"resourceType": "Practitioner", "id": "p"})
    )
    assert leaks(reads, findings, ("4445555", "12345678"), ("abigail", "adams")) == []
    assert [finding.rule for finding in findings].count("confidential") == 3


def test_who_pays_is_left_out_on_purpose(tmp_path: Path):
    reads, findings = read(written(tmp_path, an_organization(), an_organization("o2", type=[{"coding": [{"code": "ins"}]}])))
    assert [one.record.id for one in reads if one.record.kind == "stakeholder"] == ["fr-house-o1"]
    assert [finding.place.sheet for finding in findings if finding.rule == "ignored" and finding.place.column == "type"] == [
        "Organization/o2"
    ]


def test_every_element_is_used_left_out_on_purpose_or_told(tmp_path: Path):
    _, findings = read(written(tmp_path, an_organization(colour="red", endpoint=[]), an_organization("o2", colour="blue", endpoint=[])))
    assert sorted((finding.rule, finding.place.column) for finding in findings if finding.place.column in ("colour", "endpoint")) == [
        ("ignored", "endpoint"),
        ("unknown-column", "colour"),
    ]


def test_two_bodies_of_one_name_stay_two_and_one_id_twice_is_told(tmp_path: Path):
    reads, findings = read(written(tmp_path, an_organization("a", name="House"), an_organization("b", name="House")))
    assert [one.record.id for one in reads if one.record.kind == "stakeholder"] == ["fr-house", "fr-house-b"]
    _, findings = read(written(tmp_path, an_organization(), an_organization()))
    assert [finding.place.row for finding in findings if finding.rule == "duplicate"] == [2]


def test_one_page_of_several_is_told(tmp_path: Path):
    _, findings = read(written(tmp_path, an_organization(), link=[{"relation": "next", "url": "http://x"}]))
    assert ("missing", "link") in [(finding.rule, finding.place.column) for finding in findings]


def test_a_contained_organisation_is_one_of_its_own(tmp_path: Path):
    inner = an_organization("inner", name="Inner House")
    reads, findings = read(written(tmp_path, a_service(provider="#inner", contained=[inner])))
    assert {one.record.id for one in reads} == {"fr-plannet", "fr-inner-house", "fr-inner-house.legal-counselling"}
    assert not [finding for finding in findings if finding.severity == "error"]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(inner, (*path, key))


@pytest.mark.parametrize(
    "odd",
    [
        None,
        5,
        True,
        "x",
        "",
        [],
        {},
        [1],
        ["x"],
        [None],
        [[]],
        [{}],
        {"coding": 5},
        {"reference": 5},
        {"extension": [7]},
        {"period": {"end": 5}},
    ],
)
def test_no_value_of_another_shape_breaks_the_reading(tmp_path: Path, odd: Any):
    period = {"start": "2018", "end": "2022"}
    tie = {"resourceType": "OrganizationAffiliation", "id": "a", "code": [{"coding": [{"code": "provider"}]}], "period": period}
    tie |= {"organization": {"reference": "Organization/o1"}, "participatingOrganization": {"reference": "Organization/o1"}}
    times = [{"daysOfWeek": ["mon"], "availableStartTime": "09:00:00", "availableEndTime": "10:00:00"}]
    more = {"alias": ["b"], "_alias": [{"extension": [{"url": "x/org-alias-type", "valueCodeableConcept": {"text": "historical"}}]}]}
    whole = [
        an_organization(identifier=[{"system": "s", "value": "v"}], meta={"security": [{"code": "N"}]}, **more),
        a_service(availableTime=times),
        *a_shelter()[:2],
        tie,
    ]
    path = tmp_path / "list.ndjson"
    for number, resource in enumerate(whole):
        for place in places_in(resource):
            changed = json.loads(json.dumps(whole))
            inner = changed[number]
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = odd
            path.write_text("\n".join(map(json.dumps, changed)), encoding="utf-8")
            reads, findings = read(path)
            assert all(finding.rule in RULES for finding in findings)
            assert all(isinstance(one.record.fields.get("name", ""), str) for one in reads)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("x.json", b'{"resourceType": "Organization", "name": "a', "unreadable"),
        ("x.json", b'{"resourceType": "Organization", "name": "\xff\xfe"}', "unreadable"),
        ("x.json", b'{"resourceType": "Bundle", "entry": [{"resource": {"name": "x"}}, {}]}', "unreadable"),
        ("x.json", b'{"resourceType": "Organization", "a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "hostile"),
        ("x.json", b'{"resourceType": "Bundle", "entry": [' + b"[" * 200_000 + b"]" * 200_000 + b"]}", "hostile"),
        ("x.ndjson", b'{"resourceType": "Organization", "a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "hostile"),
        ("x.ndjson", b'{"resourceType": "Organization"}\nnonsense\n', "unreadable"),
        ("x.ndjson", b'{"resourceType": "Organization", "name": "' + b"a" * (17 * 2**20) + b'"}', "hostile"),
        ("x.json", b'{"resourceType": "Organization", "name": "' + b"a" * (17 * 2**20) + b'"}', "hostile"),
    ],
    ids=["cut", "latin-1", "no-type", "deep", "deep-bundle", "deep-line", "one-line", "long-line", "long-text"],
)
def test_broken_and_hostile_files_are_refused_with_a_reason(tmp_path: Path, name: str, content: bytes, rule: str):
    path = tmp_path / name
    path.write_bytes(content)
    _, findings = read(path)
    assert rule in {finding.rule for finding in findings if finding.severity == "error"}
    assert {finding.rule for finding in findings} <= set(RULES)


def test_other_files_are_not_taken_for_fhir(tmp_path: Path):
    (tmp_path / "a.json").write_text('[{"resourceType": "Organization"}]', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "c.csv").write_text('{"resourceType": "Organization"}', encoding="utf-8")
    assert [fhir.recognise(path) for path in (tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.csv", tmp_path)] == [None] * 4


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else [], ids=lambda path: path.name)
def test_every_sample_is_read_or_refused_with_its_place(path: Path):
    assert fhir.recognise(path)
    reads, findings = read(path, country="US")
    errors = [finding for finding in findings if finding.severity == "error"]
    assert bool(errors) != bool(reads)
    assert all(finding.place.file == path.name and finding.place.sheet for finding in errors)
    read_ones = {"Organization-foundingfathers.json", "Organization-mtvernon.json"}
    assert bool(reads) == (path.name in read_ones)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_no_person_of_the_samples_is_in_a_record():
    reads, findings = read(SAMPLES, country="US")
    assert leaks(reads, findings, ("4445555",), ("abigail", "washington@", "geroge")) == []
    names = {one.record.fields["name"] for one in reads if one.record.kind == "stakeholder"}
    assert names == {"Founding Fathers Memorial Hospital", "Mount Vernon Health System"}
    assert "330 C Street" not in canonical_json([dict(one.record.fields) for one in reads])
