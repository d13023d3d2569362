"""The policy measures over the API and on the command line: the same numbers in every form, findings in words first."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api import Settings, analysing, create_app
from cli.main import main
from pathways.stores import Store, open_store
from pathways.stores.bundled import bundled_root, ensure_bundled

ANALYSIS = "/api/v1/analysis"


@pytest.fixture(scope="module")
def client(bundled_store: Store) -> Iterator[FlaskClient]:
    yield create_app(Settings(), bundled_store).test_client()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["coverage", "gaps", "resilience"])
def test_each_call_gives_json_and_the_same_as_csv(client, name):
    said = client.get(f"{ANALYSIS}/{name}?country=AT&as_of=2026-11-24").get_json()
    assert said["countries"] == ["AT"] and said["as_of"] == "2026-11-24" and said["items"]
    as_csv = client.get(f"{ANALYSIS}/{name}?country=AT&as_of=2026-11-24", headers={"Accept": "text/csv"})
    assert as_csv.mimetype == "text/csv"
    assert as_csv.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    rows = table(as_csv.text)
    assert len(rows) >= len(said["items"])
    assert all(row["country"][:2] == "AT" for row in rows)
    assert client.get(f"{ANALYSIS}/{name}?country=AT&format=csv").mimetype == "text/csv"


def test_findings_come_first_in_words_with_the_evidence(client):
    said = client.get(f"{ANALYSIS}/gaps?country=AT").get_json()
    assert next(iter(said)) == "findings"
    assert all(text.startswith("Austria: no ") and ("source" in text or "no proof" in text) for text in said["findings"])
    house = next(item for item in said["items"] if item["function"] == "safe-accommodation")
    assert any("boys" in told["description"] for told in house["who"])
    assert sum(told["new"] for told in house["who"]) + house["untold"] == pytest.approx(house["share"], abs=1e-3)
    assert all(source in said["sources"] for stated in house["stated"] for source in stated["sources"])


def test_an_example_of_a_finding_is_a_profile_that_the_api_takes_and_answers_with_that_gap(client):
    for item in client.get(f"{ANALYSIS}/gaps?country=AT&as_of=2026-11-24").get_json()["items"][:4]:
        answer = client.post("/api/v1/pathways?as_of=2026-11-24", json=item["who"][0]["example"])
        assert answer.status_code == 200, answer.get_json()
        assert item["function"] in {gap["function"] for gap in answer.get_json()["gaps"]}


def test_the_numbers_of_the_space_are_exact(client):
    (summary,) = client.get(f"{ANALYSIS}/gaps?country=UA").get_json()["summary"]
    assert int(summary["profiles"]) > int(summary["groups"]) > 1_000_000
    coverage = client.get(f"{ANALYSIS}/coverage?country=UA").get_json()
    classes = 1
    for dimension in coverage["spaces"][0]["dimensions"]:
        classes *= dimension["classes"]
    assert classes == int(summary["groups"])


def test_every_measure_is_there_and_bounded(client):
    items = client.get(f"{ANALYSIS}/coverage?country=PL").get_json()["items"]
    assert {item["measure"] for item in items} == set(range(1, 11))
    for item in items:
        if item["lower"] is not None and item["value"] is not None and item["unit"] == "share":
            assert 0 <= item["lower"] <= item["value"] <= item["upper"] <= 1, item["name"]
    assert {item["country"] for item in items if item["measure"] == 8} == {
        f"PL-{code}" for code in ("AL", "AT", "CY", "ES", "FR", "GB", "GR", "IT", "MA", "PT", "UA")
    }


def test_countries_stand_side_by_side(client):
    said = client.get(f"{ANALYSIS}/compare?country=AT&country=MA").get_json()
    period = next(topic for topic in said["topics"] if topic["topic"] == "reflection period")
    assert "30 days" in period["cells"]["AT"]["text"] and period["cells"]["AT"]["sources"]
    assert "no length found" in period["cells"]["MA"]["text"]
    assert {len(item["values"]) for item in said["measures"]} == {2}
    rows = table(client.get(f"{ANALYSIS}/compare?country=AT&country=MA&format=csv").text)
    assert {"topic", "AT", "MA"} == set(rows[0])


def test_one_country_at_two_days_says_what_changed_and_for_whom(client):
    said = client.get(f"{ANALYSIS}/compare?country=GB&before=2020-01-01&as_of=2026-11-24").get_json()
    assert "gb-ieca" in said["content"]["bodies_came"]
    assert said["gaining"] > 0 and all(turn["who"] for turn in said["gains"])
    assert said["before"]["as_of"] == "2020-01-01"


def test_what_if_a_body_closed_says_who_would_lose(client):
    said = client.get(f"{ANALYSIS}/compare?country=AT&close=at-lefoe-ibf").get_json()
    lost = {turn["function"]: turn for turn in said["losses"]}
    assert said["losing"] > 0.1 and said["gaining"] == 0
    assert any("women and girls" in who["description"] for who in lost["safe-accommodation"]["who"])
    assert said["content"]["bodies_went"] == ["at-lefoe-ibf"]
    assert "at-lefoe-ibf" in str(client.get("/api/v1/stakeholders/at-lefoe-ibf").get_json()["id"])
    assert client.get(f"{ANALYSIS}/compare?country=AT&close=at-nobody").status_code == 422


def test_what_if_a_body_opened_says_who_would_gain(client):
    said = client.get(f"{ANALYSIS}/compare?country=AT&open=safe-accommodation&open_for=children&open_in=AT-6").get_json()
    house = next(turn for turn in said["gains"] if turn["function"] == "safe-accommodation")
    assert said["losing"] == 0 and all("Steiermark" in who["description"] for who in house["who"])
    assert said["content"]["bodies_came"] == ["at-opened-1"]
    assert client.get("/api/v1/stakeholders/at-opened-1").status_code == 404, "the directory is as it was"


def test_what_if_a_mandate_a_requirement_and_a_stage_changed(client, directory):
    part = directory.parts["AT"]
    asked = {
        "admit": "at-men-via.safe-accommodation",
        "waive": sorted({word for body in part.stakeholders.values() for mandate in body.mandates for word in mandate.requires})[0],
        "enter": part.stages[-1].id,
    }
    mandate = next(m for m in part.performs["safe-accommodation"] if m.holder == "at-men-via")
    asked["admit"] = mandate.id
    said = client.get(f"{ANALYSIS}/compare", query_string={"country": "AT", **asked})
    assert said.status_code == 200 and said.get_json()["gaining"] > 0
    assert mandate.id in said.get_json()["content"]["mandates_changed"]


@pytest.mark.parametrize("name", ["admit", "waive", "enter", "open", "open_in", "open_for"])
def test_what_a_country_does_not_have_cannot_be_changed(client, name):
    said = client.get(f"{ANALYSIS}/compare?country=AT&close=at-lefoe-ibf&{name}=GR-I")
    assert said.status_code == 422
    assert said.get_json()["errors"][0]["parameter"] == name and said.get_json()["errors"][0]["accepted"]


def test_each_form_says_the_same(client):
    said = client.get(f"{ANALYSIS}/resilience?country=UA").get_json()["items"]
    answer = client.get(f"{ANALYSIS}/resilience?country=UA&format=xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="resilience.xlsx"'
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    assert sheet.max_row == len(said) + 1


def test_one_country_at_two_revisions(filled, tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/own.sqlite")
    ensure_bundled(store)
    client = create_app(Settings(), store).test_client()
    said = client.get(f"{ANALYSIS}/compare?country=GB&before_revision=1").get_json()
    assert (said["gaining"], said["losing"], said["content"]) == (0, 0, {})
    store.close()


@pytest.mark.parametrize(
    "query",
    ["country=GB", "country=GB&country=FR&before=2020-01-01", "before=2020-01-01", "country=XX", "country=GB&before=soon", "what=else"],
)
def test_what_cannot_be_compared_is_told_by_parameter(client, query):
    said = client.get(f"{ANALYSIS}/compare?{query}")
    assert said.status_code == 422
    assert said.get_json()["errors"][0]["parameter"]


def test_an_answer_is_not_made_again_for_who_has_it(client):
    first = client.get(f"{ANALYSIS}/gaps?country=UA")
    again = client.get(f"{ANALYSIS}/gaps?country=UA", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    other = client.get(f"{ANALYSIS}/gaps?country=UA&format=csv", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_who_would_wait_long_for_another_analysis_is_told_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(analysing, "_PATIENCE", 0.01)
    with analysing._WORKING:
        said = client.get(f"{ANALYSIS}/gaps?country=PT")
    assert said.status_code == 503 and said.get_json()["code"] == "busy" and said.headers["Retry-After"]
    assert client.get(f"{ANALYSIS}/gaps?country=PT").status_code == 200


def test_a_form_that_cannot_be_given_is_refused(client):
    assert client.get(f"{ANALYSIS}/gaps?country=UA", headers={"Accept": "image/png"}).status_code == 406


# the command line -----------------------------------------------------------------------------------------------------------------------


def run(filled, *arguments: str):
    return CliRunner().invoke(main, ["--store", f"sqlite:///{filled}", "gaps", *arguments])


def test_the_command_tells_findings_in_words(filled):
    said = run(filled, "--country", "UA", "--country", "at")
    assert said.exit_code == 0, said.output
    assert "UA: " in said.output and "AT: " in said.output
    assert "no safe accommodation" in said.output
    assert "no proof that there is none" in said.output


def test_the_command_gives_json_csv_and_a_workbook(filled, tmp_path):
    said = json.loads(run(filled, "--country", "UA", "--format", "json").output)
    rows = table(run(filled, "--country", "UA", "--format", "csv").output)
    assert {row["function"] for row in rows} == {item["function"] for item in said["items"]}
    path = tmp_path / "gaps.xlsx"
    assert run(filled, "--country", "UA", "--format", "xlsx", "-o", str(path)).exit_code == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Gaps", "Measures", "Closings"]
    assert book["Gaps"].max_row == len(rows) + 1
    assert run(filled, "--country", "UA", "--format", "xlsx").exit_code == 2


def test_counted_cases_are_a_second_opinion_and_wrong_ones_are_refused(filled, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text(
        "exploitation_region,citizenship_region,gender,majority,forced_labour,sexual_exploit,records\n"
        "Europe,Europe,Male,Adult,1,,900\nEurope,Asia,Female,Adult,,1,100\n"
    )
    said = json.loads(run(filled, "--country", "AT", "--format", "json", "--counts", str(counts)).output)
    assert said["summary"][0]["complete_counted"] is not None
    counts.write_text("gender,records\nBird,3\n")
    refused = run(filled, "--country", "AT", "--counts", str(counts))
    assert refused.exit_code == 1 and "Bird" in refused.output


def test_what_if_a_body_closed_or_a_copy_was_changed(filled, tmp_path):
    said = run(filled, "--close", "at-lefoe-ibf")
    assert said.exit_code == 0 and said.output.startswith("Austria: ") and "lost: safe accommodation" in said.output
    assert run(filled, "--close", "at-nobody").exit_code == 1
    assert run(filled, "--close", "at-lefoe-ibf", "--format", "csv").exit_code == 2
    copy = tmp_path / "copy"
    shutil.copytree(bundled_root(), copy)
    bodies = copy / "AT" / "stakeholders.yaml"
    text = bodies.read_text(encoding="utf-8")
    house = text.index("- id: at-men-via")
    bodies.write_text(
        text[:house] + text[house:].replace("function: safe-accommodation", "function: social-counselling", 1), encoding="utf-8"
    )
    said = json.loads(run(filled, "--country", "AT", "--changed", str(copy), "--format", "json").output)["items"][0]
    assert [turn["function"] for turn in said["losses"]] and "safe-accommodation" in {turn["function"] for turn in said["losses"]}
    assert all(
        "men and boys" in who["description"] or "gender" in who["description"]
        for turn in said["losses"]
        if turn["function"] == "safe-accommodation"
        for who in turn["who"]
    )
