"""What stands around every answer: headers that protect the screen, nothing that names the server, an id that a caller cannot choose."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from routes import filled

from api import Settings, create_app, request_log

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Server": "pathways",
}
PLACES = {
    "language": "en",
    "country": "GR",
    "stakeholder": "gr-ekka",
    "body": "gr-ekka",
    "name": "functions",
    "filename": "site.css",
    "number": 1,
}
"""What stands in an address where that matters; elsewhere a word that names nothing, since refusals have headers too."""


def every_route(app: Flask) -> list[tuple[str, str]]:
    """A method and an address for each route."""
    found = []
    for rule in app.url_map.iter_rules():
        path = filled(rule, {**dict.fromkeys(rule.arguments, "nothing"), **PLACES})
        found += [(method, path) for method in sorted((rule.methods or set()) - {"OPTIONS"})]
    return found


@pytest.fixture
def quiet(bundled_store, tmp_path: Path) -> Flask:
    """An application that nobody may write through, reached by https."""
    return create_app(Settings(home=tmp_path, writes="off", url="https://pathways.example.org"), bundled_store)


def test_every_route_answers_with_every_header(quiet):
    client, wrong = quiet.test_client(), []
    for method, path in [*every_route(quiet), ("GET", "/no/such/address"), ("PATCH", "/en/"), ("POST", "/api/v1/pathways")]:
        # The figures of policy are worked out for seconds; they are refused here, which has headers too.
        refused = {"country": "nowhere"} if "/analysis/" in path or "/policy/" in path else {}
        headers = client.open(path, method=method, query_string=refused, buffered=True).headers
        wrong += [(path, name, headers.get(name)) for name, value in ALWAYS.items() if headers.get(name) != value]
        wrong += [(path, name) for name in ("Cache-Control", "Content-Security-Policy", "Permissions-Policy", request_log.HEADER, "Strict-Transport-Security") if not headers.get(name)]  # fmt: skip
        wrong += [(path, name) for name in ("Set-Cookie", "X-Powered-By", "Access-Control-Allow-Origin") if name in headers]
        csp = headers.get("Content-Security-Policy", "")
        wrong += [(path, csp)] if "unsafe" in csp or "default-src 'none'" not in csp or "frame-ancestors 'none'" not in csp else []
        if method == "POST":
            wrong += [(path, "kept")] if headers["Cache-Control"] != "no-store" or "ETag" in headers else []
    assert not wrong, wrong[:10]


def test_over_plain_http_nobody_is_promised_https(client):
    assert "Strict-Transport-Security" not in client.get("/en/").headers


def test_a_request_is_named_by_us_whatever_its_sender_calls_it(client):
    asked = {"X-Request-ID": "sent-by-a-stranger", "X-Correlation-ID": "sent-by-a-stranger"}
    first, second = (client.get("/en/", headers=asked).headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f-]{36}", first)
    assert first != second


def test_a_fault_has_the_name_of_its_request(client, monkeypatch, case):
    from api import referring

    monkeypatch.setattr(referring, "refer", lambda *_: 1 / 0)
    answer = client.post("/api/v1/pathways", json=case())
    assert answer.status_code == 500
    assert answer.get_json()["instance"] == f"urn:uuid:{answer.headers['X-Request-ID']}"


def test_the_log_of_requests_says_the_route_and_nothing_of_who_asked_for_what(bundled_store, tmp_path, caplog):
    client = create_app(Settings(home=tmp_path, log_requests="on"), bundled_store).test_client()
    with caplog.at_level(logging.INFO, "referral-pathways.requests"):
        answer = client.get(
            "/api/v1/stakeholders/gr-ekka?q=zebra4711", headers={"User-Agent": "agent4711"}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
        )
        client.open("/gr-ekka4711", method="ZEBRA")
    first, second = (record.getMessage() for record in caplog.records if record.name == "referral-pathways.requests")
    assert re.fullmatch(rf"{answer.headers['X-Request-ID']} GET /api/v1/stakeholders/<string:stakeholder> 422 \d+ ms", first)
    assert re.fullmatch(r"[0-9a-f-]{36} \(other\) \(no such address\) 40[45] \d+ ms", second)


def test_requests_are_not_logged_unless_that_is_wanted(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get("/en/")
    assert "/en" not in caplog.text
    with pytest.raises(ValueError, match="PATHWAYS_LOG_REQUESTS"):
        Settings.from_environment({"PATHWAYS_LOG_REQUESTS": "everything"})
