"""The referral path for a profile, or for many. A profile comes in a body, is computed on in memory, and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask.views import MethodView
from marshmallow import RAISE, Schema, fields

from api import answers, snapshots
from api.blueprint import PREFIX, Blueprint
from api.body import loaded
from api.fields import Several
from api.problems import Problem, report
from api.profile import ProfileSchema
from api.query import PathSchema
from api.referring import pathway

MOST = 1000
blp = Blueprint("Pathways", __name__, url_prefix=f"{PREFIX}/pathways", description="The referral path for a profile")


class BatchSchema(Schema):
    """Many profiles at once."""

    problem = "invalid-body"

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    profiles = Several(fields.Raw(metadata={"accepted": "a profile", "shape": "Profile"}), MOST, f"At most {MOST} profiles", required=True)


@blp.route("")
class Pathways(MethodView):
    """One profile."""

    @blp.arguments(PathSchema, location="query")
    @blp.arguments(ProfileSchema)
    @blp.response(200, {"$ref": "#/components/schemas/Pathway"}, description="The path: who is next, why, by when, and what is missing")
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, options: dict[str, Any], data: dict[str, Any]) -> Response:
        """The referral path for the profile in the body.

        Nothing of the profile is kept or logged. The answer is advice with reasons and alternatives, never a verdict on the person.
        """
        return answers.private(answers.quick(pathway(data, options.get("as_of"), options["alternatives"])))


@blp.route("/batch")
class Batch(MethodView):
    """Many profiles."""

    @blp.arguments(PathSchema, location="query")
    @blp.arguments(BatchSchema)
    @blp.response(200, {"$ref": "#/components/schemas/BatchAnswer"}, description="A pathway or a problem for each profile, in their order")
    @blp.problems(400, 404, 406, 413, 415, 422)
    def post(self, options: dict[str, Any], data: dict[str, Any]) -> Response:
        """The referral paths for up to 1,000 profiles.

        One that is not acceptable gives a problem in its place; the others are answered.
        """
        snapshots.viewer()  # one snapshot and one viewer for all of them
        return answers.private_stream(_pieces(data["profiles"], options))


def _pieces(profiles: list[Any], options: dict[str, Any]) -> Iterator[bytes]:
    """The answer piece by piece: a thousand paths are too much to hold at once."""
    yield b'{"items":['
    for index, profile in enumerate(profiles):
        yield (b"," if index else b"") + answers.quick(_one(profile, index, options))
    yield b"]}"


def _one(profile: Any, index: int, options: dict[str, Any]) -> dict[str, Any]:
    root = f"/profiles/{index}"
    try:
        return {"pathway": pathway(loaded(_SCHEMA, profile, root), options.get("as_of"), options["alternatives"], root)}
    except Problem as problem:
        return {"problem": problem.as_data()}
    except Exception as error:  # the others are still answered
        return {"problem": {**Problem("internal-error").as_data(), "instance": report(error)}}


_SCHEMA = ProfileSchema()


def allow_larger_batch(limit: int) -> None:
    """A batch may be larger than one profile; decided before the body is read."""
    if request.endpoint == "Pathways.Batch":
        request.max_content_length = limit
