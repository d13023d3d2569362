"""The steps of an import as requests ask for them: upload, try, apply, take back; and how an upload is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, Request, Response, current_app, stream_with_context

from api.access import caller, require_revision, require_source, signed
from api.access.forms import FORM_FIELD, hold_form
from api.body import loaded
from api.history import known
from api.importing_schema import UploadSchema
from api.problems import Problem
from api.settings import Settings
from api.snapshots import Snapshots
from api.uploading import receive
from importers.pipeline import content_address, source_of
from importers.report import Report, write
from importers.report.writing import html_lines, json_lines, text_lines
from importers.uploads import FORGOTTEN, MEANINGS, REPORTS, Full, Order, Shelf, State, Step, Upload, expiry, state_of
from pathways.stores import Revision, StoreError

SECONDS = 600.0
"""So long may one list take."""
PATIENCE = 20.0
"""So long does a step wait for another to end."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"json": "application/json", "text": "text/plain", "html": "text/html", "xlsx": XLSX}
"""The forms of a report, each with its media type."""
_LINES = {"json": json_lines, "text": text_lines, "html": html_lines}
_SUFFIXES = {"json": ".json", "text": ".txt", "html": ".html", "xlsx": ".xlsx"}


class Imports:
    """The uploads of this service and their steps. Each step runs in a process of its own, one at a time for each process that serves."""

    def __init__(self, settings: Settings, snapshots: Snapshots) -> None:
        self.shelf = Shelf(settings.imports)
        self._settings, self._snapshots = settings, snapshots
        self._free = BoundedSemaphore()

    # steps --------------------------------------------------------------------------------------------------------------------------------

    def upload(self, request: Request, asked: dict[str, Any], heard: dict[str, str] | None = None) -> Upload:
        """Take in a list and try it; with `dry_run` false also apply it, where its trial allows that.

        `heard` takes the fields as they were sent, for a form that has to be shown again.
        """
        try:
            incoming = self.shelf.begin()
        except Full:
            raise Problem("too-many-imports") from None
        try:
            name = "list"

            def place(named: str) -> Path:
                nonlocal name
                found = self.shelf.receive(incoming, named)
                name = found.name
                return found

            sent = receive(request, incoming, self._settings.max_upload, place, self.shelf.receive_mapping(incoming))
            hold_form(sent.pop(FORM_FIELD, ""))
            mapped = sent.pop("mapping", None) is not None
            if heard is not None:
                heard.update(sent)
            said = loaded(UploadSchema(), sent)
            source = said.get("source") or source_of(Path(name))
            require_source(source)
            file = incoming / "file" / name
            upload = self.shelf.add(
                incoming,
                Upload(
                    id="",
                    at="",
                    author=signed(said["author"]),
                    file=name,
                    size=file.stat().st_size,
                    content=content_address(file),
                    source=source,
                    format=said["format"],
                    country=said.get("country"),
                    published=said.get("published"),
                    mapped=mapped,
                    confirmed=said["confirm_withdrawals"],
                ),
            )
        finally:
            self.shelf.drop(incoming)
        self.step("try", upload)
        if not (asked.get("dry_run", True) and said["dry_run"]) and self.state(upload).word == "waiting":
            self.step("apply", upload)
        return upload

    def step(self, step: Step, upload: Upload, author: str = "", note: str = "") -> None:
        """Try an upload again, apply it as it was tried, or take it back; Problem where that cannot be."""
        state = self.state(upload)
        self._refuse(step, upload, state)
        revision = state.revision.number if state.revision else 0
        self._carry_out(step, upload.id, signed(author) or upload.author, note, revision)

    def take_back(self, number: int, author: str, note: str) -> None:
        """Take a revision back; Problem where that cannot be, or where it is not the caller's to take back."""
        require_revision(known(number))
        self._carry_out("undo", "", signed(author), note, number)

    def _carry_out(self, step: Step, upload: str, author: str, note: str, revision: int) -> None:
        """Have an order carried out, one at a time; Problem where its outcome is not that it was done."""
        if not self._free.acquire(timeout=PATIENCE):
            raise Problem("busy", headers={"Retry-After": "10"})
        try:
            settings = self._settings
            order = Order(step, upload, str(self.shelf.folder), settings.store, str(settings.judgements), author, note, revision)
            outcome = order.carry_out(SECONDS)
        finally:
            self._free.release()
        if outcome.word == "store":
            raise StoreError(outcome.text)
        if outcome.word == "failed":
            raise RuntimeError(outcome.text)
        if outcome.word != "done":
            code = {
                "conflict": "import-outdated",
                "undo-refused": "undo-refused",
                "gone": "import-not-applicable",
                "too-long": "import-too-long",
            }[outcome.word]
            raise Problem(code, outcome.text, errors=[{"message": line} for line in outcome.text.splitlines()[:50]])
        self._snapshots.look()

    def _refuse(self, step: Step, upload: Upload, stands: State) -> None:
        """Problem where the state of an upload does not allow a step; said before anything is begun."""
        state, file = stands.word, self.shelf.file(upload)
        if step == "undo" and state != "applied":
            raise Problem("import-not-applicable", f"It cannot be taken back: {MEANINGS[state]}.")
        if step == "apply" and state == "outdated":
            raise Problem("import-outdated", f"{MEANINGS[state][:1].upper()}{MEANINGS[state][1:]}.")
        if step == "apply" and state != "waiting":
            raise Problem("import-not-applicable", f"It cannot be applied: {MEANINGS[state]}.")
        if step == "try" and (file is None or state in ("applied", "undone")):
            raise Problem("import-not-applicable", "The list itself is no longer kept; upload it again.")

    def confirm(self, upload: Upload) -> Upload:
        """A person says that the withdrawals of a list are right."""
        return self.shelf.confirm(upload)

    # telling ------------------------------------------------------------------------------------------------------------------------------

    def known(self, identity: str) -> Upload:
        """An upload; Problem where there is none, or none of the caller's sources."""
        found = self.shelf.get(identity)
        if found is None or not caller().grant.may_import(found.source):
            raise Problem("not-found", "There is no such import, or no longer: lists that were not applied are forgotten after a day.")
        return found

    def uploads(self) -> list[Upload]:
        """The uploads of the caller's sources, the newest first."""
        return [upload for upload in self.shelf.uploads() if caller().grant.may_import(upload.source)]

    def history(self) -> list[Revision]:
        """The history of the directory."""
        return self._snapshots.store.history()

    def state(self, upload: Upload) -> State:
        """Where an upload stands."""
        with self.shelf.told(upload) as report:
            return state_of(upload, report, self.history())

    @contextmanager
    def report(self, upload: Upload) -> Iterator[Report]:
        """The report of an upload, within the block; Problem where it was not tried to its end."""
        with self.shelf.told(upload) as report:
            if report is None:
                raise Problem("import-not-applicable", f"There is no report: {MEANINGS['untried']}.")
            yield report

    def download(self, upload: Upload, form: str) -> Response:
        """The whole report in one of `FORMS`, as a file to be saved: what a stranger wrote into a list is never shown as a page of ours."""
        with self.report(upload):
            pieces = self._workbook(upload) if form == "xlsx" else self._lines(upload, form)
        answer = Response(stream_with_context(pieces), content_type=FORMS[form] + ("" if form in ("json", "xlsx") else "; charset=utf-8"))
        answer.headers["Content-Disposition"] = f'attachment; filename="import-{upload.id}{_SUFFIXES[form]}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _lines(self, upload: Upload, form: str) -> Iterator[str]:
        with self.report(upload) as report:
            yield from (line + "\n" for line in _LINES[form](report))

    def _workbook(self, upload: Upload) -> Iterator[bytes]:
        with NamedTemporaryFile(dir=self.shelf.folder, prefix=".download-", suffix=".xlsx") as file:
            with self.report(upload) as report:
                write(report, Path(file.name))
            with open(file.name, "rb") as written:
                while piece := written.read(65_536):
                    yield piece

    def told(self, upload: Upload, most: int, history: list[Revision] | None = None) -> dict[str, Any]:
        """An upload as JSON values, its report with at most so many findings and differences."""
        with self.shelf.told(upload) as report:
            state = state_of(upload, report, self.history() if history is None else history)
            data = None if report is None else report.as_data(most)
            waiting = 0 if report is None else sum(1 for _ in report.holding.waiting())
        kept = self.shelf.file(upload) is not None
        return {
            "id": upload.id,
            "at": upload.at,
            "author": upload.author,
            "file": upload.file,
            "size": upload.size,
            "content": upload.content,
            "source": upload.source,
            "format": upload.format,
            "country": upload.country,
            "published": upload.published,
            "mapping": upload.mapped,
            "confirm_withdrawals": upload.confirmed,
            "state": state.word,
            "meaning": MEANINGS[state.word],
            "revision": state.revision.number if state.revision else None,
            "file_kept": kept,
            "forgotten_after": expiry(upload, FORGOTTEN if kept else REPORTS),
            "matches_waiting": waiting,
            "report": data,
            "links": _links(upload, state),
        }


def _links(upload: Upload, state: State) -> dict[str, str]:
    """What can be done with an upload now."""
    own = f"/api/v1/imports/{upload.id}"
    links = {"self": own, **{form: f"{own}?format={form}" for form in FORMS if form != "json"}, "report": f"{own}/report"}
    links["matches"] = f"{own}/matches"
    if state.word in ("refused", "waiting", "outdated", "untried", "unchanged"):
        links["try"] = f"{own}/try"
    if state.word == "waiting":
        links["apply"] = f"{own}/apply"
    if state.word == "applied":
        links["undo"] = f"{own}/undo"
    if state.revision is not None:
        links["revision"] = f"/api/v1/revisions/{state.revision.number}"
    return links


def register(app: Flask, settings: Settings, snapshots: Snapshots) -> None:
    """Give the application its imports."""
    app.extensions["settings"] = settings
    app.extensions["imports"] = Imports(settings, snapshots)


def imports() -> Imports:
    """Those of the running application."""
    found: Imports = current_app.extensions["imports"]
    return found
