"""Each measure on a mechanism of a few lines, where the right value can be seen."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from tiny import body, directory, does, stage, word

from pathways.directory import Directory
from pathways.measures import pairs, people, structure
from pathways.measures.analysis import Analysis, analysis
from pathways.measures.change import State, difference, scratch
from pathways.measures.compare import side_by_side
from pathways.measures.descriptions import describe
from pathways.measures.diagrams import Universe
from pathways.measures.gaps import findings, percent, summary
from pathways.measures.report import Report
from pathways.measures.resilience import closings
from pathways.measures.space import profile_of
from pathways.measures.views import PUBLISHED, Cases, Counted, published
from pathways.measures.what_if import Changes, applied
from pathways.measures.words import in_words
from pathways.planner import refer
from pathways.profile import Profile
from pathways.records import Record

DAY = date(2026, 11, 24)
WOMEN = {"fact": "gender", "in": ["female"]}
CHILDREN = {"fact": "is_child", "in": [True]}
ADULTS = {"fact": "is_child", "in": [False]}
LINE = body("gr-line", does("hotline"))
FOUND = stage("found", "detection", "hotline", to=["help"])
HELP = stage("help", "assistance", "safe-accommodation")


def of(*things: list[Record]) -> Analysis:
    return Analysis(directory(FOUND, LINE, *things), "GR", DAY)


def test_1_a_house_for_women_covers_the_quarter_who_are_and_for_certain_no_one_else():
    figure = people.place_coverage(of(HELP, body("gr-house", does("safe-accommodation", serves=WOMEN))))
    assert figure.value == 0.5, "women, and those whose sex is not known: a house may turn out right"
    assert figure.lower == 0.25
    assert figure.upper == 1.0, "nothing says that there is no other house"
    assert figure.unknown == 0.75
    assert figure.slices["gender"] == {"Female": 1.0, "Male": 0.0, "Other": 0.0, "Unknown": 1.0}
    assert figure.numerator == ("gr-house",)


def test_1_what_a_source_says_to_be_absent_is_not_taken_for_unknown():
    absent = [
        Record(
            "gap",
            "GR:gap-01",
            "GR",
            {
                "id": "gap-01",
                "gap": "No house for men",
                "functions": ["safe-accommodation"],
                "when": {"fact": "gender", "in": ["male"]},
                "sources": ["gr-law"],
            },
        )
    ]
    figure = people.place_coverage(of(HELP, absent, body("gr-house", does("safe-accommodation", serves=WOMEN))))
    assert figure.upper == 0.75, "all but men: of those whose sex is not known the house may serve"


def no_house(**said: object) -> list[Record]:
    """A gap of the research: no house."""
    return [
        Record(
            "gap",
            "GR:gap-01",
            "GR",
            {"id": "gap-01", "gap": "No house", "functions": ["safe-accommodation"], "sources": ["gr-law"], **said},
        )
    ]


@pytest.mark.parametrize(
    ("said", "evidence", "upper"),
    [
        ({}, "stated-absent", 0),
        ({"evidence": "not-found"}, "not-found", 1),
        ({"when": {"fact": "vulnerability", "in": ["disability"]}}, "not-found", 1),
        ({"when": CHILDREN}, "partly-stated", pytest.approx(3 / 7)),
    ],
)
def test_only_what_a_source_states_for_certain_of_somebody_is_told_as_stated(said, evidence, upper):
    found = of(HELP, no_house(**said))
    (finding,) = [finding for finding in findings(found) if finding.function == "safe-accommodation"]
    assert (finding.evidence, bool(finding.stated)) == (evidence, evidence != "not-found")
    assert people.place_coverage(found).upper == upper
    case = Profile(identified_in="GR", age_group="child", consent={"referral": True})
    (gap,) = [gap for gap in refer(directory(FOUND, LINE, HELP, no_house(**said)), case)["gaps"] if gap["function"] == "safe-accommodation"]
    assert gap["evidence"] == ("not-found" if evidence == "not-found" else "stated-absent"), "the planner tells it by the same rule"


def test_1_a_house_that_waits_for_a_decision_is_no_place_before_it():
    waits = body("gr-house", does("safe-accommodation", requires=["confirmed"]))
    rule = word("confirmed", meets={"fact": "identification_state", "in": ["confirmed"]})
    assert people.place_coverage(of(HELP, waits, rule)).value == 0


def test_2_one_of_two_mandates_waits_for_the_police():
    rule = word("cooperation", meets={"fact": "cooperation", "in": [True]})
    found = of(HELP, rule, body("gr-house", does("safe-accommodation")), body("gr-doctor", does("medical-care", requires=["cooperation"])))
    figure = people.conditional_mandates(found)
    assert (figure.value, figure.numerator) == (0.5, ("gr-doctor.medical-care-1",))


@pytest.mark.parametrize(("requires", "share"), [([], 1), (["cooperation"], 0)])
def test_2_whoever_refuses_the_police_reaches_help_that_does_not_ask_for_it(requires, share):
    rule = word("cooperation", meets={"fact": "cooperation", "in": [True]})
    found = of(HELP, rule, body("gr-house", does("safe-accommodation", requires=requires)))
    assert people.conditionality(found).value == share


@pytest.mark.parametrize(("kind", "share"), [("ngo", 1), ("police", 0)])
def test_3_the_only_line_is_a_door_unless_the_police_holds_it(kind, share):
    held = directory(
        FOUND, HELP, body("gr-line", does("hotline"), kind=kind), body("gr-house", does("safe-accommodation"), does("case-registration"))
    )
    figure = people.doors(Analysis(held, "GR", DAY))
    assert figure.value == share
    assert figure.numerator == ("gr-house",)


@pytest.mark.parametrize(("kind", "share"), [("ngo", 1), ("police", 0)])
def test_3_identification_that_the_police_alone_decides_has_no_other_door(kind, share):
    decides = stage("decided", "formal-identification", "formal-identification")
    held = of(
        HELP,
        decides,
        body("gr-decides", does("formal-identification", role="decide"), kind=kind),
        body("gr-guardian", does("child-guardianship")),
    )
    assert people.identification_without_enforcement(held).value == share


@pytest.mark.parametrize(("requires", "share"), [([], 1), (["cooperation"], 0)])
def test_2_a_permit_that_asks_for_cooperation_is_none_for_who_refuses_the_police(requires, share):
    rule = word("cooperation", meets={"fact": "cooperation", "in": [True]})
    paper = stage("paper", "right-to-stay", "residence-permit", track="parallel")
    office = body("gr-office", does("residence-permit", role="decide", ground="victim", requires=requires))
    figure = people.stay_without_police(of(HELP, rule, paper, office, body("gr-guardian", does("child-guardianship"))))
    assert figure.value == share


def test_4_reach_is_in_the_region_and_the_upper_bound_is_the_country():
    lawyers = (
        body("gr-lawyer", does("legal-counselling"), territory=["GR-I"]),
        body("gr-lawyers", does("legal-counselling"), territory=["GR"]),
    )
    figures = {figure.name: figure for figure in structure.territorial_reach(of(*lawyers))}
    regions = len(structure.regions_of(of().part))
    assert figures["reach-legal-counselling"].value == pytest.approx(1 / regions)
    assert figures["reach-legal-counselling"].upper == 1
    assert figures["reach-legal-counselling"].numerator == ("Attikí",)
    assert figures["reach-interpretation"].upper == 0


def test_4_a_class_has_a_body_in_every_place():
    found = of(body("gr-social", does("interpretation"), scope="class", instance_by="municipality"))
    assert {f.name: f.value for f in structure.territorial_reach(found)}["reach-interpretation"] == 1


def test_5_a_stage_that_men_enter_and_where_nobody_serves_them_is_a_dead_end():
    found = of(HELP, body("gr-house", does("safe-accommodation", serves={"not": {"fact": "gender", "in": ["male"]}})))
    figure = people.continuity(found)
    assert figure.value == 0.75
    assert figure.numerator == ("help: 25.0%",)
    assert figure.slices["gender"]["Male"] == 0


def test_5_a_stay_that_ends_before_another_can_start_is_a_dead_end():
    paper = stage("paper", "right-to-stay", "reflection-period", "residence-permit", track="parallel")
    without = of(HELP, paper, body("gr-house", does("safe-accommodation")), body("gr-office", does("reflection-period", role="decide")))
    assert "stay after reflection" in people.dead_ends(without)
    guardian = body("gr-guardian", does("child-guardianship"))
    permit = body(
        "gr-office",
        does("reflection-period", role="decide"),
        does("residence-permit", role="decide", ground="victim"),
        does("asylum", role="decide"),
    )
    with_permit = of(HELP, paper, body("gr-house", does("safe-accommodation")), permit, guardian)
    stuck = people.dead_ends(with_permit)["stay after reflection"]
    assert not stuck & with_permit.published.within, "what is left are combinations such as a national without a right to stay"


@pytest.mark.parametrize(("serves", "guardian", "share"), [(CHILDREN, True, 1), (CHILDREN, False, 0.5), ({}, True, 0), (ADULTS, True, 0)])
def test_6_a_child_has_a_guardian_and_a_place_for_children(serves, guardian, share):
    bodies = [body("gr-house", does("safe-accommodation", serves=serves))]
    if guardian:
        bodies.append(body("gr-guardian", does("child-guardianship", serves=CHILDREN)))
    figures = {figure.name: figure for figure in people.children(of(HELP, *bodies))}
    assert figures["child-correctness"].value == share, "half of them are alone and need one"
    assert figures["child-correctness-disputed"].value == figures["child-correctness-17"].value == share


def test_7_formality_counts_links_in_force_the_act_and_the_focal_point():
    law = body("gr-a", does("transnational-contact-point"), refers_to=["gr-line"], basis="law")
    practice = body("gr-b", does("medical-care"), refers_to=["gr-line"])
    figures = {figure.name: figure for figure in structure.formality(of(law, practice))}
    assert figures["formal-links"].value == 0.5
    assert "practice: 1" in figures["formal-links"].numerator
    assert figures["mechanism-act"].value == 1
    assert figures["focal-point"].numerator == ("gr-a",)


def test_8_a_pair_is_closed_at_a_stage_where_both_sides_have_a_body():
    here = body("gr-iom", does("return-counselling"), does("voluntary-return"), does("return-risk-assessment"))
    there = body("al-iom", does("reception-on-arrival"), does("post-return-monitoring"), does("return-risk-assessment"))
    held = directory(FOUND, LINE, here, there)
    found = pairs.closure(held, "GR", "AL", DAY)
    assert set(found.named) == {"return-request", "return-risk-assessment", "reception-confirmation", "travel", "reception", "monitoring"}
    assert found.sides["reception"] == (None, ("al-iom",))
    assert found.channel == "not-documented"
    assert set(found.closed) == {"return-request", "reception", "monitoring"}, (
        "where two sides take part and no channel joins them, it is open"
    )
    figure = pairs.figures(found)[0]
    assert (figure.value, figure.lower, figure.upper) == (pytest.approx(6 / 9), pytest.approx(3 / 9), 1)
    assert not pairs.closure(held, "AL", "GR", DAY).sides["reception"][1]


@pytest.mark.parametrize(("interpreter", "share"), [(False, 0), (True, 1)])
def test_9_who_speaks_no_greek_needs_an_interpreter_on_the_path(interpreter, share):
    bodies = [body("gr-words", does("interpretation"))] if interpreter else []
    figure = people.languages(of(HELP, body("gr-house", does("safe-accommodation")), *bodies))
    assert figure.value == share, "none of the ten languages is Greek"


@pytest.mark.parametrize(
    ("house", "doctor", "share"), [(["uk"], ["uk"], 1 / 10), (["uk"], [], 0), ([], ["uk"], 0), (["uk", "ru"], ["ru", "uk"], 2 / 10)]
)
def test_9_without_an_interpreter_every_body_after_the_first_contact_must_work_in_the_language(house, doctor, share):
    care = stage("care", "assistance", "medical-care")
    bodies = [
        body("gr-house", does("safe-accommodation"), languages=house),
        body("gr-doctor", does("medical-care"), languages=doctor),
    ]
    held = Analysis(directory(stage("found", "detection", "hotline", to=["help", "care"]), LINE, HELP, care, *bodies), "GR", DAY)
    figure = people.languages_throughout(held)
    assert figure.value == pytest.approx(share), "of the ten languages that are asked for"
    assert figure.upper == 1, "nothing says that there is no interpreter"
    stated, access = people.access(held)
    assert stated.value == (bool(house) + bool(doctor)) / 2
    assert (access.value, access.lower, access.upper) == (None, 0, 1)


def test_9_one_interpreter_on_the_path_serves_all_languages():
    held = of(HELP, body("gr-house", does("safe-accommodation")), body("gr-words", does("interpretation")))
    assert people.languages_throughout(held).value == 1


def test_10_closing_the_only_house_breaks_what_closing_one_of_two_does_not():
    two = of(HELP, body("gr-east", does("safe-accommodation")), body("gr-women", does("safe-accommodation", serves=WOMEN, capacity=18)))
    found = {closing.body: closing for closing in closings(two)}
    assert found["gr-east"].share == 0.5, "men and people of another gender: the others may be served by the house for women"
    assert found["gr-east"].functions == {"safe-accommodation": 0.5}
    assert found["gr-women"].share == 0
    assert found["gr-women"].capacity == ("safe-accommodation: 18",)
    assert found["gr-line"].share == 0, "nothing but the first contact hangs on it"


def test_10_a_parent_is_a_common_cause():
    parts = [body(f"gr-{name}", does("safe-accommodation"), parent="gr-union") for name in ("east", "west")]
    found = {(closing.body, closing.cause): closing for closing in closings(of(HELP, body("gr-union"), *parts))}
    assert found["gr-union", "parent"].share == 1
    assert found["gr-union", "itself"].share == found["gr-east", "itself"].share == 0


def test_10_time_counts_what_the_law_allows_and_what_it_does_not_say():
    limit = {"duration": "P5D", "calendar": "calendar", "bound": "at-most", "start": "referral", "from": "referral", "what": "a decision"}
    decided = stage("decided", "formal-identification", "formal-identification", deadlines=[limit])
    figures = {figure.name: figure for figure in structure.time(of(decided, body("gr-old", does("medical-care", as_of=2019))))}
    assert figures["days-until-stay"].value == 5
    assert figures["days-of-protection"].value == 30
    assert figures["stages-without-deadline"].numerator == ("found",)
    assert figures["old-facts"].value == 0.5, "one of two mandates is of 2019"


# descriptions ---------------------------------------------------------------------------------------------------------------------------


def test_a_finding_says_who_why_and_on_what_evidence():
    found = of(
        HELP,
        body(
            "gr-house", does("safe-accommodation", serves={"all": [WOMEN, {"not": {"fact": "exploitation", "in": ["forced-criminality"]}}]})
        ),
    )
    told = next(f for f in findings(found) if f.function == "safe-accommodation")
    assert {item.words for item in told.who} == {"men and boys or people of another gender", "forced criminality"}
    assert told.evidence == "not-found" and "no proof" in told.text
    assert told.untold == pytest.approx(0)
    assert told.share == pytest.approx(1 - 0.5 * 11 / 12)


def test_every_description_is_true_and_all_together_are_the_set():
    universe = Universe((3, 4, 2))
    wanted = (universe.where(0, [1]) & universe.where(1, [2, 3])) | (universe.where(2, [0]) & universe.where(1, [0]))
    count = universe.counter([[1] * 3, [1] * 4, [1] * 2])
    found = describe(wanted, universe.all, count)
    assert {tuple(sorted((level, tuple(sorted(classes))) for level, classes in item.box.items())) for item in found} == {
        ((0, (1,)), (1, (2, 3))),
        ((1, (0,)), (2, (0,))),
    }
    assert sum(item.new for item in found) == count(wanted)


def test_no_condition_of_a_description_can_be_left_out():
    found = of(HELP, body("gr-house", does("safe-accommodation", serves=WOMEN), territory=["GR-I"]))
    lacking, view = found.outcome.lacking("safe-accommodation"), found.published
    for item in describe(lacking, view.within, view.count):
        assert in_words(view, item.box)
        for level in item.box:
            wider = {other: classes for other, classes in item.box.items() if other != level}
            people_in_it = found.space.universe.all
            for other, classes in wider.items():
                people_in_it &= found.space.universe.where(other, classes)
            assert (people_in_it & view.within) - lacking


@pytest.mark.parametrize(("share", "words"), [(0, "0 %"), (0.004, "less than 1 %"), (0.5, "50 %"), (0.997, "more than 99 %"), (1, "100 %")])
def test_a_share_is_never_rounded_to_all_or_nothing(share, words):
    assert percent(share) == words


def test_the_published_set_is_the_same_people_everywhere_but_for_regions_and_her_own_country():
    held = directory(FOUND, LINE, stage("found", "detection", "hotline", in_="AL"), body("al-line", does("hotline")))
    sizes = {}
    for country in ("GR", "AL"):
        found = Analysis(held, country, DAY)
        sizes[country] = (
            found.published.count.total
            / len(structure.regions_of(found.part))
            / len([v for v in found.published.values(found.space.level["origin"], range(len(found.space["origin"].classes)))])
        )
    assert sizes["GR"] == sizes["AL"]


def test_counted_cases_weigh_what_they_say():
    found = of(HELP, body("gr-house", does("safe-accommodation", serves=WOMEN)))
    cases = Cases(found.space, [Counted({"gender": "female", "age": "adult"}, 300), Counted({"gender": "male", "age": "adult"}, 100)])
    assert people.place_coverage(found, cases).counted == 0.75
    assert summary(found, cases).complete_counted == 0.75


# change ---------------------------------------------------------------------------------------------------------------------------------


def records(*things: list[Record]) -> list[Record]:
    """What a small directory is made of."""
    made: list[Record] = []

    class Keeping(Directory):
        @classmethod
        def from_records(cls, found, revision=0):
            made.extend(found)
            return Directory.from_records(made, revision)

    import tiny

    real, tiny.Directory = tiny.Directory, Keeping
    try:
        directory(*things)
    finally:
        tiny.Directory = real
    return made


def test_what_if_a_house_closes_and_another_opens():
    base = records(FOUND, LINE, HELP, body("gr-women", does("safe-accommodation", serves=WOMEN)))
    now = State(scratch(base), DAY)
    men = {"fact": "gender", "in": ["male"]}
    then = State(scratch(base, put=body("gr-men", does("safe-accommodation", serves=men)), close=["gr-women"]), DAY)
    found = difference(now, then, "GR")
    assert [(turn.function, turn.share, [t.words for t in turn.who]) for turn in found.gains] == [
        ("safe-accommodation", 0.25, ["men and boys"])
    ]
    assert [(turn.function, turn.share, [t.words for t in turn.who]) for turn in found.losses] == [
        ("safe-accommodation", 0.25, ["women and girls"])
    ]
    assert found.content["bodies_came"] == ("gr-men",) and found.content["bodies_went"] == ("gr-women",)
    assert "gr-women" in now.directory.parts["GR"].stakeholders


def turned(changes: Changes, *things: list[Record]) -> tuple[dict[str, float], dict[str, float]]:
    """The shares of the published profiles that gain and lose each function by changes."""
    base = records(FOUND, LINE, HELP, *things)
    found = difference(State(scratch(base), DAY), State(applied(base, "GR", changes), DAY, frozenset(changes.close)), "GR")
    return {turn.function: turn.share for turn in found.gains}, {turn.function: turn.share for turn in found.losses}


def test_what_if_a_house_for_men_opens_the_men_gain_it():
    house = body("gr-women", does("safe-accommodation", serves=WOMEN))
    gains, losses = turned(Changes(open=("safe-accommodation",), open_for="men"), house)
    assert losses == {}
    of_men = sum(word.endswith("years") and int(word[:2]) >= 18 for word in PUBLISHED["age"]) + 1
    assert gains == {"safe-accommodation": pytest.approx(0.25 * of_men / len(PUBLISHED["age"]))}, "grown men, and those of unknown age"


def test_what_if_a_house_opens_in_one_region_only_that_region_gains():
    gains, _ = turned(Changes(open=("safe-accommodation",), open_in="GR-I"))
    regions = structure.regions_of(directory(FOUND, LINE, HELP).parts["GR"])
    assert gains == {"safe-accommodation": pytest.approx(1 / len(regions))}


def test_what_if_a_house_for_women_takes_everybody_all_others_gain():
    house = body("gr-house", does("safe-accommodation", serves=WOMEN))
    assert turned(Changes(admit=("gr-house.safe-accommodation-1",)), house) == ({"safe-accommodation": 0.5}, {})


def test_what_if_nobody_asks_for_cooperation_any_more():
    rule = word("cooperation", meets={"fact": "consent.police", "in": [True]})
    house = body("gr-house", does("safe-accommodation", requires=["cooperation"], serves=WOMEN))
    assert turned(Changes(waive=("cooperation",)), rule, house) == ({}, {}), "of whom nobody has asked, the house may serve already"
    rule = word("decided", meets={"fact": "identification_state", "in": ["confirmed"]})
    house = body("gr-house", does("safe-accommodation", requires=["decided"]))
    assert turned(Changes(waive=("decided",)), rule, house) == ({"safe-accommodation": 1.0}, {})


def test_what_if_everybody_may_enter_a_stage_that_was_for_children():
    care = stage("care", "assistance", "psychological-care", gate=CHILDREN)
    found = stage("found", "detection", "hotline", to=["help", "care"])
    base = records(found, LINE, HELP, care)
    grown = [*base, *body("gr-doctor", does("psychological-care"))]
    for held, lost in ((base, {"psychological-care"}), (grown, set())):
        now, then = State(scratch(held), DAY), State(applied(held, "GR", Changes(enter=("care",))), DAY)
        assert {turn.function for turn in difference(now, then, "GR").losses} == lost, "more may enter, and somebody must be there"


def test_a_change_is_made_in_a_copy():
    base = records(FOUND, LINE, HELP, body("gr-house", does("safe-accommodation", serves=WOMEN)))
    before = [str(record) for record in base]
    applied(base, "GR", Changes(open=("medical-care",), admit=("gr-house.safe-accommodation-1",), enter=("help",)))
    assert [str(record) for record in base] == before


def test_two_days_of_one_country_differ_by_what_is_in_force():
    house = body("gr-house", does("safe-accommodation", valid_from="2025"))
    held = directory(FOUND, LINE, HELP, house)
    found = difference(State(held, date(2024, 1, 1)), State(held, DAY), "GR")
    assert (found.gaining, found.losing) == (1, 0)
    assert found.content == {"mandates_came": ("gr-house.safe-accommodation-1",)}


def test_an_unchanged_country_is_not_analysed_again():
    held, other = (directory(FOUND, LINE, HELP, revision=number) for number in (1, 2))
    assert analysis(held, "GR", DAY) is analysis(other, "GR", DAY)
    assert analysis(held, "GR", DAY) is analysis(held, "GR", date(2026, 3, 1)), "nothing comes into force between the two days"
    assert analysis(held, "GR", date(2020, 1, 1)) is not analysis(held, "GR", DAY), "statements are older"


def test_a_day_on_which_something_comes_into_force_is_analysed_by_itself():
    held = directory(FOUND, LINE, HELP, body("gr-house", does("safe-accommodation", valid_from="2026-06-15")))
    before, on = (analysis(held, "GR", date(2026, 6, day)) for day in (14, 15))
    assert before is not on
    assert (people.place_coverage(before).value, people.place_coverage(on).value) == (0, 1)


def test_nothing_of_a_body_that_may_not_be_seen_is_told():
    secret = body("gr-secret", does("safe-accommodation", capacity=7), visibility="hidden", name="The Unsaid House")
    held = directory(FOUND, LINE, HELP, secret, body("gr-open", does("safe-accommodation", serves=WOMEN)))
    report = Report(held, ["GR"], DAY)
    for answer in (report.gaps(), report.coverage(), report.resilience(), side_by_side(held, ["GR"], DAY)):
        assert "Unsaid" not in str(answer) and "gr-secret" not in str(answer)


def test_the_published_set_holds_profiles_that_the_planner_answers():
    found = of(HELP, body("gr-house", does("safe-accommodation", serves=WOMEN)))
    view = published(found.space)
    first = view.within.first()
    for level, index in product(range(len(first)), range(3)):
        classes = [*first]
        classes[level] = sorted(view.present(level))[index % len(view.present(level))]
        profile = profile_of("GR", [view.values(place, [chosen])[0] for place, chosen in enumerate(classes)])
        answer = refer(found.directory, profile, DAY, alternatives=0)
        assert answer["complete"] == (classes not in found.outcome.incomplete)


def test_the_example_of_a_description_meets_the_gap_in_the_planners_answer():
    found = of(HELP, body("gr-house", does("safe-accommodation", serves=WOMEN)))
    for finding in findings(found):
        for told in finding.who:
            example = {name: tuple(value) if isinstance(value, list) else value for name, value in told.example.items()}
            answer = refer(found.directory, Profile(**example), DAY, alternatives=0)
            assert finding.function in {gap["function"] for gap in answer["gaps"]}, told.words
