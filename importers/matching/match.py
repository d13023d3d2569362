"""Which body of the directory a body of a partner's file is: a waterfall of reasons, from judgements to names.

What is certain merges; what may be waits for a person; what is neither is new. Certain means two reasons that do not depend on each
other (a name and a phone, a name and its place), for one body only, with nothing against it. A person's judgement goes before all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from importers.matching.contacts import Contacts, contacts
from importers.matching.index import Index, Known, contact_keys, index_of
from importers.matching.judgements import Judgements, subject_of
from importers.matching.likeness import ALIKE, Likeness, best
from importers.matching.names import Name, sound, variants
from importers.reading import Finding, Read
from pathways import territories
from pathways.directory import Directory
from pathways.script import tokens

Verdict = Literal["new", "same", "unsure"]
CLOSE = 0.9
"""A name this alike is the same body where a phone or an address is the same too."""
SHARED = 3
"""A phone, an address or a host that more bodies of the directory have tells none of them from the others."""
SHOWN = 5
"""How many candidates are put before whoever judges."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two bodies may be one (or why that is not certain): `judged`, `id`, `identifier`, `phone`, `email`, `host`, `name`, `taken`, …"""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body of the directory that may be the one that was read, how sure that is (0 to 1), and why."""

    body: str
    score: float
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, object]:
        """For the queue of what waits and for reports."""
        return {"body": self.body, "score": self.score, "reasons": [{"word": reason.word, "text": reason.text} for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a body that was read is: new, the same as one of the directory, or perhaps one of the candidates (best first)."""

    read: Read
    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()

    @property
    def body(self) -> str | None:
        """The body of the directory that it is; None where it is new or unsure."""
        return self.candidates[0].body if self.verdict == "same" else None


def match(reads: Iterable[Read], directory: Directory, judgements: Judgements) -> Iterator[Decision]:
    """What each body among `reads` is, in their order; records of other kinds are passed over.

    Only bodies of the same part are candidates. A body of the directory is given to one body of a list; a second one that fits it as
    well waits for a person. Time for each: independent of the size of the directory, but for words that very many bodies share.
    """
    taken: dict[str, str] = {}
    for read in reads:
        if read.record.kind != "stakeholder":
            continue
        decision = _once(_decide(read, directory, judgements), taken)
        if decision.body is not None:
            taken[decision.body] = subject_of(read)
        yield decision


def finding(decision: Decision) -> Finding | None:
    """The decision in the words of a report; None for a new body."""
    if decision.verdict == "new":
        return None
    name = str(decision.read.record.fields.get("name", decision.read.record.id))
    why = {one.body: "; ".join(reason.text for reason in one.reasons) for one in decision.candidates}
    if decision.verdict == "same":
        return Finding("matched", "note", decision.read.place, f"{name} is {decision.body}: {why[str(decision.body)]}", value=name)
    text = " or ".join(f"{body} ({reasons})" for body, reasons in why.items())
    todo = "judge it: the same, or not the same; until then it waits and is not loaded beside the other"
    return Finding("unsure-match", "warning", decision.read.place, f"{name} may be {text}", todo, name)


