"""The profile as it is sent: its fields, their values, and which facts contradict each other; for the API and `pathways refer`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from api.fields import Day, OneOrSeveral, Several, Truth, Whole, checked, word
from pathways import territories
from pathways.profile import FREE_MOVEMENT, Done, Profile
from pathways.vocabulary import known_kinds, words

Data = Mapping[str, Any]

known_body: ContextVar[Callable[[str], bool] | None] = ContextVar("known_body", default=None)
"""Whether an id is that of a body of the directory that the profile is read against; without one any well-formed id is accepted."""

_ID = re.compile(r"[a-z]{2}-[a-z0-9-]{1,80}")
COUNTRY = "a country code of ISO 3166-1 with two letters, or XK"


def is_body(identity: str) -> bool:
    """Whether an id names a body."""
    known = known_body.get()
    return _ID.fullmatch(identity) is not None and (known is None or known(identity))


def is_region(code: str) -> bool:
    """Whether a code is a subdivision of ISO 3166-2."""
    return re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) is not None and territories.is_territory(code)


def is_country(code: str) -> bool:
    """Whether a code is a country, of the twelve or not."""
    return re.fullmatch(r"[A-Z]{2}", code) is not None and territories.is_country(code)


def is_language(code: str) -> bool:
    """Whether a code looks like a language tag: two or three letters, and subtags."""
    return re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", code) is not None


def _detector(value: str) -> bool:
    return value in ("self", "foreign-authority") or value in known_kinds() or is_body(value)


class _StrictSchema(Schema):
    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class DoneSchema(_StrictSchema):
    """A decision already taken."""

    decision = word(words("decisions"), "What was decided", required=True)
    by = checked(is_body, "the id of a stakeholder", "By whom", allow_none=True, load_default=None)
    on = Day("On which day", allow_none=True, load_default=None)


_CONSENTS = {
    "referral": "To be referred to the mechanism",
    "formal_identification": "To be formally identified",
    "police": "To contact with the police",
    "share_data_cross_border": "That data about her goes to another country",
    "return": "To return",
}
ConsentSchema = _StrictSchema.from_dict(
    {name: Truth(allow_none=True, metadata={"description": what}) for name, what in _CONSENTS.items()}, name="ConsentSchema"
)
"""What she agreed to; null or left out: not known. Unknown is never taken for yes."""


_unknown: dict[str, Any] = {"allow_none": True, "load_default": None}


class ProfileSchema(Schema):
    """A case in facts that identify nobody. Only `identified_in` is required; what is left out or null is unknown, and unknown never means
    no."""

    problem = "invalid-profile"

    class Meta:
        """Unknown fields are refused, by name: there is no free text here."""

        unknown = RAISE

    identified_in = word(words("countries"), "Where she is now; decides the path", required=True)
    region = checked(is_region, "a region of ISO 3166-2 within identified_in, or null", "Where in that country", **_unknown)
    exploited_in = checked(is_country, COUNTRY, "Where she was exploited", **_unknown)
    returned_from = checked(is_country, COUNTRY, "The country she was brought home from", **_unknown)
    recognised_abroad = Truth(metadata={"description": "Another country has already recognised her as a victim"}, **_unknown)
    nationality = OneOrSeveral(
        checked(lambda code: code in ("stateless", "unknown") or is_country(code), COUNTRY + ", stateless or unknown"),
        10,
        "Her nationalities; a single code may stand without a list",
        **_unknown,
    )
    age = Whole(0, 120, description="In years", **_unknown)
    age_group = word(
        words("age_group"),
        "Where the age in years is not known; disputed, or unknown with signs of minority, is treated as a child",
        **_unknown,
    )
    signs_of_minority = Truth(
        metadata={"description": "Any reason to think that she may be under 18, where the age is unknown or disputed"}, **_unknown
    )
    days_to_majority = Whole(-45000, 6600, description="Days until she is 18, where a rule counts them", **_unknown)
    unaccompanied = Truth(metadata={"description": "A child without parent or guardian"}, **_unknown)
    gender = word(words("gender"), **_unknown)
    exploitation = Several(word(words("exploitation")), description="Empty or null: not known yet", **_unknown)
    status = word(words("status"), "Residence status in identified_in", **_unknown)
    documents = Truth(metadata={"description": "She has identity or travel documents"}, **_unknown)
    detained = Truth(**_unknown)
    detected_by = checked(_detector, "a kind of body, the id of a stakeholder, self or foreign-authority", "Who noticed her", **_unknown)
    stage = word(words("canonical_stages"), "The canonical stage where the case stands; detection where left out", **_unknown)
    done = Several(fields.Nested(DoneSchema), description="Decisions already taken", **_unknown)
    consent = fields.Nested(ConsentSchema, **_unknown)
    needs = Several(word(words("functions")), 80, "Functions that are wanted; what is owed at each stage is added", **_unknown)
    wishes = word(words("wishes"), **_unknown)
    destination = checked(is_country, COUNTRY, "A country for return; outside the twelve the path ends at the handover", **_unknown)
    risks = Several(word(words("risks")), description="[]: asked, none known; null: not asked", **_unknown)
    dependants = Whole(0, 30, description="Number of children with her", **_unknown)
    vulnerabilities = Several(word(words("vulnerabilities")), **_unknown)
    languages = Several(checked(is_language, "a language code of two or three letters"), 20, "Languages that she speaks", **_unknown)
    start_date = Day("When the clock starts; today where left out", **_unknown)

    @validates_schema(skip_on_field_errors=False)
    def contradictions(self, data: Data, **_: Any) -> None:
        """Refuse facts that cannot hold together; each error names both fields."""
        found: dict[str, list[str]] = {}
        for field, message in _contradictions(data):
            found.setdefault(field, []).append(message)
        if found:
            raise ValidationError(found)


class Contradiction(str):
    """Why a field cannot be what it is, and the other field that says so; the field itself where it contradicts itself."""

    __slots__ = ("other",)
    other: str

    def __new__(cls, other: str, why: str) -> Contradiction:
        """A message that names the other field."""
        said = super().__new__(cls, f"contradicts {other}: {why}")
        said.other = other
        return said


def _contradictions(data: Data) -> Iterator[tuple[str, Contradiction]]:
    yield from _about_age(data)
    yield from _about_places(data)
    yield from _about_nationality(data)
    yield from _about_decisions(data)


def _about_age(data: Data) -> Iterator[tuple[str, Contradiction]]:
    age, group, days = data.get("age"), data.get("age_group"), data.get("days_to_majority")
    if age is not None and group == "adult" and age < 18:
        yield "age_group", Contradiction("age", "age is under 18 and age_group is adult; give one of the two, or disputed")
    if age is not None and group == "child" and age >= 18:
        yield "age_group", Contradiction("age", "age is 18 or more and age_group is child; give one of the two, or disputed without age")
    if age is not None and group == "disputed" and age >= 18:
        yield "age_group", Contradiction("age", "where the age is disputed, leave age out, since an age of 18 or more would decide it")
    if days is None:
        return
    if age is not None and not _days_fit(age, days):
        yield "days_to_majority", Contradiction("age", "so many days to the 18th birthday cannot be at this age")
    elif age is None and group == "child" and days < 0:
        yield "days_to_majority", Contradiction("age_group", "it is below 0, and age_group is child")
    elif age is None and group == "adult" and days > 0:
        yield "days_to_majority", Contradiction("age_group", "it is above 0, and age_group is adult")


def _days_fit(age: int, days: int) -> bool:
    """Whether a person of so many full years can be so many days before (or, below 0, after) the 18th birthday."""
    return (17 - age) * 365.25 - 2 <= days <= (18 - age) * 365.25 + 2


def _about_places(data: Data) -> Iterator[tuple[str, Contradiction]]:
    country, region = data.get("identified_in"), data.get("region")
    if country and region and not territories.within(region, country):
        yield "region", Contradiction("identified_in", "it is a region of another country")
    if country and data.get("returned_from") == country:
        yield "returned_from", Contradiction("identified_in", "it is the same country; it is the one that she was brought home from")


def _about_nationality(data: Data) -> Iterator[tuple[str, Contradiction]]:
    codes, status, country = data.get("nationality") or [], data.get("status"), data.get("identified_in")
    named = [code for code in codes if code not in ("stateless", "unknown")]
    if "stateless" in codes and named:
        yield "nationality", Contradiction("itself", "stateless stands beside a country")
    if not named or "unknown" in codes:
        return
    if status == "national" and country and country not in named:
        yield "status", Contradiction("nationality", "status is national, and nationality does not name identified_in")
    if status == "eu-citizen" and FREE_MOVEMENT.isdisjoint(named):
        yield (
            "status",
            Contradiction("nationality", "status is eu-citizen, and nationality names no country of the EU, the EEA or Switzerland"),
        )
    if status == "stateless":
        yield "status", Contradiction("nationality", "status is stateless, and nationality names a country")


def _about_decisions(data: Data) -> Iterator[tuple[str, Contradiction]]:
    taken = {done.get("decision") for done in data.get("done") or [] if isinstance(done, dict)}
    for one, other in (("age-adult", "age-child"), ("best-interests-return", "best-interests-stay")):
        if {one, other} <= taken:
            yield "done", Contradiction("itself", f"{one} and {other} both stand in it; give the one that holds now")


def profile_of(data: Data) -> Profile:
    """The profile of validated data: unknown where null or left out."""
    given = {name: value for name, value in data.items() if value is not None}
    for name in ("nationality", "exploitation", "needs", "vulnerabilities", "languages", "risks"):
        if name in given:
            given[name] = tuple(given[name])
    if "done" in given:
        given["done"] = tuple(Done(**done) for done in given["done"])
    return Profile(**given)
