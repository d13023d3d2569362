"""Bodies of a country that nobody has researched: found and shown, but no mechanism, no path, and nothing changed for the others."""

from __future__ import annotations

import json
from shutil import copyfile

import pytest
from partner_lists import a_body, a_list, bodies, imported

from api import Settings, create_app
from pathways.stores import open_store


@pytest.fixture
def store(filled, tmp_path):
    copyfile(filled, tmp_path / "own.sqlite")
    made = open_store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    hidden = a_body(9, name="Secret Harbour House", visibility="hidden")
    secret = a_body(8, name="Open door", contacts=[{"type": "phone", "value": "+1 555 0100", "visibility": "hidden"}])
    imported(made, a_list(tmp_path, [*bodies(2), hidden, secret]))
    yield made
    made.close()


@pytest.fixture
def caller(store):
    return create_app(Settings(), store).test_client()


def test_its_bodies_are_found_by_name_and_place_and_shown(caller):
    found = caller.get("/api/v1/stakeholders?q=Body 1&territory=US").get_json()
    assert [item["id"] for item in found["items"]] == ["us-body-1"]
    shown = caller.get("/api/v1/stakeholders/us-body-1").get_json()
    assert (shown["name"], shown["country"]) == ("Body 1", "US")
    assert "us-list" in shown["sources"]
    assert caller.get("/api/v1/stakeholders/us-body-1/links").status_code == 200


def test_what_is_hidden_there_is_hidden(caller):
    assert caller.get("/api/v1/stakeholders/us-body-9").status_code == 404
    assert "Secret" not in caller.get("/api/v1/stakeholders?territory=US").get_data(as_text=True)
    assert "555 0100" not in caller.get("/api/v1/stakeholders/us-body-8").get_data(as_text=True)
    told = caller.get("/api/v1/revisions/2/diff").get_data(as_text=True)
    assert "us-body-1" in told and "Secret Harbour" not in told and "555 0100" not in told


def test_it_is_no_country_with_a_mechanism(caller):
    listed = {item["country"] for item in caller.get("/api/v1/mechanisms").get_json()["items"]}
    assert len(listed) == 12 and "US" not in listed
    refused = caller.get("/api/v1/mechanisms/US")
    assert refused.status_code == 404 and "US" not in refused.get_json()["detail"].partition("it has")[2]
    assert "US" not in caller.get("/health/ready").get_json()["countries"]


def test_no_path_is_planned_there(caller, case):
    refused = caller.post("/api/v1/pathways", json=case(identified_in="US", region=None))
    assert refused.status_code == 422
    assert "/identified_in" in refused.get_data(as_text=True)


@pytest.mark.parametrize("said", [{}, {"nationality": ["US"]}, {"wishes": "return", "destination": "US"}, {"returned_from": "US"}])
def test_paths_in_the_twelve_are_the_same_as_without_it(caller, client, case, said):
    with_it, without = (one.post("/api/v1/pathways", json=case(**said)).get_json() for one in (caller, client))
    assert with_it.pop("revision") == without.pop("revision") + 1
    shown, all_of_it = with_it.pop("sources"), without.pop("sources")
    assert with_it == without
    assert shown.items() <= all_of_it.items()  # where anything is hidden anywhere, sources that no step names are left out


def test_each_kind_of_store_takes_them_in_gives_them_back_and_takes_them_out_again(own_store, tmp_path):
    before = own_store.records()
    mandate = {"function": "hotline", "as_of": 2026, "sources": ["list"], "requires": ["papers"]}
    path = a_list(tmp_path, [*bodies(2), a_body(3, parent="us-body-1", mandates=[mandate])])
    data = json.loads(path.read_text())
    data["parts"]["US"]["requirements"] = {"requirements": [{"word": "papers", "or_else": "papers of any kind"}]}
    path.write_text(json.dumps(data))
    trial, real, again = imported(own_store, path, dry_run=True), imported(own_store, path), imported(own_store, path)
    assert (trial["status"], real["status"], again["status"]) == ("trial", "imported", "unchanged")
    assert (trial["digest"], trial["address"]) == (real["digest"], real["address"])
    assert own_store.directory().unresearched["US"].requirements["papers"].or_else == "papers of any kind"
    own_store.undo(2, "ana")
    assert own_store.records() == before
