"""What was taken down does not come in again with a list: it is left out, and a person is told where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from importers.holding import Holding
from importers.reading import Finding, Place, Read
from pathways.stores.takedowns import HeldBack, Takedown, contact_marks

_TODO = "take it out of the list; if it may come back, whoever keeps the directory lifts what took it down"


def hold_back(holding: Holding, takedowns: Sequence[Takedown], file: str) -> Iterator[Finding]:
    """Leave out of a list the bodies and contacts that were taken down, and what speaks of them; each is told by its place."""
    held = HeldBack(takedowns, holding.records()) if takedowns else None
    if not held:
        return
    bodies = {record.id for record in held.bodies}
    for read in holding.reads():
        if read.record.kind == "stakeholder" and read.record.id in bodies:
            yield Finding("taken-down", "warning", read.place, "this body was taken down: it is left out", _TODO)
        elif read.record.kind == "stakeholder" and held.contacts & contact_marks(read.record):
            place = read.places.get("contacts", read.place)
            yield Finding("taken-down", "warning", place, "a contact of this body was taken down: it is left out", _TODO, read.record.id)
    for _ in holding.replace_all(_without(holding.before(), held)):
        raise AssertionError("unreachable: these records were kept before")
    if not holding.counts():
        yield Finding("missing", "error", Place(file), "nothing is left of it", _TODO)


def _without(reads: Iterator[Read], held: HeldBack) -> Iterator[Read]:
    for read in reads:
        kept = held.without(read.record)
        if kept is not None:
            yield read if kept is read.record else replace(read, record=kept)
