"""What a format gives: records of the directory, each with the place in the file where each of its values stood, and findings.

A format is a module of `importers/formats/` with `recognise` and `read`. It says what the file says and judges nothing: validation,
matching, guards and visibility are the pipeline's. What it does not use it lists as ignored, and what it does not understand is a finding:
no value falls to a default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pathways.records import Record

Severity = Literal["error", "warning", "note"]
"""error: the file is refused; warning: it is loaded, and somebody should look; note: what was done with a value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file (or the member of an archive, or the sheet), the row, the column or the path to a value."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.sheet, f"row {self.row}" if self.row is not None else "", self.column]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should know of a file. `rule` is a word of `importers/rules.py`; `todo` says what would be accepted."""

    rule: str
    severity: Severity
    place: Place
    text: str
    todo: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it was read. `keys` are the identifiers by which its body may be known elsewhere (scheme and value)."""

    record: Record
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    """The place of single fields, where it is finer than that of the record."""
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever imports says of the file: the source's name (the layer is `partner:` and this), the country of what names none,
    a mapping for files of no known format, and the day on which it was published."""

    source: str
    country: str | None = None
    mapping: Path | None = None
    published: str | None = None


class Format(Protocol):
    """A module of `importers/formats/`."""

    NAME: str

    def recognise(self, path: Path) -> str | None:
        """Why this file is of this format, in words for the report; None where it is not. Reads only the beginning."""

    def read(self, path: Path, options: Options) -> Iterator[Read | Finding]:
        """What the file holds, record by record, in constant memory; never raises for what the file holds."""
