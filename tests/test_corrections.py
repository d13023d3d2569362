"""What readers say is wrong with a contact: a choice, at most a number, and nothing of who said it or of a case."""

from __future__ import annotations

import sqlite3
import stat
from datetime import date
from shutil import copyfile

import pytest
from click.testing import CliRunner

from api import Settings, create_app
from api.throttle import Throttle
from cli.main import main
from pathways import corrections
from pathways.corrections import Corrections, Refused, is_value
from pathways.stores import EDIT, open_store

TODAY = date(2026, 11, 24)
SAID = ("gr-ekka", "phone", "197", "not-in-use", "")
FORM = {"contact": "1", "fault": "not-in-use", "proposed": "+30 210 123 4567"}


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def client(home, bundled_store):
    return create_app(Settings(home=home), bundled_store).test_client()


def test_what_is_said_is_on_the_list_and_counted_where_it_is_said_again(home):
    found = Corrections(home)
    assert found.all() == []
    found.add(*SAID, on=TODAY)
    found.add("gr-ekka", "phone", "197", "changed", "198", on=TODAY)
    found.add(*SAID, on=date(2026, 11, 30))
    first, second = found.all()
    assert (first.body, first.value, first.fault, first.times, first.first, first.last) == (
        "gr-ekka",
        "197",
        "not-in-use",
        2,
        "2026-11-24",
        "2026-11-30",
    )
    assert (second.proposed, second.times) == ("198", 1)
    assert found.close(first.number)
    assert not found.close(first.number)
    assert [entry.number for entry in found.all()] == [second.number]


def test_only_its_owner_can_read_the_list(home):
    Corrections(home).add(*SAID, on=TODAY)
    assert stat.S_IMODE((home / corrections.NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_full_list_takes_no_more_until_something_is_closed(home, monkeypatch):
    monkeypatch.setattr(corrections, "MOST", 2)
    found = Corrections(home)
    found.add(*SAID, on=TODAY)
    found.add(*SAID[:3], "changed", "", on=TODAY)
    with pytest.raises(Refused, match="full"):
        found.add(*SAID[:3], "no-answer", "", on=TODAY)
    found.add(*SAID, on=TODAY)
    found.close(found.all()[0].number)
    found.add(*SAID[:3], "no-answer", "", on=TODAY)


@pytest.mark.parametrize(
    ("kind", "text", "fits"),
    [
        ("phone", "+30 210 123-4567", True), ("phone", "1109", True), ("phone", "112", True), ("phone", "1", False), ("phone", "call Ana", False),
        ("phone", "+30 210 ask for Ana", False), ("phone", "1" * 30, False), ("website", "https://example.org/help", True), ("website", "javascript:alert(1)", False),
        ("website", "https://ana@example.org", False), ("website", "https://example.org/?who=ana", False), ("website", "https://example.org/#ana", False),
        ("website", "https://example.org/a b", False), ("website", "https://[", False), ("email", "ana@example.org", False),
    ],
)  # fmt: skip
def test_a_right_value_is_a_number_or_an_address_and_no_text(kind, text, fits):
    assert is_value(kind, text) is fits


def test_the_page_takes_what_is_wrong_and_keeps_nothing_else(client, home):
    answer = client.post(
        "/en/bodies/gr-ekka/wrong", data=FORM, headers={"User-Agent": "sentinel-agent"}, environ_base={"REMOTE_ADDR": "203.0.113.77"}
    )
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    (entry,) = Corrections(home).all()
    assert (entry.body, entry.kind, entry.value, entry.proposed) == ("gr-ekka", "phone", "197", "+30 210 123 4567")
    kept = b"".join(path.read_bytes() for path in home.iterdir())
    assert b"203.0.113" not in kept
    assert b"sentinel" not in kept
    with sqlite3.connect(home / corrections.NAME) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(corrections)")}
    assert columns == {"number", "body", "kind", "value", "fault", "proposed", "first", "last", "times"}


@pytest.mark.parametrize(
    "changed",
    [
        {"contact": "99"},
        {"contact": ""},
        {"fault": "rude"},
        {"fault": ""},
        {"proposed": "ask for Ana"},
        {"proposed": "<script>"},
        {"note": "x"},
    ],
)
def test_what_is_not_offered_is_not_taken(client, home, changed):
    answer = client.post("/en/bodies/gr-ekka/wrong", data={**FORM, **changed})
    assert answer.status_code in (400, 422)
    assert not home.exists()
    assert "<script>" not in answer.text


def test_another_language_of_the_form_takes_nothing(client, home):
    assert client.post("/el/bodies/gr-ekka/wrong", data={**FORM, "go": "same"}).status_code == 200
    assert not home.exists()


def test_a_hidden_body_has_no_such_page(tmp_path, filled, home):
    copyfile(filled, tmp_path / "own.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/own.sqlite")
    store.commit(store.amend(EDIT, "stakeholder", "gr-ekka", {"visibility": "hidden"}), layer=EDIT, source="", author="test")
    client = create_app(Settings(home=home), store).test_client()
    assert client.get("/en/bodies/gr-ekka/wrong").status_code == 404
    assert client.post("/en/bodies/gr-ekka/wrong", data=FORM).status_code == 404
    store.close()


def test_a_flood_is_stopped_and_told_so(client):
    statuses = [client.post("/en/bodies/gr-ekka/wrong", data={**FORM, "proposed": f"21012345{n:02}"}).status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_the_throttle_forgets_whom_it_counted_when_the_window_ends():
    now = [0.0]
    throttle = Throttle(each=1, all_together=2, window=60, clock=lambda: now[0])
    assert [throttle.allows(address) for address in ("a", "a", "b", "c")] == [True, False, True, False]
    now[0] = 61
    assert throttle.allows("a")


def test_the_command_lists_and_closes(home):
    def run(*given):
        return CliRunner().invoke(main, ["corrections", *given], env={"PATHWAYS_HOME": str(home)})

    assert run().output == "Nothing is said to be wrong.\n"
    Corrections(home).add(*SAID, on=TODAY)
    assert run().output == "1  gr-ekka  phone 197: not-in-use  (1 times, last 2026-11-24)\n"
    assert '"fault": "not-in-use"' in run("--format", "json").output
    assert (run("--close", "7").exit_code, run("--close", "1").output) == (1, "Nothing is said to be wrong.\n")


@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_the_form_has_no_barrier(visit, language):
    reader = visit("phone")
    page = reader.open(f"/{language}/bodies/gr-ekka")
    reader.press("a[href$='/wrong']")
    assert reader.barriers() == []
    reader.press("main .act")
    assert page.locator(".errors").is_visible()
    assert reader.barriers() == []
    page.locator("#contact-1").check()
    page.locator("#fault-changed").check()
    reader.press("main .act")
    page.locator("main a[href$='/gr-ekka']").wait_for()
    assert reader.barriers() == []
