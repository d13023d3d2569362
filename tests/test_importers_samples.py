"""Every file that others published goes the whole way of an import: it would be taken, or is refused by a report that names the place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from partner_lists import imported, small_store
from small_directory import close_stores

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"
MAPPINGS = Path(__file__).parent.parent / "importers" / "data" / "mappings"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of others are not here")

TAKEN = {"hsds-3.0": 8, "oruk-mocks": 13, "ohana": 1, "hxl-tests": 0, "fhir-plannet": 2, "unhcr-jordan": 1, "miami-211": 1}
"""How many files of each folder are lists of bodies that stand by themselves; the others are single tables, schemas, taxonomies, broken."""
COUNTRIES = {"oruk-mocks": "GB", "hxl-tests": "GN", "unhcr-jordan": "JO"}


@pytest.mark.parametrize("folder", TAKEN)
def test_every_sample_would_be_imported_or_is_refused_with_its_place(tmp_path, folder):
    store = small_store(tmp_path)
    before = store.records()
    counts = Counter()
    for path in sorted(path for path in (SAMPLES / folder).rglob("*") if path.is_file()):
        mapping = MAPPINGS / f"{folder}.yaml" if path.name.startswith("services_") and folder == "unhcr-jordan" else None
        report = imported(store, path, country=COUNTRIES.get(folder, "US"), mapping=mapping, dry_run=True)
        wrong = [one for one in report["findings"] if one["severity"] == "error"]
        assert (report["status"] == "refused") == bool(wrong), path.name
        assert all(one["file"] and one["text"] and "does not understand" not in one["text"] for one in wrong), path.name
        counts[report["status"]] += 1
    assert counts.keys() <= {"trial", "refused"} and counts["trial"] == TAKEN[folder]
    assert (store.head(), store.records()) == (1, before)
    close_stores()


def test_a_package_of_others_is_imported_as_a_whole(tmp_path):
    store = small_store(tmp_path)
    report = imported(store, SAMPLES / "hsds-3.0" / "examples" / "csv", country="US")
    assert (report["status"], report["records"]["stakeholder"], store.head()) == ("imported", 1, 2)
    close_stores()
