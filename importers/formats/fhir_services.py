"""What FHIR services and affiliations become: mandates of who provides them, and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from importers.formats.fhir_bodies import Found, Job, body_of, ended, pointed, service_body, slug, year_of
from importers.formats.fhir_contacts import end_of, hours_of, is_restricted, territory_of
from importers.formats.fhir_files import Resource
from importers.formats.fhir_words import FOR_WOMEN, FUNCTIONS, LINKS, TIES, functions_of, words_of
from importers.reading import Finding, Read
from pathways.records import Record


def mandates(job: Job, resource: Resource) -> Found:
    """What a service does, as mandates of who provides it."""
    data = resource.data
    if data.get("providedBy"):
        ref = job.index.ref(data["providedBy"])
        holder = body_of(job, ref) if ref else None
        if holder is None:
            text = "it is provided by an organisation that this file does not hold, or that is left out"
            yield Finding(
                "no-parent", "error", resource.at("providedBy"), text, "give both in one bundle or folder", pointed(data["providedBy"])
            )
            return
    else:
        yield from service_body(job, resource)
        holder = body_of(job, resource.ref)
        if holder is None:
            return
    job.part = job.part or holder[1]
    named: dict[str, None] = {}
    unknown: list[Finding] = []
    for key in ("type", "category", "specialty"):
        for index, concept in enumerate(data.get(key) or ()):
            functions = functions_of(concept)
            named.update(dict.fromkeys(functions))
            if not functions:
                place, words = resource.at(f"{key}[{index}]"), [*words_of(concept), ""]
                unknown.append(Finding("unknown-word", "warning", place, "no function is known for this word", value=words[0]))
    if not named:
        text = "nothing says what it does, in words that are known here"
        known = ", ".join(sorted(FUNCTIONS)[:12])
        yield Finding(
            "unknown-word" if unknown else "missing",
            "error",
            resource.at("type"),
            text,
            f"a type as {known}…",
            unknown[0].value if unknown else "",
        )
        return
    yield from unknown
    fields: dict[str, Any] = {"holder": holder[0]}
    yield from _service_fields(job, resource, fields, holder[1])
    for function in named:
        told = {**fields, "function": function, "as_of": year_of(job, resource), "sources": [job.source]}
        identity = job.index.take(f"{holder[0]}.{function}", resource.ref)
        if identity != f"{holder[0]}.{function}":
            told["id"] = identity.partition(".")[2]
        yield Read(
            Record("mandate", identity, holder[1], told), resource.place, {"function": resource.at("type"), "note": resource.at("comment")}
        )


def _service_fields(job: Job, resource: Resource, fields: dict[str, Any], country: str) -> Iterator[Finding]:
    data = resource.data
    if any(word in FOR_WOMEN for concept in data.get("type") or () for word in words_of(concept)):
        fields["serves"] = {"fact": "gender", "in": ["female"]}
    notes = []
    for column, text in _told(data):
        if job.index.secrets.within(text):
            yield Finding("confidential", "warning", resource.at(column), "the text says what the file restricts: it was left out")
        else:
            notes.append(text)
    for index, limit in enumerate(data.get("eligibility") or ()):
        words = [
            *words_of(limit.get("code") if isinstance(limit, Mapping) else None),
            str(limit.get("comment") or "") if isinstance(limit, Mapping) else "",
        ]
        text = "; ".join(word for word in words if word)
        if text and not job.index.secrets.within(text):
            notes.append(f"For: {text}.")
        todo = "somebody should write it as a condition; until then it stands in the note and limits nobody"
        yield Finding("unknown-word", "warning", resource.at(f"eligibility[{index}]"), "whom it serves is told in words", todo)
    if notes:
        fields["note"] = " ".join(notes)
    regions = []
    for pointer in data.get("coverageArea") or ():
        ref = job.index.ref(pointer)
        address = job.index.about(ref).get("address") if ref else None
        region = territory_of(address, country) if isinstance(address, Mapping) and not is_restricted(address) else None
        if region:
            regions.append(region)
        else:
            yield Finding(
                "no-parent", "warning", resource.at("coverageArea"), "the area is not in the file, or no region that is known here"
            )
    for index, pointer in enumerate(data.get("location") or ()):
        if job.index.ref(pointer) is None:
            yield Finding("no-parent", "warning", resource.at(f"location[{index}]"), "its place is not in the file", value=pointed(pointer))
    if regions:
        fields["territory"] = list(dict.fromkeys(regions))
    yield from ended(job, resource, fields)


def _told(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a service says of itself in words, as sentences of a note, each with its column."""
    for key in ("comment", "extraDetails", "availabilityExceptions"):
        if data.get(key):
            yield key, f"{str(data[key]).strip().rstrip('.')}."
    if data.get("appointmentRequired") is not None:
        yield "appointmentRequired", "By appointment." if data["appointmentRequired"] is True else "Without appointment."
    hours = "; ".join(filter(None, (hours_of(times) for times in data.get("availableTime") or () if isinstance(times, Mapping))))
    if hours:
        yield "availableTime", f"Open {hours}."
    for closed in data.get("notAvailable") or ():
        if isinstance(closed, Mapping) and closed.get("description"):
            yield "notAvailable", f"Not open: {closed['description']}."
    spoken = [next(words_of(language), "") for language in data.get("communication") or ()]
    if any(spoken):
        yield "communication", f"Languages: {', '.join(filter(None, spoken))}."


