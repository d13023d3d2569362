"""Writes records back into the directory's own format: a folder of strict YAML, or one JSON file with the same parts and files.

The same records give the same text, so that a change of the directory is a change of a few lines that a person can review.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pathways.format import schema
from pathways.format.reader import SOURCE_KEYS, link_id, mandate_id
from pathways.records import CROSS_BORDER, Record

Files = dict[str, dict[str, dict[str, Any]]]
"""The data of a directory by part and by file (`sources`, `stakeholders`, …)."""

FORMAT = "referral-pathways-directory/1"
"""What a native JSON export calls itself."""

_MECHANISM = (("stages", "stage"), ("permits", "permit"), ("gaps", "gap"), ("questions", "question"))
_CHANNELS = (("channels", "channel"), ("networks", "network"), ("agreements", "agreement"))
_FIRST = ("id",)
_LAST = ("evidence", "evidence_of", "as_of", "audited", "note", "sources", "mandates", "refers_to")
"""What a thing is comes first, how it is known after it, what stands within it last; between them the schema's order."""


class WriteError(ValueError):
    """Records that the format cannot say: a mandate without its holder, a source of another part."""


def compose(records: Iterable[Record]) -> Files:
    """The files that say these records, keys in the order of the schema; WriteError for what the format cannot say."""
    by_part: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        by_part.setdefault(record.part, {}).setdefault(record.kind, []).append(record)
    return {part: _files(part, kinds) for part, kinds in sorted(by_part.items())}


def _files(part: str, kinds: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, Any]]:
    files: dict[str, dict[str, Any]] = {"sources": {"sources": {_local(part, r.id, part): dict(r.fields) for r in kinds.get("source", ())}}}
    if kinds.keys() & {"stakeholder", "mandate", "link"}:
        files["stakeholders"] = {"stakeholders": _stakeholders(kinds)}
    if part == CROSS_BORDER:
        files["channels"] = {name: [dict(r.fields) for r in kinds.get(kind, ())] for name, kind in _CHANNELS}
        files["corridors"] = {"corridors": [dict(r.fields) for r in kinds.get("corridor", ())]}
    elif kinds.keys() & {"country", *(kind for _, kind in _MECHANISM)}:
        files["mechanism"] = _mechanism(kinds)
    elif "requirement" in kinds:
        files["requirements"] = {"requirements": [dict(r.fields) for r in kinds["requirement"]]}
    return {name: _ordered(schema.file_schema(name), _localised(part, data)) for name, data in sorted(files.items())}


def _mechanism(kinds: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    head = dict(kinds["country"][0].fields) if kinds.get("country") else {}
    lists = {name: [dict(r.fields) for r in kinds.get(kind, ())] for name, kind in (("requirements", "requirement"), *_MECHANISM)}
    return {**head, **lists}


def _stakeholders(kinds: Mapping[str, Sequence[Record]]) -> list[dict[str, Any]]:
    bodies: dict[str, dict[str, Any]] = {r.id: {**r.fields, "mandates": []} for r in kinds.get("stakeholder", ())}
    for held in kinds.get("mandate", ()):
        holder = _within(held, held.fields["holder"], bodies)
        bodies[holder]["mandates"].append(
            _named(held, {k: v for k, v in held.fields.items() if k != "holder"}, mandate_id(holder, held.fields), f"{holder}.")
        )
    for link in kinds.get("link", ()):
        origin = _within(link, link.fields["origin"], bodies)
        fields = {key: value for key, value in link.fields.items() if key != "origin"}
        bodies[origin].setdefault("refers_to", []).append(_named(link, fields, link_id(origin, fields), f"{origin}--{fields['to']}."))
    return list(bodies.values())


def _within(record: Record, body: str, bodies: Mapping[str, Any]) -> str:
    if body not in bodies:
        raise WriteError(f"{record.kind} {record.id} belongs to {body!r}, which is not a stakeholder of {record.part}")
    return body


def _named(record: Record, fields: dict[str, Any], made: str, prefix: str) -> dict[str, Any]:
    """The fields of a mandate or link, with an id of its own where what it says no longer gives the id that it has."""
    if record.id == made:
        return fields
    if not record.id.startswith(prefix):
        raise WriteError(f"{record.kind} {record.id} cannot have this id: the format would call it {made}")
    return {**fields, "id": record.id.removeprefix(prefix)}


def _local(part: str, identity: str, owner: str | None = None) -> str:
    """How a file of a part names a source of the directory: `nrm-2024` its own, `GB:nrm-2024` another part's."""
    prefix, _, local = identity.partition("-")
    if not local or (owner and prefix.upper() != owner):
        raise WriteError(f"source {identity} does not begin with its part ({(owner or part).lower()}-)")
    return local if prefix.upper() == part else f"{prefix.upper()}:{local}"


def _localised(part: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: [_local(part, ref) for ref in item] if key in SOURCE_KEYS and isinstance(item, list) else _localised(part, item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_localised(part, item) for item in value]
    return value


def _ordered(shape: Mapping[str, Any], value: Any) -> Any:
    """A value with the keys of every mapping in it in the schema's order; what the schema does not know keeps its place behind."""
    if isinstance(value, Mapping):
        properties = shape.get("properties", {})
        keys = [key for key in (*properties, *(k for k in value if k not in properties)) if key in value]
        keys.sort(key=lambda key: 0 if key in _FIRST else 2 + _LAST.index(key) if key in _LAST else 1)
        other = shape.get("additionalProperties")
        return {key: _ordered(properties.get(key) or (other if isinstance(other, Mapping) else {}), value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(shape.get("items", {}), item) for item in value]
    return value


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Plain YAML without aliases; a word that any reader of YAML would take for something else (`NO`, a date) is quoted."""

    def ignore_aliases(self, data: Any) -> bool:
        """Equal parts are written out, each at its place."""
        return True


def dump_yaml(data: Any) -> str:
    """The YAML text of data, as the files of a directory are written."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140, default_flow_style=None))


def write(records: Iterable[Record], root: Path) -> list[Path]:
    """Write records as a directory folder and give the files; what else stands in `root` stays.

    All text is made before the first file is touched, so that records which cannot be said leave the folder as it was.
    """
    texts = {root / part / f"{name}.yaml": dump_yaml(data) for part, files in compose(records).items() for name, data in files.items()}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(texts)


def to_json(records: Iterable[Record]) -> str:
    """The whole directory as one JSON text: `{"format": …, "parts": {"GB": {"sources": …}}}`, each with the schema of its YAML twin."""
    return json.dumps({"format": FORMAT, "parts": compose(records)}, ensure_ascii=False, indent=1) + "\n"
