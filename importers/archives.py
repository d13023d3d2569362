"""What a zip archive or a workbook would unpack to, seen before anything of it is unpacked."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from importers.reading import Finding, Place

MOST_MEMBERS = 10_000
MOST_BYTES = 8 * 2**30
"""The most that an archive may unpack to."""
MOST_WORKBOOK = 2**30
"""The most that one part of a workbook may unpack to."""
MOST_TEXTS = 128 * 2**20
"""The most of a part of a workbook that is read as a whole (its shared texts, its styles)."""
RATIO = 200
"""How many times its size an archive may unpack to; texts come to 10 or 30, what is made to exhaust comes to 1,000."""
SMALL = 16 * 2**20
"""An archive that unpacks to less is not asked for its ratio."""
ROW = 2 * 2**20
"""The longest row of a sheet, in bytes of its XML: a hundred thousand cells."""

_ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst"}


class Refused(ValueError):
    """A file that must not be opened; `finding` says why, where, and what would be accepted."""

    def __init__(self, rule: str, place: Place, text: str, todo: str, value: str = "") -> None:
        super().__init__(f"{place}: {text}")
        self.finding = Finding(rule, "error", place, text, todo, value)


def is_archive(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a zip archive, which a workbook is too."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """An archive; Refused where it is damaged, also where that is seen only while it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError, UnicodeDecodeError) as error:
        raise Refused(
            "unreadable", Place(name), f"the archive is damaged or cut off: {error}", "fetch or make it again; only plain zip is read"
        ) from None


def members(archive: zipfile.ZipFile, name: str, size: int, workbook: bool) -> list[zipfile.ZipInfo]:
    """The files of an archive; Refused where one would be written elsewhere, or where they would come to too much."""
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise Refused("hostile", Place(name), f"more than {MOST_MEMBERS} files in it", "give the archive of one list only")
    for member in found:
        _refuse_member(member, Place(name, member.filename), workbook)
    total, packed = sum(member.file_size for member in found), sum(member.compress_size for member in found)
    if packed > size:
        raise Refused("hostile", Place(name), "its files lie on top of each other", "make the archive again")
    if total > MOST_BYTES or (total > SMALL and total > RATIO * size):
        raise Refused(
            "hostile",
            Place(name),
            f"{size:,} bytes that would unpack to {total:,}",
            f"at most {RATIO} times its size and {MOST_BYTES // 2**30} GB are unpacked",
        )
    return [member for member in found if not member.is_dir()]


def _refuse_member(member: zipfile.ZipInfo, place: Place, workbook: bool) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if not member.filename or path.is_absolute() or ".." in path.parts or ":" in member.filename or member.orig_filename != member.filename:
        raise Refused("hostile", place, "its name leads out of the archive", "make the archive again, with plain names")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("hostile", place, "a link to another place", "put the file itself into the archive")
    if member.flag_bits & 0x1:
        raise Refused("unreadable", place, "it is encrypted", "give it without a password")
    if not workbook and path.suffix.lower() in _ARCHIVES:
        raise Refused("hostile", place, "an archive within an archive", "give the inner archive by itself")
    if workbook:
        _refuse_of_workbook(member, path, place)


def _refuse_of_workbook(member: zipfile.ZipInfo, path: PurePosixPath, place: Place) -> None:
    whole = path.suffix == ".xml" and not _SHEET.search(member.filename)
    if member.file_size > (MOST_TEXTS if whole else MOST_WORKBOOK):
        raise Refused("hostile", place, f"a part of the workbook of {member.file_size:,} bytes", "give it in several workbooks, or as CSV")
    if path.match("externalLinks/*.xml"):
        raise Refused("hostile", place, "the workbook takes values from other files", "break the links, save it again")
    if path.name in ("vbaProject.bin", "vbaData.xml"):
        raise Refused("hostile", place, "the workbook holds macros", "save it as .xlsx, without macros")


_SHEET = re.compile(r"^/?xl/worksheets/[^/]+\.xml$")
_TEXTS = re.compile(r"^/?xl/sharedStrings\.xml$")


def sheet_problem(content: IO[bytes], member: zipfile.ZipInfo, place: Place) -> None:
    """Refused for XML that declares entities, and for a row or a text of a workbook that is too long."""
    if not member.filename.endswith((".xml", ".rels")):
        return
    end = b"<row" if _SHEET.search(member.filename) else b"<si" if _TEXTS.search(member.filename) else b""
    before, run = b"", 0
    while piece := content.read(2**20):
        joined = before + piece
        if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined:
            raise Refused("hostile", place, "XML that declares a type or entities", "save the workbook again in a spreadsheet program")
        if end:
            pieces = joined.split(end)
            longest = max(run + len(pieces[0]), *(len(one) for one in pieces[1:]), 0)
            if longest > ROW:
                raise Refused("hostile", place, f"a row or text of more than {ROW // 2**20} MB", "give one row a mandate, with few columns")
            run = (run if len(pieces) == 1 else 0) + len(pieces[-1]) - 8
        before = joined[-8:]
