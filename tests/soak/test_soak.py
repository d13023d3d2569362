"""A million random profiles, every invariant: `make soak`. PATHWAYS_SOAK sets how many, PATHWAYS_SOAK_FROM the first seed."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from soaking import Soaked, soak

_RANGE = 1000
"""Seeds that a process takes at a time."""


def test_no_random_profile_breaks_an_invariant(capsys):
    most, start = int(os.environ.get("PATHWAYS_SOAK", "1000000")), int(os.environ.get("PATHWAYS_SOAK_FROM", "0"))
    ranges = [(first, min(first + _RANGE, start + most)) for first in range(start, start + most, _RANGE)]
    total, began, told = Soaked(), time.monotonic(), 0.0
    with ProcessPoolExecutor(os.cpu_count() or 2, mp_context=get_context("spawn")) as pool, capsys.disabled():
        for done in as_completed([pool.submit(soak, *both) for both in ranges]):
            total.add(done.result())
            if (now := time.monotonic()) - told > 10:
                told = now
                print(
                    f"\n{total.count} of {most}, {total.count / (now - began):.0f} a second, {sum(total.found.values())} breaches, {total.complete} complete",
                    end="",
                    flush=True,
                )
        print(f"\n{total.told()}\n{time.monotonic() - began:.0f} s")
    assert not total.found, total.told()
    assert total.count == most
