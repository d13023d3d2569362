"""Names, private addresses and mobile numbers of people who work somewhere: they are flagged, for somebody to decide."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from importers.matching.contacts import FREE_MAIL

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_OFFICES = """
info contact contacts office mail email help helpline helpdesk hotline support admin administration secretary secretariat
reception press media service services team project program programme centre center central centro legal law social women woman
femmes mujeres frauen donne mulheres shelter refuge safe national international european eu refugee refugees asylum migration
migrants anti trafficking antitrafficking human rights victims victim case cases intake referral referrals report hr jobs work
labour health medical clinic youth children child kids association assoc ngo ong foundation fondation fundacja stiftung verein
bureau buro kontakt biuro sekretariat ufficio segreteria oficina secretaria gabinete geral general direction directorate dir dept
department police unit crime court prosecutor embassy consulate cap apf north south east west norte sul sud nord est ouest web
webmaster enquiries inquiries hello welcome no reply noreply public line
"""
_OFFICE = frozenset(_OFFICES.split())
"""Words of addresses that belong to a post and not to a person."""
_TITLE = re.compile(
    r"(?:\b(?:Mrs?|Ms|Miss|Mme|Mlle|Monsieur|Madame|Herr|Frau|Sr|Sra|Señora?|Dott|Dott\.ssa|Dr|Prof|Sig|Sig\.ra|Pan|Pani|пан|пані|κ|"
    r"κα|κος|κυρία|Znj)"
    r"\.?|السيدة|السيد)\s+(?P<name>[A-ZÀ-ÞŁŚŻΑ-ΩΆ-ΏЀ-Я\u0621-\u064a][\w'’-]+(?:\s+[A-ZÀ-ÞŁŚŻΑ-ΩΆ-ΏЀ-Я\u0621-\u064a][\w'’-]+)?)"
)
_ASK_FOR = re.compile(
    r"(?i:\b(?:contact(?: person)?|ask for|speak to|c/o|attn\.?|director|coordinator|manager|responsable|directrice|directora?|referente|"
    r"ansprechpartner(?:in)?|leiter(?:in)?|kierownik|υπεύθυνη|υπεύθυνος|директор|координатор(?:ка)?)\s*[:,–-]\s*)"
    r"[A-ZÀ-ÞŁŚŻΑ-ΩΆ-ΏЀ-Я][\w'’-]+\s+[A-ZÀ-ÞŁŚŻΑ-ΩΆ-ΏЀ-Я][\w'’-]+"
)


def private_email(text: str) -> str | None:
    """Why an e-mail address in this text is a person's: at a free provider, or first and last name; None where none is."""
    for email in _EMAIL.findall(text.casefold()):
        local, _, domain = email.rpartition("@")
        if domain in FREE_MAIL:
            return "an address at a free provider"
        parts = re.split(r"[._-]", local)
        if len(parts) == 2 and all(len(part) >= 2 and part.isalpha() and part not in _OFFICE for part in parts):
            return "an address of first and last name"
        if (
            len(parts) == 2
            and len(parts[0]) == 1
            and parts[0].isalpha()
            and len(parts[1]) >= 3
            and parts[1].isalpha()
            and parts[1] not in _OFFICE
        ):
            return "an address of first and last name"
    return None


_NUMBER = re.compile(r"(?:\d\D*){6}")
"""As many digits as any number of a mobile has at least; where a text has fewer, no number is looked for."""


@lru_cache(maxsize=4_096)
def mobile_in(text: str, country: str) -> bool:
    """Whether a text holds a mobile number, as it is dialled in a country (ISO code)."""
    return _NUMBER.search(text) is not None and any(
        phonenumbers.number_type(found.number) == phonenumbers.PhoneNumberType.MOBILE
        for found in phonenumbers.PhoneNumberMatcher(text, country, phonenumbers.Leniency.VALID)
    )


def person_in(text: str) -> bool:
    """Whether a text seems to name a person who works there (by a title, or after "contact:" and the like)."""
    return bool(_TITLE.search(text) or _ASK_FOR.search(text))
