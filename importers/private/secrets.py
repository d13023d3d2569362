"""Values that a file itself restricts, recognised wherever they are said again: in a note, a narrative, another resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 14
_SHORTEST = 4
_SKIPPED = frozenset(
    {"system", "use", "url", "type", "rank", "code", "reference", "resourceType", "country", "state", "period", "id", "display"}
)
"""Fields of a restricted element that are no secret by themselves."""


class Secrets:
    """A set of values that must not be said; a text is searched for all of them in the time of its length."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._tails: set[str] = set()

    def add(self, text: str) -> None:
        """Keep a value, and each part of it between commas, from being said."""
        for part in (text, *re.split(r"[,;\n]", text)):
            words = _WORD.findall(part.casefold())
            joined = "".join(words)
            if len(joined) >= _SHORTEST:
                self._said.add(joined)
            if joined.isdecimal() and len(joined) >= 8:
                self._tails.add(joined[-8:])

    def add_all(self, element: Any) -> None:
        """Keep all strings of an element (of JSON) from being said."""
        if isinstance(element, str):
            self.add(element)
        elif isinstance(element, Mapping):
            for key, value in element.items():
                if key not in _SKIPPED and key != "extension":
                    self.add_all(value)
        elif isinstance(element, Iterable):
            for value in element:
                self.add_all(value)

    def within(self, text: str) -> bool:
        """Whether a text says one of the values, with whatever spaces and signs, or a number with another prefix."""
        if not self._said:
            return False
        words = _WORD.findall(text.casefold())
        for at in range(len(words)):
            joined = ""
            for word in words[at : at + _LONGEST]:
                joined += word
                if joined in self._said or (len(joined) >= 8 and joined[-8:] in self._tails and joined.isdecimal()):
                    return True
        return False
