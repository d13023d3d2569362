"""What is said of a change by hand: a proposal, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from api.fields import Day, checked, line, word
from api.importing_schema import ListSchema
from pathways.editing import EDITED, State

_IDENTITY = 200
_MOST_FIELDS = 40


def _is_page(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return len(text) <= 500 and text.isprintable() and parts.scheme in ("http", "https") and bool(parts.hostname)


class _Strict(Schema):
    """Unknown fields are refused."""

    problem = "invalid-body"

    class Meta:
        """By name."""

        unknown = RAISE


class NamedSourceSchema(_Strict):
    """Where a change comes from: a source that the directory has, or a new one."""

    id = line(_IDENTITY, "A source that the directory has; then nothing else but the day is said of it")
    title = line(300, "What it is: a page, a letter, a call")
    publisher = line(200, "Whose it is")
    url = checked(_is_page, "the address of a page", "Where it can be read")
    seen = Day("The day on which somebody looked at it", required=True)

    @validates_schema
    def _one_source(self, data: dict[str, Any], **_: Any) -> None:
        if "id" in data and {"title", "publisher", "url"} & set(data):
            raise ValidationError("is a source that the directory has; leave title, publisher and url out", "id")
        if "id" not in data and not {"title", "publisher"} <= set(data):
            raise ValidationError("is needed, with its publisher, where the source is a new one", "title")
        if data["seen"] > date.today():
            raise ValidationError("lies in the future", "seen")


class ProposalSchema(_Strict):
    """A change of one body or one mandate, or the word of somebody who has looked that all is still so."""

    kind = word(list(EDITED), "What is changed", required=True)
    id = line(_IDENTITY, "Which", required=True)
    verifies = fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=False,
        metadata={"description": "Somebody has looked, and all is still so; then no fields"},
    )
    source = fields.Nested(NamedSourceSchema, required=True)
    reason = line(500, "Why, for whoever approves. Nothing about a case", load_default="")
    # last, since it takes the module's name in this class
    fields = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        load_default=dict,
        metadata={"description": "The new values, as the directory's format writes them; null takes away what was changed by hand"},
    )

    @validates_schema
    def _says_something(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data["fields"]) == data["verifies"]:
            raise ValidationError("either fields, or verifies: true", "fields")
        if len(data["fields"]) > _MOST_FIELDS:
            raise ValidationError(f"has more than {_MOST_FIELDS} fields", "fields")


class AnswerSchema(_Strict):
    """Why a proposal is refused."""

    answer = line(500, "Why, for whoever proposed it", required=True)


class ProposalsSchema(ListSchema):
    """A list of proposals."""

    state = word([state.value for state in State], "Only those of this state; all where left out")


class WorklistSchema(ListSchema):
    """What to verify first in a country."""

    country = checked(
        lambda code: len(code) == 2 and code.isascii() and code.isupper(),
        "a country code in two capital letters",
        "Which country",
        required=True,
    )
