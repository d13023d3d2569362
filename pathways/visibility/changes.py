"""What a revision changed, and texts, as a viewer is shown them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from pathways.directory import Bodies, Directory
from pathways.model import Stakeholder
from pathways.visibility.viewer import PLACES, Json, Viewer, is_confidential, is_open, is_seen, shown_territories, told

NOT_SHOWN = "(not shown)"
"""What stands in a text for a name that the viewer may not see."""


class Changes:
    """Shows what a revision changed.

    `states` are the directory at its newest and before and after the change: what any of them closes to the viewer is closed.
    """

    def __init__(self, states: Iterable[Directory], viewer: Viewer) -> None:
        self._states, self._viewer = tuple(states), viewer
        self._closed = _closed_in(self._states, viewer)
        self._pattern = self._closed.pattern()

    def detail(self, kind: str, identity: str, field: str, before: Any, after: Any) -> Json | None:
        """One changed field of one thing, as it may be shown; None where it is withheld."""
        viewer = self._viewer
        known = [body for name in _subjects(kind, identity) for state in self._states if (body := state.stakeholder(name))]
        if (
            any(not is_seen(body, viewer) for body in known)
            or (kind == "channel" and self._is_closed_channel(identity))
            or (field == "visibility" and not all(viewer.sees(v) for v in (before, after) if isinstance(v, str)))
        ):
            return None
        places = [body for body in known if is_confidential(body, viewer)]
        if (places and field in PLACES) or (kind == "source" and identity in self._closed.sources):
            return None
        shown = {"before": before, "after": after}
        if field == "contacts":
            shown = {side: _points(value, known, viewer) for side, value in shown.items()}
        for body in places:
            shown = {side: _of_confidential(body, field, value, viewer) for side, value in shown.items()}
        return {"kind": kind, "id": identity, "field": field, **_scrub(shown, self._closed, self._pattern)}

    def _is_closed_channel(self, identity: str) -> bool:
        found = ((state, state.cross_border.channels.get(identity)) for state in self._states)
        return any(channel is not None and not is_open(state, channel, self._viewer) for state, channel in found)


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
    return [
        point
        for point in value
        if point.get("current", True) and viewer.sees(point.get("visibility", "public")) and (point["type"], point["value"]) not in closed
    ]


@dataclass(frozen=True, slots=True)
class _Closed:
    """What texts and lists of an answer must not name: ids, names and numbers, and the sources that speak of nothing else."""

    ids: frozenset[str]
    words: frozenset[str]
    sources: frozenset[str]

    def pattern(self) -> re.Pattern[str] | None:
        """A pattern for texts; an id within a longer id is another thing."""
        terms = [rf"(?<!\w)(?<!\w-){re.escape(term)}(?!\w)(?!-\w)" for term in sorted(self.ids)]
        terms += [rf"(?<!\w){re.escape(term)}(?!\w)" for term in sorted(self.words, key=lambda word: (-len(word), word))]
        return re.compile("|".join(terms), re.IGNORECASE) if terms else None


_closed: WeakKeyDictionary[Bodies, dict[Viewer, _Closed]] = WeakKeyDictionary()
_SHORTEST = 5
"""Names and numbers shorter than this are also words; their bodies are still withheld by id."""


def _closed_in(directories: Iterable[Directory], viewer: Viewer) -> _Closed:
    found = []
    for part in {part for directory in directories for part in directory.everywhere}:
        memo = _closed.setdefault(part, {})
        if viewer not in memo:
            memo[viewer] = _closed_of(part, viewer)
        found.append(memo[viewer])
    older = _Closed(viewer.closed_bodies, viewer.closed_words, frozenset())
    return _Closed(*(frozenset().union(*(getattr(closed, name) for closed in (*found, older))) for name in ("ids", "words", "sources")))


def _closed_of(part: Bodies, viewer: Viewer) -> _Closed:
    hidden = {body.id: body for body in part.stakeholders.values() if not is_seen(body, viewer)}
    words = {name for body in hidden.values() for name in (body.name, body.name_local)}
    words |= {c.value for body in part.stakeholders.values() for c in body.contacts if body.id in hidden or not viewer.sees(c.visibility)}
    cited_shown: set[str] = set()
    cited_hidden: set[str] = set()
    for body in part.stakeholders.values() if hidden else ():
        (cited_hidden if body.id in hidden else cited_shown).update(_cited(body))
        for link in body.links:
            (cited_hidden if hidden.keys() & {link.origin, link.to} else cited_shown).update(link.sources)
    for sources in (*(s.sources for s in part.stages), *(p.sources for p in part.permits), *(g.sources for g in part.gaps)):
        cited_shown.update(sources)
    return _Closed(frozenset(hidden), frozenset(word for word in words if len(word) >= _SHORTEST), frozenset(cited_hidden - cited_shown))


def reading_older(viewer: Viewer, newest: Directory) -> Viewer:
    """The viewer of an older revision: what the newest one closes to them stays closed there."""
    bodies = [body for part in newest.everywhere for body in part.stakeholders.values()]
    return replace(
        viewer,
        closed_words=_closed_in([newest], viewer).words,
        closed_bodies=frozenset(body.id for body in bodies if not viewer.sees(body.visibility)),
        closed_places=frozenset(body.id for body in bodies if body.confidential_location),
        closed_contacts=frozenset(
            (body.id, c.type, c.value) for body in bodies for c in body.contacts if not (c.current and viewer.sees(c.visibility))
        ),
    )


def _cited(body: Stakeholder) -> Iterator[str]:
    yield from body.sources
    for mandate in body.mandates:
        yield from mandate.sources
    for contact in body.contacts:
        yield from contact.sources


def scrubbed(directory: Directory, viewer: Viewer, answer: Any) -> Any:
    """An answer whose texts and sources do not name what the viewer may not see; the answer itself where nothing is withheld."""
    closed, pattern = _closed_to(directory, viewer)
    if pattern is None:
        return answer
    shown = _scrub(answer, closed, pattern)
    if isinstance(shown, dict) and isinstance(shown.get("sources"), dict):
        still = set(_sources_named(shown))
        shown["sources"] = {identity: source for identity, source in shown["sources"].items() if identity in still}
    return shown


_patterns: WeakKeyDictionary[Directory, dict[Viewer, tuple[_Closed, re.Pattern[str] | None]]] = WeakKeyDictionary()


def _closed_to(directory: Directory, viewer: Viewer) -> tuple[_Closed, re.Pattern[str] | None]:
    """What a directory closes to a viewer, with its pattern; remembered, since a whole directory is asked record by record."""
    memo = _patterns.setdefault(directory, {})
    if viewer not in memo:
        closed = _closed_in([directory], viewer)
        memo[viewer] = closed, closed.pattern()
    return memo[viewer]


def _sources_named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (
                (item for item in inner if isinstance(item, str)) if "sources" in key and isinstance(inner, list) else _sources_named(inner)
            )
    elif isinstance(value, list):
        for inner in value:
            yield from _sources_named(inner)


def _scrub(value: Any, closed: _Closed, pattern: re.Pattern[str] | None) -> Any:
    return value if pattern is None else _replaced(value, pattern, closed)


def _replaced(value: Any, pattern: re.Pattern[str], closed: _Closed) -> Any:
    if isinstance(value, str):
        return pattern.sub(NOT_SHOWN, value) if pattern.search(value) else value
    if isinstance(value, dict):
        return {key: _replaced(_kept(value[key], closed.sources) if "sources" in key else value[key], pattern, closed) for key in value}
    return (
        [_replaced(item, pattern, closed) for item in value if not _is_closed_reason(item, closed)]
        if isinstance(value, list | tuple)
        else value
    )


def _is_closed_reason(item: Any, closed: _Closed) -> bool:
    """Whether an item of a list is a reason that rests on a mandate of a body that is not shown."""
    return isinstance(item, dict) and isinstance(item.get("rule"), str) and item["rule"].partition(".")[0] in closed.ids


def _kept(named: Any, sources: frozenset[str]) -> Any:
    """The sources that may be named, of a list of ids or of the sources by id."""
    if isinstance(named, dict):
        return {identity: source for identity, source in named.items() if identity not in sources}
    return [identity for identity in named if identity not in sources] if isinstance(named, list | tuple) else named
