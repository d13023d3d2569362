"""Access tokens over HTTP: what each role sees and may, what an importer's scope ends at, what a token that gives nothing hears."""

from __future__ import annotations

import http.client
import logging
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest
from offices import IMPORTS, MATCHES
from partner_lists import a_body, a_list, bodies
from serving import serving

from api import create_app
from pathways.access import Grant, Role, Tokens
from pathways.access.tokens import NAME

FOR_PARTNERS = {"type": "phone", "value": "+356 1111 1111", "visibility": "partner"}
GRANTS = {role: Grant(role) for role in (Role.CASEWORKER, Role.PARTNER, Role.ADMINISTRATOR)} | {
    Role.IMPORTER: Grant(Role.IMPORTER, sources=frozenset({"partner"})),
    Role.EDITOR: Grant(Role.EDITOR, bodies=frozenset({"us-body-1"})),
}


@pytest.fixture
def network(desk):
    """The same service as a network reaches it: nobody sits at its machine."""
    return create_app(replace(desk.settings, host="0.0.0.0"), desk.store).test_client()


@pytest.fixture
def bearer(desk):
    """Makes a token and gives the header that presents it."""

    def make(grant, label="desk 4"):
        return {"Authorization": f"Bearer {Tokens(desk.settings.home).make(label, grant)[1]}"}

    return make


def importer(*sources):
    return Grant(Role.IMPORTER, sources=frozenset(sources))


@pytest.fixture
def kept_back(desk):
    """A directory with a body for partners only, and a body with a number for partners only."""
    desk.applied(a_list(desk.folder, [a_body(1, contacts=[FOR_PARTNERS]), a_body(2, visibility="partner")]))


# what is seen -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, *GRANTS])
def test_what_is_for_partners_is_seen_with_a_token_and_by_nobody_else(kept_back, network, bearer, role):
    headers = bearer(GRANTS[role]) if role else {}
    shown = network.get("/api/v1/stakeholders/us-body-1", headers=headers)
    number, body = "1111 1111" in shown.text, network.get("/api/v1/stakeholders/us-body-2", headers=headers).status_code == 200
    assert (number, body) == (role is not None, role is not None)
    assert ("us-body-2" in network.get("/api/v1/stakeholders", headers=headers).text) is (role is not None)
    assert ("Body 2" in network.get("/en/bodies?q=body", headers=headers).text) is (role is not None)


def test_whoever_sits_at_the_machine_sees_what_everybody_sees(kept_back, desk):
    assert desk.web.get("/api/v1/stakeholders/us-body-2").status_code == 404


def test_what_is_hidden_is_shown_to_no_role(desk, network, bearer):
    desk.applied(a_list(desk.folder, [a_body(1, name="A refuge", visibility="hidden")]))
    for grant in GRANTS.values():
        assert network.get("/api/v1/stakeholders/us-body-1", headers=bearer(grant)).status_code == 404


def test_what_one_role_was_answered_is_never_confirmed_to_another(kept_back, network, bearer):
    held = bearer(Grant(Role.PARTNER))
    ours, theirs = network.get("/api/v1/stakeholders", headers=held), network.get("/api/v1/stakeholders")
    assert ours.headers["ETag"] != theirs.headers["ETag"]
    for answer in (ours, theirs):
        assert answer.headers["Vary"] == "Authorization, Accept, Accept-Language"
    assert "private" in ours.headers["Cache-Control"]
    assert network.get("/api/v1/stakeholders", headers={"If-None-Match": ours.headers["ETag"]}).status_code == 200
    assert network.get("/api/v1/stakeholders", headers={"If-None-Match": ours.headers["ETag"], **held}).status_code == 304


def test_two_tokens_of_the_same_rights_share_an_answer(kept_back, network, bearer):
    tags = {network.get("/api/v1/stakeholders", headers=bearer(Grant(role))).headers["ETag"] for role in (Role.PARTNER, Role.CASEWORKER)}
    assert len(tags) == 1


