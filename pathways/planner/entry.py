"""The first contact: who has noticed the person, or whom to call where nobody has."""

from __future__ import annotations

from pathways.eligibility import Fit, judge
from pathways.model import Mandate, Stage
from pathways.planner.outcome import Route
from pathways.planner.rules import DETECTION, rules
from pathways.planner.slots import Candidate, Slot

_FOR_A_CALL = ("hotline", *(function for function in DETECTION if function != "hotline"))


class FirstContact:
    """The entry of a route: one step, which has happened where somebody has noticed her, and else is a line or a body to turn to."""

    def __init__(self, route: Route, detected_by: str | None, stage: Stage) -> None:
        self.route, self.by, self.stage = route, detected_by, stage

    def enter(self) -> None:
        """Put the entry on the route; a body that is named is met, whether or not it holds a function of first contact."""
        takers = self._noticed_by()
        named = self.by in self.route.part.stakeholders
        if named:
            self.route.met.append(str(self.by))
        happened = bool(takers) and self.by not in (None, "self")
        if not takers and not named and self.by != "foreign-authority":
            takers = next((found for function in _FOR_A_CALL if (found := self._holders(function, None))), [])
        if takers:
            self._add(takers, happened)

    def _noticed_by(self) -> list[Candidate]:
        """The bodies that can be who noticed her: the one named, those of the kind named, a line where she or nobody is named."""
        if self.by is None or self.by in ("self", "hotline"):
            return self._holders("hotline", None)
        if self.by in self.route.part.stakeholders:
            return next((found for function in DETECTION if (found := self._holders(function, self.by))), [])
        seen: dict[str, Candidate] = {}
        for function in DETECTION:
            for candidate in self._holders(function, self.by):
                seen.setdefault(candidate.body.id, candidate)
        return list(seen.values())

    def _holders(self, function: str, by: str | None) -> list[Candidate]:
        """Who performs a function of first contact for this case; whom nobody has named is no law enforcement."""
        finder, part = self.route.finder, self.route.part
        found = []
        for mandate in part.performing(function, self.route.case.region):
            body = part.stakeholders[mandate.holder]
            if mandate.role not in ("deliver", "decide", "receive") or (by is not None and not is_by(by, mandate, body.id, body.kind)):
                continue
            if by is None and mandate.law_enforcement:
                continue
            judgement = judge(mandate, body, self.route.case)
            if judgement.fit in (Fit.SERVES, Fit.IF):
                found.append(finder.candidate(mandate, body, self.stage, judgement, "entry" if mandate.law_enforcement else None))
        return finder.classes(found)

    def _add(self, takers: list[Candidate], happened: bool) -> None:
        function = takers[0].mandate.function
        rank = rules().functions[function].rank
        self.route.add(Slot(function, self.stage, self.route.case, 0, False, -1.0, rank, takers, [], entry=True, happened=happened))
        self.route.case.performed.add(function)


def is_by(by: str, mandate: Mandate, body: str, kind: str) -> bool:
    """Whether a body is who detected her: the body itself, of that kind, or a police authority of another kind."""
    return by in (body, kind) or (by == "police" and mandate.law_enforcement and kind == "competent-authority")
