"""What the map of a country's mechanism shows, before anything is drawn: bodies by sector, stages, who acts at which, referrals, gaps.

The picture, the table, the matrix, the explorer and every export say the same, since all are made from this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pathways import vocabulary
from pathways.conditions import Condition, Values
from pathways.directory import Directory, Part
from pathways.model import Mandate, Stage, Stakeholder
from pathways.planner.rules import LEG, rules
from pathways.visibility import Viewer, is_seen, scrubbed

GOVERNANCE = "governance"
"""The column of what stands above the stages: coordination, rapporteurs, money, data."""
CHILDREN, ADULTS = "children", "adults"
ROUTES = (CHILDREN, ADULTS)

_ON_THE_WAY_HOME = ("transnational", "post-return")
_AGES: Mapping[str, tuple[Values, ...]] = {
    CHILDREN: tuple({"is_child": True, "age_group": "child", "age_years": age, "guardian_needed": True} for age in (5, 12, 15, 17)),
    ADULTS: tuple({"is_child": False, "age_group": "adult", "age_years": age, "guardian_needed": False} for age in (18, 30, 70)),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a body does at one stage."""

    body: str
    stage: str
    functions: tuple[str, ...]
    leads: bool
    """Whether the country's mechanism names it as a lead of the stage."""
    routes: frozenset[str]
    """Whom it serves there: children, adults or both."""
    sources: tuple[str, ...]

    @property
    def id(self) -> str:
        """Its name among the cells."""
        return f"{self.body}.{self.stage}"


@dataclass(frozen=True, slots=True)
class Row:
    """A body with its cells."""

    body: Stakeholder
    sector: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical stage with the country's own stages that are mapped to it."""

    stage: str
    own: tuple[Stage, ...] = ()

    @property
    def home(self) -> bool:
        """Whether it belongs to the way home."""
        return self.stage != GOVERNANCE and rules().canonical[self.stage].phase in _ON_THE_WAY_HOME


@dataclass(frozen=True, slots=True)
class Referral:
    """A stated referral between two bodies of the map; it begins and ends at a stage."""

    id: str
    origin: str
    to: str
    basis: str
    functions: tuple[str, ...]
    evidence: str
    routes: frozenset[str]
    sources: tuple[str, ...]
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A function that is owed at a stage and that no body of the country performs for a route, as far as the directory knows."""

    stage: str
    function: str
    routes: frozenset[str]
    evidence: str
    texts: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A country's mechanism on one day, as one viewer may see it."""

    country: str
    on: date
    revision: int
    route: str | None
    """Only the children's or the adults' route; None: both."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    referrals: tuple[Referral, ...]
    missing: tuple[Missing, ...]
    withheld: int
    """Bodies that this viewer is not shown."""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of the bodies."""


def mechanism_of(directory: Directory, country: str, viewer: Viewer, on: date, route: str | None = None) -> Mechanism:
    """The mechanism of a country on a day; with a route only what serves children, or adults. KeyError for a country that the directory
    does not hold."""
    part = directory.parts[country]
    wanted = (route,) if route else ROUTES
    stages = [stage for stage in part.stages if stage.in_force(on)]
    bodies = [body for body in part.stakeholders.values() if body.in_force(on)]
    rows = [Row(body, sector_of(part, body), _cells(body, stages, wanted, on)) for body in bodies if is_seen(body, viewer)]
    rows = [row for row in rows if row.cells]
    missing = _missing(directory, part, viewer, stages, wanted, on)
    used = {cell.stage for row in rows for cell in row.cells} | {gap.stage for gap in missing}
    order = {name: index for index, name in enumerate((*vocabulary.words("canonical_stages"), GOVERNANCE))}
    columns = [Column(name, tuple(s for s in stages if s.canonical == name)) for name in order if name in used]
    sectors = vocabulary.words("sectors")
    rows.sort(key=lambda row: (sectors.index(row.sector), min(order[cell.stage] for cell in row.cells), row.body.name, row.body.id))
    return Mechanism(
        country=part.code,
        on=on,
        revision=directory.revision,
        route=route,
        columns=tuple(columns),
        rows=tuple(rows),
        referrals=tuple(_referrals(rows, order, wanted, on)),
        missing=tuple(missing),
        withheld=sum(not is_seen(body, viewer) for body in bodies),
        cells={cell.id: cell for row in rows for cell in row.cells},
        names={row.body.id: row.body.name for row in rows},
    )


