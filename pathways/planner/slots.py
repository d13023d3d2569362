"""A slot is a step before its body is chosen: a function at a stage, and the mandates that could take it; and who those are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pathways import territories
from pathways.directory import Part
from pathways.eligibility import Case, Fit, Judgement, Reasons, explain, judge
from pathways.model import Mandate, Stage, Stakeholder
from pathways.planner.rules import ACCOMMODATION, DETECTION, FunctionRule, rules


@dataclass(slots=True, eq=False)
class Candidate:
    """A mandate that could take a slot, with how sure that is and how well it fits; `misfit` compares place by place."""

    mandate: Mandate
    body: Stakeholder
    case: Case
    """The case as this body's country sees it."""
    sure: bool
    conditional: tuple[str, ...]
    based: bool
    """Led or supported by the stage's own words: a handover to it has a basis in itself."""
    housed: str | None
    """The requirement by which it serves only whom its body houses, if it has one."""
    misfit: tuple[int, ...]
    distance: int
    doubt: int
    exception: str | None = None
    """Why law enforcement acts without consent to the police: authority-is-police, duty-to-report, danger-to-life, entry."""

    @property
    def houses(self) -> bool:
        """Whether this is a place to live."""
        return self.mandate.function in ACCOMMODATION

    def seen_from(self, house: Container[str]) -> Candidate:
        """Itself, or what it is to somebody who lives elsewhere than where it serves: uncertain."""
        if self.housed is None or self.body.id in house:
            return self
        return replace(self, sure=False, conditional=(*self.conditional, self.housed))


@dataclass(slots=True)
class Slot:
    """A function to be taken at a stage, in one country; `others` act with whoever takes it."""

    function: str
    stage: Stage
    case: Case
    lane: int
    leg: bool
    position: float
    rank: int
    candidates: list[Candidate]
    others: list[Candidate]
    consents: tuple[str, ...] = ()
    ground: str | None = None
    rules: tuple[str, ...] = ()
    disclosure: str | None = None
    canonical: str | None = None
    """The canonical stage of a step of the leg, whatever stage of the country it stands at."""
    entry: bool = False
    happened: bool = False
    """An entry that has taken place, and not a line to call."""
    after: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Miss:
    """A mandate that does not take a slot, and why."""

    mandate: Mandate
    body: Stakeholder
    judgement: Judgement
    reasons: Reasons
    enforcement: bool = False
    """Kept out because the person has not agreed to the police."""


@dataclass(slots=True)
class Search:
    """What a function's mandates came to: who could take it in the role that counts, who acts beside, and who is kept out."""

    takers: list[Candidate]
    others: list[Candidate]
    blocked: list[Mandate]
    enforcement: list[Mandate]


_BESIDE = ("propose", "opine", "authorise", "receive", "deliver", "notify")


