"""The one way of every partner's file into the directory: read, keep back what is confidential, check, match, compare, guard, write, tell.

All or nothing: a file makes one revision of its source's layer, or none. A dry run goes the same way up to the write and tells the same.
What is read, what the source said before and what differs lies in a temporary file (`importers.holding`), and a store takes a revision
change by change: memory does not grow with the file.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from importers import checking, diffing, guards
from importers.archives import Refused
from importers.confidential import confidential_bodies, owner, scrub
from importers.holding import Holding, same_record
from importers.matched import Matched, unmatched
from importers.opening import examine, load_small_yaml
from importers.reading import Finding, Format, Options, Place, Read
from importers.recognising import recognise
from importers.report import Report
from importers.standing import Standing, standing
from importers.withholding import hold_back
from pathways.stores import PARTNER, Change, Conflict, Inconsistent, Revision, Store, TakenDown

Tell = Callable[[str, int], None]
"""Hears what an import does (`reading`, `checking`, …) and how many records it has come to."""

MOST_ERRORS = 10_000
"""A file with more errors is not read to its end."""

_ATTEMPTS = 3
_EVERY = 200
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw of a trial: the revision that it was made on, and the address of its differences."""

    head: int
    address: str


@dataclass(frozen=True)
class Request:
    """One file to import: what its keeper says of it, who imports it, and how far."""

    path: Path
    options: Options
    format: str = "auto"
    author: str = "import"
    dry_run: bool = False
    confirmed: bool = False
    """Whether a person has said that withdrawals are right."""
    judgements: Path | None = None
    """The file of judgements on matches; None: none are known, none are kept."""
    file_name: str = ""
    """What the file is called in the report and in the history, where it lies under another name."""

    seen: Seen | None = None
    """The trial that somebody has agreed to; anything else is not written."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file_name or self.path.name

    @property
    def layer(self) -> str:
        """The layer that the file speaks in."""
        return PARTNER + self.options.source


def source_of(path: Path) -> str:
    """A source's name for a file that names none: the file's own, in the letters of an id."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "import"


def run(store: Store, request: Request, holding: Holding, tell: Tell = lambda stage, count: None) -> Report:
    """Import one file into a store, or with `dry_run` find out what that would do; the report says which of it happened.

    StoreError where the store cannot be used; Conflict where `seen` is no longer what would be written; whatever is wrong with the file is
    in the report. The holding keeps the report's findings
    and differences, and is the caller's to close when they have been told.
    """
    for attempt in range(_ATTEMPTS):
        holding.clear()
        try:
            return _Import(store, request, holding, tell).run()
        except Conflict:
            if request.seen is not None or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


