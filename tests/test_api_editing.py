"""Changes by hand over HTTP and on pages: with a token, by two people, without the place of a confidential body, and undone like any other."""

from __future__ import annotations

import re

import pytest
from offices import open_office

from api import create_app
from pathways.access import Grant, Role, Tokens
from pathways.stores import EDIT

PROPOSALS = "/api/v1/proposals"
SOURCE = {"title": "Its page", "publisher": "The house", "url": "https://house.example/contact", "seen": "2026-11-20"}
CHANGE = {"kind": "stakeholder", "id": "gb-house", "fields": {"note": "Open at night."}, "source": SOURCE}


class Desk:
    """A service with editors: each asks with a token of their own."""

    def __init__(self, office) -> None:
        self.store, self.web = office.store, create_app(office.settings, office.store).test_client()
        self._tokens = Tokens(office.settings.home)
        self._held: dict[str, dict[str, str]] = {}
        self.secrets: dict[str, str] = {}

    def token(self, name, *bodies, role=Role.EDITOR):
        _, secret = self._tokens.make(name, Grant(role, bodies=frozenset(bodies)))
        self.secrets[name] = secret
        self._held[name] = {"Authorization": f"Bearer {secret}"}

    def ask(self, who, method, path="", **sent):
        return self.web.open(PROPOSALS + path, method=method, headers=self._held.get(who, {}), **sent)

    def proposed(self, who="ana", **more):
        answer = self.ask(who, "POST", json={**CHANGE, **more})
        assert answer.status_code == 201, answer.json
        return answer.json


@pytest.fixture
def desk(tmp_path):
    for office in open_office(tmp_path, f"sqlite:///{tmp_path}/small.sqlite"):
        made = Desk(office)
        for name in ("ana", "ben", "cem"):
            made.token(name, "gb-house")
        made.token("eve", "al-police")
        made.token("carla", role=Role.CASEWORKER)
        yield made


def test_two_people_change_a_body_and_it_shows_where_it_came_from(desk):
    made = desk.proposed()
    assert (made["state"], made["proposed_by"], made["needed"], made["before"]) == ("waiting", "ana", 1, {"note": None})
    assert desk.store.directory().stakeholder("gb-house").shown.get("note") is None
    assert desk.ask("ana", "POST", f"/{made['number']}/approve").json["code"] == "proposal-refused"
    done = desk.ask("ben", "POST", f"/{made['number']}/approve").json
    assert (done["state"], done["approvals"][0]["by"], done["revision"]) == ("applied", "ben", desk.store.head())
    body = desk.web.get("/api/v1/stakeholders/gb-house").json
    assert body["note"] == "Open at night." and any("gb-edit-1" in str(one) for one in body["sources"])
    assert desk.store.undo(done["revision"], "ben").number == desk.store.head()


def test_the_contacts_of_a_hotline_wait_for_two_others(desk):
    said = {"holder": "gb-house", "function": "hotline", "as_of": 2026, "sources": ["gb-nrm-2024"]}
    desk.store.commit(desk.store.amend(EDIT, "mandate", "gb-house.hotline", said, part="GB"), layer=EDIT, source="", author="test")
    made = desk.proposed(fields={"contacts": [{"type": "phone", "value": "0800 0121 700"}]})
    assert made["needed"] == 2 and made["numbers"] == [{"value": "0800 0121 700", "kind": "free", "abroad": None}]
    assert desk.ask("ben", "POST", f"/{made['number']}/approve").json["state"] == "waiting"
    assert desk.ask("ben", "POST", f"/{made['number']}/approve").status_code == 409
    assert desk.ask("cem", "POST", f"/{made['number']}/approve").json["state"] == "applied"
    (point,) = desk.store.directory().stakeholder("gb-house").contacts
    assert (point.value, point.shown["as_of"]) == ("0800 0121 700", "2026-11-20")


