"""The same as a map in tables: who does what at which stage, who refers to whom, what is missing; and bodies against stages as a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visualisations.mechanism import for_whom, route_class, stage_name
from visualisations.mechanism_parts import Mechanism
from visualisations.words import Words

Cite = Callable[[Sequence[str]], str]
"""The sources of some ids in words: publisher and year."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a place of a table, the page that it leads to, and what a class tells of it."""

    text: str
    href: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kinds: tuple[str, ...] = ()
    """A class for each row: the route that it is of, where it is of one only."""


def tables_of(mechanism: Mechanism, words: Words, cite: Cite) -> list[Table]:
    """The tables under a map: nothing of the map is missing in them."""
    return [_acts(mechanism, words, cite), _referrals(mechanism, words, cite), _missing(mechanism, words, cite)]


def matrix_of(mechanism: Mechanism, words: Words) -> Table:
    """Bodies against stages: who leads, who acts."""
    _ = words.translate
    stages = [column.stage for column in mechanism.columns]
    rows = []
    for row in mechanism.rows:
        at = {cell.stage: cell for cell in row.cells}
        marks = [_("leads") if s in at and at[s].leads else _("acts") if s in at else "" for s in stages]
        rows.append(
            (Cell(row.body.name, words.link(row.body.id)), *(Cell(mark, kind="lead" if mark == _("leads") else "") for mark in marks))
        )
    lacking = {gap.stage for gap in mechanism.missing}
    rows.append((Cell(_("Missing")), *(Cell(_("missing") if stage in lacking else "", kind="gap") for stage in stages)))
    head = (_("Body"), *(stage_name(stage, words) for stage in stages))
    return Table(_("Bodies and stages"), head, tuple(rows))


def _acts(mechanism: Mechanism, words: Words, cite: Cite) -> Table:
    _ = words.translate
    rows, kinds = [], []
    for row in mechanism.rows:
        for cell in row.cells:
            functions = ", ".join(words.label("functions", function) for function in cell.functions)
            rows.append(
                (
                    Cell(row.body.name, words.link(row.body.id)),
                    Cell(words.label("sectors", row.sector)),
                    Cell(stage_name(cell.stage, words)),
                    Cell(functions + (f" ({_('leads this stage')})" if cell.leads else "")),
                    Cell(for_whom(cell.routes, words) or _("all")),
                    Cell(cite(cell.sources)),
                )
            )
            kinds.append(route_class(cell.routes))
    head = (_("Body"), _("Sector"), _("Stage"), _("What it does"), _("For"), _("Sources"))
    return Table(_("Who does what"), head, tuple(rows), tuple(kinds))


def _referrals(mechanism: Mechanism, words: Words, cite: Cite) -> Table:
    _ = words.translate
    rows, kinds = [], []
    bodies = {row.body.id: row.body for row in mechanism.rows}
    for referral in mechanism.referrals:
        origin, to = (bodies[mechanism.cells[end].body] for end in (referral.origin, referral.to))
        rows.append(
            (
                Cell(origin.name, words.link(origin.id)),
                Cell(to.name, words.link(to.id)),
                Cell(", ".join(words.label("functions", function) for function in referral.functions) or "–"),
                Cell(words.label("referral_basis", referral.basis)),
                Cell(words.label("evidence", referral.evidence)),
                Cell(str(referral.as_of or "–")),
                Cell(cite(referral.sources)),
            )
        )
        kinds.append(route_class(referral.routes))
    head = (_("From"), _("To"), _("For"), _("Basis"), _("Evidence"), _("As of"), _("Sources"))
    return Table(_("Who refers to whom"), head, tuple(rows), tuple(kinds))


def _missing(mechanism: Mechanism, words: Words, cite: Cite) -> Table:
    _ = words.translate
    rows = tuple(
        (
            Cell(words.label("functions", gap.function)),
            Cell(stage_name(gap.stage, words)),
            Cell(for_whom(gap.routes, words) or _("all")),
            Cell(words.label("evidence", gap.evidence)),
            Cell(" ".join(gap.texts) or "–"),
            Cell(cite(gap.sources) or "–"),
        )
        for gap in mechanism.missing
    )
    head = (_("Function"), _("Stage"), _("For"), _("Evidence"), _("What sources say"), _("Sources"))
    return Table(_("What is missing"), head, rows, tuple(route_class(gap.routes) for gap in mechanism.missing))
