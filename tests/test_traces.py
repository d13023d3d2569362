"""A case leaves no trace: the real service is led through everything that a case can be sent to, then all that it left is searched."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from profiles import a_woman
from serving import PATIENCE, serving
from test_answer_page import form_of
from werkzeug import formparser

MARK = "zqtrace4711"
DAY = "2031-07-19"
"""A word that no case may hold, so that it is refused; and a day that only this case names."""
SAID = a_woman(in_="GR").exploited("sexual").needing("safe-accommodation").but(start_date=DAY, languages=["qaa-zqtrace4711"])
WRONG = SAID.but(**{MARK: MARK, "region": MARK, "start_date": MARK})
FORM = "application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """Sends what a caseworker, a partner's program or somebody hostile would, and keeps the headers of what comes back."""

    port: int
    headers: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "application/json", **headers: str) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, {"Content-Type": kind, **headers} if body else dict(headers))
            answer = connection.getresponse()
            self.headers.append(f"{path} {answer.getheaders()}")
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, path: str, data: object) -> int:
        """A body of JSON."""
        return self.send("POST", path, json.dumps(data).encode())[0]

    def form(self, path: str, **more: str) -> int:
        """The answers of the form, and what else a page sends with them."""
        return self.send("POST", path, urlencode({**form_of(SAID), **more}, doseq=True).encode(), FORM)[0]

    def file(self, path: str, content: bytes) -> int:
        """A file in a form, as a browser sends it."""
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{MARK}.json"\r\nContent-Type: application/json\r\n\r\n'
        return self.send("POST", path, head.encode() + content + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")[0]


def visit(port: int) -> tuple[Visitor, list[int]]:
    """Everything that a case can be sent to, rightly and wrongly; gives how each was answered."""
    web = Visitor(port)
    big = b'{"identified_in": "GR", "' + MARK.encode() + b'": "' + MARK.encode() * 120_000 + b'"}'
    done = [
        *(web.form(f"/en/{page}") for page in ("ask", "answer", "save", "what-if", "map/GR/explorer")),
        *(web.form("/en/take-along", take=take, paper="worker") for take in ("print", "pdf", "text")),
        web.form("/en/what-if", **{"was.identified_in": "GR", "was.start_date": DAY}),
        web.form("/en/answer", **{MARK: MARK}),
        web.send("POST", "/en/answer", urlencode({"identified_in": "GR", MARK: MARK * 60_000}).encode(), FORM)[0],  # werkzeug's own limit for fields
        web.file("/en/open", json.dumps(SAID).encode()),
        web.file("/en/open", b'{"' + MARK.encode() + b'": ' + b"1" * 90_000),
        web.file("/en/answer", MARK.encode() * 60_000),
        web.json("/api/v1/pathways", SAID),
        web.json("/api/v1/pathways/batch", {"profiles": [SAID, WRONG]}),
        web.json("/api/v1/pathways/batch", {"profiles": [{**SAID, MARK: MARK * 100} for _ in range(900)]}),
        *(web.json(f"/api/v1/maps/pathway?format={form}", SAID) for form in ("svg", "png", "html", "json")),
        web.json("/api/v1/screening", {"identified_in": "GR", "observed": [MARK]}),
        web.json("/api/v1/stakeholders/search", {"q": MARK}),
        web.json("/api/v1/pathways", WRONG),
        web.send("POST", "/api/v1/pathways", b'{"identified_in": "' + MARK.encode())[0],
        web.send("POST", "/api/v1/pathways", MARK.encode() + b"\xff\x00")[0],
        web.send("POST", "/api/v1/pathways", big)[0],
        web.send("POST", "/api/v1/pathways", json.dumps(SAID).encode(), f"text/{MARK}")[0],
        web.send("POST", f"/api/v1/pathways?as_of={MARK}", json.dumps(SAID).encode())[0],
        web.send("GET", f"/en/bodies?q={MARK}", **{"User-Agent": MARK, "Referer": f"http://x/{MARK}", "X-Request-ID": MARK, "Cookie": f"a={MARK}"})[0],
        web.send("GET", f"/{MARK}/{MARK}?{MARK}={MARK}")[0],
        web.send("POST", "/en/screening", urlencode({"identified_in": "GR", "observed": MARK}).encode(), FORM)[0],
        web.send("POST", "/en/bodies/gr-ekka/wrong", urlencode({"contact": "1", "fault": MARK, "proposed": MARK}).encode(), FORM)[0],
        web.send("POST", "/en/bodies/gr-ekka/wrong", urlencode({"contact": "1", "fault": "no-answer", MARK: MARK}).encode(), FORM)[0],
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as broken:  # a sender who is cut off
        broken.sendall(
            f"POST /api/v1/pathways HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{MARK}".encode()
        )
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as no_http:
        no_http.sendall(f"{MARK} {MARK}\r\n\r\n".encode())
        no_http.recv(1000)
    done.append(web.send("GET", "/health/live")[0])
    return web, done


@pytest.fixture(scope="module", params=[("text", "off"), ("text", "on"), ("json", "on")])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Visitor, list[int]]]:
    """What a service left behind that was visited, with either kind of log: its home, its folder for temporary files, its output."""
    folder = tmp_path_factory.mktemp("visited")
    (folder / "tmp").mkdir()
    (folder / "user").mkdir()
    settings = {
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "user"),
        "XDG_DATA_HOME": str(folder / "user"),
        "PATHWAYS_LOG": request.param[0],
        "PATHWAYS_LOG_REQUESTS": request.param[1],
    }
    with serving(folder, settings) as port:
        web, done = visit(port)
        before = files(folder)  # while it runs: the store's journal, and what would be deleted at the end
    yield folder, web, done
    assert before


