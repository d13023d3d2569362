"""The rules told once more, plainly, to hold the planner's answers against: facts of a case, conditions, and whether a mandate serves.

Nothing here asks the planner, `eligibility`, `conditions` or `profile.facts`; what is slow or said twice is so on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from pathways import territories
from pathways.directory import Directory, Part
from pathways.model import Mandate, Requirement, Stakeholder
from pathways.profile import FREE_MOVEMENT, Profile

Truth = bool | None
Facts = Mapping[str, Any]

TWELVE = ("AT", "CY", "FR", "GR", "IT", "PL", "PT", "ES", "GB", "AL", "MA", "UA")
SECURE = {"national", "refugee", "complementary-protection", "temporary-protection"}
RISKS_AGAINST_RETURN = {"trafficker-in-destination", "reprisals", "re-trafficking", "fears-return"}


@cache
def function_rules() -> Mapping[str, Mapping[str, Any]]:
    """What each function asks, as it stands in the data."""
    return dict(yaml.safe_load(files("pathways").joinpath("data", "rules", "functions.yaml").read_text(encoding="utf-8"))["functions"])


@cache
def canonical_stages() -> Mapping[str, Mapping[str, Any]]:
    """The canonical stages, as they stand in the data."""
    return {
        stage["id"]: stage
        for stage in yaml.safe_load(files("pathways").joinpath("data", "rules", "stages.yaml").read_text(encoding="utf-8"))["stages"]
    }


@cache
def binding_rules() -> Mapping[str, frozenset[str]]:
    """Each binding rule with the countries that it binds."""
    data = yaml.safe_load(files("pathways").joinpath("data", "rules", "binding.yaml").read_text(encoding="utf-8"))
    return {
        rule["id"]: frozenset(rule.get("bound") or [code for norm in rule["norm"] for code in data["instruments"].get(norm["i"], ())])
        for rule in data["rules"]
    }


def truth(said: Any, facts: Facts) -> Truth:
    """The truth of a condition in its written form, in three values."""
    if not said:
        return True
    if "all" in said:
        parts = [truth(part, facts) for part in said["all"]]
        return False if False in parts else None if None in parts else True
    if "any" in said:
        parts = [truth(part, facts) for part in said["any"]]
        return True if True in parts else None if None in parts else False
    if "not" in said:
        part = truth(said["not"], facts)
        return None if part is None else not part
    value = facts.get(said["fact"])
    if value is None:
        return None
    if "at_least" in said:
        return value >= said["at_least"]
    if "at_most" in said:
        return value <= said["at_most"]
    return any(one in said["in"] for one in value) if isinstance(value, (set, frozenset)) else value in said["in"]


_WRITTEN: dict[int, tuple[Any, Any]] = {}


def holds(condition: Any, facts: Facts) -> Truth:
    """The truth of a condition of the model, from its written form."""
    found = _WRITTEN.get(id(condition))
    if found is None or found[0] is not condition:
        found = _WRITTEN[id(condition)] = (condition, condition.as_data())
    return truth(found[1], facts)


def decisions(profile: Profile) -> set[str]:
    """The decisions already taken."""
    return {done.decision for done in profile.done}


def child(profile: Profile) -> Truth:
    """Whether the case is a child's: under 18, or age in doubt with any sign of minority, unless an age decision was taken."""
    taken = decisions(profile)
    if taken & {"age-child", "age-adult"}:
        return "age-child" in taken
    if profile.age is not None:
        return profile.age < 18
    if profile.age_group == "disputed" or (profile.age_group in (None, "unknown") and profile.signs_of_minority):
        return True
    return {"child": True, "adult": False}.get(profile.age_group or "")


def _groups(profile: Profile, country: str) -> frozenset[str] | None:
    """Own, EU, non-EU, stateless as seen from a country; where no nationality is known, what the status in the country where she is says of it."""
    codes = [code for code in profile.nationality if code != "unknown"]
    if country in codes:
        return frozenset({"own"})
    if any(code in FREE_MOVEMENT for code in codes):
        return frozenset({"eu"})
    said = (
        {"national": "own", "eu-citizen": "eu", "stateless": "stateless"}.get(profile.status or "")
        if country == profile.identified_in
        else None
    )
    return frozenset("stateless" if code == "stateless" else "non-eu" for code in codes) or (frozenset({said}) if said else None)


