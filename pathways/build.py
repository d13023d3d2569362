"""Makes the model's things from records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathways import conditions
from pathways.conditions import ALWAYS, Condition
from pathways.model import (
    Channel,
    Consequence,
    ContactPoint,
    Corridor,
    Country,
    Deadline,
    Gap,
    Link,
    Mandate,
    Requirement,
    Right,
    Source,
    Stage,
    Stakeholder,
    Transition,
)
from pathways.records import Record, canonical_json

Fields = Mapping[str, Any]


class Builder:
    """Builds one part; equal conditions become one object, so that their results can be remembered by identity."""

    def __init__(self) -> None:
        self._conditions: dict[str, Condition] = {}

    def condition(self, data: Any) -> Condition:
        """The condition of a field; no field: always true."""
        if not data:
            return ALWAYS
        key = canonical_json(data)
        if key not in self._conditions:
            self._conditions[key] = conditions.parse(data)
        return self._conditions[key]

    def source(self, record: Record) -> Source:
        """A source."""
        f = record.fields
        return Source(
            record.id,
            f["title"],
            f["publisher"],
            f["year"],
            f.get("url", ""),
            f["kind"],
            _shown(f, "title", "publisher", "year", "url", "kind"),
        )

    def deadline(self, f: Fields, sources: tuple[str, ...]) -> Deadline:
        """A deadline; `sources` are those of the thing that it stands in."""
        return Deadline(
            duration=f["duration"],
            calendar=f["calendar"],
            bound=f["bound"],
            start=f.get("from", ""),
            what=f["what"],
            sources=tuple(f.get("sources", sources)),
            event=f.get("event", "other"),
            by=tuple(f.get("by", ())),
            function=f.get("function"),
            when=self.condition(f.get("when")),
            territory=tuple(f.get("territory", ())),
            silence=f.get("silence", "unknown"),
            legal_basis=f.get("legal_basis", ""),
            evidence=f.get("evidence", "stated"),
            valid_from=f.get("valid_from"),
            valid_to=f.get("valid_to"),
            shown=_shown(
                f,
                "duration",
                "calendar",
                "bound",
                "from",
                "event",
                "what",
                "sources",
                "by",
                "function",
                "when",
                "territory",
                "silence",
                "legal_basis",
                "evidence",
                "valid_from",
                "valid_to",
            ),
        )

    def requirement(self, record: Record) -> Requirement:
        """A word that mandates of a country require."""
        f = record.fields
        meets = self.condition(f["meets"]) if "meets" in f else None
        return Requirement(
            word=f["word"],
            country=record.part,
            meets=meets,
            met_by=tuple(f.get("met_by", ())),
            consent=f.get("consent", False),
            housed=f.get("housed", False),
            or_else=f.get("or_else", ""),
            note=f.get("note", ""),
        )

    def mandate(self, record: Record, territory: tuple[str, ...]) -> Mandate:
        """A mandate; without a territory of its own it has its holder's."""
        f = record.fields
        sources = tuple(f["sources"])
        excludes = f.get("excludes")
        return Mandate(
            id=record.id,
            holder=f["holder"],
            country=record.part,
            function=f["function"],
            role=f.get("role", "deliver"),
            serves=self.condition(f.get("serves")),
            excludes=self.condition(excludes) if excludes else None,
            requires=tuple(f.get("requires", ())),
            territory=tuple(f.get("territory", territory)),
            sources=sources,
            as_of=_year(f.get("as_of")),
            ground=f.get("ground"),
            law_enforcement=f.get("law_enforcement", False),
            access=f.get("access"),
            speed=f.get("speed"),
            legal_basis=f.get("legal_basis", ""),
            evidence=f.get("evidence", "stated"),
            excluded_destinations=frozenset(f.get("excluded_destinations", ())),
            operational=f.get("operational") != "unclear",
            valid_from=f.get("valid_from"),
            valid_to=f.get("valid_to"),
            deadlines=tuple(self.deadline(d, sources) for d in f.get("deadlines", ())),
            partial=f.get("partial", False),
            duty=f.get("duty", ""),
            shown=_shown(f, *_MANDATE_FIELDS),
        )

    def link(self, record: Record) -> Link:
        """A stated referral."""
        f = record.fields
        return Link(
            record.id,
            f["origin"],
            f["to"],
            f["basis"],
            tuple(f["functions"]),
            tuple(f["sources"]),
            _year(f.get("as_of")),
            tuple(f.get("territory", ())),
            f.get("evidence", "stated"),
            f.get("valid_from"),
            f.get("valid_to"),
            _shown(f, "origin", "to", "basis", "functions", "sources", "territory", "evidence", "valid_from", "valid_to"),
        )

    def stakeholder(self, record: Record, mandates: tuple[Mandate, ...], links: tuple[Link, ...]) -> Stakeholder:
        """A body with what it holds; a contact point without sources has those of the body."""
        f = record.fields
        sources = tuple(f.get("sources", ())) or tuple(dict.fromkeys(source for mandate in mandates for source in mandate.sources))
        return Stakeholder(
            id=record.id,
            country=record.part,
            name=f["name"],
            kind=f["kind"],
            territory=tuple(f["territory"]),
            name_local=f.get("name_local", ""),
            scope=f.get("scope", "single"),
            instance_by=f.get("instance_by"),
            instance_of=f.get("instance_of"),
            parent=f.get("parent"),
            operated_by=f.get("operated_by"),
            members=tuple(f.get("members", ())),
            succeeded_by=f.get("succeeded_by"),
            contacts=tuple(self._contact(c, sources) for c in f.get("contacts", ())),
            languages=tuple(f.get("languages", ())),
            specialised=f.get("specialised"),
            visibility=f.get("visibility", "public"),
            confidential_location=f.get("confidential_location", False),
            operational=f.get("operational") != "unclear",
            valid_from=f.get("valid_from"),
            valid_to=f.get("valid_to"),
            mandates=mandates,
            links=links,
            sources=sources,
            shown=_shown(f, *_STAKEHOLDER_FIELDS),
        )

    @staticmethod
    def _contact(f: Fields, sources: tuple[str, ...]) -> ContactPoint:
        return ContactPoint(
            f["type"],
            f["value"],
            tuple(f.get("sources", sources)),
            f.get("current", True),
            f.get("visibility", "public"),
            tuple(f.get("territory", ())),
            f.get("evidence", "stated"),
            _shown(f, "type", "value", "sources", "current", "visibility", "territory", "evidence"),
        )

    def stage(self, record: Record) -> Stage:
        """A step of a country's mechanism."""
        f = record.fields
        sources = tuple(f["sources"])
        return Stage(
            id=f["id"],
            country=record.part,
            canonical=f["canonical"],
            title=f["title"],
            track=f["track"],
            functions=tuple(f["functions"]),
            lead=tuple(f["lead"]),
            support=tuple(f.get("support", ())),
            sources=sources,
            merged=tuple(f.get("merged", ())),
            next=tuple(self._transition(t, sources) for t in f["next"]),
            applies=self.condition(f.get("applies")),
            gate=self.condition(f.get("gate")),
            consent=tuple(f["consent"]) if "consent" in f else None,
            words=f["when"],
            evidence=f.get("condition_evidence", "stated"),
            deadlines=tuple(self.deadline(d, sources) for d in f.get("deadlines", ())),
            territory=tuple(f.get("territory", ())),
            legal_basis=f.get("legal_basis", ""),
            excluded_destinations=frozenset(f.get("excluded_destinations", ())),
            valid_from=f.get("valid_from"),
            valid_to=f.get("valid_to"),
            shown=_shown(f, *_STAGE_FIELDS),
        )

    def _transition(self, f: Fields, sources: tuple[str, ...]) -> Transition:
        return Transition(
            f["to"],
            tuple(f.get("sources", sources)),
            self.condition(f.get("when")),
            f.get("outcome"),
            tuple(f.get("consent", ())),
            _shown(f, "to", "sources", "when", "outcome", "consent"),
        )

    def gap(self, record: Record) -> Gap:
        """A gap that a source states."""
        f = record.fields
        return Gap(
            record.id,
            f["gap"],
            tuple(f.get("sources", ())),
            tuple(f.get("functions", ())),
            self.condition(f.get("when")),
            _shown(f, "id", "gap", "sources", "functions", "when"),
        )

    def permit(self, record: Record) -> Right:
        """A right to stay, as something that a person is told of."""
        f = record.fields
        length = f" ({f['duration']})" if f["duration"] else ""
        return Right(
            record.id, f"{f['name']}{length}: {f['for']}", tuple(f["sources"]), self.condition(f.get("when")), _shown(f, "when", "sources")
        )

    def country(self, record: Record) -> Country:
        """The head of a country."""
        f = record.fields
        head, mechanism = f["country"], f["mechanism"]
        return Country(
            head["code"],
            head["name"],
            head["name_local"],
            tuple(head["languages"]),
            tuple(head["emergency"]),
            mechanism.get("national_coordinator"),
            tuple(mechanism["competent_authority"]),
            tuple(self._consequence(item) for item in mechanism.get("consequences", ())),
            mechanism,
            {**_shown(head, "code", "name", "name_local", "languages", "emergency"), **_shown(f, "country", "mechanism")},
        )

    def _consequence(self, f: Fields) -> Consequence:
        return Consequence(
            code=f["code"],
            kinds=frozenset(f["kinds"]),
            when=self.condition(f.get("when")),
            law_enforcement=f.get("law_enforcement", False),
            text=f["text"],
            legal_basis=f.get("legal_basis", ""),
            sources=tuple(f["sources"]),
            as_of=_year(f.get("as_of")),
        )

    def channel(self, record: Record) -> Channel:
        """A way from one country to another."""
        f = record.fields
        return Channel(
            record.id,
            f["kind"],
            f["scope"],
            f["from"]["country"],
            f["from"].get("body"),
            f["to"]["country"],
            f["to"].get("body"),
            tuple(f["stages"]),
            f["basis"],
            f["state"],
            f["disclosure"],
            self.condition(f.get("serves")),
            tuple(f["sources"]),
            f.get("evidence", "stated"),
            f["active_from"],
            f["active_until"],
            _shown(
                f, "kind", "scope", "stages", "basis", "state", "disclosure", "serves", "sources", "evidence", "active_from", "active_until"
            ),
        )

    @staticmethod
    def corridor(record: Record) -> Corridor:
        """The state of one ordered pair of countries."""
        f = record.fields
        return Corridor(
            f["from"],
            f["to"],
            f["state"],
            tuple(f["channels"]),
            tuple(f["networks"]),
            f["note"],
            _shown(f, "from", "to", "state", "channels", "networks", "note"),
        )


