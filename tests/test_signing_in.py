"""Signing in on pages: what the cookie is like, what it opens, how it ends, and that no other site can use it. Nobody else is given a cookie."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from offices import IMPORTS
from partner_lists import a_body, a_list, bodies

from api import create_app
from api.access.rules import RULES
from pathways.access import Grant, Right, Role, Sessions, Tokens

HTTPS = {"base_url": "https://pathways.example.org"}
GRANTS = {
    Role.CASEWORKER: Grant(Role.CASEWORKER),
    Role.IMPORTER: Grant(Role.IMPORTER, sources=frozenset({"partner"})),
    Role.ADMINISTRATOR: Grant(Role.ADMINISTRATOR),
}


@pytest.fixture
def service(desk):
    """The service behind a proxy, as people open it by https."""
    return create_app(replace(desk.settings, host="0.0.0.0", url="https://pathways.example.org"), desk.store)


@pytest.fixture
def browser(service):
    return service.test_client()


@pytest.fixture
def secret(desk):
    return lambda role, label="desk 4", days=90: Tokens(desk.settings.home).make(label, GRANTS[role], days)[1]


@pytest.fixture
def signed(browser, secret):
    """A browser in which somebody has signed in."""

    def sign(role):
        answer = browser.post("/en/sign-in", data={"token": secret(role)}, **HTTPS)
        assert answer.status_code == 303, answer.text
        return browser

    return sign


def form_token(page):
    return re.search(r'name="form_token" value="([0-9a-f]{64})"', page)[1]


# the cookie -------------------------------------------------------------------------------------------------------------------------------


def test_over_https_the_cookie_is_bound_to_this_host_and_to_our_own_pages(browser, secret):
    answer = browser.post("/en/sign-in", data={"token": secret(Role.IMPORTER)}, **HTTPS)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert re.fullmatch(r"__Host-pathways=rps_[0-9a-f]{12}_[\w-]{43}", name)
    assert set(attributes) == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Strict",
        "Max-Age=28800",
        next(a for a in attributes if a.startswith("Expires=")),
    }
    assert "Domain" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_at_the_machine_itself_a_sign_in_works_without_https(desk, secret):
    answer = desk.web.post("/en/sign-in", data={"token": secret(Role.IMPORTER)})
    assert answer.status_code == 303
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("pathways=rps_") and "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_over_a_network_without_https_nobody_signs_in(desk, secret):
    web = create_app(replace(desk.settings, host="0.0.0.0"), desk.store).test_client()
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert "Open this service by https" in web.get("/en/sign-in", **elsewhere).text
    answer = web.post("/en/sign-in", data={"token": secret(Role.IMPORTER)}, **elsewhere)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_sign_in_holds_a_role_and_its_scope_and_nothing_of_a_case(desk, signed, case):
    web = signed(Role.IMPORTER)
    web.post("/en/answer", data={"identified_in": "GB", "age": "24", "nationality": "NG"}, **HTTPS)
    kept = Sessions(desk.settings.home).path.read_bytes()
    assert b"importer" in kept and b"partner" in kept
    assert b"NG" not in kept and b"identified_in" not in kept
    assert web.get_cookie("__Host-pathways", domain="pathways.example.org").value.encode() not in kept


@pytest.mark.parametrize(
    "route", sorted(route for route, right in RULES.items() if right is Right.READ and route.split()[1] != "organisation.back")
)
def test_who_does_not_sign_in_is_given_no_cookie_and_needs_none(service, route):
    from test_api_rules import ARGUMENTS

    method, endpoint = route.split(" ")
    if endpoint.startswith("organisation"):
        assert endpoint not in {rule.endpoint for rule in service.url_map.iter_rules()}, "no provider is configured"
        return
    (rule,) = (rule for rule in service.url_map.iter_rules(endpoint) if method in rule.methods)
    path = service.url_map.bind("127.0.0.1").build(endpoint, {name: ARGUMENTS[name] for name in rule.arguments})
    with service.test_client().open(path, method=method) as answer:
        assert "Set-Cookie" not in answer.headers


# what it opens -----------------------------------------------------------------------------------------------------------------------------


def test_an_importer_uses_the_pages_from_a_network(desk, signed):
    web = signed(Role.IMPORTER)
    assert "Import a partner&#39;s list" in web.get("/en/", **HTTPS).text.replace("partner's", "partner&#39;s")
    form = web.get("/en/imports", **HTTPS)
    assert "Signed in: importer" in form.text
    assert form.headers["Cache-Control"] == "no-store"
    path = a_list(desk.folder, bodies(2))
    data = {"source": "partner", "form_token": form_token(form.text), "file": (io.BytesIO(path.read_bytes()), "list.json")}
    answer = web.post("/en/imports", data=data, **HTTPS)
    assert answer.status_code == 303, answer.text
    page = answer.headers["Location"]
    confirm = web.get(f"{page}/apply", **HTTPS).text
    assert web.post(f"{page}/apply", data={"form_token": form_token(confirm)}, **HTTPS).status_code == 303
    assert desk.store.history()[-1].author == "desk 4"
    revision = web.get("/en/imports/history/2", **HTTPS).text
    data = {"form_token": form_token(revision), "author": "AB", "note": "by mistake"}
    assert web.post("/en/imports/history/2", data=data, **HTTPS).status_code == 303
    assert desk.store.history()[-1].author == "desk 4 (AB)"


def test_a_caseworker_sees_what_is_for_partners_and_opens_no_page_of_importers(desk, signed):
    desk.applied(a_list(desk.folder, [a_body(1, visibility="partner")]))
    web = signed(Role.CASEWORKER)
    assert web.get("/en/bodies/us-body-1", **HTTPS).status_code == 200
    assert web.get("/en/bodies/us-body-1", **HTTPS).headers["Cache-Control"] == "no-store"
    assert web.get("/api/v1/stakeholders/us-body-1", **HTTPS).status_code == 200
    assert web.get("/en/imports", **HTTPS).status_code == 403
    assert "/en/imports" not in web.get("/en/", **HTTPS).text
    assert desk.web.get("/en/bodies/us-body-1").status_code == 404


def test_who_may_not_is_told_where_to_sign_in(browser):
    page = browser.get("/fr/imports", **HTTPS)
    assert page.status_code == 403
    assert 'href="/fr/sign-in"' in page.text


def test_the_page_of_a_sign_in_says_as_what_and_for_what(signed):
    page = signed(Role.IMPORTER).get("/en/sign-in", **HTTPS).text
    assert "You are signed in as importer." in page
    assert "<bdi>desk 4</bdi>" in page and "<bdi>partner</bdi>" in page


@pytest.mark.parametrize("token", ["", "x", "rpt_000000000000_" + "A" * 43])
def test_what_gives_nothing_is_told_and_not_repeated(browser, token):
    answer = browser.post("/en/sign-in", data={"token": token}, **HTTPS)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "has run out or was taken back" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert not token or f'value="{token}"' not in answer.text


def test_the_secret_of_a_token_is_carried_to_no_other_page(browser, secret):
    spoilt = secret(Role.IMPORTER)[:-4] + "AAAA"
    assert spoilt not in browser.post("/en/sign-in", data={"token": spoilt}, **HTTPS).text


# how it ends -------------------------------------------------------------------------------------------------------------------------------


def test_signing_out_ends_it_here_and_in_the_browser(desk, signed):
    web = signed(Role.IMPORTER)
    kept = web.get_cookie("__Host-pathways", domain="pathways.example.org").value
    page = web.get("/en/sign-in", **HTTPS).text
    answer = web.post("/en/sign-out", data={"form_token": form_token(page)}, **HTTPS)
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert web.get_cookie("__Host-pathways", domain="pathways.example.org") is None
    web.set_cookie("__Host-pathways", kept, domain="pathways.example.org", secure=True)
    assert web.get("/en/imports", **HTTPS).status_code == 403, "whoever copied the cookie has nothing of it"


def test_a_token_that_is_taken_back_ends_what_rests_on_it_and_the_browser_forgets_it(desk, signed):
    web = signed(Role.IMPORTER)
    (token,) = Tokens(desk.settings.home).all()
    Tokens(desk.settings.home).revoke(token.id)
    answer = web.get("/en/imports", **HTTPS)
    assert answer.status_code == 403
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert "Signed in" not in web.get("/en/", **HTTPS).text


def test_it_ends_with_time(service, signed):
    web = signed(Role.IMPORTER)
    service.extensions["sessions"].clock = lambda: datetime.now(UTC) + timedelta(minutes=36)
    assert web.get("/en/imports", **HTTPS).status_code == 403


def test_whoever_signs_in_again_has_one_sign_in(desk, signed):
    signed(Role.IMPORTER)
    signed(Role.CASEWORKER)
    assert [session.grant.role for session in Sessions(desk.settings.home).all()] == [Role.CASEWORKER]


# other sites -------------------------------------------------------------------------------------------------------------------------------


def test_every_form_that_writes_carries_the_token_of_the_sign_in(desk, signed):
    desk.applied(a_list(desk.folder, bodies(1)))
    waiting = desk.tried(a_list(desk.folder, bodies(3)))
    web = signed(Role.ADMINISTRATOR)
    seen = 0
    own = f"/en/imports/{waiting['id']}"
    for path in (
        "/en/imports",
        own,
        f"{own}/apply",
        f"{own}/forget",
        f"{own}/matches",
        "/en/imports/history/2",
        "/en/matches",
        "/en/sign-in",
    ):
        page = web.get(path, **HTTPS)
        assert page.status_code == 200
        for form in re.findall(r'<form method="post".*?</form>', page.text, re.DOTALL):
            assert 'name="form_token"' in form, path
            seen += 1
    assert seen >= 5


def test_no_template_of_what_writes_has_a_form_without_the_token():
    from pathlib import Path

    templates = Path(__file__).parent.parent / "api/templates"
    writing = [path for folder in ("imports", "sign_in") for path in (templates / folder).glob("*.html")]
    forms = [(path.name, form) for path in writing for form in re.findall(r'<form method="post".*?</form>', path.read_text(), re.DOTALL)]
    assert len(forms) > 8
    assert {form for _, form in forms if "form_token()" not in form and 'name="token"' not in form} == set()


@pytest.mark.parametrize("sent", [{}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "ü"}])
@pytest.mark.parametrize(
    "path", ["/en/imports/0123456789abcdef/apply", "/en/imports/history/2", "/en/matches", "/en/matches/1/back", "/en/sign-out"]
)
def test_a_form_without_the_token_does_nothing(desk, signed, path, sent):
    web = signed(Role.ADMINISTRATOR)
    answer = web.post(path, data=sent, **HTTPS)
    assert answer.status_code == 403
    assert web.get("/en/imports", **HTTPS).status_code == 200, "still signed in"


@pytest.mark.parametrize("sent", [{}, {"form_token": "0" * 64}])
def test_an_upload_without_the_token_leaves_nothing(desk, signed, sent):
    web = signed(Role.ADMINISTRATOR)
    for address in ("/en/imports", IMPORTS):
        file = io.BytesIO(a_list(desk.folder, bodies(1)).read_bytes())
        answer = web.post(address, data={"source": "partner", "file": (file, "list.json"), **sent}, **HTTPS)
        assert answer.status_code == 403
    assert desk.web.get(IMPORTS).get_json()["total"] == 0


def test_the_token_of_another_sign_in_does_not_do(service, desk, signed, secret):
    other = service.test_client()
    other.post("/en/sign-in", data={"token": secret(Role.ADMINISTRATOR)}, **HTTPS)
    theirs = form_token(other.get("/en/sign-in", **HTTPS).text)
    assert signed(Role.ADMINISTRATOR).post("/en/matches", data={"form_token": theirs}, **HTTPS).status_code == 403


def test_what_is_no_form_carries_it_in_a_header(desk, signed):
    waiting = desk.tried(a_list(desk.folder, bodies(1)))
    web = signed(Role.ADMINISTRATOR)
    path = f"{IMPORTS}/{waiting['id']}/apply"
    assert web.post(path, **HTTPS).status_code == 403
    assert web.delete(f"{IMPORTS}/{waiting['id']}", **HTTPS).status_code == 403
    token = form_token(web.get("/en/sign-in", **HTTPS).text)
    assert web.post(path, headers={"X-Form-Token": token}, **HTTPS).status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}])
def test_no_other_site_signs_anybody_in_or_out(browser, signed, secret, headers):
    assert browser.post("/en/sign-in", data={"token": secret(Role.IMPORTER)}, headers=headers, **HTTPS).status_code == 403
    web = signed(Role.IMPORTER)
    token = form_token(web.get("/en/sign-in", **HTTPS).text)
    assert web.post("/en/sign-out", data={"form_token": token}, headers=headers, **HTTPS).status_code == 403
