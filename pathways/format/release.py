"""A release of the directory: its files in one zip, with a list of them that is signed. The same files give the same bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pathways.format.reader import folders
from pathways.records import canonical_json
from pathways.signing import SigningError, checked, signed

FORMAT = "referral-pathways-release/1"
MANIFEST = "MANIFEST.json"
MOST_BYTES = 200_000_000
"""A release is not unpacked beyond this."""


class ReleaseError(ValueError):
    """A release that cannot be made, or is not what was signed; the message says where."""


def write(root: Path, target: Path, key: Ed25519PrivateKey, day: str | None) -> dict[str, Any]:
    """Write the files of a directory folder as a release of a day (ISO 8601; today where none is given); what its manifest says."""
    try:
        on = date.fromisoformat(day) if day else date.today()
    except ValueError:
        raise ReleaseError(f"{day!r} is not a date; YYYY-MM-DD is accepted") from None
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in _files(root)}
    if not files:
        raise ReleaseError(f"{root.name} has no files of a directory")
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    said = signed({"format": FORMAT, "version": version("referral-pathways"), "date": on.isoformat(), "files": hashes}, key)
    when = (max(on.year, _FIRST_YEAR), on.month, on.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in {MANIFEST: (canonical_json(said) + "\n").encode(), **files}.items():
            entry = zipfile.ZipInfo(name, when)
            entry.create_system, entry.external_attr, entry.compress_type = _UNIX, 0o100644 << 16, zipfile.ZIP_DEFLATED
            packed.writestr(entry, content, compresslevel=9)
    return said


def check(path: Path, key: Ed25519PublicKey) -> dict[str, Any]:
    """What the manifest of a release says; ReleaseError where it is not signed by the key, or where its files are others."""
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise ReleaseError(f"{path.name} would unpack to more than {MOST_BYTES:,} bytes")
            names = packed.namelist()
            said = checked(_manifest(packed.read(MANIFEST)), key)
            if len(names) != len(set(names)):
                raise ReleaseError(f"{path.name}: a file stands twice in it")
            found = {name: hashlib.sha256(packed.read(name)).hexdigest() for name in names if name != MANIFEST}
    except (OSError, zipfile.BadZipFile, KeyError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ReleaseError(f"{path.name} is not a release that can be read: {error}") from None
    except SigningError as error:
        raise ReleaseError(f"{path.name}: {error}") from None
    if said.get("format") != FORMAT or not isinstance(said.get("files"), dict):
        raise ReleaseError(f"{path.name}: its manifest is of another format; {FORMAT} is accepted")
    for name in sorted(found.keys() | said["files"].keys()):
        if found.get(name) != said["files"].get(name):
            lacking = "is missing" if name not in found else "is not in the manifest"
            how = "is not as it was signed" if name in found and name in said["files"] else lacking
            raise ReleaseError(f"{path.name}: {name} {how}")
    return said


def _manifest(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except ValueError as error:
        raise SigningError(f"{MANIFEST} cannot be read: {error}") from None
    if not isinstance(said, dict):
        raise SigningError(f"{MANIFEST} is not a JSON object")
    return said


def _files(root: Path) -> list[Path]:
    return sorted(path for folder in folders(root) for path in folder.glob("*.yaml"))


_FIRST_YEAR, _UNIX = 1980, 3
"""What a zip can say: the first year, and that the entries come from a Unix system."""
