"""The picture of a pathway: everything of the answer is in it, drawn and in words, and nothing that a page could not bear."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from pictures import HOSTILE, SVG, hold_of_every_picture, read, sentences, texts

from api.profile import ProfileSchema, profile_of
from pathways.planner import refer
from pathways.vocabulary import words
from pathways.vocabulary.labels import label
from visualisations.measure import width, wrap
from visualisations.pathway import picture
from visualisations.pathway_parts import times
from visualisations.words import Words


def answer(directory, profile):
    return refer(directory, profile_of(ProfileSchema().load(profile)), date(2026, 11, 24))


@pytest.fixture(scope="module")
def at_home(directory):
    """The answer for a woman found in Puglia."""
    return answer(
        directory,
        {
            "identified_in": "IT",
            "region": "IT-75",
            "nationality": ["NG"],
            "age": 24,
            "gender": "female",
            "exploitation": ["sexual"],
            "consent": {"referral": True, "police": False},
        },
    )


@pytest.fixture(scope="module")
def way_home(directory):
    """The answer for a woman who goes home from Cyprus to Ukraine."""
    consent = {"referral": True, "formal_identification": True, "police": True, "share_data_cross_border": True, "return": True}
    profile = {"identified_in": "CY", "nationality": ["UA"], "age": 30, "gender": "female", "exploitation": ["sexual"], "wishes": "return", "destination": "UA", "risks": [], "consent": consent}  # fmt: skip
    return answer(directory, profile)


@pytest.mark.parametrize("country", words("countries"))
def test_a_picture_bears_a_strict_page_and_tells_all_that_it_draws(directory, country):
    pathway = answer(directory, {"identified_in": country, "age_group": "child", "wishes": "return", "destination": "UA"})
    drawn = picture(pathway)
    root = read(drawn.svg)
    hold_of_every_picture(root)
    told = dict(drawn.alternative)
    assert told == sentences(root)
    assert all(told.values())


def test_every_step_gap_branch_and_handover_is_told(at_home):
    told = " ".join(sentence for _, sentence in picture(at_home).alternative)
    for step in at_home["steps"]:
        assert f"{step['order']}. {label('functions', step['function'])}" in told
        assert step["stakeholder"]["name"] in told
    assert at_home["gaps"] and at_home["branches"]
    for gap in at_home["gaps"]:
        assert gap["reason"] in told
    for branch in at_home["branches"]:
        assert branch["reason"] in told
    drawn = " ".join(texts(read(picture(at_home).svg)))
    assert all(f"{step['order']}. " in drawn for step in at_home["steps"])


def test_a_handover_is_drawn_from_the_body_that_hands_over_and_says_its_basis(at_home):
    by_order = {step["order"]: step for step in at_home["steps"]}
    lines = {identity: told for identity, told in picture(at_home).alternative if "-edge-" in identity}
    assert lines
    for identity, told in lines.items():
        origin, to = (by_order[int(number)] for number in identity.split("-")[-2:])
        handover = to["handover"]
        if handover is None:
            assert origin["stakeholder"]["id"] == to["stakeholder"]["id"]
        else:
            assert origin["stakeholder"]["id"] == handover["from"]
            assert (label("referral_basis", handover["basis"]) if handover["basis"] else "no basis") in told


def test_the_way_home_has_a_row_for_each_country_and_tells_what_crosses_the_border(way_home):
    drawn = texts(read(picture(way_home).svg))
    assert {"Here", "The way home", "Cyprus", "Ukraine"} <= set(drawn)
    assert any(step["handover"] and step["handover"]["cross_border"] for step in way_home["steps"])
    assert any("Across the border" in told for _, told in picture(way_home).alternative)


def test_what_comes_before_a_step_that_is_due_now_is_due_now(at_home):
    due = times(at_home)
    order = ["now", "next", "later"]
    main = [order.index(due[step["order"]]) for step in at_home["steps"] if step["track"] == "main"]
    assert main == sorted(main)
    assert due[1] == "now"
    assert set(due.values()) == set(order)


def test_the_caller_may_sort_the_steps_itself(at_home):
    every = {step["order"]: "later" for step in at_home["steps"]}
    drawn = texts(read(picture(at_home, when=every).svg))
    assert "Later" in drawn
    assert "Now" not in drawn


def test_the_same_answer_gives_the_same_picture(at_home):
    assert picture(at_home) == picture(json.loads(json.dumps(at_home)))
    first, second = (set(sentences(read(picture(at_home, name=name).svg))) for name in ("one", "two"))
    assert not first & second


def test_what_a_directory_says_stays_text(at_home):
    pathway = json.loads(json.dumps(at_home))
    for step in pathway["steps"]:
        step["stakeholder"] |= {"name": HOSTILE, "id": HOSTILE}
        step["stage_title"] = HOSTILE
    for gap in pathway["gaps"]:
        gap["reason"] = HOSTILE
    for branch in pathway["branches"]:
        branch["reason"] = HOSTILE
    root = read(picture(pathway, Words(link=lambda body: "/en/body/x")).svg)
    hold_of_every_picture(root)
    assert any("<script>" in told for told in sentences(root).values())


def test_a_body_that_may_not_be_named_is_not_linked(at_home):
    pathway = json.loads(json.dumps(at_home))
    pathway["steps"][0]["stakeholder"] |= {"name": None, "id": None}
    root = read(picture(pathway, Words(link=lambda body: f"/en/body/{body}")).svg)
    (box,) = (element for element in root.iter() if element.attrib.get("id") == "pathway-step-1")
    assert box.tag == SVG + "g"
    assert "a body that is not shown" in box.findtext(SVG + "title")
    assert len(list(root.iter(SVG + "a"))) > 0


def test_labels_and_sentences_come_from_the_caller(at_home):
    words = Words(
        "de",
        translate=lambda text: text.replace("Now", "Jetzt").replace("Missing", "Es fehlt"),
        label=lambda name, word: label(name, word, "de"),
    )
    drawn = texts(read(picture(at_home, words).svg))
    assert "Jetzt" in drawn
    assert label("functions", at_home["steps"][0]["function"], "de") in " ".join(drawn)


def test_a_picture_read_from_the_right_is_turned_round(at_home):
    english, arabic = (
        read(picture(at_home).svg),
        read(picture(at_home, Words("ar", rtl=True, label=lambda name, word: label(name, word, "ar"))).svg),
    )
    hold_of_every_picture(arabic)
    assert arabic.attrib["direction"] == "rtl"
    assert _left(english, "pathway-step-1") < _left(english, f"pathway-step-{_last(english)}")
    assert _left(arabic, "pathway-step-1") > _left(arabic, f"pathway-step-{_last(arabic)}")


def _last(root: ET.Element) -> int:
    return max(int(identity.rsplit("-", 1)[1]) for identity in sentences(root) if "-step-" in identity)


def _left(root: ET.Element, identity: str) -> float:
    (box,) = (element for element in root.iter() if element.attrib.get("id") == identity)
    rect = box.find(SVG + "rect")
    assert rect is not None
    return float(rect.attrib["x"])


def test_no_text_leaves_its_box_and_no_box_covers_another(way_home, at_home):
    for pathway in (way_home, at_home):
        root = read(picture(pathway).svg)
        boxes = [group for group in root.iter() if group.attrib.get("class") in ("step", "gap", "branch")]
        frames = []
        for group in boxes:
            rect = group.find(SVG + "rect")
            x, y, wide, high = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            frames.append((x, y, x + wide, y + high))
            for text in group.iter(SVG + "text"):
                bold = text.attrib.get("font-weight") == "bold"
                assert float(text.attrib["x"]) + width(text.text, float(text.attrib["font-size"]), bold) <= x + wide
                assert y < float(text.attrib["y"]) < y + high
        for index, (left, top, right, foot) in enumerate(frames):
            for other in frames[index + 1 :]:
                assert right <= other[0] or other[2] <= left or foot <= other[1] or other[3] <= top


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "Territorial Commissions for the recognition",
        "Καταφύγιο για γυναίκες",
        "Притулок для жінок",
        "ملجأ للنساء ضحايا الاتجار",
        "x" * 300,
        "避難所" * 40,
    ],
)
def test_lines_fit_and_lose_nothing(text):
    lines = wrap(text, 100, 12)
    assert all(width(line, 12) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_that_is_broken_is_isolated_on_every_line():
    name = Words("ar", rtl=True).name("Social Welfare Services (Deputy Ministry of Social Welfare)")
    lines = wrap(f"إلى: {name}", 120, 12)
    assert len(lines) > 2
    assert all(line.count("\u2068") == line.count("\u2069") == 1 for line in lines)


def test_a_text_that_is_too_long_ends_in_an_ellipsis():
    lines = wrap("one two three four five six seven eight nine ten", 60, 12, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert width(lines[-1], 12) <= 60
