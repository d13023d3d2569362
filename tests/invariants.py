"""What must always hold of an answer (design document "planner", the table of invariants): one function each, that tells the breaches in words.

Each takes the directory, the profile and the answer as JSON. What an answer rests on is decided anew (`naive`), not asked of the planner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from naive import RISKS_AGAINST_RETURN, TWELVE, Seen, binding_rules, canonical_stages, claim, function_rules, holds, needs_guardian, truth
from reading import FIRST_CONTACT, Json, Reading, Step, read

from pathways.directory import Directory
from pathways.model import Mandate
from pathways.profile import Profile

Breaches = list[str]

_IDENTIFYING = ("preliminary-identification", "formal-identification")
_POLICE_KINDS = ("police", "border-guard", "prosecution", "immigration-authority")
_COOPERATION_FACTS = ("cooperation", "complaint", "criminal_proceedings", "consent.police")


# consent ---------------------------------------------------------------------------------------------------------------------------------


def unknown(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """What takes stays shut on unknown; what a step needs and is not given is named in it."""
    case = read(directory, profile, answer)
    found = []
    for step in case.every_step():
        rule = function_rules()[step.function]
        if step.is_entry or case.child or step.said["stage"] == "reception-confirmation":
            continue
        excused = step.mandate.law_enforcement and step.codes & {"danger-to-life", "authority-is-police"}
        for name in _consents_of(case, step):
            given = case.consent(name)
            if given is None and rule.get("takes") and not excused:
                found.append(f"{step}: takes, and the consent {name} is unknown")
            if given is None and name not in step.said["needs_consent"] and not excused:
                found.append(f"{step}: the consent {name} is unknown and not named")
    return found


def consent(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """No law enforcement without consent save for the exceptions, each with its warning; nothing refused is done; a refusal ends at a named body."""
    case = read(directory, profile, answer)
    found = []
    for step in case.every_step():
        found += _refused(case, step)
        if step.mandate.law_enforcement and case.consent("police") is not True:
            found += _enforcement(case, step)
    found += list(_beside_and_instead(case))
    if not case.child and False in profile.consent.values():
        found += _refusal_ends_somewhere(case)
    return found


def _consents_of(case: Reading, step: Step) -> tuple[str, ...]:
    """The consents that a function needs; a decision also needs those that its stage names."""
    rule = function_rules()[step.function]
    stage = next((s for s in case.part.stages if s.id == step.said["stage"]), None)
    of_stage = (stage.consent or ()) if rule.get("decision") and stage is not None else ()
    return tuple(dict.fromkeys((*rule.get("consent", ()), *of_stage)))


def _refused(case: Reading, step: Step) -> Iterator[str]:
    if step.is_entry or case.child:
        return
    for name in _consents_of(case, step):
        if case.consent(name) is False and not (name == "police" and step.codes & {"danger-to-life", "authority-is-police", "duty-to-report"}):
            yield f"{step}: she refuses {name}"


def _enforcement(case: Reading, step: Step) -> Iterator[str]:
    mandate, by = step.mandate, case.profile.detected_by
    if step.is_entry:
        named = by in (step.body.id, step.body.kind) or (by == "police" and step.body.kind == "competent-authority")
        if not named:
            yield f"{step}: law enforcement as the first contact, though {by} noticed her"
        if not step.codes & {"authority-is-police", "duty-to-report"}:
            yield f"{step}: law enforcement as the first contact, without a warning"
    elif mandate.function == "police-protection" and "immediate-danger" in (case.profile.risks or ()):
        if "danger-to-life" not in step.codes:
            yield f"{step}: called for danger to life, without the warning"
    elif mandate.duty:
        if not any(w["code"] == "duty-to-report" and mandate.duty in w["text"] for w in step.said["warnings"]):
            yield f"{step}: acts by duty, without the warning and its law"
    elif step.function in _IDENTIFYING:
        yield from _authority(case, step)
    elif step.function == "reflection-period":
        if not any(other.function in _IDENTIFYING and "authority-is-police" in other.codes and _kin(case, other, step) for other in step.before):
            yield f"{step}: law enforcement decides on reflection, and is not the authority that identified her"
        if "authority-is-police" not in step.codes:
            yield f"{step}: law enforcement without a warning"
    else:
        yield f"{step}: law enforcement, and she has not agreed to the police"


def _authority(case: Reading, step: Step) -> Iterator[str]:
    if not case.child and case.consent("formal_identification") is not True:
        yield f"{step}: police as the identifying authority, and she has not agreed to be identified"
    if "authority-is-police" not in step.codes:
        yield f"{step}: police as the identifying authority, without the warning"
    if not any(holds(step.mandate.serves, seen.facts) is True for seen in case.seen(step.before)):
        yield f"{step}: police as the identifying authority only if something unknown is so"
    for other in case.part.performs.get(step.function, ()):
        if not other.law_enforcement and other.role in ("decide", "deliver") and not case.objections(other, step.before):
            yield f"{step}: police as the identifying authority, though {other.id} is open"


def _kin(case: Reading, one: Step, other: Step) -> bool:
    above = case.part.belongs_to
    return one.body.id == other.body.id or bool({one.body.id, *above.get(one.body.id, ())} & {other.body.id, *above.get(other.body.id, ())})


def _beside_and_instead(case: Reading) -> Iterator[str]:
    """Who stands in `with`, who is offered instead, and whom a branch or a gap turns to."""
    if case.consent("police") is True:
        return
    for step in case.every_step():
        for other in step.said["with"]:
            held = case.held(other["stakeholder"]["id"], step.function, other["role"])
            if held and all(m.law_enforcement and not m.duty for m in held):
                yield f"{step}: law enforcement beside it ({other['stakeholder']['id']})"
        for other in step.said["alternatives"]:
            held = case.held(other["stakeholder"]["id"], other["function"])
            if not step.mandate.law_enforcement and held and all(m.law_enforcement and not m.duty for m in held):
                yield f"{step}: law enforcement offered instead ({other['stakeholder']['id']})"
    for gap in case.answer["gaps"]:
        if gap["fallback"] and gap["fallback"]["stakeholder"]["kind"] in _POLICE_KINDS:
            yield f"gap {gap['function']}: turns to {gap['fallback']['stakeholder']['id']}"


def _refusal_ends_somewhere(case: Reading) -> Iterator[str]:
    """A refusal of hers ends at a named body that is not law enforcement."""
    branches = [branch for branch in case.answer["branches"] if branch["if"] in ("refused", "withdrawn")]
    for branch in branches:
        bodies = [step["stakeholder"] for step in branch["steps"]]
        if not any(body["id"] and body["kind"] not in _POLICE_KINDS for body in bodies):
            yield f"the refusal at {branch['at']} ends at nobody: {branch['reason']}"
    if not any(not step.mandate.law_enforcement and not step.is_entry for step in case.steps):
        yield "she refuses something, and no step leads to a body that is not law enforcement"


def crossing(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """No data across a border without her consent; for a child, a best-interests determination for return stands for it."""
    case = read(directory, profile, answer)
    allowed = "best-interests-return" in case.done if case.child else case.consent("share_data_cross_border") is True
    found = []
    for step in case.every_step():
        abroad = step.body.country != profile.identified_in or any(w["stakeholder"]["country"] != profile.identified_in for w in step.said["with"])
        asked = step.function == "consular-assistance" and step.function in profile.needs
        if abroad and not allowed and not asked and not step.is_entry:
            found.append(f"{step}: in another country, and she has not agreed that data cross the border ({step.said['handover']})")
    return found


def refusal(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """An adult who refuses referral is not registered, identified or reported, save where a law says so, and is still helped."""
    case = read(directory, profile, answer)
    if case.child or case.consent("referral") is not False:
        return []
    found = []
    for step in case.every_step():
        if step.function in ("case-registration", *_IDENTIFYING) and not step.is_entry and "duty-to-report" not in step.codes:
            found.append(f"{step}: she refuses referral")
    helping = [step for step in case.steps if function_rules()[step.function].get("help") and not step.mandate.law_enforcement]
    hotline = any(step.function == "hotline" for step in case.steps)
    helpless = not helping and not hotline and not any(gap["fallback"] for gap in answer["gaps"])
    return found + (["she refuses referral, and nobody helps her"] if helpless else [])


# whom it fits ----------------------------------------------------------------------------------------------------------------------------


def eligibility(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Each body has a mandate for that function and role that serves the profile, in force, covering the place, its requirements met before."""
    case = read(directory, profile, answer)
    found = []
    for path in case.paths:
        for step in path:
            if (step.said["stakeholder"]["id"], step.said["function"], step.said["role"]) != (step.body.id, step.mandate.function, step.mandate.role):
                found.append(f"{step}: is not what its mandate {step.mandate.id} says")
            found += [f"{step}: {why}" for why in case.objections(step.mandate, step.before)]
    for step in case.steps:
        for beside in step.said["with"]:
            held = [m for f in _together(step) for m in case.held(beside["stakeholder"]["id"], f, beside["role"])]
            if not any(not case.objections(m, case.steps) for m in held):
                found.append(f"{step}: with {beside['stakeholder']['id']}, which has no mandate as {beside['role']} that serves")
        for other in step.said["alternatives"]:
            if not any(not case.objections(m, case.steps) for m in case.held(other["stakeholder"]["id"], other["function"])):
                found.append(f"{step}: instead {other['stakeholder']['id']}, which has no mandate that serves")
    return found


