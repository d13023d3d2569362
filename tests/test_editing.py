"""Changes by hand: with a source, by two people, on a number that reaches somebody; and what to verify first."""

from __future__ import annotations

from datetime import date

import pytest
from small_directory import close_stores, open_store, small_records

from pathways.editing import Approval, Proposals, Refused, Source, State, applied, number_of, problems_of, worklist
from pathways.editing.changing import approvals_needed, standing
from pathways.editing.proposals import Proposal
from pathways.stores import BUNDLED, EDIT, StoreError
from pathways.visibility import ANONYMOUS

DAY = "2026-11-24"


@pytest.fixture
def store(tmp_path):
    made = open_store(f"sqlite:///{tmp_path / 'small.sqlite'}")
    made.commit(made.replace(BUNDLED, small_records(tmp_path / "small")), layer=BUNDLED, source="bundled", author="test")
    yield made
    close_stores()


def proposal(store, kind="stakeholder", identity="gb-house", fields=None, verifies=False, person="p-ana", **more) -> Proposal:
    record = standing(store, kind, identity)
    fields = {} if fields is None and verifies else fields or {"note": "Open at night."}
    before = {name: record.fields.get(name) for name in fields}
    source = more.pop("source", Source(DAY, title="Its page", publisher="The house", url="https://house.example/contact"))
    needed = approvals_needed(kind, identity, fields, store.directory())
    return Proposal(0, kind, identity, record.part, fields, before, verifies, source, "", person, person.removeprefix("p-"), DAY, needed)


def test_a_change_is_kept_with_who_proposed_it_and_is_proposed_once(store, tmp_path):
    kept = Proposals(tmp_path / "home")
    assert kept.all() == [] and kept.get(1) is None
    number = kept.add(proposal(store))
    found = kept.get(number)
    assert (found.state, found.label, found.fields, found.needed) == (State.WAITING, "ana", {"note": "Open at night."}, 1)
    with pytest.raises(Refused, match="proposed already"):
        kept.add(proposal(store))
    assert [one.number for one in kept.all(State.WAITING)] == [number]
    assert ((tmp_path / "home" / "proposals.sqlite").stat().st_mode & 0o777) == 0o600


def test_nobody_approves_a_change_of_their_own_nor_twice(store, tmp_path):
    kept = Proposals(tmp_path)
    number = kept.add(proposal(store))
    with pytest.raises(Refused, match="cannot approve"):
        kept.approve(number, Approval("p-ana", "ana", DAY))
    assert [one.label for one in kept.approve(number, Approval("p-ben", "ben", DAY)).approvals] == ["ben"]
    with pytest.raises(Refused, match="somebody else"):
        kept.approve(number, Approval("p-ben", "ben", DAY))
    kept.close(number, State.REFUSED, answer="It is open by day only.")
    with pytest.raises(Refused, match="refused already"):
        kept.approve(number, Approval("p-cem", "cem", DAY))


def test_an_approved_change_is_a_revision_with_its_source_and_can_be_taken_back(store, tmp_path):
    kept = Proposals(tmp_path)
    number = kept.add(proposal(store))
    revision = applied(kept.approve(number, Approval("p-ben", "ben", DAY)), store)
    assert (revision.layer, revision.author) == (EDIT, "ana, ben") and f"proposal {number}" in revision.note
    body = standing(store, "stakeholder", "gb-house")
    assert body.fields["note"] == "Open at night." and f"gb-edit-{number}" in body.fields["sources"]
    assert standing(store, "source", f"gb-edit-{number}").fields["read_at"] == DAY
    store.undo(revision.number, "ben")
    assert "note" not in standing(store, "stakeholder", "gb-house").fields


def test_what_somebody_changed_meanwhile_is_not_overwritten(store, tmp_path):
    made = proposal(store)
    store.commit(store.amend(EDIT, "stakeholder", "gb-house", {"note": "Closed."}), layer=EDIT, source="", author="cem")
    with pytest.raises(StoreError, match="meanwhile"):
        applied(made, store)
    assert standing(store, "stakeholder", "gb-house").fields["note"] == "Closed."


