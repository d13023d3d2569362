"""What was taken down: remembered without being kept, so that it does not come back by itself.

Of a body only keyed hashes stay: of its id, its names, its numbers and addresses. They tell whether something that comes in is the same,
and nobody can read from them what it was. Who holds the store and guesses a number can find out whether the guess is right.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from pathways.records import Record, canonical_json
from pathways.script import tokens
from pathways.stores.layers import ABSENT, required
from pathways.stores.revisions import Revision

TAKEDOWN = "takedown"
"""What stands for the layer of a revision that takes something down, or allows it again."""
GONE_TEXT = "(taken down)"
"""What stands in the texts of others for what was taken down."""
BODY, CONTACT = "body", "contact"

_SHORTEST = 5
"""Names and numbers shorter than this are also words; they are not looked for in the texts of others."""
_NATIONAL = 9
"""So many digits of a telephone number, the last, are the same with the country's code and without."""


@dataclass(frozen=True)
class Takedown:
    """One take-down: the revision that made it, and as JSON text what it remembers and what it took out of the history."""

    revision: int
    payload: str

    @cached_property
    def _said(self) -> dict[str, Any]:
        return dict(json.loads(self.payload))

    @property
    def what(self) -> str:
        """A body, or a contact."""
        return str(self._said["what"])

    @property
    def rows(self) -> list[tuple[int, int, str, str]]:
        """Revision and number of each change whose content was taken out, its seal before and its seal since."""
        return [(revision, number, before, after) for revision, number, before, after in self._said["rows"]]

    def is_of(self, record: Record) -> bool:
        """Whether a body is the one that was taken down, or has the contact that was."""
        marks = contact_marks(record) if self.what == CONTACT else body_marks(record)
        return any(print_of(self._said["key"], mark) in self._prints for mark in marks)

    def is_contact(self, value: str) -> bool:
        """Whether a number or address is the one that was taken down."""
        return self.what == CONTACT and print_of(self._said["key"], contact_mark(value)) in self._prints

    @cached_property
    def _prints(self) -> frozenset[str]:
        return frozenset(self._said["prints"])


def payload(what: str, key: str, marks: Iterable[str], rows: Sequence[tuple[int, int, str, str]]) -> str:
    """What a take-down keeps, as JSON text."""
    return canonical_json({"what": what, "key": key, "prints": sorted({print_of(key, mark) for mark in marks}), "rows": rows})


def print_of(key: str, mark: str) -> str:
    """The keyed hash of a mark."""
    return hmac.new(key.encode(), mark.encode(), hashlib.sha256).hexdigest()


def contact_mark(value: str) -> str:
    """A number or an address in the one form in which it is compared."""
    text = value.strip().casefold()
    digits = re.sub(r"\D", "", text)
    if len(digits) >= len(re.sub(r"\s", "", text)) * 0.6:
        return f"phone {digits[-_NATIONAL:]}"
    if "@" in text:
        return f"email {text.removeprefix('mailto:')}"
    parts = urlsplit(text if "//" in text else f"//{text}")
    return f"website {parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"


def contact_marks(record: Record) -> set[str]:
    """The marks of the contact points of a body's record."""
    return set(map(contact_mark, contact_values(record)))


def body_marks(record: Record) -> set[str]:
    """What a body is known by: its id, its names within its country, its numbers and addresses."""
    names = (record.fields.get(key) for key in ("name", "name_local"))
    return {f"id {record.id}", *(name_mark(record.part, name) for name in names if isinstance(name, str) and name), *contact_marks(record)}


def name_mark(part: str, name: str) -> str:
    """The mark of a name."""
    return f"name {part} {' '.join(tokens(name))}"


def standing(takedowns: Iterable[Takedown], history: Iterable[Revision]) -> list[Takedown]:
    """The take-downs that nobody has lifted."""
    lifted = {revision.undoes for revision in history if revision.layer == TAKEDOWN}
    return [takedown for takedown in takedowns if takedown.revision not in lifted]


def belongs(kind: str, identity: str, body: str) -> bool:
    """Whether a thing is a body, or its mandate, or a link from it or to it."""
    first = identity.split(".", maxsplit=1)[0]
    return {"stakeholder": identity == body, "mandate": first == body, "link": body in first.split("--")}.get(kind, False)


