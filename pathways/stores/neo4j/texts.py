"""How a value lies in a property: as JSON text, empty where it is not said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pathways.records import canonical_json
from pathways.stores.layers import ABSENT


def fields_text(said: Mapping[str, Any]) -> str:
    """What a layer says of a thing, as text."""
    return json.dumps(said, ensure_ascii=False)


def text(value: Any) -> str:
    """A value as text."""
    return "" if value is ABSENT else canonical_json(value)


def value(said: str) -> Any:
    """The value of a text."""
    return ABSENT if said == "" else json.loads(said)
