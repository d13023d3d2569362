"""Changes by hand as requests ask for them: who may propose and approve, what must not be kept, and what becomes of a proposal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import current_app

from api import snapshots
from api.access import Caller, caller
from api.problems import Problem
from api.settings import Settings
from importers.confidential import is_confidential, scrub
from importers.reading import Place, Read
from pathways.directory import Directory
from pathways.editing import Approval, Due, Proposal, Proposals, Refused, Source, State, applied, number_of, problems_of, worklist
from pathways.editing.changing import approvals_needed, standing
from pathways.records import Record
from pathways.stores import EDIT, StoreError
from pathways.visibility import is_seen


@contextmanager
def _kept() -> Iterator[Proposals]:
    """The file of proposals; what it refuses, and what the store does, as problems."""
    settings: Settings = current_app.extensions["settings"]
    try:
        yield Proposals(settings.home)
    except Refused as refused:
        raise Problem("proposal-refused", str(refused)) from None
    except StoreError as error:
        raise Problem("proposal-refused", str(error)) from None
    except sqlite3.Error:
        raise Problem("not-ready", "The file of proposals cannot be read.") from None


def proposals(state: State | None = None) -> list[Proposal]:
    """The proposals about what the caller may edit, the newest first."""
    with _kept() as kept:
        return [one for one in kept.all(state) if _is_theirs(one)]


def proposal(number: int) -> Proposal:
    """One of them; Problem `not-found` where there is none for the caller."""
    with _kept() as kept:
        found = kept.get(number)
    if found is None or not _is_theirs(found):
        raise Problem("not-found", "There is no such proposal.")
    return found


def _is_theirs(found: Proposal) -> bool:
    return caller().grant.may_edit(_holder(found.kind, found.identity))


def _holder(kind: str, identity: str) -> str:
    """The body that a thing is, or belongs to."""
    if kind == "stakeholder":
        return identity
    return next((m.holder for body in _bodies() for m in body.mandates if m.id == identity), identity.split(".", 1)[0])


def _bodies() -> Iterator[Any]:
    return (body for part in snapshots.directory().everywhere for body in part.stakeholders.values())


def subject(kind: str, identity: str) -> Record:
    """What is to be changed, as it now stands. Problem where it is not there for the caller, or not theirs to edit."""
    directory = snapshots.directory()
    body = directory.stakeholder(_holder(kind, identity))
    if body is None or not is_seen(body, snapshots.viewer()):
        raise Problem("not-found", "There is no such body or mandate.")
    if not caller().grant.may_edit(body.id):
        raise Problem("forbidden", "You may edit the bodies that your token names only.")
    try:
        return standing(snapshots.snapshots().store, kind, identity)
    except KeyError:
        raise Problem("not-found", "There is no such body or mandate.") from None


def propose(said: Mapping[str, Any]) -> Proposal:
    """Keep a proposal. Problem with every place that is wrong with it."""
    record = subject(said["kind"], said["id"])
    by, fields = _person(), said["fields"]
    if wrong := [*problems_of(record, fields), *_not_by_hand(record, fields), *_not_to_be_kept(record, fields)]:
        raise Problem("invalid-body", errors=[{"pointer": f"/{at}", "message": what, "accepted": accepted} for at, what, accepted in wrong])
    source = Source(said["source"]["seen"].isoformat(), **{key: value for key, value in said["source"].items() if key != "seen"})
    before = {name: record.fields.get(name) for name in fields}
    needed = approvals_needed(record.kind, record.id, fields, snapshots.directory())
    today = date.today().isoformat()
    made = Proposal(
        0, record.kind, record.id, record.part, fields, before, said["verifies"], source, said["reason"], by.person, by.label, today, needed
    )
    with _kept() as kept:
        applied(made, snapshots.snapshots().store, rehearsal=True)
        return kept.get(kept.add(made)) or made


def _not_by_hand(record: Record, fields: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Values that are to be taken away although nobody wrote them by hand: what research or a partner says can only be said otherwise."""
    origins = snapshots.snapshots().store.origins(record.kind, record.id)
    for name, value in fields.items():
        if value is None and origins.get(name) != EDIT:
            yield f"fields/{name}", "was not written by hand, and so cannot be taken away", "what is right instead"


