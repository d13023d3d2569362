"""Who may take a step and when: law enforcement and its exceptions, what a body requires, and on which day a deadline falls."""

from __future__ import annotations

from datetime import date

import pytest
from profiles import A, a_woman, days_later
from tiny import body, codes, directory, does, gaps, stage, step_of, steps, who, word

from pathways.planner import refer
from pathways.records import Record
from pathways.vocabulary import words

ON = date(2026, 11, 24)


def path(case: A, *things: list[Record], on: date = ON):
    return refer(directory(*things), case.profile, on)


SAFETY = stage("safety", "immediate-safety", "crisis-accommodation", to=["information"])
INFORMATION = stage("information", "information-and-consent", "rights-information", to=["identification"])
IDENTIFICATION = stage("identification", "formal-identification", "formal-identification")
ALL = body("gr-all", does("crisis-accommodation"), does("rights-information"), does("formal-identification", role="decide"))

# law enforcement -------------------------------------------------------------------------------------------------------------------------

POLICE_WHO_IDENTIFY = body(
    "gr-police", does("formal-identification", role="decide", law_enforcement=True, legal_basis="Law 1, art. 2"), kind="police"
)


@pytest.mark.parametrize(("agrees", "taken"), [(True, True), (None, False), (False, False)])
def test_the_police_identify_without_consent_to_the_police_only_where_she_agrees_to_be_identified(agrees, taken):
    case = a_woman(in_="GR").refusing("police").but(consent={"referral": True, "police": False, "formal_identification": agrees})
    answer = path(
        case,
        SAFETY,
        stage("identification", "formal-identification", "formal-identification"),
        POLICE_WHO_IDENTIFY,
        body("gr-home", does("crisis-accommodation")),
    )
    assert ("formal-identification" in steps(answer)) is taken
    if taken:
        assert "authority-is-police" in codes(answer, "formal-identification")
        assert any("Law 1, art. 2" in warning["text"] for warning in step_of(answer, "formal-identification")["warnings"])


def test_the_police_do_not_identify_where_another_way_is_open():
    other = body("gr-z-council", does("formal-identification", role="decide"))
    case = a_woman(in_="GR").refusing("police")
    assert who(path(case, IDENTIFICATION, POLICE_WHO_IDENTIFY, other), "formal-identification") == "gr-z-council"


def test_danger_to_life_calls_the_police_without_consent_and_says_so():
    protect = body("gr-police", does("police-protection", law_enforcement=True), kind="police")
    case = a_woman(in_="GR").refusing("police").needing("police-protection")
    assert codes(path(case.fearing("immediate-danger"), SAFETY, ALL, protect), "police-protection") >= {"danger-to-life"}
    assert "police-protection" not in steps(path(case.fearing("reprisals"), SAFETY, ALL, protect))


def test_a_body_that_must_report_says_so_with_its_law():
    inspector = body("gr-inspector", does("detection", law_enforcement=True, duty="Law 7, art. 1"), kind="labour-inspectorate")
    answer = path(a_woman(in_="GR").found_by("labour-inspectorate"), SAFETY, ALL, inspector)
    assert any(warning["code"] == "duty-to-report" and "Law 7, art. 1" in warning["text"] for warning in answer["steps"][0]["warnings"])


@pytest.mark.parametrize(("status", "warned"), [("third-country-irregular", True), (None, True), ("third-country-regular", False)])
def test_that_somebody_without_a_right_to_stay_can_be_detained_is_said_unless_she_is_known_to_have_one(status, warned):
    case = a_woman(in_="GR").but(status=status).agreeing("police")
    answer = path(case, IDENTIFICATION, POLICE_WHO_IDENTIFY)
    assert ("detention" in codes(answer, "formal-identification")) is warned
    assert "law-enforcement" in codes(answer, "formal-identification")


def test_who_acts_in_the_criminal_case_is_law_enforcement_whatever_its_kind():
    office = body("gr-office", does("formal-identification", role="decide", law_enforcement=True), kind="competent-authority")
    answer = path(a_woman(in_="GR").agreeing("police"), IDENTIFICATION, office)
    assert {"law-enforcement", "detention"} <= codes(answer, "formal-identification")


