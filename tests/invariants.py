"""What must always hold of an answer (design document "planner", the table of invariants): one function each, that tells the breaches in words.

Each takes the directory, the profile and the answer as JSON. What an answer rests on is decided anew (`naive`), not asked of the planner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from invariants_of_consent import consent, crossing, refusal, unknown
from invariants_of_fit import children, eligibility, forced_crime, unconditional
from invariants_of_return import JOURNEY, return_
from naive import canonical_stages, function_rules, needs_guardian, truth
from reading import FIRST_CONTACT, Breaches, Json, Reading, read

from pathways.directory import Directory
from pathways.profile import Profile


def explained(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Every need, every owed function and every function of a stage that was entered is a step, a branch or a gap with its reason."""
    case = read(directory, profile, answer)
    settled = {
        name
        for name, rule in function_rules().items()
        if case.done.intersection(rule.get("settled_by", ())) or not rule.get("served", True)
    }
    found = [
        f"the need {name} is neither step nor branch nor gap" for name in profile.needs if name not in settled and not case.explained(name)
    ]
    found += [
        f"{name} is owed ({why}) and is neither step nor branch nor gap"
        for name, why in _owed(case)
        if name not in settled and not any(case.explained(n) for n in name.split("|"))
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
    owed = {
        "interpretation",
        "reflection-period",
        "decision-review",
        "best-interests-determination",
        *(name for names, _ in _owed(case) for name in names.split("|")),
    }
    for name in dict.fromkeys(
        s.said["stage"]
        for s in case.steps
        if not s.is_entry
        and s.said["phase"] == "national"
        and s.function not in (*owed, *FIRST_CONTACT)
        and s.function not in case.profile.needs
    ):
        stage = stages.get(name)
        if stage is None or (stage.canonical == "inclusion" and case.profile.wishes == "return"):
            continue
        for function in stage.functions or tuple(canonical_stages()[stage.canonical].get("functions", ())):
            if not _due(case, function, stage.canonical, stage.merged) or case.explained(function):
                continue
            yield f"{function} of the stage {name} is neither step nor branch nor gap"


_OF_THE_LEG = (*JOURNEY, "return-counselling", "return-risk-assessment", "consular-assistance")


def _due(case: Reading, function: str, canonical: str, merged: tuple[str, ...]) -> bool:
    rule = function_rules()[function]
    if (
        not rule.get("served", True)
        or function in FIRST_CONTACT
        or function in _OF_THE_LEG
        or case.done.intersection(rule.get("settled_by", ()))
    ):
        return False
    if function == "child-guardianship" and not needs_guardian(case.profile):
        return False
    if rule.get("decision") and not any(function in canonical_stages()[name].get("functions", ()) for name in (canonical, *merged)):
        return False
    fits = [truth(rule.get("fits"), seen.facts) for seen in case.seen(case.steps)]
    return all(value is True or (value is None and not rule.get("sure")) for value in fits)


def sourced(directory: Directory, profile: Profile, answer: Json) -> Breaches:
    """Every step names a source, and every source that the answer names is listed and stands in the directory."""
    found = [
        f"step {s['order']} {s['function']} names no source"
        for path in (answer, *answer["alternatives"])
        for s in path["steps"]
        if not any(b["sources"] for b in s["because"])
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
        *(
            step["stakeholder"] and warning["text"]
            for step in answer["steps"]
            for warning in step["warnings"]
            if warning["code"] not in ("inferred", "conflicting")
        ),
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
