"""Verify these first: what many paths rest on, what nobody has looked at for long, what only one source says.

The order is a product that anybody can work out again: the share of the published profiles whose path breaks without the body (never less
than a thousandth), times the years since somebody last looked, and one, times two where a single source says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pathways.directory import Directory
from pathways.editing.proposals import Proposal
from pathways.measures.analysis import analysis
from pathways.measures.resilience import closings
from pathways.model import Stakeholder
from pathways.visibility import Viewer, is_seen

_LEAST_SHARE = 0.001
Verified = Mapping[tuple[str, str], Proposal]
"""The newest applied proposal about each thing."""


@dataclass(frozen=True, slots=True)
class Due:
    """A body or one of its mandates that somebody should look at again."""

    kind: str
    identity: str
    body: str
    name: str
    function: str
    """Of a mandate; empty for the contacts of a body."""
    share: float
    """Of the published profiles of its country: whose path meets a gap if the body closes."""
    since: str
    """The day or year when somebody last looked; empty where nobody is known to have."""
    by: str
    """Who looked, where it was here; else empty: the research, or a partner."""
    sources: int

    def urgency(self, on: date) -> float:
        """How urgent it is; only the order means something."""
        years = on.year - int(self.since[:4]) if self.since else 10
        return max(self.share, _LEAST_SHARE) * (1 + max(years, 0)) * (2 if self.sources < 2 else 1)


def worklist(directory: Directory, country: str, on: date, viewer: Viewer, verified: Verified) -> list[Due]:
    """What to verify in a country, the most urgent first; KeyError for a country whose mechanism is not known."""
    found = analysis(directory, country, on, viewer)
    shares = {closing.body: closing.share for closing in closings(found) if closing.cause == "itself"}
    bodies = (body for body in found.part.stakeholders.values() if is_seen(body, viewer) and body.in_force(on))
    due = [one for body in bodies for one in _of_body(body, shares.get(body.id, 0.0), on, verified)]
    return sorted(due, key=lambda one: (-one.urgency(on), one.body, one.kind, one.identity))


def _of_body(body: Stakeholder, share: float, on: date, verified: Verified) -> Iterator[Due]:
    points = [point for point in body.contacts if point.current]
    if points:
        looked = [*(_since(point.shown.get("as_of")) for point in points), *(_since(mandate.as_of) for mandate in body.mandates)]
        since = max(looked, default="")
        sources = len({source for point in points for source in point.sources})
        yield _due("stakeholder", body.id, body, "", share, since, sources, verified)
    for mandate in body.mandates:
        if mandate.in_force(on):
            yield _due("mandate", mandate.id, body, mandate.function, share, _since(mandate.as_of), len(set(mandate.sources)), verified)


def _since(as_of: str | int | None) -> str:
    return str(as_of or "")


def _due(kind: str, identity: str, body: Stakeholder, function: str, share: float, since: str, sources: int, verified: Verified) -> Due:
    here = verified.get((kind, identity))
    if here and here.source.seen >= since:
        since, by = here.source.seen, here.label
    else:
        by = ""
    return Due(kind, identity, body.id, body.name, function, share, since, by, sources)
