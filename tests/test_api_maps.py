"""Maps through the API and the command line: every form, chosen by name or by what is accepted; nothing of a case is kept."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from pictures import hold_of_every_picture, read

from cli.main import main
from pathways.vocabulary import words
from pathways.vocabulary.labels import label
from visualisations.exports import FORMATS

V1 = "/api/v1"
OPENS = {
    "json": lambda data: json.loads(data)["bodies"],
    "svg": lambda data: hold_of_every_picture(read(data.decode())) or True,
    "html": lambda data: data.startswith(b"<!doctype html>") and b"http:" not in data.replace(b"http://www.w3.org/2000/svg", b""),
    "png": lambda data: data.startswith(b"\x89PNG"),
    "graphml": ET.fromstring,
    "gexf": ET.fromstring,
    "mermaid": lambda data: data.startswith(b"flowchart"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_map_is_given_in_every_form_by_name_and_by_what_is_accepted(client, form):
    named = client.get(f"{V1}/maps/AT?format={form}")
    accepted = client.get(f"{V1}/maps/at", headers={"Accept": FORMATS[form].media_type})
    assert named.status_code == accepted.status_code == 200
    assert named.mimetype == accepted.mimetype == FORMATS[form].media_type
    assert OPENS[form](named.data) is not None
    if form != "png":
        assert named.data == accepted.data


@pytest.mark.parametrize("form", FORMATS)
def test_the_map_between_the_countries_is_given_in_every_form(client, form):
    answer = client.get(f"{V1}/maps/transnational?format={form}")
    assert (answer.status_code, answer.mimetype) == (200, FORMATS[form].media_type)
    if form == "json":
        assert len(answer.get_json()["pairs"]) == 132
        assert {source for channel in answer.get_json()["channels"] for source in channel["sources"]} <= set(answer.get_json()["sources"])
    else:
        assert OPENS[form](answer.data) is not None


def test_every_country_has_a_map(client):
    for country in words("countries"):
        found = client.get(f"{V1}/maps/{country}").get_json()
        assert found["country"] == country
        named = {source for body in found["bodies"] for at in body["at"] for source in at["sources"]}
        assert named
        assert named <= set(found["sources"])


def test_the_forms_of_one_map_have_tags_of_their_own(client):
    asked = ("AT", "AT?format=svg", "AT?route=children", "AT?language=de&format=svg", "AT?as_of=2020-01-01", "IT")
    tags = [client.get(f"{V1}/maps/{one}").headers["ETag"] for one in asked]
    assert len(set(tags)) == len(tags)
    svg = client.get(f"{V1}/maps/AT", headers={"Accept": "image/svg+xml"})
    assert svg.headers["ETag"] != tags[0]
    again = client.get(f"{V1}/maps/AT", headers={"Accept": "image/svg+xml", "If-None-Match": svg.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_form_that_is_not_there_is_refused_with_those_that_are(client):
    answer = client.get(f"{V1}/maps/AT", headers={"Accept": "image/webp"})
    assert (answer.status_code, answer.get_json()["code"]) == (406, "not-acceptable")
    assert answer.get_json()["errors"][0]["accepted"] == [form.media_type for form in FORMATS.values()]
    wrong = client.get(f"{V1}/maps/AT?format=pdf")
    assert (wrong.status_code, wrong.get_json()["errors"][0]["accepted"]) == (422, list(FORMATS))
    assert client.get(f"{V1}/maps/XX").status_code == 404
    assert client.get(f"{V1}/maps/AT?route=men").status_code == 422


def test_one_route_leaves_the_other_out(client):
    both, children = (client.get(f"{V1}/maps/IT{route}").get_json() for route in ("", "?route=children"))
    assert {for_ for body in children["bodies"] for at in body["at"] for for_ in at["for"]} == {"children"}
    assert sum(len(body["at"]) for body in children["bodies"]) < sum(len(body["at"]) for body in both["bodies"])


def test_a_map_speaks_the_language_that_is_asked_for(client):
    answer = client.get(f"{V1}/maps/AT?format=svg&language=el")
    assert answer.headers["Content-Language"] == "el"
    assert label("sectors", "state", "el") in answer.text


def test_an_html_map_is_kept_and_not_shown_since_it_brings_its_looks_along(client):
    answer = client.get(f"{V1}/maps/AT?format=html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="map-at.html"'
    assert "<script" not in answer.text


@pytest.mark.parametrize("form", FORMATS)
def test_the_picture_of_a_pathway_is_given_in_every_form_and_kept_by_nobody(client, case, form):
    answer = client.post(f"{V1}/maps/pathway?format={form}", json=case())
    assert (answer.status_code, answer.mimetype) == (200, FORMATS[form].media_type)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    if form == "json":
        assert answer.get_json()["boxes"]
    elif form == "svg":
        hold_of_every_picture(read(answer.text))


def test_a_wrong_profile_is_refused_there_too(client, case):
    answer = client.post(f"{V1}/maps/pathway", json=case(name="x"))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-profile")
    assert client.get(f"{V1}/maps/pathway").status_code in (404, 405)


@pytest.fixture
def run(filled, tmp_path):
    def command(*arguments):
        return CliRunner().invoke(main, ["--store", f"sqlite:///{filled}", "map", *arguments])

    return command


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_the_command_writes_a_map_in_the_form_of_the_suffix(run, tmp_path, form):
    file = tmp_path / f"map.{form.suffix}"
    found = run("gr", "-o", str(file), "--as-of", "2026-11-24")
    assert found.exit_code == 0, found.output
    assert OPENS[form.name](file.read_bytes()) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("XX", "-o", "x.svg"), "AT"), (("AT", "-o", "x.pdf"), ".svg"), (("AT", "-o", "x"), ".svg"), (("AT",), "-o")],
)
def test_wrong_usage_of_the_command_says_what_would_be_right(run, arguments, said):
    found = run(*arguments)
    assert found.exit_code == 2
    assert said in found.output


def test_the_command_knows_the_map_between_the_countries(run, tmp_path):
    file = tmp_path / "between.svg"
    assert run("transnational", "-o", str(file), "--traveller", "child").exit_code == 0
    assert "child's journey" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_told(run, tmp_path):
    found = run("AT", "-o", str(tmp_path / "nothing" / "map.svg"))
    assert found.exit_code == 1
    assert "could not be written" in found.output
