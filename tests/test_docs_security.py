"""What the security documents claim can be looked up: each test that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", (ROOT / "docs/asvs.md").read_text(encoding="utf-8"))))


def test_some_tests_are_named():
    assert len(NAMED) > 20


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_holds_a_requirement_exists(file, name):
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE), f"{file} has no {name}"


def test_every_chapter_of_the_standard_is_spoken_of():
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    assert {int(number) for number in re.findall(r"\bV(\d+)", text)} >= set(range(1, 18))
