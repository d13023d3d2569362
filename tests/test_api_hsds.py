"""The HSDS API: the standard's pages, calls and filters; official schemas; the same visibility as every other read."""

from __future__ import annotations

import json
import uuid
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api import Settings, create_app
from api.hsds_catalogues import Catalogues
from importers.out import hsds, profile
from pathways.stores import EDIT, open_store

SCHEMAS = Path(__file__).parent.parent / "importers" / "data" / "hsds-3.0"
ROOT = "/api/v1/hsds"
LISTS = ("services", "organizations", "taxonomies", "taxonomy_terms", "service_at_locations")
SCHEMA = {"services": "service", "organizations": "organization", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}


@pytest.fixture
def ask(client):
    """Asks the API and gives the JSON of the answer."""

    def get(path: str, **query: Any) -> Any:
        answer = client.get(ROOT + path, query_string=query)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    return get


@cache
def _registry() -> Any:
    named = [(f"https://hsds.example.org/{path.name}", json.loads(path.read_text())) for path in SCHEMAS.glob("*.json")]
    ours = [
        (f"https://hsds.example.org/{name}", schema)
        for name, schema in profile.schemas().items()
        if name not in ("service.json", "organization.json")
    ]
    return jsonschema_rs.Registry([*named, *ours])


def problems(name: str, values: list[Any]) -> list[str]:
    """What the official schema of a thing says against some of them; formats are checked too."""
    schema = {"type": "array", "items": {"$ref": f"{name}.json"}}
    made = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=_registry(), base_uri="https://hsds.example.org/")
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in made.iter_errors(values)]


def everything(ask: Any, kind: str, **query: Any) -> list[Any]:
    """All of a list, page by page."""
    found, number = [], 1
    while True:
        page = ask(f"/{kind}", page=number, per_page=200, **query)
        found += page["contents"]
        if page["last_page"]:
            assert len(found) == page["total_items"]
            return found
        number += 1


def test_the_base_says_version_profile_and_document_and_both_can_be_read(client, ask):
    base = ask("/")
    assert base == ask("") and base["version"] == "3.0"
    assert base["openapi_url"] == "http://localhost/api/v1/openapi.json"
    schemas = client.get(base["profile"]).get_json()["schemas"]
    assert set(schemas) == set(profile.schemas())
    for name, address in schemas.items():
        assert client.get(address).get_json() == profile.schemas()[name]
    assert client.get(f"{ROOT}/profile/nothing.json").status_code == 404


@pytest.mark.parametrize("full", ["true", "false"])
@pytest.mark.parametrize("kind", list(SCHEMA))
def test_everything_in_every_list_validates_against_the_official_schema(ask, kind, full):
    listed = everything(ask, kind, **({"full": full} if kind in ("services", "organizations") else {}))
    assert len(listed) == {"services": 1437, "organizations": 543, "taxonomies": 1, "taxonomy_terms": 64}[kind]
    assert problems(SCHEMA[kind], listed) == []
    assert len({item["id"] for item in listed}) == len(listed)


def test_the_official_schema_can_refuse_an_answer(ask):
    service = ask("/services", per_page=1)["contents"][0]
    for wrong in ({"id": "x"}, {"status": "open"}, {"name": None}, {"organization": {"id": "x"}}, {"last_modified": "yesterday"}):
        assert problems("service", [{**service, **wrong}]), wrong


def test_every_body_is_an_organization_and_every_mandate_a_service_with_its_page(ask, directory):
    bodies = [body for part in directory.everywhere for body in part.stakeholders.values()]
    assert {hsds.identifier("organization", body.id) for body in bodies} == {one["id"] for one in everything(ask, "organizations")}
    mandates = [mandate for body in bodies for mandate in body.mandates]
    assert {hsds.identifier("service", mandate.id) for mandate in mandates} == {
        one["id"] for one in everything(ask, "services", full="true")
    }
    for kind, schema in SCHEMA.items():
        for item in ask(f"/{kind}", per_page=5)["contents"]:
            one = ask(f"/{kind}/{item['id']}")
            assert problems(schema, [one]) == [] and one["id"] == item["id"]


def test_a_service_says_whose_it_is_and_what_the_profile_adds(ask, directory):
    mandate = next(m for part in directory.parts.values() for b in part.stakeholders.values() for m in b.mandates if m.legal_basis)
    one = ask(f"/services/{hsds.identifier('service', mandate.id)}")
    assert one["organization"]["id"] == hsds.identifier("organization", mandate.holder)
    assert one["mandates"][0]["legal_basis"] == mandate.legal_basis
    assert one["attributes"][0]["taxonomy_term"]["code"] == mandate.function
    assert {source["record_id"] for source in one["organization"]["sources"]} >= set(mandate.sources)


