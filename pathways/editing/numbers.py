"""What a telephone number is, and from where it can be called: a wrong number is the first risk of a directory."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

from pathways import vocabulary

_CLASSES = {
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed",
    PhoneNumberType.TOLL_FREE: "free",
    PhoneNumberType.SHARED_COST: "shared-cost",
    PhoneNumberType.UAN: "shared-cost",
    PhoneNumberType.VOIP: "fixed",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.PERSONAL_NUMBER: "premium",
}
_LONGEST_SHORT = 6
"""Digits of a short number at most: 112, 1522, 116 006."""


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number as it is dialled in a country.

    `kind` is a word of the list `number_kinds`; `abroad` says whether it can be called from another country: false for a short number,
    None where that depends on the network (free and shared-cost numbers).
    """

    kind: str
    abroad: bool | None
    written: str
    """International form; of a short number its digits."""


def number_of(text: str, country: str) -> Number:
    """What a number is that is dialled in a country (ISO code); `invalid` where no telephone reaches anything by it."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) <= _LONGEST_SHORT and not text.strip().startswith("+"):
        return _short(digits, country)
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Number("invalid", None, text)
    if not phonenumbers.is_valid_number(parsed):
        return Number("invalid", None, text)
    kind = _CLASSES.get(phonenumbers.number_type(parsed), "other")
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Number(kind, True if kind in ("fixed", "mobile") else None, written)


def _short(digits: str, country: str) -> Number:
    """A short number: known to the numbering plan, or only possible in it (the plans that are published lag behind new helplines)."""
    try:
        parsed = phonenumbers.PhoneNumber(country_code=phonenumbers.country_code_for_region(country), national_number=int(digits or 0))
    except ValueError:
        return Number("invalid", None, digits)
    if not shortnumberinfo.is_possible_short_number_for_region(parsed, country):
        return Number("invalid", None, digits)
    known = shortnumberinfo.is_valid_short_number_for_region(parsed, country)
    return Number("short" if known else "short-unlisted", False, digits)


if not {*_CLASSES.values(), "other", "invalid", "short", "short-unlisted"} <= set(vocabulary.words("number_kinds")):
    raise AssertionError("a kind of number is no word of the vocabulary")
