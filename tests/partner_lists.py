"""Partners' lists for the tests of importers, in the directory's own JSON: bodies of the United States, which have no mechanism here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from small_directory import open_store, small_records

from importers.holding import Holding
from importers.pipeline import Request, run
from importers.reading import Options
from importers.report import Report
from importers.report.report import difference_data, finding_data
from pathways.stores import BUNDLED, Store

Said = dict[str, Any]


def a_body(number: int, /, **said: Any) -> Said:
    """One body of a list, with one mandate."""
    mandate = {"function": "hotline", "as_of": 2026, "sources": ["list"]}
    body = {"id": f"us-body-{number}", "name": f"Body {number}", "kind": "ngo", "territory": ["US"], "mandates": [mandate], **said}
    return {key: value for key, value in body.items() if value is not None}


def bodies(count: int, start: int = 1) -> list[Said]:
    """Many bodies."""
    return [a_body(number) for number in range(start, start + count)]


def a_list(folder: Path, found: Sequence[Said], name: str = "list.json", part: str = "US", **more: Any) -> Path:
    """A file with a list of bodies."""
    source = {"title": "A list", "publisher": "A partner", "year": 2026, "kind": "partner-list"}
    parts = {part: {"sources": {"sources": {"list": source}}, "stakeholders": {"stakeholders": list(found)}}, **more}
    path = folder / name
    path.write_text(json.dumps({"format": "referral-pathways-directory/1", "parts": parts}), encoding="utf-8")
    return path


def small_store(folder: Path, url: str = "") -> Store:
    """A store with the small directory of two countries, in a file of the folder or where a URL says."""
    store = open_store(url or f"sqlite:///{folder / 'small.sqlite'}")
    store.commit(store.replace(BUNDLED, small_records(folder / "small")), layer=BUNDLED, source="bundled", author="test")
    return store


def imported(store: Store, path: Path, source: str = "partner", keep: Callable[[Report], Any] | None = None, **more: Any) -> Said:
    """Import a file; its report as data, whole."""
    options = Options(source, more.pop("country", None), more.pop("mapping", None))
    tell = more.pop("tell", lambda stage, count: None)
    with Holding() as holding:
        report = run(store, Request(path, options, **more), holding, tell)
        if keep is not None:
            keep(report)
        return {
            **report.head(),
            "findings": [finding_data(told) for told in report.findings()],
            "differences": [difference_data(one) for one in report.differences()],
        }


def rules(report: Said, severity: str | None = None) -> list[str]:
    """The rules of a report's findings."""
    return [one["rule"] for one in report["findings"] if severity in (None, one["severity"])]
