"""Ids: always strings, never rounded. And the id of a post that its source gave none."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any

from linnet.posts.sources.times import moment

EXACT_FLOAT_LIMIT = 2**53  # whole numbers up to here survive as a float
# "1.62692E+18" and "12345.0", but not "12e45": short ids of letters and digits look like that
_FLOAT_LOOK = re.compile(r"\d+\.\d+[eE][+-]?\d+|\d+[eE]\+\d+|\d+\.0+")
_WHOLE_WITH_ZEROS = re.compile(r"(\d+)\.0+")

# How programs write "no value" into a column of text. An author may be called so; a post is not.
NO_ID = frozenset({"None", "nan", "NaN", "null", "NULL", "<NA>", "\\N"})


class InexactId(ValueError):
    """The id went through a floating-point number and may have lost digits."""


def exact_id(value: Any, name: str) -> str | None:
    """An id as a string; None when there is none. Raises InexactId when digits may be lost."""
    if isinstance(value, str):
        value = value.strip()
        if "\x00" in value:
            value = value.replace("\x00", "")
        if (
            value[-1:].isdigit()
            and ("e" in value or "E" in value or "." in value)
            and _FLOAT_LOOK.fullmatch(value)
        ):
            whole = _WHOLE_WITH_ZEROS.fullmatch(value)
            if whole is None or int(whole[1]) >= EXACT_FLOAT_LIMIT:
                raise InexactId(inexact_reason(name))
            return whole[1]
        if value in NO_ID and name != "author_id":
            return None
        return value or None
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        if value != value:
            return None
        if value.is_integer() and abs(value) < EXACT_FLOAT_LIMIT:
            return str(int(value))
        raise InexactId(inexact_reason(name))
    raise InexactId(f"{name} is a {type(value).__name__}, not an id")


def inexact_reason(name: str) -> str:
    return f"{name} is a floating-point number and may have lost digits; export ids as text"


def post_digest(author_id: str, created_at: int, text: str) -> str:
    """The id of a post without one. `created_at` in microseconds. NUL separates: no cleaned string holds it."""
    written = moment(created_at).isoformat(timespec="microseconds")
    return key_digest(f"{author_id}\x00{written}\x00{text}")


def key_digest(key: str) -> str:
    return blake2b(key.encode("utf-8"), digest_size=16).hexdigest()