def _status(profile: Profile, groups: frozenset[str] | None) -> str | None:
    if profile.status and profile.status != "unknown":
        return profile.status
    return "national" if groups == {"own"} else "stateless" if groups == {"stateless"} else None


def claim(profile: Profile) -> str | None:
    """How it stands with protection: pending, wanted (also where return is feared), refused, none; temporary protection is no pending claim."""
    taken = decisions(profile)
    status = _status(profile, _groups(profile, profile.identified_in))
    if "protection-refused" in taken and "protection-claim-lodged" not in taken:
        return "refused"
    if status == "asylum-seeker" or "protection-claim-lodged" in taken:
        return "pending"
    if "asylum" in profile.needs or "fears-return" in (profile.risks or ()):
        return "wanted"
    return "none" if status in SECURE | {"eu-citizen"} or profile.risks is not None else None


def _identification(taken: set[str]) -> str:
    for decision in ("refused", "confirmed", "reasonable-grounds-negative", "reasonable-grounds-positive"):
        if decision in taken:
            return decision
    return "presumed"


def facts_of(profile: Profile, part: Part) -> dict[str, Any]:
    """What is known of a case before the first step, by the names of the vocabulary."""
    taken, groups = decisions(profile), _groups(profile, profile.identified_in)
    status, police = _status(profile, groups), profile.consent.get("police")
    secured = (
        groups == {"own"}
        or (groups == {"eu"} and profile.identified_in in FREE_MOVEMENT)
        or bool(taken & {"residence-permit-granted", "protection-granted"})
    )
    group = (
        "child"
        if "age-child" in taken
        else "adult"
        if "age-adult" in taken
        else ("child" if profile.age < 18 else "adult")
        if profile.age is not None
        else profile.age_group
    )
    found: dict[str, Any] = {
        "age_years": profile.age,
        "age_group": None if group == "unknown" else group,
        "is_child": child(profile),
        "days_to_majority": profile.days_to_majority,
        "unaccompanied": profile.unaccompanied,
        "gender": None if profile.gender == "unknown" else profile.gender,
        "exploitation": frozenset(profile.exploitation) or None,
        "nationality": frozenset(profile.nationality) - {"unknown"} or None,
        "nationality_group": groups,
        "status": status,
        "identified_in": profile.identified_in,
        "region": profile.region,
        "exploited_in": profile.exploited_in,
        "returned_from": profile.returned_from,
        "recognised_abroad": profile.recognised_abroad,
        "destination": profile.destination,
        "detained": profile.detained,
        "documents": profile.documents,
        "detected_by": profile.detected_by,
        "wishes": profile.wishes,
        "risk": None if profile.risks is None else frozenset(profile.risks),
        "dependants": profile.dependants,
        "vulnerability": frozenset(profile.vulnerabilities) or None,
        "language": frozenset(profile.languages) or None,
        "need": frozenset(profile.needs),
        "identification_state": _identification(taken),
        "cooperation": True if "complaint-filed" in taken else police,
        "complaint": True if "complaint-filed" in taken else None,
        "criminal_proceedings": True if "criminal-proceedings-open" in taken else None,
        "guardian_needed": needs_guardian(profile),
        "returned": True if profile.returned_from else None,
        "guardian_appointed": True if "guardian-appointed" in taken else None,
        "best_interests_return": True if "best-interests-return" in taken else False if "best-interests-stay" in taken else None,
        "return_risk": next((name for name in ("unacceptable", "manageable", "none-found") if f"return-risk-{name}" in taken), None),
        "reception_confirmed": True if "reception-confirmed" in taken else None,
        "plan_agreed": True if "plan-agreed" in taken else None,
        "protection_claim": claim(profile),
        "stay_secured": True
        if secured
        else None
        if status in (None, "stateless", "third-country-regular", "eu-citizen")
        else status in SECURE,
        "lawful_stay": True
        if secured
        else None
        if status in (None, "stateless", "eu-citizen")
        else status in SECURE | {"third-country-regular", "asylum-seeker"},
        "interpreter_needed": not set(profile.languages) & set(part.country.languages) if profile.languages else None,
    }
    found.update(
        {
            f"consent.{name}": profile.consent.get(name)
            for name in ("referral", "formal_identification", "police", "share_data_cross_border", "return")
        }
    )
    return found


