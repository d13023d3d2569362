"""The blueprint that every resource uses: strict arguments, and the problems that its operations can answer with."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint

from api.body import Parser
from api.problems import MEDIA_TYPE, ProblemSchema, of_http

PREFIX = "/api/v1"


class Blueprint(SmorestBlueprint):
    """A resource of the API."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """What an operation takes. The schema is made once; of a class one would be made for each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def problems(self, *statuses: int) -> Callable[[Any], Any]:
        """Document the errors of an operation; any may be told that its caller asks too often, or that too many ask."""

        def decorate(view: Any) -> Any:
            for status in sorted({*statuses, 429, 503}):
                view = self.alt_response(status, response=HTTPStatus(status).name)(view)
            return view

        return decorate


class Api(SmorestApi):
    """The API's document; errors are problems."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: Any) -> Any:
        """Every error of the framework as a problem."""
        return of_http(error).response()

    def _register_responses(self) -> None:
        default = self.DEFAULT_RESPONSE_CONTENT_TYPE
        type(self).DEFAULT_RESPONSE_CONTENT_TYPE = MEDIA_TYPE  # the errors that it documents are problems
        try:
            super()._register_responses()
        finally:
            type(self).DEFAULT_RESPONSE_CONTENT_TYPE = default

    def _register_pagination_header(self) -> None:
        """None: a list tells its own page, and the Link header the others."""
