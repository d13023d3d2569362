"""What protects the screen and whoever sits before it: the headers of every answer, and no form that another site sends."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from api.problems import Problem
from api.settings import Settings

_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen", "gamepad",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone",
    "midi", "otp-credentials", "payment", "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get",
    "screen-wake-lock", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
"""What a browser could lend to a page, by the names that browsers know without being set for it. None of ours needs any of it."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
    "X-Permitted-Cross-Domain-Policies": "none",
    "Server": "pathways",  # the server would name itself and its version
}
_STRICT_TRANSPORT = "max-age=63072000"
"""Two years of https only, for this host; whoever runs it says so for others."""
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
        if is_https():
            answer.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
        answer.headers["Content-Security-Policy"] = _CSP_PAGE if answer.mimetype == "text/html" else _CSP
        return answer


def is_https() -> bool:
    """Whether people reach this service by https: the address that it is told (PATHWAYS_URL) says so, or the connection does."""
    settings: Settings = current_app.extensions["settings"]
    return urlsplit(settings.url).scheme == "https" if settings.url else request.is_secure


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
