"""Personal data in a post's text becomes a typed placeholder: [email], [phone], [card], [ip].

Phone numbers are recognised by Google's libphonenumber rules, cards by their check digit. The patterns that
find candidates are cheap, so only the few posts that have one pay for the exact check.
"""

from __future__ import annotations

import ipaddress
import re

import polars as pl

EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})*\.[A-Za-z]{2,24}")
CARD = re.compile(r"(?<![\d\w])(?:\d[ \-]?){12,18}\d(?![\d\w])")
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
IPV6 = re.compile(r"(?<![:\w])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![:\w])")
LINK = re.compile(r"https?://\S+")

# At least seven digits with phone-like signs between them, or an @ inside a word, or a dotted quad, or colons.
CANDIDATE = (
    r"\d(?:[\d ().\-/]{5,})\d|[\w.+-]@[\w-]+\.|(?:\d{1,3}\.){3}\d|[0-9A-Fa-f]{1,4}::?[0-9A-Fa-f]{1,4}:"
)

PHONE_REGION = "US"  # the region assumed for numbers without a country code


def mask_personal_data(text: str) -> str:
    """The text with personal data replaced. Links are left alone: their digits are no phone numbers."""
    pieces, end = [], 0
    for link in LINK.finditer(text):
        pieces += [_mask(text[end : link.start()]), EMAIL.sub("[email]", link.group())]
        end = link.end()
    return "".join([*pieces, _mask(text[end:])])


def masked(text: pl.Series) -> pl.Series:
    """A column of texts with personal data replaced."""
    candidates = text.str.contains(CANDIDATE)
    return pl.Series(
        text.name,
        [mask_personal_data(value) if hit else value for value, hit in zip(text, candidates, strict=True)],
        dtype=pl.String,
    )


def _mask(text: str) -> str:
    if not text:
        return text
    text = EMAIL.sub("[email]", text)
    text = CARD.sub(lambda match: "[card]" if passes_luhn(match.group()) else match.group(), text)
    text = IPV4.sub(_mask_ip, text)
    text = IPV6.sub(_mask_ip, text)
    return _mask_phones(text)


def _mask_ip(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match.group())
    except ValueError:
        return match.group()
    return "[ip]"


def _mask_phones(text: str) -> str:
    import phonenumbers

    pieces, end = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, PHONE_REGION, leniency=phonenumbers.Leniency.VALID):
        pieces += [text[end : match.start], "[phone]"]
        end = match.end
    return "".join([*pieces, text[end:]])


def passes_luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    digits = [int(character) for character in number if character.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit * 2 - 9 if digit * 2 > 9 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