def sector_of(part: Part, body: Stakeholder) -> str:
    """The sector of a body: that of its kind, else that of the nearest body that it belongs to; `open` where neither tells."""
    sectors = vocabulary.sectors()
    kinds = [body.kind, *(part.stakeholders[above].kind for above in part.belongs_to[body.id] if above in part.stakeholders)]
    return next((sectors[kind] for kind in kinds if sectors[kind] != "open"), "open")


def serves(mandate: Mandate, routes: Iterable[str]) -> frozenset[str]:
    """Of some routes, those that a mandate does not turn away at every age."""
    return frozenset(route for route in routes if any(_takes(mandate, facts) for facts in _AGES[route]))


def _takes(mandate: Mandate, facts: Values) -> bool:
    return (
        mandate.serves.evaluate(facts) is not False
        and not (mandate.excludes and mandate.excludes.evaluate(facts))
        and rules().functions[mandate.function].fits.evaluate(facts) is not False
    )


def _cells(body: Stakeholder, stages: Sequence[Stage], wanted: Sequence[str], on: date) -> tuple[Cell, ...]:
    """What a body does, by stage: a function stands at the stages that name both, else at its canonical home."""
    found: dict[str, list[tuple[Mandate, frozenset[str]]]] = {}
    for mandate in body.mandates:
        routes = serves(mandate, wanted) if mandate.in_force(on) else frozenset()
        if routes:
            for stage in _stages_of(body, mandate.function, stages):
                found.setdefault(stage, []).append((mandate, routes))
    order = vocabulary.function_rank()
    return tuple(
        Cell(
            body.id,
            stage,
            tuple(sorted({mandate.function for mandate, _ in held}, key=order.__getitem__)),
            any(body.id in own.lead for own in stages if own.canonical == stage),
            frozenset[str]().union(*(routes for _, routes in held)),
            tuple(dict.fromkeys(source for mandate, _ in held for source in mandate.sources)),
        )
        for stage, held in found.items()
    )


def _stages_of(body: Stakeholder, function: str, stages: Sequence[Stage]) -> list[str]:
    if vocabulary.function_groups()[function] == GOVERNANCE and function != "transnational-contact-point":
        return [GOVERNANCE]
    named = [stage.canonical for stage in stages if function in stage.functions and body.id in (*stage.lead, *stage.support)]
    return list(dict.fromkeys(named)) or [rules().functions[function].home]


def _referrals(rows: Sequence[Row], order: Mapping[str, int], wanted: Sequence[str], on: date) -> list[Referral]:
    """The stated referrals between the bodies of the map, from the nearest earlier cell of the one to the cell of the other that does what
    is referred for."""
    by_body = {row.body.id: sorted(row.cells, key=lambda cell: order[cell.stage]) for row in rows}
    found = []
    for row in rows:
        for link in row.body.links:
            if link.to not in by_body or link.to == row.body.id or not link.in_force(on):
                continue
            to = next((cell for cell in by_body[link.to] if set(cell.functions) & set(link.functions)), by_body[link.to][0])
            before = [cell for cell in by_body[row.body.id] if order[cell.stage] <= order[to.stage]]
            origin = before[-1] if before else by_body[row.body.id][0]
            found.append(
                Referral(
                    link.id,
                    origin.id,
                    to.id,
                    link.basis,
                    link.functions,
                    link.evidence,
                    (origin.routes & to.routes) or frozenset(wanted),
                    link.sources,
                    link.as_of,
                )
            )
    return found


