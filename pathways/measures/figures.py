"""A measured figure: its value, between which bounds the truth lies, what it counts, and how it differs between groups of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pathways import territories, vocabulary
from pathways.measures.diagrams import ProfileSet
from pathways.measures.views import View
from pathways.planner.phrases import Phrase, Word
from pathways.vocabulary.labels import label

SLICES = ("gender", "age", "exploitation", "dependants", "region", "languages")
"""The dimensions by which a figure is sliced."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of a country, or of a pair: a share between 0 and 1, or a number with its unit."""

    measure: int
    name: str
    what: str
    country: str
    value: float | None
    lower: float | None = None
    """Where what is unknown counts as no."""
    upper: float | None = None
    """Where what is unknown counts as yes."""
    unit: str = "share"
    of: str = Phrase("published profiles")
    numerator: tuple[str, ...] = ()
    """What is counted, or whom: bodies, stages, regions, pairs, descriptions."""
    slices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    counted: float | None = None
    """The same under the counted cases, where they are given."""

    @property
    def unknown(self) -> float | None:
        """The share of which the directory does not know."""
        return None if self.lower is None or self.upper is None else self.upper - self.lower

    def as_data(self) -> dict[str, Any]:
        """The figure as it stands in an answer; shares to four places."""
        return {
            "measure": self.measure,
            "name": self.name,
            "what": self.what,
            "country": self.country,
            "value": _rounded(self.value),
            "lower": _rounded(self.lower),
            "upper": _rounded(self.upper),
            "unknown": _rounded(self.unknown),
            "unit": self.unit,
            "of": self.of,
            "counted": _rounded(self.counted),
            "numerator": list(self.numerator),
            "slices": {name: {word: _rounded(share) for word, share in found.items()} for name, found in self.slices.items()},
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


class Sharing(Protocol):
    """Whatever can say the share of a set: a view, or counted cases."""

    def share(self, profiles: ProfileSet, of: ProfileSet | None = None) -> float | None:
        """The share of a set, of all or of some; None where there is nobody."""


def sliced(view: View, profiles: ProfileSet, of: ProfileSet) -> dict[str, dict[str, float]]:
    """The share of a set among some, for each value of the dimensions by which figures are sliced."""
    found: dict[str, dict[str, float]] = {}
    for name in SLICES:
        for word, group in groups(view, name):
            share = view.share(profiles, of & group)
            if share is not None:
                found.setdefault(name, {})[word] = share
    return found


def groups(view: View, name: str) -> Iterator[tuple[str, ProfileSet]]:
    """The groups of people that a dimension makes among those who count: each value, by the label that people read.

    Two values that no rule tells apart share their figure; regions are those of the first level, never finer.
    """
    level = view.space.level[name]
    for index in sorted(view.present(level)):
        group = view.space.universe.where(level, [index])
        for value in view.values(level, [index]):
            yield _LABEL.get(name, _as_it_is)(value.name), group


def _as_it_is(name: str) -> str:
    return name


def _labelled(words: str) -> Callable[[str], str]:
    return lambda name: Word(words, name, label(words, name)) if name in vocabulary.words(words) else name


def _age(name: str) -> str:
    years = name.removesuffix(" years")
    return Phrase("%(number)s years", number=years) if years != name else _labelled("age_group")(name)


_LABEL: Mapping[str, Callable[[str], str]] = {
    "gender": _labelled("gender"),
    "age": _age,
    "exploitation": _labelled("exploitation"),
    "region": lambda name: territories.name(name) if "-" in name else name,
}


def share_figure(
    measure: int,
    name: str,
    what: str,
    view: View,
    profiles: ProfileSet,
    of: ProfileSet,
    *,
    certain: ProfileSet | None = None,
    possible: ProfileSet | None = None,
    numerator: Sequence[str] = (),
    cases: Sharing | None = None,
) -> Figure:
    """The share of a set among some, with its bounds, its slices, and its share of the counted cases."""
    return Figure(
        measure=measure,
        name=name,
        what=what,
        country=view.space.part.code,
        value=view.share(profiles, of),
        lower=view.share(profiles if certain is None else certain, of),
        upper=view.share(profiles if possible is None else profiles | possible, of),
        numerator=tuple(numerator),
        slices=sliced(view, profiles, of),
        counted=cases.share(profiles, of) if cases is not None else None,
    )
