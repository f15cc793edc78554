from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from linnet.errors import BadInput
from linnet.retrieval.hybrid import HybridConfig, HybridRetriever, mostly_latin
from linnet.retrieval.index import open_index, sync_lexical, sync_vectors
from tests.retrieval.fakes import START, MemoryFeed, MemoryGate, WordEmbedder, post


class Platform:
    """A store, its index and a retriever over both."""

    def __init__(self, folder: Path, posts: list, *, vectors: bool = True) -> None:
        self.folder, self.feed, self.embedder = folder, MemoryFeed(posts), WordEmbedder(dimensions=2048)
        self.gate = MemoryGate(self.feed)
        self.sync(vectors=vectors)
        self.retriever = HybridRetriever(
            open_index(folder),
            embedder=self.embedder,
            gate=self.gate,
            feed=self.feed,
            config=HybridConfig(candidates=5, min_similarity=0.3),
        )

    def sync(self, *, vectors: bool = True) -> None:
        sync_lexical(self.feed, self.folder)
        if vectors:
            sync_vectors(self.feed, self.folder, self.embedder)

    def find(
        self, query: str, *, limit: int = 10, reader: str | None = None, purpose: str = "retrieve"
    ) -> list[str]:
        found = self.retriever.retrieve(query, limit=limit, reader=reader, purpose=purpose)
        return [hit.post_id for hit in found.hits]


POSTS = [
    post("cat", "The cat sat on the mat #Pets", "a1", 1),
    post("dog", "A dog and a cat are friends", "a2", 2),
    post("own", "my secret cat diary", "a3", 3, visibility="private"),
    post("list", "cat for followers", "a4", 4, visibility="followers"),
    post("unlisted", "cat not listed", "a4", 5, visibility="unlisted"),
    post("jp", "東京オリンピックの開会式", "a5", 6, language="ja"),
    post("ar", "مرحبا بالعالم الجميل", "a5", 7, language="ar"),
    post("us", "Ann's café: https://www.example.com/best-coffee", "a5", 8, language="en-US"),
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return Platform(tmp_path_factory.mktemp("platform"), POSTS)


@pytest.mark.parametrize(
    ("query", "reader", "found"),
    [
        ("dog", None, {"dog"}),
        ("#pets", None, {"cat"}),
        ("pets", None, {"cat"}),
        ("オリンピック", None, {"jp"}),
        ("京", None, {"jp"}),
        ("العالم", None, set()),  # the article is glued to another word in the post
        ("بالعالم", None, {"ar"}),
        ("cafe", None, {"us"}),
        ("example.com", None, {"us"}),
        ("ann", None, {"us"}),
        ("from:name_a1", None, {"cat"}),
        ("from:@NAME_A1", None, {"cat"}),
        ("from:a2 cat", None, {"dog"}),
        ("lang:en-us", None, {"us"}),
        ("lang:ja", None, {"jp"}),
        ('"cat sat"', None, {"cat"}),
        ('"sat cat"', None, set()),
        ("cat -dog", None, {"cat"}),
        ('cat -"the cat"', None, {"dog"}),
        ("since:2017-01-01T00:08:00Z", None, {"us"}),
        ("until:2017-01-01T00:02:00Z", None, {"cat"}),
        ("cat", "a3", {"cat", "dog", "own"}),
        ("from:a4", None, set()),
        ("from:a4", "a4", {"list", "unlisted"}),
        ("from:a4", "a3", set()),
        ("from:me cat", "a3", {"own"}),
        ("cat NOT from:me", "a3", {"cat", "dog"}),
        ("cat OR オリンピック", None, {"cat", "dog", "jp"}),
        ("cat (dog OR mat) -#pets", None, {"dog"}),
        ("domain:example.com", None, {"us"}),
        ("cat min_likes:1", None, set()),
        ("!!!", None, set()),
        ("' OR 1=1 --", None, set()),
        ("from:x') OR ('1'='1 cat", "a') OR ('1'='1", set()),
        ("cat lang:en')--", "a') OR ('1'='1", set()),
    ],
)
def test_what_a_query_finds(platform: Platform, query: str, reader: str | None, found: set[str]) -> None:
    assert set(platform.find(query, reader=reader)) == found


def test_filters_alone_go_newest_first(platform: Platform) -> None:
    assert platform.find("lang:en") == ["us", "dog", "cat"]


def test_sort_newest_is_by_words_and_time(platform: Platform) -> None:
    found = platform.retriever.retrieve("the cat sort:newest", limit=10, reader="a3")
    assert [hit.post_id for hit in found.hits] == ["own", "dog", "cat"]
    assert all(hit.score == 0.0 and not hit.score_parts for hit in found.hits) and found.notes == ()


def test_conditions_hold_for_what_is_found_by_meaning(platform: Platform) -> None:
    found = platform.retriever.retrieve("a dog cat friends -from:a2", limit=10, reader=None)
    assert [hit.post_id for hit in found.hits] == ["cat"]


def test_me_without_a_reader_is_bad_input(platform: Platform) -> None:
    with pytest.raises(BadInput, match="from:me"):
        platform.find("cat from:me")


def test_the_result_says_how_the_query_was_understood(platform: Platform) -> None:
    found = platform.retriever.retrieve("cat lang:en", limit=3, reader=None)
    assert found.query["words"] == ["cat"] and found.query["filters"] == {"lang": ["en"]}
    assert found.coverage == {"lexical": 1.0, "vectors": 1.0}
    assert found.as_of == START + timedelta(minutes=8)
    assert {part for hit in found.hits for part in hit.score_parts} == {"bm25", "cosine"}


def test_without_vectors_it_finds_by_words_and_says_so(tmp_path: Path) -> None:
    platform = Platform(tmp_path, POSTS, vectors=False)
    assert platform.find("dog") == ["dog"]
    found = platform.retriever.retrieve("dog", limit=1, reader=None)
    assert found.coverage["vectors"] == 0.0 and "words only" in found.notes[0]


def test_before_any_index_it_says_what_to_run(tmp_path: Path) -> None:
    feed = MemoryFeed(POSTS)
    retriever = HybridRetriever(
        open_index(tmp_path), embedder=WordEmbedder(), gate=MemoryGate(feed), feed=feed
    )
    found = retriever.retrieve("cat", limit=1, reader=None)
    assert found.hits == () and "linnet index" in found.notes[0]


def test_the_store_of_this_moment_has_the_last_word(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post(f"p{i}", f"cat number{i}", f"a{i}", i) for i in range(30)])
    platform.feed.remove(*(f"p{i}" for i in range(20, 30)))  # the index still has them
    platform.feed.deny("a19", "retrieve")
    platform.feed.deny("a18", "generate")
    assert platform.find("cat from:a25") == []
    found = platform.find("cat", limit=18)
    assert len(found) == 18 and set(found) == {f"p{i}" for i in range(18)}  # asked for more than 5 candidates
    platform.sync(vectors=False)
    assert "p18" in platform.find("cat", limit=30)
    assert "p18" not in platform.find("cat", limit=30, purpose="generate")
    assert platform.find("from:a17") == ["p17"]


