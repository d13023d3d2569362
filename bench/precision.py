"""Precision of the policy measures: their most frequent findings, each judged against the research.

    python -m bench.precision [--write docs/gaps.md]

`precision.yaml` says of each finding what the research says, and on what that rests. A finding is told rightly where its label is that: what a
source states is told as stated, and what nobody was found for as absence of data. To tell too much (stated, and no source says so) is worse than to
tell too little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench import generate, marked
from bench.recall import DAY
from pathways.directory import Directory
from pathways.measures.analysis import analysis
from pathways.measures.gaps import NOT_FOUND, PARTLY, STATED, findings

BEGIN, END = "<!-- precision: made by bench/precision.py -->", "<!-- precision: end -->"
MOST = 20
"""How many findings of a country are judged, the most frequent first."""
_RIGHT = {"real": STATED, "part": PARTLY, "data": NOT_FOUND, "elsewhere": NOT_FOUND, "wrong": NOT_FOUND}
_TOLD = {STATED: "a source states it", PARTLY: "stated for a part", NOT_FOUND: "absence of data"}
_RANK = (NOT_FOUND, PARTLY, STATED)


@dataclass(frozen=True)
class Judged:
    """One finding: how it is told, and what the research says."""

    country: str
    function: str
    share: float
    told: str
    judgement: str
    says: str

    @property
    def too_much(self) -> bool:
        """Whether more is told than a source states."""
        return _RANK.index(self.told) > _RANK.index(_RIGHT[self.judgement])

    @property
    def too_little(self) -> bool:
        """Whether a source states more than is told."""
        return _RANK.index(self.told) < _RANK.index(_RIGHT[self.judgement])


def judged(directory: Directory) -> Iterator[Judged]:
    """Every finding with its judgement; KeyError for one without, or a judgement without one."""
    said = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    for country in directory.parts:
        mine = said.pop(country)
        for finding in findings(analysis(directory, country, DAY))[:MOST]:
            entry = mine.pop(finding.function)
            yield Judged(country, finding.function, finding.share, finding.evidence, entry["is"], entry["says"])
        if mine:
            raise KeyError(f"no findings of {country}: {', '.join(mine)}")


def told(found: Sequence[Judged]) -> str:
    """The judgements as Markdown."""
    count = Counter(item.judgement for item in found)
    much, little = sum(item.too_much for item in found), sum(item.too_little for item in found)
    lines = [
        BEGIN,
        "",
        f"{len(found)} findings: {count['real']} real, {count['part']} real for a part, {count['data']} absence of data, {count['elsewhere']} for "
        f"whom somebody is named elsewhere, {count['wrong']} wrong. **Told as more than a source states: {much}; as less: {little}.**",
        "",
        "| country | missing | share | told as | judged | on what |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for item in found:
        mark = " (too much)" if item.too_much else " (too little)" if item.too_little else ""
        share = f"{item.share:.0%}".replace("%", " %")
        lines.append(f"| {item.country} | {item.function} | {share} | {_TOLD[item.told]}{mark} | {item.judgement} | {item.says} |")
    return "\n".join([*lines, "", END])


if __name__ == "__main__":
    marked.main(__doc__.splitlines()[0], BEGIN, END, lambda: told(list(judged(generate.bundled()))))
