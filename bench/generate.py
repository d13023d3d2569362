"""Directories of any size for measuring: the bundled one, multiplied.

`wide` adds countries: whole copies of the twelve under other codes, so that a country keeps its size while the directory grows.
`deep` keeps the twelve countries and multiplies their bodies, spread over their regions, so that the countries themselves grow.
The same size gives the same directory. What is invented here says so in no file: it lives in memory only.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import holidays
import pycountry

from pathways import territories, vocabulary
from pathways.directory import Directory
from pathways.format.reader import read
from pathways.records import CROSS_BORDER, Record
from pathways.stores.bundled import bundled_root

SEED = 20261124
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789Ø"
"""What invented codes are made of: 50,000 bodies are about 1,100 countries, more than two letters have room for."""
_TWELVE = tuple(vocabulary.words("countries"))
_CODE = re.compile(f"({'|'.join(_TWELVE)}|{CROSS_BORDER})(-[A-Z0-9]+)?")
_ID = re.compile(f"({'|'.join(code.lower() for code in (*_TWELVE, CROSS_BORDER))})([-.][^ ]*)")


@cache
def bundled_records() -> tuple[Record, ...]:
    """The records that come with the project."""
    return tuple(read(bundled_root()))


def bodies_in(records: Iterable[Record]) -> int:
    """How many bodies some records hold."""
    return sum(record.kind == "stakeholder" for record in records)


def bundled() -> Directory:
    """The directory as it comes."""
    return Directory.from_records(bundled_records(), 1)


def wide(bodies: int) -> Directory:
    """At least so many bodies in more countries: copies of all twelve, with the channels between them."""
    records = list(bundled_records())
    copies = -(-bodies // bodies_in(records)) - 1
    codes = _invented_codes()
    for _ in range(copies):
        records.extend(_other_world({code: next(codes) for code in _TWELVE}))
    return Directory.from_records(records, 1)


def deep(bodies: int) -> Directory:
    """About so many bodies in the twelve countries, each country with a twelfth of them."""
    return Directory.from_records(deep_records(bodies), 1)


def deep_records(bodies: int) -> list[Record]:
    """The records of `deep`."""
    records = list(bundled_records())
    for code in _TWELVE:
        records.extend(_more_bodies(code, bodies // len(_TWELVE)))
    return records


def _invented_codes() -> Iterator[str]:
    """Codes of two signs that are no country's in ISO 3166."""
    pairs = ("".join(pair) for pair in product(_SIGNS, repeat=2))
    found = [code for code in pairs if code != CROSS_BORDER and not territories.is_country(code)]
    random.Random(SEED).shuffle(found)
    return iter(found)


# wide -------------------------------------------------------------------------------------------------------------------------------


def _other_world(codes: Mapping[str, str]) -> Iterator[Record]:
    """All records of the twelve under other codes; the copies' territories and holidays are made known to the lists that answer for them."""
    words = _Renaming(codes)
    for code, copy in codes.items():
        setattr(holidays, copy, getattr(holidays, code))
    for record in bundled_records():
        if record.kind in ("network", "agreement") or (record.part == CROSS_BORDER and record.kind == "source"):
            continue
        fields = words.of(record.fields)
        identity = words.text(record.id)
        if record.kind in ("corridor", "channel"):
            identity = f"{identity}.{codes['AT'].lower()}"
            if "channels" in fields:
                fields["channels"] = [f"{words.text(name)}.{codes['AT'].lower()}" for name in fields["channels"]]
        yield Record(record.kind, identity, codes.get(record.part, record.part), fields)


class _Renaming:
    """Says the same of another country: its code, its regions, its ids; words stay as they are."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self.codes = {**codes, CROSS_BORDER: CROSS_BORDER}
        self.known: dict[str, str] = {}

    def of(self, value: Any) -> Any:
        """A value with every code and id in it renamed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            if value.get("fact") == "identified_in":
                return value  # this fact is of the twelve only; few conditions name it
            return {key: self.of(item) for key, item in value.items()}
        return [self.of(item) for item in value] if isinstance(value, list) else value

    def text(self, word: str) -> str:
        """A code or an id renamed; anything else as it is."""
        if len(word) > 80:
            return word
        if word not in self.known:
            self.known[word] = self._renamed(word)
        return self.known[word]

    def _renamed(self, word: str) -> str:
        if found := _CODE.fullmatch(word):
            renamed = self.codes[found[1]] + (found[2] or "")
            if found[2]:
                _make_known(word, renamed, self.codes[found[1]])
            return renamed
        if found := _ID.fullmatch(word):
            return self.codes[found[1].upper()].lower() + found[2]
        return word


def _make_known(word: str, renamed: str, country: str) -> None:
    """Add a copy's region, and what it lies within, to pycountry's list in memory, which is where territories are looked up."""
    if pycountry.subdivisions.get(code=renamed) is None:
        above = territories.parent(word) or ""
        parent = country + above[2:] if "-" in above else None
        if parent:
            _make_known(above, parent, country)
        pycountry.subdivisions.add_entry(code=renamed, name=renamed, type="invented", parent_code=parent, country_code=country)


# deep -------------------------------------------------------------------------------------------------------------------------------


def _more_bodies(code: str, bodies: int) -> Iterator[Record]:
    """Copies of a country's bodies with their mandates and links, each copy in some region of the country, until there are so many."""
    own = [record for record in bundled_records() if record.part == code]
    present = [record for record in own if record.kind == "stakeholder"]
    names = {record.id for record in present}
    chance = random.Random(f"{SEED} {code}")
    regions = territories.subdivisions(code)
    left = bodies - len(present)
    for number in range(1, -(-left // len(present)) + 1):
        taken = chance.sample(present, min(left, len(present)))
        left -= len(taken)
        place = {record.id: [chance.choice(regions)] for record in taken}
        copied = {name: f"{name}.{number}" for name in place}
        for record in own:
            made = _copy(record, number, copied, place, names)
            if made is not None:
                yield made


def _copy(record: Record, number: int, copied: Mapping[str, str], place: Mapping[str, list[str]], names: set[str]) -> Record | None:
    """One thing of a copied body; what it points to is the copy where there is one, else the body itself."""
    fields = dict(record.fields)
    if record.kind == "stakeholder" and record.id in copied:
        fields |= {"id": copied[record.id], "name": f"{fields['name']} {number}", "territory": place[record.id]}
        for key in ("instance_of", "operated_by", "parent"):
            if fields.get(key) in names:
                fields[key] = copied.get(fields[key], fields[key])
        if "members" in fields:
            fields["members"] = [copied.get(member, member) for member in fields["members"]]
    elif record.kind == "mandate" and fields["holder"] in copied:
        fields |= {"territory": place[fields["holder"]], "holder": copied[fields["holder"]]}
    elif record.kind == "link" and fields["origin"] in copied:
        fields |= {"origin": copied[fields["origin"]], "to": copied.get(fields["to"], fields["to"])}
    else:
        return None
    return Record(record.kind, f"{record.id}.{number}", record.part, fields)
