"""A profile leaves no trace: not in logs, not in the store, not in an error, not in anything that may be kept."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from api import Settings, create_app, referring
from pathways.stores import Store
from pathways.stores.sqlite import SqliteStore

SENTINELS = {"languages": ["qsentinelq"], "name": "Sentinel-Name-4711", "region": "Sentinel-Region-4711"}
PLANTED = "4711"


def everything_kept(store: Store, server: Path | None) -> bytes:
    """The bytes of a store's file and of what lies beside it; of a server, those of its whole folder, where it runs here."""
    if isinstance(store, SqliteStore):
        return b"".join(path.read_bytes() for path in store.path.parent.iterdir() if path.is_file())
    assert server is not None
    return b"".join(path.read_bytes() for path in server.rglob("*") if path.is_file())


def test_a_profile_is_neither_logged_nor_stored(request, own_store, caplog, capfd, case):
    client = create_app(Settings(), own_store).test_client()
    with caplog.at_level(logging.DEBUG):
        assert client.post("/api/v1/pathways", json=case(languages=["bin"], dependants=13, start_date="2031-07-19")).status_code == 200
        assert client.post("/api/v1/pathways/batch", json={"profiles": [case(start_date="2031-07-19")]}).status_code == 200
        assert client.post("/api/v1/stakeholders/search", json={"q": "zebra4711"}).status_code == 200
    out, err = capfd.readouterr()
    told = caplog.text + out + err
    assert "2031-07-19" not in told
    assert "zebra" not in told
    server = None if isinstance(own_store, SqliteStore) else getattr(request.getfixturevalue("neo4j"), "home", None)
    kept = everything_kept(own_store, server)
    assert b"referral" in kept.lower()
    assert b"2031-07-19" not in kept
    assert b"zebra4711" not in kept


def test_a_refused_profile_is_neither_logged_nor_quoted(client, caplog, capfd, case):
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/api/v1/pathways", json=case(region="Sentinel-Region-4711", gender="Sentinel-4711", start_date="4711"))
        broken = client.post("/api/v1/pathways", data=b'{"name": "Sentinel-4711", ', content_type="application/json")
    out, err = capfd.readouterr()
    assert (answer.status_code, broken.status_code) == (422, 400)
    assert PLANTED not in caplog.text + out + err + answer.text + broken.text


@pytest.fixture
def failing(monkeypatch):
    """A planner that fails with the profile in its hands."""

    def fail(directory, profile, *_):
        raise RuntimeError(f"cannot plan {profile!r} {profile.start_date}")

    monkeypatch.setattr(referring, "refer", fail)


def test_a_fault_says_nothing_of_the_profile_to_anybody(client, failing, caplog, capfd, case):
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/api/v1/pathways", json=case(start_date="2031-07-19"))
    out, err = capfd.readouterr()
    data = answer.get_json()
    assert (answer.status_code, answer.content_type, data["code"]) == (500, "application/problem+json", "internal-error")
    assert answer.headers["Cache-Control"] == "no-store"
    told = caplog.text + out + err + answer.text
    assert "2031" not in told
    assert "cannot plan" not in told
    assert "IT-75" not in told
    assert "RuntimeError" not in answer.text
    assert data["instance"] in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_fault_with_one_profile_of_a_batch_leaves_the_others_answered(client, monkeypatch, caplog, case):
    real = referring.refer

    def fails_for_greece(directory, profile, *rest):
        if profile.identified_in == "GR":
            raise RuntimeError(f"cannot plan {profile!r}")
        return real(directory, profile, *rest)

    monkeypatch.setattr(referring, "refer", fails_for_greece)
    items = client.post("/api/v1/pathways/batch", json={"profiles": [case(identified_in="GR", region="GR-I"), case()]}).get_json()["items"]
    assert items[0]["problem"]["code"] == "internal-error"
    assert items[1]["pathway"]["steps"]
    assert "GR-I" not in caplog.text


@pytest.mark.parametrize("path", ["/api/v1/pathways", "/api/v1/pathways/batch", "/api/v1/stakeholders/search"])
@pytest.mark.parametrize("body", [{"identified_in": "IT"}, {"profiles": [{"identified_in": "IT"}]}, {"country": ["IT"]}, {"wrong": 1}])
def test_nobody_may_keep_an_answer_to_a_case(client, path, body):
    answer = client.post(path, json=body)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/docs",
        "/api/v1/openapi.json",
        "/api/v1/stakeholders",
        "/health/live",
        "/static/site.css",
        "/en/",
        "/leave",
        "/nothing",
        "/api/v1/stakeholders/none",
    ],
)
def test_every_answer_protects_the_screen_that_shows_it(client, path):
    headers = client.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Cache-Control" in headers


def test_a_store_that_fails_is_told_by_ready_and_answers_go_on(own_store, monkeypatch, case):
    from pathways.stores import StoreError

    client = create_app(Settings(poll=0.0), own_store).test_client()

    def fail():
        raise StoreError("the disk is gone")

    monkeypatch.setattr(own_store, "head", fail)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200
    assert client.post("/api/v1/pathways", json=case()).status_code == 200


def test_the_store_has_no_place_for_a_profile(filled):
    with sqlite3.connect(filled) as connection:
        columns = {
            row[1]
            for table in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for row in connection.execute(f"PRAGMA table_info({table[0]})")
        }
    connection.close()
    assert not columns & {"profile", "case", "nationality", "age", "gender"}
