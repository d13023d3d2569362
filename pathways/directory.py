"""One immutable snapshot of the directory, in parts (a country; the channels between countries), with its indexes.

A part is built once for its content and shared between revisions; whoever answers a request holds one Directory and so one revision.
What is in force on a day is decided on the snapshot, not baked into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from pathways import territories
from pathways.build import Builder
from pathways.model import Channel, Corridor, Country, Gap, Link, Mandate, Requirement, Right, Source, Stage, Stakeholder
from pathways.records import CROSS_BORDER, Record, digest


class Bodies:
    """The bodies of one country as things, with the indexes that a path asks: who performs a function, who belongs to whom.

    It is all that the directory has of a country whose mechanism nobody has researched: its bodies are found, no path is planned there.
    """

    def __init__(self, code: str, records: Iterable[Record], content: str) -> None:
        self.code = code
        self.digest = content
        by_kind: dict[str, list[Record]] = {}
        for record in sorted(records, key=lambda r: r.id):
            by_kind.setdefault(record.kind, []).append(record)
        build = Builder()
        self.sources: dict[str, Source] = {r.id: build.source(r) for r in by_kind.get("source", ())}
        self.requirements: dict[str, Requirement] = {r.fields["word"]: build.requirement(r) for r in by_kind.get("requirement", ())}
        self.stages: tuple[Stage, ...] = tuple(build.stage(r) for r in by_kind.get("stage", ()))
        self.permits: tuple[Right, ...] = tuple(build.permit(r) for r in by_kind.get("permit", ()))
        self.gaps: tuple[Gap, ...] = tuple(build.gap(r) for r in by_kind.get("gap", ()))
        self.questions: tuple[Record, ...] = tuple(by_kind.get("question", ()))
        self.stakeholders = _bodies(build, by_kind)
        self.performs = _by_function(self.stakeholders.values())
        self._at, self._inside = _by_place(self.performs)
        networks = _networks(self.stakeholders.values())
        self.belongs_to = {body: _belongs_to(body, self.stakeholders, networks) for body in self.stakeholders}
        self.known_as = {body.id: frozenset((body.id, body.kind, *self.belongs_to[body.id])) for body in self.stakeholders.values()}
        """The words by which a stage can name a body among its leads and supports: its id, its kind, what it belongs to."""
        self._head(build, by_kind)

    def _head(self, build: Builder, by_kind: Mapping[str, list[Record]]) -> None:
        """What stands above the bodies: here nothing."""

    def performing(self, function: str, region: str | None) -> Sequence[Mandate]:
        """The mandates for a function that cover a region or a part of it, by id; all of them where no region is known."""
        if region is None:
            return self.performs.get(function, ())
        at = self._at.get(function, {})
        places = (*territories.chain(region), *self._inside.get(region, ()))
        found = {mandate.id: mandate for place in places for mandate in at.get(place, ())}
        return [found[name] for name in sorted(found)]

    def stated_gaps(self, function: str) -> Sequence[Gap]:
        """What sources state to be missing of a function: the one rule by which a gap is told as stated, and not as not found."""
        return [gap for gap in self.gaps if function in gap.functions and gap.is_stated]

    @cached_property
    def _links_to(self) -> Mapping[str, tuple[Link, ...]]:
        """The stated referrals that lead to each body."""
        found: dict[str, list[Link]] = {}
        for body in self.stakeholders.values():
            for link in body.links:
                found.setdefault(link.to, []).append(link)
        return {to: tuple(links) for to, links in found.items()}

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        """The bodies that belong to each body."""
        found: dict[str, list[str]] = {}
        for body, above in self.belongs_to.items():
            for name in above:
                found.setdefault(name, []).append(body)
        return {name: tuple(bodies) for name, bodies in found.items()}

    def ties_to(self, body: str) -> dict[str, tuple[Link, ...]]:
        """Who is tied to a body of this part; see `Directory.ties_to`."""
        above = self.belongs_to[body]
        links: dict[str, list[Link]] = {}
        for target in (body, *above):
            for link in self._links_to.get(target, ()):
                for origin in (link.origin, *self._below.get(link.origin, ())):
                    links.setdefault(origin, []).append(link)
        found = {origin: tuple(given) for origin, given in links.items()}
        found.update(dict.fromkeys((*above, *self._below.get(body, ())), ()))
        found.pop(body, None)
        return found

    @cached_property
    def instances(self) -> Mapping[str, tuple[str, ...]]:
        """The bodies that are instances of each class, or belong to one that is."""
        found: dict[str, list[str]] = {}
        for body, above in self.belongs_to.items():
            for name in above:
                if name in self.stakeholders and self.stakeholders[name].scope == "class":
                    found.setdefault(name, []).append(body)
        return {name: tuple(sorted(ids)) for name, ids in found.items()}


class Part(Bodies):
    """A country with its mechanism."""

    country: Country

    def _head(self, build: Builder, by_kind: Mapping[str, list[Record]]) -> None:
        self.country = build.country(by_kind["country"][0])


def _bodies(build: Builder, by_kind: Mapping[str, list[Record]]) -> dict[str, Stakeholder]:
    mandates: dict[str, list[Record]] = {}
    links: dict[str, list[Record]] = {}
    for record in by_kind.get("mandate", ()):
        mandates.setdefault(record.fields["holder"], []).append(record)
    for record in by_kind.get("link", ()):
        links.setdefault(record.fields["origin"], []).append(record)
    return {
        record.id: build.stakeholder(
            record,
            tuple(build.mandate(m, tuple(record.fields["territory"])) for m in mandates.get(record.id, ())),
            tuple(build.link(link) for link in links.get(record.id, ())),
        )
        for record in by_kind.get("stakeholder", ())
    }


def _by_function(bodies: Iterable[Stakeholder]) -> dict[str, tuple[Mandate, ...]]:
    found: dict[str, list[Mandate]] = {}
    for body in bodies:
        for mandate in body.mandates:
            found.setdefault(mandate.function, []).append(mandate)
    return {function: tuple(sorted(held, key=lambda m: m.id)) for function, held in found.items()}


def _by_place(performs: Mapping[str, Sequence[Mandate]]) -> tuple[dict[str, dict[str, list[Mandate]]], dict[str, tuple[str, ...]]]:
    """The mandates for each function by the territories that they name, and the named territories that lie inside each territory."""
    at: dict[str, dict[str, list[Mandate]]] = {}
    for function, mandates in performs.items():
        places = at.setdefault(function, {})
        for mandate in mandates:
            for territory in mandate.territory:
                places.setdefault(territory, []).append(mandate)
    inside: dict[str, list[str]] = {}
    for territory in sorted({territory for places in at.values() for territory in places}):
        for above in territories.chain(territory)[1:]:
            inside.setdefault(above, []).append(territory)
    return at, {above: tuple(inner) for above, inner in inside.items()}


def _networks(bodies: Iterable[Stakeholder]) -> dict[str, list[str]]:
    """The networks that each body is a member of."""
    found: dict[str, list[str]] = {}
    for body in bodies:
        for member in body.members:
            found.setdefault(member, []).append(body.id)
    return found


def _belongs_to(body: str, bodies: Mapping[str, Stakeholder], networks: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Parents, operator, class and networks of a body, and what those belong to; the nearest first."""
    found: list[str] = []
    waiting = [body]
    while waiting:
        current = bodies.get(waiting.pop(0))
        if current is None:
            continue
        above = [current.instance_of, current.operated_by, current.parent, *networks.get(current.id, ())]
        for other_id in above:
            if other_id and other_id != body and other_id not in found:
                found.append(other_id)
                waiting.append(other_id)
    return tuple(found)


