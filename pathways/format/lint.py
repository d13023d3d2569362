"""Checks a directory folder: everything that the reader refuses, and what is readable but wrong, doubtful or out of date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from pathways import vocabulary
from pathways.format import lint_bodies, lint_indicators, lint_mechanism, lint_sources
from pathways.format.linted import Linted
from pathways.format.reader import DirectoryError, Finding, read_documents, records_of
from pathways.format.references import problems
from pathways.records import CROSS_BORDER

RULES: tuple[Callable[[Linted], Iterator[Finding]], ...] = (
    lint_sources.unsourced,
    lint_sources.unused_sources,
    lint_sources.stale,
    lint_mechanism.dates,
    lint_mechanism.unreachable_stages,
    lint_mechanism.cycles,
    lint_mechanism.idle_bodies,
    lint_mechanism.unused_requirements,
    lint_bodies.links_out_of_force,
    lint_bodies.classes,
    lint_bodies.rings,
    lint_bodies.territories_outside,
    lint_bodies.numbers,
    lint_bodies.confidential,
    lint_bodies.unknown_kinds,
)


def check(root: Path, today: date) -> list[Finding]:
    """All findings of a directory folder on a day, errors first, then by file and line.

    Where a file cannot be read at all only such errors are told: what depends on it would be noise.
    """
    try:
        documents = read_documents(root)
    except DirectoryError as error:
        return sorted(error.findings, key=_order)
    placed = [
        (record, document, path)
        for part, files in documents.items()
        for kind, document in files.items()
        for record, path in records_of(part, kind, document.data)
    ]
    findings = list(problems(placed))
    for part, files in documents.items():
        for missing in [name for name in _FILES[part == CROSS_BORDER] if name not in files]:
            unresearched = missing == "mechanism" and part not in vocabulary.words("countries")
            findings.append(
                Finding(
                    "warning" if unresearched else "error",
                    "file",
                    f"{part}/{missing}.yaml",
                    "is missing; a folder has " + ", ".join(f"{name}.yaml" for name in _FILES[part == CROSS_BORDER]),
                )
            )
    if (root / lint_indicators.NAME).is_file():
        findings.extend(lint_indicators.check(root))
    linted = Linted(placed, today)
    for rule in RULES:
        findings.extend(rule(linted))
    return sorted(dict.fromkeys(findings), key=_order)


_FILES = {False: ("mechanism", "sources", "stakeholders"), True: ("channels", "corridors", "sources")}


def _order(finding: Finding) -> tuple[int, str, int, str]:
    found = re.fullmatch(r"(.*?)(?::(\d+))?", finding.where)
    name, line = (found.group(1), int(found.group(2) or 0)) if found else (finding.where, 0)
    return (finding.severity != "error", name, line, finding.message)
