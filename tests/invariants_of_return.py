"""What must hold of a journey home: never without what it needs, never while something stands against it."""

from __future__ import annotations

from collections.abc import Iterator

from naive import RISKS_AGAINST_RETURN, TWELVE, canonical_stages, claim
from reading import IDENTIFYING, Breaches, Json, Reading, Step, read

from pathways.directory import Directory
from pathways.profile import Profile

JOURNEY = (
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
        going = [step for step in path if step.function in JOURNEY and not _is_home(case, step)]
        found += [f"{step}: {why}" for step in going for why in _against(case)]
        for step in going:
            earlier = {other.function for other in step.before}
            if "return-risk-assessment" not in earlier and not case.done & {"return-risk-none-found", "return-risk-manageable"}:
                found.append(f"{step}: before any assessment of the risk")
            open_ = [other for other in path if other.function in IDENTIFYING and other.said["order"] > step.said["order"]]
            found += [f"{step}: before {other}" for other in open_]
        travel = [step for step in going if step.function in ("voluntary-return", "transit-assistance")]
        for step in travel:
            if "reception-confirmed" not in case.done and not any(
                other.said["canonical_stage"] == "reception-confirmation" for other in step.before
            ):
                found.append(f"{step}: before anybody confirmed reception")
    if (
        profile.wishes == "return"
        and (profile.destination or "") in set(TWELVE) & set(directory.parts)
        and not answer["contacts_in_country_of_return"]
    ):
        found.append(f"no contacts in {profile.destination}")
    return found


_ARRIVED = ("reception-on-arrival", "reintegration-assistance", "post-return-monitoring", "transnational-contact-point")


def _is_home(case: Reading, step: Step) -> bool:
    """Whether a step is for whoever was brought home, or stands there: nothing of a journey that is still to come."""
    if step.body.country != case.profile.identified_in or step.function not in (*_ARRIVED, "transit-assistance"):
        return False
    if step.function == "reintegration-assistance" and step.said["phase"] == "national":
        return True  # a country may call its own long help so
    arrived = case.profile.returned_from is not None or canonical_stages()[case.profile.stage]["phase"] == "post-return"
    if step.function == "transit-assistance":
        return arrived and case.profile.wishes != "return"  # the last part of a way that is behind her
    asked = step.function in case.profile.needs and step.function in ("reintegration-assistance", "reception-on-arrival")
    return arrived or ((asked or case.facts.get("nationality_group") == {"own"}) and case.profile.wishes != "return")


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
    stands = (
        claim(case.profile) in ("pending", "wanted")
        or RISKS_AGAINST_RETURN.intersection(case.profile.risks or ())
        or "return-risk-unacceptable" in case.done
    )
    for step in case.every_step():
        if stands and not step.is_entry and (step.body.kind == "consular" or step.function in ("consular-assistance", "travel-documents")):
            yield f"{step}: contact with the consulate, while a claim, a fear or a risk stands"
