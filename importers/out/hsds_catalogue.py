"""All of the directory as HSDS 3 documents, found and listed as the API of HSDS asks: made once for a revision and a viewer.

The standard's filters are cumulative: a thing is listed where it passes all that are given. Lists keep the order of the directory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from importers.out import hsds, hsds_documents
from pathways.directory import Directory
from pathways.script import tokens
from pathways.visibility import Viewer

Document = dict[str, Any]
Changed = Callable[[tuple[str, str]], str]
"""When a thing (its kind, its id in the directory) was last changed: UTC, as 2026-11-24T15:00:00Z."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; None: everything."""

    search: str | None = None
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    modified_after: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, whole and with its own fields only, and what it is found by."""

    full: Document
    simple: Document
    words: str
    organization: str = ""
    terms: frozenset[str] = frozenset()
    modified: str = ""


class Catalogue:
    """The organizations, services, taxonomies and terms that a viewer may see; it is not changed once it is made."""

    def __init__(self, directory: Directory, viewer: Viewer, on: date, changed: Changed) -> None:
        self.organizations: dict[str, Entry] = {}
        self.services: dict[str, Entry] = {}
        self.service_at_locations: dict[str, Entry] = {}
        """None: the directory keeps no street, and a location is one."""
        for part in directory.everywhere:
            for body in part.stakeholders:
                found = hsds_documents.of_body(directory, body, viewer, on)
                if found is not None:
                    self._add(body, *found, changed)
        rows = list(hsds.taxonomy_rows())
        self.taxonomies = {row["id"]: _entry(row, row) for table, row in rows if table == "taxonomies"}
        terms = (hsds_documents.term(row["code"]) for table, row in rows if table == "taxonomy_terms")
        self.taxonomy_terms = {term["id"]: _entry(term, term) for term in terms}

    def _add(self, body: str, organization: Document, services: list[Document], changed: Changed) -> None:
        brief = _own_fields(organization)
        simple = []
        for found in services:
            modified = max(changed(("stakeholder", body)), changed(("mandate", found["mandates"][0]["record_id"])))
            service = {**found, "last_modified": modified}
            own = _own_fields(service)
            terms = frozenset(attribute["taxonomy_term"]["id"] for attribute in service["attributes"])
            full, short = {**service, "organization": organization}, {**own, "organization": brief}
            self.services[service["id"]] = Entry(full, short, _words(own, brief), organization["id"], terms, modified)
            simple.append(own)
        self.organizations[organization["id"]] = _entry({**organization, "services": simple}, brief)

    def listed(self, kind: str, query: Query) -> list[Entry]:
        """The entries of a kind (`services`, `organizations` …) that pass all filters of a query, in order."""
        entries: Mapping[str, Entry] = getattr(self, kind)
        return [entry for entry in entries.values() if self._passes(entry, query)]

    def _passes(self, entry: Entry, query: Query) -> bool:
        terms = entry.terms or {entry.simple["id"]}
        return (
            (query.search is None or all(f" {token}" in entry.words for token in tokens(query.search)))
            and (query.taxonomy_term_id is None or query.taxonomy_term_id in terms)
            and (query.taxonomy_id is None or (query.taxonomy_id in self.taxonomies and not terms.isdisjoint(self.taxonomy_terms)))
            and (query.organization_id is None or query.organization_id == entry.organization)
            and (query.modified_after is None or entry.modified >= query.modified_after)
            and (query.parent_id is None or query.parent_id == entry.simple.get("parent_id"))
        )

    def with_services(self, organization: Document) -> Document:
        """An organization with its services whole, in place of their own fields only."""
        within = [self.services[service["id"]].full for service in organization["services"]]
        return {**organization, "services": [{k: v for k, v in service.items() if k != "organization"} for service in within]}


def page(total: int, number: int, size: int) -> dict[str, Any]:
    """A page of a list of `total` things, as HSDS describes it, without its contents. A page behind the last is empty."""
    pages = -(-total // size)
    here = max(0, min(size, total - (number - 1) * size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": here,
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": here == 0,
    }


def _entry(full: Document, simple: Document) -> Entry:
    return Entry(full, simple, _words(simple))


def _own_fields(document: Document) -> Document:
    """A document without what lies within it."""
    return {name: value for name, value in document.items() if not isinstance(value, list | dict)}


_SEARCHED = ("name", "alternate_name", "description", "application_process", "eligibility_description", "code")


def _words(*documents: Document) -> str:
    """The words of the texts of documents, each behind a blank, in plain Latin letters."""
    return " " + " ".join(dict.fromkeys(_tokens(documents)))


def _tokens(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        for name in _SEARCHED:
            if text := document.get(name):
                yield from tokens(str(text))
