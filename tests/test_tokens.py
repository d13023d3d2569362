"""Access tokens and the sign-ins that rest on them: made, used, run out, taken back, with clocks that jump; and the command that keeps them."""

from __future__ import annotations

import json
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from cli.main import main
from pathways.access import GIVEN, LONGEST, MOST_DAYS, Grant, Refused, Right, Role, Sessions, Tokens
from pathways.access.sessions import IDLE
from pathways.access.tokens import NAME, SKEW

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
IMPORTER = Grant(Role.IMPORTER, sources=frozenset({"our-network"}))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tokens(tmp_path, clock):
    return Tokens(tmp_path / "home", clock)


@pytest.fixture
def sessions(tmp_path, clock):
    return Sessions(tmp_path / "home", clock)


def test_a_token_gives_its_role_and_its_scope(tokens):
    made, secret = tokens.make("desk 4", IMPORTER)
    found = tokens.check(secret)
    assert (found.id, found.label, found.grant) == (made.id, "desk 4", IMPORTER)
    assert found.grant.may_import("our-network")
    assert not found.grant.may_import("another")
    assert not found.grant.has(Right.EDIT)


def test_the_secret_stands_nowhere_and_only_its_owner_can_read_the_file(tokens):
    _, secret = tokens.make("desk 4", IMPORTER)
    tokens.check(secret)
    kept = tokens.path.read_bytes()
    assert secret.encode() not in kept
    assert secret.split("_", 2)[2].encode() not in kept
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert len(secret.split("_", 2)[2]) == 43, "256 bits"


@pytest.mark.parametrize(
    "change",
    [lambda s: "", lambda s: s[:-1], lambda s: s + "A", lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda s: s.upper(), lambda s: s.replace("rpt_", "rps_"),
     lambda s: f" {s}", lambda s: s + "\n", lambda s: "rpt_000000000000" + s[16:], lambda s: "ü" * 60, lambda s: "rpt_' OR 1=1 --"],
)  # fmt: skip
def test_what_is_not_exactly_a_secret_gives_nothing(tokens, change):
    _, secret = tokens.make("desk 4", IMPORTER)
    with pytest.raises(Refused, match="not a token of this service"):
        tokens.check(change(secret))


def test_a_token_lasts_until_its_day_and_a_clock_that_is_set_back_brings_it_not_back(tokens, clock):
    _, secret = tokens.make("desk 4", IMPORTER, days=1)
    clock.on(hours=23, minutes=59, seconds=59)
    tokens.check(secret)
    clock.on(seconds=1)
    with pytest.raises(Refused, match="run out"):
        tokens.check(secret)
    clock.on(hours=-12)
    with pytest.raises(Refused, match="taken back, or has run out"):
        tokens.check(secret)


def test_a_token_of_tomorrow_is_not_taken_until_the_clock_is_right(tokens, clock):
    _, secret = tokens.make("desk 4", IMPORTER)
    clock.on(days=-300)
    with pytest.raises(Refused, match="later than this machine's clock"):
        tokens.check(secret)
    clock.on(days=300)
    assert tokens.check(secret).label == "desk 4"


def test_the_last_use_is_kept_as_a_day(tokens, clock):
    _, secret = tokens.make("desk 4", IMPORTER)
    assert tokens.all()[0].used is None
    tokens.check(secret)
    clock.on(hours=3)
    tokens.check(secret)
    assert tokens.all()[0].used == "2026-11-24"
    assert b"15:00" not in tokens.path.read_bytes()


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.IMPORTER, {}), (Role.EDITOR, {}), (Role.EDITOR, {"sources": frozenset({"a"})}), (Role.CASEWORKER, {"sources": frozenset({"a"})}),
     (Role.ADMINISTRATOR, {"bodies": frozenset({"a"})})],
)  # fmt: skip
def test_a_scope_that_is_missing_or_says_nothing_is_refused(role, scope):
    with pytest.raises(ValueError, match="is given the"):
        Grant(role, **scope)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MACHINE])
def test_nobody_is_given_a_role_that_is_none(tokens, role):
    with pytest.raises(ValueError, match="one of the roles"):
        tokens.make("x", Grant(role))


@pytest.mark.parametrize(("label", "days"), [("", 1), ("a\nb", 1), ("x" * 81, 1), (" x", 1), ("x", 0), ("x", MOST_DAYS + 1)])
def test_a_label_or_a_time_that_cannot_be_is_refused(tokens, label, days):
    with pytest.raises(ValueError):
        tokens.make(label, IMPORTER, days)
    assert tokens.all() == []


