"""One Ed25519 key pair for each server. The private one lies in the workspace's `keys/`, 0600."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from linnet.errors import BadInput
from linnet.posts.forgotten import read_or_make_key
from linnet.workspace import Workspace

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32


def private_key(workspace: Workspace, server_id: str) -> Ed25519PrivateKey:
    """Made at first use. `server_id` is one that we made: letters and digits."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    assert server_id.isalnum()
    raw = read_or_make_key(workspace.root / "keys", f"fasp-{server_id}.key")
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_base64(key: Ed25519PrivateKey) -> str:
    """The 32 bytes of the public key, as they are exchanged at the registration."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def public_key(written: str) -> Ed25519PublicKey:
    """Raises BadInput for what is no key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("the public key is not base64") from error
    if len(raw) != KEY_BYTES:
        raise BadInput(f"the public key has {len(raw)} bytes instead of {KEY_BYTES}")
    return Ed25519PublicKey.from_public_bytes(raw)


def fingerprint(public: str) -> str:
    """SHA-256 of a public key, both in base64: two people compare it before they trust the registration."""
    return base64.b64encode(hashlib.sha256(base64.b64decode(public)).digest()).decode("ascii")
