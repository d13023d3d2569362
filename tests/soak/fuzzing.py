"""Feeds every parser of what strangers send with what no writer writes: `make fuzz`, `FUZZ_SECONDS` in all (half an hour).

Each target runs in a process of its own under atheris, which looks for inputs that reach new code; JSON and tables are also broken in their
own structure, since random bytes seldom come past the first brace. Allowed is what a parser declares: a finding, a refusal. Anything else,
a crash or more than `SLOWEST` seconds, ends with 1 and leaves the input in the folder that is named.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
"""Further inputs to begin with, where they are."""
SECONDS = int(os.environ.get("FUZZ_SECONDS", "1800"))
SLOWEST = 20
LARGEST = 20_000

Target = Callable[[bytes], None]


def main() -> int:
    """Run every target, or the one that is named, each for its part of the time."""
    named = sys.argv[1:] or list(TARGETS)
    if len(sys.argv) > 2 and sys.argv[1] == "one":
        _fuzz(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return 0
    folder, failed = Path(tempfile.mkdtemp(prefix="fuzz-")), []
    for name in named:
        command = [sys.executable, "-m", "tests.soak.fuzzing", "one", name, str(max(1, SECONDS // len(named))), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        runs = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
        print(f"{name}: {runs[-1] if runs else 'ended early'}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout.partition("INFO:")[0][-3000:] + done.stderr[-600:], flush=True)
    if failed:
        print(f"Broken by what lies in {folder}: {', '.join(failed)}")
    return 1 if failed else 0


def _fuzz(name: str, seconds: int, folder: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["importers", "pathways", "api"]):
        make, mutate, seeds = TARGETS[name]
        target = make()
    corpus = folder / f"{name}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed[:LARGEST])

    def mutated(data: bytes, largest: int, seed: int) -> bytes:
        chance = random.Random(seed)
        made = None
        if chance.random() < 0.7:
            with suppress(ValueError, RecursionError, csv.Error):
                made = mutate(data, chance)
        return (made or atheris.Mutate(data, largest))[:largest]

    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST}",
        f"-max_len={LARGEST}",
        f"-artifact_prefix={folder}/{name}-",
        "-rss_limit_mb=2048",
    ]
    atheris.Setup([name, *options, str(corpus)], target, custom_mutator=mutated)
    atheris.Fuzz()


# how an input is broken ---------------------------------------------------------------------------------------------------------------------

STRANGE: list[Any] = [
    None, True, 0, -1, 1e308, float("inf"), 10**30, "", " ", "\0", "\ud7ff", "ẞ" * 50, "=1+1", "2026-13-45", "0000-00-00", "9999-12-31", "P1M",
    "http://[", "a@b", "+4930", "AT", "XX", "all", [], [[]], {}, {"": {}}, "1" * 5000, "<div>", "\u202e", "%s%n", "../../etc/passwd", "NaN",
]  # fmt: skip


def broken(value: Any, chance: random.Random) -> Any:
    """A JSON value with one thing in it changed, taken away, doubled, moved or put under something else."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        how = chance.random()
        if how < 0.7:
            return {**value, key: broken(value[key], chance)}
        if how < 0.8:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, chance.choice([*value, "id", "name", "type", "$ref", ""]): value[key]}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        if chance.random() < 0.75:
            return [*value[:place], broken(value[place], chance), *value[place + 1 :]]
        return [*value, value[place]] if chance.random() < 0.5 else value[:place]
    return chance.choice([*STRANGE, [value], {"a": value}, str(value), [value] * 3])


