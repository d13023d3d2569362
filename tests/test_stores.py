"""Revisions, layers, undo and snapshots: what every store of the directory does, whatever it keeps it in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_directory import close_stores, open_store, small_records, with_fields

from pathways.records import Record, digest
from pathways.stores import ABSENT, BUNDLED, EDIT, Conflict, Inconsistent, StoreError, UndoRefused

PARTNER = "partner:unseen"


@pytest.fixture(autouse=True)
def _closing():
    yield
    close_stores()


@pytest.fixture
def small(tmp_path):
    return small_records(tmp_path / "small")


@pytest.fixture
def store(empty_store, small):
    """A store that holds the small directory as revision 1."""
    opened = open_store(empty_store)
    load(opened, small, layer=BUNDLED)
    yield opened
    opened.close()


def load(store, records, layer=PARTNER, **options):
    return store.commit(store.replace(layer, records), layer=layer, source="a file", author="ana", **options)


def edit(store, kind, identity, layer=EDIT, **fields):
    return store.commit(store.amend(layer, kind, identity, fields), layer=layer, source="", author="ben")


def rename(store, name, layer=EDIT):
    return edit(store, "stakeholder", "gb-house", layer, name=name)


def name_of(store, revision=None):
    return store.directory(revision).stakeholder("gb-house").name


def a_body(identity="gb-new", **fields):
    body = Record("stakeholder", identity, "GB", {"id": identity, "name": "New", "kind": "ngo", "territory": ["GB"], **fields})
    held = Record(
        "mandate", f"{identity}.outreach", "GB", {"holder": identity, "function": "outreach", "as_of": 2025, "sources": ["gb-page-2025"]}
    )
    return [body, held]


def test_an_empty_store_has_no_revision_and_no_record(empty_store):
    store = open_store(empty_store)
    assert (store.head(), store.records(), store.history(), store.conflicts()) == (0, [], [], [])
    assert store.directory().parts == {}


def test_what_was_loaded_is_read_back(store, small):
    assert store.records() == small
    assert digest(small) == store.history()[0].digest


def test_a_revision_says_who_when_from_what_and_how_much(store, small):
    store.commit(store.replace(PARTNER, a_body()), layer=PARTNER, source="partners.csv", author="ana", note="first load")
    made = store.history()[-1]
    assert (made.number, made.author, made.source, made.layer, made.note) == (2, "ana", "partners.csv", PARTNER, "first load")
    assert (made.added, made.changed, made.withdrawn) == (2, 0, 0)
    assert made.at.endswith("Z") and made.at >= store.history()[0].at
    renamed = [Record(r.kind, r.id, r.part, {**r.fields, "name": "Newer"}) if r.kind == "stakeholder" else r for r in a_body()]
    made = load(store, renamed)
    assert (made.added, made.changed, made.withdrawn) == (0, 1, 0)
    made = load(store, [])
    assert (made.added, made.changed, made.withdrawn) == (0, 0, 2)


def test_a_change_says_field_layer_before_and_after(store):
    rename(store, "The other house")
    edit(store, "stakeholder", "gb-house", name=ABSENT, city="Leeds")
    assert [(c.kind, c.id, c.part, c.field, c.layer, c.before, c.after) for c in store.changes(2)] == [
        ("stakeholder", "gb-house", "GB", "name", EDIT, ABSENT, "The other house")
    ]
    assert {(c.field, c.before, c.after) for c in store.changes(3)} == {("name", "The other house", ABSENT), ("city", ABSENT, "Leeds")}


def test_loading_the_same_again_makes_no_revision(store, small):
    assert load(store, small, layer=BUNDLED) is None
    turned = [Record(r.kind, r.id, r.part, dict(reversed(r.fields.items()))) for r in small]
    assert load(store, turned, layer=BUNDLED) is None
    assert store.head() == 1


def test_true_is_not_one_and_null_is_a_value(store):
    assert edit(store, "stakeholder", "gb-house", specialised=True).number == 2
    assert len(store.amend(EDIT, "stakeholder", "gb-house", {"specialised": 1})) == 1
    edit(store, "mandate", "gb-house.safe-accommodation", as_of=None)
    assert {r.id: r for r in store.records()}["gb-house.safe-accommodation"].fields["as_of"] is None


def test_an_edit_lies_above_a_partner_and_a_partner_above_what_is_bundled(store):
    rename(store, "As edited")
    rename(store, "As the partner says", PARTNER)
    assert name_of(store) == "As edited"
    assert store.origins("stakeholder", "gb-house")["name"] == EDIT
    rename(store, ABSENT)
    assert name_of(store) == "As the partner says"
    rename(store, ABSENT, PARTNER)
    assert name_of(store) == "The house"
    assert store.origins("stakeholder", "gb-house")["name"] == BUNDLED


def test_layers_are_merged_field_by_field(store):
    edit(store, "stakeholder", "gb-house", PARTNER, city="Leeds", note="from the partner")
    edit(store, "stakeholder", "gb-house", note="from a person")
    body = {r.key: r for r in store.records()}["stakeholder", "gb-house"]
    assert (body.fields["name"], body.fields["city"], body.fields["note"]) == ("The house", "Leeds", "from a person")


def test_withdrawing_in_one_layer_leaves_what_the_others_say(store, small):
    house = [r for r in small if r.id.startswith("gb-house")]
    load(store, house)
    assert load(store, []).withdrawn == len(house)
    assert store.records() == small


def test_an_old_revision_is_read_as_it_was(store, small):
    rename(store, "Second")
    load(store, a_body())
    rename(store, "Fourth")
    load(store, [])
    assert [name_of(store, n) for n in (1, 2, 3, 4, 5)] == ["The house", "Second", "Second", "Fourth", "Fourth"]
    assert [store.directory(n).stakeholder("gb-new") is not None for n in (1, 2, 3, 4, 5)] == [False, False, True, True, False]
    assert store.records(1) == small
    assert all(digest(store.records(made.number)) == made.digest for made in store.history())
    assert store.records(0) == []


@pytest.mark.parametrize("number", [-1, 3, 99])
def test_a_revision_that_does_not_exist_is_refused(store, number):
    rename(store, "Second")
    for ask in (store.records, store.directory, store.changes, lambda n: store.undo(n, "ana")):
        with pytest.raises(StoreError, match="revisions are 1 to 2"):
            ask(number)


def test_snapshots_are_kept_and_share_the_parts_that_did_not_change(store):
    first = store.directory()
    assert store.directory() is first
    rename(store, "Second")
    second = store.directory()
    assert (first.revision, second.revision) == (1, 2)
    assert second.parts["AL"] is first.parts["AL"] and second.parts["GB"] is not first.parts["GB"]


def test_a_writer_who_did_not_see_the_newest_revision_is_told(store):
    mine = store.amend(EDIT, "stakeholder", "gb-house", {"name": "Mine"})
    rename(store, "Theirs")
    with pytest.raises(Conflict, match="revision 2 was made meanwhile"):
        store.commit(mine, layer=EDIT, source="", author="ana", expect_head=1)
    with pytest.raises(Conflict, match="name of stakeholder gb-house was changed meanwhile"):
        store.commit(mine, layer=EDIT, source="", author="ana")
    assert (store.head(), name_of(store)) == (2, "Theirs")


@pytest.mark.parametrize(
    ("kind", "identity", "fields", "named"),
    [
        ("stakeholder", "gb-house", {"kind": "charity"}, "ngo"),
        ("stakeholder", "gb-house", {"colour": "blue"}, "colour"),
        ("stakeholder", "gb-house", {"parent": "gb-nobody"}, "gb-nobody"),
        ("mandate", "gb-house.safe-accommodation", {"sources": ["gb-nothing"]}, "nothing"),
        ("mandate", "gb-house.safe-accommodation", {"holder": "gb-nobody"}, "gb-house.safe-accommodation"),
        ("stage", "gb.found", {"id": "lost"}, "gb.found"),
    ],
)
def test_a_change_that_breaks_the_directory_is_refused_whole(store, small, kind, identity, fields, named):
    good = store.amend(EDIT, "stakeholder", "gb-authority", {"city": "Leeds"})
    with pytest.raises(Inconsistent, match=named):
        store.commit([*good, *store.amend(EDIT, kind, identity, fields)], layer=EDIT, source="", author="ana")
    assert (store.head(), store.records()) == (1, small)


def test_a_rehearsal_says_what_a_commit_would_make_and_writes_nothing(store, small):
    changes = store.amend(EDIT, "stakeholder", "gb-house", {"city": "Leeds"})
    told = store.rehearse(changes, layer=EDIT, source="", author="ana", expect_head=1)
    assert (store.head(), store.records()) == (1, small)
    made = store.commit(changes, layer=EDIT, source="", author="ana")
    assert replace(told, at=made.at, seals=made.seals, link=made.link) == made
    with pytest.raises(Conflict):
        store.rehearse(changes, layer=EDIT, source="", author="ana", expect_head=1)
    with pytest.raises(Inconsistent, match="charity"):
        store.rehearse(store.amend(EDIT, "stakeholder", "gb-house", {"kind": "charity"}), layer=EDIT, source="", author="ana")
    assert store.rehearse([], layer=EDIT, source="", author="ana") is None


def test_a_remark_about_what_is_not_there_is_refused(store):
    with pytest.raises(Inconsistent, match="gb-unknown"):
        store.commit(store.amend(EDIT, "stakeholder", "gb-unknown", {"city": "Leeds"}, part="GB"), layer=EDIT, source="", author="ana")
    with pytest.raises(StoreError, match="needs the part"):
        store.amend(EDIT, "stakeholder", "gb-unknown", {"city": "Leeds"})


def test_a_body_cannot_go_while_something_else_rests_on_it(store, small):
    load(store, a_body())
    link = {"origin": "gb-house", "to": "gb-new", "basis": "practice", "functions": [], "as_of": 2025, "sources": ["gb-page-2025"]}
    store.commit(store.amend(EDIT, "link", "gb-house--gb-new", link, part="GB"), layer=EDIT, source="", author="ana")
    with pytest.raises(Inconsistent, match="gb-house--gb-new"):
        load(store, [])


@pytest.mark.parametrize(("field", "value"), [("parent", "gb-new"), ("members", ["gb-new"]), ("sources", ["gb-new-2025"])])
def test_what_a_thing_of_another_layer_names_cannot_go(store, small, field, value):
    source = Record("source", "gb-new-2025", "GB", {"title": "New", "publisher": "New", "year": 2025, "kind": "report"})
    load(store, [*a_body(), source])
    edit(store, "stakeholder", "gb-house", **{field: value})
    with pytest.raises(Inconsistent, match=rf"stakeholder gb-house/{field}: error: .*new"):
        load(store, [])
    with pytest.raises(UndoRefused, match="revision 2 cannot be taken back: stakeholder gb-house"):
        store.undo(2, "ben")
    edit(store, "stakeholder", "gb-house", **{field: ABSENT})
    assert load(store, []).withdrawn == 3
    assert store.records() == small


def test_a_mandate_may_not_be_held_by_a_body_of_another_country(store):
    held = Record(
        "mandate", "al-shelter.outreach", "GB", {"holder": "al-shelter", "function": "outreach", "as_of": 2025, "sources": ["gb-page-2025"]}
    )
    with pytest.raises(Inconsistent, match="al-shelter, which is a stakeholder of AL and not of GB"):
        load(store, [held])


def test_a_country_whose_mechanism_nobody_knows_can_have_bodies_but_no_path(store, small):
    body = Record("stakeholder", "fr-new", "FR", {"id": "fr-new", "name": "New", "kind": "ngo", "territory": ["FR"]})
    load(store, [body])
    directory = store.directory()
    assert list(directory.parts) == ["AL", "GB"]
    assert directory.stakeholder("fr-new").name == "New"
    assert directory.unresearched["FR"].stakeholders.keys() == {"fr-new"}
    assert {r.key for r in store.records()} - {r.key for r in small} == {("stakeholder", "fr-new")}


def test_a_country_whose_mechanism_nobody_knows_cannot_get_a_piece_of_one(store):
    gap = Record("gap", "fr.gap-01", "FR", {"id": "gap-01", "gap": "no beds", "as_of": 2025, "sources": ["gb-page-2025"]})
    with pytest.raises(Inconsistent, match=r"fr\.gap-01"):
        load(store, [gap])


def test_a_thing_stays_in_its_part(store):
    body = Record("stakeholder", "gb-house", "AL", {"id": "gb-house", "name": "x", "kind": "ngo", "territory": ["AL"]})
    with pytest.raises(StoreError, match="part GB"):
        load(store, [body])


@pytest.mark.parametrize("layer", ["", "bundle", "partner:", "people"])
def test_a_layer_of_another_name_is_refused(store, layer):
    with pytest.raises(StoreError, match="bundled, partner:<source> or edit"):
        store.commit([], layer=layer, source="", author="ana")


def test_what_is_loaded_twice_in_one_set_is_refused(store):
    with pytest.raises(StoreError, match="stands twice"):
        store.replace(PARTNER, [*a_body(), *a_body()])


def test_undo_is_the_inverse_as_a_new_revision(store, small):
    rename(store, "Second")
    made = store.undo(2, "ben")
    assert (made.number, made.undoes, made.author, made.layer) == (3, 2, "ben", EDIT)
    assert [c.inverse() for c in store.changes(3)] == store.changes(2)
    assert store.records() == small
    assert name_of(store, 2) == "Second"


def test_an_undone_load_takes_its_things_with_it(store, small):
    load(store, a_body())
    store.undo(2, "ben")
    assert store.records() == small


def test_undoing_an_undo_brings_it_back(store):
    rename(store, "Second")
    store.undo(2, "ben")
    store.undo(3, "ben")
    assert name_of(store) == "Second"
    store.undo(4, "ben")
    assert name_of(store) == "The house"


def test_an_undo_is_refused_where_a_later_revision_touched_the_same_field(store):
    rename(store, "Second")
    rename(store, "Third")
    with pytest.raises(UndoRefused, match="revision 3 later changed name of stakeholder gb-house"):
        store.undo(2, "ben")
    assert (store.head(), name_of(store)) == (3, "Third")


def test_the_later_one_first_then_the_earlier(store):
    rename(store, "Second")
    rename(store, "Third")
    store.undo(3, "ben")
    assert name_of(store) == "Second"
    store.undo(2, "ben")
    assert name_of(store) == "The house"
    with pytest.raises(UndoRefused, match="already taken back, by revision 5"):
        store.undo(2, "ben")


def test_after_an_undo_is_undone_the_earlier_one_rests_under_it_again(store):
    rename(store, "Second")
    rename(store, "Third")
    store.undo(3, "ben")
    store.undo(4, "ben")
    assert name_of(store) == "Third"
    with pytest.raises(UndoRefused, match="revision 3 later changed"):
        store.undo(2, "ben")


def test_other_fields_and_other_layers_do_not_stand_in_the_way_of_an_undo(store):
    rename(store, "Second")
    edit(store, "stakeholder", "gb-house", city="Leeds")
    rename(store, "As the partner says", PARTNER)
    store.undo(2, "ben")
    assert name_of(store) == "As the partner says"
    assert store.directory().stakeholder("gb-house").shown["city"] == "Leeds"


def test_an_undo_that_would_break_the_directory_is_refused(store):
    load(store, a_body())
    rename_link = {"origin": "gb-house", "to": "gb-new", "basis": "practice", "functions": [], "as_of": 2025, "sources": ["gb-page-2025"]}
    store.commit(store.amend(EDIT, "link", "gb-house--gb-new", rename_link, part="GB"), layer=EDIT, source="", author="ana")
    with pytest.raises(UndoRefused, match="gb-house--gb-new"):
        store.undo(2, "ben")
    store.undo(3, "ben")
    store.undo(2, "ben")


def test_the_beginning_cannot_be_taken_back(store):
    with pytest.raises(UndoRefused, match="beginning"):
        store.undo(1, "ben")


def test_a_layer_can_be_asked_alone(store, small):
    load(store, a_body())
    rename(store, "Edited")
    assert [r.key for r in store.said(EDIT)] == [("stakeholder", "gb-house")] and store.said(EDIT)[0].fields == {"name": "Edited"}
    assert store.said(PARTNER) == a_body()
    assert store.said(BUNDLED) == small
    assert store.said(EDIT, 2) == []


def test_a_partners_change_is_checked_with_what_stands_in_other_layers(store, small):
    renamed = with_fields([r for r in small if r.key == ("stakeholder", "gb-house")], "stakeholder", "gb-house", parent="gb-authority")
    load(store, renamed)
    assert store.directory().stakeholder("gb-house").parent == "gb-authority"
