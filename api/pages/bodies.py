"""Look up: the bodies of the directory, searched and in full, and what they do. No case is in these addresses: what describes a person is
asked by POST."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from api import bodies, snapshots
from api.asking.choices import Choice, language_name, regions
from api.body import loaded
from api.languages import current
from api.pages.blueprint import pages
from api.query import StakeholderQuerySchema
from pathways import vocabulary
from pathways.visibility import is_seen
from pathways.vocabulary.labels import label

PER_PAGE = 20
_SEVERAL = ("country", "kind", "function", "language", "exploitation")
_OF_A_PERSON = ("exploitation", "age", "gender")
_SCHEMA = StakeholderQuerySchema()


@pages.get("/bodies")
def found_bodies() -> Response:
    """The search, by an address that can be kept."""
    return _found(request.args)


@pages.post("/bodies")
def found_for_a_person() -> Response:
    """The same search, for filters that describe a person: they stand in no address."""
    return _found(request.form)


def _found(given: MultiDict[str, str]) -> Response:
    """A page of results. Problem where a filter cannot be."""
    asked: dict[str, Any] = {name: values if name in _SEVERAL else values[-1] for name in given if (values := _given(given, name))}
    asked.pop("go", None)
    data = loaded(_SCHEMA, {**asked, "page_size": str(PER_PAGE)})
    result = bodies.found(data)
    country = data["country"][0] if len(data.get("country") or ()) == 1 else None
    return make_response(
        render_template(
            "bodies/bodies.html",
            result=result,
            asked=asked,
            last=max(1, -(-result["total"] // PER_PAGE)),
            choices={name: _choices(name, result["facets"].get(name, {}), asked.get(name, [])) for name in (*_SEVERAL, "gender")},
            regions=regions(country) if country else (),
            of_a_person=any(name in asked for name in _OF_A_PERSON),
        )
    )


def _given(given: MultiDict[str, str], name: str) -> list[str]:
    return [value.strip() for value in given.getlist(name) if value.strip()]


def _choices(name: str, counts: Mapping[str, int], chosen: Any) -> list[tuple[Choice, int, bool]]:
    """The values of a filter with their words, how many bodies each would give, and whether it is chosen."""
    wanted = {chosen} if isinstance(chosen, str) else {*chosen}
    words = [*counts, *(value for value in wanted if value not in counts)] if name == "language" else _words(name)
    return [(Choice(word, _label(name, word)), counts.get(word, 0), word in wanted) for word in words if word in wanted or counts.get(word)]


def _words(name: str) -> tuple[str, ...]:
    return vocabulary.words({"country": "countries", "kind": "kinds", "function": "functions"}.get(name, name))


def _label(name: str, word: str) -> str:
    if name == "language":
        return language_name(word, current())
    return label({"country": "countries", "kind": "kinds", "function": "functions"}.get(name, name), word, current())


@pages.get("/bodies/<string:body>")
def body(body: str) -> Response:
    """One body: contacts, mandates, whom it refers to and receives from, and how old each statement is."""
    found, ties = bodies.detail(body, {}), bodies.links(body, {})
    return make_response(render_template("bodies/body.html", body=found, ties=ties, sources={**ties["sources"], **found["sources"]}))


@pages.get("/functions")
def functions() -> str:
    """What is done for a person, by groups, and by how many bodies."""
    directory, viewer = snapshots.directory(), snapshots.viewer()
    counts: Counter[str] = Counter()
    for part in directory.parts.values():
        for held in part.stakeholders.values():
            if is_seen(held, viewer):
                counts.update({mandate.function for mandate in held.mandates})
    groups: dict[str, list[tuple[str, int]]] = {}
    for function, group in vocabulary.function_groups().items():
        groups.setdefault(group, []).append((function, counts[function]))
    return render_template("bodies/functions.html", groups=groups, notes=vocabulary.function_notes())
