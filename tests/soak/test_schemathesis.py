"""The API held against its own document for longer."""

from __future__ import annotations

from flask import Flask
from test_api_schemathesis import hold


def test_every_operation_answers_as_its_document_says_many_times(app: Flask) -> None:
    assert hold(app, 300, "/api/v1/hsds") > 15
    assert hold(app, 100, "/") > 30