def broken_json(data: bytes, chance: random.Random) -> bytes:
    """The JSON text of a broken value."""
    value = json.loads(data)
    for _ in range(chance.randint(1, 4)):
        value = broken(value, chance)
    return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def broken_table(data: bytes, chance: random.Random) -> bytes:
    """A table with cells that are exchanged, emptied or strange, and rows and columns that are missing or double."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    for _ in range(chance.randint(1, 6)):
        if not rows:
            break
        row = chance.choice(rows)
        if row and chance.random() < 0.7:
            row[chance.randrange(len(row))] = str(chance.choice([*STRANGE, *chance.choice(rows)]))
        elif chance.random() < 0.5:
            rows.insert(chance.randrange(len(rows)), list(row))
        else:
            rows.remove(row)
    made = io.StringIO()
    csv.writer(made, delimiter=chance.choice(",,,;\t")).writerows(rows)
    return made.getvalue().encode()


def as_it_is(data: bytes, chance: random.Random) -> bytes:
    """Left to atheris."""
    raise ValueError


# what is fed --------------------------------------------------------------------------------------------------------------------------------


def reading(name: str, suffix: str, mapping: str = "") -> Callable[[], Target]:
    """A target that reads a file as a format, as an import does: opened, recognised, and every record looked at."""

    def make() -> Target:
        from importers import checking
        from importers.archives import Refused
        from importers.confidential import scrub
        from importers.opening import examine
        from importers.reading import Finding, Options
        from importers.recognising import known, recognise

        folder = Path(tempfile.mkdtemp(prefix="fuzz-read-"))
        path = folder / f"list{suffix}"
        explained = folder / "mapping.yaml"
        explained.write_text(mapping, encoding="utf-8")
        options = Options("partner", "GR", explained if mapping else None)

        def target(data: bytes) -> None:
            path.write_bytes(data)
            try:
                if any(finding.severity == "error" for finding in examine(path, "utf-8")):
                    return
                recognise(path, "auto")
                for read in known()[name].read(path, options):
                    if not isinstance(read, Finding) and (kept := scrub(read)[0]) is not None:
                        list(checking.shape(kept))
            except (Refused, RecursionError):
                return

        return target

    return make


def mapping() -> Target:
    """A mapping that somebody has written."""
    from importers.mapping import MappingError, load

    path = Path(tempfile.mkdtemp(prefix="fuzz-read-")) / "mapping.yaml"

    def target(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(MappingError):
            load(path)

    return target


def native() -> Target:
    """The directory as a JSON text."""
    from pathways.format.reader import DirectoryError
    from pathways.format.whole import from_json

    def target(data: bytes) -> None:
        with suppress(DirectoryError):
            from_json(data.decode("utf-8", "replace"))

    return target


def asking(path: str) -> Callable[[], Target]:
    """A target that sends a body to the service, which must answer, and never that it failed itself."""

    def make() -> Target:
        from api import Settings, create_app
        from pathways.stores import open_store
        from pathways.stores.bundled import ensure_bundled

        folder = Path(tempfile.mkdtemp(prefix="fuzz-api-"))
        store = open_store(f"sqlite:///{folder}/directory.sqlite")
        ensure_bundled(store)
        client = create_app(Settings(home=folder, writes="off"), store).test_client()

        def target(data: bytes) -> None:
            answer = client.post(path, data=data, content_type="application/json")
            assert answer.status_code < 500, (answer.status_code, answer.get_data()[:500])

        return target

    return make


def conditions() -> Target:
    """A condition."""
    from pathways.conditions import ConditionError, parse

    def target(data: bytes) -> None:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return
        with suppress(ConditionError, RecursionError):
            parse(value)

    return target


def store() -> Target:
    """The file of a store that the disk has spoilt: refused with a message, read as it was, or found by the chain."""
    from pathways.stores import StoreError, open_store
    from pathways.stores.verifying import verify

    path = Path(tempfile.mkdtemp(prefix="fuzz-store-")) / "store.db"

    def target(data: bytes) -> None:
        for rest in path.parent.iterdir():
            rest.unlink()
        path.write_bytes(data)
        with suppress(StoreError):
            opened = open_store(f"sqlite:///{path}")
            try:
                opened.read(verify)
            finally:
                opened.close()

    return target


def released() -> Target:
    """A release of the directory."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from pathways.format.release import ReleaseError, check

    key = Ed25519PrivateKey.generate().public_key()
    path = Path(tempfile.mkdtemp(prefix="fuzz-read-")) / "release.zip"

    def target(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(ReleaseError):
            check(path, key)

    return target


# what it begins with ------------------------------------------------------------------------------------------------------------------------

_LIST = {
    "format": "referral-pathways-directory/1",
    "parts": {
        "US": {
            "sources": {"sources": {"list": {"title": "A list", "publisher": "A partner", "year": 2026, "kind": "partner-list"}}},
            "stakeholders": {
                "stakeholders": [
                    {
                        "id": "us-body-1", "name": "Body", "kind": "ngo", "territory": ["US"], "contacts": [{"type": "phone", "value": "+1 202 555 0147"}],
                        "mandates": [{"function": "hotline", "serves": {"fact": "gender", "in": ["female"]}, "as_of": 2026, "sources": ["list"]}],
                    }
                ]
            },
        }
    },
}  # fmt: skip
_BUNDLE = {
    "resourceType": "Bundle", "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Organization", "id": "o1", "name": "House", "type": [{"coding": [{"code": "cg"}]}], "telecom": [{"system": "phone", "value": "734-555-0142"}],
                      "address": [{"line": ["14 Station Road"], "city": "Lyon", "country": "FR"}], "partOf": {"reference": "Organization/o2"}}},
        {"resource": {"resourceType": "HealthcareService", "id": "s1", "name": "Advice", "type": [{"text": "Legal advice"}], "providedBy": {"reference": "Organization/o1"},
                      "availableTime": [{"daysOfWeek": ["mon"], "allDay": True}], "location": [{"reference": "Location/l1"}]}},
        {"resource": {"resourceType": "Location", "id": "l1", "address": {"city": "Lyon", "country": "FR"}, "position": {"longitude": 4.8, "latitude": 45.7}}},
    ],
}  # fmt: skip
_HSDS = {
    "contents": [
        {
            "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Community Counselling", "status": "active", "organization": {"id": "o1", "name": "Example", "description": "d"},
            "phones": [{"id": "p1", "number": "+44 1234 234567"}], "eligibility_description": "women", "minimum_age": 18, "languages": [{"id": "l", "code": "es"}],
            "schedules": [{"id": "s", "valid_from": "2022-10-01", "opens_at": "09:00"}], "cost_options": [{"id": "c", "amount": 0}],
            "service_at_locations": [{"id": "sal", "location": {"id": "loc", "name": "L", "addresses": [{"id": "a", "city": "London", "country": "GB"}]}}],
            "attributes": [{"id": "at", "taxonomy_term": {"id": "t", "name": "Counselling", "taxonomy": "x"}}],
        }
    ],
    "total_items": 1, "total_pages": 1, "page_number": 1, "size": 1, "first_page": True, "last_page": True, "empty": False,
}  # fmt: skip
_HXL = b"Org,Type,Sector,Country\n#org+name,#org+type,#sector,#country+code\nHope,National NGO,Health,JO\n"
_MAPPED = b"Organisation,Type,Service,Until,Tel,Remarks\nHope,Charity,Helpline;Shelter,01/02/2027,0300 000;0300 001,x\n"
_MAPPING = """\
mapping: 1
title: A list
format: csv
country: MT
body:
  name: Organisation
  kind: {from: Type, words: kinds}
mandate:
  function: {from: Service, words: services, split: ;}
  valid_to: {from: Until, date: ['%d/%m/%Y']}
contacts:
- {type: phone, value: {from: Tel, split: ;}}
ignore: [Remarks]
words:
  kinds: {Charity: ngo}
  services: {Helpline: hotline, Shelter: [crisis-accommodation, safe-accommodation], Painting: null}
"""
_PROFILE = {
    "identified_in": "IT", "region": "IT-75", "nationality": ["NG"], "age": 24, "gender": "female", "exploitation": ["sexual"], "status": "asylum-seeker",
    "consent": {"referral": True, "police": False}, "done": [{"decision": "reasonable-grounds-positive", "by": "gb-sca", "on": "2026-10-01"}],
    "risks": ["reprisals"], "wishes": "return", "destination": "AL", "languages": ["en"], "start_date": "2026-11-24", "dependants": 1, "stage": "detection",
}  # fmt: skip


