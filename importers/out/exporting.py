"""The forms in which the directory goes out, each with what it can hold (`docs/exporting.md`), and the one way to write them.

A file is made beside its place and moved there when it is complete: an export that fails leaves nothing half done.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree

from importers.out import graphml, hsds, shown, tables, whole
from pathways.directory import Directory
from pathways.format import writer
from pathways.records import Record
from pathways.visibility import Viewer

FOLDER = ""
"""In place of a suffix: the form may be a folder."""


@dataclass(frozen=True, slots=True)
class Export:
    """What goes out: one revision as it was loaded and as a directory, for whom, and the day on which it is told what is active."""

    directory: Directory
    loaded: Sequence[Record]
    viewer: Viewer
    on: date


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what it is in a few words, the suffixes of its files, and who writes it."""

    what: str
    suffixes: tuple[str, ...]
    write: Callable[[Export, Path], None]


def _yaml(export: Export, path: Path) -> None:
    writer.write(whole.records(export.directory, export.loaded, export.viewer), path)


def _json(export: Export, path: Path) -> None:
    path.write_text(writer.to_json(whole.records(export.directory, export.loaded, export.viewer)), encoding="utf-8")


def _csv(export: Export, path: Path) -> None:
    records = shown.records(export.directory, export.viewer)
    if path.suffix.lower() == ".zip":
        tables.write_zip(records, path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        tables.write_csv(records, out)


def _hxl(export: Export, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        tables.write_csv(shown.records(export.directory, export.viewer), out, hxl=True)


def _xlsx(export: Export, path: Path) -> None:
    tables.write_xlsx(shown.records(export.directory, export.viewer), path)


def _graphml(export: Export, path: Path) -> None:
    graphml.write(whole.records(export.directory, export.loaded, export.viewer), path)


def _hsds(export: Export, path: Path) -> None:
    if path.suffix.lower() != ".zip":
        hsds.write(export.directory, export.viewer, path, export.on)
        return
    with tempfile.TemporaryDirectory(prefix="hsds-") as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        hsds.write(export.directory, export.viewer, Path(folder), export.on)
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file():
                name = file.relative_to(folder).as_posix()
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), file.read_bytes(), zipfile.ZIP_DEFLATED)


FORMS: Mapping[str, Form] = {
    "yaml": Form("the whole directory in its own format", (FOLDER,), _yaml),
    "json": Form("the same as one file", (".json",), _json),
    "csv": Form("a row a mandate; .zip: with the sources and what is required", (".csv", ".zip"), _csv),
    "xlsx": Form("the same as a workbook", (".xlsx",), _xlsx),
    "hsds": Form("an Open Referral HSDS 3 data package with our profile", (FOLDER, ".zip"), _hsds),
    "graphml": Form("bodies, mandates, stages, sources and what ties them", (".graphml",), _graphml),
    "hxl": Form("who does what where, with HXL hashtags", (".csv",), _hxl),
}


def accepted(form: str) -> str:
    """What an output of a form may be, in words."""
    return " or ".join("a folder" if suffix == FOLDER else f"a file *{suffix}" for suffix in FORMS[form].suffixes)


def is_folder(form: str, path: Path) -> bool:
    """Whether the output of a form at a path is a folder."""
    return FOLDER in FORMS[form].suffixes and path.suffix.lower() not in FORMS[form].suffixes


def write(form: str, export: Export, path: Path) -> None:
    """Write an export; OSError and WriteError leave what was there as it was. A folder must be new or empty."""
    folder = is_folder(form, path)
    with _aside(path, folder) as made:
        FORMS[form].write(export, made)
        if folder and path.exists():
            path.rmdir()
        os.replace(made, path)


@contextmanager
def _aside(path: Path, folder: bool) -> Iterator[Path]:
    """A place beside `path`, of the same suffix, where it is made; nothing is left there."""
    home = Path(tempfile.mkdtemp(prefix=".export-", dir=path.resolve().parent))
    try:
        made = home / path.name
        if folder:
            made.mkdir()
        yield made
    finally:
        rmtree(home, ignore_errors=True)