def seen_from_abroad(facts: Facts, profile: Profile, country: str) -> dict[str, Any]:
    """The same case as another country sees it."""
    groups = _groups(profile, country)
    there = {
        **facts,
        "region": None,
        "status": None,
        "nationality_group": groups,
        "stay_secured": None,
        "lawful_stay": None,
        "detained": None,
    }
    if groups == {"own"}:
        there.update(status="national", stay_secured=True, lawful_stay=True, returned_from=profile.identified_in)
    elif groups == {"eu"}:
        there["status"] = "eu-citizen"
    return there


@dataclass(frozen=True)
class Seen:
    """A case as one country sees it at one point of a path: the facts, and the functions that earlier steps performed."""

    directory: Directory
    profile: Profile
    on: date
    facts: Facts
    performed: frozenset[str] = frozenset()

    def at(self, country: str) -> tuple[Facts, str | None]:
        """The facts and the region as a country sees them."""
        if country == self.profile.identified_in:
            return self.facts, self.profile.region
        return seen_from_abroad(self.facts, self.profile, country), None

    def consent(self, name: str) -> Truth:
        """A consent; guardian and best interests stand for that of a child."""
        return True if self.facts.get("is_child") is True else self.facts.get(f"consent.{name}")

    def objections(self, mandate: Mandate) -> list[str]:
        """Why a mandate does not serve the case, in words; none where it serves or may serve."""
        part = self.directory.parts[mandate.country]
        body = part.stakeholders[mandate.holder]
        facts, region = self.at(mandate.country)
        found = []
        if not _in_force(mandate, self.on) or not _in_force(body, self.on):
            found.append(f"not in force on {self.on}")
        if not _covers(mandate.territory, mandate.country, region):
            found.append(f"covers {mandate.territory}, not {region or mandate.country}")
        if holds(mandate.serves, facts) is False:
            found.append(f"does not serve: {mandate.serves.as_data()}")
        if mandate.excludes is not None and holds(mandate.excludes, facts) is True:
            found.append(f"excludes: {mandate.excludes.as_data()}")
        if self.profile.wishes == "return" and self.profile.destination in mandate.excluded_destinations:
            found.append(f"excludes the destination {self.profile.destination}")
        for word in mandate.requires:
            if not self._met(part.requirements[word], mandate.function, facts):
                found.append(f"requires {word}")
        return found

    def _met(self, requirement: Requirement, function: str, facts: Facts) -> bool:
        """Whether a requirement is met, or may be: what no profile can hold is a condition and no objection."""
        rule = function_rules()[function]
        if requirement.housed:
            return True
        if requirement.consent:
            given = [self.consent(name) for name in rule.get("consent", ())]
            return False not in given and not (rule.get("takes") and None in given)
        if self.performed.intersection(requirement.met_by):
            return True
        met = False if requirement.meets is None else holds(requirement.meets, facts)
        return met is not False or bool(requirement.or_else)


def _in_force(thing: Mandate | Stakeholder, on: date) -> bool:
    """Whether something is in force on a day; a year or a month as a limit counts from its first to its last day."""
    start, end = str(thing.valid_from or "0001"), str(thing.valid_to or "9999")
    day = on.isoformat()
    return start <= day and day[: len(end)] <= end


def _covers(limits: Iterable[str], country: str, region: str | None) -> bool:
    """Whether the place lies in one of the territories, or one of them lies in the place."""
    here = region or country
    return any(territories.within(here, limit) or territories.within(limit, here) for limit in limits)


def needs_guardian(profile: Profile) -> bool:
    """Whether a guardian must act: a child, unaccompanied (or not known to be accompanied) or with family involved, and none appointed yet."""
    return child(profile) is True and _alone(profile) and "guardian-appointed" not in decisions(profile)


def _alone(profile: Profile) -> bool:
    return profile.unaccompanied is not False or "family-involved" in (profile.risks or ()) or "child-guardianship" in profile.needs