def test_a_disk_that_takes_nothing_keeps_nobody_from_reading(tokens, monkeypatch):
    _, secret = tokens.make("desk 4", IMPORTER)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **more: connect(f"file:{path}?mode=ro", uri=True, **more))
    assert tokens.check(secret).label == "desk 4"


# sign-ins --------------------------------------------------------------------------------------------------------------------------------


def test_a_sign_in_ends_with_its_token(tokens, sessions):
    made, secret = tokens.make("desk 4", IMPORTER)
    signed = sessions.of_token(tokens.check(secret))
    assert sessions.check(signed).grant == IMPORTER
    tokens.revoke(made.id)
    assert sessions.check(signed) is None
    assert sessions.all() == []


def test_a_sign_in_that_was_begun_while_its_token_was_taken_back_does_not_stand(tokens, sessions):
    made, secret = tokens.make("desk 4", IMPORTER)
    checked = tokens.check(secret)
    tokens.revoke(made.id)
    assert sessions.check(sessions.of_token(checked)) is None


def test_a_sign_in_lasts_no_longer_than_its_token(tokens, sessions, clock):
    _, secret = tokens.make("desk 4", IMPORTER, days=1)
    clock.on(hours=23, minutes=50)
    signed = sessions.of_token(tokens.check(secret))
    clock.on(minutes=9)
    assert sessions.check(signed)
    clock.on(minutes=2)
    assert sessions.check(signed) is None


def test_a_sign_in_ends_when_no_page_is_opened_and_after_eight_hours_in_any_case(sessions, clock):
    idle, busy = (sessions.of_person("staff", Grant(Role.PARTNER), "oidc:1") for _ in range(2))
    clock.on(minutes=36)
    assert sessions.check(idle) is None
    busy = sessions.of_person("staff", Grant(Role.PARTNER), "oidc:1")
    began = clock.now
    while clock.now + timedelta(minutes=29) < began + LONGEST:
        clock.on(minutes=29)
        assert sessions.check(busy)
    clock.now = began + LONGEST
    assert sessions.check(busy) is None


def test_of_a_sign_in_that_is_over_nothing_is_kept(sessions, clock):
    signed = sessions.of_person("staff", Grant(Role.PARTNER), "oidc:1")
    sessions.end(sessions.check(signed).id)
    other = sessions.of_person("staff", Grant(Role.PARTNER), "oidc:1")
    clock.on(days=1)
    sessions.of_person("staff", Grant(Role.PARTNER), "oidc:2")
    with sqlite3.connect(sessions.path) as database:
        assert database.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    database.close()
    assert sessions.check(other) is None


# the life of tokens, at random --------------------------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Tokens and sign-ins are made, used, left to run out and taken back, by two processes, under a clock that jumps both ways.

    What is held: who is let in was given it, for no longer than was said; what was once refused for good never comes back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        self.processes = [Tokens(Path(self.folder.name), self.clock) for _ in range(2)]
        self.signing = [Sessions(Path(self.folder.name), self.clock) for _ in range(2)]
        self.made: dict[str, tuple[str, datetime, datetime, Grant]] = {}
        self.dead: set[str] = set()
        self.signed: dict[str, tuple[str, datetime]] = {}
        self.out: set[str] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    secrets = Bundle("secrets")
    sign_ins = Bundle("sign_ins")
    process = st.integers(0, 1)

    @initialize(target=secrets)
    def begin(self):
        return self._make(0, Role.ADMINISTRATOR, 1)

    @rule(target=secrets, process=process, role=st.sampled_from(GIVEN), days=st.integers(1, 5))
    def make(self, process, role, days):
        return self._make(process, role, days)

    def _make(self, process: int, role: Role, days: int) -> str:
        grant = Grant(
            role, frozenset({"our-network"} if role is Role.IMPORTER else ()), frozenset({"gr-ekka"} if role is Role.EDITOR else ())
        )
        made, secret = self.processes[process].make("somebody", grant, days)
        self.made[secret] = (made.id, made.made, made.expires, grant)
        return secret

    def holds(self, secret: str) -> bool:
        _, made, expires, _ = self.made[secret]
        return secret not in self.dead and made - SKEW <= self.clock.now < expires

    @rule(secret=secrets, process=process)
    def use(self, secret, process):
        expected = self.holds(secret)
        if self.clock.now >= self.made[secret][2]:
            self.dead.add(secret)
        try:
            found = self.processes[process].check(secret)
        except Refused as refused:
            assert not expected
            assert secret not in str(refused)
        else:
            assert expected
            assert (found.id, found.grant) == (self.made[secret][0], self.made[secret][3])

    @rule(target=sign_ins, secret=secrets, process=process)
    def sign_in(self, secret, process):
        if not self.holds(secret):
            return multiple()
        signed = self.signing[process].of_token(self.processes[process].check(secret))
        self.signed[signed] = (secret, self.clock.now)
        return signed

    @rule(signed=sign_ins, process=process)
    def open_a_page(self, signed, process):
        secret, began = self.signed[signed]
        found = self.signing[process].check(signed)
        if found is None:
            self.out.add(signed)
            return
        assert signed not in self.out
        assert secret not in self.dead or self.clock.now < self.made[secret][2]
        assert began - SKEW - timedelta(seconds=1) <= self.clock.now < min(began + LONGEST, self.made[secret][2])
        assert found.grant == self.made[secret][3]

    @rule(signed=consumes(sign_ins), process=process)
    def sign_out(self, signed, process):
        found = self.signing[process].check(signed)
        if found:
            assert self.signing[process].end(found.id)
        assert self.signing[1 - process].check(signed) is None

    @rule(secret=secrets, process=process)
    def revoke(self, secret, process):
        told = self.processes[process].revoke(self.made[secret][0])
        assert told is (secret not in self.dead)
        self.dead.add(secret)
        with pytest.raises(Refused):
            self.processes[1 - process].check(secret)
        for signed, (of, _) in self.signed.items():
            if of == secret:
                assert self.signing[1 - process].check(signed) is None
                self.out.add(signed)

    @rule(by=st.sampled_from([60, 1_900, 30_000, 86_400, 400_000, -60, -200_000]))
    def pass_time(self, by):
        self.clock.on(seconds=by)

    @rule(guess=st.from_regex(r"rp[ts]_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", fullmatch=True), process=process)
    def guess(self, guess, process):
        with pytest.raises(Refused):
            self.processes[process].check(guess)
        assert self.signing[process].check(guess) is None

    @invariant()
    def no_secret_is_kept(self):
        path = Path(self.folder.name) / NAME
        kept = path.read_bytes() if path.exists() else b""
        assert not any(secret[16:].encode() in kept for secret in (*self.made, *self.signed))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))


