"""What a partner's file says that must not be kept, or not be shown: places of shelters, people who work there, and anything of a victim.

A guard, not a judge: of a confidential place it leaves out rather too much. Findings say what was left out and where it stood in the
file, and never repeat it.
"""

from __future__ import annotations

import enum
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from importers.private.persons import mobile_in, person_in, private_email
from importers.private.places import KEYS, is_shelter_name, place_in
from importers.private.victims import victim_in
from importers.reading import Finding, Place, Read, Severity
from pathways import territories
from pathways.planner.rules import ACCOMMODATION
from pathways.script import latin

_CODE = """
id kind function role type basis holder origin to sources territory as_of evidence visibility scope instance_by instance_of parent
access speed url valid_from valid_to serves excludes requires functions languages duration read_at audited capacity year
"""
_CODES = frozenset(_CODE.split())
"""Fields that hold words of a list, ids, dates or addresses of pages, and no text."""
LONGEST = 20_000
"""The longest text of a record, in characters."""
_TOLD = frozenset({"territory_note", "territory_unconfirmed", "confidential_note"})
"""Fields of the directory's own format that speak of a place and are shown to nobody but its keepers."""
_OWNERS = {"stakeholder": "", "mandate": "holder", "link": "origin"}


class _Gone(enum.Enum):
    GONE = "gone"


GONE: Final = _Gone.GONE


def scrub(read: Read, confidential: Container[str] = (), trusted: bool = False) -> tuple[Read | None, list[Finding]]:
    """A record without what must not be kept, and what was found in it; None where nothing of it may be (it speaks of a victim).

    `confidential` holds the ids of bodies that are known to be in a secret place (see `confidential_bodies`), so that their mandates and
    links are held to it. `trusted`: the directory's own format, which says itself who may see what.
    """
    for path, text in _texts(read.record.fields):
        if len(text) > LONGEST:
            long = f"a text of {len(text):,} characters; nobody could look through it for what must not be kept"
            return None, [_finding(read, path, "wrong-value", "error", long, f"a text of at most {LONGEST:,} characters")]
        what = victim_in(text)
        if what is not None:
            todo = "leave it out of the file; nothing of a person who is helped belongs in a directory"
            return None, [_finding(read, path, "victim", "error", f"it holds {what}: nothing of this record was accepted", todo)]
    findings: list[Finding] = []
    if read.record.kind in _OWNERS and (is_confidential(read, trusted) or owner(read) in confidential):
        read, left_out = _without_place(read, trusted)
        if read.record.kind == "stakeholder" and place_in(str(read.record.fields.get("name", ""))):
            todo = "give the body a name without its address"
            return None, [
                *left_out,
                _finding(read, ("name",), "confidential", "error", "the name of a confidential body tells where it is", todo),
            ]
        findings += left_out
    if read.record.kind in _OWNERS:
        findings += _people(read)
    return read, findings


def confidential_bodies(reads: Iterable[Read], trusted: bool = False) -> frozenset[str]:
    """The ids of all bodies among `reads` whose place is secret: by what they say themselves, or because they house people.

    To be asked before `scrub`, since a mandate may stand behind its body, and a note before the flag. One that only houses people beside
    other work stays as public as it was; its place is not told.
    """
    return frozenset(body for read in reads if is_confidential(read, trusted) and (body := owner(read)) is not None)


def is_confidential(read: Read, trusted: bool = False) -> bool:
    """Whether a record says by itself that its body's place is secret: by a flag, by its name, or by a mandate to house people.

    A `trusted` one says it by its flag only.
    """
    fields = read.record.fields
    if read.record.kind == "mandate":
        return not trusted and fields.get("function") in ACCOMMODATION and fields.get("role", "deliver") == "deliver"
    if read.record.kind != "stakeholder":
        return False
    if fields.get("confidential_location") is True:
        return True
    names = (str(fields.get(key) or "") for key in ("name", "name_local"))
    return not trusted and (fields.get("visibility") == "hidden" or any(map(is_shelter_name, names)))


def owner(read: Read) -> str | None:
    """The id of the body that a record is, or that holds it; None for a record of no body."""
    key = _OWNERS.get(read.record.kind)
    return read.record.id if key == "" else None if key is None else str(read.record.fields.get(key))


