"""Checks the prompts of early identification: shape, references, and that every source and every word is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pathways import vocabulary
from pathways.format.reader import DirectoryError, Document, Finding, read_yaml
from pathways.format.shape import shape_problems

NAME = "rules/indicators.yaml"


def check(root: Path) -> list[Finding]:
    """All that is wrong with the file of a folder."""
    try:
        return findings(read_yaml(root / NAME, NAME))
    except DirectoryError as error:
        return list(error.findings)


def findings(document: Document) -> list[Finding]:
    """All that is wrong with the file; of a file that has not the shape only that."""
    data = document.data
    wrong = [document.finding(path, "schema", message) for path, message in shape_problems("indicators", data)]
    return wrong or [document.finding(path, rule, message) for path, rule, message in (*_identities(data), *_references(data))]


_Found = Iterator[tuple[tuple[Any, ...], str, str]]


def _identities(data: Any) -> _Found:
    for block in ("indicators", "cautions", "questions"):
        counts = Counter(item["id"] for item in data[block])
        for index, item in enumerate(data[block]):
            if counts[item["id"]] > 1:
                yield (block, index, "id"), "identity", f"{item['id']} stands {counts[item['id']]} times"
    for block, name in (("cautions", "screening_cautions"), ("questions", "screening_questions")):
        missing = set(vocabulary.words(name)) - {item["id"] for item in data[block]}
        if missing:
            yield (block,), "reference", f"{', '.join(sorted(missing))} of {name} in the vocabulary is missing here"


def _references(data: Any) -> _Found:
    known, used = set(data["sources"]), set(data["combination"]["sources"])
    signs = {item["id"] for item in data["indicators"]}
    for block in ("indicators", "cautions", "questions"):
        for index, item in enumerate(data[block]):
            used.update(item["sources"])
            for source in item["sources"]:
                if source not in known:
                    yield (
                        (block, index, "sources"),
                        "reference",
                        f"{source} is not a source of this file; it has {', '.join(sorted(known))}",
                    )
    for index, caution in enumerate(data["cautions"]):
        for sign in caution["when"] if isinstance(caution["when"], list) else ():
            if sign not in signs:
                yield ("cautions", index, "when"), "reference", f"{sign} is not an indicator"
    for source in sorted(known - used):
        yield ("sources", source), "unused-source", "no indicator, caution or question names this source"
