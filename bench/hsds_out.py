"""How fast the directory goes out as HSDS: the data package, the catalogue of the API, its lists.

python -m bench.hsds_out
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from api import Settings, create_app
from importers.out import hsds
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled
from pathways.visibility import ANONYMOUS

CALLS = ("services", "services?full=true", "services?search=child shelter", "organizations", "taxonomy_terms")


def least(work: Callable[[], Any], times: int) -> float:
    """The least time of some runs, in milliseconds."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1000)
    return min(found)


def main() -> None:
    """Measure and print, a line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        store = open_store(url)
        ensure_bundled(store)
        directory = store.directory()
        rows = sum(hsds.write(directory, ANONYMOUS, Path(folder) / "package", date.today()).values())
        took = least(lambda: hsds.write(directory, ANONYMOUS, Path(folder) / "package", date.today()), 3)
        print(f"package: {rows:,} rows in {took:.0f} ms, {rows / took * 1000:,.0f} rows a second")
        client = create_app(Settings(store=url), store).test_client()
        print(f"first list, with the catalogue made: {least(lambda: client.get('/api/v1/hsds/services'), 1):.0f} ms")
        for call in CALLS:
            print(f"{call}: {least(lambda call=call: client.get(f'/api/v1/hsds/{call}'), 20):.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
