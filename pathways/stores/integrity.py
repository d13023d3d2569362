"""Whether a revision would break the directory: what it would leave without its base, what has not the shape of its kind, what it refers to.

Looked at is what the revision touches; everything else only where something that it may rest on is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice

from pathways.format.reader import Finding
from pathways.format.references import problems_of
from pathways.format.whole import check_alone, check_shape, pointed
from pathways.records import KINDS, Digest, Record, line
from pathways.stores.draft import Draft, Side
from pathways.stores.revisions import Inconsistent

MOST_TOLD = 200
"""So many places of a broken directory are named."""
_ALONE = frozenset({"source", "stakeholder", "mandate", "link"})
"""Records that can be looked at one by one; the others of a part make one file and are looked at together."""
_BODY = {"mandate": "holder", "link": "origin"}
_NEAR = 1_000
"""Among so many ids the nearest to a wrong one is looked for."""
_WHY = "would lack fields that each of its kind has, or the body or the country that it belongs to"


def address(draft: Draft, check: bool) -> str:
    """The content address of the directory after a draft; with `check` Inconsistent where that would be broken.

    Whatever was wrong before is not the draft's doing, whatever is new is.
    """
    broken = _Broken(draft)
    if check:
        broken.look_at_touched()
    made = Digest()
    for subject, touched in draft.standing():
        record = draft.after.shown(subject)
        if record is not None:
            made.add(line(record))
        if broken.gone and not touched:
            broken.look_at_rest(draft.before.shown(subject), record)
    broken.refuse()
    return made.hexdigest()


class _Ids(Collection[str]):
    """The ids of one kind that records of one side may name."""

    def __init__(self, side: Side, kind: str) -> None:
        self._side, self._kind = side, kind

    def __contains__(self, identity: object) -> bool:
        return isinstance(identity, str) and self._side.record(self._kind, identity) is not None

    def __iter__(self) -> Iterator[str]:
        """Some of them, to tell which is near."""
        return islice(self._side.ids(self._kind), _NEAR)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Broken:
    """What a draft breaks."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.gone = False
        """Whether something that was shown no longer is."""
        self._lost: list[tuple[str, str]] = []
        self._found: list[Finding] = []
        self._ids = {side: {kind: _Ids(side, kind) for kind in KINDS} for side in (draft.before, draft.after)}

    def look_at_touched(self) -> None:
        """Look at what the draft touches: each thing that its layer speaks of must be shown, and be right."""
        parts = set()
        for earlier, later in self._draft.touched():
            before, after = self._draft.before.shown(earlier), self._draft.after.shown(later)
            self.gone |= before is not None and after is None
            if after is not None:
                self._look_at_record(before, after)
                if after.kind not in _ALONE:
                    parts.add(after.part)
            elif self._draft.layer in later.says:
                self._lose(later.kind, later.id)
            if len(self._lost) + len(self._found) >= MOST_TOLD:
                return
        for part in sorted(parts):
            self._find(_mechanism(self._draft.after, part), partial(_mechanism, self._draft.before, part))

    def look_at_rest(self, before: Record | None, after: Record | None) -> None:
        """Look at something that is not touched: whether what it rests on is gone."""
        if after is not None:
            self._look_at_references(before, after)
        elif before is not None:
            self._lose(before.kind, before.id)

    def refuse(self) -> None:
        """Inconsistent where anything is broken."""
        if self._lost:
            raise Inconsistent("\n".join(f"{kind} {identity}: {_WHY}" for kind, identity in sorted(self._lost)))
        if self._found:
            raise Inconsistent("\n".join(map(str, self._found)))

    def _look_at_record(self, before: Record | None, after: Record) -> None:
        known = len(self._found)
        if after.kind in _ALONE:
            self._find(_alone(self._draft.after, after), lambda: _alone(self._draft.before, before) if before else ())
        if len(self._found) == known:
            self._look_at_references(before, after)

    def _look_at_references(self, before: Record | None, after: Record) -> None:
        draft = self._draft
        self._find(self._references(draft.after, after), lambda: self._references(draft.before, before) if before else ())

    def _references(self, side: Side, record: Record) -> Iterable[Finding]:
        return problems_of(record, pointed(record), (), self._ids[side])

    def _find(self, found: Iterable[Finding], known: Callable[[], Iterable[Finding]]) -> None:
        """Take in what is found, without what was known of the directory before."""
        new = list(found)
        if new:
            old = set(known())
            self._found += [finding for finding in new if finding not in old]

    def _lose(self, kind: str, identity: str) -> None:
        if len(self._lost) < MOST_TOLD:
            self._lost.append((kind, identity))


def _alone(side: Side, record: Record) -> Iterator[Finding]:
    yield from check_alone(record)
    body = record.fields[_BODY[record.kind]] if record.kind in _BODY else None
    holder = side.record("stakeholder", body) if body else None
    if holder is not None and holder.part != record.part:
        text = f"it belongs to {holder.id}, which is a stakeholder of {holder.part} and not of {record.part}"
        yield Finding("error", "identity", f"{record.kind} {record.id}", text)


def _mechanism(side: Side, part: str) -> list[Finding]:
    """What is wrong with the records of a part that are looked at together."""
    names = ((kind, identity) for kind in KINDS if kind not in _ALONE for identity in side.ids(kind, part))
    return check_shape([record for kind, identity in names if (record := side.record(kind, identity))])
