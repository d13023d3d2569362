"""A report as data: what was done with a file, counted, with its findings and differences read from the holding as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from importers.holding import Difference, Holding, Told
from importers.rules import RULES

HEADINGS = {
    "imported": "Imported",
    "trial": "Nothing was written: this was a trial. It would be imported",
    "unchanged": "Nothing to do: the directory already says all of this",
    "refused": "Refused. Nothing was imported",
}
"""What happened, in words."""

_WORDS = {"stakeholder": ("body", "bodies"), "mandate": ("mandate", "mandates"), "link": ("link", "links"), "source": ("source", "sources")}


@dataclass(frozen=True)
class Report:
    """What was done with one file; to be read before its holding is closed."""

    file: str
    format: str
    why: str
    """Why the file is of this format."""
    source: str
    status: str
    """imported, trial (it would be), unchanged or refused"""
    revision: int | None
    """The number of the revision that was made; in a trial, the one that would be."""
    digest: str
    """The content address of the directory with it."""
    severities: Mapping[str, int]
    records: Mapping[str, int]
    changes: Mapping[str, Mapping[str, int]]
    address: str
    """A content address of the differences: a trial and the import that follows it have the same."""
    holding: Holding

    @property
    def accepted(self) -> bool:
        """Whether the file was imported, would be, or has nothing new."""
        return self.status != "refused"

    def findings(self) -> Iterator[Told]:
        """The findings, errors first; one that repeats is told once."""
        return self.holding.findings()

    def differences(self) -> Iterator[Difference]:
        """What is added, changed and withdrawn."""
        return self.holding.differences()

    def head(self) -> dict[str, Any]:
        """Everything but the findings and the differences."""
        return {
            "file": self.file,
            "format": self.format or None,
            "why": self.why or None,
            "source": self.source,
            "status": self.status,
            "revision": self.revision,
            "digest": self.digest or None,
            "severities": dict(self.severities),
            "records": dict(self.records),
            "changes": {kind: dict(counts) for kind, counts in self.changes.items()},
            "address": self.address,
        }

    def as_data(self, most: int = 1000) -> dict[str, Any]:
        """The report as JSON values, with at most so many findings and differences of each; what is left out is counted."""
        findings, differences = list(islice(self.findings(), most)), list(islice(self.differences(), most))
        changed = sum(sum(counts.values()) for counts in self.changes.values())
        return {
            **self.head(),
            "findings": [finding_data(one) for one in findings],
            "findings_left_out": self.holding.told() - len(findings),
            "differences": [difference_data(one) for one in differences],
            "differences_left_out": changed - len(differences),
        }


def finding_data(told: Told) -> dict[str, Any]:
    """One finding as JSON values."""
    return {
        "severity": told.severity,
        "rule": told.rule,
        "meaning": RULES.get(told.rule, ""),
        "file": told.place.file or None,
        "sheet": told.place.sheet or None,
        "rows": list(told.rows),
        "column": told.place.column or None,
        "values": list(told.values),
        "text": told.text,
        "todo": told.todo or None,
        "count": told.count,
    }


def difference_data(difference: Difference) -> dict[str, Any]:
    """One difference as JSON values."""
    return {
        "kind": difference.kind,
        "id": difference.id,
        "part": difference.part,
        "what": difference.what,
        "name": difference.name,
        "fields": [{"field": field, "before": before, "after": after} for field, before, after in difference.fields],
    }


def named(kind: str, count: int) -> str:
    """A number of records of a kind, in words."""
    one, several = _WORDS.get(kind, (kind, f"{kind}s"))
    return f"{count:,} {one if count == 1 else several}"


def rows_told(told: Told) -> str:
    """The rows of a finding: the first ones, and how many more."""
    if not told.rows:
        return "" if told.count == 1 else f"{told.count:,} times"
    rows = ", ".join(map(str, told.rows))
    more = told.count - len(told.rows)
    return f"row{'s' if len(told.rows) > 1 else ''} {rows}" + (f" and {more:,} more" if more > 0 else "")


def sentence(report: Report) -> str:
    """What happened with a file, in one sentence."""
    said = HEADINGS[report.status]
    number = f" as revision {report.revision}" if report.revision is not None else ""
    return f"{said}{number}."
