"""A mapping: how the columns of any CSV or XLSX, or the paths of any JSON, become fields of the directory. Strict YAML, checked by line.

What a row says and the mapping does not name is a finding; so is a value that its table of words does not hold.

    mapping: 1
    title: The list of a network
    format: csv                       # csv, xlsx or json (csv and xlsx read either table)
    sheet: Services                   # of a workbook; all where it is left out
    header: 3                         # the row of headings; left out: the first at the top that has the columns named here
    rows: data.item                   # json: where the records are, as ijson names it; left out: the items of the outermost list
    recognise: [Name, Type]           # columns or paths by which one of our own mappings knows its files
    source: {title: …, publisher: …, year: 2026, kind: partner-list, url: …}
    country: MT                       # or an expression
    key: [Id]                         # the partner's own key of a row; one that stands twice is told
    requirements: [{word: …, or_else: …}]
    body: {field of a stakeholder: expression, …}
    contacts: [{type: phone, value: expression, hours: expression}]
    mandate: {field of a mandate: expression, …}      # one mandate for each value of function
    ignore: [columns or paths that are left out on purpose]
    unknown: error                    # or warning: what a word that nobody knows does to the file
    words: {name of a table: {their word: our word, a list of ours, null (left out on purpose), [] (understood, says nothing)}}

An expression is a column or path (`where/region`; a step into a list enters its items), or a mapping that has one of

    value: a constant                 from: a path, or several of which each that is there counts
    first: [expressions]: the first that says something           all: [expressions]: the values of all of them
    lines: [expressions]: one text, a line for each value         conditions: [expressions]: all must hold, each any of its values

and, with `from`: `keys: true` (the keys of an object whose value is neither false nor 0), `split: ;`, `join: -`, one of `words: table`,
`vocabulary: list`, `places: true`, `date: true` or `[forms of strptime]`, `truth: true`, `number: true`; and `say: 'Text: {}'`, for words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from importers import places
from importers.making import clean
from importers.reading import Finding, Place
from pathways import vocabulary
from pathways.format import schema
from pathways.format.reader import Document, load_yaml

_TOP = {
    "mapping", "title", "format", "rows", "sheet", "header", "recognise", "source", "country", "key", "words", "requirements", "body",
    "contacts", "mandate", "ignore", "unknown",
}  # fmt: skip
_NEEDED = ("mapping", "title", "format", "body")
_EXPRESSION = {
    "value", "from", "keys", "split", "join", "words", "vocabulary", "places", "date", "truth", "number", "say", "first", "all", "lines",
    "conditions",
}  # fmt: skip
_GIVERS = ("value", "from", "first", "all", "lines", "conditions")
_SOURCE = ("title", "publisher", "year", "kind", "url", "note", "read")
MAX_BYTES = 1 << 20


class MappingError(ValueError):
    """A mapping that cannot be used; `findings` says all that is wrong with it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{finding.place}: {finding.text}" for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Mapping_:
    """A checked mapping, as data."""

    name: str
    data: Mapping[str, Any]

    def get(self, key: str, otherwise: Any = None) -> Any:
        """What stands under a key of the top."""
        return self.data.get(key, otherwise)


