"""Who may see what: bodies, places and contact points, before every viewer."""

from __future__ import annotations

import json

import pytest
from bodies import body, phone, small_directory

from pathways.directory import Directory
from pathways.visibility import (
    ANONYMOUS,
    KEEPER,
    PARTNER,
    Changes,
    body_detail,
    body_summary,
    contact_of,
    link_detail,
    presented,
    reading_older,
    scrubbed,
)

ADMITTING = body("gr-office", name="The admitting office", contacts=[phone("210 1")], refers_to=["gr-refuge"])
HIDDEN = body("gr-refuge", name="Refuge of Kalamaria", visibility="hidden", contacts=[phone("2310 99")])


def test_a_public_body_is_shown_as_it_is():
    summary = body_summary(small_directory(body("gr-a", name="A body", name_local="Φορέας", kind="health")), "gr-a", ANONYMOUS)
    assert (summary["id"], summary["name"], summary["name_local"], summary["kind"], summary["country"], summary["territory"]) == (
        "gr-a",
        "A body",
        "Φορέας",
        "health",
        "GR",
        ["GR"],
    )


def test_a_summary_may_be_added_to_without_changing_the_next_one():
    directory = small_directory(body("gr-a"))
    body_summary(directory, "gr-a", ANONYMOUS)["contact"] = "added"
    assert "contact" not in body_summary(directory, "gr-a", ANONYMOUS)


@pytest.mark.parametrize("viewer", [ANONYMOUS, PARTNER])
def test_a_hidden_body_appears_only_through_the_one_that_admits_to_it(viewer):
    directory = small_directory(ADMITTING, HIDDEN)
    summary, contact = body_summary(directory, "gr-refuge", viewer), contact_of(directory, "gr-refuge", viewer)
    assert (summary["id"], summary["via"], summary["withheld"]) == ("gr-office", "gr-office", 1)
    assert contact == {"points": [{"type": "phone", "value": "210 1", "evidence": "stated", "sources": ["gr-law"]}], "via": "gr-office"}
    assert "refuge" not in json.dumps([summary, contact]).lower()
    assert presented(directory, "gr-refuge", viewer).id == "gr-office"
    assert body_detail(directory, "gr-refuge", viewer) is None


def test_a_hidden_body_that_nobody_admits_to_is_counted_and_not_named():
    directory = small_directory(HIDDEN)
    summary = body_summary(directory, "gr-refuge", ANONYMOUS)
    assert (summary["id"], summary["name"], summary["withheld"]) == (None, None, 1)
    assert presented(directory, "gr-refuge", ANONYMOUS) is None


def test_whoever_keeps_the_directory_sees_all_of_it():
    directory = small_directory(ADMITTING, HIDDEN)
    assert body_summary(directory, "gr-refuge", KEEPER)["name"] == "Refuge of Kalamaria"
    assert contact_of(directory, "gr-refuge", KEEPER)["points"][0]["value"] == "2310 99"


def test_a_body_for_partners_is_shown_to_partners_only():
    directory = small_directory(body("gr-p", visibility="partner"))
    assert body_detail(directory, "gr-p", ANONYMOUS) is None
    assert body_detail(directory, "gr-p", PARTNER)["id"] == "gr-p"


def test_a_contact_for_partners_is_counted_for_everybody_else():
    directory = small_directory(body("gr-a", contacts=[phone("1"), phone("2", visibility="partner")]))
    shown, partner = body_detail(directory, "gr-a", ANONYMOUS), body_detail(directory, "gr-a", PARTNER)
    assert [point["value"] for point in shown["contacts"]] == ["1"]
    assert shown["withheld"]["contacts"] == 1
    assert [point["value"] for point in partner["contacts"]] == ["1", "2"]


@pytest.mark.parametrize("viewer", [ANONYMOUS, PARTNER, KEEPER])
def test_a_number_that_is_no_longer_right_is_never_a_contact(viewer):
    directory = small_directory(body("gr-a", contacts=[phone("old-number", current=False)]))
    shown = body_detail(directory, "gr-a", viewer)
    assert contact_of(directory, "gr-a", viewer) == {}
    assert "old-number" not in json.dumps(shown)
    assert shown["withheld"]["contacts_not_for_use"] == 1