def test_a_contact_that_has_happened_is_not_warned_of():
    officer = body("gr-police", does("detection", law_enforcement=True), kind="police")
    answer = path(a_woman(in_="GR").found_by("police"), SAFETY, ALL, officer)
    assert not codes(answer, "detection") & set(words("consequences"))


# requirements ----------------------------------------------------------------------------------------------------------------------------


def test_a_requirement_is_met_by_an_earlier_step_and_orders_the_two():
    need = word("registered", met_by=["case-registration"])
    help_ = stage("help", "assistance", "case-registration", "material-assistance", track="parallel")
    money = body("gr-money", does("material-assistance", requires=["registered"]))
    answer = path(a_woman(in_="GR"), help_, need, money, body("gr-desk", does("case-registration")))
    assert steps(answer).index("case-registration") < steps(answer).index("material-assistance")
    assert "material-assistance" in gaps(path(a_woman(in_="GR"), help_, need, money))


def test_a_requirement_that_a_decision_meets_stands_after_that_decision():
    need = word("confirmed", meets={"fact": "identification_state", "in": ["confirmed"]})
    help_ = stage("help", "assistance", "material-assistance", track="parallel")
    money = body("gr-money", does("material-assistance", requires=["confirmed"]))
    answer = path(a_woman(in_="GR"), SAFETY, INFORMATION, IDENTIFICATION, help_, need, ALL, money)
    assert steps(answer).index("formal-identification") < steps(answer).index("material-assistance")
    assert who(path(a_woman(in_="GR").but(stage="assistance").after("confirmed"), help_, need, money), "material-assistance") == "gr-money"


def test_what_stands_on_the_main_line_waits_for_a_step_beside_it_that_it_requires():
    need = word("advised", met_by=["legal-counselling"])
    report = stage("report", "information-and-consent", "case-registration")
    help_ = stage("help", "assistance", "legal-counselling", track="parallel")
    desk = body("gr-desk", does("case-registration", requires=["advised"]))
    answer = path(a_woman(in_="GR"), report, help_, need, desk, body("gr-bar", does("legal-counselling")))
    assert steps(answer) == ["legal-counselling", "case-registration"]


def test_a_function_that_must_be_sure_is_not_offered_on_the_unknown():
    exit_ = stage("stay", "right-to-stay", "exit-pathway", track="parallel")
    state = body("gr-state", does("exit-pathway"))
    assert "exit-pathway" not in steps(path(a_woman(in_="GR"), SAFETY, exit_, ALL, state))
    assert "exit-pathway" in steps(path(a_woman(in_="GR").wishing_to_stay(), SAFETY, exit_, ALL, state))


def test_help_that_asks_for_cooperation_is_routed_around_and_where_it_cannot_be_a_finding_says_so():
    need = word("cooperation", meets={"fact": "cooperation", "in": [True]})
    asking = body("gr-a", does("crisis-accommodation", requires=["cooperation"]))
    case = a_woman(in_="GR").refusing("police")
    assert who(path(case, SAFETY, need, asking, body("gr-z", does("crisis-accommodation"))), "crisis-accommodation") == "gr-z"
    answer = path(case, SAFETY, need, asking)
    assert "crisis-accommodation" in gaps(answer)
    assert "R01" in [finding["rule"] for finding in answer["findings"]]


def test_an_alternative_says_its_own_conditions_such_as_that_she_lives_in_the_centre():
    lives, papers = word("resident", housed=True, or_else="lives in the centre"), word("papers", or_else="has papers")
    help_ = stage("help", "assistance", "safe-accommodation", "legal-counselling", "medical-care", track="parallel")
    centre = body("gr-centre", does("safe-accommodation"), does("legal-counselling", requires=["papers", "resident"]))
    case = a_woman(in_="GR").needing("safe-accommodation", "legal-counselling", "medical-care")
    things = (
        SAFETY,
        ALL,
        help_,
        lives,
        papers,
        centre,
        body("gr-z-house", does("safe-accommodation", as_of=2019), does("medical-care", requires=["resident"]), specialised=True),
    )
    answer = refer(directory(*things), case.profile, ON, alternatives=3)
    (other,) = answer["alternatives"]

    def conditions(path):
        (told,) = [warning["text"] for warning in step_of(path, "legal-counselling")["warnings"] if warning["code"] == "conditional"]
        return [words in told for words in ("has papers", "lives in the centre")]

    assert [who(path, "safe-accommodation") for path in (answer, other)] == ["gr-z-house", "gr-centre"]
    assert [conditions(path) for path in (answer, other)] == [[True, True], [True, False]]


