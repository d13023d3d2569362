"""What a step says that follows from the directory and its viewer alone: made once for each mandate and stage of a snapshot, never of a
case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from pathways.directory import Directory
from pathways.model import Mandate, Stage, Stakeholder
from pathways.planner.phrases import Phrase, Several, Word
from pathways.planner.rules import ACCOMMODATION, rules
from pathways.visibility import Viewer, body_summary, is_seen, mandate_told

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfMandate:
    """The reason that a mandate gives, the year of what is known of it, and its warnings, by their places among a step's others."""

    because: Json
    newest: int | None
    demands: tuple[Json, ...]
    evidence: tuple[Json, ...]
    at_work: tuple[Json, ...]
    place: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class OfStage:
    """The reason that a stage gives, None where it has no source, and what is to be said of its evidence."""

    because: Json | None
    evidence: tuple[Json, ...]


class Prepared:
    """What one viewer is told of the mandates and stages of one snapshot."""

    def __init__(self) -> None:
        self._told: dict[str, Mandate] = {}
        self._mandates: dict[str, OfMandate] = {}
        self._stages: dict[str, OfStage] = {}
        self._sources: dict[str, Json | None] = {}

    def told(self, viewer: Viewer, mandate: Mandate, body: Stakeholder) -> Mandate:
        """A mandate of a body as far as it may be told."""
        found = self._told.get(mandate.id)
        if found is None:
            found = self._told[mandate.id] = mandate_told(body, mandate, viewer)
        return found

    def mandate(self, directory: Directory, viewer: Viewer, mandate: Mandate, body: Stakeholder) -> OfMandate:
        """Of a mandate of a body."""
        found = self._mandates.get(mandate.id)
        if found is None:
            found = self._mandates[mandate.id] = _of_mandate(directory, viewer, self.told(viewer, mandate, body), body)
        return found

    def stage(self, stage: Stage) -> OfStage:
        """Of a country's own stage; a placeholder has nothing to say."""
        if not stage.sources:
            return _NOTHING
        found = self._stages.get(stage.rule)
        if found is None:
            found = self._stages[stage.rule] = _of_stage(stage)
        return found

    def source(self, directory: Directory, identity: str) -> Json | None:
        """Of a source; None where the directory does not hold it."""
        if identity not in self._sources:
            source = directory.source(identity)
            self._sources[identity] = (
                None
                if source is None
                else {
                    "title": source.title,
                    "publisher": source.publisher,
                    "year": source.year,
                    "url": source.url or None,
                    "kind": source.kind,
                }
            )
        return self._sources[identity]


_NOTHING = OfStage(None, ())
_prepared: WeakKeyDictionary[Directory, dict[Viewer, Prepared]] = WeakKeyDictionary()


def prepared(directory: Directory, viewer: Viewer) -> Prepared:
    """What a viewer is told of a snapshot."""
    return _prepared.setdefault(directory, {}).setdefault(viewer, Prepared())


def shown_name(directory: Directory, viewer: Viewer, body: Stakeholder) -> str:
    """The name of a body for texts; of one that may not be named, that of who admits to it."""
    if is_seen(body, viewer):
        return body.name
    return body_summary(directory, body, viewer)["name"] or "a body that is not shown"


def binding(name: str) -> Json:
    """The reason that a binding rule gives."""
    rule = rules().binding[name]
    return {"rule": name, "text": rule.text, "legal_basis": "; ".join(rule.norms), "as_of": None, "sources": []}


def warning(code: str, text: str) -> Json:
    """One warning of a step."""
    return {"code": code, "text": text}


def _of_mandate(directory: Directory, viewer: Viewer, mandate: Mandate, body: Stakeholder) -> OfMandate:
    shown = is_seen(body, viewer)
    because = {
        "rule": mandate.id if shown else f"{body.country.lower()}.{mandate.function}",
        "text": _mandate_text(mandate, body, shown),
        "legal_basis": mandate.legal_basis or None,
        "as_of": mandate.as_of,
        "sources": list(dict.fromkeys(mandate.sources)),
    }
    demands, at_work, place = [], [], []
    if {"cooperation", "complaint", "criminal-proceedings"}.intersection(mandate.requires):
        demands.append(warning("needs-cooperation", Phrase("This body asks for cooperation, a complaint or criminal proceedings.")))
    if not mandate.operational or not body.operational:
        text = Phrase("Whether %(body)s still does this is unclear.", body=shown_name(directory, viewer, body))
        at_work.append(warning("operational-unclear", text))
    if body.confidential_location:
        text = Phrase("Its place is confidential: contact goes through the number given, never to an address.")
        place.append(warning("confidential-place", text))
    if mandate.function in ACCOMMODATION and "capacity" not in mandate.shown:
        place.append(warning("capacity-unknown", Phrase("Whether a place is free is not known.")))
    newest = _newest_year(directory, mandate.sources, mandate.as_of)
    return OfMandate(because, newest, tuple(demands), _mandate_evidence(mandate), tuple(at_work), tuple(place))


def _mandate_text(mandate: Mandate, body: Stakeholder, shown: bool) -> str:
    """What the mandate says; of a body that may not be named nothing but the function."""
    if not shown:
        return f"{mandate.function} ({mandate.role})"
    note = mandate.shown.get("note")
    return f"{body.name}: {mandate.function} ({mandate.role})" + (f". {note}" if note else "")


def _mandate_evidence(mandate: Mandate) -> tuple[Json, ...]:
    if mandate.evidence not in ("inferred", "conflicting", "unverified", "stale"):
        return ()
    evidence, of = Word("evidence", mandate.evidence), mandate.shown.get("evidence_of")
    text = (
        Phrase("The mandate is %(evidence)s (%(what)s): ask before relying on it.", evidence=evidence, what=of)
        if of
        else Phrase("The mandate is %(evidence)s: ask before relying on it.", evidence=evidence)
    )
    return (warning(mandate.evidence, text),)


def _newest_year(directory: Directory, sources: Sequence[str], as_of: int | None) -> int | None:
    """The year of the statement itself, else of its newest source."""
    if as_of:
        return as_of
    found = (directory.source(source) for source in sources)
    return max((source.year for source in found if source is not None and source.year is not None), default=None)


def _of_stage(stage: Stage) -> OfStage:
    because = {
        "rule": stage.rule,
        "text": stage.title + (f": {stage.words}" if stage.words else ""),
        "legal_basis": stage.legal_basis or None,
        "as_of": stage.shown.get("as_of"),
        "sources": list(dict.fromkeys(stage.sources)),
    }
    if stage.evidence not in ("inferred", "conflicting"):
        return OfStage(because, ())
    evidence, note = Word("evidence", stage.evidence), stage.shown.get("condition_note")
    text = (
        Phrase("When this stage applies is %(evidence)s from its words: “%(words)s”.", evidence=evidence, words=stage.words)
        if stage.words
        else Phrase("When this stage applies is %(evidence)s.", evidence=evidence)
    )
    return OfStage(because, (warning(stage.evidence, Several((text, note), " ") if note else text),))
