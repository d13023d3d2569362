"""How long the answer takes on the server, and how large it is, on the bundled directory.

    python -m bench.pages                   --profiles, --runs, --page change what is measured

Each page is asked for by POST through the whole application (form, planner, picture, template), for cases drawn at random, after a warm-up
that is not counted. Of several runs the least of each figure is given, since other work on the machine only adds. Sizes are compressed by
gzip, which is what a proxy in front would send.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from api import Settings, create_app
from api.asking.form import written
from bench.path import quantile
from bench.workload import profiles
from pathways.profile import Profile
from pathways.stores import open_store
from pathways.stores.bundled import ensure_bundled

PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "answer, English": ("en/answer", {}),
    "answer, Arabic": ("ar/answer", {}),
    "to print, for the worker": ("en/take-along", {"take": "print"}),
    "as text, for the worker": ("en/take-along", {"take": "text"}),
    "as PDF, for the worker": ("en/take-along", {"take": "pdf"}),
    "as PDF, for the person, Arabic": ("en/take-along", {"take": "pdf", "paper": "person", "in": "ar", "names": "yes"}),
}


def told(profile: Profile) -> dict[str, list[str]]:
    """The fields of a form that tell a profile."""
    said: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(profile).items()}
    if profile.age is not None:
        said["age_group"] = None  # the drawn group may contradict the age, which a form does not take
    fields: dict[str, list[str]] = {}
    for name, value in written(said):
        fields.setdefault(name, []).append(value)
    return fields


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print one line for each page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--page", default="", help="only those whose name has this in it")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'directory.sqlite'}")
        ensure_bundled(store)
        client = create_app(Settings(), store).test_client()
        forms = [told(profile) for profile in profiles(store.directory(), chosen.profiles)]
        print("page | profiles | p50 ms | p99 ms | max ms | largest kB, compressed")
        for name, (page, fields) in PAGES.items():
            if chosen.page not in name:
                continue
            for form in forms[: max(20, len(forms) // 20)]:
                client.post(f"/{page}", data={**form, **fields})
            gc.collect()
            gc.freeze()
            runs = []
            for _ in range(chosen.runs):
                times, sizes = [], []
                for form in forms:
                    began = perf_counter()
                    answer = client.post(f"/{page}", data={**form, **fields})
                    times.append((perf_counter() - began) * 1000)
                    if answer.status_code != 200:
                        raise SystemExit(f"{page} answered {answer.status_code}")
                    sizes.append(len(gzip.compress(answer.data)))
                runs.append((quantile(times, 0.5), quantile(times, 0.99), max(times), max(sizes) / 1000))
            figures = " | ".join(f"{min(column):.1f}" for column in zip(*runs, strict=True))
            print(f"{name} | {len(forms)} | {figures}", flush=True)
        store.close()


if __name__ == "__main__":
    main()
