"""The whole answer: route, leg, order, allocation, and the words around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.directory import Directory
from pathways.planner.allocation import Problem
from pathways.planner.cases import Cases, known_facts
from pathways.planner.cost import FIELDS, Ties, Weighting
from pathways.planner.deadlines import deadlines_of
from pathways.planner.gaps import ask_next, branches_of, fallback_of, gap_of
from pathways.planner.mechanism import walk_of
from pathways.planner.order import order_slots
from pathways.planner.outcome import Ask, Route
from pathways.planner.phrases import Phrase, Several, Word
from pathways.planner.prepared import Json
from pathways.planner.route import Router
from pathways.planner.slots import Candidate, Finder, Slot
from pathways.planner.steps import Writing, handover, step
from pathways.planner.told import contacts_on_return, emergency, findings_of, rights_of
from pathways.planner.transnational import Journey, Leg, wants_return
from pathways.profile import Profile
from pathways.visibility import ANONYMOUS, Viewer, is_open, seen_ids, withheld_on

_OTHER_WAYS = (
    Weighting.first(Phrase("nearest to where she is"), "distance"),
    Weighting.first(
        Phrase("closest to her case"),
        "not-child-only",
        "not-specialised",
        "other-exploitation",
        "other-group",
        "language",
        "class",
        "standing",
    ),
    Weighting.first(Phrase("best and newest evidence"), "doubt"),
    Weighting.first(Phrase("the mechanism's own leads"), "standing"),
    Weighting.first(Phrase("fewest changes of hands"), "newly-met", "switches"),
)
"""Other orders of the same cost vector: each gives an allocation that no other beats on all places."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another whole allocation: on what it is best, who takes the steps, and its cost beside that of the first answer."""

    best_on: str
    chosen: list[Candidate]
    cost: tuple[int, ...]
    first: tuple[int, ...]


class Plan:
    """A case planned on one directory: the slots in their order, the bodies chosen, and what was found on the way."""

    def __init__(self, directory: Directory, profile: Profile, as_of: date, viewer: Viewer = ANONYMOUS) -> None:
        self.directory, self.profile, self.on = directory, profile, as_of
        part = directory.parts[profile.identified_in]
        self.known = known = known_facts(profile, part)
        self.cases = Cases(directory, profile, as_of, viewer)
        case = self.cases.here(part, known, profile.destination if wants_return(profile) else None)
        own = [directory.parts[code] for code in profile.nationality if code in directory.parts and code != part.code]
        self.route: Route = Router(part, case, profile, self.cases, own).run()
        self.leg: Leg | None = Journey(directory, self.route, profile, self.cases).run() if wants_return(profile) else None
        self.slots: list[Slot] = [*order_slots(self.route.slots, walk_of(part)), *(self.leg.slots if self.leg else ())]
        self.ties = Ties(directory, as_of)
        self.problem = Problem(self.slots, self.route.met, self.ties)
        first = self.problem.allocate()
        self.chosen, self.cost = first.chosen, first.cost

    def others(self, most: int) -> list[Other]:
        """Up to some whole allocations besides the first, each best on another order of the cost, none worse than another on all places."""
        if not most:
            return []
        found: list[Other] = []
        first = self.cost
        taken = {tuple(c.body.id for c in self.chosen)}
        for weighting in _OTHER_WAYS:
            other = self.problem.otherwise(weighting, first)
            chosen, cost = other.chosen, other.cost
            names = tuple(c.body.id for c in chosen)
            if names in taken or not _one_authority(chosen):
                continue
            taken.add(names)
            if not any(_dominates(known, cost) for known in (first, *(known.cost for known in found))):
                found.append(Other(weighting.name, chosen, cost, first))
            if len(found) == most:
                break
        return found


def _one_authority(chosen: Sequence[Candidate]) -> bool:
    """Whether the police or prosecution that acts without consent to the police is one authority: only its own reflection decision goes
    with its identification."""
    return len({c.body.id for c in chosen if c.exception == "authority-is-police"}) < 2


