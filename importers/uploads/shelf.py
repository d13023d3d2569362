"""The folder of uploaded lists: one folder an upload, readable by the service's account only, each file of it there whole or not at all.

All processes of the service see the same. What is written goes to a name of its own first and is then renamed, so that a process that
dies at any moment leaves the upload as it was; what lies half done is cleared away later. A list that was tried and not applied is
forgotten after a day, since it may hold what the directory must not keep; of one that was applied the report stays, and not the file.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importers.private.quoting import private_in
from importers.reading import Options
from importers.report import Report, kept

FORGOTTEN = timedelta(days=1)
"""A list that was not applied is forgotten after this."""
REPORTS = timedelta(days=90)
"""The report of one that was applied is forgotten after this; the history of the directory stays."""
HALF_DONE = timedelta(hours=1)
"""What was begun and not ended is cleared away after this."""
MOST_WAITING = 20
"""So many lists may wait; another is not taken before one is applied or forgotten."""
MOST_REPORTS = 200

_ID = re.compile(r"[0-9a-f]{16}")
_UPLOAD, _REPORT, _MAPPING, _FILES = "upload.json", "report.sqlite", "mapping.yaml", "file"
_LONGEST_NAME = 100


class Full(Exception):
    """Too many lists wait already."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One list as it was sent: when, by whom, what its keeper says of it, and the content address of the file."""

    id: str
    at: str
    author: str
    file: str
    size: int
    content: str
    source: str
    format: str = "auto"
    country: str | None = None
    published: str | None = None
    mapped: bool = False
    confirmed: bool = False


def safe_name(name: str) -> str:
    """The name of a file that a stranger gave it, as one that can be written here; without what must not be kept."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = "".join(letter if letter.isalnum() or letter in "-_. ()" else "_" for letter in last).strip().rstrip(".")
    plain = f"list{plain}" if plain.startswith(".") else plain
    suffix = Path(plain).suffix[:10]
    plain = plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - len(suffix)] + suffix
    return "list" + suffix if not Path(plain).stem or private_in(plain.replace("_", " ")) else plain


def expiry(upload: Upload, after: timedelta) -> str:
    """When an upload is forgotten (UTC, ISO 8601)."""
    return (datetime.fromisoformat(upload.at) + after).isoformat(timespec="seconds")


class Shelf:
    """The uploads of one service."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder, self._clock = folder, clock

    # taking in ----------------------------------------------------------------------------------------------------------------------------

    def begin(self) -> Path:
        """A new folder for what is being received, which nobody else sees; Full where too many lists wait."""
        self.sweep()
        if sum(self.file(upload) is not None for upload in self.uploads()) >= MOST_WAITING:
            raise Full
        made = self.folder / f".incoming-{secrets.token_hex(8)}"
        made.mkdir(mode=0o700)
        return made

    def receive(self, incoming: Path, name: str) -> Path:
        """Where the list itself is to be written within what is being received."""
        (incoming / _FILES).mkdir(mode=0o700, exist_ok=True)
        return incoming / _FILES / safe_name(name)

    def receive_mapping(self, incoming: Path) -> Path:
        """Where the mapping is to be written."""
        return incoming / _MAPPING

    def add(self, incoming: Path, upload: Upload) -> Upload:
        """Make what was received an upload, whole."""
        added = replace(upload, id=incoming.name.removeprefix(".incoming-"), at=self._clock().isoformat(timespec="seconds"))
        _write(incoming / _UPLOAD, json.dumps(asdict(added), ensure_ascii=False))
        incoming.rename(self.folder / added.id)
        return added

    def drop(self, incoming: Path) -> None:
        """Throw away what was being received."""
        shutil.rmtree(incoming, ignore_errors=True)

    # reading ------------------------------------------------------------------------------------------------------------------------------

    def uploads(self) -> list[Upload]:
        """All uploads, the newest first."""
        found = (self.get(path.name) for path in self.folder.glob("[0-9a-f]*")) if self.folder.is_dir() else ()
        return sorted((upload for upload in found if upload), key=lambda upload: (upload.at, upload.id), reverse=True)

    def get(self, identity: str) -> Upload | None:
        """An upload; None where there is none, or no longer."""
        if not _ID.fullmatch(identity):
            return None
        try:
            return Upload(**json.loads((self.folder / identity / _UPLOAD).read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def file(self, upload: Upload) -> Path | None:
        """The list itself, as long as it is kept."""
        folder = self.folder / upload.id / _FILES
        return next(folder.iterdir(), None) if folder.is_dir() else None

    def options(self, upload: Upload) -> Options:
        """What its keeper says of the list."""
        mapping = self.folder / upload.id / _MAPPING if upload.mapped else None
        return Options(upload.source, upload.country, mapping, upload.published)

    def report(self, upload: Upload) -> Path:
        """The file of its report (`importers.report.kept`); not there as long as the list was not tried."""
        return self.folder / upload.id / _REPORT

    @contextmanager
    def told(self, upload: Upload) -> Iterator[Report | None]:
        """The report of an upload, within the block; None where it was not tried to the end."""
        if not self.report(upload).is_file():
            yield None
            return
        with kept(self.report(upload)) as report:
            yield report

    # changing -----------------------------------------------------------------------------------------------------------------------------

    def confirm(self, upload: Upload) -> Upload:
        """Write down that a person says that its withdrawals are right."""
        _write(self.folder / upload.id / _UPLOAD, json.dumps(asdict(replace(upload, confirmed=True)), ensure_ascii=False))
        return replace(upload, confirmed=True)

    def put_report(self, upload: Upload, write: Callable[[Path], None]) -> None:
        """Put a report in the place of the one before; `write` makes it as a new file."""
        made = self.folder / upload.id / f".report-{secrets.token_hex(8)}"
        try:
            write(made)
            made.chmod(0o600)
            made.replace(self.report(upload))
        finally:
            made.unlink(missing_ok=True)

    def drop_file(self, upload: Upload) -> None:
        """Forget the list itself; its report stays."""
        self._remove(self.folder / upload.id / _FILES)

    def forget(self, upload: Upload) -> None:
        """Forget an upload with all that belongs to it."""
        self._remove(self.folder / upload.id)

    def sweep(self) -> None:
        """Forget what is too old or too much, and what lies half done."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now, reports = self._clock(), 0
        for path in self.folder.glob(".*"):
            if now - _touched(path) > HALF_DONE:
                shutil.rmtree(path, ignore_errors=True)
        for upload in self.uploads():
            applied = self._is_imported(upload)
            reports += applied
            age = now - datetime.fromisoformat(upload.at)
            if age > (REPORTS if applied else FORGOTTEN) or reports > MOST_REPORTS:
                self.forget(upload)

    def _is_imported(self, upload: Upload) -> bool:
        with self.told(upload) as report:
            return report is not None and report.status == "imported"

    def _remove(self, path: Path) -> None:
        """Take a folder away at once, then what was in it."""
        gone = self.folder / f".gone-{secrets.token_hex(8)}"
        try:
            path.rename(gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone, ignore_errors=True)


def _touched(path: Path) -> datetime:
    """When a folder, or the newest thing directly in it, was last changed."""
    try:
        times = [found.stat().st_mtime for found in (path, *path.rglob("*"))]
    except FileNotFoundError:
        return datetime.now(UTC)
    return datetime.fromtimestamp(max(times), UTC)


def _write(path: Path, text: str) -> None:
    """Write a small file whole, and on the disk before it takes its name."""
    made = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
