"""Services become mandates: one a function that their terms or words name; what names none gives no mandate and says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from importers import taxonomy
from importers.formats import hsds_places, hsds_values
from importers.formats.hsds_bodies import body_id, digest
from importers.formats.hsds_gather import Body, Held, Job, Service
from importers.formats.hsds_tables import Row
from importers.reading import Finding, Read
from pathways.format.reader import mandate_id
from pathways.records import Record

_STATUS: Mapping[str, str] = {
    "active": "active",
    "inactive": "ended",
    "defunct": "ended",
    "temporarily closed": "ended",
    "temporarily_closed": "ended",
}
_AGES = (("minimum_age", "at_least"), ("maximum_age", "at_most"))


@dataclass(slots=True)
class Said:
    """What the terms and words of a service say together."""

    functions: list[str] = field(default_factory=list)
    inferred: bool = False
    specialised: bool = False
    confidential: bool = False
    groups: list[str] = field(default_factory=list)
    terms: int = 0

    def add(self, meaning: taxonomy.Meaning, name: str) -> None:
        """Adds the meaning of one term."""
        self.functions += [function for function in meaning.functions if function not in self.functions]
        self.specialised |= meaning.specialised
        self.confidential |= meaning.confidential
        if meaning.group and name not in self.groups:
            self.groups.append(name)


def mandates(job: Job, body: Body, given: Service) -> Iterator[Finding | Read | Said]:
    """The mandates of one service; what its terms say of the body comes as `Said`."""
    service, below, holder = given.held.row, given.held.below, body_id(job, body)
    if not service.text("name"):
        yield Finding("missing", "error", service.at("name"), f"service {service.id} has no name", "the name of the service")
        return
    said = Said()
    yield from _meanings(job, service, below, said)
    yield said
    if not said.functions:
        yield Finding(
            "unknown-word",
            "warning",
            service.at("name"),
            "no term and no word of this service names a function; it gives no mandate",
            "a term of a known taxonomy (importers/data)",
            service.text("name")[:120],
        )
        return
    fields: dict[str, Any] = {"holder": holder, "sources": [job.source]}
    yield from _dates(job, service, below, fields)
    yield from _where(job, body, below, given.places, fields)
    yield from _for_whom(service, fields)
    yield from _words(job, service, below, said, fields)
    if said.inferred:
        fields |= {"evidence": "inferred", "evidence_of": "function"}
    for function in said.functions:
        own = {**fields, "function": function, "id": f"{function}-{digest(job.options.source, 'service', service.id)}"}
        record = Record("mandate", mandate_id(holder, own), body.country, own)
        yield Read(record, service.place, {"function": service.at("name")}, ((f"{job.options.source}:service", service.id),))


def _meanings(job: Job, service: Row, below: dict[str, list[Row]], said: Said) -> Iterator[Finding]:
    for attribute in below.get("attribute", ()):
        term = next(iter(job.tables.below(attribute).get("taxonomy_term", ())), None)
        identity = attribute.text("taxonomy_term_id")
        term = term or (job.tables.get("taxonomy_term", identity) if identity else None)
        code = term.text("code") or term.id if term else identity
        name = term.text("name", "term") if term else attribute.text("label", "value")
        if not code and not name:
            yield Finding("missing", "warning", attribute.at("taxonomy_term"), "an attribute without a term", "a term of a taxonomy")
            continue
        vocabulary = (term.text("taxonomy", "vocabulary") if term else "") or _taxonomy(job, term) or job.dialect.taxonomy
        meaning = taxonomy.of_term(vocabulary, code, name)
        said.terms += 1
        if meaning is None:
            yield Finding(
                "unknown-word",
                "warning",
                attribute.at("taxonomy_term_id"),
                "a term that no table knows",
                "see importers/data",
                (name or code)[:120],
            )
        elif meaning.ignored:
            yield Finding(
                "ignored", "note", attribute.at("taxonomy_term_id"), f"term {name or code}: {meaning.ignored}", value=(name or code)[:120]
            )
        else:
            said.add(meaning, name)
    if said.functions:
        return
    for text in (service.text("name"), *filter(None, (word.strip() for word in service.text("keywords").split(",")))):
        meaning = taxonomy.of_words(text, whole=text != service.text("name"))
        if meaning is not None and meaning.functions:
            said.add(meaning, text)
            said.inferred = True


def _taxonomy(job: Job, term: Row | None) -> str:
    """The name of the taxonomy that a term belongs to, where the term itself names none."""
    if term is None:
        return ""
    detail = next(iter(job.tables.below(term).get("taxonomy", ())), None)
    identity = term.text("taxonomy_id")
    detail = detail or (job.tables.get("taxonomy", identity) if identity else None)
    return detail.text("name") if detail else ""


def _dates(job: Job, service: Row, below: dict[str, list[Row]], fields: dict[str, Any]) -> Iterator[Finding]:
    """As of when it is stated, and whether it still works: what does not is loaded as ended."""
    seen: list[str] = []
    for row, column in (
        (service, "last_modified"),
        (service, "assured_date"),
        *((m, "last_action_date") for m in below.get("metadata", ())),
    ):
        for value in hsds_values.checked_date(row, column, job.dialect.values):
            if isinstance(value, Finding):
                yield value
            else:
                seen.append(value)
    fields["as_of"] = max(seen, default=job.options.published)
    status = service.text("status")
    state = _STATUS.get(status.casefold())
    if state == "ended":
        yesterday = (job.today - timedelta(days=1)).isoformat()
        fields["valid_to"] = min(fields["as_of"], yesterday) if _is_day(fields["as_of"]) else str(job.today.year - 1)
        yield Finding(
            "past", "note", service.at("status"), f"the service is {status}: loaded as ended on {fields['valid_to']}", value=status
        )
    elif state is None:
        fields["operational"] = "unclear"
        if status:
            yield Finding(
                "unknown-word",
                "warning",
                service.at("status"),
                "a status that no table knows",
                "active, inactive, defunct or temporarily closed",
                status[:80],
            )
        else:
            yield Finding(
                "missing", "warning", service.at("status"), "nothing says whether the service still works", "active, inactive, defunct …"
            )


# Where the list says that something has ended and nothing says when, its end is the year before this one: past, and the same at every
# reading of the year.


def _is_day(text: Any) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _where(job: Job, body: Body, below: dict[str, list[Row]], places: Sequence[Held], fields: dict[str, Any]) -> Iterator[Finding]:
    """Where the service works: its areas; where their words name no territory, the part of its places that it covers is not known."""
    own: list[str] = []
    addresses = [address for place in places for address in place.all("address")]
    for found in hsds_places.of_addresses(addresses, job.options.country):
        if not isinstance(found, Finding):
            own = found.territory
    for area in hsds_places.of_areas(below.get("service_area", ()), body.country):
        if isinstance(area, Finding):
            yield area
            continue
        codes, words = area
        if words:
            fields["partial"] = True
            fields["note"] = f"Works in: {', '.join(words)}."
            codes = list(dict.fromkeys([*codes, *own]))
        territory = codes or own
        if territory and territory != (body.where.territory or [body.country]):
            fields["territory"] = territory


def _for_whom(service: Row, fields: dict[str, Any]) -> Iterator[Finding]:
    """The limits that a machine can read: ages. Other words stay words."""
    limits: list[dict[str, Any]] = []
    for column, test in _AGES:
        for value in hsds_values.number(service, column):
            if isinstance(value, Finding):
                yield value
            elif value < 0 or value > 150:
                yield Finding("wrong-value", "warning", service.at(column), f"{column}: {value} is no age", "years", str(value))
            elif value > 0 or column == "maximum_age":
                limits.append({"fact": "age_years", test: value})
    if limits:
        fields["serves"] = limits[0] if len(limits) == 1 else {"all": limits}


def _words(job: Job, service: Row, below: dict[str, list[Row]], said: Said, fields: dict[str, Any]) -> Iterator[Finding]:
    """What is told in words: the service itself, eligibility, fees, waiting, what to bring."""
    documents = [row.text("document") for row in below.get("required_document", ()) if row.text("document")]
    if documents:
        fields["requires_note"] = "; ".join(documents)
    costs = []
    for cost in below.get("cost_option", ()):
        ended = False
        for value in hsds_values.checked_date(cost, "valid_to", job.dialect.values):
            if isinstance(value, Finding):
                yield value
            elif date.fromisoformat(value) < job.today:
                ended = True
                yield Finding("past", "note", cost.at("valid_to"), f"this price ended on {value}", value=value)
        if not ended:
            costs.append(" ".join(cost.text(name) for name in ("option", "amount", "currency", "amount_description") if cost.text(name)))
    eligibility = [service.text("eligibility_description"), *(row.text("eligibility") for row in below.get("eligibility", ()))]
    labelled = [
        ("Service", service.text("name")),
        ("Also called", service.text("alternate_name")),
        ("", service.text("description")),
        ("For", "; ".join(dict.fromkeys(text for text in (*eligibility, *said.groups) if text))),
        ("How to apply", service.text("application_process")),
        ("Fees", "; ".join(dict.fromkeys(text for text in (service.text("fees_description"), service.text("fees"), *costs) if text))),
        ("Waiting", service.text("wait_time")),
        ("Keywords", service.text("keywords")),
        ("Note", service.text("alert")),
        ("Status", service.text("status") if fields.get("valid_to") else ""),
    ]
    told = [f"{label}: {text}" if label else text for label, text in labelled if text]
    fields["note"] = " ".join(
        part if part.endswith((".", "!", "?")) else f"{part}." for part in (*told, *([fields["note"]] if "note" in fields else []))
    )
