"""Resilience: for each body, and for each parent or funder, whose path breaks if it closes (measure 10, first part).

Every closing is walked over all published profiles, and compared with the mechanism as it is: exact, with what takes the body's place, and
with what hangs on what it decides. Bodies that only fund or coordinate hold no step: their closing is counted by what they hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pathways.measures.analysis import Analysis
from pathways.measures.diagrams import ProfileSet
from pathways.measures.outcome import Outcome
from pathways.visibility import is_seen


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing of a body, or of all that hangs on one, would do."""

    body: str
    name: str
    closes: tuple[str, ...]
    """The bodies that close: itself, or with it those that belong to it."""
    cause: str
    """Itself, or why others close with it: parent, funder."""
    share: float
    """Of the published profiles: those that meet a gap which they do not meet today."""
    incomplete: float
    """Of the published profiles: those whose path is complete today and would not be."""
    functions: Mapping[str, float]
    """The functions that would be gaps for more people, with the share of the published profiles."""
    capacity: tuple[str, ...]
    """What is known of how many it takes, in the words of the source."""

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {
            "body": self.body,
            "name": self.name,
            "cause": self.cause,
            "closes": list(self.closes),
            "share": round(self.share, 4),
            "incomplete": round(self.incomplete, 4),
            "functions": {name: round(share, 4) for name, share in self.functions.items()},
            "capacity": list(self.capacity),
        }


@lru_cache(maxsize=16)
def closings(found: Analysis) -> tuple[Closing, ...]:
    """Every body that the viewer may see alone, every parent with what belongs to it, every funder with whom it funds; the worst first."""
    bodies = [name for name, body in found.part.stakeholders.items() if is_seen(body, found.viewer)]
    alone = [_closing(found, body, (body,), "itself") for body in bodies]
    below = [_closing(found, body, (body, *members), "parent") for body in bodies if (members := _below(found, body))]
    funded = [_closing(found, body, (body, *names), "funder") for body, names in _funded(found).items() if body in bodies]
    return tuple(sorted((*alone, *below, *funded), key=lambda c: (-c.share, -c.incomplete, c.body, c.cause)))


def _closing(found: Analysis, body: str, closes: tuple[str, ...], cause: str) -> Closing:
    before, after = found.outcome, found.without(frozenset(closes))
    lost = {name: profiles & after.within for name, profiles in losses(before, after).items()}
    view = found.published
    shares = {name: view.share(profiles) or 0.0 for name, profiles in lost.items()}
    stakeholder = found.part.stakeholders[body]
    return Closing(
        body=body,
        name=stakeholder.name,
        closes=closes,
        cause=cause,
        share=view.share(found.space.universe.union(lost.values())) or 0.0,
        incomplete=view.share(after.incomplete - before.incomplete) or 0.0,
        functions={name: share for name, share in sorted(shares.items(), key=lambda item: -item[1]) if share},
        capacity=tuple(_capacity(found, closes)),
    )


def losses(before: Outcome, after: Outcome) -> dict[str, ProfileSet]:
    """By function: who meets a gap after that they do not meet before."""
    functions = dict.fromkeys(function for function, _, _ in after.gaps)
    found = {function: after.lacking(function) - before.lacking(function) for function in functions}
    return {function: profiles for function, profiles in found.items() if profiles}


def _below(found: Analysis, body: str) -> tuple[str, ...]:
    return tuple(name for name, above in found.part.belongs_to.items() if body in above)


def _funded(found: Analysis) -> dict[str, tuple[str, ...]]:
    """Whom each body funds: the links of a body with a mandate to fund, for that function."""
    funders = {m.holder for m in found.part.performs.get("funding", ())}
    named: dict[str, dict[str, None]] = {}
    for body in funders:
        for link in found.part.stakeholders[body].links:
            if "funding" in link.functions and link.to in found.part.stakeholders:
                named.setdefault(body, {})[link.to] = None
    return {body: tuple(names) for body, names in sorted(named.items())}


def _capacity(found: Analysis, bodies: Iterable[str]) -> Iterable[str]:
    for name in bodies:
        for mandate in found.part.stakeholders[name].mandates:
            if mandate.shown.get("capacity") not in (None, ""):
                yield f"{mandate.function}: {mandate.shown['capacity']}"
