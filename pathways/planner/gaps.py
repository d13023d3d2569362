"""Gaps, with the nearest misses and the best fallback; branches; and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pathways.conditions import Evaluator
from pathways.model import Gap, Mandate
from pathways.planner.mechanism import placeholder
from pathways.planner.outcome import Ask, Refusal, Route, Unmet
from pathways.planner.phrases import Phrase, Several, Word
from pathways.planner.prepared import Json
from pathways.planner.rules import DETECTION, rules
from pathways.planner.slots import Candidate, Finder, Slot
from pathways.planner.steps import Writing
from pathways.visibility import body_summary, is_seen

_TURN_TO = (
    "case-management",
    "safe-accommodation",
    "crisis-accommodation",
    "legal-counselling",
    "social-counselling",
    "psychological-care",
    "hotline",
)
"""The functions whose body a person is sent to where something is missing, the best first."""

_REFUSED = {
    "referral": (Phrase("the referral is refused"), Phrase("the referral waits for a consent that has not been given")),
    "formal_identification": (
        Phrase("formal identification is refused"),
        Phrase("formal identification waits for a consent that has not been given"),
    ),
    "police": (
        Phrase("contact with the police is refused"),
        Phrase("contact with the police waits for a consent that has not been given"),
    ),
    "share_data_cross_border": (
        Phrase("sending data across the border is refused"),
        Phrase("sending data across the border waits for a consent that has not been given"),
    ),
    "return": (Phrase("return is refused"), Phrase("return waits for a consent that has not been given")),
}
"""What is said of a consent that is refused, and of one that has not been given."""


def gap_of(writing: Writing, route: Route, unmet: Unmet, finders: Sequence[Finder], fallback: Json) -> Json:
    """One gap: why, on what evidence, who comes nearest, and where to turn instead."""
    known = [(gap, route.case.facts.truth(gap.when)) for gap in route.part.stated_gaps(unmet.function)]
    stated = [gap for gap, truth in known if truth is not False]
    misses = sorted(
        (miss for finder in finders for miss in finder.misses(rules().functions[unmet.function])),
        key=lambda m: (m.reasons.count + m.enforcement, m.mandate.id),
    )
    nearest: dict[str, Json] = {}
    for miss in misses:
        if (
            is_seen(miss.body, writing.viewer)
            and (miss.reasons.count or miss.enforcement)
            and len(nearest) < 3
            and miss.body.id not in nearest
        ):
            writing.cite(miss.mandate.sources)
            fails = list(miss.reasons.names) + ["consent.police"] * miss.enforcement
            nearest[miss.body.id] = {
                "stakeholder": miss.body.id,
                "name": miss.body.name,
                "fails": fails,
                "sources": list(miss.mandate.sources),
            }
    return {
        "stage": unmet.stage.id,
        "canonical_stage": unmet.stage.canonical,
        "function": unmet.function,
        "code": unmet.why.code,
        "reason": unmet.why.text,
        "evidence": "stated-absent" if any(truth for _, truth in known) else "not-found",
        "stated": [_stated(writing, gap) for gap in stated],
        "needed": unmet.needed,
        "nearest": list(nearest.values()),
        "fallback": fallback,
    }


def _stated(writing: Writing, gap: Gap) -> Json:
    return {"text": gap.text, "sources": writing.cite(gap.sources)}


def fallback_of(writing: Writing, route: Route, slots: Sequence[Slot], chosen: Sequence[Candidate]) -> Json:
    """Whom to turn to where nobody performs a function: who owns the case, else another helper on the path, else a line to call."""
    on_path = [c for slot, c in zip(slots, chosen, strict=True) if not c.mandate.law_enforcement and not slot.leg]
    for sure in (True, False):
        for function in _TURN_TO:
            for candidate in on_path:
                if candidate.mandate.function == function and candidate.sure is sure:
                    return {
                        "stakeholder": writing.body(candidate),
                        "why": Phrase("already on the path, for %(function)s", function=Word("functions", function)),
                    }
    finder = route.finder
    for function in ("hotline", "case-management"):
        takers = (
            [c for c in finder.search(rules().functions[function], route.entered[0] if route.entered else slots[0].stage).takers]
            if (route.entered or slots)
            else []
        )
        safe = sorted(
            (c for c in takers if not c.mandate.law_enforcement and is_seen(c.body, writing.viewer)),
            key=lambda c: (not c.sure, c.misfit, c.mandate.id),
        )
        if safe:
            summary = body_summary(writing.directory, safe[0].body, writing.viewer)
            summary["contact"] = writing.contact(safe[0].body, route.case)
            writing.cite(safe[0].mandate.sources)
            return {"stakeholder": summary, "why": Phrase("performs %(function)s for this case", function=Word("functions", function))}
    return {}


def branches_of(
    writing: Writing, route: Route, refusals: Sequence[Refusal], slots: Sequence[Slot], chosen: Sequence[Candidate], fallback: Json
) -> list[Json]:
    """What happens where a decision goes the other way, a consent is refused, or nobody answers."""
    found = []
    seen: set[tuple[Any, ...]] = set()
    for refusal in refusals:
        functions = [f for f in refusal.functions if rules().functions[f].served and f not in DETECTION]
        key = (refusal.stage.id, refusal.consent, tuple(functions))
        if key in seen:
            continue
        seen.add(key)
        reason = _REFUSED[refusal.consent][refusal.given is not False]
        what = Several(Word("functions", f) for f in functions) if functions else refusal.stage.title
        text = Phrase("%(reason)s: %(what)s not taken; help goes on without it", reason=reason, what=what)
        found.append(_branch(refusal.stage.id, "refused", text, _turn_to(fallback, refusal.stage.id)))
    for slot, candidate in zip(slots, chosen, strict=True):
        if rules().functions[slot.function].decision or slot.function in ("reflection-period", "residence-permit"):
            if (slot.stage.id, slot.function) not in seen:
                found.append(_negative(writing, route, slot, candidate, fallback))
            seen.add((slot.stage.id, slot.function))
        silent = next((d for d in slot.stage.deadlines if d.silence in ("granted", "refused")), None)
        if silent is not None and rules().functions[slot.function].decision:
            text = Phrase(
                "no answer in %(duration)s (%(calendar)s) counts as %(silence)s: %(what)s",
                duration=silent.duration,
                calendar=Word("deadline_calendar", silent.calendar),
                silence=Word("silence", silent.silence),
                what=silent.what,
            )
            found.append(_branch(slot.stage.id, "silence", text, [], writing.cite(silent.sources)))
    if any(slot.leg for slot in slots):
        text = Phrase(
            "she may withdraw her consent to return at any time until boarding and after: help where she is goes on, "
            "and nothing given is taken away"
        )
        found.append(_branch("return-request", "withdrawn", text, _turn_to(fallback, "return-request")))
    return found


def _branch(at: str, outcome: str, reason: str, steps: list[Json], sources: Sequence[str] = ()) -> Json:
    return {"at": at, "if": outcome, "reason": reason, "steps": steps, "sources": list(sources)}


def _turn_to(fallback: Json, stage: str) -> list[Json]:
    body = fallback.get("stakeholder")
    return [{"stage": stage, "function": "case-management", "stakeholder": body, "why": fallback.get("why")}] if body else []


def _negative(writing: Writing, route: Route, slot: Slot, candidate: Candidate, fallback: Json) -> Json:
    """A negative decision: to the review that the country has, else to the body that goes on helping."""
    ways = {way.to for way in slot.stage.next if way.outcome == "refused"}
    names = _reviewers(writing, route, slot.function) if ways else []
    steps = [
        {
            "stage": "decision-review",
            "function": "decision-review",
            "stakeholder": body_summary(writing.directory, mandate.holder, writing.viewer),
            "sources": writing.cite(mandate.sources),
        }
        for mandate in names
    ]
    text = Phrase(
        "%(body)s decides against the person: assistance does not stop on that day without an exit plan", body=writing.name(candidate.body)
    )
    return _branch(slot.stage.id, "refused", text, steps or _turn_to(fallback, "informal-assistance"))


def _reviewers(writing: Writing, route: Route, function: str) -> list[Mandate]:
    """Who takes a second look, where the mechanism has a way on from a refusal: the bodies that serve the case once the decision stands."""
    state = {"formal-identification": "refused", "preliminary-identification": "reasonable-grounds-negative"}.get(function)
    facts = {**route.case.facts.facts, "identification_state": state} if state else dict(route.case.facts.facts)
    finder = Finder(route.part, replace(route.case, facts=Evaluator(facts)))
    found = finder.search(rules().functions["decision-review"], placeholder(route.part, "decision-review")).takers
    return [c.mandate for c in found if is_seen(c.body, writing.viewer)][:2]


_FIRST = (
    "age_group",
    "is_child",
    "consent.referral",
    "consent.formal_identification",
    "consent.police",
    "risk",
    "protection_claim",
    "region",
    "gender",
    "status",
    "nationality_group",
    "nationality",
    "exploitation",
    "wishes",
    "consent.return",
    "consent.share_data_cross_border",
    "destination",
    "unaccompanied",
    "detained",
)
"""The order in which unknown facts are asked: safety and consent before the rest."""

_ASKED_AS = {
    "is_child": "age_group",
    "age_years": "age",
    "risk": "risks",
    "nationality_group": "nationality",
    "stay_secured": "status",
    "lawful_stay": "status",
    "cooperation": "consent.police",
    "language": "languages",
    "interpreter_needed": "languages",
    "vulnerability": "vulnerabilities",
    "need": "needs",
    "protection_claim": "risks",
}
"""The field of the profile in which a derived fact is told."""

_NOT_ASKED = {
    "identification_state",
    "guardian_appointed",
    "return_risk",
    "reception_confirmed",
    "plan_agreed",
    "insufficient_means",
    "contacts_broken",
    "returned_from",
    "recognised_abroad",
}
"""Facts that come of steps or that nobody asks of the person: they stand as conditions, not as questions."""


def ask_next(asks: Sequence[Ask], facts: Mapping[str, Any]) -> list[Json]:
    """The unknown facts that would change the path, the safest and weightiest first, each once with what it would change."""
    changes: dict[str, list[str]] = {}
    derived: dict[str, str] = {}
    for ask in asks:
        if ask.fact in _NOT_ASKED or facts.get(ask.fact) is not None:
            continue
        name = _ASKED_AS.get(ask.fact, ask.fact)
        derived.setdefault(name, ask.fact)
        found = changes.setdefault(name, [])
        if ask.change not in found:
            found.append(ask.change)
    order = {fact: index for index, fact in enumerate(_FIRST)}
    names = sorted(changes, key=lambda name: (order.get(derived[name], order.get(name, len(order))), name))
    return [{"fact": name, "why": _why(name), "changes": changes[name][:6]} for name in names]


def _why(name: str) -> str:
    words = {
        "age_group": Phrase("any sign that she may be under 18 makes this a child's path: guardian first, child care, no adult place"),
        "consent.police": Phrase("nothing goes to the police without her consent, save where a law says so"),
        "consent.referral": Phrase("an adult is not registered or referred without her consent"),
        "consent.formal_identification": Phrase("formal identification is her choice"),
        "risks": Phrase("known dangers decide on protection and on whether a return can be thought of"),
        "region": Phrase("bodies work in regions; the place decides who is near"),
        "gender": Phrase("some places take only women, some only men"),
    }
    return words.get(name, Phrase("not known, and the path depends on it"))
