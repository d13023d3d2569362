"""Who may import: whoever sits at the machine, and nobody through a hostile page, a name that points here, a network or a proxy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import IMPORTS, MATCHES
from partner_lists import a_list, bodies

from api import Settings, create_app
from api.access.local import is_loopback

CALLS = [
    ("GET", IMPORTS),
    ("POST", IMPORTS),
    ("GET", f"{IMPORTS}/0123456789abcdef"),
    ("DELETE", f"{IMPORTS}/0123456789abcdef"),
    ("GET", f"{IMPORTS}/0123456789abcdef/report"),
    ("GET", f"{IMPORTS}/0123456789abcdef/matches"),
    ("POST", f"{IMPORTS}/0123456789abcdef/try"),
    ("POST", f"{IMPORTS}/0123456789abcdef/apply"),
    ("POST", f"{IMPORTS}/0123456789abcdef/undo"),
    ("GET", MATCHES),
    ("POST", MATCHES),
    ("DELETE", f"{MATCHES}/1"),
]
HOSTILE = [
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Sec-Fetch-Site": "same-site"}},  # another port of this machine
    {"headers": {"Origin": "https://evil.example"}},
    {"headers": {"Origin": "http://localhost:9999"}},
    {"headers": {"Origin": "null"}},
    {"headers": {"Host": "evil.example"}},  # a name that was pointed at this machine
    {"headers": {"Host": "127.0.0.1.evil.example:8000", "Sec-Fetch-Site": "same-origin"}},
    {"headers": {"Host": "192.168.1.5:8000"}},
    {"headers": {"Host": "@evil.example"}},
    {"headers": {"X-Forwarded-For": "203.0.113.9"}},
    {"headers": {"Forwarded": "for=203.0.113.9"}},
    {"headers": {"Via": "1.1 proxy"}},
    {"environ_base": {"REMOTE_ADDR": "192.168.1.7"}},
    {"environ_base": {"REMOTE_ADDR": ""}},
]


def test_every_call_of_importers_is_asked_about(desk):
    named = {(method, rule.rule) for rule in desk.web.application.url_map.iter_rules() if rule.endpoint.split(".")[0] in ("Imports", "Matches") for method in rule.methods - {"HEAD", "OPTIONS"}}  # fmt: skip
    tried = {(method, path.replace("0123456789abcdef", "<string:identity>").replace("/1", "/<int:number>") if "/v1/imports" in path else path.replace(f"{MATCHES}/1", f"{MATCHES}/<int:number>")) for method, path in CALLS}  # fmt: skip
    assert named == tried


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_who_does_not_sit_at_the_machine_may_nothing(desk, method, path, hostile):
    answer = desk.web.open(path, method=method, **hostile)
    assert (answer.status_code, answer.get_json()["code"]) in ((403, "forbidden"), (403, "cross-site"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_list_that_a_hostile_page_sends_leaves_nothing(desk, hostile):
    path = a_list(desk.folder, bodies(1))
    with path.open("rb") as file:
        assert desk.web.post(IMPORTS, data={"file": (file, "list.json"), "dry_run": "false"}, **hostile).status_code == 403
    assert desk.store.head() == 1
    assert not desk.settings.imports.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"},
        {"Host": "[::1]:8000"},
    ],
)
def test_who_sits_at_the_machine_may(desk, headers):
    assert desk.web.get(IMPORTS, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "settings", [{"writes": "off"}, {"host": "0.0.0.0"}, {"host": "192.168.1.5"}, {"host": "::"}, {"host": "example.org"}]
)
def test_where_it_is_switched_off_or_a_network_can_reach_the_service_nobody_may(desk, settings):
    web = create_app(replace(desk.settings, **settings), desk.store).test_client()
    assert {web.open(path, method=method).status_code for method, path in CALLS} == {403}
    assert web.get("/api/v1/stakeholders").status_code == 200


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("", False), ("localhost.evil.example", False), ("10.0.0.1", False)])  # fmt: skip
def test_only_the_machines_own_addresses_are_its_own(host, own):
    assert is_loopback(host) is own


@pytest.mark.parametrize(("name", "value"), [("PATHWAYS_WRITES", "everybody"), ("PATHWAYS_UPLOAD_MB", "0"), ("PATHWAYS_UPLOAD_MB", "many")])
def test_a_setting_that_is_none_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({name: value})
