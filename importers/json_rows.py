"""The records of a JSON file one by one, in constant memory, by ijson; what is built to exhaust is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importers.reading import Place
from importers.tables import MAX_UNPACKED, refuse

MAX_TEXT = 1 << 22
"""Bytes between two quotation marks, beyond which no text of a directory goes."""
MAX_EVENTS = 200_000
"""Values of one record."""
MAX_DEPTH = 64
BUFFER = 2048
"""Bytes that ijson reads at a time. It names the place of everything in them before anybody can look: of 64 KiB of brackets these names
take ten gigabytes."""


def records(path: Path, rows: str = "item", beginning: bool = False) -> Iterator[tuple[int, Any]]:
    """The records under an ijson prefix (`item`: of the outermost list), numbered from 1; Refused for what is broken or hostile.

    With `beginning`, the file is looked at no further than its first MiB before: enough to recognise it.
    """
    import ijson
    from ijson.common import ObjectBuilder

    examine(path, beginning)
    place = Place(path.name)
    number, depth, events = 0, 0, 0
    builder: Any = None
    with path.open("rb") as stream:
        if stream.read(3) != b"\xef\xbb\xbf":
            stream.seek(0)
        try:
            for prefix, event, value in ijson.parse(stream, buf_size=BUFFER, use_float=True):
                opens, closes = event.startswith("start_"), event.startswith("end_")
                depth += opens - closes
                if depth > MAX_DEPTH:
                    refuse("hostile", Place(path.name, row=number + 1), f"is nested more than {MAX_DEPTH} deep")
                if builder is None and prefix == rows and not closes:
                    builder, events, start = ObjectBuilder(), 0, depth - opens
                if builder is None:
                    continue
                events += 1
                if events > MAX_EVENTS:
                    refuse("hostile", Place(path.name, row=number + 1), f"is a record of more than {MAX_EVENTS:,} values")
                builder.event(event, value)
                if depth == start:
                    number += 1
                    yield number, builder.value
                    builder = None
        except ijson.JSONError as error:
            refuse("unreadable", Place(path.name, row=number + 1), f"is not JSON: {' '.join(str(error).split())[:120]}", "send it again")
        except UnicodeError:
            refuse("unreadable", Place(path.name, row=number + 1), "is not UTF-8", "save it as UTF-8")
    if number == 0:
        refuse("unreadable", place, f"holds no record at “{rows}”", "the path to the list of records, in the mapping (rows)")


def examine(path: Path, beginning: bool = False) -> None:
    """One pass over the bytes: no endless text, no NUL bytes; Refused otherwise."""
    gap, total = 0, 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            total += len(chunk)
            first, last = chunk.find(b'"'), chunk.rfind(b'"')
            if total > MAX_UNPACKED or gap + (len(chunk) if first < 0 else first) > MAX_TEXT:
                refuse("hostile", Place(path.name), f"has a text of more than {MAX_TEXT:,} bytes, or is larger than {MAX_UNPACKED:,}")
            if b"\0" in chunk:
                refuse("unreadable", Place(path.name), "has NUL bytes: it is not UTF-8, or it is damaged", "save it as UTF-8")
            if beginning:
                return
            gap = gap + len(chunk) if last < 0 else len(chunk) - last - 1
