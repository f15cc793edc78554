"""CIDv1 of a record: dag-cbor, sha2-256, in lower-case base32.

It is the content id of the record as we show it. The network's own record may hold more (facets, embeds), so its CID
there is another one: ours tells two answers apart, and fetches nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

_CID_V1, _DAG_CBOR, _SHA2_256, _DIGEST_BYTES = 0x01, 0x71, 0x12, 0x20


def cid_of(record: Mapping[str, Any]) -> str:
    """`record` holds strings, whole numbers, lists and maps with string keys."""
    import cbor2

    # Canonical CBOR sorts keys by length and then by bytes, as dag-cbor does; the two differ in floats only.
    digest = hashlib.sha256(cbor2.dumps(dict(record), canonical=True)).digest()
    binary = bytes((_CID_V1, _DAG_CBOR, _SHA2_256, _DIGEST_BYTES)) + digest
    return "b" + base64.b32encode(binary).decode("ascii").lower().rstrip("=")
