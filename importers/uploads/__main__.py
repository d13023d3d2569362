"""The process that carries out one order (`importers.uploads.order`): reads it from standard input, answers on standard output."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

from importers.holding import Holding
from importers.pipeline import Request, Seen, content_address, run
from importers.report import keep, kept
from importers.undoing import undo
from importers.uploads import Order, Outcome, Shelf
from pathways.stores import Conflict, Store, StoreError, UndoRefused, open_store

_LESS_URGENT = 5


def main() -> None:
    """Carry out one order."""
    os.umask(0o077)
    if hasattr(os, "nice"):
        os.nice(_LESS_URGENT)
    order = Order(**json.load(sys.stdin))
    print(json.dumps(asdict(_carried_out(order))))


def _carried_out(order: Order) -> Outcome:
    try:
        with closing(open_store(order.store)) as store:
            if order.step == "undo":
                undo(store, order.revision, order.author, order.note, Path(order.judgements))
                return Outcome("done")
            return _run(store, order)
    except (Conflict, UndoRefused) as refused:
        return Outcome("conflict" if isinstance(refused, Conflict) else "undo-refused", str(refused))
    except StoreError as error:
        return Outcome("store", str(error))
    except FileNotFoundError:
        return Outcome("gone", "somebody has applied or forgotten it meanwhile")


def _run(store: Store, order: Order) -> Outcome:
    """Try a list, or apply it exactly as it was tried."""
    shelf = Shelf(Path(order.folder))
    upload = shelf.get(order.upload)
    if upload is None:
        return Outcome("gone", "the upload is no longer there")
    file, seen = shelf.file(upload), None
    if file is None:
        return Outcome("gone", "the list itself is no longer kept; upload it again")
    if order.step == "apply":
        if content_address(file) != upload.content:
            return Outcome("conflict", "the file is not the one that was uploaded")
        with kept(shelf.report(upload)) as trial:
            if trial.status != "trial" or trial.revision is None:
                return Outcome("conflict", "its trial did not end with something to apply")
            seen = Seen(trial.revision - 1, trial.address)
    request = Request(
        path=file,
        options=shelf.options(upload),
        format=upload.format,
        author=upload.author,
        dry_run=seen is None,
        confirmed=upload.confirmed,
        judgements=Path(order.judgements),
        file_name=upload.file,
        seen=seen,
    )
    with Holding() as holding:
        report = run(store, request, holding)
        if seen is not None and report.status != "imported":
            return Outcome("conflict", "what its trial told can no longer be applied; try it again, and its report says why")
        shelf.put_report(upload, partial(keep, report))
        if report.status == "imported" or any(told.rule == "victim" for told in report.findings()):
            shelf.drop_file(upload)
    return Outcome("done")


if __name__ == "__main__":
    main()
