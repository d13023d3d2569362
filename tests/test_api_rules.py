"""The authorisation matrix: every route of the application, asked by every role. A route without a rule fails before it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import open_office
from partner_lists import a_list, bodies

from api import access, create_app
from api.access.rules import RULES
from api.provider_settings import ProviderSettings, roles_of
from pathways.access import Grant, Right, Role, Tokens
from pathways.access.roles import RIGHTS

SOURCE = "partner"
ARGUMENTS = {
    "language": "en", "identity": "0123456789abcdef", "number": 2, "body": "gr-nobody", "stakeholder": "gr-nobody", "country": "GR", "name": "kinds",
    "schema": "service", "form": "csv", "step": "forget", "kind": "stakeholder", "filename": "site.css",
}  # fmt: skip
GRANTS = {
    **{role: Grant(role) for role in (Role.CASEWORKER, Role.PARTNER, Role.ADMINISTRATOR)},
    Role.IMPORTER: Grant(Role.IMPORTER, sources=frozenset({SOURCE})),
    Role.EDITOR: Grant(Role.EDITOR, bodies=frozenset({"gr-nobody"})),
}
HELD = {
    Role.ANONYMOUS: {Right.READ},
    Role.MACHINE: {Right.READ, Right.IMPORT},
    Role.CASEWORKER: {Right.READ, Right.SEE_PARTNER},
    Role.PARTNER: {Right.READ, Right.SEE_PARTNER},
    Role.IMPORTER: {Right.READ, Right.SEE_PARTNER, Right.IMPORT},
    Role.EDITOR: {Right.READ, Right.SEE_PARTNER, Right.EDIT},
    Role.ADMINISTRATOR: set(Right),
}
"""What each role may, said a second time: a slip in one of the two fails."""
SIGNING_IN = ("POST pages.signed_in", "GET organisation.back")
"""Open to everybody, and refuse who brings nothing by themselves."""
PROVIDER = ProviderSettings("http://127.0.0.1:9", "pathways", "secret", "groups", roles_of("staff=partner"))


@pytest.fixture(scope="module")
def callers(tmp_path_factory):
    """A caller of each role, with what it sends: all from a network, but for the one at the machine."""
    folder = tmp_path_factory.mktemp("callers")
    for office in open_office(folder, f"sqlite:///{folder}/small.sqlite"):
        office.applied(a_list(folder, bodies(1)))
        network = create_app(replace(office.settings, host="0.0.0.0", provider=PROVIDER, url="http://127.0.0.1"), office.store)
        tokens = Tokens(office.settings.home)
        held = {role: {"Authorization": f"Bearer {tokens.make(role, grant)[1]}"} for role, grant in GRANTS.items()}
        yield {
            Role.MACHINE: (create_app(replace(office.settings, provider=PROVIDER), office.store).test_client(), {}),
            Role.ANONYMOUS: (network.test_client(), {}),
            **{role: (network.test_client(), headers) for role, headers in held.items()},
        }


def ask(caller, route):
    web, headers = caller
    method, endpoint = route.split(" ")
    (rule,) = (rule for rule in web.application.url_map.iter_rules(endpoint) if method in rule.methods)
    path = web.application.url_map.bind("127.0.0.1").build(endpoint, {name: ARGUMENTS[name] for name in rule.arguments})
    with web.open(path, method=method, headers=headers) as answer:
        return answer.status_code, (answer.get_json(silent=True) or {}).get("code", "") if answer.is_json else ""


def test_every_route_has_a_rule_and_every_rule_a_route(callers):
    assert set(access.routes(callers[Role.ANONYMOUS][0].application)) == set(RULES)


def test_what_each_role_may_is_what_is_said_here():
    assert {role: set(rights) for role, rights in RIGHTS.items()} == HELD


@pytest.mark.parametrize("route", sorted(RULES))
def test_a_route_is_open_to_those_whose_role_has_its_right_and_to_nobody_else(callers, route):
    for role in Role:
        status, code = ask(callers[role], route)
        if RULES[route] not in HELD[role]:
            assert (status, code) in ((403, "forbidden"), (403, "")), role
        elif route not in SIGNING_IN:
            assert status not in (401, 403), (role, code)


def test_what_writes_and_what_partners_reports_hold_is_closed_to_anybody():
    """The rules, held to what they are for: a route that somebody opens by mistake has to be said here as well."""
    closed = {route for route in RULES if route.split()[1].startswith(("Imports.", "Matches.", "pages.importers."))}
    open_posts = {route.split()[1] for route in RULES if not route.startswith("GET ") and RULES[route] is Right.READ}
    assert all(RULES[route] is Right.IMPORT for route in closed)
    assert open_posts == {
        "HSDS.List_organizations", "HSDS.List_service_at_locations", "HSDS.List_services", "HSDS.List_taxonomies", "HSDS.List_taxonomy_terms",
        "Maps.PathwayMap", "Pathways.Batch", "Pathways.Pathways", "Screening.Screening", "Stakeholders.StakeholderSearch", "pages.answer", "pages.asked",
        "pages.explorer_of_a_pathway", "pages.found_for_a_person", "pages.opened", "pages.said_wrong", "pages.save", "pages.screening_answer",
        "pages.take_along", "pages.what_if", "pages.signed_in", "pages.sign_out",
    }  # fmt: skip


def test_an_application_with_a_route_without_a_rule_is_not_made(desk, monkeypatch):
    monkeypatch.delitem(RULES, "GET pages.countries")
    with pytest.raises(RuntimeError, match=r"GET pages.countries; give each a right"):
        create_app(desk.settings, desk.store)


def test_a_route_that_came_without_a_rule_all_the_same_is_refused(desk):
    app = create_app(desk.settings, desk.store)
    app.add_url_rule("/api/v1/left-over", "left_over", lambda: "everything")
    assert app.test_client().get("/api/v1/left-over").status_code == 403


def test_the_document_says_of_every_operation_what_it_needs(app, client):
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "delete"):
                assert operation["security"], path
                assert "401" in operation["responses"]
                assert operation["x-right"] == "read" or "403" in operation["responses"]
