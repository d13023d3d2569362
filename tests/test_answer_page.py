"""The answer as a page: what it says first, what it says of each step, and that it says no more than the planner."""

from __future__ import annotations

import gzip
import re
from html import unescape

import pytest
from markupsafe import Markup
from profiles import A, a_child, a_woman, at_random, profile_of, somebody

from api.answering.steps import disclosed
from api.asking.form import written
from api.extracting import extracted
from pathways.planner import refer
from pathways.vocabulary import words
from pathways.vocabulary.labels import label

COUNTRIES = words("countries")
_VERDICTS = re.compile(r"\b(in)?eligible\b|\bentitled\b|\bqualif", re.IGNORECASE)


def posted(web, said: A, language: str = "en", path: str = "answer", **more: str) -> str:
    """The page for a profile told in the form."""
    answer = web.post(f"/{language}/{path}", data=[*written(said), *more.items()] if more else form_of(said))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def form_of(said: A) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in written(said):
        fields.setdefault(name, []).append(value)
    return fields


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(Markup(re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)).striptags()).split())


def first_contact(page: str) -> str:
    """The card at the top of the page."""
    return re.search(r'<section class="first".*?</section>', page, re.DOTALL).group()


@pytest.mark.parametrize("country", COUNTRIES)
def test_whom_to_contact_first_stands_before_all_else_with_consent_before_the_number(web, directory, country):
    said = a_woman(in_=country).exploited("sexual").undecided_on("referral").refusing("police").found_by("ngo")
    path = refer(directory, profile_of(said))
    step = next(step for step in path["steps"] if not step["happened"])
    card = first_contact(posted(web, said))
    assert step["stakeholder"]["name"] in unescape(card)
    assert label("functions", step["function"]) in card
    for consent in step["needs_consent"]:
        assert label("consents", consent) in card
    phones = [point for point in step["stakeholder"]["contact"].get("points", ()) if point["type"] == "phone"]
    for point in phones:
        assert f'href="tel:{re.sub(r"[^+0-9]", "", point["value"])}"' in card
        assert (point.get("hours") or "") in unescape(card)
    if phones and step["needs_consent"]:
        assert card.index('class="consent"') < card.index('class="number"')


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_step_stands_on_the_page_with_its_deadlines_sources_and_warnings(web, directory, country):
    said = a_woman(in_=country).exploited("labour").needing("compensation").wishing_to_stay()
    path = refer(directory, profile_of(said))
    page = posted(web, said)
    told = text_of(page)
    for step in path["steps"]:
        assert f"{step['order']}. {label('functions', step['function'])}" in told
        assert " ".join((step["stakeholder"]["name"] or "a body that is not shown").split()) in told
        for because in step["because"]:
            for source in because["sources"]:
                assert " ".join(path["sources"][source]["title"].split()) in told
            assert str(because["as_of"] or "") in told
        for deadline in step["deadlines"]:
            assert " ".join(deadline["what"].split()) in told
        for warning in step["warnings"]:
            if warning["code"] in ("duty-to-report", "needs-cooperation", "danger-to-life"):
                assert warning["text"].split(":")[0] in told
    for gap in path["gaps"]:
        assert label("functions", gap["function"]) in told
        assert all(near["name"] in told for near in gap["nearest"])
    for right in path["rights"]:
        assert " ".join(right["text"].split()) in told


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_gap_says_that_nobody_was_found_only_where_that_is_why(web, directory, country):
    said = somebody(in_=country).exploited("sexual").needing("hotline", "labour-claims", "post-return-monitoring", "job-placement")
    gaps = refer(directory, profile_of(said))["gaps"]
    told = re.findall(r"<div><dt>([^<]*)</dt>\s*<dd( class=\"reason\")?>([^<]*)</dd>", posted(web, said))
    found = {name: text for name, reason, text in told if not reason}
    assert {gap["code"] for gap in gaps} >= {"of-a-return"}
    for gap in gaps:
        if gap["evidence"] == "not-found":
            nobody = gap["code"] in ("nobody-performs", "nobody-for-this-case")
            assert ("Not found in what was read" in found.get(label("functions", gap["function"]), "")) is nobody, gap


