"""A store and a corpus of the same threads: a question, two replies, and the asker's thanks for one of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linnet.posts.store import PostStore
from linnet.records import Post
from tests.factories import make_post, make_store

GOOD = ("the ferry leaves at", "the baker opens at", "the library closes at")
BAD = ("who cares about", "never heard about", "nobody needs")


def thread(number: int, *, rng: random.Random) -> list[Post]:
    asker, kind, other = f"asker{number}", f"kind{number}", f"other{number}"
    made = [
        make_post(f"q{number}", f"does anyone know about thing {number}?", author_id=asker, minutes=1),
        make_post(
            f"g{number}", f"{rng.choice(GOOD)} {number} sharp", author_id=kind, reply_to=f"q{number}", minutes=2
        ),
        make_post(
            f"b{number}", f"{rng.choice(BAD)} thing {number} lol", author_id=other, reply_to=f"q{number}",
            minutes=3, like_count=500,
        ),
        make_post(f"t{number}", "thanks a lot", author_id=asker, reply_to=f"g{number}", minutes=4),
    ]  # fmt: skip
    return [made[0], made[1], made[3], made[2]]


@dataclass(kw_only=True)
class Talk:
    """`corpus` holds what `store` held when it was made."""

    store: PostStore
    corpus: Path
    posts: dict[str, Post] = field(default_factory=dict)


def make_talk(folder: Path, *, threads: int, heldout: int = 0) -> Talk:
    """The last `heldout` threads are held out."""
    rng = random.Random(0)
    made = [thread(number, rng=rng) for number in range(threads)]
    store = make_store(folder / "workspace", *(post for posts in made for post in posts))
    corpus = store._workspace.stage_path("corpus")
    corpus.mkdir(exist_ok=True)
    rows = [
        {
            "document_id": f"d{number:04}",
            "post_ids": [post.post_id for post in posts],
            "author_ids": [post.author_id for post in posts],
            "texts": [post.text for post in posts],
            "text": "\n".join(post.text for post in posts),
            "language": "en",
            "month": "2026-03",
            "platform": "test",
            "split": "heldout" if number >= threads - heldout else "train",
            "weight": 1.0,
            "copies": 1,
        }
        for number, posts in enumerate(made)
    ]
    pq.write_table(pa.Table.from_pylist(rows), corpus / "documents-00000.parquet")
    return Talk(store=store, corpus=corpus, posts={post.post_id: post for posts in made for post in posts})
