"""Fetches announced ActivityPub objects, unsigned: what a server gives to anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from linnet import __version__
from linnet.doors.fasp.addresses import address_for
from linnet.errors import BadInput
from linnet.posts.sources.json_values import parse_json

MAX_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 15.0
TOTAL_SECONDS = 30.0  # for one object, redirects and all
MOST_REDIRECTS = 3
ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
MEDIA_TYPES = ("application/activity+json", "application/ld+json")


class FetchFailed(Exception):
    """It could not be had now. `final`: trying again is of no use. The line says why."""

    def __init__(self, line: str, *, final: bool = False) -> None:
        super().__init__(line)
        self.final = final


class NotFound(FetchFailed):
    """404: gone, or only away for a while."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    url: str  # where it came from, behind redirects
    value: dict[str, Any]


class Fetcher(Protocol):
    def fetch(self, uri: str) -> Fetched | None:
        """The object at `uri`; None when it is gone: 410 or a tombstone. Raises FetchFailed, NotFound for 404."""


class HttpFetcher:
    """`trusted_hosts` gives the hosts that we are registered at, now: of those, local ones may be on this machine."""

    def __init__(self, trusted_hosts: Callable[[], frozenset[str]]) -> None:
        self._trusted_hosts = trusted_hosts

    def fetch(self, uri: str) -> Fetched | None:
        import httpx

        trusted = self._trusted_hosts()
        url = uri
        deadline = time.monotonic() + TOTAL_SECONDS
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            for _ in range(MOST_REDIRECTS + 1):
                try:
                    address = address_for(url, trusted_hosts=trusted)
                    status, headers, body = _get(client, url, address, deadline)
                except BadInput as error:
                    raise FetchFailed(str(error), final=True) from error
                except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                    raise FetchFailed(f"{url[:200]} cannot be reached: {type(error).__name__}") from error
                except ValueError as error:
                    raise FetchFailed(f"{url[:200]} is no address", final=True) from error
                if status in (301, 302, 303, 307, 308) and headers.get("location"):
                    try:
                        url = urljoin(url, headers["location"])
                    except ValueError as error:
                        raise FetchFailed(f"{url[:200]} leads to no address", final=True) from error
                    continue
                return _read(url, status, headers.get("content-type", ""), body)
        raise FetchFailed(f"{uri[:200]} leads from one address to the next", final=True)


def _get(client: Any, url: str, address: str, deadline: float) -> tuple[int, Any, bytes]:
    """One GET of `url` from the host at `address`, whose certificate must still be that of its name."""
    parts = urlsplit(url)
    shown = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=shown if parts.port is None else f"{shown}:{parts.port}", fragment="")
    headers = {
        "Host": parts.netloc,
        "Accept": ACCEPT,
        "Accept-Encoding": "identity",
        "User-Agent": f"Linnet/{__version__}",
    }
    extensions = {"sni_hostname": parts.hostname} if parts.scheme == "https" else {}
    with client.stream("GET", target.geturl(), headers=headers, extensions=extensions) as response:
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            # What is compressed may unfold without end.
            raise FetchFailed(f"{url[:200]} is compressed, which was not asked for", final=True)
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MAX_BYTES:
                raise FetchFailed(f"{url[:200]} has more than {MAX_BYTES} bytes", final=True)
            if time.monotonic() > deadline:
                raise FetchFailed(f"{url[:200]} took more than {TOTAL_SECONDS:.0f} seconds")
        return response.status_code, response.headers, bytes(body)


def _read(url: str, status: int, media_type: str, body: bytes) -> Fetched | None:
    if status == 410:
        return None
    if status == 404:
        raise NotFound(f"{url[:200]} is not there")
    if status in (401, 403):
        raise FetchFailed(f"{url[:200]} is not given to everybody", final=True)
    if status != 200:
        raise FetchFailed(f"{url[:200]} answered {status}")
    if media_type.partition(";")[0].strip().lower() not in MEDIA_TYPES:
        # An uploaded file could otherwise pass for an object of its server.
        raise FetchFailed(f"{url[:200]} is no ActivityPub object", final=True)
    try:
        value = parse_json(body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed(f"{url[:200]} is not JSON", final=True) from error
    if not isinstance(value, dict):
        raise FetchFailed(f"{url[:200]} is no ActivityPub object", final=True)
    return None if value.get("type") == "Tombstone" else Fetched(url=url, value=value)