def _missing(directory: Directory, part: Part, viewer: Viewer, stages: Sequence[Stage], wanted: Sequence[str], on: date) -> list[Missing]:
    """What is owed and nobody performs."""
    found = []
    for function, (stage, owed_to) in _owed(stages, wanted).items():
        served = frozenset[str]().union(*(serves(m, wanted) for m in part.performs.get(function, ()) if m.in_force(on)))
        lacking = owed_to - served
        if lacking:
            stated = [gap for gap in part.stated_gaps(function) if any(_holds((gap.when,), route) for route in lacking)]
            found.append(
                Missing(
                    stage,
                    function,
                    lacking,
                    "stated-absent" if stated else "not-found",
                    tuple(scrubbed(directory, viewer, [gap.text for gap in stated])),
                    tuple(dict.fromkeys(source for gap in stated for source in gap.sources)),
                )
            )
    return found


def _owed(stages: Sequence[Stage], wanted: Sequence[str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Each owed function with its stage and the routes that it is owed to: what the country's stages name, where a stage names nothing
    what its canonical stage does, always what a journey home needs, and what binding rules owe whatever the stages say."""
    found: dict[str, tuple[str, frozenset[str]]] = {}

    def owe(function: str, stage: str, *conditions: Condition) -> None:
        routes = frozenset(r for r in wanted if _holds((*conditions, rules().functions[function].fits), r))
        before = found.get(function, (stage, frozenset[str]()))
        if routes:
            found[function] = (before[0], before[1] | routes)

    for stage in stages:
        for function in stage.functions or rules().canonical[stage.canonical].functions:
            if function not in _HOME:
                owe(function, stage.canonical, stage.applies)
    for item in rules().owed:
        if not item.otherwise:
            owe(item.function, rules().functions[item.function].home, item.when)
    for function in _HOME:
        owe(function, rules().functions[function].home)
    return found


_HOME = (*LEG, "reintegration-assistance")


def _holds(conditions: Sequence[Condition], route: str) -> bool:
    """Whether conditions can all hold for somebody on a route."""
    return any(all(condition.evaluate(facts) is not False for condition in conditions) for facts in _AGES[route])


def as_data(mechanism: Mechanism) -> dict[str, Any]:
    """The mechanism as plain data, with the ids of its sources."""
    return {
        "country": mechanism.country,
        "as_of": mechanism.on.isoformat(),
        "revision": mechanism.revision,
        "route": mechanism.route,
        "columns": [{"stage": column.stage, "own": [{"id": s.id, "title": s.title} for s in column.own]} for column in mechanism.columns],
        "bodies": [
            {
                "id": row.body.id,
                "name": row.body.name,
                "kind": row.body.kind,
                "sector": row.sector,
                "at": [
                    {
                        "stage": cell.stage,
                        "functions": list(cell.functions),
                        "leads": cell.leads,
                        "for": sorted(cell.routes),
                        "sources": list(cell.sources),
                    }
                    for cell in row.cells
                ],
            }
            for row in mechanism.rows
        ],
        "referrals": [
            {
                "id": referral.id,
                "from": mechanism.cells[referral.origin].body,
                "to": mechanism.cells[referral.to].body,
                "functions": list(referral.functions),
                "basis": referral.basis,
                "evidence": referral.evidence,
                "as_of": referral.as_of,
                "for": sorted(referral.routes),
                "sources": list(referral.sources),
            }
            for referral in mechanism.referrals
        ],
        "missing": [
            {
                "stage": gap.stage,
                "function": gap.function,
                "for": sorted(gap.routes),
                "evidence": gap.evidence,
                "texts": list(gap.texts),
                "sources": list(gap.sources),
            }
            for gap in mechanism.missing
        ],
        "withheld": mechanism.withheld,
    }
