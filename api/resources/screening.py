"""Early identification: what was noticed, answered without a score and without a verdict. It comes in a body and leaves no trace."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import RAISE, Schema

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.fields import Several, Truth, word
from api.problems import Problem
from api.query import DatedSchema
from pathways.indicators import prompts
from pathways.screening import Observation, screen
from pathways.visibility import scrubbed
from pathways.vocabulary import words

blp = Blueprint("Screening", __name__, url_prefix=f"{PREFIX}/screening", description="Early identification: which signs point to what")


class ScreeningSchema(Schema):
    """What was noticed of a person, in facts that identify nobody."""

    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused, by name: there is no free text here."""

        unknown = RAISE

    identified_in = word(words("countries"), "Where the person is now; gives the first contact", required=True)
    age_group = word(
        words("age_group"), "disputed is treated as a child; so is unknown with a sign of a child", allow_none=True, load_default=None
    )
    observed = Several(
        word(tuple(prompts().indicators)), 200, "The indicators that were noticed, by id (`/vocabularies/indicators`)", load_default=list
    )
    own_word = Truth(
        allow_none=True,
        load_default=None,
        metadata={"description": "The person says so: exploited, held or in danger. It is enough to open immediate safety"},
    )


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
        directory, viewer = snapshots.directory(), snapshots.viewer()
        if data["identified_in"] not in directory.parts:
            raise Problem(
                "invalid-body",
                errors=[
                    {"pointer": "/identified_in", "message": "is not in the directory at this revision", "accepted": list(directory.parts)}
                ],
            )
        observation = Observation(**{**data, "observed": tuple(data["observed"])})
        return answers.private(scrubbed(directory, viewer, screen(directory, observation, asked.get("as_of"), viewer)))
