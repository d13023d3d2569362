"""Cross-border closure (measure 8): for an ordered pair of countries, which stages of a journey home have a named body on each side, and
whether a documented channel joins the two.

Asked for a woman, a man and a child who wish to go home and have agreed to everything: what is missing is missing for everybody. The bodies
are those that the planner's own leg would take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pathways.directory import Directory
from pathways.measures.figures import Figure
from pathways.planner.cases import Cases, known_facts
from pathways.planner.mechanism import placeholder
from pathways.planner.outcome import Route
from pathways.planner.phrases import Phrase, Word
from pathways.planner.route import Router
from pathways.planner.rules import rules
from pathways.planner.slots import Finder
from pathways.planner.transnational import Journey
from pathways.profile import Done, Profile
from pathways.visibility import ANONYMOUS, Viewer, presented
from pathways.vocabulary.labels import label

SIDES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "return-request": (("return-counselling",), ()),
    "return-risk-assessment": (("return-risk-assessment",), ("return-risk-assessment", "transnational-contact-point")),
    "travel-documents": ((), ("consular-assistance", "travel-documents")),
    "reception-confirmation": (
        ("transnational-contact-point", "voluntary-return", "case-management"),
        ("transnational-contact-point", "reception-on-arrival", "reintegration-assistance"),
    ),
    "travel": (("voluntary-return", "transit-assistance"), ("reception-on-arrival", "transit-assistance")),
    "reception": ((), ("reception-on-arrival",)),
    "reintegration": ((), ("reintegration-assistance",)),
    "monitoring": ((), ("post-return-monitoring",)),
    "re-referral": (("transnational-contact-point",), ("case-management", "hotline", "transnational-contact-point")),
}
"""The nine stages of a journey home: the functions of which each side, sending and receiving, needs one; none: it has no part."""

TRAVELLERS = ("woman", "man", "child")
"""For whom a pair is asked."""

_WHOSE = {
    "woman": Phrase("stages of a journey home of a woman with a named body on each side"),
    "man": Phrase("stages of a journey home of a man with a named body on each side"),
    "child": Phrase("stages of a journey home of a child with a named body on each side"),
}

APART = ("return-risk-assessment", "reception", "monitoring")
"""The stages that are counted apart besides."""


@dataclass(frozen=True, slots=True)
class Closure:
    """One ordered pair: for each stage who is there on each side, whether the pair has a live channel, and whether a path closes."""

    origin: str
    destination: str
    traveller: str
    sides: Mapping[str, tuple[tuple[str, ...] | None, tuple[str, ...] | None]]
    """By stage the bodies of the sending and of the receiving side; None: that side has no part."""
    channel: str
    """The state of the pair's own channel: active, unclear, not-documented."""
    stopped: str
    """Why the planner's journey does not go on; empty where it does."""

    @property
    def named(self) -> tuple[str, ...]:
        """The stages with a named body on each side that has a part."""
        return tuple(stage for stage, sides in self.sides.items() if all(side is None or side for side in sides))

    @property
    def closed(self) -> tuple[str, ...]:
        """The stages that have that, and a live channel where two sides have a part."""
        live = self.channel == "active"
        return tuple(stage for stage in self.named if live or None in self.sides[stage])


def closure(directory: Directory, origin: str, destination: str, on: date, traveller: str = "woman", viewer: Viewer = ANONYMOUS) -> Closure:
    """The closure of one ordered pair for one of `TRAVELLERS`; KeyError for a country that the directory does not hold."""
    route, journey = _journey(directory, _traveller(origin, destination, traveller), on, viewer)
    leg, there = journey.run(), journey.finder_there()
    if there is None:
        raise KeyError(destination)
    pair = [c for c in leg.channels if c.scope == "pair"] if leg.corridor and leg.corridor.state == "documented" else []
    channel = "active" if any(c.state == "active" for c in pair) else "unclear" if pair else "not-documented"
    found = {stage: (_bodies(route.finder, here, stage), _bodies(there, away, stage)) for stage, (here, away) in SIDES.items()}
    sides = {stage: (_shown(directory, viewer, here), _shown(directory, viewer, away)) for stage, (here, away) in found.items()}
    return Closure(origin, destination, traveller, sides, channel, leg.stopped)


def _traveller(origin: str, destination: str, who: str) -> Profile:
    child = who == "child"
    agreed = dict.fromkeys(("referral", "formal_identification", "return", "share_data_cross_border"), True)
    return Profile(
        identified_in=origin,
        nationality=(destination,),
        age_group="child" if child else "adult",
        gender={"woman": "female", "man": "male"}.get(who),
        unaccompanied=True if child else None,
        wishes="return",
        destination=destination,
        consent=agreed,
        risks=(),
        done=(Done("guardian-appointed"), Done("best-interests-return")) if child else (),
    )


def _journey(directory: Directory, profile: Profile, on: date, viewer: Viewer) -> tuple[Route, Journey]:
    part = directory.parts[profile.identified_in]
    cases = Cases(directory, profile, on, viewer)
    route = Router(part, cases.here(part, known_facts(profile, part), profile.destination), profile, cases).run()
    return route, Journey(directory, route, profile, cases)


def _bodies(finder: Finder, functions: tuple[str, ...], stage: str) -> tuple[str, ...] | None:
    """The bodies of one side that perform any of some functions for this traveller; None where nothing is asked of that side."""
    if not functions:
        return None
    found: dict[str, None] = {}
    for function in functions:
        takers = finder.search(rules().functions[function], placeholder(finder.part, stage)).takers
        found.update(dict.fromkeys(candidate.body.id for candidate in takers))
    return tuple(found)


def _shown(directory: Directory, viewer: Viewer, bodies: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Bodies as a viewer may know them: one that is not shown by who admits to it."""
    if bodies is None:
        return None
    shown = (presented(directory, body, viewer) for body in bodies)
    return tuple(dict.fromkeys(body.id for body in shown if body))


def matrix(directory: Directory, on: date, traveller: str = "woman", viewer: Viewer = ANONYMOUS) -> Iterator[Closure]:
    """Every ordered pair of the countries of a directory."""
    for origin in directory.parts:
        for destination in directory.parts:
            if origin != destination:
                yield closure(directory, origin, destination, on, traveller, viewer)


def figures(found: Closure) -> list[Figure]:
    """8: the share of the nine stages with a named body on each side; with a live channel as the lower bound; three stages apart."""
    whole, pair = len(SIDES), f"{found.origin}-{found.destination}"
    who = found.traveller
    shares = len(found.named) / whole, len(found.closed) / whole
    upper = 1.0 if found.channel == "not-documented" else shares[0]
    return [
        Figure(
            8,
            f"closure-{who}",
            _WHOSE[who],
            pair,
            shares[0],
            shares[1],
            upper,
            of=Phrase("nine stages"),
            numerator=found.named,
        ),
        *(
            Figure(
                8,
                f"{stage}-{who}",
                Phrase(
                    "%(stage)s has a named body on each side that has a part",
                    stage=Word("canonical_stages", stage, label("canonical_stages", stage)),
                ),
                pair,
                float(stage in found.named),
                float(stage in found.closed),
                1.0,
                of=Phrase("the pair"),
                numerator=_who(found, stage),
            )
            for stage in APART
        ),
    ]


def _who(found: Closure, stage: str) -> tuple[str, ...]:
    return tuple(body for side in found.sides[stage] for body in side or ())
