"""Single values of the Open Referral family: dates, numbers, contact points, hours, languages, places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from importers import taxonomy
from importers.formats.hsds_tables import Row
from importers.reading import Finding, Severity

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_URL = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_][\w-]+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOT_A_NUMBER = frozenset({"fax", "tty", "tdd", "textphone", "pager"})


def iso_date(text: str) -> str | None:
    """A date as YYYY-MM-DD, from ISO 8601 or, as HSDS 1.1 has it, month/day/year with four digits; None: not such a date."""
    plain = text.strip()
    found = _ISO.fullmatch(plain)
    slashed = _SLASHED.fullmatch(plain)
    try:
        if found:
            return date.fromisoformat(found[1]).isoformat()
        if slashed:
            return date(int(slashed[3]), int(slashed[1]), int(slashed[2])).isoformat()
    except ValueError:
        return None
    return None


def why_no_date(text: str) -> str:
    """What is wrong with a date, in words."""
    if re.search(r"[^\W\d_]", text):
        return f"{text!r} is spelled out"
    short = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2}", text.strip())
    if short:
        month = f", and no month is {short[1]}" if int(short[1]) > 12 else ""
        return f"{text!r} has a year of two digits{month}: the century is not said"
    return f"{text!r} is no date"


def checked_date(row: Row, column: str, severity: Severity) -> Iterator[Finding | str]:
    """The date of a field, or what is wrong with it; nothing where the field is empty."""
    text = row.text(column)
    if not text:
        return
    found = iso_date(text)
    if found:
        yield found
        return
    yield Finding("wrong-value", severity, row.at(column), f"{column}: {why_no_date(text)}", "2014-12-24 or 12/24/2014", text)


def number(row: Row, column: str) -> Iterator[Finding | int]:
    """The whole number of a field, or what is wrong with it."""
    text = row.text(column)
    if not text:
        return
    try:
        value = float(text)
        if value != int(value):
            raise ValueError
    except (ValueError, OverflowError):
        yield Finding("wrong-value", "warning", row.at(column), f"{column}: {text[:40]!r} is no whole number", "a whole number", text[:80])
        return
    yield int(value)


def email(row: Row, column: str, severity: Severity) -> Iterator[Finding | str]:
    """The e-mail addresses of a field; what is none is told and not kept."""
    for part in re.split(r"[,;]\s*|\s+", row.text(column)):
        if not part:
            continue
        if _EMAIL.fullmatch(part):
            yield part
        else:
            yield Finding("wrong-value", severity, row.at(column), f"{part[:80]!r} is no e-mail address", "name@example.org", part[:120])


def website(row: Row, column: str, severity: Severity) -> Iterator[Finding | str]:
    """The web addresses of a field; what is none is told and not kept."""
    for part in re.split(r"[,;]?\s+", row.text(column)):
        if not part:
            continue
        if _URL.fullmatch(part):
            yield part
        else:
            yield Finding("wrong-value", severity, row.at(column), f"{part[:80]!r} is no web address", "https://example.org", part[:120])


def phone(row: Row, severity: Severity) -> Iterator[Finding | dict[str, Any]]:
    """A telephone number as a contact point, with its extension and note; a fax line is nobody's telephone and is left out."""
    text = row.text("number").strip('"')
    kind = row.text("type").casefold()
    if kind in _NOT_A_NUMBER:
        yield Finding("ignored", "note", row.at("type"), f"a line of type {kind} is no contact point for a case", value=kind)
        return
    if not text:
        yield Finding("missing", severity, row.at("number"), "a phone without a number", "the number")
        return
    if len(re.sub(r"\D", "", text)) < 2:
        yield Finding("wrong-value", severity, row.at("number"), f"{text[:60]!r} is no telephone number", "digits", text[:80])
        return
    extension = row.text("extension")
    point: dict[str, Any] = {"type": "phone", "value": f"{text} ext. {extension}" if extension else text}
    spoken = f"languages: {row.text('language')}" if row.text("language") else ""
    words = [word for word in (kind if kind not in ("", "voice") else "", row.text("description"), spoken) if word]
    if words:
        point["note"] = "; ".join(words)
    yield point


def hours(schedules: Sequence[Row], today: date, severity: Severity) -> Iterator[Finding | str]:
    """The hours of some schedules in words; those that have ended are told and left out."""
    weekly: dict[str, list[str]] = {}
    for row in schedules:
        ended = None
        for column in ("valid_to", "until"):
            for value in checked_date(row, column, severity):
                if isinstance(value, Finding):
                    yield value
                elif date.fromisoformat(value) < today and ended is None:
                    ended = column
        if ended:
            yield Finding("past", "note", row.at(ended), f"these hours ended on {row.text(ended)}", value=row.text(ended))
            continue
        times = "-".join(time[:5] for time in (row.text("opens_at"), row.text("closes_at")) if time)
        weekday = row.text("weekday")
        if weekday:
            weekly.setdefault(times, []).append(weekday)
            continue
        days = ",".join(_DAYS.get(day.strip().upper()[-2:], day.strip()) for day in row.text("byday").split(",") if day.strip())
        rule = [days, _each(row), times]
        words = " ".join(part for part in rule if part)
        begins = next((value for value in checked_date(row, "valid_from", severity) if isinstance(value, str)), "")
        start = f"from {begins}" if begins > today.isoformat() else ""
        told = [part for part in (words, start, row.text("description"), row.text("notes")) if part]
        if told:
            yield "; ".join(told)
    for times, weekdays in weekly.items():
        yield f"{_span(weekdays)} {times}".strip()


def _each(row: Row) -> str:
    """How a schedule repeats, where it is not every week."""
    parts = []
    every, frequency = row.text("interval"), row.text("freq").upper()
    if frequency == "MONTHLY":
        parts.append("monthly")
    if every not in ("", "1"):
        parts.append(f"every {every} {'months' if frequency == 'MONTHLY' else 'weeks'}")
    for column, words in (("bymonthday", "days of the month"), ("byweekno", "weeks"), ("byyearday", "days of the year")):
        if row.text(column):
            parts.append(f"{words} {row.text(column)}")
    return ", ".join(parts)


def _span(weekdays: Sequence[str]) -> str:
    """Days of the week as a span where they follow each other."""
    named = [_WEEK.index(day.title()) for day in weekdays if day.title() in _WEEK]
    if len(named) == len(weekdays) > 2 and named == list(range(named[0], named[0] + len(named))):
        return f"{_WEEK[named[0]][:3]}-{_WEEK[named[-1]][:3]}"
    return ",".join(day[:3] for day in weekdays)


def languages(rows: Sequence[Row]) -> Iterator[Finding | str]:
    """ISO 639 codes of some languages; a word that names none is told."""
    for row in rows:
        code, name = row.text("code"), row.text("name")
        if not code and not name:
            yield Finding("missing", "note", row.at("name"), "a language without code and name", "an ISO 639 code")
            continue
        found = (taxonomy.language(code) if code else None) or (taxonomy.language(name) if name else None)
        if found:
            yield found
        else:
            yield Finding(
                "unknown-word",
                "warning",
                row.at("name" if name else "code"),
                "names no language",
                "an ISO 639 code or name",
                (name or code)[:80],
            )
