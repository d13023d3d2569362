"""Partners' lists on pages: uploaded, looked at, applied, seen in the directory, taken back; nothing of a hostile list runs, and nobody else
may."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from partner_lists import a_body, a_list, bodies

from pathways.stores import EDIT

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
ADDRESSES = ("imports", "imports/history", "imports/history/1", "imports/template.csv", "imports/0123456789abcdef", "matches")


def sent(desk, path, **fields):
    """The answer to the upload form, with all its fields as a browser sends them."""
    form = {"source": "partner", "author": "", "format": "auto", "country": "", "published": "", "mapping": (io.BytesIO(b""), ""), **fields}
    return desk.web.post("/en/imports", data={**form, "file": (io.BytesIO(path.read_bytes()), path.name)})


def uploaded(desk, path, **fields):
    """The address of the page of a list that was uploaded."""
    answer = sent(desk, path, **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_list_is_seen_applied_on_a_second_page_and_taken_back(desk):
    page = uploaded(desk, a_list(desk.folder, bodies(3), "shelters.json"), author="desk 4")
    assert "Not applied yet" in desk.web.get(page).text
    assert "Body 3" in desk.web.get(page).text
    assert desk.store.head() == 1
    assert "Bodies: Added 3; Changed 0; Withdrawn 0" in text(desk.web.get(f"{page}/apply").text)
    assert desk.store.head() == 1, "a page that is only opened changes nothing"
    assert desk.web.post(f"{page}/apply").headers["Location"] == page
    assert '"/en/imports/history/2"' in desk.web.get(page).text
    assert desk.web.get("/en/bodies/us-body-1").status_code == 200
    revision = desk.web.get("/en/imports/history/2").text
    assert "desk 4" in revision and "shelters.json" in revision and "us-body-3" in revision
    assert desk.web.post("/en/imports/history/2", data={"author": "desk 5", "note": "by mistake"}).status_code == 303
    history = text(desk.web.get("/en/imports/history").text)
    assert "desk 5" in history and "by mistake" in history and "Takes back revision 2." in history and "Taken back." in history
    assert "It was in the directory, and was taken back." in desk.web.get(page).text
    assert desk.web.get("/en/bodies/us-body-1").status_code == 404


def test_what_changes_is_told_before_and_after(desk):
    first = uploaded(desk, a_list(desk.folder, bodies(3)))
    desk.web.post(f"{first}/apply")
    second = uploaded(desk, a_list(desk.folder, [a_body(1, name="Harbour"), *bodies(2, start=2)]))
    assert re.search(r"<bdi>Body 1</bdi></td><td><bdi>Harbour</bdi>", desk.web.get(second).text)


def test_a_list_with_errors_says_where_and_what_to_do_and_offers_nothing_to_apply(desk):
    path = desk.folder / "list.csv"
    path.write_text("name,country,kind,function,gender\nA house,GB,ngo,hotline,women & girls\n")
    page = desk.web.get(uploaded(desk, path)).text
    assert "Nothing of it is in the directory" in page
    finding = text(page[page.index('class="findings"') :])
    assert "Error" in finding and "Row 2" in finding and "Column For which gender" in finding and "women &amp; girls" in finding
    assert "/apply" not in page


def test_only_the_first_findings_are_shown_and_the_rest_is_counted(desk):
    page = desk.web.get(uploaded(desk, a_list(desk.folder, bodies(60)))).text
    assert page.count('<details class="question">') == 50
    assert "71 more stand in the whole report." in page
    for form in ("html", "xlsx", "text", "json"):
        (address,) = re.findall(rf'href="([^"]+/report\?format={form})"', page)
        assert desk.web.get(address).headers["Content-Disposition"].startswith("attachment")


def test_withdrawals_are_confirmed_by_a_word_of_their_own(desk):
    desk.applied(a_list(desk.folder, bodies(40)))
    page = uploaded(desk, a_list(desk.folder, bodies(20)))
    assert "Much would be withdrawn" in desk.web.get(page).text
    assert "--confirm" not in desk.web.get(page).text
    desk.web.post(f"{page}/try")
    assert "/apply" not in desk.web.get(page).text, "looking again is no confirmation"
    desk.web.post(f"{page}/try", data={"confirm_withdrawals": "yes"})
    assert "/apply" in desk.web.get(page).text
    assert desk.store.head() == 2
    desk.web.post(f"{page}/apply")
    assert desk.web.get("/en/bodies/us-body-30").status_code == 404


def test_a_list_that_is_outdated_is_refused_in_words_and_tried_again(desk):
    page = uploaded(desk, a_list(desk.folder, bodies(2)))
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", {"name": "Renamed"}), layer=EDIT, source="", author="ana")
    answer = desk.web.post(f"{page}/apply")
    assert answer.status_code == 409
    assert "This was not done" in answer.text and "Nothing was written" in answer.text
    assert f'href="{page.replace("/en/", "/ar/")}"' in answer.text, "the languages lead to the page of the list"
    assert desk.store.head() == 2
    assert desk.web.post(f"{page}/try").headers["Location"] == page
    assert desk.web.post(f"{page}/apply").status_code == 303


def test_an_undo_on_which_something_rests_is_refused_with_what_that_is(desk):
    desk.applied(a_list(desk.folder, bodies(2)))
    desk.applied(a_list(desk.folder, [a_body(1, name="Renamed"), *bodies(1, start=2)]))
    answer = desk.web.post("/en/imports/history/2")
    assert answer.status_code == 409
    assert "This cannot be taken back" in answer.text and "revision 3 later changed" in answer.text
    assert desk.store.head() == 3
    assert "cannot be taken back" in desk.web.get("/en/imports/history/1").text
    assert desk.web.post("/en/imports/history/1").status_code == 409
    assert desk.web.get("/en/imports/history/99").status_code == desk.web.post("/en/imports/history/99").status_code == 404


def test_a_revision_that_came_of_no_upload_is_taken_back_too(desk):
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", {"name": "Renamed"}), layer=EDIT, source="", author="ana")
    assert "Renamed" in desk.web.get("/en/imports/history/2").text
    assert desk.web.post("/en/imports/history/2", data={"author": "x" * 81}).status_code == 422
    assert desk.web.post("/en/imports/history/2").status_code == 303
    assert desk.store.directory().stakeholder("gb-house").name != "Renamed"


def test_a_list_is_forgotten_after_a_question(desk):
    page = uploaded(desk, a_list(desk.folder, bodies(1)))
    assert "Nothing in the directory changes" in desk.web.get(f"{page}/forget").text
    assert desk.web.get(page).status_code == 200
    assert desk.web.post(f"{page}/forget").headers["Location"] == "/en/imports"
    assert desk.web.get(page).status_code == 404
    assert list(desk.settings.imports.iterdir()) == []


@pytest.mark.parametrize(
    ("field", "value"), [("source", "Not A Name"), ("country", "usa"), ("published", "2026-02-30"), ("author", "x" * 81), ("format", "no")]
)
def test_what_is_wrong_in_the_form_is_said_at_its_field_and_the_rest_stays(desk, field, value):
    answer = sent(desk, a_list(desk.folder, bodies(1)), **{"source": "our-network", field: value})
    assert answer.status_code == 422
    assert f'<a href="#field-{field}">' in answer.text and f'id="field-{field}"' in answer.text
    assert field == "source" or 'value="our-network"' in answer.text
    assert list(desk.settings.imports.iterdir()) == []


def test_a_form_without_a_file_says_so(desk):
    assert '<a href="#field-file">' in desk.web.post("/en/imports", data={"source": "x", "file": (io.BytesIO(b""), "")}).text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_template_is_given_in_two_forms_and_languages_and_can_be_uploaded_as_it_is(desk, language):
    heads = {"en": "Country", "fr": "Pays"}[language]
    book = desk.web.get(f"/en/imports/template.xlsx?in={language}")
    assert heads.casefold() in str([cell.value for cell in load_workbook(io.BytesIO(book.data)).worksheets[0][1]]).casefold()
    path = desk.folder / f"template-{language}.csv"
    path.write_bytes(desk.web.get(f"/en/imports/template.csv?in={language}").data)
    assert heads.casefold() in path.read_text("utf-8-sig").casefold()
    assert "template" in desk.web.get(uploaded(desk, path)).text


def test_nothing_that_a_list_says_runs_or_is_markup(desk):
    path = a_list(desk.folder, [a_body(1, name=HOSTILE, note=HOSTILE), a_body(2, kind=HOSTILE)], f"{HOSTILE}.json".replace("/", ""))
    pages = [uploaded(desk, path)]
    good = uploaded(desk, a_list(desk.folder, [a_body(1, name=HOSTILE, name_local=HOSTILE)]))
    desk.web.post(f"{good}/apply")
    pages += [good, f"{good}/apply", "/en/imports", "/en/imports/history", "/en/imports/history/2", "/en/bodies/us-body-1"]
    assert desk.store.head() == 2
    for page in pages:
        shown = desk.web.get(page).text
        assert "<script>alert" not in shown and "<img" not in shown, page
    assert "&lt;script&gt;alert(1)" in desk.web.get(good).text


def harbour(desk):
    """The page of a list with a body that may be the house of the directory."""
    phone = "+44 20 7946 0958"
    fields = {"name": "Harbour Lights Shelter", "contacts": [{"type": "phone", "value": phone}]}
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", fields), layer=EDIT, source="", author="ana")
    path = desk.folder / "harbour.csv"
    path.write_text(f"name,country,kind,function,phone\n{HOSTILE} Harbour,GB,ngo,hotline,{phone}\n")
    return uploaded(desk, path)


def judgement(page):
    """The fields of the first form of a match."""
    return {name: value.replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">") for name, value in re.findall(r'<input type="hidden" name="(source|subject|body)" value="([^"]*)">', page)}  # fmt: skip


@pytest.mark.parametrize(("verdict", "said"), [("same", "Judged: the same."), ("different", "Judged: not the same.")])
def test_a_match_shows_both_sides_is_judged_before_it_is_applied_and_taken_back(desk, verdict, said):
    page = harbour(desk)
    assert "1 body may be in the directory already" in desk.web.get(page).text
    both = desk.web.get(f"{page}/matches").text
    assert "Harbour Lights Shelter" in both and "&lt;script&gt;" in both and "<script>alert" not in both
    assert "phone" in both
    answer = desk.web.post(f"{page}/matches", data={**judgement(both), "verdict": verdict, "author": "desk 4", "note": "I called"})
    assert answer.headers["Location"] == f"{page}/matches"
    assert said in desk.web.get(f"{page}/matches").text
    desk.web.post(f"{page}/try")
    assert "may be in the directory already" not in desk.web.get(page).text
    kept = desk.web.get("/en/matches").text
    assert "desk 4" in kept and "I called" in kept
    assert desk.web.post("/en/matches/1/back").status_code == 303
    assert "Taken back." in desk.web.get("/en/matches").text
    assert desk.web.post("/en/matches/1/back").status_code == 404


def test_what_waits_after_an_import_is_judged_in_the_queue(desk):
    page = harbour(desk)
    desk.web.post(f"{page}/apply")
    asked = judgement(desk.web.get("/en/matches").text)
    assert desk.web.post("/en/matches", data={**asked, "verdict": "perhaps"}).status_code == 422
    assert desk.web.post("/en/matches", data={**asked, "verdict": "different", "colour": "red"}).status_code == 400
    assert desk.web.post("/en/matches", data={**asked, "verdict": "different"}).headers["Location"] == "/en/matches"
    assert "Nothing waits." in desk.web.get("/en/matches").text


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("hostile", [{"headers": {"Sec-Fetch-Site": "cross-site"}}, {"headers": {"X-Forwarded-For": "203.0.113.9"}}, {"headers": {"Host": "evil.example"}}, {"environ_base": {"REMOTE_ADDR": "192.168.1.7"}}])  # fmt: skip
def test_nobody_elsewhere_opens_or_sends_a_page_of_importers(desk, path, hostile):
    for method in ("GET", "POST"):
        answer = desk.web.open(f"/en/{path}", method=method, **hostile)
        assert answer.status_code in (403, 405)
        if method == "GET":
            assert "You may not open this" in answer.text
            assert "sits at the machine" in answer.text


def test_every_page_of_importers_asks_who_opens_it(desk):
    rules = [rule for rule in desk.web.application.url_map.iter_rules() if "/imports" in rule.rule or "/matches" in rule.rule]
    pages = {rule.endpoint for rule in rules if rule.endpoint.startswith("pages.")}
    assert len(pages) > 8
    assert {name for name in pages if not name.startswith("pages.importers.")} == set()


def test_only_those_who_may_are_led_to_the_pages_and_no_browser_keeps_one(desk, web):
    assert 'href="/en/imports"' in desk.web.get("/en/").text
    assert 'href="/en/imports"' not in web.get("/en/").text
    assert "PATHWAYS_WRITES" in web.get("/en/imports").text
    assert all(desk.web.get(f"/en/{path}").headers["Cache-Control"] == "no-store" for path in ADDRESSES)


def test_an_upload_is_seen_applied_and_taken_back_in_a_browser(visit, tmp_path):
    reader = visit("phone")
    page = reader.open("/en/")
    reader.press("text=Import a partner's list")
    assert reader.barriers() == []
    reader.picture("imports")
    page.set_input_files("#file", a_list(tmp_path, [*bodies(3), a_body(4, website="x")], "wrong.json"))
    page.fill("#source", "browser-test")
    reader.press("text=Upload and look through it")
    assert "Refused" in page.inner_text("main")
    reader.picture("import-refused")
    reader.open("/en/imports")
    page.set_input_files("#file", a_list(tmp_path, bodies(3), "shelters.json"))
    page.fill("#source", "browser-test")
    page.fill("#author", "desk 4")
    reader.press("text=Upload and look through it")
    assert "Not applied yet" in page.inner_text("main")
    address = page.url
    assert reader.barriers() == []
    reader.picture("import")
    reader.press("a.act")
    reader.picture("import-confirm")
    reader.press("main button")
    assert "It is in the directory." in page.inner_text("main")
    assert "Body 1" in reader.open("/en/bodies/us-body-1").inner_text("h1")
    page.goto(address)
    reader.press("main a[href*=history]")
    assert reader.barriers() == []
    reader.picture("import-undo")
    reader.press("#undo button")
    assert "Taken back." in page.inner_text("main")
    assert reader.barriers() == []
    assert page.goto(f"{reader.service.address}/en/bodies/us-body-1").status == 404
    reader.complaints.clear()  # the browser tells of the 404


def test_the_pages_of_importers_have_no_barrier_in_arabic_on_a_dark_screen(visit, tmp_path):
    reader = visit(script=True, color_scheme="dark")
    page = reader.open("/ar/imports")
    page.set_input_files("#file", a_list(tmp_path, bodies(2), "قائمة.json"))
    reader.press("#upload button")
    reader.picture("import-ar")
    paths = [page.url.split("/ar/")[1], "imports", "imports/history", "imports/history/1", "matches"]
    for path in paths:
        reader.open(f"/ar/{path}")
        assert reader.barriers() == [], path
