"""The API held against its own document by schemathesis: no fault, no undocumented answer, no answer of another shape."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, negative_data_rejection)


def hold(app: Flask, examples: int, prefix: str) -> int:
    """Ask every operation under a prefix so many questions that its document allows; how many operations there are."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    chosen = [operation for operation in operations if operation.path.startswith(prefix)]
    for operation in chosen:
        _ask(operation, examples)
    return len(chosen)


def _ask(operation: Any, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def asked(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    asked()


@pytest.mark.parametrize(("prefix", "examples"), [("/api/v1/hsds", 12), ("/", 3)])
def test_every_operation_answers_as_its_document_says(app: Flask, prefix: str, examples: int) -> None:
    assert hold(app, examples, prefix) > 15
