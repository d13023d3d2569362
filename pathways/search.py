"""Finds bodies of the directory: by words of a name in any script, and by whom they serve, where, and with what.

A filter on the person (exploitation, age, gender) leaves out only bodies whose mandates say no; what a mandate does not say is no reason
to hide a body. Facets count what each other value of a filter would give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from pathways import territories
from pathways.directory import Bodies, Directory
from pathways.model import Mandate, Stakeholder
from pathways.script import tokens
from pathways.visibility import Viewer, body_summary, is_confidential, is_seen, shown_territories

CLOSE = 82.0
"""How alike (of 100) two words must be to pass for the same with a slip; shorter words must be the same."""
FACETS = ("country", "kind", "function", "language", "exploitation", "gender")
_STOP = frozenset(
    tokens("the of for and de la le les des du di del della dei der die das für do da dos el los las y et e a an to in на та і")
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; empty: everything."""

    q: str = ""
    country: frozenset[str] = frozenset()
    territory: str | None = None
    kind: frozenset[str] = frozenset()
    function: frozenset[str] = frozenset()
    language: frozenset[str] = frozenset()
    exploitation: frozenset[str] = frozenset()
    age: str | None = None
    """Years in digits, `child` or `adult`."""
    gender: str | None = None
    as_of: date | None = None

    def facts(self) -> dict[str, Any]:
        """The person that the filters speak of, as facts."""
        found: dict[str, Any] = {}
        if self.exploitation:
            found["exploitation"] = self.exploitation
        if self.gender and self.gender != "unknown":
            found["gender"] = self.gender
        if self.age:
            years = int(self.age) if self.age.isdecimal() else None
            child = years < 18 if years is not None else self.age == "child"
            found |= {"is_child": child, "age_group": "child" if child else "adult"} | ({} if years is None else {"age_years": years})
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, with the number of all, and the facets."""

    items: list[dict[str, Any]]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class _Words:
    """The words by which one part's bodies are found: those of their names, or of their cities."""

    def __init__(self, part: Bodies, said: Callable[[Stakeholder], Iterable[str]]) -> None:
        self.bodies: dict[str, set[str]] = {}
        for body in part.stakeholders.values():
            for token in set(_indexed(said(body))):
                self.bodies.setdefault(token, set()).add(body.id)
        self.all = sorted(self.bodies)

    def near(self, token: str) -> dict[str, float]:
        """The bodies that have a word like this one, each with how alike it is (0 to 100)."""
        found: dict[str, float] = {}
        for word, score in self._alike(token):
            for body in self.bodies[word]:
                found[body] = max(found.get(body, 0.0), score)
        return found

    def _alike(self, token: str) -> Iterator[tuple[str, float]]:
        if token in self.bodies:
            yield token, 100.0
        if len(token) >= 3:
            yield from ((word, 90.0 + 9 * len(token) / len(word)) for word in self.all if word.startswith(token) and word != token)
        if len(token) >= 4:
            for word, score, _ in process.extract(token, self.all, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=40):
                if len(word) >= 4:
                    yield word, score * 0.9


def _indexed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        found = tokens(name)
        yield from found
        yield from (a + b for a, b in pairwise(found))


_words: WeakKeyDictionary[Bodies, tuple[_Words, _Words]] = WeakKeyDictionary()


def _words_of(part: Bodies) -> tuple[_Words, _Words]:
    """The words of names, and those of cities, which not every viewer may find by."""
    found = _words.get(part)
    if found is None:
        names = _Words(part, lambda body: (body.name, body.name_local, body.id.partition("-")[2]))
        found = _words[part] = names, _Words(part, lambda body: (str(body.shown.get("city", "")),))
    return found


def _near(part: Bodies, token: str, viewer: Viewer) -> dict[str, float]:
    """The bodies of a part that have a word like this one in a name, or in a city that the viewer may know."""
    names, cities = _words_of(part)
    found = names.near(token)
    for body, score in cities.near(token).items():
        if not is_confidential(part.stakeholders[body], viewer):
            found[body] = max(found.get(body, 0.0), score)
    return found


def _scores(directory: Directory, q: str, viewer: Viewer) -> dict[str, float] | None:
    """How well each body's names fit the words of a query, all of which must fit; None for a query without words."""
    wanted = tokens(q)
    wanted = [token for token in wanted if token not in _STOP] or wanted
    if not wanted:
        return None
    best: dict[str, float] = {}
    for part in directory.everywhere:
        near = [_near(part, token, viewer) for token in wanted]
        for body in set.intersection(*map(set, near)):
            best[body] = sum(found[body] for found in near) / len(near)
    return best


