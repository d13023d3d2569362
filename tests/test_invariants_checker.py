"""The invariants' checks can fail: an answer that is in order is broken in one place by hand, and the check for that place says so."""

from __future__ import annotations

from copy import deepcopy

import pytest
from invariants import INVARIANTS
from profiles import a_child, a_woman, somebody
from tiny import body, directory, does, stage, word

from pathways.planner import refer
from pathways.planner.prepared import Json

GR = directory(
    stage("safety", "immediate-safety", "crisis-accommodation", to=["report"]),
    stage("report", "preliminary-identification", "case-registration", "preliminary-identification", to=["identification"]),
    stage("identification", "formal-identification", "formal-identification"),
    stage("guardianship", "guardianship", "child-guardianship", track="parallel"),
    stage("help", "assistance", "case-management", "psychological-care", "legal-representation", track="parallel"),
    stage("justice", "justice-and-compensation", "criminal-investigation", track="parallel", consent=["police"]),
    word("cooperation", meets={"fact": "cooperation", "in": [True]}),
    body("gr-line", does("hotline"), contacts=[{"type": "phone", "value": "1"}]),
    body(
        "gr-home",
        does("crisis-accommodation"),
        does("case-management"),
        does("psychological-care"),
        does("return-counselling"),
        does("voluntary-return"),
    ),
    body("gr-adults", does("psychological-care", serves={"fact": "is_child", "in": [False]})),
    body("gr-north", does("psychological-care", territory=["GR-B"])),
    body("gr-price", does("psychological-care", requires=["cooperation"])),
    body(
        "gr-desk",
        does("case-registration"),
        does("preliminary-identification", role="decide"),
        does("formal-identification", role="decide"),
    ),
    body("gr-court", does("child-guardianship", role="decide"), kind="court"),
    body("gr-bar", does("legal-representation")),
    body(
        "gr-police",
        does("criminal-investigation", law_enforcement=True),
        does("preliminary-identification", role="decide", law_enforcement=True),
        kind="police",
    ),
    body(
        "al-home",
        does("return-risk-assessment"),
        does("reception-on-arrival"),
        does("reintegration-assistance"),
        does("post-return-monitoring"),
        does("hotline"),
    ),
)
ADULT = a_woman(in_="GR").exploited("sexual").agreeing("police").but(status="refugee").fearing()
CHILD = a_child(in_="GR").agreeing("police").but(status="refugee").fearing()
HOME = a_woman(in_="GR", from_="AL").exploited("sexual").but(documents=True).fearing().wishing_to_return("AL")
CRIME = ADULT.exploited("forced-criminality")


def answer_of(case) -> Json:
    return refer(GR, case.profile)


def told(name: str, case, answer: Json) -> list[str]:
    return INVARIANTS[name](GR, case.profile, answer)


def broken(case, mandate: str, function: str = "psychological-care", **said) -> Json:
    """An answer whose step for a function is another body's."""
    answer = deepcopy(answer_of(case))
    held = next(m for part in GR.parts.values() for b in part.stakeholders.values() for m in b.mandates if m.id.startswith(mandate))
    step = next(step for step in answer["steps"] if step["function"] == function)
    step.update({"function": held.function, "role": held.role, **said})
    step["stakeholder"].update(id=held.holder, country=held.country, kind=GR.stakeholder(held.holder).kind)
    step["because"][0].update(rule=held.id)
    return answer


@pytest.mark.parametrize("case", [ADULT, CHILD, HOME, CRIME, ADULT.refusing("referral"), ADULT.refusing("police")])
def test_an_answer_in_order_is_passed_by_every_check(case):
    assert {name: words for name in INVARIANTS if (words := told(name, case, answer_of(case)))} == {}


def test_police_without_consent():
    case = ADULT.refusing("police")
    assert any("has not agreed to the police" in words for words in told("consent", case, broken(case, "gr-police.criminal-investigation")))


def test_police_who_identify_beside_an_open_way():
    case = ADULT.refusing("police")
    answer = broken(
        case, "gr-police.preliminary-identification", "preliminary-identification", warnings=[{"code": "authority-is-police", "text": "…"}]
    )
    assert any("is open" in words for words in told("consent", case, answer))


