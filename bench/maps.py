"""How long a map takes: made, and drawn in a real browser, for the bundled countries and for 1,000 bodies with 3,000 referrals.

    python -m bench.maps [--runs 5]

*Made* is from the directory to the text of the SVG, or the data of the explorer. *Drawn* is from the start of the navigation until the browser has
painted, with the page read from a file; for the explorer until vis-network has drawn. Chromium is Debian's; without it only what is made is measured.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.path import machine, table
from pathways.directory import Directory
from pathways.records import Record
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled
from pathways.visibility import ANONYMOUS
from visualisations import exports, mechanism
from visualisations.explorer import LIBRARY, data_of
from visualisations.graph import graph_of
from visualisations.mechanism_parts import Mechanism, mechanism_of
from visualisations.words import ENGLISH

ON = date(2026, 11, 24)
BODIES, REFERRALS = 1000, 3
COLUMNS = ("map", "bodies", "boxes", "referrals", "kB", "made ms", "explorer made ms", "drawn ms", "explorer drawn ms")
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"
_EXPLORER = (
    '<!doctype html><div id="n" style="width:1200px;height:800px"></div><script src="vis.js"></script><script>const d={data};'
    "const n=new vis.Network(document.getElementById('n'),{{nodes:new vis.DataSet(d.nodes),edges:new vis.DataSet(d.edges)}},d.options);"
    "n.once('afterDrawing',()=>window.drawn=performance.now());</script>"
)
_FUNCTIONS = ("detection", "preliminary-identification", "safe-accommodation", "legal-counselling", "compensation", "job-placement")


def large() -> Directory:
    """A country with 1,000 bodies that refer 3,000 times."""
    sources = {"sources": ["gr-law"]}
    head: dict[str, Any] = {"code": "GR", "name": "Greece", "name_local": "Greece", "languages": ["el"], "emergency": []}
    records = [
        Record("country", "GR", "GR", {"country": head, "mechanism": {"competent_authority": []}}),
        Record("source", "gr-law", "GR", {"title": "A law", "publisher": "State", "year": 2026, "kind": "law"}),
    ]
    for number in range(BODIES):
        body, function = f"gr-{number}", _FUNCTIONS[number % len(_FUNCTIONS)]
        kind = ("ngo", "ministry", "international-organisation")[number % 3]
        records.append(
            Record("stakeholder", body, "GR", {"id": body, "name": f"Body number {number}", "kind": kind, "territory": ["GR"], **sources})
        )
        records.append(Record("mandate", f"{body}.{function}", "GR", {"holder": body, "function": function, "as_of": 2026, **sources}))
        for step in range(1, REFERRALS + 1):
            to = (number * 7 + step * 131) % BODIES
            if to != number:
                fields = {"origin": body, "to": f"gr-{to}", "basis": "practice", "functions": [_FUNCTIONS[to % len(_FUNCTIONS)]], **sources}
                records.append(Record("link", f"{body}--{to}", "GR", fields))
    return Directory.from_records(records, 1)


def least(runs: int, work: Callable[[], Any]) -> float:
    """The least time of several runs, in milliseconds."""
    times = []
    for _ in range(runs):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return min(times) * 1000


def _maps(directory: Directory) -> Iterator[tuple[str, Callable[[], Mechanism]]]:
    big = large()
    for code in directory.parts:
        yield code, lambda code=code: mechanism_of(directory, code, ANONYMOUS, ON)  # type: ignore[misc]
    yield "1,000 bodies", lambda: mechanism_of(big, "GR", ANONYMOUS, ON)


def _drawn(browser: Any, page: Path, runs: int, when: str) -> float:
    times = []
    for _ in range(runs):
        opened = browser.new_page()
        opened.goto(page.as_uri())
        times.append(opened.evaluate(when))
        opened.close()
    return float(min(times))


def measure(name: str, make: Callable[[], Mechanism], runs: int, browser: Any, folder: Path) -> dict[str, object]:
    """One line of the table."""
    found = make()
    svg = mechanism.picture(found).svg
    line: dict[str, object] = {
        "map": name,
        "bodies": len(found.rows),
        "boxes": len(found.cells) + len(found.missing),
        "referrals": len(found.referrals),
        "made ms": round(least(runs, lambda: mechanism.picture(make()))),
        "explorer made ms": round(least(runs, lambda: data_of(graph_of(make(), ENGLISH), ENGLISH))),
        "kB": round(len(svg) / 1000),
    }
    if browser is not None:
        page, explorer = folder / "map.html", folder / "explorer.html"
        page.write_text(exports.html(name, svg, [], ENGLISH), encoding="utf-8")
        explorer.write_text(_EXPLORER.format(data=json.dumps(data_of(graph_of(found, ENGLISH), ENGLISH))), encoding="utf-8")
        line["drawn ms"] = round(_drawn(browser, page, runs, _PAINTED))
        line["explorer drawn ms"] = round(_drawn(browser, explorer, runs, "() => window.drawn"))
    return line


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with TemporaryDirectory() as named:
        folder = Path(named)
        store = open_store(f"sqlite:///{folder}/store.db")
        ensure_bundled(store)
        shutil.copy(LIBRARY, folder / "vis.js")
        maps = list(_maps(store.directory()))
        program = shutil.which("chromium")
        print(machine())
        if program is None:
            print(table([measure(name, make, runs, None, folder) for name, make in maps], COLUMNS[:-2]))
            return
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program)
            print(table([measure(name, make, runs, browser, folder) for name, make in maps], COLUMNS))


if __name__ == "__main__":
    main()
