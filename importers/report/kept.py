"""A report that outlives its import: written to one file, told again from it in any form."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importers.holding import Holding
from importers.report.report import Report


def keep(report: Report, path: Path) -> None:
    """Write a report to a new file; OSError or sqlite3.Error where that is not possible."""
    report.holding.save(path)
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE head (data TEXT)")
        file.execute("INSERT INTO head VALUES (?)", (json.dumps(report.head(), ensure_ascii=False),))
    file.close()


@contextmanager
def kept(path: Path) -> Iterator[Report]:
    """A report that was kept, to be read within the block; FileNotFoundError where there is none."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with Holding(path) as holding:
        head = json.loads(holding.head())
        words = {name: head[name] or "" for name in ("format", "why", "digest")}
        yield Report(holding=holding, **{**head, **words})
