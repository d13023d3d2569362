"""Who has no complete path, and why: one finding a missing function, with the smallest descriptions of those who meet it.

Each finding says whether a source states the absence, or whether the directory only has not found anybody: the second is a question to the
country and no proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pathways.measures.analysis import Analysis
from pathways.measures.descriptions import box_set, describe
from pathways.measures.diagrams import ProfileSet
from pathways.measures.figures import Sharing, sliced
from pathways.measures.outcome import NOBODY, NOT_FOR_HER, OF_A_RETURN, UNFIT, WAITS
from pathways.measures.views import View
from pathways.measures.words import function_word, in_words
from pathways.model import Gap
from pathways.planner.phrases import Phrase, Several, Word
from pathways.vocabulary.labels import label

MOST = 5
"""How many descriptions a finding tells; the rest is told as a share."""

STATED, PARTLY, NOT_FOUND = "stated-absent", "partly-stated", "not-found"
"""What a finding rests on: a source says that it is missing for all of them, for a part of them, or nobody was found."""

_EVIDENCE = {
    STATED: Phrase("a source says so"),
    PARTLY: Phrase("a source says so for a part of them"),
    NOT_FOUND: Phrase("not found in the directory, which is no proof that there is none"),
}
_WHY = {
    NOBODY: Phrase("no body of the directory performs it"),
    NOT_FOR_HER: Phrase("bodies perform it, but for others"),
    WAITS: Phrase("it waits for a guardian, and nobody provides one"),
    UNFIT: Phrase("it is needed and not offered in this case"),
    OF_A_RETURN: Phrase("it belongs to a return, and none is wished"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One description: in words, the share of those counted whom it tells, and of those whom none before it tells; and one of them."""

    words: str
    share: float
    new: float
    example: Mapping[str, Any]
    """A profile that the description tells of: the planner's answer to it explains the gap, with the nearest bodies and whom to turn to."""

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {"description": self.words, "share": round(self.share, 4), "new": round(self.new, 4), "example": dict(self.example)}


@dataclass(frozen=True, slots=True)
class Finding:
    """A function that some people do not get in a country."""

    country: str
    function: str
    stages: tuple[str, ...]
    share: float
    """Of the published profiles."""
    whole: float
    """Of the whole space."""
    counted: float | None
    evidence: str
    """`STATED`, `PARTLY` or `NOT_FOUND`."""
    stated: tuple[Gap, ...]
    why: tuple[tuple[str, float], ...]
    who: tuple[Told, ...]
    untold: float
    """The share of the published profiles that meet the gap and are in no description."""
    slices: dict[str, dict[str, float]]

    @property
    def text(self) -> str:
        """The finding as a sentence."""
        return Phrase(
            "%(country)s: no %(function)s for %(share)s (%(who)s); %(evidence)s.",
            country=Word("countries", self.country, label("countries", self.country)),
            function=function_word(self.function),
            share=percent(self.share),
            who=Several((told.words for told in self.who[:3]), "; "),
            evidence=_EVIDENCE[self.evidence],
        )

    @property
    def headline(self) -> str:
        """Whom it is about first, and what they do not get."""
        return Phrase("%(who)s: no %(function)s", who=self.who[0].words, function=function_word(self.function))

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {
            "country": self.country,
            "function": self.function,
            "headline": self.headline,
            "text": self.text,
            "stages": list(self.stages),
            "share": round(self.share, 4),
            "share_of_whole_space": round(self.whole, 4),
            "counted": None if self.counted is None else round(self.counted, 4),
            "evidence": self.evidence,
            "stated": [{"id": gap.id, "text": gap.text, "sources": list(gap.sources)} for gap in self.stated],
            "why": [{"reason": reason, "text": _WHY[reason], "share": round(share, 4)} for reason, share in self.why],
            "who": [told.as_data() for told in self.who],
            "untold": round(self.untold, 4),
            "slices": {name: {word: round(share, 4) for word, share in found.items()} for name, found in self.slices.items()},
        }


def percent(share: float) -> str:
    """A share as people read it: never 0 % or 100 % where it is not."""
    if 0 < share < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


@lru_cache(maxsize=16)
def findings(found: Analysis, cases: Sharing | None = None) -> tuple[Finding, ...]:
    """What is missing in a country for somebody of the published set, the most frequent first."""
    functions = dict.fromkeys(function for function, _, _ in found.outcome.gaps)
    told = [_finding(found, function, cases) for function in functions if found.outcome.lacking(function) & found.published.within]
    return tuple(sorted(told, key=lambda finding: (-finding.share, finding.function)))


def _finding(found: Analysis, function: str, cases: Sharing | None) -> Finding:
    view, lacking = found.published, found.outcome.lacking(function)
    mine = {key: profiles & view.within for key, profiles in found.outcome.gaps.items() if key[0] == function}
    stated = lacking & view.within & found.stated_absent(function)
    evidence = NOT_FOUND if not stated else STATED if stated == lacking & view.within else PARTLY
    reasons: dict[str, ProfileSet] = {}
    for (_, _, reason), profiles in mine.items():
        reasons[reason] = reasons.get(reason, found.none) | profiles
    who = descriptions(view, lacking)
    share = view.share(lacking) or 0.0
    return Finding(
        country=found.part.code,
        function=function,
        stages=tuple(dict.fromkeys(stage for (_, stage, _), profiles in mine.items() if profiles)),
        share=share,
        whole=found.whole.share(lacking) or 0.0,
        counted=cases.share(lacking) if cases is not None else None,
        evidence=evidence,
        stated=tuple(gap for gap in found.part.stated_gaps(function) if stated & found.truths.split(gap.when).holds),
        why=tuple((reason, view.share(profiles) or 0.0) for reason, profiles in reasons.items() if profiles),
        who=who,
        untold=share - sum(told.new for told in who),
        slices=sliced(view, lacking, found.space.universe.all),
    )


def descriptions(view: View, profiles: ProfileSet, most: int = MOST) -> tuple[Told, ...]:
    """The smallest descriptions of a set under a view, in words."""
    total = view.count.total
    found = describe(profiles, view.within, view.count, most)
    return tuple(
        Told(in_words(view, item.box), item.weight / total, item.new / total, view.example(box_set(profiles.universe, item.box) & profiles))
        for item in found
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """A country in numbers: its space, and who has a complete path."""

    country: str
    profiles: int
    groups: int
    published: int
    complete: float
    complete_of_whole: float
    complete_counted: float | None

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer; numbers of profiles are exact, and larger than most readers of JSON keep, so they are text."""
        return {
            "country": self.country,
            "profiles": str(self.profiles),
            "groups": str(self.groups),
            "published": self.published,
            "complete": round(self.complete, 4),
            "complete_of_whole_space": round(self.complete_of_whole, 4),
            "complete_counted": None if self.complete_counted is None else round(self.complete_counted, 4),
        }


def summary(found: Analysis, cases: Sharing | None = None) -> Summary:
    """How many profiles there are, and which share of them has a complete path in the country; the way home is measured by pair."""
    complete = ~found.outcome.incomplete
    return Summary(
        country=found.part.code,
        profiles=found.space.profiles,
        groups=found.space.groups,
        published=found.published.count.total,
        complete=found.published.share(complete) or 0.0,
        complete_of_whole=found.whole.share(complete) or 0.0,
        complete_counted=cases.share(complete) if cases is not None else None,
    )
