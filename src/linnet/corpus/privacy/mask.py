"""Masking of one text and of a column of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from linnet.corpus.privacy.addresses import NUMBER_CANDIDATE, STREET_CANDIDATE, mask_addresses
from linnet.corpus.privacy.config import DEFAULT, PrivacyConfig
from linnet.corpus.privacy.internet import mask_emails, mask_handles, mask_ips
from linnet.corpus.privacy.numbers import mask_cards, mask_ibans, mask_national_ids
from linnet.corpus.privacy.phones import mask_phones

LINK = re.compile(r"https?://\S+|\bwww\.\S+")

# A post without any of these holds nothing to mask: seven digits with phone-like signs between them; an @ behind a
# letter, or one in brackets; a dotted quad; colons between hexadecimal digits; the form of an IBAN or of the
# national numbers that have letters.
CANDIDATE = (
    r"\d(?:[\d ().\-/\x{00A0}\x{2010}-\x{2015}]{5,})\d|\w[@＠]\w|[\[({]\s?(?:at|arroba|ät|chez|собака)\s?[\])}]|"
    r"(?:\d{1,3}\.){3}\d|[0-9A-Fa-f:]:[0-9A-Fa-f]{0,4}:|[A-Z]{2}\d{2}[ \-]?[A-Z0-9]{4}|[A-Z]{6}\d\d|[XYZ]-?\d{7}"
)
HANDLE_CANDIDATE = r"@\w"


def mask_personal_data(text: str, language: str | None = None, config: PrivacyConfig = DEFAULT) -> str:
    """The text with personal data replaced. Of links only what looks like an e-mail address: their digits are no
    phone numbers."""
    pieces, end = [], 0
    for link in LINK.finditer(text):
        pieces += [_mask(text[end : link.start()], language, config), mask_emails(link.group())]
        end = link.end()
    return "".join([*pieces, _mask(text[end:], language, config)])


def masked(
    text: pl.Series,
    languages: Sequence[str | None] | pl.Series | None = None,
    config: PrivacyConfig = DEFAULT,
) -> pl.Series:
    """A column of texts with personal data replaced. `languages` names each post's, for the forms of phone numbers."""
    rows = text.str.contains(CANDIDATE).fill_null(False)
    numbered = text.str.contains(NUMBER_CANDIDATE).arg_true()
    rows = rows.scatter(numbered.filter(text.gather(numbered).str.contains(STREET_CANDIDATE)), True)
    if config.handles == "mask":
        rows = rows | text.str.contains(HANDLE_CANDIDATE).fill_null(False)
    places = rows.arg_true()
    if not len(places):
        return text
    known = [None] * len(text) if languages is None else languages
    changed = [mask_personal_data(text[row], known[row], config) for row in places]
    return text.clone().scatter(places, pl.Series(changed, dtype=pl.String))


def _mask(text: str, language: str | None, config: PrivacyConfig) -> str:
    """Exact checks before forms: what a check digit proves is never called a phone number."""
    if not text:
        return text
    text = mask_emails(text)
    if config.handles == "mask":
        text = mask_handles(text)
    text = mask_ips(text)
    text = mask_ibans(text)
    text = mask_cards(text)
    text = mask_national_ids(text)
    text = mask_addresses(text)
    return mask_phones(text, language)