def load(path: Path) -> Mapping_:
    """Read and check a mapping file; MappingError with all that is wrong."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise MappingError([Finding("hostile", "error", Place(path.name), f"has more than {MAX_BYTES:,} bytes")])
        text = path.read_text(encoding="utf-8")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise MappingError([Finding("hostile", "error", Place(path.name), "uses an alias (*)", "write it out")])
        data = load_yaml(text)
    except TypeError as error:  # a list as a key
        raise MappingError([Finding("unreadable", "error", Place(path.name), f"is not YAML that can be used: {error}")]) from error
    except RecursionError as error:
        raise MappingError([Finding("hostile", "error", Place(path.name), "is nested without end")]) from error
    except OSError as error:
        raise MappingError([Finding("unreadable", "error", Place(path.name), f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise MappingError([Finding("unreadable", "error", Place(path.name), "is not UTF-8", "save it as UTF-8")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path.name, row=mark.line + 1 if mark else None)
        raise MappingError([Finding("unreadable", "error", place, f"is not YAML: {getattr(error, 'problem', error)}")]) from error
    document = Document(path.name, text, data)
    findings = [
        Finding(rule, "error", Place(path.name, row=document.line(at), column="/".join(map(str, at))), text, todo)
        for at, rule, text, todo in _Check(data).problems()
    ]
    if findings:
        raise MappingError(findings)
    return Mapping_(path.stem, {**data, "words": {name: plain_keys(table) for name, table in data.get("words", {}).items()}})


def plain_keys(table: Mapping[Any, Any]) -> dict[str, Any]:
    """A table of words by texts as they are read: `5` and `true` are texts in a table, and two spaces are one."""
    return {clean(str(key).lower() if isinstance(key, bool) else str(key)): value for key, value in table.items()}


_Problem = tuple[tuple[Any, ...], str, str, str]


class _Check:
    """The shape of a mapping. Each problem: where, the rule's word, what is wrong, what is accepted."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def problems(self) -> Iterator[_Problem]:
        data = self.data
        if not isinstance(data, dict):
            yield (), "wrong-value", "is not a mapping", "keys " + ", ".join(sorted(_TOP))
            return
        yield from self.keys((), data, _TOP)
        for key in _NEEDED:
            if key not in data:
                yield (), "missing", f"{key} is missing", ""
        if data.get("mapping", 1) != 1:
            yield ("mapping",), "wrong-value", "is not a version of mappings", "mapping: 1"
        if data.get("format", "json") not in ("csv", "xlsx", "json"):
            yield ("format",), "wrong-value", f"{data.get('format')!r} is not a format", "csv, xlsx or json"
        if data.get("unknown", "error") not in ("error", "warning"):
            yield ("unknown",), "wrong-value", f"{data.get('unknown')!r} is not accepted", "error (the file is refused) or warning"
        if isinstance(data.get("country"), str) and places.country(data["country"]) is None:
            yield ("country",), "unknown-word", f"{data['country']!r} is not a country", "a code of ISO 3166-1, or an expression"
        elif isinstance(data.get("country"), dict):
            yield from self.expression(("country",), data["country"])
        elif not isinstance(data.get("country", ""), str):
            yield ("country",), "wrong-value", "is neither a country nor an expression", "MT, or {from: Country}"
        for key in ("title", "rows", "sheet"):
            if not isinstance(data.get(key, ""), str):
                yield (key,), "wrong-value", "is not a text", "a text"
        for key in ("ignore", "recognise", "key"):
            if not isinstance(data.get(key, []), list) or not all(isinstance(item, str) for item in data.get(key, [])):
                yield (key,), "wrong-value", "is not a list of columns or paths", "[…]"
        if not isinstance(data.get("header", 1), int):
            yield ("header",), "wrong-value", "is not the number of a row", "header: 1"
        yield from self.mapping(("source",), data.get("source", {}), set(_SOURCE))
        yield from self.tables(data.get("words", {}))
        yield from self.requirements(data.get("requirements", []))
        yield from self.block("body", set(schema.stakeholder()["properties"]) - {"mandates", "refers_to", "contacts"})
        yield from self.block("mandate", set(schema.mandate()["properties"]) - {"sources"})
        contacts = data.get("contacts", [])
        if not isinstance(contacts, list):
            yield ("contacts",), "wrong-value", "is not a list", "[{type: phone, value: …}]"
            return
        for index, contact in enumerate(contacts):
            at = ("contacts", index)
            yield from self.mapping(at, contact, set(schema.contact()["properties"]) - {"sources"})
            if isinstance(contact, dict):
                if contact.get("type") not in ("phone", "email", "website", "hours"):
                    yield (*at, "type"), "wrong-value", "is not a type of contact", "phone, email, website or hours"
                for key in contact.keys() - {"type"}:
                    yield from self.expression((*at, key), contact[key])

    def keys(self, at: tuple[Any, ...], found: Mapping[Any, Any], known: set[str]) -> Iterator[_Problem]:
        for key in found:
            if key not in known:
                near = get_close_matches(str(key), sorted(known), 1)
                todo = f"did you mean {near[0]}?" if near else "accepted: " + ", ".join(sorted(known))
                yield (*at, key), "unknown-column", f"{key!r} is not a key here", todo

    def mapping(self, at: tuple[Any, ...], found: Any, known: set[str]) -> Iterator[_Problem]:
        if isinstance(found, dict):
            yield from self.keys(at, found, known)
        else:
            yield at, "wrong-value", "is not a mapping", "keys " + ", ".join(sorted(known))

    def tables(self, found: Any) -> Iterator[_Problem]:
        if not isinstance(found, dict):
            yield ("words",), "wrong-value", "is not a mapping of tables", "words: {kinds: {NGO: ngo}}"
            return
        for name, table in found.items():
            if not isinstance(table, dict):
                yield ("words", name), "wrong-value", "is not a table of words", "{their word: our word, or null to leave it out}"

    def requirements(self, found: Any) -> Iterator[_Problem]:
        known = set(schema.requirement()["properties"])
        for index, item in enumerate(found if isinstance(found, list) else [found]):
            yield from self.mapping(("requirements", index), item, known)
            if isinstance(item, dict) and not isinstance(item.get("word"), str):
                yield ("requirements", index), "missing", "word is missing", "a word"

    def block(self, name: str, known: set[str]) -> Iterator[_Problem]:
        found = self.data.get(name, {})
        yield from self.mapping((name,), found, known)
        for key, expression in found.items() if isinstance(found, dict) else ():
            yield from self.expression((name, key), expression)

    def expression(self, at: tuple[Any, ...], found: Any) -> Iterator[_Problem]:
        """An expression: a path, or a mapping that says where a value comes from and what becomes of it."""
        if isinstance(found, str):
            return
        if not isinstance(found, dict):
            yield at, "wrong-value", f"{found!r} is not an expression", "a column or path; {value: …} for a constant; {from: …, …}"
            return
        yield from self.keys(at, found, _EXPRESSION)
        givers = [key for key in _GIVERS if key in found]
        if len(givers) != 1:
            yield at, "wrong-value", "does not say where the value comes from, or says it twice", "one of " + ", ".join(_GIVERS)
        for key in ("first", "all", "lines", "conditions"):
            if key in found and not isinstance(found[key], list):
                yield (*at, key), "wrong-value", "is not a list of expressions", "[…]"
            for index, part in enumerate(found[key] if isinstance(found.get(key), list) else ()):
                yield from self.expression((*at, key, index), part)
        paths = found.get("from", "")
        if not isinstance(paths, str) and not (isinstance(paths, list) and paths and all(isinstance(path, str) for path in paths)):
            yield (*at, "from"), "wrong-value", "is neither a column or path nor a list of them", "from: Name"
        for key in ("split", "join", "say", "vocabulary"):
            if not isinstance(found.get(key, ""), str):
                yield (*at, key), "wrong-value", "is not a text", "a text"
        if not isinstance(found.get("words", ""), str | dict):
            yield (*at, "words"), "wrong-value", "is neither a table nor the name of one", "words: kinds"
        if isinstance(found.get("words"), str) and found["words"] not in (self.data.get("words") or {}):
            yield (
                (*at, "words"),
                "no-parent",
                f"{found['words']!r} is not a table under words",
                ", ".join(map(str, self.data.get("words") or {})),
            )
        if isinstance(found.get("vocabulary"), str) and found["vocabulary"] not in vocabulary.lists():
            yield (*at, "vocabulary"), "unknown-word", f"{found['vocabulary']!r} is not a controlled list", ", ".join(vocabulary.lists())
        if "say" in found and "{}" not in str(found["say"]):
            yield (*at, "say"), "wrong-value", "has no place for the value", "a text with {}"
        formats = found.get("date", True)
        if formats is not True and not (isinstance(formats, list) and all(isinstance(item, str) for item in formats)):
            yield (*at, "date"), "wrong-value", "is neither true nor a list of formats", "date: ['%d/%m/%Y']"