def test_of_a_confidential_place_the_region_is_the_finest_that_is_shown():
    shelter = body(
        "fr-like", territory=["FR-75C"], confidential_location=True, city="Paris", note="two streets from Paris station", contacts=[phone("1", territory=["FR-75C"])],
        mandates=[{"function": "safe-accommodation", "note": "in Paris"}],
    )  # fmt: skip
    text = json.dumps(body_detail(small_directory(shelter), "fr-like", ANONYMOUS))
    assert "FR-75C" not in text
    assert "Paris" not in text
    assert "FR-IDF" in text


def test_a_place_that_is_not_confidential_is_shown():
    detail = body_detail(small_directory(body("gr-a", city="Athens", territory=["GR-I"])), "gr-a", ANONYMOUS)
    assert (detail["city"], detail["territory"]) == ("Athens", ["GR-I"])


def test_a_link_to_a_hidden_body_is_not_shown():
    directory = small_directory(ADMITTING, HIDDEN)
    (link,) = directory.stakeholder("gr-office").links
    assert link_detail(directory, link, ANONYMOUS) is None
    assert link_detail(directory, link, KEEPER)["to"]["id"] == "gr-refuge"


def test_a_network_does_not_name_its_hidden_member():
    directory = small_directory(body("gr-net", members=["gr-refuge", "gr-office"]), ADMITTING, HIDDEN)
    detail = body_detail(directory, "gr-net", ANONYMOUS)
    assert (detail["members"], detail["withheld"]["members"]) == (["gr-office"], 1)


LINE = body("gr-line", kind="hotline", contacts=[phone("1109")], mandates=[{"function": "hotline"}])


def test_a_body_without_a_number_is_reached_through_its_parent_before_anybody_else():
    directory = small_directory(
        body("gr-child", parent="gr-parent"),
        body("gr-parent", contacts=[phone("5")]),
        body("gr-r", contacts=[phone("6")], refers_to=["gr-child"]),
        LINE,
    )
    assert contact_of(directory, "gr-child", ANONYMOUS)["via"] == "gr-parent"


def test_then_through_its_network_then_through_who_refers_to_it_then_through_a_hotline():
    network = body("gr-net", members=["gr-child"], contacts=[phone("5")])
    referrer = body("gr-r", contacts=[phone("6")], refers_to=["gr-child"])
    child = body("gr-child")
    assert contact_of(small_directory(child, network, referrer, LINE), "gr-child", ANONYMOUS)["via"] == "gr-net"
    assert contact_of(small_directory(child, referrer, LINE), "gr-child", ANONYMOUS)["via"] == "gr-r"
    assert contact_of(small_directory(child, LINE), "gr-child", ANONYMOUS)["via"] == "gr-line"
    assert contact_of(small_directory(child), "gr-child", ANONYMOUS) == {}


def test_its_own_number_needs_no_via():
    assert contact_of(small_directory(body("gr-a", contacts=[phone("7")]), LINE), "gr-a", ANONYMOUS) == {
        "points": [{"type": "phone", "value": "7", "evidence": "stated", "sources": ["gr-law"]}]
    }


def test_the_police_never_answer_for_another_body():
    police = body("gr-police", kind="police", contacts=[phone("100")], refers_to=["gr-child"], mandates=[{"function": "hotline"}])
    line_of_police = body("gr-tip", kind="hotline", parent="gr-police", contacts=[phone("101")], mandates=[{"function": "hotline"}])
    assert contact_of(small_directory(body("gr-child"), police, line_of_police), "gr-child", ANONYMOUS) == {}


def test_who_may_be_the_police_never_answers_for_who_is_only_referred_by_it():
    unknown = body("gr-some", kind="unknown", contacts=[phone("100")], refers_to=["gr-child"])
    assert contact_of(small_directory(body("gr-child"), unknown), "gr-child", ANONYMOUS) == {}


def test_a_line_that_turns_this_case_away_is_not_named_for_it():
    childline = body(
        "gr-childline",
        kind="hotline",
        contacts=[phone("116")],
        mandates=[{"function": "hotline", "serves": {"fact": "is_child", "in": [True]}}],
    )
    directory = small_directory(body("gr-a"), childline)
    assert contact_of(directory, "gr-a", ANONYMOUS, facts={"is_child": False}) == {}
    assert contact_of(directory, "gr-a", ANONYMOUS, facts={"is_child": True})["via"] == "gr-childline"


