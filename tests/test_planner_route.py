"""The route's rules, each on a mechanism of a few lines: stages passed through or shut, the unknown, refusals, lanes, places, days."""

from __future__ import annotations

from datetime import date

import pytest
from profiles import A, a_child, a_woman, somebody
from tiny import body, codes, directory, does, gaps, stage, step_of, steps, who

from pathways.planner import refer
from pathways.records import Record

ON = date(2026, 11, 24)
WOMEN = {"fact": "gender", "in": ["female"]}


def path(case: A, *things: list[Record], on: date = ON):
    return refer(directory(*things), case.profile, on)


# stages ----------------------------------------------------------------------------------------------------------------------------------

SAFETY = stage("safety", "immediate-safety", "crisis-accommodation", to=["information"])
INFORMATION = stage("information", "information-and-consent", "rights-information", to=["identification"])
IDENTIFICATION = stage("identification", "formal-identification", "formal-identification")
ALL = body("gr-all", does("crisis-accommodation"), does("rights-information"), does("formal-identification", role="decide"))


def test_the_main_line_is_followed_in_its_order():
    assert steps(path(a_woman(in_="GR"), SAFETY, INFORMATION, IDENTIFICATION, ALL)) == [
        "crisis-accommodation",
        "rights-information",
        "formal-identification",
    ]


def test_a_stage_that_does_not_apply_is_passed_through_and_what_it_leads_to_is_reached():
    men_only = stage(
        "information", "information-and-consent", "rights-information", to=["identification"], applies={"fact": "gender", "in": ["male"]}
    )
    assert steps(path(a_woman(in_="GR"), SAFETY, men_only, IDENTIFICATION, ALL)) == ["crisis-accommodation", "formal-identification"]


def test_a_stage_whose_gate_is_shut_is_not_entered_and_leads_nowhere():
    shut = stage(
        "information", "information-and-consent", "rights-information", to=["identification"], gate={"fact": "gender", "in": ["male"]}
    )
    assert steps(path(a_woman(in_="GR"), SAFETY, shut, IDENTIFICATION, ALL)) == ["crisis-accommodation"]


def test_a_way_whose_condition_fails_is_not_open():
    ways = [{"to": "identification", "when": {"fact": "gender", "in": ["male"]}}]
    assert "formal-identification" not in steps(
        path(a_woman(in_="GR"), stage("safety", "immediate-safety", "crisis-accommodation", to=ways), IDENTIFICATION, ALL)
    )


def test_a_branch_is_not_walked_as_if_it_were_the_way_on():
    ways = [{"to": "review", "outcome": "refused"}]
    review = stage("review", "decision-review", "decision-review")
    answer = path(
        a_woman(in_="GR"),
        stage("identification", "formal-identification", "formal-identification", to=ways),
        review,
        ALL,
        body("gr-court", does("decision-review", role="decide")),
    )
    assert steps(answer) == ["formal-identification"]
    refused = next(branch for branch in answer["branches"] if branch["at"] == "identification")
    assert refused["if"] == "refused" and [step["stakeholder"]["id"] for step in refused["steps"]] == ["gr-court"]


def test_a_gate_that_gives_opens_on_the_unknown_and_asks():
    gate = {"fact": "dependants", "at_least": 1}
    answer = path(a_woman(in_="GR"), stage("safety", "immediate-safety", "crisis-accommodation", gate=gate), ALL)
    assert steps(answer) == ["crisis-accommodation"]
    assert "dependants" in [ask["fact"] for ask in answer["ask_next"]]


@pytest.mark.parametrize("said", [None, False])
def test_a_gate_that_takes_stays_shut_on_the_unknown_as_on_a_no(said):
    justice = stage("justice", "justice-and-compensation", "criminal-investigation", track="parallel", consent=["police"])
    police = body("gr-police", does("criminal-investigation", law_enforcement=True), kind="police")
    case = a_woman(in_="GR").but(consent={"referral": True, "police": said})
    answer = path(case, SAFETY, justice, police, ALL)
    assert "criminal-investigation" not in steps(answer)
    branch = next(branch for branch in answer["branches"] if branch["at"] == "justice")
    assert "criminal-investigation" in branch["reason"] and branch["steps"][0]["stakeholder"]["id"] == "gr-all"
    assert "criminal-investigation" in steps(path(case.agreeing("police"), SAFETY, justice, police, ALL))


def test_a_case_that_stands_later_starts_there_and_keeps_what_runs_beside():
    help_ = stage("help", "assistance", "psychological-care", track="parallel")
    case = a_woman(in_="GR").but(stage="formal-identification")
    answer = path(case, SAFETY, INFORMATION, IDENTIFICATION, help_, ALL, body("gr-care", does("psychological-care")))
    assert steps(answer) == ["formal-identification", "psychological-care"]


