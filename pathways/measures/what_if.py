"""What if: changes of one country that policy asks about, made in a scratch copy of its records; the directory itself is never touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.directory import Directory, Part
from pathways.measures.change import scratch
from pathways.model import Mandate
from pathways.planner.rules import rules
from pathways.records import Record

GROUPS: Mapping[str, Mapping[str, Any] | None] = {
    "everybody": None,
    "women": {"all": [{"fact": "gender", "in": ["female"]}, {"fact": "is_child", "in": [False]}]},
    "men": {"all": [{"fact": "gender", "in": ["male"]}, {"fact": "is_child", "in": [False]}]},
    "children": {"fact": "is_child", "in": [True]},
    "adults": {"fact": "is_child", "in": [False]},
}
"""Whom an opened body takes, as a condition."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is changed in a country."""

    close: tuple[str, ...] = ()
    """Bodies that close."""
    open: tuple[str, ...] = ()
    """Functions for each of which a body opens."""
    open_in: str | None = None
    """Where those open: a region; None: the whole country."""
    open_for: str = "everybody"
    """Whom they take: one of `GROUPS`."""
    admit: tuple[str, ...] = ()
    """Mandates that take everybody from now on."""
    waive: tuple[str, ...] = ()
    """Words that no mandate asks for any more: a rule of the country that falls."""
    enter: tuple[str, ...] = ()
    """Stages that everybody may enter: what holds people back there falls."""

    @property
    def only_closes(self) -> bool:
        """Whether nothing but closing is asked for, which needs no copy."""
        return not (self.open or self.admit or self.waive or self.enter)


def opens() -> tuple[str, ...]:
    """The functions for which a body can be opened: those that a path has steps of."""
    return tuple(name for name, rule in rules().functions.items() if rule.served)


def limited(part: Part) -> Iterator[Mandate]:
    """The mandates that do not take everybody."""
    for body in part.stakeholders.values():
        yield from (mandate for mandate in body.mandates if mandate.excludes is not None or list(mandate.serves.atoms()))


def guarded(part: Part) -> tuple[str, ...]:
    """The stages that something holds people back from."""
    return tuple(stage.id for stage in part.stages if list(stage.gate.atoms()) or list(stage.applies.atoms()) or stage.consent)


def asked_for(part: Part) -> tuple[str, ...]:
    """The words that mandates of a country ask for."""
    return tuple(sorted({word for body in part.stakeholders.values() for mandate in body.mandates for word in mandate.requires}))


def applied(records: Iterable[Record], country: str, changes: Changes) -> Directory:
    """A directory of one country with changes made, bodies that close left out of account; `records` are those of the directory."""
    own = [record for record in records if record.part == country]
    changed = [new for record in own if (new := _changed(record, changes)) is not record]
    return scratch(own, [*changed, *_opened(country, changes)])


def _changed(record: Record, changes: Changes) -> Record:
    fields = dict(record.fields)
    if record.kind == "mandate":
        if record.id in changes.admit:
            fields = {name: value for name, value in fields.items() if name not in ("serves", "excludes")}
        if not set(changes.waive).isdisjoint(fields.get("requires", ())):
            fields["requires"] = [word for word in fields["requires"] if word not in changes.waive]
    elif record.kind == "stage" and fields["id"] in changes.enter:
        fields = {name: value for name, value in fields.items() if name not in ("applies", "gate")} | {"consent": []}
    return record if fields == record.fields else Record(record.kind, record.id, record.part, fields)


def _opened(country: str, changes: Changes) -> Iterator[Record]:
    serves = GROUPS[changes.open_for]
    for number, function in enumerate(changes.open, 1):
        body = f"{country.lower()}-opened-{number}"
        named = {"id": body, "name": body, "kind": "unknown", "territory": [changes.open_in or country], "sources": []}
        yield Record("stakeholder", body, country, named)
        mandate: dict[str, Any] = {"holder": body, "function": function, "role": rules().functions[function].roles[0], "sources": []}
        yield Record("mandate", f"{body}.{function}", country, mandate | ({"serves": serves} if serves else {}))
