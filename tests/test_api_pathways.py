"""POST /api/v1/pathways: what a profile may be, and how everything else is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from api.problems import KINDS
from pathways.vocabulary import words

URL = "/api/v1/pathways"
CASES = Path(__file__).parent.parent.parent / "shared" / "cases"


def problem(answer, status, code):
    """The problem of an answer, which has the shape of RFC 9457."""
    data = json.loads(answer.data)
    assert (answer.status_code, answer.content_type, data["code"], data["status"]) == (status, "application/problem+json", code, status)
    assert data["title"] == KINDS[code].title
    assert data["type"] == f"/api/docs#{code}"
    assert answer.headers["Cache-Control"] == "no-store"
    return data


def wrong(answer):
    """The wrong fields of a refused profile, each with its message and what it accepts."""
    data = problem(answer, 422, "invalid-profile")
    assert all(error["message"] and error.get("accepted") for error in data["errors"])
    return {error["pointer"]: error for error in data["errors"]}


def test_a_profile_gets_a_pathway_in_the_shape_of_the_contract(client, case):
    answer = client.post(URL, json=case())
    path = answer.get_json()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for name in (
        "complete",
        "route",
        "countries",
        "steps",
        "branches",
        "ask_next",
        "gaps",
        "rights",
        "findings",
        "alternatives",
        "revision",
        "as_of",
        "sources",
    ):
        assert name in path
    assert path["as_of"] == "2026-11-24"
    step = path["steps"][0]
    for name in (
        "order",
        "stage",
        "canonical_stage",
        "phase",
        "country",
        "track",
        "function",
        "role",
        "stakeholder",
        "with",
        "alternatives",
        "deadlines",
        "because",
        "warnings",
    ):
        assert name in step
    named = {source for step in path["steps"] for reason in step["because"] for source in reason["sources"]}
    assert named
    assert named <= set(path["sources"])


def test_only_the_country_is_needed(client):
    assert client.post(URL, json={"identified_in": "GR"}).status_code == 200


@pytest.mark.parametrize("country", words("countries"))
def test_null_is_the_same_as_left_out(client, country):
    from api.profile import ProfileSchema

    nothing = dict.fromkeys(ProfileSchema().fields)
    assert client.post(URL, json={**nothing, "identified_in": country}).data == client.post(URL, json={"identified_in": country}).data


def test_a_single_nationality_may_stand_without_a_list(client, case):
    assert client.post(URL, json=case(nationality="NG")).data == client.post(URL, json=case(nationality=["NG"])).data


def test_the_options_stand_in_the_query(client, case):
    path = client.post(URL + "?as_of=2025-03-01&alternatives=0&revision=1&language=en", json=case()).get_json()
    assert (path["as_of"], path["alternatives"], path["revision"]) == ("2025-03-01", [], 1)


@pytest.mark.skipif(not CASES.is_dir(), reason="the reference cases are not part of the project")
def test_every_reference_case_is_an_acceptable_profile(client):
    refused = [
        (item["id"], answer.get_json())
        for file in sorted(CASES.glob("*.yaml"))
        for item in yaml.safe_load(file.read_text())
        if (answer := client.post(URL, json=item["profile"])).status_code != 200
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("identified_in", "XX"), ("identified_in", None), ("identified_in", "it"), ("identified_in", 3), ("region", "FR-IDF"), ("region", "IT-ZZ"),
        ("region", ""), ("region", "it-75"), ("region", "IT"),
        ("exploited_in", "UK"), ("exploited_in", "QQ"), ("returned_from", "IT"), ("returned_from", "Italy"), ("recognised_abroad", "true"),
        ("recognised_abroad", 1), ("nationality", 5),
        ("nationality", {"a": 1}), ("age", 400), ("age", -1), ("age", "24"), ("age", 24.5), ("age", True), ("age", [24]), ("age_group", "teenager"),
        ("days_to_majority", 9000), ("unaccompanied", "no"),
        ("gender", "woman"), ("exploitation", "sexual"), ("status", "illegal"), ("documents", 0), ("detained", "false"),
        ("detected_by", "the neighbour"), ("detected_by", "it-not-a-body"), ("stage", "somewhere"),
        ("done", {}), ("consent", []), ("consent", "yes"), ("needs", "legal-aid"), ("wishes", "go"), ("destination", "ZZ"),
        ("destination", "nigeria"), ("risks", "fears-return"), ("dependants", -1),
        ("dependants", 1000), ("vulnerabilities", {}), ("languages", "en"), ("start_date", "24/11/2026"), ("start_date", "2026-02-30"),
        ("start_date", "9999-12-31"), ("start_date", 20261124),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_is_accepted(client, case, field, value):
    assert f"/{field}" in wrong(client.post(URL, json=case(**{field: value})))


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"exploitation": ["sexual", "bad"]}, "/exploitation/1"),
        ({"nationality": ["NG", "nowhere"]}, "/nationality/1"),
        ({"languages": ["en", "English!"]}, "/languages/1"),
        ({"risks": [None]}, "/risks/0"),
        ({"done": [{"decision": "confirmed"}, {"decision": "perhaps"}]}, "/done/1/decision"),
        ({"done": [{}]}, "/done/0/decision"),
        ({"done": [{"decision": "confirmed", "by": "it-not-a-body"}]}, "/done/0/by"),
        ({"done": [{"decision": "confirmed", "on": "yesterday"}]}, "/done/0/on"),
        ({"done": [{"decision": "confirmed", "who": "x"}]}, "/done/0/who"),
        ({"done": ["confirmed"]}, "/done/0"),
        ({"consent": {"police": "no"}}, "/consent/police"),
        ({"consent": {"sharing": True}}, "/consent/sharing"),
        ({"name": "Somebody"}, "/name"),
        ({"a/b~c": 1}, "/a~1b~0c"),
    ],
)
def test_a_wrong_place_is_named_by_its_json_pointer(client, case, said, pointer):
    assert list(wrong(client.post(URL, json=case(**said)))) == [pointer]


def test_every_wrong_field_is_told_at_once(client):
    found = wrong(client.post(URL, json={"identified_in": "XX", "age": 400, "name": "x", "consent": {"police": 3}, "gender": "w"}))
    assert set(found) == {"/identified_in", "/age", "/name", "/consent/police", "/gender"}
    assert found["/gender"]["accepted"] == ["female", "male", "other", "unknown"]
    assert "identified_in" in found["/name"]["accepted"]


@pytest.mark.parametrize(
    ("said", "pointer", "other"),
    [
        ({"age": 9, "age_group": "adult"}, "/age_group", "age"),
        ({"age": 30, "age_group": "child"}, "/age_group", "age"),
        ({"age": 30, "age_group": "disputed"}, "/age_group", "age"),
        ({"age": None, "age_group": "child", "days_to_majority": -1}, "/days_to_majority", "age_group"),
        ({"age": 17, "days_to_majority": -10}, "/days_to_majority", "age"),
        ({"age": 17, "days_to_majority": 900}, "/days_to_majority", "age"),
        ({"age": 24, "days_to_majority": 90}, "/days_to_majority", "age"),
        ({"region": "FR-IDF"}, "/region", "identified_in"),
        ({"returned_from": "IT"}, "/returned_from", "identified_in"),
        ({"status": "national"}, "/status", "nationality"),
        ({"status": "eu-citizen"}, "/status", "nationality"),
        ({"nationality": ["stateless", "NG"]}, "/nationality", "stateless"),
        ({"done": [{"decision": "age-adult"}, {"decision": "age-child"}]}, "/done", "age-child"),
    ],
)
def test_facts_that_contradict_each_other_are_refused_and_both_are_named(client, case, said, pointer, other):
    found = wrong(client.post(URL, json=case(**said)))
    assert list(found) == [pointer]
    assert other in found[pointer]["message"]


@pytest.mark.parametrize("days", [0, 1, 200, 364])
def test_days_to_majority_may_agree_with_the_age(client, case, days):
    assert client.post(URL, json=case(age=17, days_to_majority=days)).status_code == 200


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty-body"),
        (b"  \n", "empty-body"),
        (b"{", "invalid-json"),
        (b"{'identified_in': 'IT'}", "invalid-json"),
        (b'{"identified_in": "IT",}', "invalid-json"),
        (b'{"identified_in": "IT", "identified_in": "GR"}', "invalid-json"),
        (b'{"identified_in": "IT", "consent": {"police": true, "police": false}}', "invalid-json"),
        (b'{"identified_in": "IT", "age": NaN}', "invalid-json"),
        (b'{"identified_in": "IT", "age": -Infinity}', "invalid-json"),
        (b'{"identified_in": "\xff"}', "invalid-json"),
        (b'{"age": ' + b"9" * 5000 + b"}", "invalid-json"),
        (b"[" * 200_000, "nested-too-deep"),
        (b"[" * 40 + b"]" * 40, "nested-too-deep"),
        (b'{"done": ' * 20 + b"1" + b"}" * 20, "nested-too-deep"),
    ],
)
def test_what_is_not_json_is_a_400(client, raw, code):
    problem(client.post(URL, data=raw, content_type="application/json"), 400, code)


@pytest.mark.parametrize("raw", [b"null", b"3", b'"IT"', b"[]", b"true"])
def test_json_that_is_no_object_is_told_at_the_root(client, raw):
    assert list(wrong(client.post(URL, data=raw, content_type="application/json"))) == [""]


def test_a_number_without_bounds_is_refused_as_a_value(client, case):
    assert "/age" in wrong(client.post(URL, data=b'{"identified_in": "IT", "age": 1e999}', content_type="application/json"))


def test_a_body_of_10_mb_is_refused_by_its_size(client):
    data = problem(
        client.post(URL, data=b'{"identified_in": "' + b"x" * 10_000_000 + b'"}', content_type="application/json"), 413, "body-too-large"
    )
    assert "1 MB" in data["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_a_body_that_is_not_sent_as_json_is_a_415(client, kind):
    data = problem(client.post(URL, data=b'{"identified_in": "IT"}', content_type=kind), 415, "unsupported-media-type")
    assert data["errors"][0]["accepted"] == ["application/json"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("as_of=2026-13-01", "as_of"), ("as_of=", "as_of"), ("alternatives=6", "alternatives"), ("alternatives=-1", "alternatives"),
        ("alternatives=two", "alternatives"), ("revision=0", "revision"),
        ("revision=x", "revision"), ("language=!!", "language"), ("identified_in=IT", "identified_in"), ("alternatives=1&alternatives=2", "alternatives"),
    ],
)  # fmt: skip
def test_a_wrong_or_unknown_option_is_named(client, case, query, parameter):
    data = problem(client.post(f"{URL}?{query}", json=case()), 422, "invalid-parameters")
    assert [(error["parameter"], bool(error["accepted"])) for error in data["errors"]] == [(parameter, True)]


def test_a_revision_that_does_not_exist_is_a_404(client, case):
    problem(client.post(URL + "?revision=99", json=case()), 404, "revision-not-found")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_a_profile_comes_by_post_only(client, method):
    answer = getattr(client, method)(URL)
    problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_form_that_cannot_be_given_is_a_406(client, case):
    data = problem(client.post(URL, json=case(), headers={"Accept": "text/csv"}), 406, "not-acceptable")
    assert data["errors"][0]["accepted"] == ["application/json"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/*", "application/problem+json", "text/html, */*;q=0.1"])
def test_whoever_takes_json_gets_it(client, case, accept):
    assert client.post(URL, json=case(), headers={"Accept": accept}).content_type == "application/json"


def test_a_batch_answers_each_profile_in_its_place(client, case):
    items = client.post(
        URL + "/batch", json={"profiles": [case(), {"identified_in": "XX"}, "x", case(age=9, age_group="adult")]}
    ).get_json()["items"]
    assert items[0]["pathway"] == client.post(URL, json=case()).get_json()
    assert [item["problem"]["errors"][0]["pointer"] for item in items[1:]] == [
        "/profiles/1/identified_in",
        "/profiles/2",
        "/profiles/3/age_group",
    ]


@pytest.mark.parametrize("body", [{}, {"profiles": {}}, {"profiles": [{}] * 1001}, {"profiles": [], "more": 1}, []])
def test_a_batch_of_another_shape_is_refused_as_a_whole(client, body):
    problem(client.post(URL + "/batch", json=body), 422, "invalid-body")


def test_a_batch_may_be_larger_than_one_profile(client, case):
    padding = " " * 2_000_000
    assert (
        client.post(URL + "/batch", data=padding + json.dumps({"profiles": [case()]}), content_type="application/json").status_code == 200
    )
    problem(client.post(URL + "/batch", data=padding * 3, content_type="application/json"), 413, "body-too-large")


def test_the_same_question_gets_the_same_answer_byte_for_byte(client, case):
    assert client.post(URL, json=case()).data == client.post(URL, json=case()).data
