"""The steps of a path as a person reads them: what one body does in one go is one contact, with all that is to be known before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import format_date, gettext, ngettext

from api.answering.reach import Body, body
from api.answering.said import Text, filled, joined, labelled, name, own, said, words
from pathways import vocabulary

Json = Mapping[str, Any]

_BEFORE = frozenset(
    {"danger-to-life", "duty-to-report", "authority-is-police", "needs-cooperation", "adult-place", *vocabulary.words("consequences")}
)
"""The warnings of a contact that has consequences: they stand before its number."""
_DOUBTS = frozenset({"stale", "unverified", "inferred", "conflicting"})
"""Warnings of how sure something is: they stand with its sources."""
_ELSEWHERE = frozenset({"class-of-bodies", "cross-border"})
"""Warnings that the page says in another place: which body to look for, and what may be told."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the page has to know of the case to say it rightly."""

    consent: Mapping[str, bool | None]
    is_child: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline: its day where the clock runs, how long, from what, and who says so."""

    day: str
    length: str
    what: Text
    start: Text
    silence: str
    law: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so, and when."""

    title: Text
    publisher: Text
    year: str
    url: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that a step rests on."""

    text: Text
    law: Text
    year: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Another body that could take a step, and what it gives and costs."""

    body: Body
    trade_off: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a body does."""

    order: int
    name: str
    stage: Text
    consents: tuple[str, ...]
    """Sentences: what to ask, and what has been agreed to."""
    deadlines: tuple[Deadline, ...]
    notes: tuple[Text, ...]
    doubts: tuple[Text, ...]
    """Why it may not be as it is said here."""
    others: tuple[Other, ...]
    beside: tuple[Text, ...]
    handover: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with one body, and what it does in one go."""

    body: Body
    steps: tuple[Step, ...]
    before: tuple[Text, ...]
    """Its consequences, to be known before the number is called."""
    telling: tuple[str, ...]
    """What may be told; nothing where the rule for every contact is enough."""
    happened: bool
    lane: str

    @property
    def consents(self) -> tuple[str, ...]:
        """What to ask the person before this contact: what its first step needs."""
        return self.steps[0].consents


class Writer:
    """Writes the steps of one answer in the language of the page."""

    def __init__(self, pathway: Json, case: Case) -> None:
        self.pathway, self.case = pathway, case

    def contacts(self, steps: Iterable[Json]) -> list[Contact]:
        """Some steps of a lane as contacts, those of one body together as long as no other comes between."""
        return [self._contact(list(run)) for _, run in groupby(steps, key=_whom)]

    def _contact(self, run: Sequence[Json]) -> Contact:
        first = run[0]
        before = [self._warned(warning) for step in run for warning in step["warnings"] if warning["code"] in _BEFORE]
        return Contact(
            body=body(first["stakeholder"]),
            steps=tuple(self._step(step) for step in run),
            before=tuple(dict.fromkeys(before)),
            telling=self._telling(run),
            happened=bool(first.get("happened")),
            lane=first["lane"],
        )

    def _step(self, step: Json) -> Step:
        notes = [said(w["text"]) for w in step["warnings"] if w["code"] not in _BEFORE | _DOUBTS | _ELSEWHERE]
        doubts = [said(w["text"]) for w in step["warnings"] if w["code"] in _DOUBTS]
        return Step(
            order=step["order"],
            name=labelled("functions", step["function"]),
            stage=own(step["stage_title"]),
            consents=self._consents(step),
            deadlines=tuple(self._deadline(deadline) for deadline in step["deadlines"]),
            notes=tuple(dict.fromkeys(notes)),
            doubts=tuple(dict.fromkeys(doubts)),
            others=tuple(Other(body(other["stakeholder"]), said(other["trade_off"])) for other in step["alternatives"]),
            beside=tuple(
                filled(
                    # For translators: a body that takes part in a step, and its part: “gives an opinion”.
                    gettext("%(body)s: %(role)s"),
                    body=name(other["stakeholder"]["name"]),
                    role=words(labelled("mandate_roles", other["role"])),
                )
                for other in step["with"]
            ),
            handover=self._handover(step),
            reasons=tuple(
                Reason(own(b["text"]), own(b["legal_basis"]), str(b["as_of"] or ""), self.sources(b["sources"])) for b in step["because"]
            ),
        )

    def sources(self, ids: Iterable[str]) -> tuple[Source, ...]:
        """Sources of the answer by their ids."""
        known = self.pathway["sources"]
        return tuple(
            Source(own(known[i]["title"]), own(known[i]["publisher"]), str(known[i]["year"] or ""), known[i]["url"] or "")
            for i in ids
            if i in known
        )

    def _consents(self, step: Json) -> tuple[str, ...]:
        """What to ask of the person before a step, and what she has agreed to or refused."""
        by_state: dict[bool | None, list[str]] = {}
        for consent in step["needs_consent"]:
            by_state.setdefault(self.case.consent.get(consent), []).append(labelled("consents", consent))
        found = []
        if None in by_state:
            found.append(gettext("Ask first whether the person agrees to: %(consents)s.", consents=", ".join(by_state[None])))
        if True in by_state:
            agreed = ", ".join(by_state[True])
            found.append(gettext("The person has agreed to: %(consents)s. Ask again right before; it can be taken back.", consents=agreed))
        if False in by_state:
            refused = ", ".join(by_state[False])
            found.append(gettext("The person has refused: %(consents)s. Without it this step is not taken.", consents=refused))
        return tuple(found)

    def _telling(self, run: Sequence[Json]) -> tuple[str, ...]:
        """What may be told in a contact: across a border the ladder of disclosure, else what the person has agreed to."""
        levels = list(dict.fromkeys(step["handover"]["disclosure"] for step in run if step["handover"] and step["handover"]["disclosure"]))
        if levels:
            of_child = (gettext("For a child the guardian gives the consent."),) if self.case.is_child else ()
            return (*(disclosed(level) for level in levels), *of_child)
        if any(self.case.consent.get(consent) is not True for consent in run[0]["needs_consent"]):
            return (gettext("Until the person agrees, ask only what is offered: no name, and nothing by which the person could be known."),)
        if run[0]["needs_consent"]:
            return (gettext("Tell only what the person has agreed to, and only what this contact needs."),)
        return ()

    def _warned(self, warning: Json) -> Text:
        """A warning; where it is a country's own, with its law, who says so, when, and that it is old."""
        told, cited = said(warning["text"]), self.sources(warning.get("sources", ()))
        if not cited:
            return told
        law = [warning["legal_basis"]] if warning["legal_basis"] else []
        by = own(f"({'; '.join([*law, *(f'{source.publisher} {source.year}'.strip() for source in cited)])})")
        old = [words(labelled("warnings", "stale"))] if warning["stale"] else []
        return joined([told, by, *old], " ")

    def _handover(self, step: Json) -> Text:
        """From whom the person comes, and on what basis."""
        handover = step["handover"]
        if not handover or not handover["from"]:
            return Text()
        origin = next((s["stakeholder"] for s in self.pathway["steps"] if s["stakeholder"]["id"] == handover["from"]), None)
        if origin is None:
            return Text()
        if handover["basis"] is None:
            return filled(
                gettext("Handed over by %(body)s. No basis for this is known: ask by telephone first."), body=name(origin["name"])
            )
        basis = words(labelled("referral_basis", handover["basis"]))
        return filled(gettext("Handed over by %(body)s, on the basis of: %(basis)s."), body=name(origin["name"]), basis=basis)

    def _deadline(self, deadline: Json) -> Deadline:
        bound, length = deadline["bound"], duration(deadline["duration"], deadline["calendar"])
        day = date.fromisoformat(deadline["date"]) if deadline["date"] else None
        start = deadline["from"]
        if deadline.get("counted_from"):
            begun = words(gettext("Counted from %(day)s.", day=format_date(date.fromisoformat(deadline["counted_from"]), "long")))
            started = filled(gettext("Its clock starts with: %(event)s."), event=own(start)) if start else Text()
            start = joined([begun, *([started] if started else [])], " ")
        else:
            start = (
                filled(gettext("Its clock starts with: %(event)s. That day is not known yet."), event=own(start))
                if start
                else words(gettext("What starts its clock is not stated."))
            )
        silence = deadline["silence"]
        return Deadline(
            day=_by(bound, format_date(day, "long")) if day else "",
            length=_length(bound, length),
            what=own(deadline["what"]),
            start=start,
            silence=gettext("No answer in that time counts as granted.")
            if silence == "granted"
            else gettext("No answer in that time counts as refused.")
            if silence == "refused"
            else "",
            law=own(deadline["legal_basis"]),
        )


