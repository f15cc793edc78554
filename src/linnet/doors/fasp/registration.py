"""Registering at a server: we send our name, our address and a key; its administrator then decides."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from linnet.doors.fasp.addresses import checked_base_url
from linnet.doors.fasp.client import ask_server, parsed, send
from linnet.doors.fasp.keys import fingerprint, private_key, public_base64, public_key
from linnet.doors.fasp.server_book import Server, ServerBook, host_of
from linnet.errors import BadInput
from linnet.workspace import Workspace

MAX_ID_CHARACTERS = 200
MOST_REFUSALS = 10  # of one backfill, one after the other
SECONDS_BETWEEN_REFUSALS = 300.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Registered:
    server: Server
    completion_uri: str  # where the server's administrator accepts us
    fingerprint: str  # of our public key, to compare there


def register(workspace: Workspace, book: ServerBook, url: str, *, our_base_url: str, name: str) -> Registered:
    """Ask the server at `url` to take us. Raises BadInput when it does not answer as it should."""
    our_base_url = checked_base_url(our_base_url, what="our address")
    base_url = find_base_url(checked_base_url(url, what="the address of a server"))
    server_id = book.begin(base_url=base_url, our_base_url=our_base_url)
    public = public_base64(private_key(workspace, server_id))
    body = {"name": name, "baseUrl": our_base_url, "serverId": server_id, "publicKey": public}
    try:
        answer = _post(f"{base_url}/registration", body)
        fasp_id, key, completion = (
            _text(answer, field) for field in ("faspId", "publicKey", "registrationCompletionUri")
        )
        public_key(key)
        if urlsplit(completion).scheme not in ("https", "http"):
            raise BadInput("its registrationCompletionUri is no web address")
    except (BadInput, ValueError) as error:
        book.remove(server_id)
        raise BadInput(f"{base_url} did not register us: {error}") from error
    server = book.complete(server_id, fasp_id=fasp_id, public_key=key)
    return Registered(server=server, completion_uri=completion, fingerprint=fingerprint(public))


def subscribe(workspace: Workspace, book: ServerBook, server: Server, *, category: str) -> str:
    """Ask for every new, changed and deleted "content" or "account" from now on. The id of the subscription."""
    wanted = {"category": category, "subscriptionType": "lifecycle", "maxBatchSize": 100}
    answer = ask_server(workspace, server, "POST", "/data_sharing/v0/event_subscriptions", wanted)
    source_id = _inner_id(answer, "subscription")
    book.add_source(server.server_id, kind="subscription", source_id=source_id, category=category)
    return source_id


def unsubscribe(workspace: Workspace, book: ServerBook, server: Server, source_id: str) -> None:
    ask_server(workspace, server, "DELETE", f"/data_sharing/v0/event_subscriptions/{source_id}")
    book.remove_source(server.server_id, kind="subscription", source_id=source_id)


def backfill(workspace: Workspace, book: ServerBook, server: Server, *, category: str, count: int) -> str:
    """Ask for `count` that are there already. The id of the request; what it gives comes as announcements."""
    wanted = {"category": category, "maxCount": count}
    answer = ask_server(workspace, server, "POST", "/data_sharing/v0/backfill_requests", wanted)
    source_id = _inner_id(answer, "backfillRequest")
    book.add_source(server.server_id, kind="backfillRequest", source_id=source_id, category=category)
    return source_id


class Backfills:
    """Goes on with the backfills that hold more. How often each was refused is known until the service ends."""

    def __init__(self, workspace: Workspace, book: ServerBook) -> None:
        self._workspace, self._book = workspace, book
        self._refused: dict[tuple[str, str], tuple[int, float]] = {}  # how often; not before, monotonic

    def go_on(self) -> None:
        """Ask for the next part of each. One that is refused keeps no other waiting."""
        for server_id, source_id in self._book.unfinished():
            times, not_before = self._refused.get((server_id, source_id), (0, 0.0))
            if time.monotonic() < not_before:
                continue
            try:
                self._ask(server_id, source_id)
            except Exception as error:
                self._failed(server_id, source_id, times + 1, error)
            else:
                self._refused.pop((server_id, source_id), None)

    def _ask(self, server_id: str, source_id: str) -> None:
        server = self._book.get(server_id)
        if server is not None:
            path = f"/data_sharing/v0/backfill_requests/{source_id}/continuation"
            ask_server(self._workspace, server, "POST", path)
        self._book.set_more(server_id, source_id, False)

    def _failed(self, server_id: str, source_id: str, times: int, error: Exception) -> None:
        line = f"{type(error).__name__}: {error}"
        if times < MOST_REFUSALS:
            self._refused[server_id, source_id] = (times, time.monotonic() + SECONDS_BETWEEN_REFUSALS)
            logger.warning("backfill %s could not go on (%d): %s", source_id, times, line)
            return
        self._refused.pop((server_id, source_id), None)
        self._book.set_more(server_id, source_id, False)
        logger.error("backfill %s ends here, refused %d times in a row: %s", source_id, times, line)


def find_base_url(url: str) -> str:
    """Where the server's FASP endpoints are: an address with a path is taken as it is.

    Otherwise the server's NodeInfo says it (`metadata.faspBaseUrl`, as Mastodon does), and without that it is /fasp.
    """
    if urlsplit(url).path:
        return url
    try:
        links = _get(f"{url}/.well-known/nodeinfo")["links"]
        said = [
            _get(link["href"])["metadata"].get("faspBaseUrl") for link in links if _is_ours(url, link["href"])
        ]
        found = next(one for one in said if isinstance(one, str))
    except (BadInput, KeyError, TypeError, AttributeError, StopIteration):
        return f"{url}/fasp"
    base_url = checked_base_url(found, what="the address of a server")
    if host_of(base_url) != host_of(url):
        raise BadInput(
            f"{url} names {found[:200]}, on another host; if that is right, give that address in full"
        )
    return base_url


def _is_ours(url: str, href: Any) -> bool:
    """NodeInfo is read from the server itself only."""
    return isinstance(href, str) and href.startswith(url + "/")


def _get(url: str) -> Any:
    status, _, body = send("GET", url, headers={"Accept": "application/json"}, body=b"")
    if status != 200:
        raise BadInput(f"{url} answered {status}")
    return parsed(url, body)


def _post(url: str, body: dict[str, str]) -> Any:
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    status, _, answer = send("POST", url, headers=headers, body=json.dumps(body).encode("utf-8"))
    if not 200 <= status < 300:
        raise BadInput(f"{url} answered {status}; does it take part in FASP, and is that switched on?")
    return parsed(url, answer)


def _text(answer: Any, field: str) -> str:
    value = answer.get(field) if isinstance(answer, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or (field == "faspId" and not _is_id(value)):
        raise BadInput(f"its answer has no usable {field}")
    return value


def _inner_id(answer: Any, name: str) -> str:
    inner = answer.get(name) if isinstance(answer, dict) else None
    value = inner.get("id") if isinstance(inner, dict) else None
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(value, str) or not _is_id(value):
        raise BadInput(f"the server's answer names no {name}")
    return value


def _is_id(value: str) -> bool:
    """It travels in addresses and headers."""
    return 0 < len(value) <= MAX_ID_CHARACTERS and all(
        one.isascii() and (one.isalnum() or one in "-_.~:") for one in value
    )
