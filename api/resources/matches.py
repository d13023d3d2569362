"""Matches that wait for a person, and what people judged of them. For whoever may import (`api.access`)."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, matching
from api.access import UNNAMED
from api.blueprint import PREFIX, Blueprint
from api.importing_schema import JudgementSchema, MatchesSchema
from api.query import NothingSchema

blp = Blueprint("Matches", __name__, url_prefix=f"{PREFIX}/matches", description="Bodies of lists that may be bodies of the directory")


@blp.route("")
class Matches(MethodView):
    """What waits, and what was judged."""

    @blp.arguments(MatchesSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A page of matches, or of judgements")
    @blp.problems(403, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """What waits for somebody after imports, each with the reasons; or with `state=judged` what people have judged."""
        if asked["state"] == "judged":
            page = answers.paged(matching.judged(asked.get("source")), asked)
            page["items"] = [matching.judged_data(one) for one in page["items"]]
        else:
            page = answers.paged(matching.queue(asked.get("source")), asked)
            known = matching.verdicts({waiting.source for waiting in page["items"]})
            page["items"] = [matching.match_data(waiting, known) for waiting in page["items"]]
        return answers.private_page(page)

    @blp.arguments(NothingSchema, location="query")
    @blp.arguments(JudgementSchema)
    @blp.response(201, {"type": "object"}, description="The judgement is kept; it is used at the next trial or import")
    @blp.problems(400, 403, 406, 413, 415, 422, 503)
    def post(self, _: dict[str, Any], data: dict[str, Any]) -> Response:
        """Judge whether a body of a list is one of the directory: `same`, or `different`. It is remembered, and never asked again."""
        return answers.private({"number": matching.judge(data), **data}, 201)


@blp.route("/<int:number>")
class OneJudgement(MethodView):
    """One judgement."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(204, description="It is taken back; what was judged before holds again")
    @blp.problems(403, 404, 406, 422, 503)
    def delete(self, _: dict[str, Any], number: int) -> Response:
        """Take a judgement back. It stays in the list of judgements, with who took it back."""
        matching.take_back(number, UNNAMED)
        return Response(status=204)
