"""A baseline of attacks on the real service: strings that could be carried out, and messages that could be read in two ways."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from routes import filled
from serving import PATIENCE, serving

from api.access.rules import RULES
from pathways.access import Right

HOSTILE = {
    "markup": "\"'><script>zqalert(1)</script>",
    "template": "{{ 7919 * 7907 }}${7919*7907}%{7919*7907}",
    "sql": "' OR 1=1; DROP TABLE revisions; --",
    "cypher": "'}) MATCH (n) DETACH DELETE n //",
    "lines": "x\r\nSet-Cookie: zq=1\r\n\r\n<zq>",
    "path": "../../../../etc/passwd",
    "null": "x\x00y",
    "long": "z" * 6_000,
    "direction": "\u202egnp.zq\u202c",
}
PLACES = {"language": "en", "filename": "site.css", "number": 1}
SLOW = ("Analysis.", "pages.policy")


def told(client: FlaskClient, path: str, name: str, text: str) -> list[str]:
    """What is wrong with the answer to a hostile string in a parameter."""
    answer = client.get(path, query_string={name: text}, buffered=True)
    wrong = [f"{answer.status_code} {path} {name}"] if answer.status_code >= 500 else []
    page = answer.text if answer.mimetype in ("text/html", "image/svg+xml") else ""
    wrong += [f"markup at {path}"] if "<script>zq" in page or "<zq>" in page else []
    wrong += [f"carried out at {path}"] if str(7919 * 7907) in answer.text or "root:x:0" in answer.text else []
    wrong += [f"header at {path}"] if "zq" in str(answer.headers.get("Set-Cookie")) else []
    return wrong


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_no_string_that_is_sent_is_carried_out_or_shown_as_markup(app: Flask, kind):
    client, wrong, text = app.test_client(), [], HOSTILE[kind]
    document = client.get("/api/v1/openapi.json").get_json()
    parameters = {
        path: [p["name"] for p in operations["get"].get("parameters", ()) if p.get("in") == "query"]
        for path, operations in document["paths"].items()
        if "get" in operations
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or RULES[f"GET {rule.endpoint}"] is not Right.READ or rule.endpoint.startswith(SLOW):
            continue
        plain = filled(rule, {**dict.fromkeys(rule.arguments, "GR"), **PLACES})
        template = rule.rule.replace("<string:", "{").replace("<int:", "{").replace(">", "}")
        for name in [*parameters.get(template, ()), "q", "unknown"]:
            wrong += told(client, plain, name, text)
        if rule.arguments - PLACES.keys():
            wrong += told(client, filled(rule, {**dict.fromkeys(rule.arguments, text), **PLACES}), "unknown", "x")
    assert not wrong, wrong[:10]
    assert client.get("/health/ready").status_code == 200


# messages --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real service."""
    with serving(tmp_path_factory.mktemp("baseline"), {}) as found:
        yield found


def sent(port: int, *pieces: bytes) -> bytes:
    """What a service answers to raw bytes, until it closes or says no more."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.settimeout(3)
        found = b""
        try:
            for piece in pieces:
                line.sendall(piece)
            while piece := line.recv(65_536):
                found += piece
        except (TimeoutError, ConnectionError):
            pass
        return found


HIDDEN = b"GET /health/live HTTP/1.1\r\nHost: zq\r\n\r\n"
HEAD = b"POST /api/v1/pathways HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
AMBIGUOUS = {
    "length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: %d\r\n\r\n{}" % (2 + len(HIDDEN)) + HIDDEN,
    "a length that is none": HEAD + b"Content-Length: +2\r\n\r\n{}" + HIDDEN,
    "an unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + HIDDEN,
    "a chunk that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + HIDDEN,
    "a blank before the colon": HEAD + b"Content-Length : 2\r\n\r\n{}" + HIDDEN,
    "a folded header": HEAD + b"X-A: b\r\n Content-Length: 2\r\n\r\n" + HIDDEN,
    "a null in a header": HEAD + b"X-A: b\x00c\r\n\r\n" + HIDDEN,
}


@pytest.mark.parametrize("kind", list(AMBIGUOUS))
def test_a_message_that_can_be_read_in_two_ways_starts_no_second_request(port, kind):
    answer = sent(port, AMBIGUOUS[kind])
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")) or not answer
    assert b'{"status":"ok"}' not in answer


def test_slow_senders_keep_nobody_from_an_answer(port):
    slow = [socket.create_connection(("127.0.0.1", port), PATIENCE) for _ in range(400)]
    try:
        for index, line in enumerate(slow):
            line.sendall(b"GET /en/ HTTP/1.1\r\nHost: x\r\nX-Slow: " if index % 2 else HEAD + b"Content-Length: 900\r\n\r\n{")
        answer = sent(port, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 503"))
    finally:
        for line in slow:
            line.close()
    assert sent(port, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
