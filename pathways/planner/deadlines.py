"""Which deadlines belong to which step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pathways import territories
from pathways.calendar import in_force
from pathways.directory import Part
from pathways.eligibility import Case
from pathways.model import Deadline, Stage
from pathways.planner.rules import rules
from pathways.planner.slots import Candidate, Slot


def deadlines_of(
    slots: Sequence[Slot], chosen: Sequence[Candidate], entered: Sequence[Stage], part: Part, on: date
) -> list[list[Deadline]]:
    """The deadlines of each step: those of its mandate, and those of a stage on the step that they are about.

    A stage's deadline that names a function stands at that function's step, wherever on the route it is; one that names none stands at the
    stage's own act: its decision, else its first step. One that binds certain bodies stands, with their names, at the step that they could
    take, else, where they could take another step of the path, at the stage's first step.
    """
    found: list[list[Deadline]] = [
        [d for d in c.mandate.deadlines if _holds(d, slot.case, on)] for slot, c in zip(slots, chosen, strict=True)
    ]
    stages = {stage.id: stage for stage in (*entered, *(slot.stage for slot in slots if slot.stage.deadlines))}
    for stage in stages.values():
        for deadline in stage.deadlines:
            for index in _places(deadline, stage, slots, chosen, part):
                if _holds(deadline, slots[index].case, on):
                    found[index].append(deadline)
    return found


def _holds(deadline: Deadline, case: Case, on: date) -> bool:
    """Whether a deadline is in force, for this person, in this place."""
    if not in_force(on, deadline.valid_from, deadline.valid_to) or case.facts.truth(deadline.when) is False:
        return False
    return not deadline.territory or territories.covers(deadline.territory, case.country, case.region) is not False


def _places(deadline: Deadline, stage: Stage, slots: Sequence[Slot], chosen: Sequence[Candidate], part: Part) -> list[int]:
    own = [index for index, slot in enumerate(slots) if slot.stage.id == stage.id and slot.case.country == stage.country and not slot.entry]
    if deadline.function is not None:
        about = [i for i in own if slots[i].function == deadline.function] or [
            i for i, slot in enumerate(slots) if slot.function == deadline.function and not slot.entry
        ]
    else:
        act = [i for i in own if _is_act(slots[i], stage)]
        about = act or own[:1]
    if deadline.by:
        bound = set(deadline.by)
        about = [i for i in about if any(bound.intersection((c.body.id, *part.belongs_to.get(c.body.id, ()))) for c in slots[i].candidates)]
        if (
            not about
            and deadline.function is None
            and any(bound.intersection((c.body.id, *part.belongs_to.get(c.body.id, ()))) for slot in slots for c in slot.candidates)
        ):
            about = own[:1]
    return about


def _is_act(slot: Slot, stage: Stage) -> bool:
    """Whether a step is what the stage is about: its decision, or the function that names its canonical stage."""
    functions = rules().functions
    return functions[slot.function].decision or slot.function in _ACTS.get(stage.canonical, ())


_ACTS = {
    "recovery-and-reflection": ("reflection-period",),
    "right-to-stay": ("residence-permit", "exit-pathway"),
    "international-protection": ("asylum",),
    "guardianship": ("child-guardianship",),
    "decision-review": ("decision-review",),
}
