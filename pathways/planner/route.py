"""The route: which stages of a country's mechanism a case passes, and which functions become steps there.

Stages have two conditions. `applies` false: the stage is passed through and its `next` followed; `gate` false, or unknown for a gate that
takes: it is not entered. The main line is followed from the start through `next`; the lanes beside it are always looked at, since help,
protection claim, right to stay and justice do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pathways import territories
from pathways.conditions import Condition
from pathways.directory import Part
from pathways.eligibility import Case
from pathways.model import Stage
from pathways.planner.cases import Cases
from pathways.planner.entry import FirstContact
from pathways.planner.mechanism import Walk, before_journey, covered, lane_of, place, placeholder, walk_of
from pathways.planner.outcome import Ask, Refusal, Route, Unmet, Why, waits_for_guardian
from pathways.planner.phrases import Phrase, Several, Word, country_word, reason_word
from pathways.planner.rules import DETECTION, LEG, FunctionRule, rules
from pathways.planner.slots import Finder, Search, Slot
from pathways.profile import Profile

TAKING = ("return-request", "return-risk-assessment", "travel-documents", "reception-confirmation", "travel", "justice-and-compensation")
"""The canonical stages at which something is taken from her where it goes wrong."""

HELPERS_OF_A_REFUSAL = (
    "case-management",
    "social-counselling",
    "legal-counselling",
    "psychological-care",
    "material-assistance",
    "medical-care",
    "safe-accommodation",
)
"""Of these the first that somebody performs is where a refusal ends."""

_NEEDS_LAST = 100
"""What is needed and not listed by a stage comes after what the stage owes."""


class Router:
    """Walks one case through one country."""

    def __init__(self, part: Part, case: Case, profile: Profile, cases: Cases, consulates: Sequence[Part] = ()) -> None:
        self.part, self.case, self.profile, self.cases = part, case, profile, cases
        self.consulates = consulates
        """The countries of her nationality: their consular services act here too."""
        self.rules = rules()
        self.walk: Walk = walk_of(part, self.rules.canonical[profile.stage].phase == "post-return")
        self.route = Route(part, case, Finder(part, case))
        self._pending: dict[str, Stage] = {}
        self._unfit: set[str] = set()
        self._waiting: set[str] = set()
        """Functions that wait for a guardian whom nobody provides."""
        self._decisions = {done.decision for done in profile.done}
        self._due = {item.function for item in self.rules.owed if self.truth(item.when) is True}

    def truth(self, condition: Any) -> bool | None:
        """The truth of a condition on the case as it stands."""
        return self.case.facts.truth(condition)

    def run(self) -> Route:
        """The route: entry, guardian, the main line, the lanes, and then what is owed or needed and has no step yet."""
        start = self._start()
        if self.profile.stage == "detection":
            FirstContact(self.route, self.profile.detected_by, self._at("detection")).enter()
        self._line_for_a_refusal()
        self._owed(before=True)
        reached = set(start)
        for stage in self.walk.order:
            if stage.track == "main" and not self._is_reached(stage, reached, start):
                continue
            if self._enter(stage):
                self._serve(stage)
                reached.update(self._onward(stage))
            elif self._passes(stage) and self._at_or_after_start(stage):
                reached.update(self.walk.leads_to[stage.id])
        self._owed(before=False)
        self._needs()
        self._again()
        self._helper_for_a_refusal()
        self._finish()
        return self.route

    # the walk ---------------------------------------------------------------------------------------------------------------------

    def _start(self) -> set[str]:
        """The stages at which the case stands, or the next later ones on the main line."""
        own = {stage.id for stage in self.walk.order if self.profile.stage in covered(stage)}
        if own:
            return own
        rank = self.rules.canonical[self.profile.stage].rank
        later = [(self.rules.canonical[s.canonical].rank, s.id) for s in self.walk.order if s.track == "main" and before_journey(s)]
        nearest = min((r for r, _ in later if r > rank), default=None)
        return {name for r, name in later if r == nearest}

    def _is_reached(self, stage: Stage, reached: set[str], start: set[str]) -> bool:
        if stage.id in reached or (stage.id not in start and "assistance" in covered(stage)):
            return True
        if stage.id in self.walk.led_to or (not before_journey(stage) and stage.id not in start):
            return False
        return (
            self.rules.canonical[stage.canonical].rank >= self.rules.canonical[self.profile.stage].rank
            and stage.canonical != "decision-review"
        )

    def _in_place(self, stage: Stage) -> bool:
        if not stage.in_force(self.case.on):
            return False
        return not stage.territory or territories.covers(stage.territory, self.case.country, self.case.region) is not False

    def _passes(self, stage: Stage) -> bool:
        return not self._in_place(stage) or self._of_stage(stage.applies) is False

    def _of_stage(self, condition: Condition) -> bool | None:
        """The truth of a stage's condition: where nothing is known of her age and no sign speaks of minority, she is not taken for a child;
        age is asked (CETS 197 art. 10(3) presumes minority where there are reasons to believe it)."""
        truth = self.truth(condition)
        if truth is None and "is_child" not in self.case.facts.facts:
            return condition.evaluate({**self.case.facts.facts, "is_child": False})
        return truth

    def _enter(self, stage: Stage) -> bool:
        """Whether a stage is entered; asks and refusals are noted on the way."""
        if not before_journey(stage) and not self._post_return(stage):
            return False
        if self._passes(stage):
            return False
        takes = stage.canonical in TAKING and stage.canonical != "justice-and-compensation"
        for condition, change in (
            (stage.applies, Phrase("whether the stage “%(stage)s” applies", stage=stage.title)),
            (stage.gate, Phrase("whether the stage “%(stage)s” may be entered", stage=stage.title)),
        ):
            truth = self._of_stage(condition)
            if self.truth(condition) is None:
                self._ask(condition, change)
            if truth is False or (truth is None and (takes or "anonymous-notification" in stage.functions)):
                return False
        return self._consents(stage)

    def _post_return(self, stage: Stage) -> bool:
        """A stage after a return concerns whoever was brought home, or stands there."""
        phase = self.rules.canonical[stage.canonical].phase
        return phase == "post-return" and (
            self.profile.returned_from is not None or self.rules.canonical[self.profile.stage].phase == "post-return"
        )

    def _consents(self, stage: Stage) -> bool:
        for name in stage.consent or ():
            given = self.case.consent(name)
            if given is False or (given is None and name in ("police", "return", "share_data_cross_border")):
                self.route.refusals.append(Refusal(stage, self._functions(stage), name, given))
                for function in self._functions(stage):
                    if self.rules.functions[function].help and function != "child-guardianship":
                        self._pending.setdefault(function, placeholder(self.part, self.rules.functions[function].home))
                return False
        return True

    def _at_or_after_start(self, stage: Stage) -> bool:
        """Whether a stage beside the main line is no earlier than the case: what lies behind it leads nowhere new."""
        ranks = self.rules.canonical
        return stage.track == "main" or ranks[stage.canonical].rank >= ranks[self.profile.stage].rank

    def _onward(self, stage: Stage) -> list[str]:
        """The ways on from a stage that was entered; a way whose condition fails is not open."""
        if not self._at_or_after_start(stage):
            return []
        ways = {way.to: way for way in stage.next if way.outcome in (None, "granted")}
        return [to for to in self.walk.leads_to[stage.id] if self.truth(ways[to].when) is not False]

    def _functions(self, stage: Stage) -> tuple[str, ...]:
        found = stage.functions or self.rules.canonical[stage.canonical].functions
        return tuple(sorted(found, key=lambda function: self.rules.functions[function].rank))

    def _serve(self, stage: Stage) -> None:
        self.route.entered.append(stage)
        for function in self._functions(stage):
            self._consider(function, stage)

    # one function at one stage ----------------------------------------------------------------------------------------------------

    def _consider(self, function: str, stage: Stage, needed: bool = False, rule_id: str | None = None) -> None:
        rule = self.rules.functions[function]
        if (
            not rule.served
            or rule.settled_by & self._decisions
            or (function in DETECTION and not needed and not self._outreach(function))
            or (self.route.placed(function) and function != "residence-permit")
        ):
            return
        if stage.canonical == "inclusion" and self.profile.wishes == "return" and not needed and function not in self.profile.needs:
            return
        if function == "reintegration-assistance" and self.profile.wishes == "return" and not self._post_return(stage):
            return
        if function in LEG and not needed and rule_id is None and not self._post_return(stage) and not self._asked(function):
            return
        if not self._fits(rule):
            return
        if (
            rule.decision
            and not needed
            and rule_id is None
            and not any(function in self.rules.canonical[name].functions for name in covered(stage))
        ):
            return
        if self._waits_for_guardian(function):
            self._pending.setdefault(function, stage)
            return
        if not self._function_consents(rule, stage):
            return
        if function == "residence-permit":
            self._grounds(rule, stage, rule_id)
            return
        search = self.route.finder.search(rule, stage)
        if function == "consular-assistance" and not search.takers:
            search = self._own_consulate(rule, stage) or search
        if search.takers:
            self._place(rule, stage, search, rule_id, needed=needed)
        elif (
            function in ("preliminary-identification", "formal-identification")
            and search.enforcement
            and self.case.consent("formal_identification") is None
        ):
            self.route.refusals.append(Refusal(stage, (function,), "formal_identification", None))
        elif function not in DETECTION:
            self._pending.setdefault(function, stage)

    def _waits_for_guardian(self, function: str) -> bool:
        """Whether a step waits for a guardian whom this child needs and nobody of the directory provides (R09)."""
        facts = self.case.facts.facts
        if function == "best-interests-assessment" or function not in self.rules.after_guardian:
            return False
        if not facts.get("guardian_needed") or facts.get("guardian_appointed"):
            return False
        self._waiting.add(function)
        return True

    def _own_consulate(self, rule: FunctionRule, stage: Stage) -> Search | None:
        """The consular service of her own country, which stands in that country's part."""
        for part in self.consulates:
            search = Finder(part, self.cases.there(part, self.case.facts.facts)).search(rule, stage)
            if search.takers:
                return search
        return None

    def _asked(self, function: str) -> bool:
        if function in ("transit-assistance", "reception-on-arrival"):
            arrived = self.profile.returned_from is not None or self.rules.canonical[self.profile.stage].phase == "post-return"
            return function in self.profile.needs and arrived and self.profile.wishes != "return"
        safe = self.case.facts.facts.get("return_risk") != "unacceptable"
        return function == "consular-assistance" and function in self.profile.needs and safe

    def _outreach(self, function: str) -> bool:
        """Somebody goes to a child of whom only a call has told."""
        return function == "outreach" and self.case.facts.facts.get("is_child") is True and self._entered_by("hotline")

    def _entered_by(self, function: str) -> bool:
        return any(slot.entry and any(c.mandate.function == function for c in slot.candidates) for slot in self.route.slots)

    def _fits(self, rule: FunctionRule) -> bool:
        """Whether a function is for this person; one that must be sure is not offered on an unknown fact."""
        truth = self.truth(rule.fits)
        if truth is None:
            self._ask(rule.fits, Phrase("whether %(function)s is for this person", function=Word("functions", rule.name)))
        if truth is False or (truth is None and rule.sure):
            self._unfit.add(rule.name)
            return False
        return True

    def _function_consents(self, rule: FunctionRule, stage: Stage) -> bool:
        for name in self.consents(rule, stage):
            given = self.case.facts.facts.get("consent.police") if name == "police" else self.case.consent(name)
            excused = name == "police" and rule.name == "police-protection" and "immediate-danger" in self.case.facts.facts.get("risk", ())
            if not excused and (given is False or (given is None and rule.takes)):
                self.route.refusals.append(Refusal(stage, (rule.name,), name, given))
                return False
        return True

    def consents(self, rule: FunctionRule, stage: Stage) -> tuple[str, ...]:
        """The consents that a function needs here: its own, and for the stage's own decision those that the stage names."""
        return tuple(dict.fromkeys((*rule.consent, *((stage.consent or ()) if rule.decision else ()))))

    def _place(
        self, rule: FunctionRule, stage: Stage, search: Search, rule_id: str | None, ground: str | None = None, needed: bool = False
    ) -> None:
        consents = tuple(dict.fromkeys((*self.consents(rule, stage), *(stage.consent or ())))) if self.case.adult_consent else ()
        slot = Slot(
            function=rule.name,
            stage=stage,
            case=self.case,
            lane=lane_of(stage),
            leg=False,
            position=place(stage, self.walk),
            rank=rule.rank + (_NEEDS_LAST if needed else 0),
            candidates=search.takers,
            others=search.others,
            consents=tuple(name for name in consents if self.case.facts.facts.get(f"consent.{name}") is not True or name in rule.consent),
            ground=ground,
            rules=(rule_id,) if rule_id else (),
        )
        self.route.add(slot)
        self._pending.pop(rule.name, None)
        self.case.performed.add(rule.name)
        if any(candidate.exception == "authority-is-police" for candidate in search.takers):
            self.case.performed.add("authority-is-police")
        if rule.produces:
            self.case.learn(**rule.produces)

    def _grounds(self, rule: FunctionRule, stage: Stage, rule_id: str | None) -> None:
        """Each ground for a right to stay that is open is a step of its own; one that is blocked is noted."""
        mandates = self.part.performing(rule.name, self.case.region)
        names = tuple(dict.fromkeys(m.ground for m in mandates if m.role in rule.roles[:2]))
        have = {slot.ground for slot in self.route.slots if slot.function == rule.name}
        for name in names:
            if name in have:
                continue
            deciding = [m for m in mandates if m.ground == name or (m.ground is None and m.role not in rule.roles[:2])]
            search = self.route.finder.search(replace(rule, roles=rule.roles[:2]), stage, deciding)
            if search.takers:
                self._place(rule, stage, search, rule_id, name)
        if not self.route.placed(rule.name):
            self._pending.setdefault(rule.name, stage)

    # refusal ----------------------------------------------------------------------------------------------------------------------

    def _refuses(self) -> bool:
        return self.case.adult_consent and self.case.facts.facts.get("consent.referral") is False

    def _line_for_a_refusal(self) -> None:
        """An adult who refuses referral keeps a line to call that does not go to law enforcement (R03)."""
        if self._refuses() and not self._entered_by("hotline"):
            stage = self._at("detection")
            search = self.route.finder.search(self.rules.functions["hotline"], stage)
            safe = [c for c in search.takers if not c.mandate.law_enforcement]
            if safe:
                self._place(self.rules.functions["hotline"], stage, Search(safe, [], [], []), "R03")

    def _helper_for_a_refusal(self) -> None:
        """A refusal ends at a named body that helps and is not law enforcement, never at nothing (R03)."""
        if not self._refuses() or any(self._helps(slot) for slot in self.route.slots):
            return
        for function in HELPERS_OF_A_REFUSAL:
            self._consider(function, self.home(function), needed=True, rule_id="R03")
            if self.route.placed(function):
                return

    def _helps(self, slot: Slot) -> bool:
        named = self.rules.functions[slot.function].help or slot.function == "hotline"
        return named and any(not candidate.mandate.law_enforcement for candidate in slot.candidates)

    # what is owed or needed beyond the stages ---------------------------------------------------------------------------------------

    def home(self, function: str) -> Stage:
        """The stage at which a function stands that no stage on the route lists."""
        canonical = self.rules.functions[function].home
        if function in LEG and self.rules.canonical[canonical].rank < self.rules.canonical[self.profile.stage].rank:
            canonical = self.profile.stage
        stage = self._at(canonical, function)
        return stage if before_journey(stage) or self._post_return(stage) else placeholder(self.part, canonical)

    def _at(self, canonical: str, function: str | None = None) -> Stage:
        """The country's stage for a canonical one that concerns this case: one that lists the function, else its own before one that covers
        it too, else the canonical one itself."""
        found = [s for s in self.walk.by_canonical.get(canonical, ()) if not self._passes(s) and self._of_stage(s.gate) is not False]
        if not found:
            return placeholder(self.part, canonical)
        return min(
            found,
            key=lambda s: (
                function is not None and function not in s.functions,
                s.canonical != canonical,
                s.track != "main",
                self.walk.position[s.id],
            ),
        )

    def _owed(self, before: bool) -> None:
        """What is owed whatever the stages list; guardian and lawyer first, since others wait for them."""
        for item in self.rules.owed:
            early = item.at_once or item.rule == "R09"
            if early is not before or item.function not in self._due:
                continue
            for function in (item.function, item.otherwise):
                if function is None or self.route.placed(function):
                    continue
                self._consider(function, self.home(function), rule_id=item.rule)
                if self.route.placed(function):
                    if item.at_once:
                        slot = next(s for s in self.route.slots if s.function == function)
                        slot.lane, slot.position = 0, -0.5
                    break
            if not any(self.route.placed(f) for f in (item.function, item.otherwise) if f):
                self._pending.setdefault(item.function, self.home(item.function))

    def _needs(self) -> None:
        for function in self.profile.needs:
            if function in LEG and not self._asked(function):
                continue
            if function in DETECTION and any(slot.entry for slot in self.route.slots):
                continue
            if not self.route.placed(function):
                self._consider(function, self.home(function), needed=True)

    def _again(self) -> None:
        """What waited for a step that came later on the walk."""
        for function, stage in list(self._pending.items()):
            if not self.route.placed(function):
                self._consider(function, stage, needed=True)

    def _finish(self) -> None:
        """What has no step: a gap, unless she refuses it herself and it is nothing but that."""
        refused = {function for refusal in self.route.refusals for function in refusal.functions}
        owed = {item.function: item.rule for item in self.rules.owed if item.function in self._due}
        returning = self.profile.wishes == "return"
        wanted = dict.fromkeys(
            (
                *self._pending,
                *(f for f in self.profile.needs if not returning or self._asked(f) or f not in (*LEG, "reintegration-assistance")),
            )
        )
        for function in wanted:
            rule = self.rules.functions[function]
            needed = function in self.profile.needs
            if self.route.placed(function) or not rule.served or rule.settled_by & self._decisions:
                continue
            if function in refused and function not in owed and (rule.decision or rule.takes or rule.consent):
                continue
            if function in self._unfit and not needed and function not in owed:
                continue
            stage = self._pending.get(function) or self.home(function)
            self.route.unmet.append(Unmet(function, stage, self._why(function), needed, owed.get(function)))

    def _why(self, function: str) -> Why:
        named = Word("functions", function)
        if function in LEG and not self._asked(function):
            if self.case.facts.facts.get("return_risk") == "unacceptable":
                return Why("return-unacceptable", Phrase("no contact with the State of return: its risk was found unacceptable"))
            return Why("of-a-return", Phrase("%(function)s belongs to a return, and none is wished", function=named))
        if function in DETECTION and any(slot.entry for slot in self.route.slots):
            return Why("contact-made", Phrase("the first contact has been made"))
        if function in self._waiting:
            return waits_for_guardian(function)
        if function in self._unfit:
            return Why("not-offered", Phrase("%(function)s is not offered in this case", function=named))
        misses = self.route.finder.misses(self.rules.functions[function])
        if not misses:
            country = country_word(self.part.code, self.part.country.name)
            return Why(
                "nobody-performs", Phrase("no body of the directory performs %(function)s in %(country)s", function=named, country=country)
            )
        nearest = misses[0]
        if nearest.enforcement:
            return Why("only-law-enforcement", self._only_law_enforcement(named))
        names = nearest.reasons.names
        fails = Several(reason_word(name) for name in names) if names else Phrase("what it requires")
        return Why(
            "nobody-for-this-case",
            Phrase("no body performs %(function)s for this case; the nearest fails in: %(fails)s", function=named, fails=fails),
        )

    def _only_law_enforcement(self, function: Word) -> Phrase:
        if self.case.adult_consent:
            return Phrase("only law enforcement performs %(function)s here, and the person has not agreed to the police", function=function)
        return Phrase(
            "only law enforcement performs %(function)s here, and for this child a guardian has not agreed to the police",
            function=function,
        )

    def _ask(self, condition: Any, change: str) -> None:
        for atom in condition.failing(self.case.facts.facts):
            if atom.evaluate(self.case.facts.facts) is None:
                self.route.asks.append(Ask(atom.fact, change))
