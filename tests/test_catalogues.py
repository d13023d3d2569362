"""The catalogues: every text of the pages in every language, none broken; complete where translators have finished."""

from __future__ import annotations

import pytest
from babel.messages.checkers import checkers

from api.catalogues import COMPLETE, SOURCE, path, read, reviewed_by
from api.extracting import extracted
from pathways.vocabulary.labels import LANGUAGES

CATALOGUES = tuple(language for language in LANGUAGES if language != SOURCE)


@pytest.fixture(scope="module")
def texts():
    return {(message.id, message.context) for message in extracted() if message.id}


def test_there_is_a_catalogue_for_every_language_but_english():
    assert {folder.name for folder in path("de").parents[2].iterdir()} == set(CATALOGUES)
    assert set(COMPLETE) <= set(CATALOGUES)


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_has_the_texts_of_the_pages_and_no_others(language, texts):
    found = {(message.id, message.context) for message in read(language) if message.id}
    assert found == texts, "run `make catalogues`"


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_translation_is_guessed_or_breaks_a_placeholder(language):
    catalogue = read(language)
    broken = [(message.id, error) for message in catalogue if message.id and message.string for error in _errors(message, catalogue)]
    assert broken == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def _errors(message, catalogue):
    for check in checkers:
        try:
            check(catalogue, message)
        except Exception as error:
            yield str(error)


def test_finished_catalogues_lack_no_text():
    missing = {
        language: [
            message.id
            for message in read(language)
            if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
        ]
        for language in COMPLETE
    }
    assert {language: texts for language, texts in missing.items() if texts} == {}


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_header_says_whether_a_native_reader_has_read_it(language):
    assert '"X-Reviewed-By: ' in path(language).read_text(encoding="utf-8")
    assert isinstance(reviewed_by(language), str)
