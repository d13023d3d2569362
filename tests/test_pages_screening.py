"""The page of early identification: cautions first, prompts without a script, an answer without a verdict, and no trace."""

from __future__ import annotations

import gzip
import re

import pytest

from pathways.indicators import prompts
from pathways.vocabulary.labels import label

SEEN = {"identified_in": "GR", "age_group": "unknown", "own_word": "", "observed": ["dst-docs", "exp-hours", "chi-missing"]}


def test_the_cautions_stand_before_the_first_prompt(web):
    page = web.get("/en/screening").text
    assert page.index(label("screening_cautions", "alone-first")) < page.index("<form")
    assert [sign for sign in prompts().indicators if f'value="{sign}"' not in page] == []


def test_the_page_is_in_the_language_of_its_address(web):
    assert label("indicators", "dst-docs", "uk") in web.get("/uk/screening").text
    assert label("screening_cautions", "proves-nothing", "sq") in web.post("/sq/screening", data=SEEN).text


def test_one_strong_sign_puts_safety_before_the_questions(web):
    page = web.post("/en/screening", data=SEEN).text
    assert page.index("112") < page.index("First contact") < page.index("The next question") < page.index("What the signs point to")
    page = web.post("/en/screening", data={"identified_in": "GR", "observed": ["pre-effects"]}).text
    assert page.index("The next question") < page.index("Whom to call in any case") < page.index("112")


def test_nothing_noticed_is_told_as_nothing(web):
    page = web.post("/en/screening", data={"identified_in": "GR"}).text
    assert "That says nothing about the person." in page
    assert not re.search(r"\b(score|negative|not a victim|no indication)\b", page, re.IGNORECASE)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"observed": ["dst-docs"]}, 422),
        ({**SEEN, "identified_in": "XX"}, 422),
        ({**SEEN, "name": "x"}, 400),
        ({**SEEN, "observed": ["x"]}, 400),
    ],
)
def test_a_form_that_cannot_be_is_told_so_and_repeats_nothing_unknown(web, form, status):
    answer = web.post("/en/screening", data=form)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
    assert ("sign-dst-docs" in answer.text) is (status == 422)


def test_what_was_noticed_stays_in_the_page_alone(web):
    answer = web.post("/en/screening", data=SEEN)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert re.findall(r'(?:href|action)="[^"]*(?:dst-docs|exp-hours|chi-missing|age_group)[^"]*"', answer.text) == []


def test_what_was_learned_goes_into_the_form_and_the_signs_do_not(web):
    page = web.post("/en/screening", data=SEEN).text
    into = page[page.index('action="/en/ask"') :]
    into = into[: into.index("</form>")]
    assert 'name="exploitation" value="labour"' in into
    assert 'name="documents" value="no"' in into
    assert "dst-docs" not in into
    fields = re.findall(r'name="([\w.]+)" value="([^"]*)"', into)
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    asked = web.post("/en/ask", data=form)
    assert asked.status_code == 200
    assert "Is the person a child or an adult?" in asked.text


@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_the_answer_has_no_barrier_and_is_small(web, visit, language):
    assert len(gzip.compress(web.post(f"/{language}/screening", data=SEEN).data)) < 100_000
    reader = visit("phone")
    page = reader.open(f"/{language}/screening")
    page.locator("#country").select_option("GR")
    page.locator("#sign-pre-alone").check()
    reader.press("main .act")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert reader.barriers() == []
    reader.picture(f"screening-{language}")


@pytest.mark.parametrize("script", [True, False])
def test_from_what_was_noticed_into_the_form_and_the_address_tells_nothing(visit, script):
    reader = visit(script=script)
    page = reader.open("/en/screening")
    page.get_by_label("In which country is the person now?").select_option("IT")
    page.locator("summary", has_text="Forced and controlled now").last.click()
    page.get_by_label(label("indicators", "dst-docs")).check()
    page.get_by_role("button", name="What next?").click()
    page.get_by_role("heading", name="Immediate safety and basic needs").wait_for()
    page.get_by_role("button", name="Find the next steps").click()
    page.get_by_role("heading", name="Is the person a child or an adult?").wait_for()
    assert page.url.endswith("/en/ask")
    assert all("dst-docs" not in url for url in reader.asked)
    assert page.evaluate("document.cookie") == "" if script else True
