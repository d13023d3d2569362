"""The prompts of early identification as data (`data/rules/indicators.yaml`), read once and checked when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pathways.format import lint_indicators
from pathways.format.reader import DirectoryError, read_yaml
from pathways.model import Source


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign: what it belongs to, which forms it points to, how it weighs in each published list, and the help that it asks for."""

    id: str
    dimension: str
    element: str
    noticed: str
    who: str
    exploitation: frozenset[str]
    act: tuple[str, ...]
    strength: Mapping[str, Any]
    points_to: tuple[str, ...]
    tells: Mapping[str, Any]
    in_doubt_a_child: bool
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """What to heed, and when: always, by age, where weights are borrowed, or where one of some signs was noticed."""

    id: str
    when: str | frozenset[str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may be asked next, and the element whose signs its answer would show."""

    id: str
    looks_for: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompts:
    """All of them, with the rule by which signs are combined and the sources of every statement."""

    at_least: tuple[Mapping[str, int], ...]
    needed: Mapping[bool, tuple[str, ...]]
    """The elements that a child's case (True) and an adult's need."""
    rule_sources: tuple[str, ...]
    cautions: tuple[Caution, ...]
    questions: tuple[Question, ...]
    indicators: Mapping[str, Indicator]
    sources: Mapping[str, Source]


@cache
def prompts() -> Prompts:
    """The bundled prompts; DirectoryError where the file is wrong."""
    document = read_yaml(Path(str(files("pathways").joinpath("data", lint_indicators.NAME))), lint_indicators.NAME)
    wrong = lint_indicators.findings(document)
    if wrong:
        raise DirectoryError(wrong)
    data = document.data
    rule = data["combination"]
    return Prompts(
        at_least=tuple(rule["at_least"]),
        needed={True: tuple(rule["child"]), False: tuple(rule["adult"])},
        rule_sources=tuple(rule["sources"]),
        cautions=tuple(Caution(item["id"], _when(item["when"]), tuple(item["sources"])) for item in data["cautions"]),
        questions=tuple(Question(item["id"], item.get("looks_for"), tuple(item["sources"])) for item in data["questions"]),
        indicators={item["id"]: _indicator(item) for item in data["indicators"]},
        sources={name: _source(name, item) for name, item in data["sources"].items()},
    )


def _when(value: Any) -> str | frozenset[str]:
    return value if isinstance(value, str) else frozenset(value)


def _indicator(item: Mapping[str, Any]) -> Indicator:
    return Indicator(
        id=item["id"],
        dimension=item["dimension"],
        element=item["element"],
        noticed=item["noticed"],
        who=item["who"],
        exploitation=frozenset(item["exploitation"]),
        act=tuple(item.get("act", ())),
        strength=item["strength"],
        points_to=tuple(item["points_to"]),
        tells=item.get("tells", {}),
        in_doubt_a_child=item.get("in_doubt_a_child", False),
        sources=tuple(item["sources"]),
        note=item.get("note", ""),
    )


def _source(name: str, item: Mapping[str, Any]) -> Source:
    shown = {key: item[key] for key in ("read", "also") if key in item}
    return Source(name, item["title"], item["publisher"], item["year"], item["url"], "guidance", shown)
