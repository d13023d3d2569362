"""What an import changes: the fields of its layer, thing by thing, and one address for all of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from importers.holding import Difference
from importers.private.places import KEYS, place_in
from pathways.records import canonical_json
from pathways.stores import ABSENT, Change


def differences(changes: Sequence[Change], before: Mapping[tuple[str, str], int]) -> Iterator[Difference]:
    """The changes of a layer as things added, changed or withdrawn; `before`: of how many fields of each thing the layer spoke.

    What was said of the place of a body, of which it is now said that its place is confidential, is not repeated.
    """
    closing = frozenset(change.id for change in changes if change.field == "confidential_location" and change.after is True)
    ordered = sorted(changes, key=lambda change: (change.kind, change.id, change.field))
    for subject, found in groupby(ordered, key=lambda change: change.subject):
        of_it = list(found)
        gone = sum(change.after is ABSENT for change in of_it)
        come = any(change.before is ABSENT for change in of_it)
        what = "added" if subject not in before else "withdrawn" if gone == before[subject] and not come else "changed"
        closed = not closing.isdisjoint(re.split(r"--|\.", subject[1]))
        fields = tuple((change.field, _before(change, closed), _value(change.after)) for change in of_it)
        yield Difference(subject[0], subject[1], of_it[0].part, what, _name(of_it), fields)


def address(found: Iterable[Difference]) -> str:
    """A content address of differences: a dry run and the import that follows it have the same."""
    made = hashlib.sha256()
    for difference in found:
        made.update(canonical_json([difference.kind, difference.id, difference.part, difference.what, difference.fields]).encode() + b"\n")
    return made.hexdigest()


def _name(changes: Sequence[Change]) -> str:
    for change in changes:
        if change.field in ("name", "title", "function"):
            return str(change.before if change.after is ABSENT else change.after)
    return ""


def _before(change: Change, closed: bool) -> Any:
    value = _value(change.before)
    tells = closed and value is not None and (change.field in KEYS or place_in(canonical_json(value)) is not None)
    return "(a place, not repeated)" if tells else value


def _value(value: Any) -> Any:
    return None if value is ABSENT else value
