"""What a request may ask for beside its body: options of a path, filters and pages; unknown parameters are refused by name."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from api.fields import Day, Several, Whole, checked, word
from api.profile import is_country, is_language, is_region
from pathways.measures.pairs import TRAVELLERS
from pathways.vocabulary import words
from visualisations.mechanism_parts import ROUTES

MOST_PER_PAGE = 200


class ReadSchema(Schema):
    """What every read of the directory may ask."""

    problem = "invalid-parameters"

    class Meta:
        """Unknown parameters are refused."""

        unknown = RAISE

    revision = Whole(1, 999_999_999, in_query=True, description="The recorded state of the directory; the newest where left out")
    language = checked(is_language, "a language tag such as en", "The language of the answer; English where it is not there yet")


class DatedSchema(ReadSchema):
    """A read that a day of the law matters for."""

    as_of = Day("Only what is in force on that day; everything that is recorded, with its dates, where left out")


class MapQuerySchema(DatedSchema):
    """A map; for whom."""

    route = word(list(ROUTES), "Only the route of children, or of adults; both where left out")


class WaysQuerySchema(DatedSchema):
    """The ways between the countries; for whom."""

    traveller = word(list(TRAVELLERS), "Whose journey home the pairs are tried with", load_default=TRAVELLERS[0])


class PathSchema(ReadSchema):
    """Options of a path."""

    as_of = Day("The legal validity on that day; the start_date of the profile where left out")
    alternatives = Whole(0, 5, in_query=True, description="How many whole other paths", load_default=2)


class PagedSchema(ReadSchema):
    """A list in pages."""

    page = Whole(1, 1_000_000, in_query=True, description="Which page", load_default=1)
    page_size = Whole(1, MOST_PER_PAGE, in_query=True, description="How many on a page", load_default=50)


def _is_age(value: str) -> bool:
    return value in ("child", "adult") or (value.isascii() and value.isdecimal() and int(value[:4]) <= 120 and len(value) <= 3)


class _Age(fields.String):
    """An age as text, or in a body as a number."""

    accepted = "an age in years from 0 to 120, child or adult"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not _is_age(text):
            raise ValidationError(f"is not {self.accepted}")
        return text


def _filters(in_query: bool) -> dict[str, Any]:
    return {
        "country": Several(word(words("countries")), description="Bodies of these countries"),
        "territory": checked(
            lambda code: is_country(code) or is_region(code),
            "a territory of ISO 3166-1 or 3166-2",
            "Bodies that work in this place, or in a part of it",
        ),
        "kind": Several(word(words("kinds")), description="Kinds of body"),
        "function": Several(word(words("functions")), description="Bodies that perform one of these functions"),
        "language": Several(
            checked(is_language, "a language code of two or three letters"),
            description="Bodies that say that they speak one of these languages",
        ),
        "exploitation": Several(word(words("exploitation")), description="Bodies that do not turn away this form of exploitation"),
        "age": _Age(metadata={"accepted": _Age.accepted, "description": f"Bodies that do not turn away this age. Accepts {_Age.accepted}"}),
        "gender": word(words("gender"), "Bodies that do not turn away this gender"),
        "q": checked(
            lambda text: len(text) <= 200,
            "a text of at most 200 characters",
            "Words of a name, in any script; accents and slips of the keyboard do not matter",
        ),
        "as_of": Day("Only bodies and mandates in force on that day"),
        "revision": Whole(1, 999_999_999, in_query=in_query, description="The recorded state of the directory; the newest where left out"),
        "page": Whole(1, 1_000_000, in_query=in_query, description="Which page", load_default=1),
        "page_size": Whole(1, MOST_PER_PAGE, in_query=in_query, description="How many on a page", load_default=50),
    }


class _Strict(Schema):
    problem = "invalid-parameters"

    class Meta:
        """Unknown parameters are refused."""

        unknown = RAISE


StakeholderQuerySchema = _Strict.from_dict(_filters(in_query=True), name="StakeholderQuery")


class _StrictBody(Schema):
    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


StakeholderSearchSchema = _StrictBody.from_dict(_filters(in_query=False), name="StakeholderSearch")


class NothingSchema(_Strict):
    """No parameters."""
