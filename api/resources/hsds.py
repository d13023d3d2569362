"""The directory as a read-only Open Referral HSDS 3.0 API: its pages, its required and optional calls, and the profile.

A list can be asked by POST as well (HSDS 3.1), so that a question that describes a case does not stand in an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request
from flask.views import MethodView

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.hsds_catalogues import catalogue
from api.hsds_query import IN_ADDRESS, IN_BODY, OneSchema, OrganizationSchema
from api.problems import Problem
from api.query import ReadSchema
from importers.out import profile
from importers.out.hsds_catalogue import Entry, Query, page

VERSION = "3.0"
_ROOT = f"{PREFIX}/hsds"
blp = Blueprint("HSDS", __name__, url_prefix=_ROOT, description="The directory as a read-only Open Referral HSDS 3.0 API")
_FILTERS = tuple(Query.__slots__)


def _absolute(path: str) -> str:
    return f"{request.url_root.rstrip('/')}{path}"


@blp.route("/", strict_slashes=False)
class Base(MethodView):
    """What the API is."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/HsdsBase"}, description="The version, the profile, this document")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The version of HSDS, the address of the profile and that of the OpenAPI document."""
        data = {"version": VERSION, "profile": _absolute(f"{_ROOT}/profile"), "openapi_url": _absolute(f"{PREFIX}/openapi.json")}
        return answers.of_directory(lambda: data, also=request.url_root)


@blp.route("/profile")
class Profile(MethodView):
    """The profile."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/HsdsProfile"}, description="The schemas of the profile, by name")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The profile of HSDS that the answers follow: JSON Merge Patches (RFC 7386) and new schemas, each with its address."""
        data = {
            "name": "referral-pathways",
            "title": "Protection of victims of trafficking in human beings",
            "description": "Mandates, functions, eligibility and stated referrals beside HSDS 3. Nothing of the standard is changed.",
            "hsds_version": VERSION,
            "schemas": {name: _absolute(f"{_ROOT}/profile/{name}") for name in sorted(profile.schemas())},
        }
        return answers.of_directory(lambda: data, also=request.url_root)


@blp.route("/profile/<string:schema>")
class ProfileSchema(MethodView):
    """One file of the profile."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A JSON Merge Patch of a schema of HSDS, or a new schema")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], schema: str) -> Response:
        """One schema of the profile, as `service.json`."""
        found = profile.schemas().get(schema)
        if found is None:
            raise Problem("not-found", f"The profile has the schemas {', '.join(sorted(profile.schemas()))}.")
        return answers.of_directory(lambda: found)


# lists ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to a list, whether it came in an address or in a body."""

    kind: str
    said: Mapping[str, Any]

    def wants(self, name: str) -> bool:
        """Whether something is asked for."""
        return self.said.get(name) in (True, "true")

    def query(self) -> Query:
        """The filters."""
        return Query(**{name: self.said[name] for name in _FILTERS if name in self.said})

    @property
    def lines(self) -> bool:
        """Whether all results are wanted, a line each."""
        return self.said["format"] == "ndjson"


def _listed(asked: _Asked) -> Sequence[Entry]:
    return catalogue(asked.said.get("as_of")).listed(asked.kind, asked.query())


def _documents(entries: Sequence[Entry], asked: _Asked) -> list[Any]:
    """The documents of some entries, as long as they are asked for."""
    if asked.wants("minimal"):
        return [{"id": entry.full["id"], "last_modified": entry.modified} for entry in entries]
    if asked.wants("full_service"):
        return [catalogue(asked.said.get("as_of")).with_services(entry.full) for entry in entries]
    return [entry.full if asked.wants("full") else entry.simple for entry in entries]


def _page(asked: _Asked) -> dict[str, Any]:
    entries = _listed(asked)
    number, size = (1, max(1, len(entries))) if asked.wants("minimal") else (asked.said["page"], asked.said["per_page"])
    return {**page(len(entries), number, size), "contents": _documents(entries[(number - 1) * size : number * size], asked)}


def _by_address(asked: _Asked) -> Response:
    day = (asked.said.get("as_of") or date.today()).isoformat()
    if asked.lines:
        return answers.of_directory(lambda: _documents(_listed(asked), asked), media=answers.LINES, also=day)
    return answers.of_directory(lambda: _page(asked), _links, also=day)


