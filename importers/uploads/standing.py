"""Where an upload stands. Whether it was applied or taken back is asked of the history of the directory, never written down a second time:
there is no moment at which the two could disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from importers.report import Report
from importers.uploads.shelf import Upload
from pathways.stores import PARTNER, Revision

Word = Literal["untried", "refused", "unchanged", "waiting", "outdated", "applied", "undone"]
MEANINGS: dict[Word, str] = {
    "untried": "it was received and not looked through to the end; try it again",
    "refused": "it cannot be applied: its errors say why",
    "unchanged": "there is nothing to apply: the directory says all of it already",
    "waiting": "it can be applied as it was tried",
    "outdated": "the directory was changed since the trial; try it again",
    "applied": "it is in the directory",
    "undone": "it was applied, and taken back",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where an upload stands, and the revision that it was applied as."""

    word: Word
    revision: Revision | None = None


def state_of(upload: Upload, report: Report | None, history: Sequence[Revision]) -> State:
    """Where an upload stands in a directory of this history."""
    if report is None:
        return State("untried")
    made = _made(upload, report, history)
    if made is not None:
        return State("undone" if is_undone(made.number, history) else "applied", made)
    if report.status == "refused":
        return State("refused")
    if report.status == "unchanged":
        return State("unchanged")
    return State("waiting" if report.revision == len(history) + 1 else "outdated")


def _made(upload: Upload, report: Report, history: Sequence[Revision]) -> Revision | None:
    """The revision that the upload was applied as: the one that its report foretold, from its file."""
    number = report.revision
    if number is None or number > len(history):
        return None
    found = history[number - 1]
    same = found.layer == PARTNER + upload.source and found.loaded == upload.content and found.digest == report.digest
    return found if same else None


def is_undone(number: int, history: Sequence[Revision]) -> bool:
    """Whether a revision was taken back by one that still stands."""
    return any(later.undoes == number and not is_undone(later.number, history) for later in history[number:])
