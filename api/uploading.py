"""Takes in an uploaded list: streamed to the disk piece by piece within its limit, never held in memory, never written anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from api.body import throw_away
from api.problems import Problem

MULTIPART = "multipart/form-data"
Fields = MultiDict[str, str]
Files = MultiDict[str, FileStorage]
_MOST_PARTS = 20
_MOST_FIELDS = 500_000
"""The most that is held in memory of an upload, and that all fields which are no files may come to, in bytes."""
_MOST_MAPPING = 1_000_000


def receive(request: Request, folder: Path, most: int, place: Callable[[str], Path], mapping: Path) -> dict[str, str]:
    """The fields of an upload; its `file` is then where `place` puts its name, its `mapping` in that file. Problem where it is none.

    `folder` takes the parts while they come; `most` is the limit of the whole, in bytes.
    """
    if request.mimetype != MULTIPART:
        throw_away(request)
        raise Problem("unsupported-media-type", errors=[{"parameter": "Content-Type", "message": "is no upload", "accepted": [MULTIPART]}])
    if request.content_length is None:
        raise Problem("bad-request", "Say the length of the upload (Content-Length).")
    if request.content_length > most:
        throw_away(request)
        raise Problem("body-too-large", f"A list may have {most // 1_000_000:,} MB at most here (PATHWAYS_UPLOAD_MB).")
    opened: list[IO[bytes]] = []
    try:
        form, files = _parsed(request, folder, most, opened)
        return _placed(form, files, place, mapping)
    finally:
        for part in opened:
            part.close()
            Path(str(part.name)).unlink(missing_ok=True)


def _placed(form: Fields, files: Files, place: Callable[[str], Path], mapping: Path) -> dict[str, str]:
    """The fields, when the files have been put where they belong."""
    twice = [name for name, values in (*form.lists(), *files.lists()) if len(values) > 1]
    unknown = [name for name in files if name not in ("file", "mapping")]
    if twice or unknown:
        names = [
            {"pointer": f"/{name[:80]}", "message": "stands twice, or is no file that is taken", "accepted": "one file, one mapping"}
            for name in (*twice, *unknown)
        ]
        raise Problem("invalid-body", errors=names)
    named = {name: found for name, found in files.items() if found.filename}
    if "file" not in named:
        raise Problem("invalid-body", errors=[{"pointer": "/file", "message": "is missing", "accepted": "a partner's list"}])
    _move(named["file"], place(named["file"].filename or ""))
    if "mapping" in named:
        _move(named["mapping"], mapping)
        if mapping.stat().st_size > _MOST_MAPPING:
            raise Problem("body-too-large", "A mapping may have 1 MB at most.")
    return {name: value for name, value in form.items() if value != ""} | ({"mapping": "yes"} if "mapping" in named else {})


def _parsed(request: Request, folder: Path, most: int, opened: list[IO[bytes]]) -> tuple[Fields, Files]:
    """The fields and the files, each file in a file of its own within the folder."""

    def part(*_: Any, **__: Any) -> IO[bytes]:
        opened.append((folder / f".part-{len(opened)}").open("w+b"))
        return opened[-1]

    request.max_content_length = most
    parser = FormDataParser(part, max_form_memory_size=_MOST_FIELDS, max_content_length=most, max_form_parts=_MOST_PARTS, silent=False)
    try:
        _, form, files = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
    except RequestEntityTooLarge:
        raise Problem("body-too-large", f"At most {_MOST_PARTS} parts, and {_MOST_FIELDS:,} bytes of fields beside the files.") from None
    except (ValueError, HTTPException):
        raise Problem("bad-request", "The upload is broken off, or is not written as multipart/form-data.") from None
    return form, files


def _move(found: FileStorage, place: Path) -> None:
    found.stream.flush()
    place.unlink(missing_ok=True)
    Path(str(found.stream.name)).rename(place)
    place.chmod(0o600)
