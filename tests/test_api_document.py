"""The API's own document and its page: valid, complete, and without a request to anybody else."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import validate

from api.problems import KINDS
from api.profile import ProfileSchema


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").get_json()


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_address_that_is_served_is_documented(app, document):
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("pages.")
    }
    plain = {"/", "/leave", "/calendar", "/api/docs", "/api/v1/openapi.json", "/static/{filename}"}
    assert served - plain == set(document["paths"])


def test_every_operation_says_what_it_is_for_and_how_it_fails(document):
    for item in document["paths"].values():
        for method, operation in item.items():
            if method in ("get", "post"):
                assert operation["summary"]
                assert {"200", "201"} & set(operation["responses"])
                assert "default" in operation["responses"]


def test_the_profile_of_the_document_is_the_one_that_is_checked(document):
    profile = document["components"]["schemas"]["Profile"]
    assert set(profile["properties"]) == set(ProfileSchema().fields)
    assert profile["required"] == ["identified_in"]
    assert profile["additionalProperties"] is False
    assert "array" in profile["properties"]["nationality"]["type"]
    assert "string" in profile["properties"]["nationality"]["type"]


def test_the_profiles_and_answers_of_the_document_are_the_real_ones(client, document, case):
    from jsonschema_rs import validator_for

    for name, value in (
        ("Profile", case()),
        ("Pathway", client.post("/api/v1/pathways", json=case()).get_json()),
        ("Problem", client.post("/api/v1/pathways", json={"x": 1}).get_json()),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        errors = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator_for(schema).iter_errors(value)]
        assert errors[:3] == []


def test_every_code_of_a_problem_is_documented(client, document):
    assert document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] == list(KINDS)
    page = client.get("/api/docs").text
    assert all(f'id="{code}"' in page for code in KINDS)


def test_the_page_names_every_call(client, document):
    page = client.get("/api/docs").text
    assert all(
        f"{method.upper()} {path}" in page for path, item in document["paths"].items() for method in item if method in ("get", "post")
    )


def test_the_question_on_the_page_can_be_asked(client):
    import html
    import json

    page = html.unescape(client.get("/api/docs").text)
    question = json.loads(re.search(r"-d '(\{.*?\})'</code>", page, re.DOTALL).group(1))
    assert client.post("/api/v1/pathways", json=question).status_code == 200
