"""The posts that the tables of queries are about, and an index of any posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linnet.records import Post
from linnet.retrieval.lexical import LexicalIndex, LexicalSnapshot, LexicalWriter

NAMES = {
    "1": "ann", "2": "bob", "3": "Chloé", "4": "ivan", "5": "yuki", "6": "omar",
    "7": "dora.example.social", "8": "mia", "9": None, "ann": "annika",
}  # fmt: skip
"""Handles by author_id. One author has the id that is another's handle."""


def p(post_id: str, author: str, day: int, text: str, **more: object) -> Post:
    values: dict[str, object] = {"author_name": NAMES[author], **more}
    return Post(
        post_id=post_id, author_id=author, text=text,
        created_at=datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=day), **values,  # type: ignore[arg-type]
    )  # fmt: skip


POSTS = (
    # ann and bob talk about cats
    p("c1", "1", 0, "The cat sat on the mat", language="en", like_count=5, conversation_id="c1"),
    p("c2", "2", 1, "@ann a cat and a dog", language="en", reply_to="c1", conversation_id="c1", like_count=100),
    p("c3", "1", 2, "@bob my dog hates the cat", language="en", reply_to="c2", conversation_id="c1", reply_count=2),
    p("c4", "2", 3, "dog dog dog", language="en-US", repost_count=7, like_count=10),
    p("c5", "3", 4, "replying without the name: what a mat", language="en", reply_to="c1", conversation_id="c1"),
    p("c6", "2", 5, "RT @ann: The cat sat on the mat", language="en", repost_of="c1"),
    p("c7", "3", 6, "See this! The mat", language="en-GB", quote_of="c1", like_count=11),
    p("c8", "ann", 7, "Hello from Annika, sat on a chair", language="sv"),
    p("c9", "9", 8, "nobody's name is here", language=None),
    # money, tags, signs
    p("t1", "1", 10, "Tax day #tax #TaxDay", language="en"),
    p("t2", "2", 11, "I hate tax and fees", language="en"),
    p("t3", "2", 12, "buying $AAPL and $TSLA today", language="en", like_count=1_000_000),
    p("t4", "3", 13, "aapl is no cashtag, $5 neither, nor US$AAPL", language="en"),
    p("t5", "4", 14, "$BRK.B goes up #stocks", language="en"),
    p("t6", "4", 15, "ask @ann and @bob about fees", language="en"),
    p("t7", "4", 16, "mail ann@example.org about it", language="en"),
    p("t8", "4", 17, "@dora.example.social hello again", language="en"),
    p("t9", "4", 18, "C++ and C# are well-known; rate hike 25%", language="en"),
    # Latin with accents
    p("f1", "3", 20, "Le café de l'été à Paris", language="fr", platform="mastodon"),
    p("f2", "3", 21, "Un CAFE très fort", language="fr-FR"),
    p("f3", "3", 22, "Straße und Fußball", language="de"),
    p("f4", "3", 23, "señor niño", language="es"),
    # Cyrillic
    p("r1", "4", 30, "Привет, мир! Кот спит", language="ru"),
    p("r2", "4", 31, "Ёлка и кот #кот", language="ru"),
    p("r3", "4", 32, "привет всем из Москвы", language="ru"),
    # Japanese
    p("j1", "5", 40, "東京オリンピックの開会式", language="ja"),
    p("j2", "5", 41, "京都の猫 #猫", language="ja"),
    p("j3", "5", 42, "猫と犬が好きです iPhone購入", language="ja"),
    p("j4", "5", 43, "ＡＢＣ放送 #東京タワー", language="ja"),
    # Arabic
    p("a1", "6", 50, "مرحبا بالعالم الجميل", language="ar"),
    p("a2", "6", 51, "القطة السوداء #قطة", language="ar"),
    p("a3", "6", 52, "مَرْحَبًا يا أصدقاء", language="ar"),
    # emoji
    p("e1", "2", 60, "party 🎉🎉 tonight", language="en"),
    p("e2", "2", 61, "😀", language=None),
    p("e3", "2", 62, "sad 😢 cat", language="en"),
    # links and media
    p("l1", "1", 70, "read https://www.Example.com/best-coffee?x=1", language="en"),
    p("l2", "1", 71, "short link", language="en", urls=("https://news.bbc.co.uk/story/rate-hike",)),
    p("l3", "1", 72, "two http://a.example.com/x and http://other.org:8080/coffee.", language="en"),
    p("l4", "1", 73, "user https://me:pw@secret.net/best", language="en"),
    p("l5", "1", 74, "münchen https://münchen.de/bier", language="de"),
    p("l6", "1", 75, "not a link: example.com/best-coffee", language="en"),
    p("m1", "7", 80, "a picture of a cat", language="en", media=("image",)),
    p("m2", "7", 81, "a film", language="en", media=("video",), like_count=50),
    p("m3", "7", 82, "a song", language="en", media=("audio",), reply_to="gone"),
    p("m4", "7", 83, "vote: cat or dog?", language="en", media=("poll",)),
    p("m5", "7", 84, "both https://example.com", language="en", media=("image", "video"), reply_count=9),
    # visibility
    p("v1", "8", 90, "my secret cat diary", language="en", visibility="private"),
    p("v2", "8", 91, "cat for followers", language="en", visibility="followers", reply_to="c4"),
    p("v3", "8", 92, "open dog", language="en"),
    p("v4", "1", 93, "ann's secret dog", language="en", visibility="private"),
    p("v5", "2", 94, "a public answer to a secret", language="en", reply_to="v4"),
    p("v6", "2", 95, "@mia I see", language="en", reply_to="v3"),
    p("v7", "3", 96, "answer to mia's secret", language="en", reply_to="v1"),
    # words of the language itself
    p("w1", "9", 100, "to be or not to be", language="en"),
    p("w2", "9", 101, "OR AND NOT are words", language="en"),
    p("w3", "9", 102, "from: here", language="en"),
    p("w4", "9", 103, "foo:bar baz", language="zh-Hant-TW"),
    p("w5", "9", 104, "!!! ...", language="zh"),
    p("w6", "9", 105, "", language="und", conversation_id="thread"),
)  # fmt: skip
BY_ID = {post.post_id: post for post in POSTS}


def visible_to(reader: str | None, posts: Iterable[Post] = POSTS) -> list[Post]:
    return [one for one in posts if one.visibility == "public" or (reader and one.author_id == reader)]


def index_of(folder: Path, posts: Iterable[Post]) -> LexicalSnapshot:
    writer = LexicalWriter(folder, heap_bytes=30_000_000, threads=1)
    writer.upsert(post.to_row() for post in posts)
    writer.commit(1)
    writer.close()
    snapshot = LexicalIndex(folder).snapshot()
    assert snapshot is not None
    return snapshot
