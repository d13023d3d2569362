"""Does a text look like a street address? A shelter's address is never in the data, so any that does is an error."""

from __future__ import annotations

import re

_NUMBER = r"(?:n[.ºo°]?\s*|no\.?\s*|nr\.?\s*|№\s*)?(?!(?:19|20)\d\d\b)\d{1,4}(?:\s?[a-zA-Z]\b|/\d+)?(?![\d.,:]*\d|\s?%|\s\d{2,})"
_NAME = r"[^\d\n;:()]{2,40}?[\s,]+"
_NUMBER_FIRST = (
    r"(?:street|road|avenue|lane|square|terrace|crescent|st\.|rd\.|ave\.)(?!\w)",  # en
    r"(?:bis\s+|ter\s+)?(?:rue|avenue|boulevard|impasse|quai|allée|chemin|place)\s+(?:de|du|des|d'|l'|la|le|[A-ZÉÈÀ])",  # fr; also MA
)
_NAME_FIRST = (
    r"(?:calle|avenida|avda\.|plaza|paseo|carrer|ronda)\s",  # es
    r"(?:rua|travessa|praça|largo|alameda|av\.)\s",  # pt
    r"(?:viale|piazza|corso|vicolo|lungomare)\s",  # it
    r"(?:ulica|ul\.|aleja|al\.|plac|pl\.)\s?",  # pl
    r"(?:οδός|οδού|λεωφόρος|λεωφόρου|λεωφ\.|πλατεία)\s",  # el
    r"(?:rruga|rrugën|rr\.|bulevardi|sheshi)\s",  # sq
    r"(?:вулиця|вулиці|вул\.|проспект|просп\.|провулок|бульвар|площа)\s?",  # uk
    r"(?:شارع|زنقة|نهج|ساحة)\s",  # ar
)
_OTHERS = (
    rf"\b\d{{1,4}}[a-zA-Z]?,?\s+(?:[A-Z][\w'’-]*\s+){{1,3}}{_NUMBER_FIRST[0]}",
    rf"\b\d{{1,4}},?\s+{_NUMBER_FIRST[1]}",
    rf"\b\w{{3,}}(?:straße|strasse|gasse|platz|allee)\s+{_NUMBER}",  # de
    rf"\b\w+\s+(?:sokak|sokağı|caddesi|cad\.|bulvarı)\s*,?\s*{_NUMBER}",  # tr, in Cyprus
    rf"(?<!\w)[Vv]ia\s+(?:[A-Z][\w'’]+\s*){{1,4}},?\s*{_NUMBER}(?=\s*(?:,|$|-))",  # it; "via" is also a word of English
    r"\bP\.?\s?O\.?\s?Box\s+\d+",
)
_PATTERN = re.compile("|".join([*_OTHERS[:2], *(rf"(?<!\w)(?i:{word}){_NAME}{_NUMBER}" for word in _NAME_FIRST), *_OTHERS[2:]]))


def street_in(text: str) -> str | None:
    """The first part of a text that looks like a street with a number, in the languages of the twelve countries; None where there is none.

    Careful rather than complete: a number beside a word for a street. Greek or Ukrainian addresses without such a word are not seen.
    """
    found = _PATTERN.search(text)
    return found.group(0).strip() if found else None
