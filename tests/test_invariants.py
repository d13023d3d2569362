"""The invariants of the design document "planner", on the bundled directory: random profiles of all countries, and every pair of countries.

`make soak` holds the same for a million profiles.
"""

from __future__ import annotations

import json
from itertools import permutations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import INVARIANTS, breaches
from naive import TWELVE, facts_of
from profiles import COUNTRIES, A, a_child, a_woman, at_random, drawn

from api.profile import ProfileSchema
from pathways.directory import Directory
from pathways.format.reader import read
from pathways.planner import refer
from pathways.profile import facts
from pathways.stores.bundled import bundled_root

_EACH = 60
"""Random profiles a country."""

BUNDLED = Directory.from_records(read(bundled_root()))
_QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True, print_blob=False)


@pytest.fixture(scope="module")
def answered():
    """Random profiles of every country with their answers."""
    found = []
    for country in COUNTRIES:
        for number in range(_EACH):
            said = at_random(f"{country} {number}", BUNDLED, [country])
            profile = said.profile
            found.append((said, profile, refer(BUNDLED, profile)))
    return found


def _told(said: A, words: str) -> str:
    return f"{words}\n    {json.dumps(said)}"


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_holds_for_random_profiles_of_every_country(answered, name):
    found = [_told(said, words) for said, profile, answer in answered for words in INVARIANTS[name](BUNDLED, profile, answer)]
    assert not found, f"{len(found)} breaches, of which\n" + "\n".join(found[:5])


@settings(_QUIET, max_examples=150)
@given(drawn(BUNDLED))
def test_no_profile_that_can_be_made_breaks_an_invariant(said):
    profile = said.profile
    assert breaches(BUNDLED, profile, refer(BUNDLED, profile, alternatives=1)) == []


@pytest.mark.parametrize("origin", TWELVE)
def test_a_wish_to_return_from_one_of_the_twelve_to_another_has_a_path_or_a_reasoned_gap_and_never_an_unsafe_step(origin):
    found = []
    for destination in TWELVE:
        if destination == origin:
            continue
        adult = a_woman(in_=origin, from_=destination).fearing().wishing_to_return(destination)
        child = a_child(in_=origin, from_=destination).wishing_to_return(destination)
        against = (
            adult.needing("asylum"),
            adult.but(status="asylum-seeker"),
            adult.fearing("reprisals"),
            adult.after("return-risk-unacceptable"),
        )
        assessed = adult.after("return-risk-manageable")
        unasked = (
            adult.undecided_on("return"),
            adult.refusing("share_data_cross_border"),
            assessed.undecided_on("share_data_cross_border"),
        )
        for said in (adult, *against, *unasked, child, child.after("best-interests-return")):
            profile = said.profile
            answer = refer(BUNDLED, profile, alternatives=0)
            found += [_told(said, f"{name}: {words}") for name, words in breaches(BUNDLED, profile, answer)]
            travels = any(step["function"] == "voluntary-return" for step in answer["steps"])
            if not travels and not any(
                gap["function"] in ("voluntary-return", "return-risk-assessment") and gap["reason"] for gap in answer["gaps"]
            ):
                found.append(_told(said, "neither a journey nor a gap"))
            if not answer["contacts_in_country_of_return"] or not answer["steps"]:
                found.append(_told(said, "no contacts, or no step"))
    assert not found, f"{len(found)} breaches, of which\n" + "\n".join(found[:5])


def test_all_ordered_pairs_of_countries_are_told_as_the_research_found_them():
    untold = []
    for origin, destination in permutations(TWELVE, 2):
        answer = refer(BUNDLED, a_woman(in_=origin, from_=destination).fearing().wishing_to_return(destination).profile, alternatives=0)
        corridor = BUNDLED.cross_border.corridors[origin, destination]
        if answer["corridor"]["state"] != corridor.state or answer["countries"] != [origin, destination]:
            untold.append((origin, destination))
    assert untold == []


# deterministic ---------------------------------------------------------------------------------------------------------------------------


def test_the_same_profile_has_the_same_answer_byte_for_byte_whatever_stood_before_and_in_whatever_order_the_records_came():
    records = read(bundled_root())
    Random(1).shuffle(records)
    for part in list(BUNDLED.parts):  # another part object of the same content would be shared; a blank source makes it another
        records.append(_blank_source(part))
    other = Directory.from_records(records)
    for number in range(120):
        profile = at_random(f"same {number}", BUNDLED).profile
        first = json.dumps(refer(BUNDLED, profile))
        assert json.dumps(refer(BUNDLED, profile)) == first
        assert json.dumps(refer(other, profile)) == first


def _blank_source(part: str):
    from pathways.records import Record

    return Record("source", f"{part.lower()}-zz-blank", part, {"title": "-", "publisher": "-", "year": None, "kind": "report"})


def test_the_same_profile_has_the_same_answer_in_another_process_with_other_hashes(tmp_path):
    import os
    import subprocess
    import sys
    from pathlib import Path

    script = tmp_path / "answers.py"
    script.write_text(
        "import hashlib, json, sys\n"
        "from profiles import at_random\n"
        "from pathways.directory import Directory\n"
        "from pathways.format.reader import read\n"
        "from pathways.planner import refer\n"
        "from pathways.stores.bundled import bundled_root\n"
        "held = Directory.from_records(read(bundled_root()))\n"
        "for number in range(60):\n"
        "    print(number, hashlib.sha256(json.dumps(refer(held, at_random(f'hash {number}', held).profile)).encode()).hexdigest())\n"
    )
    here = Path(__file__).parent

    def answers(seed: str) -> str:
        path = os.pathsep.join([str(here), str(here.parent)])
        return subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert answers("1") == answers("2")


# the ground of the tests -----------------------------------------------------------------------------------------------------------------


def test_the_facts_of_a_case_are_those_told_a_second_time():
    for number in range(2000):
        profile = at_random(number, BUNDLED).profile
        told = facts_of(profile, BUNDLED.parts[profile.identified_in])
        told.pop("interpreter_needed")
        assert {name: value for name, value in told.items() if value is not None} == facts(profile)


def test_drawn_profiles_are_ones_that_the_contract_accepts():
    schema = ProfileSchema()
    assert [schema.validate(at_random(number, BUNDLED)) for number in range(500)] == [{}] * 500


@settings(_QUIET, max_examples=100)
@given(drawn(BUNDLED), st.data())
def test_hypothesis_draws_profiles_that_the_contract_accepts(said, _data):
    assert ProfileSchema().validate(said) == {}
