"""What the picture of a pathway shows, before anything is drawn: boxes, handovers, rows and columns, and the sentence for each.

Steps that one body takes one after another on a lane are one box. The picture, its tooltips and its text alternative say the same
sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathways.planner.mechanism import LANES
from pathways.planner.rules import rules
from visualisations.words import Words

Json = Mapping[str, Any]

NOW, NEXT, LATER = "now", "next", "later"
BEFORE, JOURNEY, AFTER = "before", "journey", "after"
TIMES = (NOW, NEXT, LATER)
LEGS = (BEFORE, JOURNEY, AFTER)
BRANCHES = "branches"

_AT_ONCE = frozenset({"detection", "immediate-safety", "guardianship", "information-and-consent", "re-referral"})
_SOON = frozenset(
    {
        "informal-assistance",
        "preliminary-identification",
        "recovery-and-reflection",
        "formal-identification",
        "assistance",
        "international-protection",
    }
)
_AFTER_TRAVEL = frozenset({"reception", "reintegration", "monitoring", "re-referral", "closed-after-return"})
_ON_THE_WAY_HOME = ("transnational", "post-return")
_TOLD = ("danger-to-life", "duty-to-report", "authority-is-police", "needs-cooperation")
"""The warnings that a picture repeats: those of a contact that has consequences."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in a box; bold for the name of a body or of what is missing."""

    text: str
    bold: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the picture: a body with its steps in one cell, something that is missing, or a branch."""

    id: str
    kind: str
    band: str
    row: str
    column: str
    lines: tuple[Line, ...]
    told: str
    """The sentence that stands for the box."""
    steps: tuple[int, ...] = ()
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A handover from box to box with its basis; None: no basis is known. `same`: she goes on with the same body."""

    id: str
    origin: str
    to: str
    basis: str | None
    told: str
    same: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """All of the picture's content. `rows` and `columns` are those that hold something, by band."""

    title: str
    description: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    rows: Mapping[str, tuple[tuple[str, str], ...]]
    columns: Mapping[str, tuple[tuple[str, str], ...]]


def times(pathway: Json) -> dict[int, str]:
    """When each step on the national part of a path is due, by its order: now, next or later.

    The canonical stage decides; on the main line a step before one that is due earlier is due then too, so that nobody waits for what
    comes first.
    """
    found: dict[int, str] = {}
    due = len(TIMES) - 1
    for step in sorted(pathway["steps"], key=lambda step: -step["order"]):
        own = _time(step["canonical_stage"])
        if step["track"] == "main":
            own = due = min(own, due)
        found[step["order"]] = TIMES[own]
    return found


def column_of(step: Json, due: Mapping[int, str]) -> str:
    """The column of a step: now, next or later at home; before the journey, the journey or after arrival on the way home."""
    return _cell(step["canonical_stage"], step["phase"], step["lane"], step["country"], due[step["order"]])[2]


def _time(canonical: str) -> int:
    return 0 if canonical in _AT_ONCE else 1 if canonical in _SOON else 2


def parts_of(pathway: Json, words: Words, when: Mapping[int, str] | None = None) -> Parts:
    """The content of a pathway's picture. `when` gives the column of each national step where the caller has sorted them already."""
    due = when or times(pathway)
    boxes, held = _steps(pathway, words, due)
    edges = _handovers(pathway, words, held)
    boxes += [*_gaps(pathway, words), *_branches(pathway, words, due)]
    return Parts(
        title=_title(pathway, words),
        description=_description(pathway, words),
        boxes=tuple(boxes),
        edges=tuple(edges),
        rows={band: _rows(pathway, words, band, boxes) for band in _bands(boxes)},
        columns={band: _columns(words, band, boxes) for band in _bands(boxes)},
    )


def alternative(parts: Parts) -> list[tuple[str, str]]:
    """The picture in words: the id of every box and line in it, with its sentence, in the order in which they are read."""
    edges: dict[str, list[Edge]] = {}
    for edge in parts.edges:
        edges.setdefault(edge.to, []).append(edge)
    return [entry for box in parts.boxes for entry in ((box.id, box.told), *((edge.id, edge.told) for edge in edges.get(box.id, ())))]


def _title(pathway: Json, words: Words) -> str:
    _ = words.translate
    countries = " – ".join(words.label("countries", code) for code in pathway["countries"])
    return _("Referral path: %(countries)s") % {"countries": countries}


