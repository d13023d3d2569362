"""The checks: required and optional calls, pages that add up, schemas, identifiers, filters that filter, and how errors are told.

Source of the rules: HSDS 3.0, API reference and `openapi.json`. A list is read in small pages, so that there is more than one.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from importers.conformance.client import Answer, Client, Unreachable
from importers.conformance.report import Report, Severity

SCHEMAS = Path(__file__).parent.parent / "data" / "hsds-3.0"
LISTS: Mapping[str, tuple[str, str]] = {
    "/services": ("service", "required"),
    "/taxonomies": ("taxonomy", "optional"),
    "/taxonomy_terms": ("taxonomy_term", "optional"),
    "/organizations": ("organization", "optional"),
    "/service_at_locations": ("service_at_location", "optional"),
}
_PAGE: Mapping[str, type] = {
    "total_items": int,
    "total_pages": int,
    "page_number": int,
    "size": int,
    "first_page": bool,
    "last_page": bool,
    "empty": bool,
    "contents": list,
}
_BASE = "https://hsds.example.org/"
_URI = re.compile(r"https?://[^\s/]+\S*")
_ASKED = ("description",)
"""Fields that the standard does not require, and that a person needs."""


@dataclass(frozen=True, slots=True)
class Check:
    """How far an API is tested: things on a page, pages of a list, things asked for one by one."""

    per_page: int = 20
    pages: int = 3
    items: int = 3


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    registry = jsonschema_rs.Registry([(_BASE + path.name, json.loads(path.read_text("utf-8"))) for path in SCHEMAS.glob("*.json")])
    schema = {"$ref": f"{_BASE}{name}.json"}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=registry, base_uri=_BASE)


def check(url: str, how: Check | None = None, timeout: float = 20.0) -> Report:
    """Test the API at an address; Unreachable where nothing answers there."""
    return _Checking(Client(url, timeout), how or Check()).run()


class _Checking:
    def __init__(self, client: Client, how: Check) -> None:
        self.client, self.how = client, how
        self.report = Report(client.url)

    def run(self) -> Report:
        """All checks."""
        self._base()
        for call, (schema, need) in LISTS.items():
            things = self._list(call, schema, need)
            if things is not None:
                self._single(call, schema, things)
                if things and call == "/services":
                    self._filters(things)
        self.report.requests = self.client.requests
        return self.report

    def find(self, rule: str, call: str, message: str, place: str = "", severity: Severity = "failure") -> None:
        self.report.find(severity, rule, call, message, place)

    def _json(self, call: str, answer: Answer) -> bool:
        if answer.data is None:
            self.find("not-json", call, "the answer is not JSON")
        elif answer.media != "application/json":
            self.find("media-type", call, f"the answer calls itself {answer.media}, not application/json")
        return answer.data is not None

    # the base ----------------------------------------------------------------------------------------------------------

    def _base(self) -> None:
        answer = self.client.get("/")
        here = answer.status == 200
        self.report.calls["/"] = f"required, {'there' if here else 'missing'}"
        if not here:
            self.find("missing-call", "/", f"a required call answers {answer.status}")
        if not here or not self._json("/", answer):
            return
        data = answer.data if isinstance(answer.data, dict) else {}
        version = data.get("version")
        if not isinstance(version, str) or not re.search(r"(^|[^\d.])3(\.\d+)*$", version):
            self.find("version", "/", f"version is {version!r}, and not one of HSDS 3")
        self.report.version = version if isinstance(version, str) else ""
        for name in ("profile", "openapi_url"):
            if not isinstance(data.get(name), str) or not _URI.fullmatch(data[name]):
                self.find("base", "/", f"{name} is {'missing' if name not in data else 'not the address of a page'}")

    # lists --------------------------------------------------------------------------------------------------------------

    def _list(self, call: str, schema: str, need: str) -> list[dict[str, Any]] | None:
        """The things of the first pages of a list; None where the call is not there."""
        answer = self.client.get(call, page=1, per_page=self.how.per_page)
        here = answer.status == 200
        self.report.calls[call] = f"{need}, {'there' if here else 'missing'}"
        if not here:
            if need == "required" or answer.status not in (404, 501):
                self.find("missing-call", call, f"{'a required' if need == 'required' else 'the'} call answers {answer.status}")
            return None
        found: list[dict[str, Any]] = []
        seen: dict[str, int] = {}
        number = 1
        while answer.status == 200 and self._json(call, answer) and isinstance(answer.data, dict):
            things = self._page(call, answer.data, number)
            for thing in things:
                self._document(call, schema, thing, f"page {number}")
                identity = str(thing.get("id"))
                if identity in seen:
                    self.find("repeated-id", call, "the same id stands twice in the list", f"page {number}, {identity}")
                seen[identity] = number
            found += things
            if number >= self.how.pages or answer.data.get("last_page") is not False or not things:
                break
            number += 1
            answer = self.client.get(call, page=number, per_page=self.how.per_page)
            if answer.status != 200:
                self.find("paging", call, f"page {number} is said to be there and answers {answer.status}")
        if isinstance(answer.data, list):
            self.find("paging", call, "the answer is a list, and not a page with contents")
        return found

    def _page(self, call: str, page: dict[str, Any], number: int) -> list[dict[str, Any]]:
        """Hold a page against what it says of itself; its things."""
        where = f"page {number}"
        for name, kind in _PAGE.items():
            value = page.get(name)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                self.find("page-field", call, f"{name} is {'missing' if name not in page else 'no ' + kind.__name__}", where)
        things = [thing for thing in page.get("contents") or () if isinstance(thing, dict)]
        said = {name: page.get(name) for name in _PAGE}
        if any(not isinstance(said[name], kind) for name, kind in _PAGE.items()):
            return things
        for name, expected in (
            ("page_number", number),
            ("size", len(said["contents"])),
            ("empty", not said["contents"]),
            ("first_page", number == 1),
            ("last_page", number >= said["total_pages"]),
        ):
            if said[name] != expected:
                self.find("paging", call, f"{name} is {_told(said[name])} where it would be {_told(expected)}", where)
        self._arithmetic(call, said, where)
        return things

    def _arithmetic(self, call: str, said: Mapping[str, Any], where: str) -> None:
        """That items, pages and the size of a page go together."""
        total, pages, here = said["total_items"], said["total_pages"], len(said["contents"])
        if here > self.how.per_page:
            self.find("per-page", call, f"{here} things on a page where per_page asked for {self.how.per_page}", where)
        if total == 0 or here == 0:
            if total and said["page_number"] == 1:
                self.find("paging", call, f"total_items is {total}, and the first page is empty", where)
            return
        fits = here == total if pages == 1 else (pages - 1) * here < total <= pages * here
        if said["page_number"] < pages or pages == 1:
            if not fits:
                self.find("paging", call, f"{total} total_items do not make {pages} total_pages of {here}", where)
        elif total < pages:
            self.find("paging", call, f"{total} total_items do not make {pages} total_pages", where)

    # documents ----------------------------------------------------------------------------------------------------------

    def _document(self, call: str, schema: str, thing: Any, where: str) -> None:
        self.report.documents += 1
        for error in _validator(schema).iter_errors(thing):
            path = "/".join(step if isinstance(step, str) else "…" for step in error.instance_path)
            message = re.sub(r"^(['\"{\[]).*?\1? is ", "it is ", error.message) if len(error.message) > 160 else error.message
            self.find("schema", call, f"{path or schema}: {message[:200]}", f"{where}, {_identity(thing)}")
        for name in _ASKED:
            if isinstance(thing, dict) and not thing.get(name) and name not in _required(schema):
                self.find("incomplete", call, f"{name} is missing", f"{where}, {_identity(thing)}", "warning")

    def _single(self, call: str, schema: str, things: list[dict[str, Any]]) -> None:
        """Things one by one, and one that is not there."""
        one = f"{call}/{{id}}"
        for thing in things[: self.how.items]:
            identity = thing.get("id")
            if not isinstance(identity, str) or not identity:
                continue
            answer = self.client.get(f"{call}/{identity}")
            if answer.status != 200:
                self.find("missing-call", one, f"a thing of the list answers {answer.status}", identity)
                continue
            if not self._json(one, answer):
                continue
            self._document(one, schema, answer.data, identity)
            told = answer.data if isinstance(answer.data, dict) else {}
            for name in ("id", "name", "status"):
                if thing.get(name) != told.get(name) and name in thing:
                    self.find("contradiction", one, f"{name} differs from that in the list", identity)
        answer = self.client.get(f"{call}/{uuid.uuid4()}")
        if answer.status != 404:
            self.find("error-answer", one, f"an id that is nobody's answers {answer.status}, not 404")

    # filters ------------------------------------------------------------------------------------------------------------

    def _filters(self, things: list[dict[str, Any]]) -> None:
        """That the filters of services leave out what does not pass them, keep what does, and are cumulative."""
        call = "/services"
        full = next((told for thing in things[:1] if (told := self._full(thing))), {})
        for name, value in (
            ("search", "zqxjk" + uuid.uuid4().hex),
            ("taxonomy_term_id", str(uuid.uuid4())),
            ("taxonomy_id", str(uuid.uuid4())),
            ("organization_id", str(uuid.uuid4())),
            ("modified_after", "2999-01-01T00:00:00Z"),
        ):
            if self._found(call, name, **{name: value}):
                self.find("filter", call, f"{name} lets through what it should leave out")
        wanted = self._passed(full)
        for name, value in wanted.items():
            left = self._found(call, name, **{name: value})
            if left is not None and not any(one.get("id") == full.get("id") for one in left) and len(left) < self.how.per_page:
                self.find("filter", call, f"{name} leaves out a service that it should keep", str(full.get("id")))
        both = self._found(call, "cumulative", **{**wanted, "search": "zqxjk" + uuid.uuid4().hex}) if wanted else None
        if both:
            self.find("filter", call, "filters are not cumulative: one that nothing passes lets things through beside another")
        if (few := self._found(call, "per_page", per_page=1)) is not None and len(few) > 1:
            self.find("per-page", call, f"{len(few)} things on a page where per_page asked for 1")
        for wrong in ("0", "-1", "x"):
            answer = self.client.get(call, page=wrong)
            if not 400 <= answer.status < 500:
                self.find(
                    "error-answer", call, f"page={wrong} answers {answer.status}, not with an error of the caller", severity="warning"
                )

    def _full(self, thing: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.get(f"/services/{thing.get('id')}")
        return answer.data if answer.status == 200 and isinstance(answer.data, dict) else {}

    @staticmethod
    def _passed(service: dict[str, Any]) -> dict[str, str]:
        """Values of filters that a service passes."""
        organization = service.get("organization")
        attributes = [one for one in service.get("attributes") or () if isinstance(one, dict)]
        terms = [term["id"] for one in attributes if isinstance(term := one.get("taxonomy_term"), dict) and isinstance(term.get("id"), str)]
        found = {"organization_id": organization["id"]} if isinstance(organization, dict) and organization.get("id") else {}
        words = re.findall(r"\w{4,}", str(service.get("name") or ""))
        return {**found, **({"taxonomy_term_id": terms[0]} if terms else {}), **({"search": words[0]} if words else {})}

    def _found(self, call: str, name: str, **query: Any) -> list[dict[str, Any]] | None:
        """What a question to a list gives; None, and a finding, where it gives no page."""
        answer = self.client.get(call, **{"per_page": self.how.per_page, **query})
        if answer.status != 200 or not isinstance(answer.data, dict):
            self.find("filter", call, f"{name} answers {answer.status}")
            return None
        return [thing for thing in answer.data.get("contents") or () if isinstance(thing, dict)]


@cache
def _required(schema: str) -> frozenset[str]:
    return frozenset(json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))["required"])


def _identity(thing: Any) -> str:
    return str(thing.get("id", "no id"))[:40] if isinstance(thing, dict) else "no object"


def _told(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["LISTS", "Check", "Unreachable", "check"]
