"""Whether a text speaks of one victim: nothing of a person who is helped is accepted.

What is said of victims in general ("where the victim is a child") is what a directory is made of, and stays.
"""

from __future__ import annotations

import re

_VALUE = r"\s*(?:is|was|est|ist|:|=|#|№|n[°ºo]\.?|no\.?|nr\.?|numer)*\s*[:#№]?\s*(?=[\w/.-]*\d)[\w/.-]{2,}"
_CASE = (
    r"case|file|dossier|reference of the victim|victim|client|beneficiary|passport|passeport|pasaporte|paszport|reisepass|passaporto|"
    r"expediente|caso|procedimento|processo|akte|sprawa|sprawy|υπόθεσης|διαβατηρίου|справи|паспорт|паспорта|rasti|dosje|الملف|القضية|جواز"
)
_PATTERNS = {
    "a date of birth": (
        r"(?i)\b(?:date of birth|d\.?o\.?b\.?|born (?:on|in)|birth ?date|geburtsdatum|geboren am|date de naissance|née? le|"
        r"fecha de nacimiento|"
        r"nacid[ao] el|data di nascita|nat[ao] il|data de nascimento|nascid[ao] (?:a|em)|data urodzenia|urodzon[ay]|datëlindja|lindur më|"
        r"ημερομηνία γέννησης|γεννήθηκε|дата народження|народилася|народився|تاريخ الميلاد|تاريخ الازدياد)\s*:?\s*(?:\w+\s+){0,2}\d",
    ),
    "the number of a case": (
        rf"(?i)\b(?:{_CASE})\s*(?:number|num\.?|no\.?|nr\.?|n[°ºo]\.?|numéro|número|numero|id|ref(?:erence)?|#|№|:)+{_VALUE}",
        rf"(?i)\b(?:number|numéro|número|numero|numer|αριθμός|номер|numri|رقم)\s*(?:of|of the|du|de|del|della|do|"
        rf"da)?\s*(?:{_CASE})\b{_VALUE}",
        r"(?i)\b(?:aktenzeichen|fallnummer|sygnatura akt)\s*:?\s*[\w ]{0,8}\d",
    ),
    "one victim": (
        r"(?:^|[.!?;:]\s)(?i:the (?:victim|survivor|girl|woman|client|minor|child)|our (?:client|victim)|la (?:victime|víctima|"
        r"vittima|vítima)|"
        r"das opfer|die betroffene|ofiara|το θύμα|потерпіла|жертва|الضحية)\s+(?i:is (?:now |a |an |currently )?(?:\d|from|called|"
        r"named|staying|living|"
        r"pregnant|nigerian|ukrainian|albanian|moroccan|romanian|in)|was (?:born|found|brought|raped|sold|rescued|identified on|"
        r"trafficked (?:to|from|by|in))|"
        r"(?:lives|stays|arrived|told|fled|escaped|comes|came)\b|s'appelle|est (?:née?|arrivée|originaire|âgée)|se llama|es de|"
        r"tiene \d|si chiama|"
        r"ha \d+ anni|tem \d+ anos|chama-se|heißt|ist \d+|nazywa się|ma \d+ lat|λέγεται|είναι \d+|зветься|має \d+)",
        r"(?i)\b(?:victim|survivor|victime|víctima|vittima|vítima|opfer|ofiara|θύμα|жертва)\b,?\s*(?:\((?:name|nom|initials)|named|"
        r"called|"
        r"nommée|llamada|chiamata|chamada|namens|imieniem|ονόματι|на ім'я)\s*:?\s*(?-i:[A-ZÀ-ÞŁŚŻΑ-ΩΆ-ΏЀ-Я])",
        r"(?i)\b(?:the|a|an|this|our)\s+\d{1,2}[- ]year[- ]old\s+(?:\w+\s+){0,2}(?:victim|survivor|girl|woman|boy|man|nigerian|minor)\b"
        r"(?!\s*(?:can|may|must|should|who))",
        r"(?i)\b(?:victim|survivor)(?:'s)? (?:name|full name|identity|phone|address)\s*(?:is|:|=)\s*\S",
        r"(?i)\b(?:nom|nombre|nome|name|imię|όνομα|ім'я|emri|اسم) (?:of (?:the )?(?:victim|survivor)|de la victime|de la víctima|"
        r"della vittima|da vítima|des opfers|ofiary|i viktimës|الضحية|"
        r"του θύματος|жертви)"
        r"\s*[:=]\s*\S",
    ),
}
_COMPILED = {what: [re.compile(pattern) for pattern in patterns] for what, patterns in _PATTERNS.items()}


def victim_in(text: str) -> str | None:
    """What in this text is about one victim, in words for a report (never the text itself); None where nothing is."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = ". ".join(line for line in lines if line)
    return next((what for what, patterns in _COMPILED.items() if any(pattern.search(text) for pattern in patterns)), None)