def _whom(step: Json) -> tuple[Any, ...]:
    told = step["stakeholder"]
    return (told["id"], told.get("via"), told.get("name"), bool(step.get("happened")))


def disclosed(level: str) -> str:
    """What may be told at a level of the ladder of disclosure, and with what consent."""
    return {
        "D0": gettext("Tell nothing about the person: ask only what is offered. No consent is needed for that."),
        "D1": gettext(
            "Tell only the need, without a name: age group, gender, languages, region, days. Ask the person first, and note the answer."
        ),
        "D2": gettext("Tell a case number and the dangers, but no name. Written consent of the person first, for this body."),
        "D3": gettext(
            "Name, health and plan may be told. Written consent of the person first, for this body, this purpose, and until a day that "
            "it names."
        ),
        "C0": gettext("Tell the consulate the nationality only, and no word about exploitation. Written consent of the person first."),
    }[level]


def _by(bound: str, day: str) -> str:
    """What a day means."""
    return {
        "at-most": gettext("By %(day)s at the latest", day=day),
        "at-least": gettext("Not before %(day)s", day=day),
        "target": gettext("Aim: by %(day)s", day=day),
        "validity": gettext("Valid until %(day)s", day=day),
        "observed": gettext("In practice by about %(day)s", day=day),
    }[bound]


def _length(bound: str, length: str) -> str:
    """What a length of time means."""
    return {
        "at-most": gettext("at most %(time)s", time=length),
        "at-least": gettext("at least %(time)s", time=length),
        "target": gettext("aim: %(time)s", time=length),
        "validity": gettext("valid for %(time)s", time=length),
        "observed": gettext("in practice %(time)s", time=length),
    }[bound]


def duration(text: str, calendar: str) -> str:
    """A length of time in the unit of the law, in words; one of another shape as it stands."""
    found = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?", text)
    if found is None or not any(found.groups()):
        return text
    parts = []
    for unit, number in zip(("year", "month", "week", "day", "hour"), found.groups(), strict=True):
        if number is not None:
            parts.append(_amount("working day" if unit == "day" and calendar == "working" else unit, int(number)))
    return ", ".join(parts)


def _amount(unit: str, number: int) -> str:
    match unit:
        case "year":
            return ngettext("%(num)s year", "%(num)s years", number)
        case "month":
            return ngettext("%(num)s month", "%(num)s months", number)
        case "week":
            return ngettext("%(num)s week", "%(num)s weeks", number)
        case "working day":
            return ngettext("%(num)s working day", "%(num)s working days", number)
        case "hour":
            return ngettext("%(num)s hour", "%(num)s hours", number)
    return ngettext("%(num)s day", "%(num)s days", number)
