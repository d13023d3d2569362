"""Whether a file may be opened at all: its encoding, its lines, its size, and of an archive what it would unpack to.

It is looked through once, in small pieces, before any format sees it: what would exhaust or trick a reader is refused here for all of
them. What a file says is not looked at.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import yaml

from importers.archives import Refused, is_archive, members, sheet_problem, unpacked
from importers.reading import Finding, Place

LINE = 8 * 2**20
"""The longest line, and the longest text of a JSON file, in bytes."""
LARGEST = 8 * 2**30
"""The largest file, in bytes."""
LARGEST_YAML = 32 * 2**20
"""The largest YAML file, in bytes; YAML is read as a whole."""
DEEPEST = 100
"""How deeply YAML may be nested."""
MOST_FILES = 10_000
"""The most files of a folder."""

_PIECE = 2**20
_LEGACY_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"\x1f\x8b": "a file packed with gzip",
    b"BZh": "a file packed with bzip2",
    b"\xfd7zXZ": "a file packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF",
}
_LINES = {".csv", ".tsv", ".tab", ".txt", ".ndjson", ".jsonl", ".yaml", ".yml"}
_BY_LINES = "one record a line; is this the file that was meant?"
_UTF_8 = "save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)"


def examine(path: Path, encoding: str = "utf-8") -> list[Finding]:
    """Why a file or a folder must not be opened; nothing where it may. `encoding` is what its keeper says that its texts are in."""
    try:
        if path.is_dir():
            _examine_folder(path, encoding)
        else:
            _examine_file(path, path.name, encoding)
    except Refused as refused:
        return [refused.finding]
    except OSError as error:
        return [Finding("unreadable", "error", Place(path.name), f"cannot be read: {error.strerror}", "look whether the file is there")]
    return []


def load_small_yaml(path: Path) -> object:
    """The data of a YAML file that somebody wrote by hand (a mapping, expectations); Refused where it is not one."""
    from pathways.format.reader import load_yaml

    try:
        _examine_file(path, path.name, "utf-8")
        return load_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused("unreadable", Place(path.name), f"cannot be read: {error.strerror}", "look whether the file is there") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path.name, row=mark.line + 1 if mark else None)
        raise Refused("unreadable", place, f"not YAML: {getattr(error, 'problem', error)}", "correct it there") from error


def _examine_folder(root: Path, encoding: str) -> None:
    files = 0
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root.parent).as_posix()
        if path.is_symlink():
            raise Refused("hostile", Place(name), "a link to another place", "put the file itself into the folder")
        if path.is_file():
            files += 1
            if files > MOST_FILES:
                raise Refused("hostile", Place(root.name), f"more than {MOST_FILES} files", "give the folder of one list only")
            _examine_file(path, name, encoding)


def _examine_file(path: Path, name: str, encoding: str) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Refused("unreadable", Place(name), "the file is empty", "give the file with its content")
    if size > LARGEST:
        raise Refused("hostile", Place(name), f"larger than {LARGEST // 2**30} GB", "give the list in several files, each its own source")
    with path.open("rb") as file:
        head = file.read(8)
        if is_archive(head):
            _examine_archive(path, name, encoding)
        elif head != _LEGACY_WORKBOOK:
            file.seek(0)
            suffix = path.suffix.lower()
            _refuse_other(head, suffix, name)
            if suffix in (".yaml", ".yml"):
                _refuse_large(name, size, LARGEST_YAML)
            _examine_text(file, Place(name), suffix, encoding)
    if path.suffix.lower() in (".yaml", ".yml"):
        _examine_yaml(path.read_text(encoding="utf-8-sig"), name)


def _refuse_other(head: bytes, suffix: str, name: str) -> None:
    """Refused for what is neither text, nor an archive, nor a workbook."""
    kind = next((word for start, word in _OTHERS.items() if head.startswith(start)), None)
    if kind is not None:
        raise Refused("unreadable", Place(name), f"{kind}, and no list", "give the list as text, workbook or zip archive")
    if suffix in (".zip", ".xlsx", ".xlsm"):
        raise Refused("unreadable", Place(name), f"it is called {suffix}, but is no such file", "fetch or make it again")


def _refuse_large(name: str, size: int, most: int) -> None:
    if size > most:
        raise Refused("hostile", Place(name), f"larger than {most // 2**20} MB", "give it in several files")


def _examine_archive(path: Path, name: str, encoding: str) -> None:
    with unpacked(path, name) as archive:
        workbook = "[Content_Types].xml" in archive.namelist()
        for member in members(archive, name, path.stat().st_size, workbook):
            place = Place(name, member.filename)
            with archive.open(member) as content:
                if workbook:
                    sheet_problem(content, member, place)
                else:
                    _examine_text(content, place, Path(member.filename).suffix.lower(), encoding)


def _examine_text(file: IO[bytes], place: Place, suffix: str, encoding: str) -> None:
    """Refused for a text with NUL bytes, of another encoding, or with a line (in JSON: a text) that is too long."""
    decoder = codecs.getincrementaldecoder("utf-8")() if encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig") else None
    line, at, run = 1, 0, 0
    is_json: bool | None = None if suffix not in _LINES else False
    for piece in _pieces(file):
        if at == 0 and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Refused("unreadable", _row(place, 1), "the text is in UTF-16", _UTF_8)
        if is_json is None and piece.strip():
            is_json = piece.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
        if (found := piece.find(b"\0")) >= 0:
            where = _row(place, line + piece.count(b"\n", 0, found))
            raise Refused("hostile", where, f"a NUL byte (byte {at + found})", "this is not a text; export the list again")
        if decoder is not None:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                start = max(error.start, 0)
                where = _row(place, line + piece.count(b"\n", 0, start))
                raise Refused(
                    "unreadable", where, f"not UTF-8 (near byte {at + start})", _UTF_8, repr(error.object[start : start + 1])
                ) from None
        run = _longest(piece, run, b'\n"' if is_json else b"\n")
        if run < 0:
            what = "a text" if is_json else "a line"
            raise Refused("hostile", _row(place, line + piece.count(b"\n")), f"{what} of more than {LINE // 2**20} MB", _BY_LINES)
        line, at = line + piece.count(b"\n"), at + len(piece)
    if decoder is not None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise Refused("unreadable", _row(place, line), "not UTF-8: the last letter is cut off", _UTF_8) from None


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _longest(piece: bytes, run: int, ends: bytes) -> int:
    """The length of the run that a piece ends with; -1 where one is too long. Pieces are shorter than a run may be."""
    first = min((found for end in ends if (found := piece.find(end)) >= 0), default=-1)
    if first < 0:
        return -1 if run + len(piece) > LINE else run + len(piece)
    if run + first > LINE:
        return -1
    return len(piece) - 1 - max(piece.rfind(end) for end in ends)


def _row(place: Place, line: int) -> Place:
    return Place(place.file, place.sheet, line)


_MAYBE_ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*[^\s*,\[\]{}]", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_STACKED = re.compile(rf"^[ ]*(?:[-?] +){{{DEEPEST}}}", re.MULTILINE)


def _examine_yaml(text: str, name: str) -> None:
    """Refused for YAML with references to itself (a small file that unfolds to a large one), and for what is nested too deeply."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            line = text.count("\n", 0, bracket.start()) + 1
            raise Refused("hostile", Place(name, row=line), f"nested more than {DEEPEST} deep", "write it flat")
    if _STACKED.search(text) or re.search(rf"^ {{{4 * DEEPEST},}}\S", text, re.MULTILINE):
        raise Refused("hostile", Place(name), f"nested more than {DEEPEST} deep", "write it flat")
    if _MAYBE_ALIAS.search(text):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(text, Loader=loader):
                if isinstance(event, yaml.AliasEvent):
                    row = event.start_mark.line + 1 if event.start_mark else None
                    raise Refused("hostile", Place(name, row=row), "a reference to another place of the file (*name)", "write it out there")
        except yaml.YAMLError:
            return  # the reader says better what is wrong with it
