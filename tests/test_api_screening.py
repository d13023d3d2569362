"""POST /screening: strict, kept by nobody, documented, and with the words that the vocabulary lists."""

from __future__ import annotations

import json

import pytest
from jsonschema_rs import validator_for

from pathways.indicators import prompts
from pathways.vocabulary.labels import LANGUAGES

URL = "/api/v1/screening"


def test_the_answer_is_of_the_documented_shape_and_kept_by_nobody(client):
    answer = client.post(URL, json={"identified_in": "GR", "age_group": "child", "observed": ["dst-docs", "exp-hours", "chi-sex"]})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers
    document = client.get("/api/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/ScreeningAnswer", "components": document["components"]}
    assert [error.message for error in validator_for(schema).iter_errors(answer.get_json())] == []


def test_what_was_learned_can_be_sent_as_a_profile(client):
    learned = client.post(URL, json={"identified_in": "IT", "age_group": "unknown", "observed": ["dst-docs", "chi-school"]}).get_json()
    assert client.post("/api/v1/pathways", json=learned["profile"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"identified_in": "GR", "observed": ["dec-job", "dec-jobs"]}, "/observed/1"),
        ({"identified_in": "GR", "observed": "dec-job"}, "/observed"),
        ({"identified_in": "GR", "observed": [1]}, "/observed/0"),
        ({"identified_in": "GR", "age_group": "minor"}, "/age_group"),
        ({"identified_in": "XX"}, "/identified_in"),
        ({"observed": []}, "/identified_in"),
        ({"identified_in": "GR", "own_word": "yes"}, "/own_word"),
        ({"identified_in": "GR", "name": "x"}, "/name"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_accepted(client, body, pointer):
    answer = client.post(URL, json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-body")
    (error,) = answer.get_json()["errors"]
    assert error["pointer"] == pointer
    assert error["accepted"]


def test_an_unknown_indicator_is_refused_with_all_that_are_known(client):
    (error,) = client.post(URL, json={"identified_in": "GR", "observed": ["x"]}).get_json()["errors"]
    assert error["accepted"] == list(prompts().indicators)


def test_nothing_noticed_is_an_answer(client):
    answer = client.post(URL, json={"identified_in": "UA"})
    assert answer.status_code == 200
    assert answer.get_json()["indicated"] == []


def test_it_is_not_asked_by_address(client):
    assert client.get(URL).status_code == 405
    assert client.post(URL + "?observed=dec-job", json={"identified_in": "GR"}).status_code == 422


def test_the_vocabulary_lists_the_indicators_in_every_language(client):
    found = client.get("/api/v1/vocabularies/indicators").get_json()["items"]
    assert [item["id"] for item in found] == list(prompts().indicators)
    assert all(set(item["labels"]) == set(LANGUAGES) for item in found)
    assert {item["noticed"] for item in found} == {"seen", "asked"}
    assert all(item["dimension"] and item["exploitation"] and item["sources"] for item in found)


def test_a_profile_of_signs_leaves_no_trace(client, caplog):
    with caplog.at_level("DEBUG"):
        client.post(URL, json={"identified_in": "GR", "observed": ["oth-surrogacy"]})
        client.post(URL, data=json.dumps({"identified_in": "GR", "observed": ["sentinel-sign"]}), content_type="application/json")
    assert "surrogacy" not in caplog.text
    assert "sentinel" not in caplog.text
