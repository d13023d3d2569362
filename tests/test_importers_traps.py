"""Traps that real partners' lists have held: snapshots whose ids change, services that have ended, points with their axes swapped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from partner_lists import imported, rules, small_store
from small_directory import close_stores

from pathways.stores import Store

MAPPING = """
mapping: 1
title: Points of a cluster
format: json
rows: features.item
country: NG
key: [id]
body:
  id: {from: id}
  name: {from: properties/organisation}
  kind: {value: ngo}
mandate:
  function: {value: medical-care}
  as_of: {from: properties/reported, date: ['%Y/%m/%d']}
  valid_to: {from: properties/until, date: true}
ignore: [type, geometry/type, geometry/coordinates, properties/modified]
"""


@pytest.fixture
def store(tmp_path):
    yield small_store(tmp_path)
    close_stores()


def service(number: int, until: str) -> dict[str, Any]:
    """A service as a point of GeoJSON, by a list that says latitude first."""
    said = {"organisation": f"Clinic of the North {number}", "reported": "2015/05/20", "modified": "", "until": until}
    return {"type": "Feature", "id": number, "properties": said, "geometry": {"type": "Point", "coordinates": [11.8469, 13.1571]}}


def snapshot(store: Store, folder: Path, services: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The report of an import of these services."""
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "points.json").write_text(json.dumps({"type": "FeatureCollection", "features": services}), encoding="utf-8")
    return imported(store, folder / "points.json", mapping=folder / "mapping.yaml", **more)


def mandates(store: Store) -> list[Any]:
    """What the store holds of the list's mandates."""
    return [record.fields for record in store.records() if record.kind == "mandate" and str(record.fields["holder"]).startswith("ng-")]


def test_a_snapshot_that_shares_ids_with_the_last_passes_and_one_that_shares_none_is_refused(store, tmp_path):
    first = snapshot(store, tmp_path, [service(n, "2099-12-31") for n in range(1, 41)])
    assert first["status"] == "imported", first["findings"]
    second = snapshot(store, tmp_path, [service(n, "2099-12-31") for n in range(2, 60)])
    assert second["status"] == "imported", second["findings"]
    before = store.head()
    renumbered = snapshot(store, tmp_path, [service(n, "2099-12-31") for n in range(1001, 1059)])
    assert renumbered["status"] == "refused" and set(rules(renumbered, "error")) == {"withdrawal"}
    assert "no id of its bodies is one of the last time" in renumbered["findings"][0]["text"]
    assert store.head() == before


def test_services_that_have_ended_are_offered_to_nobody_and_dropped_only_when_that_is_confirmed(store, tmp_path):
    ended = [service(n, "2014-12-31") for n in range(1, 11)]
    running = [service(n, "2099-12-31") for n in range(11, 21)]
    report = snapshot(store, tmp_path, ended + running)
    assert report["status"] == "imported" and "past" in rules(report, "note"), report["findings"]
    until = [m["valid_to"] for m in mandates(store)]
    assert sorted(until) == ["2014-12-31"] * 10 + ["2099-12-31"] * 10
    refused = snapshot(store, tmp_path, running)
    assert (refused["status"], set(rules(refused, "error"))) == ("refused", {"withdrawal"})
    confirmed = snapshot(store, tmp_path, running, confirmed=True)
    assert (confirmed["status"], confirmed["changes"]["stakeholder"]["withdrawn"]) == ("imported", 10)


def test_points_with_swapped_axes_keep_no_place_and_dates_are_read_by_their_form(store, tmp_path):
    """Read as GeoJSON says, longitude first, Nigeria would lie elsewhere. No point is kept, so neither way does harm."""
    report = snapshot(store, tmp_path, [service(1, "2099-12-31")])
    assert report["status"] == "imported", report["findings"]
    (mandate,) = mandates(store)
    assert mandate["as_of"] == "2015-05-20"
    assert not any("13.1571" in json.dumps(dict(record.fields)) for record in store.records())
