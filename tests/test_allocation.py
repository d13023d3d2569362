"""Which body takes each step: the choice against brute force on small random directories, and each place of the cost by an example."""

from __future__ import annotations

from datetime import date

import pytest
from brute_force import best, found, size
from hypothesis import HealthCheck, assume, given, settings, target
from hypothesis import strategies as st
from profiles import A, a_child, a_woman, somebody
from tiny import body, directory, does, stage, step_of, who, word

from pathways.directory import Directory
from pathways.planner import allocation, refer
from pathways.planner.answer import Plan
from pathways.planner.cost import FIELDS, vector
from pathways.records import Record

_QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True, print_blob=False)
_ON = date(2026, 11, 24)
_MOST = 3000
"""Allocations that brute force looks at for one directory."""

_HELP = ("crisis-accommodation", "safe-accommodation", "case-management", "psychological-care", "legal-counselling", "medical-care")
_SERVES = (
    None,
    None,
    {"fact": "gender", "in": ["female"]},
    {"fact": "exploitation", "in": ["sexual"]},
    {"fact": "is_child", "in": [True]},
    {"fact": "dependants", "at_least": 1},
)


@st.composite
def _mandate(draw: st.DrawFn, functions: tuple[str, ...]) -> dict:
    said = does(draw(st.sampled_from(functions)), serves=draw(st.sampled_from(_SERVES)), as_of=draw(st.sampled_from([2026, 2026, 2019])))
    if draw(st.booleans()):
        said["territory"] = draw(st.sampled_from([["GR"], ["GR-I"], ["GR-I", "GR-B"], ["GR-69"]]))
    if draw(st.integers(0, 5)) == 0:
        said["partial"] = True
    if draw(st.integers(0, 4)) == 0:
        said["requires"] = ["lives-here"]
    return said


@st.composite
def small(draw: st.DrawFn, most_bodies: int = 7, stages: int = 3) -> Directory:
    """A country of a few stages and bodies, with links, parents, networks and classes; sometimes with a second one to return to."""
    functions = draw(st.permutations(_HELP))[: draw(st.integers(2, 4))]
    names = [f"gr-{letter}" for letter in "abcdefghijklmnopqrstuvw"[: draw(st.integers(2, most_bodies))]]
    things: list[list[Record]] = [word("lives-here", housed=True, or_else="lives there")]
    for name in names:
        others = [other for other in names if other != name]
        said: dict = {
            "scope": draw(st.sampled_from(["single", "single", "class"])),
            "specialised": draw(st.sampled_from([True, False, None])),
        }
        if said["scope"] == "class":
            said["instance_by"] = "region"
        elif draw(st.integers(0, 3)) == 0:
            said[draw(st.sampled_from(["parent", "instance_of", "operated_by"]))] = draw(st.sampled_from(others))
        if draw(st.integers(0, 4)) == 0:
            said["members"] = draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
        if draw(st.integers(0, 2)) == 0:
            said["languages"] = draw(st.sampled_from([["el"], ["en", "el"]]))
        links = draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
        things.append(body(name, *draw(st.lists(_mandate(functions), min_size=1, max_size=3)), refers_to=links, **said))
    places = (
        ("safety", "immediate-safety", "main"),
        ("information", "information-and-consent", "main"),
        ("help", "assistance", "parallel"),
        ("inclusion", "inclusion", "parallel"),
    )
    chosen = places[: draw(st.integers(1, stages))]
    split = [draw(st.integers(0, len(chosen) - 1)) for _ in functions]
    for index, (name, canonical, track) in enumerate(chosen):
        listed = [function for function, at in zip(functions, split, strict=True) if at == index] or [functions[0]]
        lead = draw(st.lists(st.sampled_from([*names, "ngo"]), max_size=2, unique=True))
        things.append(stage(name, canonical, *listed, to=[other for other, _, _ in chosen[index + 1 : index + 2]], track=track, lead=lead))
    if draw(st.integers(0, 3)) == 0:
        things.append(body("al-home", does("reception-on-arrival"), does("reintegration-assistance"), does("return-risk-assessment")))
        things.append(body("al-other", does("reception-on-arrival"), does("post-return-monitoring"), refers_to=["al-home"]))
    return directory(*things)


