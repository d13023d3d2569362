"""What every page has: a language in its address, a way out, protection, no request to anybody else, and no barrier."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest

from api.languages import direction
from pathways.vocabulary.labels import LANGUAGES

PAGES = ("", "ask", "open", "screening", "bodies", "functions", "countries", "policy")
"""The pages that can be opened without a question, without their language."""


@pytest.mark.parametrize(
    ("asked", "language"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("ar", "ar"), ("zh, fr;q=0.2", "fr"), ("zh", "en"), ("", "en"), ("*", "en")],
)
def test_the_bare_address_leads_to_the_language_of_the_browser(web, asked, language):
    answer = web.get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_its_direction(web, language):
    answer = web.get(f"/{language}/")
    assert f'<html lang="{language}" dir="{direction(language)}">' in answer.text
    assert answer.headers["Content-Language"] == language


def test_arabic_is_written_from_the_right():
    assert [language for language in LANGUAGES if direction(language) == "rtl"] == ["ar"]


@pytest.mark.parametrize("path", PAGES)
def test_each_language_leads_to_the_same_page_in_all_others(web, path):
    page = web.get(f"/en/{path}").text
    assert all(f'href="/{language}/{path}" lang="{language}"' in page for language in LANGUAGES)


def test_what_is_looked_up_stays_in_another_language(web):
    assert 'href="/it/?q=x&amp;kind=ngo&amp;kind=police"' in web.get("/en/?q=x&kind=ngo&kind=police").text


def test_a_language_that_no_native_reader_checked_says_so_and_english_does_not(web):
    assert 'class="note"' in web.get("/sq/").text
    assert 'class="note"' not in web.get("/en/").text


@pytest.mark.parametrize("path", ["/en/", "/api/docs", "/calendar"])
def test_a_page_asks_nobody_else_for_anything_and_has_no_script_of_its_own(web, path):
    page = web.get(path).text
    assert re.findall(r"(?:https?:)?//[a-z]", page.replace("localhost", "")) == []
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"<[^>]+ (?:style|on\w+)=", page) == []


@pytest.mark.parametrize("path", ["/en/", "/ar/", "/api/docs", "/calendar"])
def test_every_link_of_a_page_leads_somewhere(web, path):
    page = web.get(path).text
    for target in re.findall(r'(?:href|src)="([^"]+)"', page):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page, target
        else:
            assert web.get(target, buffered=True).status_code in (200, 303), target


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small(web, path):
    assert len(gzip.compress(web.get(f"/el/{path}").data)) < 100_000
    assert len(web.get("/static/site.css", buffered=True).data) < 20_000


def test_an_address_without_a_page_is_told_as_a_page_where_a_person_asks_and_as_a_problem_elsewhere(web):
    page = web.get("/fr/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert 'id="leave"' in page.text
    assert web.get("/nothing").mimetype == web.get("/xx/").mimetype == "application/problem+json"


def test_the_way_out_clears_what_the_browser_kept_and_leads_to_a_page_that_tells_nothing(web):
    answer = web.get("/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calendar")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    page = web.get("/calendar").text
    assert str(date.today().year) in page
    assert not re.search(r"traffick|referral|pathway|victim", page, re.IGNORECASE)
    assert "<a " not in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 405),
        ({"Origin": "null"}, 405),
        ({}, 405),
    ],
)
def test_a_form_that_another_site_sends_is_refused(web, headers, status):
    assert web.post("/en/", data={"a": "b"}, headers=headers).status_code == status


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_barrier(visit, language):
    reader = visit("phone" if language in ("ar", "el") else "desktop", color_scheme="dark" if language in ("de", "ar") else "light")
    for path in PAGES:
        reader.open(f"/{language}/{path}")
        assert reader.barriers() == [], path


def test_pages_without_a_language_have_no_barrier(visit):
    reader = visit()
    for path in ("/api/docs", "/calendar"):
        reader.open(path)
        assert reader.barriers() == [], path


def test_escape_three_times_leaves_and_the_page_is_gone_from_the_history(visit):
    reader = visit("phone")
    page = reader.open("/calendar")
    reader.open("/en/")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/calendar")
    assert "Referral" not in page.content()
    page.go_back()
    assert page.url.endswith("/calendar")


@pytest.mark.parametrize("script", [True, False])
def test_the_button_leaves_with_and_without_scripts(visit, script):
    page = visit(script=script).open("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the button that leaves this site"
    page.get_by_role("link", name="Leave this site", exact=True).click()
    page.wait_for_url("**/calendar")
    assert page.title() == f"{date.today():%B %Y}"


def test_a_page_at_400_percent_needs_no_scrolling_to_the_side(visit):
    reader = visit()
    reader.page.set_viewport_size({"width": 320, "height": 256})
    for language in ("de", "el", "ar"):
        page = reader.open(f"/{language}/")
        assert page.evaluate("document.documentElement.scrollWidth <= 320")
