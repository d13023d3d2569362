"""The figures of the service, for whoever watches it."""

from __future__ import annotations

from flask import Response, current_app
from flask.views import MethodView

from api import answers, metrics, snapshots
from api.blueprint import Blueprint
from api.problems import Problem
from api.query import NothingSchema

blp = Blueprint("Metrics", __name__, url_prefix="/metrics", description="For whoever watches the service")
answers.give_other_forms("Metrics")


@blp.route("")
class Figures(MethodView):
    """What is counted."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, description="The figures")
    @blp.doc(responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
    @blp.problems(404)
    def get(self, _: dict[str, str]) -> Response:
        """Rates, times, the revision that is served and how old it is, in the text format of Prometheus; nothing of a case."""
        if not metrics.may_be_seen(current_app.extensions["settings"]):
            raise Problem("not-found", "The figures are shown at the machine itself and to administrators (PATHWAYS_METRICS).")
        return answers.private(metrics.counted() + metrics.of_directory(snapshots.snapshots()), media="text/plain; version=0.0.4")
