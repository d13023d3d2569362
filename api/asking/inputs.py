"""A field as a page shows it: how it is given, what can be chosen, what is chosen, its words, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from flask_babel import format_date, format_number, gettext

from api.asking.choices import ASKED_AND_NONE, Choice, Group, bodies, groups, word_of
from api.asking.form import DECISION, Wrong, text_of, value_of
from api.asking.questions import ANSWERED_BY, FIELDS, Field, Question

Widget = Literal["radios", "checkboxes", "select", "selects", "text", "day", "decisions"]
_FEW = 12
"""So many choices are shown at once; more are folded into a list."""
_ROWS = 2
"""So many values can be given at once of a list that is chosen from a long one; there is always one more than are given."""
_MORE = 2
"""So many further decisions can be told at once, folded away: a page is enough for what has usually been decided."""


@dataclass(frozen=True, slots=True)
class Input:
    """A field on a page."""

    field: Field
    widget: Widget
    groups: Sequence[Group]
    chosen: tuple[str, ...]
    words: tuple[str, ...]
    error: str
    rows: Sequence[Mapping[str, str]] = ()
    """Of decisions: what is told of each, and an empty one."""
    more: Sequence[Mapping[str, str]] = ()
    """Empty ones for further decisions."""
    deciders: Sequence[Choice] = ()

    @property
    def id(self) -> str:
        """The name of its element on the page."""
        return "field-" + self.field.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a page."""

    question: Question
    inputs: tuple[Input, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether one of its answers cannot be."""
        return any(found.error for found in self.inputs)

    @property
    def is_answered(self) -> bool:
        """Whether anything is known."""
        return any(found.words for found in self.inputs)


def asked(question: Question, data: Mapping[str, Any], wrong: Sequence[Wrong], language: str) -> Asked:
    """A question with what is known of it."""
    return Asked(question, tuple(shown(field, data, wrong, language) for field in question.fields))


def shown(field: Field, data: Mapping[str, Any], wrong: Sequence[Wrong], language: str) -> Input:
    """A field with what is known of it."""
    country = data.get("identified_in")
    value = value_of(data, field.name)
    found = groups(field, country if isinstance(country, str) else None, language)
    decided = field.kind == "decisions"
    return Input(
        field,
        _widget(field, found),
        found,
        () if decided else tuple(_chosen(field, value)),
        words(field, data, language),
        next((error_text(item) for item in wrong if item.field == field.name), ""),
        [{name: text_of(row.get(name)) for name in DECISION} for row in (*(value or ()), {})] if decided else (),
        [{}] * _MORE if decided else (),
        bodies(country) if decided and isinstance(country, str) else (),
    )


def _widget(field: Field, found: Sequence[Group]) -> Widget:
    match field.kind:
        case "words":
            return "checkboxes"
        case "countries" | "languages":
            return "selects"
        case "number":
            return "text"
        case "day":
            return "day"
        case "decisions":
            return "decisions"
    return "select" if sum(len(group.choices) for group in found) > _FEW or field.kind in ("region", "country") else "radios"


def _chosen(field: Field, value: Any) -> Iterable[str]:
    if isinstance(value, list | tuple):
        chosen = [str(item) for item in value] or ([ASKED_AND_NONE] if field.words == "risks" else [])
        return [*chosen, *[""] * max(1, _ROWS - len(chosen))] if field.kind in ("countries", "languages") else chosen
    if value is None:
        return [""] * _ROWS if field.kind in ("countries", "languages") else [""]
    return [text_of(value)]


def words(field: Field, data: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """What is known of a field, in words; nothing where it is unknown."""
    value, country = value_of(data, field.name), data.get("identified_in")
    if value is None:
        return ()
    if field.kind == "truth":
        return (gettext("Yes") if value is True else gettext("No") if value is False else str(value),)
    if field.kind == "number":
        return (format_number(value) if isinstance(value, int) else str(value),)
    if field.kind == "day":
        return (_day(value),)
    if field.kind == "decisions":
        return tuple(_decision(row, language) for row in value)
    values = value if isinstance(value, list | tuple) else (value,)
    if not values and field.words == "risks":
        values = (ASKED_AND_NONE,)
    return tuple(word_of(field, str(item), country, language) for item in values)


def _decision(row: Mapping[str, Any], language: str) -> str:
    what = word_of(FIELDS["done"], str(row.get("decision", "")), None, language)
    return f"{what}, {_day(row['on'])}" if row.get("on") else what


def _day(value: Any) -> str:
    try:
        return str(format_date(value if isinstance(value, date) else date.fromisoformat(str(value)), "long"))
    except ValueError:
        return str(value)


def error_text(wrong: Wrong) -> str:
    """What is wrong with an answer, and what would be accepted."""
    field = FIELDS.get(wrong.field)
    if wrong.against == "itself":
        return gettext("These answers cannot be true together. Change one of them.")
    if wrong.against:
        return gettext(
            "This cannot be true together with your answer to “%(question)s”. Change one of the two.",
            question=FIELDS[wrong.against].label,
        )
    if field is not None and field.needed:
        return gettext("Choose the country. It is the only answer that is needed.")
    if field is not None and field.kind == "number":
        return gettext("Enter a whole number that can be true, in digits, or leave it empty.")
    if field is not None and field.kind == "day":
        return gettext("Enter a day from the year 2000 to 2100, or leave it empty.")
    if field is not None and field.kind == "decisions":
        return gettext("Choose the decision, or leave the whole line empty; a day is from the year 2000 to 2100.")
    return gettext("Choose from the list, or leave it open.")


def summary(found: Sequence[Asked]) -> list[tuple[Input, Question]]:
    """All inputs that are wrong, for the list of errors above a form."""
    return [(item, ANSWERED_BY[item.field.name]) for entry in found for item in entry.inputs if item.error]
