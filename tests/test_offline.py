"""One country as a file: in a browser with the network off, with a search, without a request, and inert whatever a name says."""

from __future__ import annotations

import re
from shutil import copyfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from api import Settings, create_app
from cli.main import main
from pathways.stores import EDIT, open_store
from pathways.vocabulary import words

EVIL = "\"><script>document.title='evil'</script><img src=x onerror=\"document.title='evil'\"> =cmd|' /C calc'!A0 </title></style>"


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a text as a file, with the network off; the page must ask for nothing and complain of nothing."""
    contexts = []

    def begin(text, script=True, width=390):
        path = tmp_path / "country.html"
        path.write_text(text, encoding="utf-8")
        context = chromium.new_context(offline=True, java_script_enabled=script, viewport={"width": width, "height": 844})
        page = context.new_page()
        asked, complaints = [], []
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        contexts.append((context, path.as_uri(), asked, complaints))
        return page

    yield begin
    for context, address, asked, complaints in contexts:
        context.close()
        assert {url.partition("#")[0] for url in asked} == {address}
        assert complaints == []


@pytest.mark.parametrize("country", words("countries"))
def test_the_file_of_a_country_has_every_body_and_stage_that_anybody_may_see(web, directory, country):
    answer = web.get(f"/en/countries/{country}/file")
    part = directory.parts[country]
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{country}-en-')
    assert [body for body in part.stakeholders if f'<article id="{body}"' not in answer.text] == []
    assert [stage.id for stage in part.stages if f'id="stage-{stage.id}"' not in answer.text] == []
    named = set(re.findall(r'href="#([\w.-]+)"', answer.text))
    there = set(re.findall(r' id="([\w.-]+)"', answer.text))
    assert named <= there
    assert re.findall(r'(?:src|action)="', answer.text) == []
    assert "revision" in answer.text


def test_it_says_that_it_is_a_copy_and_finds_no_path(web):
    text = web.get("/en/countries/GR/file").text
    assert "A copy for use without internet" in text
    assert "It does not find the path of a case." in text
    assert "traffick" not in re.search(r"<title>(.*?)</title>", text)[1].lower()


@pytest.mark.parametrize("wanted", ["ekka", "εκκα", "national centre solidarity"])
def test_with_the_network_off_a_body_is_found_and_its_number_read(web, opened, wanted):
    page = opened(web.get("/en/countries/GR/file").text)
    page.locator("#q").fill(wanted)
    assert page.locator("#gr-ekka").is_visible()
    assert page.locator("article:visible").count() < page.locator("article").count()
    page.locator("#gr-ekka summary").first.click()
    assert page.locator("#gr-ekka a[href='tel:197']").first.is_visible()
    page.locator("#q").fill("zzzz")
    assert page.locator("article:visible").count() == 0
    assert "Nothing was found" in page.locator("#count").inner_text()


def test_without_scripts_the_whole_list_is_there_and_nothing_promises_a_search(web, directory, opened):
    page = opened(web.get("/en/countries/UA/file").text, script=False)
    assert page.locator("article:visible").count() == len(directory.parts["UA"].stakeholders)
    assert not page.locator("#q").is_visible()


def test_a_link_within_the_file_opens_what_it_leads_to(web, opened):
    page = opened(web.get("/en/countries/GR/file").text)
    page.locator("#mechanism ~ dl a").first.click()
    body = page.url.partition("#")[2]
    assert page.locator(f"[id='{body}'] details").first.get_attribute("open") is not None


@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_the_file_has_no_barrier(web, opened, language):
    page = opened(web.get(f"/{language}/countries/CY/file").text)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
    page.locator("article summary").first.click()
    assert [item["id"] for item in Axe().run(page, options=options).response["violations"]] == []


def test_whatever_a_name_says_is_text_and_a_hidden_body_is_not_in_it(tmp_path, filled, opened):
    copyfile(filled, tmp_path / "own.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/own.sqlite")
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"name": EVIL, "name_local": EVIL}), layer=EDIT, source="", author="test")
    store.commit(store.amend(EDIT, "stakeholder", "gr-arsis", {"visibility": "hidden"}), layer=EDIT, source="", author="test")
    text = create_app(Settings(home=tmp_path), store).test_client().get("/en/countries/GR/file").text
    store.close()
    assert 'id="gr-arsis"' not in text
    assert "ARSIS - Association for the Social Support of Youth" not in text
    page = opened(text)
    assert page.title() == "Greece"
    assert page.locator("#gr-ekka h3").inner_text().startswith('"><script>')
    assert page.locator("script").count() == 1


def test_a_script_that_somebody_puts_into_the_file_does_not_run(web, chromium, tmp_path):
    text = web.get("/en/countries/GR/file").text
    (tmp_path / "changed.html").write_text(text.replace("</main>", "<script>document.title = 'evil'</script></main>"), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "changed.html").as_uri())
    assert page.locator("script").count() == 2
    assert page.title() == "Greece"
    assert page.locator("#q").is_visible()
    context.close()


def test_the_command_writes_the_same_file(tmp_path, filled, web):
    def run(*given):
        environment = {"PATHWAYS_HOME": str(tmp_path), "PATHWAYS_STORE": f"sqlite:///{tmp_path}/own.sqlite"}
        return CliRunner().invoke(main, ["export", "--format", "html", *given], env=environment)

    copyfile(filled, tmp_path / "own.sqlite")
    out = tmp_path / "GR.html"
    assert run("--country", "GR", "-o", str(out)).exit_code == 0
    assert out.read_text(encoding="utf-8") == web.get("/en/countries/GR/file").text
    assert '<html lang="uk"' in run("--country", "GR", "--language", "uk", "-o", "-").output
    for wrong in (
        ["-o", str(out)],
        ["--country", "GR", "--viewer", "keeper", "-o", str(out)],
        ["--country", "GR", "-o", str(tmp_path / "GR.txt")],
    ):
        assert run(*wrong).exit_code == 2
    assert run("--country", "GR", "--revision", "99", "-o", str(out)).exit_code == 1
