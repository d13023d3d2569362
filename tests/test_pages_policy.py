"""The pages for policy: findings in plain words first, the same numbers as the API, no case in an address, no barrier."""

from __future__ import annotations

import io
import re
import shutil
from html import unescape

import pytest
from pypdf import PdfReader
from werkzeug.datastructures import MultiDict

from api import Settings, analysing, create_app
from pathways.stores import EDIT, open_store
from pathways.vocabulary import words
from pathways.vocabulary.labels import LANGUAGES, label

ASKING = ("policy/compare", "policy/pair", "policy/AT/what-if", "policy/AT/changes")
"""Pages that ask first, and with an answer to that say more."""
ANSWERED = (
    "policy/compare?country=AT&country=MA",
    "policy/pair?origin=AT&destination=AL&traveller=child",
    "policy/AT/what-if?close=at-lefoe-ibf&open=safe-accommodation&open_for=men&open_in=AT-6",
    "policy/AT/changes?before=2010-01-01",
)
PAGES = ("policy", "policy/AT", "policy/AT/measures", "policy/AT/resilience", *ASKING, *ANSWERED)
COUNTS = "exploitation_region,citizenship_region,gender,majority,forced_labour,sexual_exploit,records\n"


def text_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("country", words("countries"))
def test_every_country_says_first_for_whom_it_fails_and_labels_each_finding(web, country):
    page = web.get(f"/en/policy/{country}").text
    told = web.get(f"/api/v1/analysis/gaps?country={country}").get_json()["items"]
    assert page.count("<h3>") == len(told)
    assert page.count("Real: a source says so.") == sum(item["evidence"] == "stated-absent" for item in told)
    assert page.count("Real for a part of them") == sum(item["evidence"] == "partly-stated" for item in told)
    assert page.count("Absence of data:") == sum(item["evidence"] == "not-found" for item in told)
    assert page.index('id="stated"') < page.index('id="not-found"')


def test_a_finding_is_a_sentence_with_its_source(web):
    page = text_of(web.get("/en/policy/AT").text)
    assert "Non-EU national without a right to stay: no compensation" in page
    assert "State compensation needs lawful stay at the time of the offence" in page
    assert "Sources (" in page


def test_the_example_of_a_finding_is_answered_by_the_planner_with_that_gap(web):
    form = re.search(r'<form method="post" action="/en/answer">(.*?)</form>', web.get("/en/policy/CY").text, re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1])
    answer = web.post("/en/answer", data=MultiDict(fields))
    first = web.get("/api/v1/analysis/gaps?country=CY").get_json()["items"]
    stated = next(item for item in first if item["evidence"] != "not-found")
    assert answer.status_code == 200
    missing = text_of(answer.text).partition("What is missing")[2]
    assert label("functions", stated["function"]) in missing


def test_the_measures_of_the_page_are_those_of_the_api(web):
    page = text_of(web.get("/en/policy/PL/measures").text)
    items = web.get("/api/v1/analysis/coverage?country=PL").get_json()["items"]
    for item in items:
        if item["measure"] != 8 and item["unit"] == "share" and item["value"] not in (None, 0, 1) and 0.01 < item["value"] < 0.99:
            assert f"{item['value']:.0%}" in page, item["name"]
    assert [f"{number}. " in page for number in range(1, 11)] == [True] * 10


def test_a_region_is_never_finer_than_the_first_level(web, directory):
    from pathways import territories

    page = web.get("/en/policy/IT/measures").text
    finer = {territories.name(code) for code in territories.subdivisions("IT") if "-" in str(territories.parent(code))}
    first = {territories.name(code) for code in territories.subdivisions("IT") if "-" not in str(territories.parent(code))}
    shown = set(re.findall(r'<th scope="row">(?:<bdi[^>]*>)?([^<]+)', page))
    assert shown & first
    assert not shown & (finer - first)


