"""The values that a mapping finds in one record: expressions evaluated, each value with what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from importers import places, words
from importers.making import clean, iso_date, split
from importers.mapping import plain_keys
from importers.reading import Finding, Place, Severity

Step = tuple[str, Any]


def at(record: Any, path: str) -> Iterator[Any]:
    """What stands at a path (`properties/name`); a step into a list enters each of its items. A key with a slash in it is one step too."""
    if path == "":
        if record is not None:
            yield record
        return
    if isinstance(record, list):
        for item in record:
            if isinstance(item, dict | list):
                yield from at(item, path)
        return
    if not isinstance(record, dict):
        return
    if path in record:
        if record[path] is not None:
            yield record[path]
        return
    for key in record:
        if path.startswith(f"{key}/"):
            yield from at(record[key], path[len(key) + 1 :])


@dataclass(slots=True)
class Evaluation:
    """One record under a mapping. `findings` collects what was not understood, each with the column or path."""

    record: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    place: Place
    country: str | None
    unknown: Severity
    findings: list[Finding] = field(default_factory=list)

    def values(self, expression: Any) -> list[Any]:
        """All values of an expression, none empty, none twice."""
        found: list[Any] = []
        for value in self._values({"from": expression} if isinstance(expression, str) else expression):
            if value not in (None, "", []) and value not in found:
                found.append(value)
        return found

    def where(self, expression: Any) -> Place:
        """The place of the value of an expression: its first column or path."""
        while isinstance(expression, dict):
            inner = next((expression[key] for key in ("from", "first", "all", "lines", "conditions") if key in expression), "")
            expression = inner[0] if isinstance(inner, list) and inner else inner
        return Place(self.place.file, self.place.sheet, self.place.row, str(expression))

    def _values(self, expression: dict[str, Any]) -> Iterator[Any]:
        if "value" in expression:
            constant = expression["value"]
            yield from constant if isinstance(constant, list) else [constant]
        elif "first" in expression:
            yield from next((found for part in expression["first"] if (found := self.values(part))), [])
        elif "all" in expression:
            for part in expression["all"]:
                yield from self.values(part)
        elif "lines" in expression:
            lines = [str(value) for part in expression["lines"] for value in self.values(part)]
            yield "\n".join(lines)
        elif "conditions" in expression:
            conditions = [_any(found) for part in expression["conditions"] if (found := self.values(part))]
            if conditions:
                yield conditions[0] if len(conditions) == 1 else {"all": conditions}
        else:
            yield from self._said(expression)

    def _said(self, expression: dict[str, Any]) -> Iterator[Any]:
        paths = expression["from"] if isinstance(expression["from"], list) else [expression["from"]]
        found = [(path, text) for path in paths for text in self._texts(path, expression)]
        if "join" in expression:
            found = [(paths[0], str(expression["join"]).join(text for _, text in found))] if found else []
        meant = [value for path, text in found for value in self._meant(path, text, expression)]
        if "say" in expression:
            if meant:
                yield str(expression["say"]).replace("{}", "; ".join(map(str, meant)))
        else:
            yield from meant

    def _texts(self, path: str, expression: dict[str, Any]) -> Iterator[str]:
        for value in at(self.record, path):
            yield from self._flat(path, value, expression)

    def _flat(self, path: str, value: Any, expression: dict[str, Any]) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from self._flat(path, item, expression)
        elif isinstance(value, Mapping):
            if not expression.get("keys"):
                self._say("wrong-value", path, "holds an object where a value is expected", "keys: true takes its keys", str(value))
                return
            for key, held in value.items():
                if held not in (False, 0, None, ""):
                    yield clean(key)
        elif value is not None:
            text = ("true" if value else "false") if isinstance(value, bool) else clean(str(value))
            yield from split(text, expression["split"]) if "split" in expression else filter(None, [text])

    def _meant(self, path: str, text: str, expression: dict[str, Any]) -> Iterator[Any]:
        """What a text of the source means: through a table of words, a controlled list, the places, a date, a yes or no, a number."""
        table = expression.get("words")
        if table is not None:
            table = self.tables[table] if isinstance(table, str) else plain_keys(table)
            if text not in table:
                self._say("unknown-word", path, f"“{text}” is not in the mapping's table of words", "add it, or null to leave it out", text)
                return
            meant = table[text]
            if meant is None:
                self.findings.append(Finding("ignored", "note", self._place(path), f"“{text}” is left out on purpose", "", text))
                return
            yield from meant if isinstance(meant, list) else [meant]
            return
        yield from self._read(path, text, expression)

    def _read(self, path: str, text: str, expression: dict[str, Any]) -> Iterator[Any]:
        if "vocabulary" in expression:
            name = expression["vocabulary"]
            word = words.word(name, text)
            if word is None:
                self._say("unknown-word", path, f"“{text}” is not a word of {name}", words.accepted(name), text)
            yield word
        elif expression.get("places"):
            code = places.territory(text, self.country)
            if code is None:
                self._say("unknown-word", path, f"“{text}” is not a country or region", "a table of words with its code in ISO 3166", text)
            yield code
        elif "date" in expression:
            day = iso_date(text, tuple(expression["date"]) if isinstance(expression["date"], list) else ())
            if day is None:
                self._say("wrong-value", path, f"“{text}” is not a date in a known form", "date: ['%d/%m/%Y'] or another form", text)
            yield day
        elif expression.get("truth"):
            understood, value = words.truth(text)
            if not understood:
                self._say("wrong-value", path, f"“{text}” is neither yes, no nor unknown", "a table of words: true, false or null", text)
            yield value
        elif expression.get("number"):
            if not (text.isascii() and text.isdigit()):
                self._say("wrong-value", path, f"“{text}” is not a whole number", "digits only", text)
            else:
                yield int(text)
        else:
            yield text

    def _place(self, path: str) -> Place:
        return Place(self.place.file, self.place.sheet, self.place.row, path)

    def _say(self, rule: str, path: str, text: str, todo: str, value: str) -> None:
        self.findings.append(Finding(rule, self.unknown, self._place(path), text, todo, value))


def _any(found: list[Any]) -> Any:
    return found[0] if len(found) == 1 else {"any": found}


def leaves(record: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths of all values of a record; lists add no step, as in `at`."""
    if isinstance(record, dict):
        for key, value in record.items():
            yield from leaves(value, f"{path}/{key}" if path else str(key))
    elif isinstance(record, list):
        for item in record:
            yield from leaves(item, path)
    elif record not in (None, ""):
        yield path, record