def _description(pathway: Json, words: Words) -> str:
    _ = words.translate
    bodies = {step["stakeholder"]["id"] for step in pathway["steps"]}
    return _(
        "Boxes are bodies with the steps that they take, lines are handovers from body to body, dashed boxes are what is missing. "
        "Steps: %(steps)d. Bodies: %(bodies)d. Missing: %(gaps)d. The same stands as a list in words."
    ) % {"steps": len(pathway["steps"]), "bodies": len(bodies), "gaps": len(pathway["gaps"])}


def _bands(boxes: Sequence[Box]) -> list[str]:
    return list(dict.fromkeys(box.band for box in sorted(boxes, key=lambda box: box.band != "national")))


def _rows(pathway: Json, words: Words, band: str, boxes: Sequence[Box]) -> tuple[tuple[str, str], ...]:
    """The rows of a band that hold something, with their names: lanes at home, countries on the way home."""
    held = {box.row for box in boxes if box.band == band}
    order = (*LANES, BRANCHES) if band == "national" else (*pathway["countries"], *sorted(held))
    return tuple((row, _row_name(words, row)) for row in dict.fromkeys(order) if row in held)


def _columns(words: Words, band: str, boxes: Sequence[Box]) -> tuple[tuple[str, str], ...]:
    held = {box.column for box in boxes if box.band == band}
    return tuple((column, name) for column, name in _column_names(words).items() if column in held)


def _column_names(words: Words) -> dict[str, str]:
    _ = words.translate
    return {
        NOW: _("Now"),
        NEXT: _("Next"),
        LATER: _("Later"),
        BEFORE: _("Before the journey"),
        JOURNEY: _("The journey"),
        AFTER: _("After arrival"),
    }


def _row_name(words: Words, row: str) -> str:
    _ = words.translate
    if row in ("main", BRANCHES):
        return _("Main line") if row == "main" else _("If it goes otherwise")
    return words.label("canonical_stages", row) if row in LANES else words.label("countries", row)


def _cell(canonical: str, phase: str, lane: str, country: str, due: str) -> tuple[str, str, str]:
    """Band, row and column of a step or a gap."""
    if phase in _ON_THE_WAY_HOME:
        return "transnational", country, JOURNEY if canonical == "travel" else AFTER if canonical in _AFTER_TRAVEL else BEFORE
    return "national", lane, due


def _steps(pathway: Json, words: Words, due: Mapping[int, str]) -> tuple[list[Box], dict[int, str]]:
    """The boxes of the steps, and in which box each step stands."""
    lanes: dict[tuple[str, str], list[Json]] = {}
    for step in pathway["steps"]:
        band, row, _ = _cell(step["canonical_stage"], step["phase"], step["lane"], step["country"], "")
        lanes.setdefault((band, row), []).append(step)
    found: list[tuple[int, Box]] = []
    held: dict[int, str] = {}
    for run in (run for lane in lanes.values() for run in _runs(lane, due)):
        box = _of_run(run, words, due)
        held.update(dict.fromkeys(box.steps, box.id))
        found.append((box.steps[0], box))
    return [box for _, box in sorted(found, key=lambda item: item[0])], held


def _runs(lane: Sequence[Json], due: Mapping[int, str]) -> list[list[Json]]:
    """The steps of a lane, those of one body in one cell together as long as no other comes between."""
    runs: list[list[Json]] = []
    last: Any = None
    for step in lane:
        cell = _cell(step["canonical_stage"], step["phase"], step["lane"], step["country"], due[step["order"]])
        key = (cell, step["stakeholder"]["id"], step["stakeholder"].get("via"))
        if runs and key == last and step["stakeholder"]["id"] is not None:
            runs[-1].append(step)
        else:
            runs.append([step])
        last = key
    return runs


def _of_run(run: Sequence[Json], words: Words, due: Mapping[int, str]) -> Box:
    first, orders = run[0], tuple(step["order"] for step in run)
    band, row, column = _cell(first["canonical_stage"], first["phase"], first["lane"], first["country"], due[first["order"]])
    name = _name(first["stakeholder"], words)
    lines = [Line(name, bold=True)]
    sentences: list[str] = []
    for step in run:
        text = f"{step['order']}. {words.label('functions', step['function'])}"
        about = _about(step, words)
        lines += [Line(text), *(Line(entry, faint=True) for entry in about)]
        sentences.append("; ".join([text, *about]))
    told = f"{name} ({_row_name(words, row)}, {_column_names(words)[column]}): {'. '.join(sentences)}"
    return Box(f"step-{orders[0]}", "step", band, row, column, tuple(lines), told, orders, first["stakeholder"]["id"])


