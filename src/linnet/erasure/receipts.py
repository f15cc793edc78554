"""A receipt: what was erased, where, how it was checked and what remains; signed with the workspace's key.

It names no id and no word of what is gone, only keyed digests. Anyone can verify the signature; whoever has the
workspace can also see that the key is its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from linnet import __version__
from linnet.erasure.keys import keys_folder, public_key_hex, signing_key
from linnet.errors import BadInput
from linnet.lineage import write_atomically
from linnet.workspace import Workspace

FORMAT = "linnet-erasure-receipt/1"
REQUIRED = (
    "format", "id", "requested_at", "finished_at", "what", "where", "checks", "remains", "software", "public_key",
)  # fmt: skip


def receipts_folder(workspace: Workspace) -> Path:
    return workspace.root / "erasure" / "receipts"


def canonical(receipt: dict[str, Any]) -> bytes:
    """The bytes that are signed: everything but the signature, keys sorted, no free whitespace."""
    signed = {key: value for key, value in receipt.items() if key != "signature"}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def write_receipt(workspace: Workspace, facts: dict[str, Any]) -> Path:
    receipt = {
        "format": FORMAT,
        **facts,
        "software": f"linnet {__version__}",
        "public_key": public_key_hex(workspace),
    }
    receipt["signature"] = signing_key(workspace).sign(canonical(receipt)).hex()
    folder = receipts_folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{receipt['id']}.json"
    write_atomically(path, json.dumps(receipt, indent=1, ensure_ascii=False))
    return path


def read_receipt(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"there is no receipt {path}: see linnet receipt list") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # also UTF-8 that is none, and numbers of too many digits
        raise BadInput(f"{path} is no receipt, or was cut off: {str(error).splitlines()[0]}") from error
    if not isinstance(value, dict):
        raise BadInput(f"{path} is no receipt: it holds no JSON object")
    return value


def verify_receipt(path: Path, workspace: Workspace | None = None) -> list[str]:
    """What is wrong with a receipt; empty when it is valid. Without a workspace its key cannot be compared."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    receipt = read_receipt(path)
    wrong = [f"it has no {name}" for name in REQUIRED if name not in receipt]
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(receipt.get("public_key", ""))))
        key.verify(bytes.fromhex(str(receipt.get("signature", ""))), canonical(receipt))
    except (ValueError, InvalidSignature):
        wrong.append("the signature does not fit: it was changed after it was signed")
    if receipt.get("format") not in (None, FORMAT):
        wrong.append(f"its format is {receipt['format']}, not {FORMAT}")
    checks = receipt.get("checks")
    if not isinstance(checks, list) or not checks or not all(isinstance(check, dict) for check in checks):
        wrong.append("no check was made")
        checks = []
    for check in checks:
        if check.get("found"):
            wrong.append(f"its check {check.get('check')} still found {check['found']} places")
    own_keys = workspace is not None and keys_folder(workspace).exists()
    if workspace is not None and own_keys and receipt.get("public_key") != public_key_hex(workspace):
        wrong.append(f"it was signed with another key than that of {workspace.root}")
    return wrong


def list_receipts(workspace: Workspace) -> list[Path]:
    """Newest first, by the time at which the request was finished."""
    paths = receipts_folder(workspace).glob("*.json")
    return sorted(paths, key=lambda path: str(read_receipt(path).get("finished_at")), reverse=True)
