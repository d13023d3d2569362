"""How well names of bodies are told to be the same: precision, recall and F1 on labelled pairs, with the rows that are told wrongly.

python -m bench.matching ../shared/samples/er-name-bench/cases.csv
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pathways
from importers.matching import Judgements, match
from importers.matching.index import index_of
from importers.matching.likeness import ALIKE, alike
from importers.reading import Place, Read
from pathways.directory import Directory
from pathways.format.reader import read as read_directory
from pathways.records import Record

_SYLLABLES = [first + vowel for first in "bcdfglmnprstvz" for vowel in "aeiou"]
_WHAT = ["Centre", "Association", "Foundation", "Service", "Women", "Children", "Help", "House", "Support", "Community", "Hope", "Union"]


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


def made(number: int, names: random.Random) -> dict[str, Any]:
    """A made-up body with a name of two to four words, a phone and a page."""
    own = " ".join("".join(names.choice(_SYLLABLES) for _ in range(names.randint(2, 4))).title() for _ in range(names.randint(1, 2)))
    phone = {"type": "phone", "value": f"+44 20 {7000 + number // 10_000:04d} {number % 10_000:04d}"}
    page = {"type": "website", "value": f"https://b{number}.example"}
    name = f"{own} {names.choice(_WHAT)}{names.choice(('', ' ' + names.choice(_WHAT)))}"
    return {"name": name, "kind": "ngo", "territory": ["GB"], "contacts": [phone, page]}


def look_up(bodies: int, asked: int = 3000) -> None:
    """Print how long the index takes, and one look-up: a third by name alone, a third with a slip, a third unknown."""
    names = random.Random(3)
    told = [made(number, names) for number in range(bodies)]
    head = [record for record in read_directory(Path(pathways.__file__).parent / "data") if (record.kind, record.part) == ("country", "GB")]
    directory = Directory.from_records([*head, *(Record("stakeholder", f"gb-{n}", "GB", fields) for n, fields in enumerate(told))])
    start = time.perf_counter()
    index_of(directory.parts["GB"])
    print(f"{bodies} bodies indexed in {time.perf_counter() - start:.1f} s")
    reads, truth = [], []
    for number in range(asked):
        meant = names.randrange(bodies)
        fields = dict(told[meant]) if number % 3 < 2 else made(bodies + number, names)
        truth.append(f"gb-{meant}" if number % 3 < 2 else None)
        if number % 3 == 0:
            fields["contacts"] = []
        elif number % 3 == 1:
            fields["name"] = fields["name"].replace("a", "aa", 1)
        reads.append(Read(Record("stakeholder", f"x-{number}", "GB", fields), Place("list")))
    start = time.perf_counter()
    decisions = list(match(reads, directory, Judgements("list")))
    took = time.perf_counter() - start
    wrong = sum(decision.body not in (None, meant) for decision, meant in zip(decisions, truth, strict=True))
    print(f"{took / asked * 1000:.2f} ms a body: {dict(Counter(decision.verdict for decision in decisions))}, {wrong} merged wrongly")


def main(argv: list[str]) -> None:
    if argv[0] == "--bodies":
        look_up(int(argv[1]))
        return
    start = time.perf_counter()
    score = measure(Path(argv[0]))
    took = time.perf_counter() - start
    for title, pairs in (("missed", score.missed), ("wrongly the same", score.wrong)):
        for one, other, likeness in pairs:
            print(f"{title}: {one!r} | {other!r} ({likeness:.2f})")
    print(f"precision {score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}, in {took:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
