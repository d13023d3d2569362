"""Finding bodies: by name in any script, and by whom they serve."""

from __future__ import annotations

import pytest
from bodies import body, small_directory

from pathways.script import tokens
from pathways.search import Query, search
from pathways.visibility import ANONYMOUS, KEEPER


def found(directory, viewer=ANONYMOUS, **asked):
    return [item["id"] for item in search(directory, Query(**asked), viewer, page_size=200).items]


@pytest.mark.parametrize(
    ("q", "body_id"),
    [
        ("EKKA", "gr-ekka"),
        ("ekka", "gr-ekka"),
        ("Ε.Κ.Κ.Α.", "gr-ekka"),
        ("Εθνικό Κέντρο Κοινωνικής Αλληλεγγύης", "gr-ekka"),
        ("εθνικο κεντρο κοινωνικης", "gr-ekka"),
        ("Ethniko Kentro", "gr-ekka"),
        ("Salvaton Army", "gb-salvation-army"),
        ("lefo", "at-lefoe"),
        ("LEFÖ", "at-lefoe"),
        ("Карітас", "ua-caritas"),
        ("karitas", "ua-caritas"),
        ("وزارة العدل", "ma-moj"),
        ("وزارة العدـل", "ma-moj"),
        ("grupo abele", "it-gruppo-abele"),
        ("sad rejonowy", "pl-sad-rejonowy"),
        ("Sąd Rejonowy", "pl-sad-rejonowy"),
    ],
)
def test_a_name_is_found_in_any_script_with_or_without_accents_and_with_slips(directory, q, body_id):
    assert body_id in found(directory, q=q)[:5]


def test_every_bundled_body_is_found_by_its_own_name(directory):
    lost = [b.id for part in directory.parts.values() for b in part.stakeholders.values() if b.id not in found(directory, q=b.name)]
    assert lost == []


def test_every_word_of_the_query_must_fit():
    directory = small_directory(body("gr-a", name="Red Cross Athens"), body("gr-b", name="Red House"))
    assert found(directory, q="red cross") == ["gr-a"]
    assert found(directory, q="the red house") == ["gr-b"]
    assert found(directory, q="zzzz") == []


def test_the_better_name_comes_first():
    directory = small_directory(body("gr-a", name="Caritasse"), body("gr-b", name="Caritas"))
    assert found(directory, q="caritas") == ["gr-b", "gr-a"]


def test_a_query_without_a_word_in_it_asks_for_nothing():
    assert found(small_directory(body("gr-a")), q=" . ") == ["gr-a"]


def test_words_are_made_alike_across_scripts():
    assert tokens("Ελλάδα") == tokens("ελλαδα") == ["ellada"]
    assert tokens("Київ") == tokens("КИЇВ")
    assert tokens("Straße Łódź") == ["strasse", "lodz"]


def test_a_region_finds_who_works_there_and_who_works_in_the_whole_country():
    directory = small_directory(body("gr-all"), body("gr-attica", territory=["GR-I"]), body("gr-north", territory=["GR-B"]))
    assert found(directory, territory="GR-I") == ["gr-all", "gr-attica"]
    assert found(directory, territory="GR") == ["gr-all", "gr-attica", "gr-north"]
    assert found(directory, territory="IT-75") == []


def test_a_country_of_the_directory_is_not_the_other(directory):
    assert all(identity.startswith("it-") for identity in found(directory, country=frozenset({"IT"})))
    assert len(found(directory, country=frozenset({"IT"}))) == len(directory.parts["IT"].stakeholders)


def test_a_region_finer_than_is_shown_does_not_find_a_confidential_place():
    directory = small_directory(body("fr-shelter", territory=["FR-75C"], confidential_location=True, city="Paris"))
    assert found(directory, territory="FR-75C") == found(directory, territory="FR-92")
    assert found(directory, q="paris") == []


WOMEN = body("gr-women", mandates=[{"function": "safe-accommodation", "serves": {"fact": "gender", "in": ["female"]}}])
CHILDREN = body("gr-children", mandates=[{"function": "safe-accommodation", "serves": {"fact": "is_child", "in": [True]}}])
ALL = body("gr-all", mandates=[{"function": "safe-accommodation"}, {"function": "hotline", "valid_to": "2020"}])
NOT_LABOUR = body("gr-not-labour", mandates=[{"function": "hotline", "excludes": {"fact": "exploitation", "in": ["labour"]}}])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"gender": "male"}, ["gr-all", "gr-children", "gr-not-labour"]),
        ({"gender": "female"}, ["gr-all", "gr-children", "gr-not-labour", "gr-women"]),
        ({"gender": "unknown"}, ["gr-all", "gr-children", "gr-not-labour", "gr-women"]),
        ({"age": "24"}, ["gr-all", "gr-not-labour", "gr-women"]),
        ({"age": "12"}, ["gr-all", "gr-children", "gr-not-labour", "gr-women"]),
        ({"age": "adult", "gender": "male"}, ["gr-all", "gr-not-labour"]),
        ({"exploitation": frozenset({"labour"})}, ["gr-all", "gr-children", "gr-women"]),
        ({"function": frozenset({"hotline"})}, ["gr-all", "gr-not-labour"]),
    ],
)
def test_a_filter_on_the_person_leaves_out_only_who_says_no(asked, expected):
    assert found(small_directory(WOMEN, CHILDREN, ALL, NOT_LABOUR), **asked) == expected


def test_a_day_leaves_out_what_was_not_in_force():
    from datetime import date

    directory = small_directory(ALL, body("gr-new", valid_from="2026"))
    assert found(directory, function=frozenset({"hotline"}), as_of=date(2024, 1, 1)) == []
    assert found(directory, function=frozenset({"hotline"}), as_of=date(2019, 1, 1)) == ["gr-all"]
    assert "gr-new" not in found(directory, as_of=date(2024, 1, 1))


def test_facets_count_what_another_value_of_the_same_filter_would_give():
    directory = small_directory(body("gr-a", kind="ngo"), body("gr-b", kind="police"), body("gr-c", kind="police", languages=["el"]))
    result = search(directory, Query(kind=frozenset({"police"}), language=frozenset({"el"})), ANONYMOUS)
    assert result.total == 1
    assert result.facets["kind"] == {"police": 1}
    assert result.facets["language"] == {"el": 1}
    assert search(directory, Query(kind=frozenset({"ngo"})), ANONYMOUS).facets["kind"] == {"police": 2, "ngo": 1}


def test_the_pages_of_a_list_hold_each_body_once(directory):
    total = search(directory, Query(), ANONYMOUS).total
    seen = [item["id"] for page in range(1, total // 50 + 2) for item in search(directory, Query(), ANONYMOUS, page, 50).items]
    assert len(seen) == len(set(seen)) == total


def test_what_is_hidden_is_neither_found_nor_counted():
    directory = small_directory(body("gr-refuge", name="Refuge", visibility="hidden", kind="health"), body("gr-a"))
    result = search(directory, Query(q="refuge"), ANONYMOUS)
    assert (result.items, result.total) == ([], 0)
    assert "health" not in search(directory, Query(), ANONYMOUS).facets["kind"]
    assert found(directory, KEEPER, q="refuge") == ["gr-refuge"]
