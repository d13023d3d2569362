"""What the page on gaps says of recall and precision is what the measures find now."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import generate, precision, recall


@pytest.fixture(scope="module")
def found():
    return list(recall.lines(generate.bundled()))


def test_the_measures_find_at_least_four_in_five_of_the_stated_gaps_that_a_directory_can_show(found):
    shown = [line for line in found if line.probe]
    assert sum(line.found for line in shown) >= 0.8 * len(shown)


def test_every_stated_gap_is_asked_for_or_says_why_not(found):
    assert all(bool(line.probe) != bool(line.cannot) for line in found)
    assert {line.cannot for line in found} <= {"", "practice", "outcome", "money", "policy", "later"}


def test_the_tables_of_the_page_are_those_of_the_measures(found):
    page = Path("docs/gaps.md").read_text(encoding="utf-8")
    assert recall.told(found) in page, "run: python -m bench.recall --write docs/gaps.md"


def test_every_finding_is_judged_and_none_is_told_as_more_than_a_source_states():
    judged = list(precision.judged(generate.bundled()))
    assert [item for item in judged if item.too_much or item.too_little] == []
    assert precision.told(judged) in Path("docs/gaps.md").read_text(encoding="utf-8"), "run: python -m bench.precision --write docs/gaps.md"
