"""The transnational leg: from the wish to return to the monitoring after it, with a body on both sides.

Nothing here is owed to a border: without consent, a joint risk assessment and a named body that confirms reception there is no journey,
and help where she is goes on (R12, R13, R11 for a child). The corridor between two countries is told as the research found it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pathways.directory import Directory, Part
from pathways.eligibility import Case
from pathways.model import Channel, Corridor, Stage
from pathways.planner.cases import Cases
from pathways.planner.mechanism import placeholder, walk_of
from pathways.planner.outcome import Ask, Refusal, Route, Unmet, Why, waits_for_guardian
from pathways.planner.phrases import Phrase, Several, Word, country_word
from pathways.planner.rules import LEG, rules
from pathways.planner.slots import STANDING, Candidate, Finder, Slot
from pathways.profile import Profile

_AFTER = ("reception-on-arrival", "reintegration-assistance", "post-return-monitoring")
_PROMISES = ("reception-on-arrival", "reintegration-assistance", "transnational-contact-point")
"""What a body holds that can say yes to receiving her: who serves her there before who only coordinates."""

_HOME = {
    "return-counselling": "return-request",
    "return-risk-assessment": "return-risk-assessment",
    "consular-assistance": "travel-documents",
    "travel-documents": "travel-documents",
    "voluntary-return": "travel",
    "transit-assistance": "travel",
    "reception-on-arrival": "reception",
    "reintegration-assistance": "reintegration",
    "post-return-monitoring": "monitoring",
}
_DISCLOSURE = {
    "return-counselling": "D0",
    "return-risk-assessment": "D2",
    "consular-assistance": "C0",
    "travel-documents": "C0",
    "reception-confirmation": "D3",
    "voluntary-return": "D3",
    "transit-assistance": "D3",
    "reception-on-arrival": "D3",
    "reintegration-assistance": "D3",
    "post-return-monitoring": "D3",
}
"""The disclosure ladder of the design document "domain" 3: what may be told at most at each step."""


@dataclass(slots=True)
class Leg:
    """What became of the way home."""

    destination: str | None
    slots: list[Slot] = field(default_factory=list)
    unmet: list[Unmet] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    stopped: str = ""
    """Why the journey does not go on, in words; empty where it does."""
    corridor: Corridor | None = None
    channels: tuple[Channel, ...] = ()
    receiving: Route | None = None


def _is_police(candidate: Candidate) -> bool:
    return candidate.mandate.law_enforcement or candidate.body.kind in ("police", "border-guard")


def destination_of(profile: Profile) -> str | None:
    """Where she would return to: what is said, else her only nationality."""
    if profile.destination:
        return profile.destination
    known = [code for code in profile.nationality if code not in ("unknown", "stateless")]
    return known[0] if len(known) == 1 else None


def wants_return(profile: Profile) -> bool:
    """Whether the path is one of return: she wishes it and has not withdrawn her consent."""
    return profile.wishes == "return"


class Journey:
    """Works out one leg, after the route at home."""

    def __init__(self, directory: Directory, route: Route, profile: Profile, cases: Cases) -> None:
        self.directory, self.home, self.profile = directory, route, profile
        self.rules = rules()
        self.leg = Leg(destination_of(profile))
        self.here = route.case
        self.position = 0.0
        there = directory.parts.get(self.leg.destination or "")
        self.there: Part | None = there if there is not None and there.code != route.part.code else None
        self.away: Case | None = None
        if self.there is not None:
            self.away = cases.there(self.there, self.here.facts.facts, self.leg.destination)
        self.here.destination = self.leg.destination

    def run(self) -> Leg:
        """The leg, as far as it goes."""
        self._corridor()
        self._take("return-counselling", (self.home.finder,))
        self._stop_early()
        self._risk()
        self._confirmer()
        if self.here.facts.facts.get("is_child") is True:
            self._escort_and_arrival()
            self._reception()
            self._papers()
        else:
            self._papers()
            self._reception()
        self._travel()
        for function in _AFTER:
            self._arrive(function)
        self._needs_there()
        self._other_needs()
        self._channel_gap()
        return self.leg

    def _other_needs(self) -> None:
        """What is needed of a return and is no part of this one, with the reason."""
        told = (
            {slot.function for slot in self.leg.slots}
            | {item.function for item in self.leg.unmet}
            | {slot.function for slot in self.home.slots}
        )
        for function in self.profile.needs:
            if function in (*LEG, "reintegration-assistance") and function not in told:
                unasked = Phrase("%(function)s is not asked for by this journey", function=Word("functions", function))
                why = self._not_reached() if self.leg.stopped else Why("not-of-this-return", unasked)
                self.leg.unmet.append(Unmet(function, self._stage(function), why, True))

    # gates --------------------------------------------------------------------------------------------------------------------------

    def _stop(self, reason: str) -> None:
        self.leg.stopped = self.leg.stopped or reason

    def _stop_early(self) -> None:
        """What shuts the way home before anything is sent anywhere."""
        facts = self.here.facts.facts
        if self.leg.destination is None:
            self.leg.asks.append(Ask("destination", Phrase("who can receive her, and whether there is a way home at all")))
            self._stop(Phrase("the country of return is not known"))
        if facts.get("protection_claim") in ("pending", "wanted"):
            self._stop(
                Phrase(
                    "a protection claim is pending or wanted, or return is feared: no return and no contact with the State of return (R13)"
                )
            )
        risks = self.rules.risks_that_stop_return.intersection(facts.get("risk") or ())
        if risks:
            named = Several(Word("risks", risk) for risk in sorted(risks))
            self._stop(Phrase("known risks stand and are not assessed away: %(risks)s (R12)", risks=named))
        if facts.get("identification_state") == "reasonable-grounds-pending":
            self._stop(Phrase("identification is still open (R05)"))
        if facts.get("is_child") is True:
            if facts.get("best_interests_return") is not True:
                self.leg.asks.append(Ask("best_interests_return", Phrase("whether a child may return at all")))
                self._stop(Phrase("no best-interests determination says that return is right for this child (R11)"))
            return
        given = facts.get("consent.return")
        if given is not True:
            self.leg.refusals.append(Refusal(self._stage("voluntary-return"), ("voluntary-return",), "return", given))
            if given is None:
                self.leg.asks.append(Ask("consent.return", Phrase("the way home: risk assessment, papers, reception, journey")))
            self._stop(
                Phrase("the person has not agreed to return") if given is None else Phrase("return is refused, or consent to it withdrawn")
            )

    def _risk(self) -> None:
        known = self.here.facts.facts.get("return_risk")
        if known == "unacceptable":
            self._stop(Phrase("the risk of return was found unacceptable (R12)"))
        self._crossing(known is not None)
        if known is not None:
            return
        if self._take("return-risk-assessment", self._sides("return-risk-assessment"), even_if_stopped=False):
            self.here.learn(return_risk="manageable")
            if self.away:
                self.away.learn(return_risk="manageable")
        else:
            self._stop(Phrase("nobody assesses the risk of this return (R12)"))

    def _crossing(self, assessed: bool) -> None:
        """Nothing is told across the border without the person's consent: no joint assessment, no reception, no journey (R26)."""
        facts = self.here.facts.facts
        sharing = facts.get("consent.share_data_cross_border")
        if self.leg.stopped or facts.get("is_child") is True or sharing is True or self.leg.destination == self.home.part.code:
            return
        self.leg.refusals.append(
            Refusal(self._stage("return-risk-assessment"), ("return-risk-assessment",), "share_data_cross_border", sharing)
        )
        if sharing is None:
            self.leg.asks.append(Ask("consent.share_data_cross_border", Phrase("whether the two countries may assess the risk together")))
        if assessed or self._candidates("return-risk-assessment", self._both()):
            self._stop(Phrase("the person has not agreed that data cross the border, so the risk cannot be assessed jointly (R26)"))

    def _papers(self) -> None:
        facts = self.here.facts.facts
        if self.leg.stopped or facts.get("documents") is True or "documents-issued" in {done.decision for done in self.profile.done}:
            return
        inside = "eu" in facts.get("nationality_group", ()) and facts.get("documents") is None
        if not inside:
            self._take("travel-documents", self._sides("travel-documents"))
            self._take("consular-assistance", self._consular(), optional=True)

    def _confirmer(self) -> None:
        """A named body that says yes before papers are asked for and anybody travels: of the country of return, else the sending side's own
        programme there."""
        self.promise: tuple[str, list[Candidate]] = ("", [])
        if self.leg.stopped or self.here.facts.facts.get("reception_confirmed") is True:
            return
        sides = [([finder], _PROMISES) for finder in (self.finder_there(),) if finder] or [([self.home.finder], _PROMISES)]
        for finders, functions in (*sides, ([self.home.finder], _PROMISES[:2])):
            for function in functions:
                candidates = self._candidates(function, finders)
                if candidates and not self.promise[1]:
                    self.promise = (function, candidates)
        if not self.promise[1]:
            self._stop(Phrase("no body of the country of return is known that confirms reception (R12)"))

    def _escort_and_arrival(self) -> None:
        """A child does not travel alone, nor to nobody: no escort, or nobody who takes it in, and there is no journey (R11)."""
        for function, nobody in (
            ("transit-assistance", Phrase("no body is known that escorts a child (R11)")),
            ("reception-on-arrival", Phrase("no body is known that receives a child on arrival (R11)")),
        ):
            if not self.leg.stopped and not self._candidates(function, self._both()):
                self._stop(nobody)

    def _reception(self) -> None:
        """The promise of reception, as a step; where the way has stopped, a gap."""
        if self.leg.stopped:
            self.leg.unmet.append(
                Unmet("transnational-contact-point", self._placeholder("reception-confirmation"), self._not_reached(), False)
            )
            return
        function, candidates = self.promise
        if candidates:
            self._add(function, candidates, "reception-confirmation")
            for case in filter(None, (self.here, self.away)):
                case.learn(reception_confirmed=True, plan_agreed=True)

    def _travel(self) -> None:
        if not self._take("voluntary-return", self._sides("voluntary-return"), even_if_stopped=False):
            self._stop(Phrase("nobody organises the journey"))
        escorted = self.here.facts.facts.get("is_child") is True or "transit-assistance" in self.profile.needs
        self._take("transit-assistance", self._sides("transit-assistance"), optional=not escorted)

    def _arrive(self, function: str) -> None:
        """A service after the journey: by a body there, and only where there is none by the sending side's own programme."""
        self._take(function, self._sides(function, receiving_first=True), even_if_stopped=False, needed=function in self.profile.needs)

    def _sides(self, function: str, receiving_first: bool = False) -> tuple[Finder, ...]:
        """The side that takes a step of the journey for certain, else that could; both where neither does, so that the gap knows both."""
        pair = self._both()[::-1] if receiving_first else self._both()
        found = [(finder, self._candidates(function, (finder,))) for finder in pair]
        sure = [finder for finder, candidates in found if any(c.sure for c in candidates)]
        able = [finder for finder, candidates in found if candidates]
        return tuple((sure or able)[:1]) or pair

    def _needs_there(self) -> None:
        """What she needs for her life there and nobody gives here: the country of return is asked, where the journey goes on."""
        finder = self.finder_there()
        if self.leg.stopped or finder is None:
            return
        later = self.rules.canonical["reintegration"].functions
        for item in [u for u in self.home.unmet if u.needed and u.function in later]:
            candidates = self._candidates(item.function, (finder,))
            if candidates:
                self.home.unmet.remove(item)
                self._add(item.function, candidates, "reintegration")

    # taking a step ------------------------------------------------------------------------------------------------------------------

    def _both(self) -> tuple[Finder, ...]:
        pair = (self.home.finder, self.finder_there())
        return tuple(finder for finder in pair if finder is not None)

    def finder_there(self) -> Finder | None:
        """Finds the bodies of the country of return; None where it is not in the directory."""
        return Finder(self.there, self.away) if self.there is not None and self.away is not None else None

    def _consular(self) -> tuple[Finder, ...]:
        finder = self.finder_there()
        return (finder,) if finder else (self.home.finder,)

    def _candidates(self, function: str, finders: Iterable[Finder]) -> list[Candidate]:
        """Who could take a step of the leg; those who lead the country's stage of return, where they do so for certain, before others.

        Agreement to the police is given for the country where she is: law enforcement of the other takes no step.
        """
        rule = self.rules.functions[function]
        stage = self._stage(function)
        found: list[Candidate] = []
        for finder in finders:
            found.extend(c for c in finder.search(rule, stage).takers if finder.part is self.home.part or not _is_police(c))
        leads = [c for c in found if c.sure and c.misfit[STANDING] == 0]
        return leads or found

    def _take(
        self, function: str, finders: Iterable[Finder], even_if_stopped: bool = True, optional: bool = False, needed: bool = False
    ) -> bool:
        """One step of the leg, or the gap; False where it is not taken."""
        rule = self.rules.functions[function]
        finders = tuple(finders)
        stage = self._stage(function)
        if self.leg.stopped and (not even_if_stopped or function != "return-counselling"):
            if not optional:
                why = self._not_reached() if self._candidates(function, finders) else self._nobody(function)
                self.leg.unmet.append(Unmet(function, stage, why, needed or function in self.profile.needs))
            return False
        if self.here.facts.truth(rule.fits) is False:
            return False
        if (
            function in self.rules.after_guardian
            and self.here.facts.facts.get("guardian_needed")
            and not self.here.facts.facts.get("guardian_appointed")
        ):
            self.leg.unmet.append(Unmet(function, stage, waits_for_guardian(function), needed))
            return False
        candidates = self._candidates(function, finders)
        if candidates:
            self._add(function, candidates, _HOME[function])
            return True
        if not optional:
            self.leg.unmet.append(Unmet(function, stage, self._nobody(function), function in self.profile.needs))
        return False

    def _add(self, function: str, candidates: list[Candidate], canonical: str) -> None:
        self.position += 1
        rule = self.rules.functions[function]
        consents = rule.consent
        if canonical == "reception-confirmation":
            consents = ("return", "share_data_cross_border")
        elif function == "consular-assistance":
            consents = ("return",)
        chosen = {c.body.id for c in candidates}
        others = [c for f in self._both() for c in self._beside(f, rule.name) if c.body.id not in chosen]
        self.leg.slots.append(
            Slot(
                function=function,
                stage=self._stage(function, canonical),
                canonical=canonical,
                case=self.here,
                lane=0,
                leg=True,
                position=self.position,
                rank=rule.rank,
                candidates=candidates,
                others=others,
                consents=consents if self.here.adult_consent else (),
                rules=("R12",) if function == "return-risk-assessment" else (),
                disclosure=_DISCLOSURE.get(canonical, _DISCLOSURE.get(function)),
            )
        )
        self.here.performed.add(function)

    def _beside(self, finder: Finder, function: str) -> list[Candidate]:
        """The other side of a joint step: who assesses with, who receives."""
        if function != "return-risk-assessment":
            return []
        rule = self.rules.functions
        search = finder.search(rule[function], self._stage(function))
        if finder.part is self.home.part:
            return search.others
        for name in (function, *_PROMISES):
            found = finder.search(rule[name], self._stage("return-risk-assessment")).takers
            if found:
                return [c for c in found if not _is_police(c)][:1]
        return []

    def _stage(self, function: str, canonical: str | None = None) -> Stage:
        """The country's own stage that lists a function of the leg, else the canonical one."""
        name = canonical or _HOME.get(function, self.rules.functions[function].home)
        walk = walk_of(self.home.part)
        for stage in walk.order:
            on_leg = (
                self.rules.canonical[stage.canonical].phase in ("transnational", "post-return") and canonical != "reception-confirmation"
            )
            if on_leg and function in stage.functions and self.here.facts.truth(stage.applies) is not False:
                return stage
        return self._placeholder(name)

    def _placeholder(self, canonical: str) -> Stage:
        return placeholder(self.home.part, canonical)

    def _nobody(self, function: str) -> Why:
        named = Word("functions", function)
        if any(
            miss.enforcement and not miss.reasons.count for finder in self._both() for miss in finder.misses(self.rules.functions[function])
        ):
            return Why(
                "only-law-enforcement",
                Phrase("only law enforcement performs %(function)s for this case, and there is no agreement to the police", function=named),
            )
        here = country_word(self.home.part.code, self.home.part.country.name)
        if self.there is None:
            return Why(
                "nobody-for-this-case", Phrase("no body of %(country)s performs %(function)s for this case", country=here, function=named)
            )
        there = country_word(self.there.code, self.there.country.name)
        return Why(
            "nobody-for-this-case",
            Phrase("no body of %(country)s or %(other)s performs %(function)s for this case", country=here, other=there, function=named),
        )

    def _not_reached(self) -> Why:
        return Why("not-reached", Phrase("not reached: %(reason)s", reason=self.leg.stopped))

    # the corridor -------------------------------------------------------------------------------------------------------------------

    def _corridor(self) -> None:
        if self.there is None:
            return
        cross = self.directory.cross_border
        self.leg.corridor = cross.corridors.get((self.home.part.code, self.there.code))
        if self.leg.corridor:
            live = (cross.channels[name] for name in self.leg.corridor.channels)
            self.leg.channels = tuple(c for c in live if c.state in ("active", "unclear") and self.here.facts.truth(c.serves) is not False)

    def _channel_gap(self) -> None:
        """A pair without a channel of its own is a gap, said as the research says it; a channel that may be dead is no more than a hint."""
        if self.leg.destination is None or self.leg.destination == self.home.part.code:
            return
        paired = self.leg.corridor is not None and self.leg.corridor.state == "documented"
        documented = paired and any(c.scope == "pair" for c in self.leg.channels)
        if documented and any(c.state == "active" for c in self.leg.channels if c.scope == "pair"):
            return
        if self.there is None:
            reason: str = Phrase(
                "%(country)s is outside the twelve countries: the path ends at the handover, and who receives her there is not in the "
                "directory",
                country=self.leg.destination,
            )
        elif documented:
            reason = Phrase("a channel between the two countries is documented, but nothing shows that it lives: ask first.")
        elif paired:
            reason = Phrase("a channel between the two countries is documented, but not for this case.")
        else:
            reason = Phrase("no channel of this pair is documented (none found is not: there is none).")
        if self.there is not None and self.leg.corridor and self.leg.corridor.note:
            reason = Several((reason, self.leg.corridor.note), " ")
        known = next((item for item in self.leg.unmet if item.function == "transnational-contact-point"), None)
        if known is not None:
            self.leg.unmet.remove(known)
            reason = Several((known.why.text, reason), ". ")
        why = Why("no-channel", reason)
        self.leg.unmet.append(Unmet("transnational-contact-point", self._placeholder("reception-confirmation"), why, False, "R16"))
