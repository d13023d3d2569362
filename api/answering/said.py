"""Texts in several languages: what the page says is in the reader's, what the directory says stays in its own and is marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale
from flask_babel import gettext
from markupsafe import Markup, escape

from api.catalogues import SOURCE
from api.languages import current
from pathways.planner.phrases import Phrase, Several, Word
from pathways.vocabulary.labels import label

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; `language` is None where it is that of the page."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one or more pieces. It stands in a template as it is; `str` gives it plain."""

    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)

    def __bool__(self) -> bool:
        return any(run.text for run in self.runs)

    def __html__(self) -> str:
        here = current()
        return "".join(
            escape(run.text) if run.language in (None, here) else Markup('<bdi lang="{}">{}</bdi>').format(run.language, run.text)
            for run in self.runs
        )


def own(text: str | None, language: str = SOURCE) -> Text:
    """A text of the directory: its own words, which nobody here translates."""
    return Text((Run(text, language),)) if text else Text()


def name(text: str | None, language: str = SOURCE) -> Text:
    """The name of a body; of one that may not be named, that it is not shown."""
    return own(text, language) if text else words(gettext("a body that is not shown"))


def words(text: str) -> Text:
    """A text that is in the reader's language already."""
    return Text((Run(text),))


def joined(texts: Iterable[Text], between: str = ", ") -> Text:
    """Several texts after each other."""
    found: list[Run] = []
    for text in texts:
        if found:
            found.append(Run(between))
        found.extend(text.runs)
    return Text(tuple(found))


def filled(template: str, **values: Text) -> Text:
    """A sentence of the page, already translated, with texts in its places."""
    found: list[Run] = []
    for index, piece in enumerate(_PLACE.split(template)):
        if index % 2:
            found.extend(values[piece].runs)
        elif piece:
            found.append(Run(piece))
    return Text(tuple(found))


def said(text: str | None) -> Text:
    """What the planner says, in the reader's language as far as it is made of known sentences and words; else as it stands.

    A sentence without a translation stays English, and is marked as that.
    """
    match text:
        case Phrase():
            template = gettext(text.template)
            if template == text.template and current() != SOURCE:
                return own(_in_english(text))
            return filled(template, **{key: said(value) for key, value in text.values.items()})
        case Word():
            return words(_word(text))
        case Several():
            return joined([said(item) for item in text.items], text.between)
    return own(text)


def _word(word: Word, language: str = "") -> str:
    """A word by its label; in English as it was given there. Countries and languages of the world are Babel's."""
    language = language or current()
    if language == SOURCE and word.given:
        return str(word)
    if word.list in ("languages", "territories"):
        names = getattr(Locale.parse(language), word.list)
        return str(names.get(word.word, word))
    return label(word.list, word.word, language)


def _in_english(text: str) -> str:
    """A sentence in English, its words by their labels."""
    match text:
        case Phrase():
            return text.template % {key: _in_english(value) for key, value in text.values.items()} if text.values else str(text)
        case Word():
            return _word(text, SOURCE)
        case Several():
            return text.between.join(_in_english(item) for item in text.items)
    return text


def sentence(text: str | None) -> Text:
    """The same as a sentence of its own: it begins with a capital letter."""
    first, *others = said(text).runs or (Run(""),)
    return Text((Run(first.text[:1].upper() + first.text[1:], first.language), *others))


def labelled(list_name: str, word: str) -> str:
    """The label of a word of a controlled list in the reader's language."""
    return label(list_name, word, current())
