"""Holds every request to the rule of its route, before anything else is done with it."""

from __future__ import annotations

from typing import Any

from apispec import BasePlugin
from flask import Flask, Response, current_app, g, request

from api.access import cookies
from api.access.callers import Caller, caller
from api.access.forms import FORM_FIELD, HEADER, hold_form
from api.access.local import not_at_the_machine
from api.access.rules import RULES
from api.problems import Problem
from api.settings import Settings
from pathways.access import Right, Role, Sessions, Tokens

_SAFE = ("GET", "HEAD", "OPTIONS")
_STREAMED = ("POST pages.importers.upload", "POST Imports.Imports")
"""Routes that read the form themselves while it comes in, and its token with it (`hold_form`)."""
_NEEDED = {
    Right.IMPORT: "Importing is for importers and administrators (a token, or a sign-in), and for whoever sits at the machine.",
    Right.EDIT: "Editing is for editors and administrators.",
    Right.ADMINISTER: "This is for administrators.",
    Right.SEE_PARTNER: "This is for caseworkers and partners.",
}


def register(app: Flask, settings: Settings) -> None:
    """Guard the application. Registered before everything that does something with a request."""
    app.extensions["tokens"], app.extensions["sessions"] = Tokens(settings.home), Sessions(settings.home)
    app.before_request(_hold)
    app.after_request(_keep_from_others)


def check_rules(app: Flask) -> None:
    """RuntimeError where a route of the application has no rule; called when all of them are there."""
    missing = sorted(set(routes(app)) - set(RULES))
    if missing:
        raise RuntimeError(f"no rule says who may: {', '.join(missing)}; give each a right in api/access/rules.py")


def routes(app: Flask) -> list[str]:
    """All routes of an application, as the rules name them. HEAD is held to the rule of GET; OPTIONS tells the methods, no secret."""
    return [
        f"{method} {rule.endpoint}" for rule in app.url_map.iter_rules() for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _hold() -> None:
    if "Authorization" in request.headers:
        caller()  # a token that gives nothing is refused wherever it is presented
    if request.url_rule is None or request.method == "OPTIONS":
        return
    route = f"{'GET' if request.method == 'HEAD' else request.method} {request.endpoint}"
    right = RULES.get(route)
    if right is None:
        raise Problem("forbidden")
    if right is Right.READ:
        return
    settings: Settings = current_app.extensions["settings"]
    if settings.writes == "off" and right in (Right.IMPORT, Right.EDIT):
        raise Problem("forbidden", "Writing is switched off here (PATHWAYS_WRITES).")
    if not caller().grant.has(right):
        raise Problem("forbidden", f"{_NEEDED[right]} {_why_not()}".strip())
    if request.method not in _SAFE and caller().session and route not in _STREAMED:
        hold_form(request.headers.get(HEADER) or request.form.get(FORM_FIELD, ""))


def _why_not() -> str:
    """What else is to be said to whoever lacks a right."""
    role = caller().grant.role
    return not_at_the_machine() if role is Role.ANONYMOUS else f"You are {role}."


def _keep_from_others(answer: Response) -> Response:
    """What was answered to somebody with rights is for them alone; a page of a sign-in is kept by no browser."""
    found: Caller | None = g.get("caller")
    if found and not found.person:
        cookies.sign_out(answer)  # its sign-in is over
    if found and found.session and answer.mimetype == "text/html":
        answer.headers["Cache-Control"] = "no-store"
    elif found and found.person and "no-store" not in answer.headers.get("Cache-Control", ""):
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


class DescribesRules(BasePlugin):  # type: ignore[misc]
    """Writes the rule of each operation into the API's document: whether a token is needed, and the answers where it gives nothing."""

    def init_spec(self, spec: Any) -> None:
        """Name the one way to present a token."""
        spec.components.security_scheme(
            "token", {"type": "http", "scheme": "bearer", "description": "An access token (`pathways token make`)"}
        )

    def operation_helper(self, path: str | None = None, operations: Any = None, **kwargs: Any) -> None:
        """Complete the operations of a path."""
        for method, operation in (operations or {}).items():
            right = RULES[f"{method.upper()} {kwargs['rule'].endpoint}"]
            operation["security"] = [{}, {"token": []}] if right in (Right.READ, Right.IMPORT) else [{"token": []}]
            operation["x-right"] = right.value
            operation["responses"]["401"] = "UNAUTHORIZED"
            if right is not Right.READ:
                operation["responses"].setdefault("403", "FORBIDDEN")
