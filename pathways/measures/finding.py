"""Who could take a step, for all profiles of a space at once: `eligibility.judge` and `planner.slots.Finder.search` over sets.

What is found equals what the planner finds for each profile (held by a test); only the choice among the takers is not made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pathways import territories
from pathways.directory import Part
from pathways.measures.diagrams import ProfileSet
from pathways.measures.space import Space
from pathways.measures.truths import Truths
from pathways.model import Mandate, Requirement
from pathways.planner.rules import ACCOMMODATION, FunctionRule
from pathways.planner.slots import FOR_CHILDREN, GROWN

_IDENTIFYING = ("preliminary-identification", "formal-identification", "reflection-period")
"""The functions for which a law may name the police as the authority."""

AUTHORITY = "authority-is-police"
"""What is noted where the police acts as that authority: its own reflection decision goes with it."""


@dataclass(frozen=True, slots=True)
class Fits:
    """Whom a mandate serves or may serve (`some`), and whom for certain (`sure`)."""

    some: ProfileSet
    sure: ProfileSet


@dataclass(slots=True)
class Found:
    """What a search came to: the takers, each with the profiles whose step it could take, and for whom there is any."""

    takers: list[tuple[Mandate, ProfileSet]]
    anybody: ProfileSet
    certain: ProfileSet
    """For whom somebody takes it for certain."""
    police: ProfileSet
    """For whom the police or prosecution takes it as the authority that the law names."""
    kept_out: ProfileSet
    """For whom law enforcement could take it, and is kept out for want of her consent."""


@dataclass(slots=True)
class Performed:
    """What the steps so far have performed, and for whom."""

    by_function: dict[str, ProfileSet] = field(default_factory=dict)

    def add(self, function: str, profiles: ProfileSet) -> None:
        """A function has been performed for some."""
        known = self.by_function.get(function)
        self.by_function[function] = profiles if known is None else known | profiles


class Finding:
    """Finds the bodies of one country for a function, for every profile of its space."""

    def __init__(self, truths: Truths, performed: Performed, on: date, unnamed: frozenset[str], closed: frozenset[str]) -> None:
        self.truths, self.performed, self.on = truths, performed, on
        self.space: Space = truths.space
        self.part: Part = self.space.part
        self.out = unnamed | closed
        self._places: dict[tuple[str, ...], tuple[ProfileSet, ProfileSet]] = {}
        self._abroad: dict[frozenset[str], ProfileSet] = {}

    @property
    def none(self) -> ProfileSet:
        """Nobody."""
        return self.space.universe.none

    # one mandate --------------------------------------------------------------------------------------------------------------------

    def fits(self, mandate: Mandate, consents: Sequence[str] = (), takes: bool = False, among: ProfileSet | None = None) -> Fits:
        """For whom of some a mandate serves, as `eligibility.judge` has it: not blocked, and for whom for certain."""
        body = self.part.stakeholders[mandate.holder]
        if not mandate.in_force(self.on) or not body.in_force(self.on) or body.id in self.out:
            return Fits(self.none, self.none)
        reached, partly = self.place(mandate.territory)
        serves = self.truths.split(mandate.serves)
        some = (reached | partly) - serves.fails
        if among is not None:
            some &= among
        if mandate.excludes is not None:
            some -= self.truths.split(mandate.excludes).holds
        if mandate.excluded_destinations:
            some -= self._excluded(mandate.excluded_destinations)
        certain = mandate.operational and body.operational and not mandate.partial
        sure = some & serves.holds & reached if certain else self.none
        for word in mandate.requires:
            if not some:
                break
            met, missing = self._met(self.part.requirements[word], consents, takes)
            some -= missing
            sure &= met
        return Fits(some, sure & some)

    def place(self, named: tuple[str, ...]) -> tuple[ProfileSet, ProfileSet]:
        """The profiles whose place some territories cover, and those of whom they cover a part or whose place is not known."""
        if named not in self._places:
            dimension, level, where = self.space["region"], self.space.level["region"], self.space.universe.where
            regions = [dimension.members(index)[0].says.get("region") for index in range(len(dimension.classes))]
            truths = [territories.covers(named, self.part.code, region) for region in regions]
            reached, partly = ([index for index, truth in enumerate(truths) if truth is wanted] for wanted in (True, None))
            self._places[named] = where(level, reached), where(level, partly)
        return self._places[named]

    def _excluded(self, countries: frozenset[str]) -> ProfileSet:
        """Whoever wishes to return to one of some countries."""
        if countries not in self._abroad:
            there = self.space["destination"].of(lambda value: value.says.get("destination") in countries)
            self._abroad[countries] = self.space.universe.where(self.space.level["destination"], there)
        return self._abroad[countries] & self.truths.is_("wishes", "return")

    def consent(self, name: str) -> tuple[ProfileSet, ProfileSet]:
        """Who agrees and who refuses: of a child it is not asked (guardian and best interests stand for it)."""
        child = self.truths.is_("is_child", True)
        return self.truths.is_(f"consent.{name}", True) | child, self.truths.is_(f"consent.{name}", False) - child

    def _met(self, requirement: Requirement, consents: Sequence[str], takes: bool) -> tuple[ProfileSet, ProfileSet]:
        """For whom a requirement is met, and for whom it is missing; for the others it is conditional."""
        everybody = self.space.universe.all
        if requirement.housed:
            return everybody, self.none
        if requirement.consent:
            missing = self.none
            for name in consents:
                given, refused = self.consent(name)
                missing |= ~given if takes else refused
            return ~missing, missing
        met = self.space.universe.union(self.performed.by_function.get(function, self.none) for function in requirement.met_by)
        fails = everybody
        if requirement.meets is not None:
            split = self.truths.split(requirement.meets)
            met |= split.holds
            fails = split.fails
        return met, self.none if requirement.or_else else fails - met

    # a function ---------------------------------------------------------------------------------------------------------------------

    def search(self, rule: FunctionRule, among: ProfileSet, mandates: Iterable[Mandate] | None = None) -> Found:
        """Who could take a function for some profiles, by role: whoever decides, else delivers, else what the function's rule accepts."""
        held = self.part.performs.get(rule.name, ()) if mandates is None else mandates
        free: list[tuple[Mandate, Fits]] = []
        kept: list[tuple[Mandate, Fits]] = []
        for mandate in held:
            fits = self.fits(mandate, rule.consent, rule.takes, among)
            if not fits.some:
                continue
            if mandate.law_enforcement:
                may = self.police_may(mandate)
                if outside := fits.some - may:
                    kept.append((mandate, Fits(outside, fits.sure - may)))
                fits = Fits(fits.some & may, fits.sure & may)
            free.append((mandate, fits))
        takers = self._places_for_children(rule, free, self._in_role(rule, free))
        anybody = self.space.universe.union(profiles for _, profiles in takers)
        sure = {mandate.id: fits.sure for mandate, fits in free}
        certain = self.space.universe.union(profiles & sure[mandate.id] for mandate, profiles in takers)
        kept_out = self.space.universe.union(fits.some for _, fits in kept)
        police = self.none
        if kept and rule.name in _IDENTIFYING:
            authority = self._authority(rule, kept, anybody - self._weak(rule, free, takers))
            police = self.space.universe.union(profiles for _, profiles in authority)
            takers = [(mandate, profiles - police) for mandate, profiles in takers] + authority
        return Found([t for t in takers if t[1]], anybody | police, certain - police, police, kept_out)

    def _in_role(self, rule: FunctionRule, fitting: Sequence[tuple[Mandate, Fits]]) -> list[tuple[Mandate, ProfileSet]]:
        """The takers in the role that counts: the first in which somebody serves for certain, else the first at all; what a body offers to
        everybody it does not keep for those whom it houses."""
        roles = self._roles(rule, fitting)
        found = []
        for role, inside in roles.items():
            group = [(mandate, fits.some & inside) for mandate, fits in fitting if mandate.role == role]
            for mandate, profiles in group:
                open_ = [p for m, p in group if self._is_housed(mandate) and m.holder == mandate.holder and not self._is_housed(m)]
                found.append((mandate, profiles - self.space.universe.union(open_)))
        return found

    def _roles(self, rule: FunctionRule, fitting: Sequence[tuple[Mandate, Fits]]) -> Mapping[str, ProfileSet]:
        """For whom each role is the one that counts."""
        union = self.space.universe.union
        some = {role: union(f.some for m, f in fitting if m.role == role) for role in dict.fromkeys(rule.roles)}
        sure = {role: union(f.sure for m, f in fitting if m.role == role) for role in some}
        certain = union(sure.values())
        before_sure, before_some = self.none, self.none
        found = {}
        for role, able in some.items():
            found[role] = (sure[role] - before_sure) | (able - before_some - certain)
            before_sure |= sure[role]
            before_some |= able
        return found

    def _places_for_children(
        self, rule: FunctionRule, free: Sequence[tuple[Mandate, Fits]], takers: list[tuple[Mandate, ProfileSet]]
    ) -> list[tuple[Mandate, ProfileSet]]:
        """A place to live that is certain, and for a child one for children, before others."""
        if rule.name not in ACCOMMODATION:
            return takers
        sure = {mandate.id: fits.sure for mandate, fits in free}
        good = [profiles & sure[mandate.id] - self.not_for_children(mandate) for mandate, profiles in takers]
        served = self.space.universe.union(good)
        return [(mandate, first | (profiles - served)) for (mandate, profiles), first in zip(takers, good, strict=True)]

    def not_for_children(self, mandate: Mandate) -> ProfileSet:
        """The children for whom a body is not there in particular, where that counts (`not-child-only` of the planner's cost)."""
        child = self.truths.is_("is_child", True)
        if mandate.function not in FOR_CHILDREN:
            return self.none
        if all(atom.fact != "is_child" for atom in mandate.serves.atoms()):
            return child
        return child - self.truths.supposing(mandate.serves, GROWN).fails

    def _is_housed(self, mandate: Mandate) -> bool:
        return mandate.function not in ACCOMMODATION and any(self.part.requirements[word].housed for word in mandate.requires)

    def _weak(self, rule: FunctionRule, free: Sequence[tuple[Mandate, Fits]], takers: Sequence[tuple[Mandate, ProfileSet]]) -> ProfileSet:
        """For whom nobody decides or delivers, and nobody else takes it for certain."""
        sure = {mandate.id: fits.sure for mandate, fits in free}
        union = self.space.universe.union
        firm = union(p & sure[m.id] for m, p in takers)
        low = union(p for m, p in takers if m.role not in rule.roles[:2])
        return low - firm

    def police_may(self, mandate: Mandate) -> ProfileSet:
        """For whom a body may act as law enforcement (`Finder.police_may`)."""
        danger = self._in_danger(mandate)
        alone = self.truths.is_("guardian_needed", True) - self.truths.is_("guardian_appointed", True)
        agreed = self.space.universe.all if mandate.duty else self.truths.is_("consent.police", True)
        return danger | (agreed - alone)

    def _in_danger(self, mandate: Mandate) -> ProfileSet:
        return self.truths.is_("risk", "immediate-danger") if mandate.function == "police-protection" else self.none

    def _authority(self, rule: FunctionRule, kept: Sequence[tuple[Mandate, Fits]], firm: ProfileSet) -> list[tuple[Mandate, ProfileSet]]:
        """The police or prosecution as the identifying authority, where no other way is open and she agrees to be identified."""
        if rule.name == "reflection-period":
            agreed = self.performed.by_function.get(AUTHORITY, self.none)
            able = [(mandate, (fits.some & agreed) - firm) for mandate, fits in kept]
        else:
            agreed = self.consent("formal_identification")[0]
            able = [(m, (fits.some & agreed & self.truths.split(m.serves).holds) - firm) for m, fits in kept]
        deciding = self.space.universe.union(profiles for mandate, profiles in able if mandate.role == "decide")
        return [(m, p if m.role == "decide" else p - deciding) for m, p in able if m.role in ("decide", "deliver")]
