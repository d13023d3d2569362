"""Feeds of Open Referral UK 3.0, as files or a folder of saved pages: HSDS 3 with a stricter profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from importers.formats import hsds3
from importers.formats.hsds_gather import Dialect
from importers.reading import Finding, Options, Read

NAME = "oruk"
_DIALECT = Dialect("Open Referral UK 3.0", values="error")
"""The UK profile checks e-mail and web addresses: a feed that breaks them is refused, as its own validator refuses it."""
_DETAILS = "api_details.json"


def recognise(path: Path) -> str | None:
    """A feed whose description names the UK profile: in the file itself, in its folder, or in the folder beside the file."""
    if path.is_dir():
        described = path / _DETAILS
    elif path.suffix.lower() == ".json":
        described = path.parent / _DETAILS
    else:
        return None
    try:
        named = next((file for file in (path, described) if file.is_file() and _names_profile(file)), None)
        if named and (named == path or path.is_dir() or hsds3.marks(hsds3.beginning(path))):
            return f"{named.name} names the profile HSDS-UK"
    except OSError:
        return None
    return None


def _names_profile(file: Path) -> bool:
    text = hsds3.beginning(file)
    return text.lstrip()[:1] in ("{", "[") and "HSDS-UK" in text


def read(path: Path, options: Options) -> Iterator[Read | Finding]:
    """The bodies and mandates of the feed, in constant memory."""
    yield from hsds3.read_as(path, options, _DIALECT)
