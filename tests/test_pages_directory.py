"""Looking up: bodies by name in any script and by filter, a body's page, a country's page; with sources, dates and doubts, and no case in an
address."""

from __future__ import annotations

import gzip
import re
from shutil import copyfile

import pytest

from api import Settings, create_app
from api.wording import condition, is_old
from pathways.stores import EDIT, open_store
from pathways.vocabulary import words
from pathways.vocabulary.labels import label

OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"


def results(page):
    return re.findall(r'<h3><a href="/\w\w/bodies/([\w-]+)">', page)


@pytest.mark.parametrize("name", ["ekka", "εκκα", "EKKA", "Κεντρο Κοινωνικης Αλληλεγγυης", "Natoinal Centre Social Solidarity"])
def test_a_body_is_found_by_its_name_in_any_script_and_with_a_slip(web, name):
    assert "gr-ekka" in results(web.get("/en/bodies", query_string={"q": name}).text)


def test_filters_narrow_and_tell_how_many_there_are(web):
    page = web.get("/en/bodies?country=GR&function=hotline").text
    assert set(results(page)) <= {body for body in results(page) if body.startswith("gr-")}
    count = int(re.search(r"<h2[^>]*>(\d+) bod", page)[1])
    assert f"Helpline ({count})" in page
    assert count == len(results(page))


def test_every_body_is_on_one_of_the_pages(web, directory):
    seen = set()
    for number in range(1, 9):
        seen.update(results(web.get(f"/en/bodies?country=GB&page={number}").text))
    assert seen == set(directory.parts["GB"].stakeholders)


def test_what_describes_a_person_is_searched_by_post_and_stays_out_of_every_address(web):
    form = {"country": "IT", "function": "safe-accommodation", "exploitation": "sexual", "age": "adult", "gender": "male", "q": ""}
    answer = web.post("/en/bodies", data=form)
    assert answer.headers["Cache-Control"] == "no-store"
    assert results(answer.text) == results(web.get("/en/bodies", query_string=form).text)
    assert results(answer.text)
    assert re.findall(r'(?:href|action)="[^"]*(?:gender|exploitation|age=)[^"]*"', answer.text) == []


def test_nothing_found_is_not_told_as_nothing_there(web):
    assert "does not mean that there is none" in web.get("/en/bodies?q=zzzzqqqq").text


@pytest.mark.parametrize("query", ["country=XX", "x=1", "page=0", "age=old"])
def test_a_filter_that_cannot_be_is_refused_as_a_page(web, query):
    answer = web.get(f"/en/bodies?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


@pytest.mark.parametrize("country", words("countries"))
def test_every_page_of_a_body_can_be_opened_and_names_its_sources(web, directory, country):
    for identity, body in directory.parts[country].stakeholders.items():
        answer = web.get(f"/en/bodies/{identity}")
        assert answer.status_code == 200, identity
        assert all(label("functions", mandate.function).replace("'", "&#39;") in answer.text for mandate in body.mandates), identity
        assert not body.mandates or "Sources (" in answer.text


def test_whom_a_body_refers_to_and_who_refers_to_it_stand_on_both_pages(web, directory):
    link = next(link for body in directory.parts["GR"].stakeholders.values() for link in body.links)
    assert f'/en/bodies/{link.to}"' in web.get(f"/en/bodies/{link.origin}").text
    assert f'/en/bodies/{link.origin}"' in web.get(f"/en/bodies/{link.to}").text


def test_what_a_body_asks_for_is_told_in_the_words_of_its_country(web, directory):
    part = directory.parts["GR"]
    mandate = next(m for body in part.stakeholders.values() for m in body.mandates if "passport" in m.requires)
    assert part.requirements["passport"].or_else in web.get(f"/en/bodies/{mandate.holder}").text


def test_a_body_without_a_number_gives_the_one_that_answers_for_it(web):
    page = web.get("/en/bodies/gr-prosecutor").text
    assert "It has no contact of its own that may be given" in page
    assert 'href="tel:' in page


def test_a_hidden_body_has_no_page_and_is_named_on_none(tmp_path, filled):
    copyfile(filled, tmp_path / "own.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/own.sqlite")
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"visibility": "hidden"}), layer=EDIT, source="", author="test")
    own = create_app(Settings(), store).test_client()
    assert own.get("/en/bodies/gr-ekka").status_code == 404
    assert "gr-ekka" not in results(own.get("/en/bodies?q=ekka&country=GR").text)
    assert "National Centre for Social Solidarity (EKKA)" not in own.get("/en/countries/GR").text
    store.close()


@pytest.mark.parametrize("country", words("countries"))
def test_a_country_tells_its_emergency_number_first_and_every_stage_with_its_sources(web, directory, country):
    part = directory.parts[country]
    page = web.get(f"/en/countries/{country}").text
    assert 0 < page.index(f"tel:{part.country.emergency[0]['number']}") < page.index('id="mechanism"') < page.index('id="gaps"')
    assert [stage.id for stage in part.stages if f'id="stage-{stage.id}"' not in page] == []
    assert [
        permit.id
        for permit in part.permits
        if permit.shown["name"].replace("'", "&#39;").replace("&", "&amp;").replace("&amp;#39;", "&#39;") not in page
    ] == []
    assert [stage.id for stage in part.stages if not stage.sources] == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"all": []}, ""),
        (None, ""),
        ({"fact": "gender", "in": ["female"]}, "Gender: Female"),
        ({"not": {"fact": "detained", "in": [True]}}, None),
        ({"all": [{"fact": "is_child", "in": [True]}, {"any": [{"fact": "region", "in": ["IT-75"]}]}]}, None),
    ],
)
def test_a_condition_is_told_in_words(web, data, told):
    with web.application.test_request_context("/en/"):
        words_of = condition(data, "en")
        assert words_of == told if told is not None else words_of.endswith(("Puglia", ": Yes"))


def test_every_condition_of_the_directory_has_words_in_every_language(web, directory):
    with web.application.test_request_context("/ar/"):
        for part in directory.parts.values():
            for body in part.stakeholders.values():
                for mandate in body.mandates:
                    told = condition(mandate.serves.as_data(), "ar")
                    assert "_" not in told, told


def test_a_statement_without_a_year_is_not_said_to_be_old():
    assert is_old(None) is False
    assert is_old(2000) is True


@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_the_pages_have_no_barrier_and_are_small(web, visit, language):
    reader = visit("phone")
    for path in ("bodies?q=ekka", "bodies/gr-ekka", "bodies/it-numero-verde", "countries/GB"):
        assert len(gzip.compress(web.get(f"/{language}/{path}").data)) < 100_000
        reader.open(f"/{language}/{path}").evaluate(OPEN_ALL)
        assert reader.barriers() == [], path
    reader.picture(f"country-{language}")


@pytest.mark.parametrize("script", [True, False])
def test_from_the_search_to_a_number(visit, script):
    reader = visit(script=script)
    page = reader.open("/en/bodies")
    page.get_by_label("Name").fill("salvaton army")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="The Salvation Army (MSVCC prime contractor)").first.click()
    assert page.get_by_role("link", name="0800 808 3733").first.get_attribute("href") == "tel:08008083733"
    assert page.url.endswith("/en/bodies/gb-salvation-army")


def test_at_400_percent_nothing_has_to_be_scrolled_to_the_side(visit):
    reader = visit()
    reader.page.set_viewport_size({"width": 320, "height": 256})
    for path in ("el/bodies?country=GR", "ar/bodies/gr-ekka", "de/countries/GB", "de/functions", "de/screening", "el/bodies/gr-ekka/wrong"):
        page = reader.open(f"/{path}")
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
