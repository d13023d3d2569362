"""What the tests share: the bundled directory, a store that holds it, and the real application on that store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import neo4j_server
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import Settings, create_app
from pathways.directory import Directory
from pathways.stores import Store, open_store
from pathways.stores.bundled import ensure_bundled

pytest_plugins = ["browser", "offices"]

BOTH = ["sqlite", pytest.param("neo4j", marks=pytest.mark.xdist_group("neo4j"))]
"""The kinds of store; one process runs all tests on Neo4j."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with the bundled directory in it; only to be read or copied."""
    path = tmp_path_factory.mktemp("filled") / "directory.sqlite"
    store = open_store(f"sqlite:///{path}")
    ensure_bundled(store)
    store.close()
    return path


@pytest.fixture(scope="session")
def bundled_store(filled: Path) -> Iterator[Store]:
    """The store of the bundled directory, for tests that only read."""
    store = open_store(f"sqlite:///{filled}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def directory(bundled_store: Store) -> Directory:
    """The bundled directory."""
    return bundled_store.directory()


@pytest.fixture(scope="session")
def neo4j_filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store on Neo4j with the bundled directory in it; only to be read. A server of its own, since others are emptied."""
    if neo4j_server.given() == "no":
        pytest.skip("left out by PATHWAYS_TEST_NEO4J=no")
    with neo4j_server.running(tmp_path_factory.mktemp("neo4j-filled"), heap="512m") as server:
        url = server.url_with_account
        store = open_store(url)
        ensure_bundled(store)
        store.close()
        yield url


@pytest.fixture(scope="session", params=BOTH)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The real application on the bundled directory, kept in each kind of store in turn; nobody may change it."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), writes="off")
    if request.param == "sqlite":
        yield create_app(settings, request.getfixturevalue("bundled_store"))
        return
    store = open_store(request.getfixturevalue("neo4j_filled"))
    yield create_app(settings, store)
    store.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A caller of the application."""
    return app.test_client()


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j_server.Server]:
    """A running Neo4j, which also speaks TLS; it fails where there is none, unless the tests on it are left out by name."""
    if neo4j_server.given() == "no":
        pytest.skip("left out by PATHWAYS_TEST_NEO4J=no")
    with neo4j_server.running(tmp_path_factory.mktemp("neo4j"), tls="OPTIONAL") as server:
        yield server


@pytest.fixture
def neo4j_url(neo4j: neo4j_server.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store on Neo4j; the account stands in the environment."""
    for name, value in neo4j.environment.items():
        monkeypatch.setenv(name, value)
    neo4j.empty()
    return neo4j.url


@pytest.fixture(params=BOTH)
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, of each kind in turn."""
    url: str = f"sqlite:///{tmp_path}/folder/store.db" if request.param == "sqlite" else request.getfixturevalue("neo4j_url")
    return url


@pytest.fixture(params=BOTH)
def own_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the bundled directory that the test may change, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "own.sqlite"
        copyfile(request.getfixturevalue("filled"), path)
        store = open_store(f"sqlite:///{path}")
    else:
        store = open_store(request.getfixturevalue("neo4j_url"))
        ensure_bundled(store)
    yield store
    store.close()


@pytest.fixture
def case() -> Callable[..., dict[str, Any]]:
    """Makes a profile: a woman of 24 found in Puglia, with whatever the test says of her."""

    def make(**said: Any) -> dict[str, Any]:
        known = {
            "identified_in": "IT",
            "region": "IT-75",
            "nationality": ["NG"],
            "age": 24,
            "gender": "female",
            "exploitation": ["sexual"],
            "status": "asylum-seeker",
            "consent": {"referral": True, "formal_identification": True, "police": False},
            "start_date": "2026-11-24",
        }
        return {**known, **said}

    return make


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long text is called by its length: as the name of a test, megabytes of it cost gigabytes."""
    return f"{argname}-of-{len(val)}" if isinstance(val, str | bytes) and len(val) > 200 else None
