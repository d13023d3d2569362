"""How well names of bodies are told to be the same: precision, recall and F1 on labelled pairs, with the rows that are told wrongly.

python -m bench.matching ../shared/samples/er-name-bench/cases.csv
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from importers.matching.likeness import ALIKE, alike


@dataclass(frozen=True)
class Score:
    """What a judge of pairs got right and wrong."""

    right: int
    missed: tuple[tuple[str, str, float], ...]
    wrong: tuple[tuple[str, str, float], ...]

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + len(self.wrong) + len(self.missed))


def measure(cases: Path, judge: Callable[[str, str], float] = lambda one, other: alike(one, other).score) -> Score:
    """The score of a judge (a likeness of two names, from 0 to 1) on a file of labelled pairs."""
    right, missed, wrong = 0, [], []
    with cases.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pair = row["name1"], row["name2"]
            score = judge(*pair)
            if row["is_match"] == "true":
                right += score >= ALIKE
                if score < ALIKE:
                    missed.append((*pair, score))
            elif score >= ALIKE:
                wrong.append((*pair, score))
    return Score(right, tuple(missed), tuple(wrong))


def main(argv: list[str]) -> None:
    start = time.perf_counter()
    score = measure(Path(argv[0]))
    took = time.perf_counter() - start
    for title, pairs in (("missed", score.missed), ("wrongly the same", score.wrong)):
        for one, other, likeness in pairs:
            print(f"{title}: {one!r} | {other!r} ({likeness:.2f})")
    print(f"precision {score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}, in {took:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