def test_a_deadline_whose_clock_runs_is_a_day_and_the_others_say_what_starts_them(web):
    page = text_of(posted(web, a_woman(in_="PT").exploited("labour").but(status="third-country-irregular", gender="female")))
    assert "Not before 24 December 2026 (at least 30 days)" in page
    assert "By 23 January 2027 at the latest (at most 60 days)" in page
    assert "Counted from 24 November 2026." in page


def test_the_warning_of_a_contact_with_consequences_stands_before_its_number(web):
    page = posted(web, a_woman(in_="GB").refusing("referral").found_by("police").but(region="GB-ENG"))
    for card in re.findall(r'<article class="contact">.*?</article>', page, re.DOTALL):
        if "must report or act whatever the person wishes" in card:
            assert card.index("must report") < card.index('class="number"')
            break
    else:
        pytest.fail("no contact has the duty to report")


def test_what_a_source_says_of_a_contact_in_one_country_stands_with_what_holds_everywhere_and_who_says_so(web, directory):
    said = (
        a_woman(in_="GB", from_="AL").but(documents=False).after("return-risk-none-found", "plan-agreed").wishing_to_return("AL").fearing()
    )
    path = refer(directory, profile_of(said))
    told = [w for step in path["steps"] if step["stakeholder"]["id"] == "al-consular" for w in step["warnings"]]
    everywhere, national = [w for w in told if w["code"] == "home-authorities"][:2]
    assert (everywhere["rule"], everywhere["sources"]) == ("R13", [])
    assert national["legal_basis"] and set(national["sources"]) <= set(path["sources"])
    page = text_of(posted(web, said))
    publisher = path["sources"][national["sources"][0]]["publisher"]
    assert national["stale"]
    assert page.index(everywhere["text"]) < page.index(national["text"]) < page.index(publisher, page.index(national["text"]))


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_emergency_number_is_on_every_page_and_first_where_somebody_is_in_danger(web, directory, country):
    numbers = [entry["number"] for entry in refer(directory, profile_of(somebody(in_=country)))["emergency"]]
    calm, danger = posted(web, somebody(in_=country)), posted(web, somebody(in_=country).fearing("immediate-danger"))
    for page in (calm, danger):
        assert all(page.index(f'href="tel:{number}"') < page.index('class="contact"') for number in numbers)
    assert "In danger now? Call first:" in danger
    assert "In danger now? Call first:" not in calm


def test_what_is_not_known_can_be_answered_in_place(web):
    page = posted(web, somebody(in_="FR"))
    assert "Ask next:" in page
    for field in ("age_group", "gender", "region"):
        assert f'id="field-{field}"' in page
    told = text_of(page)
    assert told.index("Is the person a child or an adult?") < told.index("What is the person's gender?")


def test_a_return_has_contacts_there_and_says_who_watches_over_it(web, directory):
    said = a_woman(in_="PT", from_="MA").exploited("labour").wishing_to_return("MA").fearing()
    page = text_of(posted(web, said))
    contacts = refer(directory, profile_of(said))["contacts_in_country_of_return"]
    assert contacts
    assert all(contact["name"] in page for contact in contacts)
    assert "Who watches over the return after arrival" in page
    assert disclosed("D0") in page


def test_where_the_first_contact_has_no_number_another_one_to_call_stands_with_it(web, directory):
    found = 0
    for seed in range(80):
        said = at_random(seed, directory)
        step = next((step for step in refer(directory, profile_of(said))["steps"] if not step["happened"]), None)
        if step is None or "phone" in {point["type"] for point in step["stakeholder"]["contact"].get("points", ())}:
            continue
        card = unescape(first_contact(posted(web, said)))
        if "Until you reach it, call:" in card:
            found += 1
            assert card.index(step["stakeholder"]["name"]) < card.index("Until you reach it, call:") < card.index('class="number"')
    assert found


