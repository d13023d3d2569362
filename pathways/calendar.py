"""Dates with a precision, and deadlines counted in the unit of the law: calendar days, or working days of the country."""

from __future__ import annotations

import calendar as months
import re
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?$")


def is_duration(text: str) -> bool:
    """Whether a text is a duration that we count with: years, months, weeks, days or hours of ISO 8601."""
    return text != "P" and not text.endswith("T") and _DURATION.match(text) is not None


@lru_cache(maxsize=4096)
def first_day(text: str) -> date:
    """The first day of a date that may name only a year or a month (`2024`, `2026-04`)."""
    parts = [int(part) for part in str(text).split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


@lru_cache(maxsize=4096)
def last_day(text: str) -> date:
    """The last day of a date that may name only a year or a month."""
    parts = [int(part) for part in str(text).split("-")]
    if len(parts) == 3:
        return date(*parts)
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, months.monthrange(parts[0], month)[1])


def in_force(on: date, valid_from: str | None, valid_to: str | None) -> bool:
    """Whether something is in force on a day; open ends have no limit."""
    return (valid_from is None or first_day(valid_from) <= on) and (valid_to is None or on <= last_day(valid_to))


@cache
def _known_to_holidays() -> dict[str, list[str]]:
    return holidays.list_supported_countries()


@cache
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    subdivision = region.split("-", 1)[1] if region else None
    if subdivision not in _known_to_holidays().get(country, []):
        subdivision = None
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def is_working_day(day: date, country: str, region: str | None = None) -> bool:
    """Whether a day is neither a weekend nor a public holiday of the country (and of the region, where the calendar knows it)."""
    return day.weekday() < 5 and day not in _holidays(country, region, day.year)


def add(start: date, duration: str, working: bool, country: str, region: str | None = None) -> date:
    """The day on which a duration ends; the start day itself is not counted; ValueError for a duration that is not one.

    A month ends on the same day of the month or on its last one. Hours are rounded up to whole days. Working days are counted one by one;
    other units in working days have no meaning and are counted in calendar days.
    """
    found = _DURATION.match(duration)
    if not found or not is_duration(duration):
        raise ValueError(f"{duration!r} is not a duration of ISO 8601 in years, months, weeks, days or hours")
    years, month_count, weeks, days, hours = (int(part or 0) for part in found.groups())
    month = start.month - 1 + month_count + 12 * years
    year, month = start.year + month // 12, month % 12 + 1
    end = date(year, month, min(start.day, months.monthrange(year, month)[1]))
    count = weeks * 7 + days + -(-hours // 24)
    if not working:
        return end + timedelta(days=count)
    while count:
        end += timedelta(days=1)
        count -= is_working_day(end, country, region)
    return end