class CrossBorder:
    """The channels between countries and the state of every ordered pair."""

    def __init__(self, records: Iterable[Record], content: str) -> None:
        self.digest = content
        build = Builder()
        ordered = sorted(records, key=lambda r: (r.kind, r.id))
        self.sources: dict[str, Source] = {r.id: build.source(r) for r in ordered if r.kind == "source"}
        self.channels: dict[str, Channel] = {r.id: build.channel(r) for r in ordered if r.kind == "channel"}
        self.corridors: dict[tuple[str, str], Corridor] = {
            (c.origin, c.destination): c for c in (build.corridor(r) for r in ordered if r.kind == "corridor")
        }
        self.networks: dict[str, Record] = {r.id: r for r in ordered if r.kind == "network"}
        self.agreements: dict[str, Record] = {r.id: r for r in ordered if r.kind == "agreement"}


class Directory:
    """One revision of the directory: parts by country code, and the channels between countries.

    `parts` are the countries whose mechanism is known; `unresearched` those of which partners' lists name bodies only.
    """

    def __init__(self, parts: Mapping[str, Bodies], cross_border: CrossBorder, revision: int) -> None:
        self.parts: dict[str, Part] = {code: part for code, part in sorted(parts.items()) if isinstance(part, Part)}
        self.unresearched: dict[str, Bodies] = {code: part for code, part in sorted(parts.items()) if code not in self.parts}
        self.everywhere: tuple[Bodies, ...] = (*self.parts.values(), *self.unresearched.values())
        self._holding = {body: part for part in reversed(self.everywhere) for body in part.stakeholders}
        self.cross_border = cross_border
        self.revision = revision
        self._same: dict[str, frozenset[str]] = {}
        self._ties: dict[str, Mapping[str, tuple[Link, ...]]] = {}
        self._links: dict[str, Mapping[str, tuple[Link, ...]]] = {}

    @classmethod
    def from_records(cls, records: Iterable[Record], revision: int = 0) -> Directory:
        """The directory of some records; parts with the same content as before are shared."""
        by_part: dict[str, list[Record]] = {}
        for record in records:
            by_part.setdefault(record.part, []).append(record)
        cross = by_part.pop(CROSS_BORDER, [])
        parts = {code: _part(code, _Content(found)) for code, found in by_part.items()}
        return cls(parts, _cross_border(_Content(cross)), revision)

    def part(self, code: str) -> Bodies | None:
        """The part of a country, whether its mechanism is known or not."""
        return self.parts.get(code) or self.unresearched.get(code)

    def part_of(self, stakeholder: str) -> Bodies | None:
        """The part that holds a body."""
        return self._holding.get(stakeholder)

    def stakeholder(self, identity: str) -> Stakeholder | None:
        """A body by its id."""
        part = self.part_of(identity)
        return part.stakeholders[identity] if part else None

    def same(self, body: str) -> frozenset[str]:
        """A body with the classes that it is an instance of, and with its instances where it is a class."""
        if body not in self._same:
            part = self.part_of(body)
            found = {body}
            if part is not None:
                found.update(
                    above for above in part.belongs_to[body] if above in part.stakeholders and part.stakeholders[above].scope == "class"
                )
                if part.stakeholders[body].scope == "class":
                    found.update(part.instances.get(body, ()))
            self._same[body] = frozenset(found)
        return self._same[body]

    def ties_to(self, body: str) -> Mapping[str, tuple[Link, ...]]:
        """Who is tied to a body: kin (parent, class, network, operator, or one of theirs) with no links, others with the stated links from
        them, or from what they belong to, to it, or to what it belongs to."""
        if body not in self._ties:
            part = self.part_of(body)
            self._ties[body] = part.ties_to(body) if part else {}
        return self._ties[body]

    def links_to(self, body: str) -> Mapping[str, tuple[Link, ...]]:
        """The stated referrals to a body, or to what it belongs to, by the body that refers."""
        if body not in self._links:
            part = self.part_of(body)
            targets = {body, *(part.belongs_to[body] if part else ())}
            found: dict[str, list[Link]] = {}
            for target in targets:
                for origin in self._origins.get(target, ()):
                    found[origin.id] = [link for link in origin.links if link.to in targets]
            self._links[body] = {origin: tuple(links) for origin, links in found.items()}
        return self._links[body]

    @cached_property
    def _origins(self) -> Mapping[str, tuple[Stakeholder, ...]]:
        """The bodies that refer to each body."""
        found: dict[str, list[Stakeholder]] = {}
        for part in self.everywhere:
            for body in part.stakeholders.values():
                for target in {link.to for link in body.links}:
                    found.setdefault(target, []).append(body)
        return {target: tuple(bodies) for target, bodies in found.items()}

    def source(self, identity: str) -> Source | None:
        """A source by its id."""
        guess = self.part(identity[:2].upper())
        if guess and identity in guess.sources:
            return guess.sources[identity]
        if identity in self.cross_border.sources:
            return self.cross_border.sources[identity]
        return next((part.sources[identity] for part in self.everywhere if identity in part.sources), None)


class _Content:
    """Records that are compared by their content address, so that equal parts are built once."""

    __slots__ = ("digest", "records")

    def __init__(self, records: list[Record]) -> None:
        self.records: list[Record] | None = records
        self.digest = digest(records)

    def take(self) -> list[Record]:
        """The records, once; the cache then keeps only their address."""
        records, self.records = self.records or [], None
        return records

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=128)
def _part(code: str, content: _Content) -> Bodies:
    records = content.take()
    kind = Part if any(record.kind == "country" for record in records) else Bodies
    return kind(code, records, content.digest)


@lru_cache(maxsize=8)
def _cross_border(content: _Content) -> CrossBorder:
    return CrossBorder(content.take(), content.digest)