def _once(decision: Decision, taken: dict[str, str]) -> Decision:
    """The decision, or unsure where another body of the list has been taken for the same one."""
    other = taken.get(decision.body or "")
    judged = any(reason.word == "judged" for candidate in decision.candidates for reason in candidate.reasons)
    if other is None or judged or other == subject_of(decision.read):
        return decision
    first = decision.candidates[0]
    reason = Reason("taken", f"another body of the list ({other}) is it already")
    again = Candidate(first.body, min(first.score, 0.9), (*first.reasons, reason))
    return Decision(decision.read, "unsure", (again,))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A body that was read, made ready for comparison."""

    id: str
    country: str
    fields: Any
    names: tuple[Name, ...]
    reached: Contacts


def _asked(read: Read) -> _Asked:
    fields = read.record.fields
    texts = [fields.get("name"), fields.get("name_local"), *(value for scheme, value in read.keys if scheme == "name")]
    names = dict.fromkeys(name for text in texts if text for name in variants(str(text)))
    return _Asked(read.record.id, read.record.part, fields, tuple(names), contacts(fields.get("contacts", ()), read.record.part))


def _decide(read: Read, directory: Directory, judgements: Judgements) -> Decision:
    judged = judgements.of(subject_of(read))
    same = next((body for body, verdict in judged.items() if verdict == "same" and directory.stakeholder(body)), None)
    if same is not None:
        return Decision(read, "same", (Candidate(same, 1.0, (Reason("judged", "somebody has judged so"),)),))
    part = directory.part(read.record.part)
    if part is None:
        return Decision(read, "new")
    asked, index = _asked(read), index_of(part)
    by_identifier = {body for body in judgements.known(read.keys) if body in index.known}
    near = dict.fromkeys((*by_identifier, *((asked.id,) if asked.id in index.known else ()), *index.near(asked.names, asked.reached)))
    weighed = [_weigh(asked, index.known[body], index, body in by_identifier) for body in near if judged.get(body) != "different"]
    return _settle(read, [one for one in weighed if one is not None])


def _settle(read: Read, weighed: list[tuple[Candidate, bool]]) -> Decision:
    """One certain candidate is the same; more than one, or none but some that may be, is for a person."""
    certain = [candidate for candidate, is_certain in weighed if is_certain]
    strongest = [one for one in certain if _is_direct(one)] or certain
    if len(strongest) == 1:
        return Decision(read, "same", (strongest[0],))
    may_be = sorted((candidate for candidate, _ in weighed), key=lambda one: (-one.score, one.body))[:SHOWN]
    return Decision(read, "unsure" if may_be else "new", tuple(may_be))


def _is_direct(candidate: Candidate) -> bool:
    return any(reason.word in ("identifier", "id") for reason in candidate.reasons)


def _weigh(asked: _Asked, known: Known, index: Index, by_identifier: bool) -> tuple[Candidate, bool] | None:
    """A candidate with its reasons, and whether it is certain; None where nothing speaks for it."""
    name = best(asked.names, known.names, asked.country)
    shared = list(_shared(asked.reached, known.contacts, index))
    against = list(_against(asked, known))
    direct = [Reason("identifier", "an identifier is the same as at an earlier import")] if by_identifier else []
    if asked.id == known.body.id and name.score >= ALIKE:
        direct.append(Reason("id", "the id is the same"))
    score = _score(name, shared, bool(direct))
    if not _may_be(score, name, shared, asked.id == known.body.id):
        return None
    own = [reason for reason in shared if reason.word != "host"]
    named = [Reason("name", f"{name.way} ({name.score:.2f})")] if name.score > 0.3 else [Reason("other-name", "the names differ")]
    reasons = (*direct, *shared, *named, *against)
    certain = not against and (
        (bool(direct) and (name.score >= 0.5 or bool(own)))
        or (bool(own) and name.score >= CLOSE)
        or (bool(shared) and name.exact)
        or (name.exact and _is_telling(name, asked) and _same_place(asked, known))
    )
    return Candidate(known.body.id, round(1.0 if certain else min(score, 0.95), 2), reasons), certain


def _may_be(score: float, name: Likeness, shared: list[Reason], same_id: bool) -> bool:
    own = any(reason.word != "host" for reason in shared)
    return same_id or own or name.score >= ALIKE or (bool(shared) and name.score >= 0.4) or score >= ALIKE


def _score(name: Likeness, shared: list[Reason], direct: bool) -> float:
    """How sure, as the chance that not all reasons are by accident; for order, not for truth."""
    doubt = 1.0 - 0.9 * name.score
    for reason in shared:
        doubt *= 0.7 if reason.word == "host" else 0.5
    return 1.0 - doubt * (0.2 if direct else 1.0)


def _shared(one: Contacts, other: Contacts, index: Index) -> Iterator[Reason]:
    """What two bodies are both reached by and few others are."""
    for key in sorted({*contact_keys(one)} & {*contact_keys(other)}):
        word, _, value = key.partition(" ")
        if len(index.by_contact(key)) <= SHARED:
            said = {"phone": "phone number", "email": "e-mail address", "host": "web address"}[word]
            yield Reason(word, f"the {said} {value} is the same")


def _against(asked: _Asked, known: Known) -> Iterator[Reason]:
    """What speaks against two bodies being one, whatever else is the same."""
    scope = asked.fields.get("scope", "single")
    if scope != known.body.scope:
        yield Reason("class", "one is a class of bodies, the other one body")
    if not _places_meet(asked.fields.get("territory") or (), known.body.territory):
        yield Reason("place", "they work in different places")
    here, there = (str(place.get("city") or "") for place in (asked.fields, known.body.shown))
    if here and there and _place_sound(here) != _place_sound(there):
        yield Reason("place", "they are in different cities")
    mine, theirs = asked.reached.hosts, known.contacts.hosts
    if mine and theirs and not mine & theirs and not asked.reached.phones & known.contacts.phones:
        yield Reason("other-host", "their web addresses differ")
    if bool(asked.fields.get("valid_to")) != bool(known.body.valid_to):
        yield Reason("ended", "one of them has ended")


def _place_sound(city: str) -> str:
    return sound("".join(tokens(city)))


def _places_meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of the territories lies within one of the others; so too where one side names none."""
    left, right = [p for p in some if territories.is_territory(p)], [p for p in others if territories.is_territory(p)]
    return not left or not right or any(territories.within(a, b) or territories.within(b, a) for a in left for b in right)


def _same_place(asked: _Asked, known: Known) -> bool:
    """Whether two bodies work in the very same place: then the same name is enough."""
    return set(asked.fields.get("territory") or ()) == set(known.body.territory)


def _is_telling(name: Likeness, asked: _Asked) -> bool:
    """Whether the names carry enough to be nobody else's by accident: two words, or a long one."""
    return name.score >= 1.0 and any(len(one.words) >= 2 or len(one.whole) >= 8 for one in asked.names)