def _without_place(read: Read, trusted: bool) -> tuple[Read, list[Finding]]:
    """A record of a confidential body without what tells where it is; the body itself for partners only."""
    fields, findings = dict(read.record.fields), list[Finding]()
    city = latin(str(fields.get("city") or ""))
    kept: dict[str, Any] = {}
    for key, value in fields.items():
        left = _clean(value, (key,), city, read, findings, trusted) if key != "name" else value
        if left is not GONE:
            kept[key] = left
    if read.record.kind == "stakeholder" and not trusted:
        kept["confidential_location"] = True
        text = "a body that houses people: its place is not told"
        if is_confidential(read):
            if _says_who_may_see(fields):
                text = "a confidential body that the list itself shows to everybody: never with its place"
            else:
                text = "a shelter or a confidential body: for partners only, and never with its place"
                kept["visibility"] = "partner" if kept.get("visibility", "public") == "public" else kept["visibility"]
        findings.append(_finding(read, ("visibility",), "confidential", "note", text))
    if not trusted and isinstance(kept.get("territory"), list):
        coarse = list(dict.fromkeys(map(_region, kept["territory"])))
        if coarse != list(kept["territory"]):
            findings.append(_finding(read, ("territory",), "confidential", "note", "a place finer than a region; the region is kept"))
        kept["territory"] = coarse
    keys = tuple((scheme, value) for scheme, value in read.keys if not (place_in(value) or _names(value, city)))
    return replace(read, record=replace(read.record, fields=kept), keys=keys), findings


def _says_who_may_see(fields: Mapping[str, Any]) -> bool:
    """Whether a list says in so many words both that the place of a body is secret and that everybody may know the body."""
    return fields.get("confidential_location") is True and fields.get("visibility") == "public"


def _region(place: str) -> str:
    return territories.chain(place)[-2] if "-" in place and territories.is_territory(place) else place


def _clean(value: Any, path: tuple[str | int, ...], city: str, read: Read, findings: list[Finding], trusted: bool) -> Any:
    """A value without what tells a place; GONE where nothing of it may stay. A contact point goes as a whole."""
    key = path[-1] if isinstance(path[-1], str) else ""
    if key in KEYS and not (trusted and key in _TOLD):
        findings.append(_finding(read, path, "confidential", "warning", f"{key} of a confidential place was left out"))
        return GONE
    if isinstance(value, str):
        what = None if key in _CODES else (place_in(value) or ("its town" if _names(value, city) else None))
        if what is None:
            return value
        findings.append(
            _finding(read, path, "confidential", "warning", f"a text of a confidential place holds {what}; it was left out as a whole")
        )
        return GONE
    if isinstance(value, Mapping):
        cleaned = {name: _clean(inner, (*path, name), city, read, findings, trusted) for name, inner in value.items()}
        lost = [name for name, inner in cleaned.items() if inner is GONE]
        if "value" in lost or "lat" in map(str, lost):
            return GONE
        return {name: inner for name, inner in cleaned.items() if inner is not GONE}
    if isinstance(value, (list, tuple)):
        items = [_clean(inner, (*path, index), city, read, findings, trusted) for index, inner in enumerate(value)]
        left = [inner for inner in items if inner is not GONE]
        return left if left or not value else GONE
    return value


def _names(text: str, city: str) -> bool:
    return len(city) > 2 and f" {city} " in f" {' '.join(latin(text).replace(',', ' ').replace('.', ' ').split())} "


def _people(read: Read) -> Iterator[Finding]:
    """Findings on people who work at a body: their names, private addresses and mobile numbers. Nothing is changed."""
    for path, text in _texts(read.record.fields):
        if path[0] in ("name", "name_local"):
            continue
        private = private_email(text)
        todo = "keep it only if the body itself publishes it as its own; else leave it out or let partners only see it"
        if private is not None:
            yield _finding(read, path, "confidential", "warning", f"an e-mail address of a person: {private}", todo)
        if mobile_in(text, read.record.part):
            yield _finding(read, path, "confidential", "warning", "a mobile number, perhaps of one person", todo)
        if person_in(text):
            yield _finding(
                read, path, "confidential", "warning", "the name of a person who works there", "leave the name out, or write the post"
            )


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """All texts of a record with their paths, without codes and references."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _CODES:
                yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))


def _finding(read: Read, path: tuple[str | int, ...], rule: str, severity: Severity, text: str, todo: str = "") -> Finding:
    return Finding(rule, severity, _place(read, path), text, todo)


def _place(read: Read, path: tuple[str | int, ...]) -> Place:
    """The place of a value: the finest that is known, else that of the record with the path to it."""
    for end in range(len(path), 0, -1):
        name = ".".join(map(str, path[:end]))
        if name in read.places:
            return read.places[name]
    where = ".".join(map(str, path))
    return replace(read.place, column=".".join(part for part in (read.place.column, where) if part))
