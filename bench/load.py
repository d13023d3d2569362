"""What the service carries: its peak beside a bare Flask endpoint, ten minutes below it, and five times as much.

    python -m bench.load                                     everything, some fifteen minutes; on a machine on which nothing else runs
    python -m bench.load --part peak --seconds 5             one part; shorter
    python -m bench.load --cases FOLDER                      with the profiles of reference cases among those that are sent

It starts `pathways serve` and, under the same server with the same settings, a Flask application whose one endpoint returns a body as large as
an answer; both are loaded in turn by `wrk`, which must be installed. What a request takes in process is measured beside it, without a server.
`peak`: `POST /pathways` alone, then the mix of paths, searches and maps. `steady`: the mix at 80 % of its peak, an import a minute; errors and
times minute by minute, and the memory of the processes. `flood`: as many connections as make five times what is taken in, then at once a few.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import yaml
from flask import Flask, Response

from api import Settings, create_app
from api.profile import ProfileSchema
from bench import generate, importing, workload
from bench.path import quantile
from pathways.profile import Profile
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled

_HERE = Path(__file__).parent
_BARE_SIZE = "BENCH_BARE_SIZE"
_PORT, _BARE_PORT = 18_500, 18_501
_FEW, _CONNECTIONS = 4, 16
_SEARCHES = ("shelter", "legal aid", "trafficking", "hotline", "labour")


def bare() -> Flask:
    """A Flask application that does nothing: its endpoint reads JSON, and returns so many bytes of it."""
    app = Flask("bare")
    body = json.dumps({"text": "x" * int(os.environ[_BARE_SIZE])}).encode()

    @app.post("/")
    def answer() -> Response:
        from flask import request

        request.get_json()
        return Response(body, content_type="application/json")

    return app


def cases(folder: Path | None, count: int) -> list[dict[str, Any]]:
    """The profiles of the reference cases in a folder, and so many seeded ones, as they are sent; only those that are acceptable."""
    told = (
        [item["profile"] for path in sorted(folder.glob("*.yaml")) for item in yaml.safe_load(path.read_text()) if "profile" in item]
        if folder
        else []
    )
    told += [_said(profile) for profile in workload.profiles(generate.bundled(), count)]
    schema = ProfileSchema()
    plain = [json.loads(json.dumps(case, default=str)) for case in told]
    return [case for case in plain if not schema.validate(case)]


def _said(profile: Profile) -> dict[str, Any]:
    said = {name: value for name, value in asdict(profile).items() if value is not None}
    if profile.age is not None:
        said.pop("age_group", None)  # the drawn group may contradict the age
    return said | {"done": [{"decision": done.decision} for done in profile.done]}


def lines(profiles: Sequence[dict[str, Any]], mixed: bool) -> list[str]:
    """The requests to be sent: paths alone, or of twenty requests sixteen paths, three searches and a map."""
    paths = [f"POST\t/api/v1/pathways\t{json.dumps(profile)}" for profile in profiles]
    if not mixed:
        return paths
    countries = sorted({profile["identified_in"] for profile in profiles})
    found = []
    for index, path in enumerate(paths):
        found.append(path)
        if index % 16 in (3, 8, 13):
            found.append(f"GET\t/api/v1/stakeholders?q={_SEARCHES[index % 5].replace(' ', '%20')}\t")
        if index % 16 == 15:
            found.append(f"GET\t/api/v1/maps/{countries[index // 16 % len(countries)]}?format=svg\t")
    return found


def in_process(profiles: Sequence[dict[str, Any]], runs: int) -> tuple[float, float, int]:
    """Milliseconds of the processor for a request through the whole application, without a server: p50 and mean; and the mean size."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'directory.sqlite'}")
        ensure_bundled(store)
        application = create_app(Settings(home=Path(folder)), store)
        bodies = [json.dumps(profile).encode() for profile in profiles]
        best: list[float] = []
        sizes = []
        for _ in range(runs + 1):
            times, sizes = [], []
            for body in bodies:
                environ = _environ(body)
                began = time.process_time()
                answer = application(environ, lambda *_: None)
                size = len(b"".join(answer))
                times.append((time.process_time() - began) * 1000)
                sizes.append(size)
            best = times if not best or sum(times) < sum(best) else best
        store.close()
    return quantile(best, 0.5), sum(best) / len(best), sum(sizes) // len(sizes)


def _environ(body: bytes) -> dict[str, Any]:
    from werkzeug.test import create_environ

    return create_environ(
        "/api/v1/pathways", method="POST", input_stream=BytesIO(body), content_type="application/json", content_length=len(body)
    ) | {"CONTENT_LENGTH": str(len(body))}


