"""Words of the controlled lists as partners write them: the word itself, or its label in one of the languages of the service."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from pathways import vocabulary
from pathways.vocabulary import labels

_YES = frozenset({"yes", "true", "oui", "vrai", "1", "x", "si", "sí", "sì", "sim", "ja", "tak", "po", "ναι", "نعم", "так"})
_NO = frozenset({"no", "false", "non", "faux", "0", "não", "nein", "nie", "jo", "όχι", "لا", "ні"})
_UNKNOWN = frozenset({"unknown", "inconnu", "n/a", "na", "?", "-", "–", "not known", "ne sait pas", "non renseigné"})
_ALSO = {"kinds": {"ong": "ngo", "μκο": "ngo"}}
"""Short names in use that no label has, in the form of `plain`."""


def plain(text: str) -> str:
    """A text for comparison: small letters without accents, points and dashes as spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[\W_]+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter))).split())


@cache
def _index(name: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    for word in labels.words(name):
        for label in labels.labels(name, word).values():
            key = plain(label)
            if found.setdefault(key, word) != word:
                twice.add(key)
    own = {plain(word): word for word in labels.words(name)}
    return {**{key: word for key, word in found.items() if key not in twice}, **_ALSO.get(name, {}), **own}


@lru_cache(maxsize=10_000)
def word(name: str, text: str) -> str | None:
    """The word of a controlled list that a text is, or is the only label of; None where it is neither. KeyError for no list."""
    return _index(name).get(plain(text)) if plain(text) else None


def accepted(name: str) -> str:
    """The words of a list, for what to do."""
    return ", ".join(vocabulary.words(name))


def truth(text: str) -> tuple[bool, bool | None]:
    """Whether a text is understood as yes, no or unknown, and which (None: unknown; an empty text is unknown)."""
    small = text.strip().casefold()
    if not small or small in _UNKNOWN:
        return True, None
    return (True, small in _YES) if small in _YES or small in _NO else (False, None)