def test_a_refusal_that_ends_at_nobody():
    case, answer = ADULT.refusing("police"), deepcopy(answer_of(ADULT.refusing("police")))
    answer["branches"] = [{**branch, "steps": []} for branch in answer["branches"]]
    assert any("ends at nobody" in words for words in told("consent", case, answer))


def test_what_takes_on_an_unknown_consent():
    case = ADULT.undecided_on("police")
    assert any("takes" in words for words in told("unknown", case, broken(case, "gr-police.criminal-investigation")))


def test_registration_against_her_will():
    case = ADULT.refusing("referral")
    assert told("refusal", case, broken(case, "gr-desk.case-registration"))


@pytest.mark.parametrize(("mandate", "words"), [("gr-adults", "does not serve"), ("gr-north", "covers"), ("gr-price", "requires")])
def test_a_body_that_does_not_serve(mandate, words):
    case = CHILD.but(region="GR-I").refusing("police")
    assert any(words in found for found in told("eligibility", case, broken(case, mandate)))


def test_help_with_a_price_without_a_finding():
    case = ADULT.undecided_on("police")
    assert any("R01" in words for words in told("unconditional", case, broken(case, "gr-price")))


def test_a_child_in_an_adults_place_or_without_a_guardian_or_with_one_too_late():
    assert any("adults only" in words for words in told("children", CHILD, broken(CHILD, "gr-adults")))
    answer = deepcopy(answer_of(CHILD))
    guardian = next(step for step in answer["steps"] if step["function"] == "child-guardianship")
    answer["steps"].remove(guardian)
    assert any("no guardian" in words for words in told("children", CHILD, answer))
    late = deepcopy(answer)
    late["steps"].append(guardian)
    assert any("before the guardian" in words for words in told("children", CHILD, late))


def test_a_journey_without_what_it_needs():
    answer = answer_of(HOME)
    for case in (HOME.refusing("return"), HOME.fearing("reprisals"), HOME.needing("asylum"), HOME.after("return-risk-unacceptable")):
        assert told("return", case, answer)
    for missing in ("return-risk-assessment", "reception-on-arrival"):
        short = deepcopy(answer)
        short["steps"] = [step for step in short["steps"] if step["function"] != missing]
        assert told("return", HOME, short)
    assert told("return", HOME, {**answer, "contacts_in_country_of_return": []})
    assert told("crossing", HOME.refusing("share_data_cross_border"), answer)


def test_a_need_that_is_forgotten_and_a_gap_without_a_reason():
    case = ADULT.needing("medical-care")
    answer = answer_of(case)
    assert told("explained", case, answer) == []
    assert told("explained", case, {**answer, "gaps": []})
    assert told("explained", case, {**answer, "gaps": [{**gap, "reason": ""} for gap in answer["gaps"]]})
    assert told("explained", case, {**answer, "complete": True})


def test_a_function_of_an_entered_stage_that_is_forgotten():
    answer = deepcopy(answer_of(ADULT))
    answer["steps"] = [step for step in answer["steps"] if step["function"] != "legal-representation"]
    for order, step in enumerate(answer["steps"], 1):
        step["order"] = order
    assert any("legal-representation" in words for words in told("explained", ADULT, answer))


def test_the_police_before_the_lawyer():
    answer = deepcopy(answer_of(CRIME))
    answer["steps"].sort(key=lambda step: step["function"] != "criminal-investigation")
    assert told("forced crime", CRIME, answer)


def test_a_step_without_a_source_or_a_source_that_is_nowhere():
    answer = deepcopy(answer_of(ADULT))
    answer["sources"].pop("gr-law")
    assert told("sourced", ADULT, answer)
    answer = deepcopy(answer_of(ADULT))
    for because in answer["steps"][0]["because"]:
        because["sources"] = []
    assert told("sourced", ADULT, answer)


def test_a_verdict_and_a_missing_emergency_number():
    case = somebody(in_="GR")
    answer = answer_of(case)
    assert told("no verdict", case, {**answer, "branches": [{"reason": "the person is not a victim"}]})
    assert told("no verdict", case, {**answer, "emergency": []})