def _together(step: Step) -> tuple[str, ...]:
    """The functions by which a body stands beside a step: its own; at a joint risk assessment also the receiver's."""
    return (
        ("return-risk-assessment", "transnational-contact-point", "reception-on-arrival", "reintegration-assistance")
        if step.function == "return-risk-assessment"
        else (step.function,)
    )


def unconditional(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Help waits neither for cooperation nor for a final decision: routed around where possible, else a finding says so."""
    case = read(directory, profile, answer)
    broken = {finding["rule"] for finding in answer["findings"]}
    found = []
    for step in case.steps:
        if not function_rules()[step.function].get("help"):
            continue
        demand = _demands(case, step.mandate)
        if demand is None or (demand == "R01" and profile.consent.get("police") is True):
            continue
        others = [m for m in case.part.performs.get(step.function, ()) if m.role == step.mandate.role and m.country == step.mandate.country and _demands(case, m) is None]
        open_ = [m.id for m in others if not m.law_enforcement and case.sure(m) and not case.objections(m, step.before)]
        if open_ and "conditional" in step.codes:
            found.append(f"{step}: asks for {demand}, though {open_[0]} does not")
        if profile.identified_in in binding_rules()[demand] and demand not in broken:
            found.append(f"{step}: demands what {demand} forbids, and no finding says so")
    return found


def _demands(case: Reading, mandate: Mandate) -> str | None:
    """The binding rule that a mandate for help breaks: it asks for cooperation (R01), or for a final decision (R02), and nothing else will do."""
    words = [case.directory.parts[mandate.country].requirements[word] for word in mandate.requires]
    conditions = [mandate.serves, *(word.meets for word in words if word.meets is not None and not word.or_else)]
    if any(atom.fact in _COOPERATION_FACTS for condition in conditions for atom in condition.atoms()):
        return "R01"
    return "R02" if "formal-identification" in mandate.requires else None


def children(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """A guardian before what waits for one, or a gap said first; no adult place; no return without best interests."""
    case = read(directory, profile, answer)
    if not case.child:
        return []
    found = []
    grown = Seen(directory, profile, case.on, {})
    for path in case.paths:
        found += [f"{step}: serves adults only" for step in path if _adults_only(case, grown, step)]
        if needs_guardian(profile):
            found += _guardian(case, path)
    return found


def _adults_only(case: Reading, grown: Seen, step: Step) -> bool:
    if step.is_entry:
        return False
    facts, _ = Seen(case.directory, case.profile, case.on, case.facts).at(step.mandate.country)
    ages = [case.profile.age] if case.profile.age is not None and case.profile.age < 18 else range(18)
    for age in ages:
        for group in ("child", "disputed"):
            young = {**facts, "is_child": True, "age_group": group, "age_years": age, "identification_state": None}
            if holds(step.mandate.serves, young) is not False and not (step.mandate.excludes and holds(step.mandate.excludes, young)):
                return False
    return True


_AFTER_GUARDIAN = (
    *_IDENTIFYING,
    "expert-opinion",
    "age-assessment",
    "best-interests-assessment",
    "best-interests-determination",
    "reflection-period",
    "residence-permit",
    "asylum",
    "criminal-investigation",
    "prosecution",
    "support-in-proceedings",
    "compensation",
    "labour-claims",
    "witness-protection",
    "return-counselling",
    "return-risk-assessment",
    "travel-documents",
    "voluntary-return",
)


def _guardian(case: Reading, path: tuple[Step, ...]) -> Iterator[str]:
    guardian = next((step for step in path if step.function == "child-guardianship"), None)
    if guardian is None:
        gaps = [gap["function"] for gap in case.answer["gaps"]]
        if "child-guardianship" not in gaps:
            yield "no guardian for this child, and no gap says so"
        elif gaps[0] != "child-guardianship":
            yield f"the missing guardian is not said first, but {gaps[0]}"
        for step in path:
            if step.function in _AFTER_GUARDIAN and step.function != "best-interests-assessment":
                yield f"{step}: without a guardian"
        return
    for step in guardian.before:
        if step.function in _AFTER_GUARDIAN or (step.mandate.law_enforcement and not step.is_entry and step.function != "police-protection"):
            yield f"{step}: before the guardian"


# going home ------------------------------------------------------------------------------------------------------------------------------

_JOURNEY = (
    "voluntary-return",
    "travel-documents",
    "transit-assistance",
    "reception-on-arrival",
    "reintegration-assistance",
    "post-return-monitoring",
    "transnational-contact-point",
)


def return_(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """No journey without consent (a child: best interests), joint risk assessment, confirmed reception and contacts; none while something stands against it."""
    case = read(directory, profile, answer)
    found = list(_consulate(case))
    for path in case.paths:
        going = [step for step in path if step.function in _JOURNEY and not _is_home(case, step)]
        found += [f"{step}: {why}" for step in going for why in _against(case)]
        for step in going:
            earlier = {other.function for other in step.before}
            if "return-risk-assessment" not in earlier and not case.done & {"return-risk-none-found", "return-risk-manageable"}:
                found.append(f"{step}: before any assessment of the risk")
            open_ = [other for other in path if other.function in _IDENTIFYING and other.said["order"] > step.said["order"]]
            found += [f"{step}: before {other}" for other in open_]
        travel = [step for step in going if step.function in ("voluntary-return", "transit-assistance")]
        for step in travel:
            if "reception-confirmed" not in case.done and not any(other.said["canonical_stage"] == "reception-confirmation" for other in step.before):
                found.append(f"{step}: before anybody confirmed reception")
    if profile.wishes == "return" and (profile.destination or "") in set(TWELVE) & set(directory.parts) and not answer["contacts_in_country_of_return"]:
        found.append(f"no contacts in {profile.destination}")
    return found


def _is_home(case: Reading, step: Step) -> bool:
    """Whether a step is for whoever was brought home, or stands there: nothing of a journey that is still to come."""
    here = step.body.country == case.profile.identified_in
    if here and step.function == "reintegration-assistance" and step.said["phase"] == "national":
        return True  # a country may call its own long help so
    arrived = case.profile.returned_from is not None or canonical_stages()[case.profile.stage]["phase"] == "post-return"
    own = case.facts.get("nationality_group") == {"own"}
    asked = step.function in case.profile.needs and step.function in ("reintegration-assistance", "reception-on-arrival") and case.profile.wishes != "return"
    return here and (arrived or asked or own) and case.profile.wishes != "return"


def _against(case: Reading) -> Iterator[str]:
    """What stands against a journey."""
    profile = case.profile
    if case.child and "best-interests-return" not in case.done:
        yield "no best-interests determination says that this child may return"
    if not case.child and case.consent("return") is not True:
        yield "she has not agreed to return"
    if profile.wishes != "return":
        yield f"she does not wish to return ({profile.wishes})"
    if claim(profile) in ("pending", "wanted"):
        yield f"a protection claim is {claim(profile)}"
    if RISKS_AGAINST_RETURN.intersection(profile.risks or ()):
        yield f"risks stand against it: {profile.risks}"
    if "return-risk-unacceptable" in case.done:
        yield "the risk was found unacceptable"


def _consulate(case: Reading) -> Iterator[str]:
    """No contact with the consulate, or another body of the country of return, while something stands against it."""
    stands = claim(case.profile) in ("pending", "wanted") or RISKS_AGAINST_RETURN.intersection(case.profile.risks or ()) or "return-risk-unacceptable" in case.done
    for step in case.every_step():
        if stands and not step.is_entry and (step.body.kind == "consular" or step.function in ("consular-assistance", "travel-documents")):
            yield f"{step}: contact with the consulate, while a claim, a fear or a risk stands"


# the whole -------------------------------------------------------------------------------------------------------------------------------


def explained(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Every need, every owed function and every function of a stage that was entered is a step, a branch or a gap with its reason."""
    case = read(directory, profile, answer)
    settled = {name for name, rule in function_rules().items() if case.done.intersection(rule.get("settled_by", ())) or not rule.get("served", True)}
    found = [f"the need {name} is neither step nor branch nor gap" for name in profile.needs if name not in settled and not case.explained(name)]
    found += [
        f"{name} is owed ({why}) and is neither step nor branch nor gap" for name, why in _owed(case) if name not in settled and not any(case.explained(n) for n in name.split("|"))
    ]
    found += list(_stages(case))
    found += [f"the gap {gap['function']} has no reason" for gap in answer["gaps"] if not gap["reason"]]
    if answer["complete"] and (answer["gaps"] or not answer["steps"]):
        found.append("complete, though there is a gap or no step")
    orders = [step["order"] for step in answer["steps"]]
    if orders != list(range(1, len(orders) + 1)):
        found.append(f"the orders are {orders}")
    return found


def _owed(case: Reading) -> Iterator[tuple[str, str]]:
    """What is always owed (planner.md, route 5)."""
    profile, facts = case.profile, case.facts
    if needs_guardian(profile):
        yield "child-guardianship", "a child without one"
    if "forced-criminality" in profile.exploitation:
        yield "legal-representation|legal-counselling", "crime was forced"
    if facts["protection_claim"] in ("pending", "wanted"):
        yield "asylum", f"a claim is {facts['protection_claim']}"
    if "immediate-danger" in (profile.risks or ()):
        yield "police-protection", "life is in danger"
        if profile.detained is not True:
            yield "crisis-accommodation", "life is in danger"
    if profile.wishes == "stay" and facts["stay_secured"] is False:
        yield "residence-permit", "she wishes to stay and has no right to"
    if profile.wishes == "return":
        for name in ("return-counselling", "return-risk-assessment", "reintegration-assistance", "post-return-monitoring"):
            if not (name == "return-risk-assessment" and facts["return_risk"] is not None):
                yield name, "she returns"


def _stages(case: Reading) -> Iterator[str]:
    """The functions of the stages that were surely entered: those with a step that neither a need nor an owed rule explains."""
    stages = {stage.id: stage for stage in case.part.stages}
    owed = {"interpretation", "reflection-period", "decision-review", "best-interests-determination", *(name for names, _ in _owed(case) for name in names.split("|"))}
    for name in dict.fromkeys(
        s.said["stage"]
        for s in case.steps
        if not s.is_entry and s.said["phase"] == "national" and s.function not in (*owed, *FIRST_CONTACT) and s.function not in case.profile.needs
    ):
        stage = stages.get(name)
        if stage is None or (stage.canonical == "inclusion" and case.profile.wishes == "return"):
            continue
        for function in stage.functions or tuple(canonical_stages()[stage.canonical].get("functions", ())):
            if not _due(case, function, stage.canonical, stage.merged) or case.explained(function):
                continue
            yield f"{function} of the stage {name} is neither step nor branch nor gap"


_OF_THE_LEG = (*_JOURNEY, "return-counselling", "return-risk-assessment", "consular-assistance")


def _due(case: Reading, function: str, canonical: str, merged: tuple[str, ...]) -> bool:
    rule = function_rules()[function]
    if not rule.get("served", True) or function in FIRST_CONTACT or function in _OF_THE_LEG or case.done.intersection(rule.get("settled_by", ())):
        return False
    if function == "child-guardianship" and not needs_guardian(case.profile):
        return False
    if rule.get("decision") and not any(function in canonical_stages()[name].get("functions", ()) for name in (canonical, *merged)):
        return False
    fits = [truth(rule.get("fits"), seen.facts) for seen in case.seen(case.steps)]
    return all(value is True or (value is None and not rule.get("sure")) for value in fits)


def forced_crime(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Where crime was forced, a lawyer before the first step with law enforcement after the entry contact."""
    case = read(directory, profile, answer)
    if "forced-criminality" not in profile.exploitation:
        return []
    found = []
    for path in case.paths:
        for step in path:
            together = step.mandate.law_enforcement or any(m.law_enforcement for w in step.said["with"] for m in case.held(w["stakeholder"]["id"], step.function, w["role"]))
            in_danger = step.function == "police-protection" and "immediate-danger" in (profile.risks or ())
            lawyer = any(other.function in ("legal-representation", "legal-counselling") and not other.mandate.law_enforcement for other in step.before)
            if together and not step.is_entry and not in_danger and not lawyer and not case.has_gap("legal-representation", "legal-counselling"):
                found.append(f"{step}: law enforcement before a lawyer")
    return found


def sourced(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Every step names a source, and every source that the answer names is listed and stands in the directory."""
    found = [
        f"step {s['order']} {s['function']} names no source" for path in (answer, *answer["alternatives"]) for s in path["steps"] if not any(b["sources"] for b in s["because"])
    ]
    named = set(_sources(answer))
    found += [f"the source {name} is not listed" for name in sorted(named - set(answer["sources"]))]
    return found + [f"the source {name} is not in the directory" for name in answer["sources"] if directory.source(name) is None]


def _sources(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "sources" and isinstance(part, list):
                yield from part
            elif key != "sources":
                yield from _sources(part)
    elif isinstance(value, list):
        for part in value:
            yield from _sources(part)


_VERDICT = re.compile(
    r"\b(she|he|they|person|this woman|this man|this child) (is|are|was|is not|isn't|cannot be) (a |an |the |really )*(victim|not a victim|entitled|eligible|genuine|lying)",
    re.IGNORECASE,
)


def no_verdict(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Never a verdict; the answer says what it does not know, and the country's emergency number."""
    words = [
        *(step["stakeholder"] and warning["text"] for step in answer["steps"] for warning in step["warnings"] if warning["code"] not in ("inferred", "conflicting")),
        *(branch["reason"] for branch in answer["branches"]),
        *(ask["why"] for ask in answer["ask_next"]),
        *(change for ask in answer["ask_next"] for change in ask["changes"]),
        *(gap["reason"] for gap in answer["gaps"]),
    ]
    found = [f"a verdict: {text}" for text in words if _VERDICT.search(text)]
    return found if any(number["number"] for number in answer["emergency"]) else [*found, "no emergency number"]


INVARIANTS: dict[str, Callable[[Directory, Profile, Json], Breaches]] = {
    "unknown": unknown,
    "consent": consent,
    "crossing": crossing,
    "refusal": refusal,
    "eligibility": eligibility,
    "unconditional": unconditional,
    "children": children,
    "return": return_,
    "explained": explained,
    "forced crime": forced_crime,
    "sourced": sourced,
    "no verdict": no_verdict,
}
"""Each invariant by its name in the table."""


def breaches(directory: Directory, profile: Profile, answer: Json) -> list[tuple[str, str]]:
    """All breaches of one answer, each with the name of the invariant."""
    return [(name, words) for name, check in INVARIANTS.items() for words in check(directory, profile, answer)]