def given(*values: Any, samples: str = "") -> Callable[[], Iterator[bytes]]:
    """Inputs to begin with, and the small files of a folder of samples."""

    def seeds() -> Iterator[bytes]:
        for value in values:
            yield value if isinstance(value, bytes) else json.dumps(value).encode()
        for path in sorted(SAMPLES.glob(samples))[:40] if samples and SAMPLES.is_dir() else ():
            if path.is_file() and path.stat().st_size < LARGEST:
                yield path.read_bytes()

    return seeds


def _template() -> Iterator[bytes]:
    from importers.template_columns import SERVICES

    heads = [column.key for column in SERVICES]
    yield (",".join(heads) + "\n" + ",".join("1" if "id" in head else "x" for head in heads) + "\n").encode()


def _packed(name: str, content: bytes) -> bytes:
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(name, content)
    return made.getvalue()


def _workbook() -> Iterator[bytes]:
    from openpyxl import Workbook

    made, book = io.BytesIO(), Workbook()
    book.active.append(["#org+name", "#org+type", "#sector"])
    book.active.append(["Hope", "National NGO", "Health"])
    book.save(made)
    yield made.getvalue()


def _small_store() -> Iterator[bytes]:
    sys.path.insert(0, str(ROOT / "tests"))
    from small_directory import close_stores, open_store, small_records

    from pathways.stores import BUNDLED

    folder = Path(tempfile.mkdtemp(prefix="fuzz-seed-"))
    made = open_store(f"sqlite:///{folder}/store.db")
    made.commit(made.replace(BUNDLED, small_records(folder)[:1]), layer=BUNDLED, source="", author="seed")
    made.wipe()
    close_stores()
    yield (folder / "store.db").read_bytes()


