"""Content-Digest (RFC 9530) with SHA-256: over the bytes of a body, also of an empty one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_SHA_256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):\s*(?=,|$)")


def content_digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def digest_matches(header: str, body: bytes) -> bool:
    """Whether the header holds exactly one SHA-256 digest, and it is that of `body`."""
    found = _SHA_256.findall(header)
    expected = base64.b64encode(hashlib.sha256(body).digest())
    return len(found) == 1 and hmac.compare_digest(found[0].encode("ascii"), expected)
