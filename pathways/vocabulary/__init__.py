"""The only list of words: functions, kinds, facts, consents and the other controlled values.

`vocabulary.yaml` beside this file is the data; everything that names a function, a fact or a value reads it from here. Labels in
other languages stand in `labels/`, one file a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

UNKNOWN = "unknown"
"""The word of every list that has one for what nobody has said."""

_LISTS = (
    "mandate_roles",
    "kinds",
    "sectors",
    "exploitation",
    "status",
    "gender",
    "age_group",
    "identification_state",
    "consents",
    "referral_basis",
    "deadline_bound",
    "deadline_calendar",
    "deadline_event",
    "silence",
    "evidence",
    "access",
    "speed",
    "visibility",
    "disclosure",
    "free_movement",
    "risks",
    "vulnerabilities",
    "wishes",
    "canonical_stages",
    "instance_by",
    "source_read",
    "decisions",
    "branch_outcomes",
    "warnings",
    "consequences",
    "gap_reasons",
    "return_risk",
    "protection_claim",
    "nationality_group",
    "contact_faults",
    "number_kinds",
    "indicator_dimensions",
    "indicator_elements",
    "indicator_noticed",
    "screening_levels",
    "screening_states",
    "screening_reasons",
    "screening_cautions",
    "screening_questions",
)


@cache
def _raw() -> Mapping[str, Any]:
    text = files(__package__).joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def words(name: str) -> tuple[str, ...]:
    """The values of one controlled list, in their order; KeyError for a list that does not exist."""
    if name == "functions":
        return tuple(function_groups())
    if name == "countries":
        return tuple(_raw()["countries"])
    if name not in _LISTS:
        raise KeyError(name)
    return tuple(str(word) for word in _raw()[name])


@cache
def function_groups() -> Mapping[str, str]:
    """Each function with its group (identification, protection, …), in the vocabulary's order."""
    return {function: group for group, functions in _raw()["functions"].items() for function in functions}


@cache
def function_rank() -> Mapping[str, int]:
    """The place of each function in the vocabulary: opinion before decision, assessment before placement."""
    return {function: index for index, function in enumerate(function_groups())}


@cache
def function_notes() -> Mapping[str, str]:
    """What each function is, in English; empty where its name says it."""
    return {
        function: (text if isinstance(text, str) else "")
        for functions in _raw()["functions"].values()
        for function, text in functions.items()
    }


@cache
def known_kinds() -> tuple[str, ...]:
    """The kinds that somebody can be asked for, or be said to be: all but `unknown`, which only says that no source states one."""
    return tuple(kind for kind in words("kinds") if kind != UNKNOWN)


@cache
def sectors() -> Mapping[str, str]:
    """Each kind of body with its sector; `open` where the kind does not tell."""
    return {kind: sector for sector, kinds in _raw()["sectors"].items() for kind in kinds}


@cache
def facts() -> Mapping[str, Mapping[str, Any]]:
    """The facts that a condition may name: type, accepted values, source."""
    return dict(_raw()["facts"])


@cache
def fact_values(fact: str) -> tuple[str, ...] | None:
    """The words that a fact may take, or None where it is a number, a yes or no, or an open list (countries, territories, ids)."""
    values = facts()[fact].get("values")
    if values is None:
        return None
    return words(values) if isinstance(values, str) else tuple(values)


def lists() -> tuple[str, ...]:
    """The names of all controlled lists."""
    return ("functions", "countries", *_LISTS)
