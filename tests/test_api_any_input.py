"""Whatever is sent, the answer is an answer or a problem that says what is wrong; never a fault."""

from __future__ import annotations

import json

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from api.problems import KINDS
from api.profile import ProfileSchema
from pathways.indicators import prompts
from pathways.vocabulary import words

FIELDS = sorted(ProfileSchema().fields)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        word
        for name in ("countries", "functions", "kinds", "exploitation", "status", "gender", "age_group", "decisions", "risks")
        for word in words(name)
    ]
)
LIKELY = JSON | WORDS | st.lists(WORDS, max_size=3) | st.integers(-5, 130) | st.dates().map(str)
PROFILES = st.dictionaries(st.sampled_from(FIELDS), LIKELY, max_size=8).flatmap(
    lambda found: st.sampled_from(words("countries")).map(lambda country: {**found, "identified_in": country})
)


def check(answer) -> None:
    """An answer, or a problem of the documented list with its places."""
    data = json.loads(answer.data)
    assert answer.status_code in (200, 400, 422), data
    if answer.status_code != 200:
        assert answer.content_type == "application/problem+json"
        assert data["code"] in KINDS
        assert data["status"] == answer.status_code
    if answer.status_code == 422:
        assert data["errors"]
        assert all("message" in error and ("pointer" in error or "parameter" in error) for error in data["errors"])


@settings(max_examples=150, deadline=None)
@given(body=JSON | PROFILES)
def test_any_json_as_a_profile_gets_an_answer_or_a_problem(app: Flask, body):
    check(app.test_client().post("/api/v1/pathways?alternatives=0", json=body))


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_get_an_answer_or_a_problem(app: Flask, raw):
    check(app.test_client().post("/api/v1/pathways", data=raw, content_type="application/json"))


@settings(max_examples=100, deadline=None)
@given(
    query=st.dictionaries(
        st.sampled_from(
            ["q", "country", "territory", "kind", "function", "language", "age", "gender", "page", "page_size", "as_of", "revision", "zzz"]
        ),
        st.text(max_size=12),
        max_size=4,
    )
)
def test_any_query_gets_an_answer_or_a_problem(app: Flask, query):
    answer = app.test_client().get("/api/v1/stakeholders", query_string=query)
    if answer.status_code == 404:
        assert answer.get_json()["code"] == "revision-not-found"
    else:
        check(answer)


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=20))
def test_an_unknown_field_of_any_name_is_named(app: Flask, name):
    if name in FIELDS:
        return
    answer = app.test_client().post("/api/v1/pathways", json={"identified_in": "GR", name: 1})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/" + name.replace("~", "~0").replace("/", "~1")]


SIGNS = st.sampled_from([*prompts().indicators, "sign"])


@settings(max_examples=60, deadline=None)
@given(
    body=JSON
    | st.fixed_dictionaries(
        {"identified_in": WORDS | st.sampled_from(words("countries"))},
        optional={"age_group": WORDS, "observed": st.lists(SIGNS, max_size=12) | JSON, "own_word": JSON},
    )
)
def test_any_json_as_what_was_noticed_gets_an_answer_or_a_problem(app: Flask, body):
    check(app.test_client().post("/api/v1/screening", json=body))
