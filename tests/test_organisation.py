"""Signing in with an organisation's identity provider: against a real one over HTTP, honest and lying. Off where none is configured."""

from __future__ import annotations

import http.client
import logging
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from identity_provider import CLIENT, SECRET, providing
from joserfc.jwk import RSAKey
from partner_lists import a_list, bodies

from api import Settings, create_app
from api.provider_settings import ProviderSettings, roles_of
from pathways.access import Grant, Role, Sessions

URL = "https://pathways.example.org"
HTTPS = {"base_url": URL}
BACK = "/sign-in/organisation"
ROLES = "network-staff=importer:partner+third; shelters=partner; editors=editor:us-body-1; keepers=administrator"


@pytest.fixture
def provider():
    with providing(f"{URL}{BACK}") as found:
        yield found


@pytest.fixture
def service(desk, provider):
    settings = ProviderSettings(provider.issuer, CLIENT, SECRET, "groups", roles_of(ROLES))
    return create_app(replace(desk.settings, host="0.0.0.0", url=URL, provider=settings), desk.store)


@pytest.fixture
def browser(service):
    return service.test_client()


def to_the_provider(browser, language="en"):
    """A browser is sent to the provider; the address to which the provider sends it back, without the host."""
    sent = browser.get(f"{BACK}/{language}", **HTTPS)
    assert sent.status_code == 302, sent.text
    there = urlsplit(sent.headers["Location"])
    connection = http.client.HTTPConnection(there.hostname, there.port, timeout=60)
    try:
        connection.request("GET", f"{there.path}?{there.query}")
        location = connection.getresponse().headers["Location"]
    finally:
        connection.close()
    assert location.startswith(URL)
    return location.removeprefix(URL)


def signed_in(browser, language="en"):
    return browser.get(to_the_provider(browser, language), **HTTPS)


def cookies(answer):
    return {cookie.split("=", 1)[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}


def test_where_none_is_configured_there_is_no_such_address(desk):
    for path in (BACK, f"{BACK}/en", f"{BACK}/en/done"):
        assert desk.web.get(path).status_code == 404
    assert "organisation" not in desk.web.get("/en/sign-in").text


def test_somebody_whom_the_provider_vouches_for_is_signed_in(desk, browser):
    assert f'href="{BACK}/fr"' in browser.get("/fr/sign-in", **HTTPS).text
    back = signed_in(browser, "fr")
    assert back.status_code == 303
    assert back.headers["Location"] == f"{BACK}/fr/done"
    given = cookies(back)
    assert {"__Host-pathways", "__Host-pathways-organisation"} == set(given)
    assert "SameSite=Strict" in given["__Host-pathways"] and "HttpOnly" in given["__Host-pathways"] and "Secure" in given["__Host-pathways"]
    assert "Max-Age=0" in given["__Host-pathways-organisation"], "it serves once"
    page = browser.get(back.headers["Location"], **HTTPS)
    assert page.status_code == 200
    assert 'href="/fr/"' in page.text
    (session,) = Sessions(desk.settings.home).all()
    assert session.grant == Grant(Role.IMPORTER, sources=frozenset({"partner", "third"}))
    assert browser.get("/en/imports", **HTTPS).status_code == 200


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["shelters"], Role.PARTNER),
        (["other", "keepers", "shelters"], Role.PARTNER),
        ("editors", Role.EDITOR),
        (["keepers"], Role.ADMINISTRATOR),
    ],
)
def test_the_first_value_of_the_claim_that_fits_gives_the_role(desk, provider, browser, groups, role):
    provider.person["groups"] = groups
    assert signed_in(browser).status_code == 303
    (session,) = Sessions(desk.settings.home).all()
    assert session.grant.role is role


@pytest.mark.parametrize("groups", [[], ["else"], "network", None, 7, {"network-staff": 1}, [["network-staff"]]])
def test_somebody_without_a_role_is_told_so_and_is_not_signed_in(desk, provider, browser, groups):
    provider.person["groups"] = groups
    answer = signed_in(browser)
    assert answer.status_code == 403
    assert "has given you no role here" in answer.text
    assert Sessions(desk.settings.home).all() == []


