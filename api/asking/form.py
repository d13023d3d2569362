"""From a form to a profile and back. All state is in the form: what was answered comes with each POST, and goes out in the next page.

A form's fields have the names of the profile's; `consent.police` is a field within another. Nothing else is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from api.asking.choices import ASKED_AND_NONE
from api.asking.questions import FIELDS, Field
from api.problems import Problem
from api.profile import Contradiction, ProfileSchema

Data = dict[str, Any]
"""A profile in the shape of JSON; nothing that is unknown stands in it."""

_TRUTHS = {"yes": True, "no": False}
DECISION = ("decision", "by", "on")
"""What is told of a decision: each has a column of fields of its own, `done.decision` and so on."""

WAS = "was."
"""Before the names of fields that hold an answer as it was, where another is tried."""
_NAMES = (*FIELDS, *(f"done.{name}" for name in DECISION))


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that cannot be: the field, and the field that it contradicts, where it is that."""

    field: str
    against: str = ""


def read(form: MultiDict[str, str], controls: tuple[str, ...] = (), prefix: str = "") -> Data:
    """The profile that a form tells in the fields with a prefix, not yet checked.

    Problem where the form has a field that is neither the profile's nor a control.
    """
    known = {*controls, *_NAMES, *(WAS + name for name in _NAMES)}
    if not known.issuperset(form):
        raise Problem("bad-request", "The form has a field that is not asked for.")
    found: Data = {}
    for name, field in FIELDS.items():
        given = [text.strip() for text in form.getlist(prefix + name)]
        value = _decisions(form, prefix) if field.kind == "decisions" else _value(field, given)
        if value is not None:
            outer, _, inner = name.rpartition(".")
            (found.setdefault(outer, {}) if outer else found)[inner] = value
    return found


def _value(field: Field, given: list[str]) -> Any:
    several = [text for text in given if text]
    if not several:
        return None
    match field.kind:
        case "words" | "countries" | "languages":
            return [] if field.words == "risks" and several == [ASKED_AND_NONE] else several
        case "truth":
            return _TRUTHS.get(several[0], several[0])
        case "number":
            return int(several[0]) if re.fullmatch(r"-?[0-9]{1,9}", several[0]) else several[0]
    return several[0]


def _decisions(form: MultiDict[str, str], prefix: str) -> list[Data] | None:
    columns = [[text.strip() for text in form.getlist(f"{prefix}done.{name}")] for name in DECISION]
    length = max(map(len, columns))
    rows = zip(*(column + [""] * (length - len(column)) for column in columns), strict=True)
    found = [{name: text for name, text in zip(DECISION, row, strict=True) if text} for row in rows if any(row)]
    return found or None


def written(data: Mapping[str, Any], without: Collection[Field] = ()) -> list[tuple[str, str]]:
    """The fields of a form that tell a profile: what `read` reads. `without` are left out, where they stand on the page to be filled in."""
    return [pair for name, field in FIELDS.items() if field not in without for pair in _pairs(field, value_of(data, name))]


def value_of(data: Mapping[str, Any], name: str) -> Any:
    """The value of a field of the profile; None where it is unknown."""
    outer, _, inner = name.rpartition(".")
    return (data.get(outer) or {}).get(inner) if outer else data.get(inner)


def _pairs(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if field.kind == "decisions":
        for done in value:
            for name in DECISION:
                yield f"done.{name}", text_of(done.get(name))
    elif isinstance(value, list | tuple):
        for item in value or ([ASKED_AND_NONE] if field.words == "risks" else ()):
            yield field.name, item
    else:
        yield field.name, text_of(value)


def text_of(value: Any) -> str:
    """A value as a form writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def checked(data: Data) -> tuple[dict[str, Any], list[Wrong]]:
    """What the profile's schema makes of it, and what is wrong with it: one or the other."""
    try:
        return _SCHEMA.load(data), []
    except ValidationError as error:
        return {}, list(_wrong(error.normalized_messages()))


def _wrong(messages: Mapping[Any, Any]) -> Iterator[Wrong]:
    for name, inner in messages.items():
        if name == "consent" and isinstance(inner, Mapping):
            yield from (Wrong(f"consent.{key}") for key in inner)
            continue
        said = inner if isinstance(inner, list) else []
        against = [message.other for message in said if isinstance(message, Contradiction)]
        yield Wrong(str(name), against[0] if against else "")


_SCHEMA = ProfileSchema()