def search(directory: Directory, query: Query, viewer: Viewer, page: int = 1, page_size: int = 50) -> Found:
    """The bodies that fit, best first (by name's likeness, else by id), in pages from 1."""
    scores = _scores(directory, query.q, viewer)
    facts = query.facts()
    hits: list[tuple[float, Stakeholder]] = []
    facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for part in directory.everywhere:
        for body in part.stakeholders.values():
            if not is_seen(body, viewer) or (scores is not None and body.id not in scores) or not _in_time_and_place(body, query, viewer):
                continue
            failed = _failed(body, query, facts)
            if not failed:
                hits.append((scores[body.id] if scores else 0.0, body))
            if len(failed) <= 1:
                _count(facets, body, query, facts, failed)
    hits.sort(key=lambda hit: (-round(hit[0], 3), hit[1].id))
    start = (page - 1) * page_size
    items = [_item(directory, body, query, viewer) for _, body in hits[start : start + page_size]]
    return Found(
        items, len(hits), {name: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for name, counts in facets.items()}
    )


def _item(directory: Directory, body: Stakeholder, query: Query, viewer: Viewer) -> dict[str, Any]:
    functions = sorted({mandate.function for mandate in _mandates(body, query)})
    return {**body_summary(directory, body, viewer), "languages": list(body.languages), "functions": functions}


def _mandates(body: Stakeholder, query: Query) -> Iterable[Mandate]:
    return (mandate for mandate in body.mandates if query.as_of is None or mandate.in_force(query.as_of))


def _in_time_and_place(body: Stakeholder, query: Query, viewer: Viewer) -> bool:
    if query.as_of is not None and not body.in_force(query.as_of):
        return False
    if query.territory is None:
        return True
    country, region = query.territory[:2], query.territory if "-" in query.territory else None
    if country != body.country and not any(place[:2] == country for place in body.territory):
        return False
    places = [*body.territory, *(place for mandate in body.mandates for place in mandate.territory)]
    if is_confidential(body, viewer):
        places = shown_territories(body, places, viewer)  # a filter must not find what the answer does not show
    return territories.covers(places, country, region) is not False


def _failed(body: Stakeholder, query: Query, facts: Mapping[str, Any]) -> list[str]:
    """The filters that a body does not pass."""
    failed = []
    if query.country and body.country not in query.country:
        failed.append("country")
    if query.kind and body.kind not in query.kind:
        failed.append("kind")
    if query.language and query.language.isdisjoint(body.languages):
        failed.append("language")
    if query.function or facts:
        failed.extend(_failed_by_mandates(body, query, facts))
    return failed


def _failed_by_mandates(body: Stakeholder, query: Query, facts: Mapping[str, Any]) -> list[str]:
    """Which of function and the facts of the person no mandate of the body passes together with the others."""
    held = [mandate for mandate in _mandates(body, query) if not query.function or mandate.function in query.function]
    if any(_takes(mandate, facts) for mandate in held):
        return []
    if any(_takes(mandate, facts) for mandate in _mandates(body, query)):
        return ["function"]
    given = {"exploitation": ("exploitation",), "gender": ("gender",), "age": ("age_group", "is_child", "age_years")}
    for name, keys in given.items():
        others = {key: value for key, value in facts.items() if key not in keys}
        if len(others) < len(facts) and any(_takes(mandate, others) for mandate in held):
            return [name]
    return ["function", "person"]


def _takes(mandate: Mandate, facts: Mapping[str, Any]) -> bool:
    return mandate.serves.evaluate(facts) is not False and not (mandate.excludes and mandate.excludes.evaluate(facts))


def _count(facets: Mapping[str, Counter[str]], body: Stakeholder, query: Query, facts: Mapping[str, Any], failed: list[str]) -> None:
    """Count a body at the values of each filter that it would pass if only that filter were set otherwise."""
    for name in FACETS:
        if failed in ([], [name]):
            facets[name].update(_values(name, body, query, facts))


def _values(name: str, body: Stakeholder, query: Query, facts: Mapping[str, Any]) -> Iterable[str]:
    if name == "country":
        return (body.country,)
    if name == "kind":
        return (body.kind,)
    if name == "language":
        return body.languages
    if name == "function":
        return {mandate.function for mandate in _mandates(body, query) if not facts or _takes(mandate, facts)}
    return _said(name, body, query)


def _said(name: str, body: Stakeholder, query: Query) -> set[str]:
    """The forms of exploitation or genders that the body's mandates speak of by name."""
    return {
        str(value) for mandate in _mandates(body, query) for atom in mandate.serves.atoms() if atom.fact == name for value in atom.values
    }
