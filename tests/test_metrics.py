"""The figures of the service: what is counted, who sees it, and that nothing of a case is in it."""

from __future__ import annotations

import http.client
import json
import logging
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import PATIENCE, serving

from api import Settings, create_app, logs
from api.metrics import WITHOUT_CASE, old_shares
from pathways.access import Grant, Role


def _samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _counts(client) -> dict[tuple[str, str], float]:
    found = {}
    for (name, labels), value in _samples(client.get("/metrics").text).items():
        if name == "pathways_request_seconds_count":
            found[dict(labels)["route"], dict(labels)["status"]] = value
    return found


def test_requests_are_counted_by_route_and_class_of_status(client, case):
    before = _counts(client)
    client.get("/api/v1/stakeholders/gr-nothing")
    client.get("/api/v1/mechanisms/GR")
    client.get("/zebra4711")
    after = _counts(client)
    grown = {key for key, count in after.items() if count > before.get(key, 0)}
    assert any("stakeholders/<" in route and status == "4xx" for route, status in grown)
    assert ("none", "4xx") in grown
    assert any("mechanisms/<" in route and status == "2xx" for route, status in grown)


def test_whatever_may_tell_a_case_is_counted_under_one_name(client, case):
    before = _counts(client)
    client.post("/api/v1/pathways", json=case())
    client.post("/api/v1/pathways/batch", json={"profiles": [case()]})
    client.post("/api/v1/pathways", json=case(identified_in="zebra4711"))
    client.post("/en/answer", data={"identified_in": "IT"})
    after = _counts(client)
    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] > before.get(key, 0)}
    assert {route for route, _ in grown} <= {"case", "/metrics"}
    assert sum(count for (route, _), count in grown.items() if route == "case") == 4


def test_whatever_takes_something_and_is_not_known_to_take_no_case_counts_as_one(app):
    """A new route is not told apart by its name; these are, and nobody posts a case to them."""
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    told_apart = {name for name in posted if name.startswith(WITHOUT_CASE)}
    assert all(any(name.startswith(start) for name in told_apart) for start in WITHOUT_CASE)
    assert {
        "Pathways.Pathways",
        "Pathways.Batch",
        "Screening.Screening",
        "Stakeholders.StakeholderSearch",
        "pages.asked",
    } <= posted - told_apart


def test_nothing_of_a_case_or_of_a_search_stands_in_the_figures(client, case):
    client.post("/api/v1/pathways", json=case(region="IT-75"))
    client.get("/api/v1/stakeholders?q=zebra4711&country=GR")
    client.get("/api/v1/stakeholders/it-zebra4711")
    text = client.get("/metrics").text
    for told in ("zebra4711", "IT-75", "IT", "GR", "sexual", "127.0.0.1"):
        assert told not in text


def test_the_figures_tell_the_revision_how_old_the_statements_are_and_that_the_store_can_be_read(client, directory):
    samples = _samples(client.get("/metrics").text)
    assert samples["pathways_directory_revision", frozenset()] == directory.revision
    assert samples["pathways_store_up", frozenset()] == 1
    shares = [samples["pathways_directory_old_ratio", frozenset({("years", years)})] for years in "123"]
    assert 1 >= shares[0] >= shares[1] >= shares[2] > 0


def test_a_statement_is_old_when_its_year_is_too_far_back(directory):
    years = [m.as_of for part in directory.everywhere for body in part.stakeholders.values() for m in body.mandates]
    assert old_shares(directory, 2026)[3] == sum((year or 0) < 2023 for year in years) / len(years)
    assert old_shares(directory, 2100)[1] == 1


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("8.8.8.8", {}),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}),
        ("127.0.0.1", {"Host": "directory.example.org"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_the_figures_are_shown_at_the_machine_itself_only(client, address, headers):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_an_administrator_sees_the_figures_from_anywhere_and_nobody_else_by_a_token(bundled_store, tmp_path):
    client = create_app(Settings(home=tmp_path, writes="off", host="0.0.0.0"), bundled_store).test_client()
    tokens = client.application.extensions["tokens"]
    for role, status in ((Role.ADMINISTRATOR, 200), (Role.EDITOR, 404), (Role.CASEWORKER, 404)):
        grant = Grant(role, bodies=frozenset({"gr-ekka"})) if role is Role.EDITOR else Grant(role)
        secret = tokens.make(str(role), grant)[1]
        headers = {"Authorization": f"Bearer {secret}"}
        assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == status


def test_the_settings_show_the_figures_to_all_or_to_nobody(bundled_store, tmp_path):
    for word, status in (("open", 200), ("off", 404)):
        client = create_app(Settings(home=tmp_path, writes="off", metrics=word, host="0.0.0.0"), bundled_store).test_client()
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == status


def test_several_processes_count_together(tmp_path, case):
    with serving(tmp_path, {"PATHWAYS_THREADS": "1"}, "--workers", "2") as port:
        for _ in range(12):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("POST", "/api/v1/pathways", json.dumps(case()), {"Content-Type": "application/json"})
            assert connection.getresponse().status == 200
            connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        samples = _samples(connection.getresponse().read().decode())
        connection.close()
    assert samples["pathways_request_seconds_count", frozenset({("route", "case"), ("status", "2xx")})] == 12


def test_the_log_as_json_is_one_object_a_line_and_quotes_no_exception(capsys):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure("json")
        logging.getLogger("referral-pathways").warning("the store %s", "fails")
        try:
            raise ValueError("zebra4711")
        except ValueError:
            logging.getLogger("other").error("a fault", exc_info=sys.exc_info())
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert [(line["level"], line["logger"], line["message"]) for line in lines] == [
        ("warning", "referral-pathways", "the store fails"),
        ("error", "other", "a fault"),
    ]
    assert lines[1]["error"] == "ValueError"
    assert "zebra4711" not in json.dumps(lines)
