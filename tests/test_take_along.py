"""What is taken along: print, PDF and text say the same, in the language that is wanted, and nothing at the head says what it is about."""

from __future__ import annotations

import io
import re
import unicodedata
from html import unescape

import pytest
from profiles import A, a_child, a_man, a_woman, at_random, profile_of
from pypdf import PdfReader
from test_answer_page import form_of, text_of

from pathways.planner import refer
from pathways.vocabulary import words
from pathways.vocabulary.labels import LANGUAGES, label

COUNTRIES = words("countries")
_FORBIDDEN = re.compile(r"traffick|victim|exploit|Referral Pathways", re.IGNORECASE)


def taken(web, said: A, take: str, language: str = "en", **choices: str):
    answer = web.post(f"/{language}/take-along", data={**form_of(said), "take": take, **choices})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer


def pdf_of(web, said: A, language: str = "en", **choices: str) -> PdfReader:
    return PdfReader(io.BytesIO(taken(web, said, "pdf", language, **choices).data))


def letters(text: str) -> str:
    """A text without what breaking lines does to it."""
    return re.sub(r"[\s\u00a0-]+", "", text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_text_for_the_worker_has_every_step_number_day_and_gap(web, directory, country):
    said = a_woman(in_=country).exploited("labour").needing("compensation").wishing_to_stay()
    text = letters(taken(web, said, "text").text)
    path = refer(directory, profile_of(said), None, 0)
    for step in path["steps"]:
        assert letters(label("functions", step["function"])) in text
        for point in step["stakeholder"]["contact"].get("points", ()):
            if point["type"] != "hours":
                assert letters(point["value"]) in text
        for because in step["because"]:
            assert all(letters(path["sources"][source]["title"]) in text for source in because["sources"])
        for deadline in step["deadlines"]:
            assert letters(deadline["what"]) in text
    for gap in path["gaps"]:
        assert letters(label("functions", gap["function"])) in text
    assert all(letters(entry["number"]) in text for entry in path["emergency"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_persons_paper_is_in_her_language_whatever_that_of_the_page(web, directory, language):
    said = a_woman(in_="GR").exploited("sexual").refusing("police")
    choices = {"paper": "person", "in": language, "names": "yes"}
    step = next(step for step in refer(directory, profile_of(said))["steps"] if not step["happened"])
    page = taken(web, said, "print", "de", **choices)
    assert f'<html lang="{language}"' in page.text
    assert label("functions", step["function"], language) in unescape(page.text)
    text = taken(web, said, "text", "de", **choices).text
    assert label("functions", step["function"], language) in text
    reader = pdf_of(web, said, "de", **choices)
    assert reader.root_object["/Lang"] == language
    found = letters("".join(part.extract_text() for part in reader.pages))
    number = step["stakeholder"]["contact"]["points"][0]["value"]
    assert letters(number) in found
    if language != "ar":  # joined Arabic letters are extracted in the order of the eye
        assert letters(label("functions", step["function"], language)) in found
    else:
        assert re.search("[\u0600-\u06ff\ufb50-\ufeff]", found)


@pytest.mark.parametrize("country", COUNTRIES)
def test_nothing_at_the_head_says_what_it_is_about_unless_wanted(web, country):
    said = a_man(in_=country).exploited("labour")
    for choices in ({}, {"paper": "person", "in": "en", "names": "yes"}):
        text = taken(web, said, "text", **choices).text
        head = text.split("\n\n")[0]
        assert not _FORBIDDEN.search(head)
        assert taken(web, said, "text", **choices, top="yes").text.startswith("Referral Pathways")
    reader = pdf_of(web, said)
    assert not _FORBIDDEN.search(str(reader.metadata))
    assert not _FORBIDDEN.search(reader.pages[0].extract_text().split("Contact first")[0])
    assert reader.metadata.title == "Next steps"
    page = taken(web, said, "print").text
    assert re.search(r"<title>(.*?)</title>", page).group(1) == "Next steps"


def test_without_names_only_numbers_stand_on_the_persons_paper(web, directory):
    said = a_woman(in_="IT").exploited("sexual").but(region="IT-75")
    names = [step["stakeholder"]["name"] for step in refer(directory, profile_of(said))["steps"]]
    text = taken(web, said, "text", paper="person").text
    assert "800 290 290" in text
    assert not [name for name in names if name in text]


def test_the_persons_paper_promises_only_what_binds_the_country_and_is_not_broken_on_the_path(web, directory):
    free = "You can get help without speaking to the police"
    assert free in taken(web, a_woman(in_="PT").exploited("sexual"), "text", paper="person").text.replace("\n  ", " ")
    assert free not in taken(web, a_woman(in_="MA").exploited("sexual"), "text", paper="person").text.replace("\n  ", " ")
    for seed in range(60):
        said = at_random(seed, directory)
        if "R01" in {finding["rule"] for finding in refer(directory, profile_of(said))["findings"]}:
            assert free not in taken(web, said, "text", paper="person").text.replace("\n  ", " ")


def test_a_childs_paper_speaks_of_a_guardian_and_not_of_consent(web):
    text = taken(web, a_child(in_="AT").exploited("sexual"), "text", paper="person").text
    assert "guardian" in text
    assert "You decide." not in text


def test_a_return_takes_the_contacts_there_along(web, directory):
    said = a_woman(in_="PT", from_="MA").exploited("labour").wishing_to_return("MA").fearing()
    contacts = [c for c in refer(directory, profile_of(said))["contacts_in_country_of_return"] if c["contact"].get("points")]
    assert contacts
    for choices in ({}, {"paper": "person", "names": "yes"}):
        text = letters(taken(web, said, "text", **choices).text)
        assert all(letters(contact["name"]) in text for contact in contacts)


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("whose", ["worker", "person"])
def test_a_screen_reader_is_told_what_the_pdf_is_in_which_order_and_in_which_language(web, language, whose):
    said = a_woman(in_="GR").exploited("sexual").refusing("police")
    paper = pdf_of(web, said, language, paper=whose, **{"in": language})
    root = paper.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (language, True, True)
    (document,) = root["/StructTreeRoot"]["/K"]
    tags = [element.get_object()["/S"] for element in document.get_object()["/K"]]
    assert tags[0] == "/H1"
    assert {"/H2", "/P"} <= set(tags[1:])
    assert "/Figure" not in tags
    for page in paper.pages:
        depth = 0
        for operands, operator in page.get_contents().operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            assert depth > 0 or operator not in (b"Tj", b"TJ", b"'"), operands
        assert depth == 0
    assert whose == "person" or any(
        operands[1].get("/Lang") == "en"
        for page in paper.pages
        for operands, operator in page.get_contents().operations
        if operator == b"BDC"
    )


@pytest.mark.parametrize("take", ["print", "pdf", "text"])
def test_nothing_of_the_answers_is_on_a_paper(web, take):
    said = a_woman(in_="IT", aged=61, from_="BT").exploited("sexual").but(languages=["bin"], start_date="2031-07-19", risks=["self-harm"])
    answer = taken(web, said, take)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages) if take == "pdf" else answer.text
    text = re.sub(r'<form method="post" id="carried">.*?</form>', "", text, flags=re.DOTALL)
    for told in ("61", "Bhutan", "Bini", "Self-harm", "self-harm"):
        assert told not in text_of(text), told
    assert "2031" not in str(answer.headers)


def test_a_wrong_answer_leads_back_to_the_form(web):
    assert web.post("/en/take-along", data={"identified_in": "GB", "gender": "x", "take": "pdf"}).status_code == 422
    assert web.get("/en/take-along").headers["Location"] == "/en/ask"


def test_it_prints_on_a4_without_the_frame_of_the_site(visit):
    reader = visit()
    page = reader.open("/en/ask")
    page.locator("input[name=identified_in][value=FR]").check()
    for button in ("#ask button[value=all]", "#ask button.act", "button[name=take][value=print]"):
        reader.press(button)
    page.wait_for_selector(".paper")
    assert reader.barriers() == []
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = printed.pages[0].mediabox.width, printed.pages[0].mediabox.height
    assert abs(float(width) - 595) < 2
    assert abs(float(height) - 842) < 2
    text = unicodedata.normalize("NFKC", printed.pages[0].extract_text())
    assert "Contact first" in text
    assert "Leave this site" not in text
    assert "keeps no case" not in "".join(part.extract_text() for part in printed.pages)
