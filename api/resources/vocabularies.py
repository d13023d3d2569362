"""The controlled lists with their labels."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api import answers, labels
from api.blueprint import PREFIX, Blueprint
from api.problems import Problem
from api.query import ReadSchema

blp = Blueprint("Vocabularies", __name__, url_prefix=f"{PREFIX}/vocabularies", description="The controlled lists")


@blp.route("")
class Vocabularies(MethodView):
    """All lists."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"type": "object"}, description="The names of the lists")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any]) -> Response:
        """The names of the controlled lists, and how many words each has."""

        def make() -> dict[str, Any]:
            items = [{"name": name, "labels": labels.names(name), "words": len(labels.entries(name))} for name in labels.lists()]
            return {"items": items, "page": 1, "page_size": len(items), "total": len(items), "facets": {}}

        return answers.of_directory(make)


@blp.route("/<string:name>")
class Vocabulary(MethodView):
    """One list."""

    @blp.arguments(ReadSchema, location="query")
    @blp.response(200, {"$ref": "#/components/schemas/Vocabulary"}, description="The words of the list")
    @blp.problems(404, 406, 422)
    def get(self, asked: dict[str, Any], name: str) -> Response:
        """The words of one list, with labels in every language that there is."""
        if name not in labels.lists():
            raise Problem("not-found", f"There is no such list; there are {', '.join(labels.lists())}.")
        return answers.of_directory(lambda: {"name": name, "items": labels.entries(name)})