def affiliation(job: Job, resource: Resource) -> Found:
    """The link that an affiliation is: from the organisation to the one that takes part."""
    data = resource.data
    words = {word for concept in data.get("code") or () for word in words_of(concept)}
    if not words & LINKS:
        value = next(iter(sorted(words)), "")
        yield Finding(
            "unknown-word",
            "error",
            resource.at("code"),
            "no tie between bodies is known for this role",
            f"accepted: {', '.join(sorted(LINKS))}",
            value,
        )
        return
    if not words & TIES:
        yield Finding(
            "ignored", "note", resource.at("code"), "to be a member or a supplier is not to be referred to: no link was made of it"
        )
        return
    ends = []
    for key in ("organization", "participatingOrganization"):
        ref = job.index.ref(data.get(key))
        body = body_of(job, ref) if ref else None
        if body is None:
            text = "it points to an organisation that this file does not hold, or that is left out"
            yield Finding("no-parent", "error", resource.at(key), text, "give both in one bundle or folder", pointed(data.get(key)))
            return
        ends.append(body)
    (origin, part), (to, _) = ends
    job.part = job.part or part
    fields: dict[str, Any] = {"origin": origin, "to": to, "basis": "practice", "evidence": "inferred", "evidence_of": "basis"}
    refs = [ref for pointer in data.get("healthcareService") or () if (ref := job.index.ref(pointer))]
    for index, pointer in enumerate(data.get("healthcareService") or ()):
        if job.index.ref(pointer) is None:
            text = "a service that the file does not hold: what it does is not in the link"
            yield Finding("no-parent", "warning", resource.at(f"healthcareService[{index}]"), text, value=pointed(pointer))
    services = [job.index.about(ref) for ref in refs]
    concepts = [concept for about in services for key in ("type", "category", "specialty") for concept in about.get(key) or ()]
    fields["functions"] = list(dict.fromkeys(f for concept in concepts for f in functions_of(concept)))
    end = end_of(data)
    period = data.get("period")
    if isinstance(period, Mapping) and period.get("start"):
        fields["valid_from"] = str(period["start"])[:10]
    if end:
        fields["valid_to"] = end
        if end < job.today.isoformat()[: len(end)]:
            yield Finding("past", "note", resource.at("period.end"), f"it ended on {end}")
    yield from ended(job, resource, fields)
    fields |= {"as_of": year_of(job, resource), "sources": [job.source]}
    identity = job.index.take(f"{origin}--{to}", resource.ref)
    if identity != f"{origin}--{to}":
        fields["id"] = slug(resource.ref.partition("/")[2])
        identity = f"{origin}--{to}.{fields['id']}"
    yield Read(Record("link", identity, part, fields), resource.place)
