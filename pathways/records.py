"""A record: one thing of the directory as plain data, on its way between files, stores and the model.

Files are read into records, stores keep records, the model is built from records, and the native export writes records back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = (
    "country",
    "source",
    "requirement",
    "stakeholder",
    "mandate",
    "link",
    "stage",
    "permit",
    "right",
    "gap",
    "question",
    "channel",
    "network",
    "corridor",
    "agreement",
)
"""What a record can be; `question` is what the research left open."""

CROSS_BORDER = "XB"
"""The part that holds the channels between countries; every other part is a country's code."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing: its kind, its id (unique within the kind), the part it belongs to and its fields as JSON values."""

    kind: str
    id: str
    part: str
    fields: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it."""
        return self.kind, self.id


def canonical_json(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line(record: Record) -> str:
    """The one JSON text of a record."""
    return canonical_json([record.kind, record.id, record.part, record.fields])


def digest(records: Iterable[Record]) -> str:
    """A content address of records, independent of their order."""
    made = Digest()
    for text in sorted(map(line, records)):
        made.add(text)
    return made.hexdigest()


class Digest:
    """The content address of records whose lines come one by one, in order, so that they need not be held at once."""

    def __init__(self) -> None:
        self._made = hashlib.sha256()
        self._last = ""

    def add(self, text: str) -> None:
        """Take in the next line; ValueError where it does not follow the one before."""
        if self._last:
            if text <= self._last:
                raise ValueError(f"{text[:80]} does not follow {self._last[:80]}")
            self._made.update(b"\n")
        self._made.update(text.encode())
        self._last = text

    def hexdigest(self) -> str:
        """The address of what was taken in."""
        return self._made.hexdigest()
