"""Sentences that can be said in another language: each is its English text, and keeps what it was made of.

An answer holds them as the strings that they are. Whoever shows it in another language takes the template and the values; whoever does
not, need not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pathways import vocabulary


class _Told(str):
    """A string that keeps what it was made of: it never changes, so that a copy is itself; elsewhere it is plain text."""

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class Phrase(_Told):
    """A sentence: a template with `%(name)s` in it, and what stands there: other phrases, words, or texts of the directory."""

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, **values: Any) -> Phrase:
        found = super().__new__(cls, template % values if values else template)
        found.template, found.values = template, values
        return found


class Word(_Told):
    """A word of a controlled list; its English text is the word itself where no other is given."""

    list: str
    word: str
    given: bool
    """Whether its English text was given, and is not that of its label."""

    def __new__(cls, list_name: str, word: str, text: str = "") -> Word:
        found = super().__new__(cls, text or word)
        found.list, found.word, found.given = list_name, word, bool(text)
        return found


class Several(_Told):
    """Some texts after each other."""

    items: tuple[str, ...]
    between: str

    def __new__(cls, items: Iterable[str], between: str = ", ") -> Several:
        kept = tuple(items)
        found = super().__new__(cls, between.join(kept))
        found.items, found.between = kept, between
        return found


def reason_word(name: str) -> str:
    """What stands in the way of a mandate: a fact, a function that has to come before, or a word of the country's own."""
    if name in vocabulary.facts():
        return Word("facts", name)
    return Word("functions", name) if name in vocabulary.words("functions") else name


def country_word(code: str, name: str) -> str:
    """The name of a country; one outside the twelve keeps the name that it is given with."""
    return Word("countries", code, name) if code in vocabulary.words("countries") else name


def value_word(fact: str, value: str) -> str:
    """A value that a condition names, as a word of the list that its fact is of, where it is of one."""
    name = vocabulary.facts()[fact].get("values")
    return Word(name, value) if isinstance(name, str) and value in vocabulary.words(name) else value