def test_counted_cases_are_a_second_view_where_there_are_any(bundled_store, web, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text(COUNTS + "Europe,Europe,Male,Adult,1,,900\nEurope,Asia,Female,Adult,,1,100\n")
    own = create_app(Settings(counts=counts), bundled_store).test_client()
    assert "Of the counted cases" in own.get("/en/policy/AT").text
    assert "Of the counted cases" not in web.get("/en/policy/AT").text
    assert "No counted cases are given" in web.get("/en/policy/AT/measures").text
    assert own.get("/api/v1/analysis/gaps?country=AT").get_json()["summary"][0]["complete_counted"] is not None


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(web, path):
    page = web.get(f"/en/{path}").text
    for target in sorted({unescape(found) for found in re.findall(r'(?:href|action)="([^"]+)"', page)}):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page, target
        elif not target.startswith("http") and target != "/en/answer":
            assert web.get(target, buffered=True).status_code in (200, 302, 303), target


@pytest.mark.parametrize("path", [path for path in PAGES if "/AT" in path and "?" not in path])
def test_a_page_of_a_day_and_revision_can_be_kept_as_an_address(web, path):
    assert web.get(f"/en/{path}?as_of=2020-01-01&revision=1").status_code == 200
    assert web.get(f"/en/{path}?as_of=soon").status_code == 422
    assert web.get(f"/en/{path}?what=else").status_code == 422
    assert web.get(f"/en/{path.replace('AT', 'XX')}").status_code == 404


def test_countries_stand_side_by_side_with_their_sources(web):
    page = text_of(web.get("/en/policy/compare?country=AT&country=MA").text)
    assert "at least 30 days" in page and "no length found" in page and "Sources (" in page
    assert "Which countries" in text_of(web.get("/en/policy/compare?country=AT").text)
    assert web.get("/en/policy/compare?country=AT&country=XX").status_code == 422


def test_a_pair_says_who_is_known_on_each_side(web):
    page = text_of(web.get("/en/policy/pair?origin=GB&destination=AL").text)
    assert "From United Kingdom to Albania" in page
    assert "nobody is known" in page and "has no part" in page
    assert web.get("/en/policy/pair?origin=GB&destination=GB").status_code == 200
    assert web.get("/en/policy/pair?origin=XX").status_code == 422


def test_what_if_can_be_asked_and_added_to_without_a_script(visit):
    page = visit(script=False).open("/en/policy/AT/what-if")
    page.get_by_label("A body closes").select_option("at-lefoe-ibf")
    page.get_by_role("button", name="Try it").click()
    assert "What is lost" in page.inner_text("main")
    page.get_by_label("A body opens that does this").select_option("safe-accommodation")
    page.get_by_role("button", name="Try it").click()
    assert "What is gained" in page.inner_text("main")
    assert "close=at-lefoe-ibf" in page.url and "open=safe-accommodation" in page.url
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Try it").click()
    assert "What is lost" not in page.inner_text("main")


def test_what_has_changed_says_for_whom(web):
    page = text_of(web.get("/en/policy/GB/changes?before=2020-01-01").text)
    assert "gain something" in page and "What is gained" in page
    assert "Bodies : new" in page or "Bodies: new" in page


def report(web, country: str, language: str = "en") -> PdfReader:
    answer = web.get(f"/{language}/policy/{country}/report?as_of=2026-11-24")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("country", words("countries")[::4])
def test_the_report_says_the_findings_first_then_all_the_rest_with_day_revision_and_sources(web, country):
    reader = report(web, country)
    text = letters("".join(page.extract_text() for page in reader.pages))
    gaps = web.get(f"/api/v1/analysis/gaps?country={country}&as_of=2026-11-24").get_json()
    assert reader.metadata.title == f"What is missing: {label('countries', country)}"
    first = [text.index(letters(item["headline"])[1:]) for item in gaps["items"]]
    assert all(place < text.index("Thetenmeasures") < text.index("Onwhomithangs") < text.rindex("Sources") for place in first)
    assert "Inforceon24November2026;revision1" in text
    assert all(letters(source["title"]) in text for source in gaps["sources"].values())
    assert [page.extract_text().strip().endswith(str(number)) for number, page in enumerate(reader.pages, 1)] == [True] * len(reader.pages)


@pytest.mark.parametrize("language", ["ar", "uk"])
def test_a_report_is_in_the_language_of_its_address(web, language):
    reader = report(web, "CY", language)
    assert (
        letters(label("countries", "CY", language))[:: -1 if language == "ar" else 1]
        in letters(reader.metadata.title)[:: -1 if language == "ar" else 1]
    )
    assert reader.trailer["/Root"]["/Lang"] == language
    for page in reader.pages:
        depth = 0
        for operands, operator in page.get_contents().operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            assert depth > 0 or operator not in (b"Tj", b"TJ", b"'"), f"no screen reader is told this: {operands}"
        assert depth == 0
    assert "\ufffd" not in "".join(page.extract_text() for page in reader.pages)


def test_who_would_wait_long_is_told_when_to_come_again(web, monkeypatch):
    monkeypatch.setattr(analysing, "_PATIENCE", 0.01)
    with analysing._WORKING:
        busy = web.get("/en/policy/PT")
        assert web.get("/en/countries/PT").status_code == 200, "nobody else waits"
    assert busy.status_code == 503 and busy.headers["Retry-After"]
    assert "Try again in ten seconds" in busy.text


def test_a_hidden_body_is_named_on_no_page(filled, tmp_path):
    shutil.copy(filled, tmp_path / "own.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/own.sqlite")
    store.commit(store.amend(EDIT, "stakeholder", "at-lefoe-ibf", {"visibility": "hidden"}), layer=EDIT, source="", author="a tester")
    own = create_app(Settings(), store).test_client()
    for path in (*(path for path in PAGES if "lefoe" not in path), "policy/AT/changes?before_revision=1"):
        page = own.get(f"/en/{path}").text
        assert "Intervention Centre for Trafficked Women" not in page and "lefoe-ibf" not in page, path
    store.close()


def test_the_start_of_policy_counts_only_what_sources_state(web, directory):
    page = text_of(web.get("/en/policy").text)
    for code, part in directory.parts.items():
        stated = sum(gap.shown.get("evidence") != "not-found" for gap in part.gaps)
        assert f"{label('countries', code)} {stated} {len(part.stakeholders)}" in page


def test_the_sources_of_every_country_and_the_start_lead_to_policy(web):
    assert 'href="/en/policy"' in web.get("/en/").text
    assert 'href="/en/policy/AT"' in web.get("/en/countries/AT").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_stands_in_every_language(web, language):
    page = web.get(f"/{language}/policy/GR")
    assert page.status_code == 200
    assert "%(" not in page.text


@pytest.mark.parametrize(("size", "language"), [("phone", "en"), ("desktop", "ar")])
def test_no_page_has_a_barrier_and_none_needs_a_script(visit, language, size):
    reader = visit(size, script=size == "desktop", color_scheme="dark" if language == "ar" else "light")
    for path in PAGES:
        page = reader.open(f"/{language}/{path}")
        if size == "desktop":
            page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
            assert reader.barriers() == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        reader.picture(f"{re.sub(r'[^a-zA-Z]+', '-', path)}-{language}-{size}")
