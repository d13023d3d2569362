"""Records of FHIR resources: organisations become bodies, services their mandates, affiliations links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from importers.formats.fhir_contacts import contacts, country_of, extensions, is_restricted, secrecy, territory_of
from importers.formats.fhir_files import Resource
from importers.formats.fhir_index import Index
from importers.formats.fhir_words import IGNORED, functions_of, kind_of, words_of
from importers.private.secrets import Secrets
from importers.reading import Finding, Options, Place, Read
from pathways.planner.rules import ACCOMMODATION
from pathways.records import Record
from pathways.script import tokens
from pathways.vocabulary import UNKNOWN

Found = Iterator[Read | Finding]
CLOSED = ("inactive", "suspended")
"""States of a place from which nothing is taken."""


@dataclass(slots=True)
class Job:
    """One reading of one file: what is asked of it, what resources must know of each other, and which columns were told of."""

    options: Options
    index: Index
    today: date
    title: str
    told: set[tuple[str, str]] = field(default_factory=set)
    part: str = ""
    """The country of the first body, which is that of the source."""

    @property
    def source(self) -> str:
        """The id of the one source that all records cite."""
        return f"{(self.part or 'xx').lower()}-{slug(self.options.source) or 'list'}"


def slug(text: str) -> str:
    """A text as the end of an id."""
    return "-".join(tokens(text))[:60].strip("-")


def organization(job: Job, resource: Resource) -> Found:
    """The body that an organisation is; nothing but findings where it cannot be one, or is one who helps nobody."""
    data, kind = resource.data, kind_of(resource.data.get("type"))
    if kind == IGNORED:
        yield Finding("ignored", "note", resource.at("type"), "who insures, pays or exchanges data is not taken in")
        return
    name = str(data.get("name") or "").strip()
    if not name:
        yield Finding("missing", "error", resource.at("name"), "an organisation without a name", "its name")
        return
    if kind is None:
        told = _no_kind(resource)
        yield told
        if told.severity == "error":
            return
        kind = UNKNOWN
    for index, person in enumerate(data.get("contact") or ()):
        what = "a person's name and contact were" if isinstance(person, Mapping) and person.get("name") else "a contact for one purpose was"
        yield Finding(
            "confidential", "warning", resource.at(f"contact[{index}]"), f"{what} left out", "give the body's own number in telecom"
        )
    parts = [resource, *_below(job, resource)]
    fields: dict[str, Any] = {"name": name, "kind": kind}
    yield from _body(job, resource, parts, fields)


def service_body(job: Job, resource: Resource) -> Found:
    """The body that a service is which no organisation of anybody's provides."""
    name = str(resource.data.get("name") or "").strip()
    if not name:
        yield Finding("missing", "error", resource.at("name"), "a service without a name and without a provider", "its name, or providedBy")
        return
    kind = kind_of([*(resource.data.get("type") or ()), *(resource.data.get("category") or ())])
    if kind in (None, IGNORED):
        text = "nobody is said to provide this service, and its type does not tell what kind of body it is"
        yield Finding("missing", "error", resource.at("providedBy"), text, "the organisation that provides it, in providedBy")
        return
    yield from _body(job, resource, [resource, *_locations(job, resource)], {"name": name, "kind": kind})


def _no_kind(resource: Resource) -> Finding:
    """A type that no table knows, as an error; or that no type is given, as a note."""
    words = [word for concept in resource.data.get("type") or () for word in words_of(concept)]
    if not words:
        text = "an organisation without a type; its kind is unknown"
        return Finding("missing", "note", resource.at("type"), text, "a type that tells what kind of body it is")
    text = "no kind of body is known for this type"
    return Finding("unknown-word", "error", resource.at("type"), text, "a type as prov, reli, cg, or its name in text", words[0])


def _below(job: Job, resource: Resource) -> list[Resource]:
    """The places and services of an organisation, and the places of those services; not where people are housed, nor what is closed."""
    services = [one for one in job.index.below(resource, "HealthcareService") if one.data.get("active") is not False]
    open_ones = [service for service in services if not _houses(service)]
    secret = {place.ref for service in services if _houses(service) for place in _locations(job, service)}
    places = [*job.index.below(resource, "Location"), *(place for service in open_ones for place in _locations(job, service))]
    found = {one.ref: one for one in (*places, *services) if one.ref not in secret and one.data.get("status") not in CLOSED}
    return [one for one in found.values() if not job.index.is_secret(one.ref)]


def _houses(service: Resource) -> bool:
    """Whether people live where this service is."""
    concepts = [concept for key in ("type", "category", "specialty") for concept in service.data.get(key) or ()]
    return any(function in ACCOMMODATION for concept in concepts for function in functions_of(concept))


