"""The whole directory as records, as far as a viewer may see it: beside the bodies its mechanisms and the channels between countries.

For whoever keeps the directory these are the records that were loaded, unchanged. For others a body that is closed to them is named
nowhere: not in a stage that it leads, not in a text, and a channel that it is an end of is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from importers import checking
from importers.out import shown
from importers.reading import Place, Read
from pathways.directory import Directory
from pathways.format.references import source_references
from pathways.records import Record
from pathways.visibility import NOT_SHOWN, Viewer, is_seen, scrubbed

_OF_BODIES = frozenset({"stakeholder", "mandate", "link", "source"})
_NAMED_BY_CORRIDORS = {"channel": "channels", "network": "networks", "agreement": "risks"}


def records(directory: Directory, loaded: Iterable[Record], viewer: Viewer) -> list[Record]:
    """All that a viewer may see of `loaded`, the records that `directory` was made from."""
    if viewer.sees("hidden"):
        return list(loaded)
    bodies = [record for record in shown.records(directory, viewer) if record.kind != "requirement"]
    rest, left_out = [], set[tuple[str, str]]()
    for record in loaded:
        if record.kind in _OF_BODIES:
            continue
        found = _seen(directory, record, viewer)
        if found is None:
            left_out.add((record.kind, record.id))
        else:
            rest.append(found)
    kept = [_without(record, left_out) for record in rest]
    had = {record.key for record in bodies}
    cited = {source for record in kept for source in source_references(record.fields)}
    return [*bodies, *kept, *_sources(directory, cited, had, viewer)]


def _sources(directory: Directory, cited: Iterable[str], had: set[tuple[str, str]], viewer: Viewer) -> Iterator[Record]:
    """The sources that only mechanisms and channels cite."""
    named = Record("gap", "", "", {"sources": sorted(cited)})
    part = next(iter(directory.everywhere), None)
    if part is not None:
        yield from (record for record in shown.named_by(directory, part, [named], viewer) if record.key not in had)


def _seen(directory: Directory, record: Record, viewer: Viewer) -> Record | None:
    """A record of a mechanism or between countries; None where too little of it is left when what is closed is taken out."""
    if record.kind == "channel":
        ends = (directory.stakeholder(str(record.fields[side].get("body") or "")) for side in ("from", "to"))
        if any(end is not None and not is_seen(end, viewer) for end in ends):
            return None
    fields = scrubbed(directory, viewer, record.fields)
    if fields is record.fields:
        return record
    found = replace(record, fields=_pruned(fields))
    return None if any(checking.shape(Read(found, Place(record.kind)))) else found


def _pruned(value: Any) -> Any:
    """A value without the ids that are not shown."""
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner != NOT_SHOWN}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value if inner != NOT_SHOWN]
    return value


def _without(record: Record, left_out: set[tuple[str, str]]) -> Record:
    """A record that names nothing that was left out: no way to such a stage, no such channel of a corridor."""
    fields = dict(record.fields)
    if record.kind == "stage":
        prefix = record.part.lower()
        fields["next"] = [way for way in fields["next"] if ("stage", f"{prefix}.{way['to']}") not in left_out]
    elif record.kind == "corridor":
        for kind, name in _NAMED_BY_CORRIDORS.items():
            fields[name] = [identity for identity in fields[name] if (kind, identity) not in left_out]
    return record if fields == record.fields else replace(record, fields=fields)