def _name(body: Json, words: Words) -> str:
    _ = words.translate
    return words.name(body["name"]) if body.get("name") else _("a body that is not shown")


def _about(step: Json, words: Words) -> list[str]:
    """What to know before the contact: whose consent, by when, and what consequence it has."""
    _ = words.translate
    consents = ", ".join(words.label("consents", consent) for consent in step["needs_consent"])
    found = [_("with consent to: %(consents)s") % {"consents": consents}] if consents else []
    days = [deadline["date"] for deadline in step["deadlines"] if deadline["date"] and deadline["bound"] in ("at-most", "target")]
    found += [_("by %(day)s") % {"day": words.day(day)} for day in sorted(set(days))[:1]]
    codes = {warning["code"] for warning in step["warnings"]}
    return found + [f"! {words.label('warnings', code)}" for code in _TOLD if code in codes]


def _handovers(pathway: Json, words: Words, held: Mapping[int, str]) -> list[Edge]:
    """The lines: to each box from the last earlier one of the body that hands her over, or of the same body where she stays with it."""
    _ = words.translate
    found: dict[tuple[str, str], Edge] = {}
    for step in pathway["steps"]:
        handover = step["handover"]
        origin = handover["from"] if handover else step["stakeholder"]["id"]
        earlier = [s["order"] for s in pathway["steps"] if s["order"] < step["order"] and s["stakeholder"]["id"] == origin]
        to = held[step["order"]]
        if origin is None or not earlier or held[earlier[-1]] == to:
            continue
        place = {"origin": earlier[-1], "to": step["order"]}
        basis = handover["basis"] if handover else None
        if handover is None:
            told = _("From step %(origin)d to step %(to)d she stays with the same body") % place
        elif basis:
            told = _("Handover from step %(origin)d to step %(to)d, on the basis of: %(basis)s") % {
                **place,
                "basis": words.label("referral_basis", basis),
            }
        else:
            told = _("Handover from step %(origin)d to step %(to)d, no basis is known") % place
        if handover and handover["cross_border"]:
            told += ". " + _("Across the border, told at most at level %(level)s") % {"level": handover["disclosure"]}
        edge = Edge(f"edge-{earlier[-1]}-{step['order']}", held[earlier[-1]], to, basis, told, same=handover is None)
        found.setdefault((edge.origin, edge.to), edge)
    return list(found.values())


def _gaps(pathway: Json, words: Words) -> list[Box]:
    """What nobody performs, at its place."""
    _ = words.translate
    found = []
    for number, gap in enumerate(pathway["gaps"], start=1):
        canonical = gap["canonical_stage"]
        lane = canonical if canonical in LANES else "main"
        country = pathway["countries"][-1 if canonical in _AFTER_TRAVEL or canonical == "reception-confirmation" else 0]
        band, row, column = _cell(canonical, rules().canonical[canonical].phase, lane, country, TIMES[_time(canonical)])
        name = _("Missing: %(function)s") % {"function": words.label("functions", gap["function"])}
        evidence = words.label("evidence", gap["evidence"])
        told = f"{name} ({_row_name(words, row)}, {_column_names(words)[column]}; {evidence}): {gap['reason']}"
        lines = (Line(name, bold=True), Line(evidence, faint=True))
        found.append(Box(f"gap-{number}", "gap", band, row, column, lines, told))
    return found


def _branches(pathway: Json, words: Words, due: Mapping[int, str]) -> list[Box]:
    """What happens where a step goes otherwise, in the column of the stage that it leaves."""
    titles = {step["stage"]: (step["stage_title"], due[step["order"]]) for step in reversed(pathway["steps"])}
    found = []
    for number, branch in enumerate(pathway["branches"], start=1):
        title, column = titles.get(branch["at"], (branch["at"].replace("-", " "), LATER))
        outcome = words.label("branch_outcomes", branch["if"])
        ends = [_name(step["stakeholder"], words) for step in branch["steps"] if step.get("stakeholder")]
        lines = [Line(f"{outcome}: {words.name(title)}", bold=True), *(Line(f"{_turns(words)} {end}") for end in ends)]
        told = f"{outcome}: {title}. {branch['reason']}" + (f" {_turns(words)} {', '.join(ends)}" if ends else "")
        found.append(Box(f"branch-{number}", "branch", "national", BRANCHES, column, tuple(lines), told))
    return found


def _turns(words: Words) -> str:
    _ = words.translate
    return _("turn to:")
