"""Rules of the linter about who says so: that everything is sourced, that every source is used, that nothing is too old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.format.linted import Linted, Placed
from pathways.format.reader import Finding
from pathways.format.references import source_references

YEARS = 3
"""A statement that is older than this is stale."""

_UNSOURCED = "what was not found or not verified says so (evidence: not-found or unverified)"


def unsourced(linted: Linted) -> Iterator[Finding]:
    """Mandates, links, transitions, deadlines and contacts without a source that exists; the last three inherit theirs."""
    held = {one.fields["holder"] for one in linted.of("mandate") if _resolves(one.fields, linted)}
    for one in linted.all:
        kind, own = one.record.kind, _resolves(one.fields, linted)
        if kind in ("mandate", "link", "stage") and not own:
            yield one.finding(
                "unsourced",
                f"{kind} {one.record.id} names no source that is there; one or more of the sources of {one.record.part} is needed",
            )
        inherited = own or (kind == "stakeholder" and one.record.id in held)
        yield from _within(one, one.fields, (), inherited, linted)


def _within(one: Placed, value: Any, place: tuple[Any, ...], sourced: bool, linted: Linted) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        excused = value.get("evidence") in ("not-found", "unverified")
        sourced = sourced or _resolves(value, linted) or excused
        for key, item in value.items():
            yield from _within(one, item, (*place, key), sourced, linted)
    elif isinstance(value, list):
        what = {"next": "transition", "deadlines": "deadline", "contacts": "contact"}.get(str(place[-1])) if place else None
        for index, item in enumerate(value):
            if (
                what
                and isinstance(item, Mapping)
                and not (sourced or _resolves(item, linted) or item.get("evidence") in ("not-found", "unverified"))
            ):
                yield one.finding(
                    "unsourced",
                    f"a {what} of {one.record.id} has no source, of its own or from what it stands in; name one, or {_UNSOURCED}",
                    *place,
                    index,
                )
            yield from _within(one, item, (*place, index), sourced, linted)


def _resolves(fields: Mapping[str, Any], linted: Linted) -> bool:
    named = fields.get("sources")
    return isinstance(named, list) and any(source in linted.sources for source in named)


def unused_sources(linted: Linted) -> Iterator[Finding]:
    """Sources that nothing names."""
    named = {source for one in linted.all for source in source_references(one.fields)}
    for identity, one in linted.sources.items():
        if identity not in named:
            yield one.warning("unused-source", f"nothing names the source {one.path[-1]}; name it where it says something, or take it out")


_DATED = ("mandate", "link", "stage", "permit", "gap", "channel", "network", "corridor")


def stale(linted: Linted) -> Iterator[Finding]:
    """Statements older than three years by their own year, or by their newest source where they have none; one finding a folder."""
    oldest = linted.today.year - YEARS
    for part in linted.parts():
        aged = [
            (one, year)
            for one in linted.of(*_DATED)
            if one.record.part == part and (year := _year(one, linted)) is not None and year < oldest
        ]
        if aged:
            aged.sort(key=lambda found: (found[1], found[0].record.id))
            first = ", ".join(f"{one.record.id} ({year})" for one, year in aged[:4]) + (", …" if len(aged) > 4 else "")
            yield aged[0][0].warning(
                "stale",
                f"{len(aged)} statements of {part} are from before {oldest}: {first}; look again, and set as_of to the "
                "year of the newest source",
            )


def _year(one: Placed, linted: Linted) -> int | None:
    said = one.fields.get("as_of")
    if said is not None:
        return int(str(said)[:4])
    years = [linted.sources[source].fields["year"] for source in one.fields.get("sources", ()) if source in linted.sources]
    return max((year for year in years if year is not None), default=None)
