"""What must hold of consent: nothing is taken on an unknown, nothing done that is refused, law enforcement only by the exceptions."""

from __future__ import annotations

from collections.abc import Iterator

from naive import function_rules, holds
from reading import IDENTIFYING, Breaches, Json, Reading, Step, read

from pathways.directory import Directory
from pathways.profile import Profile

_POLICE_KINDS = ("police", "border-guard", "prosecution", "immigration-authority")


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
    at_home = step.function == "return-risk-assessment" and case.goes_nowhere
    of_stage = (stage.consent or ()) if rule.get("decision") and stage is not None else ()
    return tuple(
        name for name in dict.fromkeys((*rule.get("consent", ()), *of_stage)) if not (at_home and name == "share_data_cross_border")
    )


def _refused(case: Reading, step: Step) -> Iterator[str]:
    if step.is_entry or case.child:
        return
    for name in _consents_of(case, step):
        if case.consent(name) is False and not (
            name == "police" and step.codes & {"danger-to-life", "authority-is-police", "duty-to-report"}
        ):
            yield f"{step}: she refuses {name}"


def _enforcement(case: Reading, step: Step) -> Iterator[str]:
    mandate, by = step.mandate, case.profile.detected_by
    if step.is_entry:
        named = by in (step.body.id, step.body.kind) or (by == "police" and step.body.kind == "competent-authority")
        if not named and not mandate.duty:
            yield f"{step}: law enforcement as the first contact, though {by} noticed her"
        if not step.codes & {"authority-is-police", "duty-to-report"}:
            yield f"{step}: law enforcement as the first contact, without a warning"
    elif mandate.function == "police-protection" and "immediate-danger" in (case.profile.risks or ()):
        if "danger-to-life" not in step.codes:
            yield f"{step}: called for danger to life, without the warning"
    elif mandate.duty:
        if not any(w["code"] == "duty-to-report" and mandate.duty in w["text"] for w in step.said["warnings"]):
            yield f"{step}: acts by duty, without the warning and its law"
    elif step.function in IDENTIFYING:
        yield from _authority(case, step)
    elif step.function == "reflection-period":
        if not any(
            other.function in IDENTIFYING and "authority-is-police" in other.codes and _kin(case, other, step) for other in step.before
        ):
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
    helped = any(not step.mandate.law_enforcement and not step.is_entry for step in case.steps)
    if not helped and not any(gap["fallback"] for gap in case.answer["gaps"]):
        yield "she refuses something, and neither a step nor a gap leads to a body that is not law enforcement"


def crossing(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """No data across a border without her consent; for a child, a best-interests determination for return stands for it."""
    case = read(directory, profile, answer)
    allowed = "best-interests-return" in case.done if case.child else case.consent("share_data_cross_border") is True
    found = []
    for step in case.every_step():
        abroad = step.body.country != profile.identified_in or any(
            w["stakeholder"]["country"] != profile.identified_in for w in step.said["with"]
        )
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
        if step.function in ("case-registration", *IDENTIFYING) and not step.is_entry and "duty-to-report" not in step.codes:
            found.append(f"{step}: she refuses referral")
    helping = [step for step in case.steps if function_rules()[step.function].get("help") and not step.mandate.law_enforcement]
    hotline = any(step.function == "hotline" for step in case.steps)
    helpless = not helping and not hotline and not any(gap["fallback"] for gap in answer["gaps"])
    return found + (["she refuses referral, and nobody helps her"] if helpless else [])
