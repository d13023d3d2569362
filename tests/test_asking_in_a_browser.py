"""The whole way from the first question to the answer in a real browser: reference cases, keyboard, zoom, barriers, and no trace of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from browser import program
from filling import answer_all, answer_one_by_one, ask_all
from playwright.sync_api import Error, Page
from werkzeug.datastructures import MultiDict

from api.asking.form import checked, read
from api.pages.ask import CONTROLS
from api.profile import profile_of
from pathways.profile import facts
from pathways.vocabulary import words
from pathways.vocabulary.labels import LANGUAGES

CASES = Path(__file__).parent.parent.parent / "shared" / "cases"
COUNTRIES = words("countries")
SIZES = ("phone", "desktop")


def told(page: Page, form: str) -> dict:
    """The facts that a form of the page holds."""
    pairs = page.locator(form).evaluate("form => [...new FormData(form).entries()]")
    loaded, wrong = checked(read(MultiDict(map(tuple, pairs)), CONTROLS))
    assert wrong == []
    return facts(profile_of(loaded))


@pytest.mark.skipif(not CASES.is_dir(), reason="the reference cases are not part of the project")
@pytest.mark.parametrize(("number", "country"), list(enumerate(COUNTRIES)))
def test_a_reference_case_of_each_country_goes_through_the_form_to_an_answer(visit, number, country):
    case = yaml.safe_load((CASES / f"{country}.yaml").read_text(encoding="utf-8"))[0]["profile"]
    reader = visit(SIZES[number % 2], script=number % 4 < 2)
    page = reader.open("/en/")
    reader.press("a.act")
    if number % 3:
        asked = answer_one_by_one(page, case)
        assert asked[0] == "place"
        assert len(asked) < 15
    else:
        ask_all(page, country)
    answer_all(page, case)
    assert told(page, "#ask") == facts(profile_of(checked(case)[0]))
    reader.picture(f"ask-{country}")
    reader.press("button.act")
    assert page.url == f"{reader.service.address}/en/answer"
    assert page.title() == "Next steps"
    reader.picture(f"answer-{country}")


def test_the_whole_way_with_the_keyboard_alone(visit):
    page = visit().open("/en/")
    keyboard = page.keyboard

    def reach(selector):
        for _ in range(400):
            keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def enter():
        with page.expect_navigation():
            keyboard.press("Enter")

    reach("a.act")
    enter()
    reach("#field-identified_in input")
    keyboard.press("ArrowDown")
    enter()
    reach("#field-age input")
    keyboard.type("16")
    reach("button[value=check]")
    enter()
    reach("#question-danger summary")
    keyboard.press("Enter")
    reach("#field-risks input[value=self-harm]")
    keyboard.press("Space")
    reach("button.act")
    enter()
    assert page.url.endswith("/en/answer")
    assert told(page, "main form >> nth=0")["age_years"] == 16
    assert told(page, "main form >> nth=0")["risk"] == {"self-harm"}


@pytest.mark.parametrize("script", [True, False])
def test_several_decisions_are_told_at_once_the_further_ones_unfolded(visit, script):
    reader = visit("phone", script=script)
    page = reader.open("/en/ask")
    ask_all(page, "GB")
    page.locator("#question-decided > summary").click()
    decisions = ["reasonable-grounds-positive", "reflection-granted", "confirmed"]
    page.locator("#field-done summary").click()
    for index, decision in enumerate(decisions):
        page.locator("#field-done select[name='done.decision']").nth(index).select_option(decision)
    assert not script or reader.barriers() == []
    reader.press("#ask button.act")
    page.wait_for_selector(".first")
    assert [
        field.get_attribute("value") for field in page.locator("main form >> nth=0").locator("[name='done.decision']").all()
    ] == decisions


def test_enter_goes_on_and_does_not_change_the_language(visit):
    page = visit().open("/en/ask")
    page.locator("#field-identified_in input[value=AL]").check()
    page.get_by_role("button", name="Continue").click()
    page.locator("#field-age input").fill("19")
    page.locator("#field-age input").press("Enter")
    page.wait_for_selector("#field-risks")
    assert "/en/ask" in page.url


@pytest.mark.parametrize("script", [True, False])
def test_another_language_in_the_middle_keeps_what_was_just_typed(visit, script):
    page = visit("phone", script=script).open("/en/ask")
    page.locator("#field-identified_in input[value=UA]").check()
    page.get_by_role("button", name="Continue").click()
    page.locator("#field-age input").fill("33")
    page.locator(".languages summary").click()
    page.locator(".languages button[lang=uk]").click()
    page.wait_for_url("**/uk/ask")
    assert page.locator("#field-age input").input_value() == "33"
    assert told(page, "#ask")["identified_in"] == "UA"


def test_what_if_and_back(visit):
    reader = visit()
    page = reader.open("/en/ask")
    ask_all(page, "GB")
    answer_all(page, {"identified_in": "GB", "age": 24, "gender": "female", "consent": {"police": True}})
    reader.press("button.act")
    reader.press("button[value=is-17]")
    assert page.url.endswith("/en/what-if")
    assert "Guardian" in page.locator("section").first.inner_text()
    page.locator("#question-consent summary").click()
    page.locator("#field-consent-police input[value=no]").check()
    reader.press("button.act")
    changes = page.locator("dl.facts").inner_text()
    assert "24" in changes
    assert "17" in changes
    assert "No" in changes
    page.get_by_role("button", name="Back to the answers as they were").click()
    page.wait_for_url("**/en/answer")
    assert told(page, "main form >> nth=0")["age_years"] == 24


def test_answers_are_saved_and_opened_again(visit, tmp_path):
    page = visit().open("/en/ask")
    ask_all(page, "PT")
    answer_all(page, {"identified_in": "PT", "age": 15, "unaccompanied": True, "languages": ["vi"]})
    before = told(page, "#ask")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the answers as a file").click()
    waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    assert json.loads((tmp_path / "answers.json").read_text())["age"] == 15
    page.goto(page.url)
    page.get_by_role("link", name="Open answers that you saved as a file").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "answers.json")
    page.get_by_role("button", name="Open", exact=True).click()
    assert told(page, "#ask") == before


def _through(reader, language):
    """The pages of the form that only a POST opens, one after the other."""
    page = reader.open(f"/{language}/ask")
    page.locator("#field-identified_in input[value=GR]").check()
    reader.press("main button[value=next]")
    yield "question"
    reader.press("button[value=all]")
    page.locator("#field-age input").fill("x")
    page.locator("#field-risks input[value=immediate-danger]").check()
    reader.press("button.act")
    yield "all"
    page.locator("#field-age input").fill("30")
    reader.press("button.act")
    reader.press("button[value=is-17]")
    yield "what-if"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_form_has_a_barrier_or_needs_scrolling_to_the_side(visit, language):
    reader = visit("phone" if language in ("en", "ar", "uk") else "desktop", color_scheme="dark" if language == "fr" else "light")
    for name in _through(reader, language):
        assert reader.barriers() == [], name
        if language in ("en", "ar"):
            reader.picture(f"form-{language}-{name}")
        reader.page.set_viewport_size({"width": 320, "height": 256})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_arabic_is_mirrored(visit):
    reader = visit()
    places = {}
    for language in ("en", "ar"):
        page = reader.open(f"/{language}/ask")
        ask_all(page, "MA")
        boxes = [page.locator(selector).first.bounding_box() for selector in ("#leave", "#field-age label", ".choice input")]
        places[language] = [box["x"] + (box["width"] if language == "ar" else 0) for box in boxes]
    width = reader.page.evaluate("document.documentElement.clientWidth")
    assert [round(x) for x in places["ar"]][1:] == [round(width - x) for x in places["en"]][1:]
    assert places["en"][0] > width / 2 > places["ar"][0]


SENTINELS = {"identified_in": "IT", "region": "IT-75", "start_date": "2031-07-19", "languages": ["vo"], "dependants": 29, "age": 97}


@pytest.mark.parametrize("script", [True, False])
def test_a_case_leaves_no_trace(visit, service, script):
    reader = visit(script=script)
    headers = []
    reader.page.on("request", lambda request: headers.append(request.headers))
    page = reader.open("/en/ask")
    ask_all(page, "IT")
    answer_all(page, SENTINELS)
    reader.press("button.act")
    reader.press("button[value=is-17]")
    assert page.url.endswith("/en/what-if")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, document.referrer]") == [0, 0, "", ""]
    assert page.evaluate("history.state") == (3 if script else None)
    assert page.evaluate("(async () => [(await indexedDB.databases()).length, (await caches.keys()).length])()") == [0, 0]
    state = page.context.storage_state()
    assert (state["cookies"], state["origins"]) == ([], [])
    assert {url.removeprefix(service.address) for url in reader.asked if "static" not in url} == {"/en/ask", "/en/answer", "/en/what-if"}
    assert {found.get("referer", "") for found in headers} == {""}
    kept = b"".join(path.read_bytes() for path in service.folder.rglob("*") if path.is_file())
    assert b"2031-07-19" not in kept
    reader.press("#leave")
    assert page.url.endswith("/calendar")
    if script:
        page.go_back()
        assert page.url.endswith("/en/ask")
        assert told_or_nothing(page) == {}
    else:
        with pytest.raises(Error, match="ERR_CACHE_MISS"):
            page.go_back()  # what was answered would have to be sent again: the browser has kept nothing of it
        reader.complaints.clear()


def told_or_nothing(page):
    """What the form of the page holds."""
    return {name: value for name, value in page.locator("#ask").evaluate("form => [...new FormData(form).entries()]") if name != "at"}


def test_a_browser_writes_nothing_of_a_case_to_its_disk(chromium, service, tmp_path):
    context = chromium.browser_type.launch_persistent_context(tmp_path, executable_path=program())
    page = context.new_page()
    page.goto(f"{service.address}/en/ask")
    ask_all(page, "IT")
    answer_all(page, SENTINELS)
    with page.expect_navigation():
        page.locator("button.act").click()
    page.wait_for_timeout(3000)  # a browser writes its session some time later
    context.close()
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(b"/en/ask" in content for content in written.values())  # it does note where it was
    planted = [text.encode(code) for text in ("2031-07-19", "IT-75") for code in ("utf-8", "utf-16-le")]
    assert [name for name, content in written.items() if any(text in content for text in planted)] == []


def test_back_leads_to_the_page_before_with_what_was_typed(visit):
    reader = visit("phone")
    page = reader.open("/en/ask")
    page.locator("#field-identified_in input[value=UA]").check()
    reader.press("main button[value=next]")
    page.locator("#field-age input").fill("41")
    reader.press("main button[value=next]")
    assert page.locator("#field-risks").count() == 1
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.go_back()
    assert page.locator("#field-age input").input_value() == "41"
    page.go_back()
    assert page.locator("#field-identified_in input:checked").input_value() == "UA"
    page.go_forward()
    assert page.locator("#field-age input").input_value() == "41"


def test_a_link_to_what_is_wrong_opens_it_and_gives_it_the_focus(visit):
    reader = visit()
    page = reader.open("/en/ask")
    ask_all(page, "CY")
    page.locator("#question-days summary").click()
    page.locator("#field-days_to_majority input").fill("soon")
    page.locator("#question-days summary").click()
    reader.press("button.act")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.locator(".errors a").click()
    assert page.evaluate("document.activeElement.name") == "days_to_majority"