class Finder:
    """Finds the bodies of one country for a function, for one case."""

    def __init__(self, part: Part, case: Case) -> None:
        self.part = part
        self.case = case

    def search(self, rule: FunctionRule, stage: Stage, mandates: Iterable[Mandate] | None = None, ground: str | None = None) -> Search:
        """The mandates for a function at a stage, by role: decide, else deliver, else what the function's rule accepts."""
        held = self.part.performing(rule.name, self.case.region) if mandates is None else mandates
        fitting: dict[str, list[Candidate]] = {}
        blocked: list[Mandate] = []
        enforced: list[Mandate] = []
        exceptional: list[tuple[Mandate, Judgement]] = []
        for mandate in held:
            if ground is not None and mandate.ground not in (ground, None):
                continue
            body = self.part.stakeholders[mandate.holder]
            judgement = judge(mandate, body, self.case, rule.consent, rule.takes)
            if judgement.fit is Fit.NO:
                continue
            if judgement.fit is Fit.BLOCKED:
                blocked.append(mandate)
                continue
            if mandate.law_enforcement and not self.police_may(mandate):
                exceptional.append((mandate, judgement))
                continue
            fitting.setdefault(mandate.role, []).append(self.candidate(mandate, body, stage, judgement, self._reason(mandate)))
        takers = self.classes(_places_for_children(rule, _open(_in_role(rule, fitting))))
        if not takers or (takers[0].mandate.role not in rule.roles[:2] and not any(c.sure for c in takers)):
            takers = self._authority(rule, stage, exceptional) or takers
        taken = {candidate.body.id for candidate in takers}
        enforced.extend(mandate for mandate, _ in exceptional if mandate.holder not in taken)
        roles = {candidate.mandate.role for candidate in takers}
        beside = [c for role in _BESIDE if role not in roles for c in fitting.get(role, ()) if c.body.id not in taken]
        return Search(takers, beside, blocked, enforced)

    def classes(self, takers: list[Candidate]) -> list[Candidate]:
        """A class of bodies yields to its own instance beside it; without one it costs no more than a single body."""
        above = {name for c in takers for name in self.part.belongs_to[c.body.id]}
        for candidate in takers:
            if candidate.body.scope == "class" and candidate.body.id not in above:
                candidate.misfit = (*candidate.misfit[:-1], 0)
        return takers

    def police_may(self, mandate: Mandate) -> bool:
        """Whether a body may act here as law enforcement: with consent to the police, where life is in danger, or where a law obliges it;
        with a child that needs a guardian not before one acts."""
        facts = self.case.facts.facts
        if facts.get("guardian_needed") and not facts.get("guardian_appointed") and not self._in_danger(mandate):
            return False
        return facts.get("consent.police") is True or self._in_danger(mandate) or bool(mandate.duty)

    def _in_danger(self, mandate: Mandate) -> bool:
        return mandate.function == "police-protection" and "immediate-danger" in self.case.facts.facts.get("risk", ())

    def _reason(self, mandate: Mandate) -> str | None:
        if not mandate.law_enforcement or self.case.facts.facts.get("consent.police") is True:
            return None
        return "danger-to-life" if self._in_danger(mandate) else "duty-to-report"

    def _authority(self, rule: FunctionRule, stage: Stage, exceptional: list[tuple[Mandate, Judgement]]) -> list[Candidate]:
        """The police or prosecution as the identifying authority that the law names, where no other way is open and she agrees to be
        identified."""
        if rule.name not in ("preliminary-identification", "formal-identification", "reflection-period") or not exceptional:
            return []
        agreed = self.case.consent("formal_identification") is True
        own_reflection = rule.name == "reflection-period" and "authority-is-police" in self.case.performed
        if not (own_reflection or (rule.name != "reflection-period" and agreed)):
            return []
        certain = [(m, j) for m, j in exceptional if own_reflection or self.case.facts.truth(m.serves) is True]
        deciding = [(m, j) for m, j in certain if m.role == "decide"] or [(m, j) for m, j in certain if m.role == "deliver"]
        return [self.candidate(m, self.part.stakeholders[m.holder], stage, j, "authority-is-police") for m, j in deciding]

    def candidate(self, mandate: Mandate, body: Stakeholder, stage: Stage, judgement: Judgement, exception: str | None = None) -> Candidate:
        """A mandate with the measures by which it is compared with others."""
        lead = _standing(body, stage, self.part)
        stated = mandate.serves.facts
        facts = self.case.facts.facts
        misfit = (
            int(
                facts.get("is_child") is True
                and mandate.function in FOR_CHILDREN
                and not ("is_child" in stated and _only_children(mandate, facts))
            ),
            lead,
            _unspecialised(body),
            0 if "exploitation" in stated and facts.get("exploitation") else 1,
            1 if _GROUP.isdisjoint(stated) else 0,
            _language(body, facts),
            1 if body.scope == "class" else 0,
        )
        distance = 0 if body.scope == "class" else _distance(mandate, self.case)
        doubt = (mandate.evidence in _DOUBTFUL) + (self.case.on.year - (mandate.as_of or 0) > 3)
        houses = mandate.function in ACCOMMODATION
        housed = (
            next((word for word in mandate.requires if self.case.requirements[word].housed), None)
            if mandate.requires and not houses
            else None
        )
        return Candidate(
            mandate=mandate,
            body=body,
            case=self.case,
            sure=judgement.fit is Fit.SERVES,
            conditional=judgement.conditional,
            based=lead < 2,
            housed=housed,
            misfit=misfit,
            distance=distance,
            doubt=doubt,
            exception=exception,
        )

    def misses(self, rule: FunctionRule, mandates: Iterable[Mandate] | None = None) -> list[Miss]:
        """The mandates for a function that do not take it, the nearest first: those with the fewest things in the way."""
        found = []
        for mandate in self.part.performs.get(rule.name, ()) if mandates is None else mandates:
            if mandate.role not in rule.roles:
                continue
            body = self.part.stakeholders[mandate.holder]
            judgement = judge(mandate, body, self.case, rule.consent, rule.takes)
            reasons = explain(mandate, body, self.case, judgement)
            kept = mandate.law_enforcement and not self.police_may(mandate)
            found.append(Miss(mandate, body, judgement, reasons, kept))
        return sorted(found, key=lambda miss: (miss.reasons.count + miss.enforcement, miss.reasons.time, miss.mandate.id))


