"""Values for the cells of a table that people open in a spreadsheet program: nothing that somebody wrote can become a formula."""

from __future__ import annotations

import json
import re
from typing import Any

_LONGEST = 32_000
"""A cell holds 32,767 letters."""
_ILLEGAL = re.compile(r"[\000-\010]|[\013-\014]|[\016-\037]")
"""Characters that a workbook cannot hold."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: object) -> Any:
    """A value for a cell: numbers as they are; a text that a spreadsheet program would take for a formula with a quote before it."""
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _ILLEGAL.sub(" ", text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return "'" + text if text.startswith(_FORMULA) else text
