"""The words by which findings are called (`Finding.rule`), each with what it means: the only list of them."""

from __future__ import annotations

RULES: dict[str, str] = {
    "unreadable": "the file, or a part of it, cannot be read as its format",
    "hostile": "the file is built to exhaust or to trick whoever opens it",
    "missing": "a value that is needed is not there",
    "wrong-value": "a value is not of the kind that its place accepts",
    "unknown-word": "a word that no list or mapping knows; it falls to no default",
    "unknown-column": "a column or field that nothing reads",
    "ignored": "a column or field that is left out on purpose",
    "no-parent": "something points to a body or service that the file does not hold",
    "duplicate": "the same identifier stands twice",
    "past": "it has ended: what has ended is loaded as ended and offered to nobody",
    "confidential": "a place, a person or a number that must not be kept, or not be shown",
    "victim": "something about a victim; nothing of a person who is helped is accepted",
    "matched": "a body that the directory already knows",
    "unsure-match": "a body that may be one that the directory knows; somebody must judge",
    "withdrawal": "more would be withdrawn than a new state of a list usually withdraws",
    "unexpected": "the list holds less or more than its keeper expects of it",
    "taken-down": "a body or contact that was taken down here; it is left out",
    "edited-here": "a value that a person has changed here; it stays",
    "broken": "the directory would not hold together with it",
}
