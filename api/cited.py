"""The sources that an answer names, resolved, so that whoever reads it can check every statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pathways.directory import Directory
from pathways.model import Source
from pathways.visibility import Viewer, scrubbed

_KEYS = ("sources", "stated_by", "note_sources", "competent_authority_sources", "who_may_detect_sources")


def source_detail(source: Source) -> dict[str, Any]:
    """A source in full."""
    return {
        "title": source.title,
        "publisher": source.publisher,
        "year": source.year,
        "url": source.url or None,
        "kind": source.kind,
        **source.shown,
    }


def cited(directory: Directory, viewer: Viewer, answer: Any) -> dict[str, dict[str, Any]]:
    """The sources that an answer names anywhere, by id, as the viewer may see them."""
    named = sorted(set(_named(answer)))
    found: dict[str, dict[str, Any]] = {name: source_detail(source) for name in named if (source := directory.source(name))}
    return {name: scrubbed(directory, viewer, source) for name, source in found.items()}


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _KEYS and isinstance(inner, list | tuple):
                yield from (item for item in inner if isinstance(item, str))
            else:
                yield from _named(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _named(inner)