def test_a_claim_within_another_is_found(desk, provider):
    provider.person = {"sub": "1", "realm_access": {"roles": ["shelters"]}}
    settings = ProviderSettings(provider.issuer, CLIENT, SECRET, "realm_access.roles", roles_of(ROLES))
    browser = create_app(replace(desk.settings, url=URL, provider=settings), desk.store).test_client()
    assert signed_in(browser).status_code == 303


def test_no_name_and_no_identity_of_a_person_is_kept_or_shown(desk, browser, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        signed_in(browser)
    path = a_list(desk.folder, bodies(1))
    form = browser.get("/en/imports", **HTTPS).text
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', form)[1]
    with path.open("rb") as file:
        data = {"source": "partner", "dry_run": "false", "form_token": token, "file": (file, "list.json")}
        assert browser.post("/api/v1/imports?dry_run=false", data=data, **HTTPS).status_code == 201
    author = desk.store.history()[-1].author
    assert re.fullmatch(r"network-staff [0-9a-f]{8}", author)
    out, err = capfd.readouterr()
    kept = Sessions(desk.settings.home).path.read_bytes().decode("latin-1")
    for told in (kept, form, caplog.text, out, err):
        assert "Ada" not in told and "secret.example" not in told and "4711" not in told.replace(token, "")


def test_two_people_are_told_apart_and_one_stays_the_same(desk, provider, service):
    people = []
    for sub in ("1", "2", "1"):
        provider.person["sub"] = sub
        signed_in(service.test_client())
        people.append({session.person for session in Sessions(desk.settings.home).all()})
    assert [len(known) for known in people] == [1, 2, 2]


# what does not hold -------------------------------------------------------------------------------------------------------------------------

LIES = {
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "another audience": lambda claims: {**claims, "aud": "somebody-else"},
    "one audience among others, for another party": lambda claims: {**claims, "aud": [CLIENT, "else"], "azp": "else"},
    "no audience": lambda claims: {k: v for k, v in claims.items() if k != "aud"},
    "run out": lambda claims: {**claims, "exp": claims["iat"] - 120},
    "no end": lambda claims: {k: v for k, v in claims.items() if k != "exp"},
    "another nonce": lambda claims: {**claims, "nonce": "replayed"},
    "no nonce": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "nobody": lambda claims: {k: v for k, v in claims.items() if k != "sub"},
    "not valid yet": lambda claims: {**claims, "nbf": claims["iat"] + 3600},
}


def assert_refused(desk, answer):
    assert answer.status_code == 403
    assert "did not work" in answer.text
    assert "__Host-pathways" not in cookies(answer)
    assert Sessions(desk.settings.home).all() == []


@pytest.mark.parametrize("lie", LIES)
def test_an_identity_that_does_not_hold_signs_nobody_in(desk, provider, browser, lie):
    provider.lie = LIES[lie]
    assert_refused(desk, signed_in(browser))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_identity_that_nobody_or_anybody_could_have_signed_is_refused(desk, provider, browser, algorithm):
    provider.algorithm = algorithm
    assert_refused(desk, signed_in(browser))


def test_an_identity_that_another_key_has_signed_is_refused(desk, provider, browser):
    provider.forger = RSAKey.generate_key(2048)
    assert_refused(desk, signed_in(browser))


def test_a_provider_may_change_its_keys(desk, provider, service):
    assert signed_in(service.test_client()).status_code == 303
    provider.new_key()
    known = service.extensions["provider"]
    known._known = {address: (at - 120, found) for address, (at, found) in known._known.items()}  # two minutes later
    assert signed_in(service.test_client()).status_code == 303


def test_its_addresses_and_keys_are_not_asked_for_each_time(provider, service):
    for _ in range(3):
        signed_in(service.test_client())
    assert provider.asked.count("/.well-known/openid-configuration") == provider.asked.count("/jwks_uri") == 1


def test_a_code_serves_once(desk, provider, browser, service):
    back = to_the_provider(browser)
    seed = browser.get_cookie("__Host-pathways-organisation", domain="pathways.example.org").value
    assert browser.get(back, **HTTPS).status_code == 303
    for session in Sessions(desk.settings.home).all():
        Sessions(desk.settings.home).end(session.id)
    other = service.test_client()
    other.set_cookie("__Host-pathways-organisation", seed, domain="pathways.example.org", secure=True)
    assert_refused(desk, other.get(back, **HTTPS))


def test_an_answer_that_another_browser_began_signs_nobody_in(desk, service):
    """Neither is somebody signed in as the attacker whose answer they are led to, nor the attacker as them."""
    attacker, victim = service.test_client(), service.test_client()
    theirs = to_the_provider(attacker)
    assert_refused(desk, victim.get(theirs, **HTTPS))
    to_the_provider(victim)
    assert_refused(desk, victim.get(theirs, **HTTPS))


@pytest.mark.parametrize("change", [{"state": ""}, {"state": "x"}, {"code": ""}, {"code": "x"}, {"iss": "https://evil.example"}])
def test_an_answer_that_was_changed_on_its_way_signs_nobody_in(desk, browser, change):
    path, query = to_the_provider(browser).split("?")
    assert_refused(desk, browser.get(path, query_string={**dict(parse_qsl(query)), **change}, **HTTPS))


def test_a_refusal_of_the_provider_signs_nobody_in(desk, browser):
    to_the_provider(browser)
    assert_refused(desk, browser.get(f"{BACK}?error=access_denied&state=x", **HTTPS))


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"authorization_endpoint": "http://evil.example/"}, {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": None}],
)  # fmt: skip
def test_a_description_that_is_not_the_providers_is_not_followed(provider, browser, metadata):
    provider.metadata = metadata
    answer = browser.get(f"{BACK}/en", **HTTPS)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text


