"""Fills the form in a browser as a person would: what is on the page is answered, what is folded away is opened first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page

from api.asking.form import value_of, written
from api.asking.questions import QUESTIONS, Field, Question

LAST = "details.question"
"""What only the page with all questions has."""


def ask_all(page: Page, country: str) -> None:
    """From the first question to all of them on one page."""
    page.locator(f"#field-identified_in input[value={country}]").check()
    with page.expect_navigation():
        page.locator("button[value=all]").click()


def answer_all(page: Page, said: Mapping[str, Any]) -> None:
    """Answer on the page with all questions what is known of a case, and nothing else."""
    for question in QUESTIONS:
        if any(_differs(page, field, said) for field in question.fields):
            _unfold(page, question)
            for field in question.fields:
                _answer(page, field, said)


def answer_one_by_one(page: Page, said: Mapping[str, Any]) -> list[str]:
    """Answer each question that is asked, until there is none; gives their ids."""
    asked = []
    while page.locator(LAST).count() == 0:
        identity = page.locator("input[name=at]").get_attribute("value") or ""
        asked.append(identity)
        for field in next(found for found in QUESTIONS if found.id == identity).fields:
            _answer(page, field, said)
        with page.expect_navigation():
            page.locator("main button[value=next]").click()
    return asked


def _unfold(page: Page, question: Question) -> None:
    details = page.locator(f"#question-{question.id}")
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()


def _differs(page: Page, field: Field, said: Mapping[str, Any]) -> bool:
    """Whether the page does not yet say of a field what is known of it."""
    values = [value for name, value in written({**said}) if name == field.name]
    if field.kind == "decisions":
        return bool(value_of(said, field.name))
    chosen = page.locator(f"#field-{_id(field)} :is(input:checked, input:not([type=radio], [type=checkbox]), select)")
    return sorted(values) != sorted(text for text in chosen.evaluate_all("all => all.map(one => one.value)") if text)


def _id(field: Field) -> str:
    return field.name.replace(".", "-")


def _answer(page: Page, field: Field, said: Mapping[str, Any]) -> None:
    values = [value for name, value in written({**said}) if name == field.name]
    here = page.locator(f"#field-{_id(field)}")
    if field.kind == "decisions":
        _decide(here, value_of(said, field.name) or ())
    elif here.locator("select").count():
        for index, value in enumerate(values):
            here.locator("select").nth(index).select_option(value)
    elif here.locator("input[type=radio], input[type=checkbox]").count():
        for value in values:
            here.locator(f"input[value='{value}']").check()
    elif values:
        here.locator("input").fill(values[0])


def _decide(here: Locator, decisions: Any) -> None:
    """One decision: there is one empty line, and another once it is filled."""
    assert len(decisions) <= 1
    for done in decisions:
        here.locator("select[name='done.decision']").select_option(done["decision"])
        if done.get("by"):
            here.locator("select[name='done.by']").select_option(done["by"])
        if done.get("on"):
            here.locator("input[name='done.on']").fill(str(done["on"]))
