"""Holds a store against its chain: every revision, change, take-down and conflict, and that the newest directory is what they give.

Whoever can write to a store can also make a new chain. Against that a link of it is kept outside, signed (`pathways.signing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.records import canonical_json
from pathways.records import digest as digest_of
from pathways.stores import chain, layers
from pathways.stores.draft import subjects
from pathways.stores.layers import ABSENT, Subject
from pathways.stores.revisions import Revision, StoreError
from pathways.stores.takedowns import TAKEDOWN, Takedown
from pathways.stores.view import View

_UNREADABLE = (StoreError, ValueError, TypeError, KeyError, AttributeError)
"""What a value can raise that somebody has overwritten."""

Said = dict[tuple[str, str, str], dict[str, Any]]
"""What layers say of things, by kind, id and layer."""


def verify(view: View) -> list[str]:
    """Everything in a store that is not as it was written, each as one line; empty where all of it is."""
    try:
        history, takedowns = view.history(), {takedown.revision: takedown for takedown in view.takedowns()}
        first, last = chain.first_seals(takedowns.values()), chain.last_seals(takedowns.values())
    except _UNREADABLE as error:
        return [f"the take-downs cannot be read ({error})"]
    said: Said = {}
    found = [*_missing(history, takedowns)]
    previous = chain.BEGINNING
    for revision in history:
        found += _rows(view, revision, first.get(revision.number, {}), last, said)
        taken = takedowns.get(revision.number)
        if (chain.erased(taken.payload) if taken else "") != revision.erased:
            found.append(f"revision {revision.number}: what it took down is not what it says")
        if chain.link(revision, previous) != revision.link:
            found.append(
                f"revision {revision.number}: who, when, from what, why, how much, or the one before it, is not what its link says"
            )
        previous = revision.link
    return [*found, *_standing(view, history, said), *_conflicts(view)]


def _missing(history: list[Revision], takedowns: Mapping[int, Takedown]) -> Iterator[str]:
    numbers = [revision.number for revision in history]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"revisions are missing: there are {', '.join(map(str, numbers)) or 'none'}"
    for number in sorted(takedowns.keys() - {revision.number for revision in history if revision.layer == TAKEDOWN}):
        yield f"take-down {number}: there is no such revision"


def _rows(view: View, revision: Revision, first: Mapping[int, str], last: Mapping[tuple[int, int], str], said: Said) -> Iterator[str]:
    """What is wrong with the changes of a revision; each is made in what layers say, as it goes."""
    seals, row = chain.Seals(), -1
    try:
        for row, change in enumerate(view.rows(revision.number)):
            now = chain.seal(change)
            place = f"revision {revision.number}, change {row} ({change.field or 'blank'} of {change.kind} {change.id})"
            if last.get((revision.number, row), now) != now:
                yield f"{place}: not what stands there since it was taken down"
            seals.add(first.get(row, now))
            fields = said.setdefault((*change.subject, change.layer), {})
            if not change.is_blank:
                if not layers.same(fields.get(change.field, ABSENT), change.before):
                    yield f"{place}: it was something else before"
                fields.pop(change.field, None)
                fields.update({} if change.after is ABSENT else {change.field: change.after})
    except _UNREADABLE as error:
        yield f"revision {revision.number}: what follows change {row} cannot be read ({error})"
    if seals.hexdigest() != revision.seals:
        yield f"revision {revision.number}: its {row + 1} changes are not those that were sealed"


def _standing(view: View, history: list[Revision], said: Said) -> Iterator[str]:
    """What is wrong with the newest directory."""
    try:
        state = {(subject.kind, subject.id): subject for subject in subjects(view.tables())}
        digest = digest_of(layers.view(state))
    except _UNREADABLE as error:
        yield f"the newest directory cannot be read ({error})"
        return
    for kind, identity, layer in sorted({key for key, fields in said.items() if fields} | _keys(state)):
        subject = state.get((kind, identity))
        due, stands = said.get((kind, identity, layer), {}), subject.says.get(layer, {}) if subject else {}
        if canonical_json(due) != canonical_json(stands):
            yield f"the newest directory: what {layer} says of {kind} {identity} is not what the revisions give"
    if history and digest != history[-1].digest:
        yield f"the newest directory: its digest is {digest}, that of revision {history[-1].number} says {history[-1].digest}"


def _keys(state: Mapping[tuple[str, str], Subject]) -> set[tuple[str, str, str]]:
    return {(kind, identity, layer) for (kind, identity), subject in state.items() for layer in subject.says}


def _conflicts(view: View) -> Iterator[str]:
    try:
        yield from (f"conflict {number}: it is not as it was written" for number in view.altered())
    except _UNREADABLE as error:
        yield f"the conflicts cannot be read ({error})"