@contextmanager
def running(words: Sequence[str], port: int, path: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server that runs meanwhile."""
    process = subprocess.Popen([sys.executable, *words], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def load(address: str, requests: Path, seconds: int, connections: int, pause: float = 0) -> dict[str, float]:
    """What `wrk` says of so many seconds: requests a second, milliseconds, and how many answers of each status."""
    words = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "20s",
        "-s",
        str(_HERE / "load.lua"),
        address,
        "--",
        str(requests),
        f"{pause:.0f}",
    ]
    told = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    line = next(line for line in told.splitlines() if line.startswith("LOAD "))
    found = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", line)}
    return {"rate": found["requests"] / found["seconds"], **found}


def memory(process: subprocess.Popen[bytes]) -> int:
    """Megabytes that the processes of a server hold together, what they share counted once for each."""
    children = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(process.pid)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout.split()
    return sum(map(int, children)) // 1024


def _statuses(found: dict[str, float]) -> str:
    answers = ", ".join(f"{status}: {found[status]:.0f}" for status in sorted(found) if status.isdecimal())
    return f"{answers}; broken {found['broken']:.0f}"


class Bench:
    """One run of all parts on one service."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.asked, self.folder = arguments, folder
        profiles = cases(arguments.cases, arguments.profiles)
        self.requests = {name: folder / name for name in ("paths", "mix", "bare")}
        self.requests["paths"].write_text("\n".join(lines(profiles, mixed=False)))
        self.requests["mix"].write_text("\n".join(lines(profiles, mixed=True)))
        self.requests["bare"].write_text("\n".join(line.replace("/api/v1/pathways", "/") for line in lines(profiles, mixed=False)))
        self.middle, self.mean, self.size = in_process(profiles, arguments.runs)
        self.peaks: dict[str, float] = {}

    def run(self) -> None:
        """All parts that are asked for."""
        print(
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} before"
        )
        print(f"in process: p50 {self.middle:.2f} ms, mean {self.mean:.2f} ms of the processor; an answer has {self.size / 1000:.0f} kB")
        home = {"PATHWAYS_HOME": str(self.folder / "home"), "PATHWAYS_STORE": f"sqlite:///{self.folder / 'home' / 'directory.sqlite'}"}
        service = ("-m", "cli.main", "serve", "--port", str(_PORT))
        plain = ("-m", "bench.load", "--serve-bare")
        with running(service, _PORT, "/health/ready", home) as process, running(plain, _BARE_PORT, "/", {_BARE_SIZE: str(self.size)}):
            self._peak()
            if "steady" in self.asked.part:
                self._steady(process)
            if "flood" in self.asked.part:
                self._flood(process)

    def _peak(self) -> None:
        for _ in range(self.asked.runs):
            for name, port in (("bare", _BARE_PORT), ("paths", _PORT), ("mix", _PORT)):
                found = load(f"http://127.0.0.1:{port}", self.requests[name], self.asked.seconds, _CONNECTIONS)
                self.peaks[name] = max(self.peaks.get(name, 0), found["rate"])
                print(
                    f"peak, {name}: {found['rate']:.0f} a second, p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms ({_statuses(found)})",
                    flush=True,
                )
        cores = os.cpu_count() or 1
        added = cores * 1000 / self.peaks["paths"] - cores * 1000 / self.peaks["bare"]
        print(
            f"best: bare {self.peaks['bare']:.0f}, paths {self.peaks['paths']:.0f}, mix {self.peaks['mix']:.0f} a second; the service adds {added:.2f} ms to a bare request, of which {self.mean:.2f} in process"
        )

    def _steady(self, process: subprocess.Popen[bytes]) -> None:
        """The mix at 80 % of its peak. Each connection waits between its requests, so that the rate is held as long as answers are quick."""
        stop = Event()
        imports = Thread(target=self._import_each_minute, args=(stop,))
        imports.start()
        pause = 4 * _CONNECTIONS / (0.8 * self.peaks["mix"]) * 1000
        try:
            for minute in range(max(1, self.asked.steady // 60)):
                found = load(f"http://127.0.0.1:{_PORT}", self.requests["mix"], min(60, self.asked.steady), 4 * _CONNECTIONS, pause)
                print(
                    f"steady, minute {minute + 1}: {found['rate']:.0f} a second, p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms, {memory(process)} MB ({_statuses(found)})",
                    flush=True,
                )
        finally:
            stop.set()
            imports.join()

    def _import_each_minute(self, stop: Event) -> None:
        number = 0
        while not stop.wait(5 if number == 0 else 60):
            number += 1
            package = self.folder / f"package{number}"
            package.mkdir()
            importing.package(package, 20 + 4 * number)
            words = ["-m", "cli.main", "import", str(package), "--source", "bench", "--country", "US", "--confirm-withdrawals"]
            home = {"PATHWAYS_HOME": str(self.folder / "home"), "PATHWAYS_STORE": f"sqlite:///{self.folder / 'home' / 'directory.sqlite'}"}
            done = subprocess.run(
                [sys.executable, *words],
                env={**os.environ, **home},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            print(
                f"import {number}: ended with {done.returncode}" + ("" if done.returncode == 0 else f": {done.stdout[-300:]}"), flush=True
            )

    def _flood(self, process: subprocess.Popen[bytes]) -> None:
        """Five times as many connections as there are places in all processes, each asking again at once; then a few."""
        places = (Settings().threads + Settings().waiting) * min(4, os.cpu_count() or 1)
        address = f"http://127.0.0.1:{_PORT}"
        flood = load(address, self.requests["paths"], self.asked.flood, 5 * places)
        after = load(address, self.requests["paths"], 5, _FEW)
        for name, found in (("five times", flood), ("at once after it", after)):
            print(
                f"{name}: {found['rate']:.0f} answers a second, p50 {found['p50']:.0f} ms, p99 {found['p99']:.0f} ms, {memory(process)} MB ({_statuses(found)})",
                flush=True,
            )


def _serve_bare() -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    workers, threads = min(4, os.cpu_count() or 1), Settings().threads
    Granian(
        "bench.load:bare",
        factory=True,
        port=_BARE_PORT,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--part", action="append", choices=("peak", "steady", "flood"), help="all without it; the peak is always measured first"
    )
    parser.add_argument("--cases", type=Path, help="a folder with reference cases")
    parser.add_argument("--profiles", type=int, default=200, help="seeded profiles")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10, help="of each run of the peak")
    parser.add_argument("--steady", type=int, default=600, help="seconds at 80 %% of the peak")
    parser.add_argument("--flood", type=int, default=30, help="seconds at five times the peak")
    parser.add_argument("--serve-bare", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.serve_bare:
        _serve_bare()
        return
    asked.part = asked.part or ["peak", "steady", "flood"]
    with TemporaryDirectory() as folder:
        Bench(asked, Path(folder)).run()


if __name__ == "__main__":
    main()
