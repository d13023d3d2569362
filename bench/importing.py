"""How long it takes to read a partner's list or to import it, and with how much memory: a file that is made here, or one that exists.

`python -m bench.importing PATH [--format hsds11] [--country US]` reads a file; `python -m bench.importing --services N` makes a package of
HSDS 3 with N services in a temporary folder and reads that. It counts records and findings; nothing is kept of what is read. With `--import`
the package goes the whole way instead, into an embedded store that holds the bundled directory: a trial, the import, the import of a newer
state with a few differences, and the undo of that and of the first; `--steps` names some of these. Memory is the greatest resident size of
this process so far, in MB; the making of the package is in neither figure.
"""

from __future__ import annotations

import argparse
import csv
import resource
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from importers.holding import Holding
from importers.pipeline import Request, run
from importers.reading import Finding, Options
from pathways.stores import Store, open_store
from pathways.stores.bundled import ensure_bundled

_PER_BODY = 4
_TERMS = ("111-04", "111-05", "101-04", "102-04", "106-06", "110-01-01")
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:referral-pathways:bench")
_SYLLABLES = tuple(consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou")
_TABLES = {
    "organizations": ("id", "name", "description", "email", "website", "legal_status"),
    "services": ("id", "organization_id", "name", "description", "status", "minimum_age", "last_modified"),
    "locations": ("id", "location_type", "organization_id", "name"),
    "service_at_location": ("id", "service_id", "location_id"),
    "addresses": ("id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
    "phones": ("id", "service_id", "number", "type"),
    "schedules": ("id", "service_id", "byday", "opens_at", "closes_at"),
    "languages": ("id", "service_id", "code"),
    "attributes": ("id", "link_id", "taxonomy_term_id", "link_entity"),
    "taxonomies": ("id", "name", "description"),
    "taxonomy_terms": ("id", "code", "name", "taxonomy_id"),
}


def package(folder: Path, services: int, newer: bool = False) -> None:
    """Writes a package with so many services, four a body; the same size gives the same package. In a newer state one service in a
    thousand is called otherwise, and the last is gone."""
    with ExitStack() as files:
        writers = {}
        for table, names in _TABLES.items():
            writers[table] = csv.writer(files.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8", newline="")))
            writers[table].writerow(names)
        for table, row in _rows(services - newer, newer):
            writers[table].writerow(row)


def _rows(services: int, newer: bool) -> Iterator[tuple[str, tuple[object, ...]]]:
    taxonomy = _id("taxonomy", 0)
    yield "taxonomies", (taxonomy, "Open Eligibility", "services")
    for number, term in enumerate(_TERMS):
        yield "taxonomy_terms", (_id("term", number), term, term, taxonomy)
    for number in range(services):
        body = number // _PER_BODY
        own, at, place = _id("organization", body), _id("service", number), _id("location", body)
        if number % _PER_BODY == 0:
            site = f"https://body{body}.example.org"
            yield (
                "organizations",
                (own, f"The {_name(body)} Association", "Helps people", f"info@body{body}.example.org", site, "nonprofit"),
            )
            yield "locations", (place, "physical", own, f"Office {body}")
            yield "addresses", (_id("address", body), place, "1 Main Street", "Miami", "FL", "33101", "US", "physical")
        name = f"Service {number}" + (", renamed" if newer and number % 1000 == 0 else "")
        yield "services", (at, own, name, "What it does", "active", 18, "2026-01-01T00:00:00Z")
        yield "service_at_location", (_id("at", number), at, place)
        yield "phones", (_id("phone", number), at, f"+1 305 {number:07d}", "voice")
        yield "schedules", (_id("schedule", number), at, "MO,TU,WE,TH,FR", "09:00", "17:00")
        yield "languages", (_id("language", number), at, "es")
        yield "attributes", (_id("attribute", number), at, _id("term", body % len(_TERMS)), "service")


def _name(number: int) -> str:
    """A name of its own for each body, without a figure: one with a figure looks like an address."""
    syllables = [_SYLLABLES[number // len(_SYLLABLES) ** place % len(_SYLLABLES)] for place in range(5)]
    return "".join(syllables).capitalize()


def _id(kind: str, number: int) -> str:
    return str(uuid.uuid5(_NAMES, f"{kind}:{number}"))


def measure(path: Path, form: str, country: str | None) -> str:
    """Reads a file and says how long it took."""
    before, start, worked = _memory(), time.perf_counter(), time.process_time()
    counts: Counter[str] = Counter()
    for found in import_module(f"importers.formats.{form}").read(path, Options("bench", country)):
        counts[f"finding {found.rule}" if isinstance(found, Finding) else found.record.kind] += 1
    took, busy = time.perf_counter() - start, time.process_time() - worked
    records = sum(number for name, number in counts.items() if not name.startswith("finding"))
    told = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
    return f"{path.name}: {took:.2f} s ({busy:.2f} s of the processor), {records / took:.0f} records a second, memory {before:.0f} MB before, {_memory():.0f} MB at most; {told}"


def imported(folder: Path, services: int, steps: Sequence[str]) -> Iterator[str]:
    """The steps of an import's life with a package of so many services, each with how long it took and how much memory."""
    for name in ("first", "newer"):
        (folder / name).mkdir()
        package(folder / name, services, name == "newer")
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    ensure_bundled(store)
    before = _memory()
    for step in steps:
        start, worked = time.perf_counter(), time.process_time()
        told = _undone(store, step) if step.startswith("undo") else _taken(store, folder / ("newer" if step == "again" else "first"), step)
        took, busy = time.perf_counter() - start, time.process_time() - worked
        speed = f"{services / took:.0f} services a second, memory {before:.0f} MB before, {_memory():.0f} MB at most so far"
        yield f"{services} services, {step}: {took:.1f} s ({busy:.1f} s of the processor), {speed}; {told}"
    store.close()


def _taken(store: Store, path: Path, step: str) -> str:
    with Holding() as holding:
        report = run(store, Request(path, Options("bench"), "hsds3", dry_run=step == "trial"), holding)
        changed = ", ".join(f"{kind} {counts}" for kind, counts in report.changes.items())
        if report.status == "refused":
            raise SystemExit("\n".join(f"{told.place}: {told.text}" for told in report.findings() if told.severity == "error"))
        return f"{report.status} as revision {report.revision}, {changed}, directory {report.digest[:12]}"


def _undone(store: Store, step: str) -> str:
    number = store.head() if step == "undo-again" else 2
    made = store.undo(number, "bench")
    return f"revision {number} taken back as {made.number}, directory {made.digest[:12]}"


STEPS = ("trial", "import", "again", "undo-again", "undo-import")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Reads what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--format", default="hsds3")
    parser.add_argument("--country")
    parser.add_argument("--services", type=int)
    parser.add_argument("--import", dest="whole", action="store_true")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    given = parser.parse_args()
    if given.path:
        print(measure(given.path, given.format, given.country))
    if given.services:
        with TemporaryDirectory() as folder:
            if given.whole:
                for told in imported(Path(folder), given.services, given.steps):
                    print(told, flush=True)
                return
            package(Path(folder), given.services)
            print(measure(Path(folder), "hsds3", None))


if __name__ == "__main__":
    main()
