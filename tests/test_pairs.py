"""All 132 ordered pairs of the twelve countries, an adult and an unaccompanied child who wish to go home.

A path home, or a gap with its reason that agrees with the research on that pair; and never a step of the journey without consent, a risk
assessment, a confirmed reception and contacts in the country of return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from pathways import vocabulary
from pathways.directory import Directory
from pathways.planner import refer
from pathways.profile import FREE_MOVEMENT, Done, Profile

PAIRS = list(permutations(vocabulary.words("countries"), 2))
ALL_CONSENTS = dict.fromkeys(("referral", "formal_identification", "police", "share_data_cross_border", "return"), True)
PAPERS = {"travel-documents", "consular-assistance"}
JOURNEY = {"voluntary-return", "transit-assistance", "reception-on-arrival", "reintegration-assistance", "post-return-monitoring"}
AWAY = ("transnational", "post-return")

pytestmark = pytest.mark.parametrize(("origin", "destination"), PAIRS, ids=["-".join(pair) for pair in PAIRS])


def an_adult(origin: str, destination: str, **said: Any) -> Profile:
    """A woman of 30 who wishes to go home, has agreed to all of it, has no papers and fears nothing."""
    status = "eu-citizen" if origin in FREE_MOVEMENT and destination in FREE_MOVEMENT else "third-country-irregular"
    known = Profile(
        identified_in=origin,
        destination=destination,
        nationality=(destination,),
        age=30,
        gender="female",
        exploitation=("sexual",),
        status=status,
        documents=False,
        consent=ALL_CONSENTS,
        wishes="return",
        risks=(),
        start_date=date(2026, 11, 24),
    )
    return replace(known, **said)


def a_child(origin: str, destination: str, *decided: str, **said: Any) -> Profile:
    """A girl of 15 without her family, and what was decided about her."""
    return replace(an_adult(origin, destination), age=15, unaccompanied=True, done=tuple(Done(word) for word in decided), **said)


def answered(directory: Directory, profile: Profile) -> dict[str, Any]:
    """The answer, without other ways."""
    return refer(directory, profile, alternatives=0)


def journey(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a journey and its papers; a promise of reception is not one of them, but what they wait for."""
    for step in answer["steps"]:
        if step["phase"] in AWAY and step["function"] in PAPERS | JOURNEY and step["canonical_stage"] != "reception-confirmation":
            yield step


def first(answer: dict[str, Any], **wanted: str) -> int | None:
    """The place of the first step with these values."""
    return next((step["order"] for step in answer["steps"] if all(step[key] == value for key, value in wanted.items())), None)


def assert_nothing_moves_too_early(answer: dict[str, Any], child: bool) -> None:
    """Risk assessed before everything, reception confirmed before anybody travels; for a child before papers too, for an adult's papers at
    least somewhere on the path (design document "domain": what opens travel documents)."""
    assessed = first(answer, function="return-risk-assessment")
    confirmed = first(answer, canonical_stage="reception-confirmation")
    for step in journey(answer):
        what = f"{step['function']} by {step['stakeholder']['id']}"
        assert assessed is not None and assessed < step["order"], f"{what} before the risk was assessed"
        assert confirmed is not None, f"{what}, and nobody confirms reception"
        assert confirmed < step["order"] or (step["function"] in PAPERS and not child), f"{what} before reception was confirmed"
        assert answer["contacts_in_country_of_return"], f"{what} without contacts in the country of return"


def assert_goes_on_or_says_why(answer: dict[str, Any]) -> None:
    """A journey, or the reason why there is none, with what it lacks as gaps; and help where she is either way."""
    stopped = answer["corridor"]["stopped"]
    travels = first(answer, function="voluntary-return") is not None
    assert travels is not bool(stopped)
    assert all(gap["reason"] for gap in answer["gaps"])
    assert stopped is None or "voluntary-return" in {gap["function"] for gap in answer["gaps"]}
    assert any(step["phase"] not in AWAY for step in answer["steps"])