def test_a_child_is_not_asked_for_consent(web):
    page = text_of(posted(web, a_child(in_="IT").exploited("sexual")))
    assert "Ask first whether the person agrees" not in page
    assert "The guardian decides with the child" in page


def test_no_text_of_ours_gives_a_verdict():
    texts = [text for message in extracted() if message.id for text in (message.id if isinstance(message.id, tuple) else (message.id,))]
    assert len(texts) > 500
    assert [text for text in texts if _VERDICTS.search(text)] == []


@pytest.mark.parametrize("seed", range(24))
def test_a_page_of_any_profile_is_small_and_strict(web, directory, seed):
    page = posted(web, at_random(seed, directory), "en" if seed % 2 else "ar")
    assert len(gzip.compress(page.encode())) < 100_000
    assert re.findall(r"<[^>]+ (?:style|on\w+)=", page) == []


def test_words_of_the_planner_are_in_the_language_of_the_page_and_texts_of_the_directory_are_marked(web, directory):
    said = a_woman(in_="GR").exploited("sexual").refusing("police")
    page = posted(web, said, "fr")
    step = next(step for step in refer(directory, profile_of(said))["steps"] if not step["happened"])
    assert label("functions", step["function"], "fr") in unescape(first_contact(page))
    assert f'<bdi lang="en">{Markup.escape(step["stakeholder"]["name"])}</bdi>' in first_contact(page)
    assert "24 novembre 2026" in page


def test_texts_of_the_directory_cannot_leave_their_place(web, monkeypatch):
    from api.pages import answer as module

    def poisoned(loaded):
        found = real(loaded)
        for step in found["steps"]:
            step["stage_title"] = "<b>&"
            step["stakeholder"] = {**step["stakeholder"], "name": '"><script>alert(1)</script>'}
            step["stakeholder"]["contact"] = {
                "points": [{"type": "website", "value": "javascript:alert(1)"}, {"type": "phone", "value": '1"x'}]
            }
        found["sources"] = {name: {**source, "url": "javascript:alert(2)", "title": "<i>"} for name, source in found["sources"].items()}
        return found

    real = module.pathway
    monkeypatch.setattr(module, "pathway", poisoned)
    page = posted(web, a_woman(in_="AT").exploited("sexual"))
    assert "<script>alert" not in page
    assert "<b>&" not in page
    assert "<i>" not in page
    assert 'href="javascript:' not in page
    assert 'href="tel:1"' in page


def test_no_value_of_the_profile_is_in_an_address_or_a_header(web, caplog):
    said = a_woman(in_="IT").exploited("sexual").but(languages=["bin"], region="IT-75", start_date="2031-07-19")
    answer = web.post("/en/answer", data=form_of(said))
    links = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', answer.text)
    own = [link for link in links if link.startswith(("/", "?", "#"))]
    assert not [link for link in own if re.search(r"bin|IT-75|2031|sexual", link)]
    assert "2031" not in str(answer.headers)
    assert "2031" not in caplog.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("language", "size"), [("en", "phone"), ("ar", "phone"), ("el", "phone"), ("en", "desktop")])
def test_the_answer_has_no_barrier_and_its_number_is_on_the_first_screen(visit, language, size):
    reader = visit(size)
    page = reader.open(f"/{language}/ask")
    page.locator("input[name=identified_in][value=GB]").check()
    reader.press("#ask button[value=all]")
    reader.press("#ask button.act")
    page.wait_for_selector(".first .number")
    reader.picture(f"answer-{language}-{size}")
    assert page.locator(".first .number").first.bounding_box()["y"] < page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert reader.barriers() == []
    assert page.url.endswith("/answer")