def test_a_vector_without_consent_finds_nothing(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post("1", "alpha beta gamma delta", "a1"), post("2", "omega", "a2")])
    assert (
        platform.retriever.retrieve("alpha beta gamma", limit=1, reader=None).hits[0].score_parts["cosine"]
        > 0.5
    )
    platform.feed.deny("a1", "embed")
    sync_lexical(platform.feed, tmp_path)  # and the vectors lag behind
    hit = platform.retriever.retrieve("alpha beta gamma", limit=1, reader=None).hits[0]
    assert hit.post_id == "1" and "cosine" not in hit.score_parts


def test_the_same_text_by_one_author_is_shown_once(tmp_path: Path) -> None:
    posts = [post(f"p{i}", f"buy cat food https://t.co/{i}", "spam", i) for i in range(40)]
    platform = Platform(tmp_path, [*posts, post("other", "cat food is a need", "a1", 50)])
    found = platform.find("cat food", limit=5)
    assert len(found) == 2 and "other" in found


def test_equal_scores_come_in_the_same_order_every_time(tmp_path: Path) -> None:
    posts = [post(f"p{i}", "same words here", f"a{i}", i % 3) for i in range(12)]
    platform = Platform(tmp_path, posts, vectors=False)
    assert len({tuple(platform.find("same words", limit=12)) for _ in range(5)}) == 1


def test_readers_follow_the_writer(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post("1", "cat")])
    assert platform.find("cat") == ["1"]
    platform.feed.put(post("2", "cat too", "a2"))
    platform.sync()
    assert set(platform.find("cat")) == {"1", "2"}


def test_nobody_sees_what_is_not_theirs(tmp_path: Path) -> None:
    source = random.Random(3)
    visibilities = ["public", "unlisted", "followers", "private"]
    posts = [
        post(
            f"p{i}",
            f"cat {source.choice('xyz')} word{i % 4}",
            f"a{i % 4}",
            i,
            visibility=source.choice(visibilities),
        )
        for i in range(80)
    ]
    platform = Platform(tmp_path, posts)
    # Even a gate that lets everything through must not be needed.
    platform.gate.visible = lambda candidates, **_: {c.post_id for c in candidates}  # type: ignore[method-assign]
    by_id = {one.post_id: one for one in posts}
    for query in ("cat", "word1 x", "from:a2", "lang:en", "since:2017-01-01", '"cat x"', "nothing like it"):
        for reader in (None, "a0", "a1", "stranger"):
            for purpose in ("retrieve", "generate"):
                for post_id in platform.find(query, limit=80, reader=reader, purpose=purpose):
                    one = by_id[post_id]
                    assert one.visibility == "public" or one.author_id == reader


def test_the_script_of_a_query() -> None:
    assert mostly_latin("hello 123") and mostly_latin("123 !?") and not mostly_latin("путин и trump в москве")


def test_an_answer_quotes_only_what_may_be_found(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post("1", "cat on the roof", author="a1")])
    platform.gate.visible = lambda candidates, *, purpose, **_: (  # type: ignore[method-assign]
        set() if purpose == "retrieve" else {c.post_id for c in candidates}
    )
    assert platform.find("cat", purpose="generate") == []


def test_the_time_of_a_hidden_post_stays_unsaid(tmp_path: Path) -> None:
    platform = Platform(tmp_path, [post("1", "cat", minutes=1), post("2", "dog", minutes=2)])
    platform.feed.remove("2")
    assert platform.retriever.retrieve("cat", limit=1, reader=None).as_of == START + timedelta(minutes=1)
    platform.feed.remove("1")
    assert platform.retriever.retrieve("cat", limit=1, reader=None).as_of is None
