"""A small identity provider for the tests: a real one over HTTP on this machine, which signs what it says and holds the other side to the protocol.

Whoever comes to its door is let in as the person that the test has named. It refuses what a careful provider refuses: another client, another
way back, a code that was used, a code challenge that is not met. A test can have it lie in one thing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "pathways", "a secret of 32 letters, at least."
Claims = dict[str, Any]


class IdentityProvider:
    """What the provider knows, and what it is to say of whoever comes."""

    def __init__(self, issuer: str, way_back: str) -> None:
        self.issuer, self.way_back = issuer, way_back
        self.person: Claims = {"sub": "4711", "groups": ["network-staff"], "name": "Ada Secret", "email": "ada@secret.example"}
        self.lie: Callable[[Claims], Claims] = lambda claims: claims
        self.metadata: Claims = {}
        self.algorithm = "RS256"
        self.forger: RSAKey | None = None
        self.asked: list[str] = []
        self.codes: dict[str, Claims] = {}
        self.new_key()

    def new_key(self) -> None:
        """Sign with another key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def description(self) -> Claims:
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{name}" for name in names}, **self.metadata}

    def let_in(self, asked: dict[str, str]) -> str:
        """Where whoever has signed in here is sent back to."""
        assert (asked["client_id"], asked["redirect_uri"], asked["response_type"]) == (CLIENT, self.way_back, "code")
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"nonce": asked["nonce"], "challenge": asked["code_challenge"]}
        return f"{self.way_back}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """The answer to a code."""
        if authorization != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return 401, {"error": "invalid_client"}
        given = self.codes.pop(sent.get("code", ""), None)
        met = _coded(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if given is None or met != given["challenge"] or sent.get("redirect_uri") != self.way_back:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": given["nonce"], **self.person}
        return 200, {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.signed(self.lie(claims)),
        }

    def signed(self, claims: Claims) -> str:
        """What is said of somebody, signed: as it should be, by a forger who names our key, by nobody, or with what everybody knows."""
        if self.algorithm == "RS256":
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.forger or self.key)
        said = ".".join(_coded(json.dumps(part).encode()) for part in ({"alg": self.algorithm, "kid": self.key.kid}, claims))
        known = hmac.digest(self.key.as_pem(private=False), said.encode(), "sha256") if self.algorithm == "HS256" else b""
        return f"{said}.{_coded(known)}"


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def providing(way_back: str, host: str = "127.0.0.1") -> Iterator[IdentityProvider]:
    """A provider that answers meanwhile, under a name of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = IdentityProvider(f"http://{host}:{server.server_port}", way_back)  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def _provider(self) -> IdentityProvider:
        return self.server.provider  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._provider.asked.append(parts.path)
        if parts.path == "/authorization_endpoint":
            self.send_response(302)
            self.send_header("Location", self._provider.let_in({name: values[0] for name, values in parse_qs(parts.query).items()}))
            self.end_headers()
        elif parts.path == "/.well-known/openid-configuration":
            self._answer(200, self._provider.description())
        elif parts.path == "/jwks_uri":
            self._answer(200, KeySet([self._provider.key]).as_dict(private=False))
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        self._provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self._provider.exchange(sent, self.headers.get("Authorization", "")))

    def _answer(self, status: int, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