def test_a_token_is_sent_to_no_unsafe_address(desk, provider, browser):
    provider.metadata = {"token_endpoint": "http://192.0.2.1/"}
    assert signed_in(browser).status_code == 503


def test_a_provider_that_is_gone_is_told_and_all_else_goes_on(desk):
    settings = ProviderSettings("http://127.0.0.1:9", CLIENT, SECRET, "groups", roles_of(ROLES))
    browser = create_app(replace(desk.settings, url=URL, provider=settings), desk.store).test_client()
    answer = browser.get(f"{BACK}/en", **HTTPS)
    assert answer.status_code == 503
    assert "Set-Cookie" not in answer.headers
    assert browser.get("/en/", **HTTPS).status_code == 200


# settings -----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path):
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    return {
        "PATHWAYS_URL": URL, "PATHWAYS_OIDC_ISSUER": "https://login.example.org/", "PATHWAYS_OIDC_CLIENT": CLIENT, "PATHWAYS_OIDC_SECRET_FILE": str(file),
        "PATHWAYS_OIDC_ROLES": ROLES,
    }  # fmt: skip


def test_it_is_configured_by_the_environment(environment):
    found = Settings.from_environment(environment).provider
    assert (found.issuer, found.client, found.secret, found.claim) == ("https://login.example.org/", CLIENT, SECRET, "groups")
    assert found.roles[0] == ("network-staff", Grant(Role.IMPORTER, sources=frozenset({"partner", "third"})))
    assert SECRET not in repr(found)
    assert Settings.from_environment({}).provider is None


@pytest.mark.parametrize(
    ("change", "told"),
    [({"PATHWAYS_URL": ""}, "PATHWAYS_URL"), ({"PATHWAYS_OIDC_ISSUER": "http://login.example.org"}, "https"), ({"PATHWAYS_OIDC_CLIENT": ""}, "PATHWAYS_OIDC_CLIENT"),
     ({"PATHWAYS_OIDC_SECRET_FILE": "/nowhere"}, "PATHWAYS_OIDC_SECRET_FILE"), ({"PATHWAYS_OIDC_ROLES": ""}, "gives nobody a role"),
     *(({"PATHWAYS_OIDC_ROLES": roles}, "PATHWAYS_OIDC_ROLES") for roles in ("staff", "staff=chief", "staff=machine", "staff=anonymous", "staff=importer", "staff=partner:a", "=partner"))],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_by_name(environment, change, told):
    with pytest.raises(ValueError, match=told):
        Settings.from_environment({**environment, **change})