def test_nobody_edits_what_is_not_theirs_or_sees_that_it_is_proposed(desk):
    made = desk.proposed()
    assert desk.ask("eve", "POST", json=CHANGE).json["code"] == "forbidden"
    assert desk.ask("eve", "GET").json["items"] == []
    for method, path in (("GET", ""), ("POST", "/approve"), ("DELETE", "")):
        assert desk.ask("eve", method, f"/{made['number']}{path}").status_code == 404
    assert desk.ask("carla", "GET").status_code == desk.ask("nobody", "GET").status_code == 403


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"fields": {"contacts": [{"type": "phone", "value": "+44 12"}]}}, "/fields/contacts/0/value"),
        ({"fields": {"contacts": [{"type": "phone", "value": "09012 345678"}]}}, "/fields/contacts/0/value"),
        ({"fields": {"colour": "red"}}, "/fields"),
        ({"fields": {"sources": []}}, "/fields/sources"),
        ({"fields": {}}, "/fields"),
        ({"fields": {"name_local": None}}, "/fields/name_local"),
        ({"fields": {"note": "x"}, "verifies": True}, "/fields"),
        ({"fields": {"note": "Name of the victim: Joy"}}, "/fields/note"),
        ({"source": {"seen": "2026-11-20"}}, "/source/title"),
        ({"source": {**SOURCE, "seen": "2099-01-01"}}, "/source/seen"),
        ({"source": {**SOURCE, "url": "javascript:alert(1)"}}, "/source/url"),
        ({"kind": "country"}, "/kind"),
    ],
)
def test_what_is_wrong_is_told_by_its_place_and_nothing_is_kept(desk, said, pointer):
    answer = desk.ask("ana", "POST", json={**CHANGE, **said})
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert "Joy" not in answer.text
    assert desk.ask("ana", "GET").json["total"] == 0


def test_the_place_of_a_confidential_body_is_not_taken(desk):
    secret = {"confidential_location": True}
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", secret), layer=EDIT, source="", author="test")
    answer = desk.ask("ana", "POST", json={**CHANGE, "fields": {"note": "12 Rose Street, behind the church"}})
    assert answer.status_code == 422 and "Rose" not in answer.text


def test_a_proposal_is_refused_with_a_reason_or_taken_back_by_whoever_made_it(desk):
    first, second = desk.proposed(), desk.proposed(fields={"status_note": "Moves in May."})
    said = desk.ask("ben", "POST", f"/{first['number']}/refuse", json={"answer": "By day only."}).json
    assert (said["state"], said["answer"]) == ("refused", "By day only.")
    assert desk.ask("ben", "DELETE", f"/{second['number']}").status_code == 403
    assert desk.ask("ana", "DELETE", f"/{second['number']}").json["state"] == "withdrawn"
    assert desk.ask("ana", "GET", "?state=waiting").json["total"] == 0
    assert desk.ask("ana", "GET").json["total"] == 2


def test_what_was_changed_meanwhile_is_not_overwritten_and_the_approval_does_not_count(desk):
    made = desk.proposed()
    desk.store.commit(desk.store.amend(EDIT, "stakeholder", "gb-house", {"note": "Closed."}), layer=EDIT, source="", author="x")
    answer = desk.ask("ben", "POST", f"/{made['number']}/approve")
    assert (answer.status_code, answer.json["code"]) == (409, "proposal-refused") and "meanwhile" in answer.json["detail"]
    assert desk.ask("ben", "GET", f"/{made['number']}").json["approvals"] == []


def test_the_worklist_names_what_is_theirs_and_a_verified_thing_moves_down(desk):
    before = desk.ask("ana", "GET", "/worklist?country=GB").json["items"]
    assert before and {one["body"] for one in before} == {"gb-house"}
    first = before[0]
    made = desk.proposed(kind=first["kind"], id=first["id"], fields={}, verifies=True)
    assert desk.ask("ben", "POST", f"/{made['number']}/approve").json["state"] == "applied"
    after = {(one["kind"], one["id"]): one for one in desk.ask("ana", "GET", "/worklist?country=GB").json["items"]}
    found = after[first["kind"], first["id"]]
    assert (found["verified_on"], found["verified_by"]) == ("2026-11-20", "ana")
    assert desk.ask("ana", "GET", "/worklist?country=XX").status_code == 422


