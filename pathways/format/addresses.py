"""Does a text look like a street address? A shelter's address is never in the data, so any that does is an error."""

from __future__ import annotations

import re

_NUMBER = r"(?:n[.ºo°]?\s*|no\.?\s*|nr\.?\s*|№\s*)?(?!(?:19|20)\d\d\b)\d{1,4}(?:\s?[a-zA-Z]\b|/\d+)?(?![\d.,:]*\d|\s?%|\s\d{2,})"
_CAPITAL = r"[A-ZÀ-ÞĄĆĘŁŃŚŹŻΆ-ΏΑ-ΫЀ-Я\u0600-\u06ff]"
_NAME = rf"(?:\w{{1,5}}\s+){{0,2}}{_CAPITAL}[^\s,\d]*(?:\s+[^\s,\d]+){{0,3}}"
"""The name of a street: a capital somewhere at its beginning, a few words."""

_ENGLISH = r"(?:street|road|avenue|lane|square|terrace|crescent|st\.|rd\.|ave\.)(?!\w)"
_FRENCH = r"(?:bis\s+|ter\s+)?(?:rue|avenue|boulevard|impasse|quai|allée|chemin|place)\s"
_GERMAN = r"\w{3,}\s?(?:straße|strasse|gasse|platz|allee)\s+"
_TURKISH = r"\w+\s+(?:sokak|sokağı|caddesi|cad\.|bulvarı)[\s,]+"
_BEFORE_A_NAME = (
    r"(?:calle|avenida|avda\.|plaza|paseo|carrer|ronda)\s+",  # es
    r"(?:rua|travessa|praça|largo|alameda|av\.)\s+",  # pt
    r"(?:viale|piazza|corso|vicolo|lungomare)\s+",  # it
    r"(?:ulica\s+|ul\.\s?|aleja\s+|al\.\s?|plac\s+|pl\.\s?)",  # pl
    r"(?:οδός\s+|οδού\s+|λεωφόρος\s+|λεωφόρου\s+|λεωφ\.\s?|πλατεία\s+)",  # el
    r"(?:rruga\s+|rrugën\s+|rr\.\s?|bulevardi\s+|sheshi\s+)",  # sq
    r"(?:вулиця\s+|вулиці\s+|вул\.\s?|проспект\s+|просп\.\s?|провулок\s+|бульвар\s+|площа\s+)",  # uk
    r"(?:شارع|زنقة|نهج|ساحة)\s+",  # ar
)
_PATTERN = re.compile(
    "|".join(
        [
            rf"\b\d{{1,4}}[a-zA-Z]?,?\s+(?:{_CAPITAL}[\w'’-]*\s+){{1,3}}(?i:{_ENGLISH})",
            rf"\b\d{{1,4}},?\s+(?i:{_FRENCH}){_NAME}",
            *(rf"(?<!\w)(?i:{word}){_NAME}[\s,]+{_NUMBER}" for word in _BEFORE_A_NAME),
            rf"\b(?i:{_GERMAN}){_NUMBER}",
            rf"\b(?i:{_TURKISH}){_NUMBER}",
            rf"(?<!\w)[Vv]ia\s+(?:{_CAPITAL}[\w'’]+\s*){{1,4}},?\s*{_NUMBER}(?=\s*(?:,|$|-))",  # it; "via" is also a word of English
            r"\bP\.?\s?O\.?\s?Box\s+\d+",
        ]
    )
)


def street_in(text: str) -> str | None:
    """The first part of a text that looks like a street with a number, in the languages of the twelve countries; None where there is none.

    Careful rather than complete: a number beside a word for a street. Greek or Ukrainian addresses without such a word are not seen.
    """
    found = _PATTERN.search(text)
    return found.group(0).strip() if found else None
