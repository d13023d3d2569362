"""What the HSDS API may be asked: the standard's parameters, in an address or in a body; unknown ones are refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from api.fields import Day, Truth, Whole, checked, word
from api.query import MOST_PER_PAGE, DatedSchema

_MOMENT = "a date or a time of ISO 8601, as 2026-11-24 or 2026-11-24T15:00:00Z"


class _Moment(fields.String):
    """A moment; read as UTC, to the second."""

    def __init__(self, description: str) -> None:
        super().__init__(
            error_messages={"invalid": f"is not {_MOMENT}"},
            metadata={"accepted": _MOMENT, "description": f"{description}. Accepts {_MOMENT}"},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            found = datetime.fromisoformat(super()._deserialize(value, attr, data, **kwargs))
            moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(f"is not {_MOMENT}") from None
        return f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0")


def _truth(in_query: bool, description: str) -> fields.Field[Any]:
    return word(("true", "false"), description) if in_query else Truth(metadata={"description": description})


def _text(most: int, description: str) -> fields.String:
    return checked(lambda text: len(text) <= most, f"a text of at most {most} characters", description)


def _paging(in_query: bool) -> dict[str, Any]:
    return {
        "search": _text(200, "Words of its names and texts: all of them, each as the beginning of a word, in any script"),
        "page": Whole(1, 1_000_000, in_query=in_query, description="Which page", load_default=1),
        "per_page": Whole(1, MOST_PER_PAGE, in_query=in_query, description="How many on a page", load_default=50),
        "format": word(("json", "ndjson"), "ndjson: all results, a line each, without pages", load_default="json"),
        "revision": Whole(1, 999_999_999, in_query=in_query, description="The recorded state of the directory; the newest where left out"),
        "as_of": Day("The day for which services are told active or inactive; today where left out"),
    }


def _services(in_query: bool) -> dict[str, Any]:
    return {
        **_paging(in_query),
        "taxonomy_term_id": _text(100, "Services with this term"),
        "taxonomy_id": _text(100, "Services with a term of this taxonomy"),
        "organization_id": _text(100, "Services of this organization"),
        "modified_after": _Moment("Services that were changed then or later"),
        "full": _truth(in_query, "With all that belongs to each"),
    }


def _lists(in_query: bool) -> dict[str, dict[str, Any]]:
    return {
        "services": {**_services(in_query), "minimal": _truth(in_query, "Only id and last_modified, all on one page")},
        "organizations": {
            **_paging(in_query),
            "full": _truth(in_query, "With all that belongs to each"),
            "full_service": _truth(in_query, "With its services whole"),
        },
        "taxonomies": _paging(in_query),
        "taxonomy_terms": {
            **_paging(in_query),
            "taxonomy_id": _text(100, "Terms of this taxonomy"),
            "parent_id": _text(100, "Terms right below this one"),
            "top_only": _truth(in_query, "Only terms with none above"),
        },
        "service_at_locations": {
            **_services(in_query),
            "postcode": _text(20, "Around this postcode"),
            "proximity": _text(20, "Within so many metres of it"),
        },
    }


class _InAddress(Schema):
    problem = "invalid-parameters"

    class Meta:
        """Unknown parameters are refused."""

        unknown = RAISE


class _InBody(Schema):
    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


IN_ADDRESS = {name: _InAddress.from_dict(made, name=f"HsdsQuery_{name}") for name, made in _lists(in_query=True).items()}
IN_BODY = {name: _InBody.from_dict(made, name=f"HsdsSearch_{name}") for name, made in _lists(in_query=False).items()}
"""The questions to each list, in an address and in a body."""


class OneSchema(DatedSchema):
    """The question for one thing."""


class OrganizationSchema(DatedSchema):
    """The question for one organization."""

    full_service = _truth(True, "With its services whole")
