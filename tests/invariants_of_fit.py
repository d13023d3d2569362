"""What must hold of whom a step is for: a mandate that serves, no price for help, a child's guardian first, a lawyer before the police."""

from __future__ import annotations

from collections.abc import Iterator

from naive import Seen, binding_rules, function_rules, holds, needs_guardian
from reading import IDENTIFYING, Breaches, Json, Reading, Step, read

from pathways.directory import Directory
from pathways.model import Mandate
from pathways.profile import Profile

_IN_PROCEEDINGS = ("legal-representation", "legal-aid-eligibility")
"""A lawyer for the proceedings waits for proceedings: that is no price."""
_COOPERATION_FACTS = ("cooperation", "complaint", "criminal_proceedings", "consent.police")


def eligibility(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Each body has a mandate for that function and role that serves the profile, in force, covering the place, its requirements met before."""
    case = read(directory, profile, answer)
    found = []
    for path in case.paths:
        for step in path:
            if (step.said["stakeholder"]["id"], step.said["function"], step.said["role"]) != (
                step.body.id,
                step.mandate.function,
                step.mandate.role,
            ):
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
        if not function_rules()[step.function].get("help") or step.function in _IN_PROCEEDINGS:
            continue
        demand = _demands(case, step.mandate)
        if demand is None or (demand == "R01" and profile.consent.get("police") is True):
            continue
        others = [
            m
            for m in case.part.performs.get(step.function, ())
            if m.role == step.mandate.role and m.country == step.mandate.country and _demands(case, m) is None
        ]
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
    *IDENTIFYING,
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
        if step.function in _AFTER_GUARDIAN or (
            step.mandate.law_enforcement and not step.is_entry and step.function != "police-protection"
        ):
            yield f"{step}: before the guardian"


def forced_crime(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Where crime was forced, a lawyer before the first step with law enforcement after the entry contact."""
    case = read(directory, profile, answer)
    if "forced-criminality" not in profile.exploitation:
        return []
    found = []
    for path in case.paths:
        for step in path:
            together = step.mandate.law_enforcement or any(
                m.law_enforcement for w in step.said["with"] for m in case.held(w["stakeholder"]["id"], step.function, w["role"])
            )
            in_danger = step.function == "police-protection" and "immediate-danger" in (profile.risks or ())
            lawyer = any(
                other.function in ("legal-representation", "legal-counselling") and not other.mandate.law_enforcement
                for other in step.before
            )
            if (
                together
                and not step.is_entry
                and not in_danger
                and not lawyer
                and not case.has_gap("legal-representation", "legal-counselling")
            ):
                found.append(f"{step}: law enforcement before a lawyer")
    return found
