"""Ed25519 signatures over JSON values: of the head of the history, kept outside the store, and of a release of the directory.

Keys are PEM files: `openssl genpkey -algorithm ed25519 -out KEY`, and for others `openssl pkey -in KEY -pubout -out PUBLIC_KEY`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from pathways.records import canonical_json

SIGNATURE = "signature"
"""The field in which the signature of all the others stands."""


class SigningError(ValueError):
    """A key that cannot be used, or a signature that does not hold; the message says what would be accepted."""


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs."""
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningError(f"{path.name} cannot be read as a private key without a password ({error}); {_MAKE}") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise SigningError(f"{path.name} is a key of another kind; {_MAKE}")
    return found


def public_key(path: Path) -> Ed25519PublicKey:
    """The key that a signature is held against."""
    try:
        found = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SigningError(f"{path.name} cannot be read as a public key ({error}); {_SHOW}") from None
    if not isinstance(found, Ed25519PublicKey):
        raise SigningError(f"{path.name} is a key of another kind; {_SHOW}")
    return found


def signed(said: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Some JSON values with a signature over their canonical text."""
    return {**said, SIGNATURE: b64encode(key.sign(canonical_json(said).encode())).decode()}


def checked(said: Mapping[str, Any], key: Ed25519PublicKey) -> dict[str, Any]:
    """What was signed, without its signature; SigningError where that does not hold."""
    rest = {name: value for name, value in said.items() if name != SIGNATURE}
    try:
        key.verify(b64decode(str(said.get(SIGNATURE, "")), validate=True), canonical_json(rest).encode())
    except (InvalidSignature, ValueError):
        raise SigningError("the signature is not one of this key over this text") from None
    return rest


_MAKE = "an Ed25519 key is accepted: openssl genpkey -algorithm ed25519 -out KEY"
_SHOW = "an Ed25519 key is accepted: openssl pkey -in KEY -pubout -out PUBLIC_KEY"
