"""The analysis of the whole space says of each profile what the planner says of it, profile by profile."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import pytest
from tiny import body, directory, does, stage, word

from pathways.directory import Directory
from pathways.format.reader import read
from pathways.measures import outcome as reasons
from pathways.measures.outcome import Outcome
from pathways.measures.space import LEFT_OUT, Space
from pathways.measures.truths import Truths
from pathways.measures.walk import Walk, walk
from pathways.planner import refer
from pathways.planner.cases import Cases, known_facts
from pathways.planner.route import Router
from pathways.profile import Profile
from pathways.stores.bundled import bundled_root
from pathways.visibility import ANONYMOUS

DAY = date(2026, 11, 24)
BUNDLED = Directory.from_records(read(bundled_root()))
_EACH = 150
"""Random profiles a country."""


@cache
def analysed(country: str) -> Outcome:
    return walk(BUNDLED, Space(BUNDLED.parts[country]), DAY)


def reason(code: str) -> str:
    """The planner's reason for a gap, as the analysis names it: that only the police would is to be for others, since nobody agrees to them."""
    return reasons.NOT_FOR_HER if code == "only-law-enforcement" else code


def planned(held: Directory, profile: Profile) -> dict[str, set]:
    """What the planner's route comes to for one profile."""
    part = held.parts[profile.identified_in]
    cases = Cases(held, profile, DAY, ANONYMOUS)
    case = cases.here(part, known_facts(profile, part), profile.destination if profile.wishes == "return" else None)
    route = Router(part, case, profile, cases).run()
    return {
        "steps": {(slot.function, slot.stage.id, slot.ground) for slot in route.slots},
        "gaps": {(item.function, item.stage.id, reason(item.why.code)) for item in route.unmet},
        "entered": {found.id for found in route.entered},
        "takers": {(slot.function, c.mandate.id) for slot in route.slots if not slot.entry for c in slot.candidates},
    }


def analysed_of(outcome: Outcome, classes: tuple[int, ...]) -> dict[str, set]:
    """What the analysis says of one profile."""
    return {
        name: {key for key, profiles in getattr(outcome, name).items() if classes in profiles}
        for name in ("steps", "gaps", "entered", "takers")
    }


@pytest.mark.parametrize("country", sorted(BUNDLED.parts))
def test_steps_gaps_and_takers_are_the_planners_for_each_profile(country):
    outcome, chance = analysed(country), Random(country)
    for _ in range(_EACH):
        profile, classes = outcome.space.drawn(chance)
        assert analysed_of(outcome, classes) == planned(BUNDLED, profile), profile


@pytest.mark.parametrize("country", sorted(BUNDLED.parts))
def test_complete_is_the_answers_complete_where_no_journey_home_is_asked_for(country):
    outcome, chance = analysed(country), Random(country)
    drawn = [outcome.space.drawn(chance) for _ in range(40)]
    for profile, classes in drawn:
        if profile.wishes != "return" and "consular-assistance" not in profile.needs:
            answer = refer(BUNDLED, profile, DAY, alternatives=0)
            assert answer["complete"] == (classes not in outcome.incomplete), profile


@pytest.mark.parametrize("country", sorted(BUNDLED.parts))
def test_the_facts_of_every_class_are_those_of_the_profile(country):
    space, chance = Space(BUNDLED.parts[country]), Random(country)
    truths = Truths(space)
    conditions = [m.serves for b in space.part.stakeholders.values() for m in b.mandates]
    for _ in range(20):
        profile, classes = space.drawn(chance)
        known = known_facts(profile, space.part)
        for condition in conditions:
            split = truths.split(condition)
            found = True if classes in split.holds else False if classes in split.fails else None
            assert found is condition.evaluate(known), (profile, condition.as_data())