def _locations(job: Job, service: Resource) -> list[Resource]:
    refs = [job.index.ref(pointer) for pointer in service.data.get("location") or ()]
    ids = [ref for ref in refs if ref and ref.startswith("Location/")]
    return [Resource({"resourceType": "Location", "id": ref.partition("/")[2], **job.index.about(ref)}, service.place) for ref in ids]


def _addresses(parts: list[Resource]) -> list[tuple[Resource, Mapping[str, Any]]]:
    found = []
    for part in parts:
        given = part.data.get("address") or ()
        found += [(part, one) for one in ([given] if isinstance(given, Mapping) else given) if isinstance(one, Mapping)]
    return found


def _body(job: Job, resource: Resource, parts: list[Resource], fields: dict[str, Any]) -> Found:
    addresses = _addresses(parts)
    countries = dict.fromkeys(code for _, address in addresses if (code := country_of(address)))
    for part, address in addresses:
        if address.get("country") and not country_of(address):
            yield Finding(
                "unknown-word",
                "error",
                part.at("address.country"),
                "no country is called so",
                "a code of ISO 3166",
                str(address["country"]),
            )
            return
    own = next((country_of(address) for part, address in addresses if part is resource and country_of(address)), None)
    country = own or (next(iter(countries)) if len(countries) == 1 else None) or job.options.country
    if country is None:
        yield Finding(
            "missing", "error", resource.at("address.country"), "nothing says in which country it is", "an address, or name the country"
        )
        return
    closed = [part for part in parts if secrecy(part.data)]
    hidden_place = [part for part, address in addresses if is_restricted(address) or secrecy(part.data)]
    if resource.type == "HealthcareService" and _houses(resource):
        hidden_place.append(resource)
    hidden_place += [part for part in parts if any(map(is_restricted, part.data.get("location") or ()))]
    fields["territory"] = [country]
    if not hidden_place:
        yield from _places(job, resource, addresses, country, fields)
    else:
        text = "its place is restricted by the file, or people are housed there: nothing but the country was taken"
        yield Finding("confidential", "warning", hidden_place[0].at("address"), text)
        fields["confidential_location"] = True
    if closed or hidden_place:
        levels = {secrecy(part.data) for part in closed if part is resource}
        fields["visibility"] = "hidden" if "hidden" in levels else "partner"
    if job.index.secrets.within(fields["name"]):
        yield Finding("confidential", "error", resource.at("name"), "the name says what the file restricts", "a name without it")
        return
    job.part = job.part or country
    points: list[dict[str, Any]] = []
    for part in parts:
        for found in contacts(part, job.index.secrets, job.source, job.today):
            if isinstance(found, Finding):
                yield found
            elif all((found["type"], found["value"]) != (point["type"], point["value"]) for point in points):
                points.append(found)
    if points:
        fields["contacts"] = points
    yield from ended(job, resource, fields)
    yield from _other_names(resource, fields, job.index.secrets)
    yield from _parent(job, resource, fields)
    fields["sources"] = [job.source]
    identity = job.index.take(f"{country.lower()}-{slug(fields['name']) or 'body'}", resource.ref)
    yield Read(Record("stakeholder", identity, country, fields), resource.place, _fine(resource), tuple(_keys(job, resource)))


def _fine(resource: Resource) -> Mapping[str, Place]:
    """Where single fields stood."""
    known = {"name": "name", "kind": "type", "contacts": "telecom", "territory": "address", "city": "address.city", "parent": "partOf"}
    return {name: resource.at(column) for name, column in known.items()}


def _places(
    job: Job, resource: Resource, addresses: list[tuple[Resource, Mapping[str, Any]]], country: str, fields: dict[str, Any]
) -> Iterator[Finding]:
    """The regions and the town of a body whose place is no secret; street and coordinates are not kept."""
    regions: dict[str, None] = {}
    for part, address in addresses:
        if address.get("state") and country_of(address) in (country, None):
            region = territory_of(address, country)
            if region is None:
                text = "no region of the country is called so: it is taken as working in the whole country"
                yield Finding("unknown-word", "warning", part.at("address.state"), text, "a code of ISO 3166-2", str(address["state"]))
            else:
                regions[region] = None
        if any(address.get(key) for key in ("line", "text", "postalCode", "district")):
            yield from once(job, part, "address.line", "a street is not kept; the region and the town are")
    if regions:
        fields["territory"] = list(regions)
    own = [str(address["city"]) for part, address in addresses if part is resource and address.get("city")]
    cities = own or list(dict.fromkeys(str(address["city"]) for _, address in addresses if address.get("city")))
    if len(cities) == 1 and not job.index.secrets.within(cities[0]):
        fields["city"] = cities[0]
    elif cities:
        yield Finding("ignored", "note", resource.at("address.city"), "it is in several towns: none of them is taken as its own")


