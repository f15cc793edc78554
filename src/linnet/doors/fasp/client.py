"""Signed requests to a server, and answers that are believed only when the server signed them."""

from __future__ import annotations

import json
import time
from typing import Any

from linnet.doors.fasp.digest import content_digest, digest_matches
from linnet.doors.fasp.keys import private_key, public_key
from linnet.doors.fasp.server_book import Server
from linnet.doors.fasp.signature import (
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    BadSignature,
    check,
    received_signatures,
    sign,
)
from linnet.errors import BadInput
from linnet.workspace import Workspace

TIMEOUT_SECONDS = 15.0
TOTAL_SECONDS = 30.0
MAX_BYTES = 1024 * 1024


def ask_server(workspace: Workspace, server: Server, method: str, path: str, body: Any = None) -> Any:
    """The JSON of the answer, None for an empty one. Raises BadInput for anything but a signed success."""
    url = server.base_url + path
    sent = b"" if body is None else json.dumps(body).encode("utf-8")
    digest = content_digest(sent)
    values = {"@method": method, "@target-uri": url, "content-digest": digest}
    signed = sign(
        private_key(workspace, server.server_id),
        values,
        REQUEST_COMPONENTS,
        key_id=server.fasp_id,
        created=int(time.time()),
    )
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Content-Digest": digest,
        **signed,
    }
    status, received, answer = send(method, url, headers=headers, body=sent)
    if not 200 <= status < 300:
        raise BadInput(
            f"{url} answered {status}; has the server's administrator accepted us and our capabilities?"
        )
    _check_answer(server, url, status, received, answer)
    return parsed(url, answer) if answer else None


def send(method: str, url: str, *, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
    """Status, headers and bytes. Raises BadInput when the server cannot be reached or says too much."""
    import httpx

    deadline = time.monotonic() + TOTAL_SECONDS
    headers = {**headers, "Accept-Encoding": "identity"}
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client,
            client.stream(method, url, headers=headers, content=body) as response,
        ):
            if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
                raise BadInput(f"{url} answered with something compressed, which was not asked for")
            answer = bytearray()
            for chunk in response.iter_raw():
                answer += chunk
                if len(answer) > MAX_BYTES:
                    raise BadInput(f"{url} answered with more than {MAX_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise BadInput(f"{url} took more than {TOTAL_SECONDS:.0f} seconds; try it again later")
            return response.status_code, response.headers, bytes(answer)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise BadInput(f"{url} cannot be reached: {type(error).__name__}; check the address") from error


def parsed(url: str, answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{url} did not answer with JSON") from error


def _check_answer(server: Server, url: str, status: int, headers: Any, body: bytes) -> None:
    try:
        if not digest_matches(headers.get("content-digest", ""), body):
            raise BadSignature("its digest is missing or wrong")
        values = {**headers, "@status": str(status)}
        found = received_signatures(headers.get("signature-input", ""), headers.get("signature", ""))
        if not found:
            raise BadSignature("it is not signed")
        check(found[0], values, RESPONSE_COMPONENTS, key=public_key(server.public_key), now=time.time())
    except BadSignature as error:
        raise BadInput(f"the answer of {url} cannot be trusted: {error}") from error
