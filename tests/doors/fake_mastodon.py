"""A small Fediverse server on loopback. It signs and verifies with the library http-message-signatures, not with ours."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

REQUEST = ("@method", "@target-uri", "content-digest")
RESPONSE = ("@status", "content-digest")


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, private: Any = None, public: Any = None) -> None:
        self.private, self.public = private, public

    def resolve_private_key(self, key_id: str) -> Any:
        return self.private

    def resolve_public_key(self, key_id: str) -> Any:
        return self.public


def sign(message: Any, key: Ed25519PrivateKey, key_id: str, components: tuple[str, ...], body: bytes) -> None:
    message.headers["Content-Digest"] = ContentDigest.create(body)
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Keys(private=key)).sign(
        message,
        key_id=key_id,
        label="sig1",
        include_alg=False,
        covered_component_ids=components,
        use_existing_digest=True,
    )


def verify(message: Any, key: Ed25519PublicKey, components: tuple[str, ...], body: bytes) -> str:
    """The key's id. Raises unless everything is signed."""
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys(public=key))
    (result,) = verifier.verify(message, require_components=components, body=body)
    return str(result.parameters["keyid"])


@dataclass
class Said:
    """A request that the server received."""

    method: str
    path: str
    body: Any
    key_id: str | None  # of its valid signature


@dataclass
class FakeMastodon:
    objects: dict[str, Any] = field(default_factory=dict)  # path -> object; None: 410; an int: that status
    said: list[Said] = field(default_factory=list)
    fasp_id: str = "4711"
    lies: bool = False  # its answers are signed with another key

    def __post_init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.fasp_key: Ed25519PublicKey | None = None
        self.server_id = self.fasp_url = ""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                fake._answer(self)

            do_POST = do_DELETE = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # --- what it serves --------------------------------------------------------------------------------------

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        if request.path == "/.well-known/nodeinfo":
            return self._send(request, 200, {"links": [{"href": f"{self.url}/nodeinfo/2.0"}]})
        if request.path == "/nodeinfo/2.0":
            return self._send(request, 200, {"metadata": {"faspBaseUrl": f"{self.url}/api/fasp"}})
        if request.path in self.objects:
            return self._object(request, self.objects[request.path])
        if request.path == "/api/fasp/registration":
            return self._register(request, json.loads(body))
        if request.path.startswith("/api/fasp/"):
            return self._fasp(request, body)
        return self._send(request, 404, {"error": "not found"})

    def _object(self, request: BaseHTTPRequestHandler, found: Any) -> None:
        if found is None or isinstance(found, int):
            return self._send(request, found or 410, {})
        return self._send(request, 200, found, media_type="application/activity+json; charset=utf-8")

    def _register(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        self.said.append(Said("POST", request.path, asked, None))
        self.fasp_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(asked["publicKey"]))
        self.server_id, self.fasp_url = asked["serverId"], asked["baseUrl"]
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        answer = {
            "faspId": self.fasp_id,
            "publicKey": public,
            "registrationCompletionUri": f"{self.url}/admin/fasp/providers/4711/registration/new",
        }
        return self._send(request, 201, answer, signed=True)

    def _fasp(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        assert self.fasp_key is not None
        seen = SimpleNamespace(
            method=request.command, url=self.url + request.path, headers=dict(request.headers.items())
        )
        try:
            key_id = verify(seen, self.fasp_key, REQUEST, body)
        except Exception:
            return self._send(request, 401, {})
        said = json.loads(body) if body else None
        self.said.append(Said(request.command, request.path, said, key_id))
        subscription = "18" if said and said.get("category") == "account" else "17"
        answers: dict[str, tuple[int, Any]] = {
            "event_subscriptions": (201, {"subscription": {"id": subscription}}),
            "backfill_requests": (201, {"backfillRequest": {"id": 23}}),
        }
        status, answer = answers.get(request.path.rsplit("/", 1)[-1], (204, None))
        return self._send(request, status, answer, signed=True)

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        value: Any,
        *,
        signed: bool = False,
        media_type: str = "application/json",
    ) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        response = SimpleNamespace(status_code=status, headers={"Content-Type": media_type})
        if signed:
            key = Ed25519PrivateKey.generate() if self.lies else self.key
            sign(response, key, self.server_id, RESPONSE, body)
        request.send_response(status)
        for name, content in response.headers.items():
            request.send_header(name, content)
        if status != 204:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    # --- what it asks ----------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A signed request to the provider. The answer's signature is verified, unless it is a 401."""
        assert self.fasp_key is not None
        sent = b"" if body is None else json.dumps(body).encode()
        request = httpx.Request(
            method, self.fasp_url + path, content=sent, headers={"Content-Type": "application/json"}
        )
        sign(request, self.key, self.server_id, REQUEST, sent)
        with httpx.Client(timeout=60) as client:
            response = client.send(request)
        if response.status_code != 401:
            assert verify(response, self.fasp_key, RESPONSE, response.content) == self.fasp_id
        return response

    # --- its people ------------------------------------------------------------------------------------------

    def person(self, name: str, **more: Any) -> str:
        uri = f"{self.url}/users/{name}"
        self.objects[f"/users/{name}"] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "summary": "",
            "indexable": True,
            **more,
        }
        return uri

    def note(self, name: str, number: int, content: str, **more: Any) -> str:
        path = f"/users/{name}/statuses/{number}"
        self.objects[path] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.url + path,
            "type": "Note",
            "attributedTo": f"{self.url}/users/{name}",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [f"{self.url}/users/{name}/followers"],
            "published": "2026-03-01T12:00:00Z",
            "content": f"<p>{content}</p>",
            **more,
        }
        return self.url + path
