"""The labels: every word of every list in every language, and nothing else."""

from __future__ import annotations

from importlib.resources import files

import pytest

from pathways import vocabulary
from pathways.format.reader import load_yaml
from pathways.vocabulary.labels import LANGUAGES, label, labels, lists, reviewed, words

FOLDER = files("pathways.vocabulary").joinpath("labels")


def _file(language):
    return load_yaml(FOLDER.joinpath(f"{language}.yaml").read_text(encoding="utf-8"))


def _wanted():
    countries = {*vocabulary.words("countries"), *vocabulary.words("free_movement")}
    wanted = {name: set(words(name)) for name in lists() if name not in ("countries", "free_movement")}
    return {**wanted, "territories": countries}


def test_there_is_a_file_for_each_language_and_no_other():
    assert {entry.name for entry in FOLDER.iterdir() if not entry.name.startswith(".")} == {f"{language}.yaml" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_list_has_a_label_and_no_label_is_left_over(language):
    found = {name: set(block) for name, block in _file(language)["labels"].items()}
    wanted = _wanted()
    missing = sorted(f"{name}.{word}" for name in wanted for word in wanted[name] - found.get(name, set()))
    extra = sorted(f"{name}.{word}" for name in found for word in found[name] - wanted.get(name, set()))
    path = f"pathways/vocabulary/labels/{language}.yaml"
    assert (missing, extra) == ([], []), f"{path}: add labels for {missing}, take out {extra}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_a_file_says_its_language_and_whether_a_native_reader_read_it(language):
    read = _file(language)
    assert set(read) == {"language", "reviewed_by_native_reader", "labels"}
    assert read["language"] == language
    assert reviewed(language) is read["reviewed_by_native_reader"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_is_a_text_without_blanks_around_it_and_begins_with_a_capital_where_its_script_has_them(language):
    wrong = [
        (name, word, text)
        for name, block in _file(language)["labels"].items()
        for word, text in block.items()
        if not isinstance(text, str) or text != text.strip() or not text
    ]
    assert wrong == []
    small = [(name, word, text) for name, block in _file(language)["labels"].items() for word, text in block.items() if text[0].islower()]
    assert small == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_words_of_one_list_do_not_share_a_label(language):
    double = [
        (name, sorted(block))
        for name, block in _file(language)["labels"].items()
        if name not in ("lists", "facts") and len(set(block.values())) < len(block)
    ]
    assert double == []


@pytest.mark.parametrize(("language", "script"), [("el", ("Ͱ", "\u1fff")), ("uk", ("Ѐ", "ӿ")), ("ar", ("\u0600", "ۿ"))])
def test_a_label_is_written_in_the_script_of_its_language(language, script):
    first, last = script
    foreign = {
        text
        for block in _file(language)["labels"].values()
        for text in block.values()
        if not any(first <= letter <= last for letter in text)
    }
    assert foreign == set()


def test_the_words_of_the_field_are_the_fields_own():
    assert labels("risks", "family-involved")["de"] == "Familie am Menschenhandel beteiligt"
    assert "traite" in label("risks", "family-involved", "fr")
    assert "tratta" in label("risks", "family-involved", "it")
    assert "trata" in label("risks", "family-involved", "es")
    assert "торгівлі людьми" in label("risks", "family-involved", "uk")
    assert "الاتجار" in label("risks", "family-involved", "ar")


def test_a_country_has_its_name_in_every_language():
    assert labels("countries", "GR") == labels("free_movement", "GR")
    assert label("countries", "AT", "de") == "Österreich"
    assert label("free_movement", "NO", "uk") == "Норвегія"


def test_a_word_or_a_list_that_does_not_exist_has_no_label():
    with pytest.raises(KeyError):
        labels("functions", "magic")
    with pytest.raises(KeyError):
        labels("spells", "hotline")