def _links(shown: Mapping[str, Any]) -> dict[str, str]:
    return answers.links_to_pages(shown["page_number"], shown["total_pages"])


def _by_body(asked: _Asked) -> Response:
    snapshots.read_at(asked.said.get("revision"))
    return answers.private_lines(_documents(_listed(asked), asked)) if asked.lines else answers.private(_page(asked))


_LISTS = {
    "services": ("HsdsServicePage", "services, each with its organization"),
    "organizations": ("HsdsOrganizationPage", "organizations"),
    "taxonomies": ("HsdsTaxonomyPage", "taxonomies"),
    "taxonomy_terms": ("HsdsTaxonomyTermPage", "terms of the taxonomies"),
    "service_at_locations": ("HsdsServiceAtLocationPage", "services at their places: none, since the directory keeps no street"),
}


def _answered(answer: Mapping[str, Any], what: str) -> dict[str, Any]:
    """How a list is answered: as a page, or with `format=ndjson` as lines."""
    content = {answers.JSON: {"schema": answer}, answers.LINES: {"schema": {"type": "string"}}}
    return {"200": {"description": f"A page of {what}; or all of them, a line each", "content": content}}


def _list(kind: str) -> type[MethodView]:
    """The view of one list, by address and by body."""
    schema, what = _LISTS[kind]
    answer = {"$ref": f"#/components/schemas/{schema}"}

    class View(MethodView):
        @blp.arguments(IN_ADDRESS[kind], location="query")
        @blp.response(200, answer, description=f"A page of {what}")
        @blp.problems(404, 406, 422)
        @blp.doc(summary=f"The {what}", responses=_answered(answer, what))
        def get(self, asked: dict[str, Any]) -> Response:
            return _by_address(_Asked(kind, asked))

        @blp.arguments(IN_BODY[kind])
        @blp.response(200, answer, description=f"A page of {what}")
        @blp.problems(400, 404, 406, 413, 415, 422)
        @blp.doc(summary=f"The {what}; for a question that describes a case, which nobody keeps", responses=_answered(answer, what))
        def post(self, asked: dict[str, Any]) -> Response:
            return _by_body(_Asked(kind, asked))

    View.__name__ = View.__qualname__ = f"List_{kind}"
    return View


for _kind in _LISTS:
    blp.route(f"/{_kind}")(_list(_kind))


# one thing ----------------------------------------------------------------------------------------------------


def _one(kind: str, identity: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    found = catalogue(asked.get("as_of"))
    entry = getattr(found, kind).get(identity)
    if entry is None:
        raise Problem("not-found", f"There is no such thing among the {kind.replace('_', ' ')} that you may see.")
    full: dict[str, Any] = entry.full
    return found.with_services(full) if asked.get("full_service") == "true" else full


_SINGLE = {
    "services": ("HsdsService", "A service with all that belongs to it", OneSchema),
    "organizations": ("HsdsOrganization", "An organization with all that belongs to it", OrganizationSchema),
    "taxonomies": ("HsdsTaxonomy", "A taxonomy", OneSchema),
    "taxonomy_terms": ("HsdsTaxonomyTerm", "A term of a taxonomy", OneSchema),
    "service_at_locations": ("HsdsServiceAtLocation", "A service at a place: none, since the directory keeps no street", OneSchema),
}


def _thing(kind: str) -> type[MethodView]:
    """The view of one thing."""
    schema, what, question = _SINGLE[kind]

    class View(MethodView):
        @blp.arguments(question, location="query")
        @blp.response(200, {"$ref": f"#/components/schemas/{schema}"}, description=what)
        @blp.problems(404, 406, 422)
        @blp.doc(summary=what)
        def get(self, asked: dict[str, Any], identity: str) -> Response:
            day = (asked.get("as_of") or date.today()).isoformat()
            return answers.of_directory(lambda: _one(kind, identity, asked), also=day)

    View.__name__ = View.__qualname__ = f"One_{kind}"
    return View


for _kind in _SINGLE:
    blp.route(f"/{_kind}/<string:identity>")(_thing(_kind))
