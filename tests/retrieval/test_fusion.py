from __future__ import annotations

from datetime import UTC, datetime, timedelta

from linnet.retrieval.fusion import in_order, reciprocal_rank_fusion, same_text_key, without_repeats
from linnet.retrieval.lexical import IndexedPost


def indexed(post_id: str, text: str = "", author: str = "a", minutes: int = 0, repost_of: str | None = None):
    return IndexedPost(
        post_id=post_id, author_id=author, author_name=None, text=text or post_id, language=None,
        created_at=datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
        visibility="public", repost_of=repost_of,
    )  # fmt: skip


def test_two_good_ranks_beat_one_best() -> None:
    scores = reciprocal_rank_fusion([(1.0, ["a", "b"]), (0.9, ["c", "b"])])
    assert max(scores, key=lambda i: scores[i]) == "b"
    assert scores["a"] == 1 / 61 and scores["c"] == 0.9 / 61


def test_ties_go_newer_first_then_by_id() -> None:
    posts = [indexed("z"), indexed("b", minutes=5), indexed("a", minutes=5), indexed("best")]
    assert [p.post_id for p in in_order(posts, {"best": 1.0})] == ["best", "a", "b", "z"]


def test_same_text_ignores_links_names_case_and_signs() -> None:
    assert same_text_key("Hello, World! https://t.co/1") == same_text_key("@bob hello world https://t.co/2")
    assert same_text_key("https://a.b/1") != same_text_key("https://a.b/2")


def test_only_the_same_authors_repeats_are_joined() -> None:
    posts = [
        indexed("1", "Buy now! https://t.co/a"),
        indexed("2", "buy now https://t.co/b"),
        indexed("3", "Buy now!", author="b"),
        indexed("4", "RT of 3", author="c", repost_of="3"),
    ]
    assert [p.post_id for p in without_repeats(posts)] == ["1", "3"]
