"""Tables of a package (a folder, a zip, a single file), row by row, and what is wrong with them as files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from importers.reading import Finding, Place

_CELL = 1_000_000
"""Characters that one cell may hold."""
_LINE = 4_000_000
_COLUMNS = 500
_UNPACKED = 4 << 30
"""Bytes that a zip may unpack to: more is built to exhaust."""
_RATIO = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package."""

    name: str
    path: Path
    inside: str = ""
    """Its name within the zip."""

    @property
    def stem(self) -> str:
        """Its name without folder and ending."""
        return PurePosixPath(self.name).stem.lower()

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, as a stream."""
        if not self.inside:
            with self.path.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(self.path) as package, package.open(self.inside) as stream:
            yield stream


def members(path: Path) -> list[Member]:
    """The CSV and JSON files of a folder or a zip, or the file itself; raises zipfile.BadZipFile and OSError."""
    if path.is_dir():
        return [Member(inner.name, inner) for inner in sorted(path.iterdir()) if _is_ours(inner.name) and inner.is_file()]
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as package:
            return [Member(info.filename, path, info.filename) for info in package.infolist() if _is_ours(info.filename)]
    return [Member(path.name, path)]


def opened(path: Path) -> tuple[list[Member], str, list[Finding]]:
    """The files of a package, its title, and what is wrong with it; no files where it cannot be opened, or is built to exhaust."""
    try:
        broken = list(_hostile(path))
        found = [] if broken else members(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        text = f"cannot be opened: {str(error)[:160]}"
        return [], path.stem, [Finding("unreadable", "error", Place(path.name), text, "a folder, a zip, JSON or CSV")]
    said = list(_described(found))
    title = next((one for one in said if isinstance(one, str)), path.stem)
    return found, title, broken + [one for one in said if isinstance(one, Finding)]


def _hostile(path: Path) -> Iterator[Finding]:
    """What of a zip is built to exhaust or to trick."""
    if path.is_dir() or path.suffix.lower() != ".zip":
        return
    with zipfile.ZipFile(path) as package:
        infos = package.infolist()
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")):
            yield Finding("hostile", "error", Place(path.name, info.filename), "a name that leads out of the package", value=info.filename)
        if info.file_size > 1_000_000 and info.file_size > _RATIO * max(info.compress_size, 1):
            yield Finding(
                "hostile", "error", Place(path.name, info.filename), f"unpacks to {info.file_size} bytes, {_RATIO} times its size"
            )
    if sum(info.file_size for info in infos) > _UNPACKED:
        yield Finding("hostile", "error", Place(path.name), f"unpacks to more than {_UNPACKED >> 30} GB")


def _described(found: Sequence[Member]) -> Iterator[Finding | str]:
    """What the description of a package says: its title, and the tables that it names and that are not there. One that cannot be read
    takes nothing away: tables are known by their names."""
    member = next((member for member in found if member.stem == "datapackage" and member.name.lower().endswith(".json")), None)
    if member is None:
        return
    try:
        with member.open() as stream:
            data: Any = json.loads(stream.read(1_000_000))
        if not isinstance(data, Mapping):
            raise ValueError("not an object")
    except (ValueError, OSError, RecursionError) as error:
        text = f"the description of the package is no JSON ({str(error)[:60]}); tables are read by name"
        yield Finding("unreadable", "warning", Place(member.name), text, "a datapackage.json")
        return
    if isinstance(data.get("title"), str) and data["title"].strip():
        yield data["title"].strip()
    resources = data.get("resources")
    named = [item.get("path") for item in resources if isinstance(item, Mapping)] if isinstance(resources, list) else []
    held = {other.stem for other in found}
    for path in named:
        if isinstance(path, str) and PurePosixPath(path).stem.lower() not in held:
            yield Finding(
                "missing", "note", Place(member.name, column=path[:80]), "the description names a table that is not in the package"
            )


def header(member: Member) -> list[str]:
    """The first row of a table; empty where it cannot be read."""
    try:
        with member.open() as stream:
            line = stream.readline(_CELL)
            return next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")]), [])
    except (OSError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile):
        return []


def rows(member: Member) -> Iterator[tuple[int, dict[str, str]] | Finding]:
    """The rows of a table under the names of its columns, with their numbers as a spreadsheet shows them; the header is row 1."""
    csv.field_size_limit(_CELL)
    number = 0
    try:
        with member.open() as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(_lines(text), strict=False)
            names: list[str] | None = None
            for cells in reader:
                number += 1
                if any("\0" in cell for cell in cells):
                    yield Finding("hostile", "error", Place(member.name, row=number), "a NUL byte", "text in UTF-8")
                    return
                if names is None:
                    names = [cell.strip() for cell in cells]
                    yield from _names(member, names)
                    if len(names) > _COLUMNS:
                        return
                    continue
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                    yield Finding(
                        "wrong-value", "error", Place(member.name, row=number), f"{len(cells)} cells where the header names {len(names)}"
                    )
                yield number, dict(zip(names, cells, strict=False))
            if names is None:
                yield Finding("unreadable", "error", Place(member.name), "the file is empty", "a header and rows")
    except UnicodeDecodeError as error:
        yield Finding(
            "unreadable", "error", Place(member.name, row=number + 1), f"not UTF-8: byte {error.object[error.start]:#x}", "a file in UTF-8"
        )
    except (csv.Error, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        yield Finding("unreadable", "error", Place(member.name, row=number + 1), f"cannot be read: {str(error)[:160]}")


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a text, none longer than a row can be."""
    while line := stream.readline(_LINE):
        if len(line) == _LINE:
            raise csv.Error(f"a line of more than {_LINE} characters")
        yield line


def _names(member: Member, names: list[str]) -> Iterator[Finding]:
    if len(names) > _COLUMNS:
        yield Finding("hostile", "error", Place(member.name, row=1), f"{len(names)} columns", f"at most {_COLUMNS}")
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield Finding("duplicate", "error", Place(member.name, row=1, column=name), "the column stands twice", "each column once")


def _is_ours(name: str) -> bool:
    plain = PurePosixPath(name.replace("\\", "/"))
    return plain.suffix.lower() in (".csv", ".json") and not plain.name.startswith(".") and "__MACOSX" not in plain.parts