def small(chance: Random, without: str = "") -> Directory:
    """A small mechanism at random: what it asks of whom differs from run to run."""
    limits = [
        {},
        {"fact": "gender", "in": ["female"]},
        {"fact": "is_child", "in": [True]},
        {"not": {"fact": "exploitation", "in": ["forced-criminality"]}},
        {"fact": "identification_state", "in": ["confirmed", "reasonable-grounds-positive"]},
        {"any": [{"fact": "status", "in": ["asylum-seeker"]}, {"fact": "protection_claim", "in": ["wanted"]}]},
    ]
    functions = (
        *("hotline", "preliminary-identification", "formal-identification", "safe-accommodation", "medical-care", "child-guardianship"),
        *("legal-counselling", "reflection-period", "residence-permit", "crisis-accommodation", "criminal-investigation", "asylum"),
    )
    words = [
        word("identified", meets={"fact": "identification_state", "in": ["confirmed"]}),
        word("after-care", met_by=["medical-care"]),
        word("agreed", consent=True),
        word("housed", housed=True),
    ]
    bodies = [
        body(
            f"gr-{number}",
            *(
                does(
                    function,
                    role=chance.choice(("deliver", "decide", "receive", "deliver")),
                    serves=chance.choice(limits),
                    requires=chance.choice(([], [], ["identified"], ["after-care"], ["agreed"], ["housed"])),
                    law_enforcement=chance.random() < 0.2,
                    **({"ground": chance.choice(("a", "b"))} if function == "residence-permit" else {}),
                )
                for function in chance.sample(functions, 4)
            ),
            territory=chance.choice((["GR"], ["GR-I"], ["GR-A", "GR-B"])),
            kind=chance.choice(("ngo", "police", "hotline")),
        )
        for number in range(9)
    ]
    stages = [
        stage("found", "detection", "hotline", to=["first"]),
        stage("first", "immediate-safety", "crisis-accommodation", "medical-care", to=["rg"], gate=chance.choice(limits)),
        stage("rg", "preliminary-identification", "preliminary-identification", to=["decided"], consent=["referral"]),
        stage("decided", "formal-identification", "formal-identification", applies=chance.choice(limits)),
        stage("help", "assistance", "safe-accommodation", "legal-counselling", track="parallel", consent=chance.choice(([], ["police"]))),
        stage("paper", "right-to-stay", "reflection-period", "residence-permit", track="parallel"),
        stage("court", "justice-and-compensation", "criminal-investigation", track="parallel"),
    ]
    return directory(*words, *(found for found in bodies if found[0].id != without), *stages)


@pytest.mark.parametrize("seed", range(25))
def test_the_same_holds_for_small_mechanisms_at_random(seed):
    chance = Random(seed)
    held = small(chance)
    outcome = walk(held, Space(held.parts["GR"]), DAY)
    for _ in range(40):
        profile, classes = outcome.space.drawn(chance)
        assert analysed_of(outcome, classes) == planned(held, profile), profile


def test_a_closed_body_is_as_one_that_is_not_there():
    held, chance = small(Random("closed")), Random(1)
    space = Space(held.parts["GR"])
    truths = Truths(space)
    for closed in list(held.parts["GR"].stakeholders)[:3]:
        left = small(Random("closed"), without=closed)
        outcome = Walk(held, space, truths, DAY, closed=frozenset({closed})).run()
        for _ in range(30):
            profile, classes = space.drawn(chance)
            assert analysed_of(outcome, classes) == planned(left, profile), (closed, profile)


def test_the_space_is_published_with_what_it_leaves_out():
    space = Space(BUNDLED.parts["AT"])
    table = space.table()
    assert {line["dimension"] for line in table} >= {"gender", "age", "exploitation", "region", "needs", "risks", "dependants", "languages"}
    assert all(len(line["told_apart"]) == line["classes"] <= line["values"] for line in table)
    assert space.profiles > space.groups > 1_000_000
    assert "done" in LEFT_OUT and "stage" in LEFT_OUT
    genders = next(line for line in table if line["dimension"] == "gender")
    assert "unknown" in genders["told_apart"]
