"""The answer of early identification: what the signs point to, what to do first and with whom, what to ask next, and what to heed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pathways import vocabulary
from pathways.directory import Directory
from pathways.indicators import Caution, Indicator, prompts
from pathways.model import Source
from pathways.planner import refer
from pathways.planner.rules import rules
from pathways.profile import Profile
from pathways.screening.combination import Indication, indications
from pathways.screening.signs import Observation, is_strong, names_exploitation
from pathways.visibility import ANONYMOUS, Viewer
from pathways.vocabulary.labels import label

Json = dict[str, Any]

_FIRST_STAGES = ("detection", "immediate-safety")
_SURE = ("strong-sign", "elements-indicated")


def screen(
    directory: Directory, observation: Observation, as_of: date | None = None, viewer: Viewer = ANONYMOUS, language: str = "en"
) -> Json:
    """What was noticed, answered: no score, no verdict, and no "no".

    `as_of` is the day of the law for the first contact (default: today). KeyError where the directory does not hold the country or an
    observed id is not an indicator.
    """
    child, signs = observation.child, observation.signs
    found = indications(signs, child)
    carried = _carried(observation, signs, found)
    path = refer(directory, _profile(carried), as_of, 0, viewer)
    reasons = _reasons(observation, signs, found)
    answer: Json = {
        "treated_as": {True: "child", False: "adult", None: "unknown"}[child],
        "of_a_child_only": list(observation.of_a_child_only),
        "indicated": [_indication(one) for one in found],
        "immediate_safety": {
            "first": bool(reasons),
            "because": reasons,
            "emergency": path["emergency"],
            "steps": [step for step in path["steps"] if _is_first(step, child)],
            "gaps": [gap for gap in path["gaps"] if _is_first(gap, child)],
        },
        "next": _next(observation, found, bool(reasons), language),
        "points_to": _points_to(signs),
        "cautions": [
            {"id": caution.id, "text": label("screening_cautions", caution.id, language), "sources": list(caution.sources)}
            for caution in prompts().cautions
            if _is_due(caution, child, signs, found)
        ],
        "profile": carried,
        "revision": path["revision"],
        "as_of": path["as_of"],
    }
    return {**answer, "sources": _sources(answer, signs, path["sources"])}


def _is_first(told: Json, child: bool | None) -> bool:
    """Whether a step or a gap of the path belongs to safety: first contact, what is owed at once, and a child's guardian."""
    functions = {function for stage in _FIRST_STAGES for function in rules().canonical[stage].functions}
    return told["function"] in functions or (child is True and told["function"] == "child-guardianship")


def _profile(carried: Mapping[str, Any]) -> Profile:
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in carried.items()}
    return Profile(**given)


def _carried(observation: Observation, signs: Sequence[Indicator], found: Sequence[Indication]) -> Json:
    """What was learned, in the fields of a profile: a form of exploitation only where it is more than some signs."""
    forms = [one.exploitation for one in found if one.exploitation and one.level in _SURE]
    carried: Json = {"identified_in": observation.identified_in, "exploitation": forms}
    group = "disputed" if observation.child and observation.age_group == "adult" else observation.age_group
    if group:
        carried["age_group"] = group
    if observation.child and group in (None, "unknown"):
        carried["signs_of_minority"] = True
    for sign in signs:
        carried |= sign.tells
    return carried


def _reasons(observation: Observation, signs: Sequence[Indicator], found: Sequence[Indication]) -> list[Json]:
    """Why immediate safety comes first; each reason with the signs that give it."""
    child = observation.child
    dimensions = {name for one in found for element in one.elements for name in element.dimensions}
    given = {
        "own-word": ["own_word"] if observation.own_word else [],
        "strong-sign": [sign.id for sign in signs if is_strong(sign, child)],
        "dimension-counts": [sign.id for sign in signs if sign.dimension in dimensions],
        "exploitation-itself": [sign.id for sign in signs if names_exploitation(sign)],
    }
    return [{"reason": name, "signs": given[name]} for name in vocabulary.words("screening_reasons") if given[name]]


def _indication(one: Indication) -> Json:
    return {
        "exploitation": one.exploitation,
        "level": one.level,
        "signs": list(one.signs),
        "elements": [
            {"element": e.element, "state": e.state, "dimensions": list(e.dimensions), "signs": list(e.signs)} for e in one.elements
        ],
        "borrowed_weights": one.borrowed,
    }


def _next(observation: Observation, found: Sequence[Indication], safety_first: bool, language: str) -> list[Json]:
    """The next safe step or question first, then the others: safety before questions, and only what is not known."""
    known = {element.element for one in found[:1] for element in one.elements if element.state in ("indicated", "not-needed")}
    asked: list[Json] = [{"step": "immediate-safety", "text": label("canonical_stages", "immediate-safety", language)}]
    questions: list[Json] = []
    for question in prompts().questions:
        age_is_said = observation.age_group in ("adult", "child", "disputed") and not observation.of_a_child_only
        if question.looks_for in known or (question.id == "age" and age_is_said):
            continue
        told = {"question": question.id, "text": label("screening_questions", question.id, language), "sources": list(question.sources)}
        questions.append({**told, "looks_for": _looked_for(observation, question.looks_for)})
    return [*(asked if safety_first else ()), *questions]


def _looked_for(observation: Observation, element: str | None) -> list[str]:
    """The signs that an answer may show, of those that fit the age and were not noticed yet."""
    if element is None:
        return []
    of_others = {True: "adult", False: "child", None: ""}[observation.child]
    return [
        sign.id
        for sign in prompts().indicators.values()
        if (bool(sign.act) if element == "act" else sign.element == element)
        and sign.id not in observation.observed
        and sign.who != of_others
    ]


def _points_to(signs: Sequence[Indicator]) -> list[Json]:
    """The help that the signs ask for, whatever comes of the rest, in the order of the functions."""
    rank = vocabulary.function_rank()
    functions = sorted({function for sign in signs for function in sign.points_to}, key=rank.__getitem__)
    return [{"function": function, "because": [sign.id for sign in signs if function in sign.points_to]} for function in functions]


def _is_due(caution: Caution, child: bool | None, signs: Sequence[Indicator], found: Sequence[Indication]) -> bool:
    if isinstance(caution.when, frozenset):
        return any(sign.id in caution.when for sign in signs)
    return {
        "always": True,
        "child": child is True,
        "adult": child is not True,
        "borrowed-weights": any(one.borrowed for one in found),
    }[caution.when]


def _sources(answer: Json, signs: Sequence[Indicator], of_path: Mapping[str, Json]) -> Json:
    """The sources that the answer names, of the prompts and of the first contact."""
    named = {*prompts().rule_sources, *(source for sign in signs for source in sign.sources), *_named(answer)}
    own = {name: _told(source) for name, source in prompts().sources.items() if name in named}
    return {**own, **{name: source for name, source in of_path.items() if name in named}}


def _told(source: Source) -> Json:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "year": source.year,
        "url": source.url,
        "kind": source.kind,
        **source.shown,
    }


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from inner if key == "sources" else _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