def test_a_stage_of_another_place_is_passed_through():
    north = stage("safety", "immediate-safety", "crisis-accommodation", to=["information"], territory=["GR-B"])
    assert "crisis-accommodation" not in steps(path(a_woman(in_="GR").but(region="GR-I"), north, INFORMATION, ALL))
    assert "crisis-accommodation" in steps(path(a_woman(in_="GR").but(region="GR-B"), north, INFORMATION, ALL))
    assert "crisis-accommodation" in steps(path(a_woman(in_="GR"), north, INFORMATION, ALL)), "the place is not known"


def test_a_stage_counts_only_on_the_days_on_which_it_is_law():
    old = stage("safety", "immediate-safety", "crisis-accommodation", to=["information"], valid_to="2025-06")
    assert "crisis-accommodation" in steps(path(a_woman(in_="GR"), old, INFORMATION, ALL, on=date(2025, 6, 30)))
    assert "crisis-accommodation" not in steps(path(a_woman(in_="GR"), old, INFORMATION, ALL, on=date(2025, 7, 1)))


def test_a_body_and_a_mandate_count_only_on_their_days():
    body_ = body("gr-new", does("crisis-accommodation", valid_from="2026-12"))
    assert who(path(a_woman(in_="GR"), SAFETY, body_, on=date(2026, 12, 1)), "crisis-accommodation") == "gr-new"
    answer = path(a_woman(in_="GR"), SAFETY, body_, on=date(2026, 11, 30))
    assert "in-force" in gaps(answer)["crisis-accommodation"]


def test_a_function_is_a_step_once_at_the_first_stage_that_lists_it():
    again = stage("help", "assistance", "crisis-accommodation", "psychological-care", track="parallel")
    answer = path(a_woman(in_="GR"), SAFETY, again, ALL, body("gr-care", does("psychological-care")))
    assert steps(answer).count("crisis-accommodation") == 1
    assert step_of(answer, "crisis-accommodation")["stage"] == "safety"


def test_what_its_first_stage_cannot_give_a_later_one_gives():
    later = stage("help", "assistance", "crisis-accommodation", track="parallel")
    only_after = body("gr-late", does("crisis-accommodation", serves={"fact": "identification_state", "in": ["confirmed"]}))
    decider = body("gr-who", does("formal-identification", role="decide"))
    answer = path(
        a_woman(in_="GR"),
        stage("safety", "immediate-safety", "crisis-accommodation", to=["identification"]),
        IDENTIFICATION,
        later,
        only_after,
        decider,
    )
    assert who(answer, "crisis-accommodation") == "gr-late"


# entry -----------------------------------------------------------------------------------------------------------------------------------

LINE = body("gr-line", does("hotline"), kind="hotline")
STREET = body("gr-street", does("outreach"), does("detection"))
POLICE = body("gr-police", does("detection", law_enforcement=True), kind="police")


@pytest.mark.parametrize(
    ("by", "body_id"),
    [("self", "gr-line"), ("hotline", "gr-line"), ("ngo", "gr-street"), ("police", "gr-police"), ("gr-street", "gr-street")],
)
def test_the_first_contact_is_the_body_that_noticed_her(by, body_id):
    answer = path(a_woman(in_="GR").found_by(by), SAFETY, ALL, LINE, STREET, POLICE)
    assert answer["steps"][0]["stakeholder"]["id"] == body_id
    assert sum(name in ("hotline", "detection", "outreach") for name in steps(answer)) == 1


def test_the_police_as_the_first_contact_carry_a_warning():
    answer = path(a_woman(in_="GR").found_by("police").refusing("police"), SAFETY, ALL, POLICE)
    assert codes(answer, "detection") & {"authority-is-police", "duty-to-report"}


def test_nobody_is_sent_to_a_police_line_because_no_other_is_known():
    police_line = body("gr-police", does("hotline", law_enforcement=True), kind="police")
    assert "hotline" not in steps(path(somebody(in_="GR"), SAFETY, ALL, police_line))


def test_an_adult_who_refuses_referral_is_told_of_a_line_that_is_not_the_polices():
    case = a_woman(in_="GR").found_by("ngo").refusing("referral")
    assert "hotline" in steps(path(case, SAFETY, ALL, STREET, LINE))


# needs, owed functions, gaps -------------------------------------------------------------------------------------------------------------


def test_a_need_that_no_stage_lists_stands_at_its_home():
    answer = path(a_woman(in_="GR").needing("social-counselling"), SAFETY, ALL, body("gr-talk", does("social-counselling")))
    assert step_of(answer, "social-counselling")["canonical_stage"] == "assistance"


