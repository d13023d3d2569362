"""The form without a browser: what it asks, what it takes, how it goes on, and that it holds every profile."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from profiles import at_random
from werkzeug.datastructures import MultiDict

from api.asking.form import checked, read, written
from api.asking.questions import FIELDS, QUESTIONS, question_of
from api.asking.what_if import applied, offered
from api.pages.ask import CONTROLS
from api.problems import Problem
from api.profile import ProfileSchema, profile_of
from pathways.planner import refer
from pathways.profile import facts
from pathways.vocabulary import words

CASES = Path(__file__).parent.parent.parent / "shared" / "cases"


def fields_of(page: str, form: str = "ask") -> MultiDict[str, str]:
    """What a browser would send of a form of a page: hidden fields, texts, what is checked and selected."""
    body = re.search(rf'<form [^>]*id="{form}".*?</form>', page, re.DOTALL).group()
    found = MultiDict()
    for tag in re.findall(r"<input [^>]*>", body):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") not in ("radio", "checkbox") or " checked" in tag:
            found.add(unescape(given["name"]), unescape(given.get("value", "")))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found.add(name, unescape(chosen.group(1)) if chosen else "")
    return found


def title_of(page: str) -> str:
    return unescape(re.search(r"<h1>(.*?)</h1>", page, re.DOTALL).group(1))


def test_every_field_of_a_profile_is_asked_once():
    schema = ProfileSchema().fields
    wanted = {name for name in schema if name != "consent"} | {f"consent.{name}" for name in words("consents")}
    asked = [field.name for question in QUESTIONS for field in question.fields]
    assert sorted(asked) == sorted(wanted)


def test_each_question_says_why_it_is_asked():
    assert all(question.title and question.why for question in QUESTIONS)
    assert [question.id for question in QUESTIONS][:4] == ["place", "age", "danger", "consent"]


@pytest.mark.parametrize("seed", range(0, 400, 100))
def test_every_profile_goes_through_the_form_and_comes_back(seed, directory):
    for said in (at_random(index, directory) for index in range(seed, seed + 100)):
        loaded, wrong = checked(read(MultiDict(written(said))))
        assert wrong == []
        assert facts(profile_of(loaded)) == facts(said.profile)


def test_all_that_the_planner_may_ask_for_has_a_question(directory):
    asked = {entry["fact"] for index in range(400) for entry in refer(directory, at_random(index, directory).profile, None, 0)["ask_next"]}
    assert {fact for fact in asked if question_of(fact) is None} == set()


def test_a_field_that_is_not_asked_for_is_refused():
    with pytest.raises(Problem):
        read(MultiDict({"identified_in": "GB", "name": "x"}))


def test_nothing_is_needed_but_the_country(web):
    answer = web.post("/en/answer", data={"identified_in": "AT"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_first_question_is_the_country_and_it_must_be_answered(web):
    page = web.get("/en/ask").text
    assert title_of(page) == "In which country is the person now?"
    again = web.post("/en/ask", data=fields_of(page))
    assert again.status_code == 422
    assert 'href="#field-identified_in"' in again.text
    assert 'aria-labelledby="errors-title"' in again.text


@pytest.mark.parametrize("country", words("countries"))
def test_one_question_follows_the_other_until_nothing_would_change_the_path(web, directory, country):
    page, titles = web.get("/en/ask").text, []
    fields = fields_of(page)
    fields["identified_in"] = country
    for _ in QUESTIONS:
        titles.append(title_of(page))
        page = web.post("/en/ask", data={**fields.to_dict(flat=False), "go": "next"}).text
        fields = fields_of(page)
        if title_of(page) == "Check the answers":
            break
    assert title_of(page) == "Check the answers"
    assert len(set(titles)) == len(titles)
    loaded, _ = checked({"identified_in": country})
    wanted = {question_of(entry["fact"]).title for entry in refer(directory, profile_of(loaded), None, 0)["ask_next"]}
    assert {str(title) for title in wanted} <= set(titles)
    assert len(titles) < len(QUESTIONS)


def test_what_is_answered_decides_what_is_asked_next(web):
    def titles(**answers):
        page = web.post("/en/ask", data={"identified_in": "PT", "at": "place", "go": "next"}).text
        found = []
        while title_of(page) != "Check the answers":
            found.append(title_of(page))
            page = web.post("/en/ask", data={**fields_of(page).to_dict(flat=False), **answers, "go": "next"}).text
        return found

    alone = "Is the child without a parent or guardian?"
    assert alone in titles(age="15")
    assert alone not in titles(age="30")


def test_back_leads_to_the_question_before_with_its_answer(web):
    page = web.post("/en/ask", data={"identified_in": "FR", "at": "place", "go": "next"}).text
    page = web.post("/en/ask", data={**fields_of(page).to_dict(flat=False), "age": "31", "go": "next"}).text
    assert title_of(page) == "Is the person in danger?"
    page = web.post("/en/ask", data={**fields_of(page).to_dict(flat=False), "go": "back"}).text
    assert title_of(page) == "Is the person a child or an adult?"
    assert fields_of(page)["age"] == "31"
    page = web.post("/en/ask", data={**fields_of(page).to_dict(flat=False), "go": "back"}).text
    assert fields_of(page)["identified_in"] == "FR"


@pytest.mark.parametrize(
    ("answers", "field", "text"),
    [
        ({"age": "old"}, "age", "whole number"),
        ({"age": "12", "age_group": "adult"}, "age_group", "“Age in years”"),
        ({"start_date": "tomorrow"}, "start_date", "Enter a day"),
        ({"region": "FR-IDF"}, "region", "“Country”"),
        ({"nationality": ["stateless", "NG"]}, "nationality", "cannot be true together"),
        ({"risks": ["none", "self-harm"]}, "risks", "Choose from the list"),
        ({"gender": "<b>"}, "gender", "Choose from the list"),
        ({"consent.police": "perhaps"}, "consent-police", "Choose from the list"),
        ({"done.by": "gb-sca"}, "done", "Choose the decision"),
    ],
)
def test_an_answer_that_cannot_be_is_told_beside_its_field_and_above_the_form(web, answers, field, text):
    page = web.post("/en/answer", data={"identified_in": "GB", "gender": "male", **answers})
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    told = re.search(rf'id="field-{field}-error">(.*?)</p>', page.text).group(1)
    assert text in unescape(told)
    assert "<b>" not in page.text
    assert page.text.count("<title>Error") == 1


def test_a_wrong_answer_of_another_question_leads_to_that_question(web):
    page = web.post("/en/ask", data={"identified_in": "GB", "age": "999", "at": "gender", "asked": ["place", "age"], "go": "next"})
    assert page.status_code == 422
    assert title_of(page.text) == "Is the person a child or an adult?"


def test_all_questions_stand_on_one_page_those_that_matter_open(web):
    page = web.post("/en/ask", data={"identified_in": "GR", "at": "place", "go": "all"}).text
    assert all(f'id="question-{question.id}"' in page for question in QUESTIONS)
    opened = re.findall(r'<details class="question" open id="question-(\w+)"', page)
    assert opened[:4] == ["place", "age", "danger", "consent"]
    assert "papers" not in opened
    assert "gr-" not in fields_of(page)


def test_answers_are_shown_in_words_to_be_checked(web):
    page = web.post(
        "/fr/ask",
        data={
            "identified_in": "IT",
            "nationality": "NG",
            "age": "24",
            "consent.police": "no",
            "risks": "none",
            "region": "IT-75",
            "done.decision": "confirmed",
            "done.on": "2026-10-01",
            "go": "check",
            "at": "all",
        },
    ).text
    for word in ("Italie", "Nigeria", "24", "Puglia", "octobre 2026"):
        assert word in page, word
    assert fields_of(page)["consent.police"] == "no"
    assert fields_of(page).getlist("risks") == ["none"]
    assert fields_of(page).getlist("done.on") == ["2026-10-01", "", "", ""]


def test_the_emergency_number_stands_first_where_danger_is_immediate(web, directory):
    page = web.post("/en/ask", data={"identified_in": "ES", "risks": "immediate-danger", "at": "danger", "go": "next"}).text
    number = directory.parts["ES"].country.emergency[0]["number"]
    assert page.index(f"<bdi>{number}</bdi>") < page.index("<h1>")
    assert "In danger now" not in web.post("/en/ask", data={"identified_in": "ES", "risks": "none", "at": "danger", "go": "next"}).text


def test_another_language_has_the_same_answers(web):
    page = web.post("/en/ask", data={"identified_in": "PL", "age": "40", "at": "danger", "asked": ["place", "age"], "go": "same"}).text
    other = web.post("/uk/ask", data={**fields_of(page).to_dict(flat=False), "go": "same"}).text
    assert '<html lang="uk"' in other
    assert fields_of(other) == fields_of(page)


@pytest.mark.skipif(not CASES.is_dir(), reason="the reference cases are not part of the project")
def test_every_reference_case_can_be_told_in_the_form():
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            loaded, wrong = checked(read(MultiDict(written(case["profile"]))))
            assert wrong == [], case["id"]
            known, _ = checked(case["profile"])
            assert facts(profile_of(loaded)) == facts(profile_of(known)), case["id"]


def test_every_field_has_words_and_an_address_on_the_page(web):
    page = web.post("/en/ask", data={"identified_in": "UA", "at": "place", "go": "all"}).text
    for name, field in FIELDS.items():
        assert f'id="field-{name.replace(".", "-")}"' in page
        assert str(field.label) in unescape(page)


def saved(web, data):
    return web.post("/en/save", data=MultiDict(written(data)))


def opened(web, content):
    return web.post("/en/open", data={"file": (BytesIO(content), "answers.json")}, content_type="multipart/form-data")


def test_answers_are_saved_as_a_file_of_her_own_and_opened_again(web, directory):
    said = at_random(7, directory)
    file = saved(web, said)
    assert file.headers["Content-Disposition"] == "attachment; filename=answers.json"
    assert file.headers["Cache-Control"] == "no-store"
    page = opened(web, file.data)
    assert page.status_code == 200
    assert title_of(page.text) == "Check the answers"
    assert facts(profile_of(checked(read(fields_of(page.text), CONTROLS))[0])) == facts(said.profile)
    assert 'formaction="/de/ask"' in page.text


def test_a_saved_file_is_a_profile_for_the_api(web, directory):
    for seed in range(20):
        answer = web.post("/api/v1/pathways", json=saved(web, at_random(seed, directory)).get_json())
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is not JSON"),
        (b"\x00\xff", "it is not JSON"),
        (b"[]", "it holds no fields"),
        (b'{"identified_in": "GB", "name": "Zebra4711"}', "<li>name</li>"),
        (b'{"identified_in": "GB", "<b>": 1}', "<li>&lt;b&gt;</li>"),
        (b'{"identified_in": "GB", "consent": {"telling": true}}', "consent.telling"),
        (b'{"identified_in": "GB", "consent": 5}', "consent"),
        (b'{"identified_in": "GB", "age": {"a": []}}', "Age in years"),
        (b'{"identified_in": "GB", "done": [{"decision": "x"}]}', "Decisions"),
        (b'{"identified_in": "GB", "age": 12, "age_group": "adult"}', "cannot be true together"),
        (b"{}", "Choose the country"),
    ],
)
def test_a_file_that_is_no_profile_is_refused_with_what_is_wrong(web, content, told):
    page = opened(web, content)
    assert page.status_code == 422
    assert told in re.search(r'class="errors".*?</div>', page.text, re.DOTALL).group()
    assert "Zebra4711" not in page.text
    assert "<b>" not in page.text


def test_a_large_file_is_refused_and_no_file_is_chosen_is_told(web):
    assert opened(web, b" " * 200_000).status_code == 413
    assert web.post("/en/open", data={}, content_type="multipart/form-data").status_code == 422


def test_what_is_sent_as_a_file_never_touches_the_disk(web, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert opened(web, b'{"identified_in": "GB"}').status_code == 200
    assert opened(web, b"x" * 90_000).status_code == 422


def what_if(web, data, **more):
    return web.post("/en/what-if", data=MultiDict([*written(data), *more.items()]))


def test_a_change_that_is_offered_shows_what_follows(web, case):
    page = what_if(web, case(), **{"try": "is-17"})
    assert page.status_code == 200
    assert "Before: <bdi>24</bdi>" in page.text
    assert "Now: <bdi>17</bdi>" in page.text
    assert "Guardian for a child" in re.search(r"New steps.*?</ul>|What is then missing.*?</ul>", page.text, re.DOTALL).group()


def test_any_answer_can_be_changed_and_compared_again(web, case):
    page = what_if(web, case()).text
    assert "Nothing has been changed yet" in page
    fields = fields_of(page)
    assert fields["was.age"] == fields["age"] == "24"
    fields["consent.police"] = "yes"
    page = web.post("/en/what-if", data=fields).text
    assert "What changes" in page
    assert fields_of(page)["was.consent.police"] == "no"
    answer = web.post("/en/answer", data=fields_of(page))
    assert answer.status_code == 200


def test_only_what_would_change_something_is_offered(case):
    identities = {found.id for found in offered(case())}
    assert "no-police" not in identities
    assert {"police", "is-17", "stay"} <= identities
    assert "is-17" not in {found.id for found in offered(case(age=15))}
    assert all(applied(case(), found.id) != case() for found in offered(case()))
    assert applied({"identified_in": "GB"}, "nothing") == {"identified_in": "GB"}


def test_every_change_that_is_offered_gives_a_profile(directory):
    for seed in range(60):
        said = dict(at_random(seed, directory))
        for found in offered(said):
            assert checked(applied(said, found.id))[1] == [], (seed, found.id)


@pytest.mark.parametrize("path", ["answer", "what-if"])
def test_an_answer_has_no_address_of_its_own(web, path):
    answer = web.get(f"/it/{path}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/it/ask")