def _not_to_be_kept(record: Record, fields: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Places of confidential bodies, and anything of a victim: held to what is held against partners' lists."""
    body = snapshots.directory().stakeholder(str(record.fields.get("holder", record.id)))
    said = {name: value for name, value in fields.items() if value is not None}
    laid = Record(record.kind, record.id, record.part, {**record.fields, **said})
    read = Read(laid, Place("proposal"))
    secret = {body.id} if body and (body.confidential_location or is_confidential(read)) else set()
    kept, findings = scrub(read, frozenset(secret))
    for name, value in said.items():
        if kept is None or kept.record.fields.get(name) != value:
            told = next((found.text for found in findings if found.place.column.split(".")[0] == name), "tells a place or a person")
            yield f"fields/{name}", told, "the same without it; the place of a confidential body and anything of a victim are not kept"


def approve(number: int) -> Proposal:
    """Say yes for the caller; with the last yes that is needed it becomes a revision."""
    found, by = proposal(number), _person()
    subject(found.kind, found.identity)
    with _kept() as kept:
        found = kept.approve(number, Approval(by.person, by.label, date.today().isoformat()))
        if len(found.approvals) < found.needed:
            return found
        try:
            revision = applied(found, snapshots.snapshots().store)
        except (StoreError, KeyError) as error:
            kept.take_approval_back(number, by.person)
            raise Problem(
                "proposal-refused", str(error) if isinstance(error, StoreError) else "What it changes is no longer there."
            ) from None
        kept.close(number, State.APPLIED, revision=revision.number if revision else None)
    snapshots.snapshots().look()
    return proposal(number)


def refuse(number: int, answer: str) -> Proposal:
    """Say no, with the reason."""
    proposal(number)
    with _kept() as kept:
        kept.close(number, State.REFUSED, answer=answer)
    return proposal(number)


def withdraw(number: int) -> Proposal:
    """Take a proposal of one's own back."""
    if proposal(number).person != _person().person:
        raise Problem("forbidden", "Only whoever made a proposal can take it back; refuse it instead.")
    with _kept() as kept:
        kept.close(number, State.WITHDRAWN)
    return proposal(number)


def due(country: str) -> list[Due]:
    """What to verify first in a country, of what the caller may edit. Problem where its mechanism is not known."""
    directory: Directory = snapshots.directory()
    if country not in directory.parts:
        accepted = sorted(directory.parts)
        raise Problem("invalid-parameters", errors=[{"parameter": "country", "message": "has no mechanism here", "accepted": accepted}])
    with _kept() as kept:
        verified = kept.last_verified()
    found = worklist(directory, country, date.today(), snapshots.viewer(), verified)
    return [one for one in found if caller().grant.may_edit(one.body)]


def _person() -> Caller:
    """Who calls, as somebody who can be told from others: two people are needed, and a nameless one could be both."""
    found = caller()
    if not found.person:
        raise Problem("forbidden", "Editing is for whoever has a token or has signed in.")
    return found


def proposal_data(found: Proposal) -> dict[str, Any]:
    """A proposal as JSON values; of people what the history calls them, and nothing else."""
    data = asdict(found)
    data["id"] = data.pop("identity")
    data["proposed_by"], data["proposed_on"] = data.pop("label"), data.pop("on")
    del data["person"]
    data["source"] = {key: value for key, value in data["source"].items() if value}
    data["approvals"] = [{"by": one.label, "on": one.on} for one in found.approvals]
    data["numbers"] = [{"value": value, "kind": number.kind, "abroad": number.abroad} for value, number in _numbers(found)]
    data["yours"] = found.person == caller().person
    return data


def _numbers(found: Proposal) -> Iterator[tuple[str, Any]]:
    """The telephone numbers that a proposal says, each with what it is: whoever approves calls them first."""
    points: Sequence[Mapping[str, Any]] = found.fields.get("contacts") or ()
    for point in points:
        if point.get("type") == "phone":
            yield point["value"], number_of(point["value"], found.part)


def due_data(one: Due) -> dict[str, Any]:
    """An entry of the worklist as JSON values."""
    data = asdict(one)
    data["id"], data["verified_on"], data["verified_by"] = data.pop("identity"), data.pop("since"), data.pop("by")
    return {**data, "share": round(one.share, 4)}
