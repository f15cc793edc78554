"""Which column of a table is which field of a post."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from linnet.errors import BadInput, WrongUse
from linnet.posts.sources.config import FIELDS

# Guessed, in this order, when no mapping is given. Compared in lower case, with _ for anything that is no
# letter or digit.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "post_id": ("id_str", "tweet_id", "tweetid", "status_id", "status_id_str", "message_id", "id"),
    "author_id": (
        "author", "user_id", "user_id_str", "userid", "account_id", "account", "author_name", "username",
        "screen_name", "user_screen_name", "user_display_name", "handle", "user", "name",
    ),
    "author_name": ("username", "screen_name", "user_screen_name", "user_name", "handle", "account"),
    "text": ("full_text", "content", "body", "tweet_text", "message", "tweet", "post"),
    "created_at": (
        "timestamp", "publish_date", "published_at", "published", "created", "created_utc", "tweet_time",
        "tweet_created_utc", "datetime", "date", "time", "tweet_time_from_id",
    ),
    "language": ("lang", "tweet_language"),
    "reply_to": (
        "in_reply_to_status_id_str", "in_reply_to_status_id", "in_reply_to_tweetid", "in_reply_to_id",
        "in_response_to_tweet_id", "reply_id", "reply_to_id", "parent_id",
    ),
    "repost_of": ("retweeted_status_id_str", "retweeted_status_id", "retweet_tweetid", "repost_id", "reblog_of_id"),
    "quote_of": ("quoted_status_id_str", "quoted_status_id", "quoted_tweet_tweetid", "quote_id"),
    "urls": ("expanded_urls",),
    "visibility": (),
    "edited_at": (),
    "conversation_id": ("thread_id",),
    "like_count": ("likes", "favorite_count", "favourites_count", "favorites"),
    "repost_count": ("retweet_count", "retweets", "reblogs_count", "reposts"),
    "reply_count": ("replies_count", "replies"),
    "media": (),
}  # fmt: skip

REQUIRED = ("author_id", "created_at", "text")


def normal(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def listing(columns: Sequence[str], *, most: int = 40) -> str:
    """Names of columns for a message of one line, whatever is in them."""
    names = (
        "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:60]) for name in columns[:most]
    )
    return ", ".join(names) + (", ..." if len(columns) > most else "")


def guess_columns(columns: Sequence[str]) -> dict[str, str]:
    """Field -> column by the names alone."""
    chosen: dict[str, str] = {}
    # a column inside an object ("author.id") is taken only where no column of the row itself fits
    for dotted in (False, True):
        by_name: dict[str, str] = {}
        for column in columns:
            if ("." in column) == dotted:
                by_name.setdefault(normal(column), column)
        for field in FIELDS:
            names = (name for name in (field, *ALIASES[field]) if name in by_name)
            if field not in chosen and (name := next(names, None)) is not None:
                chosen[field] = by_name[name]
    return chosen


def map_columns(columns: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[str, str]:
    """Field -> column. With a mapping: what it says, and columns that are named exactly like a field.

    Raises WrongUse when the mapping does not fit, BadInput when no mapping is given and the names do not tell.
    """
    listed = listing(columns)
    if mapping:
        for field, column in mapping.items():
            if column not in columns:
                raise WrongUse(f"{file} has no column {column!r} (for {field}); its columns are {listed}")
        chosen = {field: field for field in FIELDS if field in columns} | dict(mapping)
    else:
        chosen = guess_columns(columns)
    missing = [field for field in REQUIRED if field not in chosen]
    if "text" in missing and "repost_of" in chosen:
        missing.remove("text")
    if missing:
        example = ",".join(f"{field}=COLUMN" for field in missing)
        fault = WrongUse if mapping else BadInput
        raise fault(
            f"{file} has no column for {' and '.join(missing)}; its columns are {listed}; say which: --map {example}"
        )
    return chosen


def is_table_of_posts(columns: Sequence[str], mapping: Mapping[str, str]) -> bool:
    return bool(mapping) or set(REQUIRED) <= set(guess_columns(columns))