class _Import:
    def __init__(self, store: Store, request: Request, holding: Holding, tell: Tell) -> None:
        self.store, self.request, self.holding, self.tell = store, request, holding, tell
        self.format, self.why = "", ""
        self.matched: Matched | None = None
        self.comparable = True
        """Whether every record stands in the part in which the directory has it."""

    def run(self) -> Report:
        made = None
        if self._read():
            now = standing(self.store, self.request.layer, self.holding)
            self._find_all(hold_back(self.holding, self.store.standing_takedowns(), self.request.name))
            self._match(now)
            self._check(now)
            changes = self._differ()
            self._hold_to_what_was_seen(now.head)
            if not self._refused():
                made = self._write(now.head, changes)
        return self._report(made)

    # reading ------------------------------------------------------------------------------------------------------------------------------

    def _read(self) -> bool:
        """Take the file's records into the holding; False where it cannot be opened, or not be understood at all."""
        request = self.request
        try:
            self.limits = guards.expectations(request.path, request.options.mapping)
            self._find_all(examine(request.path, _encoding(request.options.mapping)))
        except Refused as refused:
            self.holding.find(refused.finding)
        if self._refused():
            return False
        found = recognise(request.path, request.format, request.options.mapping)
        if isinstance(found, Finding):
            self.holding.find(found)
            return False
        self.format, self.why, self.made_by = found.format.NAME, found.why, found.format
        for number, read in enumerate(self._records(found.format)):
            if number % _EVERY == 0:
                self.tell("reading", number)
            self._keep(read)
        self._close_places()
        if not self.holding.counts() and not self._refused():
            self.holding.find(Finding("missing", "error", Place(request.name), "it holds nothing for a directory", "is it the right file?"))
        return bool(self.holding.counts())

    def _records(self, made: Format) -> Iterator[Read]:
        """The records that a format gives; what its reader stumbles over is a finding too, never a crash."""
        try:
            for item in made.read(self.request.path, self.request.options):
                if isinstance(item, Finding):
                    self.holding.find(item)
                else:
                    yield item
                if self.holding.errors >= MOST_ERRORS:
                    text = f"{MOST_ERRORS:,} errors or more: what follows was not looked at"
                    self.holding.find(Finding("unreadable", "error", item.place, text, "correct these first, and import it again"))
                    return
        except RecursionError:
            self.holding.find(Finding("hostile", "error", Place(self.request.name), "nested too deeply", "write it flat"))
        except Refused as refused:
            self.holding.find(refused.finding)
        except Exception as error:
            _LOG.exception("the importer of %s failed", made.NAME)
            text = f"the importer of {made.NAME} does not understand it ({type(error).__name__})"
            self.holding.find(Finding("unreadable", "error", Place(self.request.name), text, "tell whoever keeps this program"))

    def _keep(self, read: Read) -> None:
        """Take in one record, without what must not be kept; nothing confidential reaches the temporary file either."""
        record = read.record
        if record.kind == "stakeholder" and "id" not in record.fields:
            read = replace(read, record=replace(record, fields={"id": record.id, **record.fields}))
        scrubbed = _scrub(read, self.holding, getattr(self.made_by, "OWN_IDS", False))
        if scrubbed is None:
            return
        wrong = list(checking.shape(scrubbed))
        self._find_all(wrong)
        if wrong:
            return
        earlier = self.holding.keep(scrubbed)
        if earlier and not (scrubbed.record.kind == "source" and same_record(earlier.record, scrubbed.record)):
            same = same_record(earlier.record, scrubbed.record)
            text = f"a {read.record.kind} stands twice" + (", with the same words" if same else ", and says different things")
            todo = "nothing; it is taken once" if same else "make it one, or give them different ids"
            self.holding.find(Finding("duplicate", "warning" if same else "error", read.place, text, todo, read.record.id))

    def _close_places(self) -> None:
        """Scrub again what belongs to a body of which only a later record showed that its place is kept secret.

        In the directory's own words only the flag of a body shows it.
        """
        own_words = getattr(self.made_by, "OWN_IDS", False)
        secret = self.holding.marked(body for read in self.holding.reads() for body in confidential_bodies([read], own_words))
        if secret:
            for _ in self.holding.replace_all(self._without_places(secret, own_words)):
                raise AssertionError("unreachable: these records were kept before")

    def _without_places(self, secret: Container[str], own_words: bool) -> Iterator[Read]:
        """The records that are kept, those of secret places without them."""
        for read in self.holding.before():
            if owner(read) not in secret:
                yield read
                continue
            kept, findings = scrub(read, secret, own_words)
            self._find_all(findings if kept is None or kept.record != read.record else [])
            if kept is not None:
                yield kept

    # the directory ------------------------------------------------------------------------------------------------------------------------

    def _match(self, now: Standing) -> None:
        self.tell("matching", 0)
        if getattr(self.made_by, "OWN_IDS", False):
            self._find_all(unmatched(self.holding, now))
            return
        try:
            self.matched = Matched(self.holding, now, self.request.options.source, self.request.judgements)
        except (ValueError, sqlite3.DatabaseError) as error:
            text = f"the file of judgements cannot be read: {error}"
            self.holding.find(
                Finding(
                    "unreadable",
                    "error",
                    Place(self.request.judgements.name if self.request.judgements else ""),
                    text,
                    "name another, or the release that made it",
                )
            )
            return
        self.matched.apply()

    def _check(self, now: Standing) -> None:
        known = checking.known_ids(self.holding, now.ids)
        for number, read in enumerate(self.holding.reads()):
            if number % _EVERY == 0:
                self.tell("checking", number)
            if self.holding.errors >= MOST_ERRORS:
                break
            self._find_all(checking.incomplete(read, now.others))
            self._find_all(checking.references(read, known))
            part = self.holding.part_of(*read.record.key) or read.record.part
            if part != read.record.part:
                text = f"{read.record.kind} {read.record.id} belongs to {part} in the directory, and to {read.record.part} in the list"
                self.holding.find(Finding("broken", "error", read.place, text, "give it another id, or the same country"))
                self.comparable = False
        self._find_all(guards.unexpected(self.limits, self.holding, self.request.name))
        self._find_all(guards.edited(now.edits, self.holding, self.request.name))
        if not self._refused():  # a file with errors has lost records; that these are missing says nothing
            self._find_all(guards.withdrawals(self.holding, self.request.name, self.request.confirmed))

    def _differ(self) -> Iterable[Change]:
        self.tell("comparing", 0)
        changes = diffing.Changes(self.holding, self.request.layer) if self.comparable else ()
        self.holding.differ(diffing.differences(changes, self.holding))
        return changes

    def _hold_to_what_was_seen(self, head: int) -> None:
        seen = self.request.seen
        if seen is not None and head != seen.head:
            raise Conflict(f"the trial was made on revision {seen.head} of the directory, which is at revision {head} now")
        if seen is not None and diffing.address(self.holding.differences()) != seen.address:
            raise Conflict("what would be written now is not what the trial told: bodies were judged meanwhile, or the program was changed")

    def _write(self, head: int, changes: Iterable[Change]) -> Revision | None:
        """The revision that was made, or in a dry run would be; None where nothing differs or where it would break the directory."""
        request = self.request
        self.tell("trying" if request.dry_run else "writing", 0)
        note = f"{request.name} as {self.format}"
        try:
            if request.dry_run:
                return self.store.rehearse(
                    changes, layer=request.layer, source=request.name, author=request.author, expect_head=head, note=note
                )
            made = self.store.commit(
                changes,
                layer=request.layer,
                source=request.name,
                author=request.author,
                expect_head=head,
                note=note,
                loaded=content_address(request.path),
            )
        except (Inconsistent, TakenDown) as error:
            for line in str(error).splitlines():
                self.holding.find(Finding("broken", "error", Place(request.name), line, "change first what rests on it there"))
            return None
        if self.matched is not None and request.judgements is not None:
            self.matched.remember(request.options.source, request.judgements)
        return made

    def _report(self, made: Revision | None) -> Report:
        status = "refused" if self._refused() else "unchanged" if made is None else "trial" if self.request.dry_run else "imported"
        return Report(
            file=self.request.name,
            format=self.format,
            why=self.why,
            source=self.request.options.source,
            status=status,
            revision=None if made is None else made.number,
            digest="" if made is None else made.digest,
            severities=self.holding.severities(),
            records=self.holding.counts(),
            changes=self.holding.difference_counts(),
            address=diffing.address(self.holding.differences()),
            holding=self.holding,
        )

    def _refused(self) -> bool:
        return self.holding.errors > 0

    def _find_all(self, findings: Iterator[Finding] | list[Finding]) -> None:
        for finding in findings:
            self.holding.find(finding)