def assert_agrees_with_the_research(directory: Directory, answer: dict[str, Any], origin: str, destination: str) -> None:
    """The state of the pair as the research has it; since no channel of a pair is shown alive, always a gap that says so."""
    corridor = directory.cross_border.corridors[origin, destination]
    assert answer["corridor"]["state"] == corridor.state
    assert answer["corridor"]["note"] == corridor.note
    expected = (
        "a channel between the two countries is documented" if corridor.state == "documented" else "no channel of this pair is documented"
    )
    reasons = [gap["reason"] for gap in answer["gaps"] if gap["function"] == "transnational-contact-point"]
    assert any(expected in reason and corridor.note in reason for reason in reasons)
    assert not answer["complete"]


def test_an_adult_goes_home_or_is_told_why_not(directory: Directory, origin: str, destination: str) -> None:
    answer = answered(directory, an_adult(origin, destination))
    assert_nothing_moves_too_early(answer, child=False)
    assert_goes_on_or_says_why(answer)
    assert_agrees_with_the_research(directory, answer, origin, destination)


def test_a_child_with_a_decision_for_return_goes_home_or_is_told_why_not(directory: Directory, origin: str, destination: str) -> None:
    answer = answered(directory, a_child(origin, destination, "best-interests-return"))
    assert_nothing_moves_too_early(answer, child=True)
    assert_goes_on_or_says_why(answer)
    assert_agrees_with_the_research(directory, answer, origin, destination)
    guarded = first(answer, function="child-guardianship")
    assert guarded is not None or "child-guardianship" in {gap["function"] for gap in answer["gaps"]}
    assert all(guarded is None or guarded < step["order"] for step in journey(answer))


def test_a_child_travels_with_an_escort_and_to_somebody_who_receives_her(directory: Directory, origin: str, destination: str) -> None:
    answer = answered(directory, a_child(origin, destination, "best-interests-return"))
    taken = {step["function"] for step in journey(answer)}
    assert "voluntary-return" not in taken or {"transit-assistance", "reception-on-arrival"} <= taken


@pytest.mark.parametrize("decided", [(), ("best-interests-stay",)], ids=["undecided", "decided-to-stay"])
def test_a_child_without_a_decision_for_return_stays_and_is_helped(
    directory: Directory, origin: str, destination: str, decided: tuple[str, ...]
) -> None:
    answer = answered(directory, a_child(origin, destination, *decided))
    assert not list(journey(answer))
    assert "R11" in answer["corridor"]["stopped"]
    assert_goes_on_or_says_why(answer)
    assert_agrees_with_the_research(directory, answer, origin, destination)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"consent": {**ALL_CONSENTS, "return": False}}, ["refused"]),
        ({"consent": {**ALL_CONSENTS, "return": None}}, ["not agreed to return"]),
        ({"consent": {**ALL_CONSENTS, "share_data_cross_border": False}}, ["R26", "R12"]),
        ({"risks": ("trafficker-in-destination",)}, ["trafficker-in-destination"]),
        ({"risks": ("fears-return",)}, ["R13"]),
        ({"done": (Done("return-risk-unacceptable"),)}, ["found unacceptable"]),
    ],
    ids=["refused", "not-asked", "no-data-across", "trafficker-there", "fears-return", "risk-unacceptable"],
)
def test_nobody_is_moved_against_her_will_or_into_danger(
    directory: Directory, origin: str, destination: str, said: dict[str, Any], why: list[str]
) -> None:
    answer = answered(directory, an_adult(origin, destination, **said))
    assert not list(journey(answer))
    assert any(word in answer["corridor"]["stopped"] for word in why)
    assert_goes_on_or_says_why(answer)


def test_who_refuses_the_police_is_not_handed_to_them_on_the_way_home(directory: Directory, origin: str, destination: str) -> None:
    answer = answered(directory, an_adult(origin, destination, consent={**ALL_CONSENTS, "police": False}))
    on_the_way = [step for step in answer["steps"] if step["phase"] in AWAY]
    met = [body for step in on_the_way for body in (step["stakeholder"], *(beside["stakeholder"] for beside in step["with"]))]
    assert not {body["id"] for body in met if body["kind"] in ("police", "border-guard")}


def test_the_pairs_are_as_the_research_counts_them(directory: Directory, origin: str, destination: str) -> None:
    assert (origin, destination) in directory.cross_border.corridors
    if (origin, destination) == PAIRS[0]:
        states = Counter(corridor.state for corridor in directory.cross_border.corridors.values())
        assert states == {"documented": 6, "network-only": 36, "none-found": 90}
