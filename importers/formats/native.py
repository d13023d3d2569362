"""The directory's own format: a folder of YAML (one folder a country), the same as one zip archive, or one JSON file."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from importers.archives import is_archive
from importers.opening import examine
from importers.reading import Finding, Options, Place, Read, Severity
from pathways.format import reader
from pathways.format.reader import DirectoryError
from pathways.format.whole import placed_of_json
from pathways.format.writer import FORMAT

NAME = "native"
OWN_IDS = True
"""Its ids are those of the directory: which body is which is said, and not asked."""
LARGEST = 256 * 2**20
"""The largest native file or archive, unpacked and in bytes; it is read as a whole."""

_FILE = re.compile(r"^(?:.*/)?[A-Z]{2}/[a-z]+\.yaml$")
_RULES = {
    "schema": "wrong-value",
    "yaml": "unreadable",
    "json": "unreadable",
    "file": "unreadable",
    "encoding": "unreadable",
    "unique": "duplicate",
    "source": "no-parent",
    "stakeholder": "no-parent",
    "stage": "no-parent",
}
"""How the findings of the directory's own reader are called."""


def recognise(path: Path) -> str | None:
    """Why this is a directory in its own format."""
    if path.is_dir():
        found = [folder.name for folder in reader.folders(path) if any(folder.glob("*.yaml"))]
        return f"a folder of countries ({', '.join(found[:5])}{', …' if len(found) > 5 else ''})" if found else None
    with path.open("rb") as file:
        head = file.read(4096)
    if is_archive(head) and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found = [name for name in archive.namelist() if _FILE.match(name)]
        return f"an archive of countries ({found[0]}, …)" if found else None
    return f'it says "format": "{FORMAT}"' if re.search(rb'^\s*\{\s*"format"\s*:\s*"' + re.escape(FORMAT.encode()) + rb'"', head) else None


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The records of a directory. A file is read as a whole: YAML and references can only be checked so.

    Its own sources speak for it; none is added.
    """
    try:
        if path.is_dir():
            yield from _folder(path)
        elif zipfile.is_zipfile(path):
            yield from _archive(path)
        elif path.stat().st_size > LARGEST:
            yield _too_large(path)
        else:
            yield from _json(path)
    except DirectoryError as error:
        yield from (_finding(found, path.name) for found in error.findings)


def _archive(path: Path) -> Iterator[Read | Finding]:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if _FILE.match(name)]
        if sum(archive.getinfo(name).file_size for name in names) > LARGEST:
            yield _too_large(path)
            return
        yield from _left_out(path, [name for name in archive.namelist() if name not in names and not name.endswith("/")])
        archive.extractall(folder, names)  # the names were looked at before any format saw the archive
        root = Path(folder) / Path(names[0]).parent.parent
        wrong = examine(root)  # YAML is held to more than the other texts of an archive
        yield from wrong or _folder(root)


def _too_large(path: Path) -> Finding:
    text = f"larger than {LARGEST // 2**20} MB; this format is read as a whole"
    return Finding("hostile", "error", Place(path.name), text, "give it as a folder, or country by country")


def _left_out(path: Path, names: list[str]) -> Iterator[Finding]:
    for name in names:
        yield Finding("ignored", "note", Place(path.name, name), "no file of a directory", "nothing; it is left out")


def _folder(root: Path) -> Iterator[Read | Finding]:
    documents = reader.read_documents(root)
    for part, files in documents.items():
        for kind, document in files.items():
            for record, path in reader.records_of(part, kind, document.data):
                yield Read(record, Place(document.name, row=document.line(path)))


def _json(path: Path) -> Iterator[Read | Finding]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        yield Finding("unreadable", "error", Place(path.name), "not UTF-8", "save the file as UTF-8")
        return
    for record, document, at in placed_of_json(text):
        yield Read(record, Place(path.name, column="/".join((document.name, *map(str, at)))))


def _finding(found: reader.Finding, name: str) -> Finding:
    file, _, line = found.where.rpartition(":")
    place = Place(file, row=int(line)) if file and line.isdecimal() else Place(name, column=found.where)
    severity: Severity = "error" if found.severity == "error" else "warning"
    text, _, todo = found.message.partition("; ")
    return Finding(_RULES.get(found.rule, "wrong-value"), severity, place, text, todo)
