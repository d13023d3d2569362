"""How long one explained path takes, in process, beside `networkx.dijkstra_path` on the same graph in the same run.

    python -m bench.path                        all five directories
    python -m bench.path --directory deep-5000  one of them; --profiles, --runs, --budget change what is measured

The path is `pathways.planner.refer`, the whole answer: steps with sources, deadlines, alternatives, gaps and branches. Each directory is
measured in a process of its own: built, warmed up (the first twentieth of the profiles, not counted), then every profile once a run. Of
several runs the least of each figure is given, since other work on the machine only adds. `networkx` walks from a body to another that
can be reached from it, over the stated links and what belongs to what, each of weight 1: a walk over bodies, which is no referral path
(it knows no law), but shows what the graph itself costs.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import networkx as nx

from bench import generate, workload
from pathways.directory import Directory
from pathways.planner import refer

DIRECTORIES: dict[str, Callable[[], Directory]] = {
    "bundled": generate.bundled,
    "wide-5000": lambda: generate.wide(5_000),
    "deep-5000": lambda: generate.deep(5_000),
    "wide-50000": lambda: generate.wide(50_000),
    "deep-50000": lambda: generate.deep(50_000),
}
_COLUMNS = ("directory", "bodies", "countries", "a country", "measured", "profiles", "p50 ms", "p99 ms", "max ms", "cut off", "memory MB")


def quantile(times: Sequence[float], share: float) -> float:
    """The smallest of some times that at least this share of them do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def graph_of(directory: Directory) -> nx.DiGraph:
    """Bodies as nodes; stated links, and what belongs to what in both directions, as edges of weight 1."""
    graph = nx.DiGraph()
    for part in directory.parts.values():
        graph.add_nodes_from(part.stakeholders)
        for body in part.stakeholders.values():
            graph.add_edges_from((body.id, link.to) for link in body.links)
            graph.add_edges_from(edge for above in part.belongs_to[body.id] for edge in ((body.id, above), (above, body.id)))
    return graph


def _walks(graph: nx.DiGraph, count: int) -> list[tuple[str, str]]:
    """Pairs of bodies of which the second can be reached from the first."""
    chance = random.Random(1)
    starts = [node for node in graph if graph.out_degree(node)]
    found = []
    for start in chance.choices(starts, k=count):
        reached = sorted(nx.descendants(graph, start))
        found.append((start, chance.choice(reached)))
    return found


def timed(calls: Sequence[Callable[[], Any]], budget: float, limit: float) -> list[float]:
    """The time of each call in seconds; a call is cut off at the limit and counts as it, and calls beyond the budget (seconds in all) are not made."""
    found: list[float] = []
    began = perf_counter()
    for call in calls:
        start = perf_counter()
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            call()
            found.append(min(limit, perf_counter() - start))
        except TimeoutError:
            found.append(limit)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if perf_counter() - began > budget:
            break
    return found


def _cut_off(*_: object) -> None:
    raise TimeoutError


def least(runs: Sequence[Sequence[float]]) -> dict[str, float]:
    """The figures of some runs in milliseconds, the least of each."""
    figures = {"p50 ms": 0.5, "p99 ms": 0.99, "max ms": 1.0}
    return {name: round(min(quantile(run, share) for run in runs) * 1000, 3) for name, share in figures.items()}


def measure(name: str, profiles: int, runs: int, budget: float, limit: float) -> list[dict[str, Any]]:
    """The lines of the table for one directory, measured in this process."""
    directory = DIRECTORIES[name]()
    gc.collect()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cases = workload.profiles(directory, profiles)
    graph = graph_of(directory)
    walks = _walks(graph, profiles)
    measured: dict[str, list[Callable[[], Any]]] = {
        "path, 2 alternatives": [partial(refer, directory, case) for case in cases],
        "path, no alternatives": [partial(refer, directory, case, alternatives=0) for case in cases],
        "networkx.dijkstra_path": [partial(nx.dijkstra_path, graph, *walk) for walk in walks],
    }
    signal.signal(signal.SIGALRM, _cut_off)
    bodies = sum(len(part.stakeholders) for part in directory.parts.values())
    head = {
        "directory": name,
        "bodies": bodies,
        "countries": len(directory.parts),
        "a country": bodies // len(directory.parts),
        "memory MB": memory,
    }
    found = []
    for what, calls in measured.items():
        timed(calls[: max(1, len(calls) // 20)], budget / 10, limit)
        times = [timed(calls, budget, limit) for _ in range(runs)]
        cut = min(sum(time >= limit for time in run) for run in times)
        found.append({**head, "measured": what, "profiles": min(len(run) for run in times), **least(times), "cut off": cut})
    return found


def table(lines: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """Lines under columns, as text: words to the left, numbers to the right."""
    cells = [list(columns), *([str(line.get(column, "")) for column in columns] for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    words = [any(isinstance(line.get(column), str) for line in lines) for column in columns]
    rows = [
        [cell.ljust(width) if word else cell.rjust(width) for cell, width, word in zip(row, widths, words, strict=True)] for row in cells
    ]
    return "\n".join("  ".join(row).rstrip() for row in rows)


def machine() -> str:
    """What the figures were taken on."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, networkx {nx.__version__}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long one explained path takes.")
    parser.add_argument(
        "--directory", choices=DIRECTORIES, action="append", help="one of the directories (may be given again); all without it"
    )
    parser.add_argument("--profiles", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--budget",
        type=float,
        default=120.0,
        help="seconds that one run may take; profiles beyond it are left out, and the table says how many were measured",
    )
    parser.add_argument("--limit", type=float, default=10.0, help="seconds after which one path is cut off")
    parser.add_argument("--json", action="store_true", help="one directory, in this process, as JSON")
    args = parser.parse_args()
    chosen = args.directory or list(DIRECTORIES)
    if args.json:
        print(json.dumps([line for name in chosen for line in measure(name, args.profiles, args.runs, args.budget, args.limit)]))
        return
    lines: list[dict[str, Any]] = []
    for name in chosen:
        options = [f"--{key}={getattr(args, key)}" for key in ("profiles", "runs", "budget", "limit")]
        command = [sys.executable, "-m", "bench.path", "--json", "--directory", name, *options]
        lines += json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(machine())
    print(
        f"python -m bench.path {' '.join(sys.argv[1:])}".rstrip()
        + f"; least of {args.runs} runs after a warm-up of {max(1, args.profiles // 20)} paths"
    )
    print(table(lines, _COLUMNS))


if __name__ == "__main__":
    main()