def ended(job: Job, resource: Resource, fields: dict[str, Any]) -> Iterator[Finding]:
    """The end of what is no longer active: the day on which the resource was written last, else that on which the list was published."""
    active = resource.data.get("active")
    if active is False:
        fields["valid_to"] = _written(job, resource) or job.today.isoformat()
        yield Finding("past", "note", resource.at("active"), f"it is not active: taken as ended on {fields['valid_to']}")
    elif active not in (True, None):
        yield Finding("wrong-value", "error", resource.at("active"), "active is neither true nor false", "true or false", str(active))


def _written(job: Job, resource: Resource) -> str | None:
    meta = resource.data.get("meta")
    updated = str(meta.get("lastUpdated") or "")[:10] if isinstance(meta, Mapping) else ""
    return updated or job.options.published


def year_of(job: Job, resource: Resource) -> int | None:
    """The year in which a resource was written, or its list published."""
    written = _written(job, resource)
    return int(written[:4]) if written and written[:4].isdecimal() else None


def _other_names(resource: Resource, fields: dict[str, Any], secrets: Secrets) -> Iterator[Finding]:
    names = [str(name) for name in resource.data.get("alias") or () if name]
    if names:
        kept = [(name, _is_former(resource, index)) for index, name in enumerate(names) if not secrets.within(name)]
        now, once_called = (", ".join(name for name, former in kept if former is then) for then in (False, True))
        said = [f"Also called {now}." if now else "", f"Formerly called {once_called}." if once_called else ""]
        if kept:
            fields["note"] = " ".join(filter(None, said))
        if len(kept) < len(names):
            yield Finding("confidential", "warning", resource.at("alias"), "another name says what the file restricts: it was left out")


def _is_former(resource: Resource, index: int) -> bool:
    """Whether another name is one that the body had once."""
    more = resource.data.get("_alias") or ()
    element = more[index] if index < len(more) else None
    kinds = [extension.get("valueCodeableConcept") for extension in extensions(element, "org-alias-type")]
    return any(word == "historical" for kind in kinds for word in words_of(kind))


def _parent(job: Job, resource: Resource, fields: dict[str, Any]) -> Iterator[Finding]:
    pointer = resource.data.get("partOf")
    if pointer:
        ref = job.index.ref(pointer)
        found = body_of(job, ref) if ref else None
        if found is None:
            text = "it is part of an organisation that this file does not hold, or that is left out: the tie was not taken"
            yield Finding("no-parent", "warning", resource.at("partOf"), text, "give both in one bundle or folder", pointed(pointer))
        else:
            fields["parent"] = found[0]


def pointed(pointer: Any) -> str:
    """What a Reference points to, as it is written."""
    return str(pointer.get("reference", "")) if isinstance(pointer, Mapping) else ""


def _keys(job: Job, resource: Resource) -> Iterator[tuple[str, str]]:
    """The identifiers by which a body may be known elsewhere: its own in this list, those of registers, its other names."""
    yield f"fhir:{job.options.source}", resource.ref
    for identifier in resource.data.get("identifier") or ():
        if isinstance(identifier, Mapping) and identifier.get("system") and identifier.get("value"):
            value = str(identifier["value"])
            if not is_restricted(identifier) and not job.index.secrets.within(value):
                yield str(identifier["system"]), value
    for name in resource.data.get("alias") or ():
        if not job.index.secrets.within(str(name)):
            yield "name", str(name)


def body_of(job: Job, ref: str) -> tuple[str, str] | None:
    """The id and the country of the body that a resource becomes; None where it becomes none."""
    kind, _, identity = ref.partition("/")
    resource = Resource({"resourceType": kind, "id": identity, **job.index.about(ref)}, Place(""))
    found = organization(_quiet(job), resource) if kind == "Organization" else service_body(_quiet(job), resource)
    made = next((one.record for one in found if isinstance(one, Read)), None)
    return (made.id, made.part) if made else None


def _quiet(job: Job) -> Job:
    """The same job for a look at another resource: what it tells is not kept."""
    return Job(job.options, job.index, job.today, job.title, set(job.told), job.part)


def once(job: Job, resource: Resource, column: str, text: str) -> Iterator[Finding]:
    """A finding `ignored`, the first time that a column of a type of resource is met."""
    if (resource.type, column) not in job.told:
        job.told.add((resource.type, column))
        yield Finding("ignored", "note", resource.at(column), text)
