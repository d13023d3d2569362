"""A step in the contract's words: who, with whom, by when, with whose consent, because of what, and what to be warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pathways import calendar, territories, vocabulary
from pathways.conditions import Atom
from pathways.directory import Directory
from pathways.eligibility import Case
from pathways.model import Deadline, Link, Stakeholder
from pathways.planner.consequences import consequences_of
from pathways.planner.cost import Ties
from pathways.planner.mechanism import LANES
from pathways.planner.phrases import Phrase, Several, Word, country_word, value_word
from pathways.planner.prepared import Json, OfMandate, Prepared, binding, prepared, shown_name, warning
from pathways.planner.rules import rules
from pathways.planner.slots import Candidate, Slot
from pathways.visibility import Viewer, body_summary, contact_of, is_seen, seen_ids

STALE_AFTER = 3
"""Years after which a statement says that it is old."""


@dataclass(slots=True)
class Writing:
    """What all steps of one answer share."""

    directory: Directory
    viewer: Viewer
    on: date
    start: date
    dated: Mapping[str, date]
    """The decisions whose day is known."""
    ties: Ties
    sources: set[str] = field(default_factory=set)
    prepared: Prepared = field(init=False)
    _bodies: dict[tuple[str, int], Json] = field(default_factory=dict)
    """The bodies of this answer as they stand in it, by their id and the case that they are seen from."""

    def __post_init__(self) -> None:
        self.prepared = prepared(self.directory, self.viewer)

    def mandate(self, chosen: Candidate) -> OfMandate:
        """What a mandate says by itself."""
        return self.prepared.mandate(self.directory, self.viewer, chosen.mandate, chosen.body)

    def cite(self, ids: Sequence[str]) -> list[str]:
        """Some source ids, noted for the answer's list."""
        self.sources.update(ids)
        return list(dict.fromkeys(ids))

    def name(self, body: Stakeholder) -> str:
        """The name of a body for texts; of one that may not be named, that of who admits to it."""
        return shown_name(self.directory, self.viewer, body)

    def body(self, candidate: Candidate) -> Json:
        """A body as it stands in a step, with the instance to look for and how it is reached; not to be changed, steps share it."""
        key = (candidate.body.id, id(candidate.case))
        found = self._bodies.get(key)
        if found is None:
            found = self._bodies[key] = body_summary(self.directory, candidate.body, self.viewer)
            found["instance"] = instance(candidate)
            found["contact"] = self.contact(candidate.body, candidate.case)
        for point in found["contact"].get("points", ()):
            self.sources.update(point["sources"])
        return found

    def told(self, candidate: Candidate) -> Candidate:
        """A candidate whose mandate says only what the viewer may be told of it."""
        mandate = self.prepared.told(self.viewer, candidate.mandate, candidate.body)
        return candidate if mandate is candidate.mandate else replace(candidate, mandate=mandate)

    def contact(self, body: Stakeholder, case: Case) -> Json:
        """How a body is reached in a case, with its sources noted."""
        found = contact_of(self.directory, body, self.viewer, case.region, self.on, case.facts.facts)
        for point in found.get("points", ()):
            self.sources.update(point["sources"])
        return found


def instance(candidate: Candidate) -> str | None:
    """Which body of a class to look for: the one of the region, the municipality, the nationality …; None for a single body."""
    by = candidate.body.instance_by
    if candidate.body.scope != "class" or by is None:
        return None
    region, way = candidate.case.region, Word("instance_by", by)
    if by in ("nationality", "country"):
        codes = sorted(candidate.case.facts.facts.get("nationality", ()))
        names = Several(country_word(code, territories.name(code)) for code in codes)
        return Phrase("by %(way)s: %(which)s", way=way, which=names) if codes else Phrase("by %(way)s", way=way)
    if not region:
        return Phrase("by %(way)s", way=way)
    place = f"{territories.name(region)} ({region})"
    if by in ("region", "province", "county", "prefecture-or-province", "district-or-oblast"):
        return Phrase("by %(way)s: %(which)s", way=way, which=place)
    return Phrase("by %(way)s, in %(place)s", way=way, place=place)


