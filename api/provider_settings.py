"""Where an organisation's identity provider is, and what it gives to whom; apart from what asks it, which takes long to load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pathways.access import GIVEN, Grant, Role


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where the provider is, who we are to it, and which values of a claim give which role; the first that fits counts."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str
    roles: tuple[tuple[str, Grant], ...]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ProviderSettings | None:
        """What PATHWAYS_OIDC_ISSUER, _CLIENT, _SECRET_FILE, _CLAIM and _ROLES give; None without the first; ValueError for a wrong one."""
        issuer = environment.get("PATHWAYS_OIDC_ISSUER") or ""
        if not issuer:
            return None
        if not is_safe(issuer):
            raise ValueError(f"PATHWAYS_OIDC_ISSUER is {issuer!r}; an https address is accepted")
        if not environment.get("PATHWAYS_URL"):
            raise ValueError("PATHWAYS_OIDC_ISSUER needs PATHWAYS_URL, the address to which the provider sends people back")
        file = Path(environment.get("PATHWAYS_OIDC_SECRET_FILE") or "")
        secret = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
        if not secret or not environment.get("PATHWAYS_OIDC_CLIENT"):
            raise ValueError("PATHWAYS_OIDC_ISSUER needs PATHWAYS_OIDC_CLIENT, and PATHWAYS_OIDC_SECRET_FILE with the secret in it")
        roles = roles_of(environment.get("PATHWAYS_OIDC_ROLES") or "")
        return cls(issuer, environment["PATHWAYS_OIDC_CLIENT"], secret, environment.get("PATHWAYS_OIDC_CLAIM") or "groups", roles)


def roles_of(text: str) -> tuple[tuple[str, Grant], ...]:
    """Roles by the values of a claim, as `VALUE=ROLE` or `VALUE=ROLE:NAME+NAME`, with semicolons between; ValueError for what cannot be."""
    found = []
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"([^=]+)=([a-z]+)(?::([^\s:]+))?", entry)
        try:
            if match is None:
                raise ValueError("VALUE=ROLE or VALUE=ROLE:NAME+NAME is accepted")
            role, names = Role(match[2]), frozenset((match[3] or "").split("+")) - {""}
            if role not in GIVEN:
                raise ValueError(f"one of the roles {', '.join(GIVEN)} is accepted")
            grant = Grant(role, bodies=names) if role is Role.EDITOR else Grant(role, sources=names)
        except ValueError as error:
            raise ValueError(f"PATHWAYS_OIDC_ROLES: {entry!r}: {error}") from None
        found.append((match[1].strip(), grant))
    if not found:
        raise ValueError("PATHWAYS_OIDC_ROLES gives nobody a role; VALUE=ROLE is accepted, as in network-staff=importer:our-network")
    return tuple(found)


def is_safe(address: str) -> bool:
    """Whether an address is of https, or of this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
    )
