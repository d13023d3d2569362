"""The pages of maps in a real browser: drawn, without a barrier, without a request to anybody else, and the file that opens offline."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
from pictures import HOSTILE, hold_of_every_picture, read, sentences
from pypdf import PdfReader

from api import Settings, create_app
from pathways.stores import EDIT
from pathways.vocabulary import words
from visualisations.explorer import LIBRARY

PAGES = ("map/GB", "map/transnational", "map/AT/explorer")


def svg_of(page: str) -> str:
    """The picture in a page."""
    found = re.search(r"<svg xmlns.*?</svg>", page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("country", words("countries"))
def test_every_country_has_a_map_with_its_tables(web, country):
    page = web.get(f"/en/map/{country}")
    assert page.status_code == 200
    root = read(svg_of(page.text))
    hold_of_every_picture(root)
    assert all(f'id="{identity}"' in page.text for identity in sentences(root))
    assert page.text.count("<table") == 4


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_map_has_no_style_and_no_script_of_its_own(web, path):
    page = web.get(f"/en/{path}").text
    assert re.findall(r"(?:https?:)?//[a-z]", page.replace("http://www.w3.org/2000/svg", "")) == []
    assert re.findall(r'<script(?![^>]* src=)(?! type="application/json")', page) == []
    assert re.findall(r"<[^>]+ (?:style|on\w+)=", page) == []


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_map_leads_somewhere(web, path):
    page = web.get(f"/en/{path}").text
    targets = {found.replace("&amp;", "&") for found in re.findall(r'(?:href|src)="([^"]+)"', page)}
    for target in sorted(targets):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page, target
        elif "format=png" not in target:
            assert web.get(target, buffered=True).status_code in (200, 303), target


def test_an_address_of_no_map_is_a_page_of_its_own(web):
    assert web.get("/en/map/XX").status_code == 404
    assert web.get("/en/map/XX/explorer").status_code == 404
    assert web.get("/en/map/AT?as_of=x").status_code == 422


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_no_map_has_a_barrier(visit, language):
    reader = visit("phone" if language == "de" else "desktop", color_scheme="dark" if language == "ar" else "light")
    for path in PAGES:
        reader.open(f"/{language}/{path}")
        assert reader.barriers() == [], path


def test_a_map_is_printed_on_a3_and_its_tables_on_a4(visit):
    page = visit().open("/en/map/AT")
    assert "On paper the map is for A3" in page.inner_text("main")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = [(round(float(sheet.mediabox.width) / 72 * 25.4), round(float(sheet.mediabox.height) / 72 * 25.4)) for sheet in printed.pages]
    assert set(sizes) == {(210, 297), (420, 297)}
    of_tables = [sheet.extract_text() for sheet, size in zip(printed.pages, sizes, strict=True) if size == (210, 297)]
    assert any("Who does what" in text for text in of_tables)
    assert not any(
        "The same in tables" in sheet.extract_text() for sheet, size in zip(printed.pages, sizes, strict=True) if size == (420, 297)
    )


def test_the_route_is_switched_without_a_script(visit):
    page = visit(script=False).open("/en/map/IT")
    adults, children = (page.locator(f"svg.map .{route}-only").first for route in ("adults", "children"))
    assert adults.is_visible() and children.is_visible()
    page.get_by_label("The children's route").check()
    assert not adults.is_visible() and children.is_visible()
    page.get_by_label("The adults' route").check()
    assert adults.is_visible() and not children.is_visible()


def test_a_box_of_the_map_leads_to_the_page_of_the_body(visit):
    reader = visit()
    page = reader.open("/en/map/GR")
    page.locator("svg.map a.cell").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/bodies/gr-*")
    assert page.locator("h1").inner_text()


def drawn(reader, path):
    """The explorer of a country once it is drawn."""
    page = reader.open(path)
    page.wait_for_selector("#network[data-drawn=yes]", timeout=60_000)
    return page


def test_the_explorer_finds_filters_and_opens_a_body(visit):
    page = drawn(visit(), "/en/map/AT/explorer")
    assert page.locator("#network canvas").count() == 1
    whole = page.locator("#count").inner_text()
    page.get_by_label("What it does").select_option("child-guardianship")
    assert page.locator("#count").inner_text() != whole
    page.get_by_label("What it does").select_option("")
    page.get_by_label("Find a body").fill("lefo-ibf")
    assert page.locator("#count").inner_text().endswith(" 1")
    page.locator("#chosen a").click()
    page.wait_for_url("**/en/bodies/at-lefoe*")


def test_the_explorer_without_scripts_is_its_tables(visit):
    page = visit(script=False).open("/en/map/AT/explorer")
    assert not page.locator("#explore").is_visible()
    assert page.locator("table").count() == 3


def test_the_bodies_of_a_path_are_marked_in_the_explorer_and_nobody_keeps_them(web):
    answer = web.post("/en/map/IT/explorer", data={"identified_in": "IT", "region": "IT-75"})
    assert answer.headers["Cache-Control"] == "no-store"
    marked = re.search(r'"marked": ?\[(.*?)\]', answer.text)
    assert marked and marked[1].strip()


def test_the_answer_leads_to_its_bodies_on_the_map(visit):
    reader = visit()
    page = reader.open("/en/ask")
    page.set_content(
        f'<form method="post" action="{reader.service.address}/en/answer"><input name="identified_in" value="IT"><button>go</button></form>'
    )
    page.get_by_role("button", name="go").click()
    page.get_by_role("button", name="These bodies on the map of the mechanism").click()
    page.wait_for_selector("#network[data-drawn=yes]", timeout=60_000)
    assert page.url.endswith("/en/map/IT/explorer")
    assert page.get_by_text("The bodies of the path are marked.").is_visible()
    assert reader.barriers() == []


def test_vis_network_comes_from_the_package_of_pyvis(web):
    answer = web.get("/en/map/vis-network.js", buffered=True)
    assert answer.mimetype == "text/javascript"
    assert answer.data == LIBRARY.read_bytes()


def test_a_hostile_name_does_nothing_in_map_and_explorer(own_store, visit, tmp_path):
    name = HOSTILE.replace("\x00", "").replace("\x0b", "").replace("\ud800", "") + "<img src=x onerror=alert(1)></script>"
    own_store.commit(own_store.amend(EDIT, "stakeholder", "at-men", {"name": name}), layer=EDIT, source="", author="a tester")
    client = create_app(Settings(poll=0.0), own_store).test_client()
    until = time.monotonic() + 5
    while client.get("/health/ready").get_json()["revision"] != 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    for path in ("map/AT", "map/AT/explorer"):
        page = client.get(f"/en/{path}").text
        assert "<img" not in page
        assert "<script>alert" not in page
    hold_of_every_picture(read(svg_of(client.get("/en/map/AT").text)))


@pytest.mark.parametrize("name", ["AT", "transnational"])
def test_the_html_file_opens_offline_and_asks_for_nothing(web, chromium, tmp_path, name):
    file = Path(tmp_path / "map.html")
    file.write_bytes(web.get(f"/api/v1/maps/{name}?format=html").data)
    context = chromium.new_context(offline=True)
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert page.locator("svg rect").count() > 50
    assert page.locator("table").count() >= 3
    context.close()
    assert asked == [file.as_uri()]
    assert complaints == []