_MANDATE_FIELDS = (
    "holder",
    "function",
    "role",
    "serves",
    "excludes",
    "requires",
    "territory",
    "sources",
    "ground",
    "law_enforcement",
    "access",
    "speed",
    "legal_basis",
    "evidence",
    "excluded_destinations",
    "operational",
    "valid_from",
    "valid_to",
    "deadlines",
    "partial",
    "duty",
)
_STAKEHOLDER_FIELDS = (
    "id",
    "name",
    "kind",
    "territory",
    "name_local",
    "scope",
    "instance_by",
    "instance_of",
    "parent",
    "operated_by",
    "members",
    "succeeded_by",
    "contacts",
    "languages",
    "specialised",
    "visibility",
    "confidential_location",
    "operational",
    "valid_from",
    "valid_to",
    "sources",
)
_STAGE_FIELDS = (
    "id",
    "canonical",
    "title",
    "track",
    "functions",
    "lead",
    "support",
    "sources",
    "merged",
    "next",
    "applies",
    "gate",
    "consent",
    "when",
    "condition_evidence",
    "deadlines",
    "territory",
    "legal_basis",
    "excluded_destinations",
    "valid_from",
    "valid_to",
)


def _shown(fields: Fields, *taken: str) -> Fields:
    return {key: value for key, value in fields.items() if key not in taken}


def _year(as_of: Any) -> int | None:
    return None if as_of is None else int(str(as_of)[:4])