def step(writing: Writing, slot: Slot, chosen: Candidate, order: int, deadlines: Sequence[Deadline]) -> Json:
    """One step of the answer, all but its handover, which depends on what went before."""
    national = writing.directory.parts[chosen.body.country].country.consequences
    consequences = consequences_of(slot, chosen, national, writing.on.year - STALE_AFTER)
    for consequence in consequences:
        writing.cite(consequence["sources"])
    beside = [c for c in slot.others if not c.mandate.law_enforcement or slot.case.facts.facts.get("consent.police") is True]
    stage, mandate, stakeholder = slot.stage, chosen.mandate, writing.body(chosen)
    return {
        "order": order,
        "stage": stage.id,
        "stage_title": stage.title,
        "canonical_stage": slot.canonical or stage.canonical,
        "phase": _phase(slot),
        "country": chosen.body.country,
        "track": "main" if slot.lane == 0 else "parallel",
        "lane": LANES[slot.lane] if slot.lane else "main",
        "function": mandate.function,
        "role": mandate.role,
        "ground": mandate.ground,
        "stakeholder": stakeholder,
        "with": [
            {"role": c.mandate.role, "stakeholder": body_summary(writing.directory, c.body, writing.viewer)}
            for c in beside[:4]
            if is_seen(c.body, writing.viewer)
        ],
        "handover": None,
        "alternatives": _alternatives(writing, slot, chosen),
        "happened": slot.happened,
        "needs_consent": _consents(slot, chosen),
        "deadlines": [_deadline(writing, slot, deadline) for deadline in deadlines],
        "because": _because(writing, slot, chosen),
        "warnings": [*_warnings(writing, slot, chosen, stakeholder["instance"]), *consequences],
    }


def _phase(slot: Slot) -> str:
    return rules().canonical[slot.stage.canonical].phase if not slot.leg else "post-return" if slot.function in _POST else "transnational"


_POST = ("reception-on-arrival", "post-return-monitoring")


def _because(writing: Writing, slot: Slot, chosen: Candidate) -> list[Json]:
    """The rules that a step rests on: the mandate, the stage, and the binding rule where one owes it."""
    of_stage = writing.prepared.stage(slot.stage)
    writing.sources.update(chosen.mandate.sources, slot.stage.sources)
    found = [writing.mandate(chosen).because]
    if of_stage.because is not None:
        found.append(of_stage.because)
    return [*found, *map(binding, slot.rules)]


def _consents(slot: Slot, chosen: Candidate) -> list[str]:
    if not slot.case.adult_consent or slot.happened:
        return []
    named = list(slot.consents)
    if chosen.mandate.law_enforcement and "police" not in named and chosen.exception is None:
        named.append("police")
    return list(dict.fromkeys(named))


def handover(writing: Writing, slot: Slot, chosen: Candidate, met: Sequence[str], previous: str | None) -> Json | None:
    """From whom she comes to this body, and on what basis; None where the body is the one she is already with.

    `met` are the bodies met before the step, `previous` the last one on its lane.
    """
    if slot.entry or previous == chosen.body.id:
        return None
    found: Json = {"from": None, "basis": None, "cross_border": False, "disclosure": slot.disclosure}
    origin, link = _link(writing, met, chosen)
    if link is not None:
        found |= {"from": origin, "basis": link.basis, "sources": writing.cite(link.sources)}
    elif chosen.body.id in met:
        found |= {"from": previous, "basis": "practice"}
    elif chosen.based:
        found |= {"from": previous, "basis": "law" if slot.stage.legal_basis else "practice", "sources": writing.cite(slot.stage.sources)}
    else:
        kin = next((other for other in reversed(met) if writing.ties.bind(other, chosen.body.id)), None)
        found |= {"from": kin or previous, "basis": "practice" if kin else None}
    sender = writing.directory.stakeholder(found["from"]) if found["from"] else None
    if sender is not None and not is_seen(sender, writing.viewer):
        found["from"] = None
    found["cross_border"] = bool(sender and sender.country != chosen.body.country)
    return found


def _link(writing: Writing, met: Sequence[str], chosen: Candidate) -> tuple[str | None, Link | None]:
    """The stated referral that brings her here, the nearest first; one for this function before one for another of its group."""
    stated = writing.directory.links_to(chosen.body.id)
    if not stated:
        return None, None
    groups = vocabulary.function_groups()
    group = groups[chosen.mandate.function]
    best: tuple[str | None, Link | None] = (None, None)
    for other in reversed(met):
        for link in stated.get(other, ()):
            if not link.in_force(writing.on):
                continue
            if chosen.mandate.function in link.functions:
                return other, link
            if best[1] is None and group in {groups[function] for function in link.functions}:
                best = (other, link)
    return best


