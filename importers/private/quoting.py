"""What a report may repeat of a file: nothing that tells a place, names a person, or speaks of a victim.

A reader finds what is wrong with a value before anybody can know whose it is, so no address is repeated, not even one that is no secret:
the finding says where it stands. Every finding comes through here on its way into a report.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import phonenumbers

from importers.private.persons import person_in, private_email
from importers.private.places import place_in
from importers.private.victims import victim_in
from importers.reading import Finding, Place
from importers.rules import RULES

_OF_KEPT_RECORDS = frozenset({"matched", "unsure-match", "edited-here", "withdrawal"})
"""Findings on records from which what must not be kept has been taken already: their words are names and ids."""
_LOOKED_AT = 4_000
"""So many letters of a text are looked through and at most repeated."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")
_OF_A_PERSON = re.compile(
    r"(?i)contact[ _-]?(?:person|name)|focal[ _-]?point|first[ _-]?name|last[ _-]?name|family[ _-]?name|given[ _-]?name|surname|staff|"
    r"director|manager|coordinator|person[ _-]?of[ _-]?contact|interlocut|responsable|referente|ansprechpartner|"
    r"υπεύθυν|відповідальн|kontaktowa"
)
"""Columns in which names of people stand, in whatever form."""
_NUMBERED = "a house number"
"""What `place_in` calls a word with a number: in the name of a sheet or a column that is no address."""


@lru_cache(4096)
def private_in(text: str) -> str | None:
    """What in this text must not be repeated, in words for a report; None where nothing is seen."""
    text = text[:_LOOKED_AT]
    found = victim_in(text) or place_in(text)
    if found is None and person_in(text):
        found = "the name of a person"
    if found is None and private_email(text):
        found = "an e-mail address of a person"
    if found is None and _mobile_in(text):
        found = "a mobile number"
    return found


def _mobile_in(text: str) -> bool:
    return "+" in text and any(
        phonenumbers.number_type(match.number) == phonenumbers.PhoneNumberType.MOBILE
        for match in phonenumbers.PhoneNumberMatcher(text, None, phonenumbers.Leniency.VALID)
    )


def quotable(finding: Finding) -> Finding:
    """A finding that repeats nothing that must not be kept; it says what it leaves out, and still says where that stands."""
    if finding.rule in _OF_KEPT_RECORDS:
        return finding
    what = _what(finding)
    value, text = finding.value, finding.text
    if what is not None:
        value = f"({what}, not repeated)"
        text = _without(text, finding.value)
    place = Place(_name(finding.place.file), _name(finding.place.sheet), finding.place.row, _name(finding.place.column))
    said = {"text": _told(text, finding.rule), "todo": _told(finding.todo, finding.rule), "value": value, "place": place}
    return finding if all(getattr(finding, key) == new for key, new in said.items()) else replace(finding, **said)  # type: ignore[arg-type]


def _what(finding: Finding) -> str | None:
    """Why the value of a finding must not be repeated."""
    if not finding.value:
        return None
    return "a name in a column of people" if _OF_A_PERSON.search(finding.place.column) else private_in(finding.value)


def _without(text: str, value: str) -> str:
    """A text without a value that it quotes, however it quotes it."""
    for quoted in (repr(value), value, value[:79]):
        if len(quoted) > 3:
            text = text.replace(quoted, "(…)")
    return text


def _told(text: str, rule: str) -> str:
    """Words of a report: without what they quote where that must not be repeated, else what the rule means."""
    bare = _QUOTED.sub(lambda quoted: "(…)" if private_in(quoted[0][1:-1]) else quoted[0], text[:_LOOKED_AT])
    what = private_in(bare)
    return bare if what is None else f"{RULES.get(rule, rule)} ({what}, not repeated)"


def _name(text: str) -> str:
    """The name of a file, a sheet or a column, unless somebody has written into it what belongs nowhere."""
    what = private_in(text) if text else None
    return text if what in (None, _NUMBERED) else f"({what}, not repeated)"
