"""The step of an import that asks which bodies of a file the directory already knows, and acts on what is answered.

What is certainly the same is merged, what may be waits for a person and is not loaded beside the other, what is new is loaded. The
questions are answered by `importers.matching`; judgements are written only when the import has been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from importers import matching
from importers.confidential import scrub
from importers.holding import Holding
from importers.merging import belonging, merged, renamed
from importers.reading import Finding, Place, Read
from importers.standing import Standing


class Matched:
    """The matching of one import."""

    def __init__(self, holding: Holding, standing: Standing, source: str, judgements: Path | None) -> None:
        self._holding, self._standing = holding, standing
        path = judgements if judgements is not None and judgements.exists() else None
        with matching.Judgements(source, path) as known:
            self._ask(known)

    def _ask(self, judgements: matching.Judgements) -> None:
        self._same: dict[str, str] = {}
        self._waiting: dict[str, matching.Waiting] = {}
        for decision in matching.match(self._bodies(), self._standing.directory, judgements):
            record = decision.read.record
            if decision.verdict == "same":
                self._same[record.id] = str(decision.body)
            elif decision.verdict == "unsure" and self._holding.said(*record.key) is None:
                self._waiting[record.id] = self._waits(decision, judgements.source)
            if told := matching.finding(decision):
                self._holding.find(told)

    def _waits(self, decision: matching.Decision, source: str) -> matching.Waiting:
        """What a person will judge: without a place, where it may be that of a confidential body."""
        read: Read | None = decision.read
        if any(self._is_secret(candidate.body) for candidate in decision.candidates):
            read, _ = scrub(decision.read, {decision.read.record.id})
        bare = replace(decision.read, record=replace(decision.read.record, fields={}))
        found = matching.waiting(source, read or bare, [candidate.as_json() for candidate in decision.candidates])
        self._holding.wait(found)
        return found

    def _bodies(self) -> Iterator[Read]:
        return (read for read in self._holding.reads() if read.record.kind == "stakeholder")

    def apply(self) -> None:
        """Give what is the same its id in the directory and merge it; take what waits, and what rests on it, out."""
        if not self._same and not self._waiting:
            return
        for second, _ in self._holding.replace_all(self._kept()):
            text = f"two entries of the list are the same {second.record.kind} of the directory ({second.record.id})"
            self._holding.find(Finding("matched", "warning", second.place, text, "the first is taken; make it one entry", second.record.id))

    def _kept(self) -> Iterator[Read]:
        renames = {old: new for old, new in self._same.items() if old != new}
        for read in self._holding.before():
            resting = [body for body in belonging(read.record) if body in self._waiting]
            if resting:
                if read.record.kind != "stakeholder":
                    text = f"a {read.record.kind} waits with its body, until somebody has judged which that is"
                    self._holding.find(Finding("unsure-match", "note", read.place, text, "judge the body", resting[0]))
                continue
            there = self._without_secret_place(renamed(read, renames))
            if there is None:
                continue
            known = self._standing.others.get(there.record.key)
            if there.record.id == read.record.id or known is None:
                yield there
                continue
            laid, findings = merged(there, known)
            for finding in findings:
                self._holding.find(finding)
            yield laid

    def _without_secret_place(self, read: Read) -> Read | None:
        """A record without the place of a body that only the directory knows to be confidential; None where nothing of it may stay."""
        secret = frozenset(body for body in belonging(read.record) if self._is_secret(body))
        if not secret:
            return read
        kept, findings = scrub(read, secret)
        for finding in findings if kept is None or kept.record != read.record else ():
            self._holding.find(finding)
        return kept

    def _is_secret(self, body: str) -> bool:
        known = self._standing.others.get(("stakeholder", body))
        return known is not None and known.fields.get("confidential_location") is True

    def remember(self, source: str, judgements: Path) -> None:
        """Write down, after the import, which identifiers are those of which body, and what waits for a person."""
        judgements.parent.mkdir(parents=True, exist_ok=True)
        waiting = {one.subject for one in self._waiting.values()}
        with matching.Judgements(source, judgements) as known, known.together():
            for read in self._bodies():
                known.learn(read.keys, read.record.id)
            for old in known.queue():
                if old.subject not in waiting:
                    known.settle(old.subject)
            for one in self._waiting.values():
                known.wait(one)


def unmatched(holding: Holding, standing: Standing) -> Iterator[Finding]:
    """Where nothing is matched: bodies of the file that have the id of one of the directory, over which they then lie."""
    for read in holding.reads():
        if read.record.kind == "stakeholder" and read.record.key in standing.others:
            text = "a body has the id of one that the directory knows; what the list says lies over that"
            yield Finding("matched", "note", Place(read.place.file, read.place.sheet, read.place.row), text, value=read.record.id)
