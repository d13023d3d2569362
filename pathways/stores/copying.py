"""Copies a directory with its whole history from one store to another, each revision checked by its digest."""

from __future__ import annotations

from collections.abc import Callable

from pathways.stores import chain, taking_down
from pathways.stores.base import Store
from pathways.stores.revisions import Revision, StoreError


def copy(source: Store, target: Store, told: Callable[[Revision], None] = lambda revision: None) -> int:
    """Give `target` every revision that it lacks, and the conflicts that were settled; how many revisions were copied.

    A copy that was broken off goes on where it stopped. StoreError where the target has another history, or where a revision gives
    another directory there; what was copied before it stays. `told` hears of every revision that was copied.
    """
    history, there = source.history(), target.history()
    _refuse_other_history(history, there)
    taken_down = {takedown.revision: takedown for takedown in source.takedowns()}
    seals = chain.first_seals(taken_down.values())
    for revision in history[len(there) :]:
        if revision.number in taken_down:
            taking_down.adopt(target, revision, taken_down[revision.number], source)
        else:
            whole = revision.number > max(taken_down, default=0)
            target.adopt(revision, source.rows(revision.number), seals.get(revision.number, {}), whole)
        told(revision)
    waiting = {conflict.place: conflict.number for conflict in target.read(lambda view: view.conflicts())}
    for settled in source.settled():
        if settled.place in waiting:
            target.settle(waiting[settled.place], settled.author, settled.at)
    _verify(source, target)
    return len(history) - len(there)


def _refuse_other_history(history: list[Revision], there: list[Revision]) -> None:
    for number, revision in enumerate(there):
        if number >= len(history) or revision != history[number]:
            raise StoreError(
                f"the store to copy to has another history: its revision {revision.number} is not one of the store to copy from; name an empty store"
            )


def _verify(source: Store, target: Store) -> None:
    """The last look: both say of themselves the same history, and the newest directory is the same, read back."""
    if target.history()[: len(source.history())] != source.history() or target.records() != source.records():
        raise StoreError("the copy is not the same as what was copied")
