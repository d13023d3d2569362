"""The planner's rules as data: what each function asks and brings about, the canonical stages, what is always owed, the binding rules.

They stand in `pathways/data/rules/` and are checked when they are read: an unknown function, fact or stage is an error at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pathways import conditions, vocabulary
from pathways.conditions import Condition
from pathways.format.reader import load_yaml
from pathways.model import Consequence
from pathways.planner.phrases import Word
from pathways.vocabulary.labels import label


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """What a function asks and brings about, wherever it is performed (`functions.yaml` says what each field means)."""

    name: str
    home: str
    fits: Condition
    sure: bool
    consent: tuple[str, ...]
    produces: Mapping[str, Any]
    decision: bool
    roles: tuple[str, ...]
    help: bool
    takes: bool
    served: bool
    settled_by: frozenset[str]
    rank: int


@dataclass(frozen=True, slots=True)
class Owed:
    """A function that is owed whatever the country's stages list, when, and by which binding rule."""

    function: str
    otherwise: str | None
    rule: str
    when: Condition
    at_once: bool


@dataclass(frozen=True, slots=True)
class Canonical:
    """One canonical stage: its rank on the way, its phase, whether it runs beside the main line, and the functions that it owes."""

    id: str
    rank: int
    title: str
    phase: str
    parallel: bool
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BindingRule:
    """A rule of law that a path is held against: its words, the articles that it rests on, and the countries that it binds."""

    id: str
    text: str
    norms: tuple[str, ...]
    bound: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of the planner."""

    functions: Mapping[str, FunctionRule]
    owed: tuple[Owed, ...]
    canonical: Mapping[str, Canonical]
    binding: Mapping[str, BindingRule]
    risks_that_stop_return: frozenset[str]
    after_guardian: frozenset[str]
    contacts_on_return: tuple[str, ...]
    consequences: tuple[Consequence, ...]


DEFAULT_ROLES = ("receive", "authorise")
"""Who takes a step where nobody decides or delivers it."""

DETECTION = ("detection", "outreach", "hotline")
"""The functions of a first contact: of these only the entry is a step."""

ACCOMMODATION = ("crisis-accommodation", "safe-accommodation")
"""The functions by which a body houses her."""

LEG = (
    "return-counselling",
    "return-risk-assessment",
    "consular-assistance",
    "travel-documents",
    "voluntary-return",
    "transit-assistance",
    "reception-on-arrival",
    "post-return-monitoring",
    "transnational-contact-point",
)
"""The functions of a journey home: owed by the transnational leg, and not by a country's stage that names them."""


def _load(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = load_yaml(files("pathways").joinpath("data", "rules", name).read_text(encoding="utf-8"))
    return loaded


@cache
def rules() -> Rules:
    """The rules, read once; ValueError where the file names a word that is not in the vocabulary."""
    data, binding = _load("functions.yaml"), _binding()
    return Rules(
        functions=_functions(data["functions"]),
        owed=tuple(_owed(item) for item in data["owed"]),
        canonical=_canonical(),
        binding=binding,
        risks_that_stop_return=frozenset(data["risks_that_stop_return"]),
        after_guardian=frozenset(data["after_guardian"]),
        contacts_on_return=tuple(data["contacts_on_return"]),
        consequences=tuple(_consequence(item, binding) for item in _load("consequences.yaml")["consequences"]),
    )


_FUNCTION_KEYS = {"home", "fits", "sure", "consent", "produces", "decision", "roles", "help", "takes", "served", "settled_by"}


def _functions(data: Mapping[str, Any]) -> dict[str, FunctionRule]:
    ranks = vocabulary.function_rank()
    if set(data) != set(ranks):
        raise ValueError(f"functions.yaml must hold each function once; differs in {sorted(set(data) ^ set(ranks))}")
    found = {}
    for name, item in data.items():
        if not set(item) <= _FUNCTION_KEYS or item["home"] not in vocabulary.words("canonical_stages"):
            raise ValueError(f"functions.yaml: {name} has a key or a home that does not exist")
        found[name] = FunctionRule(
            name=name,
            home=item["home"],
            fits=conditions.parse(item.get("fits")),
            sure=item.get("sure", False),
            consent=tuple(item.get("consent", ())),
            produces=item.get("produces", {}),
            decision=item.get("decision", False),
            roles=("decide", "deliver", *item.get("roles", DEFAULT_ROLES)),
            help=item.get("help", False),
            takes=item.get("takes", False),
            served=item.get("served", True),
            settled_by=frozenset(item.get("settled_by", ())),
            rank=ranks[name],
        )
    return found


def _owed(item: Mapping[str, Any]) -> Owed:
    return Owed(item["function"], item.get("or"), item["rule"], conditions.parse(item["when"]), item.get("at_once", False))


def _canonical() -> dict[str, Canonical]:
    by_id = {item["id"]: item for item in _load("stages.yaml")["stages"]}
    return {
        name: Canonical(
            name,
            rank,
            by_id[name]["title"],
            by_id[name]["phase"],
            by_id[name].get("parallel", False),
            tuple(by_id[name].get("functions", ())),
        )
        for rank, name in enumerate(vocabulary.words("canonical_stages"))
    }


def _binding() -> dict[str, BindingRule]:
    data = _load("binding.yaml")
    instruments = data["instruments"]
    found = {}
    for item in data["rules"]:
        bound = (
            frozenset(item["bound"])
            if "bound" in item
            else frozenset(code for norm in item["norm"] for code in instruments.get(norm["i"], ()))
        )
        found[item["id"]] = BindingRule(item["id"], item["rule"], tuple(f"{norm['i']} {norm['a']}" for norm in item["norm"]), bound)
    return found


def _consequence(item: Mapping[str, Any], binding: Mapping[str, BindingRule]) -> Consequence:
    known = item["code"] in vocabulary.words("consequences") and set(item["kinds"]) <= set(vocabulary.words("kinds"))
    if not set(item) <= {"code", "kinds", "when", "law_enforcement", "rule"} or not known or item["rule"] not in binding:
        raise ValueError(f"consequences.yaml: {item['code']} has a key, a code, a kind or a rule that does not exist")
    return Consequence(
        code=item["code"],
        kinds=frozenset(item["kinds"]),
        when=conditions.parse(item.get("when")),
        law_enforcement=item.get("law_enforcement", False),
        rule=item["rule"],
        text=Word("consequences", item["code"], label("consequences", item["code"])),
    )