def _somebody(draw: st.DrawFn, held: Directory) -> A:
    case = somebody(in_="GR")
    known = {
        "region": st.sampled_from(["GR-I", "GR-B"]),
        "gender": st.sampled_from(["female", "male"]),
        "exploitation": st.sampled_from([["sexual"], ["labour"]]),
        "age": st.sampled_from([15, 24]),
        "dependants": st.sampled_from([0, 2]),
        "languages": st.sampled_from([["en"], ["el"], ["fr"]]),
        "detected_by": st.sampled_from([*sorted(held.parts["GR"].stakeholders), "ngo"]),
    }
    for name, values in known.items():
        if draw(st.booleans()):
            case = case.but(**{name: draw(values)})
    if "AL" in held.parts:
        case = case.but(nationality=["AL"]).fearing().wishing_to_return("AL")
    return case


@settings(_QUIET, max_examples=400)
@given(st.data())
def test_no_allocation_costs_less_than_the_one_chosen_and_the_ids_decide_between_equals(data):
    held = data.draw(small())
    plan = Plan(held, _somebody(data.draw, held).profile, _ON)
    assume(plan.slots and 1 < size(plan) <= _MOST)
    target(min(float(size(plan)), 500.0))
    assert found(plan) == best(plan)


@settings(_QUIET, max_examples=80)
@given(st.data())
def test_the_same_where_many_bodies_can_take_a_step_and_most_are_left_out_beforehand(data):
    held = data.draw(small(most_bodies=20, stages=1))
    plan = Plan(held, _somebody(data.draw, held).profile, _ON)
    assume(plan.slots and len({c.body.id for slot in plan.slots for c in slot.candidates}) > 12 and size(plan) <= _MOST)
    assert found(plan) == best(plan)


@settings(_QUIET, max_examples=150)
@given(st.data())
def test_the_vector_that_alternatives_are_compared_by_is_the_cost_counted_anew(data):
    held = data.draw(small())
    plan = Plan(held, _somebody(data.draw, held).profile, _ON)
    assume(plan.slots)
    assert vector(plan.slots, plan.chosen, plan.route.met, plan.ties) == found(plan)[0] == plan.cost
    for other in plan.others(5):
        assert vector(plan.slots, other.chosen, plan.route.met, plan.ties) == other.cost


@settings(_QUIET, max_examples=100)
@given(st.data())
def test_a_search_that_may_look_at_no_choice_more_still_gives_every_step_a_body_at_its_true_cost(data):
    held = data.draw(small())
    plan = Plan(held, _somebody(data.draw, held).profile, _ON)
    assume(plan.slots)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "_MOST_CHOICES", 0)
        rough = plan.problem.allocate()
    assert vector(plan.slots, rough.chosen, plan.route.met, plan.ties) == rough.cost >= plan.cost


@settings(_QUIET, max_examples=150)
@given(st.data())
def test_no_alternative_is_beaten_on_all_places_by_the_first_answer_or_by_another(data):
    held = data.draw(small())
    plan = Plan(held, _somebody(data.draw, held).profile, _ON)
    assume(plan.slots)
    costs = [vector(plan.slots, chosen, plan.route.met, plan.ties) for chosen in (plan.chosen, *(other.chosen for other in plan.others(5)))]
    for index, mine in enumerate(costs[1:], 1):
        assert not any(
            other != mine and all(a <= b for a, b in zip(other, mine, strict=True)) for place, other in enumerate(costs) if place < index
        )


# each place of the cost ------------------------------------------------------------------------------------------------------------------

SHELTER = "safe-accommodation"
HELP = stage("help", "assistance", SHELTER, track="parallel")
TWO = stage("help", "assistance", "case-management", SHELTER, track="parallel")


def chosen(*things: list[Record], case: A | None = None, function: str = SHELTER) -> str | None:
    return who(refer(directory(*things), (case or a_woman(in_="GR").exploited("sexual")).profile, _ON), function)


