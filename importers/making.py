"""What the readers of tables make alike: ids from names, the source that a file is, texts with typographic oddities made plain."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from importers.reading import Options, Place, Read
from pathways.records import CROSS_BORDER, Record
from pathways.script import tokens

_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_LONG = 60
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d\d:\d\d.*)?")


def clean(text: str) -> str:
    """A text without spaces around it, double spaces and signs that nobody sees; line breaks stay."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    normal = unicodedata.normalize("NFC", text)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in normal.splitlines()).strip()


def phone(text: str) -> str:
    """A number as it was written, with plain hyphens and spaces; what it means is the pipeline's to say."""
    return clean(text.translate(_DASHES))


def slug(name: str) -> str:
    """An id from a name, the same at every import: plain Latin letters, with a mark of the whole name where they lose some."""
    words = tokens(name)
    made = "-".join(words)
    lost = any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in name)
    if lost or len(made) > _LONG or not made:
        mark = hashlib.sha256(" ".join(unicodedata.normalize("NFKC", name).casefold().split()).encode()).hexdigest()[:6]
        made = f"{made[:_LONG].rstrip('-')}-{mark}".lstrip("-")
    return made


def body_id(part: str, name: str) -> str:
    """The id of a body of a part by its name, or by the partner's own id."""
    return f"{part.lower()}-{slug(name)}"


def is_id(text: str) -> bool:
    """Whether a text can be an id of the directory as it is."""
    return bool(_ID.fullmatch(text))


def name_as_id(part: str, text: str) -> str:
    """The id of a body of which a partner gives its own id (or, in a referral, the name): the same where it is one of ours."""
    return text if is_id(text) and re.match(r"[a-z]{2}-", text) else body_id(part, text)


def source_id(part: str, source: str) -> str:
    """The id of the source that a file is."""
    return f"{part.lower()}-{slug(source)}"


def source_read(options: Options, part: str | None, place: Place, said: Mapping[str, Any] | None = None) -> Read:
    """The source that a file is, as all its records cite it; `said` is what the file or its mapping says of it.

    It belongs to the country of the file, and to the part of the channels between countries where it has several.
    """
    home = part or CROSS_BORDER
    fields: dict[str, Any] = {"title": options.source, "publisher": options.source, "year": None, "kind": "partner-list"}
    if options.published and options.published[:4].isdigit():
        fields["year"] = int(options.published[:4])
    fields.update(said or {})
    return Read(Record("source", source_id(home, options.source), home, fields), place)


def iso_date(text: str, formats: tuple[str, ...] = ()) -> str | None:
    """A day, month or year in ISO 8601 (`2015/05/20`, `2015-05`, `2015`), by these formats of strptime first; None where it is none.

    Days that could be months (`03/04/2015`) are not guessed: a mapping says which they are.
    """
    bare = text.strip()
    for form in formats:
        try:
            return datetime.strptime(bare, form).date().isoformat()
        except ValueError:
            continue
    found = _DATE.fullmatch(bare)
    if not found:
        return None
    year, month, day = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def split(text: str, marks: str = ";\n|") -> list[str]:
    """The values of a cell that holds several; none twice."""
    parts = (clean(part) for part in re.split("[" + re.escape(marks) + "]", text))
    return list(dict.fromkeys(part for part in parts if part))
