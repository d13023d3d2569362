"""The first contact of every profile of a space: `planner.entry` over sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pathways.measures.diagrams import ProfileSet
from pathways.measures.finding import Finding
from pathways.model import Mandate
from pathways.planner.entry import is_by
from pathways.planner.rules import DETECTION

_SELF = (None, "self", "hotline")
"""Whoever is not noticed by anybody calls a line."""

Holders = list[tuple[Mandate, ProfileSet]]


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of some profiles: its function, whose it is, who of them is helped by it, and who reached a line."""

    function: str
    cases: ProfileSet
    helped: ProfileSet
    """For whom it is a line that is not held by law enforcement."""
    by_line: ProfileSet
    """For whom a line is among those that could have been the first contact."""


def entries(finding: Finding, within: ProfileSet) -> Iterator[Entry]:
    """The entries of the profiles: whoever noticed her, or a line or a body to turn to."""
    dimension, level = finding.space["detected_by"], finding.space.level["detected_by"]
    for index in range(len(dimension.classes)):
        by = dimension.members(index)[0].says.get("detected_by")
        cases = finding.space.universe.where(level, [index]) & within
        holders = _holders(finding, ("hotline",) if by in _SELF else DETECTION, None if by in _SELF else by, cases)
        left = cases - _anybody(finding, holders)
        if by != "foreign-authority":
            for function in ("hotline", *(name for name in DETECTION if name != "hotline")):
                found = _holders(finding, (function,), None, left)
                holders += found
                left -= _anybody(finding, found)
        yield from _entries(finding, holders, cases - left)


def _holders(finding: Finding, functions: Sequence[str], by: str | None, cases: ProfileSet) -> Holders:
    """Who performs the functions of first contact for some; a body stands with the first function that fits.

    Whom nobody has named is no law enforcement.
    """
    found: Holders = []
    for mandate in (m for function in functions for m in finding.part.performs.get(function, ())):
        body = finding.part.stakeholders[mandate.holder]
        if mandate.role not in ("deliver", "decide", "receive") or (by is None and mandate.law_enforcement):
            continue
        if by is not None and not is_by(by, mandate, body.id, body.kind):
            continue
        taken = finding.space.universe.union(p for m, p in found if m.holder == mandate.holder)
        profiles = finding.fits(mandate, among=cases - taken).some
        if profiles:
            found.append((mandate, profiles))
    return found


def _anybody(finding: Finding, holders: Holders) -> ProfileSet:
    return finding.space.universe.union(profiles for _, profiles in holders)


def _entries(finding: Finding, holders: Holders, cases: ProfileSet) -> Iterator[Entry]:
    """The entry is a step of the function of the first that could take it."""
    none, left = finding.none, cases
    lines = _anybody(finding, [(m, p) for m, p in holders if m.function == "hotline"])
    free = _anybody(finding, [(m, p) for m, p in holders if not m.law_enforcement])
    for function in dict.fromkeys(mandate.function for mandate, _ in holders):
        mine = left & _anybody(finding, [(m, p) for m, p in holders if m.function == function])
        left -= mine
        yield Entry(function, mine, mine & free if function == "hotline" else none, mine & lines)