def test_a_body_that_serves_for_certain_goes_before_one_that_depends_on_what_is_not_known():
    maybe = body("gr-a", does(SHELTER, serves={"fact": "dependants", "at_least": 1}), specialised=True)
    assert chosen(HELP, maybe, body("gr-b", does(SHELTER))) == "gr-b"
    assert chosen(HELP, maybe, body("gr-b", does(SHELTER)), case=a_woman(in_="GR").but(dependants=2)) == "gr-a"


def test_a_body_that_covers_only_part_of_the_place_goes_after_one_that_covers_all_of_it():
    assert chosen(HELP, body("gr-a", does(SHELTER, territory=["GR-I"]), specialised=True), body("gr-b", does(SHELTER))) == "gr-b"


MET = [*stage("safety", "immediate-safety", "initial-needs-assessment", lead=["gr-m"]), *HELP]
"""She meets gr-m before the shelter."""
ASKS = does("initial-needs-assessment")


def test_a_handover_that_somebody_stated_goes_before_one_without_a_basis():
    assert (
        chosen(MET, body("gr-m", ASKS, refers_to=["gr-b"]), body("gr-a", does(SHELTER), specialised=True), body("gr-b", does(SHELTER)))
        == "gr-b"
    )


def test_a_referral_to_the_network_of_a_body_or_by_the_parent_of_one_is_a_basis_too():
    network = body("gr-n", members=["gr-b"])
    assert chosen(MET, network, body("gr-m", ASKS, refers_to=["gr-n"]), body("gr-a", does(SHELTER)), body("gr-b", does(SHELTER))) == "gr-b"
    above = body("gr-p", refers_to=["gr-b"])
    assert chosen(MET, above, body("gr-m", ASKS, parent="gr-p"), body("gr-a", does(SHELTER)), body("gr-b", does(SHELTER))) == "gr-b"


def test_a_referral_that_has_ended_is_no_basis():
    link = Record(
        "link",
        "old",
        "GR",
        {"origin": "gr-m", "to": "gr-b", "basis": "project", "functions": [], "sources": ["gr-law"], "valid_to": "2016"},
    )
    assert chosen(MET, body("gr-m", ASKS), body("gr-a", does(SHELTER)), body("gr-b", does(SHELTER)), [link]) == "gr-a"


@pytest.mark.parametrize("tie", [{"parent": "gr-m"}, {"operated_by": "gr-m"}, {"instance_of": "gr-m"}])
def test_kin_of_a_body_already_met_have_a_basis(tie):
    assert chosen(MET, body("gr-m", ASKS), body("gr-a", does(SHELTER), specialised=True), body("gr-b", does(SHELTER), **tie)) == "gr-b"


def test_a_member_of_a_network_already_met_has_a_basis():
    assert (
        chosen(MET, body("gr-m", ASKS, members=["gr-b"]), body("gr-a", does(SHELTER), specialised=True), body("gr-b", does(SHELTER)))
        == "gr-b"
    )


def test_whoever_has_met_the_class_has_met_its_instance():
    police = body("gr-m", ASKS, scope="class", instance_by="region")
    assert chosen(MET, police, body("gr-a", does(SHELTER), specialised=True), body("gr-b", does(SHELTER), instance_of="gr-m")) == "gr-b"


def test_a_body_already_met_goes_before_a_new_one_that_fits_better():
    known = body("gr-z", does("case-management"), does(SHELTER))
    assert chosen(TWO, known, body("gr-a", does(SHELTER, serves={"fact": "exploitation", "in": ["sexual"]}), specialised=True)) == "gr-z"


def test_a_place_for_children_goes_before_one_for_all_where_she_is_a_child():
    home = body("gr-z", does(SHELTER, serves={"fact": "is_child", "in": [True]}))
    assert chosen(HELP, home, body("gr-a", does(SHELTER), specialised=True), case=a_child(in_="GR")) == "gr-z"
    assert chosen(HELP, home, body("gr-a", does(SHELTER)), case=a_woman(in_="GR")) == "gr-a"


def test_the_lead_of_a_stage_goes_before_its_support_and_both_before_others():
    three = [body(name, does(SHELTER)) for name in ("gr-a", "gr-b", "gr-c")]
    assert chosen(stage("help", "assistance", SHELTER, track="parallel", lead=["gr-c"], support=["gr-b"]), *three) == "gr-c"
    assert chosen(stage("help", "assistance", SHELTER, track="parallel", support=["gr-b"]), *three) == "gr-b"
    assert chosen(HELP, *three) == "gr-a"