def _alternatives(writing: Writing, slot: Slot, chosen: Candidate) -> list[Json]:
    """Up to three other bodies that could take the step, the best first, each with what it costs against the chosen one."""
    others: dict[str, Candidate] = {}
    for candidate in sorted(slot.candidates, key=_standing) if len(slot.candidates) > 1 else ():
        if candidate.body.id != chosen.body.id and is_seen(candidate.body, writing.viewer):
            others.setdefault(candidate.body.id, candidate)
    shown = sorted(others.values(), key=lambda c: (not c.sure, not c.based, c.misfit, c.distance, c.doubt, c.mandate.id))[:3]
    found = []
    for candidate in shown:
        writing.cite(candidate.mandate.sources)
        found.append(
            {
                "stakeholder": writing.body(candidate),
                "function": candidate.mandate.function,
                "trade_off": _trade_off(chosen, candidate),
            }
        )
    return found


def _standing(candidate: Candidate) -> tuple[Any, ...]:
    return (not candidate.sure, candidate.misfit, candidate.distance, candidate.doubt, candidate.mandate.id)


_WORDS = (
    (Phrase("a place for children"), Phrase("not for children in particular")),
    (Phrase("nearer to the mechanism's lead"), Phrase("further from the mechanism's lead")),
    (Phrase("specialised in trafficking"), Phrase("less specialised in trafficking")),
    (Phrase("for this kind of exploitation"), Phrase("not for this kind of exploitation in particular")),
    (Phrase("for this group"), Phrase("not for this group in particular")),
    (Phrase("in a language of hers"), Phrase("language not confirmed")),
    (Phrase("a named body"), Phrase("a class of bodies: look for the one of the place")),
)


def _trade_off(chosen: Candidate, other: Candidate) -> str:
    """What another body gives and costs against the chosen one, in words."""
    words: list[str] = []
    if chosen.sure != other.sure:
        words.append(Phrase("certain to serve") if other.sure else _if(other))
    for (better, worse), mine, its in zip(_WORDS, chosen.misfit, other.misfit, strict=True):
        if mine != its:
            words.append(better if its < mine else worse)
    if chosen.distance != other.distance:
        words.append(Phrase("nearer") if other.distance < chosen.distance else Phrase("further away"))
    if chosen.doubt != other.doubt:
        words.append(Phrase("better or newer evidence") if other.doubt < chosen.doubt else Phrase("weaker or older evidence"))
    return Several(words, "; ") if words else Phrase("one more body to meet")


def _if(candidate: Candidate) -> str:
    """On what an uncertain body depends."""
    facts = candidate.case.facts.facts
    unknown = [atom.fact for atom in candidate.mandate.serves.failing(facts)] if candidate.mandate.serves.evaluate(facts) is None else []
    conditions = [candidate.case.requirements[word].or_else or word for word in candidate.conditional]
    place = [] if territories.covers(candidate.mandate.territory, candidate.case.country, candidate.case.region) else ["region"]
    parts: list[str] = [
        *(_values(candidate, fact) for fact in dict.fromkeys(unknown)),
        *conditions,
        *([Phrase("the place lies in its area")] if place else []),
    ]
    if candidate.mandate.partial:
        parts.append(Phrase("the service exists in this place (it covers only a part of its area)"))
    if not candidate.mandate.operational or not candidate.body.operational:
        parts.append(Phrase("it is still at work (unclear)"))
    if not parts:
        return Phrase("not certain to serve")
    return Phrase("only on this condition: %(conditions)s", conditions=Several(parts, "; "))


def _values(candidate: Candidate, fact: str) -> str:
    return Several((atom_words(atom) for atom in candidate.mandate.serves.atoms() if atom.fact == fact), " and ")


_YES_NO = {
    ("is_child", True): Phrase("under 18"),
    ("is_child", False): Phrase("an adult"),
    ("unaccompanied", True): Phrase("alone"),
    ("unaccompanied", False): Phrase("accompanied"),
    ("detained", True): Phrase("in detention"),
    ("detained", False): Phrase("not in detention"),
    ("recognised_abroad", True): Phrase("recognised by another country"),
    ("lawful_stay", True): Phrase("staying lawfully"),
    ("stay_secured", True): Phrase("with a secured stay"),
}


