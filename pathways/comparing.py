"""What differs between two pathways: who is new, who falls away, who takes another's place, and what changes at a step that stays.

For "what if": the same case with one answer changed. It compares what people are told.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A step before and after: the same thing done, by the same body or by another."""

    before: Json
    after: Json

    @property
    def other_body(self) -> bool:
        """Whether another body does it."""
        return _body(self.before) != _body(self.after)

    @property
    def other_details(self) -> tuple[str, ...]:
        """Which of its consents, deadlines, warnings and companions differ."""
        return tuple(name for name, told in _DETAILS.items() if told(self.before) != told(self.after))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. Steps stand in the order of the path that they belong to."""

    gone: tuple[Json, ...]
    new: tuple[Json, ...]
    kept: tuple[Pair, ...]
    """Every step that stands in both; those with `other_body` or `other_details` differ."""
    gaps_opened: tuple[Json, ...]
    gaps_closed: tuple[Json, ...]
    rights_gained: tuple[Json, ...]
    rights_lost: tuple[Json, ...]
    complete: tuple[bool, bool]
    countries: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The steps of both that differ."""
        return tuple(pair for pair in self.kept if pair.other_body or pair.other_details)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (
            self.gone
            or self.new
            or self.changed
            or self.gaps_opened
            or self.gaps_closed
            or self.rights_gained
            or self.rights_lost
            or self.complete[0] != self.complete[1]
            or self.countries[0] != self.countries[1]
        )


def compare(before: Json, after: Json) -> Comparison:
    """What differs between two pathways as the planner gives them. O(steps).

    A step is recognised by what is done, where and by whom; else, where nobody does the same any more, by what is done in the same stage,
    at last by what is done in the same country.
    """
    kept, gone, new = _paired(before["steps"], after["steps"])
    return Comparison(
        gone=gone,
        new=new,
        kept=kept,
        gaps_opened=_without(after["gaps"], before["gaps"], _gap),
        gaps_closed=_without(before["gaps"], after["gaps"], _gap),
        rights_gained=_without(after["rights"], before["rights"], _right),
        rights_lost=_without(before["rights"], after["rights"], _right),
        complete=(before["complete"], after["complete"]),
        countries=(tuple(before["countries"]), tuple(after["countries"])),
    )


def _body(step: Json) -> Hashable:
    """Who does it: the body, and of a class of bodies or a secret one whom to look for or to ask."""
    body = step["stakeholder"]
    return body["id"], body.get("instance"), body.get("via")


_ALIKE: tuple[Callable[[Json], Hashable], ...] = (
    lambda step: (step["country"], step["stage"], step["function"], step["role"], _body(step)),
    lambda step: (step["country"], step["function"], step["role"], _body(step)),
    lambda step: (step["country"], step["stage"], step["function"], step["role"]),
    lambda step: (step["country"], step["function"], step["role"]),
)
"""How a step is recognised, the surest first."""

_DETAILS: Mapping[str, Callable[[Json], Any]] = {
    "consents": lambda step: sorted(step["needs_consent"]),
    "deadlines": lambda step: sorted((d["what"], d["duration"], d["bound"], d["date"] or "") for d in step["deadlines"]),
    "warnings": lambda step: sorted((w["code"], w["text"]) for w in step["warnings"]),
    "with": lambda step: sorted((w["role"], w["stakeholder"]["id"] or "") for w in step["with"]),
}


def _paired(before: Sequence[Json], after: Sequence[Json]) -> tuple[tuple[Pair, ...], tuple[Json, ...], tuple[Json, ...]]:
    """Steps of both, of the first only, of the second only."""
    left, right = dict(enumerate(before)), dict(enumerate(after))
    found: dict[int, Pair] = {}
    for key in _ALIKE:
        waiting: dict[Hashable, list[int]] = {}
        for index, step in left.items():
            waiting.setdefault(key(step), []).append(index)
        for index, step in list(right.items()):
            if same := waiting.get(key(step)):
                found[index] = Pair(left.pop(same.pop(0)), right.pop(index))
    return tuple(found[index] for index in sorted(found)), tuple(left.values()), tuple(right.values())


def _gap(gap: Json) -> Hashable:
    return gap["stage"], gap["function"]


def _right(right: Json) -> Hashable:
    return str(right["id"])


def _without(these: Iterable[Json], those: Iterable[Json], key: Callable[[Json], Hashable]) -> tuple[Json, ...]:
    known = {key(item) for item in those}
    return tuple(item for item in these if key(item) not in known)