def _scrub(read: Read, holding: Holding, own_words: bool) -> Read | None:
    """The record without what must not be kept (`importers.confidential`), or None where nothing of it may be.

    In the directory's own words a body says itself whether its place is confidential: one that does not is left as it is, and told.
    """
    kept, findings = scrub(read)
    if kept is not None and own_words and _is_closed(kept) and not _is_closed(read):
        text = "it looks like a place that is kept confidential, but the file does not say so: it is taken as it is"
        todo = "say confidential_location: true and visibility: partner, if it is"
        holding.find(Finding("confidential", "warning", read.place, text, todo, read.record.id))
        return read
    for finding in findings:
        holding.find(finding)
    return kept


def _is_closed(read: Read) -> bool:
    fields = read.record.fields
    return bool(fields.get("confidential_location")) or fields.get("visibility", "public") != "public"


def _encoding(mapping: Path | None) -> str:
    """The encoding that a mapping names; UTF-8 where none does."""
    data = load_small_yaml(mapping) if mapping is not None else None
    found = data.get("encoding") if isinstance(data, dict) else None
    return found if isinstance(found, str) else "utf-8"


def content_address(path: Path) -> str:
    """A content address of a file, or of the files of a folder with their names."""
    made = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        if path.is_dir():
            made.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            while piece := content.read(2**20):
                made.update(piece)
    return made.hexdigest()
