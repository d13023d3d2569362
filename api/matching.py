"""The review of matches as requests ask for it: what the file says, what the directory has, why the two may be one, what was judged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from flask import current_app

from api import snapshots
from api.access import caller, require_source, signed
from api.problems import Problem
from api.settings import Settings
from importers.matching import Judged, Judgements, Verdict, Waiting
from pathways.visibility import PARTNER, body_detail

_SHOWN = (
    "name",
    "name_local",
    "kind",
    "territory",
    "city",
    "languages",
    "contacts",
    "parent",
    "valid_to",
    "confidential_location",
)
"""What of a body is put before whoever judges."""
Verdicts = Mapping[tuple[str, str], Mapping[str, Verdict]]


@contextmanager
def judgements(source: str) -> Iterator[Judgements]:
    """The judgements about a source's bodies; Problem where their file cannot be read."""
    settings: Settings = current_app.extensions["settings"]
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with Judgements(source, settings.judgements) as found:
            yield found
    except (ValueError, sqlite3.DatabaseError):
        raise Problem("not-ready", "The file of judgements cannot be read.") from None


def all_sources() -> list[str]:
    """The caller's sources of which something waits or was judged."""
    with judgements("") as found:
        return [name for name in found.sources() if caller().grant.may_import(name)]


def verdicts(named: Iterable[str]) -> Verdicts:
    """What holds of the bodies of some sources: by source and subject, each candidate with its verdict."""
    found: dict[tuple[str, str], Mapping[str, Verdict]] = {}
    for source in named:
        with judgements(source) as known:
            for subject in {one.subject for one in known.history()}:
                found[(source, subject)] = known.of(subject)
    return found


def _asked(source: str | None) -> list[str]:
    """The source that is asked about, or all of the caller's; Problem where it is another's."""
    if source is None:
        return all_sources()
    require_source(source)
    return [source]


def queue(source: str | None) -> list[Waiting]:
    """What waits for somebody: of one source, or of all."""
    found: list[Waiting] = []
    for name in _asked(source):
        with judgements(name) as known:
            found += known.queue()
    return found


def judged(source: str | None) -> list[Judged]:
    """All judgements of one source or of all, the newest first; those that were taken back say so."""
    found: list[Judged] = []
    for name in _asked(source):
        with judgements(name) as known:
            found += known.history()
    return sorted(found, key=lambda one: one.number, reverse=True)


def judge(said: Mapping[str, Any]) -> int:
    """Keep what somebody judges; the number of the judgement. Problem where the directory has no such body, or the source is another's."""
    require_source(said["source"])
    directory = snapshots.directory()
    if directory.stakeholder(said["body"]) is None:
        raise Problem(
            "invalid-body", errors=[{"pointer": "/body", "message": "is not a body of the directory", "accepted": "a body of the match"}]
        )
    with judgements(said["source"]) as known:
        return known.judge(said["subject"], said["body"], said["verdict"], signed(said["author"]), said["note"])


def take_back(number: int, author: str) -> None:
    """Take a judgement back; Problem where there is none of this number that holds."""
    source = next((one.source for one in judged(None) if one.number == number and one.taken_back_at is None), None)
    if source is None:
        raise Problem("not-found", "There is no such judgement, or it was taken back already.")
    with judgements(source) as known:
        known.take_back(number, signed(author))


def match_data(waiting: Waiting, known: Verdicts) -> dict[str, Any]:
    """A match as JSON values: the file's side, and each candidate with the directory's side, the reasons and the verdict."""
    verdict = known.get((waiting.source, waiting.subject), {})
    said = json.loads(waiting.said)
    return {
        "source": waiting.source,
        "subject": waiting.subject,
        "name": waiting.name,
        "place": waiting.place,
        "since": waiting.at,
        "said": {key: said[key] for key in _SHOWN if key in said},
        "candidates": [
            {**candidate, "known": _known(candidate["body"]), "verdict": verdict.get(candidate["body"])}
            for candidate in json.loads(waiting.candidates)
        ],
    }


def _known(body: str) -> dict[str, Any] | None:
    """What the directory has of a body, as a partner may see it; None where it is no longer there."""
    found = body_detail(snapshots.directory(), body, PARTNER)
    return None if found is None else {key: found[key] for key in _SHOWN if found.get(key)}


def judged_data(one: Judged) -> dict[str, Any]:
    """A judgement as JSON values."""
    return asdict(one)
