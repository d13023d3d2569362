"""An organisation's identity provider (OpenID Connect): who it vouches for, and which role that gives.

It is the only address that is asked besides the store, and only where one is configured.

Authorization code flow with PKCE, state and nonce. The three follow from one random seed that the browser keeps for the few minutes of a
sign-in, so that nothing is kept here meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from api.provider_settings import ProviderSettings, is_safe
from pathways.access import Grant

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_SECONDS = 10
"""So long is an answer of the provider waited for."""
_KEPT = 3600.0
"""So long, in seconds, are its addresses and keys kept."""
_ANEW = 60.0
"""Keys are asked for anew at most once in so many seconds, where one is not among those that are kept."""
_SKEW = 60


class Unreachable(Exception):
    """The provider does not answer, or not as one."""


class NotVouched(Exception):
    """The provider does not vouch for whoever came back."""


class NoRole(Exception):
    """The provider vouches for somebody to whom no role is given."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody whom the provider vouches for. No name: what they are called here is their group, and letters that are theirs alone."""

    label: str
    person: str
    grant: Grant


class Provider:
    """The provider of one service."""

    def __init__(self, settings: ProviderSettings, redirect: str) -> None:
        self._settings, self._redirect = settings, redirect
        self._lock = Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def address(self, seed: str) -> str:
        """Where somebody is sent to sign in."""
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=derived(seed, "state"),
                nonce=derived(seed, "nonce"),
                code_verifier=derived(seed, "verifier"),
            )
        return str(address)

    def vouched(self, seed: str, state: str, code: str, issuer: str) -> Vouched:
        """Whom the provider sent back, with `state`, `code` and its name in the address (RFC 9207; empty where it says none).

        Unreachable, NotVouched or NoRole where nobody is to be signed in.
        """
        if not code or not hmac.compare_digest(state.encode(), derived(seed, "state").encode()):
            raise NotVouched("the answer does not belong to this sign-in")
        if issuer and issuer != self._settings.issuer:
            raise NotVouched("the answer is another provider's")
        claims = self._claims(self._exchanged(seed, code), derived(seed, "nonce"))
        said = _at(claims, self._settings.claim)
        values = said if isinstance(said, list) else [said]
        found = next(((value, grant) for value, grant in self._settings.roles if value in values), None)
        if found is None:
            raise NoRole
        own = hmac.new(self._settings.secret.encode(), f"{claims['iss']} {claims['sub']}".encode(), hashlib.sha256).hexdigest()
        return Vouched(f"{found[0][:60]} {own[:8]}", f"oidc:{own[:32]}", found[1])

    def _session(self) -> OAuth2Session:
        settings = self._settings
        return OAuth2Session(
            settings.client,
            settings.secret,
            scope="openid",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )

    def _exchanged(self, seed: str, code: str) -> dict[str, Any]:
        with self._session() as session:
            try:
                answer = session.fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=derived(seed, "verifier"),
                    allow_redirects=False,
                )
            except OAuthError:
                raise NotVouched("the provider does not know the code") from None
            except (RequestException, ValueError) as error:
                raise Unreachable(type(error).__name__) from None
        return dict(answer)

    def _claims(self, answer: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What the provider says of somebody, when its signature, its name, ours, the time and the nonce are right."""
        settings = self._settings
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotVouched("the provider sent no identity")
        try:
            try:
                read = jwt.decode(token, self._keys(), algorithms=_ALGORITHMS)
            except (JoseError, ValueError):
                read = jwt.decode(token, self._keys(anew=True), algorithms=_ALGORITHMS)  # it may have changed its keys
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": settings.issuer},
                    "aud": {"essential": True, "value": settings.client},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={"nonce": nonce, "client_id": settings.client, "access_token": answer.get("access_token")},
            )
            claims.validate(leeway=_SKEW)
        except (JoseError, ValueError, TypeError) as error:
            raise NotVouched(f"the identity does not hold: {type(error).__name__}") from None
        return dict(claims)

    def _endpoint(self, name: str) -> str:
        found = self._fetched(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._settings.issuer or not is_safe(str(found.get(name, ""))):
            raise Unreachable("the provider's description is not that of the configured one")
        return str(found[name])

    def _keys(self, anew: bool = False) -> KeySet:
        found = self._fetched(self._endpoint("jwks_uri"), _ANEW if anew else _KEPT)
        return KeySet.import_key_set(found)  # type: ignore[arg-type]

    def _fetched(self, address: str, kept: float = _KEPT) -> dict[str, Any]:
        """A document of the provider, as it was not longer than `kept` seconds ago."""
        with self._lock:
            at, known = self._known.get(address, (0.0, {}))
            if known and time.monotonic() - at < kept:
                return known
            with self._session() as session:
                try:
                    answer = session.get(address, withhold_token=True, allow_redirects=False)
                    answer.raise_for_status()
                    found = answer.json()
                except (RequestException, ValueError) as error:
                    raise Unreachable(type(error).__name__) from None
            if answer.status_code != 200 or not isinstance(found, dict):
                raise Unreachable("the provider does not answer as one")
            self._known[address] = (time.monotonic(), found)
            return found


def derived(seed: str, use: str) -> str:
    """What follows from a seed for one use: 256 bits that say nothing of the seed or of the other uses."""
    return base64.urlsafe_b64encode(hmac.digest(seed.encode(), use.encode(), "sha256")).rstrip(b"=").decode()


def _at(claims: Any, path: str) -> Any:
    """The claim of a name; `realm_access.roles` is one within another."""
    if isinstance(claims, Mapping) and path in claims:
        return claims[path]
    for name in path.split("."):
        claims = claims.get(name) if isinstance(claims, Mapping) else None
    return claims
