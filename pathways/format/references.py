"""What a schema cannot see: that ids are unique, that every reference points at something, that territories and conditions are real."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pathways import conditions, territories, vocabulary
from pathways.format.reader import SOURCE_KEYS, Document, Finding
from pathways.format.shape import accepted
from pathways.records import CROSS_BORDER, Record

Placed = tuple[Record, Document, tuple[Any, ...]]

CONDITION_KEYS = ("applies", "gate", "serves", "excludes", "meets", "when")
TERRITORY_KEYS = ("territory", "territory_unconfirmed")
_BODY_KEYS = (
    "parent",
    "instance_of",
    "operated_by",
    "coordinated_by",
    "chaired_by",
    "succeeded_by",
    "to",
    "members",
    "partners",
    "body",
    "by",
    "granted_by",
    "decided_by",
    "applied_at",
    "needs_opinion_of",
    "authority",
    "identification_in_asylum",
    "national_coordinator",
    "competent_authority",
)
_PLAIN_WORDS = ("network.partners", "country.partners")


def problems(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Everything that is wrong between the records of a directory."""
    ids: dict[str, set[str]] = {}
    for record, document, path in placed:
        known = ids.setdefault(record.kind, set())
        if record.id in known:
            hint = "; give them different ids" if record.kind in ("mandate", "link") else ""
            yield document.finding(path, "unique", f"{record.kind} {record.id} stands twice{hint}")
        known.add(record.id)
    for record, document, path in placed:
        yield from problems_of(record, document, path, ids)


def problems_of(record: Record, document: Document, path: tuple[Any, ...], ids: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """What is wrong with the conditions, territories and references of one record; `ids` are those that may be named, by kind."""
    for place, key, value in _walk(record.fields):
        at = (*path, *place)
        if key in CONDITION_KEYS and (isinstance(value, Mapping) or value is None):
            try:
                conditions.parse(value)
            except conditions.ConditionError as error:
                yield document.finding((*at, *error.path), "condition", str(error))
        elif key in SOURCE_KEYS and isinstance(value, list):
            for reference in value:
                if reference not in ids.get("source", ()):
                    yield document.finding(
                        at,
                        "source",
                        f"{reference.split('-', 1)[1]!r} is not a source of {reference[:2].upper()}; {_sources(reference, ids)}",
                    )
        elif key in TERRITORY_KEYS and isinstance(value, list):
            for code in value:
                if not territories.is_territory(code):
                    near = accepted(code, territories.subdivisions(code[:2]) or vocabulary.words("countries"))
                    yield document.finding(at, "territory", f"{code!r} is not a territory of ISO 3166-1 or 3166-2; {near}")
        elif key in _BODY_KEYS and f"{record.kind}.{key}" not in _PLAIN_WORDS:
            yield from _bodies(record, document, at, key, value, ids)
    yield from _own(record, document, path, ids)


def _local(ids: Iterable[str], prefix: str) -> list[str]:
    return sorted(identity.removeprefix(prefix) for identity in ids if identity.startswith(prefix))


def _sources(reference: str, ids: Mapping[str, Collection[str]]) -> str:
    prefix = reference[:3]
    return accepted(reference.removeprefix(prefix), _local(ids.get("source", ()), prefix))


def _bodies(
    record: Record, document: Document, at: tuple[Any, ...], key: str, value: Any, ids: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    if (
        key in ("to", "body")
        and record.kind in ("stage", "channel", "corridor", "network")
        and not (key == "body" and isinstance(value, str))
    ):
        return
    for body in value if isinstance(value, list) else [value]:
        if isinstance(body, str) and body not in ids.get("stakeholder", ()):
            yield document.finding(
                at,
                "stakeholder",
                f"{body!r} in {key} is not a stakeholder of the directory; {accepted(body, sorted(ids.get('stakeholder', ())))}",
            )


def _own(record: Record, document: Document, path: tuple[Any, ...], ids: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    fields = record.fields
    prefix = record.part.lower()
    if record.kind == "mandate":
        for word in fields.get("requires", ()):
            if f"{prefix}.{word}" not in ids.get("requirement", ()):
                words = _local(ids.get("requirement", ()), prefix + ".")
                yield document.finding(
                    (*path, "requires"), "requirement", f"{word!r} is not in the requirements of {record.part}; {accepted(word, words)}"
                )
    elif record.kind == "stage":
        for index, way in enumerate(fields["next"]):
            if f"{prefix}.{way['to']}" not in ids["stage"]:
                yield document.finding(
                    (*path, "next", index),
                    "stage",
                    f"{way['to']!r} is not a stage of {record.part}; {accepted(way['to'], _local(ids['stage'], prefix + '.'))}",
                )
        kinds = vocabulary.known_kinds()
        for key in ("lead", "support"):
            for body in fields.get(key, ()):
                if body not in ids.get("stakeholder", ()) and body not in kinds:
                    near = accepted(body, (*sorted(ids.get("stakeholder", ())), *kinds))
                    yield document.finding(
                        (*path, key), "stakeholder", f"{body!r} in {key} is neither a stakeholder nor a kind of body; {near}"
                    )
    elif record.kind == "country" and fields["country"]["code"] != record.part:
        yield document.finding((*path, "code"), "country", f"the folder {record.part} holds the country {fields['country']['code']}")
    elif record.kind == "stakeholder" and record.part == CROSS_BORDER:
        yield document.finding(path, "stakeholder", "a body belongs to a country's folder")
    elif record.kind == "corridor":
        for key, kind in (("channels", "channel"), ("networks", "network"), ("risks", "agreement")):
            for item in fields[key]:
                if item not in ids.get(kind, ()):
                    yield document.finding(
                        (*path, key), kind, f"{item!r} is not a known {kind}; {accepted(item, sorted(ids.get(kind, ())))}"
                    )


def _walk(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Every key within, with its place; conditions are not entered."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*place, key), str(key), item
            if not (key in CONDITION_KEYS and isinstance(item, Mapping)):
                yield from _walk(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*place, index))


def source_references(fields: Mapping[str, Any]) -> Iterable[str]:
    """All source ids that a record names, anywhere in it."""
    for _, key, value in _walk(fields):
        if key in SOURCE_KEYS and isinstance(value, list):
            yield from value
