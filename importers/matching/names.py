"""A name made ready for comparison: its words in plain Latin letters, its numbers, the countries that it names, its legal form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from importers.matching import places
from importers.matching.words import FORMS, LONGEST_FORM, NUMBERS, ORDINALS, ROMAN, SHORT, SMALL
from pathways.script import latin, tokens

_QUOTES = re.compile(r"[\"“”„«»‹›]")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?\b(?=\W|$)", re.IGNORECASE)
_ELISION = re.compile(r"(?i)\b(?:l|d|qu|un|dell|nell|all|sull|dall|quell|sant)['’](?=\w{2})")
_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
_AND = re.compile(r"(?<=\w)\s*[&+]\s*(?=\w)")
_OTHER_NAMES = re.compile(r"\s*/\s*|\s+[-–—|]\s+")
_LATIN_ONLY = re.compile(r"[\x00-\u024f\u1e00-\u1eff\u2000-\u206f]*")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a name. `words` are those that tell it from others, `initials` what an acronym of it may be."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    countries: frozenset[str]
    form: str | None
    initials: frozenset[str]
    whole: str
    """All words without spaces, the small ones too, so that `van der bilt` is `vanderbilt`."""
    foreign: str
    """The script where it is not Latin: `ar` (written without vowels), `other`; else empty."""
    partial: bool = False
    """What stands in brackets, or on one side of a stroke: another name of the body, or of what it belongs to."""


@lru_cache(maxsize=20_000)
def variants(text: str) -> tuple[Name, ...]:
    """The names that a text gives: as it stands, without its brackets, what stands in them, and each side of a stroke or a dash."""
    text = " ".join(_QUOTES.sub(" ", text).split())
    whole, parts = {text: None}, dict[str, None]()
    inner = _BRACKETS.findall(text)
    if inner and all(map(_is_other_name, inner)):
        text = _BRACKETS.sub(" ", text).strip()
        (whole if all(map(_is_acronym, inner)) else parts)[text] = None
        parts.update(dict.fromkeys(inner))
    sides = [side.strip() for side in _OTHER_NAMES.split(text)]
    if len(sides) > 1:
        parts.update(dict.fromkeys(side for side in sides if len(tokens(side)) > 1 or len(side) >= 4))
    found = [_name(one) for one in whole] + [replace(_name(one), partial=True) for one in parts if one not in whole and _name(one).words]
    return tuple(name for name in found if name.words or name.countries)


def _is_acronym(text: str) -> bool:
    return len(text) >= 3 and text.replace(".", "").isupper() and len(text.split()) == 1


def _is_other_name(bracketed: str) -> bool:
    """Whether what stands in brackets is an acronym or another name; a place, a number or a single word says which body it is."""
    name = _name(bracketed)
    if name.countries or name.numbers or not name.words:
        return False
    return len(name.words) > 2 or _is_acronym(bracketed)


@lru_cache(maxsize=20_000)
def _name(text: str) -> Name:
    plain = _AND.sub(" and ", _APOSTROPHE.sub("", _ELISION.sub(" ", _POSSESSIVE.sub("", text)).replace("%", " percent ")))
    plain = re.sub(r"(?<=\d) percent (?=[^\W\d_]{1,3}\b)", " percent", plain)
    raw = tokens(plain)
    capitals = {latin(word) for word in re.findall(r"\w+", plain) if word.isupper()}
    form, rest = _without_form(raw)
    numbers, rest = _without_numbers(rest, capitals)
    countries, rest = _without_countries(rest)
    words = tuple(SHORT.get(word, word) for word in rest if word not in SMALL) or tuple(rest)
    return Name(words, numbers, countries, form, frozenset((*_initials(raw), *_initials(rest))), "".join(rest), _script(text))


def _script(text: str) -> str:
    if _LATIN_ONLY.fullmatch(text):
        return ""
    return "ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) else "other"


def _initials(raw: list[str]) -> Iterator[str]:
    """What an acronym of these words may be: of all, and of those that carry something."""
    heavy = [word for word in raw if word not in SMALL]
    for some in (raw, heavy):
        if len(some) >= 3:
            yield "".join(word[0] for word in some)


def _without_form(raw: list[str]) -> tuple[str | None, list[str]]:
    """The legal form, and the words without it; nothing is taken where nothing would be left."""
    form: str | None = None
    rest: list[str] = []
    at = 0
    while at < len(raw):
        size = next((n for n in range(min(LONGEST_FORM, len(raw) - at), 0, -1) if tuple(raw[at : at + n]) in FORMS), 0)
        found = FORMS[tuple(raw[at : at + size])] if size else _slipped_form(raw[at])
        if found:
            size = size or 1
            form = found if form in (None, "company") else form
            at += size
        else:
            rest.append(raw[at])
            at += 1
    return (form, rest) if any(word not in SMALL for word in rest) else (None, raw)


def _slipped_form(word: str) -> str | None:
    """The legal form that a long word is with one slip."""
    if len(word) < 10:
        return None
    return next((form for (known, *more), form in FORMS.items() if not more and len(known) > 9 and OSA.distance(word, known) == 1), None)


def _without_numbers(words: list[str], capitals: set[str]) -> tuple[frozenset[str], list[str]]:
    """The numbers, and the words without them; `forty 4` is 44, and a Roman number stands in capitals behind a word."""
    numbers: list[str] = []
    rest: list[str] = []
    tens = ""
    for index, word in enumerate(words):
        value = word.lstrip("0") or "0" if word.isdecimal() else NUMBERS.get(word)
        if word in ROMAN and (index == 0 or word not in capitals or (word == "i" and index < len(words) - 1)):
            value = None
        if len(word) == 1 and word in capitals and index == len(words) - 1 and index and value is None:
            value = word  # Pavilion A is not Pavilion B
        if value is None or (word in ORDINALS and len(words) < 4):
            rest.append(word)
        elif tens and len(value) == 1:
            numbers[-1] = str(int(tens) + int(value))
        else:
            numbers.append(value)
        tens = value if value is not None and word in NUMBERS and len(value) == 2 and value.endswith("0") else ""
    return (frozenset(numbers), rest) if rest else (frozenset(), numbers or words)


def _without_countries(words: list[str]) -> tuple[frozenset[str], list[str]]:
    """The countries that are named, and the words without their names."""
    countries: set[str] = set()
    rest: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(places.longest(), len(words) - at), 0, -1):
            code = places.country_of(tuple(words[at : at + size]))
            if code is not None:
                countries.add(code)
                at += size
                break
        else:
            rest.append(words[at])
            at += 1
    return frozenset(countries), rest


_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("dzh", "g"), ("sh", "s"), ("ch", "h"), ("kh", "h"), ("zh", "z"), ("ts", "c"), ("tz", "c"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("gh", "g"), ("ou", "u"), ("oi", "i"), ("ei", "i"), ("ie", "e"), ("ia", "a"), ("iu", "u"), ("mp", "b"),
    ("ck", "k"), ("x", "ks"), ("q", "k"), ("c", "k"), ("y", "i"), ("j", "i"), ("w", "v"),
)  # fmt: skip
_BONES = (
    ("sh", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("ch", "s"),
    ("j", "g"),
    ("q", "k"),
    ("c", "k"),
    ("v", "f"),
    ("p", "b"),
)
_VOWELS = re.compile("[aeiouwyh]")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A word as it sounds, crudely: the same for the ways in which one name of another script is written in Latin letters."""
    for letters, instead in _SOUNDS:
        word = word.replace(letters, instead)
    return re.sub(r"(.)\1+", r"\1", word).replace("h", "")


@lru_cache(maxsize=50_000)
def bones(word: str) -> str:
    """The consonants of a word, for names in Arabic letters: vowels are not written there, and the last letter is said or not."""
    for letters, instead in _BONES:
        word = word.replace(letters, instead)
    return re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", word)).removesuffix("t")
