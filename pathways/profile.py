"""The case: what a caseworker says of it, and the facts that follow.

A profile identifies nobody and is never kept. What is left out is unknown, and unknown is a value of its own. Facts are given, or
derived here from what is given; the planner adds what earlier steps bring about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pathways import vocabulary

FREE_MOVEMENT = frozenset(vocabulary.words("free_movement"))
"""The States whose nationals may stay in each other's country."""

_STAY_SECURED = {"national", "refugee", "complementary-protection", "temporary-protection"}
_OPEN = (None, "stateless", "third-country-regular", "eu-citizen")
"""Statuses that do not say whether a stay is secured."""
_LAWFUL = _STAY_SECURED | {"third-country-regular", "asylum-seeker"}


@dataclass(frozen=True, slots=True)
class Done:
    """A decision already taken: what, by whom, when."""

    decision: str
    by: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A case in the contract's fields; None, or an empty list where the contract says so, is unknown."""

    identified_in: str
    region: str | None = None
    exploited_in: str | None = None
    returned_from: str | None = None
    recognised_abroad: bool | None = None
    nationality: tuple[str, ...] = ()
    age: int | None = None
    age_group: str | None = None
    signs_of_minority: bool | None = None
    days_to_majority: int | None = None
    unaccompanied: bool | None = None
    gender: str | None = None
    exploitation: tuple[str, ...] = ()
    status: str | None = None
    documents: bool | None = None
    detained: bool | None = None
    detected_by: str | None = None
    stage: str = "detection"
    done: tuple[Done, ...] = ()
    consent: Mapping[str, bool | None] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    wishes: str | None = None
    destination: str | None = None
    risks: tuple[str, ...] | None = None
    dependants: int | None = None
    vulnerabilities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    start_date: date | None = None


_STATE_OF = {
    "reasonable-grounds-positive": "reasonable-grounds-positive",
    "reasonable-grounds-negative": "reasonable-grounds-negative",
    "confirmed": "confirmed",
    "refused": "refused",
}
_GROUP_OF = {"national": frozenset({"own"}), "eu-citizen": frozenset({"eu"}), "stateless": frozenset({"stateless"})}
_GRANTED = frozenset({"residence-permit-granted", "protection-granted"})
_RISK_OF = {"return-risk-unacceptable": "unacceptable", "return-risk-manageable": "manageable", "return-risk-none-found": "none-found"}
"""The worst finding counts."""


def age_group(profile: Profile) -> str | None:
    """Adult, child, disputed, or None for unknown: the age in years decides where it is given."""
    if profile.age is not None:
        return "child" if profile.age < 18 else "adult"
    return None if profile.age_group == "unknown" else profile.age_group


def is_child(profile: Profile, decisions: frozenset[str] = frozenset()) -> bool | None:
    """Whether the case is a child's: also where age is disputed, or unknown with a sign of minority (CETS 197 art. 10(3); Directive 2011/36
    art. 13(2)).

    An age decision taken (`done`) settles it.
    """
    if "age-child" in decisions:
        return True
    if "age-adult" in decisions:
        return False
    group = age_group(profile)
    if group == "disputed" or (group is None and profile.signs_of_minority):
        return True
    return None if group is None else group == "child"


def nationality_groups(nationality: tuple[str, ...], country: str) -> frozenset[str] | None:
    """Own, EU, non-EU or stateless, as seen from a country; own and EU go before the rest; None for unknown."""
    groups = set()
    for code in nationality:
        if code == "unknown":
            continue
        groups.add("own" if code == country else "stateless" if code == "stateless" else "eu" if code in FREE_MOVEMENT else "non-eu")
    for first in ("own", "eu"):
        if first in groups:
            return frozenset({first})
    return frozenset(groups) or None


def _status(profile: Profile, groups: frozenset[str] | None) -> str | None:
    if profile.status not in (None, "unknown"):
        return profile.status
    if groups == frozenset({"own"}):
        return "national"
    return "stateless" if groups == frozenset({"stateless"}) else None


def _claim(profile: Profile, status: str | None, decisions: frozenset[str]) -> str | None:
    if "protection-refused" in decisions and "protection-claim-lodged" not in decisions:
        return "refused"
    if status == "asylum-seeker" or "protection-claim-lodged" in decisions:
        return "pending"
    if "asylum" in profile.needs or (profile.risks is not None and "fears-return" in profile.risks):
        return "wanted"
    return "none" if status in _STAY_SECURED or status == "eu-citizen" or profile.risks is not None else None