def test_pages_of_an_authorised_reader_are_kept_by_no_proxy(kept_back, network, bearer):
    assert "private" in network.get("/en/bodies/us-body-1", headers=bearer(Grant(Role.PARTNER))).headers["Cache-Control"]


def test_an_older_revision_shows_each_role_what_is_theirs_now(desk, network, bearer):
    desk.applied(a_list(desk.folder, bodies(2)))
    desk.applied(a_list(desk.folder, [a_body(1, visibility="partner"), a_body(2, name="A refuge", visibility="hidden")]))
    held = bearer(Grant(Role.PARTNER))
    for _ in range(2):  # in turn: what was found out for one viewer is not used for the other
        assert network.get("/api/v1/stakeholders/us-body-1?revision=2").status_code == 404
        assert network.get("/api/v1/stakeholders/us-body-1?revision=2", headers=held).status_code == 200
        assert network.get("/api/v1/stakeholders/us-body-2?revision=2", headers=held).status_code == 404


def test_a_file_to_carry_away_is_what_anybody_may_see(kept_back, network, bearer):
    from api import snapshots

    with network.application.test_request_context("/en/", headers=bearer(Grant(Role.PARTNER))):
        assert snapshots.is_known_body("us-body-2")
        snapshots.see_as_anybody()
        assert not snapshots.is_known_body("us-body-2")


# what gives nothing ------------------------------------------------------------------------------------------------------------------------


def refusals(web, secret):
    """The answers to a token, where one is needed, where none is, on a page, and where there is nothing."""
    headers = {"Authorization": f"Bearer {secret}"}
    return [web.get(path, headers=headers) for path in (IMPORTS, "/api/v1/stakeholders", "/en/", "/api/v1/nothing", "/calendar")]


@pytest.mark.parametrize("secret", ["", "rpt_000000000000_" + "A" * 43, "x" * 5000, "ü"])
def test_a_token_that_is_none_is_refused_everywhere_and_never_taken_for_nobody(desk, network, secret):
    for web in (desk.web, network):
        for answer in refusals(web, secret):
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Referral Pathways", error="invalid_token"'
            assert answer.headers["Cache-Control"] == "no-store"
            assert len(secret) < 2 or secret not in answer.text
    assert network.get(IMPORTS, headers={"Authorization": "Bearer x"}).get_json()["code"] == "unauthorized"


