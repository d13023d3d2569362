"""A keeper's desk for the tests of imports over HTTP: the application on a small directory of its own, in each kind of store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import BOTH
from flask.testing import FlaskClient
from small_directory import small_records
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from api import Settings, create_app
from pathways.stores import BUNDLED, Store, open_store

IMPORTS, MATCHES = "/api/v1/imports", "/api/v1/matches"


@dataclass
class Office:
    """The application, its store, and a folder for lists."""

    settings: Settings
    store: Store
    folder: Path
    web: FlaskClient

    def upload(self, path: Path, name: str | None = None, query: str = "", **fields: Any) -> TestResponse:
        """Upload a list; a mapping may stand among the fields as a path."""
        files = {key: FileStorage(io.BytesIO(value.read_bytes()), value.name) for key, value in fields.items() if isinstance(value, Path)}
        data = {"source": "partner", **fields, **files, "file": FileStorage(io.BytesIO(path.read_bytes()), name or path.name)}
        boundary, body = encode_multipart(data)
        return self.web.post(IMPORTS + query, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    def tried(self, path: Path, **fields: Any) -> dict[str, Any]:
        """Upload a list; what the trial says."""
        answer = self.upload(path, **fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def step(self, step: str, told: dict[str, Any], **said: Any) -> TestResponse:
        """Take a step of an import."""
        return self.web.post(f"{IMPORTS}/{told['id']}/{step}", **({"json": said} if said else {}))

    def applied(self, path: Path, **fields: Any) -> dict[str, Any]:
        """Upload a list and apply it."""
        answer = self.step("apply", self.tried(path, **fields))
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def restarted(self) -> FlaskClient:
        """The application as another process would have it."""
        return create_app(self.settings, self.store).test_client()


def open_office(folder: Path, url: str) -> Iterator[Office]:
    """A desk on an empty store, filled with the small directory."""
    store = open_store(url)
    store.commit(store.replace(BUNDLED, small_records(folder / "small")), layer=BUNDLED, source="bundled", author="test")
    settings = Settings(store=url, home=folder / "home", poll=0.0)
    yield Office(settings, store, folder, create_app(settings, store).test_client())
    store.close()


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A desk, on each kind of store in turn."""
    yield from open_office(
        tmp_path, f"sqlite:///{tmp_path}/small.sqlite" if request.param == "sqlite" else request.getfixturevalue("neo4j_url")
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    """A desk on the embedded store, for what does not depend on it."""
    yield from open_office(tmp_path, f"sqlite:///{tmp_path}/small.sqlite")
