"""Random posts and random queries over few words, authors and ids, so that they meet."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from linnet.records import Post
from linnet.retrieval.query.nodes import (
    ME,
    AtLeast,
    AtMost,
    Conversation,
    Domain,
    From,
    Kind,
    Language,
    Mention,
    Node,
    Phrase,
    Public,
    Since,
    To,
    Until,
    Url,
    Word,
    all_of,
    any_of,
    negated,
)
from linnet.retrieval.query.parsed import ParsedQuery

WORDS = (
    "cat",
    "Dog",
    "café",
    "#tag",
    "@ann",
    "@bob",
    "$AAPL",
    "aapl",
    "猫",
    "東京都",
    "кот",
    "قطة",
    "🎉",
    "a-b",
    "!!",
)
AUTHORS = ("1", "2", "3", "ann", "bob", "@me", "nobody", ME)
TIMES = tuple(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(10))
HOSTS = ("example.com", "a.example.com", "b.org", "com")
URLS = ("https://example.com/a/b", "http://www.a.example.com/cat-dog", "https://b.org/?q=猫都")


def random_posts(seed: int, count: int) -> list[Post]:
    source = random.Random(seed)

    def maybe(values: Sequence[object], share: float = 0.3) -> object:
        return source.choice(values) if source.random() < share else None

    ids = [f"p{i}" for i in range(count)]
    return [
        Post(
            post_id=post_id,
            author_id=source.choice(("1", "2", "3", "ann")),
            author_name=source.choice(("ann", "Bob", "me", None)),
            created_at=source.choice(TIMES),
            text=" ".join(source.choices((*WORDS, *WORDS, *URLS), k=source.randint(0, 5))),
            language=source.choice(("en", "en-US", "ja", None)),
            visibility=source.choice(("public", "public", "public", "private")),
            media=tuple(
                sorted(source.sample(("image", "video", "audio", "poll"), source.choice((0, 0, 1, 2))))
            ),
            urls=tuple(source.sample(URLS, source.choice((0, 0, 0, 1)))),
            **{name: maybe(ids) for name in ("reply_to", "repost_of", "quote_of", "conversation_id")},
            **{name: maybe((0, 1, 5, 10)) for name in ("like_count", "repost_count", "reply_count")},
        )
        for post_id in ids
    ]  # type: ignore[arg-type]


_TEXTS = st.sampled_from([word for word in WORDS if word != "!!"])
_IDS = st.sampled_from(["p0", "p1", "p2", "p3", "p4", "gone"])
_COUNT = st.tuples(
    st.sampled_from(["like_count", "repost_count", "reply_count"]), st.sampled_from([0, 1, 5, 6])
)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    _TEXTS.map(Word),
    _TEXTS.map(Word),
    st.lists(_TEXTS, min_size=1, max_size=3).map(lambda words: Phrase(" ".join(words))),
    st.sampled_from(AUTHORS).map(From),
    st.sampled_from(AUTHORS).map(To),
    st.sampled_from(AUTHORS).map(Mention),
    st.sampled_from(["en", "en-us", "ja", "e"]).map(Language),
    st.sampled_from(TIMES).map(Since),
    st.sampled_from(TIMES).map(Until),
    st.sampled_from(["media", "image", "video", "audio", "poll", "link", "reply", "repost", "quote"]).map(
        Kind
    ),
    _IDS.map(Conversation),
    st.sampled_from(["a", "cat dog", "example.com/a", "b", "猫都"]).map(Url),
    st.sampled_from(HOSTS).map(Domain),
    _COUNT.map(lambda pair: AtLeast(*pair)),  # type: ignore[arg-type]
    _COUNT.map(lambda pair: AtMost(*pair)),  # type: ignore[arg-type]
    st.just(Public()),
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda nodes: all_of(nodes)), several.map(lambda nodes: any_of(nodes)), inner.map(negated)
    )  # type: ignore[arg-type]


NODES: st.SearchStrategy[Node] = st.recursive(LEAVES, _joined, max_leaves=8)
QUERIES: st.SearchStrategy[ParsedQuery] = st.builds(
    ParsedQuery,
    optional=st.lists(st.sampled_from(WORDS).map(Word), max_size=3).map(tuple),
    required=st.lists(NODES, max_size=3).map(tuple),
    sort=st.sampled_from(["relevance", "newest"]),
)
