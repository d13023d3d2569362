"""What a caller may do with the thing in hand: whether this source, this revision is theirs."""

from __future__ import annotations

from api.access.callers import caller
from api.problems import Problem
from pathways.access import Right
from pathways.stores import PARTNER, Revision

UNNAMED = "this machine"
"""Who does something, where nobody says so."""


def may_import() -> bool:
    """Whether the caller may import anything: for pages that offer it to nobody else."""
    return caller().grant.has(Right.IMPORT)


def require_source(source: str) -> None:
    """Problem `forbidden` where the caller may not import, see or take back what comes of a source."""
    if not caller().grant.may_import(source):
        raise Problem("forbidden", f"You may import under your own source names only: {', '.join(sorted(caller().grant.sources))}.")


def is_theirs(revision: Revision) -> bool:
    """Whether a revision is the caller's to see whole and to take back: one of their own sources; any where their right ends at none."""
    of_a_source = revision.layer.startswith(PARTNER)
    return caller().grant.may_import(revision.layer.removeprefix(PARTNER) if of_a_source else "")


def require_revision(revision: Revision) -> None:
    """Problem `forbidden` where a revision is not the caller's."""
    if not is_theirs(revision):
        raise Problem("forbidden", "You may see and take back only what came of your own sources.")


def signed(said: str) -> str:
    """Who does something, for the history: what a token or a sign-in is called, before what somebody says of themselves."""
    label = caller().label
    if not label:
        return said
    return label if said in ("", UNNAMED) else f"{label} ({said})"