def test_pages_add_up_and_one_behind_the_last_is_empty(ask):
    first = ask("/organizations", per_page=100)
    assert (first["total_items"], first["total_pages"], first["size"], first["first_page"], first["last_page"]) == (
        543,
        6,
        100,
        True,
        False,
    )
    last = ask("/organizations", per_page=100, page=6)
    assert (last["size"], last["first_page"], last["last_page"], last["empty"]) == (43, False, True, False)
    behind = ask("/organizations", per_page=100, page=7)
    assert (behind["size"], behind["last_page"], behind["empty"], behind["contents"]) == (0, True, True, [])
    nothing = ask("/services", search="zzzzzz")
    assert (nothing["total_items"], nothing["total_pages"], nothing["first_page"], nothing["last_page"], nothing["empty"]) == (
        0,
        0,
        True,
        True,
        True,
    )


def test_the_other_pages_are_linked_with_the_question_in_them(client):
    answer = client.get(f"{ROOT}/services", query_string={"search": "child", "per_page": 10, "page": 2})
    assert 'services?search=child&per_page=10&page=3>; rel="next"' in answer.headers["Link"]


def test_filters_are_cumulative(ask):
    term = hsds.identifier("function", "legal-representation")
    with_term = everything(ask, "services", taxonomy_term_id=term)
    assert with_term and all(one["name"].startswith("Legal representation") for one in with_term)
    organization = with_term[0]["organization"]["id"]
    both = everything(ask, "services", taxonomy_term_id=term, organization_id=organization)
    assert {one["id"] for one in both} == {one["id"] for one in with_term if one["organization"]["id"] == organization}
    assert everything(ask, "services", taxonomy_id=hsds.identifier("taxonomy", "referral-pathways"), taxonomy_term_id=term) == with_term
    for unknown in ({"taxonomy_id": "x"}, {"taxonomy_term_id": term, "organization_id": "x"}, {"organization_id": str(uuid.uuid4())}):
        assert ask("/services", **unknown)["empty"]


def test_a_search_takes_all_words_in_any_script_and_with_any_accent(ask):
    found = everything(ask, "organizations", search="differenza don")
    assert [one["name"] for one in found] and all("Differenza" in one["name"] for one in found)
    assert everything(ask, "organizations", search="διεθνής")
    assert everything(ask, "services", search="RECHTSBERATUNG xyz") == []


def test_terms_are_found_by_their_taxonomy_and_have_none_above(ask):
    taxonomy = ask("/taxonomies")["contents"][0]["id"]
    assert ask("/taxonomy_terms", taxonomy_id=taxonomy, top_only="true")["total_items"] == 64
    assert ask("/taxonomy_terms", taxonomy_id="x")["empty"] and ask("/taxonomy_terms", parent_id=taxonomy)["empty"]


def test_there_is_no_place_in_the_directory_and_so_no_service_at_one(ask, client):
    assert ask("/service_at_locations", postcode="1010", proximity="500")["empty"]
    assert client.get(f"{ROOT}/service_at_locations/{uuid.uuid4()}").status_code == 404


def test_minimal_gives_ids_and_times_of_all_on_one_page(ask):
    page = ask("/services", minimal="true")
    assert page["last_page"] and page["total_items"] == len(page["contents"]) == 1437
    assert all(set(item) == {"id", "last_modified"} for item in page["contents"])


def test_ndjson_gives_all_a_line_each(client, ask):
    answer = client.get(f"{ROOT}/services", query_string={"format": "ndjson", "search": "arsis"})
    assert answer.content_type == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == everything(ask, "services", search="arsis")
    posted = client.post(f"{ROOT}/services", json={"format": "ndjson", "search": "arsis"})
    assert (posted.text, posted.headers["Cache-Control"]) == (answer.text, "no-store")


def test_an_organization_has_its_services_in_short_or_whole(ask):
    found = ask("/organizations", search="arsis", full="true")["contents"][0]
    assert found["services"] and all("mandates" not in service for service in found["services"])
    whole = ask(f"/organizations/{found['id']}", full_service="true")
    assert [service["id"] for service in whole["services"]] == [service["id"] for service in found["services"]]
    assert all(service["mandates"] for service in whole["services"]) and problems("organization", [whole]) == []


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_asked_by_post_is_the_same_and_nobody_keeps_it(client, kind):
    asked = client.get(f"{ROOT}/{kind}", query_string={"per_page": 3, "page": 2, "search": "a"})
    posted = client.post(f"{ROOT}/{kind}", json={"per_page": 3, "page": 2, "search": "a"})
    assert posted.get_json() == asked.get_json()
    assert (posted.status_code, posted.headers["Cache-Control"], "ETag" in posted.headers) == (200, "no-store", False)


@pytest.mark.parametrize("kind", LISTS)
def test_what_is_not_known_is_refused_by_name(client, kind):
    for query in ({"colour": "red"}, {"page": "0"}, {"per_page": "1000"}, {"format": "xml"}, {"page": "1e3"}, {"as_of": "today"}):
        answer = client.get(f"{ROOT}/{kind}", query_string=query)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
        assert answer.get_json()["errors"][0]["parameter"] == next(iter(query))
        body = client.post(f"{ROOT}/{kind}", json=query)
        assert (body.status_code, body.get_json()["errors"][0]["pointer"]) == (422, f"/{next(iter(query))}")
    missing = client.get(f"{ROOT}/{kind}/{uuid.uuid4()}")
    assert (missing.status_code, missing.get_json()["code"]) == (404, "not-found")


