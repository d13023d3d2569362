"""Nothing that a viewer may not see is in anything that the service gives out: every address of the route table, in every form, at every
revision, for every viewer; every export; searched, unpacked and compared."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from planted import (
    CLOSED,
    HIDDEN,
    OFFICE,
    ONCE,
    PARTNER,
    PAST,
    PLACE,
    REFUGE,
    SEEN,
    SHARED,
    marks,
    plant,
    told,
    unpacked,
)
from profiles import A, a_child, a_man, a_woman
from routes import filled
from test_answer_page import form_of

from api import Settings, create_app
from api.access.rules import RULES
from cli.main import main
from importers.out import exporting
from pathways.access import GIVEN, Grant, Right, Role
from pathways.stores import Store, open_store
from pathways.visibility import ANONYMOUS, KEEPER, body_detail
from visualisations.exports import FORMATS

LEVELS = {Role.ANONYMOUS: "public", Role.CASEWORKER: "partner"}
"""One role for each way to see the directory: what everybody sees, and what partners see."""
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9", "HTTP_HOST": "pathways.example.org"}
REVISIONS = (None, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The planted directory."""
    found = open_store(f"sqlite:///{tmp_path_factory.mktemp('planted')}/directory.sqlite")
    plant(found)
    yield found
    found.close()


