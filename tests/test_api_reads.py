"""The reads of the directory: shapes, paging, caching, and that nothing that writes is served."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from api import Settings, create_app
from api.access.rules import RULES
from api.labels import lists
from pathways import vocabulary
from pathways.access import Right
from pathways.stores import EDIT
from pathways.vocabulary import words

V1 = "/api/v1"
READS = [
    "/stakeholders",
    "/stakeholders/gr-ekka",
    "/stakeholders/gr-ekka/links",
    "/mechanisms",
    "/mechanisms/GR",
    "/vocabularies",
    "/vocabularies/functions",
    "/revisions",
    "/revisions/1",
    "/revisions/1/diff?page_size=5",
    "/maps/GR",
    "/maps/transnational",
]


@pytest.mark.parametrize("path", READS)
def test_a_read_carries_an_etag_and_honours_it(client, path):
    first = client.get(V1 + path)
    assert (first.status_code, first.content_type) == (200, "application/json")
    assert first.headers["Vary"] == "Authorization, Accept, Accept-Language"
    again = client.get(V1 + path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(V1 + path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_etags_of_different_questions_differ(client):
    tags = [
        client.get(V1 + path).headers["ETag"]
        for path in (*READS, "/stakeholders?page=2", "/mechanisms/IT", "/mechanisms/GR?as_of=2020-01-01")
    ]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", [*READS, "/openapi.json", "/nothing"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_that_writes_is_served(client, path, method):
    assert getattr(client, method)(V1 + path).status_code in (404, 405)


def test_every_operation_that_needs_no_right_reads_or_computes(app):
    others = [
        rule for rule in app.url_map.iter_rules() if any(RULES.get(f"{method} {rule.endpoint}") is Right.READ for method in rule.methods)
    ]
    posts = {rule.rule for rule in others if RULES.get(f"POST {rule.endpoint}") is Right.READ and rule.rule.startswith(V1)}
    lists = {f"{V1}/hsds/{name}" for name in ("services", "organizations", "taxonomies", "taxonomy_terms", "service_at_locations")}
    assert posts == {f"{V1}/pathways", f"{V1}/pathways/batch", f"{V1}/screening", f"{V1}/stakeholders/search", f"{V1}/maps/pathway", *lists}
    assert all(rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"} for rule in others)


def test_the_list_of_bodies_has_items_totals_and_facets(client, directory):
    page = client.get(V1 + "/stakeholders?page_size=200").get_json()
    assert set(page) == {"items", "page", "page_size", "total", "facets", "withheld"}
    assert page["total"] == sum(len(part.stakeholders) for part in directory.parts.values())
    assert sum(page["facets"]["country"].values()) == page["total"]
    assert {"id", "name", "kind", "country", "territory", "part_of", "functions"} <= set(page["items"][0])


def test_the_links_of_a_list_lead_through_all_of_it(client):
    url, seen, total = V1 + "/stakeholders?country=GR&page_size=7", [], None
    while url:
        answer = client.get(url)
        page = answer.get_json()
        total = page["total"]
        seen += [item["id"] for item in page["items"]]
        links = dict(reversed(found) for found in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"]))
        assert all(parse_qs(urlsplit(link).query)["country"] == ["GR"] for link in links.values())
        url = links.get("next")
    assert len(seen) == len(set(seen)) == total


def test_a_page_behind_the_last_is_empty(client):
    answer = client.get(V1 + "/stakeholders?page=999")
    assert answer.get_json()["items"] == []
    assert 'rel="next"' not in answer.headers["Link"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"), ("page_size=201", "page_size"), ("country=XX", "country"), ("territory=GR-ZZ", "territory"), ("kind=shop", "kind"),
        ("function=magic", "function"), ("language=1", "language"),
        ("exploitation=x", "exploitation"), ("age=121", "age"), ("age=-1", "age"), ("age=young", "age"), ("gender=x", "gender"),
        (f"q={'x' * 201}", "q"), ("name=x", "name"), ("page=1&page=2", "page"),
        ("as_of=x", "as_of"), ("revision=x", "revision"),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_named_with_what_it_accepts(client, query, parameter):
    answer = client.get(f"{V1}/stakeholders?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-parameters")
    (error,) = answer.get_json()["errors"]
    assert error["parameter"] == parameter
    assert error["accepted"]


def test_filters_may_stand_several_times(client):
    page = client.get(V1 + "/stakeholders?country=GR&country=CY&page_size=200").get_json()
    assert {item["country"] for item in page["items"]} == {"GR", "CY"}


def test_the_search_by_post_finds_the_same_and_is_kept_by_nobody(client):
    asked = {"country": ["IT"], "gender": "male", "age": 30, "function": ["safe-accommodation"], "q": ""}
    by_post = client.post(V1 + "/stakeholders/search", json=asked)
    by_get = client.get(V1 + "/stakeholders?country=IT&gender=male&age=30&function=safe-accommodation&q=")
    assert by_post.get_json() == by_get.get_json()
    assert by_post.get_json()["total"] > 0
    assert by_post.headers["Cache-Control"] == "no-store"
    assert "ETag" not in by_post.headers


@pytest.mark.parametrize("body", [{"x": 1}, {"age": 200}, {"page": "1"}, {"country": "IT"}, []])
def test_a_wrong_search_is_refused_by_pointer(client, body):
    answer = client.post(V1 + "/stakeholders/search", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-body")
    assert "pointer" in answer.get_json()["errors"][0]


def test_a_body_comes_with_its_mandates_and_every_source_it_names(client, directory):
    detail = client.get(V1 + "/stakeholders/gr-ekka").get_json()
    assert [mandate["function"] for mandate in detail["mandates"]] == [
        mandate.function for mandate in directory.stakeholder("gr-ekka").mandates
    ]
    named = {source for thing in (*detail["mandates"], *detail["contacts"]) for source in thing["sources"]} | set(detail["stated_by"])
    assert named == set(detail["sources"])
    assert all(source["title"] for source in detail["sources"].values())


def test_links_are_told_in_both_directions(client, directory):
    link = next(link for body in directory.parts["GR"].stakeholders.values() for link in body.links)
    assert link.id in [found["id"] for found in client.get(f"{V1}/stakeholders/{link.origin}/links").get_json()["out"]]
    assert link.id in [found["id"] for found in client.get(f"{V1}/stakeholders/{link.to}/links").get_json()["in"]]


@pytest.mark.parametrize(
    "path",
    [
        "/stakeholders/gr-nobody",
        "/stakeholders/gr-nobody/links",
        "/mechanisms/XX",
        "/vocabularies/none",
        "/revisions/99",
        "/revisions/99/diff",
        "/revisions/0",
        "/revisions/x",
        "/",
        "",
    ],
)
def test_what_does_not_exist_is_a_404(client, path):
    answer = client.get(V1 + path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("country", words("countries"))
def test_a_mechanism_has_its_stages_with_their_sources(client, country):
    found = client.get(f"{V1}/mechanisms/{country}").get_json()
    assert found["stages"]
    for stage in found["stages"]:
        assert stage["sources"]
        assert set(stage["sources"]) <= set(found["sources"])
        assert {"canonical_stage", "track", "functions", "lead", "applies", "gate", "next", "deadlines"} <= set(stage)


def test_a_mechanism_on_a_day_has_only_what_was_in_force(client, directory):
    for part in directory.parts.values():
        for stage in part.stages:
            if stage.valid_from and len(stage.valid_from) == 10:
                before = client.get(f"{V1}/mechanisms/{part.code}?as_of=2000-01-01").get_json()
                assert stage.id not in [found["id"] for found in before["stages"]]
                return
    pytest.skip("no stage of the directory begins on a day")


def test_the_countries_are_listed_with_their_emergency_numbers(client):
    items = client.get(V1 + "/mechanisms").get_json()["items"]
    assert len(items) == 12
    assert all(item["emergency"] and item["stages"] for item in items)


def test_every_controlled_list_is_published_with_labels(client):
    names = [item["name"] for item in client.get(V1 + "/vocabularies").get_json()["items"]]
    assert names == list(lists())
    for name in vocabulary.lists():
        items = client.get(f"{V1}/vocabularies/{name}").get_json()["items"]
        assert [item["id"] for item in items] == list(vocabulary.words(name))
        assert all(item["labels"]["en"] for item in items)


def test_labels_are_english_words(client):
    labels = {
        item["id"]: item["labels"]["en"]
        for name in ("kinds", "countries", "functions")
        for item in client.get(f"{V1}/vocabularies/{name}").get_json()["items"]
    }
    assert (labels["ngo"], labels["GR"], labels["safe-accommodation"]) == ("NGO", "Greece", "Safe accommodation")


def test_the_history_tells_the_first_revision(client):
    (revision,) = client.get(V1 + "/revisions").get_json()["items"]
    assert (revision["number"], revision["source"]) == (1, "bundled")
    assert client.get(V1 + "/revisions/1").get_json() == revision
    diff = client.get(V1 + "/revisions/1/diff?page_size=3").get_json()
    assert len(diff["items"]) == 3
    assert diff["total"] > 3


def test_health_is_told_outside_the_api(client):
    assert client.get("/health/live").get_json() == {"status": "ok"}
    ready = client.get("/health/ready").get_json()
    assert (ready["status"], ready["revision"], len(ready["countries"])) == ("ok", 1, 12)


def edit(store, identity, **fields):
    """Make a revision by hand."""
    return store.commit(store.amend(EDIT, "stakeholder", identity, fields), layer=EDIT, source="", author="a tester")


def noticed(client, revision):
    """Waits until the service answers with a revision: at once on a file, within two seconds where the store is elsewhere."""
    until = time.monotonic() + 2
    while client.get("/health/ready").get_json()["revision"] != revision:
        assert time.monotonic() < until, "not noticed within two seconds"
        time.sleep(0.05)


def test_a_new_revision_is_noticed_and_the_old_one_can_still_be_read(own_store):
    client = create_app(Settings(poll=0.0), own_store).test_client()
    old = client.get(V1 + "/stakeholders/gr-ekka")
    edit(own_store, "gr-ekka", name="EKKA, renamed")
    noticed(client, 2)
    new = client.get(V1 + "/stakeholders/gr-ekka", headers={"If-None-Match": old.headers["ETag"]})
    assert (new.status_code, new.get_json()["name"], new.get_json()["revision"]) == (200, "EKKA, renamed", 2)
    before = client.get(V1 + "/stakeholders/gr-ekka?revision=1").get_json()
    assert (before["name"], before["revision"]) == (old.get_json()["name"], 1)
    diff = client.get(V1 + "/revisions/2/diff").get_json()
    assert [(item["id"], item["field"], item["after"]) for item in diff["items"]] == [("gr-ekka", "name", "EKKA, renamed")]


def test_the_store_is_asked_for_a_newer_revision_at_most_once_in_a_while(own_store):
    client = create_app(Settings(poll=3600.0), own_store).test_client()
    edit(own_store, "gr-ekka", name="EKKA, renamed")
    assert client.get(V1 + "/stakeholders/gr-ekka").get_json()["revision"] == 1


def test_a_body_that_is_hidden_now_is_hidden_in_every_revision_and_answer(own_store, case):
    client = create_app(Settings(poll=0.0), own_store).test_client()
    name, number = "Diotima", "2103244380"
    assert client.get(V1 + "/stakeholders/gr-diotima").status_code == 200
    edit(
        own_store,
        "gr-diotima",
        visibility="hidden",
        name=name,
        contacts=[{"type": "phone", "value": number, "sources": own_store.directory().stakeholder("gr-diotima").sources}],
    )
    noticed(client, 2)
    profile = case(identified_in="GR", region="GR-I", status="third-country-irregular")
    for revision in ("", "?revision=1"):
        assert client.get(f"{V1}/stakeholders/gr-diotima{revision}").status_code == 404
        assert client.get(f"{V1}/stakeholders/gr-diotima/links{revision}").status_code == 404
        answers = [
            client.post(f"{V1}/pathways{revision}", json=profile),
            client.get(f"{V1}/mechanisms/GR{revision}"),
            client.get(f"{V1}/stakeholders{revision or '?page=1'}&q=diotima"),
        ]
        for answer in answers:
            assert answer.status_code == 200
            assert re.search(r"(?<!gr-)gr-diotima|diotima[^-]", answer.text, re.IGNORECASE) is None
            assert number not in answer.text
    assert client.post(V1 + "/pathways", json=case(done=[{"decision": "confirmed", "by": "gr-diotima"}])).status_code == 422
    diff = client.get(V1 + "/revisions/2/diff").get_json()
    assert (diff["items"], diff["withheld"]) == ([], 3)
