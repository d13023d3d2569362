"""Whether the caller sits at the machine on which the service runs: told by the place, without any account."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request

from api.security import is_of_another_site
from api.settings import Settings

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def not_at_the_machine() -> str:
    """Why the caller is not taken for somebody at the machine; empty where it is. Deny by default: all of it must be so.

    The service listens on this machine only; the caller is on it, and no proxy stands between; the request names this machine as its host
    (a page of a hostile site that has pointed its own name here does not); and no other site's page has sent it, another port of this
    machine included.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.writes != "local":
        return f"Without a token nothing is written here (PATHWAYS_WRITES={settings.writes})."
    return not_of_this_machine()


def not_of_this_machine() -> str:
    """The same, whatever may be written here."""
    settings: Settings = current_app.extensions["settings"]
    if not is_loopback(settings.host):
        return "This service listens on a network; without a token, importing is allowed only where it listens on its own machine."
    if not is_loopback(request.remote_addr or "") or any(name in request.headers for name in _FORWARDED):
        return "Without a token, importing is allowed on the machine itself only."
    if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        return "Without a token, importing is allowed under the machine's own address only, as in http://127.0.0.1:8000/."
    if is_of_another_site(null_is_ours=False):  # what is not sure is refused where something is written
        return "Another site has sent this. Open the page here, by its address, and try again."
    return ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own and no network's."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