def facts(profile: Profile) -> dict[str, Any]:
    """The facts of a case by the names of the vocabulary; unknown ones are left out."""
    decisions = frozenset(done.decision for done in profile.done)
    groups = nationality_groups(profile.nationality, profile.identified_in) or _GROUP_OF.get(profile.status or "")
    status = _status(profile, groups)
    free = groups == frozenset({"own"}) or (groups == frozenset({"eu"}) and profile.identified_in in FREE_MOVEMENT)
    child = is_child(profile, decisions)
    police = profile.consent.get("police")
    filed = True if "complaint-filed" in decisions else None
    found: dict[str, Any] = {
        "age_years": profile.age,
        "age_group": "child" if "age-child" in decisions else "adult" if "age-adult" in decisions else age_group(profile),
        "is_child": child,
        "days_to_majority": profile.days_to_majority,
        "unaccompanied": profile.unaccompanied,
        "gender": None if profile.gender == "unknown" else profile.gender,
        "exploitation": frozenset(profile.exploitation) or None,
        "nationality": frozenset(code for code in profile.nationality if code != "unknown") or None,
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
        **{
            f"consent.{name}": profile.consent.get(name)
            for name in ("referral", "formal_identification", "police", "share_data_cross_border", "return")
        },
        "wishes": profile.wishes,
        "risk": None if profile.risks is None else frozenset(profile.risks),
        "dependants": profile.dependants,
        "vulnerability": frozenset(profile.vulnerabilities) or None,
        "language": frozenset(profile.languages) or None,
        "need": frozenset(profile.needs),
        "identification_state": _identification(profile, decisions),
        "cooperation": True if filed else police,
        "complaint": filed,
        "criminal_proceedings": True if "criminal-proceedings-open" in decisions else None,
        "guardian_needed": child is True and _alone(profile) and "guardian-appointed" not in decisions,
        "returned": True if profile.returned_from else None,
        "guardian_appointed": True if "guardian-appointed" in decisions else None,
        "best_interests_return": True if "best-interests-return" in decisions else False if "best-interests-stay" in decisions else None,
        "return_risk": next((risk for decision, risk in _RISK_OF.items() if decision in decisions), None),
        "reception_confirmed": True if "reception-confirmed" in decisions else None,
        "plan_agreed": True if "plan-agreed" in decisions else None,
        "protection_claim": _claim(profile, status, decisions),
        "stay_secured": True if free or _GRANTED & decisions else None if status in _OPEN else status in _STAY_SECURED,
        "lawful_stay": True if free or _GRANTED & decisions else None if status in (None, "stateless", "eu-citizen") else status in _LAWFUL,
    }
    return {name: value for name, value in found.items() if value is not None}


def _alone(profile: Profile) -> bool:
    """Whether a child has nobody who may act for it: unaccompanied, not known to be accompanied, or with a family that is involved."""
    return profile.unaccompanied is not False or "family-involved" in (profile.risks or ()) or "child-guardianship" in profile.needs


def _identification(profile: Profile, decisions: frozenset[str]) -> str:
    """The last decision on her status that counts; without one she is presumed (somebody asks about her)."""
    for decision in ("refused", "confirmed", "reasonable-grounds-negative", "reasonable-grounds-positive"):
        if decision in decisions:
            return _STATE_OF[decision]
    return "presumed"


def seen_from(found: Mapping[str, Any], profile: Profile, country: str) -> dict[str, Any]:
    """The facts as another country sees them: its own national is a national there, and where in it she will live is not known."""
    groups = nationality_groups(profile.nationality, country)
    there = {
        name: value
        for name, value in found.items()
        if name not in ("region", "status", "nationality_group", "stay_secured", "lawful_stay", "detained")
    }
    if groups is not None:
        there["nationality_group"] = groups
    if groups == frozenset({"own"}):
        there |= {"status": "national", "stay_secured": True, "lawful_stay": True, "returned_from": profile.identified_in}
    elif groups == frozenset({"eu"}):
        there |= {"status": "eu-citizen"}
    return there
