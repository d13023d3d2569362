"""Who may import: the one place that decides it. Until there are roles, it is whoever sits at the machine on which the service runs.

Reports of imports hold what is for partners only, so that reading them is held to the same as writing.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request

from api.problems import Problem
from api.security import is_of_another_site
from api.settings import Settings

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def require_importer() -> None:
    """Problem `forbidden` where the caller may not import. Deny by default: all of it must be so, and each refusal says what was not.

    The service listens on this machine only; the caller is on it, and no proxy stands between; the request names this machine as its host
    (a page of a hostile site that has pointed its own name here does not); and no other site's page has sent it, another port of this
    machine included.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.writes != "local":
        raise Problem("forbidden", "Importing is switched off here (PATHWAYS_WRITES).")
    if not is_loopback(settings.host):
        raise Problem("forbidden", "This service listens on a network; importing is allowed only where it listens on its own machine.")
    if not is_loopback(request.remote_addr or "") or any(name in request.headers for name in _FORWARDED):
        raise Problem("forbidden", "Importing is allowed on the machine itself only.")
    if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise Problem("forbidden", "Importing is allowed under the machine's own address only, as in http://127.0.0.1:8000/.")
    if is_of_another_site(null_is_ours=False):  # what is not sure is refused where something is written
        raise Problem("forbidden", "Another site has sent this. Open the page here, by its address, and try again.")


def may_import() -> bool:
    """Whether the caller may import: for pages that offer it to nobody else."""
    try:
        require_importer()
    except Problem:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own and no network's."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