def test_the_contacts_of_a_hotline_need_two_others(store):
    assert approvals_needed("stakeholder", "gb-house", {"contacts": []}, store.directory()) == 1
    said = {"holder": "gb-house", "function": "hotline", "as_of": 2026, "sources": ["gb-nrm-2024"]}
    store.commit(store.amend(EDIT, "mandate", "gb-house.hotline", said, part="GB"), layer=EDIT, source="", author="test")
    directory = store.directory()
    assert approvals_needed("stakeholder", "gb-house", {"contacts": []}, directory) == 2
    assert approvals_needed("stakeholder", "gb-house", {"note": "x"}, directory) == 1


def test_verifying_dates_a_mandate_and_names_its_source(store, tmp_path):
    mandate = store.directory().stakeholder("gb-house").mandates[0]
    kept = Proposals(tmp_path)
    number = kept.add(proposal(store, "mandate", mandate.id, verifies=True))
    applied(kept.approve(number, Approval("p-ben", "ben", DAY)), store)
    fields = standing(store, "mandate", mandate.id).fields
    assert fields["as_of"] == DAY and fields["sources"][-1] == f"gb-edit-{number}"


@pytest.mark.parametrize(
    ("text", "country", "kind", "abroad"),
    [
        ("1522", "IT", "short", False),
        ("116 006", "PT", "short", False),
        ("112", "AT", "short", False),
        ("020 7946 0000", "GB", "fixed", True),
        ("+44 7911 123456", "GB", "mobile", True),
        ("0800 0121 700", "GB", "free", None),
        ("09012 345678", "GB", "premium", None),
        ("12345", "GB", "short-unlisted", False),
        ("7", "GB", "invalid", False),
        ("+44 12", "GB", "invalid", None),
        ("call us", "GB", "invalid", None),
    ],
)
def test_a_number_is_told_by_what_it_is_and_from_where_it_can_be_called(text, country, kind, abroad):
    found = number_of(text, country)
    assert (found.kind, found.abroad if kind != "invalid" else abroad) == (kind, abroad)


def test_a_new_number_that_reaches_nobody_or_costs_is_refused_and_an_old_one_is_left(store):
    record = standing(store, "stakeholder", "gb-house")
    old = {**record.fields, "contacts": [{"type": "phone", "value": "12345678901234"}]}
    assert not list(problems_of(type(record)(record.kind, record.id, record.part, old), {"contacts": old["contacts"]}))
    for value, told in (("+44 12", "no telephone"), ("09012 345678", "costs")):
        ((place, text, _),) = problems_of(record, {"contacts": [{"type": "phone", "value": value}]})
        assert place == "fields/contacts/0/value" and told in text


@pytest.mark.parametrize("fields", [{"sources": []}, {"kind": "charity"}, {"colour": "red"}, {"as_of": 2020}])
def test_a_change_that_the_format_does_not_know_is_told(store, fields):
    assert list(problems_of(standing(store, "stakeholder", "gb-house"), fields))


def test_what_many_paths_rest_on_and_nobody_has_looked_at_comes_first(store, tmp_path):
    on = date(2026, 11, 24)
    before = worklist(store.directory(), "GB", on, ANONYMOUS, {})
    assert before == sorted(before, key=lambda one: (-one.urgency(on), one.body, one.kind, one.identity)) and before
    first = before[0]
    kept = Proposals(tmp_path)
    number = kept.add(proposal(store, first.kind, first.identity, verifies=True))
    revision = applied(kept.approve(number, Approval("p-ben", "ben", DAY)), store)
    kept.close(number, State.APPLIED, revision=revision.number)
    after = {(one.kind, one.identity): one for one in worklist(store.directory(), "GB", on, ANONYMOUS, kept.last_verified())}
    found = after[(first.kind, first.identity)]
    assert (found.since, found.by) == (DAY, "ana") and found.urgency(on) < first.urgency(on)