def atom_words(atom: Atom) -> str:
    """One statement about the case in words: `an adult`, `gender female`, `age 15 or more`."""
    name = Word("facts", atom.fact, atom.fact.replace("consent.", "consent to ").replace("_", " ").replace("age years", "age"))
    if atom.at_least is not None:
        return Phrase("%(fact)s %(number)s or more", fact=name, number=str(atom.at_least))
    if atom.at_most is not None:
        return Phrase("%(fact)s %(number)s or less", fact=name, number=str(atom.at_most))
    if len(atom.values) == 1 and (atom.fact, next(iter(atom.values))) in _YES_NO:
        return _YES_NO[atom.fact, next(iter(atom.values))]
    if atom.values == {True}:
        return name
    if atom.values == {False}:
        return Phrase("not %(fact)s", fact=name)
    values = Several((value_word(atom.fact, value) for value in sorted(str(value) for value in atom.values)), " or ")
    return Phrase("%(fact)s %(values)s", fact=name, values=values)


def _deadline(writing: Writing, slot: Slot, deadline: Deadline) -> Json:
    """A deadline with the date on which it falls, where its clock has started: with the case, or with a decision whose day is known."""
    country, region = slot.case.country, slot.case.region
    begun = writing.start if deadline.event == "case" else writing.dated.get(deadline.event)
    falls = calendar.add(begun, deadline.duration, deadline.calendar == "working", country, region) if begun else None
    return {
        "duration": deadline.duration,
        "calendar": deadline.calendar,
        "bound": deadline.bound,
        "from": deadline.start or None,
        "what": deadline.what,
        "silence": deadline.silence,
        "date": falls.isoformat() if falls else None,
        "counted_from": begun.isoformat() if begun else None,
        "legal_basis": deadline.legal_basis or slot.stage.legal_basis or None,
        "evidence": deadline.evidence,
        "for": seen_ids(writing.directory, deadline.by, writing.viewer),
        "sources": writing.cite(deadline.sources),
    }


def _warnings(writing: Writing, slot: Slot, chosen: Candidate, which: str | None) -> list[Json]:
    """What to know before the contact, `which` body of a class included; the law stands with a step that is taken without consent to the
    police."""
    mandate, body = chosen.mandate, chosen.body
    found: list[Json] = []
    if chosen.exception == "authority-is-police":
        basis = mandate.legal_basis or slot.stage.legal_basis or Phrase("the country's procedure")
        text = Phrase(
            "The law names this authority to identify (%(basis)s); it is or works with law enforcement, and no other identifying way is "
            "open. %(decides)s",
            basis=basis,
            decides=Phrase("The person decides whether to go.")
            if slot.case.adult_consent
            else Phrase("The guardian decides with the child whether to go."),
        )
        found.append(warning("authority-is-police", text))
    if chosen.exception == "duty-to-report" or (mandate.duty and not slot.happened):
        text = Phrase(
            "This body must report or act whatever the person wishes: %(duty)s. Say so before the contact.",
            duty=mandate.duty or mandate.legal_basis,
        )
        found.append(warning("duty-to-report", text))
    if slot.happened and (mandate.law_enforcement or mandate.duty):
        text = (
            Phrase("This contact has already happened; it is law enforcement or reports to it. It has a duty: %(duty)s.", duty=mandate.duty)
            if mandate.duty
            else Phrase("This contact has already happened; it is law enforcement or reports to it.")
        )
        found.append(warning("duty-to-report" if mandate.duty else "authority-is-police", text))
    if chosen.exception == "danger-to-life":
        text = Phrase("Life is in danger: protection may be called without consent; say so first where that is possible.")
        found.append(warning("danger-to-life", text))
    known = writing.mandate(chosen)
    found += known.demands
    if not chosen.sure:
        text = Phrase("%(body)s serves %(condition)s.", body=writing.name(body), condition=_if(chosen))
        found.append(warning("conditional", text))
    found += writing.prepared.stage(slot.stage).evidence
    found += known.evidence
    if known.newest is not None and writing.on.year - known.newest > STALE_AFTER and mandate.evidence != "stale":
        text = Phrase("What is known of this is of %(year)s: ask whether it still holds.", year=str(known.newest))
        found.append(warning("stale", text))
    found += known.at_work
    if body.scope == "class":
        text = Phrase("One body a place: look for the one %(which)s.", which=which or Phrase("of the place"))
        found.append(warning("class-of-bodies", text))
    found += known.place
    if slot.leg and slot.disclosure in ("D2", "D3", "C0"):
        text = Phrase(
            "Told across the border at most at level %(level)s, to this body, for this purpose, with written consent (of a child: its "
            "guardian's).",
            level=slot.disclosure,
        )
        found.append(warning("cross-border", text))
    return found
