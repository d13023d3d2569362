"""Phones, e-mail addresses and web hosts made ready for comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import phonenumbers

_FREE = """
gmail.com googlemail.com yahoo.com yahoo.fr yahoo.it yahoo.es yahoo.gr yahoo.co.uk ymail.com hotmail.com hotmail.fr hotmail.it
hotmail.es hotmail.co.uk outlook.com outlook.fr outlook.es live.com live.fr msn.com icloud.com me.com aol.com gmx.at gmx.de gmx.net
web.de mail.com mail.ru ukr.net i.ua meta.ua yandex.ru proton.me protonmail.com libero.it tiscali.it virgilio.it alice.it
orange.fr wanadoo.fr free.fr laposte.net sfr.fr sapo.pt wp.pl o2.pl onet.pl interia.pl op.pl telefonica.net menara.ma aon.at
otenet.gr cytanet.com.cy btinternet.com
"""
FREE_MAIL = frozenset(_FREE.split())
"""Hosts where anybody may have an address."""
_PLATFORMS = frozenset(
    (
        "facebook",
        "instagram",
        "twitter",
        "x",
        "linkedin",
        "youtube",
        "tiktok",
        "t",
        "wa",
        "linktr",
        "google",
        "wordpress",
        "blogspot",
        "wixsite",
        "eventbrite",
    )
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_HOURS = re.compile(r"\(?\b24\s?(?:/\s?7|h(?:ours|rs)?\b)\)?")
_PLAIN_PHONE = re.compile(r"[\d\s()+./–‐-]+")


@dataclass(frozen=True, slots=True)
class Contacts:
    """How a body is reached, for comparison: numbers (E.164, or country and digits of a short one), addresses, hosts."""

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


@lru_cache(maxsize=100_000)
def phones(text: str, country: str) -> frozenset[str]:
    """The numbers that a text holds, in international form; a short one (112, 116 006) belongs to its country."""
    found = set()
    text = _HOURS.sub(" ", text).strip()
    for number in _numbers(text, country):
        found.add(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if not found:
        digits = "".join(letter for letter in text if letter.isdecimal())
        if 3 <= len(digits) <= 7:
            found.add(f"{country}:{digits}")
    return frozenset(found)


def _numbers(text: str, country: str) -> list[phonenumbers.PhoneNumber]:
    if _PLAIN_PHONE.fullmatch(text):
        try:
            number = phonenumbers.parse(text, country)
            if phonenumbers.is_possible_number(number):
                return [number]
        except phonenumbers.NumberParseException:
            pass
    return [found.number for found in phonenumbers.PhoneNumberMatcher(text, country, phonenumbers.Leniency.POSSIBLE)]


@lru_cache(maxsize=100_000)
def host(url: str) -> str | None:
    """The host of a web address; on a platform with the account's name; None where there is none."""
    parts = urlsplit(url.strip() if "//" in url else "//" + url.strip())
    name = (parts.hostname or "").removeprefix("www.").casefold()
    if "." not in name:
        return None
    if set(name.split(".")) & _PLATFORMS and len(name.split(".")) <= 3:
        account = parts.path.strip("/").split("/")[0].casefold()
        return f"{name}/{account}" if account else None
    return name


def contacts(points: Iterable[Mapping[str, Any]], country: str) -> Contacts:
    """What is comparable in the contact points of a body (`type`, `value`)."""
    numbers: set[str] = set()
    emails: set[str] = set()
    hosts: set[str] = set()
    for point in points:
        value = str(point.get("value", ""))
        if point.get("type") == "phone":
            numbers |= phones(value, country)
        elif point.get("type") == "email":
            for email in _EMAIL.findall(value.casefold()):
                emails.add(email)
                domain = email.rpartition("@")[2]
                if domain not in FREE_MAIL:
                    hosts.add(domain.removeprefix("www."))
        elif point.get("type") == "website":
            found = host(value)
            if found:
                hosts.add(found)
    return Contacts(frozenset(numbers), frozenset(emails), frozenset(hosts))
