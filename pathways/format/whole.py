"""Directory data that does not come from a folder: the native JSON file, and records that are about to become a revision.

Both are held to what the reader asks of files, so that whatever a store holds could be written out and read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathways import vocabulary
from pathways.format import schema
from pathways.format.reader import DirectoryError, Document, Finding, records_of
from pathways.format.references import Placed, problems
from pathways.format.shape import shape_problems
from pathways.format.writer import FORMAT, Files, WriteError, compose
from pathways.records import Record


@dataclass(slots=True)
class _Pointed(Document):
    """Data without a file: places are told as JSON pointers."""

    def finding(self, path: Sequence[Any], rule: str, message: str, severity: str = "error") -> Finding:
        return Finding(severity, rule, "/".join((self.name, *map(str, path))), message)


def from_json(text: str) -> list[Record]:
    """The records of a native JSON export, checked like a folder; DirectoryError with everything that is wrong, by JSON pointer."""
    placed = placed_of_json(text)
    findings = list(problems(placed))
    if findings:
        raise DirectoryError(findings)
    return [record for record, _, _ in placed]


def placed_of_json(text: str) -> list[Placed]:
    """The records of a native JSON file with their places, checked for their shape but not for what they refer to; else DirectoryError."""
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise DirectoryError([Finding("error", "json", f"line {error.lineno}", f"not JSON: {error.msg}")]) from error
    except _Twice as error:
        raise DirectoryError([Finding("error", "json", "/", f"the key {error} stands twice")]) from error
    if not isinstance(data, dict) or data.keys() != {"format", "parts"} or data["format"] != FORMAT or not isinstance(data["parts"], dict):
        raise DirectoryError(
            [
                Finding(
                    "error", "json", "/", f'not a native export; accepted is {{"format": "{FORMAT}", "parts": {{"AT": {{"sources": …}}}}}}'
                )
            ]
        )
    documents = [
        _Pointed(f"/parts/{part}/{name}", "", found) for part, files in sorted(data["parts"].items()) for name, found in _named(part, files)
    ]
    findings = [
        document.finding(path, "schema", message)
        for document in documents
        for path, message in shape_problems(document.name.rsplit("/", 1)[1], document.data)
    ]
    if findings:
        raise DirectoryError(findings)
    return [(record, document, path) for document in documents for record, path in _records(document)]


class _Twice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(repr(next(name for name in names if names.count(name) > 1)))
    return found


def _named(part: str, files: Any) -> Iterator[tuple[str, Any]]:
    known = len(part) == 2 and part.isascii() and part.isupper()
    if not known or not isinstance(files, dict):
        raise DirectoryError(
            [Finding("error", "json", f"/parts/{part}", "a part is named by a country's code (AT, CY, …) or XB and holds files")]
        )
    for name, data in sorted(files.items()):
        if name not in schema.FILES:
            raise DirectoryError(
                [Finding("error", "json", f"/parts/{part}/{name}", f"not a file of a directory; files are {', '.join(schema.FILES)}")]
            )
        yield name, data


def _records(document: Document) -> Iterator[tuple[Record, tuple[Any, ...]]]:
    _, _, part, name = document.name.split("/")
    return records_of(part, name, document.data)


def check_records(records: Sequence[Record]) -> list[Finding]:
    """What is wrong with records as a directory, each finding at the record's kind and id."""
    return check_shape(records) or list(problems([(record, pointed(record), ()) for record in records]))


def check_shape(records: Sequence[Record]) -> list[Finding]:
    """What is wrong with records as the files that would say them, whatever they refer to."""
    try:
        files = compose(records)
    except WriteError as error:
        return [Finding("error", "identity", "the records", str(error))]
    return list(_shapes(files)) or list(_identities(files, records))


def check_alone(record: Record) -> list[Finding]:
    """As `check_shape`, for one source or body, or one mandate or link without the body that it stands in."""
    return check_shape([*_holder(record), record])


def _holder(record: Record) -> Iterator[Record]:
    for kind, key in (("mandate", "holder"), ("link", "origin")):
        if record.kind == kind:
            body = record.fields[key]
            fields = {"id": body, "name": body, "kind": vocabulary.words("kinds")[0], "territory": [record.part]}
            yield Record("stakeholder", body, record.part, fields)


def pointed(record: Record) -> Document:
    """A record as a document, so that what is found in it is told by its kind and id."""
    return _Pointed(f"{record.kind} {record.id}", "", None)


def _shapes(files: Files) -> Iterator[Finding]:
    for part, found in files.items():
        for name, data in found.items():
            for path, message in shape_problems(name, data):
                yield Finding("error", "schema", f"{part} {_named_place(data, path)}", message)


def _named_place(data: Any, path: Sequence[Any]) -> str:
    """A place in words: list places are told by the id that stands there."""
    words = []
    for step in path:
        data = data[step]
        identity = data.get("id") or data.get("word") or data.get("function") if isinstance(data, Mapping) else None
        words.append(str(identity or step))
    return "/".join(words) or "the file"


def _identities(files: Files, records: Sequence[Record]) -> Iterator[Finding]:
    """Records whose id is not the one that their own fields give: a moved link, a renamed stage."""
    read = {record.key for part, found in files.items() for name, data in found.items() for record, _ in records_of(part, name, data)}
    for record in records:
        if record.key not in read:
            yield Finding(
                "error", "identity", f"{record.kind} {record.id}", "what it says gives another id; make it a new one and withdraw this one"
            )
