"""The measures that ask of the directory and not of a person: territory, formality, time, age of facts (4, 7 and 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pathways import calendar, territories
from pathways.directory import Part
from pathways.measures.analysis import Analysis
from pathways.measures.figures import Figure
from pathways.measures.words import function_word
from pathways.model import Deadline, Mandate, Stage
from pathways.planner.phrases import Phrase

CORE = ("hotline", "crisis-accommodation", "legal-counselling", "interpretation", "child-guardianship")
"""What every region is asked for (measure 4)."""

_OLD = 3
"""Years after which a statement is old."""


def territorial_reach(found: Analysis) -> list[Figure]:
    """4: for each core function the share of regions of the first level where a body works that is there in particular, or a class that has
    one in every place; with bodies for the whole country the upper bound. Regions are not weighted: no source of population stands in the
    directory."""
    return [_reach(found, function) for function in CORE]


def _reach(found: Analysis, function: str) -> Figure:
    regions = regions_of(found.part)
    held = found.held(function)
    here = [region for region in regions if any(_is_in(m, found.part, region) for m in held)]
    reached = [r for r in regions if any(territories.covers(m.territory, found.part.code, r) is not False for m in held)]
    share = len(here) / len(regions)
    return Figure(
        4,
        f"reach-{function}",
        Phrase("regions with a body for %(function)s in the region, or one in every place", function=function_word(function)),
        found.part.code,
        share,
        share,
        len(reached) / len(regions),
        of=Phrase("regions of the first level"),
        numerator=tuple(territories.name(region) for region in here),
    )


def regions_of(part: Part) -> list[str]:
    """The regions of the first level of a country; a country that is not divided is one region."""
    return [code for code in territories.subdivisions(part.code) if territories.parent(code) == part.code] or [part.code]


def _is_in(mandate: Mandate, part: Part, region: str) -> bool:
    if part.stakeholders[mandate.holder].scope == "class":
        return territories.covers(mandate.territory, part.code, region) is True
    return any(
        named != part.code and (territories.within(named, region) or territories.within(region, named)) for named in mandate.territory
    )


def formality(found: Analysis) -> list[Figure]:
    """7: how much of what one body sends to another rests on a law or an agreement; whether the mechanism has an act; the focal point."""
    links = [link for body in found.part.stakeholders.values() for link in body.links]
    live = [link for link in links if link.in_force(found.on)]
    formal = [link for link in live if link.basis in ("law", "regulation", "protocol", "memorandum")]
    share = len(formal) / len(live) if live else None
    act = found.part.country.mechanism.get("formal_nrm") or {}
    exists = act.get("exists")
    known = float(exists) if isinstance(exists, bool) else None
    code = found.part.code
    counts = [(basis, sum(link.basis == basis for link in live)) for basis in _BASES]
    ended = [link.id for link in links if not link.in_force(found.on)]
    instrument = (str(act.get("instrument")),) if act.get("instrument") else ()
    return [
        Figure(
            7,
            "formal-links",
            Phrase("referrals between bodies that rest on a law, a regulation, a protocol or a memorandum"),
            code,
            share,
            share,
            share,
            of=Phrase("stated referrals in force"),
            numerator=tuple(f"{basis}: {count}" for basis, count in counts),
        ),
        Figure(
            7,
            "ended-links",
            Phrase("referrals that rest on something that has ended"),
            code,
            float(len(ended)),
            unit="referrals",
            of="",
            numerator=tuple(ended),
        ),
        Figure(
            7,
            "mechanism-act",
            Phrase("an act establishes the mechanism"),
            code,
            known,
            known if known is not None else 0.0,
            known if known is not None else 1.0,
            of=Phrase("the country"),
            numerator=instrument,
        ),
        _named(found, "focal-point", Phrase("a focal point for referrals across borders is named"), "transnational-contact-point"),
        _named(found, "rapporteur", Phrase("a national rapporteur or an equivalent is named"), "rapporteur"),
    ]


def _named(found: Analysis, name: str, what: str, function: str) -> Figure:
    """Whether a body for a function of the mechanism itself is named; none that is named is no proof that there is none."""
    holders = sorted({mandate.holder for mandate in found.held(function)})
    value = float(bool(holders))
    return Figure(7, name, what, found.part.code, value, value, 1.0, of=Phrase("the country"), numerator=tuple(holders))


_BASES = ("law", "regulation", "protocol", "memorandum", "project", "practice")


def time(found: Analysis) -> list[Figure]:
    """10, second and third part: days that the law allows until the first stay against days of protection; stages without a deadline; old
    facts."""
    code, stages = found.part.code, [stage for stage in found.part.stages if stage.in_force(found.on)]
    without = [stage.id for stage in stages if not stage.deadlines]
    facts = [(m.id, m.as_of) for body in found.part.stakeholders.values() for m in body.mandates]
    old = [name for name, year in facts if year is not None and found.on.year - year > _OLD]
    undated = [name for name, year in facts if year is None]
    allowed, protected = days_until_stay(stages, found.on), days_of_protection(found.part)
    return [
        Figure(
            10,
            "days-until-stay",
            Phrase("days that the law allows from the first contact to a decision on her status"),
            code,
            _number(allowed),
            unit="days",
            of="",
        ),
        Figure(
            10,
            "days-of-protection",
            Phrase("days of recovery and reflection that the law guarantees"),
            code,
            _number(protected),
            unit="days",
            of="",
        ),
        Figure(
            10,
            "stages-without-deadline",
            Phrase("stages without any deadline"),
            code,
            len(without) / len(stages) if stages else None,
            of=Phrase("stages in force"),
            numerator=tuple(without),
        ),
        Figure(
            10,
            "old-facts",
            Phrase("mandates stated more than %(years)s years ago", years=str(_OLD)),
            code,
            len(old) / len(facts) if facts else None,
            len(old) / len(facts) if facts else None,
            (len(old) + len(undated)) / len(facts) if facts else None,
            of=Phrase("mandates"),
            numerator=tuple(old),
        ),
    ]


_DECIDING = ("detection", "information-and-consent", "preliminary-identification", "formal-identification")


def days_until_stay(stages: Iterable[Stage], on: date) -> int | None:
    """The longest time that the deadlines of the stages up to the decision allow, one after the other; None where none has any."""
    longest = [
        max((_days(d, stage.country, on) for d in stage.deadlines if d.bound in ("at-most", "target") and _in_force(d, on)), default=0)
        for stage in stages
        if stage.canonical in _DECIDING and stage.track == "main"
    ]
    return sum(longest) or None


def days_of_protection(part: Part) -> int | None:
    """The least number of days of reflection in the mechanism's head; None where it is not known or there is no such period."""
    least = (part.country.mechanism.get("reflection_period") or {}).get("min_days")
    return int(least) if isinstance(least, int) else None


def _in_force(deadline: Deadline, on: date) -> bool:
    return calendar.in_force(on, deadline.valid_from, deadline.valid_to)


def _days(deadline: Deadline, country: str, on: date) -> int:
    return (calendar.add(on, deadline.duration, deadline.calendar == "working", country) - on).days


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)
