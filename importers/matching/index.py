"""The bodies of one part of the directory, found by words, sounds, phones, addresses and hosts, so that none is compared with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from weakref import WeakKeyDictionary

from importers.matching.contacts import Contacts, contacts
from importers.matching.names import Name, bones, sound, variants
from importers.matching.words import GENERIC
from pathways.directory import Bodies
from pathways.model import Stakeholder

MANY = 400
"""A word that more bodies share is not looked up, save where a name has no other."""
MOST = 15
"""How many bodies are compared with a name."""


@dataclass(frozen=True, slots=True)
class Known:
    """A body of the directory, made ready for comparison."""

    body: Stakeholder
    names: tuple[Name, ...]
    contacts: Contacts


class Index:
    """The bodies of one part by what they may be found by; built once for a part, in the time of its size."""

    def __init__(self, part: Bodies) -> None:
        self.code = part.code
        self.known = {body.id: _known(part.code, body) for body in part.stakeholders.values()}
        self._found: dict[str, list[str]] = {}
        for identity, known in self.known.items():
            for key in {*_name_keys(known.names), *contact_keys(known.contacts)}:
                self._found.setdefault(key, []).append(identity)

    def by_contact(self, key: str) -> list[str]:
        """The bodies with a phone, an address or a host (a key of `contact_keys`)."""
        return self._found.get(key, [])

    def near(self, names: Iterable[Name], reached: Contacts) -> list[str]:
        """The bodies that may be meant, the likeliest first, at most `MOST` by name and all (up to `MANY`) by phone, address and host."""
        by_contact = [found for key in contact_keys(reached) if len(found := self._found.get(key, [])) <= MANY]
        postings = sorted((self._found[key] for key in set(_name_keys(names)) if key in self._found), key=len)
        use = [found for found in postings if len(found) <= MANY] or postings[:1]
        shares: defaultdict[str, float] = defaultdict(float)
        for found in use:
            share = 1.0 / len(found)
            for identity in found[: MANY * 5]:
                shares[identity] += share
        likely = nlargest(MOST, shares, key=lambda identity: (shares[identity], identity))
        return list(dict.fromkeys([*(identity for found in by_contact for identity in found), *likely]))


_indexes: WeakKeyDictionary[Bodies, Index] = WeakKeyDictionary()


def index_of(part: Bodies) -> Index:
    """The index of a part; parts do not change, so it is built once."""
    found = _indexes.get(part)
    if found is None:
        found = _indexes[part] = Index(part)
    return found


def contact_keys(reached: Contacts) -> Iterator[str]:
    """What a body can be found by of how it is reached."""
    yield from (f"phone {phone}" for phone in reached.phones)
    yield from (f"email {email}" for email in reached.emails)
    yield from (f"host {host}" for host in reached.hosts)


def _known(country: str, body: Stakeholder) -> Known:
    names = [name for text in (body.name, body.name_local) if text for name in variants(text)]
    points = ({"type": point.type, "value": point.value} for point in body.contacts)
    return Known(body, tuple(dict.fromkeys(names)), contacts(points, country))


def _name_keys(names: Iterable[Name]) -> Iterator[str]:
    for name in names:
        yield from _keys(name)


@lru_cache(maxsize=100_000)
def _keys(name: Name) -> tuple[str, ...]:
    """What a name is found by: all its words together, each by its sound and its consonants, and its acronyms."""
    sounds = sorted(map(sound, name.words))
    keys = {" ".join(("=", *sounds, *sorted(name.numbers))), "~ " + sound(name.whole)[:6]}
    for word in name.words:
        heard = sound(word)
        if word not in GENERIC:
            keys.add(heard)
            keys.add("^ " + heard[:4])
        if len(bones(word)) >= 3:
            keys.add("- " + bones(word))
    if len(name.words) == 1 and 3 <= len(name.whole) <= 8:
        keys.add("a " + name.whole)
    keys.update("a " + initials for initials in name.initials)
    return tuple(keys)
