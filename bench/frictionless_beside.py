"""Rows a second of our reader beside `frictionless validate`, on the same tables: `python -m bench.frictionless_beside PACKAGE.zip --frictionless PROGRAM`.

frictionless is no dependency: `python3 -m venv there; there/bin/pip install frictionless` gives `there/bin/frictionless`. It looks at each table by
itself (types, empty and uneven rows); our reader joins them into bodies and mandates, checks every value against its vocabulary and says what it
did not use. Both are timed as whole processes, with their start.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

_REPORT = 100
"""A report is longer than so many bytes."""


def unpacked(package: Path, folder: Path) -> tuple[list[Path], int]:
    """The tables of a package in a folder, and how many rows they have."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    tables = sorted(path for path in folder.rglob("*.csv") if path.stat().st_size)
    return tables, sum(path.read_bytes().count(b"\n") - 1 for path in tables)


def timed(*command: str, folder: Path | None = None) -> float:
    """How long a process takes, in seconds, in a folder of its own (frictionless refuses paths that are not below it); what it finds is
    its own matter, as long as it says something."""
    start = time.perf_counter()
    told = subprocess.run(command, check=False, capture_output=True, cwd=folder)
    took = time.perf_counter() - start
    if len(told.stdout) < _REPORT:
        raise SystemExit(f"{command[0]} did not do its work: {told.stdout.decode()}{told.stderr.decode()}")
    return took


def main() -> None:
    """Measures both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--frictionless", default="frictionless")
    parser.add_argument("--format", default="hsds11")
    parser.add_argument("--country", default="US")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        tables, rows = unpacked(given.package, Path(folder))
        ours = (sys.executable, "-m", "bench.importing", str(given.package), "--format", given.format, "--country", given.country)
        theirs = (given.frictionless, "validate", *(str(path.relative_to(folder)) for path in tables))
        for name, command, where in (("our reader", ours, None), ("frictionless validate", theirs, Path(folder))):
            took = timed(*command, folder=where)
            print(f"{name}: {rows} rows in {took:.1f} s, {rows / took:.0f} rows a second")


if __name__ == "__main__":
    main()