class Pages:
    """Somebody's browser, signed in with a token of their own."""

    def __init__(self, desk, who) -> None:
        self.web = desk.web.application.test_client()
        secret = desk.secrets[who]
        assert self.web.post("/en/sign-in", data={"token": secret}).status_code == 303

    def get(self, path):
        answer = self.web.get(f"/en/{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page, path, **fields):
        """Send a form of a page, with the token that the page carries."""
        token = re.search(r'name="form_token" value="([^"]+)"', self.get(page))
        return self.web.post(f"/en/{path}", data={"form_token": token[1] if token else "", **fields})


FORM = {"title": "Its page", "publisher": "The house", "seen": "2026-11-20", "reason": "It moved", "act": "change"}


def test_an_editor_proposes_on_a_page_and_another_approves_on_theirs(desk):
    ana, ben = Pages(desk, "ana"), Pages(desk, "ben")
    assert "Correct and verify" in ana.get("")
    assert "Verify these first" in ana.get("editing?country=GB")
    form = {**FORM, "note": "Open at night.", "type-0": "phone", "value-0": "0800 0121 700", "hours-0": "24/7"}
    made = ana.send("editing/stakeholder/gb-house", "editing/stakeholder/gb-house", **form)
    assert made.status_code == 303, made.text
    page = ben.get("editing")
    assert "/en/proposals/1" in page
    told = ben.get("proposals/1")
    assert "Free of charge" in told and "Open at night." in told and "Its page" in told and "nobody yet" in told
    assert "Approve</button>" not in ana.get("proposals/1")
    assert ben.send("proposals/1", "proposals/1/approve").status_code == 303
    assert "In the directory" in ana.get("proposals/1") and "0800 0121 700" in ana.get("bodies/gb-house")


def test_what_is_wrong_in_the_form_stays_in_it_and_is_told(desk):
    ana = Pages(desk, "ana")
    answer = ana.send("editing/stakeholder/gb-house", "editing/stakeholder/gb-house", **FORM, **{"type-0": "phone", "value-0": "+44 12"})
    assert answer.status_code == 422
    assert "no telephone is reached" in answer.text and 'value="+44 12"' in answer.text and 'value="It moved"' in answer.text
    assert desk.ask("ana", "GET").json["total"] == 0


def test_a_page_verifies_takes_back_and_refuses(desk):
    ana, ben = Pages(desk, "ana"), Pages(desk, "ben")
    (mandate, *_) = [one["id"] for one in desk.ask("ana", "GET", "/worklist?country=GB").json["items"] if one["kind"] == "mandate"]
    page = f"editing/mandate/{mandate}"
    assert ana.send(page, page, **{**FORM, "act": "verify"}).status_code == 303
    assert "all is still so" in ben.get("proposals/1")
    assert ana.send("proposals/1", "proposals/1/withdraw").status_code == 303
    assert "Taken back by whoever proposed it" in ben.get("proposals/1")
    assert ana.send(page, page, **{**FORM, "act": "verify"}).status_code == 303
    assert ben.send("proposals/2", "proposals/2/refuse", answer="").status_code == 422
    assert ben.send("proposals/2", "proposals/2/refuse", answer="<b>By day only</b>").status_code == 303
    assert "&lt;b&gt;By day only" in ana.get("proposals/2")


def test_a_form_without_the_token_of_the_sign_in_changes_nothing(desk):
    ana = Pages(desk, "ana")
    assert ana.web.post("/en/editing/stakeholder/gb-house", data={**FORM, "note": "x"}).status_code == 403
    assert desk.ask("ana", "GET").json["total"] == 0
