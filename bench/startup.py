"""How long it takes until the service is ready, and how much memory it then holds.

    python -m bench.startup [--runs 5]

Each start is a process of its own on an empty folder (the first start fills the store) or on the filled one (every later start). Its time
counts from before the interpreter starts until the application of `api.create_app` holds the directory and has answered one question;
memory is the peak of that process. What `pathways serve` adds is granian, whose parent process holds no directory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.path import machine, table

_PROCESS = """
import json, resource, sys
from time import perf_counter
began = perf_counter()
import granian
from api import Settings, create_app
loaded = perf_counter()
application = create_app(Settings(store=sys.argv[1]))
ready = application.test_client().get("/health/ready").status_code
holding = perf_counter()
answer = application.test_client().post("/api/v1/pathways", json={"identified_in": "IT", "region": "IT-75", "nationality": ["NG"], "age": 24, "start_date": "2026-11-24"})
print(json.dumps({"ready": ready, "answer": answer.status_code, "steps": len(answer.json.get("steps", ())), "imports s": loaded - began, "directory s": holding - loaded,
    "first answer s": perf_counter() - holding, "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
"""What a served process does, up to its first answer."""

COLUMNS = ("start", "runs", "total s", "imports s", "directory s", "first answer s", "memory MB")


def start(store: str) -> dict[str, float]:
    """One start in a process of its own; AssertionError where the service does not answer."""
    began = perf_counter()
    done = subprocess.run([sys.executable, "-c", _PROCESS, store], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    found["total s"] = perf_counter() - began
    if found["ready"] != 200 or found["answer"] != 200 or not found["steps"]:
        raise AssertionError(f"the service is not ready: {found}")
    return found


def line(name: str, starts: Sequence[dict[str, float]]) -> dict[str, object]:
    """The table's line of some starts: the least time and the most memory."""
    times = {column: round(min(s[column] for s in starts), 2) for column in COLUMNS if column.endswith(" s")}
    return {"start": name, "runs": len(starts), **times, "memory MB": round(max(s["memory MB"] for s in starts))}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long a start takes, and what it holds.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with TemporaryDirectory() as folder:
        first = [start(f"sqlite:///{Path(folder) / f'{run}.sqlite'}") for run in range(runs)]
        later = [start(f"sqlite:///{Path(folder) / '0.sqlite'}") for _ in range(runs)]
    print(machine())
    print(
        f"python -m bench.startup --runs {runs}; least time and most memory of {runs} processes; first answer: one path, its holidays read for the first time"
    )
    print(table([line("first, fills the store", first), line("later, on the filled store", later)], COLUMNS))


if __name__ == "__main__":
    main()