# deadlines -------------------------------------------------------------------------------------------------------------------------------


def deadline(duration: str, **said):
    return {"duration": duration, "calendar": "calendar", "bound": "target", "what": "an answer", "event": "case", **said}


def test_a_stages_deadline_stands_at_its_decision_and_one_with_a_function_at_that_functions_step():
    both = [deadline("P5D", what="the decision"), deadline("P1D", what="information", function="rights-information")]
    own = stage("identification", "formal-identification", "rights-information", "formal-identification", deadlines=both)
    answer = path(a_woman(in_="GR"), own, ALL)
    assert [d["what"] for d in step_of(answer, "formal-identification")["deadlines"]] == ["the decision"]
    assert [d["what"] for d in step_of(answer, "rights-information")["deadlines"]] == ["information"]


def test_a_deadline_is_for_whom_where_and_when_it_says():
    limits = [
        deadline("P1D", what="children", when={"fact": "is_child", "in": [True]}),
        deadline("P2D", what="the north", territory=["GR-B"]),
        deadline("P3D", what="ended", valid_to="2025"),
        deadline("P4D", what="all"),
    ]
    own = stage("identification", "formal-identification", "formal-identification", deadlines=limits)
    assert [d["what"] for d in step_of(path(a_woman(in_="GR").but(region="GR-I"), own, ALL), "formal-identification")["deadlines"]] == [
        "all"
    ]


@pytest.mark.parametrize(
    ("start", "duration", "calendar", "falls"),
    [
        ("2026-11-24", "P5D", "calendar", "2026-11-29"),
        ("2026-11-24", "P5D", "working", "2026-12-01"),
        ("2026-12-23", "P2D", "working", "2026-12-28"),
        ("2026-01-31", "P1M", "calendar", "2026-02-28"),
        ("2026-11-24", "PT24H", "calendar", "2026-11-25"),
    ],
)
def test_deadlines_fall_on_the_working_days_of_the_country(start, duration, calendar, falls):
    own = stage("identification", "formal-identification", "formal-identification", deadlines=[deadline(duration, calendar=calendar)])
    answer = path(a_woman(in_="GR").but(start_date=start), own, ALL, on=date.fromisoformat(start))
    (found,) = step_of(answer, "formal-identification")["deadlines"]
    assert (found["date"], found["duration"]) == (falls, duration)


def test_a_day_of_the_law_is_not_the_day_on_which_the_clock_starts():
    own = stage("identification", "formal-identification", "formal-identification", deadlines=[deadline("P1D")])
    answer = path(a_woman(in_="GR").but(start_date=days_later(10)), own, ALL, on=ON)
    assert answer["as_of"] == ON.isoformat()
    assert step_of(answer, "formal-identification")["deadlines"][0]["date"] == days_later(11)


def test_a_need_that_is_met_in_the_country_of_return_is_read_by_that_countrys_words():
    here = body("gr-home", does("return-counselling"), does("return-risk-assessment"), does("voluntary-return"))
    there = body("al-home", does("reception-on-arrival"), does("safe-accommodation", requires=["with-mother"]))
    need = word("with-mother", in_="AL", or_else="with her mother")
    case = a_woman(in_="GR", from_="AL").but(documents=True).fearing().wishing_to_return("AL").needing("safe-accommodation")
    answer = path(case, SAFETY, ALL, here, need, there)
    assert who(answer, "safe-accommodation") == "al-home"
    assert "conditional" in codes(answer, "safe-accommodation")
