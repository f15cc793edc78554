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

# IPv4-mapped, IPv4-compatible, NAT64
_LAST_32_BITS = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96")))
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")


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

    `trusted_hosts` (HOST or HOST:PORT) are those that the operator registered at. Such a one that is itself a name
    of this machine may be on it, and nowhere else; every other must be public.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadInput(f"{url[:200]} is no address") from error
    local = host_of(url) in trusted_hosts and is_loopback(host)
    if (
        not host
        or parts.username is not None
        or (parts.scheme != "https" and not (parts.scheme == "http" and local))
    ):
        raise BadInput(f"{url[:200]} is not https")
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise OSError(f"{host} cannot be found") from error
    allowed = is_loopback if local else is_public
    if not found or not all(allowed(address.partition("%")[0]) for address in found):
        raise BadInput(f"{host} lies in a network of its own; nothing is fetched from there")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address, and every IPv4 address that it stands for, belongs to the whole internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if inner := _embedded(ip):
        return all(one.is_global and not one.is_multicast for one in inner)
    return ip.is_global and not (ip.is_multicast or ip.is_site_local or ip in _LOCAL_NAT64)


def _embedded(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that a translator or tunnel would reach through `ip`."""
    if ip.teredo is not None:
        return list(ip.teredo)
    if ip.sixtofour is not None:
        return [ip.sixtofour]
    if any(ip in network for network in _LAST_32_BITS):
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return []