def _dominates(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return first != second and all(a <= b for a, b in zip(first, second, strict=True))


def refer(directory: Directory, profile: Profile, as_of: date | None = None, alternatives: int = 2, viewer: Viewer = ANONYMOUS) -> Json:
    """The referral path of a case, as the contract's pathway: advice with reasons, never a verdict.

    `as_of` is the day of the law (default: the profile's start date, else today). KeyError where the directory does not hold the country.
    """
    start = profile.start_date or date.today()
    on = as_of or start
    plan = Plan(directory, profile, on, viewer)
    writing = Writing(directory, viewer, on, start, {done.decision: done.on for done in profile.done if done.on}, plan.ties)
    route, leg = plan.route, plan.leg
    written: dict[tuple[int, str, tuple[str, ...]], Json] = {}
    steps = _steps(writing, plan, plan.chosen, written)
    fallback = fallback_of(writing, route, plan.slots, plan.chosen)
    finders: list[Finder] = [route.finder]
    unmet = [*route.unmet, *(leg.unmet if leg else ())]
    gaps = [
        gap_of(writing, route, item, finders, fallback) for item in sorted(unmet, key=lambda item: item.function != "child-guardianship")
    ]
    contacts = contacts_on_return(writing, plan.cases, leg.destination, route) if leg else []
    refusals = [*route.refusals, *(leg.refusals if leg else ())]
    answer: Json = {
        "complete": not gaps and bool(steps) and not (leg and leg.stopped),
        "route": profile.wishes or "undecided",
        "countries": list(dict.fromkeys([route.part.code, *([leg.destination] if leg and leg.destination in directory.parts else [])])),
        "emergency": emergency(writing, route.part),
        "steps": steps,
        "branches": branches_of(writing, route, refusals, plan.slots, plan.chosen, fallback),
        "ask_next": ask_next([*route.asks, *(leg.asks if leg else ()), *_asks(writing, plan)], plan.known),
        "gaps": gaps,
        "rights": rights_of(writing, route),
        "contacts_in_country_of_return": contacts,
        "findings": findings_of(writing, route, leg, plan.slots, plan.chosen, contacts),
        "alternatives": [
            {"differs": _differs(writing, plan, other), "steps": _steps(writing, plan, other.chosen, written)}
            for other in plan.others(alternatives)
        ],
        "corridor": _corridor(writing, leg),
        "revision": directory.revision,
        "as_of": on.isoformat(),
    }
    answer["sources"] = _sources(writing)
    answer["withheld"] = withheld_on(answer["steps"])
    return answer


def _steps(writing: Writing, plan: Plan, chosen: Sequence[Candidate], written: dict[tuple[int, str, tuple[str, ...]], Json]) -> list[Json]:
    """The steps of an allocation; what two allocations share is `written` once, all but how she comes there."""
    chosen = [writing.told(candidate) for candidate in chosen]
    deadlines = deadlines_of(plan.slots, chosen, plan.route.entered, plan.route.part, plan.on)
    met = list(plan.route.met)
    last: dict[tuple[bool, int], str] = {}
    owner: str | None = None
    house = set(met)
    found = []
    for index, (slot, taken) in enumerate(zip(plan.slots, chosen, strict=True)):
        house = {taken.body.id} if taken.houses else house
        candidate = taken.seen_from(house)
        lane = (slot.leg, slot.lane)
        along = last.get(lane) if slot.leg or slot.lane == 0 else None
        previous = along or owner or last.get((False, 0)) or (met[0] if met else None)
        if last.get(lane) == candidate.body.id:
            previous = candidate.body.id
        key = (index, candidate.mandate.id, candidate.conditional)
        if key not in written:
            written[key] = step(writing, slot, candidate, index + 1, deadlines[index])
        found.append({**written[key], "handover": handover(writing, slot, candidate, met, previous)})
        last[lane] = candidate.body.id
        if candidate.mandate.function == "case-management" and owner is None:
            owner = candidate.body.id
        if candidate.body.id not in met:
            met.append(candidate.body.id)
    return found


def _asks(writing: Writing, plan: Plan) -> list[Ask]:
    """The unknown facts on which the chosen bodies depend, and her consents that steps still need."""
    found: list[Ask] = []
    for slot, candidate in zip(plan.slots, plan.chosen, strict=True):
        known, function = slot.case.facts.facts, Word("functions", slot.function)
        if not candidate.sure and candidate.mandate.serves.evaluate(candidate.case.facts.facts) is None:
            facts_there = candidate.case.facts.facts
            found.extend(
                Ask(atom.fact, Phrase("whether %(body)s takes %(function)s", body=writing.name(candidate.body), function=function))
                for atom in candidate.mandate.serves.failing(facts_there)
            )
        if not candidate.sure and slot.case.region is None and "-" in "".join(candidate.mandate.territory):
            found.append(Ask("region", Phrase("who takes %(function)s", function=function)))
        if slot.case.adult_consent and not slot.entry:
            found.extend(
                Ask(
                    f"consent.{name}",
                    Phrase("whether %(function)s may be asked of %(body)s", function=function, body=writing.name(candidate.body)),
                )
                for name in slot.consents
                if known.get(f"consent.{name}") is None
            )
    for refusal in (*plan.route.refusals, *(plan.leg.refusals if plan.leg else ())):
        if refusal.given is None:
            functions = Several(Word("functions", function) for function in refusal.functions)
            found.append(Ask(f"consent.{refusal.consent}", Phrase("whether %(functions)s can be asked for", functions=functions)))
    return found


def _differs(writing: Writing, plan: Plan, other: Other) -> str:
    """On what another allocation is best, which bodies it changes, and what it has less and more of."""
    changed = [
        Phrase(
            "%(function)s: %(new)s instead of %(old)s",
            function=Word("functions", slot.function),
            new=writing.name(new.body),
            old=writing.name(old.body),
        )
        for slot, old, new in zip(plan.slots, plan.chosen, other.chosen, strict=True)
        if old.body.id != new.body.id
    ]
    better = [_COSTS[field] for field, a, b in zip(FIELDS, other.first, other.cost, strict=True) if b < a]
    worse = [_COSTS[field] for field, a, b in zip(FIELDS, other.first, other.cost, strict=True) if b > a]
    return Phrase(
        "%(best)s; %(changes)s. Less of: %(less)s; more of: %(more)s",
        best=other.best_on,
        changes=Several(changed[:6], "; "),
        less=Several(better or (Phrase("nothing"),)),
        more=Several(worse or (Phrase("nothing"),)),
    )


_COSTS = {
    "uncertain": Phrase("uncertain steps"),
    "without-basis": Phrase("handovers without a basis"),
    "not-child-only": Phrase("care that is not for children in particular"),
    "newly-met": Phrase("bodies newly met"),
    "standing": Phrase("distance from the mechanism's leads"),
    "other-exploitation": Phrase("bodies for other exploitation"),
    "other-group": Phrase("bodies for other groups"),
    "switches": Phrase("changes from body to body"),
    "not-specialised": Phrase("bodies not specialised in trafficking"),
    "language": Phrase("bodies whose language is not confirmed"),
    "class": Phrase("bodies that have to be looked for at the place"),
    "early": Phrase("new bodies early on"),
    "distance": Phrase("distance"),
    "doubt": Phrase("old or weak evidence"),
}
"""The places of the cost vector in words."""


def _corridor(writing: Writing, leg: Leg | None) -> Json | None:
    """The state of the pair of countries and its live channels, as the research found them."""
    if leg is None or leg.corridor is None:
        return None
    channels: list[dict[str, Any]] = [
        {
            "id": c.id,
            "kind": c.kind,
            "from": next(iter(seen_ids(writing.directory, [c.from_body or ""], writing.viewer)), None),
            "to": next(iter(seen_ids(writing.directory, [c.to_body or ""], writing.viewer)), None),
            "stages": list(c.stages),
            "basis": c.basis,
            "state": c.state,
            "disclosure": c.disclosure,
            "evidence": c.evidence,
            "note": c.shown.get("note"),
            "sources": writing.cite(c.sources),
        }
        for c in leg.channels
        if is_open(writing.directory, c, writing.viewer)
    ]
    corridor = leg.corridor
    return {
        "state": corridor.state,
        "note": corridor.note,
        "as_of": corridor.shown.get("as_of"),
        "channels": channels,
        "stopped": leg.stopped or None,
    }


def _sources(writing: Writing) -> Json:
    prepared, directory = writing.prepared, writing.directory
    found = ((identity, prepared.source(directory, identity)) for identity in sorted(writing.sources))
    return {identity: source for identity, source in found if source is not None}