def test_this_exploitation_then_this_group_then_specialised_then_her_language():
    sexual, female = {"fact": "exploitation", "in": ["sexual"]}, {"fact": "gender", "in": ["female"]}
    order = [
        body("gr-e", does(SHELTER, serves=sexual)),
        body("gr-d", does(SHELTER, serves=female)),
        body("gr-c", does(SHELTER), specialised=True),
        body("gr-b", does(SHELTER), languages=["yo"]),
        body("gr-a", does(SHELTER)),
    ]
    case = a_woman(in_="GR").exploited("sexual").but(languages=["yo"])
    while order:
        assert chosen(HELP, *order, case=case) == order[0][0].id
        order.pop(0)


def test_the_instance_goes_before_its_class_but_a_class_is_not_shut_out():
    police = body("gr-a", does(SHELTER), scope="class", instance_by="region")
    assert chosen(HELP, police, body("gr-b", does(SHELTER), instance_of="gr-a")) == "gr-b"
    assert chosen(HELP, police) == "gr-a"


def test_the_nearer_body_goes_before_the_one_of_the_whole_country():
    both = body("gr-a", does(SHELTER)), body("gr-b", does(SHELTER, territory=["GR-I"]))
    assert chosen(HELP, *both, case=a_woman(in_="GR").but(region="GR-I")) == "gr-b"


def test_newer_and_stated_evidence_goes_before_old_or_inferred():
    assert chosen(HELP, body("gr-a", does(SHELTER, as_of=2019)), body("gr-b", does(SHELTER))) == "gr-b"
    assert chosen(HELP, body("gr-a", does(SHELTER, evidence="inferred")), body("gr-b", does(SHELTER))) == "gr-b"


def test_equal_bodies_are_told_apart_by_their_ids():
    assert chosen(HELP, body("gr-b", does(SHELTER)), body("gr-a", does(SHELTER))) == "gr-a"


def test_fewer_changes_of_hands_along_a_lane():
    lane = stage("help", "assistance", "case-management", "psychological-care", "legal-counselling", track="parallel")
    one = body("gr-a", does("case-management"), does("legal-counselling"))
    other = body("gr-b", does("psychological-care"), does("legal-counselling"))
    assert chosen(lane, one, other, function="legal-counselling") == "gr-b"


def _four_met() -> list[list[Record]]:
    """Four bodies that she meets before the lane of help, each of which can give medical care there."""
    first = {"gr-a": "initial-needs-assessment", "gr-b": "crisis-accommodation", "gr-c": "risk-assessment", "gr-d": "material-assistance"}
    return [
        stage("safety", "immediate-safety", *first.values()),
        *(body(name, does(function), does("medical-care")) for name, function in first.items()),
    ]


def test_a_body_that_takes_the_next_step_too_goes_before_one_that_fits_this_step_better():
    """Of bodies already met, the dearer one now may be the cheaper one in the end."""
    safety, a, *others = _four_met()
    a = [Record(r.kind, r.id, r.part, {**r.fields, "specialised": True}) if r.kind == "stakeholder" else r for r in a]
    b = [*others[0], *body("gr-b", does("psychological-care"))[1:]]
    b = [Record(r.kind, f"{r.id}-{place}", r.part, r.fields) if r.kind == "mandate" else r for place, r in enumerate(b)]
    lane = stage("help", "assistance", "medical-care", "psychological-care", track="parallel")
    assert chosen(safety, lane, a, b, *others[1:], function="medical-care") == "gr-b"


def test_of_equal_paths_the_one_whose_ids_come_first_is_taken_though_it_looked_dearer_half_way():
    """From b to a with one change of hands either at once or a step later: the change at once gives the ids that come first."""
    safety, a, b, *others = _four_met()
    a = [*a, Record("mandate", "gr-a.last", "GR", {"holder": "gr-a", "sources": ["gr-law"], **does("psychological-care")})]
    b = [*b, Record("mandate", "gr-b.first", "GR", {"holder": "gr-b", "sources": ["gr-law"], **does("case-management")})]
    lane = stage("help", "assistance", "case-management", "medical-care", "psychological-care", track="parallel")
    assert chosen(safety, lane, a, b, *others, function="medical-care") == "gr-a"


