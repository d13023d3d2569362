"""The directory as records again, as far as a viewer may see it: what every export starts from.

All that is confidential is decided in `pathways.visibility`; here its answers are only put back into the fields of the format. For whoever
keeps the directory (a viewer who sees what is hidden) the records are those that were loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pathways.conditions import ALWAYS, Condition
from pathways.directory import Bodies, Directory
from pathways.format import schema
from pathways.model import ContactPoint, Deadline, Link, Mandate, Requirement, Source, Stakeholder
from pathways.records import CROSS_BORDER, Record
from pathways.visibility import Viewer, body_detail, is_confidential, is_offered, is_seen, link_detail, mandate_told, scrubbed, seen_ids

_BODY_DEFAULTS = {"scope": "single", "confidential_location": False, "visibility": "public"}
_MANDATE_DEFAULTS = {"role": "deliver", "law_enforcement": False, "partial": False, "evidence": "stated"}


def records(directory: Directory, viewer: Viewer) -> Iterator[Record]:
    """The bodies that a viewer may see, with their mandates and links; then what these require and cite, each once, the sources last."""
    cited: dict[str, None] = {}
    required: set[tuple[str, str]] = set()
    for part in directory.everywhere:
        for body in part.stakeholders.values():
            for record in of_body(directory, part, body, viewer):
                cited.update(dict.fromkeys(_cited(record.fields)))
                required.update((part.code, word) for word in record.fields.get("requires", ()))
                yield record
    for part in directory.everywhere:
        for word, requirement in part.requirements.items():
            if (part.code, word) in required or viewer.sees("hidden"):
                yield _scrubbed(directory, of_requirement(part.code, requirement), viewer)
    for part in directory.everywhere:
        for source in part.sources.values():
            if source.id in cited or viewer.sees("hidden"):
                yield _scrubbed(directory, of_source(part.code, source), viewer)
    between = directory.cross_border.sources
    yield from (_scrubbed(directory, of_source(CROSS_BORDER, between[name]), viewer) for name in cited if name in between)


def named_by(directory: Directory, part: Bodies, records: Iterable[Record], viewer: Viewer) -> Iterator[Record]:
    """What some records of a part require, and the sources that they cite."""
    held = list(records)
    for word in dict.fromkeys(word for record in held for word in record.fields.get("requires", ())):
        if word in part.requirements:
            yield _scrubbed(directory, of_requirement(part.code, part.requirements[word]), viewer)
    cited = dict.fromkeys(name for record in held for name in _cited(record.fields))
    named = [*((other.code, other.sources) for other in directory.everywhere), (CROSS_BORDER, directory.cross_border.sources)]
    for code, sources in named:
        yield from (_scrubbed(directory, of_source(code, sources[name]), viewer) for name in cited if name in sources)


def withheld(directory: Directory, viewer: Viewer) -> dict[str, int]:
    """How much of the directory a viewer is not shown: bodies, contact points, referrals and places. Nothing of it is named."""
    counts = dict.fromkeys(("bodies", "contact points", "referrals", "places"), 0)
    if viewer.sees("hidden"):
        return counts
    for part in directory.everywhere:
        for body in part.stakeholders.values():
            counts["referrals"] += sum(link_detail(directory, link, viewer) is None for link in body.links)
            if not is_seen(body, viewer):
                counts["bodies"] += 1
                continue
            counts["contact points"] += len(body.contacts) - sum(is_offered(body, point, viewer) for point in body.contacts)
            counts["places"] += is_confidential(body, viewer)
    return counts


def _scrubbed(directory: Directory, record: Record, viewer: Viewer) -> Record:
    """A record whose texts do not name what is withheld; the record itself where nothing is."""
    fields = scrubbed(directory, viewer, record.fields)
    return record if fields is record.fields else replace(record, fields=fields)


def of_body(directory: Directory, part: Bodies, body: Stakeholder, viewer: Viewer) -> Iterator[Record]:
    """The records of one body; none where the viewer may not see it."""
    detail = body_detail(directory, body, viewer)
    if detail is None:
        return
    made = [Record("stakeholder", body.id, part.code, _body(directory, body, detail, viewer))]
    for mandate, told in zip(body.mandates, detail["mandates"], strict=True):
        spoken = mandate_told(body, mandate, viewer)
        made.append(Record("mandate", mandate.id, part.code, _mandate(directory, body, spoken, told, detail["territory"], viewer)))
    for link in body.links:
        told_link = link_detail(directory, link, viewer)
        if told_link is not None:
            made.append(Record("link", link.id, part.code, _link(link, told_link)))
    yield from (_scrubbed(directory, record, viewer) for record in made)


def _body(directory: Directory, body: Stakeholder, detail: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    names = schema.stakeholder()["properties"]
    fields = {
        name: value
        for name, value in detail.items()
        if name in names and name not in ("mandates", "contacts", "sources", "operational") and value not in (None, [], "")
    }
    fields = {name: value for name, value in fields.items() if _BODY_DEFAULTS.get(name, _NEVER) != value}
    if body.confidential_location:
        fields["visibility"] = body.visibility  # said in so many words: a list that leaves it out shows such a body to partners only
    for name in ("parent", "operated_by", "instance_of", "succeeded_by"):
        other = seen_ids(directory, [getattr(body, name) or ""], viewer)
        if other:
            fields[name] = other[0]
    if not body.operational:
        fields["operational"] = "unclear"
    own = tuple(dict.fromkeys(source for mandate in body.mandates for source in mandate.sources))
    if body.sources and body.sources != own:
        fields["sources"] = list(body.sources)
    points = _points(body, detail, viewer)
    if points:
        fields["contacts"] = points
    return fields


_NEVER = object()


def _points(body: Stakeholder, detail: Mapping[str, Any], viewer: Viewer) -> list[dict[str, Any]]:
    """The contact points that are offered to the viewer; for whoever keeps the directory those that are not for use as well."""
    if viewer.sees("hidden"):
        return [_point(body, point, {"type": point.type, "value": point.value, **point.shown}) for point in body.contacts]
    told = {(point["type"], point["value"]): point for point in detail["contacts"]}
    found = []
    for point in body.contacts:
        shown = told.get((point.type, point.value))
        if shown is not None and point.current:
            found.append(_point(body, point, {name: value for name, value in shown.items() if name not in ("evidence", "sources")}))
    return found


def _point(body: Stakeholder, point: ContactPoint, fields: dict[str, Any]) -> dict[str, Any]:
    if point.territory and "territory" not in fields:
        fields["territory"] = list(point.territory)
    if not point.current:
        fields["current"] = False
    if point.visibility != "public":
        fields["visibility"] = point.visibility
    if point.evidence != "stated":
        fields["evidence"] = point.evidence
    if point.sources != body.sources:
        fields["sources"] = list(point.sources)
    return fields


def _mandate(
    directory: Directory, body: Stakeholder, mandate: Mandate, told: Mapping[str, Any], territory: list[str], viewer: Viewer
) -> dict[str, Any]:
    names = schema.mandate()["properties"]
    fields: dict[str, Any] = {
        name: value
        for name, value in told.items()
        if name in names and name not in ("serves", "excludes", "deadlines", "operational", "id") and value not in (None, [], "")
    }
    fields = {name: value for name, value in fields.items() if _MANDATE_DEFAULTS.get(name, _NEVER) != value}
    fields |= {"holder": body.id, "function": mandate.function, "sources": list(mandate.sources)}
    if "as_of" not in fields:
        fields["as_of"] = told.get("as_of")
    if fields.get("territory") == territory:
        del fields["territory"]
    if mandate.requires:
        fields["requires"] = list(mandate.requires)
    for name, condition in (("serves", mandate.serves), ("excludes", mandate.excludes)):
        if condition is not None and condition != ALWAYS:
            fields[name] = _data(condition)
    if not mandate.operational:
        fields["operational"] = "unclear"
    if mandate.deadlines:
        fields["deadlines"] = [_deadline(directory, deadline, mandate, viewer) for deadline in mandate.deadlines]
    made = mandate.function if mandate.role == "deliver" else f"{mandate.function}-{mandate.role}"
    if mandate.id != f"{body.id}.{made}":
        fields["id"] = mandate.id.removeprefix(f"{body.id}.")
    return fields


def _data(condition: Condition) -> Any:
    return condition.as_data()


def _deadline(directory: Directory, deadline: Deadline, mandate: Mandate, viewer: Viewer) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "duration": deadline.duration,
        "calendar": deadline.calendar,
        "bound": deadline.bound,
        "what": deadline.what,
        **deadline.shown,
    }
    for name, value, default in (
        ("from", deadline.start, ""),
        ("event", deadline.event, "other"),
        ("by", seen_ids(directory, deadline.by, viewer), []),
        ("function", deadline.function, None),
        ("territory", list(deadline.territory), []),
        ("silence", deadline.silence, "unknown"),
        ("legal_basis", deadline.legal_basis, ""),
        ("evidence", deadline.evidence, "stated"),
        ("valid_from", deadline.valid_from, None),
        ("valid_to", deadline.valid_to, None),
        ("sources", list(deadline.sources), list(mandate.sources)),
    ):
        if value != default:
            fields[name] = value
    if deadline.when != ALWAYS:
        fields["when"] = _data(deadline.when)
    return fields


def _link(link: Link, told: Mapping[str, Any]) -> dict[str, Any]:
    names = set(schema.link()["properties"]) - {"id", "to", "evidence"}
    fields = {name: value for name, value in told.items() if name in names and value not in (None, [], "")}
    fields |= {"origin": link.origin, "to": link.to, "functions": list(link.functions), "sources": list(link.sources)}
    if link.evidence != "stated":
        fields["evidence"] = link.evidence
    if "as_of" in link.shown and "as_of" not in fields:
        fields["as_of"] = told.get("as_of")
    if link.id != f"{link.origin}--{link.to}":
        fields["id"] = link.id.removeprefix(f"{link.origin}--{link.to}.")
    return fields


def of_requirement(part: str, requirement: Requirement) -> Record:
    """The record of a word that mandates require."""
    fields: dict[str, Any] = {"word": requirement.word}
    if requirement.meets is not None:
        fields["meets"] = _data(requirement.meets)
    for name, value in (("met_by", list(requirement.met_by)), ("consent", requirement.consent), ("housed", requirement.housed)):
        fields |= {name: value} if value else {}
    for name, text in (("or_else", requirement.or_else), ("note", requirement.note)):
        fields |= {name: text} if text else {}
    return Record("requirement", f"{part.lower()}.{requirement.word}", part, fields)


def of_source(part: str, source: Source) -> Record:
    """The record of a source."""
    fields = {"title": source.title, "publisher": source.publisher, "year": source.year, "kind": source.kind, **source.shown}
    if source.url:
        fields["url"] = source.url
    return Record("source", source.id, part, fields)


def _cited(value: Any) -> Iterator[str]:
    """The sources that a record names, wherever they stand."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "sources" and isinstance(inner, list):
                yield from inner
            else:
                yield from _cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited(inner)
