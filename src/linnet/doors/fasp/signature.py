"""HTTP message signatures (RFC 9421) with Ed25519, for components without parameters.

A request covers @method, @target-uri and content-digest; a response covers @status and content-digest, because a
response has no method and no target of its own. Every signature says when it was made.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

REQUEST_COMPONENTS = ("@method", "@target-uri", "content-digest")
RESPONSE_COMPONENTS = ("@status", "content-digest")
LABEL = "sig1"
MAX_AGE_SECONDS = 300
MAX_HEADER_CHARACTERS = 8192

_KEY = r"[a-z*][a-z0-9_.*-]*"
_STRING = r'"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_PARAMETER = rf";[ ]*({_KEY})=(-?[0-9]{{1,15}}|{_STRING})"
_INPUT = re.compile(rf"({_KEY})=(\(([^()]*)\)((?:{_PARAMETER})*))")
_SIGNATURE = re.compile(rf"({_KEY})=:([A-Za-z0-9+/=]*):")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_COMPONENTS = re.compile(r'(?:"[a-z0-9@!#$%&\'*+.^_`|~-]+"(?: +|$))+')


class BadSignature(Exception):
    """A message that cannot be trusted. The line says why."""


@dataclass(frozen=True, kw_only=True)
class ReceivedSignature:
    components: tuple[str, ...]
    parameters: Mapping[str, int | str]  # created, keyid, alg, expires ...
    written: str  # components and parameters as they were sent: the last line of what is signed
    signature: bytes

    @property
    def key_id(self) -> str | None:
        value = self.parameters.get("keyid")
        return value if isinstance(value, str) else None


def sign(
    key: Ed25519PrivateKey,
    values: Mapping[str, str],
    components: Sequence[str],
    *,
    key_id: str,
    created: int,
) -> dict[str, str]:
    """The headers Signature-Input and Signature. `created` in seconds since 1970."""
    quoted_id = key_id.replace("\\", "\\\\").replace('"', '\\"')
    named = " ".join(f'"{name}"' for name in components)
    written = f'({named});created={created};keyid="{quoted_id}"'
    made = base64.b64encode(key.sign(_base(components, values, written))).decode("ascii")
    return {"Signature-Input": f"{LABEL}={written}", "Signature": f"{LABEL}=:{made}:"}


def received_signatures(signature_input: str, signature: str) -> list[ReceivedSignature]:
    """The signatures that the two headers hold. Raises BadSignature when they are missing or malformed."""
    if not signature_input or not signature:
        raise BadSignature("the request is not signed")
    if max(len(signature_input), len(signature)) > MAX_HEADER_CHARACTERS:
        raise BadSignature("the signature headers are too long")
    made: dict[str, bytes] = {}
    for one in _members(_SIGNATURE, signature):
        try:
            made[one[1]] = base64.b64decode(one[2], validate=True)
        except binascii.Error as error:
            raise BadSignature("the signature is not base64") from error
    found: dict[str, ReceivedSignature] = {}
    for one in _members(_INPUT, signature_input):
        label, inner = one[1], one[3].strip()
        if label in found or not _COMPONENTS.fullmatch(inner):
            raise BadSignature("the signature covers something that cannot be checked here")
        if label in made:
            found[label] = ReceivedSignature(
                components=tuple(re.findall(r'"([^"]+)"', inner)),
                parameters=_parameters(one[4]),
                written=one[2],
                signature=made[label],
            )
    return list(found.values())


def check(
    received: ReceivedSignature,
    values: Mapping[str, str],
    required: Sequence[str],
    *,
    key: Ed25519PublicKey,
    now: float,
) -> None:
    """Raises BadSignature unless `key` signed all of `required`, as `values` has them, in the last five minutes."""
    from cryptography.exceptions import InvalidSignature

    if missing := [name for name in required if name not in received.components]:
        raise BadSignature(f"the signature does not cover {missing[0]}")
    if len(set(received.components)) != len(received.components):
        raise BadSignature("the signature covers a component twice")
    if unknown := [name for name in received.components if name not in values]:
        raise BadSignature(f"the signature covers {unknown[0]}, which the message does not have")
    if received.parameters.get("alg", "ed25519") != "ed25519":
        raise BadSignature("the signature is not made with ed25519")
    created, expires = received.parameters.get("created"), received.parameters.get("expires")
    if not isinstance(created, int):
        raise BadSignature("the signature does not say when it was made")
    if abs(now - created) > MAX_AGE_SECONDS:
        raise BadSignature(
            f"the signature was not made within {MAX_AGE_SECONDS} seconds of now; check the clocks"
        )
    if expires is not None and (not isinstance(expires, int) or expires < now):
        raise BadSignature("the signature has expired")
    try:
        key.verify(received.signature, _base(received.components, values, received.written))
    except InvalidSignature as error:
        raise BadSignature("the signature is not valid for this message") from error


def _base(components: Sequence[str], values: Mapping[str, str], written: str) -> bytes:
    lines = [f'"{name}": {values[name].strip()}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {written}']).encode("utf-8")


def _members(pattern: re.Pattern[str], header: str) -> list[re.Match[str]]:
    """The members of a dictionary header; anything between them that is no comma makes it malformed."""
    found, position = [], 0
    header = header.strip()
    while position < len(header):
        one = pattern.match(header, position)
        if one is None:
            raise BadSignature("the signature headers are malformed")
        found.append(one)
        position = one.end()
        if position < len(header):
            comma = _COMMA.match(header, position)
            if comma is None or comma.end() == len(header):
                raise BadSignature("the signature headers are malformed")
            position = comma.end()
    return found


def _parameters(written: str) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for name, value in re.findall(_PARAMETER, written):
        found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else int(value)
    return found