def test_a_body_that_is_met_anyway_is_met_rather_later():
    """The change from z to a happens where it must, not a step before, though a stands first by id."""
    z = body("gr-z", does("case-management"), does("medical-care"))
    a = body("gr-a", does("medical-care"), does("psychological-care"))
    lane = stage("help", "assistance", "case-management", "medical-care", "psychological-care", track="parallel")
    assert chosen(lane, z, a, function="medical-care") == "gr-z"


def test_a_class_without_an_instance_costs_no_more_than_a_single_body():
    assert chosen(HELP, body("gr-a", does(SHELTER), scope="class", instance_by="region"), body("gr-b", does(SHELTER))) == "gr-a"


def test_the_cost_has_the_places_that_its_docstring_tells():
    told = "uncertain without-basis not-child-only newly-met standing other-exploitation other-group switches not-specialised language class early distance doubt"
    assert list(FIELDS) == told.split()


def test_what_the_role_counts_decide_goes_before_deliver_and_an_opinion_stands_beside():
    bodies = [
        body("gr-a", does("residence-permit", role="opine")),
        body("gr-b", does("residence-permit", role="decide")),
        body("gr-c", does("residence-permit", role="deliver")),
        body("gr-d", does("residence-permit", role="propose")),
    ]
    case = a_woman(in_="GR").wishing_to_stay().but(status="third-country-irregular")
    answer = refer(directory(stage("stay", "right-to-stay", "residence-permit", track="parallel"), *bodies), case.profile, _ON)
    step = step_of(answer, "residence-permit")
    assert (step["stakeholder"]["id"], step["role"]) == ("gr-b", "decide")
    assert {(other["stakeholder"]["id"], other["role"]) for other in step["with"]} == {
        ("gr-a", "opine"),
        ("gr-c", "deliver"),
        ("gr-d", "propose"),
    }


def _houses() -> list[list[Record]]:
    living = {"requires": ["lives-here"]}
    return [
        stage("safety", "immediate-safety", SHELTER, to=["help"]),
        stage("help", "assistance", "medical-care", "psychological-care", "vocational-training", track="parallel", lead=["gr-a", "gr-b"]),
        word("lives-here", housed=True, or_else="lives in the house"),
        body("gr-a", does(SHELTER), does("medical-care", **living), does("psychological-care", **living)),
        body("gr-b", does(SHELTER), does("medical-care"), does("vocational-training", **living)),
        body("gr-c", does("psychological-care")),
    ]


def test_what_a_house_offers_is_for_those_who_live_in_it():
    answer = refer(directory(*_houses()), a_woman(in_="GR").profile, _ON)
    assert who(answer, SHELTER) == who(answer, "vocational-training") == who(answer, "medical-care") == "gr-b"
    assert who(answer, "psychological-care") == "gr-c"
    assert "conditional" not in {warning["code"] for step in answer["steps"] for warning in step["warnings"]}


def test_where_nobody_else_offers_it_the_step_says_that_she_would_have_to_live_there():
    others = [thing for thing in _houses() if thing[0].fields.get("id") != "gr-c"]
    answer = refer(directory(*others), a_woman(in_="GR").profile, _ON)
    living = who(answer, SHELTER)
    elsewhere = "psychological-care" if living == "gr-b" else "vocational-training"
    warnings = {warning["code"]: warning["text"] for warning in step_of(answer, elsewhere)["warnings"]}
    assert "lives in the house" in warnings["conditional"]


def test_a_body_whose_requirement_no_profile_can_hold_is_conditional_and_not_shut_out():
    need = word("conviction", or_else="a conviction")
    answer = refer(directory(HELP, need, body("gr-a", does(SHELTER, requires=["conviction"]))), a_woman(in_="GR").profile, _ON)
    assert who(answer, SHELTER) == "gr-a"
    assert "conditional" in {warning["code"] for warning in step_of(answer, SHELTER)["warnings"]}
