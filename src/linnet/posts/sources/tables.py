"""Whole columns of a table turned into posts at once, with the same rules as single rows (`BatchBuilder`).

`frame_to_batch` takes a polars frame whose columns are named like the fields of a post and may have any type.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa

from linnet.posts.sources.batches import TimeBounds, excerpt_of
from linnet.posts.sources.identity import EXACT_FLOAT_LIMIT, NO_ID, exact_id, inexact_reason, key_digest
from linnet.posts.sources.languages import language_column
from linnet.posts.sources.media import UnknownMedia, cell_kinds
from linnet.posts.sources.times import EARLIEST_MICROSECONDS, time_column
from linnet.records import POST_SCHEMA, REPEATED, VISIBILITIES, Rejection, SourceBatch

ID_FIELDS = ("author_id", "post_id", "reply_to", "repost_of", "quote_of", "conversation_id")
COUNT_FIELDS = ("like_count", "repost_count", "reply_count")
_URL = r"https?://[^\s'\"\[\]<>]+"
_VISIBILITY_WORDS = {"direct": "private", "followers_only": "followers", "followers-only": "followers"}
_FLOAT_LOOK = r"^(?:\d+\.\d+[eE][+-]?\d+|\d+[eE]\+\d+|\d+\.0+)$"


def _text(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String, strict=False)
    if text.str.contains("\x00", literal=True).any():
        text = text.str.replace_all("\x00", "", literal=True)
    return text


def _ids(column: pl.Series, name: str) -> tuple[pl.Series, pl.Series | None]:
    """(ids as strings, where one cannot be trusted)."""
    kind = column.dtype
    if kind.is_float():
        column = column.fill_nan(None)
        exact = (column == column.round(0)) & (column.abs() < EXACT_FLOAT_LIMIT)
        whole = column.set(~exact.fill_null(False), None).cast(pl.Int64)
        return whole.cast(pl.String), ~exact.fill_null(True)
    if kind.is_integer():
        return column.cast(pl.String), None
    text = _text(column).str.strip_chars()
    nothing = [""] if name == "author_id" else ["", *NO_ID]
    text = text.set(text.is_in(nothing).fill_null(False), None)
    suspicious = text.str.contains(_FLOAT_LOOK).fill_null(False)
    if not suspicious.any():
        return text, None
    values, wrong = text.to_list(), [False] * len(text)
    for index in suspicious.arg_true().to_list():
        try:
            values[index] = exact_id(values[index], name)
        except ValueError:
            wrong[index] = True
    return pl.Series(values, dtype=pl.String), pl.Series(wrong, dtype=pl.Boolean)


def _urls(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.List):
        return column.cast(pl.List(pl.String), strict=False).list.drop_nulls().fill_null([])
    text = column.cast(pl.String, strict=False).fill_null("").str.replace_all(",http", " http", literal=True)
    return (
        text.str.extract_all(_URL)
        .list.eval(pl.element().str.strip_chars_end(",;"))
        .list.unique(maintain_order=True)
    )


def _media(column: pl.Series, unknown: UnknownMedia) -> pl.Series:
    is_list = isinstance(column.dtype, pl.List | pl.Array)
    cells = column.cast(pl.List(pl.String) if is_list else pl.String, strict=False)
    return pl.Series([cell_kinds(cell, unknown) for cell in cells.to_list()], dtype=pl.List(pl.String))


class _Reasons:
    """Why rows cannot be taken: the first reason that applies to a row stands."""

    def __init__(self, height: int) -> None:
        self.by_row: dict[int, str] = {}
        self.rejected = pl.Series([False]).new_from_index(0, height)

    def add(self, where: pl.Series, reason: str | Callable[[int], str]) -> None:
        new = (where.fill_null(True) & ~self.rejected).arg_true().to_list()
        if not new:
            return
        for row in new:
            self.by_row[row] = reason if isinstance(reason, str) else reason(row)
        self.rejected = self.rejected | where.fill_null(True)


def _cell(column: pl.Series, row: int) -> Any:
    """One value; a time before year 1 or after year 9999, which Python has not, as the number it is stored as."""
    if isinstance(column.dtype, pl.Datetime | pl.Date):
        when = time_column(column[row : row + 1])[0]
        if when is not None and not -62_135_000_000_000_000 < when < 253_402_000_000_000_000:
            return column.to_physical()[row]
    return column[row]


def _time_reason(bounds: TimeBounds, name: str, raw: pl.Series, times: pl.Series, row: int) -> str:
    return bounds.reason(name, _cell(raw, row), times[row]) or ""


def frame_to_batch(
    frame: pl.DataFrame,
    *,
    file: str,
    lines: Sequence[int] | range,
    source: str,
    bounds: TimeBounds,
    excerpts: Callable[[int], object] | None = None,
    extra_rejections: Sequence[Rejection] = (),
    unknown_media: UnknownMedia | None = None,
) -> SourceBatch:
    """`lines` are the places of the rows in the file; `extra_rejections` are rows that never reached the frame.

    Words of the column `media` that are no kind of it are left out and go to `unknown_media`.
    """
    height = frame.height
    reasons = _Reasons(height)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    done: dict[str, pl.Series] = {}
    for name in ID_FIELDS:
        if name not in frame.columns:
            done[name] = nothing
            continue
        done[name], wrong = _ids(frame[name], name)
        if wrong is not None:
            reasons.add(wrong, inexact_reason(name))
    reasons.add(done["author_id"].is_null(), "no author")

    done["text"] = _text(frame["text"]).fill_null("") if "text" in frame.columns else nothing.fill_null("")
    done["media"] = (
        _media(frame["media"], unknown_media or UnknownMedia())
        if "media" in frame.columns
        else nothing.cast(pl.List(pl.String))
    )
    wordless = ~done["text"].str.contains(r"\S") & done["repost_of"].is_null()
    wordless = wordless & (done["media"].list.len().fill_null(0) == 0)
    reasons.add(wordless, "no text")

    for name in ("created_at", "edited_at"):
        if name not in frame.columns:
            done[name] = nothing.cast(pl.Int64)
            continue
        raw = frame[name]
        times = done[name] = time_column(raw)
        possible = ((times >= EARLIEST_MICROSECONDS) & (times <= bounds.latest)).fill_null(False)
        if name == "edited_at":
            absent = raw.is_null()
            if raw.dtype == pl.String:
                absent = absent | (raw.str.strip_chars() == "").fill_null(True)
            possible = possible | absent
        if not possible.all():
            reasons.add(~possible, partial(_time_reason, bounds, name, raw, times))

    if "visibility" in frame.columns:
        words = _text(frame["visibility"]).str.strip_chars().str.to_lowercase().replace(_VISIBILITY_WORDS)
        unknown = ~words.is_in(list(VISIBILITIES)).fill_null(False)
        reasons.add(
            unknown,
            lambda row: f"unknown visibility: {words[row]!r}" if words[row] else "no visibility",
        )
        done["visibility"] = words
    else:
        done["visibility"] = pl.Series(["public"]).new_from_index(0, height)

    names = frame["author_name"] if "author_name" in frame.columns else nothing
    names = _text(names).str.strip_chars_start("@")
    done["author_name"] = names.set((names == "").fill_null(False), None)
    done["language"] = language_column(frame["language"]) if "language" in frame.columns else nothing
    done["urls"] = (
        _urls(frame["urls"])
        if "urls" in frame.columns
        else pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, height)
    )
    for name in COUNT_FIELDS:
        counts = frame[name].cast(pl.Int64, strict=False) if name in frame.columns else nothing.cast(pl.Int64)
        done[name] = counts.set((counts < 0).fill_null(False), None)
    done["platform"] = pl.Series(["file"]).new_from_index(0, height)
    done["source"] = pl.Series([source]).new_from_index(0, height)

    posts = pl.DataFrame({name: done[name] for name in POST_SCHEMA.names})
    if reasons.by_row:
        posts = posts.filter(~reasons.rejected)
    posts = _with_ids(posts)
    kept = _newest_versions(posts)
    repeated = posts.height - kept.height
    excerpts = excerpts or (
        lambda row: json.dumps(
            {column.name: _cell(column, row) for column in frame}, ensure_ascii=False, default=str
        )
    )
    rejections = [
        Rejection(file=file, line=lines[row], reason=reason, excerpt=excerpt_of(excerpts(row)))
        for row, reason in sorted(reasons.by_row.items())
    ]
    return SourceBatch(
        posts=to_post_table(kept),
        row_count=height + len(extra_rejections),
        rejections=(*extra_rejections, *rejections),
        other={REPEATED: repeated} if repeated else {},
    )


def _with_ids(posts: pl.DataFrame) -> pl.DataFrame:
    """Give the posts without an id the digest of author, time and text; the same as `post_digest`."""
    without = posts["post_id"].is_null()
    if not without.any():
        return posts
    written = pl.col("created_at").cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00")
    keys = (
        posts.filter(without)
        .select(pl.concat_str(["author_id", written, "text"], separator="\x00"))
        .to_series()
    )
    digests = pl.Series([key_digest(key) for key in keys.to_list()], dtype=pl.String)
    if without.all():
        return posts.with_columns(post_id=digests)
    return posts.with_columns(post_id=posts["post_id"].scatter(without.arg_true(), digests))


def _newest_versions(posts: pl.DataFrame) -> pl.DataFrame:
    """Of rows with the same post_id the one edited last, or the last one."""
    if posts["post_id"].n_unique() == posts.height:
        return posts
    if posts["edited_at"].null_count() < posts.height:
        posts = posts.sort("edited_at", nulls_last=False, maintain_order=True)
    return posts.unique("post_id", keep="last", maintain_order=True)


def to_post_table(posts: pl.DataFrame) -> pa.Table:
    table = posts.to_arrow(compat_level=pl.CompatLevel.oldest())
    columns = [table[field.name].cast(field.type) for field in POST_SCHEMA]
    return pa.Table.from_arrays(columns, schema=POST_SCHEMA)
