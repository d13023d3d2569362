"""How often a network may ask, and what happens when too many ask at once: a clear answer, and nothing of who asked is kept."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import PATIENCE, serving
from werkzeug.test import create_environ, run_wsgi_app

from api import Settings, create_app
from api.limits import Gate
from api.networks import network_of, networks
from api.throttle import Throttle
from pathways.access import Grant, Role
from pathways.stores import Store


def _asking(bundled_store: Store, home: Path, **settings: Any) -> FlaskClient:
    return create_app(Settings(home=home, writes="off", **settings), bundled_store).test_client()


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("127.0.0.1", None, ""),
        ("::1", None, ""),
        ("203.0.113.7", None, "203.0.113.0/24"),
        ("::ffff:203.0.113.7", None, "203.0.113.0/24"),
        ("2a02:8388:1:2f3::9", None, "2a02:8388:1:200::/56"),
        ("192.168.1.7", None, "192.168.1.7"),
        ("127.0.0.1", "198.51.100.9", "198.51.100.0/24"),
        ("127.0.0.1", "127.0.0.1, 198.51.100.9", "198.51.100.0/24"),
        ("203.0.113.7", "198.51.100.9", "203.0.113.0/24"),
        ("127.0.0.1", "no address", "no address"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_request_is_counted_for_its_network_and_only_our_proxy_is_believed(peer, forwarded, network):
    # The two blocks for documentation count as private in Python; they stand here for addresses of the open net.
    environ = {
        "REMOTE_ADDR": peer.replace("203.0.113", "8.8.4"),
        **({"HTTP_X_FORWARDED_FOR": forwarded.replace("198.51.100", "9.9.9")} if forwarded else {}),
    }
    assert network_of(environ) == network.replace("203.0.113", "8.8.4").replace("198.51.100", "9.9.9")


def test_a_proxy_of_our_own_is_believed_where_the_settings_name_it():
    environ = {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "9.9.9.9"}
    assert network_of(environ) == "10.1.2.3"
    assert network_of(environ, networks("127.0.0.1, 10.0.0.0/8")) == "9.9.9.0/24"


def test_a_network_that_asks_too_often_is_told_when_to_come_again_and_others_are_not(bundled_store, tmp_path):
    client = _asking(bundled_store, tmp_path, rate=2)

    def ask(address: str) -> Any:
        return client.get("/api/v1/vocabularies/gender", environ_base={"REMOTE_ADDR": address})

    assert [ask(address).status_code for address in ("8.8.4.1", "8.8.4.2", "9.9.9.9")] == [200, 200, 200]
    refused = ask("8.8.4.3")
    assert (refused.status_code, refused.json["code"], refused.content_type) == (429, "too-many-requests", "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "8.8.4" not in refused.text
    assert ask("127.0.0.1").status_code == 200
    assert client.get("/health/live", environ_base={"REMOTE_ADDR": "8.8.4.3"}).status_code == 200


def test_a_person_who_asks_too_often_is_shown_a_page_in_her_language(bundled_store, tmp_path):
    client = _asking(bundled_store, tmp_path, rate=1)
    pages = [client.get("/de/", environ_base={"REMOTE_ADDR": "8.8.4.1"}) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 429]
    assert pages[1].mimetype == "text/html"
    assert 'lang="de"' in pages[1].text
    assert "Retry-After" in pages[1].headers


def test_a_token_counts_by_itself_and_one_that_gives_nothing_counts_for_its_network(bundled_store, tmp_path):
    client = _asking(bundled_store, tmp_path, rate=1)
    secret = client.application.extensions["tokens"].make("an office", Grant(Role.CASEWORKER))[1]

    def ask(presented: str) -> int:
        headers = {"Authorization": f"Bearer {presented}"}
        return client.get("/api/v1/vocabularies/gender", headers=headers, environ_base={"REMOTE_ADDR": "8.8.4.1"}).status_code

    assert [ask("guessed"), ask("guessed again")] == [401, 429]
    assert [ask(secret) for _ in range(6)] == [200] * 5 + [429]


def test_no_rate_means_no_limit(bundled_store, tmp_path):
    client = _asking(bundled_store, tmp_path, rate=0)
    assert {client.get("/api/v1/vocabularies/gender", environ_base={"REMOTE_ADDR": "8.8.4.1"}).status_code for _ in range(20)} == {200}


def test_the_throttle_says_how_long_its_window_lasts():
    now = [0.0]
    throttle = Throttle(each=1, all_together=9, window=60, clock=lambda: now[0])
    throttle.allows("a")
    now[0] = 45.5
    assert throttle.seconds_left() == 15


class _Slow:
    """An application that works on a request until it is let go."""

    def __init__(self) -> None:
        self.began, self.let_go = Event(), Event()
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        self.began.set()
        assert self.let_go.wait(PATIENCE)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]


def _call(gate: Gate, address: str = "127.0.0.1", path: str = "/api/v1/pathways", **options: Any) -> tuple[bytes, str, Any]:
    environ = create_environ(path, environ_base={"REMOTE_ADDR": address}, **options)
    body, status, headers = run_wsgi_app(gate, environ, buffered=True)
    return b"".join(body), status, headers


def test_whoever_comes_when_all_places_are_taken_is_told_to_come_again_and_the_next_one_is_answered():
    slow = _Slow()
    gate = Gate(slow, Settings(threads=1, waiting=1))
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(_call, gate)
        assert slow.began.wait(PATIENCE)
        second = pool.submit(_call, gate)
        while gate.inside < 2:
            pass
        body, status, headers = _call(gate)
        assert status.startswith("503")
        assert (json.loads(body)["code"], headers["Content-Type"]) == ("overloaded", "application/problem+json")
        assert (headers["Retry-After"], headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("1", "no-store", "nosniff")
        slow.let_go.set()
        assert [first.result(PATIENCE)[1], second.result(PATIENCE)[1]] == ["200 OK", "200 OK"]
    assert gate.inside == 0
    assert _call(gate)[1] == "200 OK"


def test_one_network_has_half_of_the_places_at_most():
    slow = _Slow()
    gate = Gate(slow, Settings(threads=2, waiting=2))
    with ThreadPoolExecutor(4) as pool:
        held = [pool.submit(_call, gate, "8.8.4.1"), pool.submit(_call, gate, "8.8.4.2")]
        while gate.inside < 2:
            pass
        assert _call(gate, "8.8.4.3")[1].startswith("503")
        other = pool.submit(_call, gate, "9.9.9.9")
        slow.let_go.set()
        assert {call.result(PATIENCE)[1] for call in (*held, other)} == {"200 OK"}


def test_a_place_is_free_again_also_after_a_fault():
    def failing(_: dict[str, Any], __: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError

    gate = Gate(failing, Settings(threads=1, waiting=0))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            _call(gate)
    assert gate.inside == 0


def test_a_body_is_given_on_as_it_was_sent():
    slow = _Slow()
    slow.let_go.set()
    gate = Gate(slow, Settings())
    environ = create_environ(method="POST", input_stream=BytesIO(b"abc and the next request")) | {"CONTENT_LENGTH": "3"}
    run_wsgi_app(gate, environ)
    assert slow.bodies == [b"abc"]


def test_whoever_sends_a_body_slowly_keeps_nobody_from_an_answer(tmp_path, case):
    """One request is worked on at a time; three that have sent half of their body do not stand in its way."""
    question = json.dumps(case()).encode()
    head = (
        f"POST /api/v1/pathways HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(question)}\r\n\r\n".encode()
    )
    with serving(tmp_path, {"PATHWAYS_THREADS": "1", "PATHWAYS_WAITING": "8"}) as port:
        slow = [socket.create_connection(("127.0.0.1", port), PATIENCE) for _ in range(3)]
        for connection in slow:
            connection.sendall(head + question[:10])
        quick = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        quick.request("POST", "/api/v1/pathways", question, {"Content-Type": "application/json"})
        assert quick.getresponse().status == 200
        for connection in slow:
            connection.sendall(question[10:])
            assert connection.recv(12) == b"HTTP/1.1 200"
            connection.close()
        quick.close()


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("PATHWAYS_RATE", "often", "a whole number from 0 to 1000000"),
        ("PATHWAYS_THREADS", "0", "a whole number from 1 to 64"),
        ("PATHWAYS_WAITING", "-1", "a whole number from 0 to 1000"),
        ("PATHWAYS_PROXIES", "proxy.example.org", "addresses and networks"),
        ("PATHWAYS_METRICS", "all", "local, open or off"),
        ("PATHWAYS_LOG", "xml", "text or json"),
        ("PATHWAYS_WRITES", "all", "local, tokens or off"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_is_accepted(name, value, accepted):
    with pytest.raises(ValueError, match=f"{name} is .*{accepted}"):
        Settings.from_environment({name: value})
