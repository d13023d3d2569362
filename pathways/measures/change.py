"""What a change does, and to whom: two states of one country over one space. A body closed, opened or changed in a scratch copy, a rule
changed, another day, another revision: who gains a step, who loses one. The directory itself is never touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.directory import Directory, Part
from pathways.measures.diagrams import ProfileSet
from pathways.measures.gaps import Told, descriptions, percent
from pathways.measures.outcome import Outcome
from pathways.measures.space import Space
from pathways.measures.truths import Truths
from pathways.measures.views import View, published
from pathways.measures.walk import Walk
from pathways.measures.words import function_word
from pathways.records import Record
from pathways.visibility import ANONYMOUS, Viewer
from pathways.vocabulary.labels import label


@dataclass(frozen=True, slots=True)
class State:
    """One state of a country: a directory, a day on which it is read, and the bodies that are closed in it."""

    directory: Directory
    on: date
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """A function that some gain or lose: the share of the published profiles, and who they are."""

    function: str
    share: float
    who: tuple[Told, ...]

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {
            "function": self.function,
            "share": round(self.share, 4),
            "who": [told.as_data() for told in self.who],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states of a country, and for whom."""

    country: str
    gains: tuple[Turn, ...]
    losses: tuple[Turn, ...]
    complete_before: float
    complete_after: float
    gaining: float
    """The share of the published profiles that have a gap less in something."""
    losing: float
    """The share that have a gap more in something."""
    content: Mapping[str, tuple[str, ...]]
    """The bodies, mandates and stages that came, went, or were changed."""

    @property
    def text(self) -> str:
        """Who gains and who loses, in words."""
        shares = f"{percent(self.losing)} of the published profiles lose something, {percent(self.gaining)} gain something"
        lines = [f"{label('countries', self.country)}: {shares}."]
        for word, turns in (("lost", self.losses), ("gained", self.gains)):
            for turn in turns:
                who = "; ".join(told.words for told in turn.who)
                lines.append(f"  - {word}: {function_word(turn.function)}, {percent(turn.share)} ({who})")
        return "\n".join(lines)

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {
            "country": self.country,
            "text": self.text,
            "gaining": round(self.gaining, 4),
            "losing": round(self.losing, 4),
            "complete_before": round(self.complete_before, 4),
            "complete_after": round(self.complete_after, 4),
            "gains": [turn.as_data() for turn in self.gains],
            "losses": [turn.as_data() for turn in self.losses],
            "content": {name: list(ids) for name, ids in self.content.items()},
        }


def difference(before: State, after: State, country: str, viewer: Viewer = ANONYMOUS) -> Difference:
    """Who gains and who loses between two states; KeyError where a state does not hold the country."""
    first, second = before.directory.parts[country], after.directory.parts[country]
    space = Space(first, second)
    view = published(space)
    outcomes = [_outcome(state, space.seen_in(part), viewer, view.within) for state, part in ((before, first), (after, second))]
    gained, lost = _turns(view, outcomes[1], outcomes[0]), _turns(view, outcomes[0], outcomes[1])
    union = space.universe.union
    return Difference(
        country=country,
        gains=_told(view, gained),
        losses=_told(view, lost),
        complete_before=view.share(~outcomes[0].incomplete) or 0.0,
        complete_after=view.share(~outcomes[1].incomplete) or 0.0,
        gaining=view.share(union(gained.values())) or 0.0,
        losing=view.share(union(lost.values())) or 0.0,
        content=_content((first, before), (second, after)),
    )


def _outcome(state: State, space: Space, viewer: Viewer, within: ProfileSet) -> Outcome:
    return Walk(state.directory, space, Truths(space), state.on, viewer, state.closed, within).run()


def _turns(view: View, better: Outcome, worse: Outcome) -> dict[str, ProfileSet]:
    """By function who has a gap in one outcome and none in the other."""
    functions = dict.fromkeys(function for function, _, _ in worse.gaps)
    found = {function: (worse.lacking(function) - better.lacking(function)) & view.within for function in functions}
    return {function: profiles for function, profiles in found.items() if profiles}


def _told(view: View, turns: Mapping[str, ProfileSet]) -> tuple[Turn, ...]:
    told = [Turn(function, view.share(profiles) or 0.0, descriptions(view, profiles, 3)) for function, profiles in turns.items()]
    return tuple(sorted(told, key=lambda turn: (-turn.share, turn.function)))


def _content(*states: tuple[Part, State]) -> dict[str, tuple[str, ...]]:
    """The bodies, mandates and stages in force in one state and not in the other, and those that are told differently."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("bodies", "mandates", "stages"):
        old, new = (_things(part, state, name) for part, state in states)
        found[f"{name}_came"] = tuple(sorted(set(new) - set(old)))
        found[f"{name}_went"] = tuple(sorted(set(old) - set(new)))
        found[f"{name}_changed"] = tuple(sorted(key for key in set(old) & set(new) if old[key] != new[key]))
    return {name: ids for name, ids in found.items() if ids}


def _things(part: Part, state: State, name: str) -> dict[str, Any]:
    bodies = [body for body in part.stakeholders.values() if body.in_force(state.on) and body.id not in state.closed]
    if name == "bodies":
        return {body.id: (body.name, body.kind, body.territory, body.operational) for body in bodies}
    if name == "mandates":
        return {mandate.id: mandate for body in bodies for mandate in body.mandates if mandate.in_force(state.on)}
    return {stage.id: stage for stage in part.stages if stage.in_force(state.on)}


def scratch(records: Iterable[Record], put: Iterable[Record] = (), close: Iterable[str] = ()) -> Directory:
    """A copy of a directory with some records put in, in the place of those of the same kind and id, and some bodies closed.

    A closed body's mandates and links go with it; what others say of it stays. Errors are those of reading records.
    """
    closed = frozenset(close)
    kept = {(record.kind, record.id): record for record in records if not _of(record, closed)}
    kept.update({(record.kind, record.id): record for record in put})
    return Directory.from_records(kept.values())


def _of(record: Record, closed: frozenset[str]) -> bool:
    return record.id in closed or bool(closed.intersection(str(record.fields.get(key)) for key in ("holder", "origin", "to")))
