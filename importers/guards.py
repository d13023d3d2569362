"""What stops an import whose records are in order: too much would go, nothing is as it was, or less has come than its keeper expects.

A value that a person has changed here is never overwritten: an edit lies above every list. That it stays is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from importers.archives import Refused
from importers.holding import Holding
from importers.opening import load_small_yaml
from importers.reading import Finding, Place
from pathways.records import KINDS, Record
from pathways.stores.layers import same

GUARD = 0.05
"""A list that would withdraw this share of its bodies, or of their mandates, or more, is not taken without a person's word."""

_WORDS = {"stakeholder": "bodies", "mandate": "mandates"}
_CONFIRM = "look whether the file is whole; if so, import it again with --confirm-withdrawals"
EXPECT = "expect"
"""The key of a mapping under which expectations stand."""


def withdrawals(holding: Holding, file: str, confirmed: bool) -> Iterator[Finding]:
    """Whether too much of what a source says now would go, or whether nothing of it would stay; confirmed, it is only told."""
    for kind, word in _WORDS.items():
        now, gone, first = holding.withdrawn(kind, 5)
        if not gone or gone < GUARD * now:
            continue
        names = ", ".join(first) + (", …" if gone > len(first) else "")
        if gone == now:
            text = f"no id of its {word} is one of the last time ({now} then, {holding.counts().get(kind, 0)} now): {names}"
        else:
            text = f"it would withdraw {gone} of its {now} {word} ({names})"
        yield Finding("withdrawal", "warning" if confirmed else "error", Place(file), text, "confirmed" if confirmed else _CONFIRM)


def edited(edits: Sequence[Record], holding: Holding, file: str) -> Iterator[Finding]:
    """Values that a person has changed here and of which the list says something else, and those whose thing the list has no longer."""
    for edit in edits:
        read = holding.read(edit.kind, edit.id)
        if read is None:
            if holding.said(edit.kind, edit.id) is not None:
                text = f"{edit.kind} {edit.id}, which a person has changed here, is no longer in the list"
                yield Finding("edited-here", "warning", Place(file), text, "look whether the change is still meant", edit.id)
            continue
        for field, value in edit.fields.items():
            if field in read.record.fields and not same(read.record.fields[field], value):
                place = read.places.get(field, read.place)
                text = f"{field} was changed here by a person: it stays as it is, and what the list says waits under it"
                yield Finding("edited-here", "warning", place, text, "take the change back, if the list is right", f"{edit.kind} {edit.id}")


Limits = Mapping[str, Mapping[str, int]]
"""The least and the most of each kind of record that a list's keeper expects."""


def expectations(path: Path, mapping: Path | None) -> Limits:
    """What a list's keeper expects of it: from `<file>.expect.yaml` beside it, and from `expect` in its mapping; Refused for other words.

    `bodies: {min: 40, max: 60}`; kinds are bodies, mandates, or a kind of record.
    """
    found: dict[str, dict[str, int]] = {}
    beside = path.with_name(path.name + ".expect.yaml")
    if mapping is not None and mapping.is_file():
        data = load_small_yaml(mapping)
        if isinstance(data, Mapping) and EXPECT in data:
            found.update(_limits(data[EXPECT], mapping))
    if beside.is_file():
        found.update(_limits(load_small_yaml(beside), beside))
    return found


def _limits(data: Any, path: Path) -> dict[str, dict[str, int]]:
    kinds = {**{word: kind for kind, word in _WORDS.items()}, **{kind: kind for kind in KINDS}}
    wrong = "expectations are written as `bodies: {min: 40, max: 60}`; kinds are " + ", ".join(kinds)
    if not isinstance(data, Mapping):
        raise Refused("unreadable", Place(path.name), "not a list of expectations", wrong)
    found = {}
    for word, limits in data.items():
        numbers = isinstance(limits, Mapping) and limits.keys() <= {"min", "max"} and all(type(n) is int for n in limits.values())
        if word not in kinds or not numbers:
            raise Refused("unreadable", Place(path.name, column=str(word)), "not an expectation", wrong)
        found[kinds[word]] = dict(limits)
    return found


def unexpected(limits: Limits, holding: Holding, file: str) -> Iterator[Finding]:
    """Where a list holds less or more than its keeper expects."""
    counts = holding.counts()
    for kind, limit in limits.items():
        count, word = counts.get(kind, 0), _WORDS.get(kind, f"records of the kind {kind}")
        least, most = limit.get("min"), limit.get("max")
        if (least is not None and count < least) or (most is not None and count > most):
            expected = f"at least {least}" if least is not None and count < least else f"at most {most}"
            yield Finding(
                "unexpected", "error", Place(file), f"{count} {word}; {expected} are expected", "correct the list, or the expectation"
            )
