"""The profile of HSDS 3 that our packages follow, as JSON Merge Patches (RFC 7386) and new schemas; published in `importers/out/profile/`.

`service.json` and `organization.json` are patches of the schemas of the same name; `body.json`, `mandate.json`, `referral.json`,
`requirement.json` and `source.json` are new. They are made from the directory's own schema, so that they cannot differ from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from importers.formats import hsds_profile

FOLDER = Path(__file__).parent / "profile"

_ABOUT: Mapping[str, str] = {
    "body": "What kind of body an organization is, where it works, how it is reached and how confidential it is, as the directory has it.",
    "mandate": "One function that a body performs: for whom (serves, excludes), on what basis, with which deadlines, as of when, by which "
    "sources.",
    "referral": "A referral from one body to another that a source states, with its basis and its functions.",
    "requirement": "What a word that mandates require means: the condition, the earlier step or the consent that meets it.",
    "source": "Who says so: the law, page or report that records cite.",
}
_ORDER = {"body": 101, "mandate": 102, "referral": 103, "requirement": 104, "source": 105}


def schemas() -> dict[str, Any]:
    """The files of the profile, by name."""
    made: dict[str, Any] = {f"{kind}.json": _table(table, kind) for table, kind in hsds_profile.TABLES.items()}
    made["organization.json"] = {"properties": {name: _many(kind) for name, kind in hsds_profile.TABLES.items() if kind != "mandate"}}
    made["service.json"] = {"properties": {"mandates": _many("mandate")}}
    return made


def _many(kind: str) -> dict[str, Any]:
    return {"name": kind, "type": "array", "items": {"$ref": f"{kind}.json"}, "description": _ABOUT[kind]}


def fields(kind: str) -> dict[str, dict[str, Any]]:
    """The columns of a table of the profile, each as HSDS describes one."""
    above = hsds_profile.ABOVE.get(kind)
    uuid = {"type": "string", "format": "uuid"}
    made = {"id": {**uuid, "description": "The identifier of the row."}}
    if above:
        made[f"{above}_id"] = {**uuid, "description": f"The identifier of the {above} that the row goes with."}
    made["part"] = {"type": "string", "description": "The country (ISO 3166-1) whose part of the directory it is; XB between countries."}
    made["record_id"] = {"type": "string", "description": "The identifier in the directory."}
    for column, (name, is_text) in hsds_profile.columns(kind).items():
        if name:
            shape = hsds_profile.shape(kind)["properties"][name]
            described = f"The field {name} of the directory's format" + ("." if is_text else ", as JSON.")
            words = {"enum": shape["enum"]} if is_text and "enum" in shape else {}
            media = {} if is_text else {"contentMediaType": "application/json"}
            made[column] = {"type": "string", **words, **media, "description": described}
    return {name: {"name": name, **value} for name, value in made.items()}


def _table(table: str, kind: str) -> dict[str, Any]:
    return {
        "name": kind,
        "path": f"{table}.csv",
        "description": _ABOUT[kind],
        "datapackage_metadata": {"format": "csv", "mediatype": "text/csv", "profile": "tabular-data-resource", "order": _ORDER[kind]},
        "type": "object",
        "properties": fields(kind),
        "required": ["id", "part", "record_id"],
    }


def publish(folder: Path = FOLDER) -> None:
    """Writes the files of the profile."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in schemas().items():
        (folder / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    publish()