def test_a_moment_that_is_none_is_refused(client):
    for moment in ("yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert client.get(f"{ROOT}/services", query_string={"modified_after": moment}).status_code == 422
    assert client.get(f"{ROOT}/services", query_string={"modified_after": "0001-01-01"}).get_json()["total_items"] == 1437


def test_an_answer_is_kept_by_its_tag_and_made_anew_for_another_question_or_day(client):
    first = client.get(f"{ROOT}/services")
    assert first.headers["Vary"] == "Authorization, Accept, Accept-Language" and first.headers["Cache-Control"] == "private, no-cache"
    assert client.get(f"{ROOT}/services", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    others = [
        client.get(f"{ROOT}/services", query_string=q).headers["ETag"] for q in ({"page": 2}, {"as_of": "2020-01-01"}, {"format": "ndjson"})
    ]
    assert len({first.headers["ETag"], *others}) == 4


def test_a_service_is_active_on_the_days_of_its_law(ask, directory):
    days = [date(2026, 11, 24), *(date(year, 1, 1) for year in range(2000, 2026))]
    dated = [m for p in directory.parts.values() for b in p.stakeholders.values() for m in b.mandates if m.valid_to and b.valid_to is None]
    told = set()
    for mandate in dated[:3]:
        for day in (next(day for day in days if not mandate.in_force(day)), next(day for day in reversed(days) if mandate.in_force(day))):
            status = ask(f"/services/{hsds.identifier('service', mandate.id)}", as_of=day.isoformat())["status"]
            assert status == ("active" if mandate.in_force(day) else "inactive")
            told.add(status)
    assert told == {"active", "inactive"}


@pytest.fixture
def changed(tmp_path, filled):
    """The application on a store in which one body was changed and another closed."""
    path = tmp_path / "changed.sqlite"
    path.write_bytes(filled.read_bytes())
    store = open_store(f"sqlite:///{path}")
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"name": "Renamed"}), layer=EDIT, source="", author="a tester")
    store.commit(
        store.amend(EDIT, "stakeholder", "gr-a21", {"visibility": "hidden", "name": "SECRET-NAME"}),
        layer=EDIT,
        source="",
        author="a tester",
    )
    yield create_app(Settings(store=f"sqlite:///{path}"), store).test_client()
    store.close()


def test_what_was_changed_says_when_and_only_that_is_found_by_it(changed):
    history = changed.get("/api/v1/revisions").get_json()["items"]
    renamed = next(item for item in history if item["number"] == 2)["at"][:19] + "Z"
    own = hsds.identifier("organization", "gr-ekka")
    services = changed.get(f"{ROOT}/services", query_string={"organization_id": own}).get_json()["contents"]
    assert services and all(service["last_modified"] == renamed for service in services)
    after = changed.get(f"{ROOT}/services", query_string={"modified_after": renamed, "per_page": 200}).get_json()
    if history[-1]["at"][:19] + "Z" < renamed:
        assert {one["organization"]["id"] for one in after["contents"]} == {own}
    assert changed.get(f"{ROOT}/services", query_string={"modified_after": "2100-01-01"}).get_json()["empty"]


def test_what_is_closed_is_in_no_answer_and_not_in_an_older_revision_either(changed):
    hidden = hsds.identifier("organization", "gr-a21")
    for revision in ("1", "3"):
        text = changed.get(f"{ROOT}/services", query_string={"format": "ndjson", "full": "true", "revision": revision}).text
        text += changed.get(f"{ROOT}/organizations", query_string={"format": "ndjson", "full": "true", "revision": revision}).text
        assert hidden not in text and "SECRET-NAME" not in text and '"gr-a21"' not in text
        assert changed.get(f"{ROOT}/organizations/{hidden}", query_string={"revision": revision}).status_code == 404
        assert changed.get(f"{ROOT}/services", query_string={"organization_id": hidden, "revision": revision}).get_json()["empty"]
    assert changed.get(f"{ROOT}/services", query_string={"revision": "9"}).get_json()["code"] == "revision-not-found"
    assert changed.post(f"{ROOT}/services", json={"revision": 9}).get_json()["code"] == "revision-not-found"


def test_a_catalogue_is_made_once_for_a_revision_and_a_viewer(bundled_store, directory):
    from pathways.visibility import ANONYMOUS, PARTNER

    catalogues, day = Catalogues(bundled_store), date(2026, 11, 24)
    made = catalogues.of(directory, ANONYMOUS, day)
    assert catalogues.of(directory, ANONYMOUS, day) is made
    assert catalogues.of(directory, PARTNER, day) is not made
    for number in range(1, 10):
        catalogues.of(directory, ANONYMOUS, date(2020, 1, number))
    assert catalogues.of(directory, ANONYMOUS, day) is not made
