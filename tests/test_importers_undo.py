"""An import taken back: of each source the last first, of different sources in any order, and a clear refusal otherwise; in every store."""

from __future__ import annotations

from itertools import permutations

import pytest
from partner_lists import a_body, a_list, bodies, imported, small_store
from small_directory import close_stores

from bench.importing import package
from pathways.stores import EDIT, UndoRefused


@pytest.fixture
def store(tmp_path, empty_store):
    yield small_store(tmp_path, empty_store)
    close_stores()


@pytest.fixture
def three_imports(store, tmp_path):
    """Three partners' files of three formats, imported one after another as the revisions 2, 3 and 4; the directory as it was before."""
    before = store.records()
    (tmp_path / "package").mkdir()
    package(tmp_path / "package", 8)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "#org+name,#org+type,#sector,#country+code\nHope,National NGO,Health,JO\nFaith,National NGO,Education,JO\n", encoding="utf-8"
    )
    files = {"list": a_list(tmp_path, bodies(2)), "package": tmp_path / "package", "sheet": sheet}
    formats = [imported(store, path, source)["format"] for source, path in files.items()]
    assert (formats, store.head()) == (["native", "hsds3", "hxl"], 4)
    return before


@pytest.mark.parametrize("order", [*permutations((2, 3, 4))])
def test_three_imports_of_three_sources_can_be_taken_back_in_any_order(store, three_imports, order):
    for number in order:
        store.undo(number, "ana")
    assert (store.records(), store.head()) == (three_imports, 7)


def test_one_of_three_taken_back_leaves_what_the_others_say(store, three_imports):
    there = {source: store.said(f"partner:{source}") for source in ("list", "package", "sheet")}
    store.undo(3, "ana")
    assert store.said("partner:package") == []
    assert {source: store.said(f"partner:{source}") for source in ("list", "sheet")} == {key: there[key] for key in ("list", "sheet")}
    with pytest.raises(UndoRefused, match="already taken back, by revision 5"):
        store.undo(3, "ana")
    store.undo(5, "ana")
    assert store.said("partner:package") == there["package"]


def test_three_imports_of_one_source_are_taken_back_from_the_last_and_the_first_not_before_the_others(store, tmp_path):
    states = [store.records()]
    for count in (40, 41, 42):
        imported(store, a_list(tmp_path, [a_body(n, name=f"Body {n} of {count}") for n in range(count)]))
        states.append(store.records())
    with pytest.raises(UndoRefused, match="revision 4 later changed name of stakeholder us-body-"):
        store.undo(2, "ana")
    for number in (4, 3, 2):
        store.undo(number, "ana")
        assert store.records() == states[number - 2]
    assert store.head() == 7


@pytest.mark.parametrize("wrong", [(2, 3), (3, 2), (4, 2)])
def test_three_imports_of_one_source_in_an_order_that_makes_no_sense_are_refused_and_nothing_changes(store, tmp_path, wrong):
    for count in (40, 41, 42):
        imported(store, a_list(tmp_path, [a_body(n, name=f"Body {n} of {count}") for n in range(count)]))
    *first, refused = wrong if wrong[0] == 4 else wrong[:1]
    for number in first:
        store.undo(number, "ana")
    before, head = store.records(), store.head()
    with pytest.raises(UndoRefused, match=r"revision \d later changed name of stakeholder us-body-.*; take that one back first"):
        store.undo(refused, "ana")
    assert (store.records(), store.head()) == (before, head)


def test_what_was_taken_back_can_be_imported_again(store, tmp_path):
    path = a_list(tmp_path, bodies(3))
    imported(store, path)
    there = store.records()
    store.undo(2, "ana")
    assert imported(store, path)["status"] == "imported"
    assert store.records() == there


def test_an_import_on_which_an_edit_rests_is_not_taken_back(store, tmp_path):
    imported(store, a_list(tmp_path, bodies(1)))
    mandate = {"holder": "us-body-1", "function": "training", "as_of": 2026, "sources": ["us-list"]}
    store.commit(store.amend(EDIT, "mandate", "us-body-1.training", mandate, part="US"), layer=EDIT, source="", author="ana")
    with pytest.raises(UndoRefused, match=r"us-body-1\.training"):
        store.undo(2, "ana")
