"""How wide a text is, and where its lines break: SVG neither wraps nor tells.

The widths are those of Liberation Sans, which are those of Arial and Helvetica, in thousandths of the size of the type; a script that it
does not have is taken as wide as is usual. A viewer with another font has a little room left in every line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"

_WIDTHS = {
    191: "'",
    222: "ijlłſιіј‘’",
    260: "|¦",
    278: " !,./:;I[\\]ft·ıŧΙІ",
    333: "()-`r¡¨´¸¹“”{}",
    355: '"',
    380: "ºªґг*τ°",
    444: "ĳζεкςҐ^",
    500: "JcksvxyzĸγκλνЈсухѕэєзт",
    556: "#$0123456789?L_abdeghnopqu¢£¤¥§«»ðþđħĿŁŋηθοаеорђћ–€чьχв¶υ±÷ΓГпяџнδиρбцβµμα+<=>~¬×",
    611: "FTZ¿ßøŦΖΤТКдлЗσΣ",
    667: "&ABEKPSVXYÞΑΒΕΚΡΥΧЅАВЕРХЧУφΞБЛЬъ",
    722: "CDHNRUwÐĐĦΗΝΠНСЯŊĲΔΛжДмπψЄЏИПЭы",
    778: "GOQØΘΟОωЪΦ©®ЦΩюФ",
    833: "MmΜМшњфщ¼½¾Ψ",
    889: "%æЋЂЫљ",
    944: "WœШЖЩ",
    1000: "ÆŒ—…@ЊЮЉ№",
}
_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}
_USUAL, _WIDE = 620, 1000
_BOLD = 1.1
_ROOM = 1.04
"""What other fonts of the family need more."""


@lru_cache(maxsize=4096)
def _advance(character: str) -> int:
    found = _OF.get(character)
    if found is not None:
        return found
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _WIDE
    return _OF.get(unicodedata.normalize("NFD", character)[0], _USUAL)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text at a size of type, in the unit of the size."""
    return sum(map(_advance, text)) * size / 1000 * (_BOLD if bold else 1) * _ROOM


def wrap(text: str, room: float, size: float, bold: bool = False, most: int = 0) -> list[str]:
    """The lines of a text that fit into some room; a word that does not fit is broken. With `most`, the last line ends in an ellipsis
    where there would be more lines."""
    lines = list(_lines(" ".join(text.split()), room, size, bold))
    if most and len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size, bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return _isolated(lines)


_ISOLATE, _END = "\u2068", "\u2069"


def _isolated(lines: list[str]) -> list[str]:
    """Lines of which each keeps for itself what is isolated in another direction of writing: a break may fall into it."""
    found, open_ = [], False
    for line in lines:
        begun = (_ISOLATE if open_ else "") + line
        open_ = begun.count(_ISOLATE) > begun.count(_END)
        found.append(begun + _END * open_)
    return found


def _lines(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while width(line, size, bold) > room:
            cut = max(1, _fitting(line, room, size, bold))
            if cut == len(line):
                break
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def _fitting(word: str, room: float, size: float, bold: bool) -> int:
    """How many characters of a word fit, a hyphen or a slash being the better place to break."""
    count = 0
    while count < len(word) and width(word[: count + 1], size, bold) <= room:
        count += 1
    better = max(word.rfind(mark, 0, count) for mark in "-/·") + 1
    return better if better > 1 else count