# the command ---------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("PATHWAYS_HOME", str(tmp_path / "home"))
    return lambda *words: CliRunner().invoke(main, ["token", *words])


def test_the_command_makes_lists_and_takes_back(command, tmp_path):
    made = command("make", "--label", "desk 4", "--role", "importer", "--source", "our-network", "--days", "7")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert Tokens(tmp_path / "home").check(secret).grant == IMPORTER
    assert "not shown again" in made.stderr
    (listed,) = json.loads(command("list", "--format", "json").stdout)["tokens"]
    assert (listed["label"], listed["role"], listed["sources"], listed["ended"]) == ("desk 4", "importer", ["our-network"], None)
    text = command("list").stdout
    assert listed["id"] in text and "our-network" in text and secret not in text
    assert command("revoke", listed["id"]).exit_code == 0
    again = command("revoke", listed["id"], "000000000000")
    assert again.exit_code == 1
    assert "000000000000" in again.stderr
    with pytest.raises(Refused):
        Tokens(tmp_path / "home").check(secret)
    assert "ended" in command("list").stdout


def test_the_command_ends_a_sign_in(command, tmp_path):
    signed = Sessions(tmp_path / "home").of_person("staff 12ab34cd", Grant(Role.PARTNER), "oidc:1")
    assert "staff 12ab34cd" in command("list").stdout
    (listed,) = json.loads(command("list", "--format", "json").stdout)["sessions"]
    assert command("revoke", listed["id"]).exit_code == 0
    assert Sessions(tmp_path / "home").check(signed) is None


def test_without_tokens_the_command_says_so_and_makes_no_file(command, tmp_path):
    assert "There are no tokens." in command("list").stdout
    assert command("revoke", "000000000000").exit_code == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--role", "importer"), "given the sources"), (("--role", "editor"), "given the bodies"), (("--role", "machine"), "machine"), (("--role", "partner", "--days", "400"), "366")],
)  # fmt: skip
def test_the_command_says_what_is_wrong(command, words, told):
    answer = command("make", "--label", "x", *words)
    assert answer.exit_code == 2
    assert told in answer.stderr


def test_a_file_that_cannot_be_read_is_told_and_not_overwritten(command, tmp_path):
    (tmp_path / "home").mkdir()
    broken = tmp_path / "home" / NAME
    broken.write_bytes(b"no database" * 100)
    for words in (("list",), ("revoke", "0"), ("make", "--label", "x", "--role", "partner")):
        answer = command(*words)
        assert answer.exit_code == 1
        assert "cannot be used" in answer.stderr
    assert broken.read_bytes() == b"no database" * 100


def test_the_idle_time_is_what_the_page_says():
    assert (timedelta(minutes=30), timedelta(hours=8)) == (IDLE, LONGEST)
