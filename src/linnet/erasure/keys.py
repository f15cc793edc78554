"""The workspace's signing key and the seal of requests that are under way. Private files are 0600 in `keys/`."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.posts.forgotten import read_or_make_key
from linnet.workspace import Workspace

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNING_KEY_FILE = "receipts.key"  # the 32 bytes of an Ed25519 private key
NONCE_BYTES = 12


def keys_folder(workspace: Workspace) -> Path:
    return workspace.root / "keys"


def signing_key(workspace: Workspace) -> Ed25519PrivateKey:
    """Made at first use."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(read_or_make_key(keys_folder(workspace), SIGNING_KEY_FILE))


def public_key_hex(workspace: Workspace) -> str:
    return signing_key(workspace).public_key().public_bytes_raw().hex()


def key_id(key: bytes) -> str:
    """Names a key without giving it away."""
    return hashlib.blake2b(b"linnet erasure key id", key=key, digest_size=8).hexdigest()


def seal(key: bytes, value: Any) -> bytes:
    """A JSON value encrypted, so that an unfinished request leaves no readable id or text on disk."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, json.dumps(value).encode(), None)


def unseal(key: bytes, sealed: bytes) -> Any:
    return json.loads(_cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None))


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hashlib.blake2b(b"linnet erasure seal", key=key, digest_size=32).digest())