@pytest.fixture(scope="module")
def app(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, as it listens on a network."""
    return create_app(Settings(home=tmp_path_factory.mktemp("home"), host="0.0.0.0", metrics="open"), store)


def caller(app: Flask, role: Role) -> FlaskClient:
    """Somebody on the network, with a token of a role."""
    client = app.test_client()
    client.environ_base.update(OUTSIDE)
    if role is not Role.ANONYMOUS:
        grant = Grant(role, frozenset({"a-list"} if role is Role.IMPORTER else ()), frozenset({OFFICE} if role is Role.EDITOR else ()))
        _, secret = app.extensions["tokens"].make("a test", grant)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


@pytest.fixture(params=list(LEVELS))
def role(request: pytest.FixtureRequest) -> Role:
    """Each of them in turn."""
    return Role(request.param)


@pytest.fixture
def level(role: Role) -> str:
    """How much the role sees."""
    return LEVELS[role]


@pytest.fixture
def web(app: Flask, role: Role) -> FlaskClient:
    """A caller of the role."""
    return caller(app, role)


def test_every_other_role_sees_the_directory_as_one_of_these_two(app):
    paths = [f"/api/v1/stakeholders/{body}" for body in BODIES] + [
        "/api/v1/stakeholders?country=GR",
        "/api/v1/maps/GR",
        "/api/v1/revisions",
    ]
    ways = {role: [caller(app, role).get(path).data for path in paths] for role in LEVELS}
    for other in GIVEN:
        assert [caller(app, other).get(path).data for path in paths] == ways[Role.CASEWORKER], other
    assert ways[Role.ANONYMOUS] != ways[Role.CASEWORKER]


# every address that can be read ----------------------------------------------------------------------------------------------------------

BODIES = (*CLOSED, SHARED, *SEEN)
VALUES: dict[str, tuple[Any, ...]] = {
    "language": ("en",),
    "country": ("GR", "FR"),
    "stakeholder": BODIES,
    "body": BODIES,
    "number": (2, 3),
    "name": ("functions",),
    "schema": ("service.json",),
    "filename": ("site.css",),
    "step": ("apply",),
    "kind": ("stakeholder",),
    "form": ("csv",),
    "identity": ("0123456789abcdef", *BODIES),
}
"""What stands in the places of an address. A place that is not named here fails the test: say what is to be tried in it."""
SLOW = frozenset(
    {"Analysis.Coverage", *(f"pages.policy_{name}" for name in ("findings", "measures", "resilience", "compare", "what_if", "changes"))}
)
"""What is worked out for seconds; of the older revision the other measures are read."""
UNREAD = frozenset({"png"})
"""A picture of dots is made of the SVG, which is read."""
FORMS: dict[str, tuple[str, ...]] = {"Maps": tuple(form for form in FORMATS if form not in UNREAD), "Analysis": ("json", "csv")}
ASKED: dict[str, tuple[dict[str, Any], ...]] = {
    "Analysis.Coverage": ({"country": "GR"},),
    "Analysis.Gaps": ({"country": "GR"},),
    "Analysis.Resilience": ({"country": "GR"},),
    "Analysis.Compare": ({"country": "GR", "before_revision": 1}, {"country": "GR", "close": OFFICE}, {"country": ["GR", "FR"]}),
    "Stakeholders.Stakeholders": ({"country": "GR", "page_size": 200}, {"country": "FR", "page_size": 200}, {"territory": "FR-75C"}),
    "HSDS.List_organizations": ({"per_page": 100, "full_organization": "true"}, {"full_service": "true"}, {"format": "ndjson"}),
    "HSDS.List_services": ({"per_page": 100, "full": "true"}, {"format": "ndjson"}, {"minimal": "true"}),
    "pages.found_bodies": ({"country": "GR"}, {"country": "FR"}),
    "pages.policy_pair": ({"origin": "GR", "destination": "AL"},),
    "pages.policy_changes": ({"before_revision": 1},),
    "pages.policy_what_if": ({"close": OFFICE},),
    "pages.policy_compare": ({"country": ["GR", "FR"]},),
    "Maps.TransnationalMap": ({}, {"traveller": "child"}),
    "Revisions.Diff": tuple({"page": page, "page_size": 200} for page in (1, 2)),
}


def reads(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every address of the route table that can be read, with every form and every revision: endpoint, path, query."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        unknown = rule.arguments - VALUES.keys()
        assert not unknown, f"{rule.rule}: say in VALUES what is tried for {unknown}"
        names = sorted(rule.arguments)
        for values in itertools.product(*(VALUES[name] for name in names)):
            path = filled(rule, dict(zip(names, values, strict=True)))
            for query in ASKED.get(rule.endpoint, ({},)):
                for form in FORMS.get(rule.endpoint.split(".")[0], (None,)):
                    for revision in REVISIONS if rule.endpoint not in SLOW else (None,):
                        said = {"format": form, "revision": revision}
                        yield rule.endpoint, path, {**query, **{name: value for name, value in said.items() if value is not None}}


PARTS = ("Maps", "Analysis", "HSDS", "pages", "")
"""The addresses in parts, by what their endpoints begin with; the last are all others."""


def _part(endpoint: str) -> str:
    return next(part for part in PARTS if endpoint.startswith(part))


@pytest.mark.parametrize("part", PARTS)
def test_no_address_tells_what_its_reader_may_not_see(app, web, level, part):
    """A query that an address does not take is refused; the refusal is looked at as well."""
    found, met = [], set()
    for endpoint, path, query in reads(app):
        if _part(endpoint) == part:
            answer = web.get(path, query_string=query, buffered=True)
            assert answer.status_code < 500, (path, query, answer.text)
            met |= {endpoint} if answer.status_code == 200 else set()
            found += [(mark, path, query) for mark in marks(_without(told(answer), path), level)]
    assert not found, f"{len(found)}: {found[:20]}"
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and _part(rule.endpoint) == part]
    unmet = {rule.endpoint for rule in rules if is_for_all(rule, "GET")} - met
    assert unmet <= ELSEWHERE | BY_OWN_ID, "never answered with what there is to see: name a value in VALUES or a query in ASKED"


ELSEWHERE = {"root", "leave", "pages.no_answer", "pages.nothing_to_take", "pages.nothing_to_compare"}
"""What only leads on."""
BY_OWN_ID = {f"HSDS.One_{kind}" for kind in ("services", "organizations", "taxonomies", "taxonomy_terms", "service_at_locations")}
"""Single documents, whose ids are their own; read below."""


def _without(text: str, path: str) -> str:
    """An answer without the address that it was asked by, which a page repeats in its links to other languages."""
    return text.replace(path.lower().split("/", 2)[-1], "")


def test_every_single_document_of_hsds_tells_no_more_than_its_list(web, level):
    found = []
    for kind in ("organizations", "services"):
        for revision in ({}, {"revision": 1}):
            page = web.get(f"/api/v1/hsds/{kind}", query_string={"per_page": 100, **revision}).get_json()
            ids = [item["id"] for item in page["contents"] if "plant" in str(item).lower() or "zq" in str(item).lower()]
            found += [(mark, i) for i in ids for mark in marks(told(web.get(f"/api/v1/hsds/{kind}/{i}", query_string=revision)), level)]
    assert not found


# what is asked by POST -------------------------------------------------------------------------------------------------------------------

PEOPLE: tuple[A, ...] = (
    a_woman(in_="GR").exploited("sexual").needing("safe-accommodation", "psychological-care"),
    a_child(in_="GR").exploited("labour"),
    a_man(in_="GR").exploited("labour").refusing("police").needing("safe-accommodation"),
    a_woman(in_="FR").exploited("sexual").needing("safe-accommodation").but(region="FR-75C"),
    a_woman(in_="GR", from_="AL").exploited("sexual").wishing_to_return("AL").fearing(),
    a_woman(in_="GR").found_by(OFFICE),
    a_woman(in_="GR").found_by(REFUGE),
    a_woman(in_="GR").found_by(SHARED),
)
SEARCHES = ({"country": ["GR"], "page_size": 200}, {"country": ["FR"], "gender": "female", "page_size": 200})


def sent(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """What is sent to each address that takes something, by endpoint, as the client of the tests is to send it."""
    forms = [form_of(said) for said in (PEOPLE[0], PEOPLE[3], PEOPLE[4], PEOPLE[6])]
    posted = [{"data": form} for form in forms]
    profiles = [{"json": dict(said)} for said in PEOPLE]
    lists = [{"json": {}}, {"json": {"search": "planted"}}]
    return {
        "Pathways.Pathways": [{**said, "query_string": {"alternatives": 5, **at}} for said in profiles for at in ({}, {"revision": 1})],
        "Pathways.Batch": [{"json": {"profiles": [dict(said) for said in PEOPLE]}}],
        "Maps.PathwayMap": [{**said, "query_string": {"format": form, **at}} for said in (profiles[0], profiles[4]) for form in FORMS["Maps"] for at in ({}, {"revision": 1})],
        "Screening.Screening": [{"json": {"identified_in": "GR", "observed": []}}],
        "Stakeholders.StakeholderSearch": [{"json": {**said, **at}} for said in SEARCHES for at in ({}, {"revision": 1})],
        **{f"HSDS.List_{kind}": lists for kind in ("organizations", "services", "taxonomies", "taxonomy_terms", "service_at_locations")},
        "pages.answer": posted,
        "pages.asked": [{"data": {**form, "go": go}} for form in forms for go in ("next", "check", "all")],
        "pages.save": posted,
        "pages.opened": [{"data": {}}],
        "pages.what_if": posted,
        "pages.take_along": [{"data": {**form, "take": take, "paper": paper, "names": "yes", "in": "el"}} for form in forms for take in ("print", "pdf", "text") for paper in ("worker", "person")],
        "pages.explorer_of_a_pathway": posted,
        "pages.found_for_a_person": [{"data": {"country": "GR", "gender": "female"}}],
        "pages.said_wrong": [{"data": {"contact": "1", "fault": "no-answer"}}, {"data": {"contact": "9", "fault": ""}}],
        "pages.signed_in": [{"data": {"token": "none"}}],
        "pages.sign_out": [{"data": {}}],
        "pages.screening_answer": [{"data": {"identified_in": "GR"}}],
    }  # fmt: skip


def is_for_all(rule: Any, method: str) -> bool:
    """Whether a route is for everybody; the others are refused to those who look here (`test_what_needs_a_right…`)."""
    return RULES[f"{method} {rule.endpoint}"] is Right.READ


def test_nothing_that_is_sent_is_answered_with_what_its_sender_may_not_see(app, web, level, caplog, capfd):
    bodies, found = sent(app), []
    with caplog.at_level(logging.DEBUG):
        for rule in app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or not is_for_all(rule, "POST"):
                continue
            assert rule.endpoint in bodies, f"{rule.rule}: say in `sent` what is posted to it"
            names = sorted(rule.arguments)
            for values in itertools.product(*(VALUES[name] for name in names)):
                path = filled(rule, dict(zip(names, values, strict=True)))
                for said in bodies[rule.endpoint]:
                    answer = web.post(path, **said)
                    assert answer.status_code < 500, (path, said, answer.text)
                    found += [(mark, path, said) for mark in marks(_echo(told(answer), path, said), level)]
    out, err = capfd.readouterr()
    assert not found, f"{len(found)}: {[(mark, path) for mark, path, _ in found][:20]} {found[0]}"
    assert not marks(caplog.text + out + err, level)


def _echo(text: str, path: str, said: dict[str, Any]) -> str:
    """An answer without the id that its sender wrote: a form gives back what was answered in it."""
    text = _without(text, path)
    for who in (REFUGE, SHARED):
        if who in str(said):
            text = text.replace(who, "")
    return text


def test_what_needs_a_right_is_refused_to_those_who_have_none_but_to_read(app, web):
    answered = [
        (rule.rule, answer.status_code)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not is_for_all(rule, method)
        if (answer := web.open(filled(rule, {name: VALUES[name][0] for name in rule.arguments}), method=method)).status_code != 403
    ]
    assert not answered


def test_what_editors_are_given_to_verify_names_nothing_that_they_may_not_see(app):
    work = caller(app, Role.ADMINISTRATOR).get("/api/v1/proposals/worklist?country=GR")
    assert work.status_code == 200
    assert not marks(told(work), "partner")


# what is not there may not be told from what is hidden -----------------------------------------------------------------------------------

ABSENT = "gr-zzabsent-body"
BY_ID = (
    "/api/v1/stakeholders/{}",
    "/api/v1/stakeholders/{}/links",
    "/api/v1/hsds/organizations/{}",
    "/en/bodies/{}",
    "/en/bodies/{}/wrong",
    "/api/v1/analysis/compare?country=GR&close={}",
)


@pytest.mark.parametrize("path", BY_ID)
@pytest.mark.parametrize("revision", ["", "revision=1"])
def test_a_hidden_body_is_answered_as_one_that_does_not_exist(web, path, revision):
    query = f"{'&' if '?' in path else '?'}{revision}" if revision else ""
    closed = [web.get((path + query).format(body)) for body in CLOSED]
    absent = web.get((path + query).format(ABSENT))
    assert absent.status_code in (404, 422)
    for body, answer in zip(CLOSED, closed, strict=True):
        assert answer.status_code == absent.status_code
        assert answer.text.replace(body, ABSENT) == absent.text


@pytest.mark.parametrize("where", ["detected_by", "done"])
def test_a_hidden_body_may_be_named_in_a_case_only_as_one_that_does_not_exist(web, where):
    def sent(body: str) -> Any:
        said = {"detected_by": body} if where == "detected_by" else {"done": [{"decision": "reasonable-grounds-positive", "by": body}]}
        return web.post("/api/v1/pathways", json=dict(a_woman(in_="GR").but(**said)))

    absent = sent(ABSENT)
    for body in CLOSED:
        answer = sent(body)
        assert (answer.status_code, answer.text.replace(body, ABSENT)) == (absent.status_code, absent.text)


# search ----------------------------------------------------------------------------------------------------------------------------------

WORDS = (HIDDEN, "zqhiden", "zqhidden refuge", "ζqhidden", PAST, PLACE, f"{PLACE}ville", "zqplacevile", f"{PLACE} quarter")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_confidential_is_not_found_by_its_words_and_is_not_counted(web, word, revision):
    at = {} if revision is None else {"revision": revision}
    by_address = web.get("/api/v1/stakeholders", query_string={"q": word, **at}).get_json()
    by_body = web.post("/api/v1/stakeholders/search", json={"q": word, **at}).get_json()
    by_hsds = web.get("/api/v1/hsds/services", query_string={"search": word, **at}).get_json()
    nonsense = web.get("/api/v1/stakeholders", query_string={"q": "zwxkvj", **at}).get_json()
    for page in (by_address, by_body):
        assert (page["total"], page["items"], page["facets"]) == (0, [], nonsense["facets"])
    assert by_hsds["total_items"] == 0


def test_what_is_for_partners_is_found_by_partners_only(web, level):
    page = web.get("/api/v1/stakeholders", query_string={"q": PARTNER}).get_json()
    assert [item["id"] for item in page["items"]] == ([SHARED] if level == "partner" else [])


def test_counts_and_facets_are_those_of_what_is_shown(web, level):
    page = web.get("/api/v1/stakeholders", query_string={"country": "GR", "page_size": 200}).get_json()
    assert page["total"] == len(page["items"]) == page["facets"]["country"]["GR"]
    assert web.get("/api/v1/mechanisms/GR").get_json()["stakeholders"] == page["total"]


def test_an_answer_says_how_many_are_withheld_and_why_and_no_filter_narrows_the_count(web, level):
    closed = 3 if level == "partner" else 4
    told = {"bodies": closed, "reason": "not-for-this-reader"}
    for narrower in ({}, {"q": HIDDEN}, {"function": "safe-accommodation"}, {"territory": "GR-I"}, {"kind": "police"}, {"q": "zwxkvj"}):
        assert web.get("/api/v1/stakeholders", query_string={"country": "GR", **narrower}).get_json()["withheld"] == told
    assert web.get("/api/v1/stakeholders?country=AL").get_json()["withheld"] == {"bodies": 0, "reason": None}
    path = web.post("/api/v1/pathways", json=dict(PEOPLE[0])).get_json()
    assert path["withheld"]["bodies"] == sum(bool(step["stakeholder"].get("withheld")) for step in path["steps"])


# files -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("form", list(exporting.FORMS))
def test_no_export_holds_what_is_not_for_whom_it_is_made(store, level, tmp_path, form, revision):
    for suffix in exporting.FORMS[form].suffixes:
        path = tmp_path / f"out{suffix}"
        at = [] if revision is None else ["--revision", str(revision)]
        done = CliRunner().invoke(
            main, ["export", "--format", form, "-o", str(path), "--viewer", level, "--store", f"sqlite:///{store.path}", *at]
        )
        assert done.exit_code == 0, done.output
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        found = [(mark, file.name) for file in files for mark in marks(unpacked(file.read_bytes()), level)]
        assert files
        assert not found
        assert not marks(done.output, level)


@pytest.mark.parametrize("command", [["map", "GR"], ["map", "transnational"], ["refer"], ["gaps", "--country", "GR"]])
def test_what_the_command_line_draws_and_tells_is_for_everybody(store, tmp_path, command):
    at = ["--store", f"sqlite:///{store.path}"]
    case = tmp_path / "case.json"
    case.write_text(json.dumps(PEOPLE[0]), encoding="utf-8")
    if command[0] == "map":
        paths = [tmp_path / f"map.{form.suffix}" for form in FORMATS.values()]
        assert all(CliRunner().invoke(main, [*command, "-o", str(path), *at]).exit_code == 0 for path in paths)
        outputs = [unpacked(path.read_bytes()) for path in paths]
    else:
        forms = ("text", "json", "mermaid") if command[0] == "refer" else ("text", "json", "csv")
        given = [*command, str(case)] if command[0] == "refer" else command
        outputs = [CliRunner().invoke(main, [*given, "--format", form, *at]).output for form in forms]
    assert all(outputs)
    assert not [mark for text in outputs for mark in marks(text, "public")]


# the test itself -------------------------------------------------------------------------------------------------------------------------


def test_every_mark_would_be_met_by_whoever_keeps_the_directory(store, tmp_path):
    path = tmp_path / "all.json"
    exporting.write("json", exporting.Export(store.directory(), store.records(), KEEPER, date.today()), path)
    text = unpacked(path.read_bytes())
    assert {HIDDEN, PARTNER, PLACE, PAST} <= set(marks(text, "public"))
    assert body_detail(store.directory(), REFUGE, KEEPER)["note"] == f"{HIDDEN} note"
    assert body_detail(store.directory(1), ONCE, ANONYMOUS)["name"].startswith(PAST.title())
