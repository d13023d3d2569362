"""Early identification: what was noticed, answered without a score and without a verdict. It comes in a body and leaves no trace."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers
from api.blueprint import PREFIX, Blueprint
from api.query import DatedSchema
from api.screening import ScreeningSchema, screened

blp = Blueprint("Screening", __name__, url_prefix=f"{PREFIX}/screening", description="Early identification: which signs point to what")


@blp.route("")
class Screening(MethodView):
    """What was noticed."""

    @blp.arguments(DatedSchema, location="query")
    @blp.arguments(ScreeningSchema)
    @blp.response(
        200, {"$ref": "#/components/schemas/ScreeningAnswer"}, description="What is indicated, and the next safe step or question"
    )
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, asked: dict[str, Any], data: dict[str, Any]) -> Response:
        """What the signs point to, and the next safe question or step.

        A sign opens a door and closes none: there is no score, no verdict, and no answer that says no. Nothing of it is kept or logged.
        """
        return answers.private(screened(data, asked.get("as_of")))
