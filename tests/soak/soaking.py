"""Plans many random profiles and holds every answer against every invariant; one process takes one range of seeds after another."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

from invariants import breaches
from profiles import at_random

from pathways.directory import Directory
from pathways.format.reader import read
from pathways.planner import refer
from pathways.stores.bundled import bundled_root

WHOLE = 10
"""Of so many profiles one is also asked for alternatives, and planned twice; all other invariants are held on all."""

_LOADED: list[Directory] = []


@dataclass
class Soaked:
    """What a range of seeds came to: profiles planned, complete ones, and the breaches with their first seeds."""

    count: int = 0
    complete: int = 0
    found: Counter[str] = field(default_factory=Counter)
    seeds: dict[str, list[int]] = field(default_factory=dict)

    def note(self, seed: int, breach: str) -> None:
        """A breach, without what differs from case to case."""
        words = re.sub(r"step \d+", "step", re.sub(r"\(.*?\)|\{.*\}| by [a-z-]+\b|(?<=the source )\S+|, though \S+", "", breach))
        self.found[words] += 1
        if len(self.seeds.setdefault(words, [])) < 5:
            self.seeds[words].append(seed)

    def add(self, other: Soaked) -> None:
        """Takes in what another range came to."""
        self.count, self.complete = self.count + other.count, self.complete + other.complete
        self.found.update(other.found)
        for words, seeds in other.seeds.items():
            self.seeds[words] = [*self.seeds.get(words, ()), *seeds][:5]

    def told(self) -> str:
        """The breaches, the most frequent first."""
        lines = [f"{count} times, seeds {self.seeds[words]}: {words}" for words, count in self.found.most_common()]
        return f"{self.count} profiles planned, {self.complete} complete, {sum(self.found.values())} breaches\n" + "\n".join(lines)


def directory() -> Directory:
    """The bundled directory, read once a process."""
    if not _LOADED:
        _LOADED.append(Directory.from_records(read(bundled_root())))
    return _LOADED[0]


def soak(first: int, last: int) -> Soaked:
    """The profiles of the seeds from `first` up to, without, `last`."""
    held, soaked = directory(), Soaked()
    for seed in range(first, last):
        profile = at_random(seed, held).profile
        whole = seed % WHOLE == 0
        try:
            answer = refer(held, profile, alternatives=2 if whole else 0)
        except Exception as error:
            soaked.note(seed, f"crash: {type(error).__name__}: {error}")
            continue
        soaked.count, soaked.complete = soaked.count + 1, soaked.complete + answer["complete"]
        for name, words in breaches(held, profile, answer):
            soaked.note(seed, f"{name}: {words}")
        if whole and json.dumps(refer(held, profile, alternatives=2)) != json.dumps(answer):
            soaked.note(seed, "deterministic: two answers")
    return soaked
