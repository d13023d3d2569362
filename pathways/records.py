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


def digest(records: Iterable[Record]) -> str:
    """A content address of records, independent of their order."""
    lines = sorted(canonical_json([record.kind, record.id, record.part, record.fields]) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
