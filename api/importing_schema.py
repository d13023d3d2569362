"""What is said of an uploaded list, and what may be asked of an import: the fields of forms and of bodies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from apispec import APISpec
from marshmallow import RAISE, Schema, ValidationError, fields

from api.access import UNNAMED
from api.fields import Truth, Whole, checked, line, word
from api.profile import is_country
from api.query import NothingSchema, PagedSchema
from importers.pipeline import source_of
from importers.recognising import known
from importers.uploads import MEANINGS


class YesOrNo(fields.Boolean):
    """`true` or `false` in a form or a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("is not true or false")
        return bool(value == "true")


def _author() -> fields.String:
    return line(80, "Who does it, as the history shows it: a post or initials, since everybody can read it", load_default=UNNAMED)


class UploadSchema(Schema):
    """What is said of a list, beside the list itself."""

    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    source = checked(
        lambda name: len(name) <= 60 and name == source_of(Path(f"{name}.x")),
        "a name in small letters, digits and hyphens",
        "Whose list it is: a newer one replaces the older. The file's name where left out",
    )
    format = word(["auto", *known()], "What the file is; auto: it is recognised, and the report says why", load_default="auto")
    country = checked(is_country, "a country code in two capital letters", "The country of what names none")
    published = checked(
        lambda day: len(day) == 10 and _is_day(day), "a date, YYYY-MM-DD", "The day of the list; what had ended by then is kept as ended"
    )
    confirm_withdrawals = YesOrNo(load_default=False, metadata={"description": "It is right that 5 % or more is withdrawn"})
    dry_run = YesOrNo(load_default=True, metadata={"description": "false: apply it at once, where its trial allows that"})
    author = _author()


def describe(spec: APISpec) -> None:
    """Add the shapes of an upload and of an import to the API's document."""
    spec.components.schema("Upload", schema=UploadSchema)
    upload = spec.components.schemas["Upload"]
    upload["properties"] |= {
        "file": {"type": "string", "format": "binary", "description": "The list"},
        "mapping": {"type": "string", "format": "binary", "description": "A YAML file: what the columns of any other list mean"},
    }
    upload["required"] = ["file"]
    text, maybe, number, flag = {"type": "string"}, {"type": ["string", "null"]}, {"type": "integer"}, {"type": "boolean"}
    found = {
        **dict.fromkeys(("id", "at", "author", "file", "content", "source", "format", "meaning", "forgotten_after"), text),
        **dict.fromkeys(("country", "published"), maybe),
        **dict.fromkeys(("size", "matches_waiting"), number),
        **dict.fromkeys(("mapping", "confirm_withdrawals", "file_kept"), flag),
        "state": {"enum": list(MEANINGS), "description": "; ".join(f"{word}: {meaning}" for word, meaning in MEANINGS.items())},
        "revision": {"type": ["integer", "null"], "description": "The revision that it was applied as"},
        "report": {
            "type": ["object", "null"],
            "description": "What was found and what differs; findings_left_out and differences_left_out count what is not told here",
        },
        "links": {"type": "object", "additionalProperties": text, "description": "What can be done with it now"},
    }
    spec.components.schema("Import", {"type": "object", "properties": found, "required": list(found)})


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class DryRunSchema(NothingSchema):
    """Whether an upload is only tried."""

    dry_run = YesOrNo(metadata={"description": "As the field of the same name"})


class ReportSchema(NothingSchema):
    """How an import is told."""

    format = word(["json", "text", "html", "xlsx"], "The form; else as Accept says. All but json are the whole report as a file")
    most = Whole(0, 1000, in_query=True, description="At most so many findings and differences in json", load_default=100)


class WholeReportSchema(NothingSchema):
    """In which form the whole report is given."""

    format = word(["json", "text", "html", "xlsx"], "The form", load_default="json")


class ListSchema(PagedSchema):
    """A list of imports in pages."""

    class Meta:
        """The recorded state of the directory has no say here."""

        unknown = RAISE
        exclude = ("revision", "language")


class _Body(Schema):
    problem = "invalid-body"
    may_be_left_out = True

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class TrySchema(_Body):
    """Trying again."""

    confirm_withdrawals = Truth(load_default=False, metadata={"description": "It is right that 5 % or more is withdrawn"})


class UndoSchema(_Body):
    """Taking back."""

    author = _author()
    note = line(500, "Why", load_default="")


class JudgementSchema(Schema):
    """What somebody judges of a match."""

    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    source = line(60, "Whose list the body stands in", required=True)
    subject = line(500, "By what the list knows the body: as the match says it", required=True)
    body = line(200, "The body of the directory", required=True)
    verdict = word(["same", "different"], "Whether the two are one", required=True)
    author = _author()
    note = line(500, "Why", load_default="")


class MatchesSchema(ListSchema):
    """What waits, or what was judged."""

    source = line(60, "Of this source only")
    state = word(["waiting", "judged"], "What waits for somebody, or what was judged", load_default="waiting")
