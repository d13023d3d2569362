"""What was found wrong with an HSDS API: failures break the standard, warnings are what its users will miss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["failure", "warning"]
_MOST = 5
"""Places that are named of what repeats."""


@dataclass(slots=True)
class Finding:
    """One thing that is wrong: the rule, the call, what is the matter, how often, and where first."""

    severity: Severity
    rule: str
    call: str
    message: str
    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The report on one API."""

    url: str
    version: str = ""
    calls: dict[str, str] = field(default_factory=dict)
    """Each call of the standard: `required` or `optional`, and whether it is there."""
    requests: int = 0
    documents: int = 0
    """How many documents were held against the schemas."""
    findings: list[Finding] = field(default_factory=list)

    def find(self, severity: Severity, rule: str, call: str, message: str, place: str = "") -> None:
        """Note a finding; the same one again is counted."""
        key = (severity, rule, call, message)
        found = next((one for one in self.findings if (one.severity, one.rule, one.call, one.message) == key), None)
        if found is None:
            found = Finding(severity, rule, call, message)
            self.findings.append(found)
        found.count += 1
        if place and len(found.places) < _MOST:
            found.places.append(place)

    @property
    def failures(self) -> int:
        """How many different failures there are."""
        return sum(one.severity == "failure" for one in self.findings)

    def as_data(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {**asdict(self), "failures": self.failures, "warnings": len(self.findings) - self.failures, "passed": not self.failures}

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield f"{self.url}: HSDS {self.version or 'of no told version'}"
        yield from (f"  {call}: {state}" for call, state in self.calls.items())
        for one in self.findings:
            again = f" ({one.count} times)" if one.count > 1 else ""
            yield f"{one.severity} [{one.rule}] {one.call}: {one.message}{again}"
            if one.places:
                yield f"    at {', '.join(one.places)}"
        warnings = len(self.findings) - self.failures
        yield f"{self.requests} requests, {self.documents} documents; {self.failures} failures, {warnings} warnings."