def files(folder: Path) -> dict[Path, bytes]:
    """All files under a folder with what is in them."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_visit_met_the_real_answers(left):
    _, _, done = left
    assert {200, 400, 404, 413, 415, 422} <= set(done)
    assert not [status for status in done if status >= 500]


def test_no_file_holds_anything_of_a_case(left):
    folder, _, _ = left
    found = files(folder)
    assert any(path.name == "directory.sqlite" for path in found)
    assert (folder / "output").stat().st_size
    assert [path.name for path, content in found.items() if MARK.encode() in content.lower() or DAY.encode() in content] == []


def test_no_header_of_an_answer_holds_anything_of_a_case(left):
    _, web, _ = left
    assert not [line for line in web.headers if MARK in line.partition(" ")[2] and "Location" not in line]
    assert not [line for line in web.headers if "set-cookie" in line.lower()]


def test_no_metric_holds_anything_of_a_case(tmp_path):
    (tmp_path / "tmp").mkdir()
    with serving(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as port:
        web, _ = visit(port)
        status, metrics = web.send("GET", "/metrics")
    assert status in (200, 403, 404)
    assert MARK.encode() not in metrics
    assert DAY.encode() not in metrics


def test_what_is_sent_in_a_form_is_written_to_no_temporary_file(client, monkeypatch):
    made: list[str] = []

    def noted(*_: object, **__: object) -> BytesIO:
        made.append("a file")
        return BytesIO()

    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
    body = head + MARK.encode() * 80_000 + b"\r\n--b--\r\n"
    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(formparser, name, noted, raising=False)
    for path in ("/en/open", "/en/answer", "/en/take-along", "/api/v1/pathways", "/api/v1/pathways/batch"):
        assert client.post(path, data=body, content_type="multipart/form-data; boundary=b").status_code in (400, 413, 415, 422)
    assert made == []


def test_a_process_that_serves_leaves_no_image_of_its_memory():
    code = (
        "import ctypes, resource; from api import dumps; dumps.leave_none(); "
        "print(*resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0", "0"]


def test_the_service_itself_switches_its_images_off(tmp_path):
    with serving(tmp_path, {}) as port:
        processes = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit() and str(port).encode() in _environment(folder)]
        limits = [(folder / "limits").read_text() for folder in processes]
    serving_now = [text for text in limits if re.search(r"Max core file size +0 +0 ", text)]
    assert serving_now
    assert len(serving_now) == len(limits)


def _environment(folder: Path) -> bytes:
    try:
        return (folder / "environ").read_bytes()
    except OSError:
        return b""
