"""FHIR R4: Organization, HealthcareService, Location and OrganizationAffiliation, as resources, bundles, NDJSON or a folder of these.

It is read twice: once to learn who is who and what is restricted, once for the records. What a resource restricts is told to nobody,
and its narrative, which is made from all of it, is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from importers.formats.fhir_bodies import CLOSED, Found, Job, once, organization
from importers.formats.fhir_files import Resource, kind_of_file, resources
from importers.formats.fhir_index import Index
from importers.formats.fhir_services import affiliation, mandates
from importers.formats.fhir_words import LEFT_OUT, PATIENTS, STAFF, USED
from importers.reading import Finding, Options, Place, Read
from pathways.records import Record

NAME = "fhir"
_READ = {"usage-restriction", "contactpoint-availabletime"}
"""Extensions that are understood, by the last word of their address."""


def recognise(path: Path) -> str | None:
    """Why this is FHIR; None where it is not."""
    kind = kind_of_file(path)
    return f"it holds a FHIR resource (resourceType {kind})" if kind else None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies, mandates and links of a file or a folder."""
    index = Index()
    try:
        first_place = Place(path.name)
        for one in resources(path):
            if isinstance(one, Resource) and not first_place.sheet:
                first_place = one.at("")
            wrong = _first(index, one)
            if wrong is not None:
                yield wrong
        index.finish()
        job = Job(options, index, date.today(), path.name)
        count = 0
        for one in resources(path):
            if isinstance(one, Resource):
                for found in _records(job, one):
                    if isinstance(found, Read):
                        if count == 0:
                            yield Read(_source(job, found.record.part), Place(path.name))
                        count += 1
                    yield found
        if count == 0:
            text = "the file gives no record: it holds no body with what can be known of it"
            yield Finding("missing", "error", first_place, text, "an Organization, or a HealthcareService with its organisation")
    finally:
        index.close()


def _first(index: Index, one: Resource | Finding) -> Finding | None:
    """Take a resource into the index; a finding for what is wrong with it before anything is read from it."""
    if isinstance(one, Finding):
        return one
    if one.type in PATIENTS:
        todo = "leave it out; nothing of a person who is helped belongs in a directory"
        return Finding("victim", "error", one.at("resourceType"), f"{one.type} is about a person who is helped", todo)
    if not index.add(one):
        return Finding(
            "duplicate", "error", one.at("id"), "a resource of this type and id stands here twice", "one resource an id", one.ref
        )
    return None


def _source(job: Job, part: str) -> Record:
    job.part = job.part or part
    published = job.options.published
    year = int(published[:4]) if published and published[:4].isdecimal() else None
    fields = {"title": job.title, "publisher": job.options.source, "year": year, "kind": "partner-list", "read": "full"}
    return Record("source", job.source, job.part, fields)


def _location(job: Job, resource: Resource) -> Found:
    """Nothing by itself: a place is taken where an organisation or service has it; one that nobody has is said to be lost."""
    if resource.data.get("status") in CLOSED:
        yield Finding("past", "note", resource.at("status"), f"the place is {resource.data['status']}: nothing was taken from it")
        return
    pointer = resource.data.get("managingOrganization")
    if pointer and job.index.ref(pointer) is None:
        value = str(pointer.get("reference", "")) if isinstance(pointer, dict) else ""
        text = "a place of an organisation that this file does not hold: nothing was taken from it"
        yield Finding("no-parent", "warning", resource.at("managingOrganization"), text, "give both in one bundle or folder", value)


_READERS: dict[str, Callable[[Job, Resource], Found]] = {
    "Organization": organization,
    "HealthcareService": mandates,
    "Location": _location,
    "OrganizationAffiliation": affiliation,
}


def _records(job: Job, resource: Resource) -> Found:
    if resource.type in PATIENTS:
        return
    if resource.type in STAFF:
        yield Finding(
            "confidential", "warning", resource.at("resourceType"), f"{resource.type} is about people who work somewhere: it was left out"
        )
        return
    if resource.type not in _READERS:
        yield from once(job, resource, "resourceType", f"{resource.type} tells nothing of who helps whom")
        return
    if resource.data.get("modifierExtension"):
        text = "a modifierExtension changes what the resource says, in a way that is not known here"
        yield Finding("wrong-value", "error", resource.at("modifierExtension"), text, "the resource without it")
        return
    yield from _columns(job, resource)
    yield from _READERS[resource.type](job, resource)


def _columns(job: Job, resource: Resource) -> Iterator[Finding]:
    """What is left out on purpose, once a column; and what nothing reads."""
    left_out, used = LEFT_OUT[resource.type], USED[resource.type]
    for key in resource.data:
        if key in left_out:
            yield from once(job, resource, key, f"left out: {left_out[key]}")
        elif key not in used and key.removeprefix("_") not in used and (resource.type, key) not in job.told:
            job.told.add((resource.type, key))
            yield Finding(
                "unknown-column", "warning", resource.at(key), f"no element of {resource.type} in FHIR R4 is called so", value=key
            )
    for extension in resource.data.get("extension") or ():
        name = str(extension.get("url", "")).rpartition("/")[2] if isinstance(extension, dict) else ""
        if name not in _READ:
            yield from once(job, resource, f"extension {name}", "an extension that nothing here reads")
