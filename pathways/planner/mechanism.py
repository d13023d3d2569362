"""A country's mechanism made ready for walking: its stages in a topological order, with what leads to each, worked out once a part."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pathways.directory import Part
from pathways.model import Stage
from pathways.planner.rules import rules

LANES = ("main", "assistance", "international-protection", "right-to-stay", "justice-and-compensation", "inclusion")
"""The lanes in which they print; a lane that runs beside the main line is named by its canonical stage."""

_BEFORE_JOURNEY = ("national", "durable-solution")


def lane_of(stage: Stage) -> int:
    """The lane of a stage: 0 for the main line, else that of its canonical stage; what has none of its own runs with assistance."""
    if stage.track == "main":
        return 0
    return LANES.index(stage.canonical) if stage.canonical in LANES else 1


def covered(stage: Stage) -> tuple[str, ...]:
    """The canonical stages that a stage stands for."""
    return (stage.canonical, *stage.merged)


@dataclass(frozen=True, slots=True)
class Walk:
    """The order of a country's stages, lanes among the main line at their canonical place, and the ways between them."""

    order: tuple[Stage, ...]
    position: Mapping[str, int]
    leads_to: Mapping[str, tuple[str, ...]]
    """The main stages that a stage leads to, branches left out."""
    led_to: frozenset[str]
    """The main stages that something leads to; the others enter at their canonical place."""
    by_canonical: Mapping[str, tuple[Stage, ...]]


@lru_cache(maxsize=256)
def walk_of(part: Part, after_return: bool = False) -> Walk:
    """The walk of a country, made once for its content; for a case that stands after a return, the arrival comes before the rest."""
    canonical = rules().canonical
    ways = {stage.id: [way.to for way in stage.next if way.outcome in (None, "granted")] for stage in part.stages}
    lanes = {stage.id: stage.track for stage in part.stages}
    ordering = {s.id: [to for to in ways[s.id] if lanes[to] == s.track] if after_return or before_journey(s) else [] for s in part.stages}
    order = _topological(part.stages, ordering)
    position = {stage.id: index for index, stage in enumerate(order)}
    main = {origin: tuple(to for to in ends if lanes[to] == "main") for origin, ends in ways.items()}
    by_canonical: dict[str, list[Stage]] = {}
    for stage in order:
        for name in covered(stage):
            by_canonical.setdefault(name, []).append(stage)
    return Walk(
        order=tuple(order),
        position=position,
        leads_to=main,
        led_to=frozenset(to for origin, ends in main.items() for to in ends if origin != to),
        by_canonical={name: tuple(found) for name, found in by_canonical.items() if name in canonical},
    )


def _topological(stages: Iterable[Stage], ways: Mapping[str, list[str]]) -> list[Stage]:
    """The stages so that each comes after what leads to it, ties by canonical rank; in a circle the earliest canonical stage goes first."""
    canonical = rules().canonical
    by_id = {stage.id: stage for stage in stages}
    key = {name: (canonical[stage.canonical].rank, name) for name, stage in by_id.items()}
    waiting = {name: 0 for name in by_id}
    for ends in ways.values():
        for to in ends:
            waiting[to] += 1
    heap = [key[name] for name, count in waiting.items() if not count]
    heapq.heapify(heap)
    done: list[Stage] = []
    placed: set[str] = set()
    while len(done) < len(by_id):
        name = heapq.heappop(heap)[1] if heap else min(key[n] for n in by_id if n not in placed)[1]
        if name in placed:
            continue
        placed.add(name)
        done.append(by_id[name])
        for to in ways[name]:
            waiting[to] -= 1
            if not waiting[to] and to not in placed:
                heapq.heappush(heap, key[to])
    return done


def placeholder(part: Part, canonical: str) -> Stage:
    """A stage that the country's mechanism does not name, for what is owed or needed all the same: the canonical one."""
    entry = rules().canonical[canonical]
    main = not entry.parallel and canonical not in LANES
    return Stage(
        id=canonical,
        country=part.code,
        canonical=canonical,
        title=entry.title,
        track="main" if main else "parallel",
        functions=(),
        lead=(),
        support=(),
        sources=(),
    )


def before_journey(stage: Stage) -> bool:
    """Whether a stage belongs to the time before a journey home."""
    return rules().canonical[stage.canonical].phase in _BEFORE_JOURNEY


def place(stage: Stage, walk: Walk) -> float:
    """The position of a stage on the walk; a placeholder stands just before the first stage of a later canonical rank."""
    if stage.id in walk.position and walk.order and any(s.id == stage.id for s in walk.by_canonical.get(stage.canonical, ())):
        return float(walk.position[stage.id])
    ranks = rules().canonical
    own = ranks[stage.canonical].rank
    later = [walk.position[s.id] for s in walk.order if ranks[s.canonical].rank > own and (s.track == "main") == (stage.track == "main")]
    return min(later) - 0.5 if later else float(len(walk.position)) + own / 100
