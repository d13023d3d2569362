"""Fields that take exactly what they say: no text for a number, no number for yes or no; each knows what it accepts, for the errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""The days that a case or a legal question can stand on."""
DAY = "a date, YYYY-MM-DD, from 2000-01-01 to 2100-12-31"


def word(words: Sequence[str], description: str = "", **options: Any) -> fields.String:
    """A word of a controlled list."""
    check = validate.OneOf(list(words), error="is not one of the accepted values")
    return fields.String(
        validate=check,
        error_messages={"invalid": "is not one of the accepted values", "null": "may not be null"},
        metadata=_meta(list(words), description),
        **options,
    )


def checked(accepts: Callable[[str], bool], accepted: str, description: str = "", **options: Any) -> fields.String:
    """A text that a rule accepts."""

    def check(value: str) -> None:
        if not accepts(value):
            raise ValidationError(f"is not {accepted}")

    return fields.String(validate=check, error_messages={"invalid": f"is not {accepted}"}, metadata=_meta(accepted, description), **options)


def line(most: int, description: str, **options: Any) -> fields.String:
    """One line of text that somebody writes, of at most so many letters."""
    return checked(lambda text: 0 < len(text) <= most and text.isprintable(), f"a text of at most {most} letters", description, **options)


class Truth(fields.Boolean):
    """true or false, nothing that resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("is not true or false")
        return value


class Whole(fields.Integer):
    """A whole number within bounds; JSON's `24.0` is one, `"24"` is not. In a query the digits are text."""

    def __init__(self, least: int, most: int, *, in_query: bool = False, description: str = "", **options: Any) -> None:
        self.least, self.most, self.in_query = least, most, in_query
        self.accepted = f"a whole number from {least} to {most}"
        super().__init__(
            validate=validate.Range(least, most, error=f"is not {self.accepted}"), metadata=_meta(self.accepted, description), **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if self.in_query and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
            return int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e9:
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(f"is not {self.accepted}")
        return value


class Day(fields.Date):
    """A day as YYYY-MM-DD."""

    def __init__(self, description: str = "", **options: Any) -> None:
        super().__init__(metadata=_meta(DAY, description), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
        except ValueError:
            day = None
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"is not {DAY}")
        return day


class Several(fields.List[Any]):
    """A list of at most so many; a value given twice counts once."""

    def __init__(self, inner: Any, most: int = 50, description: str = "", **options: Any) -> None:
        check = validate.Length(max=most, error=f"has more than {most} values")
        super().__init__(inner, validate=check, error_messages={"invalid": "is not a list"}, metadata=_meta(None, description), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        found = super()._deserialize(value, attr, data, **kwargs)
        return list(dict.fromkeys(found)) if all(isinstance(item, str) for item in found) else found


class OneOrSeveral(Several):
    """A list, for which a single value may stand by itself."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return super()._deserialize([value] if isinstance(value, str) else value, attr, data, **kwargs)


def _meta(accepted: Any, description: str) -> dict[str, Any]:
    """What the errors and the document say of a field; accepted words also stand in its description, accepted values in its enum."""
    words = ". Accepts ".join(part for part in (description, accepted if isinstance(accepted, str) else "") if part)
    found = {} if accepted is None else {"accepted": accepted}
    return {**found, "description": words} if words else found


def documented(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    """What the document of the API says beside what apispec sees: a single value beside a list, and a shape given by name."""
    if isinstance(field, OneOrSeveral):
        return {"type": ["array", "string", "null"]}
    shape = field.metadata.get("shape")
    return {"$ref": f"#/components/schemas/{shape}"} if shape else {}
