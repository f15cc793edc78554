"""The form in which texts are compared: as the corpus has them, so that equal words are equal bytes."""

from __future__ import annotations

import unicodedata

from linnet.corpus.privacy import mask_personal_data


def compared_form(text: str) -> str:
    """NFC with personal data masked, as in the corpus. Case and white space stay: a span is word for word."""
    readable = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate has no UTF-8 form
    return unicodedata.normalize("NFC", mask_personal_data(readable))
