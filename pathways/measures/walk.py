"""The walk of all profiles of a country's space at once: `planner.route.Router` over sets.

Each question that the router asks of one case splits here the set of profiles for which it is asked; each step, refusal and gap holds for
a set. The order of what happens is the router's, so that what a step brings about stands for the later ones, and so the outcome equals the
planner's for every profile (held by a test on random profiles): which functions are steps at which stages, which are gaps and why, and
whether the path is complete. Not worked out here: the choice among the bodies that can take a step (it changes no gap), the way home (by
pair of countries), and the words of the answer (the planner's own, for any profile of a set).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from pathways.directory import Directory
from pathways.measures.diagrams import ProfileSet
from pathways.measures.finding import AUTHORITY, Finding, Found, Performed
from pathways.measures.first_contact import entries
from pathways.measures.outcome import NOBODY, NOT_FOR_HER, OF_A_RETURN, UNFIT, WAITS, Outcome
from pathways.measures.space import Space
from pathways.measures.truths import Truths
from pathways.model import Stage
from pathways.planner.mechanism import before_journey, covered, placeholder, walk_of
from pathways.planner.route import HELPERS_OF_A_REFUSAL, TAKING
from pathways.planner.rules import DETECTION, LEG, FunctionRule, rules
from pathways.visibility import ANONYMOUS, Viewer, unnamed

Where = list[tuple[Stage, ProfileSet]]
"""The stage at which something stands, by profile."""


class Walk:
    """Walks the space of one country on a day, for one viewer.

    `closed` bodies take no step, as if they were not there; `within` are the profiles that are asked about, all of them where nothing is
    said. Walks of one space share what they have worked out, so that another one with a body closed costs little.
    """

    def __init__(
        self,
        directory: Directory,
        space: Space,
        truths: Truths,
        on: date,
        viewer: Viewer = ANONYMOUS,
        closed: frozenset[str] = frozenset(),
        within: ProfileSet | None = None,
    ) -> None:
        self.space, self.truths, self.on = space, truths, on
        self.part = space.part
        self.rules = rules()
        self.ways = walk_of(self.part)
        truths.restart()
        self.performed = Performed()
        self.finding = Finding(truths, self.performed, on, unnamed(directory, self.part, viewer), closed)
        self.outcome = Outcome(space, space.universe.all if within is None else within)
        self._none, self._all = space.universe.none, space.universe.all if within is None else within
        self._placed: dict[str, ProfileSet] = {}
        self._pending: list[tuple[str, Stage, ProfileSet]] = []
        """In the order in which they came to wait."""
        self._waits: dict[str, ProfileSet] = {}
        self._unfit: dict[str, ProfileSet] = {}
        self._waiting: dict[str, ProfileSet] = {}
        self._helped = self._by_line = self._none
        self._returns = truths.is_("wishes", "return")
        self._returned = truths.is_("returned", True)
        self._due: dict[str, ProfileSet] = {}
        for item in self.rules.owed:
            self._due[item.function] = self._due.get(item.function, self._none) | (truths.split(item.when).holds & self._all)

    def run(self) -> Outcome:
        """The outcome of every profile; the order is that of `Router.run`."""
        start = self._start()
        self._first_contact()
        self._line_for_a_refusal()
        self._owed(before=True)
        reached = dict.fromkeys(start, self._all)
        for stage in self.ways.order:
            cases = self._reached(stage, reached, start) if stage.track == "main" else self._all
            if not cases:
                continue
            passing = cases & self._passes(stage)
            entered = self._enter(stage, cases)
            self._serve(stage, entered)
            self._go_on(stage, entered, passing, reached)
        self._owed(before=False)
        self._needs()
        self._again()
        self._helper_for_a_refusal()
        self._finish()
        return self.outcome

    # the walk ---------------------------------------------------------------------------------------------------------------------

    def _start(self) -> set[str]:
        """The stages of the entry, or the next later ones on the main line."""
        ranks = self.rules.canonical
        own = {stage.id for stage in self.ways.order if "detection" in covered(stage)}
        if own:
            return own
        later = [(ranks[s.canonical].rank, s.id) for s in self.ways.order if s.track == "main" and before_journey(s)]
        nearest = min((rank for rank, _ in later if rank > ranks["detection"].rank), default=None)
        return {name for rank, name in later if rank == nearest}

    def _reached(self, stage: Stage, reached: dict[str, ProfileSet], start: set[str]) -> ProfileSet:
        so_far = reached.get(stage.id, self._none)
        if stage.id not in start and "assistance" in covered(stage):
            return self._all
        if stage.id in self.ways.led_to or (not before_journey(stage) and stage.id not in start):
            return so_far
        return so_far if stage.canonical == "decision-review" else self._all

    def _passes(self, stage: Stage) -> ProfileSet:
        """Who passes a stage by: it is not there in time or place, or does not apply."""
        if not stage.in_force(self.on):
            return self._all
        elsewhere = self._none
        if stage.territory:
            reached, partly = self.finding.place(stage.territory)
            elsewhere = ~(reached | partly)
        return elsewhere | self.truths.as_of_an_adult(stage.applies).fails

    def _enter(self, stage: Stage, cases: ProfileSet) -> ProfileSet:
        """Who of some enters a stage; refusals are noted on the way."""
        if not before_journey(stage):
            cases &= self._after_return(stage)
        cases -= self._passes(stage)
        shut = (stage.canonical in TAKING and stage.canonical != "justice-and-compensation") or "anonymous-notification" in stage.functions
        for condition in (stage.applies, stage.gate):
            truth = self.truths.as_of_an_adult(condition)
            cases = cases & truth.holds if shut else cases - truth.fails
        for name in stage.consent or ():
            given, refused = self.finding.consent(name)
            against = cases & (~given if name in ("police", "return", "share_data_cross_border") else refused)
            if against:
                self._refuse(self._functions(stage), against)
                for function in self._functions(stage):
                    rule = self.rules.functions[function]
                    if rule.help and function != "child-guardianship":
                        self._wait(function, placeholder(self.part, rule.home), against)
            cases -= against
        return cases

    def _after_return(self, stage: Stage) -> ProfileSet:
        return self._returned if self.rules.canonical[stage.canonical].phase == "post-return" else self._none

    def _functions(self, stage: Stage) -> tuple[str, ...]:
        found = stage.functions or self.rules.canonical[stage.canonical].functions
        return tuple(sorted(found, key=lambda function: self.rules.functions[function].rank))

    def _serve(self, stage: Stage, cases: ProfileSet) -> None:
        if cases:
            self.outcome.entered[stage.id] = cases
            for function in self._functions(stage):
                self._consider(function, stage, cases)

    def _go_on(self, stage: Stage, entered: ProfileSet, passing: ProfileSet, reached: dict[str, ProfileSet]) -> None:
        """Add whoever goes on from a stage to what they reach."""
        ranks = self.rules.canonical
        if stage.track != "main" and ranks[stage.canonical].rank < ranks["detection"].rank:
            return
        ways = {way.to: way for way in stage.next if way.outcome in (None, "granted")}
        for to in self.ways.leads_to[stage.id]:
            onward = (entered - self.truths.split(ways[to].when).fails) | passing
            reached[to] = reached.get(to, self._none) | onward

    def _first_contact(self) -> None:
        at = self._at("detection", None, self._all)
        for entry in entries(self.finding, self._all):
            for stage, there in at:
                self._step(entry.function, stage, entry.cases & there)
            self.performed.add(entry.function, entry.cases)
            self._placed[entry.function] = self._placed.get(entry.function, self._none) | entry.cases
            self._helped |= entry.helped
            self._by_line |= entry.by_line

    # one function at one stage ----------------------------------------------------------------------------------------------------

    def _consider(self, function: str, stage: Stage, cases: ProfileSet, needed: bool = False, by_rule: bool = False) -> None:
        rule = self.rules.functions[function]
        if not rule.served:
            return
        beyond = needed or by_rule
        cases = self._asked_for(function, stage, cases, needed, beyond)
        if not cases:
            return
        cases -= self._not_fit(rule, cases)
        if rule.decision and not beyond and not any(function in self.rules.canonical[name].functions for name in covered(stage)):
            return
        if function in self.rules.after_guardian and function != "best-interests-assessment":
            alone = cases & (self.truths.is_("guardian_needed", True) - self.truths.is_("guardian_appointed", True))
            self._waiting[function] = self._waiting.get(function, self._none) | alone
            self._wait(function, stage, alone)
            cases -= alone
        cases -= self._not_agreed(rule, stage, cases)
        if not cases:
            return
        if function == "residence-permit":
            self._grounds(rule, stage, cases)
            return
        found = self.finding.search(rule, cases)
        self._place(rule, stage, found)
        left = cases - found.anybody
        if function in ("preliminary-identification", "formal-identification"):
            given, refused = self.finding.consent("formal_identification")
            unasked = left & found.kept_out & ~(given | refused)
            self._refuse((function,), unasked)
            left -= unasked
        if function not in DETECTION:
            self._wait(function, stage, left)

    def _asked_for(self, function: str, stage: Stage, cases: ProfileSet, needed: bool, beyond: bool) -> ProfileSet:
        """For whom of some a function is looked at here at all."""
        if function in DETECTION and not needed:
            cases = cases & self.truths.is_("is_child", True) & self._by_line if function == "outreach" else self._none
        if function != "residence-permit":
            cases -= self._placed.get(function, self._none)
        if stage.canonical == "inclusion" and not needed:
            cases -= self._returns - self.truths.is_("need", function)
        if function == "reintegration-assistance":
            cases -= self._returns - self._after_return(stage)
        if function in LEG and not beyond:
            cases &= self._after_return(stage)
        return cases

    def _not_fit(self, rule: FunctionRule, cases: ProfileSet) -> ProfileSet:
        truth = self.truths.split(rule.fits)
        out = cases - truth.holds if rule.sure else cases & truth.fails
        self._unfit[rule.name] = self._unfit.get(rule.name, self._none) | out
        return out

    def _not_agreed(self, rule: FunctionRule, stage: Stage, cases: ProfileSet) -> ProfileSet:
        """Who refuses a consent that a function needs here, or has not given one that it takes."""
        out = self._none
        for name in dict.fromkeys((*rule.consent, *((stage.consent or ()) if rule.decision else ()))):
            if name == "police":
                given, refused = self.truths.is_("consent.police", True), self.truths.is_("consent.police", False)
            else:
                given, refused = self.finding.consent(name)
            against = ~given if rule.takes else refused
            if name == "police" and rule.name == "police-protection":
                against -= self.truths.is_("risk", "immediate-danger")
            out |= cases & against
        self._refuse((rule.name,), out)
        return out

    def _place(self, rule: FunctionRule, stage: Stage, found: Found, ground: str | None = None) -> None:
        cases = found.anybody
        if not cases:
            return
        self._step(rule.name, stage, cases, ground)
        for mandate, profiles in found.takers:
            key = (rule.name, mandate.id)
            self.outcome.takers[key] = self.outcome.takers.get(key, self._none) | profiles
        self.outcome.certain[rule.name] = self.outcome.certain.get(rule.name, self._none) | found.certain
        self._placed[rule.name] = self._placed.get(rule.name, self._none) | cases
        self._pending = [(f, s, p - cases if f == rule.name else p) for f, s, p in self._pending]
        self._waits[rule.name] = self._waits.get(rule.name, self._none) - cases
        self.performed.add(rule.name, cases)
        if found.police:
            self.performed.add(AUTHORITY, found.police)
        if rule.help or rule.name == "hotline":
            self._helped |= self.space.universe.union(profiles for mandate, profiles in found.takers if not mandate.law_enforcement)
        if rule.produces:
            self.truths.learn(cases, rule.produces)

    def _grounds(self, rule: FunctionRule, stage: Stage, cases: ProfileSet) -> None:
        """Each ground for a right to stay that is open is a step of its own."""
        mandates = self.part.performs.get(rule.name, ())
        deciding = replace(rule, roles=rule.roles[:2])
        for ground in dict.fromkeys(mandate.ground for mandate in mandates if mandate.role in deciding.roles):
            known = (profiles for (name, _, other), profiles in self.outcome.steps.items() if name == rule.name and other == ground)
            open_ = cases - self.space.universe.union(known)
            held = [m for m in mandates if m.ground == ground or (m.ground is None and m.role not in deciding.roles)]
            self._place(rule, stage, self.finding.search(deciding, open_, held), ground)
        self._wait(rule.name, stage, cases - self._placed.get(rule.name, self._none))

    def _step(self, function: str, stage: Stage, cases: ProfileSet, ground: str | None = None) -> None:
        if cases:
            key = (function, stage.id, ground)
            self.outcome.steps[key] = self.outcome.steps.get(key, self._none) | cases

    def _wait(self, function: str, stage: Stage, cases: ProfileSet) -> None:
        """Whoever does not wait for the function yet waits for it from now on."""
        new = cases - self._waits.get(function, self._none)
        if new:
            self._pending.append((function, stage, new))
            self._waits[function] = self._waits.get(function, self._none) | new

    def _refuse(self, functions: Sequence[str], cases: ProfileSet) -> None:
        if cases:
            for function in functions:
                self.outcome.refused[function] = self.outcome.refused.get(function, self._none) | cases

    # refusal ----------------------------------------------------------------------------------------------------------------------

    def _refuses(self) -> ProfileSet:
        return (self.truths.is_("consent.referral", False) - self.truths.is_("is_child", True)) & self._all

    def _line_for_a_refusal(self) -> None:
        cases = self._refuses() - self._by_line
        found = self.finding.search(self.rules.functions["hotline"], cases)
        safe = [(mandate, profiles) for mandate, profiles in found.takers if not mandate.law_enforcement]
        for stage, there in self._at("detection", None, cases):
            here = [(mandate, profiles & there) for mandate, profiles in safe]
            anybody = self.space.universe.union(profiles for _, profiles in here)
            self._place(self.rules.functions["hotline"], stage, Found(here, anybody, self._none, self._none, self._none))

    def _helper_for_a_refusal(self) -> None:
        cases = self._refuses() - self._helped
        for function in HELPERS_OF_A_REFUSAL:
            for stage, there in self._at_home(function, cases):
                self._consider(function, stage, there, needed=True, by_rule=True)
            cases -= self._placed.get(function, self._none)

    # what is owed or needed beyond the stages ---------------------------------------------------------------------------------------

    def _at_home(self, function: str, cases: ProfileSet) -> Where:
        """The stage at which a function stands that no stage on the route lists, by profile."""
        canonical = self.rules.functions[function].home
        found: Where = []
        for stage, there in self._at(canonical, function, cases):
            inside = there if before_journey(stage) else there & self._after_return(stage)
            found.append((stage, inside))
            found.append((placeholder(self.part, canonical), there - inside))
        return [(stage, there) for stage, there in found if there]

    def _at(self, canonical: str, function: str | None, cases: ProfileSet) -> Where:
        """The country's stage for a canonical one, by profile: one that lists the function, else its own before one that covers it too.

        Else it is the canonical one itself.
        """

        def order(stage: Stage) -> tuple[bool, bool, bool, int]:
            listed = function is None or function in stage.functions
            return (not listed, stage.canonical != canonical, stage.track != "main", self.ways.position[stage.id])

        found: Where = []
        for stage in sorted(self.ways.by_canonical.get(canonical, ()), key=order):
            there = cases - self._passes(stage) - self.truths.as_of_an_adult(stage.gate).fails
            found.append((stage, there))
            cases -= there
        return [(stage, there) for stage, there in (*found, (placeholder(self.part, canonical), cases)) if there]

    def _owed(self, before: bool) -> None:
        for item in self.rules.owed:
            if (item.at_once or item.rule == "R09") is not before:
                continue
            left = due = self._due[item.function]
            for function in (item.function, item.otherwise):
                if function is None:
                    continue
                open_ = left - self._placed.get(function, self._none)
                for stage, there in self._at_home(function, open_):
                    self._consider(function, stage, there, by_rule=True)
                left -= open_ & self._placed.get(function, self._none)
            for function in (item.function, item.otherwise):
                if function is not None:
                    due -= self._placed.get(function, self._none)
            for stage, there in self._at_home(item.function, due):
                self._wait(item.function, stage, there)

    def _needs(self) -> None:
        for function, cases in self._needed():
            for stage, there in self._at_home(function, cases - self._placed.get(function, self._none)):
                self._consider(function, stage, there, needed=True)

    def _needed(self) -> Iterator[tuple[str, ProfileSet]]:
        for value in self.space["needs"].values:
            for function in value.says.get("needs", ()):
                yield function, self.truths.is_("need", function) & self._all

    def _again(self) -> None:
        """What waited for a step that came later on the walk."""
        for function, stage, cases in list(self._pending):
            self._consider(function, stage, cases - self._placed.get(function, self._none), needed=True)

    # gaps -------------------------------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """What has no step: a gap, unless she refuses it herself and it is nothing but that."""
        needed = dict(self._needed())
        wanted: list[tuple[str, Stage, ProfileSet]] = list(self._pending)
        for function, asking in needed.items():
            open_ = asking - self._waits.get(function, self._none)
            if function == "reintegration-assistance":
                open_ -= self._returns
            wanted.extend((function, stage, there) for stage, there in self._at_home(function, open_))
        for function, stage, waiting in wanted:
            rule = self.rules.functions[function]
            owed = self._due.get(function, self._none)
            cases = waiting - self._placed.get(function, self._none) if rule.served else self._none
            if rule.decision or rule.takes or rule.consent:
                cases -= self.outcome.refused.get(function, self._none) - owed
            cases -= self._unfit.get(function, self._none) - owed - needed.get(function, self._none)
            for reason, there in self._reasons(rule, cases):
                key = (function, stage.id, reason)
                self.outcome.gaps[key] = self.outcome.gaps.get(key, self._none) | there

    def _reasons(self, rule: FunctionRule, cases: ProfileSet) -> Iterator[tuple[str, ProfileSet]]:
        """Why some meet a gap; the first reason that holds is told."""
        performs = any(m.role in rule.roles for m in self.part.performs.get(rule.name, ()))
        for reason, whom in (
            (OF_A_RETURN, self._all if rule.name in LEG else self._none),
            (WAITS, self._waiting.get(rule.name, self._none)),
            (UNFIT, self._unfit.get(rule.name, self._none)),
            (NOT_FOR_HER if performs else NOBODY, self._all),
        ):
            there = cases & whom
            if there:
                yield reason, there
            cases -= whom


def walk(directory: Directory, space: Space, on: date, viewer: Viewer = ANONYMOUS) -> Outcome:
    """What becomes of every profile of a space on a day."""
    return Walk(directory, space, Truths(space), on, viewer).run()
