"""`pathways serve` as a person starts it: the real server, on a free port, on a new store."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import BOTH
from serving import PATIENCE, serving


@pytest.fixture(scope="module", params=BOTH)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A running service on each kind of store: its port, and the folder with its home and its output."""
    folder = tmp_path_factory.mktemp("served")
    store = {} if request.param == "sqlite" else {"PATHWAYS_STORE": request.getfixturevalue("neo4j_filled")}
    with serving(folder, store) as port:
        yield port, folder


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """One request over the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", **headers} if body is not None else headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_it_says_what_to_open(served):
    port, folder = served
    assert f"http://127.0.0.1:{port}/" in (folder / "output").read_text()
    assert ask(port, "GET", "/")[0] == 302
    assert ask(port, "GET", "/en/")[0] == 200


def test_it_answers_with_the_twelve_countries(served, case):
    port, _ = served
    assert len(json.loads(ask(port, "GET", "/health/ready")[1])["countries"]) == 12
    status, body, headers = ask(port, "POST", "/api/v1/pathways", json.dumps(case()).encode())
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert json.loads(body)["steps"]


def test_many_may_ask_at_once_and_each_gets_the_same_answer(served, case):
    port, _ = served
    question = json.dumps(case()).encode()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(port, "POST", "/api/v1/pathways", question)[:2], range(40)))
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1


def test_a_body_of_10_mb_hears_why_it_is_refused(served):
    port, _ = served
    status, body, headers = ask(port, "POST", "/api/v1/pathways", b"x" * 10_000_000)
    assert (status, headers["content-type"], json.loads(body)["code"]) == (413, "application/problem+json", "body-too-large")


def test_a_body_in_chunks_is_read_and_limited_like_any_other(served, case):
    port, _ = served
    for chunks, expected in (([json.dumps(case()).encode()], 200), ([b" " * 100_000] * 30, 413)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("POST", "/api/v1/pathways", iter(chunks), {"Content-Type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == expected
        connection.close()


def test_a_batch_is_answered_over_the_wire(served, case):
    port, _ = served
    status, body, _ = ask(port, "POST", "/api/v1/pathways/batch", json.dumps({"profiles": [case(), {}]}).encode())
    assert status == 200
    assert [list(item) for item in json.loads(body)["items"]] == [["pathway"], ["problem"]]


def test_nothing_of_a_request_is_written_anywhere(served, case):
    port, folder = served
    assert ask(port, "POST", "/api/v1/pathways", json.dumps(case(start_date="2031-07-19")).encode())[0] == 200
    assert ask(port, "POST", "/api/v1/pathways", json.dumps(case(name="zebra4711")).encode())[0] == 422
    assert ask(port, "GET", "/api/v1/stakeholders?q=zebra4711")[0] == 200
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"2031-07-19" not in kept
    assert b"zebra4711" not in kept
    assert b"GET /" not in (folder / "output").read_bytes()


def test_a_port_that_is_taken_is_told(served):
    port, folder = served
    environment = {**os.environ, "PATHWAYS_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "serve", "--port", str(port)],
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert str(port).encode() in done.stderr
