"""Open Referral in: what each field of HSDS becomes, and what is told of what cannot be used."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hsds_lists import ORGANIZATION, errors, only, read, saved, service, told

from importers import taxonomy
from importers.formats import hsds3, oruk
from importers.reading import Options, Read
from pathways.format.shape import shape_problems


def test_a_service_becomes_a_body_with_a_mandate_and_its_source(tmp_path: Path) -> None:
    reads, findings = read(saved(tmp_path, service()))
    assert errors(findings) == []
    assert [one.record.kind for one in reads] == ["source", "stakeholder", "mandate"]
    body, mandate = only(reads, "stakeholder"), only(reads, "mandate")
    assert body["name"] == "Helping Hand" and body["name_local"] == "Main Tendue" and body["kind"] == "ngo"
    assert body["territory"] == ["GB-MAN"] and body["city"] == "Manchester"
    assert mandate["function"] == "crisis-accommodation" and mandate["as_of"] == "2025-03-15"
    assert mandate["evidence"] == "inferred", "the function was read from the name, not from a term"
    assert mandate["sources"] == body["sources"] == [reads[0].record.id]
    assert ("GB-CHC", "123") in reads[1].keys and ("test-list:organization", "o1") in reads[1].keys


def test_records_have_the_shape_of_the_native_format(tmp_path: Path) -> None:
    everything = service(
        minimum_age=18,
        phones=[{"id": "p1", "number": "+44 161 000 0000", "type": "voice", "description": "day and night"}],
        schedules=[{"id": "h1", "byday": "MO,TU", "opens_at": "10:00:00", "closes_at": "18:00:00"}],
        languages=[{"id": "g1", "code": "ar"}],
        required_documents=[{"id": "d1", "document": "any identity document"}],
    )
    reads, _ = read(saved(tmp_path, everything))
    body, mandate = only(reads, "stakeholder"), only(reads, "mandate")
    file = {"stakeholders": [{**body, "mandates": [{k: v for k, v in mandate.items() if k != "holder"}]}]}
    assert list(shape_problems("stakeholders", file)) == []
    source = reads[0].record
    assert list(shape_problems("sources", {"sources": {source.id: dict(source.fields)}})) == []


def test_no_street_no_point_and_no_name_of_a_person_is_kept(tmp_path: Path) -> None:
    contact = {"id": "c1", "name": "Ann Persona", "title": "Reception Manager", "email": "desk@example.org"}
    reads, findings = read(saved(tmp_path, service(contacts=[contact])))
    kept = json.dumps([dict(one.record.fields) for one in reads])
    assert "Hidden Street" not in kept and "M1 1AA" not in kept and "53.4" not in kept and "Persona" not in kept
    assert "desk@example.org" in kept and "Reception Manager" in kept
    for column in ("address.address_1", "address.postal_code", "location.latitude", "contact.name"):
        assert len(told(findings, "ignored", column)) == 1


def test_an_ignored_field_is_said_once_a_file_and_an_unknown_one_is_a_warning(tmp_path: Path) -> None:
    two = [service(licenses="a", moon="full"), service(id="s2", licenses="b", moon="new")]
    _, findings = read(saved(tmp_path, two))
    assert len(told(findings, "ignored", "service.licenses")) == 1
    (unknown,) = told(findings, "unknown-column", "service.moon")
    assert unknown.severity == "warning"


def test_a_term_that_no_table_knows_gives_no_mandate(tmp_path: Path) -> None:
    term = {"id": "t1", "code": "x-1", "name": "Moon walking", "taxonomy": "Open Eligibility"}
    reads, findings = read(saved(tmp_path, service(name="Moonlight", attributes=[{"id": "at1", "taxonomy_term": term}])))
    assert [one.record.kind for one in reads] == ["source", "stakeholder"]
    assert [finding.value for finding in findings if finding.rule == "unknown-word"] == ["Moon walking", "Moonlight"]
    assert all(finding.severity == "warning" for finding in findings if finding.rule == "unknown-word")


def test_a_term_of_a_known_taxonomy_gives_the_function_as_stated(tmp_path: Path) -> None:
    terms = [("111-04", "Representation"), ("111-05", "Translation & Interpretation")]
    attributes = [
        {"id": f"at{code}", "taxonomy_term": {"id": code, "code": code, "name": name, "taxonomy": "Open Eligibility"}}
        for code, name in terms
    ]
    reads, _ = read(saved(tmp_path, service(attributes=attributes)))
    mandates = [one.record.fields for one in reads if one.record.kind == "mandate"]
    assert [mandate["function"] for mandate in mandates] == ["legal-representation", "interpretation"]
    assert all("evidence" not in mandate for mandate in mandates)


@pytest.mark.parametrize("word", ["Community Counselling", "Support", "Protection for all"])
def test_a_name_that_could_be_two_functions_names_none(word: str) -> None:
    assert taxonomy.of_words(word) is None


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_what_does_not_work_is_loaded_as_ended(tmp_path: Path, status: str) -> None:
    reads, findings = read(saved(tmp_path, service(status=status)))
    assert only(reads, "mandate")["valid_to"] == "2025-03-15"
    assert len([finding for finding in findings if finding.rule == "past"]) == 1


def test_a_status_that_is_missing_or_unknown_is_unclear_and_not_active(tmp_path: Path) -> None:
    for status, rule in ((None, "missing"), ("dormant", "unknown-word")):
        reads, findings = read(saved(tmp_path, service(status=status)))
        mandate = only(reads, "mandate")
        assert mandate["operational"] == "unclear" and "valid_to" not in mandate
        assert len(told(findings, rule, "status")) == 1


def test_ages_become_limits_and_words_stay_words(tmp_path: Path) -> None:
    said = service(minimum_age=16, maximum_age=25, eligibility_description="Care leavers")
    mandate = only(read(saved(tmp_path, said))[0], "mandate")
    assert mandate["serves"] == {"all": [{"fact": "age_years", "at_least": 16}, {"fact": "age_years", "at_most": 25}]}
    assert "For: Care leavers" in mandate["note"]
    mandate = only(read(saved(tmp_path, service(eligibility_description="Women only")))[0], "mandate")
    assert "serves" not in mandate, "words limit nobody"


def test_an_age_that_is_none_is_told_and_limits_nobody(tmp_path: Path) -> None:
    reads, findings = read(saved(tmp_path, service(minimum_age="sixteen", maximum_age=-1)))
    assert "serves" not in only(reads, "mandate")
    assert len(told(findings, "wrong-value", "minimum_age")) == 1 and len(told(findings, "wrong-value", "maximum_age")) == 1


def test_hours_that_have_ended_are_left_out(tmp_path: Path) -> None:
    schedules = [
        {"id": "h1", "byday": "MO,TU", "opens_at": "10:00:00", "closes_at": "18:00:00"},
        {"id": "h2", "byday": "SU", "opens_at": "01:00", "valid_to": "2005-01-01"},
    ]
    reads, findings = read(saved(tmp_path, service(schedules=schedules)))
    assert [point["value"] for point in only(reads, "stakeholder")["contacts"] if point["type"] == "hours"] == ["Mon,Tue 10:00-18:00"]
    assert [finding.value for finding in findings if finding.rule == "past"] == ["2005-01-01"]


def test_a_fax_is_no_telephone_and_a_number_keeps_its_extension(tmp_path: Path) -> None:
    phones = [{"id": "p1", "number": "0161 1", "type": "fax"}, {"id": "p2", "number": '"+44 161 234"', "extension": 7}]
    reads, _ = read(saved(tmp_path, service(phones=phones)))
    assert [point["value"] for point in only(reads, "stakeholder")["contacts"] if point["type"] == "phone"] == ["+44 161 234 ext. 7"]


def test_languages_are_codes_and_other_words_are_told(tmp_path: Path) -> None:
    languages = [{"id": "1", "code": "eng"}, {"id": "2", "name": "Haitian Creole"}, {"id": "3", "name": "ask us"}]
    reads, findings = read(saved(tmp_path, service(languages=languages)))
    assert only(reads, "stakeholder")["languages"] == ["en", "ht"]
    assert [finding.value for finding in told(findings, "unknown-word", "name")] == ["ask us"]


def test_a_service_area_is_a_territory_or_makes_the_cover_partial(tmp_path: Path) -> None:
    known = only(read(saved(tmp_path, service(service_areas=[{"id": "1", "name": "Scotland"}])))[0], "mandate")
    assert known["territory"] == ["GB-SCT"] and "partial" not in known
    reads, findings = read(saved(tmp_path, service(service_areas=[{"id": "1", "name": "The valley"}])))
    mandate = only(reads, "mandate")
    assert mandate["partial"] is True and "The valley" in mandate["note"]
    assert [finding.value for finding in findings if finding.rule == "unknown-word"] == ["The valley"]


def test_the_kind_of_a_body_is_never_guessed_in_silence(tmp_path: Path) -> None:
    unknown = {**ORGANIZATION, "legal_status": "Limited Company"}
    reads, findings = read(saved(tmp_path, service(organization=unknown)))
    assert [finding.severity for finding in told(findings, "missing", "legal_status")] == ["note"]
    assert only(reads, "stakeholder")["kind"] == "unknown"


def test_without_a_country_the_file_is_refused_unless_whoever_imports_names_one(tmp_path: Path) -> None:
    path = saved(tmp_path, service(service_at_locations=[]))
    (refused,) = errors(read(path)[1])
    assert refused.rule == "missing" and "country" in refused.text
    reads, findings = read(path, country="GB")
    assert errors(findings) == [] and reads[1].record.part == "GB"


def test_a_body_of_a_shelter_keeps_no_city(tmp_path: Path) -> None:
    body = only(read(saved(tmp_path, service(name="Women's refuge")))[0], "stakeholder")
    assert body["confidential_location"] is True and "city" not in body and body["territory"] == ["GB-MAN"]


def test_ids_stay_the_same_and_two_bodies_of_one_name_stay_two(tmp_path: Path) -> None:
    path = saved(tmp_path, [service(), service(id="s2", organization={**ORGANIZATION, "id": "o2"})])
    first, again = (sorted(one.record.id for one in read(path)[0]) for _ in range(2))
    assert first == again
    assert len([name for name in first if name.startswith("gb-helping-hand-") and "." not in name]) == 2


def test_a_feed_that_lies_about_its_pages_is_read_whole_and_told(tmp_path: Path) -> None:
    page = {"total_items": 5, "total_pages": 1, "page_number": 1, "size": 1, "first_page": True, "last_page": True, "empty": True}
    both = [service(), service(id="s2", name="Food bank")]
    reads, findings = read(saved(tmp_path, {**page, "contents": both}))
    assert len([one for one in reads if one.record.kind == "mandate"]) == 2
    assert told(findings, "wrong-value", "size") and told(findings, "wrong-value", "empty") and told(findings, "missing", "total_items")


def test_pages_in_a_folder_or_in_a_list_are_one_feed(tmp_path: Path) -> None:
    pages = [
        {"total_items": 2, "total_pages": 2, "page_number": number, "size": 1, "last_page": number == 2, "contents": [made]}
        for number, made in ((1, service()), (2, service(id="s2", name="Food bank")))
    ]
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, page in enumerate(pages):
        saved(folder, page, f"{number}.json")
    for path in (folder, saved(tmp_path, pages), saved(tmp_path, "\n".join(map(json.dumps, pages)), "lines.json")):
        reads, findings = read(path)
        assert len([one for one in reads if one.record.kind == "mandate"]) == 2
        assert not [finding for finding in findings if finding.rule in ("missing", "wrong-value")]


def test_an_identifier_that_stands_twice_is_told_with_both_places(tmp_path: Path) -> None:
    _, findings = read(saved(tmp_path, {"contents": [service(), service(name="Other name")]}))
    (double,) = [finding for finding in findings if finding.rule == "duplicate"]
    assert "contents[0]" in double.text and double.place.column == "contents[1].name" and double.value == "Other name"


@pytest.mark.parametrize("text", ["", "{", '{"a": tru', "[1, 2]", '"x"', '{"id": 3}', "\x00", "[" * 5000], ids=range(8))
def test_what_is_no_document_of_open_referral_is_refused_and_never_raises(tmp_path: Path, text: str) -> None:
    assert errors(read(saved(tmp_path, text))[1])


def test_the_uk_profile_refuses_contact_points_that_are_none_and_a_missing_name(tmp_path: Path) -> None:
    broken = service(url="example/counselling", email="email-example_com", name=None)
    saved(tmp_path, {"version": "HSDS-UK-3.0"}, "api_details.json")
    path = saved(tmp_path, {"contents": [broken]})
    assert oruk.recognise(path) and "HSDS-UK" in str(oruk.recognise(path))
    found = errors(read(path, oruk)[1])
    assert {finding.place.column for finding in found} == {"contents[0].url", "contents[0].email", "contents[0].name"}
    assert {finding.value for finding in found} >= {"example/counselling", "email-example_com"}
    assert {finding.severity for finding in read(path)[1] if finding.rule == "wrong-value"} == {"warning"}


SAID = (
    "alternate_name description interpretation_services application_process fees_description wait_time fees eligibility_description alert "
    "keywords status"
)


@pytest.mark.parametrize("field", SAID.split())
def test_no_words_of_a_service_are_lost(tmp_path: Path, field: str) -> None:
    assert "UNHEARDOF" in everything(tmp_path, service(**{field: "UNHEARDOF"}))


@pytest.mark.parametrize(
    ("within", "item"),
    [
        ("phones", {"number": "+44 1", "description": "UNHEARDOF"}),
        ("phones", {"number": "+44 1", "languages": [{"id": "g", "code": "ur", "note": "UNHEARDOF"}]}),
        ("phones", {"number": "UNHEARDOF"}),
        ("contacts", {"title": "UNHEARDOF", "email": "a@example.org"}),
        ("contacts", {"department": "UNHEARDOF", "phones": [{"id": "p", "number": "+44 2"}]}),
        ("schedules", {"description": "UNHEARDOF"}),
        ("schedules", {"notes": "UNHEARDOF"}),
        ("schedules", {"byday": "MO", "bymonthday": "UNHEARDOF"}),
        ("service_areas", {"name": "UNHEARDOF"}),
        ("languages", {"name": "UNHEARDOF"}),
        ("languages", {"code": "ur", "note": "UNHEARDOF"}),
        ("required_documents", {"document": "UNHEARDOF"}),
        ("cost_options", {"option": "UNHEARDOF"}),
        ("cost_options", {"amount_description": "UNHEARDOF"}),
        ("attributes", {"taxonomy_term": {"id": "t", "name": "UNHEARDOF"}}),
        ("metadata", {"last_action_date": "UNHEARDOF"}),
        ("service_at_locations", {"contacts": [{"id": "c", "title": "UNHEARDOF", "email": "a@example.org"}]}),
        ("service_at_locations", {"phones": [{"id": "c", "number": "+44 3", "description": "UNHEARDOF"}]}),
        ("service_at_locations", {"schedules": [{"id": "c", "description": "UNHEARDOF"}]}),
        ("service_at_locations", {"location": {"id": "l", "url": "https://UNHEARDOF.org"}}),
        ("service_at_locations", {"location": {"id": "l", "accessibility": [{"id": "x", "details": "UNHEARDOF", "description": "ramp"}]}}),
        ("service_at_locations", {"location": {"id": "l", "addresses": [{"id": "x", "city": "UNHEARDOF", "country": "GB"}]}}),
        ("service_at_locations", {"location": {"id": "l", "addresses": [{"id": "x", "region": "UNHEARDOF", "country": "GB"}]}}),
        ("service_at_locations", {"location": {"id": "l", "addresses": [{"id": "x", "country": "UNHEARDOF"}]}}),
    ],
)
def test_nothing_that_belongs_to_a_service_is_lost_in_silence(tmp_path: Path, within: str, item: dict[str, Any]) -> None:
    assert "UNHEARDOF" in everything(tmp_path, service(**{within: [{"id": "x1", **item}]}))


def everything(tmp_path: Path, data: Any) -> str:
    """All that was made of a document, and all that was said of it."""
    found = list(hsds3.read(saved(tmp_path, data), Options("test-list", "GB")))
    return json.dumps([dict(one.record.fields) if isinstance(one, Read) else [one.text, one.value] for one in found])


def test_a_list_that_is_none_and_a_service_without_an_identifier_are_refused(tmp_path: Path) -> None:
    (refused,) = errors(read(saved(tmp_path, {"contents": {"id": "s1"}, "total_items": 1}))[1])
    assert refused.place.column == "contents"
    nameless = {**service(), "id": None}
    assert [finding.place.column for finding in errors(read(saved(tmp_path, {"contents": [nameless]}))[1])] == ["contents[0].id"]


def test_what_begins_later_says_when(tmp_path: Path) -> None:
    reads, _ = read(saved(tmp_path, service(schedules=[{"id": "h1", "byday": "MO", "valid_from": "2999-01-01"}])))
    assert [p["value"] for p in only(reads, "stakeholder")["contacts"] if p["type"] == "hours"] == ["Mon; from 2999-01-01"]


def test_a_feed_is_read_from_a_zip_of_its_pages(tmp_path: Path) -> None:
    packed = tmp_path / "feed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page1.json", json.dumps({"contents": [service()], "total_items": 2}))
        archive.writestr("page2.json", json.dumps({"contents": [service(id="s2", name="Food bank")], "total_items": 2}))
    assert hsds3.recognise(packed)
    reads, findings = read(packed)
    assert errors(findings) == [] and len([one for one in reads if one.record.kind == "mandate"]) == 2


def test_terms_and_dates_of_places_and_bodies_are_left_out_and_said(tmp_path: Path) -> None:
    _, findings = read(saved(tmp_path, service(organization={**ORGANIZATION, "attributes": [{"id": "a"}], "metadata": [{"id": "m"}]})))
    assert told(findings, "ignored", "organization.attributes") and told(findings, "ignored", "organization.metadata")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        page = {"contents": [service(id=f"s{n}", organization={**ORGANIZATION, "id": f"o{n}"}) for n in range(count)]}
        path = saved(tmp_path, page, f"{count}.json")
        del page
        tracemalloc.start()
        assert sum(isinstance(one, Read) for one in hsds3.read(path, Options("test-list", "GB"))) == 2 * count + 1
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(50)
    assert peak(600) < 1.3 * peak(150) + 500_000


def test_a_document_that_is_built_to_exhaust_is_refused(tmp_path: Path) -> None:
    deep: dict[str, Any] = {"id": "s", "name": "x", "status": "active"}
    text = json.dumps(deep)[:-1] + ', "organization": {"id": "o", "name": "y", "services": [' * 3000 + "]}" * 3000 + "}"
    endless = '{"id": "s1", "name": "' + "x" * (17 << 20) + '"}'
    wide = json.dumps(service(phones=[{"id": str(n), "number": "1"} for n in range(60_000)]))
    for hostile in (text, endless, wide):
        assert errors(read(saved(tmp_path, hostile))[1])[0].rule in ("hostile", "unreadable")


def test_a_mark_of_byte_order_does_no_harm(tmp_path: Path) -> None:
    assert errors(read(saved(tmp_path, "\ufeff" + json.dumps(service())))[1]) == []


def test_every_table_of_terms_can_be_used_and_a_shelter_for_victims_is_confidential() -> None:
    for name in ("open-eligibility", "airs", "words"):
        assert taxonomy._table(name).terms
    meaning = taxonomy.of_term("Open211 Miami - AIRS", "BH-1800.1500-308", "Human Trafficking Shelters")
    assert meaning == taxonomy.Meaning(("safe-accommodation",), specialised=True, confidential=True)
    assert taxonomy.of_term("Open211 Miami - AIRS", "YX-1500.9000", "Victims of Human Trafficking") == taxonomy.Meaning(group=True)
    assert taxonomy.of_term("another list", "BH-1800.1500-308", "Unheard of") is None, "a code is one of its own taxonomy only"