def one_cell(data: bytes, chance: random.Random) -> bytes:
    """Some bytes of a file exchanged, in their place."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


TARGETS: dict[str, tuple[Callable[[], Target], Callable[[bytes, random.Random], bytes], Callable[[], Iterator[bytes]]]] = {
    "profile": (asking("/api/v1/pathways"), broken_json, given(_PROFILE)),
    "batch": (asking("/api/v1/pathways/batch"), broken_json, given({"profiles": [_PROFILE]})),
    "screening": (
        asking("/api/v1/screening"),
        broken_json,
        given({"identified_in": "IT", "age_group": "adult", "observed": ["passport-held"]}),
    ),
    "search": (asking("/api/v1/stakeholders/search"), broken_json, given({"country": "GR", "q": "κέντρο", "page": 1})),
    "directory": (native, broken_json, given(_LIST)),
    "native": (reading("native", ".json"), broken_json, given(_LIST)),
    "fhir": (reading("fhir", ".json"), broken_json, given(_BUNDLE, samples="fhir-plannet/examples/*.json")),
    "hsds3": (reading("hsds3", ".json"), broken_json, given(_HSDS, samples="hsds-3.0/**/*.json")),
    "hsds3-package": (reading("hsds3", ".zip"), as_it_is, given(_packed("organizations.csv", b"id,name\n1,Hope\n"))),
    "hsds11": (reading("hsds11", ".zip"), as_it_is, given(_packed("organizations.csv", b"id,name,description\n1,Hope,x\n"))),
    "oruk": (reading("oruk", ".json"), broken_json, given(_HSDS, samples="oruk-mocks/**/*.json")),
    "hxl": (reading("hxl", ".csv"), broken_table, given(_HXL, samples="hxl-tests/**/*.csv")),
    "hxl-workbook": (reading("hxl", ".xlsx"), as_it_is, _workbook),
    "template": (reading("template", ".csv"), broken_table, _template),
    "mapped": (reading("mapped", ".csv", _MAPPING), broken_table, given(_MAPPED)),
    "mapping": (mapping, as_it_is, given(_MAPPING.encode())),
    "conditions": (conditions, broken_json, given({"all": [{"fact": "age", "in": [1]}, {"not": {"fact": "gender", "in": ["female"]}}]})),
    "store": (store, one_cell, _small_store),
    "release": (
        released,
        as_it_is,
        given(_packed("MANIFEST.json", b'{"format": "referral-pathways-release/1", "files": {}, "signature": "AA=="}')),
    ),
}
"""The parsers by name: how a target is made, how an input is broken, what it begins with."""

if __name__ == "__main__":
    sys.exit(main())
