"""Where we connect to. A server may announce any address, so none may lead into the network that we stand in.

The name is resolved once, the address checked, and the connection made to that very address: a name that resolves to
something else a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from linnet.doors.fasp.server_book import host_of
from linnet.errors import BadInput


def checked_base_url(url: str, *, what: str) -> str:
    """The address without a slash at its end. Raises BadInput unless it is https, or http on this machine."""
    try:
        parts = urlsplit(url.strip())
        local = is_loopback(parts.hostname or "")
        usable = bool(parts.hostname) and not parts.query and not parts.fragment and "@" not in parts.netloc
        _ = parts.port
    except ValueError as error:
        raise BadInput(f"{url} is no address: {error}") from error
    if not usable or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
        raise BadInput(f"{url} cannot be {what}; write it as https://example.org/fasp")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def address_for(url: str, *, trusted_hosts: frozenset[str] = frozenset()) -> str:
    """The IP address to connect to for `url`. Raises BadInput for one that must not be fetched.

    `trusted_hosts` (HOST or HOST:PORT) are those that the operator registered at: they may be on this machine.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadInput(f"{url[:200]} is no address") from error
    trusted = host_of(url) in trusted_hosts
    if (
        not host
        or parts.username is not None
        or (parts.scheme != "https" and not (parts.scheme == "http" and trusted))
    ):
        raise BadInput(f"{url[:200]} is not https")
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise OSError(f"{host} cannot be found") from error
    for address in found:
        if not trusted and not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise BadInput(f"{host} lies in a network of its own; nothing is fetched from there")
    return found[0]
