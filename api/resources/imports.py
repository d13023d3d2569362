"""Partners' lists: uploaded, tried, applied as they were tried, taken back. For whoever may import (`api.access`)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.views import MethodView

from api import answers
from api.blueprint import PREFIX, Blueprint
from api.importing import FORMS, imports
from api.importing_schema import DryRunSchema, ListSchema, ReportSchema, TrySchema, UndoSchema, WholeReportSchema
from api.matching import match_data, verdicts
from api.query import NothingSchema

blp = Blueprint("Imports", __name__, url_prefix=f"{PREFIX}/imports", description="Partners' lists in, as one revision or none")
answers.give_other_forms("Imports")
_BY_TYPE = {media_type: form for form, media_type in FORMS.items()}
MOST = 100
"""So many findings and differences are told in the answer to a step."""


@blp.route("")
class Imports(MethodView):
    """All imports."""

    @blp.arguments(ListSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A page of imports, the newest first, without their findings")
    @blp.problems(403, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The lists that were uploaded and are not forgotten yet, the newest first."""
        keeper = imports()
        uploads, history = keeper.uploads(), keeper.history()
        page = answers.paged(uploads, asked)
        page["items"] = [keeper.told(upload, 0, history) for upload in page["items"]]
        return answers.private_page(page)

    @blp.arguments(DryRunSchema, location="query")
    @blp.doc(
        requestBody={
            "required": True,
            "content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Upload"}}},
        }
    )
    @blp.response(201, {"$ref": "#/components/schemas/Import"}, description="The list was looked through: its report, and what can be done")
    @blp.problems(400, 403, 406, 409, 413, 415, 422, 503)
    def post(self, asked: dict[str, Any]) -> Response:
        """Upload a partner's list and see what it would do; nothing is written into the directory.

        With `dry_run=false` it is applied at once, where its trial allows that. A list with errors is kept for a day too, with its report.
        """
        keeper = imports()
        upload = keeper.upload(request, asked)
        answer = answers.private(keeper.told(upload, MOST), 201)
        answer.headers["Location"] = f"{PREFIX}/imports/{upload.id}"
        return answer


@blp.route("/<string:identity>")
class OneImport(MethodView):
    """One import."""

    @blp.arguments(ReportSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/Import"}, description="The import with its report")
    @blp.problems(403, 404, 406, 409, 422)
    def get(self, asked: dict[str, Any], identity: str) -> Response:
        """One import: where it stands, its findings and what differs; as text, HTML or XLSX the whole report as a file."""
        keeper = imports()
        form = asked.get("format") or _BY_TYPE[answers.chosen(list(_BY_TYPE))]
        upload = keeper.known(identity)
        return answers.private(keeper.told(upload, asked["most"])) if form == "json" else keeper.download(upload, form)

    @blp.arguments(NothingSchema, location="query")
    @blp.response(204, description="It is forgotten; what it wrote into the directory stays")
    @blp.problems(403, 404, 406, 422)
    def delete(self, _: dict[str, Any], identity: str) -> Response:
        """Forget an upload: the file and its report. The directory stays as it is."""
        keeper = imports()
        keeper.shelf.forget(keeper.known(identity))
        return Response(status=204)


@blp.route("/<string:identity>/report")
class WholeReport(MethodView):
    """The whole report."""

    @blp.arguments(WholeReportSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The report as a file")
    @blp.problems(403, 404, 406, 409, 422)
    def get(self, asked: dict[str, Any], identity: str) -> Response:
        """The whole report as a file, with every finding and every difference."""
        keeper = imports()
        return keeper.download(keeper.known(identity), asked["format"])


@blp.route("/<string:identity>/try")
class Try(MethodView):
    """Trying again."""

    @blp.arguments(NothingSchema, location="query")
    @blp.arguments(TrySchema)
    @blp.response(200, {"$ref": "#/components/schemas/Import"}, description="The list was looked through again")
    @blp.problems(400, 403, 404, 406, 409, 413, 415, 422, 503)
    def post(self, _: dict[str, Any], data: dict[str, Any], identity: str) -> Response:
        """Look through the list again: after matches were judged, after the directory has changed, or to confirm its withdrawals."""
        keeper = imports()
        upload = keeper.known(identity)
        if data["confirm_withdrawals"]:
            upload = keeper.confirm(upload)
        keeper.step("try", upload)
        return answers.private(keeper.told(upload, MOST))


@blp.route("/<string:identity>/apply")
class Apply(MethodView):
    """Applying."""

    @blp.arguments(NothingSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/Import"}, description="It is in the directory, as one revision")
    @blp.problems(403, 404, 406, 409, 422, 503)
    def post(self, _: dict[str, Any], identity: str) -> Response:
        """Write exactly what the trial told into the directory; refused where anything has changed since."""
        keeper = imports()
        upload = keeper.known(identity)
        keeper.step("apply", upload)
        return answers.private(keeper.told(upload, MOST))


@blp.route("/<string:identity>/undo")
class Undo(MethodView):
    """Taking back."""

    @blp.arguments(NothingSchema, location="query")
    @blp.arguments(UndoSchema)
    @blp.response(200, {"$ref": "#/components/schemas/Import"}, description="It was taken back, as a new revision")
    @blp.problems(400, 403, 404, 406, 409, 413, 415, 422, 503)
    def post(self, _: dict[str, Any], data: dict[str, Any], identity: str) -> Response:
        """Take an import back; refused where later revisions rest on it, which the problem names."""
        keeper = imports()
        upload = keeper.known(identity)
        keeper.step("undo", upload, data["author"], data["note"])
        return answers.private(keeper.told(upload, MOST))


@blp.route("/<string:identity>/matches")
class Matches(MethodView):
    """What waits in one list."""

    @blp.arguments(ListSchema, location="query")
    @blp.response(200, {"type": "object"}, description="A page of bodies of the list that may be bodies of the directory")
    @blp.problems(403, 404, 406, 409, 422)
    def get(self, asked: dict[str, Any], identity: str) -> Response:
        """The bodies of a list that may be ones of the directory, with the reasons and what was judged since. Judge by POST /matches."""
        keeper = imports()
        with keeper.report(keeper.known(identity)) as report:
            page = answers.paged(list(report.holding.waiting()), asked)
        judged = verdicts({waiting.source for waiting in page["items"]})
        page["items"] = [match_data(waiting, judged) for waiting in page["items"]]
        return answers.private_page(page)
