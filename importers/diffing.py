"""What an import changes: the fields of its layer, thing by thing, and one address for all of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from importers.holding import Difference, Holding
from importers.private.places import KEYS, place_in
from pathways.records import canonical_json
from pathways.stores import ABSENT, Change
from pathways.stores.revising import changes_of, withdrawal


class Changes:
    """The changes after which a layer says what a file holds, found again at each pass over them, so that they are never held at once."""

    def __init__(self, holding: Holding, layer: str) -> None:
        self._holding, self._layer = holding, layer

    def __iter__(self) -> Iterator[Change]:
        for record in self._holding.records():
            yield from changes_of(record, self._layer, self._holding.said(*record.key) or {})
        for record in self._holding.gone():
            yield from withdrawal(record, self._layer)


def differences(changes: Iterable[Change], holding: Holding) -> Iterator[Difference]:
    """The changes of a layer, those of a thing together, as things added, changed or withdrawn.

    What was said of the place of a body, of which it is now said that its place is confidential, is not repeated.
    """
    for subject, found in groupby(changes, key=lambda change: change.subject):
        of_it = sorted(found, key=lambda change: change.field)
        before = holding.said(*subject)
        gone = sum(change.after is ABSENT for change in of_it)
        come = any(change.before is ABSENT for change in of_it)
        what = "added" if before is None else "withdrawn" if gone == len(before) and not come else "changed"
        closed = before is not None and any(_closes(holding, body) for body in re.split(r"--|\.", subject[1]))
        fields = tuple((change.field, _before(change, closed), _value(change.after)) for change in of_it)
        yield Difference(subject[0], subject[1], of_it[0].part, what, _name(of_it), fields)


def _closes(holding: Holding, body: str) -> bool:
    """Whether the file says of a body, and the layer did not, that its place is confidential."""
    now, before = holding.read("stakeholder", body), holding.said("stakeholder", body)
    return (
        now is not None
        and now.record.fields.get("confidential_location") is True
        and (before or {}).get("confidential_location") is not True
    )


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
