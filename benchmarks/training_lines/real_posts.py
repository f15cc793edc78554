"""A workspace of real posts for the lines that need one: IRA tweets, the control sets and IRC threads.

A twentieth of the IRA accounts, by the hash of their name, never enters it: their raw tweets are the held-out file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

HELDOUT_PERCENT = 5
COLUMNS = ("post_id", "author_id", "text", "created_at", "reply_to")


def prepare(data: Path, folder: Path) -> tuple[Path, Path]:
    """Ingest everything into `folder/workspace`; returns it and the held-out file. Made once, then reused."""
    from linnet.posts.ingest import ingest
    from linnet.posts.sources import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.progress import terminal_progress
    from linnet.workspace import init_workspace

    workspace_folder, heldout = folder / "workspace", folder / "heldout.parquet"
    if (folder / "ready").exists():
        return workspace_folder, heldout
    folder.mkdir(parents=True, exist_ok=True)
    shared, unseen = _split_ira(data)
    unseen.write_parquet(heldout)
    sets = {"ira": shared, **_controls(data), "irc": _irc(data)}
    workspace = init_workspace(workspace_folder)
    with terminal_progress() as progress:
        for name, posts in sets.items():
            path = folder / f"{name}.parquet"
            posts.select(COLUMNS).write_parquet(path)
            mapping = {column: column for column in COLUMNS}
            ingest([path], PostStore(workspace), config=SourceConfig(mapping=mapping), progress=progress)
    (folder / "ready").touch()
    return workspace_folder, heldout


def sample_heldout(heldout: Path, count: int, out: Path) -> Path:
    """So many held-out tweets, the same ones every time."""
    posts = pl.read_parquet(heldout)
    posts.sample(min(count, len(posts)), seed=1).write_parquet(out)
    return out


def _split_ira(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    files = sorted((data / "ira_tweets").glob("tweets_part*.parquet"))
    names = ["author_id", "content", "language", "publish_date"]
    tweets = pl.concat([pl.read_parquet(path, columns=names) for path in files]).filter(
        pl.col("content").is_not_null() & (pl.col("content") != "")
    )
    authors = tweets["author_id"].unique().to_list()
    unseen = [author for author in authors if _percentile(author) < HELDOUT_PERCENT]
    is_unseen = pl.col("author_id").is_in(unseen)
    shared = tweets.filter(~is_unseen).with_row_index("number")
    shared = shared.select(
        pl.format("ira-{}", "number").alias("post_id"),
        pl.col("author_id").alias("author_id"),
        pl.col("content").alias("text"),
        pl.col("publish_date").alias("created_at"),
        pl.lit(None, pl.String).alias("reply_to"),
    )
    return shared, tweets.filter(is_unseen)


def _percentile(author: str) -> int:
    return int(hashlib.sha256(f"benchmark:{author}".encode()).hexdigest(), 16) % 100


def _controls(data: Path) -> dict[str, pl.DataFrame]:
    """folder -> file, id, author, time, the post it replies to."""
    sets = {
        "airline_2015": ("tweets", "tweet_id", "name", "tweet_created_utc", None),
        "btc_2012": ("tweets", "id_str", "user", "created_at", "in_reply_to_status_id_str"),
        "news_2011_2015": ("tweets", "tweet_id", "account", "created_at", None),
        "tidytext_accounts": ("tweets", "tweet_id", "account", "timestamp", "in_reply_to_status_id"),
        "trump_2009_2017": ("tweets", "id_str", None, "created_at", None),
        "twcs_2017": ("support_requests", "tweet_id", "author_id", "created_at", "in_response_to_tweet_id"),
    }
    found = {}
    for name, (file, post_id, author, time, reply_to) in sets.items():
        posts = pl.read_parquet(data / f"control_{name}" / f"{file}.parquet")
        found[name] = posts.select(
            pl.format("{}-{}", pl.lit(name), post_id).alias("post_id"),
            (pl.lit("trump") if author is None else pl.col(author)).alias("author_id"),
            "text",
            pl.col(time).alias("created_at"),
            (
                pl.lit(None, pl.String)
                if reply_to is None
                else pl.when(pl.col(reply_to).str.len_chars() > 0).then(
                    pl.format("{}-{}", pl.lit(name), reply_to)
                )
            ).alias("reply_to"),
        )
    return found


def _irc(data: Path) -> pl.DataFrame:
    """Messages with the human reply links; the day stands in the file's name, the minute in the row."""
    messages = pl.read_parquet(data / "irc_threads" / "train_messages.parquet")
    links = pl.read_parquet(data / "irc_threads" / "train_links.parquet")
    parents = (
        links.filter(pl.col("line_a") != pl.col("line_b"))
        .select(
            "doc",
            pl.max_horizontal("line_a", "line_b").alias("line"),
            pl.min_horizontal("line_a", "line_b").alias("parent"),
        )
        .group_by("doc", "line")
        .agg(pl.col("parent").max())
    )
    day = pl.col("doc").str.extract(r"(\d{4}-\d{2}-\d{2})")
    told = pl.col("user").is_not_null() & pl.col("time").is_not_null() & (pl.col("text") != "")
    return (
        messages.join(parents, on=["doc", "line"], how="left")
        .filter(told)
        .with_columns(day.alias("day"))
        .filter(pl.col("day").is_not_null())
        .select(
            pl.format("irc-{}-{}", "doc", "line").alias("post_id"),
            pl.format("irc-{}", "user").alias("author_id"),
            "text",
            pl.format("{}T{}:00Z", "day", "time").alias("created_at"),
            pl.when(pl.col("parent").is_not_null())
            .then(pl.format("irc-{}-{}", "doc", "parent"))
            .alias("reply_to"),
        )
    )