def test_the_nearest_referrer_answers():
    child, far, near = (
        body("gr-child"),
        body("gr-far", contacts=[phone("1")], refers_to=["gr-child"]),
        body("gr-near", territory=["GR-I"], contacts=[phone("2")], refers_to=["gr-child"]),
    )
    assert contact_of(small_directory(child, far, near), "gr-child", ANONYMOUS, "GR-I")["via"] == "gr-near"
    assert contact_of(small_directory(child, far, near), "gr-child", ANONYMOUS, "GR-B")["via"] == "gr-far"


def test_what_the_newest_revision_closes_stays_closed_in_an_older_one():
    older = small_directory(
        body("gr-a", name="Once public", city="Athens", contacts=[phone("1"), phone("2")]),
        body("gr-b", contacts=[phone("3")]),
        body("gr-c", city="Volos", territory=["GR-E"]),
    )
    newest = small_directory(
        body("gr-a", name="Once public", visibility="hidden"), body("gr-b", contacts=[phone("3", current=False)]), body("gr-c", confidential_location=True), revision=2
    )  # fmt: skip
    viewer = reading_older(ANONYMOUS, newest)
    assert body_detail(older, "gr-a", viewer) is None
    assert contact_of(older, "gr-b", viewer) == {}
    assert "city" not in body_detail(older, "gr-c", viewer)


def test_texts_do_not_name_what_is_hidden():
    directory = small_directory(ADMITTING, HIDDEN)
    answer = {"text": "Ring the Refuge of Kalamaria (gr-refuge) on 2310 99.", "kept": ["Refuge", 3, None]}
    assert scrubbed(directory, ANONYMOUS, answer) == {
        "text": "Ring the (not shown) ((not shown)) on (not shown).",
        "kept": ["Refuge", 3, None],
    }
    assert scrubbed(directory, KEEPER, answer) is answer


def _changes(before: Directory, after: Directory) -> Changes:
    return Changes([after, before, after], ANONYMOUS)


def test_a_change_of_a_hidden_body_is_withheld_also_from_before_it_was_hidden():
    view = _changes(small_directory(body("gr-a")), small_directory(body("gr-a", visibility="hidden")))
    assert view.detail("stakeholder", "gr-a", "name", "A", "B") is None
    assert view.detail("mandate", "gr-a.hotline", "role", None, "deliver") is None
    assert view.detail("link", "gr-b--gr-a", "basis", None, "law") is None
    assert view.detail("stakeholder", "gr-gone", "visibility", None, "hidden") is None


def test_a_change_of_a_confidential_body_does_not_tell_its_place():
    directory = small_directory(body("gr-a", confidential_location=True, city="Volos"))
    view = _changes(directory, directory)
    assert view.detail("stakeholder", "gr-a", "city", None, "Volos") is None
    assert view.detail("stakeholder", "gr-a", "territory", None, ["FR-75C"])["after"] == ["FR-IDF"]
    assert view.detail("stakeholder", "gr-a", "note", None, "near Volos harbour")["after"] == "(not shown)"
    assert view.detail("stakeholder", "gr-a", "name", "A", "B") == {
        "kind": "stakeholder",
        "id": "gr-a",
        "field": "name",
        "before": "A",
        "after": "B",
    }


def test_a_change_of_contacts_shows_only_numbers_that_may_be_called():
    directory = small_directory(body("gr-a", contacts=[phone("1"), phone("2", visibility="partner"), phone("3", current=False)]))
    found = _changes(directory, directory).detail(
        "stakeholder", "gr-a", "contacts", [phone("3")], [phone("1"), phone("2", visibility="partner"), phone("3", current=False)]
    )
    assert (found["before"], found["after"]) == ([], [phone("1")])


def test_no_bundled_body_that_is_confidential_tells_its_city(directory):
    told = [
        other.id
        for part in directory.parts.values()
        for other in part.stakeholders.values()
        if other.confidential_location
        and (detail := body_detail(directory, other, ANONYMOUS))
        and ("city" in detail or any(place.count("-") and len(place) > 6 for place in detail["territory"]))
    ]
    assert told == []
