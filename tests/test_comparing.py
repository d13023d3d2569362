"""What differs between two pathways, on the bundled directory."""

from __future__ import annotations

import pytest
from profiles import at_random, somebody

from pathways.comparing import compare
from pathways.planner import refer


@pytest.fixture(scope="module")
def what_if(directory):
    def compared(before, after):
        return compare(refer(directory, before.profile, None, 0), refer(directory, after.profile, None, 0))

    return compared


def a_woman(in_):
    return somebody(in_).but(age=24, gender="female").exploited("sexual").agreeing("referral", "formal_identification", "police")


def functions(steps):
    return {step["function"] for step in steps}


@pytest.mark.parametrize("seed", range(12))
def test_a_path_does_not_differ_from_itself(what_if, directory, seed):
    said = at_random(seed, directory)
    assert what_if(said, said).same


@pytest.mark.parametrize("country", ["AT", "PL", "GB", "MA"])
def test_who_turns_out_to_be_a_child_gains_a_guardian(what_if, country):
    said = a_woman(country)
    found = what_if(said, said.but(age=17))
    assert "child-guardianship" in functions(found.new) | functions(found.gaps_opened)
    assert "child-guardianship" not in functions(found.gone)


def test_what_the_police_does_falls_away_where_she_refuses_it(what_if):
    said = a_woman("ES")
    found = what_if(said, said.refusing("police"))
    assert not found.same
    assert "criminal-investigation" in functions(found.gone)
    assert "criminal-investigation" not in functions(found.new)


def test_turned_round_what_is_new_falls_away(what_if, directory):
    for seed in range(20):
        said = at_random(seed, directory)
        other = said.but(consent={})
        there, back = what_if(said, other), what_if(other, said)
        assert functions(there.new) == functions(back.gone)
        assert functions(there.gaps_opened) == functions(back.gaps_closed)
        assert (len(there.new), len(there.gone), len(there.kept)) == (len(back.gone), len(back.new), len(back.kept))


def test_every_step_is_told_once(what_if, directory):
    for seed in range(20):
        said = at_random(seed, directory)
        before, after = (refer(directory, profile.profile, None, 0)["steps"] for profile in (said, said.but(age=17)))
        found = compare(*({**refer(directory, said.profile, None, 0), "steps": steps} for steps in (before, after)))
        assert len(found.kept) + len(found.gone) == len(before)
        assert len(found.kept) + len(found.new) == len(after)


def test_another_body_for_the_same_thing_is_one_change_not_two(what_if):
    woman = a_woman("AT").but(region="AT-9")
    found = what_if(woman, woman.but(gender="male").exploited("labour"))
    shelters = [pair for pair in found.changed if pair.after["function"] == "safe-accommodation"]
    assert [(pair.before["stakeholder"]["id"], pair.after["stakeholder"]["id"], pair.other_body) for pair in shelters] == [
        ("at-lefoe-ibf", "at-men-via", True)
    ]


def test_a_later_start_changes_the_dates_and_nothing_else(what_if):
    said = a_woman("GB")
    found = what_if(said, said.but(start_date="2026-12-01"))
    assert (found.gone, found.new, found.gaps_opened) == ((), (), ())
    assert {detail for pair in found.changed for detail in pair.other_details} == {"deadlines"}


def test_another_country_is_told(what_if):
    found = what_if(a_woman("FR"), a_woman("IT"))
    assert found.countries == (("FR",), ("IT",))
    assert found.kept == ()
