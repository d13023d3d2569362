"""The language of a picture: labels, translations and addresses, given by whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pathways.vocabulary.labels import label


def _as_it_is(text: str) -> str:
    return text


def _nowhere(_: str) -> None:
    return None


def _in_english(name: str, word: str) -> str:
    return label(name, word)


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture says in one language; English, with no links, where nothing is given.

    `translate` turns an English sentence of this room into the language (a catalogue's gettext); `label` gives the label of a word of a
    controlled list; `link` gives the address of a body's page, or None.
    """

    language: str = "en"
    rtl: bool = False
    translate: Callable[[str], str] = _as_it_is
    label: Callable[[str, str], str] = _in_english
    link: Callable[[str], str | None] = _nowhere
    day: Callable[[str], str] = _as_it_is
    """A day of ISO 8601 as it is written in the language."""

    def name(self, text: str) -> str:
        """A name of another script than the text around it, kept from turning it round."""
        return f"\u2068{text}\u2069" if self.rtl else text


ENGLISH = Words()
