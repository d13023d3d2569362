"""The chain as JSON lines, for whoever wants to check or keep it outside; docs/audit.md has the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pathways.stores import chain
from pathways.stores.view import View


def exported(view: View, with_changes: bool) -> Iterator[dict[str, Any]]:
    """A line for each revision, with `with_changes` followed by one for each of its changes; these hold all that the directory ever said."""
    taken_down = {takedown.revision: takedown.payload for takedown in view.takedowns()}
    first, previous = chain.first_seals(view.takedowns()), chain.BEGINNING
    for revision in view.history():
        yield {"revision": chain.content(revision, previous), "link": revision.link}
        previous = revision.link
        if with_changes and revision.number in taken_down:
            yield {"takedown": taken_down[revision.number]}
        kept = first.get(revision.number, {})
        for number, change in enumerate(view.rows(revision.number)) if with_changes else ():
            line = {"change": chain.words(change), "salt": change.salt, "seal": kept.get(number) or chain.seal(change)}
            yield {**line, "taken_down": True} if number in kept else line
