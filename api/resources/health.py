"""Whether the service lives, and whether it is ready to answer: for whoever runs it."""

from __future__ import annotations

from flask import Response
from flask.views import MethodView

from api import answers, snapshots
from api.blueprint import Blueprint
from api.problems import Problem, report
from api.query import NothingSchema
from pathways.stores import StoreError

blp = Blueprint("Health", __name__, url_prefix="/health", description="For whoever runs the service")


@blp.route("/live")
class Live(MethodView):
    """The process."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"type": "object"}, description="It lives")
    def get(self, _: dict[str, str]) -> Response:
        """Whether the process answers at all."""
        return answers.private({"status": "ok"})


@blp.route("/ready")
class Ready(MethodView):
    """The directory."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"type": "object"}, description="It is ready")
    @blp.problems(503)
    def get(self, _: dict[str, str]) -> Response:
        """Whether the store can be read and the directory is loaded; with the revision that is served."""
        keeper = snapshots.snapshots()
        try:
            keeper.store.head()
        except StoreError as error:
            report(error)
            raise Problem(
                "not-ready",
                f"The store cannot be read at the moment; reads are answered from revision {keeper.newest().revision}, "
                "which was the newest when it was last seen.",
            ) from None
        newest = keeper.newest()
        if not newest.parts:
            raise Problem("not-ready", "The directory is empty.")
        return answers.private({"status": "ok", "revision": newest.revision, "countries": list(newest.parts), "version": answers.version()})
