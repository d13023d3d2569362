"""Whether the data of a file has the shape of its kind; what is wrong is told in words, with what would be accepted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from pathways import conditions
from pathways.format import schema

_ALL = 80
"""As many accepted values are told in full; of more only the nearest."""


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema.file_schema(kind))


def shape_problems(kind: str, data: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Where the data of a file is not of the shape of its kind, and what would be accepted there."""
    for error in _validator(kind).iter_errors(data):
        path = tuple(error.instance_path)
        if list(error.schema_path[:2]) == ["$defs", "condition"]:
            path, message = _condition(data, path, str(error.message))
        else:
            message = _plain(kind, error)
        yield path, f"{'/'.join(map(str, path)) or 'the file'}: {message}"


def _plain(kind: str, error: Any) -> str:
    name = error.kind.name
    if name == "enum":
        return f"{error.instance!r} is not accepted here; {accepted(error.instance, error.kind.options)}"
    if name == "additionalProperties":
        known = _at(schema.file_schema(kind), error.schema_path[:-1]).get("properties", {})
        return f"unknown key {', '.join(map(repr, error.kind.unexpected))}; {accepted(error.kind.unexpected[0], known)}"
    if name in ("oneOf", "anyOf"):
        return "does not have one of the accepted shapes: " + str(error.message)
    return str(error.message)


def _condition(data: Any, path: tuple[Any, ...], message: str) -> tuple[tuple[Any, ...], str]:
    """The words of the language of conditions itself, which knows facts and values."""
    try:
        conditions.parse(_at(data, path))
    except conditions.ConditionError as error:
        return (*path, *error.path), str(error)
    return path, message


def _at(value: Any, path: Sequence[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


def accepted(value: Any, options: Iterable[Any]) -> str:
    """What would be accepted in place of a value: all of it, or where that is much, what is nearest to it."""
    words = [str(option).lower() if isinstance(option, bool) else str(option) for option in options]
    if not words:
        return "nothing is accepted here yet"
    if len(words) <= _ALL:
        return "accepted: " + ", ".join(words)
    near = difflib.get_close_matches(str(value), words, n=5, cutoff=0.3) or words[:5]
    return f"accepted are {len(words)}, the nearest {', '.join(near)}"
