"""The planner's sentences: plain text to whoever reads the answer, and what they were made of to whoever says them in another language."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator

import pytest
from profiles import at_random

from api.extracting import extracted
from pathways.planner import refer
from pathways.planner.phrases import Phrase, Several, Word
from pathways.vocabulary.labels import label


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value
        yield from strings(
            getattr(value, "values", ()) if isinstance(value, Phrase) else getattr(value, "items", ()) if isinstance(value, Several) else ()
        )


def test_a_phrase_is_its_english_text():
    said = Phrase("no body performs %(function)s", function=Word("functions", "asylum"))
    assert json.loads(json.dumps({"reason": said})) == {"reason": "no body performs asylum"}
    assert Several((said, "x"), "; ") == "no body performs asylum; x"
    assert copy.deepcopy([said])[0].template == said.template
    assert type(pickle.loads(pickle.dumps(said))) is str


@pytest.mark.parametrize("seed", range(0, 120, 40))
def test_every_sentence_of_an_answer_can_be_translated(directory, seed):
    known = {message.id for message in extracted()}
    found = [text for index in range(seed, seed + 40) for text in strings(refer(directory, at_random(index, directory).profile))]
    phrases = [text for text in found if isinstance(text, Phrase)]
    assert len(phrases) > 1000
    assert {phrase.template for phrase in phrases} <= known
    assert all(label(word.list, word.word) for word in found if isinstance(word, Word))


def test_reasons_warnings_and_questions_are_sentences_that_can_be_translated(directory):
    for index in range(60):
        answer = refer(directory, at_random(index, directory).profile)
        told = [gap["reason"] for gap in answer["gaps"]] + [branch["reason"] for branch in answer["branches"]]
        told += [warning["text"] for step in answer["steps"] for warning in step["warnings"] if not warning.get("sources")]
        told += [text for entry in answer["ask_next"] for text in (entry["why"], *entry["changes"])]
        told += [other["trade_off"] for step in answer["steps"] for other in step["alternatives"]]
        assert [text for text in told if not isinstance(text, Phrase | Several | Word)] == []
