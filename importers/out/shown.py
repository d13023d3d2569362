"""The directory as records again, as far as a viewer may see it: what every export starts from.

All that is confidential is decided in `pathways.visibility`; here its answers are only put back into the fields of the format. For whoever
keeps the directory (a viewer who sees what is hidden) the records are those that were loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pathways.conditions import ALWAYS, Condition
from pathways.directory import Bodies, Directory
from pathways.format import schema
from pathways.model import ContactPoint, Deadline, Link, Mandate, Source, Stakeholder
from pathways.records import CROSS_BORDER, Record
from pathways.visibility import Viewer, body_detail, link_detail, seen_ids

_BODY_DEFAULTS = {"scope": "single", "confidential_location": False, "visibility": "public"}
_MANDATE_DEFAULTS = {"role": "deliver", "law_enforcement": False, "partial": False, "evidence": "stated"}


def records(directory: Directory, viewer: Viewer) -> Iterator[Record]:
    """The bodies that a viewer may see, with their mandates, links and sources; sources last, each once."""
    cited: dict[str, None] = {}
    for part in directory.parts.values():
        for body in part.stakeholders.values():
            for record in of_body(directory, part, body, viewer):
                cited.update(dict.fromkeys(_cited(record.fields)))
                yield record
    for part in directory.parts.values():
        for source in part.sources.values():
            if source.id in cited or viewer.sees("hidden"):
                yield of_source(part.code, source)
    between = directory.cross_border.sources
    yield from (of_source(CROSS_BORDER, between[name]) for name in cited if name in between)


def sources_of(directory: Directory, records: Iterable[Record]) -> Iterator[Record]:
    """The sources that some records cite."""
    cited = dict.fromkeys(name for record in records for name in _cited(record.fields))
    named = [*((part.code, part.sources) for part in directory.parts.values()), (CROSS_BORDER, directory.cross_border.sources)]
    for code, sources in named:
        yield from (of_source(code, sources[name]) for name in cited if name in sources)


def of_body(directory: Directory, part: Bodies, body: Stakeholder, viewer: Viewer) -> Iterator[Record]:
    """The records of one body; none where the viewer may not see it."""
    detail = body_detail(directory, body, viewer)
    if detail is None:
        return
    yield Record("stakeholder", body.id, part.code, _body(directory, body, detail, viewer))
    for mandate, told in zip(body.mandates, detail["mandates"], strict=True):
        yield Record("mandate", mandate.id, part.code, _mandate(directory, body, mandate, told, detail["territory"], viewer))
    for link in body.links:
        told_link = link_detail(directory, link, viewer)
        if told_link is not None:
            yield Record("link", link.id, part.code, _link(link, told_link))


def _body(directory: Directory, body: Stakeholder, detail: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    names = schema.stakeholder()["properties"]
    fields = {
        name: value
        for name, value in detail.items()
        if name in names and name not in ("mandates", "contacts", "sources", "operational") and value not in (None, [], "")
    }
    fields = {name: value for name, value in fields.items() if _BODY_DEFAULTS.get(name, _NEVER) != value}
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
