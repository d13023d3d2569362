"""Recall of the policy measures: the gaps that sources state.

    python -m bench.recall [--write docs/gaps.md]

`recall.yaml` says of each stated gap which measure should find it, or why no directory can show it. Each is then asked of the measures as they
are computed; nothing is taken for found because it is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bench import generate, marked
from pathways.directory import Directory
from pathways.measures import pairs
from pathways.measures.analysis import Analysis, analysis
from pathways.measures.diagrams import ProfileSet
from pathways.measures.figures import Figure
from pathways.measures.outcome import NOBODY, NOT_FOR_HER, WAITS
from pathways.measures.report import quick_measures
from pathways.measures.resilience import closings
from pathways.model import Gap

DAY = date(2026, 11, 24)
BEGIN, END = "<!-- recall: made by bench/recall.py -->", "<!-- recall: end -->"


@dataclass(frozen=True)
class Line:
    """One stated gap: by what it should be found and whether it is, or why it cannot be."""

    gap: Gap
    probe: str
    cannot: str
    found: bool


class Probes:
    """Asks the measures of one country."""

    def __init__(self, directory: Directory, country: str) -> None:
        self.directory, self.country = directory, country
        self.analysis: Analysis = analysis(directory, country, DAY)
        self.figures: dict[str, Figure] = {figure.name: figure for figure in quick_measures(self.analysis)}

    def ask(self, gap: Gap, probe: str) -> bool:
        """Whether the measures find a stated gap."""
        name, *words = probe.split()
        asks: dict[str, Callable[[Gap, Sequence[str]], bool]] = {
            "gap": self._gap,
            "whole": self._whole,
            "unsure": self._unsure,
            "worse": self._worse,
            "below": self._below,
            "listed": self._listed,
            "pair": self._pair,
            "capacity": self._capacity,
            "none": lambda *_: False,
        }
        return asks[name](gap, words)

    def _about(self, gap: Gap) -> ProfileSet:
        return ~self.analysis.truths.split(gap.when).fails

    def _gap(self, gap: Gap, words: Sequence[str]) -> bool:
        """Somebody of the published set whom the gap is about lacks one of its functions."""
        lacking = self.analysis.space.universe.union(self.analysis.outcome.lacking(f) for f in words or gap.functions)
        return bool(lacking & self._about(gap) & self.analysis.published.within)

    def _whole(self, gap: Gap, words: Sequence[str]) -> bool:
        """Somebody of the whole space whom the gap is about needs one of its functions, and nobody performs it for them."""
        real = (
            profiles
            for (function, _, reason), profiles in self.analysis.outcome.gaps.items()
            if function in (words or gap.functions) and reason in (NOBODY, NOT_FOR_HER, WAITS)
        )
        return bool(self.analysis.space.universe.union(real) & self._about(gap))

    def _unsure(self, gap: Gap, words: Sequence[str]) -> bool:
        """Whom the gap is about is served, and nobody serves them for certain."""
        outcome, none = self.analysis.outcome, self.analysis.none
        unsure = (outcome.served(f) - outcome.certain.get(f, none) for f in words or gap.functions)
        return bool(self.analysis.space.universe.union(unsure) & self._about(gap) & self.analysis.published.within)

    def _worse(self, gap: Gap, words: Sequence[str]) -> bool:
        """Some function is missing for a larger share of those whom the gap is about than of the others."""
        view, about = self.analysis.published, self._about(gap)
        for function in words or dict.fromkeys(name for name, _, _ in self.analysis.outcome.gaps):
            lacking = self.analysis.outcome.lacking(function)
            if (view.share(lacking, about) or 0) > (view.share(lacking, ~about) or 0):
                return True
        return False

    def _below(self, gap: Gap, words: Sequence[str]) -> bool:
        """A figure that is not whole."""
        figure = self.figures.get(words[0])
        return figure is not None and (figure.value is None or figure.value < 1)

    def _listed(self, gap: Gap, words: Sequence[str]) -> bool:
        """A figure that names a stage of a canonical one."""
        stages = {stage.id for stage in self.analysis.part.stages if words[1] in (stage.canonical, *stage.merged)}
        return bool(stages.intersection(self.figures[words[0]].numerator))

    def _pair(self, gap: Gap, words: Sequence[str]) -> bool:
        """The stage of a journey home that is missing for most of the pairs that leave the country."""
        stage, who, *named = words
        others = named or [code for code in self.directory.parts if code != self.country]
        missing = [code for code in others if stage not in pairs.closure(self.directory, self.country, code, DAY, who).named]
        return 2 * len(missing) > len(others)

    def _capacity(self, gap: Gap, words: Sequence[str]) -> bool:
        """A stated capacity that stands with the closing of its body."""
        return any(words[0] in told for closing in closings(self.analysis) for told in closing.capacity)


def lines(directory: Directory) -> Iterator[Line]:
    """Every stated gap of a directory; KeyError for one that `recall.yaml` does not name."""
    said = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    for country, part in directory.parts.items():
        probes = Probes(directory, country)
        for gap in part.gaps:
            entry = said.pop(gap.id)
            probe = entry.get("finds", "")
            yield Line(gap, probe, entry.get("cannot", ""), bool(probe) and probes.ask(gap, probe))
    if said:
        raise KeyError(f"not in the directory: {', '.join(said)}")


def told(found: Sequence[Line]) -> str:
    """The tables as Markdown."""
    shown = [line for line in found if line.probe]
    hit = sum(line.found for line in shown)
    why = Counter(line.cannot for line in found if line.cannot)
    text = [
        BEGIN,
        "",
        f"Sources state {len(found)} gaps. **{len(shown)} are such that a directory can show them; the measures find {hit} ({hit / len(shown):.0%})".replace(
            "%", " %"
        )
        + ".**",
        f"The other {len(found) - len(shown)} no directory can show: "
        + ", ".join(f"{word} {count}" for word, count in sorted(why.items(), key=lambda i: -i[1]))
        + ".",
        "",
        "| gap | stated | found by | |",
        "| --- | --- | --- | --- |",
    ]
    for line in found:
        words = " ".join(line.gap.text.split())
        short = (words if len(words) < 110 else words[:107].rsplit(" ", 1)[0] + " …").replace("|", "/")
        text.append(
            f"| {line.gap.id} | {short} | {line.probe or f'cannot: {line.cannot}'} | {('yes' if line.found else '**no**') if line.probe else ''} |"
        )
    return "\n".join([*text, "", END])


if __name__ == "__main__":
    marked.main("Recall against stated gaps.", BEGIN, END, lambda: told(list(lines(generate.bundled()))))