@dataclass(frozen=True)
class Redaction:
    """Takes something out of what others say: references to it, contact points, and its mention in texts."""

    ids: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    """Marks of contact points."""
    words: frozenset[str] = frozenset()

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        terms = [rf"(?<!\w)(?<!\w-){re.escape(identity)}(?!\w)(?!-\w)" for identity in sorted(self.ids)]
        terms += [_term(word) for word in sorted(self.words, key=lambda word: (-len(word), word)) if len(word) >= _SHORTEST]
        return re.compile("|".join(terms), re.IGNORECASE) if terms else None

    def of(self, kind: str, field: str, value: Any) -> Any:
        """The value of a field of a kind without it; ABSENT where nothing is left, of a list that may be left out too."""
        kept = value if value is ABSENT else self._of(value, listed=False)
        return ABSENT if kept == [] != value and field not in required(kind) else kept

    def rests(self, value: Any) -> bool:
        """Whether a value would no longer say what it says: a single reference would go, an item of a rule, or all of a list."""
        if isinstance(value, str):
            return value in self.ids
        if isinstance(value, list):
            plain = [item for item in value if isinstance(item, str)]
            return (bool(plain) and self.ids.issuperset(plain)) or any(self.rests(item) for item in value if not isinstance(item, str))
        return isinstance(value, dict) and any(map(self.rests, value.values()))

    def fields(self, kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a thing of a kind without it."""
        return {key: kept for key, value in fields.items() if (kept := self.of(kind, key, value)) is not ABSENT}

    def _of(self, value: Any, listed: bool) -> Any:
        if isinstance(value, str):
            return ABSENT if value in self.ids else self._pattern.sub(GONE_TEXT, value) if self._pattern else value
        if isinstance(value, list):
            return [kept for item in value if (kept := self._of(item, listed=True)) is not ABSENT]
        if isinstance(value, dict):
            if listed and any(isinstance(inner, str) and inner in self.ids for inner in value.values()):
                return ABSENT
            if "type" in value and isinstance(value.get("value"), str) and contact_mark(value["value"]) in self.contacts:
                return ABSENT
            return {key: kept for key, inner in value.items() if (kept := self._of(inner, listed=False)) is not ABSENT}
        return value


def _term(word: str) -> str:
    """A pattern for a word; a telephone number is found however its digits are parted."""
    digits = re.sub(r"\D", "", word)
    if len(digits) > _SHORTEST and re.fullmatch(r"[\d\s()+./-]+", word):
        national = r"[\s()./-]*".join(digits[-_NATIONAL:])
        return rf"(?<!\d)\(?\+?(?:\d[\s()./-]*){{0,6}}?{national}(?!\d)"
    return rf"(?<!\w){re.escape(word)}(?!\w)"


@dataclass(frozen=True)
class Withheld:
    """Records without what was taken down, and the bodies that were held back."""

    records: list[Record]
    bodies: list[Record]


def hold_back(records: Sequence[Record], takedowns: Sequence[Takedown]) -> Withheld:
    """What of records that come in may be taken: without bodies and contacts that were taken down, and without their mention."""
    if not takedowns:
        return Withheld(list(records), [])
    held = HeldBack(takedowns, records)
    return Withheld([kept for record in records if (kept := held.without(record)) is not None], held.bodies)


class HeldBack:
    """Finds in records that come in what was taken down, and gives them without it."""

    def __init__(self, takedowns: Sequence[Takedown], records: Iterable[Record]) -> None:
        bodies, contacts = ([one for one in takedowns if one.what == what] for what in (BODY, CONTACT))
        stakeholders = [record for record in records if record.kind == "stakeholder"] if takedowns else []
        self.bodies = [record for record in stakeholders if any(one.is_of(record) for one in bodies)]
        self._ids = {record.id for record in self.bodies}
        standing = [record for record in stakeholders if record.id not in self._ids]
        marks, words = set(), set(words_of(self.bodies, standing))
        for value in {value for record in stakeholders for value in contact_values(record)}:
            if any(one.is_contact(value) for one in contacts):
                marks.add(contact_mark(value))
                words.add(value)
        self.contacts = marks
        """The marks of the contact points that were held back."""
        self._redaction = Redaction(frozenset(self._ids), frozenset(marks), frozenset(words))

    def __bool__(self) -> bool:
        return bool(self._ids or self.contacts)

    def without(self, record: Record) -> Record | None:
        """A record as it may be taken; None where it may not be."""
        if any(belongs(record.kind, record.id, body) for body in self._ids):
            return None
        if not self:
            return record
        fields = self._redaction.fields(record.kind, record.fields)
        return record if fields == record.fields else Record(record.kind, record.id, record.part, fields)


def contact_values(record: Record) -> Iterator[str]:
    """The numbers and addresses of a body's record, as they are written."""
    for point in record.fields.get("contacts") or ():
        if isinstance(point, Mapping) and isinstance(point.get("value"), str) and point.get("type") != "hours":
            yield point["value"]


def words_of(gone: Iterable[Record], others: Iterable[Record]) -> set[str]:
    """The names and numbers of bodies, without those that other bodies have too."""
    theirs = {mark for record in others for mark, _ in _words(record)}
    return {word for record in gone for mark, word in _words(record) if mark not in theirs}


def _words(record: Record) -> Iterator[tuple[str, str]]:
    """The names and numbers of a body, each with its mark."""
    for key in ("name", "name_local"):
        if isinstance(name := record.fields.get(key), str) and name:
            yield name_mark("", name), name
    yield from ((contact_mark(value), value) for value in contact_values(record))
