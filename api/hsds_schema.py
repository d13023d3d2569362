"""The HSDS answers in the API's document: their outline; the whole of it is the standard's own schemas and our profile of them."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_WHOLE = {"type": "integer", "minimum": 0}
_PAGE = {
    "total_items": _WHOLE,
    "total_pages": _WHOLE,
    "page_number": {"type": "integer", "minimum": 1},
    "size": _WHOLE,
    "first_page": {"type": "boolean"},
    "last_page": {"type": "boolean"},
    "empty": {"type": "boolean"},
}


def _thing(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"id": _UUID, **properties}, "required": ["id", *required]}


def _page(name: str) -> dict[str, Any]:
    contents = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    return {"type": "object", "properties": {**_PAGE, "contents": contents}, "required": [*_PAGE, "contents"]}


def components() -> dict[str, Any]:
    """The schemas that the operations refer to."""
    status = {"enum": ["active", "inactive", "defunct", "temporarily closed"]}
    things = {
        # `minimal` leaves a service its id and its time.
        "HsdsService": _thing((), name=_TEXT, status=status, last_modified={"type": "string", "format": "date-time"}),
        "HsdsOrganization": _thing(("name", "description"), name=_TEXT, description=_TEXT),
        "HsdsTaxonomy": _thing(("name", "description"), name=_TEXT, description=_TEXT, version=_TEXT),
        "HsdsTaxonomyTerm": _thing(("name", "description"), name=_TEXT, description=_TEXT, code=_TEXT, taxonomy=_TEXT),
        "HsdsServiceAtLocation": _thing(()),
    }
    uri = {"type": "string", "format": "uri"}
    base = {"type": "object", "properties": {"version": _TEXT, "profile": uri, "openapi_url": uri}}
    profile = {"type": "object", "properties": {"name": _TEXT, "schemas": {"type": "object", "additionalProperties": uri}}}
    return {
        **things,
        **{f"{name}Page": _page(name) for name in things},
        "HsdsBase": {**base, "required": ["version", "profile", "openapi_url"]},
        "HsdsProfile": {**profile, "required": ["name", "schemas"]},
    }
