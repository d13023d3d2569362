"""What a revision changed, and texts, as a viewer is shown them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from pathways.directory import Directory, Part
from pathways.model import Stakeholder
from pathways.visibility.viewer import PLACES, Json, Viewer, is_confidential, is_seen, shown_territories, told

NOT_SHOWN = "(not shown)"


class Changes:
    """Shows what a revision changed.

    `states` are the directory at its newest and before and after the change: what any of them closes to the viewer is closed.
    """

    def __init__(self, states: Iterable[Directory], viewer: Viewer) -> None:
        self._states, self._viewer = tuple(states), viewer
        self._pattern = _pattern({term for state in self._states for term in closed_terms(state, viewer)})

    def detail(self, kind: str, identity: str, field: str, before: Any, after: Any) -> Json | None:
        """One changed field of one thing, as it may be shown; None where it is withheld."""
        viewer = self._viewer
        known = [body for name in _subjects(kind, identity) for state in self._states if (body := state.stakeholder(name))]
        if any(not is_seen(body, viewer) for body in known) or (field == "visibility" and not all(viewer.sees(v) for v in (before, after) if isinstance(v, str))):
            return None
        places = [body for body in known if is_confidential(body, viewer)]
        if places and field in PLACES:
            return None
        shown = {"before": before, "after": after}
        if field == "contacts":
            shown = {side: _points(value, known, viewer) for side, value in shown.items()}
        for body in places:
            shown = {side: _of_confidential(body, field, value, viewer) for side, value in shown.items()}
        return {"kind": kind, "id": identity, "field": field, **_scrub(shown, self._pattern)}


def _of_confidential(body: Stakeholder, field: str, value: Any, viewer: Viewer) -> Any:
    if field == "territory" and isinstance(value, list | tuple):
        return shown_territories(body, value, viewer)
    return told(body, {field: value}, viewer).get(field, NOT_SHOWN)


def _subjects(kind: str, identity: str) -> tuple[str, ...]:
    """The bodies that a record is about, from its id."""
    if kind == "stakeholder":
        return (identity,)
    if kind == "mandate":
        return (identity.split(".", maxsplit=1)[0],)
    return tuple(identity.split(".", maxsplit=1)[0].split("--")) if kind == "link" else ()


def _points(value: Any, known: Iterable[Stakeholder], viewer: Viewer) -> Any:
    if not isinstance(value, list | tuple):
        return value
    closed = {(c.type, c.value) for body in known for c in body.contacts if not (c.current and viewer.sees(c.visibility))}
    return [point for point in value if point.get("current", True) and viewer.sees(point.get("visibility", "public")) and (point["type"], point["value"]) not in closed]


_terms: WeakKeyDictionary[Part, dict[Viewer, frozenset[str]]] = WeakKeyDictionary()
_SHORTEST = 5
"""Names shorter than this are also words; their bodies are still withheld by id."""


def closed_terms(directory: Directory, viewer: Viewer) -> frozenset[str]:
    """The ids, names and numbers of what a viewer may not see, for texts that name them."""
    found: set[str] = set()
    for part in directory.parts.values():
        memo = _terms.setdefault(part, {})
        if viewer not in memo:
            memo[viewer] = frozenset(_closed_of(part, viewer))
        found |= memo[viewer]
    return frozenset(found)


def _closed_of(part: Part, viewer: Viewer) -> Iterable[str]:
    for body in part.stakeholders.values():
        closed = not is_seen(body, viewer)
        if closed:
            yield from (term for term in (body.id, body.name, body.name_local) if len(term) >= _SHORTEST)
        yield from (c.value for c in body.contacts if (closed or not viewer.sees(c.visibility)) and len(c.value) >= _SHORTEST)


def scrubbed(directory: Directory, viewer: Viewer, answer: Any) -> Any:
    """An answer whose free texts do not name what the viewer may not see; the answer itself where nothing is withheld."""
    return _scrub(answer, _pattern(closed_terms(directory, viewer)))


def _pattern(closed: Iterable[str]) -> re.Pattern[str] | None:
    terms = sorted(closed, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(term)}(?!\w)" for term in terms), re.IGNORECASE) if terms else None


def _scrub(value: Any, pattern: re.Pattern[str] | None) -> Any:
    return value if pattern is None else _replaced(value, pattern)


def _replaced(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(NOT_SHOWN, value)
    if isinstance(value, dict):
        return {key: _replaced(item, pattern) for key, item in value.items()}
    return [_replaced(item, pattern) for item in value] if isinstance(value, list | tuple) else value
