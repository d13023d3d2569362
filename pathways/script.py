"""Words of names made alike across accents, cases and scripts: Greek, Cyrillic and Arabic letters become Latin ones, crudely."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        ["a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "t", "y", "f", "ch", "ps", "o", "s"],
        strict=True,
    )
)
_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэъё",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia y e - e".replace("-", "").split(" "),
        strict=True,
    )
)
_ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويءة",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y - a".replace("-", "").split(" "),
        strict=True,
    )
)
_LATIN = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_LETTERS = str.maketrans({**_GREEK, **_CYRILLIC, **_ARABIC, **_LATIN})
_KEPT = {"й": "i", "ї": "i", "ё": "e"}
_ALEF = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي", "ـ": None})
_PAIRS = (("ου", "ou"), ("γγ", "ng"), ("ευ", "ef"), ("αυ", "af"))
_FIRST = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"))
"""Greek pairs that are one letter, everywhere and at the beginning of a word."""
_WORD = re.compile(r"[0-9a-z]+")
_POINTED = re.compile(r"(?<=\w)\.(?=\w)")


def _plain(text: str) -> str:
    """Without accents and vowel signs, in small letters."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=50_000)
def latin(text: str) -> str:
    """A text in plain small Latin letters, for comparison and never for show."""
    small = unicodedata.normalize("NFC", text).casefold()
    for letter, instead in _KEPT.items():
        small = small.replace(letter, instead)
    small = _plain(small.translate(_ALEF))
    for pair, instead in _PAIRS:
        small = small.replace(pair, instead)
    for pair, instead in _FIRST:
        small = re.sub(rf"\b{pair}", instead, small)
    return small.translate(_LETTERS)


def tokens(text: str) -> list[str]:
    """The words of a text in plain Latin letters; points within an abbreviation are left out (Ε.Κ.Κ.Α. is ekka), an Arabic article too."""
    found = []
    for word in latin(_POINTED.sub("", text)).split():
        for token in _WORD.findall(word):
            found.append(token[2:] if len(token) > 4 and token.startswith("al") and _is_arabic(text) else token)
    return found


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