def test_a_need_that_nobody_meets_is_a_gap_with_its_reason_and_the_nearest_miss():
    answer = path(
        a_woman(in_="GR").needing("medical-care"),
        SAFETY,
        ALL,
        body("gr-men", does("medical-care", serves={"fact": "gender", "in": ["male"]})),
    )
    gap = next(gap for gap in answer["gaps"] if gap["function"] == "medical-care")
    assert [(miss["stakeholder"], miss["fails"]) for miss in gap["nearest"]] == [("gr-men", ["gender"])]
    assert "gender" in gap["reason"] and gap["fallback"]["stakeholder"]["id"] == "gr-all"
    assert answer["complete"] is False


def test_a_path_without_a_gap_is_complete():
    assert path(a_woman(in_="GR").but(status="refugee"), SAFETY, ALL)["complete"] is True


@pytest.mark.parametrize("alone", [True, None])
def test_a_child_who_is_alone_or_not_known_to_be_accompanied_has_a_guardian_before_any_decision(alone):
    guardian = body("gr-court", does("child-guardianship", role="decide"))
    case = a_child(in_="GR", alone=alone)
    answer = path(case, SAFETY, INFORMATION, IDENTIFICATION, ALL, guardian)
    assert steps(answer).index("child-guardianship") < steps(answer).index("formal-identification")
    without = path(case, SAFETY, INFORMATION, IDENTIFICATION, ALL)
    assert without["gaps"][0]["function"] == "child-guardianship"
    assert "crisis-accommodation" in steps(without), "help goes on"


def test_a_guardian_already_appointed_is_not_appointed_again():
    guardian = body("gr-court", does("child-guardianship", role="decide"))
    assert "child-guardianship" not in steps(path(a_child(in_="GR").after("guardian-appointed"), SAFETY, ALL, guardian))


def test_where_crime_was_forced_a_lawyer_acts_before_the_police():
    police = body("gr-police", does("criminal-investigation", law_enforcement=True), kind="police")
    justice = stage("justice", "justice-and-compensation", "criminal-investigation", track="parallel", consent=["police"], to=["help"])
    help_ = stage("help", "assistance", "legal-representation", track="parallel")
    lawyer = body("gr-bar", does("legal-representation"))
    order = steps(path(a_woman(in_="GR").exploited("forced-criminality").agreeing("police"), SAFETY, justice, help_, ALL, police, lawyer))
    assert order.index("legal-representation") < order.index("criminal-investigation")


# lanes and order -------------------------------------------------------------------------------------------------------------------------


def test_what_runs_beside_the_main_line_does_not_wait_for_it():
    help_ = stage("help", "assistance", "psychological-care", track="parallel", gate={"fact": "gender", "in": ["female"]})
    shut = stage("safety", "immediate-safety", "crisis-accommodation", gate={"fact": "gender", "in": ["male"]})
    answer = path(a_woman(in_="GR"), shut, help_, ALL, body("gr-care", does("psychological-care")))
    assert [(step["function"], step["track"]) for step in answer["steps"]] == [("psychological-care", "parallel")]


def test_a_protection_claim_that_is_wanted_is_a_lane_of_its_own():
    claim = stage("asylum", "international-protection", "asylum", track="parallel")
    office = body("gr-asylum", does("asylum", role="decide"), kind="asylum-authority")
    assert "asylum" in steps(path(a_woman(in_="GR").fearing("fears-return"), SAFETY, claim, ALL, office))
    assert "asylum" in gaps(path(a_woman(in_="GR").fearing("fears-return"), SAFETY, claim, ALL))
    assert "asylum" not in steps(path(a_woman(in_="GR").fearing(), SAFETY, claim, ALL, office))


def test_each_ground_for_a_right_to_stay_is_a_step_of_its_own():
    grounds = [
        body(f"gr-{name}", does("residence-permit", role="decide", ground=name)) for name in ("cooperation-permit", "personal-permit")
    ]
    case = a_woman(in_="GR").wishing_to_stay().but(status="third-country-irregular")
    answer = path(case, SAFETY, stage("stay", "right-to-stay", "residence-permit", track="parallel"), ALL, *grounds)
    assert {step["ground"] for step in answer["steps"] if step["function"] == "residence-permit"} == {
        "cooperation-permit",
        "personal-permit",
    }


def test_only_what_fits_the_person_is_offered():
    school = body("gr-school", does("vocational-training"), does("crisis-accommodation"))
    lane = stage("inclusion", "inclusion", "vocational-training", track="parallel")
    assert "vocational-training" not in steps(path(a_child(in_="GR", aged=12), SAFETY, lane, school))
    assert "vocational-training" in steps(path(a_woman(in_="GR"), SAFETY, lane, school))
    assert "crisis-accommodation" not in steps(path(a_woman(in_="GR").but(detained=True), SAFETY, school))
