"""Which stream a URL means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from linnet.errors import WrongUse
from linnet.posts.live.config import ListenConfig
from linnet.posts.live.stream import Stream

PROTOCOLS = ("jetstream", "mastodon", "lines")
_HOW = (
    "give wss://HOST/subscribe (Jetstream), wss://HOST/api/v1/streaming?stream=public or "
    "https://HOST/api/v1/streaming/public (Mastodon), tcp://HOST:PORT, or tail:PATH"
)


def open_stream(url: str, config: ListenConfig, protocol: str | None = None) -> Stream:
    """The stream behind `url`; nothing is connected yet. Raises WrongUse when the URL means none."""
    if protocol is not None and protocol not in PROTOCOLS:
        raise WrongUse(f'there is no protocol "{protocol}"; choose from: {", ".join(PROTOCOLS)}')
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongUse(f"{url} is no URL: {error}; {_HOW}") from error
    scheme = parts.scheme.lower()
    if scheme in ("tail", "file") or "://" not in url:
        return _tail(url, scheme, parts, config, protocol)
    if scheme not in ("ws", "wss", "http", "https", "tcp"):
        raise WrongUse(f'{url} cannot be listened to: "{scheme}" is no protocol that we know; {_HOW}')
    if not parts.hostname or any(sign.isspace() for sign in url):
        raise WrongUse(f"{url} names no host; {_HOW}")
    if scheme == "tcp":
        if port is None:
            raise WrongUse(f"{url} names no port; write tcp://HOST:PORT")
        _check(protocol, "lines", url)
        from linnet.posts.live.lines import TcpLines

        return TcpLines(url, config)
    if scheme in ("http", "https"):
        _check(protocol, "mastodon", url)
        protocol = "mastodon"
    protocol = protocol or ("mastodon" if "/api/v1/streaming" in parts.path else "jetstream")
    if protocol == "mastodon":
        from linnet.posts.live.mastodon import MastodonStream

        return MastodonStream(url, config)
    _check(protocol, "jetstream", url)
    from linnet.posts.live.jetstream import JetstreamStream

    return JetstreamStream(url, config)


def _tail(url: str, scheme: str, parts: SplitResult, config: ListenConfig, protocol: str | None) -> Stream:
    if scheme == "file":
        path = Path(unquote(parts.path))
    else:
        path = Path(url.removeprefix("tail:"))
    if scheme not in ("tail", "file") and not path.exists():
        raise WrongUse(f"{url} is neither a URL nor a file; {_HOW}")
    if not path.name or path.is_dir():
        raise WrongUse(f"{url} names no file; {_HOW}")
    if path.exists() and not path.is_file():
        raise WrongUse(
            f"{url} is a pipe or a device, not a file that grows; lines of a program come over tcp://HOST:PORT"
        )
    _check(protocol, "lines", url)
    from linnet.posts.live.tail import TailedFile

    return TailedFile(path, config)


def _check(protocol: str | None, only: str, url: str) -> None:
    if protocol not in (None, only):
        raise WrongUse(f"{url} can only be read with --protocol {only}, not {protocol}")
