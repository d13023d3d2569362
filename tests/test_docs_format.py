"""The page on the format: what it shows is read by the reader itself."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pathways import conditions, vocabulary
from pathways.directory import Directory
from pathways.format.lint import check
from pathways.format.reader import load_yaml, read
from pathways.format.schema import FILES

PAGE = (Path(__file__).parent.parent / "docs" / "format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    for name, text in BLOCKS:
        if "/" in name:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_examples_are_a_directory_that_is_in_order(folder):
    assert {name for name, _ in BLOCKS if "/" in name} == {f"MT/{name}.yaml" for name in ("sources", "stakeholders", "mechanism")}
    assert [str(finding) for finding in check(folder, date(2026, 11, 24))] == []


def test_the_examples_mean_what_the_page_says(folder):
    part = Directory.from_records(read(folder)).parts["MT"]
    assert {mandate.id for body in part.stakeholders.values() for mandate in body.mandates} >= {"mt-police.formal-identification-decide"}
    decision = next(stage for stage in part.stages if stage.id == "decision")
    assert decision.evidence == "conflicting"
    assert decision.applies.evaluate({"nationality_group": frozenset({"own"})}) is False
    assert part.stakeholders["mt-helping-hand"].contacts[1].current is False


def test_the_condition_that_is_shown_is_one():
    (text,) = [text for name, text in BLOCKS if name == "condition"]
    shown = conditions.parse(load_yaml(text))
    assert shown.evaluate({"is_child": True}) is True
    assert shown.evaluate({"is_child": False, "consent.referral": True, "age_years": 24}) is None


def test_every_file_of_a_directory_is_in_the_table():
    named = set(re.findall(r"^\| `[^`]+/([a-z]+)\.yaml`", PAGE, re.MULTILINE))
    assert named == set(FILES)


def test_every_role_and_kind_of_evidence_is_told():
    for name in ("mandate_roles", "evidence", "branch_outcomes", "disclosure"):
        untold = [word for word in vocabulary.words(name) if not re.search(rf"\b{re.escape(word)}", PAGE)]
        assert untold == [], name
