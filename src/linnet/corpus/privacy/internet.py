"""E-mail addresses, IP addresses and handles."""

from __future__ import annotations

import ipaddress
import re

_LABEL = r"[^\W_](?:[\w\-]{0,61}[^\W_])?"
_AT = r"\s?[\[({]\s?(?:at|arroba|ät|chez|собака)\s?[\])}]\s?"
_DOT = r"(?:\.|\s?[\[({]\s?(?:dot|punkt|punto|ponto|point|точка)\s?[\])}]\s?)"

# Not behind another @: "@ada@example.social" is a handle of the fediverse.
EMAIL = re.compile(
    rf"(?<![\w@.+\-])[\w.%+\-]{{1,64}}(?:['’][\w.%+\-]{{1,64}})?[@＠](?:{_LABEL}\.){{1,6}}[^\W\d_]{{2,24}}(?![\w@])"
)
SPELLED_EMAIL = re.compile(
    rf"(?<![\w@])[\w.%+\-]{{1,64}}{_AT}(?:{_LABEL}{_DOT}){{1,4}}[a-z]{{2,24}}(?!\w)", re.I
)
HANDLE = re.compile(r"(?<![\w@/.])@\w[\w.\-]{0,60}(?:@[\w\-]+(?:\.[\w\-]+)+)?(?<![.\-])")
IPV4 = re.compile(r"(?<![\d.\w])(?:\d{1,3}\.){3}\d{1,3}(?![\d\w]|\.\d)(?::\d{1,5}|/\d{1,2})?(?!\d)")
IPV6 = re.compile(r"(?<![:\w])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![:\w])")
_PORT = re.compile(r"(?::\d{1,5}|/\d{1,2})$")
_VERSION = re.compile(r"(?:\bv|version|release|build|firmware|update|релиз|версия|バージョン)\W*$", re.I)


def mask_emails(text: str) -> str:
    return SPELLED_EMAIL.sub("[email]", EMAIL.sub("[email]", text))


def mask_handles(text: str) -> str:
    return HANDLE.sub("[handle]", text)


def mask_ips(text: str) -> str:
    return IPV6.sub(_ip, IPV4.sub(_ip, text))


def _ip(match: re.Match[str]) -> str:
    """A dotted quad behind "version" is none, and "::" or 10:30:20 is no address."""
    found = match.group()
    try:
        address = ipaddress.ip_address(_PORT.sub("", found) if "." in found else found)
    except ValueError:
        return found
    if address.version == 4 and _VERSION.search(match.string[max(0, match.start() - 12) : match.start()]):
        return found
    return found if len(found) < 4 else "[ip]"
