"""What a schema found wrong, as the errors of a problem: each place by its JSON pointer, with what it accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields


class Said(str):
    """A message that says itself what would be accepted."""

    __slots__ = ("accepted",)
    accepted: Any

    def __new__(cls, message: str, accepted: Any) -> Said:
        """A message, and the values or words that would be accepted instead."""
        said = super().__new__(cls, message)
        said.accepted = accepted
        return said


def places(messages: Any, schema: Schema, root: str = "", parameters: bool = False) -> list[dict[str, Any]]:
    """The errors of marshmallow as a flat list; `root` is the pointer to what the schema read."""
    found = []
    for path, message in _flat(messages, ()):
        place = (
            {"parameter": str(path[0])[:80] if path else ""}
            if parameters
            else {"pointer": root + "".join(f"/{_escaped(step)}" for step in path)}
        )
        found.append({**place, **_explained(schema, path, message)})
    return sorted(found, key=lambda item: (item.get("pointer", item.get("parameter")), item["message"]))


def _flat(messages: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from _flat(message, path)
    else:
        yield path, messages


def _explained(schema: Schema, path: tuple[Any, ...], message: str) -> dict[str, Any]:
    if isinstance(message, Said):
        return {"message": str(message), "accepted": message.accepted}
    inner: Any = schema
    for step in path:
        inner = _step(inner, step)
        if isinstance(inner, _Unknown):
            return {"message": "is not a field that is accepted here", "accepted": inner.known}
    if isinstance(inner, fields.Nested | Schema) and message == "Invalid input type.":
        message = "is not an object"
    if message == "Missing data for required field.":
        message = "is missing"
    if message == "Field may not be null.":
        message = "may not be null"
    accepted = _accepted(inner)
    return {"message": str(message)} | ({} if accepted is None else {"accepted": accepted})


class _Unknown:
    def __init__(self, known: list[str]) -> None:
        self.known = known


def _step(inner: Any, step: Any) -> Any:
    if isinstance(inner, fields.Nested):
        inner = inner.schema
    if isinstance(inner, Schema):
        return inner.fields.get(step) or _Unknown(sorted(inner.fields))
    return inner.inner if isinstance(inner, fields.List) else inner


def _accepted(inner: Any) -> Any:
    if isinstance(inner, fields.Nested):
        inner = inner.schema
    if isinstance(inner, Schema):
        return "an object with " + ", ".join(sorted(inner.fields))
    if isinstance(inner, fields.List):
        within = _accepted(inner.inner)
        return f"a list of: {', '.join(within) if isinstance(within, list) else within}" if within else "a list"
    if isinstance(inner, fields.Boolean):
        return [True, False]
    return inner.metadata.get("accepted") if isinstance(inner, fields.Field) else None


def _escaped(step: Any) -> str:
    return str(step)[:80].replace("~", "~0").replace("/", "~1")
