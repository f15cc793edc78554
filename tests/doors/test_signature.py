"""Our signatures against an independent implementation, in both directions."""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linnet.doors.fasp.digest import content_digest, digest_matches
from linnet.doors.fasp.signature import (
    REQUEST_COMPONENTS,
    BadSignature,
    check,
    received_signatures,
    sign,
)
from tests.doors import fake_mastodon as independent

URL = "https://fasp.example/fasp/account_search/v0/search?term=a%20b&limit=2"
BODY = b'{"a": 1}'


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def values(**changes: str) -> dict[str, str]:
    found = {"@method": "POST", "@target-uri": URL, "content-digest": content_digest(BODY)}
    return {**found, **{name.replace("_", "-"): value for name, value in changes.items()}}


def checked(
    headers: dict[str, str], key: Ed25519PublicKey, now: float | None = None, **changes: str
) -> str | None:
    (received,) = received_signatures(headers["Signature-Input"], headers["Signature"])
    check(received, values(**changes), REQUEST_COMPONENTS, key=key, now=time.time() if now is None else now)
    return received.key_id


def test_the_other_verifies_ours(key: Ed25519PrivateKey) -> None:
    headers = sign(key, values(), REQUEST_COMPONENTS, key_id='a"b\\c', created=int(time.time()))
    headers["Content-Digest"] = content_digest(BODY)
    message = SimpleNamespace(method="POST", url=URL, headers=headers)
    assert independent.verify(message, key.public_key(), independent.REQUEST, BODY) == 'a"b\\c'


def test_we_verify_the_other(key: Ed25519PrivateKey) -> None:
    message = SimpleNamespace(method="POST", url=URL, headers={})
    independent.sign(message, key, "someone", independent.REQUEST, BODY)
    assert digest_matches(message.headers["Content-Digest"], BODY)
    assert checked(message.headers, key.public_key()) == "someone"


def test_the_vector_of_the_rfc() -> None:
    """RFC 9421, B.2.6: Ed25519 over a request."""
    public = Ed25519PublicKey.from_public_bytes(
        base64.urlsafe_b64decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs=")
    )
    written = (
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");'
        'created=1618884473;keyid="test-key-ed25519"'
    )
    made = (
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    )
    (received,) = received_signatures(written, made)
    message = {
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "@method": "POST",
        "@path": "/foo",
        "@authority": "example.com",
        "content-type": "application/json",
        "content-length": "18",
    }
    check(received, message, ("@method",), key=public, now=1618884475)
    with pytest.raises(BadSignature, match="not valid"):
        check(received, {**message, "@path": "/fo"}, (), key=public, now=1618884475)


@pytest.mark.parametrize(
    "changes",
    [{"@method": "GET"}, {"@target-uri": URL + "0"}, {"content-digest": content_digest(b"")}],
)
def test_what_was_changed_is_not_valid(key: Ed25519PrivateKey, changes: dict[str, str]) -> None:
    headers = sign(key, values(), REQUEST_COMPONENTS, key_id="a", created=int(time.time()))
    with pytest.raises(BadSignature, match="not valid"):
        checked(headers, key.public_key(), **changes)


def test_old_new_and_foreign_signatures(key: Ed25519PrivateKey) -> None:
    headers = sign(key, values(), REQUEST_COMPONENTS, key_id="a", created=1000)
    assert checked(headers, key.public_key(), now=1299) == "a"
    for now in (1301, 699):
        with pytest.raises(BadSignature, match="300 seconds"):
            checked(headers, key.public_key(), now=now)
    with pytest.raises(BadSignature, match="not valid"):
        checked(headers, Ed25519PrivateKey.generate().public_key(), now=1000)
    with pytest.raises(BadSignature, match="does not cover content-digest"):
        less = sign(key, values(), ("@method", "@target-uri"), key_id="a", created=1000)
        checked(less, key.public_key(), now=1000)


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("", ""), ("sig1", "sig1"), ('sig1=("@method")', ""), ('sig1=("@method" x);created=1', "sig1=:AA==:"),
        ('sig1=("@method";req);created=1', "sig1=:AA==:"), ('sig1=("@method"),', "sig1=:AA==:"),
        ('sig1=("@method")', "sig1=:A:"), ('sig1=("@method") junk', "sig1=:AA==:"),
        ('sig1=("@method"), sig1=("@status")', "sig1=:AA==:"), ("x" * 9000, "sig1=:AA==:"),
    ],
)  # fmt: skip
def test_malformed_headers(written: str, made: str) -> None:
    with pytest.raises(BadSignature):
        received_signatures(written, made)


def test_a_digest_stands_alone() -> None:
    assert digest_matches(content_digest(b""), b"")
    assert digest_matches("sha-512=:AAAA:, " + content_digest(b"a"), b"a")
    for header in (
        "",
        "sha-256=::",
        content_digest(b"b"),
        content_digest(b"a") + ", " + content_digest(b"b"),
        "md5=:AA==:",
    ):
        assert not digest_matches(header, b"a")
