"""The measures measure what they say: sizes of generated directories, the mix of cases, counts of answers, figures of runs."""

from __future__ import annotations

import pytest

from bench import generate, load, maps, pairs, path, profiles, space, startup, workload
from pathways.directory import Directory
from pathways.planner import refer


def bodies(directory: Directory, country: str) -> int:
    return len(directory.parts[country].stakeholders)


@pytest.fixture(scope="module")
def wide() -> Directory:
    return generate.wide(1_000)


@pytest.fixture(scope="module")
def deep() -> Directory:
    return generate.deep(1_200)


def test_a_wide_directory_has_more_countries_of_the_same_size(directory: Directory, wide: Directory) -> None:
    assert len(wide.parts) == 24
    assert sorted(bodies(wide, code) for code in wide.parts if code not in directory.parts) == sorted(
        bodies(directory, code) for code in directory.parts
    )
    assert len(wide.cross_border.corridors) == 2 * 132


def test_a_deep_directory_has_larger_countries(directory: Directory, deep: Directory) -> None:
    assert list(deep.parts) == list(directory.parts)
    assert {bodies(deep, code) for code in deep.parts} == {100}


def test_the_same_size_gives_the_same_directory(deep: Directory) -> None:
    again = generate.deep(1_200)
    assert {code: part.digest for code, part in again.parts.items()} == {code: part.digest for code, part in deep.parts.items()}


def test_a_copied_country_answers_as_the_country_does(directory: Directory, wide: Directory) -> None:
    copies = [code for code in wide.parts if code not in directory.parts]
    original = refer(directory, pairs.adult("IT", "AL"), alternatives=0)
    italy = next(
        code
        for code in copies
        if bodies(wide, code) == bodies(directory, "IT") and any(body.endswith("-dpo") for body in wide.parts[code].stakeholders)
    )
    answer = refer(wide, pairs.adult(italy, "AL"), alternatives=0)
    assert [step["function"] for step in answer["steps"] if step["phase"] == "national"] == [
        step["function"] for step in original["steps"] if step["phase"] == "national"
    ]


def test_every_measured_case_is_answered_in_any_directory(wide: Directory, deep: Directory) -> None:
    for generated in (wide, deep):
        for case in workload.profiles(generated, 100):
            assert refer(generated, case, alternatives=0)["steps"] is not None


def test_the_cases_are_mixed_and_repeatable(directory: Directory) -> None:
    cases = workload.profiles(directory, 1_000)
    assert cases == workload.profiles(directory, 1_000)
    assert cases != workload.profiles(directory, 1_000, seed=2)
    assert {case.identified_in for case in cases} == set(directory.parts)
    assert {case.wishes for case in cases} == {"stay", "return", "undecided", None}
    assert 100 < sum(case.age is not None and case.age < 18 for case in cases) < 400


def test_figures_are_those_of_the_quietest_run() -> None:
    assert path.quantile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert path.quantile(list(range(1, 101)), 0.99) == 99
    assert path.least([[0.001, 0.002], [0.001, 0.5]]) == {"p50 ms": 1.0, "p99 ms": 2.0, "max ms": 2.0}


def test_the_walks_of_networkx_are_between_bodies_that_are_tied(directory: Directory) -> None:
    graph = path.graph_of(directory)
    assert set(graph) == {body for part in directory.parts.values() for body in part.stakeholders}
    assert graph.has_edge("gr-ekka", "gr-ekka-shelters")


def test_counted_profiles_keep_unknown_what_is_empty() -> None:
    row = {
        "exploitation_region": "Asia",
        "citizenship_region": "",
        "gender": "",
        "majority": "",
        "forced_labour": "",
        "sexual_exploit": "1",
        "records": "7",
    }
    ((profile, here, records),) = profiles.cases([row])
    assert (profile.gender, profile.age_group, profile.nationality, profile.exploitation) == (None, None, (), ("sexual",))
    assert (here, records) == (False, 7)


def test_a_word_that_the_crosswalk_does_not_have_is_refused() -> None:
    row = {
        "exploitation_region": "Asia",
        "citizenship_region": "Mars",
        "gender": "",
        "majority": "",
        "forced_labour": "",
        "sexual_exploit": "",
        "records": "1",
    }
    with pytest.raises(KeyError, match="Mars"):
        profiles.cases([row])


def test_answers_are_counted_for_each_country(directory: Directory) -> None:
    row = {
        "exploitation_region": "Europe",
        "citizenship_region": "Africa",
        "gender": "Female",
        "majority": "Adult",
        "forced_labour": "",
        "sexual_exploit": "1",
        "records": "7",
    }
    found = profiles.tally(directory, profiles.cases([row]), profiles.SCENARIOS["agreed"])
    assert set(found) == set(directory.parts)
    assert all(tally.answered == 1 and tally.records == 7 for tally in found.values())
    assert all(bool(tally.missing) is (tally.complete == 0) for tally in found.values())


def test_a_pair_is_told_with_where_it_stops(directory: Directory) -> None:
    line = pairs.line(directory, "child", pairs.child("GR", "AL", determined=False))
    assert (line["from"], line["to"], line["state"]) == ("GR", "AL", "documented")
    assert "R11" in line["stops"]


def test_a_start_answers_and_counts_its_memory(tmp_path: object) -> None:
    found = startup.start(f"sqlite:///{tmp_path}/directory.sqlite")
    assert found["total s"] > found["directory s"] > 0
    assert found["memory MB"] > 10


def test_a_space_is_measured_against_the_planner_on_profiles_of_it(directory: Directory) -> None:
    line = space.measured(directory, "UA", 5)
    assert line["profiles"] > line["groups"] > line["published"] > 1_000_000
    assert line["planner years for all"] > 1
    assert set(space.shown(line)) == set(space.COLUMNS)


def test_the_large_map_has_a_thousand_bodies_and_three_thousand_referrals():
    found = maps.mechanism_of(maps.large(), "GR", maps.ANONYMOUS, maps.ON)
    assert len(found.rows) == 1000
    assert 2990 < len(found.referrals) <= 3000


def test_the_load_is_of_paths_with_searches_and_maps_among_them(directory: Directory) -> None:
    profiles = load.cases(None, 64)
    assert len(profiles) == 64
    mix = load.lines(profiles, mixed=True)
    asked = [line.split("\t")[1].split("?")[0] for line in mix]
    assert len([path for path in asked if path == "/api/v1/pathways"]) == 64
    assert len([path for path in asked if path == "/api/v1/stakeholders"]) == 12
    assert len([path for path in asked if path.startswith("/api/v1/maps/")]) == 4
    assert all(line.count("\t") == 2 for line in mix)
