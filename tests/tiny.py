"""Tiny directories, told in a line a thing: a country, its stages, bodies and who refers to whom; for the planner's rules one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from pathways.directory import Directory
from pathways.records import Record

Said = dict[str, Any]
_NAMES = {"GR": ("Greece", ["el"]), "AL": ("Albania", ["sq"]), "IT": ("Italy", ["it"]), "FR": ("France", ["fr"])}
_SOURCE = ["law"]


def country(code: str) -> list[Record]:
    """The head of a country, with a source and the emergency number."""
    name, languages = _NAMES[code]
    sources = [f"{code.lower()}-law"]
    head = {
        "code": code,
        "name": name,
        "name_local": name,
        "languages": languages,
        "emergency": [{"number": "112", "what": "emergency", "as_of": 2026, "sources": sources}],
    }
    mechanism = {
        "formal_nrm": {"exists": True, "instrument": "A law", "sources": sources},
        "competent_authority": [],
        "reflection_period": {"min_days": 30, "conditions": "on reasonable grounds", "sources": sources},
        "asylum_link": {"how": "runs beside", "sources": sources},
        "compensation": {"scheme": "none", "authority": [], "sources": sources},
        "children": {"guardian": "a guardian", "placement": "a home", "sources": sources},
    }
    law = {"title": "A law", "publisher": "Parliament", "year": 2026, "kind": "law", "url": "https://example.org/law"}
    return [Record("country", code, code, {"country": head, "mechanism": mechanism}), Record("source", sources[0], code, law)]


def stage(
    identity: str, canonical: str, *functions: str, to: Sequence[str | Said] = (), in_: str = "GR", track: str = "main", **said: Any
) -> list[Record]:
    """A stage that lists functions and leads `to` others."""
    ways = [way if isinstance(way, dict) else {"to": way} for way in to]
    fields: Said = {
        "id": identity,
        "title": identity,
        "canonical": canonical,
        "track": track,
        "functions": list(functions),
        "lead": [],
        "next": ways,
        "when": "always",
        "sources": [f"{in_.lower()}-law"],
        **said,
    }
    return [Record("stage", f"{in_}:{identity}", in_, fields)]


def does(function: str, **said: Any) -> Said:
    """A mandate of a body."""
    return {"function": function, "as_of": 2026, **said}


def body(identity: str, *mandates: Said, refers_to: Sequence[str] = (), basis: str = "practice", **said: Any) -> list[Record]:
    """A body (its id begins with its country's code) with its mandates and the bodies that it refers to."""
    code = identity[:2].upper()
    source, numbers = [f"{code.lower()}-law"], count(1)
    records = [
        Record(
            "stakeholder",
            identity,
            code,
            {"id": identity, "name": identity.upper(), "kind": "ngo", "territory": [code], "sources": source, **said},
        )
    ]
    records += [
        Record("mandate", f"{identity}.{m['function']}-{next(numbers)}", code, {"holder": identity, "sources": source, **m})
        for m in mandates
    ]
    records += [
        Record("link", f"{identity}--{to}", code, {"origin": identity, "to": to, "basis": basis, "functions": [], "sources": source})
        for to in refers_to
    ]
    return records


def word(name: str, in_: str = "GR", **said: Any) -> list[Record]:
    """A word that mandates require."""
    return [Record("requirement", f"{in_}:{name}", in_, {"word": name, **said})]


def directory(*things: list[Record], revision: int = 1) -> Directory:
    """A directory of these things; the heads of the countries that they name are added, and ways to stages that are not there left out."""
    records = [record for thing in things for record in thing]
    known = {(record.part, record.fields["id"]) for record in records if record.kind == "stage"}
    records = [record if record.kind != "stage" else _within(record, known) for record in records]
    codes = {record.part for record in records} or {"GR"}
    return Directory.from_records([*(head for code in sorted(codes) for head in country(code)), *records], revision)


def _within(record: Record, known: set[tuple[str, str]]) -> Record:
    ways = [way for way in record.fields["next"] if (record.part, way["to"]) in known]
    return Record(record.kind, record.id, record.part, {**record.fields, "next": ways})


# the answer, read as a caseworker would --------------------------------------------------------------------------------------------------


def steps(answer: Said) -> list[str]:
    """The functions of an answer's steps in their order."""
    return [step["function"] for step in answer["steps"]]


def who(answer: Said, function: str) -> str | None:
    """The body that takes a function."""
    return next((step["stakeholder"]["id"] for step in answer["steps"] if step["function"] == function), None)


def step_of(answer: Said, function: str) -> Said:
    """The step for a function."""
    return next(step for step in answer["steps"] if step["function"] == function)


def gaps(answer: Said) -> dict[str, str]:
    """The functions that nobody takes, with the reasons."""
    return {gap["function"]: gap["reason"] for gap in answer["gaps"]}


def codes(answer: Said, function: str) -> set[str]:
    """The codes of the warnings of the step for a function."""
    return {warning["code"] for warning in step_of(answer, function)["warnings"]}