@pytest.mark.parametrize("header", ["Basic YTpi", "rpt_1", "Bearer", "bearer\tx", "Token x", ""])
def test_any_other_way_to_present_something_is_refused(network, header):
    answer = network.get("/api/v1/stakeholders", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_token(network, bearer):
    secret = bearer(Grant(Role.ADMINISTRATOR))["Authorization"].removeprefix("Bearer ")
    assert network.get(f"{IMPORTS}?access_token={secret}").status_code == 403
    assert network.get(IMPORTS, headers={"Cookie": f"pathways={secret}; __Host-pathways={secret}"}).status_code == 403


def test_a_token_that_was_taken_back_gives_nothing_at_once(desk, network, bearer):
    headers = bearer(Grant(Role.ADMINISTRATOR))
    other = create_app(replace(desk.settings, host="0.0.0.0"), desk.store).test_client()
    assert other.get(IMPORTS, headers=headers).status_code == 200
    (token,) = Tokens(desk.settings.home).all()
    Tokens(desk.settings.home).revoke(token.id)
    assert [answer.status_code for web in (network, other) for answer in refusals(web, headers["Authorization"][7:])] == [401] * 10


def test_a_token_is_neither_logged_nor_told(network, bearer, caplog, capfd):
    secret = bearer(importer("partner"))["Authorization"].removeprefix("Bearer ")
    spoilt = secret[:-4] + "AAAA"
    with caplog.at_level(logging.DEBUG):
        told = [answer.text + str(answer.headers) for value in (secret, spoilt) for answer in refusals(network, value)]
    out, err = capfd.readouterr()
    assert not any(value in place for value in (secret, spoilt) for place in (*told, caplog.text, out, err))


def test_where_the_file_cannot_be_read_tokens_wait_and_what_is_public_goes_on(desk, network, bearer):
    headers = bearer(Grant(Role.PARTNER))
    (desk.settings.home / NAME).write_bytes(b"no database" * 100)
    answer = network.get("/api/v1/stakeholders", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not-ready")
    assert network.get("/en/", headers=headers).status_code == 503
    assert network.get("/api/v1/stakeholders").status_code == 200
    assert network.get("/en/").status_code == 200


# what an importer's scope ends at ---------------------------------------------------------------------------------------------------------


def sent(web, path, headers, **fields):
    with path.open("rb") as file:
        return web.post(IMPORTS, data={"file": (file, path.name), **fields}, headers=headers)


def test_an_importer_imports_applies_and_takes_back_from_a_network(desk, network, bearer):
    headers = bearer(importer("partner"), "network desk")
    told = sent(network, a_list(desk.folder, bodies(2)), headers, source="partner").get_json()
    assert told["author"] == "network desk"
    own = f"{IMPORTS}/{told['id']}"
    assert network.post(f"{own}/apply", headers=headers).get_json()["state"] == "applied"
    assert desk.store.history()[-1].author == "network desk"
    assert network.post(f"{own}/undo", json={"author": "AB", "note": "by mistake"}, headers=headers).get_json()["state"] == "undone"
    assert desk.store.history()[-1].author == "network desk (AB)"


@pytest.mark.parametrize(
    "fields", [{"source": "another"}, {"source": "bundled"}, {"source": "partner2"}, {}, {"source": "another", "dry_run": "false"}]
)
def test_an_importer_imports_under_no_other_source(desk, network, bearer, fields):
    answer = sent(network, a_list(desk.folder, bodies(2), "list-of-another.json"), bearer(importer("partner", "third")), **fields)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert answer.get_json()["detail"] == "You may import under your own source names only: partner, third."
    assert desk.store.head() == 1
    assert desk.web.get(IMPORTS).get_json()["total"] == 0, "nothing of it was kept"


def test_an_importer_sees_only_the_reports_of_their_own_sources(desk, network, bearer):
    ours, theirs = desk.tried(a_list(desk.folder, bodies(1))), desk.tried(a_list(desk.folder, bodies(1, 5)), source="another")
    headers = bearer(importer("partner"))
    assert [one["id"] for one in network.get(IMPORTS, headers=headers).get_json()["items"]] == [ours["id"]]
    assert ours["id"] in network.get("/en/imports", headers=headers).text
    assert theirs["id"] not in network.get("/en/imports", headers=headers).text
    asked = [("GET", ""), ("GET", "/report"), ("GET", "/matches"), ("POST", "/try"), ("POST", "/apply"), ("POST", "/undo"), ("DELETE", "")]
    for method, step in asked:
        answer = network.open(
            f"{IMPORTS}/{theirs['id']}{step}", method=method, headers=headers, **({"json": {}} if method == "POST" else {})
        )
        assert answer.status_code == 404, step
    for step in ("", "/apply", "/forget", "/matches"):
        assert network.get(f"/en/imports/{theirs['id']}{step}", headers=headers).status_code == 404
    for step in ("apply", "forget", "try", "matches"):
        assert network.post(f"/en/imports/{theirs['id']}/{step}", headers=headers).status_code in (403, 404)
    assert desk.web.get(f"{IMPORTS}/{theirs['id']}").status_code == 200
    administrator = network.get(IMPORTS, headers=bearer(Grant(Role.ADMINISTRATOR))).get_json()
    assert administrator["total"] == 2


def test_an_importer_takes_back_only_revisions_of_their_own_sources(desk, network, bearer):
    desk.applied(a_list(desk.folder, bodies(1)), source="another")
    desk.applied(a_list(desk.folder, bodies(1, 5)))
    headers = bearer(importer("partner"), "network desk")
    for number in (1, 2):
        assert network.post(f"/en/imports/history/{number}", data={}, headers=headers).status_code == 403
    assert desk.store.head() == 3
    for number in (1, 2):
        assert network.get(f"/en/imports/history/{number}", headers=headers).status_code == 403
    shown = network.get("/en/imports/history", headers=headers).text
    assert "/en/imports/history/3" in shown
    assert "another" not in shown, "who else gives lists is nobody else's"
    assert 'id="undo"' in network.get("/en/imports/history/3", headers=headers).text
    assert network.post("/en/imports/history/3", data={"author": "AB"}, headers=headers).status_code == 303
    assert (desk.store.head(), desk.store.history()[-1].undoes, desk.store.history()[-1].author) == (4, 3, "network desk (AB)")


def test_an_importer_judges_and_sees_only_matches_of_their_own_sources(desk, network, bearer):
    said = {"subject": "x", "body": "gb-house", "verdict": "same"}
    theirs = desk.web.post(MATCHES, json={"source": "another", **said}).get_json()["number"]
    headers = bearer(importer("partner"), "network desk")
    assert network.post(MATCHES, json={"source": "another", **said}, headers=headers).status_code == 403
    assert network.get(f"{MATCHES}?source=another", headers=headers).status_code == 403
    ours = network.post(MATCHES, json={"source": "partner", **said}, headers=headers).get_json()["number"]
    (judged,) = network.get(f"{MATCHES}?state=judged", headers=headers).get_json()["items"]
    assert (judged["number"], judged["author"]) == (ours, "network desk")
    assert network.delete(f"{MATCHES}/{theirs}", headers=headers).status_code == 404
    assert network.delete(f"{MATCHES}/{ours}", headers=headers).status_code == 204
    assert desk.web.get(f"{MATCHES}?state=judged&source=another").get_json()["items"][0]["taken_back_at"] is None


@pytest.mark.parametrize("writes", ["tokens", "off"])
def test_who_may_write_can_be_narrowed(desk, bearer, writes):
    headers = bearer(importer("partner"))
    web = create_app(replace(desk.settings, writes=writes), desk.store).test_client()
    assert web.get(IMPORTS).status_code == 403, "sitting at the machine is not enough"
    assert web.get(IMPORTS, headers=headers).status_code == (200 if writes == "tokens" else 403)
    assert web.get("/api/v1/stakeholders").status_code == 200


def test_at_the_machine_a_token_counts_and_the_place_does_not(desk, bearer):
    assert desk.web.get(IMPORTS).status_code == 200
    assert desk.web.get(IMPORTS, headers=bearer(Grant(Role.CASEWORKER))).status_code == 403


# several processes -------------------------------------------------------------------------------------------------------------------------


def test_every_process_of_a_real_service_knows_at_once_that_a_token_was_taken_back(tmp_path):
    home = tmp_path / "home"
    made, secret = Tokens(home).make("desk 4", Grant(Role.ADMINISTRATOR))

    def asked(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)  # a connection each time, so that each process is met
        try:
            connection.request("GET", IMPORTS, headers={"Authorization": f"Bearer {secret}"})
            return connection.getresponse().status
        finally:
            connection.close()

    with serving(tmp_path, {}, "--workers", "2") as port:
        assert {asked(port) for _ in range(20)} == {200}
        words = [sys.executable, "-m", "cli.main", "token", "revoke", made.id]
        subprocess.run(words, env={"PATHWAYS_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)
        assert {asked(port) for _ in range(20)} == {401}
    assert secret not in (tmp_path / "output").read_text()
    with sqlite3.connect(home / NAME) as database:
        assert database.execute("SELECT count(*) FROM tokens").fetchone() == (1,)
    database.close()
