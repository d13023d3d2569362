"""The resources of a file, a bundle, an NDJSON or a folder of them, one by one and each with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from importers.formats.fhir_shape import shaped
from importers.reading import Finding, Place

LONGEST = 16 * 2**20
"""The longest line of an NDJSON, and the longest file that is one resource, in bytes."""
DEEPEST = 100
"""How deeply a file may be nested."""
SUFFIXES = (".json", ".ndjson", ".jsonl")
_TYPE = re.compile(r'"resourceType"\s*:\s*"([A-Z][A-Za-z]+)"')
_HEAD = 2**16


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it stands in the file."""

    data: Mapping[str, Any]
    place: Place
    url: str = ""
    """The address under which a bundle has it."""

    @property
    def type(self) -> str:
        return str(self.data.get("resourceType", ""))

    @property
    def ref(self) -> str:
        """How others point to it: its type and its id."""
        return f"{self.type}/{self.data.get('id', '')}"

    def at(self, column: str) -> Place:
        """The place of one of its elements."""
        return Place(self.place.file, self.ref, self.place.row, column)


def kind_of_file(path: Path) -> str | None:
    """The type of the first resource in a file; None where its beginning holds none. Of a folder: that of its first file that has one."""
    if path.is_dir():
        return next((found for one in files(path) if (found := kind_of_file(one))), None)
    if path.suffix.casefold() not in SUFFIXES or not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8-sig", "replace").lstrip()
    first = _TYPE.search(head) if head.startswith("{") else None
    return first.group(1) if first else None


def files(path: Path) -> list[Path]:
    """The files to be read: those of a folder by name, or the one file."""
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.suffix.casefold() in SUFFIXES and one.is_file() and not one.name.startswith("."))
    return [path]


def resources(path: Path) -> Iterator[Resource | Finding]:
    """All resources, in constant memory; what cannot be read is a finding, and ends its file."""
    for one in files(path):
        try:
            if one.suffix.casefold() == ".json":
                yield from _json(one)
            else:
                yield from _lines(one)
        except RecursionError:
            yield Finding("hostile", "error", Place(one.name), "nested more deeply than any resource is", "look where this file comes from")
        except (ijson.JSONError, ValueError, OSError) as error:
            yield Finding("unreadable", "error", Place(one.name), f"not JSON: {_said(error)}", "save it as JSON in UTF-8")


def _said(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def _lines(path: Path) -> Iterator[Resource | Finding]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST + 1):
            number += 1
            place = Place(path.name, row=number)
            if len(line) > LONGEST:
                yield Finding("hostile", "error", place, f"a line longer than {LONGEST // 2**20} MB", "one resource a line")
                return
            if line.strip():
                try:
                    yield from _one(json.loads(line.decode("utf-8-sig")), place)
                except ValueError as error:
                    yield Finding("unreadable", "error", place, f"the line is not JSON: {_said(error)}", "one resource a line, in UTF-8")


def _json(path: Path) -> Iterator[Resource | Finding]:
    if _top(path) == "Bundle":
        yield from _bundle(path)
        return
    if path.stat().st_size > LONGEST:
        yield Finding("hostile", "error", Place(path.name), f"one resource of more than {LONGEST // 2**20} MB", "a bundle or NDJSON")
        return
    yield from _one(json.loads(path.read_bytes().decode("utf-8-sig")), Place(path.name))


def _events(path: Path) -> Iterator[tuple[int, str, Any]]:
    """The events of a JSON file, each with how deep it stands; RecursionError where that is deeper than any resource is."""
    depth = 0
    with path.open("rb") as file:
        for event, value in ijson.basic_parse(file, use_float=True):
            if event in ("start_map", "start_array"):
                depth += 1
                if depth > DEEPEST:
                    raise RecursionError
            yield depth, event, value
            if event in ("end_map", "end_array"):
                depth -= 1


def _top(path: Path) -> str | None:
    """The type of the resource that the whole file is."""
    key = ""
    for depth, event, value in _events(path):
        if depth == 1 and event == "map_key":
            key = value
        elif depth == 1 and event == "string" and key == "resourceType":
            return str(value)
    return None


def _bundle(path: Path) -> Iterator[Resource | Finding]:
    number = 0
    for key, item in _items(path, ("entry", "link")):
        if key == "link":
            if isinstance(item, Mapping) and item.get("relation") == "next":
                text = "the bundle is one page of several: what stands on the others is not here"
                yield Finding("missing", "warning", Place(path.name, column="link"), text, "save all pages, as one bundle or as a folder")
            continue
        number += 1
        place = Place(path.name, row=number)
        if isinstance(item, Mapping) and isinstance(item.get("resource"), Mapping):
            yield from _one(item["resource"], place, str(item.get("fullUrl", "")))
        else:
            yield Finding("missing", "error", place, "an entry of the bundle holds no resource", "entries with a resource each")


def _items(path: Path, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The items of some lists of a bundle, one by one."""
    key, builder = "", None
    for depth, event, value in _events(path):
        if builder is not None:
            builder.event(event, value)
            if depth == 3 and event in ("end_map", "end_array"):
                yield key, builder.value
                builder = None
        elif depth == 1 and event == "map_key":
            key = value
        elif key in keys and depth == 3 and event in ("start_map", "start_array"):
            builder = ObjectBuilder()
            builder.event(event, value)
        elif key in keys and depth == 2 and event not in ("start_array", "end_array", "start_map", "end_map", "map_key"):
            yield key, value


def _one(data: Any, place: Place, url: str = "") -> Iterator[Resource | Finding]:
    if not isinstance(data, Mapping) or not isinstance(data.get("resourceType"), str):
        yield Finding("unreadable", "error", place, "this is no resource: it has no resourceType", "FHIR R4 resources")
    elif data["resourceType"] == "Bundle":
        entries = data.get("entry")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield from _one(entry.get("resource"), place, str(entry.get("fullUrl", "")))
    else:
        kept, wrong = shaped(data) if data["resourceType"] in READ else ({key: data.get(key) for key in ("resourceType", "id")}, [])
        resource = Resource(kept, place, url)
        for column in wrong:
            yield Finding("wrong-value", "error", resource.at(column), "not of the shape that FHIR gives this element", "as FHIR R4 has it")
        yield from _contained(resource)


READ = frozenset({"Organization", "Location", "HealthcareService", "OrganizationAffiliation"})
"""The resources of which anything is read."""
_OF_OTHERS = frozenset({"Organization", "Location", "HealthcareService"})


def _contained(resource: Resource) -> Iterator[Resource]:
    """A resource, and before it those that it contains, as resources of their own with ids that say whose they are."""
    inner = [one for one in resource.data.get("contained") or () if one.get("resourceType") in _OF_OTHERS and one.get("id")]
    if not inner:
        yield resource
        return
    own = str(resource.data.get("id", ""))
    names = {f"#{one['id']}": f"{one['resourceType']}/{own}-{one['id']}" for one in inner}
    for one in inner:
        yield Resource(_repointed({**one, "id": f"{own}-{one['id']}"}, names), resource.place)
    yield Resource(_repointed(resource.data, names), resource.place, resource.url)


def _repointed(value: Any, names: Mapping[str, str]) -> Any:
    """A value in which references to contained resources point to what those have become."""
    if isinstance(value, Mapping):
        return {k: names.get(v, v) if k == "reference" and isinstance(v, str) else _repointed(v, names) for k, v in value.items()}
    return [_repointed(one, names) for one in value] if isinstance(value, list) else value