def _distance(mandate: Mandate, case: Case) -> int:
    """How far a body's reach is from the place: 0 for the place's own, more for each level above; a class has one in every place."""
    if case.region is None:
        return int(case.country in mandate.territory)
    place = territories.chain(case.region)
    return min((place.index(territory) if territory in place else 1 for territory in mandate.territory), default=1)


def _in_role(rule: FunctionRule, fitting: Mapping[str, list[Candidate]]) -> list[Candidate]:
    """Those in the role that counts: the first role in which somebody serves for certain, else the first at all."""
    found = [fitting[role] for role in rule.roles if role in fitting]
    return next((group for group in found if any(c.sure for c in group)), found[0] if found else [])


def _open(takers: list[Candidate]) -> list[Candidate]:
    """What a body offers to everybody it does not keep for those whom it houses."""
    free = {c.body.id for c in takers if c.housed is None}
    return [c for c in takers if c.housed is None or c.body.id not in free]


def _places_for_children(rule: FunctionRule, takers: list[Candidate]) -> list[Candidate]:
    """A child sleeps in a place for children wherever one takes it for certain."""
    if rule.name not in ACCOMMODATION:
        return takers
    return [c for c in takers if c.sure and not c.misfit[0]] or takers


FOR_CHILDREN = frozenset(
    name for name, rule in rules().functions.items() if rule.help or name in DETECTION or name.startswith("best-interests")
)
"""Where it counts that a body is there for children: care, guardianship, best interests."""

STANDING = 1
"""Its place in a candidate's misfit."""


def _unspecialised(body: Stakeholder) -> int:
    """0 for a body specialised in trafficking, 1 where that is not known, 2 for a general one. An authority of the place is not held to it:
    it never yields to a national agency for being less specialised."""
    if body.scope == "class" and body.kind in _AUTHORITIES:
        return 0
    return _SPECIALISED[body.specialised]


_SPECIALISED = {True: 0, None: 1, False: 2}
_AUTHORITIES = frozenset(
    {
        "police",
        "border-guard",
        "prosecution",
        "court",
        "labour-inspectorate",
        "asylum-authority",
        "immigration-authority",
        "competent-authority",
    }
)

_GROUP = frozenset(
    {"gender", "is_child", "age_years", "status", "nationality", "nationality_group", "dependants", "vulnerability", "unaccompanied"}
)
_DOUBTFUL = frozenset({"inferred", "conflicting", "stale", "unverified"})


GROWN: Mapping[str, object] = {"is_child": False, "age_group": "adult", "age_years": None, "gender": None}
"""An adult, of whatever sex."""


def _only_children(mandate: Mandate, facts: Mapping[str, object]) -> bool:
    """Whether no adult would be served, of whatever sex: care for children in particular."""
    return mandate.serves.evaluate({**facts, **GROWN}) is False


def _standing(body: Stakeholder, stage: Stage, part: Part) -> int:
    """0 where a body leads the stage, 1 where it supports it, 2 otherwise; also through what it belongs to, and by its kind."""
    names = part.known_as[body.id]
    return 0 if not names.isdisjoint(stage.lead) else 1 if not names.isdisjoint(stage.support) else 2


def _language(body: Stakeholder, facts: Mapping[str, object]) -> int:
    spoken = facts.get("language")
    if not spoken or not isinstance(spoken, frozenset):
        return 0
    return 1 if not body.languages else 0 if spoken.intersection(body.languages) else 2
