"""The documentation of the API, made here from its document. It is for programmers, and in English only."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, render_template

from api.catalogues import SOURCE
from api.problems import KINDS

_METHODS = ("get", "post", "put", "patch", "delete")
_SHOWN = 12
"""So many values of a list are shown at a field; the rest stand in the vocabulary."""


def register(app: Flask, document: dict[str, Any]) -> None:
    """Add the page to the application."""
    operations = list(_operations(document))
    schemas = {name: _fields(schema) for name, schema in document.get("components", {}).get("schemas", {}).items()}

    @app.get("/api/docs")
    def documentation() -> str:
        g.language = SOURCE
        return render_template(
            "documentation/documentation.html", info=document["info"], operations=operations, schemas=schemas, problems=KINDS
        )


def _operations(document: dict[str, Any]) -> Any:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                parameters = [
                    _resolved(document, parameter) for parameter in (*item.get("parameters", ()), *operation.get("parameters", ()))
                ]
                yield {
                    "id": f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
                    "method": method.upper(),
                    "path": path,
                    "tag": (operation.get("tags") or [""])[0],
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "parameters": [{**parameter, "type": _type(parameter.get("schema", {}))} for parameter in parameters],
                    "body": [_type(content.get("schema", {})) for content in operation.get("requestBody", {}).get("content", {}).values()],
                    "responses": [
                        {
                            "status": status,
                            "description": response.get("description", ""),
                            "types": [_type(content.get("schema", {})) for content in response.get("content", {}).values()],
                        }
                        for status, response in (
                            (status, _resolved(document, response)) for status, response in sorted(operation["responses"].items())
                        )
                    ],
                }


def _resolved(document: dict[str, Any], thing: Any) -> Any:
    if not isinstance(thing, dict) or "$ref" not in thing:
        return thing
    found: Any = document
    for step in thing["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    fields = [
        {"name": name, "required": name in required, "type": _type(field), "description": field.get("description", "")}
        for name, field in schema.get("properties", {}).items()
    ]
    return {"description": schema.get("description", ""), "fields": fields}


def _type(schema: dict[str, Any]) -> dict[str, Any]:
    """The type of a schema in words, with the name of the schema that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return {"prefix": "", "text": name, "ref": name, "values": []}
    for key in ("anyOf", "allOf", "oneOf"):
        parts = [_type(part) for part in schema.get(key, ()) if part.get("type") != "null"]
        if parts:
            return parts[0]
    if schema.get("type") == "array" or "array" in (schema.get("type") or ()):
        inner = _type(schema.get("items", {}))
        return {**inner, "prefix": f"list of {inner['prefix']}"}
    named = schema.get("type", "anything")
    text = " or ".join(named) if isinstance(named, list) else named
    values = [str(value) for value in schema.get("enum", ()) if value is not None]
    return {"prefix": "", "text": text, "ref": None, "values": values[:_SHOWN], "more": max(0, len(values) - _SHOWN)}
