"""Changes by hand: proposed by an editor, approved by another, and what to verify first. Who may what: `api.access.rules`."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, editing
from api.blueprint import PREFIX, Blueprint
from api.editing_schema import AnswerSchema, ProposalSchema, ProposalsSchema, WorklistSchema
from api.query import NothingSchema
from pathways.editing import State

blp = Blueprint(
    "Proposals", __name__, url_prefix=f"{PREFIX}/proposals", description="Changes of bodies and mandates by hand, and what to verify first"
)


@blp.route("")
class Proposals(MethodView):
    """What is proposed."""

    @blp.arguments(ProposalsSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A page of proposals, the newest first")
    @blp.problems(403, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """The proposals about what you may edit."""
        found = editing.proposals(State(asked["state"]) if "state" in asked else None)
        page = answers.paged(found, asked)
        page["items"] = [editing.proposal_data(one) for one in page["items"]]
        return answers.private_page(page)

    @blp.arguments(NothingSchema, location="query")
    @blp.arguments(ProposalSchema)
    @blp.response(201, {"type": "object"}, description="It is kept, and waits for the approval of somebody else")
    @blp.problems(400, 403, 404, 406, 409, 413, 415, 422, 503)
    def post(self, _: dict[str, Any], data: dict[str, Any]) -> Response:
        """Propose a change with its source. Nothing changes until somebody else approves; for the contacts of a hotline, two others."""
        return answers.private(editing.proposal_data(editing.propose(data)), 201)


@blp.route("/worklist")
class Worklist(MethodView):
    """What to verify first."""

    @blp.arguments(WorklistSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A page of bodies and mandates, the most urgent first")
    @blp.problems(403, 406, 422, 503)
    def get(self, asked: dict[str, Any]) -> Response:
        """What to look at again: what many paths rest on, what nobody has looked at for long, what a single source says."""
        page = answers.paged(editing.due(asked["country"]), asked)
        page["items"] = [editing.due_data(one) for one in page["items"]]
        return answers.private_page(page)


@blp.route("/<int:number>")
class OneProposal(MethodView):
    """One proposal."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The proposal, with what stood there when it was made")
    @blp.problems(403, 404, 406, 422, 503)
    def get(self, _: dict[str, Any], number: int) -> Response:
        """A proposal: what it changes, with which source, who has approved it, what became of it."""
        return answers.private(editing.proposal_data(editing.proposal(number)))

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"type": "object"}, description="It is withdrawn")
    @blp.problems(403, 404, 406, 409, 422, 503)
    def delete(self, _: dict[str, Any], number: int) -> Response:
        """Take a proposal of your own back."""
        return answers.private(editing.proposal_data(editing.withdraw(number)))


@blp.route("/<int:number>/approve")
class Approve(MethodView):
    """Somebody's yes."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"type": "object"}, description="It is approved; with the last approval that it needs it is a revision")
    @blp.problems(403, 404, 406, 409, 422, 503)
    def post(self, _: dict[str, Any], number: int) -> Response:
        """Approve what somebody else has proposed. Look at the source and call the number before."""
        return answers.private(editing.proposal_data(editing.approve(number)))


@blp.route("/<int:number>/refuse")
class Refuse(MethodView):
    """Somebody's no."""

    @blp.arguments(NothingSchema, location="query")
    @blp.arguments(AnswerSchema)
    @blp.response(200, {"type": "object"}, description="It is refused")
    @blp.problems(400, 403, 404, 406, 409, 413, 415, 422, 503)
    def post(self, _: dict[str, Any], data: dict[str, Any], number: int) -> Response:
        """Refuse a proposal, with the reason."""
        return answers.private(editing.proposal_data(editing.refuse(number, data["answer"])))
