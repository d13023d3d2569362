"""How alike two names are, from 0 to 1, and why: words are paired, and what is left over on each side decides.

What tells bodies apart is stronger than likeness: another number, another country, another word where each name has one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from importers.matching.names import Name, bones, sound, variants
from importers.matching.words import CHARITY, COMPANY, CONTRAST, FAINT, GENERIC

ALIKE = 0.7
"""From here on two names may be those of one body."""
PARTIAL = 0.89
"""The most that names are alike of which one stands in brackets or beside a stroke: it may be that of a parent."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, and in which way; `exact` where nothing but spelling, order, script or legal form differs."""

    score: float
    way: str
    exact: bool = False


NOTHING = Likeness(0.0, "")


def alike(one: str, other: str, country: str | None = None) -> Likeness:
    """The best likeness of two names in any of their variants; `country` (ISO code) is where both are, and its name tells nothing."""
    return best(variants(one), variants(other), country)


def best(some: tuple[Name, ...], others: tuple[Name, ...], country: str | None = None) -> Likeness:
    """The best likeness between the variants of two names."""
    found = NOTHING
    for one in some:
        for other in others:
            likeness = compare(one, other, country)
            if one.partial or other.partial:
                likeness = Likeness(min(likeness.score, PARTIAL), likeness.way)
            if (likeness.score, likeness.exact) > (found.score, found.exact):
                found = likeness
                if likeness.exact:
                    return found
    return found


def compare(one: Name, other: Name, country: str | None = None) -> Likeness:
    """How alike two ways of writing a name are."""
    if one.numbers != other.numbers:
        return NOTHING
    here = frozenset({country}) if country else frozenset()
    places, others = one.countries - here, other.countries - here
    if places and others and places != others:
        return NOTHING
    away = places != others
    if not one.words or not other.words:
        return Likeness(1.0, "the same name", True) if not one.words and not other.words and places == others else NOTHING
    if {one.form, other.form} & {CHARITY} and one.form and other.form and COMPANY not in (one.form, other.form) and one.form != other.form:
        return NOTHING
    acronym = _acronym(one, other)
    if acronym:
        return Likeness(0.8 if not away else 0.72, "one name is the acronym of the other")
    if one.whole == other.whole or sorted(one.words) == sorted(other.words):
        return _away(Likeness(1.0, "the same name", True), away)
    if one.foreign != other.foreign and _sounds_alike(one, other):
        return _away(Likeness(1.0, "the same name in another script", True), away)
    return _away(_paired(one, other), away)


def _away(likeness: Likeness, away: bool) -> Likeness:
    """A country that only one of the names has makes it another body's name, as far as the names alone can tell."""
    return Likeness(min(likeness.score, 0.6), likeness.way) if away else likeness


def _acronym(one: Name, other: Name) -> bool:
    return any(
        len(short.words) == 1 and len(short.words[0]) >= 3 and short.words[0] in long.initials and len(long.words) > 1
        for short, long in ((one, other), (other, one))
    )


def _sounds_alike(one: Name, other: Name) -> bool:
    if "ar" in (one.foreign, other.foreign):
        left, right = sorted(map(bones, one.words)), sorted(map(bones, other.words))
        return left == right and sum(map(len, left)) >= 5
    return sorted(map(sound, one.words)) == sorted(map(sound, other.words))


def _weight(word: str) -> float:
    if word in FAINT:
        return 0.15
    return 0.4 if word in GENERIC or len(word) <= 2 else 1.0


def _paired(one: Name, other: Name) -> Likeness:
    """Likeness of names that are not the same, by pairs of words that are, and by what is left on each side."""
    near = (len(one.words) != len(other.words) or len(one.words) == 1) and _slip(one.whole, other.whole, whole=True)
    left, right = list(one.words), list(other.words)
    weight, slips = 0.0, 0
    for word in one.words:
        if word in right:
            weight += _weight(word)
            left.remove(word)
            right.remove(word)
    anchored = sum(word not in GENERIC for word in one.words if word in other.words) >= 2
    for word in tuple(left):
        match = next((w for w in right if _slip(word, w) or _heard(word, w, one, other) or (anchored and _short_slip(word, w))), None)
        if match is not None:
            weight += max(_weight(word), _weight(match))
            slips += word != match
            left.remove(word)
            right.remove(match)
    missing, extra = sum(map(_weight, left)), sum(map(_weight, right))
    if not left and not right:
        return Likeness(max(0.0, 0.97 - 0.05 * slips), "the same name but for slips") if weight else NOTHING
    if any(_digits(word) for word in (*left, *right)):
        return Likeness(0.3, "a number that only one of them has")
    if near:
        return Likeness(0.86, "the same name but for a slip or a space")
    if left and right:
        return Likeness(0.6 * weight / (weight + missing + extra), "a part of the name")
    lost = missing + extra
    heavy = max(0.15 if len(word) <= 2 else _weight(word) for word in left or right)
    lost = heavy if heavy <= 0.15 else lost
    score = weight / (weight + lost)
    return Likeness(min(score, PARTIAL if heavy <= 0.15 else 0.68 if heavy < 1 else 0.65), "one name has more words than the other")


def _slip(one: str, other: str, whole: bool = False) -> bool:
    """Whether two words are one with a slip: a letter in a word of four or more, an ending of one stem, two letters in a long name."""
    short, long = sorted((one, other), key=len)
    if _digits(one) != _digits(other) or (not whole and {one, other} & CONTRAST):
        return False
    if len(long) < 4 or (len(short) < 4 and len(long) < 5):
        return False
    allowed = 1 if len(short) < 9 or not whole else 2
    distance = OSA.distance(one, other, score_cutoff=allowed)
    if distance <= allowed:
        return not (whole and distance > 1 and short[:4] != long[:4])
    return not whole and len(short) >= 9 and _one_stem(short, long)


def _digits(word: str) -> str:
    return "".join(letter for letter in word if letter.isdecimal())


def _heard(word: str, other: str, one: Name, another: Name) -> bool:
    """Whether two words are written differently and sound the same; in one script only long ones."""
    long = one.foreign != another.foreign or min(len(word), len(other)) >= 5
    return long and not {word, other} & CONTRAST and sound(word) == sound(other)


def _short_slip(word: str, other: str) -> bool:
    """Whether two words of three letters differ in one: a slip only where the rest of a long name is the same."""
    return len(word) == len(other) == 3 and word.isalpha() and not {word, other} & CONTRAST and OSA.distance(word, other) == 1


def _one_stem(short: str, long: str) -> bool:
    """Whether two long words differ in their endings by two letters at most (agriculture, agricultural)."""
    return long.startswith(short[: len(short) - 1]) and len(long) - len(short) <= 2
