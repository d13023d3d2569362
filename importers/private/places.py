"""What in a text would tell where a confidential place is.

Used on texts of confidential bodies only, and therefore generous: a sentence too much is left out rather than a house found.
"""

from __future__ import annotations

import re

from pathways.format.addresses import street_in
from pathways.script import tokens

_CAPITAL = r"[A-ZÀ-ÞĄĆĘŁŃŚŹŻΆ-ΏΑ-ΫЀ-Я]"
_NOT_A_STREET = (
    "Article|Articles|Art|Law|Act|Regulation|Decree|Directive|Protocol|Section|Part|Chapter|Phase|Group|Level|Annex|Line|Age|Ages|Over|"
    "Under|Since|From|Until|About|Only|Capacity|Serves|Takes|Convention|Resolution|Series|Version|Step|Stage|Table|Page|Order|Code|Rule|"
    "January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|"
    "Saturday|Sunday|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Up|To|Max|Maximum|With|For|Has|The|In|On|At|Of|And|Open|Hours|Tel|Phone|Telephone|"
    "Telefon|Mobile|WhatsApp|Fax|Hotline|Helpline|Call|Dial|Ext|Number|Linea|Ligne|Emergency|SOS|CETS|ETS|"
    "Νόμος|Ν|Закон|Стаття|Ley|Loi|Legge|Lei|Gesetz|Ustawa|Ligji"
)
_PATTERNS = {
    "coordinates": (
        r"(?<![\d.])[-+]?\d{1,3}[.,]\d{3,}\s*°?\s*[NS]?\s*[,;/ ]\s*[-+]?\d{1,3}[.,]\d{3,}",
        r"\d{1,3}\s*°\s*\d{1,2}(?:[.,]\d+)?\s*['′’]",
        r"(?i)\b(?:lat(?:itude)?|lon(?:gitude)?|lng)\b\s*[:=]?\s*[-+]?\d{1,3}[.,]\d+",
        r"(?i)\bgeo:-?\d",
        r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b",
        r"///\s?\w+\.\w+\.\w+",
    ),
    "a link to a map": (
        r"(?i)(?:google(?:\.[a-z]{2,3}){1,2}/maps|maps\.google|maps\.app\.goo|goo\.gl/maps|openstreetmap\.|osm\.org|waze\.com|what3words|w3w\.co|"
        r"bing\.com/maps|maps\.apple|yandex\.[a-z]+/maps|2gis\.|mapy\.cz|here\.com|maps\.me|g\.page|plus\.codes)",
    ),
    "a postcode": (
        r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b",
        r"(?<![\d-])\d{2}-\d{3}(?![\d-])",
        r"(?<![\d-])\d{4}-\d{3}(?![\d-])",
        rf"\b\d{{5}},?\s+{_CAPITAL}\w+",
        rf"\b{_CAPITAL}\w+,?\s+\d{{5}}(?![\d-])",
        rf"\b\d{{3}}\s\d{{2}},?\s+{_CAPITAL}\w+",
        rf"\b(?:A-|AT-)?(?!19\d\d|20\d\d)[1-9]\d{{3}}\s+{_CAPITAL}\w{{2,}}",
        r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b",
        r"(?i)\bP\.?\s?O\.?\s?Box\b|\bPostfach\b|\bApartado\b|\bT\.?Θ\.?\s?\d",
    ),
    "a house number": (
        rf"\b(?!(?:{_NOT_A_STREET})\b){_CAPITAL}\w{{3,}}\s+(?!(?:19|20)\d\d\b)\d{{1,4}}\s?[a-zA-Zα-ω]?(?=\s*(?:[,;.)/–-]|$))",
        rf"(?i:\b(?:at|address|located|situated|à|adresse|dirección|indirizzo|morada|adres|διεύθυνση|адреса|"
        rf"adresa))\b:?\s+\d{{1,4}}[a-z]?,?\s+{_CAPITAL}",
        rf"\b\d{{1,4}}[a-z]?\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:{_CAPITAL}\w+\s+|\d+(?:st|nd|rd|th)\s+){{1,3}}(?i:street|st|road|rd|"
        rf"avenue|ave|av|lane|ln|drive|dr|court|ct|"
        r"place|pl|boulevard|blvd|way|terrace|ter|circle|cir|highway|hwy|square|sq|close|crescent|grove|row|hill|gardens|parkway|pkwy)\b",
        r"(?i)\b(?:suite|apt|apartment|flat|unit)\.?\s*#?\s?\d+",
    ),
    "the way to it": (
        r"(?i)\b(?:next to|opposite(?: to)?|across from|behind|in front of|around the corner|corner of|close to|adjacent to|front gate|"
        r"back door|doorbell|door\s?bell|buzzer|(?:first|second|third|ground|top|\d(?:st|nd|rd|th)) floor|located (?:at|on|in|near)|"
        r"address\s*:|bus stop|metro station|take the (?:bus|tram|metro)|neben(?:an)?\b|gegenüber\b|hinter(?:m|n)?\b|à côté d|"
        r"en face d|derrière|al lado de|enfrente de|detrás de|accanto a|di fronte a|dietro|ao lado d|em frente|atrás d|obok|naprzeciwko|"
        r"za budynkiem|δίπλα|απέναντι|πίσω από|біля|навпроти|поруч|pranë|përballë|pas ndërtesës|بجانب|مقابل|خلف)",
    ),
}
_COMPILED = {what: [re.compile(pattern) for pattern in patterns] for what, patterns in _PATTERNS.items()}

_KEYS = """
address street street_address line postal_code postalcode postcode zip latitude longitude lat lon lng coordinates geo geometry
position location map plus_code district neighbourhood city territory_note territory_unconfirmed confidential_note
"""
KEYS = frozenset(_KEYS.split())
"""Fields that say where something is."""


def place_in(text: str) -> str | None:
    """What tells a place in this text, in words for a report (never the place itself); None where nothing does."""
    if street_in(text):
        return "a street address"
    return next((what for what, patterns in _COMPILED.items() if any(pattern.search(text) for pattern in patterns)), None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(tokens(re.sub(r"['’-]", " ", text)))


_SHELTER_NAMES = """
shelter|shelters|refuge|safe house|safehouse|safe houses|emergency accommodation
καταφύγιο|καταφύγια|ξενώνας|ξενώνες|ξενώνα
frauenhaus|frauenhäuser|schutzwohnung|schutzwohnungen|schutzunterkunft|notwohnung|notunterkunft
hébergement d'urgence|centre d'hébergement|maison d'accueil|lieu d'hébergement
casa de acogida|casas de acogida|piso de acogida|centro de acogida|casa refugio|piso protegido
casa de abrigo|casa-abrigo|centro de acolhimento e proteção
casa rifugio|case rifugio|rifugio|casa di fuga|casa protetta
schronisko|schroniska|dom dla ofiar
притулок|притулки|шелтер
strehëz|strehëza|strehimi|qendra e strehimit
ملجأ|مأوى|دار الإيواء|مركز الإيواء
"""
_SHELTERS = frozenset(_words(phrase) for line in _SHELTER_NAMES.strip().splitlines() for phrase in line.split("|"))
_LONGEST = max(map(len, _SHELTERS))
_NOT_SHELTERS = frozenset(_words("animal animals dog dogs cat cats pet pets bus tax"))


def is_shelter_name(name: str) -> bool:
    """Whether a name, in any of the directory's languages, says that this is a shelter."""
    words = _words(name)
    if _NOT_SHELTERS & set(words):
        return False
    return any(words[at : at + size] in _SHELTERS for at in range(len(words)) for size in range(1, _LONGEST + 1))
