"""The directory that comes with the project: loaded once, renewed by a release, never over what people and partners said."""

from __future__ import annotations

import pytest
from small_directory import FILES, close_stores, open_store, write_small

from pathways.format.reader import DirectoryError, read
from pathways.stores import BUNDLED, EDIT, Revision, StoreError, UndoRefused
from pathways.stores.bundled import GuardRefused, bundled_root, ensure_bundled


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture
def root(tmp_path):
    return write_small(tmp_path / "data")


@pytest.fixture
def store(empty_store, root):
    opened = open_store(empty_store)
    ensure_bundled(opened, root)
    yield opened
    opened.close()


def release(root, name, old, new):
    """A newer release: the same folder with one thing changed."""
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


def edit(store, layer=EDIT, identity="gb-house", **fields):
    return store.commit(store.amend(layer, "stakeholder", identity, fields), layer=layer, source="", author="ben")


def house(store):
    return store.directory().stakeholder("gb-house")


def test_an_empty_store_is_filled_with_the_twelve_countries(empty_store):
    store = open_store(empty_store)
    made = ensure_bundled(store)
    assert isinstance(made, Revision)
    assert (made.number, made.source, made.author, made.layer) == (1, "bundled", "referral-pathways", BUNDLED)
    assert store.records() == read(bundled_root())
    assert ensure_bundled(store) is None
    assert len(store.directory().parts) == 12


def test_a_second_start_changes_nothing(store, root):
    assert ensure_bundled(store, root) is None
    assert store.head() == 1


def test_a_newer_release_is_one_revision_with_what_it_changed(store, root):
    release(root, "GB/stakeholders.yaml", "name: The house", "name: The house of 2027")
    made = ensure_bundled(store, root)
    assert (made.number, made.added, made.changed, made.withdrawn) == (2, 0, 1, 0)
    assert house(store).name == "The house of 2027"
    assert store.conflicts() == []


def test_a_release_that_changes_only_the_writing_makes_no_revision(store, root):
    release(root, "GB/stakeholders.yaml", "stakeholders:\n", "# looked through\nstakeholders:\n")
    assert ensure_bundled(store, root) is None
    assert store.head() == 1


def test_partners_values_and_edits_survive_a_release(store, root):
    edit(store, city="Leeds")
    edit(store, "partner:unseen", note="open again")
    release(root, "GB/stakeholders.yaml", "name: The house", "name: The house of 2027")
    ensure_bundled(store, root)
    assert (house(store).name, house(store).shown["city"], house(store).shown["note"]) == ("The house of 2027", "Leeds", "open again")
    assert store.conflicts() == []


def test_an_edit_on_a_value_that_a_release_changes_stays_and_waits_for_a_person(store, root):
    edit(store, name="As a person knows it")
    release(root, "GB/stakeholders.yaml", "name: The house", "name: The house of 2027")
    ensure_bundled(store, root)
    assert house(store).name == "As a person knows it"
    (waiting,) = store.conflicts()
    assert (waiting.revision, waiting.layer, waiting.standing) == (3, EDIT, "As a person knows it")
    assert (waiting.change.id, waiting.change.field, waiting.change.before, waiting.change.after) == (
        "gb-house",
        "name",
        "The house",
        "The house of 2027",
    )


def test_a_conflict_ends_when_a_person_changes_the_value_or_says_that_it_stands(store, root):
    edit(store, name="As a person knows it")
    edit(store, identity="gb-authority", name="The office")
    release(root, "GB/stakeholders.yaml", "name: The", "name: The new")
    ensure_bundled(store, root)
    assert {waiting.change.id for waiting in store.conflicts()} == {"gb-house", "gb-authority"}
    edit(store, name="As it is now")
    (left,) = store.conflicts()
    store.settle(left.number, "ben")
    assert store.conflicts() == []
    with pytest.raises(StoreError, match="not open"):
        store.settle(left.number, "ben")


def test_an_edit_that_says_what_the_release_now_says_is_no_conflict(store, root):
    edit(store, name="The house of 2027")
    release(root, "GB/stakeholders.yaml", "name: The house", "name: The house of 2027")
    ensure_bundled(store, root)
    assert store.conflicts() == []


def test_an_edit_of_a_body_that_a_release_withdraws_waits_and_the_rest_goes_on(store, root):
    edit(store, identity="al-shelter", name="As a person knows it")
    for name in ("AL/stakeholders.yaml", "AL/mechanism.yaml", "XB/channels.yaml"):
        release(root, name, "al-shelter", "al-other")
    ensure_bundled(store, root, force=True)
    assert store.directory().stakeholder("al-shelter") is None
    assert store.directory().stakeholder("al-other").name == "A shelter"
    assert {waiting.change.field for waiting in store.conflicts()} == {"name"}


def test_a_release_that_takes_away_too_much_is_refused_until_a_person_says_so(store, root):
    for name in ("AL/stakeholders.yaml", "AL/mechanism.yaml", "XB/channels.yaml"):
        release(root, name, "al-shelter", "al-other")
    with pytest.raises(GuardRefused, match=r"1 of 3 bodies \(al-shelter\).*PATHWAYS_FORCE_BUNDLED"):
        ensure_bundled(store, root)
    assert (store.head(), store.directory().stakeholder("al-other")) == (1, None)
    assert ensure_bundled(store, root, force=True).number == 2
    assert store.directory().stakeholder("al-other") is not None


def test_a_release_that_a_person_took_back_does_not_return_at_the_next_start(store, root):
    release(root, "GB/stakeholders.yaml", "name: The house", "name: The house of 2027")
    ensure_bundled(store, root)
    store.undo(2, "ben")
    assert ensure_bundled(store, root) is None
    assert house(store).name == "The house"


def test_data_that_is_not_in_order_leaves_the_store_as_it_was(store, root):
    release(root, "GB/stakeholders.yaml", "kind: ngo", "kind: charity")
    with pytest.raises(DirectoryError, match=r"GB/stakeholders\.yaml"):
        ensure_bundled(store, root)
    assert store.head() == 1
    assert FILES["GB/stakeholders.yaml"].count("kind: ngo") == 1


def test_the_first_load_cannot_be_taken_back(store):
    with pytest.raises(UndoRefused):
        store.undo(1, "ben")
