"""An import that is killed a hundred times, at whatever moment, in each kind of store: the old or the new directory, complete."""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import pytest

TIMES = int(os.environ.get("PATHWAYS_SOAK_KILLS", "100"))
ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from partner_lists import a_list, bodies, small_store  # noqa: E402
from small_directory import close_stores  # noqa: E402
from test_importers_pipeline import importing, whole  # noqa: E402

WAYS = {
    "sqlite": ("sqlite", (1500, 900), ""),
    "neo4j in one transaction": ("neo4j", (600, 300), ""),
    "neo4j in parts": ("neo4j", (600, 300), "from pathways.stores.neo4j import ledger\nledger.AT_ONCE = 1\n"),
}
"""The kind of store, how many bodies two lists have that take each other's place, and what the importer does beforehand."""


@pytest.mark.parametrize("way", WAYS)
def test_an_import_that_is_killed_a_hundred_times_leaves_the_old_or_the_new_directory_whole(request, tmp_path, capsys, way):
    kind, counts, beforehand = WAYS[way]
    url = f"sqlite:///{tmp_path / 'small.sqlite'}" if kind == "sqlite" else request.getfixturevalue("neo4j_url")
    small_store(tmp_path, url)
    close_stores()
    lists = {count: a_list(tmp_path, bodies(count), f"{count}.json") for count in counts}
    took = 0.0
    for count in counts:
        began = time.monotonic()
        assert importing(url, lists[count], beforehand).communicate()[0] == "imported\n"
        took = max(took, time.monotonic() - began)
    chance, old, new = random.Random(5), 0, 0
    for _ in range(TIMES):
        before, there = whole(url)
        wanted = counts[there == counts[0]]
        process = importing(url, lists[wanted], beforehand)
        time.sleep(chance.uniform(0.0, 1.2 * took))
        process.kill()
        process.communicate()
        after = whole(url)
        assert after in ((before, there), (before + 1, wanted))
        old, new = old + (after[0] == before), new + (after[0] > before)
    assert old and new
    with capsys.disabled():
        print(f"\n{way}: killed {TIMES} times, {old} old and {new} new directories, all whole")
