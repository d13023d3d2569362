"""What protects the screen and whoever sits before it: the headers of every answer, and no form that another site sends."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from api.problems import Problem

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_CSP_PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
GUARDED = (*_HEADERS.items(), ("Content-Security-Policy", _CSP))
"""The headers of an answer that is no page."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""What the form of any site can send without asking first."""


def register(app: Flask) -> None:
    """Guard the application. Registered first, so that its headers are set last and on every answer."""

    @app.before_request
    def refuse_forms_of_other_sites() -> None:
        if request.method == "POST" and request.mimetype in _FORMS and is_of_another_site(null_is_ours=True):
            raise Problem("cross-site")

    @app.after_request
    def protect(answer: Response) -> Response:
        for name, value in _HEADERS.items():
            answer.headers[name] = value
        answer.headers["Content-Security-Policy"] = _CSP_PAGE if answer.mimetype == "text/html" else _CSP
        return answer


def is_of_another_site(*, null_is_ours: bool) -> bool:
    """Whether the browser says that another site's page sent this.

    It says so by Sec-Fetch-Site, over HTTPS and on this machine; else by Origin, which is `null` from our own pages as well, since they
    send no referrer: `null_is_ours` says how such a one is taken. A caller that says neither is no browser that somebody else could
    misuse: there is no cookie to ride on.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and null_is_ours):
        return False
    return urlsplit(origin).netloc != request.host
